"""Small CSVs and points that the unit tests are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from segmentation.cluster import KS, MODES, Clustering, Fit, Scaling
from segmentation.compress import WeightedPoints
from segmentation.ingest import Feature

HEADER = "CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)"
FEATURES = (
    Feature("age", "Age"),
    Feature("gender", "Gender", ("Female", "Male")),
    Feature("income", "Annual Income (k$)"),
    Feature("spending", "Spending Score (1-100)"),
)


def csv_of(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def points_of(rows: Iterable[Sequence[float]], counts: Sequence[int] | None = None) -> WeightedPoints:
    """Make points of rows of age, gender (0 or 1), income and spending score, in this order."""
    values = np.array(list(rows), dtype=float)
    return WeightedPoints(FEATURES, values, np.array(counts or [1] * len(values), dtype=np.int64))


def clustering_around(points: WeightedPoints, centres: Sequence[int], elbow: int | None = None) -> Clustering:
    """Make a clustering without K-Means: the first K of the points at `centres` are the centroids for each K."""
    scaling = Scaling.of(points)
    coordinates = scaling.apply(points.values[list(centres)])
    fits = tuple(Fit(coordinates[:k], 1000.0 / k, None if k == 1 else 0.5 - abs(k - 3) / 100) for k in KS)
    return Clustering(scaling, fits, elbow)


def clusterings_around(points: WeightedPoints, centres: Sequence[int], elbow: int | None = None) -> dict:
    roles = [feature.role for feature in points.features]
    made = {}
    for mode, needed in MODES.items():
        columns = [roles.index(role) for role in needed]
        part = WeightedPoints(tuple(points.features[i] for i in columns), points.values[:, columns], points.counts)
        made[mode] = clustering_around(part, centres, elbow)
    return made
