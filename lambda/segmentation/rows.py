"""Stage 1a, rows: a stream of bytes to blocks of whole rows.

The only place that knows kinds of files, compression, and where a row of a CSV ends. It holds a block or two at a time,
whatever the size of the file.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from segmentation.errors import UnusableFileError

BLOCK_BYTES = 4 * 2**20
# A quote that never closes makes one row of all that follows; this is where it is noticed.
LONGEST_ROW = 2**20

_EXPORT_AS_CSV = "Export your customers as CSV from the program that holds them, and upload that file."
_SAVE_AS_CSV = "Open it in your spreadsheet, choose 'Save as' and 'CSV UTF-8 (comma delimited)', and upload that file."
_COMPRESS_AGAIN = "Compress the CSV again, or upload it as it is."
_CLOSE_QUOTES = "Close every quote that is opened, and double a quote that stands inside a quoted cell."
_MAGIC = {
    b"\x89PNG": ("a PNG picture", _EXPORT_AS_CSV),
    b"\xff\xd8\xff": ("a JPEG picture", _EXPORT_AS_CSV),
    b"GIF8": ("a GIF picture", _EXPORT_AS_CSV),
    b"%PDF": ("a PDF document", _EXPORT_AS_CSV),
    b"PK\x03\x04": ("an Excel workbook or another zip archive", _SAVE_AS_CSV),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", _SAVE_AS_CSV),
    b"\x1f\x8b": ("a gzip archive in a gzip archive", "Unpack it once, and upload what is in it."),
}
_GZIP = b"\x1f\x8b"
# As long as a row may be, so may a cell.
csv.field_size_limit(LONGEST_ROW)

# A quoted cell: from a quote where a cell begins to the quote where it ends.
_QUOTED_CELL = re.compile(rb'(?:^|(?<=[,\r\n]))"(?:[^"]|"")*+"(?=[,\r\n]|\Z)')
_OPENED_CELL = re.compile(rb'(?:^|(?<=[,\r\n]))"')


class ByteStream(Protocol):
    """What bytes are read from: a file, the body of an answer from S3."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...

    def close(self) -> None:
        """Let go of what the bytes come from."""
        ...


@dataclass(frozen=True)
class Block:
    """Consecutive rows, none of them blank.

    Parameters
    ----------
    text : bytes
        The rows with their line breaks.
    ends : ndarray of intp, shape (n_rows,)
        Where in `text` the last cell of each row ends and its line break begins.
    """

    text: bytes
    ends: npt.NDArray[np.intp]

    def cells(self, row: int) -> list[str]:
        """Return the cells of one row."""
        return parse_row(self.text[self._start(row) : self.ends[row]])

    def without_first(self) -> Block:
        """Return all rows but the first."""
        start = self._start(1) if len(self.ends) > 1 else len(self.text)
        return Block(self.text[start:], self.ends[1:] - start)

    def _start(self, row: int) -> int:
        if row == 0:
            return 0
        end = int(self.ends[row - 1])
        return end + (2 if self.text[end : end + 2] == b"\r\n" else 1)


