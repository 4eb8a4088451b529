"""Whether other methods find the same segments: a Gaussian mixture, Ward's method and HDBSCAN.

K-Means looks for round groups of much the same size. Each of these methods looks for something else, so segments that
all of them find do not depend on the choice of K-Means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from segmentation.clustering.kmeans import Labels, nearest
from segmentation.clustering.selection import KS

Matrix = npt.NDArray[np.float64]

# The most customers that are compared. Ward's method and HDBSCAN need the distances of all pairs.
SAMPLE = 2_000
# Of fewer customers than this, no method can tell ten groups apart.
FEWEST = 50
# From this adjusted Rand index on, two methods find the same groups.
SAME = 0.8
# A method that leaves out a larger share of the customers has not found their groups.
MOST_NOISE = 0.5

GAUSSIAN_MIXTURE, WARD, DENSITY = "gaussian_mixture", "ward", "hdbscan"

_SEED = 3
# In standard deviations, so that no two distances are the same.
_TIE = 1e-6
# Added to variances: customers who are alike would have none.
_REG_COVAR = 1e-3
_MAX_ITER = 1_000
# A dense group has a twentieth of the customers or more; density is measured over half as many, and five at least.
_GROUP, _FEWEST_OF_GROUP = 20, 5


@dataclass(frozen=True)
class Opinion:
    """What another method finds, compared with the segments.

    Parameters
    ----------
    method : str
        `GAUSSIAN_MIXTURE`, `WARD` or `DENSITY`.
    clusters : int
        Number of groups it finds.
    agreement : float or None
        Adjusted Rand index with the segments, see Hubert & Arabie (1985), rounded to two decimals; without the
        customers it calls noise. None for fewer than two groups.
    noise : int or None
        Number of customers it puts into no group; None for a method that places everyone.
    preferred_k : int or None
        The number of groups, of those in `KS`, with the lowest Bayesian information criterion; for the mixture only.
    """

    method: str
    clusters: int
    agreement: float | None
    noise: int | None = None
    preferred_k: int | None = None


@dataclass(frozen=True)
class SecondOpinion:
    """What other methods find, compared with the segments.

    Parameters
    ----------
    customers : int
        Number of customers who were compared.
    opinions : tuple of Opinion
        One for each method.
    """

    customers: int
    opinions: tuple[Opinion, ...]


def is_same(agreement: float | None, noise: float | None) -> bool | None:
    """Return whether a method finds the segments again; None if it finds fewer than two groups.

    Parameters
    ----------
    agreement : float or None
        Adjusted Rand index with the segments.
    noise : float or None
        Share of the customers it puts into no group.
    """
    return None if agreement is None else agreement >= SAME and (noise or 0.0) <= MOST_NOISE


def second_opinion(X: Matrix, cluster_centers: Matrix, numeric: npt.NDArray[np.bool_]) -> SecondOpinion | None:
    """Cluster customers by other methods, and compare their groups with the segments.

    Parameters
    ----------
    X : ndarray of float64, shape (n_customers, n_coordinates)
        Sampled customers, at most `SAMPLE`; some may be alike.
    cluster_centers : ndarray of float64, shape (n_clusters, n_coordinates)
        The centroids of the segments.
    numeric : ndarray of bool, shape (n_coordinates,)
        Which coordinates are numbers. Only these are clustered: the methods know no categories.

    Returns
    -------
    SecondOpinion or None
        None for fewer than `FEWEST` customers, or without numbers.

    Notes
    -----
    All are scikit-learn's, or what it calls. *Ward's method* (Ward 1963, "Hierarchical grouping to optimize an
    objective function") merges the two groups that add the least to inertia, until as many as the segments are left.
    *The Gaussian mixture* has full covariances, so its groups may be long, slanting and of different size. Expectation
    maximisation begins with Ward's groups and not with the segments, which would favour them. Fraley & Raftery (2002,
    "Model-based clustering, discriminant analysis, and density estimation") begin with hierarchical groups too, and
    choose the number of groups by the Bayesian information criterion. *HDBSCAN* (Campello, Moulavi & Sander 2013,
    "Density-based clustering based on hierarchical density estimates") finds dense groups of any shape and number with
    sparse space between them, and calls the other customers noise.

    Similarity is the adjusted Rand index (Hubert & Arabie 1985, "Comparing partitions").

    Each coordinate is moved by a millionth of a standard deviation at random, as ties would be broken by the processor.
    """
    n, n_clusters = len(X), len(cluster_centers)
    if n < FEWEST or not numeric.any():
        return None
    segments = nearest(X, cluster_centers)
    generator = np.random.default_rng(_SEED)
    numbers = np.ascontiguousarray(X[:, numeric])
    numbers += _TIE * generator.random(numbers.shape)
    distances = pdist(numbers)
    trees = list(_ward(distances))
    mixtures = [_mixture(numbers, labels) for labels in trees]
    preferred_k = KS[int(np.argmin([mixture.bic(numbers) for mixture in mixtures]))]
    of_mixture = mixtures[n_clusters - KS.start].predict(numbers)
    of_density = _dense_groups(squareform(distances), generator)
    noise = int((of_density < 0).sum())
    opinions = (
        Opinion(GAUSSIAN_MIXTURE, *_compared(segments, of_mixture), preferred_k=preferred_k),
        Opinion(WARD, *_compared(segments, trees[n_clusters - KS.start])),
        Opinion(DENSITY, *_compared(segments, of_density), noise),
    )
    return SecondOpinion(n, opinions)


def _compared(segments: Labels, labels: Labels) -> tuple[int, float | None]:
    """Return the number of groups, and their similarity to the segments; labels below 0 are noise."""
    placed = labels >= 0
    n_groups = len(np.unique(labels[placed]))
    return n_groups, round(adjusted_rand_score(segments[placed], labels[placed]), 2) if n_groups > 1 else None


def _ward(distances: Matrix) -> Iterator[Labels]:
    """Yield the groups of Ward's method for each number in `KS`, from the distances of all pairs."""
    # It takes 20 ms to import. scikit-learn's AgglomerativeClustering calls it too, but for one number of groups.
    from scipy.cluster import hierarchy  # noqa: PLC0415

    yield from hierarchy.cut_tree(hierarchy.ward(distances), KS).T


