"""K-Means on weighted points: Lloyd's algorithm from many starts on few points, or from one start on many.

Points are columns here, shape (n_coordinates, n_points), so that all arithmetic runs along memory. None of its results
depends on the processor, see `segmentation.exact`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.exact import bits_beside, bits_of_factors, unit_of

Matrix = npt.NDArray[np.float64]
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
        (_squared(columns[:, block], centroids.T[:, labels[block]]) * weights[block]).sum()
        for block in _blocks(columns.shape[1])
    ]
    return Solution(centroids, labels, math.fsum(parts))


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
    blocks = [*_blocks(columns.shape[1])]
    return [
        math.fsum((_lowest(columns[:, block], centroids) * weights[block]).sum() for block in blocks)
        for centroids in clusterings
    ]


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
    problems = _WholePoints.of(columns, weights, starts)
    left = problems.whole(starts if starts.ndim == 4 else starts[None])
    while True:
        left, lowest = problems.stepped(left, _STEPS_OF_A_ROUND)
        n_left = left.shape[1]
        order = np.argsort((lowest * weights[..., None, :]).sum(axis=-1), axis=1, kind="stable")
        kept = order[:, : max(1, (n_left + 1) // 2 if n_left > 2 else 1)]
        left = np.take_along_axis(left, kept[:, :, None, None], axis=1)
        if n_left <= 2:
            best = left[:, 0] * problems.unit
            return best if starts.ndim == 4 else best[0]


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
    problem = _WholePoints.of(columns, weights, starts)
    left, lowest = problem.stepped(problem.whole(starts[None]), _STEPS_TO_OPTIMA)
    # Lacking the squares of the points, which are the same for all.
    inertias = (lowest[0] * weights).sum(axis=1) * problem.unit**2 + np.sum(columns**2 * weights)
    order = np.argsort(inertias, kind="stable")
    new = np.append(True, np.diff(inertias[order]) > _ANOTHER_OPTIMUM * np.abs(inertias[order][1:]))
    optima: Matrix = left[0, order[new][:most]] * problem.unit
    return optima


def memberships(columns: Matrix, clusterings: Matrix) -> Matrix:
    """Return which points belong to which centroid of several clusterings.

    Parameters
    ----------
    columns : ndarray of float64, shape (n_coordinates, n_points)
        The points.
    clusterings : ndarray of float64, shape (n_clusterings, k, n_coordinates)
        The centroids of each.

    Returns
    -------
    ndarray of float64, shape (n_clusterings, k, n_points)
        1 for the nearest centroid of the clustering, of several the first; 0 for the others.
    """
    points = _WholePoints.of(columns, np.ones(columns.shape[1]), clusterings)
    scores = points.scores(points.whole(clusterings[None]))[0]
    members: Matrix = (np.arange(scores.shape[1])[:, None] == scores.argmin(axis=1)[:, None]).astype(np.float64)
    return members


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


@dataclass(frozen=True)
class _WholePoints:
    """The points of one or several problems, each coordinate rounded to a whole number of units.

    Parameters
    ----------
    extended : ndarray of float64, shape (n_problems, n_coordinates + 1, n_points)
        The coordinates, and a last one of 1; one problem only where all have the same points.
    weighted : ndarray of float64, shape (n_problems, n_points, n_coordinates + 1)
        The same times the weights.
    unit : float
        A power of two.
    """

    extended: Matrix
    weighted: Matrix
    unit: float

    @classmethod
    def of(cls, columns: Matrix, weights: Matrix, centroids: Matrix) -> _WholePoints:
        """Round so finely that all products and sums of these points, weights and centroids are exact."""
        points = columns if columns.ndim == 3 else columns[None]
        # A score, as of `scores`, has fewer terms than four for each coordinate.
        bits = min(bits_of_factors(4 * points.shape[1]), bits_beside(weights))
        unit = unit_of(max(float(np.abs(points).max()), float(np.abs(centroids).max())), bits)
        extended = np.concatenate([np.rint(points / unit), np.ones((len(points), 1, points.shape[2]))], axis=1)
        weighted = (extended * np.atleast_2d(weights)[:, None]).swapaxes(1, 2)
        return cls(extended, np.ascontiguousarray(weighted), unit)

    def whole(self, centroids: Matrix) -> Matrix:
        """Return centroids in whole numbers of units."""
        rounded: Matrix = np.rint(centroids / self.unit)
        return rounded

    def scores(self, centroids: Matrix, into: Matrix | None = None) -> Matrix:
        """Return the squared distance of each point to each centroid, less the square of the point.

        Parameters
        ----------
        centroids : ndarray of float64, shape (n_problems, n_starts, k, n_coordinates)
            In whole units.
        into : ndarray of float64, optional
            Where the scores are to be, to save an allocation.

        Returns
        -------
        ndarray of float64, shape (n_problems, n_starts, k, n_points)
            In squared units.
        """
        n_problems, n_starts, k, d = centroids.shape
        terms = np.concatenate([-2 * centroids, np.sum(centroids**2, axis=3, keepdims=True)], axis=3)
        flat = terms.reshape(n_problems, n_starts * k, d + 1)
        scores: Matrix = np.matmul(flat, self.extended, out=into)
        return scores.reshape(n_problems, n_starts, k, -1)

    def stepped(self, centroids: Matrix, steps: int) -> tuple[Matrix, Matrix]:
        """Move the centroids of all problems and starts; return them, and how near each point was to one at last.

        Parameters
        ----------
        centroids : ndarray of float64, shape (n_problems, n_starts, k, n_coordinates)
            Where they are, in whole units.
        steps : int
            How often they are moved.

        Returns
        -------
        centroids : ndarray of float64, shape (n_problems, n_starts, k, n_coordinates)
            Where they are then.
        lowest : ndarray of float64, shape (n_problems, n_starts, n_points)
            The score of the nearest before the last step.
        """
        n_problems, n_starts, k, d = centroids.shape
        buffer = np.empty((n_problems, n_starts * k, self.extended.shape[2]))
        for _ in range(steps):
            scores = self.scores(centroids, buffer)
            lowest = scores.min(axis=2, keepdims=True)
            np.copyto(scores, scores == lowest)
            sums = (buffer @ self.weighted).reshape(n_problems, n_starts, k, d + 1)
            totals = sums[..., d:]
            centroids = np.where(totals > 0, np.rint(sums[..., :d] / np.maximum(totals, 1e-30)), centroids)
        return centroids, lowest[:, :, 0]


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


def _lowest(columns: Matrix, centroids: Matrix) -> Matrix:
    """Return the squared distance of each point to the nearest centroid, shape (n_points,)."""
    lowest = _squared(columns, centroids[0])
    for centroid in centroids[1:]:
        np.minimum(lowest, _squared(columns, centroid), out=lowest)
    return lowest


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
