"""K-Means on weighted points: Lloyd's algorithm from many starts on few points, or from one start on many.

Points are columns here, shape (n_coordinates, n_points), so that all arithmetic runs along memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Labels = npt.NDArray[np.intp]

_BLOCK_POINTS = 2**14
_MOST_ITERATIONS = 1_000
_STEPS_OF_A_ROUND = 6
_STEPS_TO_OPTIMA = 8
# Inertias that differ by a smaller part of themselves belong to one solution.
_ANOTHER_OPTIMUM = 1e-3


@dataclass(frozen=True)
class Solution:
    """A local optimum: no point is nearer to another centroid, and each centroid is the mean of its points.

    Parameters
    ----------
    centroids : ndarray of float64, shape (k, n_coordinates)
        The means.
    labels : ndarray of intp, shape (n_points,)
        The nearest centroid of each point.
    inertia : float
        Weighted sum of the squared distances of points to their centroids.
    """

    centroids: Matrix
    labels: Labels
    inertia: float


def lloyd(columns: Matrix, weights: Matrix, start: Matrix) -> Solution:
    """Run K-Means from one start until no point changes its centroid.

    Parameters
    ----------
    columns : ndarray of float64, shape (n_coordinates, n_points)
        The points.
    weights : ndarray of float64, shape (n_points,)
        How much each counts.
    start : ndarray of float64, shape (k, n_coordinates)
        The first centroids. One that loses all its points moves to the point farthest from its own centroid.

    Returns
    -------
    Solution
        What Lloyd (1982) would find. As Hamerly (2010) does, points are looked at again only when the centroids have
        moved far enough to matter.
    """
    k = len(start)
    centroids = start
    labels, margin = nearest(columns, centroids)
    sums, totals = _sums(columns, weights, labels, k)
    moved = 0.0
    for _ in range(_MOST_ITERATIONS):
        if not totals.all():
            _fill_empty(columns, centroids, labels, totals)
            margin[:] = 0
            sums, totals = _sums(columns, weights, labels, k)
        means = sums / totals[:, None]
        # A point's own centroid may have gone this far away, and another come as near.
        moved += 2 * float(np.sqrt(((means - centroids) ** 2).sum(axis=1).max()))
        centroids = means
        doubtful = np.flatnonzero(margin <= moved)
        relabelled, fresh = nearest(columns[:, doubtful], centroids)
        margin[doubtful] = fresh + moved
        changed = relabelled != labels[doubtful]
        if not changed.any():
            break
        points = doubtful[changed]
        gained = _sums(columns[:, points], weights[points], relabelled[changed], k)
        lost = _sums(columns[:, points], weights[points], labels[points], k)
        sums, totals = sums + gained[0] - lost[0], totals + gained[1] - lost[1]
        labels[points] = relabelled[changed]
    sums, totals = _sums(columns, weights, labels, k)
    centroids = sums / totals[:, None]
    parts = [
        _squared(columns[:, block], centroids.T[:, labels[block]]) @ weights[block]
        for block in _blocks(columns.shape[1])
    ]
    return Solution(centroids, labels, float(sum(parts)))


def nearest(columns: Matrix, centroids: Matrix) -> tuple[Labels, Matrix]:
    """Return the nearest centroid of each point, and how much farther the second nearest is, both (n_points,)."""
    labels, first, second = _two_nearest(columns, centroids)
    return labels, second - first


def place(columns: Matrix, centroids: Matrix) -> tuple[Labels, Matrix]:
    """Return where each point belongs, and how surely.

    Returns
    -------
    labels : ndarray of intp, shape (n_points,)
        The nearest centroid.
    confidence : ndarray of float64, shape (n_points,)
        How much nearer it is than the next one, as a part of the way to that: 1 on a centroid, 0 half-way between two.
        The mean is the simplified silhouette (Hruschka et al. 2004).
    """
    labels, first, second = _two_nearest(columns, centroids)
    return labels, 1.0 - np.divide(first, second, out=np.zeros_like(first), where=second > 0)


def inertias(columns: Matrix, weights: Matrix, clusterings: Sequence[Matrix]) -> list[float]:
    """Return the inertia of each of several sets of centroids, in one pass over the points."""
    every = np.concatenate(clusterings)
    terms = np.column_stack([-2 * every, np.sum(every**2, axis=1)])
    begins = np.cumsum([0, *map(len, clusterings)])

    def inertias_of(block: slice) -> Matrix:
        part = columns[:, block]
        scores = terms @ np.vstack([part, np.ones(part.shape[1])])
        squares = np.sum(part**2, axis=0)
        lowest = [scores[begin:end].min(axis=0) for begin, end in pairwise(begins)]
        summed: Matrix = np.maximum(np.stack(lowest) + squares, 0) @ weights[block]
        return summed

    parts = [inertias_of(block) for block in _blocks(columns.shape[1], _BLOCK_POINTS // 4)]
    return [float(value) for value in np.sum(parts, axis=0)]


def best_of_restarts(columns: Matrix, weights: Matrix, starts: Matrix) -> Matrix:
    """Run K-Means from many starts at once, and drop the worse half every few steps.

    Parameters
    ----------
    columns : ndarray of float64, shape (n_coordinates, n_points) or (n_problems, n_coordinates, n_points)
        The points, as for `lloyd`; few, since all starts are held in memory at once.
    weights : ndarray of float64, shape (n_points,) or (n_problems, n_points)
        How much each point counts, in each problem. Problems may share their points, or their weights.
    starts : ndarray of float64, shape (n_starts, k, n_coordinates) or (n_problems, n_starts, k, n_coordinates)
        The first centroids.

    Returns
    -------
    ndarray of float64, shape (k, n_coordinates) or (n_problems, k, n_coordinates)
        The best, of each problem; not yet a local optimum, but near one.
    """
    extended, weighted = _prepared(columns, weights)
    left = starts if starts.ndim == 4 else starts[None]
    while True:
        left, lowest = _stepped(left, extended, weighted, _STEPS_OF_A_ROUND)
        n_left = left.shape[1]
        order = np.argsort(lowest @ weights[..., None], axis=1, kind="stable")[..., 0]
        kept = order[:, : max(1, (n_left + 1) // 2 if n_left > 2 else 1)]
        left = np.take_along_axis(left, kept[:, :, None, None], axis=1)
        if n_left <= 2:
            return left[:, 0] if starts.ndim == 4 else left[0, 0]


def local_optima(columns: Matrix, weights: Matrix, starts: Matrix, most: int) -> Matrix:
    """Return near which solutions K-Means ends, the best first, each once.

    Parameters
    ----------
    columns, weights, starts : ndarray of float64
        Of one problem, as for `best_of_restarts`.
    most : int
        How many are returned at most.

    Returns
    -------
    ndarray of float64, shape (n_optima, k, n_coordinates)
        Two solutions of the same inertia are taken for one.
    """
    left, lowest = _stepped(starts[None], *_prepared(columns, weights), _STEPS_TO_OPTIMA)
    # Lacking the squares of the points, which are the same for all.
    inertias = (lowest @ weights)[0] + np.sum(columns**2 @ weights)
    order = np.argsort(inertias, kind="stable")
    new = np.append(True, np.diff(inertias[order]) > _ANOTHER_OPTIMUM * np.abs(inertias[order][1:]))
    optima: Matrix = left[0, order[new][:most]]
    return optima


def spread_starts(
    columns: Matrix, weights: Matrix, given: Matrix, k: int, n_starts: int, generator: np.random.Generator
) -> Matrix:
    """Draw starts by k-means++ (Arthur & Vassilvitskii 2007): points far from the centroids so far come more easily.

    Parameters
    ----------
    columns, weights : ndarray of float64
        Points and their weights, as for `lloyd`.
    given : ndarray of float64, shape (n_given, n_coordinates)
        Centroids that each start has already; may be none.
    k : int
        How many centroids a start is to have.
    n_starts : int
        How many starts are drawn.
    generator : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    ndarray of float64, shape (n_starts, k, n_coordinates)
        The starts.
    """
    starts = np.empty((n_starts, k, len(columns)))
    starts[:, : len(given)] = given
    distances = np.full((n_starts, columns.shape[1]), np.inf)
    for j in range(k):
        if j >= len(given):
            chances = np.cumsum(np.where(np.isinf(distances), 1.0, distances) * weights, axis=1)
            drawn = generator.random((n_starts, 1)) * chances[:, -1:]
            chosen = np.minimum((chances <= drawn).sum(axis=1), columns.shape[1] - 1)
            starts[:, j] = columns[:, chosen].T
        np.minimum(distances, _squared(columns, starts[:, j].T[:, :, None]), out=distances)
    return starts


def _prepared(columns: Matrix, weights: Matrix) -> tuple[Single, Single]:
    """Return points with a coordinate of 1, and the same weighted and turned, each of shape (n_problems, ...)."""
    points = columns if columns.ndim == 3 else columns[None]
    extended = np.concatenate([points, np.ones((len(points), 1, points.shape[2]))], axis=1)
    weighted = (extended * np.atleast_2d(weights)[:, None]).swapaxes(1, 2)
    return extended.astype(np.float32), np.ascontiguousarray(weighted, dtype=np.float32)


def _stepped(centroids: Matrix, extended: Single, weighted: Single, steps: int) -> tuple[Matrix, Single]:
    """Move the centroids of all problems and starts; return them, and how near each point was to one at last.

    Parameters
    ----------
    centroids : ndarray of float64, shape (n_problems, n_starts, k, n_coordinates)
        Where they are.
    extended, weighted : ndarray of float32
        The points, see `_prepared`.
    steps : int
        How often they are moved.

    Returns
    -------
    centroids : ndarray of float64, shape (n_problems, n_starts, k, n_coordinates)
        Where they are then.
    lowest : ndarray of float32, shape (n_problems, n_starts, n_points)
        The squared distance to the nearest before the last step, less the square of the point.
    """
    n_problems, n_starts, k, d = centroids.shape
    for _ in range(steps):
        # The squared distance, but for the square of the point, which is the same for all centroids.
        terms = np.concatenate([-2 * centroids, np.sum(centroids**2, axis=3, keepdims=True)], axis=3)
        flat = terms.astype(np.float32).reshape(n_problems, n_starts * k, d + 1)
        scores = (flat @ extended).reshape(n_problems, n_starts, k, -1)
        lowest = scores.min(axis=2)
        members = (scores == lowest[:, :, None]).astype(np.float32).reshape(n_problems, n_starts * k, -1)
        sums = (members @ weighted).reshape(n_problems, n_starts, k, d + 1).astype(np.float64)
        totals = sums[..., d:]
        centroids = np.where(totals > 0, sums[..., :d] / np.maximum(totals, 1e-30), centroids)
    return centroids, lowest


def _blocks(n_points: int, size: int = _BLOCK_POINTS) -> Iterator[slice]:
    """Yield the slices in which many points are worked on: few enough to stay in the processor's cache."""
    return (slice(begin, begin + size) for begin in range(0, n_points, size))


