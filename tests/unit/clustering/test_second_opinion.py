"""What other methods make of customers, and the words for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.cluster._hdbscan import hdbscan as module_of_hdbscan
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

from segmentation.clustering import second_opinion as module
from segmentation.clustering.cluster import cluster
from segmentation.clustering.second_opinion import FEWEST, SAMPLE, SecondOpinion, is_same, second_opinion
from segmentation.describing.second_opinion_text import explain_second_opinion
from segmentation.schema.settings import Settings
from tests.support.customers import MODES, csv_of, finished, points_of
from tests.support.engine_run import weakly_structured
from tests.unit.test_outlying_customers import three_groups

FIVE = np.array([(20, 20), (20, 80), (80, 20), (80, 80), (50, 50)], dtype=float)


def asked(rows: np.ndarray, k: int) -> SecondOpinion:
    """Return the second opinion on scikit-learn's K-Means."""
    X = StandardScaler().fit_transform(rows)
    centers = KMeans(k, n_init=20, random_state=0).fit(X).cluster_centers_
    found = second_opinion(X, centers, np.ones(X.shape[1], dtype=bool))
    assert found
    return found


def same(found: SecondOpinion) -> list[bool | None]:
    return [is_same(one.agreement, (one.noise or 0) / found.customers) for one in found.opinions]


def five_groups(n: int, spread: float = 6) -> np.ndarray:
    generator = np.random.default_rng(n)
    return FIVE[generator.integers(0, 5, n)] + generator.normal(0, spread, (n, 2))


def rings(n: int) -> np.ndarray:
    """A ring within another."""
    generator = np.random.default_rng(1)
    angles = generator.uniform(0, 2 * np.pi, n)
    radii = np.where(np.arange(n) % 2, 10, 40)
    return np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]) + generator.normal(0, 2, (n, 2))


def strips(n: int) -> np.ndarray:
    """Two long groups side by side, which K-Means cuts across, since they are scaled alike."""
    generator = np.random.default_rng(2)
    slope = generator.uniform(0, 100, n)
    return np.column_stack([slope, slope + 30 * (np.arange(n) % 2) + generator.normal(0, 3, n)])


@pytest.mark.parametrize("n", [200, 2_000])
def test_planted_groups_are_found_by_all_three(n):
    found = asked(five_groups(n), 5)

    assert [one.method for one in found.opinions] == ["gaussian_mixture", "ward", "hdbscan"]
    assert [one.clusters for one in found.opinions] == [5, 5, 5]
    assert same(found) == [True, True, True]
    assert min(one.agreement or 0 for one in found.opinions) >= 0.97
    assert (found.opinions[0].preferred_k, found.opinions[1].preferred_k) == (5, None)


@pytest.mark.parametrize("n", [200, 2_000])
def test_the_parts_of_one_normal_cloud_are_found_by_none(n):
    found = asked(np.random.default_rng(3).normal(50, 10, (n, 2)), 4)

    assert not any(same(found))
    assert found.opinions[0].preferred_k == 1
    assert found.opinions[2].noise is not None
    assert found.opinions[2].noise > 0.3 * n


def test_rings_are_dense_groups_that_k_means_cuts_through():
    mixture, ward, dense = asked(rings(600), 2).opinions

    assert (dense.clusters, dense.noise) == (2, 0)
    assert dense.agreement is not None
    assert dense.agreement < 0.3
    assert (mixture.clusters, ward.clusters) == (2, 2)
    assert (mixture.preferred_k or 0) > 2


def test_long_groups_are_found_by_density_and_not_by_k_means():
    rows = strips(600)
    strip = np.arange(600) % 2
    halves = KMeans(2, n_init=10, random_state=0).fit_predict(StandardScaler().fit_transform(rows))

    found = asked(rows, 2)

    assert adjusted_rand_score(strip, halves) < 0.1
    assert found.opinions[2].clusters == 2
    assert found.opinions[2].agreement == pytest.approx(adjusted_rand_score(strip, halves), abs=0.02)
    assert not any(same(found))


