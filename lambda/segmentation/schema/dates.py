"""Columns of dates, which become days or years before the newest date of the file, and ages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from segmentation.schema import reading_words
from segmentation.schema.columns import forms_of, words_of
from segmentation.schema.date_text import (
    COMPACT,
    EPOCH,
    MILLISECONDS,
    ORDERS,
    PIVOT_OF_BIRTHS,
    SECONDS,
    SERIAL,
    YEAR,
    days_of,
    is_placeholder,
    order_of,
    parts_of,
    stands_for_none,
)
from segmentation.schema.numbers import MISSING, NOT_NUMERIC, OUT_OF_RANGE, VALID, is_missing
from segmentation.schema.reading import BIRTH, DATE, MOSTLY, Faults, Reading, Values
from segmentation.schema.vocabulary import PERSONAL_NAMES

_BIRTHS = {*PERSONAL_NAMES["birth dates"].split(), *reading_words.BIRTHS.split()}
_BIRTH_WORDS = {*reading_words.BIRTH_WORDS.split()}
_DATE_WORDS = {*reading_words.DATE_WORDS.split()}
_TIME_WORDS = {*reading_words.TIME_WORDS.split()}
_YEAR_WORDS = {*reading_words.YEAR_WORDS.split()}
_OLDEST = 120
_LOOKED_AT = 50
Days = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dates(Reading):
    """Dates, which become days before the newest one; years of four digits become years before it.

    Parameters
    ----------
    form : str
        How they are written, see `segmentation.schema.date_text`.
    sure : bool
        Whether the examples leave no doubt of it.
    newest : int
        The day that is counted from, since 1970.
    """

    kind: ClassVar[str] = DATE
    form: str
    sure: bool = True
    newest: int = 0

    @property
    def unit(self) -> str:
        """What is counted: days or years."""
        return "years" if self.form == YEAR else "days"

    def days(self, texts: Sequence[str]) -> tuple[Days, Faults]:
        """Return the dates of cells as days since 1970, NaN where there is none, and their faults.

        Parameters
        ----------
        texts : sequence of str
            Cells, each different from the others.
        """
        found = days_of(texts, self.form, self._pivot())
        values = np.array([np.nan if day is None else day for day in found], dtype=np.float64)
        faults = np.array([_fault(text, day) for text, day in zip(texts, found, strict=True)], dtype=np.uint8)
        values[faults != VALID] = np.nan
        return values, faults

    def parse(self, texts: Sequence[str]) -> tuple[Values, Faults]:
        """Return the days or years before the newest date, see `Reading.parse`; later ones are out of range."""
        days, faults = self.days(texts)
        values = self._counted(days)
        late = values < 0
        values[late] = np.nan
        return values, np.where(late, np.uint8(OUT_OF_RANGE), faults)

    def _pivot(self) -> int:
        return 70

    def _counted(self, days: Days) -> Values:
        return _year(np.array([self.newest])) - _year(days) if self.form == YEAR else self.newest - days

    def published(self) -> dict[str, Any]:
        """Return the form and the newest date, which may be one customer's, see `Reading.published`."""
        return {"kind": self.kind, "form": self.form, "newest": written(self.newest)}


@dataclass(frozen=True)
class Births(Dates):
    """Dates or years of birth, which become ages in whole years.

    Parameters
    ----------
    by_year : bool
        Whether only years are compared, as where no other date says when the customers were so old.
    """

    kind: ClassVar[str] = BIRTH
    by_year: bool = False

    @property
    def unit(self) -> str:
        """What is counted: years."""
        return "years"

    def _pivot(self) -> int:
        return PIVOT_OF_BIRTHS

    def _counted(self, days: Days) -> Values:
        now = np.array([float(self.newest)])
        years = _year(now) - _year(days)
        if not (self.by_year or self.form == YEAR):
            # Before the birthday.
            years -= _day_of_year(now) < _day_of_year(days)
        years[years > _OLDEST] = -1
        return years

    def published(self) -> dict[str, Any]:
        """Return the form and the newest date, of births alone the end of its year, see `Reading.published`."""
        found = super().published()
        # The newest birth is a customer's.
        return {**found, "newest": f"{found['newest'][:4]}-12-31"} if self.by_year else found


def _fault(text: str, day: int | None) -> int:
    if day is None:
        return MISSING if is_missing(text) or stands_for_none(text) else NOT_NUMERIC
    return OUT_OF_RANGE if is_placeholder(day) else VALID


def _year(days: Days) -> Values:
    years: Values = np.full(len(days), np.nan)
    known = ~np.isnan(days)
    years[known] = days[known].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def _day_of_year(days: Days) -> Values:
    """Return month and day as one number, so that leap years do not matter."""
    found: Values = np.full(len(days), np.nan)
    known = ~np.isnan(days)
    dates = days[known].astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    found[known] = (months.astype(np.int64) % 12) * 100 + (dates - months).astype(np.int64)
    return found


