"""Many K-Means at once: as good as scikit-learn's, one by one."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from segmentation.clustering.batched import best_of_n_init, distinct_solutions, kmeans_plusplus, memberships
from segmentation.clustering.kmeans import fit, nearest
from tests.unit.clustering.test_kmeans import groups


def test_draws_hold_what_is_given_and_points_far_from_it():
    X = np.array([[0.0], [0.1], [100.0]])

    drawn = kmeans_plusplus(X, np.ones(3), np.array([[0.05]]), 2, 50, np.random.default_rng(0))

    assert drawn.shape == (50, 2, 1)
    assert (drawn[:, 0] == 0.05).all()
    assert (drawn[:, 1] == 100).all()


def test_a_point_that_counts_for_nothing_is_never_drawn():
    X = np.array([[0.0], [1.0], [2.0]])

    drawn = kmeans_plusplus(X, np.array([1.0, 0.0, 1.0]), np.empty((0, 1)), 2, 200, np.random.default_rng(0))

    assert set(drawn.ravel()) == {0, 2}


@pytest.mark.parametrize("k", [2, 5, 9])
def test_the_best_of_many_is_as_good_as_scikit_learns(k):
    _, X, counts = groups(2_000, 7, 2)
    inits = kmeans_plusplus(X, counts, np.empty((0, 2)), k, 40, np.random.default_rng(1))

    best = fit(X, counts, best_of_n_init(X, counts, inits))

    expected = KMeans(k, n_init=40, random_state=0).fit(X, sample_weight=counts)
    assert best.inertia <= 1.001 * expected.inertia_


def test_several_problems_at_once_are_as_each_by_itself():
    generator = np.random.default_rng(2)
    X = generator.normal(size=(300, 2))
    sample_weight = (generator.random((4, 300)) < 0.8).astype(float)
    inits = kmeans_plusplus(X, np.ones(300), np.empty((0, 2)), 3, 10, generator)

    together = best_of_n_init(X, sample_weight, np.broadcast_to(inits, (4, *inits.shape)))

    for found, weights in zip(together, sample_weight, strict=True):
        np.testing.assert_allclose(found, best_of_n_init(X, weights, inits), atol=1e-5)


def test_solutions_are_distinct_and_the_best_comes_first():
    _, X, counts = groups(2_000, 8, 2)
    inits = kmeans_plusplus(X, counts, np.empty((0, 2)), 6, 60, np.random.default_rng(3))

    found = distinct_solutions(X, counts, inits, 5)

    inertias = [fit(X, counts, centers).inertia for centers in found]
    assert 1 < len(found) <= 5
    assert inertias[0] <= min(inertias) * 1.001
    assert inertias[0] <= 1.01 * KMeans(6, n_init=60, random_state=0).fit(X, sample_weight=counts).inertia_


def test_members_are_those_of_the_nearest_centroid():
    X = np.random.default_rng(4).normal(size=(200, 3))
    solutions = np.stack([X[:4], X[4:8]])

    for found, centers in zip(memberships(X, solutions), solutions, strict=True):
        assert np.array_equal(found.argmax(axis=0), nearest(X, centers))
        assert (found.sum(axis=0) == 1).all()
