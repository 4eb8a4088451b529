"""Parsing of numbers: decimal marks, thousands separators, currencies, percent signs, and missing values."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.schema.units import Unit, parse_unit
from segmentation.schema.vocabulary import MISSING_WORDS

# Why a cell gives no number.
VALID, MISSING, NOT_NUMERIC, OUT_OF_RANGE = range(4)
# What is larger is a slip, and its square may be no number any more.
_LARGEST = 1e15

# Whole amounts may end in a dash, as 45.– does.
_DIGITS = r"[\d.,' ]*\d(?:[\d.,' ]*?\d)?[.,]?(?:[eE][+-]?\d+)?(?:[.,](?:-{1,2}|–|—))?"
# A currency or the like, see `parse_unit`.
_UNIT = r"[^\d\s+()–—-](?:[^\d+()–—-]*[^\d\s+()–—-])?"
_AFFIXES = re.compile(
    rf"([+-]?)\s*(?:(?P<before>{_UNIT})\s*)?([+-]?)\s*(?P<number>{_DIGITS})\s*(?:(?P<after>{_UNIT}))?", re.ASCII
)
# Of other scripts; which of the two begins the decimals is known of them.
_DECIMALS, _THOUSANDS = "\u066b", "\u066c"
_GROUPED = {
    ".": re.compile(r"[1-9]\d{0,2}(?:([,' ])\d{3})(?:\1\d{3})*(?:\.\d*)?|[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d*)?"),
    ",": re.compile(r"[1-9]\d{0,2}(?:([.' ])\d{3})(?:\1\d{3})*(?:,\d*)?"),
}
_PLAIN = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
# As spreadsheets are made to keep a number as text: ="0045".
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
# As ledgers write what is less than nothing: (500) and 500-.
_NEGATIVE = re.compile(r"\(([^()]*\d[^()]*)\)|(.*\d)-")
_DIRECTIONS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# As whole amounts end in India, in Kenya and in Sweden.
_NO_CENTS = ("/-", "/=", ":-")
# No number is longer, and what is takes the patterns long.
_LONGEST = 64
_SPACES = str.maketrans({"−": "-", "’": "'", "‘": "'", "\u2009": " ", "\u202f": " ", "\xa0": " "})
# As Arabic writes them; a comma is one, whatever it is for.
_ARABIC = str.maketrans({"٪": "%", "،": ",", _THOUSANDS: "'"})


def parse_numbers(
    texts: Sequence[str], decimal_mark: str, unit: int = 1
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]:
    """Parse numbers as people write them.

    Parameters
    ----------
    texts : sequence of str
        Cells.
    decimal_mark : str
        ``.`` or ``,``; the other one, a space or an apostrophe may separate thousands.
    unit : int
        Multiple in which the column is counted, 1 or 1000; by it a k in a cell is divided.

    Returns
    -------
    values : ndarray of float64, shape (n_texts,)
        NaN where there is none.
    faults : ndarray of uint8, shape (n_texts,)
        `VALID`, `MISSING`, `NOT_NUMERIC` or `OUT_OF_RANGE`.

    Examples
    --------
    >>> parse_numbers(["$1,234.50", "45 %", "?", "many"], ".")
    (array([1234.5,   45. ,    nan,    nan]), array([0, 0, 1, 2], dtype=uint8))
    """
    bare = [_bare(text) for text in texts]
    written = pd.Series([_written(text, decimal_mark, unit) for text in bare], dtype=object)
    values = pd.to_numeric(written, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    faults = np.where(np.isnan(values), np.uint8(NOT_NUMERIC), np.uint8(VALID))
    faults[[text.casefold() in MISSING_WORDS for text in bare]] = MISSING
    return values, mark_out_of_range(values, faults, -_LARGEST, _LARGEST)


def mark_out_of_range(
    values: npt.NDArray[np.float64], faults: npt.NDArray[np.uint8], low: float, high: float
) -> npt.NDArray[np.uint8]:
    """Return the faults with values out of a range marked; those values become NaN in place.

    Parameters
    ----------
    values : ndarray of float64, shape (n_values,)
        The values.
    faults : ndarray of uint8, shape (n_values,)
        Their faults so far.
    low, high : float
        Smallest and largest possible value.
    """
    outside = (values < max(low, -_LARGEST)) | (values > min(high, _LARGEST))
    if outside.any():
        values[outside] = np.nan
        faults = np.where(outside, np.uint8(OUT_OF_RANGE), faults)
    return faults


def is_missing(text: str) -> bool:
    """Return whether a cell stands for a missing value.

    Parameters
    ----------
    text : str
        The cell.
    """
    return _bare(text).casefold() in MISSING_WORDS


def decimal_mark_of(
    columns: Sequence[Sequence[str]], separator: str, possible: Sequence[tuple[float, float]] | None = None
) -> tuple[str, str | None, bool]:
    """Determine which decimal mark a file uses.

    Parameters
    ----------
    columns : sequence of sequence of str
        The cells of each of its numeric columns.
    separator : str
        What separates its cells, which decides where nothing else does.
    possible : sequence of (float, float), optional
        Smallest and largest number that each column may hold: of two readings, one may be out of range.

    Returns
    -------
    mark : str
        ``.`` or ``,``.
    doubtful : str or None
        A number that could be read in two ways, if nothing but the separator decided.
    sure : bool
        Whether a number decided.

    Examples
    --------
    >>> decimal_mark_of([["12,5"]], ";"), decimal_mark_of([["1.234,5"]], ","), decimal_mark_of([["15,000"]], ",")
    ((',', None, True), (',', None, True), ('.', '15,000', False))
    >>> decimal_mark_of([["81.125"]], ";"), decimal_mark_of([["81.125"]], ";", [(0, 100)])
    ((',', '81.125', False), ('.', None, True))
    """
    sure: Counter[str] = Counter()
    likely: Counter[str] = Counter()
    examples: list[str] = []
    for texts, bounds in zip(columns, possible or [(-math.inf, math.inf)] * len(columns), strict=True):
        votes, doubtful, ungrouped = _votes(texts, *bounds)
        sure += votes
        for mark, number in doubtful.items():
            # A column that has 1500 as well does not set thousands apart.
            grouping = not ungrouped and (mark == "," or separator in ";\t")
            likely[other_mark(mark) if grouping else mark] += 1
            examples += [] if ungrouped else [number]
    for counted in (sure, likely):
        if counted:
            doubt = examples[0] if examples and counted is likely else None
            return max(sorted(counted, reverse=True), key=counted.__getitem__), doubt, counted is sure
    # Spreadsheets separate by semicolons where the comma begins the decimals.
    return "," if separator == ";" else ".", None, False


def _votes(texts: Iterable[str], low: float, high: float) -> tuple[Counter[str], dict[str, str], bool]:
    """Return how many numbers certainly have each decimal mark, the uncertain ones, and whether any has no groups."""
    votes: Counter[str] = Counter()
    doubtful: dict[str, str] = {}
    ungrouped = False
    for text in texts:
        if text.isascii() and text.isdigit():
            ungrouped = ungrouped or len(text) > 3
            continue
        bare = _bare(text)
        found = None if _DECIMALS in bare else _number_and_multiple(bare)
        if not found:
            continue
        number = found[1]
        marks = re.findall(r"[.,]", number)
        ungrouped = ungrouped or bool(re.match(r"\d{4}", number))
        if len(set(marks)) == 2:
            votes[marks[-1]] += 1
        elif len(marks) > 1:
            votes[other_mark(marks[0])] += 1
        elif marks and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", number):
            decimal, grouped = (low <= float(re.sub("[.,]", mark, number)) <= high for mark in (".", ""))
            if decimal != grouped:
                votes[marks[0] if decimal else other_mark(marks[0])] += 1
            else:
                doubtful.setdefault(marks[0], number)
        elif marks:
            votes[marks[0]] += 1
    return votes, doubtful, ungrouped


def _without_dash(number: str) -> str:
    return re.sub(r"[.,](?:-{1,2}|–|—)$", "", number.strip())


def _bare(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_SPACES)).translate(_SPACES)
        text = "".join(map(_plain, text.translate(_ARABIC)))
    text = text.strip()
    if text[-2:] in _NO_CENTS:
        text = text[:-2]
    if text[:1] not in "=(" and text[-1:] != "-":
        return text
    if kept := _KEPT_AS_TEXT.fullmatch(text):
        return kept[1].strip()
    if len(text) <= _LONGEST and (negative := _NEGATIVE.fullmatch(text)):
        return f"-{(negative[1] or negative[2]).strip()}"
    return text


def _written(text: str, decimal_mark: str, unit: int) -> str | None:
    """Return a number in Python's notation; None where the text is not a number."""
    if decimal_mark == "." and (_PLAIN.fullmatch(text) or (text[:1] in ("+", "-") and _PLAIN.fullmatch(text[1:]))):
        return text
    if text.casefold().lstrip("+-") in ("inf", "infinity", "∞"):
        return "-inf" if text.startswith("-") else "inf"
    found = _number_and_multiple(text.replace(_DECIMALS, decimal_mark))
    if not found:
        return None
    sign, written, multiple = found
    number = written
    if _GROUPED[decimal_mark].fullmatch(number):
        number = re.sub(rf"[^\d{decimal_mark}]", "", number)
    number = number.replace(",", ".") if decimal_mark == "," and "." not in number else number
    if not _PLAIN.fullmatch(number) or (decimal_mark == "," and "," not in written and "." in number):
        return None
    return sign + (number if multiple is None else f"{Decimal(number) * multiple / unit:f}")


