"""Stage 5, assign: every row of the upload with its segment in both modes, or the reason why it has none.

The only place that knows the row format of `Clustering_Final.csv` and `rejected.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from segmentation.clustering.kmeans import Labels
from segmentation.clustering.outliers import Outliers
from segmentation.clustering.result import Assignment
from segmentation.customers.cleaning import reason_texts, reasons
from segmentation.customers.load import LoadedCustomers
from segmentation.customers.reader import CustomerFile
from segmentation.describing.membership import Hashes, MembershipSample, SegmentIdArray
from segmentation.describing.tallies import Tally, TallyMaker
from segmentation.points.chunk import CUSTOMER, DUPLICATE, Chunk
from segmentation.points.lookup import point_lookup
from segmentation.results.csv_cells import byte_order_mark, csv_cells
from segmentation.results.outlier_notes import MAX_NAMED, OutlierCell
from segmentation.results.row_writer import COLUMN_OF_MODE, CONFIDENCE_STEPS, RowWriter
from segmentation.schema.numbers import MISSING, NOT_NUMERIC, OUT_OF_RANGE, VALID

_REJECTED_HEADER = ("Line", "Column", "Value", "Reason", "Outcome")
_FAULTS = {MISSING: "missing", NOT_NUMERIC: "not a number", OUT_OF_RANGE: "impossible"}
_LABEL_BITS, _CONFIDENCE_BITS = 4, 7


class WrittenChunk(NamedTuple):
    """A chunk with its segments.

    Parameters
    ----------
    text : memoryview
        Its rows.
    n_rows : int
        How many there are.
    members : tuple of ndarray
        The hashes of the ids of its customers but the outliers, and their segments, for `MembershipSample`.
    outliers : list of OutlierCell
        The values that make customers outliers, as many as are named.
    tallies : list of Tally
        What is counted of the columns that describe the segments.
    """

    text: memoryview
    n_rows: int
    members: tuple[Hashes, SegmentIdArray, SegmentIdArray]
    outliers: list[OutlierCell]
    tallies: list[Tally]


class WrittenRows:
    """What is kept of the rows that were written.

    Attributes
    ----------
    sample : MembershipSample
        The segments of the customers who have an id.
    outliers : list of OutlierCell
        The first values that make customers outliers, one more than are named.
    tallies : list of Tally
        What was counted of the columns that describe the segments; empty before the first chunk.
    """

    def __init__(self) -> None:
        self.sample, self.outliers, self.tallies = MembershipSample(), list[OutlierCell](), list[Tally]()

    def add(self, chunk: WrittenChunk) -> None:
        """Add the next chunk.

        Parameters
        ----------
        chunk : WrittenChunk
            The chunk.
        """
        self.sample.add(*chunk.members)
        self._add_outliers(chunk.outliers)
        self._add_tallies(chunk.tallies)

    def join(self, other: WrittenRows) -> None:
        """Add the rows that another machine wrote, which come after these.

        Parameters
        ----------
        other : WrittenRows
            Those rows.
        """
        self.sample.join(other.sample)
        self._add_outliers(other.outliers)
        self._add_tallies(other.tallies)

    def _add_outliers(self, cells: Sequence[OutlierCell]) -> None:
        self.outliers += cells[: MAX_NAMED + 1 - len(self.outliers)]

    def _add_tallies(self, tallies: list[Tally]) -> None:
        if not self.tallies:
            self.tallies = tallies
            return
        for one, more in zip(self.tallies, tallies, strict=False):
            one.add(more)


def assigned_rows(
    writer: AssignedRows, file: CustomerFile, written: WrittenRows
) -> Iterator[tuple[bytes | memoryview, int]]:
    """Write each input row as it is in the file, with its segment and confidence in both modes.

    Parameters
    ----------
    writer : AssignedRows
        Writes the rows.
    file : CustomerFile
        The upload.
    written : WrittenRows
        Collects what is kept of them.

    Returns
    -------
    iterator of (bytes, int)
        Parts of a CSV in UTF-8, see `RowWriter`, and how many rows are in each.
    """
    yield writer.header(), 0
    for chunk in file.map(writer.written):
        written.add(chunk)
        yield chunk.text, chunk.n_rows


class AssignedRows:
    """Writes the rows of a file with their segments, each chunk independently.

    Parameters
    ----------
    customers : LoadedCustomers
        The customers of the upload.
    assignments : mapping of str to Assignment
        By name of mode, the segments of its points.
    ids : mapping of str to sequence of int
        By name of mode, the ids of the segments in the order of their labels.
    outliers : Outliers
        The customers who were left out while the segments were sought.
    """

    def __init__(
        self,
        customers: LoadedCustomers,
        assignments: Mapping[str, Assignment],
        ids: Mapping[str, Sequence[int]],
        outliers: Outliers,
    ) -> None:
        self._cleaning = customers.cleaning
        self._points, self._places = customers.points, _packed_places(assignments, outliers.mask)
        self._writer = RowWriter(
            customers.file, ids, reason_texts(customers.points.features), all_ascii=customers.ascii, outliers=True
        )
        self._tally_maker = TallyMaker(customers.file, [len(ids[mode]) for mode in COLUMN_OF_MODE])
        self._ids = [np.array(ids[mode], dtype=np.uint32) for mode in COLUMN_OF_MODE]
        roles = [feature.role for feature in customers.points.features]
        wanted = customers.file.schema.wanted
        self._outlying_ranges = [
            (i, customers.file.header[wanted[i].position], wanted[i].position, outliers.ranges[role])
            for i, role in enumerate(roles)
            if role in outliers.ranges
        ]

    def header(self) -> bytes:
        """Return the header row, as `RowWriter` writes it."""
        return self._writer.header()

    def written(self, chunk: Chunk) -> WrittenChunk:
        """Write a chunk.

        Parameters
        ----------
        chunk : Chunk
            The chunk, as it was read.
        """
        chunk = self._cleaning.applied(chunk)
        labels, confidences, outlying = _unpacked_places(self._place_of(chunk), chunk.usable)
        rows = self._writer.rows(chunk, labels, confidences, reasons(chunk), outlying)
        outliers = np.flatnonzero(outlying == 1)
        cells = self._outlier_cells(chunk, outliers[: MAX_NAMED + 1]) if len(outliers) else []
        tallies = self._tally_maker.tallies(chunk.rows, chunk.usable & (outlying == 0), labels)
        return WrittenChunk(rows, len(chunk.rows), self._known(chunk, labels, outlying), cells, tallies)

    def _outlier_cells(self, chunk: Chunk, rows: npt.NDArray[np.intp]) -> list[OutlierCell]:
        starts = chunk.rows.starts
        return [
            OutlierCell(int(line), column, chunk.rows.cells(int(row), starts)[position])
            for row, line in zip(rows, chunk.rows.lines(rows), strict=True)
            for i, column, position, ranges in self._outlying_ranges
            if any(low < chunk.columns[i][row] < high for low, high in ranges)
        ]

    @cached_property
    def _place_of(self) -> Callable[[Chunk], npt.NDArray[np.uint32]]:
        return point_lookup(self._points, self._places)

    def _known(
        self, chunk: Chunk, labels: Sequence[Labels], outlying: Labels
    ) -> tuple[Hashes, SegmentIdArray, SegmentIdArray]:
        if chunk.ids is None:
            nobody = np.zeros(0, dtype=np.uint32)
            return nobody.astype(np.uint64), nobody, nobody
        hashes, known = chunk.ids.hashes_of(chunk.usable[chunk.customers])
        in_segments = (outlying[chunk.usable] == 0)[known]
        first, second = (own[one[chunk.usable][known]][in_segments] for own, one in zip(self._ids, labels, strict=True))
        return hashes[in_segments], first, second

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be recomputed, and is larger than what it is computed from."""
        return {name: value for name, value in self.__dict__.items() if name != "_place_of"}


