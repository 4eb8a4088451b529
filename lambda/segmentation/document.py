"""The public form of a result: the content of `data.json`, as `data.schema.json` describes it.

No row of it describes a person: counts, means, curves and pairs of two features only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import segmentation
from segmentation.cluster import ChosenK, Clustering
from segmentation.compress import WeightedPoints
from segmentation.ingest import Feature
from segmentation.interpret import describe_segments, explain_k, explain_mode, explain_pair
from segmentation.kmeans import Labels
from segmentation.rounding import significant
from segmentation.schema import BIVARIATE, MULTIVARIATE

# Where there are more pairs, they are binned on a square grid, the finest of these that leaves no more: so data.json
# stays below 150 KB whatever the number of customers.
_MOST_PAIRS = 1_500
_BINS = (64, 48, 32, 24, 16)
# All of those divide it, so that it is counted only once.
_FINEST_BINS = 192
# Many points are seen to have too many pairs by so many of them.
_LOOKED_AT_FIRST = 10_000

Values = npt.NDArray[np.float64]


def result_document(
    points: WeightedPoints,
    modes: Mapping[str, Sequence[str]],
    clusterings: Mapping[str, Clustering],
    labels: Mapping[str, Labels],
    chosen: ChosenK,
    min_cell_count: int = 1,
) -> dict[str, Any]:
    """Put together what the page shows of a run; who uploaded what and when is the caller's to add.

    Parameters
    ----------
    points : WeightedPoints
        All customers.
    modes : mapping of str to sequence of str
        The roles of the features of each mode; the bivariate ones are the axes.
    clusterings : mapping of str to Clustering
        By name of mode.
    labels : mapping of str to ndarray of intp, shape (n_points,)
        By name of mode, the segment of each point, counted from 0.
    chosen : ChosenK
        How many segments there are.
    min_cell_count : int
        Places of charts that fewer customers share are left out, and their customers counted.

    Returns
    -------
    dict
        As `data.schema.json` describes it.
    """
    pairs = _landscapes(points, modes)
    axes = {role: _Axis.of(points, role) for role in {role for pair in pairs for role in pair}}
    charts = _Charts(points, axes, min_cell_count)
    return {
        "schema_version": segmentation.SCHEMA_VERSION,
        "engine_version": segmentation.__version__,
        "customers": points.customers,
        "features": {feature.role: _feature(points, feature) for feature in points.features},
        "landscapes": [_landscape(charts, x, y) for x, y in pairs],
        "k": {**asdict(chosen), "text": explain_k(chosen, clusterings[BIVARIATE])},
        "modes": {
            mode: _mode(charts, roles, modes[BIVARIATE], clusterings[mode], labels[mode], chosen.value)
            for mode, roles in modes.items()
        },
    }


def _landscapes(points: WeightedPoints, modes: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the pairs of features to look at: another numeric one and the bivariate ones, each against the last."""
    x, y = modes[BIVARIATE]
    numeric = [feature.role for feature in points.features if not feature.categorical]
    others = [role for role in modes[MULTIVARIATE] if role in numeric and role not in (x, y)]
    return [(role, y) for role in (*others[:1], x)]


def _feature(points: WeightedPoints, feature: Feature) -> dict[str, Any]:
    called = {"label": feature.label, "name": feature.name}
    if feature.categories is not None:
        totals = np.bincount(points.cells(feature.role), points.counts, len(feature.categories))
        counts = zip(feature.categories, totals, strict=True)
        return {"kind": "categorical", **called, "values": [{"label": name, "count": int(n)} for name, n in counts]}
    (mean, deviation), (low, high) = points.moments[feature.role], points.extremes(feature.role)
    return {
        "kind": "numeric",
        **called,
        "unit": feature.unit,
        "mean": significant(mean),
        "sd": significant(deviation),
        "min": significant(low),
        "max": significant(high),
    }


def _landscape(charts: _Charts, x: str, y: str) -> dict[str, Any]:
    by_role = {feature.role: feature for feature in charts.points.features}
    r = _correlation(charts.points, x, y)
    pairs, hidden = charts.counted_pairs(x, y, np.zeros(len(charts.points), dtype=np.intp))
    return {
        "x": x,
        "y": y,
        "r": significant(r),
        "text": explain_pair(by_role[x], by_role[y], r),
        "points": [[a, b, n] for a, b, _, n in pairs],
        "hidden": hidden,
    }


def _correlation(points: WeightedPoints, x: str, y: str) -> float:
    """Return Pearson's correlation, 0 where one of the two is constant."""
    (mean_x, spread_x), (mean_y, spread_y) = points.moments[x], points.moments[y]
    if not (spread_x and spread_y):
        return 0.0
    products = (points.column(x) - mean_x) * (points.column(y) - mean_y) * points.counts
    return float(products.sum() / points.customers / (spread_x * spread_y))


