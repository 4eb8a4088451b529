"""The different values of a feature, each with its number of customers, and what is left of them without the ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.points.weighted import Integers, Values, WeightedPoints

# Trimmed at each end: a share of the customers, and at least so many, but never more than a quarter.
TRIMMED_SHARE, FEWEST_TRIMMED = 0.01, 3
_MOST_TRIMMED = 0.25


def distinct_values(points: WeightedPoints, role: str) -> tuple[Values, Integers, npt.NDArray[np.intp]]:
    """Return the different values of a feature, ascending: the means over the customers of its cells.

    Parameters
    ----------
    points : WeightedPoints
        The points.
    role : str
        Role of the feature.

    Returns
    -------
    values : ndarray of float64, shape (n_values,)
        The values.
    counts : ndarray of int64, shape (n_values,)
        Number of customers with each.
    index : ndarray of intp, shape (n_points,)
        Index of each point's value.
    """
    cell_of, cells = pd.factorize(points.cells(role))
    order = np.argsort(cells)
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    index = rank[cell_of]
    counts = np.bincount(index, points.counts).astype(np.int64)
    return np.bincount(index, points.column(role) * points.counts) / counts, counts, index


def without_ends(counts: Integers) -> Values:
    """Return how many customers of each value are left where those at either end are trimmed.

    Parameters
    ----------
    counts : ndarray of int64, shape (n_values,)
        Number of customers with each of the values, which are in order.

    Returns
    -------
    ndarray of float64, shape (n_values,)
        The same without the first and the last customers; a part of a customer may be left.
    """
    total = int(counts.sum())
    cut = min(max(TRIMMED_SHARE * total, FEWEST_TRIMMED), _MOST_TRIMMED * total)
    left: Values = np.diff(np.clip(np.cumsum(counts), cut, total - cut), prepend=cut)
    return left
