"""Fewer points that stand for all customers: cells of points that lie close together, and samples with weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.clustering.exact import WEIGHT_UNIT

Matrix = npt.NDArray[np.float64]
# Points, and how many customers each stands for.
Weighted = tuple[Matrix, Matrix]

# Width of a cell in standard deviations, and the factor by which it grows until cells are few enough.
_FINEST_WIDTH, _GROWTH = 2.0**-7, 2.0**0.5
# Where the next cells would be fewer, those of today are kept, although they are many: of many categories, all become
# one cell at once.
_FEWEST_CELLS = 128
_CODE_BITS = 62


def coarsened(X: Matrix, sample_weight: Matrix, max_points: int) -> Weighted:
    """Put points that lie in the same cell of a grid together, at their mean, until there are few enough.

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points.
    sample_weight : ndarray of float64, shape (n_points,)
        Number of customers of each point.
    max_points : int
        Largest number of points returned.

    Returns
    -------
    X : ndarray of float64, shape (n_cells, n_coordinates)
        The mean of each cell, in Fortran order.
    sample_weight : ndarray of float64, shape (n_cells,)
        Number of customers of each cell; all customers are in one.
    """
    # Cells that put few of some points together put few of all together, and over all points a pass takes long.
    some, width = X[:: len(X) // (2 * max_points) or 1], _FINEST_WIDTH
    while _cells(some, width * _GROWTH)[1] > max_points:
        width *= _GROWTH
    while len(X) > max_points:
        cell_of, n_cells = _cells(X, width)
        if n_cells < _FEWEST_CELLS:
            break
        counts = np.bincount(cell_of, sample_weight).astype(np.float64)
        sums = [np.bincount(cell_of, column * sample_weight) for column in X.T]
        X, sample_weight = np.array([column / counts for column in sums]).T, counts
        width *= _GROWTH
    return X, sample_weight


def _cells(X: Matrix, width: float) -> tuple[npt.NDArray[np.intp], int]:
    """Return the cell of each point, numbered in order of appearance, and how many cells there are."""
    codes, n_codes = np.zeros(len(X), dtype=np.int64), 1
    for column in X.T:
        cells = np.floor((column - column.min()) / width).astype(np.int64)
        n_cells = int(cells.max()) + 1
        if (n_codes * n_cells).bit_length() > _CODE_BITS:
            codes, found = pd.factorize(codes)
            n_codes = len(found)
        codes, n_codes = codes * n_cells + cells, n_codes * n_cells
    cell_of, found = pd.factorize(codes)
    return cell_of, len(found)


class CoresetSampler:
    """Draws lightweight coresets (Bachem, Lucic & Krause 2018): samples that hold the customers far from the mean too.

    One half of the chances goes by number of customers, the other by their squared distance from the mean.

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points, with a mean of 0.
    sample_weight : ndarray of float64, shape (n_points,)
        Number of customers of each point.
    """

    def __init__(self, X: Matrix, sample_weight: Matrix) -> None:
        self._X, self._weights = X, sample_weight
        distances = np.sum([column * column for column in X.T], axis=0) * sample_weight
        chances = sample_weight / sample_weight.sum() + distances / (distances.sum() or 1.0)
        self._until = np.cumsum(chances)
        self._chances = chances / self._until[-1]

    def draw(self, size: int, offset: float = 0.5) -> Weighted:
        """Draw points at equal distances of their cumulated chances.

        Parameters
        ----------
        size : int
            Number of draws; all points where there are no more of them.
        offset : float
            Where in its distance each draw lies, 0 to 1.

        Returns
        -------
        X : ndarray of float64, shape (n_drawn, n_coordinates)
            The points, in Fortran order.
        sample_weight : ndarray of float64, shape (n_drawn,)
            How many customers each stands for, in whole `WEIGHT_UNIT`.
        """
        if len(self._X) <= size:
            return self._X, self._weights
        places = (np.arange(size) + offset) / size * self._until[-1]
        kept, times = np.unique(np.searchsorted(self._until, places, side="right"), return_counts=True)
        weights = self._weights[kept] * times / (size * self._chances[kept])
        return np.asfortranarray(self._X[kept]), np.maximum(np.rint(weights / WEIGHT_UNIT), 1.0) * WEIGHT_UNIT
