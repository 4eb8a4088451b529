"""Silhouettes of counted points, against scikit-learn's of all rows."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples, silhouette_score

from segmentation.clustering.kmeans import nearest
from segmentation.clustering.silhouette import silhouettes


def test_they_are_those_of_all_rows():
    generator = np.random.default_rng(0)
    X, counts = generator.normal(size=(300, 3)), generator.integers(1, 5, 300)
    rows = np.repeat(X, counts, axis=0)
    solutions = [X[:k] for k in (1, 2, 5, 10)]

    first, *found = silhouettes(X, counts.astype(float), solutions)

    assert first.mean is None
    assert first.by_cluster.tolist() == [0]
    for one, centroids in zip(found, solutions[1:], strict=True):
        labels = nearest(rows, centroids)
        coefficients = silhouette_samples(rows, labels)
        assert one.mean == pytest.approx(coefficients.mean(), abs=1e-6)
        by_cluster = [coefficients[labels == j].mean() for j in range(len(centroids))]
        assert one.by_cluster == pytest.approx(by_cluster, abs=1e-6)


def test_customers_alone_in_their_cluster_count_as_zero():
    X = np.array([[0.0], [1.0], [10.0]])

    (found,) = silhouettes(X, np.ones(3), [np.array([[0.5], [10.0]])])

    assert found.mean == pytest.approx(silhouette_score(X, [0, 0, 1]))
    assert found.by_cluster[1] == 0


def test_they_are_not_defined_where_everybody_is_alone_or_all_are_together():
    X = np.array([[0.0], [1.0], [10.0]])

    found = silhouettes(X, np.ones(3), [X, np.array([[5.0], [99.0]])])
    assert [one.mean for one in found] == [None, None]
    assert not any(one.by_cluster.any() for one in found)
    assert silhouettes(X, np.array([1.0, 2.0, 1.0]), [X])[0].mean is not None
