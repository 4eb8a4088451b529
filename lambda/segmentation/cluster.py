"""Stage 3, cluster: weighted points to inertia and silhouette for each K, the elbow, and centroids.

The only place that knows scaling, K-Means and model selection.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from kneed import KneeLocator
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

from segmentation.compress import WeightedPoints, moments
from segmentation.errors import UnusableFileError
from segmentation.ingest import Feature

MODES = {"bivariate": ("income", "spending"), "multivariate": ("age", "gender", "income", "spending")}
KS = range(1, 11)

# A restart costs in proportion to the points. Few points get 100, which on the reference data finds an inertia within
# 0.2% of the best known for every K; many points get no fewer than 10.
_RESTARTS = (10, 100)
_RESTARTED_POINTS = 200_000
_SEED = 42
# Pairwise distances cost the square of this; 2,000 keep a silhouette below 0.1 s and its error near 0.01.
_SILHOUETTE_CUSTOMERS = 2_000

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scaling:
    """How points become coordinates: one-hot for categories, then mean 0 and standard deviation 1.

    Parameters
    ----------
    features : tuple of Feature
        The columns of the points.
    mean, scale : ndarray of float64, shape (n_coordinates,)
        Mean and population standard deviation over all customers; a scale of 1 where a coordinate is constant.
    """

    features: tuple[Feature, ...]
    mean: Matrix
    scale: Matrix

    @classmethod
    def of(cls, points: WeightedPoints) -> Scaling:
        """Measure the scaling of these points, weighted by their counts."""
        mean, deviation = moments(_one_hot(points.features, points.values), points.counts)
        return cls(points.features, mean, np.where(deviation > 0, deviation, 1.0))

    def apply(self, values: Matrix) -> Matrix:
        """Return the coordinates of feature tuples, shape (n, n_features) to (n, n_coordinates)."""
        scaled: Matrix = (_one_hot(self.features, values) - self.mean) / self.scale
        return scaled


@dataclass(frozen=True)
class Fit:
    """The best K-Means solution found for one K.

    Parameters
    ----------
    centroids : ndarray of float64, shape (k, n_coordinates)
        In canonical order, see `_canonical`.
    inertia : float
        Sum over all customers of the squared distance to the nearest centroid.
    silhouette : float or None
        Mean silhouette coefficient (Rousseeuw 1987); None where it is not defined, as for K = 1.
    """

    centroids: Matrix
    inertia: float
    silhouette: float | None

    @property
    def k(self) -> int:
        """The number of clusters."""
        return len(self.centroids)


@dataclass(frozen=True)
class Clustering:
    """One mode: a fit for every K in `KS`, and the K that its elbow points to.

    Parameters
    ----------
    scaling : Scaling
        How feature tuples become coordinates.
    fits : tuple of Fit
        In ascending order of K.
    elbow : int or None
        The knee of the inertia curve by Kneedle (Satopää et al. 2011); None where there is none.
    """

    scaling: Scaling
    fits: tuple[Fit, ...]
    elbow: int | None

    @property
    def silhouette_peak(self) -> int:
        """The K with the highest silhouette."""
        return max(self.fits, key=lambda fit: -1.0 if fit.silhouette is None else fit.silhouette).k

    def fit(self, k: int) -> Fit:
        """Return the fit with `k` clusters."""
        return self.fits[k - KS.start]

    def assign(self, values: Matrix, k: int) -> npt.NDArray[np.intp]:
        """Return the index of the nearest of `k` centroids for each tuple, shape (n, n_features) to (n,)."""
        coordinates = self.scaling.apply(values)
        return _nearest(coordinates, self.fit(k).centroids)[0]


@dataclass(frozen=True)
class ChosenK:
    """How many segments both modes have, and what decided it.

    Parameters
    ----------
    value : int
        The number of segments.
    source : str
        ``setting`` where the user fixed it, ``elbow``, or ``silhouette`` where the curve has no elbow.
    """

    value: int
    source: str


def cluster(points: WeightedPoints) -> dict[str, Clustering]:
    """Cluster the points in both modes for every K.

    Parameters
    ----------
    points : WeightedPoints
        With all features of the multivariate mode.

    Returns
    -------
    dict of str to Clustering
        By name of mode.

    Raises
    ------
    UnusableFileError
        If there are fewer distinct points than the largest K, or all customers have one income or one score.
    """
    marginals = {mode: points.marginal(roles) for mode, roles in MODES.items()}
    _check_enough(marginals["bivariate"])
    # One thread: several wait for each other at every step, and for long where they share a processor, as in Lambda.
    # Besides, sums in another order differ in their last digits.
    with threadpool_limits(1):
        return {mode: _cluster_mode(marginal) for mode, marginal in marginals.items()}


def choose_k(bivariate: Clustering, fixed: int | None = None) -> ChosenK:
    """Choose one K for both modes, on the bivariate one, so that they can be laid side by side."""
    if fixed is not None:
        return ChosenK(fixed, "setting")
    if bivariate.elbow is not None:
        return ChosenK(bivariate.elbow, "elbow")
    return ChosenK(bivariate.silhouette_peak, "silhouette")


def _check_enough(points: WeightedPoints) -> None:
    if len(points.values) < KS[-1]:
        raise UnusableFileError(
            f"Only {len(points.values)} different pairs of income and spending score could be read "
            f"from {points.customers} usable rows; at least {KS[-1]} are needed.",
            "Upload more customers, and check that the numbers are plain, such as 54 or 54.5.",
        )
    for feature, column in zip(points.features, points.values.T, strict=True):
        if np.ptp(column) == 0:
            raise UnusableFileError(
                f"Every customer has the same value in '{feature.label}', so it cannot tell segments apart.",
                "Check that the export filled this column.",
            )


def _cluster_mode(points: WeightedPoints) -> Clustering:
    scaling = Scaling.of(points)
    coordinates = scaling.apply(points.values)
    sample = _silhouette_sample(points.counts)
    restarts = int(np.clip(_RESTARTED_POINTS // len(coordinates), *_RESTARTS))
    fits = []
    for k in KS:
        # Without a tolerance each restart ends in a true local optimum: no point is nearer to another centroid.
        model = KMeans(k, n_init=restarts, tol=0, random_state=_SEED).fit(coordinates, sample_weight=points.counts)
        centroids = _canonical(model.cluster_centers_, scaling.features)
        labels, squared = _nearest(coordinates, centroids)
        fits.append(Fit(centroids, float(squared @ points.counts), _silhouette(coordinates, labels, sample)))
    return Clustering(scaling, tuple(fits), _elbow([fit.inertia for fit in fits]))


def _one_hot(features: tuple[Feature, ...], values: Matrix) -> Matrix:
    """Replace each categorical column by one indicator a category; two categories need only one."""
    columns = []
    for feature, column in zip(features, values.T, strict=True):
        if feature.categories:
            kept = range(1 if len(feature.categories) == 2 else 0, len(feature.categories))
            columns += [(column == code).astype(float) for code in kept]
        else:
            columns.append(column)
    return np.column_stack(columns)


def _nearest(coordinates: Matrix, centroids: Matrix) -> tuple[npt.NDArray[np.intp], Matrix]:
    """Return the index of, and the squared distance to, the nearest centroid of each point."""
    squared = np.column_stack([((coordinates - centroid) ** 2).sum(axis=1) for centroid in centroids])
    labels = squared.argmin(axis=1)
    return labels, squared[np.arange(len(labels)), labels]


def _canonical(centroids: Matrix, features: tuple[Feature, ...]) -> Matrix:
    """Order centroids by spending, then income, both descending: K-Means' own order is one of chance."""
    numeric: dict[str, int] = {}
    position = 0
    for feature in features:
        numeric[feature.role] = position
        position += 1 if len(feature.categories) in (0, 2) else len(feature.categories)
    keys = (-centroids[:, numeric["income"]], -centroids[:, numeric["spending"]])
    ordered: Matrix = centroids[np.lexsort(keys)]
    return ordered


def _silhouette_sample(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Return the point of each of a bounded number of customers drawn without replacement."""
    total = int(counts.sum())
    if total > _SILHOUETTE_CUSTOMERS:
        generator = np.random.default_rng(_SEED)
        counts = generator.multivariate_hypergeometric(counts, _SILHOUETTE_CUSTOMERS, method="marginals")
    return np.repeat(np.arange(len(counts)), counts)


def _silhouette(coordinates: Matrix, labels: npt.NDArray[np.intp], sample: npt.NDArray[np.intp]) -> float | None:
    sampled = labels[sample]
    if not 2 <= len(np.unique(sampled)) < len(sampled):
        return None
    return float(silhouette_score(coordinates[sample], sampled))


def _elbow(inertias: list[float]) -> int | None:
    with warnings.catch_warnings():
        # It warns where it finds no knee; the answer None says the same.
        warnings.simplefilter("ignore")
        knee: Any = KneeLocator(list(KS), inertias, curve="convex", direction="decreasing").knee
    return None if knee is None else int(knee)