def _mixture(X: Matrix, labels: Labels) -> GaussianMixture:
    """Fit a Gaussian mixture, beginning with the groups of a partition."""
    groups = [X[labels == j] for j in range(labels.max() + 1)]
    means = np.array([group.mean(axis=0) for group in groups])
    covariances = [np.cov(group.T, bias=True) + _REG_COVAR * np.eye(X.shape[1]) for group in groups]
    return GaussianMixture(
        len(groups),
        reg_covar=_REG_COVAR,
        max_iter=_MAX_ITER,
        weights_init=np.bincount(labels) / len(X),
        means_init=means,
        precisions_init=np.linalg.inv(covariances),
    ).fit(X)


def _dense_groups(distances: Matrix, generator: np.random.Generator) -> Labels:
    """Return the groups of HDBSCAN, -1 for noise; the distances of all pairs are overwritten.

    scikit-learn sorts mutual reachability distances by a method that breaks ties as the processor has it, and many are
    the same: all from one customer to nearer ones. So they are handed over with ties broken, as single linkage of
    ready distances (`min_samples=1`).
    """
    n = len(distances)
    size = max(n // _GROUP, _FEWEST_OF_GROUP)
    min_samples = max(size // 2, _FEWEST_OF_GROUP)
    core = np.partition(distances, min_samples - 1, axis=1)[:, min_samples - 1]
    tie = _TIE * generator.random(n)
    np.maximum(distances, np.maximum.outer(core, core), out=distances)
    distances += np.add.outer(tie, tie)
    np.fill_diagonal(distances, 0)
    labels: Labels = HDBSCAN(size, min_samples=1, metric="precomputed", copy=False).fit_predict(distances)
    return labels
