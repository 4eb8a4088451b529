"""Stage 5, assign: every row of the upload with its segment in both modes, or why it has none.

The only place that knows the row format of `Clustering_Final.csv` and `rejected.csv`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.clustering.kmeans import Labels
from segmentation.clustering.result import Assignment
from segmentation.customers.cleaning import reason_texts, reasons
from segmentation.customers.load import Intake
from segmentation.customers.reader import CustomerFile
from segmentation.describing.membership import Hashes, Ids, MemberList
from segmentation.points.chunk import CUSTOMER, DUPLICATE, Chunk
from segmentation.schema.numbers import ABSENT, FINE, IMPOSSIBLE, NO_NUMBER
from segmentation.schema.resolve import BIVARIATE, MULTIVARIATE

COLUMN_OF_MODE = {BIVARIATE: "Bivariate Cluster", MULTIVARIATE: "Multivariate Cluster"}
CONFIDENCE_OF_MODE = {BIVARIATE: "Bivariate Confidence", MULTIVARIATE: "Multivariate Confidence"}
REASON_COLUMN = "Reason"

_REJECTED_HEADER = ("Line", "Column", "Value", "Reason", "Outcome")
_FAULTS = {ABSENT: "missing", NO_NUMBER: "not a number", IMPOSSIBLE: "impossible"}
# What a spreadsheet takes for the beginning of a formula, in Japan of full width too; a number may begin with a sign.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
_FORMULA = re.compile(f" *(?:{'|'.join(map(re.escape, _FORMULA_SIGNS))})".encode())
_BEGINS_SIGN = np.isin(np.arange(256), [sign.encode()[0] for sign in _FORMULA_SIGNS])
_SPACE = ord(" ")
_NUMBER = re.compile(rb"[+-]?[\d.,' %$]*(?:[eE][+-]?\d+)?|[+-] ?(?:\xe2\x82\xac|\xc2[\xa3\xa5])? ?[\d.,' ]*")
_BOM = "\ufeff".encode()
# Confidences are written with two decimals, 0.00 to 1.00.
_STEPS = 101
_LABEL_BITS, _CONFIDENCE_BITS = 4, 7


def assigned_rows(
    intake: Intake, assignments: Mapping[str, Assignment], ids: Mapping[str, Sequence[int]], members: MemberList
) -> Iterator[tuple[bytes | memoryview, int]]:
    """Write each input row as it stands in the file, its segment in both modes, and how surely it belongs there.

    Parameters
    ----------
    intake : Intake
        The upload.
    assignments : mapping of str to Assignment
        By name of mode, where each of its points belongs.
    ids : mapping of str to sequence of int
        By name of mode, the ids of the segments in the order of their labels.
    members : MemberList
        Is told the segments of the customers who have an id.

    Returns
    -------
    iterator of (bytes, int)
        Parts of a CSV in UTF-8, see `RowWriter`, and how many rows are in each.
    """
    writer = AssignedRows(intake, assignments, ids)
    yield writer.header(), 0
    for text, rows, known in intake.file.map(writer.written):
        members.add(*known)
        yield text, rows


class AssignedRows:
    """What writes the rows of a file with their segments, any chunk by itself; for parameters see `assigned_rows`."""

    def __init__(self, intake: Intake, assignments: Mapping[str, Assignment], ids: Mapping[str, Sequence[int]]) -> None:
        self._cleaning = intake.cleaning
        self._points, self._places = intake.points, _packed_places(assignments)
        self._writer = RowWriter(intake.file, ids, reason_texts(intake.points.features), all_ascii=intake.ascii)
        self._ids = [np.array(ids[mode], dtype=np.uint32) for mode in COLUMN_OF_MODE]

    def header(self) -> bytes:
        """Return the header, as `RowWriter` writes it."""
        return self._writer.header()

    def written(self, chunk: Chunk) -> tuple[memoryview, int, tuple[Hashes, Ids, Ids]]:
        """Write a chunk as it was read.

        Returns
        -------
        rows : memoryview
            Its rows.
        n_rows : int
            How many there are.
        members : tuple of ndarray
            The hashes of the ids of its customers, and their segments, for `MemberList`.
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
        return self._points.lookup(self._places)

    def _known(self, chunk: Chunk, labels: Sequence[Labels]) -> tuple[Hashes, Ids, Ids]:
        if chunk.ids is None:
            nobody = np.zeros(0, dtype=np.uint32)
            return nobody.astype(np.uint64), nobody, nobody
        hashes, known = chunk.ids.hashes_of(chunk.usable[chunk.customers])
        first, second = (own[one[chunk.usable][known]] for own, one in zip(self._ids, labels, strict=True))
        return hashes, first, second

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be made again, and is larger than what it is made of."""
        return {name: value for name, value in self.__dict__.items() if name != "_place_of"}


class RowWriter:
    """Writes rows as they stand in a file, and behind them where they belong.

    The rows are a CSV in UTF-8, with the separator, the quotes and the line breaks of the file; it begins with a byte
    order mark where it is not ASCII. A row that belongs nowhere has no segments, and the reason in the last column. A
    cell that a spreadsheet would run as a formula begins with an apostrophe.

    Parameters
    ----------
    file : CustomerFile
        Whose rows they are.
    ids : mapping of str to sequence of int
        By name of mode, the ids of the segments in the order of their labels.
    why : sequence of str
        The reasons; the first is none.
    all_ascii : bool
        Whether all rows are ASCII.
    """

    def __init__(
        self, file: CustomerFile, ids: Mapping[str, Sequence[int]], why: Sequence[str], *, all_ascii: bool
    ) -> None:
        self._file = file
        self._separator = file.dialect.separator
        self._mark = _mark(all_ascii, file.dialect.header_row.decode(), *why)
        sure = [f"{step / 100:.2f}" for step in range(_STEPS)]
        if file.schema.decimal_mark == "," != self._separator:
            sure = [text.replace(".", ",") for text in sure]
        # What is nowhere has the index -1, and so what stands last.
        self._ids = [self._endings([*map(str, ids[mode]), ""]) for mode in COLUMN_OF_MODE]
        self._confidences = self._endings([*sure, ""])
        self._reasons = self._endings(why)

    def header(self) -> bytes:
        """Return the header of the file, with names for what is put behind the rows."""
        row = self._file.dialect.header_row
        header = row.rstrip(b"\r\n")
        text, _ = _harmless(header + b"\n", np.array([len(header)]), self._separator)
        more = ["", *COLUMN_OF_MODE.values(), *CONFIDENCE_OF_MODE.values(), REASON_COLUMN]
        return self._mark + text[:-1] + _cells(more, self._separator) + row[len(header) :]

    def rows(
        self, chunk: Chunk, labels: Sequence[Labels], confidences: Sequence[Labels], why: npt.NDArray[np.uint16]
    ) -> memoryview:
        """Return the rows of a chunk.

        Parameters
        ----------
        chunk : Chunk
            The rows.
        labels, confidences : sequence of ndarray of intp, each of shape (n_rows,)
            Of each mode, the segment of each row, and how surely in hundredths; -1 where it has none.
        why : ndarray of uint16, shape (n_rows,)
            The reason, as an index.
        """
        text, ends = _harmless(chunk.rows.text, chunk.rows.ends, self._separator)
        parts = [
            *zip(self._ids, labels, strict=True),
            *((self._confidences, which) for which in confidences),
            (self._reasons, why.astype(np.intp)),
        ]
        return _inserted(text, ends, parts)

    def _endings(self, column: Sequence[str]) -> _Endings:
        """Return what the cells of a column are written as."""
        return _Endings.of([_cells(["", text], self._separator) for text in column])


def _packed_places(assignments: Mapping[str, Assignment]) -> npt.NDArray[np.uint32]:
    """Return one number for where each point belongs in both modes: the labels, and how surely."""
    packed = np.zeros(len(assignments[BIVARIATE].labels), dtype=np.uint32)
    for mode in COLUMN_OF_MODE:
        for column, bits in (
            (assignments[mode].labels, _LABEL_BITS),
            (np.rint(assignments[mode].confidence * (_STEPS - 1)), _CONFIDENCE_BITS),
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


def rejected_rows(intake: Intake) -> Iterator[bytes]:
    """Write what was wrong with single rows and cells: where it is, what is there, and what became of the row.

    Returns
    -------
    iterator of bytes
        Parts of a CSV in UTF-8, with commas; nothing at all where nothing was wrong.
    """
    rejections = Rejections(intake)
    if rejections.any:
        yield rejections.header()
        yield from map(rejections.written, intake.file.chunks())


class Rejections:
    """What writes what was wrong with the rows of a file, any chunk by itself.

    Parameters
    ----------
    intake : Intake
        The file.

    Attributes
    ----------
    any : bool
        Whether anything was wrong at all.
    """

    def __init__(self, intake: Intake) -> None:
        self.any = any(intake.rows[what] for what in ("imputed", "duplicated", "rejected"))
        self._cleaning = intake.cleaning
        self._wanted = [(intake.file.header[one.position], one.position) for one in intake.file.schema.wanted]
        self._why = reason_texts(intake.points.features)
        self._mark = _mark(intake.ascii, *intake.file.header, *self._why)

    def header(self) -> bytes:
        """Return the header."""
        return self._mark + _cells(_REJECTED_HEADER) + b"\n"

    def written(self, chunk: Chunk) -> bytes:
        """Write a chunk as it was read."""
        chunk = self._cleaning.applied(chunk)
        found = reasons(chunk)
        wrong = found > 0
        for faults in chunk.faults:
            if faults is not None:
                wrong |= faults != FINE
        rows = np.flatnonzero(wrong)
        lines, starts = chunk.rows.lines(rows), chunk.rows.starts
        return b"".join(
            _cells([str(line), *cells]) + b"\n"
            for row, line in zip(rows, lines, strict=True)
            for cells in self._faults_of(chunk, int(row), int(found[row]), chunk.rows.cells(int(row), starts))
        )

    def _faults_of(self, chunk: Chunk, row: int, reason: int, cells: list[str]) -> Iterator[tuple[str, str, str, str]]:
        """Yield column, value, reason and outcome of each fault of a row."""
        outcome = "imputed" if reason == 0 else "duplicate" if reason == DUPLICATE else "rejected"
        if chunk.odd is not None and chunk.odd[row] != CUSTOMER:
            yield "", "", self._why[reason], outcome
            return
        for (name, position), faults in zip(self._wanted, chunk.faults, strict=True):
            if faults is not None and faults[row] != FINE:
                yield name, cells[position], _FAULTS[int(faults[row])], outcome


def _mark(all_ascii: bool, *texts: str) -> bytes:
    """Return what a CSV begins with: Excel takes it for UTF-8 only where it begins with a byte order mark."""
    return b"" if all_ascii and all(map(str.isascii, texts)) else _BOM


def _cells(cells: tuple[str, ...] | list[str], separator: str = ",") -> bytes:
    file = io.StringIO()
    # Of line breaks in cells, only those of which the terminator is made are sure to be quoted.
    csv.writer(file, delimiter=separator, lineterminator="\r\n").writerow(map(_harmless_text, cells))
    return file.getvalue().removesuffix("\r\n").encode()


def _harmless_text(text: str) -> str:
    return f"'{text}" if _is_formula(text.encode()) else text


def _is_formula(cell: bytes) -> bool:
    return bool(_FORMULA.match(cell)) and not _NUMBER.fullmatch(cell.strip(b" "))


def _harmless(text: bytes, ends: npt.NDArray[np.intp], separator: str) -> tuple[bytes, npt.NDArray[np.intp]]:
    """Return rows in which no cell begins as a formula does, and where each of them ends.

    Nor does what follows a separator or a line break inside quotes: other programs may cut the cell there.
    """
    codes = np.frombuffer(text, np.uint8)
    begins = np.flatnonzero(_BEGINS_SIGN[codes] | (codes == _SPACE))
    before = np.where(begins > 0, codes[begins - 1], ord("\n"))
    border = [*separator.encode(), *b'\r\n"']
    begins = begins[np.isin(before, border) & (codes[begins] != ord(separator))]
    after = codes[np.minimum(begins + 1, len(codes) - 1)]
    begins = begins[(codes[begins] != _SPACE) | (after == _SPACE) | _BEGINS_SIGN[after]]
    rest_of_cell = re.compile(rb"[^" + re.escape(separator.encode()) + rb'"\r\n]*')
    risky = [int(i) for i in begins if _is_formula(rest_of_cell.match(text, i)[0])]  # type: ignore[index]
    if not risky:
        return text, ends
    return np.insert(codes, risky, ord("'")).tobytes(), ends + np.searchsorted(risky, ends)


@dataclass(frozen=True)
class _Endings:
    """Texts that are put behind rows.

    Parameters
    ----------
    letters : ndarray of uint8, shape (longest, n_endings)
        The first of each, the second of each, and so on; each is filled up with blanks.
    lengths : ndarray of intp, shape (n_endings,)
        How many are its own.
    """

    letters: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.intp]

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> _Endings:
        longest = max(map(len, texts))
        letters = np.frombuffer(b"".join(text.ljust(longest) for text in texts), np.uint8).reshape(-1, longest)
        return cls(np.ascontiguousarray(letters.T), np.array([len(text) for text in texts]))


def _inserted(
    text: bytes, ends: npt.NDArray[np.intp], parts: Sequence[tuple[_Endings, npt.NDArray[np.intp]]]
) -> memoryview:
    """Put endings before the line break of each row, one of each part."""
    lengths = [endings.lengths[which] for endings, which in parts]
    total = np.sum(lengths, axis=0)
    places = ends + np.cumsum(total) - total
    written = np.empty(len(text) + int(total.sum()), dtype=np.uint8)
    copied = np.ones(len(written), dtype=bool)
    for (endings, which), length in zip(parts, lengths, strict=True):
        for i in range(int(length.max(initial=0))):
            # Most endings are of one length: then all rows have an i-th letter.
            some = length > i if i >= length.min() else slice(None)
            where = places[some] + i
            written[where] = endings.letters[i][which[some]]
            copied[where] = False
        places = places + length
    written[copied] = np.frombuffer(text, dtype=np.uint8)
    return written.data
