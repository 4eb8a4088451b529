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
Labels = npt.NDArray[np.intp]

_BLOCK_POINTS = 2**14
_MOST_ITERATIONS = 1_000
_STEPS_OF_A_ROUND = 6


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
    if columns.shape[1] <= _BLOCK_POINTS:
        return _nearest(columns, centroids)
    parts = [_nearest(columns[:, block], centroids) for block in _blocks(columns.shape[1])]
    labels, margins = zip(*parts, strict=True)
    return np.concatenate(labels), np.concatenate(margins)


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
    columns, weights : ndarray of float64
        Points and their weights, as for `lloyd`; few, since all starts are held in memory at once.
    starts : ndarray of float64, shape (n_starts, k, n_coordinates)
        The first centroids.

    Returns
    -------
    ndarray of float64, shape (1 or 2, k, n_coordinates)
        Those left in the end, the best first; not yet a local optimum, but near one.
    """
    k, d = starts.shape[1:]
    extended = np.vstack([columns, np.ones(columns.shape[1])]).astype(np.float32)
    weighted = (np.vstack([columns, np.ones(columns.shape[1])]) * weights).T.astype(np.float32)
    left = starts
    while True:
        for _ in range(_STEPS_OF_A_ROUND):
            # The squared distance, but for the square of the point, which is the same for all centroids.
            terms = np.concatenate([-2 * left, np.sum(left**2, axis=2, keepdims=True)], axis=2).astype(np.float32)
            scores = (terms.reshape(-1, d + 1) @ extended).reshape(len(left), k, -1)
            lowest = scores.min(axis=1)
            members = (scores == lowest[:, None]).astype(np.float32)
            sums = (members.reshape(len(left) * k, -1) @ weighted).reshape(len(left), k, d + 1).astype(np.float64)
            left = np.where(sums[:, :, d:] > 0, sums[:, :, :d] / np.maximum(sums[:, :, d:], 1e-30), left)
        order = np.argsort(lowest @ weights, kind="stable")
        if len(left) <= 2:
            return left[order]
        left = left[order[: (len(left) + 1) // 2]]


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


def _nearest(columns: Matrix, centroids: Matrix) -> tuple[Labels, Matrix]:
    lowest = np.full(columns.shape[1], np.inf)
    second = lowest.copy()
    labels = np.zeros(columns.shape[1], dtype=np.intp)
    for j, centroid in enumerate(centroids):
        squared = _squared(columns, centroid)
        np.copyto(labels, j, where=squared < lowest)
        np.minimum(second, np.maximum(lowest, squared), out=second)
        np.minimum(lowest, squared, out=lowest)
    return labels, np.sqrt(second) - np.sqrt(lowest)


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
