"""The different values of a feature, each with its number of customers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.points.weighted import Integers, Values, WeightedPoints


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
