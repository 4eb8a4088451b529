"""What the page's charts show: counts of customers by one feature or two, never a single one's values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.clustering.kmeans import Labels
from segmentation.describing.explanations import explain_pair
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.rounding import significant
from segmentation.schema.features import Feature
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE

# Where there are more pairs, they are binned on a square grid, the finest of these that leaves no more.
_MAX_PAIRS = 1_000
# Of other features than the bivariate ones, so many also serve as axes; all pairs with them share so many places.
_MAX_OTHER_AXES = 2
_MAX_OTHER_PAIRS = 600
_BINS = (64, 48, 32, 24, 16, 12, 8, 6, 4)
# All of those divide it, so that it is counted only once.
_FINEST_BINS = 192
# Where too few customers share a place, a coarser grid is taken until no more than this are hidden.
_MAX_HIDDEN = 0.2
# Many points are seen to have too many pairs by so many of them.
_LOOKED_AT_FIRST = 3_000
# Bars of a distribution, and the largest number of categories that it is grouped by.
_BARS = 16
_MAX_GROUPS = 6
_ON_BORDER = 1e-9

Values = npt.NDArray[np.float64]


def extremes(points: WeightedPoints, role: str, disclosure: Disclosure) -> tuple[float, float]:
    """Return the smallest and the largest value of a feature, as they may be published.

    Where small counts are suppressed, they are values that several customers exceed.

    Parameters
    ----------
    points : WeightedPoints
        All customers.
    role : str
        Role of the feature.
    disclosure : Disclosure
        How exactly numbers are published.
    """
    if disclosure.exact:
        return points.extremes(role)
    values = points.column(role)
    order = np.argsort(values, kind="stable")
    until = np.cumsum(points.counts[order])
    beyond = min(disclosure.min_cell_count, (points.customers + 1) // 2)
    places = np.searchsorted(until, [beyond - 1, points.customers - beyond], side="right")
    _, spread = points.moments[role]
    low, high = (disclosure.mean(float(values[order][place]), spread, beyond) for place in places)
    return low, max(low, high)


def distributions(points: WeightedPoints, disclosure: Disclosure) -> list[dict[str, Any]]:
    """Count customers in equal intervals of each numeric feature.

    They are counted in total, and by the first feature with few categories.

    Parameters
    ----------
    points : WeightedPoints
        All customers.
    disclosure : Disclosure
        How exactly numbers are published.
    """
    by = next((f for f in points.features if f.categories and 1 < len(f.categories) <= _MAX_GROUPS), None)
    groups = np.zeros(len(points), dtype=np.int64) if by is None else points.cells(by.role)
    names = () if by is None or by.categories is None else by.categories
    n_groups = max(1, len(names))
    found = []
    for feature in points.features:
        if feature.categorical:
            continue
        low, high = extremes(points, feature.role, disclosure)
        edges = _edges(low, high) if feature.log_unit is None else _edges_on_log_scale(feature, low, high)
        first, second = feature.to_scale(np.array(edges[:2]))
        # A value on a border belongs above it, whatever rounding says.
        bar = ((points.scaled(feature.role) - first) / (second - first) + _ON_BORDER).astype(np.int64)
        bar = np.clip(bar, 0, len(edges) - 2)
        totals = np.bincount(groups * (len(edges) - 1) + bar, points.counts, n_groups * (len(edges) - 1))
        table = totals.reshape(n_groups, -1)
        counts, by_group = disclosure.parts(table.sum(axis=0).tolist()), disclosure.table(table.tolist())
        if by is not None:
            # A total would reveal too much of a bar whose parts are all suppressed.
            parts = zip(*by_group, strict=True)
            counts = [None if set(part) == {None} else n for n, part in zip(counts, parts, strict=True)]
        found.append(
            {
                "feature": feature.role,
                "edges": [significant(edge) for edge in edges],
                "counts": counts,
                "by": None
                if by is None
                else {
                    "feature": by.role,
                    "groups": [{"label": name, "counts": row} for name, row in zip(names, by_group, strict=True)],
                },
            }
        )
    return found


def _edges(low: float, high: float) -> list[float]:
    """Return the borders of about `_BARS` intervals of a round width: 1, 2, 2.5, 5 or 10."""
    span = (high - low) or 1.0
    min_width = span / _BARS
    power = 10.0 ** math.floor(math.log10(min_width))
    width = next(nice * power for nice in (1.0, 2.0, 2.5, 5.0, 10.0, 20.0) if nice * power >= min_width)
    first = math.floor(low / width)
    last = max(first + 1, math.floor(high / width) + 1)
    return [i * width for i in range(first, last + 1)]


def _edges_on_log_scale(feature: Feature, low: float, high: float) -> list[float]:
    """Return the borders of `_BARS` intervals that are equally wide on the scale of the feature."""
    ends = feature.to_scale(np.array([low, high]))
    first, last = ends if ends[1] > ends[0] else (ends[0], ends[0] + 1.0)
    return [float(edge) for edge in feature.from_scale(np.linspace(first, last, _BARS + 1))]


def _correlation(points: WeightedPoints, x: str, y: str) -> tuple[float, int, float]:
    """Return Pearson's correlation, 0 where a feature is constant, the number of customers, and the largest product."""
    (mean_x, spread_x), (mean_y, spread_y) = points.moments[x], points.moments[y]
    if not (spread_x and spread_y):
        return 0.0, points.customers, 0.0
    products = (points.column(x) - mean_x) * (points.column(y) - mean_y) / (spread_x * spread_y)
    return float((products * points.counts).sum() / points.customers), points.customers, float(np.abs(products).max())


