"""The silhouette of several clusterings of the same weighted points, from one pass over their distances."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segmentation.kmeans import nearest

Matrix = npt.NDArray[np.float64]

_ROWS_AT_ONCE = 256


def silhouettes(columns: Matrix, weights: Matrix, clusterings: Sequence[Matrix]) -> list[float | None]:
    """Return the mean silhouette coefficient (Rousseeuw 1987) of each clustering.

    Parameters
    ----------
    columns : ndarray of float64, shape (n_coordinates, n_points)
        The points.
    weights : ndarray of float64, shape (n_points,)
        How many customers each stands for.
    clusterings : sequence of ndarray of float64, each of shape (k, n_coordinates)
        Centroids; each point belongs to the nearest.

    Returns
    -------
    list of float or None
        None where it is not defined: where all customers are in one cluster, or each in one of their own.
    """
    labels = [nearest(columns, centroids)[0] for centroids in clusterings]
    members = [
        (found == np.arange(len(centroids))[:, None]) * weights
        for found, centroids in zip(labels, clusterings, strict=True)
    ]
    sizes = [group.sum(axis=1) for group in members]
    everybody = np.concatenate(members).T.astype(np.float32)
    ends = np.cumsum([len(group) for group in members])[:-1]
    squares = np.sum(columns**2, axis=0)

    def coefficients(begin: int) -> list[Matrix]:
        rows = slice(begin, begin + _ROWS_AT_ONCE)
        squared = squares[rows, None] + squares - 2 * (columns[:, rows].T @ columns)
        # Half the digits make the sums that follow twice as fast, and still leave seven.
        distances = np.sqrt(np.maximum(squared, 0, out=squared).astype(np.float32))
        # Each point's own place is at no distance, whatever rounding says.
        distances[np.arange(distances.shape[0]), np.arange(begin, begin + distances.shape[0])] = 0
        sums = np.split((distances @ everybody).astype(np.float64), ends, axis=1)
        return [_coefficients(part, found[rows], size) for part, found, size in zip(sums, labels, sizes, strict=True)]

    parts = [coefficients(begin) for begin in range(0, len(weights), _ROWS_AT_ONCE)]
    means = [float(np.average(np.concatenate(column), weights=weights)) for column in zip(*parts, strict=True)]
    return [mean if 2 <= (size > 0).sum() < weights.sum() else None for mean, size in zip(means, sizes, strict=True)]


def _coefficients(sums: Matrix, labels: npt.NDArray[np.intp], sizes: Matrix) -> Matrix:
    """Return the coefficient of each point from its summed distances to the members of each cluster."""
    own = np.arange(len(labels)), labels
    others = sizes[labels] - 1
    within = sums[own] / np.maximum(others, 1)
    means = np.divide(sums, sizes, out=np.full_like(sums, np.inf), where=sizes > 0)
    means[own] = np.inf
    between = means.min(axis=1)
    if not np.isfinite(between).all():
        return np.zeros(len(labels))
    largest = np.maximum(within, between)
    # A customer alone in a cluster has a coefficient of 0 by definition.
    return np.where((others > 0) & (largest > 0), (between - within) / np.where(largest > 0, largest, 1), 0.0)
