"""K-Means on weighted points, against scikit-learn's on all rows."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances_argmin_min

from segmentation.clustering.kmeans import assign, fit, inertias, nearest


def groups(customers: int, seed: int, d: int = 3, decimals: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rows in overlapping groups, the distinct ones, and how often each occurs."""
    generator = np.random.default_rng(seed)
    middles = generator.uniform(0, 40, (5, d))
    rows = np.round(middles[generator.integers(0, 5, customers)] + generator.normal(0, 6, (customers, d)), decimals)
    X, counts = np.unique(rows, axis=0, return_counts=True)
    return rows, np.asfortranarray(X), counts.astype(float)


@pytest.mark.parametrize("k", [1, 2, 5, 10])
@pytest.mark.parametrize(("customers", "seed", "d"), [(300, 1, 2), (5_000, 2, 2), (60_000, 3, 3)])
def test_counted_points_end_where_all_rows_do(k, customers, seed, d):
    rows, X, counts = groups(customers, seed, d)
    generator = np.random.default_rng(seed)
    # Beside the points, as a whole number may be as near to one whole number as to another, and either would be right.
    init = X[generator.choice(len(X), k, replace=False)] + generator.normal(0, 0.1, (k, d))

    found = fit(X, counts, init)
    expected = KMeans(k, init=init, n_init=1, tol=0, max_iter=2_000).fit(rows)

    np.testing.assert_allclose(found.cluster_centers, expected.cluster_centers_, rtol=1e-9, atol=1e-9)
    assert found.inertia == pytest.approx(expected.inertia_, rel=1e-9)
    assert np.array_equal(nearest(rows, found.cluster_centers), expected.labels_)


def test_the_end_is_a_local_optimum():
    _, X, counts = groups(40_000, 5)

    found = fit(X, counts, X[:7])

    assert np.array_equal(nearest(X, found.cluster_centers), found.labels)
    for label, center in enumerate(found.cluster_centers):
        members = found.labels == label
        np.testing.assert_allclose(center, np.average(X[members], axis=0, weights=counts[members]))


@pytest.mark.parametrize("weight", [1.0, 1 / 64, 1e-9, 1e9])
def test_no_centroid_is_without_a_place_whatever_the_weights(weight):
    """Two begin where nobody is near them."""
    X = np.array([[0.0], [1], [2], [50], [51], [90]])

    found = fit(X, np.full(6, weight), np.array([[1.0], [1e6], [2e6]]))

    assert sorted(found.cluster_centers.ravel()) == [1, 50.5, 90]
    assert found.inertia == pytest.approx(2.5 * weight)


@pytest.mark.filterwarnings("ignore:Number of distinct clusters")
@pytest.mark.parametrize("k", [5, 7, 9])
def test_no_cluster_is_empty_where_points_are_nearly_the_same(k):
    """They differ by a billionth of the distance to the one that is far."""
    X = np.array([[i * 1e-9 - 0.3] for i in range(8)] + [[3.0]])

    found = fit(X, np.ones(9), X[:k])

    assert np.bincount(found.labels, minlength=k).min() > 0
    assert len(np.unique(nearest(X, found.cluster_centers))) == k


def test_points_are_assigned_as_scikit_learn_does_it():
    _, X, _ = groups(20_000, 6, decimals=2)
    centers = X[::4_000] + 0.001

    labels, confidence = assign(X, centers)

    expected, first = pairwise_distances_argmin_min(X, centers)
    second = np.sort(np.sqrt(((X[:, None] - centers) ** 2).sum(axis=2)), axis=1)[:, 1]
    assert np.array_equal(labels, expected)
    assert confidence == pytest.approx(1 - first / second, abs=1e-6)


def test_of_two_that_are_as_near_it_is_the_first():
    assert nearest(np.array([[5.0]]), np.array([[10.0], [0.0]])).tolist() == [0]


def test_inertias_of_many_are_those_of_each():
    _, X, counts = groups(50_000, 6, decimals=2)
    solutions = [X[:k] for k in (1, 3, 8)]

    for found, centers in zip(inertias(X, counts, solutions), solutions, strict=True):
        _, distances = pairwise_distances_argmin_min(X, centers)
        assert found == pytest.approx(distances**2 @ counts)
