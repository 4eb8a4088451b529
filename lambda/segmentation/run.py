"""The stages in order, for the function and for the command line alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from segmentation.assign import assigned_rows, rejected_rows
from segmentation.cluster import cluster
from segmentation.document import result_document
from segmentation.ingest import Source
from segmentation.intake import Report, take_in
from segmentation.rows import BLOCK_BYTES
from segmentation.settings import Settings


@dataclass(frozen=True)
class Result:
    """What one upload gave.

    Parameters
    ----------
    document : dict
        The public result, see `segmentation.document`.
    rows : dict of str to int
        How many rows were read, used, imputed, duplicated and rejected.
    intake : dict
        What was made of the file, as `data.schema.json` describes it.
    assigned : iterator of bytes-like
        The private `Clustering_Final.csv` in parts, made as they are taken.
    rejected : iterator of bytes
        The private `rejected.csv` in parts; none where nothing was wrong.
    """

    document: dict[str, Any]
    rows: dict[str, int]
    intake: dict[str, Any]
    assigned: Iterator[bytes | memoryview]
    rejected: Iterator[bytes]


def segment(
    source: Source,
    *,
    settings: Settings | None = None,
    k: int | None = None,
    report: Report | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Result:
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

    Returns
    -------
    Result
        The same for the same bytes, on every machine.

    Raises
    ------
    UnusableFileError
        If the file cannot be used; it says why and what to do.
    """
    report = report or _no_report
    settings = settings or Settings()
    settings = replace(settings, k=settings.k or k)
    intake = take_in(source, settings, report, block_bytes)
    report("clustering", intake.rows["read"])
    clusterings, labels, chosen = cluster(intake.points, intake.modes, settings.k)
    document = result_document(intake.points, intake.modes, clusterings, labels, chosen, settings.min_cell_count)
    document |= {"rows": intake.rows, "intake": intake.account}
    assigned = _reported(assigned_rows(intake, labels), report)
    return Result(document, intake.rows, intake.account, assigned, rejected_rows(intake))


def _reported(parts: Iterator[tuple[bytes | memoryview, int]], report: Report) -> Iterator[bytes | memoryview]:
    written = 0
    for part, rows in parts:
        yield part
        written += rows
        report("writing", written)


def _no_report(_stage: str, _rows: int) -> None:
    pass
