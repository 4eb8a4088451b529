"""The model that a result carries, and new customers placed by it: as the page does it, with the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.cluster import Clustering, coordinate_names
from segmentation.disclosure import Disclosure
from segmentation.interpret import Mode

Matrix = npt.NDArray[np.float64]


def model_document(clustering: Clustering, mode: Mode, disclosure: Disclosure) -> dict[str, Any]:
    """Return what places a customer in a segment of one mode, as `data.schema.json` describes it.

    The place of a customer has a coordinate for each number, and one for each category, 1 or 0; each less `mean`, and
    divided by `scale`. The nearest centroid is the segment.
    """
    names = coordinate_names(clustering.scaling.features)
    if disclosure.exact:
        mean, scale = clustering.scaling.mean, clustering.scaling.scale
        centroids = clustering.fit.centroids
    else:
        everyone = mode.everyone
        mean = np.array([_published(name, everyone.means, everyone.shares) for name in names])
        spread = [
            everyone.spreads[feature] if category is None else (share * (1 - share)) ** 0.5
            for (feature, category), share in zip(names, mean, strict=True)
        ]
        scale = np.array([one or 1.0 for one in spread])
        places = [[_published(name, one.profile.means, one.profile.shares) for name in names] for one in mode.segments]
        centroids = (np.array(places) - mean) / scale
    return {
        "coordinates": [
            {"feature": feature, "category": category, "mean": float(one), "scale": float(unit)}
            for (feature, category), one, unit in zip(names, mean, scale, strict=True)
        ],
        "centroids": [[float(value) for value in centroid] for centroid in centroids],
    }


def _published(
    name: tuple[str, str | None], means: Mapping[str, float], shares: Mapping[str, Mapping[str, float]]
) -> float:
    feature, category = name
    return means[feature] if category is None else shares[feature][category]
