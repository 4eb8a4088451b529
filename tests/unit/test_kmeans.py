"""K-Means on weighted points, against scikit-learn's on all rows."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from segmentation.clustering.kmeans import best_of_restarts, inertias, lloyd, nearest, spread_starts


def groups(customers: int, seed: int, d: int = 3, decimals: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rows in overlapping groups, the distinct ones as columns, and how often each occurs."""
    generator = np.random.default_rng(seed)
    middles = generator.uniform(0, 40, (5, d))
    rows = np.round(middles[generator.integers(0, 5, customers)] + generator.normal(0, 6, (customers, d)), decimals)
    points, counts = np.unique(rows, axis=0, return_counts=True)
    return rows, np.ascontiguousarray(points.T), counts.astype(float)


@pytest.mark.parametrize("k", [1, 2, 5, 10])
@pytest.mark.parametrize(("customers", "seed", "d"), [(300, 1, 2), (5_000, 2, 2), (60_000, 3, 3), (20_000, 4, 5)])
def test_from_the_same_start_it_ends_where_scikit_learn_does_on_all_rows(k, customers, seed, d):
    rows, points, counts = groups(customers, seed, d)
    generator = np.random.default_rng(seed)
    # Beside the points, as a whole number may be as near to one whole number as to another, and either would be right.
    start = points.T[generator.choice(points.shape[1], k, replace=False)] + generator.normal(0, 0.1, (k, d))

    found = lloyd(points, counts, start)
    expected = KMeans(k, init=start, n_init=1, tol=0, max_iter=2_000, algorithm="lloyd").fit(rows)

    np.testing.assert_allclose(found.centroids, expected.cluster_centers_, rtol=1e-9, atol=1e-9)
    assert found.inertia == pytest.approx(expected.inertia_, rel=1e-9)
    assert np.array_equal(nearest(np.ascontiguousarray(rows.T), found.centroids)[0], expected.labels_)


def test_the_end_is_a_local_optimum():
    _, points, counts = groups(40_000, 5)
    found = lloyd(points, counts, points.T[:7])

    assert np.array_equal(nearest(points, found.centroids)[0], found.labels)
    for label, centroid in enumerate(found.centroids):
        members = found.labels == label
        np.testing.assert_allclose(centroid, np.average(points[:, members], axis=1, weights=counts[members]))


def test_a_centroid_that_loses_all_points_moves_to_the_farthest():
    points = np.array([[0.0, 1, 2, 50, 51, 90]])

    found = lloyd(points, np.ones(6), np.array([[1.0], [1e6], [2e6]]))

    assert sorted(found.centroids.ravel()) == [1, 50.5, 90]
    assert found.inertia == pytest.approx(2.5)


def test_more_centroids_than_points_needed_share_them_out():
    points = np.array([[1.0, 2, 3]])

    assert lloyd(points, np.ones(3), np.zeros((3, 1))).inertia == 0


def test_the_nearest_comes_with_how_much_farther_the_second_is():
    labels, margins = nearest(np.array([[0.0, 4.0, 9.0], [3.0, 0.0, 0.0]]), np.array([[0.0, 0.0], [10.0, 0.0]]))

    assert labels.tolist() == [0, 0, 1]
    assert margins == pytest.approx([np.sqrt(109) - 3, 2, 8])


def test_of_two_that_are_as_near_it_is_the_first():
    assert nearest(np.array([[5.0]]), np.array([[10.0], [0.0]]))[0].tolist() == [0]


def test_inertias_of_many_are_those_of_each():
    _, points, counts = groups(50_000, 6, decimals=2)
    clusterings = [points.T[:k] for k in (1, 3, 8)]

    for found, centroids in zip(inertias(points, counts, clusterings), clusterings, strict=True):
        squared = ((points.T[:, None, :] - centroids) ** 2).sum(axis=2).min(axis=1)
        assert found == pytest.approx(squared @ counts)


def test_starts_hold_what_is_given_and_points_far_from_it():
    points = np.array([[0.0, 0.1, 100.0]])
    starts = spread_starts(points, np.ones(3), np.array([[0.05]]), 2, 50, np.random.default_rng(0))

    assert starts.shape == (50, 2, 1)
    assert (starts[:, 0] == 0.05).all()
    assert (starts[:, 1] == 100).all()


def test_a_point_that_counts_for_nothing_is_never_drawn():
    points = np.array([[0.0, 1.0, 2.0]])
    starts = spread_starts(points, np.array([1.0, 0.0, 1.0]), np.empty((0, 1)), 2, 200, np.random.default_rng(0))

    assert set(starts.ravel()) == {0, 2}


def test_of_many_starts_the_best_is_returned_first():
    _, points, counts = groups(2_000, 7, 2)
    starts = spread_starts(points, counts, np.empty((0, 2)), 5, 40, np.random.default_rng(1))

    best = best_of_restarts(points, counts, starts)

    each = [lloyd(points, counts, start).inertia for start in starts]
    assert lloyd(points, counts, best).inertia <= np.quantile(each, 0.1)