def _packed_places(assignments: Mapping[str, Assignment], outlying: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint32]:
    """Return one integer for each point: whether it is an outlier, and its label and confidence in both modes."""
    packed = outlying.astype(np.uint32)
    for mode in COLUMN_OF_MODE:
        for column, bits in (
            (assignments[mode].labels, _LABEL_BITS),
            (np.rint(assignments[mode].confidence * (CONFIDENCE_STEPS - 1)), _CONFIDENCE_BITS),
        ):
            packed = packed << np.uint32(bits) | column.astype(np.uint32)
    return packed


def _unpacked_places(
    places: npt.NDArray[np.uint32], usable: npt.NDArray[np.bool_]
) -> tuple[list[Labels], list[Labels], Labels]:
    """Return the labels and confidences of rows in each mode, and whether they are outliers; -1 for unusable rows."""
    columns: list[Labels] = []
    for bits in (*(_CONFIDENCE_BITS, _LABEL_BITS) * len(COLUMN_OF_MODE), 1):
        found = (places & np.uint32((1 << bits) - 1)).astype(np.intp)
        places = places >> np.uint32(bits)
        if not usable.all():
            whole = np.full(len(usable), -1, dtype=np.intp)
            whole[usable] = found
            found = whole
        columns.append(found)
    *columns, outlying = columns
    confidences, labels = columns[::2], columns[1::2]
    return labels[::-1], confidences[::-1], outlying


