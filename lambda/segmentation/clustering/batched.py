"""Many small K-Means runs at once, for restarts and resamples.

On the reference data the search makes some 15,000 of them, which take 0.3 s here; a call of scikit-learn's takes 1.5 ms
at least, so they would take more than 20 s. The products of all of them are one matrix product here, of whole numbers,
whose sums are exact and so the same on every processor, see `exact`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.clustering.exact import bits_for_products, bits_for_weights, rounding_unit

Matrix = npt.NDArray[np.float64]

_STEPS_TO_OPTIMA = 8
# Inertias that differ by a smaller part of themselves belong to one solution.
_ANOTHER_OPTIMUM = 1e-3


def kmeans_plusplus(
    X: Matrix, sample_weight: Matrix, given: Matrix, n_clusters: int, n_init: int, generator: np.random.Generator
) -> Matrix:
    """Draw initial centroids by k-means++ (Arthur & Vassilvitskii 2007).

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points.
    sample_weight : ndarray of float64, shape (n_points,)
        Weight of each point.
    given : ndarray of float64, shape (n_given, n_coordinates)
        Centroids that every draw begins with; may be empty.
    n_clusters : int
        Number of centroids of a draw.
    n_init : int
        Number of draws.
    generator : random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of float64, shape (n_init, n_clusters, n_coordinates)
        The draws.
    """
    drawn = np.empty((n_init, n_clusters, X.shape[1]))
    drawn[:, : len(given)] = given
    distances = np.full((n_init, len(X)), np.inf)
    for j in range(n_clusters):
        if j >= len(given):
            chances = np.cumsum(np.where(np.isinf(distances), 1.0, distances) * sample_weight, axis=1)
            thresholds = generator.random((n_init, 1)) * chances[:, -1:]
            drawn[:, j] = X[np.minimum((chances <= thresholds).sum(axis=1), len(X) - 1)]
        squared = np.zeros((n_init, len(X)))
        for column, place in zip(X.T, drawn[:, j].T, strict=True):
            difference = column - place[:, None]
            difference *= difference
            squared += difference
        np.minimum(distances, squared, out=distances)
    return drawn


def best_of_n_init(X: Matrix, sample_weight: Matrix, inits: Matrix, steps: int = 6) -> Matrix:
    """Run K-Means from many initial centroids at once, dropping the worse half every few steps.

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates) or (n_problems, n_points, n_coordinates)
        The points; few, since all runs are held in memory at once.
    sample_weight : ndarray of float64, shape (n_points,) or (n_problems, n_points)
        Weight of each point in each problem. Problems may share their points, or their weights.
    inits : ndarray of float64, shape (n_init, n_clusters, n_coordinates), or with (n_problems, …) before it
        The initial centroids.
    steps : int
        Number of Lloyd steps before the worse half is dropped.

    Returns
    -------
    ndarray of float64, shape (n_clusters, n_coordinates) or (n_problems, n_clusters, n_coordinates)
        The best, of each problem; not yet a local optimum, but near one.
    """
    problems = _WholePoints.from_points(X, sample_weight, inits)
    left = problems.whole(inits if inits.ndim == 4 else inits[None])
    while True:
        left, lowest = problems.batched_lloyd(left, steps)
        n_left = left.shape[1]
        order = np.argsort((lowest * sample_weight[..., None, :]).sum(axis=-1), axis=1, kind="stable")
        kept = order[:, : max(1, (n_left + 1) // 2 if n_left > 2 else 1)]
        left = np.take_along_axis(left, kept[:, :, None, None], axis=1)
        if n_left <= 2:
            best = left[:, 0] * problems.unit
            return best if inits.ndim == 4 else best[0]


def distinct_solutions(X: Matrix, sample_weight: Matrix, inits: Matrix, max_solutions: int) -> Matrix:
    """Return the distinct solutions near which K-Means ends, the best first.

    Parameters
    ----------
    X, sample_weight, inits : ndarray of float64
        Of one problem, as for `best_of_n_init`.
    max_solutions : int
        Largest number of solutions returned.

    Returns
    -------
    ndarray of float64, shape (n_solutions, n_clusters, n_coordinates)
        Two solutions of the same inertia are taken for one.
    """
    problem = _WholePoints.from_points(X, sample_weight, inits)
    left, lowest = problem.batched_lloyd(problem.whole(inits[None]), _STEPS_TO_OPTIMA)
    # Lacking the squares of the points, which are the same for all.
    inertias = (lowest[0] * sample_weight).sum(axis=1) * problem.unit**2 + np.sum(X.T**2 * sample_weight)
    order = np.argsort(inertias, kind="stable")
    new = np.append(True, np.diff(inertias[order]) > _ANOTHER_OPTIMUM * np.abs(inertias[order][1:]))
    solutions: Matrix = left[0, order[new][:max_solutions]] * problem.unit
    return solutions


def memberships(X: Matrix, solutions: Matrix) -> Matrix:
    """Return indicators of the nearest centroid of each point, for several solutions.

    Parameters
    ----------
    X : ndarray of float64, shape (n_points, n_coordinates)
        The points.
    solutions : ndarray of float64, shape (n_solutions, n_clusters, n_coordinates)
        The centroids of each solution.

    Returns
    -------
    ndarray of float64, shape (n_solutions, n_clusters, n_points)
        1 for the nearest centroid of the solution, of several the first; 0 for the others.
    """
    points = _WholePoints.from_points(X, np.ones(len(X)), solutions)
    scores = points.scores(points.whole(solutions[None]))[0]
    members: Matrix = (np.arange(scores.shape[1])[:, None] == scores.argmin(axis=1)[:, None]).astype(np.float64)
    return members


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
    def from_points(cls, X: Matrix, sample_weight: Matrix, centers: Matrix) -> _WholePoints:
        """Round so finely that all products and sums of these points, weights and centroids are exact."""
        points = (X if X.ndim == 3 else X[None]).swapaxes(1, 2)
        # A score, as of `scores`, has fewer terms than four for each coordinate.
        bits = min(bits_for_products(4 * points.shape[1]), bits_for_weights(sample_weight))
        unit = rounding_unit(max(float(np.abs(points).max()), float(np.abs(centers).max())), bits)
        extended = np.concatenate([np.rint(points / unit), np.ones((len(points), 1, points.shape[2]))], axis=1)
        weighted = (extended * np.atleast_2d(sample_weight)[:, None]).swapaxes(1, 2)
        return cls(extended, np.ascontiguousarray(weighted), unit)

    def whole(self, centers: Matrix) -> Matrix:
        """Return centroids in whole numbers of units."""
        rounded: Matrix = np.rint(centers / self.unit)
        return rounded

    def scores(self, centers: Matrix, into: Matrix | None = None) -> Matrix:
        """Return the squared distance of each point to each centroid, less the square of the point.

        Parameters
        ----------
        centers : ndarray of float64, shape (n_problems, n_init, n_clusters, n_coordinates)
            In whole units.
        into : ndarray of float64, optional
            Where the scores are to be, to save an allocation.

        Returns
        -------
        ndarray of float64, shape (n_problems, n_init, n_clusters, n_points)
            In squared units.
        """
        n_problems, n_init, n_clusters, d = centers.shape
        terms = np.concatenate([-2 * centers, np.sum(centers**2, axis=3, keepdims=True)], axis=3)
        flat = terms.reshape(n_problems, n_init * n_clusters, d + 1)
        scores: Matrix = np.matmul(flat, self.extended, out=into)
        return scores.reshape(n_problems, n_init, n_clusters, -1)

    def batched_lloyd(self, centers: Matrix, steps: int) -> tuple[Matrix, Matrix]:
        """Move the centroids of all problems and runs; return them, and how near each point was to one at last.

        Runs that no longer move are left out of further steps, which saves nearly half of the work.

        Parameters
        ----------
        centers : ndarray of float64, shape (n_problems, n_init, n_clusters, n_coordinates)
            Where they are, in whole units.
        steps : int
            How often they are moved, at most.

        Returns
        -------
        centers : ndarray of float64, shape (n_problems, n_init, n_clusters, n_coordinates)
            Where they are then.
        lowest : ndarray of float64, shape (n_problems, n_init, n_points)
            The score of the nearest before the last step.
        """
        centers = centers.copy()
        n_problems, n_init, n_clusters, _ = centers.shape
        n_points = self.extended.shape[2]
        buffer = np.empty(n_problems * n_init * n_clusters * n_points)
        lowest = np.empty((n_problems, n_init, n_points))
        problems, moving = np.arange(n_problems)[:, None], np.ones((n_problems, n_init), dtype=bool)
        for _ in range(steps):
            # As many runs of each problem, so that all problems stay one array.
            n_moving = int(moving.sum(axis=1).max())
            runs = problems, np.argsort(~moving, axis=1, kind="stable")[:, :n_moving]
            before = centers[runs]
            centers[runs], lowest[runs] = self._moved(before, buffer[: before[..., 0].size * n_points])
            moving[runs] = (centers[runs] != before).any(axis=(2, 3))
            if not moving.any():
                break
        return centers, lowest

    def _moved(self, centers: Matrix, buffer: Matrix) -> tuple[Matrix, Matrix]:
        """Return the centroids after one step, and the score of the nearest before it."""
        n_problems, n_init, n_clusters, d = centers.shape
        members = buffer.reshape(n_problems, n_init * n_clusters, -1)
        scores = self.scores(centers, members)
        lowest = scores.min(axis=2, keepdims=True)
        np.copyto(scores, scores == lowest)
        sums = (members @ self.weighted).reshape(n_problems, n_init, n_clusters, d + 1)
        totals = sums[..., d:]
        moved = np.where(totals > 0, np.rint(sums[..., :d] / np.maximum(totals, 1e-30)), centers)
        return moved, lowest[:, :, 0]