@dataclass(frozen=True)
class Charts:
    """The data of the charts of two features.

    Parameters
    ----------
    points : WeightedPoints
        All customers.
    axes : mapping of str to Axis
        By role, the features that charts may have as an axis: the bivariate ones, and the first other numeric ones.
    disclosure : Disclosure
        How exactly numbers are published.
    """

    points: WeightedPoints
    axes: Mapping[str, Axis]
    disclosure: Disclosure

    @classmethod
    def build(cls, points: WeightedPoints, modes: Mapping[str, Sequence[str]], disclosure: Disclosure) -> Charts:
        """Prepare the axes of the charts.

        Parameters
        ----------
        points : WeightedPoints
            All customers.
        modes : mapping of str to sequence of str
            By name of mode, the roles of its features.
        disclosure : Disclosure
            How exactly numbers are published.
        """
        numeric = [feature.role for feature in points.features if not feature.categorical]
        others = [role for role in modes[MULTIVARIATE] if role in numeric and role not in modes[BIVARIATE]]
        roles = [*modes[BIVARIATE], *others[:_MAX_OTHER_AXES]]
        return cls(points, {role: Axis.from_points(points, role, disclosure) for role in roles}, disclosure)

    def landscapes(self) -> list[dict[str, Any]]:
        """Count customers by pairs of features: another numeric one and the first bivariate one, each by the second."""
        x, y, *others = self.axes
        return [self._landscape(role, y) for role in (*others[:1], x)]

    def scatters(self, labels: Labels, ids: Sequence[int]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Count customers by two features and their segment.

        Parameters
        ----------
        labels : ndarray of intp, shape (n_points,)
            Segment of each point, counted from 0.
        ids : sequence of int
            Ids of the segments, in the order of their labels.

        Returns
        -------
        scatter, others : dict, list of dict
            By the bivariate features, and by all other pairs of axes.
        """
        first, *others = combinations(self.axes, 2)
        return self._scatter(*first, labels, ids, _MAX_PAIRS), [
            self._scatter(*pair, labels, ids, _MAX_OTHER_PAIRS // len(others)) for pair in others
        ]

    def _landscape(self, x: str, y: str) -> dict[str, Any]:
        by_role = {feature.role: feature for feature in self.points.features}
        r = self.disclosure.measure(*_correlation(self.points, x, y))
        pairs, hidden = self._counted_pairs(x, y, np.zeros(len(self.points), dtype=np.intp))
        return {
            "x": x,
            "y": y,
            "r": r,
            "text": explain_pair(by_role[x], by_role[y], r),
            "points": [[a, b, n] for a, b, _, n in pairs],
            "hidden": hidden,
        }

    def _scatter(self, x: str, y: str, labels: Labels, ids: Sequence[int], max_pairs: int) -> dict[str, Any]:
        pairs, hidden = self._counted_pairs(x, y, labels, max_pairs)
        points = [[a, b, ids[int(group)], n] for a, b, group, n in pairs]
        return {"x": x, "y": y, "points": points, "hidden": hidden}

    def _counted_pairs(
        self, x: str, y: str, group: Labels, max_pairs: int = _MAX_PAIRS
    ) -> tuple[list[list[float]], int]:
        """Return sorted ``[x, y, group, count]``, and how many customers are left out since too few share a place."""
        counts, customers = self.points.counts, self.points.customers
        if self.disclosure.exact:
            return _counted_pairs(self.axes[x], self.axes[y], group, counts, max_pairs), 0
        shown: list[list[float]] = []
        for bins in _BINS:
            pairs = _binned_pairs(self.axes[x], self.axes[y], group, counts, max_pairs, (bins,))
            found = [pair for pair in pairs if self.disclosure.cell(pair[-1])]
            if sum(pair[-1] for pair in found) > sum(pair[-1] for pair in shown):
                shown = found
            if len(shown) <= max_pairs and sum(pair[-1] for pair in shown) >= (1 - _MAX_HIDDEN) * customers:
                break
        hidden = self.disclosure.count(customers - sum(pair[-1] for pair in shown))
        return [[*place, self.disclosure.count(n)] for *place, n in shown], hidden


@dataclass(frozen=True)
class Axis:
    """One feature cut into bins that are equally wide on its scale.

    Parameters
    ----------
    feature : Feature
        The feature.
    values : ndarray of float64, shape (n_points,)
        Values of the points.
    low, high : float
        Where the bins begin and end on its scale; values beyond are in the outermost.
    bins : ndarray of intp, shape (n_points,)
        Bin of each point, of `_FINEST_BINS`.
    """

    feature: Feature
    values: Values
    low: float
    high: float
    bins: Labels

    @classmethod
    def from_points(cls, points: WeightedPoints, role: str, disclosure: Disclosure) -> Axis:
        """Cut a feature between its published extremes.

        Parameters
        ----------
        points : WeightedPoints
            All customers.
        role : str
            Role of the feature.
        disclosure : Disclosure
            How exactly numbers are published.
        """
        feature = next(one for one in points.features if one.role == role)
        low, high = map(float, feature.to_scale(np.array(extremes(points, role, disclosure))))
        width = (high - low) / _FINEST_BINS or 1.0
        bins = ((points.scaled(role) - low) / width).astype(np.intp)
        return cls(feature, points.column(role), low, high, np.clip(bins, 0, _FINEST_BINS - 1, out=bins))

    def middles(self, bins: int) -> Values:
        """Return the middles of equal bins, shape (bins,).

        Parameters
        ----------
        bins : int
            Number of bins.
        """
        width = (self.high - self.low or 1.0) / bins
        return self.feature.from_scale(np.array([self.low + (i + 0.5) * width for i in range(bins)]))


def _counted_pairs(x: Axis, y: Axis, group: Labels, counts: npt.NDArray[np.int64], max_pairs: int) -> list[list[float]]:
    """Return sorted ``[x, y, group, count]``, on a grid where there are too many to send."""
    pairs = _distinct_pairs(x, y, group, counts, max_pairs)
    return _binned_pairs(x, y, group, counts, max_pairs) if pairs is None else pairs


def _distinct_pairs(
    x: Axis, y: Axis, group: Labels, counts: npt.NDArray[np.int64], max_pairs: int
) -> list[list[float]] | None:
    """Return the exact pairs, None where there are too many."""
    some = slice(None, None, max(1, len(group) // _LOOKED_AT_FIRST))
    for part in (some, slice(None)):
        columns = np.column_stack([x.values[part], y.values[part], group[part]])
        cells, where = np.unique(columns, axis=0, return_inverse=True)
        if len(cells) > max_pairs:
            return None
    totals = np.bincount(where.ravel(), counts)
    return [[significant(a), significant(b), int(g), int(n)] for (a, b, g), n in zip(cells, totals, strict=True)]


def _binned_pairs(
    x: Axis, y: Axis, group: Labels, counts: npt.NDArray[np.int64], max_pairs: int, grids: Sequence[int] = _BINS
) -> list[list[float]]:
    """Return the middles of the bins of the finest grid with few enough pairs."""
    groups = int(group.max()) + 1
    shape = (_FINEST_BINS, _FINEST_BINS, groups)
    finest = np.bincount((x.bins * _FINEST_BINS + y.bins) * groups + group, counts, math.prod(shape)).reshape(shape)
    for bins in grids:
        one = _FINEST_BINS // bins
        totals = finest.reshape(bins, one, bins, one, groups).sum(axis=(1, 3))
        filled = np.argwhere(totals)
        if len(filled) <= max_pairs:
            break
    xs, ys = x.middles(bins), y.middles(bins)
    return [[significant(xs[i]), significant(ys[j]), int(g), int(totals[i, j, g])] for i, j, g in filled]
