"""Stage 3, cluster: weighted points to centroids for each K, and what speaks for each.

The only place that knows scaling. Where there are many points, K-Means is restarted on samples of a bounded size; the
solution for the K that is chosen is then refined on all points, and every inertia is that of all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, pairwise

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from segmentation import kmeans
from segmentation.compress import WeightedPoints, moments
from segmentation.errors import UnusableFileError
from segmentation.exact import WEIGHT_UNIT
from segmentation.ingest import Feature
from segmentation.parallel import in_order
from segmentation.schema import BIVARIATE
from segmentation.selection import KS, ChosenK, Evidence, choose_k, find_elbow
from segmentation.silhouette import Silhouette, silhouettes
from segmentation.stability import (
    FOR_EACH_K,
    SAMPLE,
    Chance,
    Stability,
    chance,
    stability,
)

_SEED = 42
# Customers in the samples on which K-Means is restarted and then settled, and on which silhouettes are measured.
_RESTART_SAMPLE = 1_024
_SETTLE_SAMPLE = 16_384
_SILHOUETTE_SAMPLE = 4_000
# Starts times points: what is worked on at once. On the reference data it makes 100 starts.
_AT_ONCE = 20_000
_STARTS = (10, 200)
_SWAP_ROUNDS = 2
# For the chosen K, a solution is sought on three samples; those that are nearly as good as the best on all points are
# refined there. Centroids settled on 16,000 customers miss the best inertia by some 0.03%.
_PLACES = (3, 1, 5)
_IN_SIGHT = 1.0005
_SAME = 1.00001

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scaling:
    """How points become coordinates: one-hot for categories, then mean 0 and standard deviation 1.

    Parameters
    ----------
    features : tuple of Feature
        What the points are made of.
    mean, scale : ndarray of float64, shape (n_coordinates,)
        Mean and population standard deviation over all customers; a scale of 1 where a coordinate is constant.
    """

    features: tuple[Feature, ...]
    mean: Matrix
    scale: Matrix

    @classmethod
    def of(cls, points: WeightedPoints) -> Scaling:
        """Measure the scaling of these points, weighted by their counts."""
        return cls._of(points, _one_hot(points, points.features))

    def coordinates(self, points: WeightedPoints) -> Matrix:
        """Return the coordinates of points that have all the features, shape (n_coordinates, n_points)."""
        return self._apply(_one_hot(points, self.features))

    @classmethod
    def fitted(cls, points: WeightedPoints) -> tuple[Scaling, Matrix]:
        """Return the scaling of these points, and their coordinates by it."""
        columns = _one_hot(points, points.features)
        scaling = cls._of(points, columns)
        return scaling, scaling._apply(columns)

    @classmethod
    def _of(cls, points: WeightedPoints, columns: Matrix) -> Scaling:
        mean, deviation = np.array([moments(column, points.counts) for column in columns]).T
        return cls(points.features, mean, np.where(deviation > 0, deviation, 1.0))

    def _apply(self, columns: Matrix) -> Matrix:
        columns -= self.mean[:, None]
        columns /= self.scale[:, None]
        return columns


@dataclass(frozen=True)
class Fit:
    """The best K-Means solution found for one K.

    Parameters
    ----------
    centroids : ndarray of float64, shape (k, n_coordinates)
        In canonical order, see `_canonical_order`.
    evidence : Evidence
        How good it is.
    """

    centroids: Matrix
    evidence: Evidence


@dataclass(frozen=True)
class Clustering:
    """One mode: a fit for every K in `KS`, and how far the one that was chosen can be trusted.

    Parameters
    ----------
    scaling : Scaling
        How points become coordinates.
    fits : tuple of Fit
        In ascending order of K.
    silhouettes : ndarray of float64, shape (k,)
        Of each segment, for the chosen K.
    stability : Stability
        Of the segments.
    chance : Chance
        What K-Means makes of customers like these who are no segments.
    inertia_error : float
        By how much the inertias may be too low at most, since customers who share a cell are taken for alike; 0 where
        they are.
    """

    scaling: Scaling
    fits: tuple[Fit, ...]
    silhouettes: Matrix
    stability: Stability
    chance: Chance
    inertia_error: float = 0.0

    @property
    def k(self) -> int:
        """The number of segments."""
        return len(self.silhouettes)

    @property
    def fit(self) -> Fit:
        """The fit that was chosen."""
        return self.fits[self.k - KS.start]

    @property
    def evidence(self) -> list[Evidence]:
        """What speaks for each K."""
        return [fit.evidence for fit in self.fits]

    @property
    def elbow(self) -> int | None:
        """The knee of the inertia curve, None where there is none."""
        return find_elbow([one.inertia for one in self.evidence])


@dataclass(frozen=True)
class Placement:
    """Where the points of one mode belong.

    Parameters
    ----------
    labels : ndarray of intp, shape (n_points,)
        The segment of each, counted from 0.
    confidence : ndarray of float64, shape (n_points,)
        0 half-way between two segments, 1 on a centroid, see `kmeans.place`.
    """

    labels: kmeans.Labels
    confidence: Matrix


def cluster(
    points: WeightedPoints, modes: Mapping[str, Sequence[str]], k: int | None = None
) -> tuple[dict[str, Clustering], dict[str, Placement], ChosenK]:
    """Cluster the points in both modes for every K, and choose one K for both.

    Parameters
    ----------
    points : WeightedPoints
        With all features of both modes.
    modes : mapping of str to sequence of str
        The roles of the features of each mode. Segments are numbered by the second feature of the bivariate one, then
        by the first.
    k : int, optional
        The number of segments; chosen from the data by default.

    Returns
    -------
    clusterings : dict of str to Clustering
        By name of mode.
    placements : dict of str to Placement
        By name of mode, the segment of each point for the chosen K.
    chosen : ChosenK
        The K for which they are best.

    Raises
    ------
    UnusableFileError
        If there are fewer distinct points than the largest K, or all customers have one value of a bivariate feature.
    """
    order = tuple(reversed(modes[BIVARIATE]))
    problems = {mode: _Problem(points.marginal(roles), order) for mode, roles in modes.items()}
    for problem in problems.values():
        _check_enough(problem.points)
    _check_varied(problems[BIVARIATE].points)
    # Both modes at once, so one thread in the linear algebra.
    with threadpool_limits(1):
        list(in_order(_Problem.sweep, problems.values()))
        chosen = problems[BIVARIATE].choose(k)
        found = in_order(lambda problem: problem.solved(chosen.value), problems.values())
        clusterings = dict(zip(problems, found, strict=True))
        placements = {mode: problem.placement(points, clusterings[mode]) for mode, problem in problems.items()}
        return clusterings, placements, chosen


def _check_enough(points: WeightedPoints) -> None:
    names = [feature.name for feature in points.features]
    what = "pairs" if len(names) == 2 else "combinations"
    if len(points) < KS[-1]:
        raise UnusableFileError(
            f"Only {len(points)} different {what} of {', '.join(names[:-1])} and {names[-1]} "
            f"could be read from {points.customers} usable rows; at least {KS[-1]} are needed.",
            "Upload more customers, and check that the numbers are plain, such as 54 or 54.5.",
        )


def _check_varied(points: WeightedPoints) -> None:
    for feature in points.features:
        if np.ptp(points.column(feature.role)) == 0:
            raise UnusableFileError(
                f"Every customer has the same value in '{feature.label}', so it cannot tell segments apart.",
                "Check that the export filled this column.",
            )


class _Problem:
    """The points of one mode in coordinates, samples of them, and the centroids found for each K."""

    def __init__(self, points: WeightedPoints, order: Sequence[str]) -> None:
        self.points = points
        self._order = order
        self._generator = np.random.default_rng(_SEED)

    def sweep(self) -> None:
        """Find centroids for every K."""
        self._measured: dict[int, tuple[Silhouette, float | None, int]] = {}
        self._scaling, self._columns = Scaling.fitted(self.points)
        self._weights = self.points.counts.astype(np.float64)
        self._restart, *self._others = (self._sample(_RESTART_SAMPLE, place) for place in _PLACES)
        self._settle = self._sample(_SETTLE_SAMPLE)
        self._centroids = [np.zeros((1, len(self._columns)))]
        for k in KS[1:]:
            starts = [self._starts(k, given) for given in (self._centroids[-1], self._centroids[-1][:0])]
            best = kmeans.best_of_restarts(*self._restart, np.concatenate(starts))
            self._centroids.append(kmeans.lloyd(*self._settle, self._swapped(best, self._restart)).centroids)
        self._centroids = [found[self._ordered(found)] for found in self._centroids]
        self._inertias = kmeans.inertias(self._columns, self._weights, self._centroids)

    def choose(self, fixed: int | None) -> ChosenK:
        """Choose K: as it is fixed, else by the rule."""
        if fixed is not None:
            return ChosenK(fixed, "setting")
        self._examine(KS)
        return ChosenK(choose_k(self._evidence()), "data")

    def solved(self, k: int) -> Clustering:
        """Refine the centroids for one K on all points, and return what was found, with the segments for that K."""
        self._refine(k)
        silhouette, _, smallest = self._measured[k]
        centroids, asked = self._centroids[k - KS.start], self._asked
        steady = stability(asked, centroids)
        self._measured[k] = silhouette, steady.mean, smallest
        fits = tuple(map(Fit, self._centroids, self._evidence()))
        by_chance = chance(asked, _category_of_coordinates(self.points.features), centroids)
        error = _inertia_error(self.points, self._scaling)
        return Clustering(self._scaling, fits, silhouette.by_cluster, steady, by_chance, error)

    def placement(self, points: WeightedPoints, clustering: Clustering) -> Placement:
        """Return where the points of all modes belong."""
        columns = self._columns if self.points is points else self._scaling.coordinates(points)
        return Placement(*kmeans.place(columns, clustering.fit.centroids))

    def _refine(self, k: int) -> None:
        found = self._centroids[k - KS.start]
        starts = [found, *(self._swapped(found, sample) for sample in self._others)]
        settled = sorted((kmeans.lloyd(*self._settle, start) for start in starts), key=lambda one: one.inertia)
        finalists = settled[:1] + [one for last, one in pairwise(settled) if last.inertia * _SAME < one.inertia]
        if len(finalists) > 1:
            inertias = kmeans.inertias(self._columns, self._weights, [one.centroids for one in finalists])
            finalists = list(compress(finalists, np.array(inertias) <= min(inertias) * _IN_SIGHT))
        solutions = [kmeans.lloyd(self._columns, self._weights, one.centroids) for one in finalists]
        best = min(solutions, key=lambda one: one.inertia)
        self._centroids[k - KS.start] = best.centroids[self._ordered(best.centroids)]
        self._inertias[k - KS.start] = best.inertia
        self._examine(KS if not self._measured else range(k, k + 1))

    def _examine(self, ks: range) -> None:
        """Measure silhouette, stability and the smallest segment of the solutions for some K."""
        centroids, asked = [self._centroids[k - KS.start] for k in ks], self._asked
        measured = silhouettes(*self._sample(_SILHOUETTE_SAMPLE), centroids)
        for k, own, silhouette in zip(ks, centroids, measured, strict=True):
            steady = stability(asked, own, FOR_EACH_K).mean if k > 1 else None
            members = np.bincount(kmeans.nearest(asked, own)[0], minlength=k)
            self._measured[k] = silhouette, steady, int(members.min())

    def _evidence(self) -> list[Evidence]:
        return [
            Evidence(k, inertia, silhouette.mean, steady, smallest)
            for (k, (silhouette, steady, smallest)), inertia in zip(
                sorted(self._measured.items()), self._inertias, strict=True
            )
        ]

    def _ordered(self, centroids: Matrix) -> kmeans.Labels:
        return _canonical_order(centroids, self._scaling.features, self._order)

    @cached_property
    def _asked(self) -> Matrix:
        """Return a bounded number of customers, a column each, taken at equal distances in sorted order."""
        customers = self.points.customers
        draws = min(SAMPLE, customers)
        places = (2 * np.arange(draws) + 1) * customers // (2 * draws)
        drawn = np.searchsorted(np.cumsum(self.points.counts), places, side="right")
        return np.ascontiguousarray(self._columns[:, drawn])

    def _starts(self, k: int, given: Matrix) -> Matrix:
        columns, weights = self._restart
        n_starts = int(np.clip(_AT_ONCE // len(weights), *_STARTS)) // 2
        return kmeans.spread_starts(columns, weights, given, k, n_starts, self._generator)

    def _swapped(self, centroids: Matrix, sample: tuple[Matrix, Matrix]) -> Matrix:
        """Return what is best after rounds in which each centroid in turn is replaced by points far from the rest."""
        columns, weights = sample
        k = len(centroids)
        draws = max(1, int(np.clip(_AT_ONCE // len(weights), *_STARTS)) // (2 * k))
        for _ in range(_SWAP_ROUNDS):
            rest = [np.delete(centroids, j, axis=0) for j in range(k)]
            starts = [kmeans.spread_starts(columns, weights, given, k, draws, self._generator) for given in rest]
            centroids = kmeans.best_of_restarts(columns, weights, np.concatenate([centroids[None], *starts]))
        return centroids

    def _sample(self, size: int, place: int = _PLACES[0]) -> tuple[Matrix, Matrix]:
        """Return the columns and weights of a bounded number of points.

        Customers are taken at equal distances in sorted order, the first at as many sixths of a distance as `place`
        says. Points of so many customers that they could not be missed are in with their weight, whatever it is, so
        that a value which an export filled in for millions leaves room for the others.
        """
        counts = self.points.counts
        if len(counts) <= size:
            return self._columns, self._weights
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
        return np.ascontiguousarray(self._columns[:, kept]), weights[kept]


def _inertia_error(points: WeightedPoints, scaling: Scaling) -> float:
    """Return by how much inertias may be too low since the customers of a cell are taken for alike."""
    coordinates = [feature for feature in points.features for _ in _indicators(feature)]
    scatters = (
        points.scatter(feature.role).sum() / scale**2
        for feature, scale in zip(coordinates, scaling.scale, strict=True)
        if not feature.categorical
    )
    return math.fsum(scatters)


def _indicators(feature: Feature) -> range:
    """Return the categories that get an indicator, of two only the first; for a numeric feature, one place."""
    return range(len(feature.categories) if feature.categories and len(feature.categories) > 2 else 1)


def coordinate_names(features: tuple[Feature, ...]) -> list[tuple[str, str | None]]:
    """Return the feature of each coordinate, and of which of its categories it is the indicator; None for a number."""
    return [
        (feature.role, feature.categories[code] if feature.categories else None)
        for feature in features
        for code in _indicators(feature)
    ]


def _category_of_coordinates(features: tuple[Feature, ...]) -> npt.NDArray[np.intp]:
    """Return of which categorical feature each coordinate is an indicator, counted from 0; -1 for a number."""
    categorical = [feature for feature in features if feature.categorical]
    places = [categorical.index(one) if one.categorical else -1 for one in features for _ in _indicators(one)]
    return np.array(places, dtype=np.intp)


def _one_hot(points: WeightedPoints, features: tuple[Feature, ...]) -> Matrix:
    """Return the column of each numeric feature, and of each categorical one an indicator a category."""
    columns = np.empty((sum(len(_indicators(feature)) for feature in features), len(points)))
    row = 0
    for feature in features:
        for code in _indicators(feature):
            columns[row] = points.cells(feature.role) == code if feature.categorical else points.column(feature.role)
            row += 1
    return columns


def _canonical_order(centroids: Matrix, features: tuple[Feature, ...], order: Sequence[str]) -> kmeans.Labels:
    """Return the order by these features, then by the others, all descending: K-Means' own is one of chance."""
    roles = [feature.role for feature in features for _ in _indicators(feature)]
    first = [roles.index(role) for role in order if role in roles]
    keys = [*first, *(i for i in range(len(roles)) if i not in first)]
    return np.lexsort([-centroids[:, i] for i in reversed(keys)])
