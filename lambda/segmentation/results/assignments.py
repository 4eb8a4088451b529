"""Stage 5, assign: every row of the upload with its segment in both modes, or the reason why it has none.

The only place that knows the row format of `Clustering_Final.csv` and `rejected.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.clustering.kmeans import Labels
from segmentation.clustering.result import Assignment
from segmentation.customers.cleaning import reason_texts, reasons
from segmentation.customers.load import LoadedCustomers
from segmentation.describing.membership import Hashes, MembershipSample, SegmentIdArray
from segmentation.points.chunk import CUSTOMER, DUPLICATE, Chunk
from segmentation.points.lookup import point_lookup
from segmentation.results.csv_cells import byte_order_mark, csv_cells
from segmentation.results.row_writer import COLUMN_OF_MODE, CONFIDENCE_STEPS, RowWriter
from segmentation.schema.numbers import MISSING, NOT_NUMERIC, OUT_OF_RANGE, VALID
from segmentation.schema.schema import BIVARIATE

_REJECTED_HEADER = ("Line", "Column", "Value", "Reason", "Outcome")
_FAULTS = {MISSING: "missing", NOT_NUMERIC: "not a number", OUT_OF_RANGE: "impossible"}
_LABEL_BITS, _CONFIDENCE_BITS = 4, 7


def assigned_rows(
    customers: LoadedCustomers,
    assignments: Mapping[str, Assignment],
    ids: Mapping[str, Sequence[int]],
    members: MembershipSample,
) -> Iterator[tuple[bytes | memoryview, int]]:
    """Write each input row as it is in the file, with its segment and confidence in both modes.

    Parameters
    ----------
    customers : LoadedCustomers
        The customers of the upload.
    assignments : mapping of str to Assignment
        By name of mode, the segments of its points.
    ids : mapping of str to sequence of int
        By name of mode, the ids of the segments in the order of their labels.
    members : MembershipSample
        Collects the segments of the customers who have an id.

    Returns
    -------
    iterator of (bytes, int)
        Parts of a CSV in UTF-8, see `RowWriter`, and how many rows are in each.
    """
    writer = AssignedRows(customers, assignments, ids)
    yield writer.header(), 0
    for text, rows, known in customers.file.map(writer.written):
        members.add(*known)
        yield text, rows


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
    """

    def __init__(
        self, customers: LoadedCustomers, assignments: Mapping[str, Assignment], ids: Mapping[str, Sequence[int]]
    ) -> None:
        self._cleaning = customers.cleaning
        self._points, self._places = customers.points, _packed_places(assignments)
        self._writer = RowWriter(
            customers.file, ids, reason_texts(customers.points.features), all_ascii=customers.ascii
        )
        self._ids = [np.array(ids[mode], dtype=np.uint32) for mode in COLUMN_OF_MODE]

    def header(self) -> bytes:
        """Return the header row, as `RowWriter` writes it."""
        return self._writer.header()

    def written(self, chunk: Chunk) -> tuple[memoryview, int, tuple[Hashes, SegmentIdArray, SegmentIdArray]]:
        """Write a chunk.

        Parameters
        ----------
        chunk : Chunk
            The chunk, as it was read.

        Returns
        -------
        rows : memoryview
            Its rows.
        n_rows : int
            How many there are.
        members : tuple of ndarray
            The hashes of the ids of its customers, and their segments, for `MembershipSample`.
        """
        chunk = self._cleaning.applied(chunk)
        labels, confidences = _unpacked_places(self._place_of(chunk), chunk.usable)
        return (
            self._writer.rows(chunk, labels, confidences, reasons(chunk)),
            len(chunk.rows),
            self._known(chunk, labels),
        )

    @cached_property
    def _place_of(self) -> Callable[[Chunk], npt.NDArray[np.uint32]]:
        return point_lookup(self._points, self._places)

    def _known(self, chunk: Chunk, labels: Sequence[Labels]) -> tuple[Hashes, SegmentIdArray, SegmentIdArray]:
        if chunk.ids is None:
            nobody = np.zeros(0, dtype=np.uint32)
            return nobody.astype(np.uint64), nobody, nobody
        hashes, known = chunk.ids.hashes_of(chunk.usable[chunk.customers])
        first, second = (own[one[chunk.usable][known]] for own, one in zip(self._ids, labels, strict=True))
        return hashes, first, second

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be recomputed, and is larger than what it is computed from."""
        return {name: value for name, value in self.__dict__.items() if name != "_place_of"}


def _packed_places(assignments: Mapping[str, Assignment]) -> npt.NDArray[np.uint32]:
    """Return one integer for each point with its label and confidence in both modes."""
    packed = np.zeros(len(assignments[BIVARIATE].labels), dtype=np.uint32)
    for mode in COLUMN_OF_MODE:
        for column, bits in (
            (assignments[mode].labels, _LABEL_BITS),
            (np.rint(assignments[mode].confidence * (CONFIDENCE_STEPS - 1)), _CONFIDENCE_BITS),
        ):
            packed = packed << np.uint32(bits) | column.astype(np.uint32)
    return packed


def _unpacked_places(
    places: npt.NDArray[np.uint32], usable: npt.NDArray[np.bool_]
) -> tuple[list[Labels], list[Labels]]:
    """Return the labels and confidences of rows in each mode, -1 for those that are not usable."""
    columns: list[Labels] = []
    for bits in (_CONFIDENCE_BITS, _LABEL_BITS) * len(COLUMN_OF_MODE):
        found = (places & np.uint32((1 << bits) - 1)).astype(np.intp)
        places = places >> np.uint32(bits)
        if not usable.all():
            whole = np.full(len(usable), -1, dtype=np.intp)
            whole[usable] = found
            found = whole
        columns.append(found)
    confidences, labels = columns[::2], columns[1::2]
    return labels[::-1], confidences[::-1]


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
