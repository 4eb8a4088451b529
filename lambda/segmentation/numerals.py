"""Texts to numbers: decimal marks, groups of thousands, currencies, percent signs, and what is missing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.vocabulary import MISSING

# Why a cell gives no number.
FINE, ABSENT, NO_NUMBER, IMPOSSIBLE = range(4)
# What is larger is a slip, and its square may be no number any more.
_LARGEST = 1e15

_CURRENCY = (
    r"(?:R\$|US\$|A\$|C\$|MX\$|S/|[$€£¥₺₹₩₽₫฿₴₪₱₦¢]|円|元|歳|点|kr\.?|Kr\.?|TL|zł|Kč|Ft|Fr\.?|лв\.?|руб\.?|Rs\.?|FCFA|"
    r"(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|BRL|MXN|ARS|CLP|COP|PEN|TRY|INR|CNY|RMB|SEK|NOK|DKK|PLN|CZK|HUF|RON|ZAR|KRW|"
    r"SGD|HKD|XOF|XAF)|%)"
)
# Whole amounts may end in a dash, as 45.– does.
_DIGITS = r"[\d.,' ]*\d(?:[\d.,' ]*?\d)?[.,]?(?:[eE][+-]?\d+)?(?:[.,](?:-{1,2}|–|—))?"
_WORDS = (
    r"(?:years?|yrs?\.?|y\.?o\.?|años|ans|Jahre|anos|anni|jaar|yaş|才|points?|pts\.?|Punkte|puntos|pontos|punti|punten)"
)
_MULTIPLES = {"k": 1_000, "K": 1_000, "Tsd": 1_000, "mil": 1_000, "千": 1_000, "万": 10_000, "M": 1_000_000}
_MULTIPLE = rf"(?:{'|'.join(_MULTIPLES)})?"
_AFFIXES = re.compile(
    rf"([+-]?)\s*(?P<before>{_MULTIPLE})(?:{_CURRENCY}\s*)?([+-]?)\s*({_DIGITS})\s*"
    rf"(?P<after>{_MULTIPLE})\.?\s*(?:{_CURRENCY}|{_WORDS})?"
)
_GROUPED = {
    ".": re.compile(r"[1-9]\d{0,2}(?:([,' ])\d{3})(?:\1\d{3})*(?:\.\d*)?|[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d*)?"),
    ",": re.compile(r"[1-9]\d{0,2}(?:([.' ])\d{3})(?:\1\d{3})*(?:,\d*)?"),
}
_PLAIN = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
# As spreadsheets are made to keep a number as text: ="0045".
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
# As ledgers write what is less than nothing: (500) and 500-.
_NEGATIVE = re.compile(r"\(([^()]*\d[^()]*)\)|(.*\d)-")
# No number is longer, and what is takes the patterns long.
_LONGEST = 64
_SPACES = str.maketrans({"−": "-", "’": "'", "‘": "'", "\u2009": " ", "\u202f": " ", "\xa0": " "})


def parse_numbers(
    texts: Sequence[str], decimal_mark: str, unit: int = 1
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]:
    """Read numbers as people write them.

    Parameters
    ----------
    texts : sequence of str
        Cells.
    decimal_mark : str
        ``.`` or ``,``; the other one, a space or an apostrophe may set thousands apart.
    unit : int
        What the column is counted in, 1 or 1000; so much less is a k in a cell.

    Returns
    -------
    values : ndarray of float64, shape (n_texts,)
        NaN where there is none.
    faults : ndarray of uint8, shape (n_texts,)
        `FINE`, `ABSENT`, `NO_NUMBER` or `IMPOSSIBLE`.

    Examples
    --------
    >>> parse_numbers(["$1,234.50", "45 %", "?", "many"], ".")
    (array([1234.5,   45. ,    nan,    nan]), array([0, 0, 1, 2], dtype=uint8))
    """
    bare = [_bare(text) for text in texts]
    written = pd.Series([_written(text, decimal_mark, unit) for text in bare], dtype=object)
    values = pd.to_numeric(written, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    faults = np.where(np.isnan(values), np.uint8(NO_NUMBER), np.uint8(FINE))
    faults[[text.casefold() in MISSING for text in bare]] = ABSENT
    return values, marked_impossible(values, faults, -_LARGEST, _LARGEST)


def marked_impossible(
    values: npt.NDArray[np.float64], faults: npt.NDArray[np.uint8], low: float, high: float
) -> npt.NDArray[np.uint8]:
    """Mark values out of a range, and make them NaN in place."""
    outside = (values < max(low, -_LARGEST)) | (values > min(high, _LARGEST))
    if outside.any():
        values[outside] = np.nan
        faults = np.where(outside, np.uint8(IMPOSSIBLE), faults)
    return faults


def is_missing(text: str) -> bool:
    """Whether a cell says that nothing is known."""
    return _bare(text).casefold() in MISSING


def decimal_mark_of(columns: Iterable[Sequence[str]], separator: str) -> tuple[str, str | None, bool]:
    """Tell which mark begins the decimals in a file.

    Parameters
    ----------
    columns : iterable of sequence of str
        The cells of each of its columns of numbers.
    separator : str
        What separates its cells, which decides where nothing else does.

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
    """
    sure: Counter[str] = Counter()
    likely: Counter[str] = Counter()
    examples: list[str] = []
    for texts in columns:
        votes, doubtful, ungrouped = _votes(texts)
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


def _votes(texts: Iterable[str]) -> tuple[Counter[str], dict[str, str], bool]:
    """Return how many numbers have which decimal mark for sure, those that may have, and whether any has no groups."""
    votes: Counter[str] = Counter()
    doubtful: dict[str, str] = {}
    ungrouped = False
    for text in texts:
        if text.isascii() and text.isdigit():
            ungrouped = ungrouped or len(text) > 3
            continue
        bare = _bare(text)
        found = _AFFIXES.fullmatch(bare) if len(bare) <= _LONGEST else None
        if not found:
            continue
        number = _without_dash(found[4])
        marks = re.findall(r"[.,]", number)
        ungrouped = ungrouped or bool(re.match(r"\d{4}", number))
        if len(set(marks)) == 2:
            votes[marks[-1]] += 1
        elif len(marks) > 1:
            votes[other_mark(marks[0])] += 1
        elif marks and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", number):
            doubtful.setdefault(marks[0], number)
        elif marks:
            votes[marks[0]] += 1
    return votes, doubtful, ungrouped


def _without_dash(number: str) -> str:
    return re.sub(r"[.,](?:-{1,2}|–|—)$", "", number.strip())


def _bare(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_SPACES)).translate(_SPACES)
    text = text.strip()
    if text[:1] not in "=(" and text[-1:] != "-":
        return text
    if kept := _KEPT_AS_TEXT.fullmatch(text):
        return kept[1].strip()
    if len(text) <= _LONGEST and (negative := _NEGATIVE.fullmatch(text)):
        return f"-{(negative[1] or negative[2]).strip()}"
    return text


def _written(text: str, decimal_mark: str, unit: int) -> str | None:
    """Return a number as Python writes it; None where the text is none."""
    if decimal_mark == "." and (_PLAIN.fullmatch(text) or (text[:1] in ("+", "-") and _PLAIN.fullmatch(text[1:]))):
        return text
    if text.casefold().lstrip("+-") in ("inf", "infinity", "∞"):
        return "-inf" if text.startswith("-") else "inf"
    found = _AFFIXES.fullmatch(text) if len(text) <= _LONGEST else None
    if not found or (found[1] and found[3]):
        return None
    sign, number = found[1] or found[3], _without_dash(found[4])
    if _GROUPED[decimal_mark].fullmatch(number):
        number = re.sub(rf"[^\d{decimal_mark}]", "", number)
    number = number.replace(",", ".") if decimal_mark == "," and "." not in number else number
    if not _PLAIN.fullmatch(number) or (decimal_mark == "," and "," not in found[4] and "." in number):
        return None
    multiple = _MULTIPLES.get(found["before"] or found["after"])
    return sign + (number if multiple is None else f"{Decimal(number) * multiple / unit:f}")


def other_mark(mark: str) -> str:
    """Return the other one of point and comma."""
    return "," if mark == "." else "."
