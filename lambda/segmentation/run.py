"""The stages in order, for the function and for the command line alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from segmentation.assign import assigned_rows
from segmentation.cluster import cluster
from segmentation.compress import Grid, WeightedPoints, compress
from segmentation.document import result_document
from segmentation.ingest import Chunk, CustomerFile, Source, Tally
from segmentation.rows import BLOCK_BYTES

# Told how far the work is: the stage, and the rows that it is through with.
Report = Callable[[str, int], None]


@dataclass(frozen=True)
class Result:
    """What one upload gave.

    Parameters
    ----------
    document : dict
        The public result, see `segmentation.document`.
    rows : dict of str to int
        How many rows were read, used and rejected.
    assigned : iterator of bytes-like
        The private `Clustering_Final.csv` in parts, made as they are taken.
    """

    document: dict[str, Any]
    rows: dict[str, int]
    assigned: Iterator[bytes | memoryview]


def segment(
    source: Source, *, k: int | None = None, report: Report | None = None, block_bytes: int = BLOCK_BYTES
) -> Result:
    """Find the segments in a CSV of customers.

    Parameters
    ----------
    source : callable
        Opens the bytes of the file; it is called for each of the passes over them, see `CustomerFile`.
    k : int, optional
        The number of segments, 2 to 10; chosen from the data by default.
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
    file = CustomerFile(source, block_bytes)
    points, rows = _read(file, report)
    report("clustering", rows["read"])
    clusterings, labels, chosen = cluster(points, k)
    document = {**result_document(points, clusterings, labels, chosen), "rows": rows}
    return Result(document, rows, _reported(assigned_rows(file, points, labels), report))


def _read(file: CustomerFile, report: Report) -> tuple[WeightedPoints, dict[str, int]]:
    grid, tally = Grid.of(file.head), Tally(file)
    points = WeightedPoints.none(file.head.features, grid)

    def compressed(chunk: Chunk) -> tuple[Chunk, WeightedPoints]:
        return chunk, compress(chunk, grid, points.widths)

    for chunk, found in file.map(compressed):
        points += found
        tally.add(chunk)
        report("reading", tally.read)
    tally.check()
    return points, tally.rows


def _reported(parts: Iterator[tuple[bytes | memoryview, int]], report: Report) -> Iterator[bytes | memoryview]:
    written = 0
    for part, rows in parts:
        yield part
        written += rows
        report("writing", written)


def _no_report(_stage: str, _rows: int) -> None:
    pass
