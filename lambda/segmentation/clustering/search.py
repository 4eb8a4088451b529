"""K-Means search for one mode: restarts on samples, refinement on a larger one, and the chosen K on all points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import compress, pairwise

import numpy as np
import numpy.typing as npt

from segmentation.clustering import kmeans
from segmentation.clustering.batched import best_of_n_init, kmeans_plusplus
from segmentation.clustering.exact import WEIGHT_UNIT
from segmentation.clustering.result import Assignment, Clustering, KMeansFit
from segmentation.clustering.scaling import Scaling, coordinate_names
from segmentation.clustering.second_opinion import SAMPLE as OPINION_SAMPLE
from segmentation.clustering.second_opinion import second_opinion
from segmentation.clustering.selection import KS, ChosenK, Evidence, choose_k
from segmentation.clustering.silhouette import Silhouette, silhouettes
from segmentation.clustering.stability import FOR_EACH_K, SAMPLE, null_reference, stability
from segmentation.points.weighted import WeightedPoints

Matrix = npt.NDArray[np.float64]
# Points and how much each counts.
Sample = tuple[Matrix, Matrix]

_SEED = 42
# Sizes of the samples on which K-Means is restarted and then refined, and on which silhouettes are measured.
_SMALL_SAMPLE = 1_024
_LARGE_SAMPLE = 16_384
_SILHOUETTE_SAMPLE = 3_000
# Draws times points: what is worked on at once. On the reference data it makes 100 draws.
_AT_ONCE = 20_000
_N_INIT = (10, 200)
_SWAP_ROUNDS = 2
# Before the worse half of the draws is dropped; scikit-learn takes the last ones.
_STEPS = 4
# For the chosen K, a solution is sought on three samples; those that are nearly as good as the best on all points are
# refined there. Centroids refined on 16,000 customers miss the best inertia by some 0.03%.
_PLACES = (3, 1, 5)
_IN_SIGHT = 1.0005
_SAME = 1.00001
_DIGITS_OF_ORDER = 9


class ModeSearch:
    """The points of one mode in coordinates, samples of them, and the centroids found for each K.

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

    def sweep(self) -> None:
        """Find centroids for every K."""
        self._measured: dict[int, tuple[Silhouette, float | None, int]] = {}
        self._scaling, self._X = Scaling.fit_transform(self.points)
        self._weights = self.points.counts.astype(np.float64)
        self._small_sample, *self._others = (self._sample(_SMALL_SAMPLE, place) for place in _PLACES)
        self._large_sample = self._sample(_LARGE_SAMPLE)
        self._centers = [np.zeros((1, self._X.shape[1]))]
        for k in KS[1:]:
            inits = [self._inits(k, given) for given in (self._centers[-1], self._centers[-1][:0])]
            best = best_of_n_init(*self._small_sample, np.concatenate(inits), _STEPS)
            self._centers.append(
                kmeans.fit(*self._large_sample, self._swapped(best, self._small_sample)).cluster_centers
            )
        self._centers = [found[self._canonical_order(found)] for found in self._centers]
        self._inertias = kmeans.inertias(self._X, self._weights, self._centers)

    def choose(self, fixed: int | None) -> ChosenK:
        """Choose K.

        Parameters
        ----------
        fixed : int or None
            The number of segments where the user fixed it; None to choose it by `choose_k`.
        """
        if fixed is not None:
            return ChosenK(fixed, "setting")
        self._examine(KS)
        return ChosenK(choose_k(self._evidence()), "data")

    def solved(self, k: int) -> Clustering:
        """Refine the centroids for one K on all points, and return the clustering of the mode.

        Parameters
        ----------
        k : int
            The chosen number of segments.
        """
        self._refine(k)
        silhouette, _, smallest = self._measured[k]
        centers = self._centers[k - KS.start]
        steady = stability(self._subsample, centers)
        self._measured[k] = silhouette, steady.mean, smallest
        fits = tuple(map(KMeansFit, self._centers, self._evidence()))
        category = self._category_of_coordinates()
        reference = null_reference(self._subsample, category, centers)
        opinion = second_opinion(self._spaced(OPINION_SAMPLE), centers, category < 0)
        return Clustering(self._scaling, fits, silhouette.by_cluster, steady, reference, self._inertia_error(), opinion)

    def assignment(self, points: WeightedPoints, clustering: Clustering) -> Assignment:
        """Return the segments of the points that have the features of all modes.

        Parameters
        ----------
        points : WeightedPoints
            The points of all features.
        clustering : Clustering
            The clustering of this mode.
        """
        X = self._X if self.points is points else self._scaling.transform(points)
        return Assignment(*kmeans.assign(X, clustering.fit.cluster_centers))

    def _refine(self, k: int) -> None:
        found = self._centers[k - KS.start]
        inits = [found, *(self._swapped(found, sample) for sample in self._others)]
        refined = sorted((kmeans.fit(*self._large_sample, init) for init in inits), key=lambda one: one.inertia)
        finalists = refined[:1] + [one for last, one in pairwise(refined) if last.inertia * _SAME < one.inertia]
        if len(finalists) > 1:
            inertias = kmeans.inertias(self._X, self._weights, [one.cluster_centers for one in finalists])
            finalists = list(compress(finalists, np.array(inertias) <= min(inertias) * _IN_SIGHT))
        solutions = [kmeans.fit(self._X, self._weights, one.cluster_centers) for one in finalists]
        best = min(solutions, key=lambda one: one.inertia)
        self._centers[k - KS.start] = best.cluster_centers[self._canonical_order(best.cluster_centers)]
        self._inertias[k - KS.start] = best.inertia
        self._examine(KS if not self._measured else range(k, k + 1))

    def _examine(self, ks: range) -> None:
        """Measure silhouette, stability and the smallest segment of the solutions for some K."""
        solutions = [self._centers[k - KS.start] for k in ks]
        measured = silhouettes(*self._sample(_SILHOUETTE_SAMPLE), solutions)
        for k, centers, silhouette in zip(ks, solutions, measured, strict=True):
            steady = stability(self._subsample, centers, FOR_EACH_K).mean if k > 1 else None
            members = np.bincount(kmeans.nearest(self._subsample, centers), minlength=k)
            self._measured[k] = silhouette, steady, int(members.min())

    def _evidence(self) -> list[Evidence]:
        return [
            Evidence(k, inertia, silhouette.mean, steady, smallest)
            for (k, (silhouette, steady, smallest)), inertia in zip(
                sorted(self._measured.items()), self._inertias, strict=True
            )
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
        X, sample_weight = self._small_sample
        n_init = int(np.clip(_AT_ONCE // len(X), *_N_INIT)) // 2
        return kmeans_plusplus(X, sample_weight, given, k, n_init, self._generator)

    def _swapped(self, centers: Matrix, sample: Sample) -> Matrix:
        """Return the best centroids after rounds in which each centroid is replaced by points far from the others."""
        X, sample_weight = sample
        k = len(centers)
        draws = max(1, int(np.clip(_AT_ONCE // len(X), *_N_INIT)) // (2 * k))
        for _ in range(_SWAP_ROUNDS):
            rest = [np.delete(centers, j, axis=0) for j in range(k)]
            inits = [kmeans_plusplus(X, sample_weight, given, k, draws, self._generator) for given in rest]
            centers = best_of_n_init(X, sample_weight, np.concatenate([centers[None], *inits]), _STEPS)
        return centers

    def _sample(self, size: int, place: int = _PLACES[0]) -> Sample:
        """Return a bounded number of points and their weights.

        Customers are taken at equal distances in sorted order, the first after `place` sixths of a distance. Points of
        very many customers are included with their exact weight, so that a default value which an export filled in for
        millions leaves room for the others.
        """
        counts = self.points.counts
        if len(counts) <= size:
            return self._X, self._weights
        heavy = np.zeros(len(counts), dtype=bool)
        while True:
            draws, rest = size - int(heavy.sum()), int(counts[~heavy].sum())
            heavier = ~heavy & (counts * float(draws) > rest)
            if not heavier.any():
                break
            heavy |= heavier
        cumulated = np.cumsum(np.where(heavy, 0, counts))
        places = (6 * np.arange(draws) + place) * cumulated[-1] // (6 * draws)
        drawn = np.bincount(np.searchsorted(cumulated, places, side="right"), minlength=len(counts))
        weights = np.where(heavy, np.rint(counts * (draws / rest) / WEIGHT_UNIT) * WEIGHT_UNIT, drawn)
        kept = np.flatnonzero(weights)
        return np.asfortranarray(self._X[kept]), weights[kept]

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
        """Return the order of centroids by the given features, then by the others, all descending."""
        roles = [role for role, _ in coordinate_names(self.points.features)]
        first = [roles.index(role) for role in self._order if role in roles]
        keys = [*first, *(i for i in range(len(roles)) if i not in first)]
        # Means that are the same but for rounding.
        return np.lexsort([-centers[:, i].round(_DIGITS_OF_ORDER) for i in reversed(keys)])