def rejected_rows(customers: LoadedCustomers) -> Iterator[bytes]:
    """Write what was wrong with single rows and cells: line, column, value, reason and outcome.

    Parameters
    ----------
    customers : LoadedCustomers
        The customers of the upload.

    Returns
    -------
    iterator of bytes
        Parts of a CSV in UTF-8, with commas; nothing at all where nothing was wrong.
    """
    rejections = Rejections(customers)
    if rejections.any:
        yield rejections.header()
        yield from map(rejections.written, customers.file.chunks())


class Rejections:
    """Writes what was wrong with the rows of a file, each chunk independently.

    Parameters
    ----------
    customers : LoadedCustomers
        The customers of the upload.

    Attributes
    ----------
    any : bool
        Whether anything was wrong at all.
    """

    def __init__(self, customers: LoadedCustomers) -> None:
        self.any = any(customers.rows[what] for what in ("imputed", "duplicated", "rejected"))
        self._cleaning = customers.cleaning
        self._wanted = [(customers.file.header[one.position], one.position) for one in customers.file.schema.wanted]
        self._why = reason_texts(customers.points.features)
        self._mark = byte_order_mark(customers.ascii, *customers.file.header, *self._why)

    def header(self) -> bytes:
        """Return the header row."""
        return self._mark + csv_cells(_REJECTED_HEADER) + b"\n"

    def written(self, chunk: Chunk) -> bytes:
        """Write what was wrong with the rows of a chunk.

        Parameters
        ----------
        chunk : Chunk
            The chunk, as it was read.
        """
        chunk = self._cleaning.applied(chunk)
        found = reasons(chunk)
        wrong = found > 0
        for faults in chunk.faults:
            if faults is not None:
                wrong |= faults != VALID
        rows = np.flatnonzero(wrong)
        lines, starts = chunk.rows.lines(rows), chunk.rows.starts
        return b"".join(
            csv_cells([str(line), *cells]) + b"\n"
            for row, line in zip(rows, lines, strict=True)
            for cells in self._faults_of(chunk, int(row), int(found[row]), chunk.rows.cells(int(row), starts))
        )

    def _faults_of(self, chunk: Chunk, row: int, reason: int, cells: list[str]) -> Iterator[tuple[str, str, str, str]]:
        """Yield column, value, reason and outcome of each fault of a row."""
        outcome = "imputed" if reason == 0 else "duplicate" if reason == DUPLICATE else "rejected"
        if chunk.row_status is not None and chunk.row_status[row] != CUSTOMER:
            yield "", "", self._why[reason], outcome
            return
        for (name, position), faults in zip(self._wanted, chunk.faults, strict=True):
            if faults is not None and faults[row] != VALID:
                yield name, cells[position], _FAULTS[int(faults[row])], outcome
