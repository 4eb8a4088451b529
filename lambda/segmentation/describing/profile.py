"""The numbers of each segment: size, means, spread, and what distinguishes it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.describing.figures import Categories, Driver, Moments, Numbers
from segmentation.points.disclosure import Disclosure
from segmentation.points.statistics import medians
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.features import Feature
from segmentation.schema.meanings import SUMMABLE

Values = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Profile:
    """The published numbers of one segment, or of all customers; empty for a segment too small to be published.

    Parameters
    ----------
    size : int, optional
        Number of customers; None where there are too few.
    share : float, optional
        Share of all customers, 0 to 1.
    means, medians, spreads : dict of str to float
        By role of each numeric feature, in the units of the file; spreads are population standard deviations.
    shares : dict of str to dict of str to float
        By role of each categorical feature, the share of each of its values.
    positions : dict of str to float
        By role of each numeric feature, how many standard deviations of all customers the mean lies above the overall
        mean.
    drivers : list of Driver
        Differences from other customers in the features of the mode, the largest first.
    part_of_sum : float, optional
        Share of the total of the feature that `summed_feature` finds; None where it finds none.
    coarse : frozenset of str
        Roles of the features whose means, or shares, are rounded so coarsely that they say little.
    others : list of Driver
        Differences in what is no feature of the mode.
    """

    size: int | None = None
    share: float | None = None
    means: dict[str, float] = field(default_factory=dict)
    medians: dict[str, float] = field(default_factory=dict)
    spreads: dict[str, float] = field(default_factory=dict)
    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    positions: dict[str, float] = field(default_factory=dict)
    drivers: list[Driver] = field(default_factory=list)
    part_of_sum: float | None = None
    coarse: frozenset[str] = frozenset()
    others: list[Driver] = field(default_factory=list)

    @property
    def is_published(self) -> bool:
        """Whether the segment is large enough to be published."""
        return self.size is not None


def profiles(
    points: WeightedPoints, labels: Labels, roles: Sequence[str], summed: Feature | None, disclosure: Disclosure
) -> tuple[list[Profile], Profile]:
    """Describe segments by numbers.

    Parameters
    ----------
    points : WeightedPoints
        All customers with all features.
    labels : ndarray of intp, shape (n_points,)
        Segment of each point, counted from 0.
    roles : sequence of str
        Roles of the features among which drivers are sought.
    summed : Feature or None
        The feature of whose total each segment's share is given; None where there is none.
    disclosure : Disclosure
        How exactly numbers are published.

    Returns
    -------
    segments : list of Profile
        In the order of their labels.
    everyone : Profile
        All customers.
    """
    sizes = np.bincount(labels, points.counts)
    columns = [
        _numeric(points, feature, labels, sizes, disclosure) for feature in points.features if not feature.categorical
    ]
    categories = [
        Categories.of(feature.role, feature.categories, category_totals(points, feature, labels), disclosure)
        for feature in points.features
        if feature.categories is not None
    ]
    features: list[Numbers | Categories] = [*columns, *categories]
    everyone = len(sizes)
    parts = [None] * (everyone + 1) if summed is None else _parts_of_sum(points, labels, summed.role, disclosure)
    made = [
        Profile(
            disclosure.count(size),
            disclosure.share(size, points.customers),
            {one.role: one.means[i] for one in columns},
            {one.role: one.medians[i] for one in columns},
            {one.role: one.spreads[i] for one in columns},
            {one.role: one.shares[i] for one in categories},
            {one.role: one.positions[i] for one in columns},
            _ranked([driver for one in features if one.role in roles for driver in one.drivers_of(i)]),
            part,
            frozenset(one.role for one in features if one.coarse[i]),
            [driver for one in features if one.role not in roles for driver in one.drivers_of(i)],
        )
        if i == everyone or disclosure.cell(size) is not None
        else Profile()
        for i, (size, part) in enumerate(zip([*sizes, points.customers], parts, strict=True))
    ]
    return made[:-1], made[-1]


def summed_feature(points: WeightedPoints, axes: Sequence[str]) -> Feature | None:
    """Return the feature of whose total each segment's share is given: money, else orders, else what is counted.

    Parameters
    ----------
    points : WeightedPoints
        All customers with all features.
    axes : sequence of str
        Roles of the bivariate features, which come first where several have one meaning.

    Returns
    -------
    Feature or None
        None where no sum means anything, or values may be below 0.
    """
    found = [one for one in points.features if one.meaning in SUMMABLE and not one.categorical]
    found = [one for one in found if points.column(one.role).min() >= 0 < points.column(one.role).max()]
    return min(found, key=lambda one: (SUMMABLE.index(one.meaning), one.role not in axes), default=None)


def explained_variance(points: WeightedPoints, labels: Labels, roles: Sequence[str]) -> dict[str, float]:
    """Return by role the share of each feature's variance that lies between segments, 0 to 1 (eta squared).

    Parameters
    ----------
    points : WeightedPoints
        All customers.
    labels : ndarray of intp, shape (n_points,)
        Segment of each point, counted from 0.
    roles : sequence of str
        Roles of the features.
    """
    sizes = np.bincount(labels, points.counts)
    found = {}
    for feature in points.features:
        if feature.role not in roles:
            continue
        if feature.categories is not None:
            totals = category_totals(points, feature, labels)
            overall = totals.sum(axis=0) / points.customers
            between = float((sizes[:, None] * (totals / sizes[:, None] - overall) ** 2).sum())
            whole = points.customers * float((overall * (1 - overall)).sum())
        else:
            mean, spread = points.scaled_moments[feature.role]
            means = np.bincount(labels, points.scaled(feature.role) * points.counts) / sizes
            between = float((sizes * (means - mean) ** 2).sum())
            whole = points.customers * spread**2
        found[feature.role] = between / whole if whole else 0.0
    return found


def _numeric(
    points: WeightedPoints, feature: Feature, labels: Labels, sizes: npt.NDArray[Any], disclosure: Disclosure
) -> Numbers:
    values = points.column(feature.role)
    overall, spread = points.moments[feature.role]
    means = np.bincount(labels, values * points.counts) / sizes
    # Moved to the mean, so that little is lost to rounding.
    squares = np.bincount(labels, (values - overall) ** 2 * points.counts) / sizes - (means - overall) ** 2
    middles = [*medians(values, points.counts, labels), points.medians[feature.role]]
    value_ranges = _value_ranges(values, labels, len(sizes), points.extremes(feature.role), disclosure)
    moments = Moments(
        np.append(sizes, points.customers),
        np.append(means, overall),
        np.append(np.sqrt(np.maximum(squares, 0.0)), spread),
        value_ranges,
        *_standardised(points, feature, labels, sizes, means, value_ranges),
    )
    return Numbers.of(feature.role, moments, disclosure, middles)


def _standardised(
    points: WeightedPoints, feature: Feature, labels: Labels, sizes: Values, means: Values, value_ranges: Values
) -> tuple[Values, Values, Values]:
    """Return the distances of each segment's mean from that of all customers, and from that of all others, and ranges.

    They are on the scale of the feature, in standard deviations.
    """
    overall, spread = points.scaled_moments[feature.role]
    if feature.log_unit is not None:
        means = np.bincount(labels, points.scaled(feature.role) * points.counts) / sizes
        # As steep as the logarithm gets.
        value_ranges = np.minimum(value_ranges / feature.log_unit, np.ptp(points.scaled(feature.role)))
    others = points.customers - sizes
    rest = np.divide(overall * points.customers - means * sizes, others, out=means.copy(), where=others > 0)
    unit = spread or math.inf
    return (means - overall) / unit, (means - rest) / unit, value_ranges / unit


def _value_ranges(
    values: Values, labels: Labels, n_labels: int, extremes: tuple[float, float], disclosure: Disclosure
) -> Values:
    """Return the range of values in each segment, and in total; 0 where nothing is rounded."""
    minima, maxima = np.full(n_labels + 1, extremes[0]), np.full(n_labels + 1, extremes[1])
    if disclosure.exact:
        return np.zeros(n_labels + 1)
    minima[:-1], maxima[:-1] = math.inf, -math.inf
    np.minimum.at(minima, labels, values)
    np.maximum.at(maxima, labels, values)
    value_ranges: Values = maxima - minima
    return value_ranges


def category_totals(points: WeightedPoints, feature: Feature, labels: Labels) -> npt.NDArray[Any]:
    """Return the number of customers of each category in each segment, shape (n_segments, n_categories).

    Parameters
    ----------
    points : WeightedPoints
        The customers.
    feature : Feature
        A categorical feature.
    labels : ndarray of intp, shape (n_points,)
        Segment of each point, counted from 0.
    """
    n_labels = int(labels.max()) + 1
    n = len(feature.categories or ())
    return np.bincount(labels * n + points.cells(feature.role), points.counts, n_labels * n).reshape(-1, n)


def _parts_of_sum(points: WeightedPoints, labels: Labels, role: str, disclosure: Disclosure) -> list[float]:
    """Return each segment's share of the total of a feature, 0 to 1, then 1."""
    mean, spread = points.moments[role]
    sums = np.bincount(labels, points.column(role) * points.counts)
    step = points.extremes(role)[1] / mean
    shares = (disclosure.mean(float(part), spread / mean, points.customers, step) for part in sums / sums.sum())
    return [*(min(max(share, 0.0), 1.0) for share in shares), 1.0]


def _ranked(drivers: Sequence[Driver]) -> list[Driver]:
    return sorted(drivers, key=lambda one: -abs(one.difference))
