"""K-Means search for one mode: restarts on a sample, and every K solved for all customers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import compress, pairwise

import numpy as np
import numpy.typing as npt

from segmentation.clustering import kmeans
from segmentation.clustering.batched import best_of_n_init, kmeans_plusplus
from segmentation.clustering.kmeans import Solution
from segmentation.clustering.reduction import CoresetSampler, Weighted, coarsened
from segmentation.clustering.result import Assignment, Clustering, KMeansFit
from segmentation.clustering.scaling import Scaling, coordinate_names
from segmentation.clustering.second_opinion import SAMPLE as OPINION_SAMPLE
from segmentation.clustering.second_opinion import SecondOpinion, second_opinion
from segmentation.clustering.selection import KS, PER, ChosenK, Evidence, choose_k
from segmentation.clustering.silhouette import Silhouette, silhouettes
from segmentation.clustering.stability import FOR_EACH_K, FOR_THE_CHOSEN, SAMPLE, Stability, null_reference, stability
from segmentation.points.weighted import WeightedPoints
from segmentation.rounding import significant
from segmentation.schema.meanings import BETTER_WHEN_LOW

Matrix = npt.NDArray[np.float64]

_SEED = 42
# Up to so many points, every K is solved on all of them; of more, on at most so many cells that hold all customers.
_MAX_POINTS, _MAX_CELLS = 20_000, 16_384
# Sizes of the samples on which K-Means is restarted, and on which silhouettes are measured.
_RESTART_SAMPLE, _SILHOUETTE_SAMPLE = 1_024, 2_000
# Draws times points: what is worked on at once. On the reference data it makes 100 draws.
_AT_ONCE = 20_000
_N_INIT = (20, 200)
_SWAP_ROUNDS = 2
# Before the worse half of the draws is dropped; scikit-learn takes the last ones.
_STEPS = 4
# Where samples are drawn. Solutions for the chosen K that are nearly as good as the best are refined on all points.
_OFFSETS = (1 / 2, 1 / 6, 5 / 6)
_IN_SIGHT = 1.0005
_SAME = 1.00001
_DIGITS_OF_ORDER = 9


class ModeSearch:
    """The points of one mode in coordinates, and the best solution found for each K.

    Parameters
    ----------
    points : WeightedPoints
        Points with the features of the mode.
    order : sequence of str
        Roles of the features by which segments are numbered, the most important first.
    """

    def __init__(self, points: WeightedPoints, order: Sequence[str]) -> None:
        self.points = points
        self._order = order
        self._generator = np.random.default_rng(_SEED)
        # By K, what was found; measures are absent where a solution was not measured yet.
        self._solutions: dict[int, Solution] = {}
        self._silhouettes: dict[int, Silhouette] = {}
        self._stabilities: dict[int, Stability] = {}
        self._smallest: dict[int, int] = {}
        self._finished: set[int] = set()

    def sweep(self) -> None:
        """Solve every K."""
        self._scaling, self._X = Scaling.fit_transform(self.points)
        self._weights = self.points.counts.astype(np.float64)
        many = len(self._X) > _MAX_POINTS
        self._cells = coarsened(self._X, self._weights, _MAX_CELLS) if many else (self._X, self._weights)
        self._sampler = CoresetSampler(self._X, self._weights)
        self._samples = [self._sampler.draw(_RESTART_SAMPLE, offset) for offset in _OFFSETS]
        # The first sample alone is all points, or from it to all points takes long.
        careful = _RESTART_SAMPLE < len(self._X) <= _MAX_POINTS
        found = self._ascending(KS[-1] + careful, self._samples if careful else self._samples[:1])
        if careful:
            found = self._descending(found)[: len(KS)]
        inertias = [one.inertia for one in found]
        if many:
            inertias = kmeans.inertias(self._X, self._weights, [one.cluster_centers for one in found])
        for k, one, inertia in zip(KS, found, inertias, strict=True):
            self._take(k, replace(one, inertia=inertia))
        self._lower_rising()

    def choose(self, fixed: int | None) -> ChosenK:
        """Choose K.

        Parameters
        ----------
        fixed : int or None
            The number of segments where the user fixed it; None to choose it by `choose_k`.
        """
        if fixed is not None:
            return ChosenK(fixed, "setting")
        # What is found for the chosen K when it is looked at closely may speak for another.
        while True:
            self._examine()
            k = choose_k(self._evidence())
            if k in self._finished:
                return ChosenK(k, "data")
            self._finish(k)

    def solved(self, k: int) -> Clustering:
        """Return the clustering of the mode for one K, solved on all points.

        Parameters
        ----------
        k : int
            The chosen number of segments.
        """
        if k not in self._finished:
            self._finish(k)
        self._examine()
        fits = map(KMeansFit, (one.cluster_centers for one in self._solutions.values()), self._evidence())
        reference = null_reference(self._subsample, self._category_of_coordinates(), k)
        silhouette, steady = self._silhouettes[k], self._stabilities[k]
        return Clustering(self._scaling, tuple(fits), silhouette.by_cluster, steady, reference, self._inertia_error())

    def second_opinion(self, clustering: Clustering) -> SecondOpinion | None:
        """Return what other methods find, None where they cannot be asked; it takes much memory.

        Parameters
        ----------
        clustering : Clustering
            The clustering of this mode.
        """
        numeric = self._category_of_coordinates() < 0
        return second_opinion(self._spaced(OPINION_SAMPLE), clustering.fit.cluster_centers, numeric)

    def assignment(self, points: WeightedPoints, clustering: Clustering) -> Assignment:
        """Return the segments of points that have the features of all modes.

        Parameters
        ----------
        points : WeightedPoints
            Points with at least the features of this mode.
        clustering : Clustering
            The clustering of this mode.
        """
        X = self._X if self.points is points else self._scaling.transform(points)
        return Assignment(*kmeans.assign(X, clustering.fit.cluster_centers))

    def _ascending(self, largest: int, samples: Sequence[Weighted]) -> list[Solution]:
        """Solve each K on samples first, partly from the solution for the K before."""
        found = [kmeans.fit(*self._cells, np.zeros((1, self._X.shape[1])))]
        for k in range(2, largest + 1):
            inits = [self._inits(k, given) for given in (found[-1].cluster_centers, found[-1].cluster_centers[:0])]
            best = best_of_n_init(*self._samples[0], np.concatenate(inits), _STEPS)
            solutions = [kmeans.fit(*self._cells, self._swapped(best, sample)) for sample in samples]
            found.append(min(solutions, key=lambda one: one.inertia))
        return found

    def _descending(self, solutions: Sequence[Solution]) -> list[Solution]:
        """Improve the solution for each K by that for the next one, without the centroid that is missed least."""
        X, sample_weight = self._cells
        found = [solutions[-1]]
        for solution in reversed(solutions[:-1]):
            fewer = [np.delete(found[-1].cluster_centers, j, axis=0) for j in range(len(found[-1].cluster_centers))]
            best = int(np.argmin(kmeans.inertias(X, sample_weight, fewer)))
            found.append(min(solution, kmeans.fit(X, sample_weight, fewer[best]), key=lambda one: one.inertia))
        return found[::-1]

    def _finish(self, k: int) -> None:
        """Solve one K on all points, from several beginnings; its stability is measured anew, and thoroughly."""
        centers = self._solutions[k].cluster_centers
        inits = [centers, *(self._swapped(centers, sample) for sample in self._samples[1:])]
        found = sorted((kmeans.fit(*self._cells, init) for init in inits), key=lambda one: one.inertia)
        finalists = found[:1] + [one for last, one in pairwise(found) if last.inertia * _SAME < one.inertia]
        if self._cells[0] is not self._X:
            if len(finalists) > 1:
                inertias = kmeans.inertias(self._X, self._weights, [one.cluster_centers for one in finalists])
                finalists = list(compress(finalists, np.array(inertias) <= min(inertias) * _IN_SIGHT))
            finalists = [kmeans.fit(self._X, self._weights, one.cluster_centers) for one in finalists]
        best = min(finalists, key=lambda one: one.inertia)
        if best.inertia < self._solutions[k].inertia:
            self._take(k, best)
        self._stabilities.pop(k, None)
        self._finished.add(k)
        self._lower_rising()

    def _take(self, k: int, solution: Solution) -> None:
        """Take a solution for one K, which is not measured yet."""
        order = self._canonical_order(solution.cluster_centers)
        self._solutions[k] = replace(solution, cluster_centers=solution.cluster_centers[order])
        self._silhouettes.pop(k, None)
        self._stabilities.pop(k, None)

    def _lower_rising(self) -> None:
        """Solve a K whose inertia is above that of the one before anew: from its centroids, and the farthest point."""
        for before, k in pairwise(KS):
            fewer = self._solutions[before]
            if self._solutions[k].inertia > fewer.inertia:
                losses = kmeans.squared_distances(self._X, fewer.cluster_centers) * self._weights
                init = np.vstack([fewer.cluster_centers, self._X[int(np.argmax(losses))]])
                found = kmeans.fit(self._X, self._weights, init)
                # It is no higher, but for rounding.
                self._take(k, replace(found, inertia=min(found.inertia, fewer.inertia)))

    def _examine(self) -> None:
        """Measure silhouette, stability and smallest segment of the solutions where that was not done yet."""
        centers = {k: one.cluster_centers for k, one in self._solutions.items() if k not in self._silhouettes}
        if centers:
            measured = silhouettes(*self._sampler.draw(_SILHOUETTE_SAMPLE), [*centers.values()])
            self._silhouettes |= zip(centers, measured, strict=True)
        for k, found in centers.items():
            X, sample_weight = (self._X, self._weights) if k in self._finished else self._cells
            sizes = np.bincount(kmeans.nearest(X, found), sample_weight, minlength=k)
            self._smallest[k] = int(sizes.min() * PER / max(self.points.customers, PER))
        for k in KS[1:]:
            if k not in self._stabilities:
                config = FOR_THE_CHOSEN if k in self._finished else FOR_EACH_K
                self._stabilities[k] = stability(self._subsample, self._solutions[k].cluster_centers, config)

    def _evidence(self) -> list[Evidence]:
        """Return the measures of each K as they are published, so that the chosen K follows from these."""
        return [
            Evidence(
                k,
                self._solutions[k].inertia,
                # Customers who are all alone have one of 0, as each of them has by definition.
                significant(self._silhouettes[k].mean or 0.0) if k > 1 else None,
                significant(self._stabilities[k].mean) if k > 1 else None,
                self._smallest[k],
            )
            for k in KS
        ]

    @cached_property
    def _subsample(self) -> Matrix:
        """The customers on whom stability is measured."""
        return self._spaced(SAMPLE)

    def _spaced(self, size: int) -> Matrix:
        """Return a bounded number of customers in coordinates, evenly spaced in sorted order."""
        customers = self.points.customers
        draws = min(size, customers)
        places = (2 * np.arange(draws) + 1) * customers // (2 * draws)
        drawn = np.searchsorted(np.cumsum(self.points.counts), places, side="right")
        return np.asfortranarray(self._X[drawn])

    def _inits(self, k: int, given: Matrix) -> Matrix:
        X, sample_weight = self._samples[0]
        n_init = int(np.clip(_AT_ONCE // len(X), *_N_INIT)) // 2
        return kmeans_plusplus(X, sample_weight, given, k, n_init, self._generator)

    def _swapped(self, centers: Matrix, sample: Weighted) -> Matrix:
        """Return the best centroids after rounds in which each centroid is replaced by points far from the others."""
        X, sample_weight = sample
        k = len(centers)
        draws = max(1, int(np.clip(_AT_ONCE // len(X), *_N_INIT)) // (2 * k))
        for _ in range(_SWAP_ROUNDS):
            rest = [np.delete(centers, j, axis=0) for j in range(k)]
            inits = [kmeans_plusplus(X, sample_weight, given, k, draws, self._generator) for given in rest]
            centers = best_of_n_init(X, sample_weight, np.concatenate([centers[None], *inits]), _STEPS)
        return centers

    def _inertia_error(self) -> float:
        """Return an upper bound by which inertias are too low, since the customers of a cell are treated as alike."""
        within = (
            self.points.within_cell_sse(role).sum() / scale**2
            for (role, category), scale in zip(coordinate_names(self.points.features), self._scaling.scale, strict=True)
            if category is None
        )
        return math.fsum(within)

    def _category_of_coordinates(self) -> npt.NDArray[np.intp]:
        """Return the categorical feature that each coordinate is an indicator of, counted from 0; -1 for a number."""
        names = coordinate_names(self.points.features)
        categorical = list(dict.fromkeys(role for role, category in names if category is not None))
        return np.array([-1 if category is None else categorical.index(role) for role, category in names])

    def _canonical_order(self, centers: Matrix) -> kmeans.Labels:
        """Return the order of centroids by the given features, then by the others, from good to bad."""
        low = {feature.role for feature in self.points.features if feature.meaning in BETTER_WHEN_LOW}
        roles = [role for role, _ in coordinate_names(self.points.features)]
        first = [roles.index(role) for role in self._order if role in roles]
        keys = [*first, *(i for i in range(len(roles)) if i not in first)]
        # Means that are the same but for rounding.
        signs = [1 if role in low else -1 for role in roles]
        return np.lexsort([signs[i] * centers[:, i].round(_DIGITS_OF_ORDER) for i in reversed(keys)])
