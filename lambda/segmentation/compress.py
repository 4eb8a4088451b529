"""Stage 2, compress: customers to distinct points, each with the number of customers who share it.

The only place that knows that many customers share the same values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.ingest import Customers, Feature


@dataclass(frozen=True)
class WeightedPoints:
    """Distinct feature tuples in ascending order, each with its count.

    Parameters
    ----------
    features : tuple of Feature
        What the columns of `values` are.
    values : ndarray of float64, shape (n_points, n_features)
        The distinct tuples, sorted by row.
    counts : ndarray of int64, shape (n_points,)
        How many customers have each tuple.
    """

    features: tuple[Feature, ...]
    values: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]

    @property
    def customers(self) -> int:
        """The number of customers behind the points."""
        return int(self.counts.sum())

    def column(self, role: str) -> npt.NDArray[np.float64]:
        """Return the values of the feature with that role, shape (n_points,)."""
        return self.values[:, self._index(role)]

    def marginal(self, roles: Sequence[str]) -> WeightedPoints:
        """Return the points of some of the features only, their counts merged."""
        columns = [self._index(role) for role in roles]
        return _distinct(tuple(self.features[i] for i in columns), self.values[:, columns], self.counts)

    def _index(self, role: str) -> int:
        return [feature.role for feature in self.features].index(role)


def compress(customers: Customers) -> WeightedPoints:
    """Count the customers who share the same values; rows that cannot be used are left out."""
    values = customers.values[customers.usable]
    return _distinct(customers.features, values, np.ones(len(values), dtype=np.int64))


def moments(
    values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return mean and population standard deviation of each column, shape (n_points, d) to twice (d,).

    A column that all share has a deviation of exactly 0, which rounding alone would not give.
    """
    mean = np.average(values, axis=0, weights=counts)
    deviation = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=counts))
    return mean, np.where(np.ptp(values, axis=0) > 0, deviation, 0.0)


def _distinct(
    features: tuple[Feature, ...], values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]
) -> WeightedPoints:
    distinct, where = np.unique(values, axis=0, return_inverse=True)
    merged = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(merged, where.ravel(), counts)
    return WeightedPoints(features, distinct, merged)
