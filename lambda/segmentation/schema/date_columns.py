"""The date columns of a file, and the newest of their dates, from which all of them count.

The newest date is known at the end of a file only; until then that of its first rows stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from segmentation.schema import reading_words
from segmentation.schema.columns import words_of
from segmentation.schema.date_text import DAY_FIRST, MONTH_FIRST
from segmentation.schema.dates import Births, Dates
from segmentation.schema.reading import DATE, Reading
from segmentation.schema.readings import reading_of

# By year, how many dates it has, and the newest of them in days since 1970. Those of other rows can be added.
Years = Mapping[int, tuple[int, int]]
One = TypeVar("One", bound=Reading)

# So few dates, so many years after all others, are slips.
_FEW, _GAP = 0.01, 10
# Of fewer dates one may be true.
_LEAST = 20
_FUTURE = frozenset(reading_words.FUTURE_WORDS.split())


def years_of(days: npt.NDArray[np.float64]) -> dict[int, tuple[int, int]]:
    """Return how many dates each year has, and its newest.

    Parameters
    ----------
    days : ndarray of float64
        Days since 1970, NaN where there is no date.
    """
    known = days[~np.isnan(days)].astype(np.int64)
    years, places, counts = np.unique(
        known.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970,
        return_inverse=True,
        return_counts=True,
    )
    newest = np.full(len(years), np.iinfo(np.int64).min)
    np.maximum.at(newest, places, known)
    return {int(year): (int(n), int(day)) for year, n, day in zip(years, counts, newest, strict=True)}


def together(parts: Iterable[Years]) -> dict[int, tuple[int, int]]:
    """Return the dates of several parts of a file together, by year.

    Parameters
    ----------
    parts : iterable of Years
        The dates of each part.
    """
    found: dict[int, tuple[int, int]] = {}
    for part in parts:
        for year, (n, newest) in part.items():
            before, day = found.get(year, (0, newest))
            found[year] = before + n, max(day, newest)
    return found


def newest_of(years: Years) -> int | None:
    """Return the newest date, in days since 1970; None where there is none.

    One date of a hundred that comes more than ten years after all others is a slip, such as 2052 for 2025.

    Parameters
    ----------
    years : Years
        All dates, by year.

    Examples
    --------
    >>> newest_of({2024: (60, 19_800), 2025: (39, 20_100), 2052: (1, 29_950)})
    20100
    """
    ordered = sorted(years)
    total = sum(n for n, _ in years.values())
    few = max(int(total * _FEW), total >= _LEAST)
    kept = len(ordered)
    for i in range(len(ordered) - 1, 0, -1):
        if sum(years[year][0] for year in ordered[i:]) > few:
            break
        if ordered[i] - ordered[i - 1] > _GAP:
            kept = i
    return years[ordered[kept - 1]][1] if ordered else None


def date_columns(
    header: Sequence[str], examples: Sequence[Sequence[str]], readings: Mapping[int, Reading], skipped: set[int]
) -> tuple[tuple[int, Dates], ...]:
    """Return the date columns of a file, by position, where a feature is one; else none is looked for.

    Those of features come first. Births count only where there are no other dates, and dates yet to come, such as the
    end of a contract, only where they are features.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    examples : sequence of sequence of str
        For each column, some cells.
    readings : mapping of int to Reading
        By position, how features are read.
    skipped : set of int
        Positions of columns that hold something else.
    """
    features = {i: one for i, one in readings.items() if isinstance(one, Dates)}
    if not features:
        return ()
    free = [i for i, name in enumerate(header) if i not in {*readings, *skipped} and not _FUTURE & {*words_of(name)}]
    others = {i: one for i in free if isinstance(one := reading_of(header[i], examples[i], "."), Dates)}
    found = {i: one for i, one in {**features, **others}.items() if one.kind == DATE}
    return tuple(with_one_order(found or features).items())


def with_one_order(readings: Mapping[int, One]) -> dict[int, One]:
    """Return readings of which those of dates have one order of day and month, where one of them leaves no doubt.

    Parameters
    ----------
    readings : mapping of int to Reading
        By position, the readings.
    """
    found = [one for one in readings.values() if isinstance(one, Dates) and one.form in (DAY_FIRST, MONTH_FIRST)]
    order = next((one.form for one in found if one.sure), None)
    return {
        i: replace(one, form=order, sure=True) if order and isinstance(one, Dates) and not one.sure else one
        for i, one in readings.items()
    }


def counted_from(reading: Reading | None, newest: int, *, only_births: bool) -> Reading | None:
    """Return a reading that counts from the newest date of its file; one of anything but dates stays as it is.

    Parameters
    ----------
    reading : Reading or None
        The reading.
    newest : int
        The newest date, in days since 1970.
    only_births : bool
        Whether that is the newest birth, for want of another date.
    """
    if isinstance(reading, Births):
        return replace(reading, newest=newest, by_year=only_births)
    return replace(reading, newest=newest) if isinstance(reading, Dates) else reading