def _mode(
    charts: _Charts, roles: Sequence[str], axes: Sequence[str], clustering: Clustering, labels: Labels, k: int
) -> dict[str, Any]:
    segments = describe_segments(charts.points, labels, roles)
    x, y = axes
    pairs, hidden = charts.counted_pairs(x, y, labels)
    return {
        "features": list(roles),
        "elbow": clustering.elbow,
        "silhouette_peak": clustering.silhouette_peak,
        "sweep": [
            {
                "k": fit.k,
                "inertia": significant(fit.inertia),
                "silhouette": None if fit.silhouette is None else significant(fit.silhouette),
            }
            for fit in clustering.fits
        ],
        "inertia_error": significant(clustering.inertia_error / (clustering.fit(k).inertia or 1.0)),
        "text": explain_mode(clustering, k, segments),
        "segments": [
            {
                **asdict(segment),
                "share": significant(segment.share),
                "means": {role: significant(mean) for role, mean in segment.means.items()},
                "shares": {
                    role: {label: significant(share) for label, share in shares.items()}
                    for role, shares in segment.shares.items()
                },
            }
            for segment in segments
        ],
        "scatter": {
            "x": x,
            "y": y,
            "points": [[a, b, group + 1, n] for a, b, group, n in pairs],
            "hidden": hidden,
        },
    }


@dataclass(frozen=True)
class _Charts:
    """What charts are made of: points, axes, and how many customers must share a place."""

    points: WeightedPoints
    axes: Mapping[str, _Axis]
    min_cell_count: int

    def counted_pairs(self, x: str, y: str, group: Labels) -> tuple[list[list[float]], int]:
        """Return sorted ``[x, y, group, count]``, and how many customers are left out since too few share a place."""
        pairs = _counted_pairs(self.axes[x], self.axes[y], group, self.points.counts)
        shown = [pair for pair in pairs if pair[-1] >= self.min_cell_count]
        return shown, self.points.customers - int(sum(pair[-1] for pair in shown))


@dataclass(frozen=True)
class _Axis:
    """One feature cut into equal bins.

    Parameters
    ----------
    role : str
        Of the feature.
    values : ndarray of float64, shape (n_points,)
        Its values.
    bins : ndarray of intp, shape (n_points,)
        The bin of each, of `_FINEST_BINS`.
    """

    role: str
    values: Values
    bins: Labels

    @classmethod
    def of(cls, points: WeightedPoints, role: str) -> _Axis:
        values = points.column(role)
        width = np.ptp(values) / _FINEST_BINS or 1.0
        bins = ((values - values.min()) / width).astype(np.intp)
        return cls(role, values, np.minimum(bins, _FINEST_BINS - 1, out=bins))

    def middles(self, bins: int) -> Values:
        """Return the middle of each of so many equal bins."""
        low, high = self.values.min(), self.values.max()
        middles: Values = low + (np.arange(bins) + 0.5) * ((high - low or 1.0) / bins)
        return middles


def _counted_pairs(x: _Axis, y: _Axis, group: Labels, counts: npt.NDArray[np.int64]) -> list[list[float]]:
    """Return sorted ``[x, y, group, count]``, on a grid where there are too many to send."""
    pairs = _distinct_pairs(x, y, group, counts)
    return _binned_pairs(x, y, group, counts) if pairs is None else pairs


def _distinct_pairs(x: _Axis, y: _Axis, group: Labels, counts: npt.NDArray[np.int64]) -> list[list[float]] | None:
    """Return the pairs as they are, None where there are too many."""
    some = slice(None, None, max(1, len(group) // _LOOKED_AT_FIRST))
    for part in (some, slice(None)):
        columns = np.column_stack([x.values[part], y.values[part], group[part]])
        cells, where = np.unique(columns, axis=0, return_inverse=True)
        if len(cells) > _MOST_PAIRS:
            return None
    totals = np.bincount(where.ravel(), counts)
    return [[significant(a), significant(b), int(g), int(n)] for (a, b, g), n in zip(cells, totals, strict=True)]


def _binned_pairs(x: _Axis, y: _Axis, group: Labels, counts: npt.NDArray[np.int64]) -> list[list[float]]:
    """Return the middles of the bins of the finest grid that leaves few enough pairs."""
    groups = int(group.max()) + 1
    shape = (_FINEST_BINS, _FINEST_BINS, groups)
    finest = np.bincount((x.bins * _FINEST_BINS + y.bins) * groups + group, counts, math.prod(shape)).reshape(shape)
    for bins in _BINS:
        one = _FINEST_BINS // bins
        totals = finest.reshape(bins, one, bins, one, groups).sum(axis=(1, 3))
        filled = np.argwhere(totals)
        if len(filled) <= _MOST_PAIRS:
            break
    xs, ys = x.middles(bins), y.middles(bins)
    return [[significant(xs[i]), significant(ys[j]), int(g), int(totals[i, j, g])] for i, j, g in filled]
