"""Which columns become features where nobody named them, and why: the choice that a marketer would make.

The axes of the bivariate mode say most about a customer's value and behaviour: money and how recently or how often
somebody buys. The multivariate mode has the best column of each meaning, then further ones. A choice has the form of
settings, so that it can be repeated, and changed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
import pandas as pd

from segmentation import refusals
from segmentation.schema import column_kinds as kinds
from segmentation.schema.column_kinds import Column, Values
from segmentation.schema.meanings import (
    AGE,
    BASKET,
    COUNT,
    FREQUENCY,
    GENDER,
    INCOME,
    MONEY,
    RATE,
    RATING,
    RECENCY,
    SPENDING,
    TENURE,
    is_category,
    is_surrounding,
    tags_of,
)
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE, Note
from segmentation.schema.settings import FeatureSetting, is_column

# Of features that say the same, one will do: so far, in absolute value, may two be correlated.
_MAX_CORRELATION = 0.9
_FEWEST, _MAX_FEATURES = 2, 8
# Where more customers lack a value, it is left out, since the rows would be.
_MOST_MISSING = 0.2
# An axis has at least so many different values, where there are others.
_FEWEST_VALUES = 8
# Where so many features are known by their names, numbers of unknown meaning are left out.
_ENOUGH = 3
UNKNOWN = ""
# What the run before used is not used again if it is one of these now.
_NEVER_KEPT = (kinds.PERSONAL, kinds.EMPTY, kinds.CONSTANT, kinds.TEXT, kinds.NAMESAKE)
# Where fewer than two columns hold numbers by which customers differ.
_BETTER_THAN_NONE = (kinds.ORDERED, kinds.CODE, kinds.YEARS, kinds.DATES, kinds.FLAG)
# The order in which pairs of meanings are tried as axes. A score stands for money where that is not known.
_PAIRS = [
    *product((RECENCY, FREQUENCY, TENURE), (MONEY, SPENDING)),
    *product((INCOME,), (SPENDING, MONEY)),
    *product((RECENCY, FREQUENCY, TENURE), (BASKET,)),
    (INCOME, AGE),
    # What has a name that is not known may be money in a language that is not.
    *product((RECENCY, FREQUENCY, TENURE, INCOME), (UNKNOWN, COUNT)),
]
# These say little of a customer's value.
_LAST = (RATING, RATE)
# The better known first: of two columns that say the same, that one is kept.
_MEANINGS = (RECENCY, FREQUENCY, MONEY, SPENDING, INCOME, AGE, TENURE, BASKET, RATING, COUNT, RATE)
_BOUNDS = {AGE: (0, 120), INCOME: (0, None)}
_NAME_OTHERS = 'Others can be named in settings.json under "modes".'
_WHAT = {
    RECENCY: "how long ago somebody bought or came",
    FREQUENCY: "how often somebody buys or comes",
    MONEY: "an amount of money",
    SPENDING: "a spending score",
    INCOME: "an income",
    AGE: "an age",
    TENURE: "how long somebody has been a customer",
    BASKET: "an amount of money per order",
    RATING: "a score or rating",
    COUNT: "a number of things",
    RATE: "a rate or share",
}
_WHY_NOT = {
    kinds.ANSWER: "It seems to be a result, such as an earlier segment or churn; it can describe the segments.",
    kinds.SENSITIVE: "It is sensitive, so it is used only if settings.json names it.",
    kinds.ROWS: "It only numbers the rows.",
    kinds.IDS: "Its values only identify something.",
    kinds.YEARS: "It holds years.",
    kinds.DATES: "It holds dates; settings.json can name it.",
    kinds.ORDERED: "It holds words or ranges in order; it can describe the segments, and settings.json can name it.",
    kinds.TEXT: "It holds text.",
    kinds.NAMESAKE: "Another column has the same name; with a name of its own it could be chosen.",
    kinds.CONSTANT: "It has the same value for every customer.",
    kinds.EMPTY: "It is empty for most customers.",
    kinds.FLAG: "It has two values only; it can describe the segments.",
    kinds.CODE: "Its few numbers seem to stand for categories; it can describe the segments.",
    kinds.CATEGORY: "It holds categories; it can describe the segments.",
}


Pair = tuple[Column, Column]


@dataclass(frozen=True)
class UsedFeatures:
    """The features of the run before.

    Parameters
    ----------
    modes : mapping of str to tuple of FeatureSetting
        By name of mode, its features by the headers of their columns; empty where they were found by their roles.
    """

    modes: Mapping[str, tuple[FeatureSetting, ...]]


@dataclass(frozen=True)
class Choice:
    """The features of both modes, and why each column is one of them or not.

    Parameters
    ----------
    modes : mapping of str to tuple of FeatureSetting
        By name of mode, its features, as the settings could name them.
    reasons : mapping of int to str
        By position of a column, the reason as a sentence; for as many as there is more to say of than for any file.
    """

    modes: Mapping[str, tuple[FeatureSetting, ...]]
    reasons: Mapping[int, str]


def kept_features(columns: Sequence[Column], before: UsedFeatures | None) -> tuple[Choice | None, list[Note]]:
    """Return the features of the run before, as far as a file has them, and a note on those that it lacks.

    Parameters
    ----------
    columns : sequence of Column
        The columns of the file.
    before : UsedFeatures or None
        The features of the run before.

    Returns
    -------
    choice : Choice or None
        None where they were found by their roles, or the file lacks an axis.
    notes : list of Note
        What the file lacks.
    """
    if before is None or not before.modes:
        return None, []
    kept, missing = _kept(columns, before.modes)
    names = ", ".join(f"'{name}'" for name in missing)
    notes = [Note(f"The run before used {names}, which cannot be used in this file.", _NAME_OTHERS)] if missing else []
    if kept is None:
        return None, notes
    names_kept = {*_names(kept)}
    used = {one.position: "The run before used it." for one in columns if one.name in names_kept}
    return Choice(kept, unused_reasons(columns) | used), notes


def chosen_features(columns: Sequence[Column], gender: int | None) -> tuple[Choice, Note]:
    """Choose the features of a file whose columns nobody named, and say so.

    Parameters
    ----------
    columns : sequence of Column
        The columns of the file.
    gender : int or None
        Position of the column of genders.

    Raises
    ------
    UnusableFileError
        If no two columns of numbers tell customers apart.
    """
    choice = _choice(columns, gender)
    if choice is None:
        raise refusals.no_numbers([one.name for one in columns])
    axes = " and ".join(f"'{one.column}'" for one in choice.modes[BIVARIATE])
    return choice, Note(f"The features were chosen from the columns of the file: {axes} for both modes.", _NAME_OTHERS)


def _kept(
    columns: Sequence[Column], modes: Mapping[str, tuple[FeatureSetting, ...]]
) -> tuple[Mapping[str, tuple[FeatureSetting, ...]] | None, list[str]]:
    """Return the features of the run before that the file has, None where an axis is not there; and what it lacks."""
    names = list(dict.fromkeys(_names(modes)))
    usable = [one for one in columns if one.kind not in _NEVER_KEPT]
    found = {name: one.name for name in names for one in usable if is_column(name, one.name)}
    kept = {
        mode: tuple(
            replace(one, column=found[one.column], label=found[one.column]) for one in features if one.column in found
        )
        for mode, features in modes.items()
    }
    if len(kept[MULTIVARIATE]) < _FEWEST:
        kept[MULTIVARIATE] = kept[BIVARIATE]
    whole = len(kept[BIVARIATE]) == len(modes[BIVARIATE])
    return (kept if whole else None), [name for name in names if name not in found]


def _names(modes: Mapping[str, tuple[FeatureSetting, ...]]) -> list[str]:
    return [one.column for features in modes.values() for one in features]


def _choice(columns: Sequence[Column], gender: int | None) -> Choice | None:
    """Choose the features of both modes; None where no two columns of numbers tell customers apart."""
    numbers = [one for one in columns if one.kind == kinds.NUMBER and one.position != gender]
    numbers = [one for one in numbers if one.missing <= _MOST_MISSING] or numbers
    if len(numbers) < _FEWEST:
        codes = [one for one in columns if one.kind in _BETTER_THAN_NONE and len(one.numbers)]
        codes = [one for one in codes if one.position != gender and one.meaning != GENDER]
        numbers += [one for one in codes if not is_category(one.name)] or codes
    # Three stripes are no map.
    fine = [one for one in numbers if one.different >= _FEWEST_VALUES]
    candidates = fine if len(fine) >= _FEWEST else numbers
    # Where all of them are alike, the first pair will do.
    different = (pair for pair in _pairs(candidates) if not _are_alike(*pair))
    axes = next(different, None) or next(_pairs(candidates), None)
    if axes is None:
        return None
    chosen, copies = _further(axes, numbers)
    order = sorted(chosen, key=lambda one: one.position)
    modes = {BIVARIATE: tuple(map(_setting, axes)), MULTIVARIATE: tuple(map(_setting, order))}
    if gender is not None:
        name = columns[gender].name
        modes[MULTIVARIATE] += (FeatureSetting(name, name, "categorical"),)
    return Choice(modes, _reasons(columns, axes, chosen, copies, gender))


def unused_reasons(columns: Sequence[Column]) -> dict[int, str]:
    """Return by position why columns are no features, as far as what they are says it.

    Parameters
    ----------
    columns : sequence of Column
        The columns of the file.
    """
    return {one.position: _WHY_NOT[one.kind] for one in columns if one.kind in _WHY_NOT}


def _pairs(numbers: Sequence[Column]) -> Iterator[Pair]:
    """Yield pairs of axes, the best first."""
    by_meaning = {meaning: _best_first(numbers, meaning) for meaning in (*_MEANINGS, UNKNOWN)}
    # Beside the time as a customer, a total says little more.
    monthly = sorted(by_meaning[MONEY], key=lambda one: ("balance" in tags_of(one.name), "total" in tags_of(one.name)))
    seconds = {(TENURE, MONEY): monthly}
    named = (
        pair for one, other in _PAIRS for pair in product(by_meaning[one], seconds.get((one, other), by_meaning[other]))
    )
    # Without names that help, those that hold most, beside what was spent.
    largest = sorted(numbers, key=lambda one: (_says_little(one), -one.total, one.position))
    spent = [one for one in (*by_meaning[MONEY], *by_meaning[SPENDING]) if "balance" not in tags_of(one.name)]
    beside = ((one, other) for other in spent for one in largest if one not in spent)
    others = ((b, a) if a.meaning == MONEY else (a, b) for a, b in combinations(largest, 2))
    yield from named
    yield from beside
    yield from others


def _says_little(one: Column) -> bool:
    return one.meaning in _LAST or is_surrounding(one.name)


def _best_first(numbers: Sequence[Column], meaning: str) -> list[Column]:
    """Return the columns of one meaning, the best first.

    Of money that is what was spent, in all or mostly, and last what is owned or owed; and days go before dates.
    """

    def rank(one: Column) -> tuple[bool, bool, bool, float, int]:
        tags, size = tags_of(one.name), -one.total if meaning in (MONEY, UNKNOWN) else 0.0
        return "balance" in tags, one.dated, "total" not in tags, size, one.position

    return sorted((one for one in numbers if one.meaning == meaning), key=rank)


def _further(axes: tuple[Column, Column], numbers: Sequence[Column]) -> tuple[list[Column], dict[int, Column]]:
    """Return the features of the multivariate mode, and by position those that others are near copies of."""
    queues = [_best_first(numbers, meaning) for meaning in _MEANINGS]
    rounds = [one for i in range(max(map(len, queues))) for queue in queues for one in queue[i : i + 1]]
    unknown = _best_first(numbers, UNKNOWN)
    if len(rounds) >= _ENOUGH:
        # The largest may be money.
        unknown = [] if any(one.meaning in (MONEY, SPENDING, BASKET) for one in numbers) else unknown[:1]
    chosen, copies = list(axes), dict[int, Column]()
    for one in [*rounds, *unknown]:
        if one in axes or len(chosen) == _MAX_FEATURES:
            continue
        twin = next((other for other in chosen if _are_alike(one, other)), None)
        if twin is None:
            chosen.append(one)
        else:
            copies[one.position] = twin
    return chosen, copies


def _are_alike(one: Column, other: Column) -> bool:
    """Return whether two columns say nearly the same: their values are correlated, and so are their ranks.

    Customers in groups far apart may have the one without the other.
    """
    known = ~(np.isnan(one.numbers) | np.isnan(other.numbers))
    x, y = one.numbers[known], other.numbers[known]
    if not known.any():
        return True
    return min(_correlation(x, y), _correlation(_ranks(x), _ranks(y))) > _MAX_CORRELATION


def _correlation(x: Values, y: Values) -> float:
    """Return the absolute value of a correlation; 0 where one of both is constant."""
    x, y = x - x.mean(), y - y.mean()
    norm = math.sqrt((x * x).sum() * (y * y).sum())
    return round(abs(float((x * y).sum())) / norm, 9) if norm else 0.0


def _ranks(values: Values) -> Values:
    return np.array(pd.Series(values).rank(), dtype=np.float64)


def _setting(column: Column) -> FeatureSetting:
    low, high = _BOUNDS.get(column.meaning, (None, None))
    return replace(FeatureSetting(column.name, column.name), minimum=low, maximum=high)


def _reasons(
    columns: Sequence[Column],
    axes: Sequence[Column],
    chosen: Sequence[Column],
    copies: Mapping[int, Column],
    gender: int | None,
) -> dict[int, str]:
    reasons = unused_reasons(columns)
    for one in columns:
        if one in chosen:
            what = (
                f"Its name says that it is {_WHAT[one.meaning]}"
                if one.meaning in _WHAT
                else "It is a number that differs"
            )
            where = "both modes" if one in axes else "the multivariate mode"
            reasons[one.position] = f"{what}; chosen for {where}."
        elif one.position in copies:
            reasons[one.position] = f"It says nearly the same as '{copies[one.position].name}'."
        elif one.position == gender:
            reasons[one.position] = "Its name says so: gender; chosen for the multivariate mode."
        elif one.kind == kinds.NUMBER:
            reasons[one.position] = "Other columns say more about customers; settings.json can name it."
    return reasons