def test_customers_between_dense_groups_are_noise():
    generator = np.random.default_rng(5)
    groups = np.repeat([(0.0, 0.0), (10.0, 0.0)], 100, axis=0) + generator.normal(0, 0.3, (200, 2))
    scattered = generator.uniform(-40, 40, (60, 2))

    dense = asked(np.vstack([groups, scattered]), 2).opinions[2]

    assert dense.clusters == 2
    assert dense.noise is not None
    assert 50 <= dense.noise <= 62


def test_the_numbers_are_those_of_scikit_learn():
    rows = five_groups(400, spread=11)
    X = StandardScaler().fit_transform(rows)
    segments = KMeans(5, n_init=20, random_state=0).fit(X).labels_
    mixture = GaussianMixture(5, reg_covar=1e-3, n_init=10, random_state=0).fit(X)
    bics = [GaussianMixture(k, reg_covar=1e-3, n_init=5, random_state=0).fit(X).bic(X) for k in range(1, 11)]
    ward = AgglomerativeClustering(5, linkage="ward").fit_predict(X)
    dense = HDBSCAN(20, min_samples=10, copy=True).fit_predict(X)
    placed = dense >= 0

    found = asked(rows, 5).opinions

    assert found[0].agreement == pytest.approx(adjusted_rand_score(segments, mixture.predict(X)), abs=0.06)
    assert found[0].preferred_k == int(np.argmin(bics)) + 1
    assert found[1].agreement == round(adjusted_rand_score(segments, ward), 2)
    assert (found[2].clusters, found[2].noise) == (dense.max() + 1, pytest.approx((~placed).sum(), abs=4))
    assert found[2].agreement == pytest.approx(adjusted_rand_score(segments[placed], dense[placed]), abs=0.01)


def test_segments_that_rest_on_categories_are_compared_by_numbers_alone():
    """Each group falls into two segments by gender; the methods see five groups of numbers, and find no more."""
    rows = five_groups(300)
    gender = np.arange(300) % 2
    X = np.column_stack([StandardScaler().fit_transform(rows), 6.0 * gender])
    segments = KMeans(10, n_init=20, random_state=0).fit(X)

    found = second_opinion(X, segments.cluster_centers_, np.array([True, True, False]))
    by_numbers = second_opinion(X[:, :2], segments.cluster_centers_[:, :2], np.array([True, True]))

    assert found
    assert by_numbers
    assert found.opinions[2].clusters == 5
    assert 0.4 < (found.opinions[2].agreement or 0) < 0.8
    assert [one.clusters for one in found.opinions] == [one.clusters for one in by_numbers.opinions]


def test_of_categories_alone_and_of_few_customers_there_is_none():
    X = StandardScaler().fit_transform(five_groups(FEWEST))
    centers = X[:5]

    assert second_opinion(X, centers, np.array([True, True])) is not None
    assert second_opinion(X, centers, np.array([False, False])) is None
    assert second_opinion(X[1:], centers, np.array([True, True])) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "rows",
    [
        np.repeat([(0, 0), (1, 0), (0, 1), (1, 1), (2, 2)], 20, axis=0),
        np.column_stack([np.arange(60), np.arange(60)]),
        np.arange(60)[:, None],
    ],
    ids=["alike", "on a line", "one feature"],
)
def test_degenerate_customers_are_no_trouble(rows):
    found = asked(rows.astype(float), 5)

    assert [one.clusters for one in found.opinions[:2]] == [5, 5]


def tied(seed: int) -> Any:
    """Return what sorts edges of the same length in a random order, as processors do in one of their own."""

    def sort(edges: np.ndarray) -> np.ndarray:
        order = np.lexsort((np.random.default_rng(seed).random(len(edges)), edges["distance"]))
        return module_of_hdbscan.make_single_linkage(edges[order])

    return sort