@dataclass(frozen=True)
class RawBlock:
    """Whole rows as they were cut from the stream, not yet looked at.

    Parameters
    ----------
    text : bytes
        The rows with their line breaks.
    plain : bytes
        As `text`, but each byte of a quoted cell is a letter and each line break ends in a newline: what is left of
        commas and newlines separates.
    line : int
        The number of the first line, from 1.
    """

    text: bytes
    plain: bytes
    line: int

    def first_row(self) -> bytes:
        """Return the first row that is not blank, with its line break; nothing where all are blank."""
        _check_text(self.text, self.line)
        begin = 0
        while end := self.plain.find(b"\n", begin) + 1:
            if self.plain[begin:end].strip():
                return self.text[begin:end]
            begin = end
        return b""

    def rows(self, columns: int) -> Block:
        """Find the rows; blank ones are left out.

        Parameters
        ----------
        columns : int
            How many cells each row must have.

        Raises
        ------
        UnusableFileError
            If the text is not UTF-8 or a row has another number of cells; it names the line.
        """
        _check_text(self.text, self.line)
        codes = np.frombuffer(self.plain, np.uint8)
        breaks = np.flatnonzero(codes == ord("\n"))
        starts = np.append(0, breaks[:-1] + 1)
        ends = breaks - (codes[breaks - 1] == ord("\r"))
        longest = int(np.argmax(ends - starts))
        if ends[longest] - starts[longest] > LONGEST_ROW:
            _refuse_endless_row(self.line + _count_lines(self.text[: starts[longest]]), unclosed=False)
        filled = ends > starts
        commas = np.flatnonzero(codes == ord(","))
        if not _all_as_wide(starts[filled], ends[filled], commas, columns):
            filled = self._filled_rows(starts, ends, commas, columns)
        if filled.all():
            return Block(self.text, ends)
        kept = np.repeat(filled, breaks + 1 - starts)
        moved = np.cumsum(kept)
        return Block(np.frombuffer(self.text, np.uint8)[kept].tobytes(), moved[ends[filled] - 1])

    def _filled_rows(
        self, starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp], commas: npt.NDArray[np.intp], columns: int
    ) -> npt.NDArray[np.bool_]:
        """Return which rows are more than spaces; refuse the first of another width than the header."""
        cells = 1 + np.searchsorted(commas, ends) - np.searchsorted(commas, starts)
        filled = np.ones(len(starts), dtype=bool)
        for row in np.flatnonzero(cells != columns):
            filled[row] = bool(self.text[starts[row] : ends[row]].strip())
            if filled[row]:
                raise UnusableFileError(
                    f"Line {self.line + _count_lines(self.text[: starts[row]])} has {cells[row]} cells "
                    f"where the header has {columns}.",
                    "Put cells that hold a comma in double quotes, and give every line the same number of cells.",
                )
        return filled


def parse_row(text: bytes) -> list[str]:
    """Return the cells of one row of UTF-8."""
    return next(csv.reader(io.StringIO(text.decode(), newline="")))


def read_blocks(stream: ByteStream, block_bytes: int = BLOCK_BYTES) -> Iterator[RawBlock]:
    """Cut a stream into blocks of whole rows.

    Parameters
    ----------
    stream : ByteStream
        A CSV, plain or compressed by gzip, which its first bytes tell.
    block_bytes : int
        How much is read at a time; what the rows hold does not depend on it.

    Raises
    ------
    UnusableFileError
        If the bytes are those of another kind of file, the archive is damaged, a quote is out of place, or a row is
        longer than `LONGEST_ROW`.
    """
    rest, line = b"", 1
    for data, last in _pieces(_Unpacked(stream).read, block_bytes):
        buffer = rest + data
        if last and not buffer.endswith((b"\n", b"\r")):
            buffer += b"\n"
        plain = _plain(buffer, line, last=last)
        cut = plain.rfind(b"\n") + 1
        rows, rest = buffer[:cut], buffer[cut:]
        lines = _count_lines(rows)
        if len(rest) > LONGEST_ROW or (last and rest):
            _refuse_endless_row(line + lines, unclosed=b'"' in rest)
        if cut:
            yield RawBlock(rows, rows if plain is buffer else plain[:cut], line)
        line += lines


class _Unpacked:
    """The bytes of a CSV, whether the stream is compressed or not, without a byte order mark."""

    def __init__(self, stream: ByteStream) -> None:
        self._read = stream.read
        self._head = _read_full(stream.read, 4)
        if self._head.startswith(_GZIP):
            self._read = gzip.GzipFile(fileobj=_Rejoined(self._head, stream)).read  # type: ignore[call-overload]
            self._head = b""
            self._head = self.read(4)
        for magic, (what, remedy) in _MAGIC.items():
            if self._head.startswith(magic):
                raise UnusableFileError(f"The file is {what}, not a CSV.", remedy)
        self._head = self._head.removeprefix(codecs.BOM_UTF8)

    def read(self, size: int, /) -> bytes:
        """Return `size` bytes, fewer only at the end."""
        head, self._head = self._head[:size], self._head[size:]
        try:
            return head + _read_full(self._read, size - len(head))
        except EOFError:
            raise UnusableFileError("The gzip archive ends before its content does.", _COMPRESS_AGAIN) from None
        except (gzip.BadGzipFile, zlib.error):
            raise UnusableFileError("The gzip archive is damaged.", _COMPRESS_AGAIN) from None


class _Rejoined:
    """A stream and the bytes that were already read from it."""

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        head, self._head = self._head[:size], self._head[size:]
        return head or self._stream.read(size)


