"""A file cut into splits for several machines: each begins where a row begins, and ends where one ends.

Only reading a split shows whether it ends with a row. So splits are proposed at line breaks near the places where they
should be, and each is read: the first begins with a row; if it ends with one, the second begins with one too, and so
on. A split that does not end with a row is joined with the next and read again.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from segmentation.customers.reader import CustomerFile, InputSplit
from segmentation.files.records import FOOT_BYTES
from segmentation.files.streams import is_packed

# Reads so many bytes from a place of the file.
ReadAt = Callable[[int, int], bytes]

_WINDOW = 2**16
# Letters of no encoding take more bytes than in UTF-8, but for some that take half as many again.
_LARGER = 2
# More chunks than any split has.
_CHUNKS = 2**32


def propose_splits(file: CustomerFile, size: int, bytes_each: int, read_at: ReadAt) -> list[InputSplit]:
    """Propose where to cut a file; it stays whole where it cannot be cut.

    Parameters
    ----------
    file : CustomerFile
        The file, of which the beginning was read.
    size : int
        Size of the file in bytes, as it is stored.
    bytes_each : int
        About how many bytes a split is to have.
    read_at : callable
        Reads some bytes of the file as it is stored, from an offset: `file` itself may be decompressed.
    """
    cuts = [0]
    if file.can_be_cut and not is_packed(read_at(0, _WINDOW)):
        first = max(bytes_each, _LARGER * file.dialect.body_offset + _WINDOW)
        # What is below the customers is looked for at the end of the last one.
        last = size - _LARGER * FOOT_BYTES
        cuts += [cut for at in range(first, last, bytes_each) if (cut := _behind_line(at, read_at)) and cut < last]
    cuts = sorted(set(cuts))
    return [InputSplit(begin, end) for begin, end in zip(cuts, [*cuts[1:], None], strict=True)]


def align_splits(
    splits: Sequence[InputSplit], lines_of: Callable[[Sequence[InputSplit]], Sequence[int | None]]
) -> list[InputSplit]:
    """Return splits that hold whole rows, with the numbers of their first lines.

    Parameters
    ----------
    splits : sequence of InputSplit
        The proposed splits.
    lines_of : callable
        Returns how many lines each of some splits has, None for one that does not end with a row, see
        `CustomerFile.lines`.
    """
    lines: dict[InputSplit, int | None] = {}
    joined: list[InputSplit] = []
    while len(joined) != len(splits):
        splits = joined or list(splits)
        unknown = [one for one in splits[:-1] if one not in lines]
        lines.update(zip(unknown, lines_of(unknown), strict=True))
        joined = []
        for one in splits:
            if joined and lines.get(joined[-1], 0) is None:
                joined[-1] = InputSplit(joined[-1].begin, one.end)
            else:
                joined.append(one)
    return list(_numbered(joined, lines))


def _numbered(splits: Sequence[InputSplit], lines: dict[InputSplit, int | None]) -> Iterator[InputSplit]:
    line = 1
    for i, one in enumerate(splits):
        yield replace(one, line=line, number=i * _CHUNKS)
        line += lines.get(one) or 0


def _behind_line(at: int, read_at: ReadAt) -> int | None:
    """Return an offset behind a line break near another one, and not before a byte order mark; None if none."""
    window = read_at(at, _WINDOW)
    place = window.find(b"\n")
    while 0 <= place < len(window) - len(codecs.BOM_UTF8):
        if not window.startswith(codecs.BOM_UTF8, place + 1):
            return at + place + 1
        place = window.find(b"\n", place + 1)
    return None
