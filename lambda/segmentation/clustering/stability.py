"""Whether segments are real or an artefact of K-Means: whether resamples recover them, and whether they beat chance.

Both are measured on a bounded number of customers, whatever the size of the file: the result says how far segments can
be trusted that are visible in some hundred customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from segmentation.clustering.batched import best_of_n_init, distinct_solutions, kmeans_plusplus, memberships
from segmentation.clustering.silhouette import silhouettes

Matrix = npt.NDArray[np.float64]

# Number of sampled customers.
SAMPLE = 400
# Each resample leaves out a fifth of the customers.
_KEPT = 0.8
# Data sets without segments, half of them of one round cloud, half of them spread evenly.
_NULLS, _NULL_STARTS = 16, 8

_SEED = 7
# Decimals that all processors agree on: of draws; and of axes, which differ the more, the more alike their variances.
_DIGITS, _DIGITS_OF_AXES = 10, 6
_TIE = 1e-6


class ResamplingConfig(NamedTuple):
    """How thoroughly stability is measured.

    Parameters
    ----------
    resamples : int
        Number of subsamples drawn.
    n_init, solutions : int
        On each subsample, K-Means begins at this many (`solutions`) of the best distinct solutions for all customers,
        found from `n_init` draws. With too few, the same segments recur for lack of alternatives.
    """

    resamples: int
    n_init: int
    solutions: int


FOR_EACH_K, FOR_THE_CHOSEN = ResamplingConfig(12, 64, 6), ResamplingConfig(40, 200, 12)


@dataclass(frozen=True)
class Stability:
    """How similar the segments of resamples are to those of all customers.

    Parameters
    ----------
    mean, lowest : float
        Mean and minimum adjusted Rand index (Hubert & Arabie 1985): 1 for identical segments, 0 for chance.
    jaccards : ndarray of float64, shape (n_clusters,)
        For each segment, the mean Jaccard coefficient with the most similar segment of a resample, see Hennig (2007).
    """

    mean: float
    lowest: float
    jaccards: Matrix


@dataclass(frozen=True)
class NullReference:
    """The silhouettes that K-Means reaches on data without segments.

    Parameters
    ----------
    silhouette : float
        Mean over data sets with as many customers and features, but no segments.
    spread : float
        Their standard deviation.
    """

    silhouette: float
    spread: float


def stability(X: Matrix, cluster_centers: Matrix, config: ResamplingConfig = FOR_THE_CHOSEN) -> Stability:
    """Cluster subsamples anew, and compare their segments with those of all customers.

    Parameters
    ----------
    X : ndarray of float64, shape (n_customers, n_coordinates)
        Sampled customers; some may be alike.
    cluster_centers : ndarray of float64, shape (n_clusters, n_coordinates)
        The centroids of the segments.
    config : ResamplingConfig
        How thoroughly stability is measured.

    Notes
    -----
    It is the scheme of Hennig (2007, "Cluster-wise assessment of cluster stability"), by subsamples of four fifths
    without replacement. All customers are divided by the centroids of each subsample, those left out too.
    """
    n, n_clusters = len(X), len(cluster_centers)
    generator = np.random.default_rng([_SEED, n_clusters])
    drawn = np.argsort(generator.random((config.resamples, n)), axis=1, kind="stable")
    sample_weight = (drawn < round(_KEPT * n)).astype(np.float64)
    everyone = np.ones(n)
    fresh = kmeans_plusplus(X, everyone, cluster_centers[:0], n_clusters, config.n_init, generator)
    solutions = distinct_solutions(X, everyone, fresh, config.solutions)
    inits = np.concatenate([cluster_centers[None], solutions])
    found = best_of_n_init(X, sample_weight, np.broadcast_to(inits, (config.resamples, *inits.shape)))
    own = memberships(X, cluster_centers[None])[0]
    shared = own @ memberships(X, found).swapaxes(1, 2)
    indices = adjusted_rand_index(shared)
    return Stability(float(indices.mean()), float(indices.min()), _best_jaccards(shared).mean(axis=0))


def null_reference(X: Matrix, category: npt.NDArray[np.intp], n_clusters: int) -> NullReference:
    """Cluster data that have no segments, and measure the silhouettes.

    Parameters
    ----------
    X : ndarray of float64, shape (n_customers, n_coordinates)
        Sampled customers.
    category : ndarray of intp, shape (n_coordinates,)
        The categorical feature that each coordinate is an indicator of, counted from 0; -1 for a number. Categories are
        kept in random order, as they alone are no segments.
    n_clusters : int
        Number of segments.

    Notes
    -----
    The two kinds of data are the references of Tibshirani, Walther & Hastie (2001, the gap statistic), a box along the
    principal axes, and of Sarle (1983), a normal distribution with the same covariances. Of the two the higher mean
    counts, and the larger spread.
    """
    n = len(X)
    generator = np.random.default_rng([_SEED, n_clusters])
    everyone = np.ones(n)
    kinds = [_like(X.T, category, i % 2 == 1, generator).T for i in range(_NULLS)]
    inits = [kmeans_plusplus(one, everyone, one[:0], n_clusters, _NULL_STARTS, generator) for one in kinds]
    found = best_of_n_init(np.stack(kinds), np.ones((_NULLS, n)), np.stack(inits))
    reached = [silhouettes(one, everyone, [own])[0].mean or 0.0 for one, own in zip(kinds, found, strict=True)]
    boxes, clouds = np.array(reached[::2]), np.array(reached[1::2])
    return NullReference(float(max(boxes.mean(), clouds.mean())), float(max(boxes.std(), clouds.std())))


def adjusted_rand_index(shared: npt.NDArray[Any]) -> Matrix:
    """Return the similarity of two partitions, corrected for chance (Hubert & Arabie 1985).

    Parameters
    ----------
    shared : ndarray of float64, shape (..., n_parts, n_other_parts)
        Number of customers that each part of one partition shares with each part of the other.

    Returns
    -------
    ndarray of float64, shape (...)
        1 where both are the same, about 0 where they have nothing to do with each other.

    Examples
    --------
    >>> float(adjusted_rand_index(np.array([[3, 0], [0, 2]]))), float(adjusted_rand_index(np.array([[2, 2], [2, 2]])))
    (1.0, -0.1666...)
    """

    def pairs(counts: Matrix) -> Matrix:
        return counts * (counts - 1) / 2

    both = pairs(shared).sum(axis=(-2, -1))
    one, other = pairs(shared.sum(axis=-1)).sum(axis=-1), pairs(shared.sum(axis=-2)).sum(axis=-1)
    total = pairs(shared.sum(axis=(-2, -1)))
    expected = one * other / np.maximum(total, 1)
    most = (one + other) / 2
    # Where both leave all customers together, or each alone, they are the same.
    same = most == expected
    index: Matrix = np.where(same, 1.0, (both - expected) / np.where(same, 1.0, most - expected))
    return index


def _best_jaccards(shared: Matrix) -> Matrix:
    """Return the highest Jaccard coefficient of each part with a part of the other, shape (..., n_parts)."""
    either = shared.sum(axis=-1, keepdims=True) + shared.sum(axis=-2, keepdims=True) - shared
    best: Matrix = (shared / np.maximum(either, 1)).max(axis=-1)
    return best


def _like(columns: Matrix, category: npt.NDArray[np.intp], normal: bool, generator: np.random.Generator) -> Matrix:
    """Return as many customers without segments.

    They are normally distributed, or uniformly in a box along the principal axes.
    """
    made = np.empty_like(columns)
    for feature in range(int(category.max()) + 1):
        made[category == feature] = columns[category == feature][:, generator.permutation(columns.shape[1])]
    numbers = columns[category < 0]
    if len(numbers):
        means = numbers.mean(axis=1, keepdims=True)
        axes = _principal_axes(numbers - means)
        along = _turned(axes.T, numbers - means)
        if normal:
            # Behind logarithms, the last digits are the processor's.
            drawn = generator.standard_normal(along.shape).round(_DIGITS) * along.std(axis=1, keepdims=True)
        else:
            lowest = along.min(axis=1, keepdims=True)
            drawn = lowest + generator.random(along.shape) * (along.max(axis=1, keepdims=True) - lowest)
        made[category < 0] = _turned(axes, drawn) + means
    spread = made.std(axis=1, keepdims=True)
    scaled: Matrix = (made - made.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)
    return scaled


def _principal_axes(centred: Matrix) -> Matrix:
    """Return the directions of the principal components as columns, shape (n_coordinates, n_coordinates)."""
    covariances = np.array([[np.mean(one * other) for other in centred] for one in centred])
    # Variances that are the same would leave their axes to the processor: each is made a little larger than the last.
    covariances += np.diag(_TIE * np.arange(len(centred)))
    _, axes = np.linalg.eigh(covariances)
    # An axis has two directions, and which comes out is the library's choice.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), range(len(axes))])
    rounded: Matrix = axes.round(_DIGITS_OF_AXES)
    return rounded


def _turned(matrix: Matrix, columns: Matrix) -> Matrix:
    """Return the product of a small matrix with columns, shape (n_rows, n_columns), summed in a fixed order."""
    product: Matrix = np.sum(matrix[:, :, None] * columns, axis=1)
    return product
