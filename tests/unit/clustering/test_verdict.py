"""How far segments are trusted: what resamples and chance measure, and the words for it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

from segmentation.clustering.cluster import cluster
from segmentation.clustering.result import Clustering
from segmentation.clustering.selection import choose_k, reliable
from segmentation.clustering.stability import NullReference, Stability, adjusted_rand_index, null_reference, stability
from segmentation.clustering.verdict import NOT_RELIABLE, SOLID, TENTATIVE, verdict, verdicts_of_segments
from segmentation.describing.trust_text import explain_trust
from segmentation.points.weighted import WeightedPoints
from tests.support.customers import FEATURES, MODES, clustering_around, evidence_with, points_of
from tests.support.draws import draws

pytestmark = pytest.mark.usefixtures("no_second_opinion")
FIVE = np.array([(20, 20), (20, 80), (80, 20), (80, 80), (50, 50)], dtype=float)


def noise(generator: np.random.Generator, n: int) -> np.ndarray:
    return generator.uniform(0, 100, (n, 3))


def cloud(generator: np.random.Generator, n: int) -> np.ndarray:
    """One Gaussian, of features that go together as they may."""
    mixed = generator.normal(size=(3, 3)) + 2 * np.eye(3)
    return 50 + 5 * generator.normal(size=(n, 3)) @ mixed


def points_with_gender(generator: np.random.Generator, rows: np.ndarray) -> WeightedPoints:
    age, income, spending = rows.T.round(2)
    return points_of(np.column_stack([age, generator.integers(0, 2, len(rows)), income, spending]))


def least(draws: int) -> int:
    """Return 19 of 20, and of a few all but one."""
    return draws - max(1, draws // 20)


@draws(few=4, many=100, parts=5)
@pytest.mark.parametrize("kind", [noise, cloud])
def test_customers_without_segments_have_no_reliable_ones(kind, seed, draws):
    """In both modes; at least 95 of 100 draws of each kind."""
    generator = np.random.default_rng([seed, kind is noise])
    found = dict.fromkeys(MODES, 0)
    for _ in range(draws):
        points = points_with_gender(generator, kind(generator, int(generator.integers(200, 301))))
        for mode, clustering in cluster(points, MODES)[0].items():
            found[mode] += verdict(clustering) == NOT_RELIABLE

    assert min(found.values()) >= least(draws)


@draws(few=4, many=100, parts=5)
def test_five_planted_groups_are_found_and_solid(seed, draws):
    generator = np.random.default_rng([seed, 5])
    kept = 0
    for _ in range(draws):
        n = int(generator.integers(200, 301))
        rows = FIVE[generator.integers(0, 5, n)] + generator.normal(0, 6, (n, 2))
        points = points_of(rows.round(1), features=FEATURES[2:])
        clusterings, _, chosen = cluster(points, {"bivariate": MODES["bivariate"]})
        kept += chosen.value == 5 and verdict(clusterings["bivariate"]) == SOLID

    assert kept >= least(draws)


def test_the_adjusted_rand_index_is_that_of_scikit_learn():
    generator = np.random.default_rng(3)
    for _ in range(50):
        one, other = generator.integers(0, generator.integers(1, 6), (2, 60))
        other = np.where(generator.random(60) < generator.random(), one, other)
        shared = np.zeros((6, 6))
        np.add.at(shared, (one, other), 1)
        assert adjusted_rand_index(shared) == pytest.approx(adjusted_rand_score(one, other))


def test_several_adjusted_rand_indices_are_those_of_each():
    shared = np.array([[[3.0, 0], [0, 2]], [[2, 2], [2, 2]], [[5, 0], [0, 0]]])

    assert adjusted_rand_index(shared).tolist() == [float(adjusted_rand_index(one)) for one in shared]


def scaled(rows: np.ndarray) -> np.ndarray:
    return StandardScaler().fit_transform(rows)


@pytest.fixture(scope="module")
def planted() -> np.ndarray:
    """Three groups far apart, of twenty customers each."""
    generator = np.random.default_rng(0)
    return scaled(np.repeat([(0, 0), (9, 0), (0, 9)], 20, axis=0) + generator.normal(0, 0.5, (60, 2)))


def test_groups_far_apart_are_the_same_in_every_resample(planted):
    centroids = planted.reshape(3, 20, 2).mean(axis=1)

    found = stability(planted, centroids)

    assert (found.mean, found.lowest) == (1, 1)
    assert found.jaccards.tolist() == [1, 1, 1]


def test_halves_of_a_round_cloud_are_others_in_every_resample():
    """Turned by any angle they are as good."""
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])

    found = stability(circle, np.array([[0.6, 0], [-0.6, 0]]))

    assert found.mean < 0.6
    assert found.lowest < 0.3
    assert found.jaccards.max() < 0.85


def test_a_group_cut_arbitrarily_is_distinguished_from_a_separate_one():
    """Four segments of three groups: the halves of the wide one are not found again, the others are."""
    generator = np.random.default_rng(0)
    wide = generator.normal(0, 2, (60, 2))
    others = np.repeat([(20, 0), (0, 20)], 20, axis=0) + generator.normal(0, 0.5, (40, 2))
    rows = scaled(np.vstack([wide, others]))
    halves = [rows[:60][wide[:, 0] < 0].mean(axis=0), rows[:60][wide[:, 0] >= 0].mean(axis=0)]
    start = np.array([*halves, rows[60:80].mean(axis=0), rows[80:].mean(axis=0)])

    jaccards = stability(rows, KMeans(4, init=start, n_init=1).fit(rows).cluster_centers_).jaccards

    assert jaccards[2:].tolist() == [1, 1]
    assert jaccards[:2].max() < 0.9


@pytest.mark.parametrize(("mode", "error"), [("bivariate", 0.03), ("multivariate", 0.15)])
def test_stability_is_that_of_the_scheme_by_scikit_learn(mode, error, mall_result):
    """Clustered anew on other subsamples of four fifths; everybody is divided by the centroids of each.

    A segment that some resamples find and others do not has a coefficient that varies much from draw to draw.
    """
    rows = mall_rows(mall_result, mode)
    labels = np.array([int(row[f"{mode.capitalize()} Cluster"]) for row in mall_result.assigned])
    generator = np.random.default_rng(11)
    indices, jaccards = [], []
    for _ in range(25):
        kept = generator.choice(len(rows), round(0.8 * len(rows)), replace=False)
        other = KMeans(5, n_init=25, random_state=0).fit(rows[kept]).predict(rows)
        indices.append(adjusted_rand_score(labels, other))
        shared = np.array([[np.sum((labels == i) & (other == j)) for j in range(5)] for i in range(1, 6)])
        either = shared.sum(axis=1)[:, None] + shared.sum(axis=0) - shared
        jaccards.append((shared / either).max(axis=1))

    trust = mall_result.document["modes"][mode]["trust"]
    segments = mall_result.document["modes"][mode]["segments"]
    assert trust["stability"] == pytest.approx(np.mean(indices), abs=error / 2)
    found = [part["trust"]["stability"] for part in sorted(segments, key=lambda part: part["id"])]
    assert found == pytest.approx(np.mean(jaccards, axis=0).tolist(), abs=error)


def mall_rows(result, mode: str) -> np.ndarray:
    columns = {"age": "Age", "income": "Annual Income (k$)", "spending": "Spending Score (1-100)"}
    return scaled(
        np.array(
            [
                [float(row[columns[role]]) if role in columns else row["Genre"] == "Male" for role in MODES[mode]]
                for row in result.assigned
            ],
            dtype=float,
        )
    )


def test_the_reference_is_solid_in_two_features_and_tentative_in_four(mall_result):
    bivariate, multivariate = (mode["trust"] for mode in mall_result.document["modes"].values())

    assert (bivariate["verdict"], multivariate["verdict"]) == ("solid", "tentative")
    assert bivariate["stability"] == pytest.approx(0.99, abs=0.01)
    assert 0.75 < multivariate["stability"] < 0.9
    assert "a silhouette of 0.50" in multivariate["text"]


def test_the_silhouette_by_chance_is_that_of_clouds_and_boxes_by_scikit_learn(planted):
    """Of the kind that gives higher ones; here the box."""
    generator = np.random.default_rng(1)
    _, axes = np.linalg.eigh(np.cov(planted.T))
    along = planted @ axes
    reached: dict[str, list[float]] = {"box": [], "cloud": []}
    for _ in range(30):
        box = generator.uniform(along.min(axis=0), along.max(axis=0), along.shape) @ axes.T
        normal = generator.multivariate_normal([0, 0], np.cov(planted.T), len(planted))
        for kind, rows in (("box", scaled(box)), ("cloud", scaled(normal))):
            labels = KMeans(3, n_init=10, random_state=0).fit_predict(rows)
            reached[kind].append(silhouette_score(rows, labels))

    found = null_reference(planted, np.array([-1, -1]), 3)

    assert found.silhouette == pytest.approx(max(map(np.mean, reached.values())), abs=0.03)
    assert 0.005 < found.spread < 0.06


def test_categories_alone_are_no_segments():
    """Two genders make two clear halves of any cloud; chance has them too."""
    generator = np.random.default_rng(2)
    rows = scaled(np.column_stack([generator.normal(0, 1, 200), 10 * (np.arange(200) % 2)]))

    found = null_reference(rows, np.array([-1, 0]), 2)

    assert found.silhouette == pytest.approx(silhouette_score(rows, np.arange(200) % 2), abs=0.03)


def test_of_categories_alone_chance_makes_what_is_there():
    """Nothing is drawn but their order, and all orders of one category are the same customers."""
    column = scaled((np.arange(60) % 3 == 0).astype(float)[:, None])

    found = null_reference(column, np.array([0]), 2)

    assert (found.silhouette, found.spread) == (1, 0)


LINE = points_of([(i, i) for i in range(20)], features=FEATURES[2:])


def trusted(
    silhouette: float = 0.6,
    by_chance: tuple[float, float] = (0.4, 0.01),
    mean: float = 0.95,
    jaccards: tuple[float, ...] = (0.9, 0.9, 0.9),
    of_segments: tuple[float, ...] = (0.6, 0.6, 0.6),
) -> Clustering:
    """A clustering with these measures for K = 3."""
    return clustering_around(
        LINE,
        range(10),
        3,
        evidence=evidence_with(3, {3: silhouette}, {3: mean}),
        stability=Stability(mean, mean - 0.1, np.array(jaccards)),
        null_reference=NullReference(*by_chance),
        silhouettes=of_segments,
    )


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        ({}, SOLID),
        ({"silhouette": 0.5}, SOLID),
        ({"silhouette": 0.495}, SOLID),
        ({"silhouette": 0.4949}, TENTATIVE),
        ({"mean": 0.85}, SOLID),
        ({"mean": 0.84}, TENTATIVE),
        ({"jaccards": (0.9, 0.75, 0.9)}, SOLID),
        ({"jaccards": (0.9, 0.74, 0.9)}, TENTATIVE),
        ({"mean": 0.5}, TENTATIVE),
        ({"mean": 0.49}, NOT_RELIABLE),
        # Too little above chance: absolutely, or as chance varies.
        ({"by_chance": (0.55, 0.001)}, SOLID),
        ({"by_chance": (0.57, 0.001)}, NOT_RELIABLE),
        ({"by_chance": (0.5, 0.03)}, SOLID),
        ({"by_chance": (0.5, 0.04)}, NOT_RELIABLE),
        # Each as it is printed: 0.60 is 0.04 above 0.56, and 0.04 is what it takes.
        ({"by_chance": (0.5649, 0.0149)}, SOLID),
        ({"by_chance": (0.565, 0.0149)}, NOT_RELIABLE),
    ],
)
def test_the_verdict_is_by_its_thresholds(measures, expected):
    clustering = trusted(**measures)

    assert verdict(clustering) == expected
    words = {SOLID: "Solid segments:", TENTATIVE: "Tentative segments:", NOT_RELIABLE: "No reliable segments:"}
    assert explain_trust(clustering).startswith(words[expected])


def test_each_segment_has_a_verdict_of_its_own():
    one = trusted(jaccards=(0.9, 0.74, 0.49), of_segments=(0.5, 0.9, 0.9))
    other = trusted(jaccards=(0.9, 0.9, 0.5), of_segments=(0.49, 0.5, 0.5))

    assert verdicts_of_segments(one) == [SOLID, TENTATIVE, NOT_RELIABLE]
    assert verdicts_of_segments(other) == [TENTATIVE, SOLID, TENTATIVE]


def test_where_the_mode_has_no_reliable_segments_no_single_one_is():
    assert verdicts_of_segments(trusted(mean=0.4)) == [NOT_RELIABLE] * 3


@pytest.mark.parametrize(
    ("measures", "text"),
    [
        (
            {"by_chance": (0.57, 0.01)},
            "No reliable segments: silhouette 0.60, against 0.57 that K-Means reaches where there are no segments; "
            "resamples agree at 0.95 (adjusted Rand index, 0.85 at the lowest). The silhouette is less than 0.04 "
            "above 0.57, so it may be chance. K-Means always cuts; take these as a way to sort customers, not as kinds "
            "of customers.",
        ),
        (
            {"mean": 0.4},
            "No reliable segments: silhouette 0.60, against 0.40 that K-Means reaches where there are no segments; "
            "resamples agree at 0.40 (adjusted Rand index, 0.30 at the lowest). Resamples agree at less than 0.50, so "
            "other customers would show other segments. K-Means always cuts; take these as a way to sort customers, "
            "not as kinds of customers.",
        ),
        (
            {"by_chance": (0.5, 0.04), "mean": 0.494},
            "No reliable segments: silhouette 0.60, against 0.50 that K-Means reaches where there are no segments; "
            "resamples agree at 0.49 (adjusted Rand index, 0.39 at the lowest). The silhouette is less than 0.12 above "
            "0.50, so it may be chance: without segments, silhouettes vary that much. Resamples agree at less than "
            "0.50, so other customers would show other segments. K-Means always cuts; take these as a way to sort "
            "customers, not as kinds of customers.",
        ),
        (
            {"by_chance": (0.6, 0.04)},
            "No reliable segments: silhouette 0.60, against 0.60 that K-Means reaches where there are no segments; "
            "resamples agree at 0.95 (adjusted Rand index, 0.85 at the lowest). The silhouette is not above 0.60, so "
            "it may be chance. K-Means always cuts; take these as a way to sort customers, not as kinds of customers.",
        ),
        (
            {"silhouette": 0.45, "mean": 0.8, "jaccards": (0.7, 0.9, 0.9)},
            "Tentative segments: silhouette 0.45, against 0.40 that K-Means reaches where there are no segments; "
            "resamples agree at 0.80 (adjusted Rand index, 0.70 at the lowest). Solid ones have at least a silhouette "
            "of 0.50, an agreement of 0.85 and a Jaccard coefficient of 0.75 for each segment.",
        ),
    ],
)
def test_the_verdict_is_explained_by_its_measures(measures, text):
    assert explain_trust(trusted(**measures)) == text


@pytest.mark.parametrize(
    ("elbow", "silhouettes", "stabilities", "k"),
    [
        # The highest silhouette, of those that are found again.
        (None, {4: 0.6}, {}, 4),
        (None, {4: 0.6, 7: 0.7}, {7: 0.74}, 4),
        (None, {4: 0.6, 7: 0.7}, {7: 0.75}, 7),
        # The elbow, where its silhouette is as good; not where it is lower, nor where it is not found again.
        (3, {3: 0.59, 5: 0.6}, {}, 3),
        (3, {3: 0.57, 5: 0.6}, {}, 5),
        (3, {3: 0.59, 5: 0.6}, {3: 0.7}, 5),
        # Where none is found again, all are weighed.
        (3, {6: 0.6}, dict.fromkeys(range(2, 11), 0.3), 6),
    ],
)
def test_k_is_chosen_by_elbow_silhouette_and_stability(elbow, silhouettes, stabilities, k):
    assert choose_k(evidence_with(elbow, silhouettes, stabilities)) == k


def test_a_segment_of_few_customers_speaks_against_its_k():
    evidence = evidence_with(None, {4: 0.6, 7: 0.7})
    small = [type(one)(one.k, one.inertia, one.silhouette, one.stability, 4 if one.k == 7 else 5) for one in evidence]

    assert (choose_k(evidence), choose_k(small)) == (7, 4)
    assert [one.k for one in reliable(small)] == [2, 3, 4, 5, 6, 8, 9, 10]


@pytest.mark.parametrize(("fixed", "value", "source"), [(None, {4, 5}, "data"), (3, {3}, "setting")])
def test_the_number_of_segments_of_the_jewellery_is_where_silhouette_and_stability_point(
    fixed, value, source, shared_data
):
    rows = np.genfromtxt(shared_data / "jewellery.csv", delimiter=",", names=True)
    points = points_of(np.column_stack([rows["Income"] / 1000, rows["SpendingScore"]]).round(3), features=FEATURES[2:])

    clusterings, _, chosen = cluster(points, {"bivariate": MODES["bivariate"]}, fixed)

    assert chosen.value in value
    assert chosen.source == source
    assert clusterings["bivariate"].elbow == 3
