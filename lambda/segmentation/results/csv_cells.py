"""Cells of a CSV that any spreadsheet opens safely: none of them is a formula, and Excel shows their letters."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import numpy.typing as npt

# What a spreadsheet takes for the beginning of a formula, in Japan of full width too; a number may begin with a sign.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
_FORMULA = re.compile(f" *(?:{'|'.join(map(re.escape, _FORMULA_SIGNS))})".encode())
_BEGINS_SIGN = np.isin(np.arange(256), [sign.encode()[0] for sign in _FORMULA_SIGNS])
_SPACE = ord(" ")
_NUMBER = re.compile(rb"[+-]?[\d.,' %$]*(?:[eE][+-]?\d+)?|[+-] ?(?:\xe2\x82\xac|\xc2[\xa3\xa5])? ?[\d.,' ]*")
_BOM = "\ufeff".encode()


def byte_order_mark(all_ascii: bool, *texts: str) -> bytes:
    """Return the bytes that a CSV begins with: Excel reads UTF-8 only after a byte order mark.

    Parameters
    ----------
    all_ascii : bool
        Whether all rows are ASCII.
    *texts : str
        Other texts that are written.
    """
    return b"" if all_ascii and all(map(str.isascii, texts)) else _BOM


def csv_cells(cells: tuple[str, ...] | list[str], separator: str = ",") -> bytes:
    """Return a row of cells, quoted where necessary, without a line break.

    Parameters
    ----------
    cells : tuple of str or list of str
        The cells.
    separator : str
        What separates them.
    """
    file = io.StringIO()
    # Of line breaks in cells, only those of which the terminator is made are sure to be quoted.
    csv.writer(file, delimiter=separator, lineterminator="\r\n").writerow(map(escape_formula, cells))
    return file.getvalue().removesuffix("\r\n").encode()


def escape_formula(text: str) -> str:
    """Return a cell that no spreadsheet interprets as a formula.

    Parameters
    ----------
    text : str
        The cell.
    """
    return f"'{text}" if _is_formula(text.encode()) else text


def _is_formula(cell: bytes) -> bool:
    return bool(_FORMULA.match(cell)) and not _NUMBER.fullmatch(cell.strip(b" "))


def escape_formulas(text: bytes, ends: npt.NDArray[np.intp], separator: str) -> tuple[bytes, npt.NDArray[np.intp]]:
    """Return rows in which no cell begins as a formula does, and where each of them ends.

    The same holds for what follows a separator or a line break inside quotes: other programs may cut the cell there.

    Parameters
    ----------
    text : bytes
        The rows.
    ends : ndarray of intp, shape (n_rows,)
        Where in the text each row ends.
    separator : str
        What separates cells.
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
