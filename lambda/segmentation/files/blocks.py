"""A stream of UTF-8 cut into blocks of whole rows; a block or two are held at a time, whatever the size of the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from segmentation import refusals
from segmentation.files.quotes import MisplacedQuoteError, count_lines, mask_quoted
from segmentation.files.records import FOOT_BYTES, LONGEST_ROW, RawBlock
from segmentation.files.streams import Readable, read_full

BLOCK_BYTES = 4 * 2**20


class UnfinishedRowError(Exception):
    """What should be whole rows ends within one."""


def read_blocks(
    stream: Readable, block_bytes: int = BLOCK_BYTES, separator: str = ",", line: int = 1, *, ends: bool = True
) -> Iterator[RawBlock]:
    """Cut a stream into blocks of whole rows.

    Parameters
    ----------
    stream : Readable
        Bytes in UTF-8, from the beginning of a row.
    block_bytes : int
        About how many bytes are read at a time; the content of the rows does not depend on it.
    separator : str
        What separates cells.
    line : int
        Number of the first line.
    ends : bool
        Whether the file ends where the stream does; else more rows follow.

    Raises
    ------
    UnusableFileError
        If a quote is out of place, or a row is longer than `LONGEST_ROW`.
    UnfinishedRowError
        If more rows should follow, and the stream does not end with one.
    """
    rest = b""
    for data, at_end in _pieces(stream, block_bytes):
        buffer, last = rest + data, at_end and ends
        if last and buffer and not buffer.endswith((b"\n", b"\r")):
            buffer += b"\n"
        try:
            plain = mask_quoted(buffer, line, separator, last=last)
        except MisplacedQuoteError as fault:
            # Those before it come first, and may have a fault of their own.
            if before := buffer[: fault.begin]:
                yield RawBlock(before, mask_quoted(before, line, separator, last=True), line, separator)
            raise
        cut = plain.rfind(b"\n") + 1
        rows, rest = buffer[:cut], buffer[cut:]
        lines = count_lines(rows)
        if len(rest) > LONGEST_ROW or (last and rest):
            begin = line + lines
            raise refusals.unclosed_quote(begin) if b'"' in rest else refusals.overlong_line(begin, LONGEST_ROW)
        if cut:
            yield RawBlock(rows, rows if plain is buffer else plain[:cut], line, separator, last)
        line += lines
    if rest:
        raise UnfinishedRowError


def _pieces(stream: Readable, size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of the stream, and whether each is the last."""
    held: deque[bytes] = deque()
    while piece := read_full(stream.read, size):
        held.append(piece)
        while sum(map(len, held)) - len(held[0]) >= FOOT_BYTES:
            yield held.popleft(), False
    yield b"".join(held), True
