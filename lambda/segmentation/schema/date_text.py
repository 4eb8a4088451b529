"""Texts to dates, in one form a column: ISO, day or month first, names of months in nine languages, serial numbers.

Dates are days since 1970-01-01. What stands behind one, a time and its zone, is ignored: the day is as it is written.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from segmentation.schema import reading_words
from segmentation.schema.columns import normalised

# What comes first in numbers with marks between them; months by name need no order.
YEAR_FIRST, DAY_FIRST, MONTH_FIRST = "year first", "day first", "month first"
# Numbers without marks: 20240131, 2024, days since 1899-12-30, seconds and milliseconds since 1970.
COMPACT, YEAR, SERIAL, SECONDS, MILLISECONDS = "digits", "year", "serial", "seconds", "milliseconds"
ORDERS = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
FORMS = (*ORDERS, COMPACT, YEAR, SERIAL, SECONDS, MILLISECONDS)

EPOCH = datetime.date(1970, 1, 1).toordinal()
_SPREADSHEET_EPOCH = datetime.date(1899, 12, 30).toordinal() - EPOCH
_LONGEST = 60
_TIME = re.compile(
    r"(?:(?<=\d)[t ]|[, ]+)\s*(?:at |um |a las |a )?\d{1,2}[:.h時]\d{2}(?:[:.分]\d{2}(?:[.,]\d+)?秒?)?分?"
    r"\s*(?:[ap]\.? ?m\.?)?\s*(?:z|utc|gmt|[a-z]{3,4})?\s*(?:[+-]\d{2}:?(?:\d{2})?)?(?:\s*\([^)]*\))?$"
)
_TOKENS = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
_BETWEEN = frozenset("-/.,'’_年月日()|" + "‑–−")
_MONTHS = {word: i for i, words in enumerate(reading_words.MONTHS, 1) for word in words.split()}
_FILLERS = {*reading_words.IN_DATES.split()}
# No customer lived before; what comes after stands for no date, as 2099-12-31 and 9999-12-31 do.
FIRST = datetime.date(1900, 1, 2).toordinal() - EPOCH
LAST = datetime.date(2069, 12, 31).toordinal() - EPOCH
# Two digits from here on are of the last century.
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
_PIVOT, PIVOT_OF_BIRTHS = 70, 15
_NO_DATE = re.compile(r"0[0\W]*")


def days_of(texts: Sequence[str], form: str, pivot: int = _PIVOT) -> list[int | None]:
    """Return the days since 1970 of texts, None for a text that is no date in this form.

    Parameters
    ----------
    texts : sequence of str
        Cells.
    form : str
        One of `FORMS`.
    pivot : int
        Years of two digits are of the last century from this one on.

    Examples
    --------
    >>> days_of(["1970-01-02", "3. Januar 1970", "05/01/1970 10:30"], DAY_FIRST)
    [1, 2, 4]
    """
    # A day has many times: those of one are looked up once.
    return [
        _day(text[:10] if len(text) > 10 and text[10] in " T" and text[13:14] == ":" else text, form, pivot)
        for text in texts
    ]


def is_placeholder(day: int) -> bool:
    """Return whether a date stands for none: 9999-12-31, 1900-01-01.

    Parameters
    ----------
    day : int
        Days since 1970.
    """
    return not FIRST <= day <= LAST


def stands_for_none(text: str) -> bool:
    """Return whether a text is a date of zeros, such as 0000-00-00.

    Parameters
    ----------
    text : str
        The cell.
    """
    return bool(_NO_DATE.fullmatch(text.strip()))


@lru_cache(maxsize=2**16)
def _day(text: str, form: str, pivot: int) -> int | None:
    if len(text) > _LONGEST:
        return None
    if form in (SERIAL, SECONDS, MILLISECONDS):
        return _counted(text, form)
    found = _digits(text.strip(), form) if form in (COMPACT, YEAR) else parts_of(text, form)
    if found is None:
        return None
    year, month, day = found
    # 0001-01-01 stands for no date.
    if year < 100 and not _FOUR_DIGITS.search(text):
        year += 1900 if year >= pivot else 2000
    try:
        return datetime.date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return None


def _counted(text: str, form: str) -> int | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    seconds = {SERIAL: 86_400.0, SECONDS: 1.0, MILLISECONDS: 0.001}[form]
    begin = _SPREADSHEET_EPOCH if form == SERIAL else 0
    # Ten thousand years; a nan is not less either.
    return begin + int(number * seconds // 86_400) if 0 < number * seconds < 3e11 else None


def _digits(text: str, form: str) -> tuple[int, int, int] | None:
    text = text.removesuffix(".0")
    if not (text.isascii() and text.isdigit()):
        return None
    if form == YEAR:
        return (int(text), 1, 1) if len(text) == 4 else None
    return (int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) in (8, 12, 14) else None


def parts_of(text: str, order: str) -> tuple[int, int, int] | None:
    """Return year, month and day as they are written; the day is 1 where there is none. None for other texts.

    Parameters
    ----------
    text : str
        The cell.
    order : str
        One of `ORDERS`, for numbers that do not begin with the year.

    Examples
    --------
    >>> parts_of("13/10/2021", DAY_FIRST), parts_of("Oct 13th, 2021", DAY_FIRST), parts_of("2021年3月", DAY_FIRST)
    ((2021, 10, 13), (2021, 10, 13), (2021, 3, 1))
    """
    tokens = _TOKENS.findall(_TIME.sub("", normalised(text.strip())))
    numbers = [token for token in tokens if token.isdecimal()]
    words = [token for token in tokens if token[0].isalpha()]
    marks = {token for token in tokens if not token[0].isalnum()}
    if not marks <= _BETWEEN or any(len(number) > 4 or len(number) == 3 for number in numbers):
        return None
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    others = [word for word in words if word not in _MONTHS and word not in _FILLERS]
    if months and not others and len(numbers) < 3:
        # mar, as in Tuesday, is a month too.
        return _with_name(months[-1], numbers)
    # A letter may stand for 1º.
    others += [word for word in words if len(word) == 1 and word.isascii()]
    return None if others or months else _of_numbers(numbers, order)


def _with_name(month: int, numbers: Sequence[str]) -> tuple[int, int, int] | None:
    if len(numbers) == 1:
        return int(numbers[0]), month, 1
    if len(numbers) != 2:
        return None
    first, second = numbers
    if len(first) == 4 or (len(second) < 4 and int(first) > 31):
        first, second = second, first
    return (int(second), month, int(first)) if len(first) <= 2 and len(second) in (2, 4) else None


def _of_numbers(numbers: Sequence[str], order: str) -> tuple[int, int, int] | None:
    if len(numbers) == 2:
        year, month = sorted(numbers, key=len, reverse=True)
        return (int(year), int(month), 1) if len(year) == 4 and len(month) <= 2 else None
    if len(numbers) != 3:
        return None
    lengths = [len(number) for number in numbers]
    one, two, three = map(int, numbers)
    if lengths[0] == 4:
        return (one, two, three) if max(lengths[1:]) <= 2 else None
    if lengths[2] == 1 or max(lengths[:2]) > 2:
        return None
    if order == YEAR_FIRST and lengths[2] == 2:
        return one, two, three
    return (three, one, two) if order == MONTH_FIRST else (three, two, one)


def order_of(counts: Mapping[str, int]) -> tuple[str, bool]:
    """Return what the numbers of dates begin with, and whether they leave no doubt of it.

    It is the order in which most of them are dates. Where that is several, years are those that differ least, and a day
    is what is always 1, as in dates of months. What is left open is taken for the day first.

    Parameters
    ----------
    counts : mapping of str to int
        By cell, how often it occurs.

    Examples
    --------
    >>> order_of({"13/10/2021": 1, "09/10/2024": 2}), order_of({"10/13/2021": 1}), order_of({"09/10/2024": 2})
    (('day first', True), ('month first', True), ('day first', False))
    """
    valid = {order: sum(counts[text] for text in counts if _day(text, order, _PIVOT) is not None) for order in ORDERS}
    most = max(valid.values())
    possible = [order for order in ORDERS if valid[order] == most]
    parts = {order: [one for text in counts if (one := parts_of(text, order))] for order in possible}
    if all(parts.get(order) == parts[possible[0]] for order in ORDERS):
        # ISO, and names of months.
        return YEAR_FIRST, True
    # Without a year in front they are those of the day first.
    possible = [order for i, order in enumerate(possible) if all(parts[order] != parts[one] for one in possible[:i])]
    years = {order: len({year for year, _, _ in parts[order]}) for order in possible}
    possible = [order for order in possible if years[order] == min(years.values())]
    days = {order: {day for _, _, day in parts[order]} for order in possible}
    constant = [order for order in possible if days[order] == {1}]
    possible = constant if len(constant) == 1 and len(counts) > 1 else possible
    return possible[0], len(possible) == 1
