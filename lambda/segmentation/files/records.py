"""Stage 1b: a stream of UTF-8 to blocks of whole rows.

The only place that knows where a row of a CSV ends, and what to do with one that has more or fewer cells than columns.
It holds a block or two at a time, whatever the size of the file.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from segmentation import refusals
from segmentation.files.encoding import is_utf_8
from segmentation.files.kinds import refuse_binary
from segmentation.files.quotes import count_lines, without_tabs_before_quotes

# A quote that never closes makes one row of all that follows; this is where it is noticed.
LONGEST_ROW = 2**20
# The last block holds at least so much: what is below the customers, such as totals.
FOOT_BYTES = 2**10

# As long as a row may be, so may a cell.
csv.field_size_limit(LONGEST_ROW)

Places = npt.NDArray[np.intp]


class NotUtf8Error(Exception):
    """A part of the file is not UTF-8, though its beginning is.

    Parameters
    ----------
    text : bytes
        The part.
    line : int
        Number of the first line that is not UTF-8, from 1.
    """

    def __init__(self, text: bytes, line: int) -> None:
        super().__init__(f"line {line}")
        self.text = text
        self.line = line


@dataclass(frozen=True)
class Block:
    """Consecutive rows with the same number of cells, none of them blank.

    Parameters
    ----------
    text : bytes
        The rows with their line breaks.
    ends : ndarray of intp, shape (n_rows,)
        Offset in `text` of the end of each row, before its line break.
    separator : str
        What separates cells.
    origin : RawBlock
        The raw rows that these were made from.
    begins : ndarray of intp, shape (n_rows,)
        Offset in the text of `origin` of the beginning of each row.
    overlong : ndarray of intp, shape (n_overlong,)
        Indices of the rows that had more cells than there are columns; the surplus is in their last cell.
    doubtful : ndarray of intp, shape (n_doubtful,)
        Indices of the rows with quotes that have several lines, or fewer cells than there are columns.
    """

    text: bytes
    ends: Places
    separator: str
    origin: RawBlock
    begins: Places
    overlong: Places = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    doubtful: Places = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def foot(self) -> slice:
        """The rows that begin in the last `FOOT_BYTES` of the file."""
        begin = len(self.origin.text) - FOOT_BYTES if self.origin.last else len(self.origin.text)
        return slice(int(np.searchsorted(self.begins, begin)), len(self))

    @property
    def starts(self) -> Places:
        """Offset in `text` of the beginning of each row, shape (n_rows,)."""
        if not len(self.ends):
            return self.ends
        after = np.frombuffer(self.text, np.uint8)[self.ends[:-1]] == ord("\r")
        after &= np.frombuffer(self.text, np.uint8)[np.minimum(self.ends[:-1] + 1, len(self.text) - 1)] == ord("\n")
        return np.append(0, self.ends[:-1] + 1 + after)

    def cells(self, row: int, starts: Places | None = None) -> list[str]:
        """Return the cells of one row.

        Parameters
        ----------
        row : int
            Index of the row.
        starts : ndarray of intp, optional
            The `starts`, where the caller has them.
        """
        return parse_row(self.row(row, starts), self.separator)

    def row(self, row: int, starts: Places | None = None) -> bytes:
        """Return one row, without its line break.

        Parameters
        ----------
        row : int
            Index of the row.
        starts : ndarray of intp, optional
            The `starts`, where the caller has them.
        """
        return self.text[(self.starts if starts is None else starts)[row] : self.ends[row]]

    def lines(self, rows: Places) -> Places:
        """Return the line of the file in which each of some rows begins.

        Parameters
        ----------
        rows : ndarray of intp, shape (n_rows,)
            Indices of the rows.
        """
        codes = np.frombuffer(self.origin.text, np.uint8)
        breaks = np.flatnonzero(codes == ord("\n"))
        if b"\r" in self.origin.text:
            # A return alone ends a line as well.
            returns = np.flatnonzero(codes == ord("\r"))
            alone = codes[np.minimum(returns + 1, len(codes) - 1)] != ord("\n")
            breaks = np.union1d(breaks, returns[alone])
        return self.origin.line + np.searchsorted(breaks, self.begins[rows])


@dataclass(frozen=True)
class RawBlock:
    """Whole rows as they were cut from the stream, not yet parsed.

    Parameters
    ----------
    text : bytes
        The rows with their line breaks.
    plain : bytes
        As `text`, but with the bytes of quoted cells replaced by letters, and a newline at the end of each line break:
        the separators and newlines left are real ones.
    line : int
        Number of the first line, from 1.
    separator : str
        What separates cells.
    last : bool
        Whether the file ends here.
    """

    text: bytes
    plain: bytes
    line: int
    separator: str = ","
    last: bool = False

    @property
    def next_line(self) -> int:
        """Number of the line behind these rows."""
        return self.line + count_lines(self.text)

    def row_at(self, begin: int) -> bytes:
        """Return the row that begins at an offset.

        Parameters
        ----------
        begin : int
            Offset in the text.
        """
        return self.text[begin : self.plain.index(b"\n", begin)]

    def rows(self, columns: int) -> Block:
        """Find the rows, and give each the same number of cells; blank ones are left out.

        Parameters
        ----------
        columns : int
            Number of cells that each row is to have. A shorter row gets empty cells at its end, a longer one loses
            empty cells there; surplus cells that are not empty are put into the last column.

        Raises
        ------
        NotUtf8Error
            If the text is not UTF-8.
        UnusableFileError
            If it is no text, or a row is too long; it names the line.
        """
        _check_text(self.text, self.line)
        codes = np.frombuffer(self.plain, np.uint8)
        breaks = np.flatnonzero(codes == ord("\n"))
        starts = np.append(0, breaks[:-1] + 1)
        ends = breaks - (codes[breaks - 1] == ord("\r"))
        longest = int(np.argmax(ends - starts))
        if ends[longest] - starts[longest] > LONGEST_ROW:
            raise refusals.overlong_line(self.line + count_lines(self.text[: starts[longest]]), LONGEST_ROW)
        filled = ends > starts
        separators = np.flatnonzero(codes == ord(self.separator))
        edits: list[_Edit] = []
        doubtful = self._over_several_lines(ends)
        if not _all_as_wide(starts[filled], ends[filled], separators, columns):
            cells = 1 + np.searchsorted(separators, ends) - np.searchsorted(separators, starts)
            for row in np.flatnonzero(cells != columns):
                filled[row] = bool(self.text[starts[row] : ends[row]].strip())
                if filled[row]:
                    doubtful[row] |= bool(cells[row] < columns and b'"' in self.text[starts[row] : ends[row]])
                    inside = separators[np.searchsorted(separators, starts[row]) :][: cells[row] - 1]
                    edits.append(self._fitted(int(row), int(starts[row]), int(ends[row]), inside, columns))
        if filled.all() and not edits:
            return Block(self.text, ends, self.separator, self, starts, doubtful=np.flatnonzero(doubtful))
        return self._rewritten(starts, ends, breaks, filled, edits, doubtful)

    def _over_several_lines(self, ends: Places) -> npt.NDArray[np.bool_]:
        """Return which rows contain line breaks, shape (n_rows,)."""
        found = np.zeros(len(ends), dtype=bool)
        if self.plain is not self.text and count_lines(self.text) > len(ends):
            codes = np.frombuffer(self.text, np.uint8)
            inside = (codes == ord("\n")) | (codes == ord("\r"))
            inside &= np.frombuffer(self.plain, np.uint8) == ord("x")
            found[np.searchsorted(ends, np.flatnonzero(inside))] = True
        return found

    def _fitted(self, row: int, start: int, end: int, separators: Places, columns: int) -> _Edit:
        """Return the edit that gives a row its number of cells."""
        sign = self.separator.encode()
        if len(separators) < columns - 1:
            return _Edit(row, end, end, sign * (columns - 1 - len(separators)))
        spare = int(separators[columns - 1])
        if not self.text[spare:end].replace(sign, b"").replace(b'"', b"").strip():
            return _Edit(row, spare, end, b"")
        last = int(separators[columns - 2]) + 1 if columns > 1 else start
        quoted = b'"' + self.text[last:end].replace(b'"', b'""') + b'"'
        return _Edit(row, last, end, quoted, overlong=True)

    def _rewritten(
        self,
        starts: Places,
        ends: Places,
        breaks: Places,
        filled: npt.NDArray[np.bool_],
        edits: list[_Edit],
        doubtful: npt.NDArray[np.bool_],
    ) -> Block:
        """Return the rows that are not blank, with the edits applied."""
        kept = np.repeat(filled, breaks + 1 - starts)
        growth = np.zeros(len(ends), dtype=np.intp)
        pieces, done = [], 0
        for edit in edits:
            pieces += [_select_bytes(self.text, kept, done, edit.begin), edit.new]
            done = edit.end
            growth[edit.row] = len(edit.new) - (edit.end - edit.begin)
        pieces.append(_select_bytes(self.text, kept, done, len(kept)))
        growth[~filled] = -(breaks + 1 - starts)[~filled]
        moved = ends + np.cumsum(growth)
        overlong = np.zeros(len(ends), dtype=bool)
        overlong[[edit.row for edit in edits if edit.overlong]] = True
        return Block(
            b"".join(pieces),
            moved[filled],
            self.separator,
            self,
            starts[filled],
            np.flatnonzero(overlong[filled]),
            np.flatnonzero(doubtful[filled]),
        )


@dataclass(frozen=True)
class _Edit:
    """A replacement of a part of a row."""

    row: int
    begin: int
    end: int
    new: bytes
    overlong: bool = False


def _select_bytes(text: bytes, kept: npt.NDArray[np.bool_], begin: int, end: int) -> bytes:
    return np.frombuffer(text, np.uint8)[begin:end][kept[begin:end]].tobytes()


def parse_row(text: bytes, separator: str = ",") -> list[str]:
    """Return the cells of one row.

    Parameters
    ----------
    text : bytes
        The row in UTF-8.
    separator : str
        What separates cells.
    """
    file = io.StringIO(without_tabs_before_quotes(text, separator).decode(), newline="")
    return next(csv.reader(file, delimiter=separator, skipinitialspace=True), [""])


def _check_text(text: bytes, line: int) -> None:
    if not text.isascii() and not is_utf_8(text):
        lines = text.splitlines(keepends=True)
        raise NotUtf8Error(text, line + next(i for i, one in enumerate(lines) if not is_utf_8(one)))
    refuse_binary(text)


def _all_as_wide(starts: Places, ends: Places, separators: Places, columns: int) -> bool:
    """Return whether every row has as many cells as `columns`."""
    if len(separators) != len(starts) * (columns - 1):
        return False
    by_row = separators.reshape(len(starts), columns - 1)
    return columns == 1 or bool((by_row[:, 0] >= starts).all() and (by_row[:, -1] < ends).all())
