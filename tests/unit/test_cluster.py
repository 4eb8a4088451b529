"""Scaling, K-Means, and the choice of K."""

import itertools

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

from segmentation.cluster import Clustering, Fit, Scaling, choose_k, cluster
from segmentation.compress import WeightedPoints, compress
from segmentation.errors import UnusableFileError
from segmentation.ingest import Feature, read_customers
from tests.unit.customers import FEATURES, clustering_around, csv_of, points_of

# What the analysis that this product grew from reached on the reference data.
INERTIAS = {
    "bivariate": (400.0, 269.017, 157.704, 108.921, 65.568, 55.057, 44.865, 37.229, 32.407, 29.314),
    "multivariate": (800.0, 588.803, 476.788, 388.182, 325.746, 276.412, 236.258, 200.404, 174.193, 152.763),
}
# Twelve different pairs, the counts of each income alike for all scores: both halves have the same mean score.
COUNT_OF_INCOME = {10: 1, 13: 3, 90: 4, 94: 2}
SCORES = (40, 50, 60)


@pytest.fixture(scope="module")
def repeated_rows():
    pairs = itertools.product(COUNT_OF_INCOME, SCORES)
    return [(i % 3 * 7 + 20, i % 2, *pair) for i, pair in enumerate(pairs) for _ in range(COUNT_OF_INCOME[pair[0]])]


@pytest.fixture(scope="module")
def repeated_points(repeated_rows):
    values, counts = np.unique(np.array(repeated_rows, dtype=float), axis=0, return_counts=True)
    return points_of(values, counts.tolist())


@pytest.fixture(scope="module")
def repeated(repeated_points):
    return cluster(repeated_points)


@pytest.mark.parametrize("mode", INERTIAS)
def test_no_inertia_is_above_the_reference(mode, mall_result):
    sweep = mall_result.document["modes"][mode]["sweep"]

    assert [fit["k"] for fit in sweep] == list(range(1, 11))
    for fit, reference in zip(sweep, INERTIAS[mode], strict=True):
        assert fit["inertia"] <= reference + 1e-3
    assert sweep[0]["inertia"] == pytest.approx(INERTIAS[mode][0])


@pytest.mark.parametrize(("mode", "elbow", "silhouette"), [("bivariate", 5, 0.555), ("multivariate", 4, 0.32)])
def test_elbow_and_silhouette_are_those_of_the_reference(mode, elbow, silhouette, mall_result):
    found = mall_result.document["modes"][mode]

    assert found["elbow"] == elbow
    assert found["sweep"][0]["silhouette"] is None
    assert found["sweep"][4]["silhouette"] == pytest.approx(silhouette, abs=0.005)


def test_the_reference_has_five_segments_of_known_sizes(mall_result):
    document = mall_result.document

    assert (document["k"]["value"], document["k"]["source"]) == (5, "elbow")
    assert document["modes"]["bivariate"]["silhouette_peak"] == 5
    assert sorted(part["size"] for part in document["modes"]["bivariate"]["segments"]) == [22, 23, 35, 39, 81]


@pytest.mark.parametrize("mode", INERTIAS)
def test_segments_are_numbered_by_falling_spending(mode, mall_result):
    spending = [part["means"]["spending"] for part in mall_result.document["modes"][mode]["segments"]]

    assert spending == sorted(spending, reverse=True)


def test_of_two_segments_with_the_same_spending_the_higher_income_comes_first(repeated):
    numbers = repeated["bivariate"].assign(np.array([[94.0, 50.0], [10.0, 50.0]]), 2)

    assert numbers.tolist() == [0, 1]


@pytest.mark.parametrize("k", [2, 3, 6])
def test_counted_points_cluster_as_the_same_rows_repeated(k, repeated, repeated_rows):
    rows = np.array(repeated_rows, dtype=float)[:, 2:]
    scaled = StandardScaler().fit_transform(rows)
    reference = KMeans(k, n_init=50, random_state=0).fit(scaled)

    fit, labels = repeated["bivariate"].fit(k), repeated["bivariate"].assign(rows, k)

    assert fit.inertia == pytest.approx(reference.inertia_)
    assert fit.silhouette == pytest.approx(silhouette_score(scaled, labels))
    assert adjusted_rand_score(labels, reference.labels_) == 1


def test_scaling_is_that_of_the_rows(repeated_points, repeated_rows):
    rows = np.array(repeated_rows, dtype=float)
    rows[:, 1] = rows[:, 1] == 0
    reference = StandardScaler().fit(rows)

    scaling = Scaling.of(repeated_points)

    assert scaling.mean == pytest.approx(reference.mean_)
    assert scaling.scale == pytest.approx(reference.scale_)
    # Which of two genders is the indicator is of no account: distances are the same.
    assert np.abs(scaling.apply(np.array([[20.0, 1, 90, 50]]))) == pytest.approx(
        np.abs(reference.transform([[20.0, 0, 90, 50]]))
    )


@pytest.mark.parametrize(("genders", "indicators"), [(1, 1), (2, 1), (3, 3), (4, 4)])
def test_two_genders_need_one_indicator_and_more_need_one_each(genders, indicators):
    feature = Feature("gender", "Gender", tuple("abcd"[:genders]))
    values = np.array([[20.0 + code, code] for code in range(genders)])
    points = WeightedPoints((FEATURES[0], feature), values, np.ones(genders, dtype=np.int64))

    coordinates = Scaling.of(points).apply(values)

    assert coordinates.shape == (genders, 1 + indicators)
    assert len(np.unique(coordinates[:, 1:], axis=0)) == genders


def test_a_feature_that_is_the_same_for_all_tells_nothing_apart():
    points = points_of([(30, 0, income, income) for income in (10, 20, 40)])

    assert Scaling.of(points).apply(points.values)[:, 0].tolist() == [0, 0, 0]


def test_a_tuple_belongs_to_its_nearest_centroid():
    scaling = Scaling(FEATURES[2:], mean=np.array([50.0, 50.0]), scale=np.array([10.0, 20.0]))
    fits = (Fit(np.zeros((1, 2)), 1, None), Fit(np.array([[0.0, 0.0], [2.0, 0.0]]), 1, 0.5))

    # In the units of the file the second centroid lies at (70, 50): the border is an income of 60.
    assigned = Clustering(scaling, fits, None).assign(np.array([[59.0, 0], [61.0, 100], [70.0, 50], [50.0, 50]]), 2)

    assert assigned.tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("elbow", "fixed", "value", "source"),
    [(4, None, 4, "elbow"), (None, None, 3, "silhouette"), (4, 7, 7, "setting"), (None, 2, 2, "setting")],
)
def test_k_is_the_setting_or_the_elbow_or_where_the_silhouette_is_highest(elbow, fixed, value, source):
    points = points_of([(30, 0, income, income) for income in range(10)])
    chosen = choose_k(clustering_around(points, range(10), elbow), fixed)

    assert (chosen.value, chosen.source) == (value, source)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([f"{i},Male,{20 + i},{i % 9},{i % 9}" for i in range(30)], "Only 9 different pairs .* from 30 usable rows"),
        ([f"{i},Male,20,33.3,{i}" for i in range(30)], "same value in 'Annual Income \\(k\\$\\)'"),
        ([f"{i},Male,20,{i},50" for i in range(30)], "same value in 'Spending Score \\(1-100\\)'"),
    ],
)
def test_customers_who_are_too_much_alike_are_refused(lines, reason):
    with pytest.raises(UnusableFileError, match=reason):
        cluster(compress(read_customers(csv_of(*lines))))
