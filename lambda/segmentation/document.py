"""The public form of a result: the content of `data.json`, as `data.schema.json` describes it.

No row of it describes a person: counts, means, curves and pairs of two features only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import segmentation
from segmentation.cluster import MODES, ChosenK, Clustering
from segmentation.compress import WeightedPoints
from segmentation.ingest import Feature
from segmentation.interpret import (
    describe_segments,
    explain_k,
    explain_mode,
    explain_pair,
    feature_name,
    feature_unit,
)
from segmentation.kmeans import Labels
from segmentation.rounding import significant

LANDSCAPES = (("age", "spending"), ("income", "spending"))
SCATTER = ("income", "spending")

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
    points: WeightedPoints, clusterings: Mapping[str, Clustering], labels: Mapping[str, Labels], chosen: ChosenK
) -> dict[str, Any]:
    """Put together what the page shows of a run; who uploaded what and when is the caller's to add.

    Parameters
    ----------
    points : WeightedPoints
        All customers.
    clusterings : mapping of str to Clustering
        By name of mode.
    labels : mapping of str to ndarray of intp, shape (n_points,)
        By name of mode, the segment of each point, counted from 0.
    chosen : ChosenK
        How many segments there are.

    Returns
    -------
    dict
        As `data.schema.json` describes it.
    """
    axes = {role: _Axis.of(points, role) for role in {role for pair in (*LANDSCAPES, SCATTER) for role in pair}}
    return {
        "schema_version": segmentation.SCHEMA_VERSION,
        "engine_version": segmentation.__version__,
        "customers": points.customers,
        "features": {feature.role: _feature(points, feature) for feature in points.features if not feature.categorical},
        "genders": _genders(points),
        "landscapes": [_landscape(points, axes[x], axes[y]) for x, y in LANDSCAPES],
        "k": {**asdict(chosen), "text": explain_k(chosen, clusterings["bivariate"])},
        "modes": {mode: _mode(points, mode, clusterings[mode], labels[mode], chosen.value, axes) for mode in MODES},
    }


def _feature(points: WeightedPoints, feature: Feature) -> dict[str, Any]:
    (mean, deviation), (low, high) = points.moments[feature.role], points.extremes(feature.role)
    return {
        "label": feature.label,
        "name": feature_name(feature),
        "unit": feature_unit(feature),
        "mean": significant(mean),
        "sd": significant(deviation),
        "min": significant(low),
        "max": significant(high),
    }


def _genders(points: WeightedPoints) -> list[dict[str, Any]]:
    (gender,) = (feature for feature in points.features if feature.role == "gender")
    totals = np.bincount(points.cells("gender"), points.counts, len(gender.categories))
    return [{"label": label, "count": int(count)} for label, count in zip(gender.categories, totals, strict=True)]


def _landscape(points: WeightedPoints, x: _Axis, y: _Axis) -> dict[str, Any]:
    by_role = {feature.role: feature for feature in points.features}
    r = _correlation(points, x.role, y.role)
    pairs = _counted_pairs(x, y, np.zeros(len(points), dtype=np.intp), points.counts)
    return {
        "x": x.role,
        "y": y.role,
        "r": significant(r),
        "text": explain_pair(by_role[x.role], by_role[y.role], r),
        "points": [[a, b, n] for a, b, _, n in pairs],
    }


def _correlation(points: WeightedPoints, x: str, y: str) -> float:
    """Return Pearson's correlation, 0 where one of the two is constant."""
    (mean_x, spread_x), (mean_y, spread_y) = points.moments[x], points.moments[y]
    if not (spread_x and spread_y):
        return 0.0
    products = (points.column(x) - mean_x) * (points.column(y) - mean_y) * points.counts
    return float(products.sum() / points.customers / (spread_x * spread_y))


def _mode(
    points: WeightedPoints, mode: str, clustering: Clustering, labels: Labels, k: int, axes: Mapping[str, _Axis]
) -> dict[str, Any]:
    segments = describe_segments(points, labels, mode)
    return {
        "features": list(MODES[mode]),
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
                "genders": {label: significant(share) for label, share in segment.genders.items()},
            }
            for segment in segments
        ],
        "scatter": {
            "x": SCATTER[0],
            "y": SCATTER[1],
            "points": [
                [a, b, group + 1, n]
                for a, b, group, n in _counted_pairs(axes[SCATTER[0]], axes[SCATTER[1]], labels, points.counts)
            ],
        },
    }


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
