"""The stages in order, for the function and for the command line alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from segmentation.clustering.cluster import cluster
from segmentation.clustering.result import Assignment, Clustering
from segmentation.clustering.selection import ChosenK
from segmentation.customers.load import LoadedCustomers, Report, ScanExecutor, load_customers
from segmentation.customers.reader import Source
from segmentation.describing.membership import Members, MembershipSample, transition_matrix
from segmentation.describing.transitions import changes_document
from segmentation.files.blocks import BLOCK_BYTES
from segmentation.results.assignments import AssignedRows, Rejections, assigned_rows, rejected_rows
from segmentation.results.document import Findings, identities_document, result_document
from segmentation.results.previous import in_units_of
from segmentation.schema.settings import Settings


@dataclass(frozen=True)
class Previous:
    """What came before: the run that the segments of now are compared with, and the ids that all runs gave.

    Parameters
    ----------
    document : dict or None
        The `data.json` of the run before; None where none stands any more.
    members : Members or None
        The segments of its customers, where they have ids.
    last_ids : mapping of str to int
        By name of mode, the highest id ever given, where that is not the document's.
    """

    document: dict[str, Any] | None
    members: Members | None = None
    last_ids: Mapping[str, int] = field(default_factory=dict)


class Result:
    """What one upload gave.

    Attributes
    ----------
    rows : dict of str to int
        How many rows were read, used, imputed, duplicated and rejected.
    intake : dict
        What was made of the file, as `data.schema.json` describes it.
    assigned : iterator of bytes-like
        The private `Clustering_Final.csv` in parts, made as they are taken.
    rejected : iterator of bytes
        The private `rejected.csv` in parts; none where nothing was wrong.
    file : CustomerFile
        The upload.
    assigned_rows, rejections : AssignedRows, Rejections
        What writes those files, for who has several machines write them; these tell `member_list` who was written.
    member_list : MembershipSample
        The customers who were written.
    """

    def __init__(
        self, customers: LoadedCustomers, findings: Findings, members_before: Members | None, report: Report
    ) -> None:
        self.rows, self.intake = customers.rows, customers.account
        self._findings, self._members_before = findings, members_before
        self.file, self.member_list = customers.file, MembershipSample()
        self.assigned_rows = AssignedRows(customers, findings.assignments, findings.ids)
        self.rejections = Rejections(customers)
        assigned = assigned_rows(customers, findings.assignments, findings.ids, self.member_list)
        self.assigned: Iterator[bytes | memoryview] = _reported(assigned, report)
        self.rejected: Iterator[bytes] = rejected_rows(customers)

    @cached_property
    def members(self) -> Members | None:
        """The segments of the customers who have an id, None where none has; known once `assigned` was taken."""
        return self.member_list.members()

    def identities(self) -> dict[str, Any]:
        """Return what a later run compares its segments with, which is known before the rows are written."""
        return identities_document(self._findings)

    def document(self) -> dict[str, Any]:
        """Return the public result, see `segmentation.results.document`; complete once `assigned` was taken."""
        document = result_document(self._findings)
        changes = None if self._findings.before is None else self._changes(self._findings.before)
        return {**document, "changes": changes, "rows": self.rows, "intake": self.intake}

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
    """The segments of a file, which have no ids yet: those depend on the run before.

    Parameters
    ----------
    customers : LoadedCustomers
        The customers.
    clusterings : mapping of str to Clustering
        By name of mode.
    assignments : mapping of str to Assignment
        By name of mode, where each point belongs.
    chosen : ChosenK
        How many segments there are.
    settings : Settings
        How the file was read and segmented.
    rounding_key : bytes
        What random rounding is drawn by.
    report : callable
        Is told how far the work is.
    """

    customers: LoadedCustomers
    clusterings: Mapping[str, Clustering]
    assignments: Mapping[str, Assignment]
    chosen: ChosenK
    settings: Settings
    rounding_key: bytes
    report: Report

    def result(self, previous: Previous | None = None) -> Result:
        """Say what the segments are, in view of the run before."""
        previous = previous or Previous(None)
        if previous.document is not None:
            previous = replace(previous, document=in_units_of(previous.document, self.customers.points))
        findings = Findings.build(
            self.customers.points,
            self.customers.modes,
            self.clusterings,
            self.assignments,
            self.chosen,
            self.settings,
            previous.document,
            previous.last_ids,
            self.rounding_key,
        )
        return Result(self.customers, findings, previous.members, self.report)


def find_segments(
    source: Source,
    *,
    settings: Settings | None = None,
    k: int | None = None,
    report: Report | None = None,
    block_bytes: int = BLOCK_BYTES,
    executor: ScanExecutor | None = None,
    rounding_key: bytes = b"",
) -> Segmentation:
    """Find the segments in a CSV of customers.

    Parameters
    ----------
    source : callable
        Opens the bytes of the file; it is called for each of the passes over them, see `CustomerFile`.
    settings : Settings, optional
        How the file is to be read and segmented.
    k : int, optional
        The number of segments, 2 to 10, where the settings do not say; chosen from the data by default.
    report : callable, optional
        Called with the name of a stage, and how many rows it is through with, whenever that changes.
    block_bytes : int
        About how much of the file is worked on at a time; the result does not depend on it.
    executor : ScanExecutor, optional
        Who reads it, where that are several machines.
    rounding_key : bytes
        What the lots of `segmentation.points.disclosure` are drawn by; secret, where the settings have numbers rounded.

    Returns
    -------
    Segmentation
        The same for the same bytes and key, whatever the processor, see `segmentation.exact`.

    Raises
    ------
    UnusableFileError
        If the file cannot be used; it says why and what to do.
    """
    report = report or _no_report
    settings = settings or Settings()
    settings = replace(settings, k=settings.k or k)
    customers = load_customers(source, settings, report, block_bytes, executor, rounding_key)
    report("clustering", customers.rows["read"])
    clusterings, assignments, chosen = cluster(customers.points, customers.modes, settings.k)
    return Segmentation(customers, clusterings, assignments, chosen, settings, rounding_key, report)


def segment(source: Source, *, previous: Previous | None = None, **options: Any) -> Result:
    """Find the segments in a CSV of customers, and say what they are in view of the run before.

    Parameters
    ----------
    source : callable
        Opens the bytes of the file.
    previous : Previous, optional
        The run before.
    **options
        See `find_segments`, which also says what is raised.
    """
    return find_segments(source, **options).result(previous)


def _reported(parts: Iterator[tuple[bytes | memoryview, int]], report: Report) -> Iterator[bytes | memoryview]:
    written = 0
    for part, rows in parts:
        yield part
        written += rows
        report("writing", written)


def _no_report(_stage: str, _rows: int) -> None:
    pass