def end_of_month(date: str) -> str:
    """Return the last day of the month of a date as it is published.

    Parameters
    ----------
    date : str
        The date: 2026-01-15.
    """
    first = datetime.date.fromisoformat(date).replace(day=1)
    next_month = (first + datetime.timedelta(days=31)).replace(day=1)
    return (next_month - datetime.timedelta(days=1)).isoformat()


def written(day: int) -> str:
    """Return a date as it is published: 2026-01-31.

    Parameters
    ----------
    day : int
        Days since 1970.
    """
    return datetime.date.fromordinal(day + EPOCH).isoformat()


def day_of(text: str) -> int:
    """Return a date in days since 1970, the inverse of `written`.

    Parameters
    ----------
    text : str
        A date as it is published.

    Raises
    ------
    ValueError
        If it is none.
    """
    return datetime.date.fromisoformat(text).toordinal() - EPOCH


def speaks_of_birth(name: str) -> bool:
    """Return whether a column is named as a date or year of birth.

    Parameters
    ----------
    name : str
        Name of the column.

    Examples
    --------
    >>> [speaks_of_birth(name) for name in ("Year_Birth", "Fecha de nacimiento", "Birthday discount", "Joined")]
    [True, True, False, False]
    """
    words = words_of(name)
    rest = {*words} - _BIRTH_WORDS - _DATE_WORDS - _YEAR_WORDS - {*reading_words.SMALL_WORDS.split()}
    if any(form in _BIRTHS for form in forms_of(name)):
        return True
    return bool(_BIRTH_WORDS & {*words}) and not rest - {"customer", "client", "cust", "user", "member"}


def says_date(name: str) -> bool:
    """Return whether a column is named as a date, so that its numbers may be serial ones.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    words = words_of(name)
    after = {*reading_words.AFTER_DATA.split()}
    return (
        bool(_DATE_WORDS & {*words})
        or any(word == "data" and following in after for word, following in pairwise(words))
        or (len(words) > 1 and words[-1] == "at")
        or (any(word.startswith(("ultim", "prim")) for word in words) and "data" in words)
    )


def _says_time(name: str) -> bool:
    return says_date(name) or bool(_TIME_WORDS & {*words_of(name)})


def _says_year(name: str) -> bool:
    return bool(_YEAR_WORDS & {*words_of(name)})


def dates(name: str, counts: Mapping[str, int]) -> Dates | None:
    """Return the reading of a column whose cells are nearly all dates; None where they are not.

    Parameters
    ----------
    name : str
        Name of the column, which decides whether numbers are dates.
    counts : mapping of str to int
        By cell that is not missing, how often it occurs.
    """
    birth = speaks_of_birth(name)
    kind = Births if birth else Dates
    digits = sum(n for text, n in counts.items() if text.strip().removesuffix(".0").isdecimal())
    if 2 * digits > sum(counts.values()):
        return next((kind(form) for form in _forms_of_digits(name, birth=birth) if _fits(counts, form)), None)
    if says_date(name) and _fits(counts, SERIAL):
        return kind(SERIAL)
    # Most columns are of other texts, which takes few of them to see.
    if not any(_looks_like_one(text) for text in islice(counts, _LOOKED_AT)):
        return None
    order, sure = order_of(counts)
    return kind(order, sure) if _fits(counts, order) else None


def _forms_of_digits(name: str, *, birth: bool) -> list[str]:
    """Return the forms in which numbers under a header may be dates."""
    forms = [COMPACT]
    if birth or _says_year(name):
        forms.append(YEAR)
    if says_date(name):
        forms.append(SERIAL)
    if _says_time(name):
        forms += [SECONDS, MILLISECONDS]
    return forms


_PLAUSIBLE = {
    # From 1954 to 2064; from 1990 to 2069.
    SERIAL: (-5_844, 34_700),
    SECONDS: (7_305, 36_500),
    MILLISECONDS: (7_305, 36_500),
}


def _fits(counts: Mapping[str, int], form: str) -> bool:
    """Return whether nearly all cells are dates in a form, and most of them of a likely time."""
    days = days_of([*counts], form)
    low, high = _PLAUSIBLE.get(form, (-(10**9), 10**9))
    total = sum(counts.values())
    readable = sum(n for n, day in zip(counts.values(), days, strict=True) if day is not None and low <= day <= high)
    none = sum(n for text, n in counts.items() if stands_for_none(text))
    likely = sum(n for n, day in zip(counts.values(), days, strict=True) if day is not None and not is_placeholder(day))
    return bool(likely) and readable + none >= MOSTLY * total and 2 * likely >= total - none


def _looks_like_one(text: str) -> bool:
    return any(parts_of(text, order) for order in ORDERS)
