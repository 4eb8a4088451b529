"""Customers drawn for simulations, with and without groups, and what is found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from segmentation.clustering.cluster import cluster
from segmentation.clustering.feature_scales import Scale, with_scales
from segmentation.clustering.kmeans import Labels
from segmentation.clustering.outliers import Outliers, find_outliers
from segmentation.clustering.result import Clustering
from segmentation.clustering.selection import ChosenK
from segmentation.points.weighted import WeightedPoints
from tests.support.customers import FEATURES, MODES, points_of

INCOME, SPENDING = 0, 1
# Middles of five groups in income and spending score, and how many of a hundred customers each has; as in the sample.
FIVE = np.array([(55, 50), (88, 82), (89, 18), (26, 80), (27, 20)], dtype=float)
_SHARES = np.array([30, 20, 16, 15, 19]) / 100


@dataclass(frozen=True)
class Sought:
    """What is found in rows of two features, each of which may have a log scale, and outliers.

    Parameters
    ----------
    labels : ndarray of intp
        Segment of each row, outliers included.
    log_units : tuple
        By feature, the unit of its logarithms; None where it is as it is.
    """

    points: WeightedPoints
    outliers: Outliers
    clustering: Clustering
    labels: Labels
    chosen: ChosenK

    @property
    def log_units(self) -> tuple[float | None, ...]:
        return tuple(feature.log_unit for feature in self.points.features)


def points_in_two(rows: np.ndarray) -> WeightedPoints:
    """Rows of income and spending, each a point of its own."""
    return points_of(rows, features=FEATURES[2:], fine=-2)


def sought(
    rows: np.ndarray,
    *,
    scales: Mapping[str, str] | None = None,
    before: Mapping[str, Scale] | None = None,
    left_out: bool = False,
) -> Sought:
    """Seek segments as `pipeline.find_segments` does, in rows of income and spending."""
    everyone, _ = with_scales(points_in_two(rows), scales or {}, before or {})
    outliers, points = find_outliers(everyone, before=left_out)
    clusterings, assignments, chosen = cluster(points, {"bivariate": MODES["bivariate"]}, None, everyone)
    return Sought(points, outliers, clusterings["bivariate"], assignments["bivariate"].labels, chosen)


def few_or_many(generator: np.random.Generator) -> int:
    """A few hundred customers to a few thousand, as often between 200 and 400 as between 2,000 and 4,000."""
    return int(np.exp(generator.uniform(np.log(200), np.log(4_000))))


def evenly(generator: np.random.Generator, n: int) -> np.ndarray:
    return generator.uniform(0, 100, (n, 2))


def cloud(generator: np.random.Generator, n: int) -> np.ndarray:
    """One Gaussian, of features that go together as they may."""
    return 100 + 5 * generator.normal(size=(n, 2)) @ (generator.normal(size=(2, 2)) + 2 * np.eye(2))


def log_cloud(generator: np.random.Generator, n: int) -> np.ndarray:
    """One Gaussian of logarithms: the largest value is 20 to 5,000 times the median."""
    mixed = np.eye(2) + 0.3 * generator.normal(size=(2, 2))
    return np.exp(generator.uniform(0, 8, 2) + generator.uniform(0.6, 1.2) * generator.normal(size=(n, 2)) @ mixed)


def groups(generator: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Five groups, and of which of them each customer is: incomes in thousands and scores, in whole numbers."""
    group = generator.choice(5, n, p=_SHARES)
    rows = (FIVE[group] + generator.normal(0, 7, (n, 2))).round()
    return np.clip(rows, [8, 1], [140, 100]), group


def log_groups(generator: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Five groups that are round on a log scale; from the lowest to the highest it is a factor of 120 and more."""
    middles = np.array([(-2, -2), (-2, 2), (2, -2), (2, 2), (0, 0)]) * generator.uniform(1.2, 1.6)
    group = generator.integers(0, 5, n)
    logarithms = generator.uniform(3, 8, 2) + middles[group] + generator.normal(0, generator.uniform(0.4, 0.6), (n, 2))
    return np.exp(logarithms), group


def spoiled(generator: np.random.Generator, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One customer of a thousand, but one at least, with a feature 10 to 1,000 times too large; and who they are."""
    n = max(1, round(len(rows) / 1_000))
    who, where = generator.choice(len(rows), n, replace=False), generator.integers(0, 2, n)
    changed = rows.copy()
    changed[who, where] *= 10 ** generator.uniform(1, 3, n)
    return changed, who


def same_parts(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether customers are together in the one exactly where they are in the other."""
    pairs = {*zip(one.tolist(), other.tolist(), strict=True)}
    return len(pairs) == len({*one.tolist()}) == len({*other.tolist()})
