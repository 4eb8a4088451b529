"""Columns that describe the segments: from what was counted of them to what is published."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from segmentation.customers.cleaning import spelling_of
from segmentation.customers.pooling import pooled_names
from segmentation.describing.effects import CRAMERS_V, ETA_SQUARED, cramers_v
from segmentation.describing.figures import Categories, Moments, Numbers
from segmentation.describing.profile import Profile, category_totals, explained_variance
from segmentation.describing.tallies import Counts, NumberTally, Tally
from segmentation.errors import abbreviated
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.columns import normalised
from segmentation.schema.describing import MOST_VALUES, not_describing
from segmentation.schema.features import Feature
from segmentation.schema.numbers import is_missing
from segmentation.schema.personal_data import personal_values
from segmentation.schema.schema import Note, Wanted

# A value that fewer customers have says little, and much of each of them.
_FEWEST = 5
# Of the values of all columns; in `data.json` each stands twice.
_MOST_BYTES = 1_200
_OTHER = "Other"
_ALIKE = "nearly all customers have the same value, or none"


@dataclass(frozen=True)
class Described:
    """One column or feature, as it describes the segments of a mode.

    Parameters
    ----------
    feature : Feature
        What it is; its role is the key in the profiles.
    is_feature : bool
        Whether it is a feature of the other mode.
    measure : str
        `ETA_SQUARED` or `CRAMERS_V`.
    effect : float
        How much of it the segments explain, as it is published.
    missing : int
        Number of customers without a value.
    segments : list of Profile
        Its figures in each segment, in the order of their labels; empty where there are too few customers.
    everyone : Profile
        Its figures in all customers.
    """

    feature: Feature
    is_feature: bool
    measure: str
    effect: float
    missing: int
    segments: Sequence[Profile]
    everyone: Profile


def other_features(
    points: WeightedPoints,
    labels: npt.NDArray[np.intp],
    roles: Sequence[str],
    segments: Sequence[Profile],
    everyone: Profile,
    disclosure: Disclosure,
) -> list[Described]:
    """Return the features that are none of a mode, as they describe its segments.

    Parameters
    ----------
    points : WeightedPoints
        The customers with all features.
    labels : ndarray of intp, shape (n_points,)
        Segment of each point, counted from 0.
    roles : sequence of str
        Roles of the features of the mode.
    segments : sequence of Profile
        The segments, in the order of their labels.
    everyone : Profile
        All customers.
    disclosure : Disclosure
        How exactly numbers are published.
    """
    others = [feature for feature in points.features if feature.role not in roles]
    explained = explained_variance(points, labels, [one.role for one in others if not one.categorical])
    found = []
    for one in others:
        effect = cramers_v(category_totals(points, one, labels)) if one.categorical else explained[one.role]
        measure = CRAMERS_V if one.categorical else ETA_SQUARED
        published = disclosure.measure(effect, points.customers)
        found.append(Described(one, True, measure, published, 0, segments, everyone))
    return found


@dataclass(frozen=True)
class Column:
    """A column that describes the segments, before its figures are rounded.

    Parameters
    ----------
    feature : Feature
        What it is.
    counted : ndarray of int64, shape (n_segments, n_categories), or NumberTally
        Number of customers of each category in the segments of both modes; or its numbers.
    """

    feature: Feature
    counted: Counts | NumberTally

    def described(self, mode: slice, published: Sequence[bool], customers: int, disclosure: Disclosure) -> Described:
        """Return its published figures in the segments of a mode.

        Parameters
        ----------
        mode : slice
            The segments of the mode among those of both.
        published : sequence of bool
            Which of them are large enough to be published.
        customers : int
            Number of customers in the segments.
        disclosure : Disclosure
            How exactly numbers are published.
        """
        figures, known, effect = self._figures(mode, disclosure)
        everyone = int(known.sum())
        # A mean of fewer may be one customer's number.
        fewest = _FEWEST if isinstance(figures, Numbers) else 1
        profiles = [
            _profile(figures, i, disclosure.count(n))
            if shown and n >= fewest and disclosure.cell(n) is not None
            else Profile()
            for i, (n, shown) in enumerate(zip([*known.tolist(), everyone], [*published, True], strict=True))
        ]
        return Described(
            self.feature,
            is_feature=False,
            measure=ETA_SQUARED if isinstance(figures, Numbers) else CRAMERS_V,
            effect=disclosure.measure(effect, everyone),
            missing=disclosure.count(customers - everyone),
            segments=profiles[:-1],
            everyone=profiles[-1],
        )

    def _figures(self, mode: slice, disclosure: Disclosure) -> tuple[Numbers | Categories, Counts, float]:
        """Return the figures, how many customers of each segment have a value, and how much the segments explain."""
        role = self.feature.role
        if isinstance(self.counted, NumberTally):
            moments, known, effect = _moments(self.counted, mode, disclosure)
            return Numbers.of(role, moments, disclosure), known, effect
        totals = self.counted[mode]
        figures = Categories.of(role, self.feature.categories or (), totals, disclosure)
        return figures, totals.sum(axis=1), cramers_v(totals)


def columns_of(
    describing: Sequence[Wanted], tallies: Sequence[Tally], first: int, customers: int, disclosure: Disclosure
) -> tuple[list[Column], list[Note]]:
    """Return the columns that describe the segments, and notes on those that turned out not to.

    Parameters
    ----------
    describing : sequence of Wanted
        The columns.
    tallies : sequence of Tally
        What was counted of each.
    first : int
        Number of segments of the first mode: in them, each customer is counted once.
    customers : int
        Number of customers in the segments.
    disclosure : Disclosure
        How exactly numbers are published.
    """
    found = []
    notes = []
    for one, tally in zip(describing, tallies, strict=True):
        column = _column(one, tally, first, customers, disclosure)
        if isinstance(column, str):
            notes.append(not_describing(one.label, column))
        else:
            found.append(column)
    short = abbreviated((name for one in found for name in one.feature.categories or ()), _MOST_BYTES)
    return [_renamed(one, short) for one in found], notes


def _column(one: Wanted, tally: Tally, first: int, customers: int, disclosure: Disclosure) -> Column | str:
    """Return a column, or why it does not describe the segments."""
    feature = Feature(one.role, one.label, meaning=one.meaning)
    counts, numbers = tally.values.counts, tally.numbers
    if counts is None and numbers is not None:
        varies = numbers.minima.min() < numbers.maxima.max()
        known = int(numbers.known[:first].sum())
        return (
            Column(feature, numbers) if varies and known >= _FEWEST and disclosure.cell(known) is not None else _ALIKE
        )
    if counts is None or (numbers is None and 2 * len(counts) > customers):
        return "it has too many different values"
    kept = _pooled(counts, first, disclosure)
    if len(kept) < 2:
        return _ALIKE
    names = [*kept] if numbers is None else sorted(kept, key=_place_of_number)
    return Column(replace(feature, categories=tuple(names)), np.column_stack([kept[name] for name in names]))


def _pooled(counts: Mapping[str, Counts], first: int, disclosure: Disclosure) -> dict[str, Counts]:
    """Return the customers of the commonest values, the commonest first, and of all others together."""

    def totals(counted: Mapping[str, Counts]) -> dict[str, int]:
        return {value: int(one[:first].sum()) for value, one in counted.items()}

    known = {value: one for value, one in counts.items() if not (is_missing(value) or personal_values([value]))}
    known = _merged(known, spelling_of(totals(known), letters=False))
    other = next((value for value in known if normalised(value) == _OTHER.lower()), _OTHER)
    known = _merged(known, {value: other for value, n in totals(known).items() if n < _FEWEST})
    pooled, _ = pooled_names(totals(known), lambda n: disclosure.cell(n) is not None, MOST_VALUES + 1)
    known = _merged(known, pooled)
    customers = totals(known)
    return {value: known[value] for value in sorted(known, key=lambda one: (one == other, -customers[one], one))}


def _merged(counts: Mapping[str, Counts], names: Mapping[str, str]) -> dict[str, Counts]:
    """Return counts under other names; those that get one name are added up."""
    merged: dict[str, Counts] = {}
    for value, one in counts.items():
        name = names.get(value, value)
        merged[name] = merged[name] + one if name in merged else one
    return merged


def _place_of_number(name: str) -> float:
    """Return the place of a whole number among others; what stands for the rare ones comes last."""
    return math.inf if name == _OTHER else float(name)


def _renamed(column: Column, names: Mapping[str, str]) -> Column:
    categories = column.feature.categories
    if categories is None:
        return column
    return replace(column, feature=replace(column.feature, categories=tuple(names.get(one, one) for one in categories)))


def _profile(figures: Numbers | Categories, i: int, customers: int) -> Profile:
    """Return the profile of one segment, or of all customers, that has the figures of one column only."""
    role = figures.role
    coarse = frozenset([role] if figures.coarse[i] else [])
    if isinstance(figures, Numbers):
        means, spreads, positions = ({role: one[i]} for one in (figures.means, figures.spreads, figures.positions))
        others = figures.drivers_of(i)
        return Profile(customers, means=means, spreads=spreads, positions=positions, coarse=coarse, others=others)
    return Profile(customers, shares={role: figures.shares[i]}, coarse=coarse, others=figures.drivers_of(i))


def _moments(tally: NumberTally, mode: slice, disclosure: Disclosure) -> tuple[Moments, Counts, float]:
    """Return the moments of a column in the segments of a mode and in total, who has a number, and eta squared."""
    customers, means, squares = tally.moments(mode)
    deviations = np.sqrt(np.maximum(squares - means**2, 0.0))
    ranges = np.zeros(len(customers))
    if not disclosure.exact:
        minima, maxima = tally.minima[mode], tally.maxima[mode]
        ranges = np.append(np.maximum(maxima - minima, 0.0), maxima.max() - minima.min())
    n, overall, unit = customers[-1], means[-1], deviations[-1] or math.inf
    own, sizes = means[:-1], customers[:-1]
    rest = np.divide(overall * n - own * sizes, n - sizes, out=own.copy(), where=n > sizes)
    between = math.fsum((sizes * (own - overall) ** 2).tolist())
    found = Moments(
        np.maximum(customers, 1),
        means + tally.centre,
        deviations,
        ranges,
        (own - overall) / unit,
        (own - rest) / unit,
        ranges / unit,
    )
    return found, sizes, min(between / (n * unit**2), 1.0)