def _number_and_multiple(text: str) -> tuple[str, str, int | None] | None:
    """Return the sign, the digits and the multiple (None if unstated) of a number; None for other texts.

    Examples
    --------
    >>> _number_and_multiple("-Rp 4.500"), _number_and_multiple("45 tys. zł"), _number_and_multiple("12 boxes")
    (('-', '4.500', None), ('', '45', 1000), None)
    """
    found = _AFFIXES.fullmatch(text) if len(text) <= _LONGEST else None
    if not found or (found[1] and found[3]):
        return None
    before, after = found["before"] or "", found["after"] or ""
    unit = parse_unit(f"{before} {after}".strip()) if before or after else Unit()
    if unit is None and after == "M":
        unit = Unit(1_000_000)
    # A code such as K1 is no thousand.
    if unit is None or (before and not after and not unit.what):
        return None
    multiple = unit.multiple if unit.multiple > 1 else None
    return found[1] or found[3], _without_dash(found["number"]), multiple


def _plain(letter: str) -> str:
    """Return a digit of any script as an ASCII digit, and nothing for a directional mark."""
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.digit(letter))
    return "" if letter in _DIRECTIONS else letter


def other_mark(mark: str) -> str:
    """Return the other one of point and comma.

    Parameters
    ----------
    mark : str
        ``.`` or ``,``.
    """
    return "," if mark == "." else "."