def _read_full(read: Callable[[int], bytes], size: int) -> bytes:
    parts = []
    while size and (part := read(size)):
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _pieces(read: Callable[[int], bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield what is read in pieces, and whether each is the last."""
    piece = read(size)
    while following := read(size):
        yield piece, False
        piece = following
    yield piece, True


def _plain(text: bytes, line: int, *, last: bool) -> bytes:
    """Return the text with quoted cells made letters, and every line break ending in a newline."""
    plain = text
    if b'"' in text:
        plain = _mask_evenly(text) or _mask_cell_by_cell(text, line)
    if b"\r" in plain and plain.count(b"\r") != plain.count(b"\r\n"):
        # After the last return of all that was read so far there may come its newline.
        body, undecided = (plain[:-1], b"x") if plain.endswith(b"\r") and not last else (plain, b"")
        plain = body.replace(b"\r\n", b"\0\n").replace(b"\r", b"\n").replace(b"\0", b"\r") + undecided
    return plain


def _mask_evenly(text: bytes) -> bytes | None:
    """Mask what lies between each two quotes; None where a quote is not the border of a cell or doubled."""
    codes = np.frombuffer(text, np.uint8)
    quotes = np.flatnonzero(codes == ord('"'))
    opening, closing = quotes[0::2], quotes[1::2]
    around = np.array([*b',\r\n"'], np.uint8)
    before = np.isin(codes[opening - 1], around) | (opening == 0)
    after = np.isin(codes[np.minimum(closing + 1, len(codes) - 1)], around)
    if not (before.all() and after.all()):
        return None
    edges = np.zeros(len(codes), np.uint8)
    edges[quotes] = 1
    inside = np.bitwise_xor.accumulate(edges) | edges
    return np.where(inside.view(bool), np.uint8(ord("x")), codes).tobytes()


def _mask_cell_by_cell(text: bytes, line: int) -> bytes:
    """Mask quoted cells where other cells hold quotes as well, such as 5" for five inches."""
    plain = _QUOTED_CELL.sub(lambda cell: b"x" * len(cell[0]), text)
    opened = _OPENED_CELL.search(plain)
    if opened is None:
        return plain
    begin = opened.start()
    if re.compile(rb'"(?:[^"]|"")*+"').match(text, begin):
        row = max(plain.rfind(b"\n", 0, begin), plain.rfind(b"\r", 0, begin)) + 1
        raise UnusableFileError(
            f"The row that begins in line {line + _count_lines(text[:row])} cannot be read as CSV: a quote that opens "
            "a cell closes before its end.",
            _CLOSE_QUOTES,
        )
    return plain[:begin] + b"x" * (len(plain) - begin)


def _refuse_endless_row(line: int, *, unclosed: bool) -> None:
    if unclosed:
        raise UnusableFileError(
            f"The row that begins in line {line} cannot be read as CSV: a quote is opened and never closed.",
            _CLOSE_QUOTES,
        )
    raise UnusableFileError(
        f"Line {line} is longer than {LONGEST_ROW:,} characters.",
        "Check that the file is a CSV with one line for each customer.",
    )


def _check_text(text: bytes, line: int) -> None:
    try:
        if not text.isascii():
            text.decode()
    except UnicodeDecodeError as error:
        wrong = line + _count_lines(text[: error.start])
        raise UnusableFileError(f"Line {wrong} of the file is not UTF-8 text.", _SAVE_AS_CSV) from None
    if b"\0" in text:
        raise UnusableFileError("The file holds binary data, not text.", _EXPORT_AS_CSV)


def _all_as_wide(
    starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp], commas: npt.NDArray[np.intp], columns: int
) -> bool:
    """Whether every row has as many cells as `columns`."""
    if len(commas) != len(starts) * (columns - 1):
        return False
    by_row = commas.reshape(len(starts), columns - 1)
    return columns == 1 or bool((by_row[:, 0] >= starts).all() and (by_row[:, -1] < ends).all())


def _count_lines(text: bytes) -> int:
    # Where every tenth byte is counted, this is ten times as fast as `bytes.count`.
    breaks = int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord("\n"))) if text else 0
    return breaks if b"\r" not in text else breaks + text.count(b"\r") - text.count(b"\r\n")
