"""The stages in order, for the function, the job and the command line alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from segmentation.clustering.cluster import cluster
from segmentation.clustering.decisions import Decisions
from segmentation.clustering.feature_scales import with_scales
from segmentation.clustering.outliers import Outliers, find_outliers
from segmentation.clustering.result import Assignment, Clustering
from segmentation.clustering.selection import ChosenK
from segmentation.customers.account import with_notes
from segmentation.customers.load import LoadedCustomers, Report, ScanExecutor, load_customers
from segmentation.customers.reader import Source
from segmentation.describing.described import Column, columns_of
from segmentation.describing.membership import Members, transition_matrix
from segmentation.describing.transitions import changes_document
from segmentation.files.blocks import BLOCK_BYTES
from segmentation.points.weighted import WeightedPoints
from segmentation.results.assignments import AssignedRows, Rejections, WrittenRows, assigned_rows, rejected_rows
from segmentation.results.document import identities_document, result_document
from segmentation.results.findings import Findings
from segmentation.results.outlier_notes import outlier_detail, outlier_notes, scale_notes
from segmentation.results.previous import in_units_of
from segmentation.schema.ready_settings import offering
from segmentation.schema.schema import BIVARIATE, Note
from segmentation.schema.settings import Settings


@dataclass(frozen=True)
class Previous:
    """The run that segments are compared with, and the ids that earlier runs gave.

    Parameters
    ----------
    document : dict or None
        The `data.json` of the run before; None where there is none any more.
    members : Members, optional
        The segments of its customers, where they have ids.
    last_ids : mapping of str to int
        By name of mode, the highest id ever given, where that is not the document's.
    """

    document: dict[str, Any] | None
    members: Members | None = None
    last_ids: Mapping[str, int] = field(default_factory=dict)


class Result:
    """The result of one upload.

    Parameters
    ----------
    segmentation : Segmentation
        The segments without ids.
    findings : Findings
        All that was found in the customers.
    members_before : Members or None
        The segments of the customers in the run before.

    Attributes
    ----------
    rows : dict of str to int
        Numbers of rows read, used, imputed, duplicated and rejected.
    assigned : iterator of bytes-like
        The private `Clustering_Final.csv` in parts, produced as they are consumed.
    rejected : iterator of bytes
        The private `rejected.csv` in parts; empty where nothing was wrong.
    file : CustomerFile
        The upload.
    assigned_rows, rejections : AssignedRows, Rejections
        Write the rows of those files, for an executor on several machines; it then adds what was written to `written`.
    written : WrittenRows
        What is kept of the rows that were written.
    """

    def __init__(self, segmentation: Segmentation, findings: Findings, members_before: Members | None) -> None:
        customers = segmentation.customers
        self.rows, self.file = customers.rows, customers.file
        self._segmentation, self._findings, self._members_before = segmentation, findings, members_before
        self.written = WrittenRows()
        self.assigned_rows = AssignedRows(customers, segmentation.assignments, findings.ids, segmentation.outliers)
        self.rejections = Rejections(customers)
        assigned = assigned_rows(self.assigned_rows, customers.file, self.written)
        self.assigned: Iterator[bytes | memoryview] = _reported(assigned, segmentation.report)
        self.rejected: Iterator[bytes] = rejected_rows(customers)

    @property
    def intake(self) -> dict[str, Any]:
        """The account of the file, as `data.schema.json` describes it; complete once `assigned` was consumed."""
        found = self._segmentation
        notes = [*found.notes, *outlier_notes(found.outliers, self._findings.disclosure), *self._described[1]]
        return with_notes(found.customers.account, notes)

    @property
    def detail(self) -> str:
        """What the uploader alone may know: the values of outliers, and their lines; complete as `members` is."""
        return outlier_detail(self.written.outliers)

    @cached_property
    def members(self) -> Members | None:
        """The segments of the customers who have an id, None where none has; complete once `assigned` was consumed."""
        return self.written.sample.members()

    def identities(self) -> dict[str, Any]:
        """Return what a later run compares its segments with; it is known before the rows are written."""
        return identities_document(self._findings)

    def document(self) -> dict[str, Any]:
        """Return the public result, see `segmentation.results.document`; complete once `assigned` was consumed."""
        document = result_document(self._findings, self._described[0])
        changes = None if self._findings.before is None else self._changes(self._findings.before)
        return {**document, "changes": changes, "rows": self.rows, "intake": self.intake}

    @cached_property
    def _described(self) -> tuple[list[Column], list[Note]]:
        """The columns that describe the segments, and notes on those that do not after all."""
        found, tallies = self._findings, self.written.tallies
        describing = self.file.schema.describing if tallies else ()
        first = len(found.modes[BIVARIATE].segments)
        return columns_of(describing, tallies, first, found.points.customers, found.disclosure)

    def _changes(self, before: Mapping[str, Any]) -> dict[str, Any]:
        found = self._findings
        transitions = {}
        for mode, ids in found.ids.items():
            ids_before = [part["id"] for part in before["modes"][mode]["segments"]]
            then, now = self._members_before, self.members
            transitions[mode] = (
                None if then is None or now is None else transition_matrix(then, now, mode, ids_before, ids)
            )
        return changes_document(
            before, found.modes, found.roles, found.points.features, transitions, found.disclosure_of_both
        )


@dataclass(frozen=True)
class Segmentation:
    """The segments of a file without ids, which depend on the run before.

    Parameters
    ----------
    customers : LoadedCustomers
        The customers.
    points : WeightedPoints
        The customers who are in the segments, on the scales on which they are compared.
    outliers : Outliers
        Those who are not.
    clusterings : mapping of str to Clustering
        By name of mode, its clustering.
    assignments : mapping of str to Assignment
        By name of mode, the segments of all customers, outliers included.
    chosen : ChosenK
        The number of segments.
    notes : sequence of Note
        Notes on the scales.
    settings : Settings
        Settings of the analysis.
    rounding_key : bytes
        Secret key of the random rounding.
    report : callable
        Called with the stage and the number of rows processed.
    """

    customers: LoadedCustomers
    points: WeightedPoints
    outliers: Outliers
    clusterings: Mapping[str, Clustering]
    assignments: Mapping[str, Assignment]
    chosen: ChosenK
    notes: Sequence[Note]
    settings: Settings
    rounding_key: bytes
    report: Report

    def result(self, previous: Previous | None = None) -> Result:
        """Describe the segments, compared with the run before.

        Parameters
        ----------
        previous : Previous, optional
            The run before.
        """
        previous = previous or Previous(None)
        if previous.document is not None:
            previous = replace(previous, document=in_units_of(previous.document, self.points))
        kept = ~self.outliers.mask
        findings = Findings.build(
            self.points,
            self.customers.modes,
            self.clusterings,
            {mode: assignment.where(kept) for mode, assignment in self.assignments.items()},
            self.chosen,
            self.settings,
            previous.document,
            previous.last_ids,
            self.rounding_key,
            self.outliers,
        )
        return Result(self, findings, previous.members)


def find_segments(
    source: Source,
    *,
    settings: Settings | None = None,
    k: int | None = None,
    report: Report | None = None,
    block_bytes: int = BLOCK_BYTES,
    executor: ScanExecutor | None = None,
    rounding_key: bytes = b"",
    decisions: Decisions | None = None,
) -> Segmentation:
    """Find the segments in a CSV of customers.

    Parameters
    ----------
    source : callable
        Opens the bytes of the file; it is called for each pass over them, see `CustomerFile`.
    settings : Settings, optional
        Settings of the analysis.
    k : int, optional
        The number of segments, 2 to 10, where the settings do not fix it; chosen from the data by default.
    report : callable, optional
        Called with the stage and the number of rows processed, whenever these change.
    block_bytes : int
        About how many bytes are processed at a time; the result does not depend on it.
    executor : ScanExecutor, optional
        Scans the file; by default this process does.
    rounding_key : bytes
        Key of the random rounding, see `segmentation.points.disclosure`; secret, where the settings ask for rounding.
    decisions : Decisions, optional
        What the run before decided; it is kept where the settings do not say otherwise.

    Returns
    -------
    Segmentation
        The same for the same bytes and key, whatever the processor, see `segmentation.clustering.exact`.

    Raises
    ------
    UnusableFileError
        If the file cannot be used; it says why and what to do.
    """
    report = report or _no_report
    settings = settings or Settings()
    settings = replace(settings, k=settings.k or k)
    decisions = decisions or Decisions()
    customers = load_customers(source, settings, report, block_bytes, executor, rounding_key, decisions.features)
    report("clustering", customers.rows["read"])
    everyone, impossible = with_scales(customers.points, settings.scales, decisions.scales)
    rule = settings.outliers or decisions.outliers
    outliers, points = find_outliers(everyone, rule, before=decisions.left_out, modes=customers.modes)
    with offering(lambda: (customers.file.dialect, customers.file.schema), settings):
        clusterings, assignments, chosen = cluster(points, customers.modes, settings.k, everyone)
    notes = scale_notes(impossible, settings.scales, points.features)
    return Segmentation(
        customers, points, outliers, clusterings, assignments, chosen, notes, settings, rounding_key, report
    )


def segment(source: Source, *, previous: Previous | None = None, **options: Any) -> Result:
    """Find the segments in a CSV of customers, and describe them, compared with the run before.

    Parameters
    ----------
    source : callable
        Opens the bytes of the file.
    previous : Previous, optional
        The run before.
    **options : object
        See `find_segments`, which also documents what is raised.
    """
    before = previous and previous.document
    decisions = Decisions.from_document(before) if before else None
    return find_segments(source, decisions=decisions, **options).result(previous)


def _reported(parts: Iterator[tuple[bytes | memoryview, int]], report: Report) -> Iterator[bytes | memoryview]:
    written = 0
    for part, rows in parts:
        yield part
        written += rows
        report("writing", written)


def _no_report(_stage: str, _rows: int) -> None:
    pass
