"""K-Means on weighted points by scikit-learn, and where points belong. No result depends on the processor.

Points are `X`, shape (n_points, n_coordinates), in Fortran order.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from segmentation.clustering.exact import bits_for_products, rounding_unit

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]

_BLOCK_POINTS = 2**13
_MAX_ITER = 1_000
# Such clusters are filled here, see `fit`.
warnings.filterwarnings("ignore", "Number of distinct clusters", ConvergenceWarning)


@dataclass(frozen=True)
class Solution:
    """A local optimum: every point belongs to its nearest centroid, and every centroid is the mean of its points.

    Parameters
    ----------
    cluster_centers : ndarray of float64, shape (n_clusters, n_coordinates)
        The centroids.
    labels : ndarray of intp, shape (n_points,)
        Index of the nearest centroid of each point.
    inertia : float
        Weighted sum of squared distances of points to their centroids.
    """

    cluster_centers: Matrix
    labels: Labels
    inertia: float


def fit(X: Matrix, sample_weight: Matrix, init: Matrix) -> Solution:
    """Run scikit-learn's K-Means from given centroids until no label changes.

    It takes points for the same that are much nearer to each other than to the mean, and may leave clusters empty; each
    of these gets the point that is farthest from its centroid.

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points.
    sample_weight : ndarray of float64, shape (n_points,)
        Weight of each point.
    init : ndarray of float64, shape (n_clusters, n_coordinates)
        The initial centroids.
    """
    n_clusters = len(init)
    found = KMeans(n_clusters, init=init, n_init=1, max_iter=_MAX_ITER, tol=0).fit(X, sample_weight=sample_weight)
    labels = found.labels_.astype(np.intp)
    centers, totals = _means(X, sample_weight, labels, found.cluster_centers_)
    for empty in np.flatnonzero(totals == 0):
        losses = _squared(X, centers[labels]) * sample_weight
        if not losses.any():
            break
        labels[int(np.argmax(losses))] = empty
        centers, _ = _means(X, sample_weight, labels, centers)
    parts = [(_squared(X[block], centers[labels[block]]) * sample_weight[block]).sum() for block in _blocks(len(X))]
    return Solution(centers, labels, math.fsum(parts))


def _means(X: Matrix, sample_weight: Matrix, labels: Labels, otherwise: Matrix) -> tuple[Matrix, Matrix]:
    """Return the mean of each cluster, or what it is otherwise where the cluster is empty, and its weight."""
    # The sums of scikit-learn are rounded as the processor has it.
    n_clusters = len(otherwise)
    totals = np.bincount(labels, sample_weight, n_clusters).astype(np.float64)
    sums = np.column_stack([np.bincount(labels, column * sample_weight, n_clusters) for column in X.T])
    means: Matrix = np.where(totals[:, None] > 0, sums / np.maximum(totals, 1e-300)[:, None], otherwise)
    return means, totals


def nearest(X: Matrix, cluster_centers: Matrix) -> Labels:
    """Return the index of each point's nearest centroid, shape (n_points,); of several the first.

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points.
    cluster_centers : ndarray of float64, shape (n_clusters, n_coordinates)
        The centroids.
    """
    return _two_nearest(X, cluster_centers)[0]


def assign(X: Matrix, cluster_centers: Matrix) -> tuple[Labels, Matrix]:
    """Return the segment of each point, and how confidently it is assigned.

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points.
    cluster_centers : ndarray of float64, shape (n_clusters, n_coordinates)
        The centroids.

    Returns
    -------
    labels : ndarray of intp, shape (n_points,)
        The nearest centroid.
    confidence : ndarray of float64, shape (n_points,)
        How much nearer it is than the next one, as a part of the way to that: 1 on a centroid, 0 half-way between two.
        The mean is the simplified silhouette (Hruschka et al. 2004).
    """
    labels, first, second = _two_nearest(X, cluster_centers)
    return labels, 1.0 - np.divide(first, second, out=np.zeros_like(first), where=second > 0)


def inertias(X: Matrix, sample_weight: Matrix, solutions: Sequence[Matrix]) -> list[float]:
    """Return the inertia of each of several sets of centroids.

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points.
    sample_weight : ndarray of float64, shape (n_points,)
        Weight of each point.
    solutions : sequence of ndarray of float64, each of shape (n_clusters, n_coordinates)
        The sets of centroids.
    """
    # In whole units, so that the products are exact, see `exact`: one matrix product for all solutions.
    centers = np.concatenate(list(solutions))
    unit = rounding_unit(max(float(np.abs(X).max()), float(np.abs(centers).max())), bits_for_products(4 * X.shape[1]))
    whole = np.rint(centers / unit)
    terms = np.column_stack([-2 * whole, np.sum(whole**2, axis=1)])
    begins = np.cumsum([0, *map(len, solutions)])
    parts = []
    for block in _blocks(len(X)):
        rows = np.rint(X[block].T / unit)
        scores = terms @ np.vstack([rows, np.ones(rows.shape[1])])
        squares = np.sum(rows**2, axis=0)
        lowest = [scores[begin:end].min(axis=0) + squares for begin, end in pairwise(begins)]
        parts.append([np.sum(one * sample_weight[block]) for one in lowest])
    return [math.fsum(column) * unit**2 for column in zip(*parts, strict=True)]


def squared_distances(X: Matrix, cluster_centers: Matrix) -> Matrix:
    """Return the squared distance of each point to the nearest centroid, shape (n_points,).

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points.
    cluster_centers : ndarray of float64, shape (n_clusters, n_coordinates)
        The centroids.
    """
    lowest = _squared(X, cluster_centers[0])
    for center in cluster_centers[1:]:
        np.minimum(lowest, _squared(X, center), out=lowest)
    return lowest


def _blocks(n_points: int) -> Iterator[slice]:
    """Yield slices of the points that are small enough for the processor's cache."""
    return (slice(begin, begin + _BLOCK_POINTS) for begin in range(0, n_points or 1, _BLOCK_POINTS))


def _squared(X: Matrix, places: Matrix) -> Matrix:
    """Return the squared distance of each point to one place, or to a place of its own, shape (n_points,)."""
    total = np.zeros(len(X))
    for column, place in zip(X.T, places.T, strict=True):
        difference = column - place
        difference *= difference
        total += difference
    return total


def _two_nearest(X: Matrix, centers: Matrix) -> tuple[Labels, Matrix, Matrix]:
    """Return the nearest centroid of each point, and the distances to it and to the second, each (n_points,)."""
    parts = [_two_nearest_at_once(X[block], centers) for block in _blocks(len(X))]
    labels, first, second = zip(*parts, strict=True)
    return np.concatenate(labels), np.concatenate(first), np.concatenate(second)


def _two_nearest_at_once(X: Matrix, centers: Matrix) -> tuple[Labels, Matrix, Matrix]:
    lowest = np.full(len(X), np.inf)
    second = lowest.copy()
    labels = np.zeros(len(X), dtype=np.intp)
    for j, center in enumerate(centers):
        squared = _squared(X, center)
        np.copyto(labels, j, where=squared < lowest)
        np.minimum(second, np.maximum(lowest, squared), out=second)
        np.minimum(lowest, squared, out=lowest)
    return labels, np.sqrt(lowest), np.sqrt(second)