def _squared(columns: Matrix, places: Matrix) -> Matrix:
    """Return the squared distance of each point to a place, or to a place of its own, shape (n_points,)."""
    total: Matrix = (columns[0] - places[0]) ** 2
    for column, place in zip(columns[1:], places[1:], strict=True):
        difference = column - place
        difference *= difference
        total += difference
    return total


def _two_nearest(columns: Matrix, centroids: Matrix) -> tuple[Labels, Matrix, Matrix]:
    """Return the nearest centroid of each point, and the distances to it and to the second, each (n_points,)."""
    if columns.shape[1] <= _BLOCK_POINTS:
        return _two_nearest_at_once(columns, centroids)
    parts = [_two_nearest_at_once(columns[:, block], centroids) for block in _blocks(columns.shape[1])]
    labels, first, second = zip(*parts, strict=True)
    return np.concatenate(labels), np.concatenate(first), np.concatenate(second)


def _two_nearest_at_once(columns: Matrix, centroids: Matrix) -> tuple[Labels, Matrix, Matrix]:
    lowest = np.full(columns.shape[1], np.inf)
    second = lowest.copy()
    labels = np.zeros(columns.shape[1], dtype=np.intp)
    for j, centroid in enumerate(centroids):
        squared = _squared(columns, centroid)
        np.copyto(labels, j, where=squared < lowest)
        np.minimum(second, np.maximum(lowest, squared), out=second)
        np.minimum(lowest, squared, out=lowest)
    return labels, np.sqrt(lowest), np.sqrt(second)


def _sums(columns: Matrix, weights: Matrix, labels: Labels, k: int) -> tuple[Matrix, Matrix]:
    """Return the weighted sum of each centroid's points, shape (k, n_coordinates), and their weight, shape (k,)."""
    sums = np.column_stack([np.bincount(labels, column * weights, k) for column in columns])
    return sums.astype(np.float64, copy=False), np.bincount(labels, weights, k).astype(np.float64, copy=False)


def _fill_empty(columns: Matrix, centroids: Matrix, labels: Labels, totals: Matrix) -> None:
    """Give each centroid without points the point that is farthest from its own."""
    for empty in np.flatnonzero(totals == 0):
        squared = _squared(columns, centroids.T[:, labels])
        shared = np.bincount(labels, minlength=len(totals))[labels] > 1
        labels[int(np.argmax(np.where(shared, squared, -1.0)))] = empty
