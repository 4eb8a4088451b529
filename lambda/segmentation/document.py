"""The public form of a result: the content of `data.json`, as `data.schema.json` describes it.

No row of it describes a person: counts, means, curves and pairs of two features only.
"""

from collections.abc import Mapping
from dataclasses import asdict
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

import segmentation
from segmentation.cluster import MODES, ChosenK, Clustering
from segmentation.compress import WeightedPoints, moments
from segmentation.ingest import Feature
from segmentation.interpret import (
    describe_segments,
    explain_k,
    explain_mode,
    explain_pair,
    feature_name,
    feature_unit,
)
from segmentation.rounding import significant

LANDSCAPES = (("age", "spending"), ("income", "spending"))
SCATTER = ("income", "spending")

# Where there are more pairs, they are binned on a square grid, the finest of these that leaves no more: so data.json
# stays below 150 KB whatever the number of customers.
_MOST_PAIRS = 1_500
_BINS = (64, 48, 32, 24, 16)


def result_document(points: WeightedPoints, clusterings: Mapping[str, Clustering], chosen: ChosenK) -> dict[str, Any]:
    """Put together what the page shows of a run; who uploaded what and when is the caller's to add."""
    return {
        "schema_version": segmentation.SCHEMA_VERSION,
        "engine_version": segmentation.__version__,
        "customers": points.customers,
        "features": {feature.role: _feature(points, feature) for feature in points.features if not feature.categories},
        "genders": _genders(points),
        "landscapes": [_landscape(points, x, y) for x, y in LANDSCAPES],
        "k": {**asdict(chosen), "text": explain_k(chosen, clusterings["bivariate"])},
        "modes": {mode: _mode(points, mode, clusterings[mode], chosen.value) for mode in MODES},
    }


def _feature(points: WeightedPoints, feature: Feature) -> dict[str, Any]:
    column = points.column(feature.role)
    mean, deviation = moments(column, points.counts)
    return {
        "label": feature.label,
        "name": feature_name(feature),
        "unit": feature_unit(feature),
        "mean": significant(float(mean)),
        "sd": significant(float(deviation)),
        "min": significant(column.min()),
        "max": significant(column.max()),
    }


def _genders(points: WeightedPoints) -> list[dict[str, Any]]:
    (gender,) = (feature for feature in points.features if feature.role == "gender")
    totals = np.bincount(points.column("gender").astype(int), weights=points.counts, minlength=len(gender.categories))
    return [{"label": label, "count": int(count)} for label, count in zip(gender.categories, totals, strict=True)]


def _landscape(points: WeightedPoints, x: str, y: str) -> dict[str, Any]:
    by_role = {feature.role: feature for feature in points.features}
    xs, ys = points.column(x), points.column(y)
    spread = np.sqrt(np.diag(np.cov(xs, ys, fweights=points.counts)))
    r = float(np.cov(xs, ys, fweights=points.counts)[0, 1] / np.prod(spread)) if spread.all() else 0.0
    groups = np.zeros(len(xs), dtype=np.intp)
    return {
        "x": x,
        "y": y,
        "r": significant(r),
        "text": explain_pair(by_role[x], by_role[y], r),
        "points": [[a, b, n] for a, b, _, n in _counted_pairs(xs, ys, groups, points.counts)],
    }


def _mode(points: WeightedPoints, mode: str, clustering: Clustering, k: int) -> dict[str, Any]:
    roles = [feature.role for feature in points.features]
    labels = clustering.assign(points.values[:, [roles.index(role) for role in MODES[mode]]], k)
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
            "points": _counted_pairs(points.column(SCATTER[0]), points.column(SCATTER[1]), labels + 1, points.counts),
        },
    }


def _counted_pairs(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], group: npt.NDArray[np.intp], counts: npt.NDArray[np.int64]
) -> list[list[float]]:
    """Return sorted ``[x, y, group, count]``, on a grid where there are too many to send."""
    binned = ((_bin_centres(x, bins), _bin_centres(y, bins)) for bins in _BINS)
    for pair in chain([(x, y)], binned):
        columns = np.column_stack([*pair, group])
        cells, where = np.unique(columns, axis=0, return_inverse=True)
        if len(cells) <= _MOST_PAIRS:
            break
    totals = np.bincount(where.ravel(), weights=counts)
    return [[significant(a), significant(b), int(g), int(n)] for (a, b, g), n in zip(cells, totals, strict=True)]


def _bin_centres(values: npt.NDArray[np.float64], bins: int) -> npt.NDArray[np.float64]:
    low, width = values.min(), np.ptp(values) / bins or 1.0
    centres: npt.NDArray[np.float64] = low + width * (np.clip((values - low) // width, 0, bins - 1) + 0.5)
    return centres
