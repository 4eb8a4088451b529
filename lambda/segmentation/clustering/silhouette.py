"""The silhouettes of several solutions for the same weighted points, from one pass over their distances.

scikit-learn's takes one solution at a time, and no weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import numpy.typing as npt

from segmentation.clustering.exact import bits_for_weights, rounding_unit
from segmentation.clustering.kmeans import nearest

Matrix = npt.NDArray[np.float64]

_POINTS_AT_ONCE = 256


@dataclass(frozen=True)
class Silhouette:
    """The silhouette coefficients (Rousseeuw 1987) of one solution.

    Parameters
    ----------
    mean : float or None
        Mean over all customers; None where it is not defined: all in one cluster, or each in one of their own.
    by_cluster : ndarray of float64, shape (n_clusters,)
        Mean over the customers of each cluster; 0 where a cluster is empty, or the coefficient is not defined.
    """

    mean: float | None
    by_cluster: Matrix


def silhouettes(X: Matrix, sample_weight: Matrix, solutions: Sequence[Matrix]) -> list[Silhouette]:
    """Return the silhouettes of several sets of centroids.

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points.
    sample_weight : ndarray of float64, shape (n_points,)
        Number of customers that each point stands for.
    solutions : sequence of ndarray of float64, each of shape (n_clusters, n_coordinates)
        Sets of centroids; each point belongs to the nearest.

    Returns
    -------
    list of Silhouette
        In their order.
    """
    labels = [nearest(X, centers) for centers in solutions]
    members = [
        (found == np.arange(len(centers))[:, None]) * sample_weight
        for found, centers in zip(labels, solutions, strict=True)
    ]
    sizes = [group.sum(axis=1) for group in members]
    ends = np.cumsum([len(group) for group in members])[:-1]
    sums = np.split(_summed_distances(X, np.concatenate(members).T), ends, axis=1)
    coefficients = map(_coefficients, sums, labels, sizes)
    return [
        _of_solution(coefficient, found, size, sample_weight)
        for coefficient, found, size in zip(coefficients, labels, sizes, strict=True)
    ]


def _of_solution(
    coefficients: Matrix, labels: npt.NDArray[np.intp], sizes: Matrix, sample_weight: Matrix
) -> Silhouette:
    if not 2 <= (sizes > 0).sum() < sample_weight.sum():
        return Silhouette(None, np.zeros(len(sizes)))
    sums = np.bincount(labels, coefficients * sample_weight, len(sizes))
    return Silhouette(float(sums.sum() / sample_weight.sum()), sums / np.maximum(sizes, 1))


def _summed_distances(X: Matrix, members: Matrix) -> Matrix:
    """Return each point's summed distance to the members of each cluster, shape (n_points, n_clusters)."""
    longest = float(np.sqrt(np.sum(np.ptp(X, axis=0) ** 2)))
    unit = rounding_unit(longest, bits_for_weights(members.T))
    sums = np.zeros(members.shape)
    blocks = [slice(begin, begin + _POINTS_AT_ONCE) for begin in range(0, len(members), _POINTS_AT_ONCE)]
    for one, other in combinations_with_replacement(blocks, 2):
        distances = _distances(X[one], X[other])
        distances /= unit
        np.rint(distances, out=distances)
        if one != other:
            sums[other] += distances.T @ members[one]
        sums[one] += distances @ members[other]
    return sums * unit


def _distances(X: Matrix, others: Matrix) -> Matrix:
    """Return the distance of each point to each of the others, shape (n_points, n_others)."""
    squared = np.zeros((len(X), len(others)))
    difference = np.empty_like(squared)
    for column, other in zip(X.T, others.T, strict=True):
        np.subtract(column[:, None], other, out=difference)
        difference *= difference
        squared += difference
    return np.sqrt(squared, out=squared)


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