def test_ties_are_not_broken_by_the_processor(monkeypatch):
    """Whole numbers, of which many are as far apart as others."""
    rows = np.random.default_rng(6).integers(0, 30, (300, 2)).astype(float)
    found = []
    for seed in range(4):
        monkeypatch.setattr(module_of_hdbscan, "_process_mst", tied(seed))
        found.append(asked(rows, 4))

    assert found == [found[0]] * 4


def test_the_last_digits_of_distances_decide_nothing(monkeypatch):
    """Whole numbers again: distances that are the same differ by what a processor makes of them."""
    rows = np.random.default_rng(6).integers(0, 30, (300, 2)).astype(float)
    found = []
    for seed in range(4):
        errors = np.random.default_rng(seed).uniform(-1e-15, 1e-15, 300 * 299 // 2)
        monkeypatch.setattr(module, "pdist", lambda X, errors=errors: pdist(X) * (1 + errors))
        found.append(asked(rows, 4))

    assert found == [found[0]] * 4


def test_more_customers_are_sampled_and_both_modes_are_asked():
    rows = np.column_stack([np.tile(np.arange(20, 70), 50), np.arange(2_500) % 2, five_groups(2_500).clip(1).round()])

    clusterings, _, _ = cluster(points_of(rows), MODES, 5)
    again, _, _ = cluster(points_of(rows[::-1]), MODES, 5)

    opinions = {mode: clustering.second_opinion for mode, clustering in clusterings.items()}
    assert {one.customers for one in opinions.values() if one} == {SAMPLE}
    assert opinions == {mode: clustering.second_opinion for mode, clustering in again.items()}
    assert opinions["bivariate"]
    assert same(opinions["bivariate"]) == [True, True, True]


@pytest.mark.parametrize(
    ("agreement", "noise", "expected"),
    [(0.8, None, True), (0.79, None, False), (0.9, 0.5, True), (0.9, 0.51, False), (None, 1.0, None)],
)
def test_the_same_is_by_its_thresholds(agreement, noise, expected):
    assert is_same(agreement, noise) is expected


# --- what is published ---


def test_of_few_customers_noise_is_withheld_and_no_number_is_exact():
    exactly, rounded = (
        finished(weakly_structured(300), k=4, settings=Settings(min_cell_count=n)).document for n in (1, 20)
    )

    for mode in MODES:
        one, other = (document["modes"][mode]["second_opinion"]["methods"] for document in (exactly, rounded))
        assert one[2]["noise"] * 300 == pytest.approx(round(one[2]["noise"] * 300), abs=1e-3)
        assert (other[2]["noise"] * 300) % 20 == pytest.approx(0, abs=1e-3)
        assert [each["agreement"] for each in one] == [each["agreement"] for each in other]


def test_a_few_customers_in_no_group_are_not_told_of(sample):
    few = [f"X{i},Female,{20 + i},{300 + 40 * i},{50}" for i in range(3)]
    data = sample.read_bytes() + "\n".join([*few, ""]).encode()

    for fewest in (1, 60):
        found = finished(data, k=5, settings=Settings(min_cell_count=fewest)).document["modes"]["bivariate"]
        noise = found["second_opinion"]["methods"][2]["noise"]
        assert (noise > 0) == (fewest == 1)


@pytest.mark.parametrize("far", [1, 2, 3])
def test_how_many_outliers_there_are_does_not_follow_from_other_numbers(far):
    """All rows that were used, and all customers, are counted exactly."""
    rows = three_groups(40)
    rows += [f"{9_000 + i},Male,40,{70_000 + 5_000 * i},50" for i in range(far)]

    document = finished(csv_of(*rows), settings=Settings(min_cell_count=5, k=3)).document

    assert document["rows"]["used"] == 120 + far
    assert document["customers"] == 115 + far
    for mode in document["modes"].values():
        assert mode["second_opinion"]["customers"] == document["customers"]


def test_of_few_customers_there_is_nothing_to_publish(messy_result):
    assert {mode["second_opinion"] for mode in messy_result.document["modes"].values()} == {None}


# --- in words ---


def methods(*found: tuple[int, float | None, float | None]) -> list[dict[str, Any]]:
    names = ("gaussian_mixture", "ward", "hdbscan")
    return [
        {"method": name, "clusters": n, "agreement": index, "noise": noise, "same": is_same(index, noise)}
        for name, (n, index, noise) in zip(names, found, strict=True)
    ]


ALL_BUT_HDBSCAN = "Two of three other methods find the same five groups; HDBSCAN does not."
NONE = "None of three other methods finds the same five groups."
BORDERS = "run elsewhere, so a customer near a border could as well be in the next segment."


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (((5, 1.0, None), (5, 0.8, None), (5, 0.9, 0.1)), "Three of three other methods find the same five groups."),
        (((5, 1.0, None), (5, 0.8, None), (6, 0.9, 0.1)), "Three of three other methods find nearly the same groups."),
        (
            ((5, 0.7, None), (5, 0.8, None), (5, 0.9, 0.1)),
            "Two of three other methods find the same five groups; the Gaussian mixture does not. "
            f"Its borders {BORDERS}",
        ),
        (
            ((5, 0.7, None), (5, 0.7, None), (5, 0.9, 0.1)),
            "One of three other methods finds the same five groups; the Gaussian mixture and Ward's method do not. "
            f"Their borders {BORDERS}",
        ),
        (
            ((5, 0.9, None), (5, 0.9, None), (5, 1.0, 0.86)),
            f"{ALL_BUT_HDBSCAN} HDBSCAN leaves 86% of the customers "
            "outside its dense groups: most are spread in between, so the borders between segments are a choice.",
        ),
        (
            ((5, 0.4, None), (5, 0.4, None), (0, None, 1.0)),
            f"{NONE} The customers form no separate dense groups, so the borders between segments are a choice.",
        ),
        (
            ((5, 0.4, None), (5, 0.4, None), (2, 0.2, 0.1)),
            f"{NONE} HDBSCAN finds two dense groups: not all segments are "
            "set apart by a gap, so some of the borders between them are a choice.",
        ),
        (
            ((5, 0.9, None), (5, 0.9, None), (12, 0.2, 0.1)),
            f"{ALL_BUT_HDBSCAN} HDBSCAN finds 12 dense groups: some segments hold more than one.",
        ),
        (
            ((5, 0.9, None), (5, 0.9, None), (5, 0.2, 0.1)),
            f"{ALL_BUT_HDBSCAN} HDBSCAN finds as many dense groups, but K-Means cuts through them.",
        ),
    ],
)
def test_what_the_other_methods_find_is_told_with_what_it_means(found, text):
    assert explain_second_opinion(methods(*found), 5, categorical=False) == text


def test_where_segments_rest_on_categories_too_that_may_be_why():
    agreed = methods((5, 0.9, None), (5, 0.9, None), (5, 0.9, 0.1))
    differs = methods((5, 0.7, None), (5, 0.9, None), (5, 0.9, 0.1))

    assert "categories" not in explain_second_opinion(agreed, 5, categorical=True)
    assert explain_second_opinion(differs, 5, categorical=True).endswith(
        "part of the difference may come from categories."
    )


def test_where_the_verdict_seems_to_differ_the_sentence_says_how_both_are_true():
    agreed = methods((5, 0.9, None), (5, 0.9, None), (5, 0.9, 0.1))
    differs = methods((5, 0.7, None), (5, 0.7, None), (5, 0.7, 0.1))

    def last(found, verdict: str) -> str:
        return explain_second_opinion(found, 5, categorical=False, verdict=verdict).split(". ")[-1]

    assert last(agreed, "none") == "That alone does not make the segments reliable."
    assert last(differs, "solid") == (
        'The verdict "solid" is about K-Means alone, which finds the same segments in resamples.'
    )
    assert last(agreed, "solid") == "Three of three other methods find the same five groups."
    assert "verdict" not in explain_second_opinion(differs, 5, categorical=False, verdict="none")
