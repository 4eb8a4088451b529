"""Quotes in CSV: which characters are inside quoted cells, and which quotes are misplaced."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from segmentation import refusals
from segmentation.errors import UnusableFileError

_TAB_BEFORE_QUOTE = re.compile(rb'\t[ \t]*+"')


class MisplacedQuoteError(UnusableFileError):
    """A quote that opens a cell does not close at its end.

    Parameters
    ----------
    line : int
        Number of the line where the row begins.
    begin : int
        Offset of the row in the text being read.
    """

    def __init__(self, line: int, begin: int) -> None:
        super().__init__(**vars(refusals.misplaced_quote(line)))
        self.begin = begin


def without_tabs_before_quotes(text: bytes, separator: str) -> bytes:
    """Return rows with spaces for the tabs before quoted cells: CSV parsers skip spaces there, but not tabs.

    Parameters
    ----------
    text : bytes
        The rows.
    separator : str
        What separates cells.
    """
    if separator == "\t" or not _TAB_BEFORE_QUOTE.search(text):
        return text
    quoted_cell, _ = _patterns(separator)
    return quoted_cell.sub(lambda cell: cell[1].replace(b"\t", b" ") + cell[0][len(cell[1]) :], text)


def cells_of_line(line: bytes, separator: str) -> list[str]:
    """Return the cells of a line in which a quote that opens a cell need not be closed.

    Parameters
    ----------
    line : bytes
        The line, without its line break.
    separator : str
        What separates cells.
    """
    return [cell[0].decode() for cell in _loose_cell(separator).finditer(line)]


@lru_cache
def _loose_cell(separator: str) -> re.Pattern[bytes]:
    """Return the pattern of a cell: a lone quote, a quoted cell, or everything up to the next separator."""
    sign = re.escape(separator.encode())
    return re.compile(
        rb"(?:^|(?<=" + sign + rb'))(?:"(?=' + sign + rb'|$)|"(?:[^"]|"")*+"(?=' + sign + rb"|$)|[^" + sign + rb"]*+)"
    )


def mask_quoted(text: bytes, line: int, separator: str, *, last: bool) -> bytes:
    """Return the text with the characters of quoted cells replaced, and a newline at the end of every line break.

    Parameters
    ----------
    text : bytes
        Text in UTF-8, from the beginning of a row.
    line : int
        Number of its first line.
    separator : str
        What separates cells.
    last : bool
        Whether the file ends with this text.

    Raises
    ------
    MisplacedQuoteError
        If a quote that opens a cell closes before its end.
    """
    plain = text
    if b'"' in text:
        plain = _mask_evenly(text, separator) or _mask_cell_by_cell(text, line, separator)
    if b"\r" in plain and plain.count(b"\r") != plain.count(b"\r\n"):
        # After the last return of all that was read so far there may come its newline.
        body, undecided = (plain[:-1], b"x") if plain.endswith(b"\r") and not last else (plain, b"")
        plain = body.replace(b"\r\n", b"\0\n").replace(b"\r", b"\n").replace(b"\0", b"\r") + undecided
    return plain


def _mask_evenly(text: bytes, separator: str) -> bytes | None:
    """Mask the text between each pair of quotes; None where a quote is neither the border of a cell nor doubled."""
    codes = np.frombuffer(text, np.uint8)
    quotes = np.flatnonzero(codes == ord('"'))
    opening, closing = quotes[0::2], quotes[1::2]
    around = np.array([*separator.encode(), *b'\r\n"'], np.uint8)
    before = np.isin(codes[opening - 1], around) | (opening == 0)
    after = np.isin(codes[np.minimum(closing + 1, len(codes) - 1)], around)
    if not (before.all() and after.all()):
        return None
    edges = np.zeros(len(codes), np.uint8)
    edges[quotes] = 1
    inside = np.bitwise_xor.accumulate(edges) | edges
    return np.where(inside.view(bool), np.uint8(ord("x")), codes).tobytes()


def _mask_cell_by_cell(text: bytes, line: int, separator: str) -> bytes:
    """Mask quoted cells where other cells contain quotes as well, such as 5" for five inches."""
    quoted_cell, opened_cell = _patterns(separator)
    plain = quoted_cell.sub(lambda cell: b"x" * len(cell[0]), text)
    opened = opened_cell.search(plain)
    if opened is None:
        return plain
    begin = opened.start()
    if re.compile(rb'[ \t]*"(?:[^"]|"")*+"').match(text, begin):
        row = max(plain.rfind(b"\n", 0, begin), plain.rfind(b"\r", 0, begin)) + 1
        raise MisplacedQuoteError(line + count_lines(text[:row]), row)
    return plain[:begin] + b"x" * (len(plain) - begin)


@lru_cache
def _patterns(separator: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return the patterns of a quoted cell, and of what opens one."""
    border = re.escape(separator.encode()) + rb"\r\n"
    space = rb" *+" if separator == "\t" else rb"[ \t]*+"
    opened = rb"(?:^|(?<=[" + border + rb"]))(" + space + rb')"'
    return re.compile(opened + rb'(?:[^"]|"")*+"(?=' + space + rb"(?:[" + border + rb"]|\Z))"), re.compile(opened)


def count_lines(text: bytes) -> int:
    """Return the number of lines that end in a text: in a newline, a carriage return, or both.

    Parameters
    ----------
    text : bytes
        The text.
    """
    # Where every tenth byte is counted, this is ten times as fast as `bytes.count`.
    breaks = int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord("\n"))) if text else 0
    return breaks if b"\r" not in text else breaks + text.count(b"\r") - text.count(b"\r\n")
