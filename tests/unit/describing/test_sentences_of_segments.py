"""Names and sentences, each held against the numbers it speaks of."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from segmentation.clustering.selection import ChosenK
from segmentation.describing.describe import describe_mode
from segmentation.describing.lineage import Lineage
from segmentation.describing.segments import Mode
from segmentation.describing.sentences import explain_k, explain_mode, explain_pair, split_by
from segmentation.points.disclosure import Disclosure
from segmentation.schema.features import Feature
from tests.support.customers import FEATURES, MODES, clustering_around, evidence_with, part_of, points_of

# Three values each, equally often: one and a quarter standard deviations below the mean, on it, and above it.
THREE = (20, 50, 80)
GRID = list(itertools.product(THREE, THREE))
NAMES = {
    (80, 80): ("Premium Enthusiasts", "High income · high spending"),
    (80, 50): ("Comfortable Regulars", "High income · average spending"),
    (80, 20): ("Careful Affluents", "High income · low spending"),
    (50, 80): ("Keen Shoppers", "Average income · high spending"),
    (50, 50): ("Balanced Mainstream", "Average income · average spending"),
    (50, 20): ("Reluctant Spenders", "Average income · low spending"),
    (20, 80): ("Budget Enthusiasts", "Low income · high spending"),
    (20, 50): ("Everyday Value Seekers", "Low income · average spending"),
    (20, 20): ("Thrifty Minimalists", "Low income · low spending"),
}


def describe(rows, labels, mode="bivariate", counts=None, **more):
    points, labels = points_of(rows, counts), np.array(labels)
    clustering = clustering_around(part_of(points, MODES[mode]), [0] * 10, int(labels.max()) + 1)
    return describe_mode(points, labels, MODES[mode], "spending", clustering, Disclosure(), **more).segments


def grid_segments(mode="bivariate", ages=(40,) * 9):
    return describe([(age, 0, *pair) for age, pair in zip(ages, GRID, strict=True)], range(9), mode)


@pytest.mark.parametrize(("pair", "named"), NAMES.items())
def test_a_segment_is_named_after_its_place(pair, named):
    segment = grid_segments()[GRID.index(pair)]

    assert (segment.name, segment.naming.tag) == named


def test_each_place_has_an_action_of_its_own():
    assert len({segment.action for segment in grid_segments()}) == 9


def test_customers_count_and_not_distinct_points():
    """Nine of ten customers have the low values: the middle of the range is far above their mean."""
    low, high = describe([(40, 0, 20, 20), (40, 0, 50, 50)], [0, 1], counts=[9, 1])

    assert (low.profile.size, low.profile.share, high.profile.size, high.profile.share) == (9, 0.9, 1, 0.1)
    assert (low.name, high.name) == ("Balanced Mainstream", "Premium Enthusiasts")
    assert "Annual Income averages 50.0 k$, far above the overall 23.0." in high.analysis


def test_means_and_genders_are_those_of_the_segment():
    first, second = describe([(20, 0, 10, 80), (50, 1, 40, 50), (30, 0, 70, 20)], [0, 0, 1], counts=[2, 1, 1])

    assert first.profile.means == {"age": 30, "income": 20, "spending": 70}
    assert first.profile.shares["gender"] == pytest.approx({"Female": 2 / 3, "Male": 1 / 3}, abs=1e-6)
    assert second.profile.means == {"age": 30, "income": 70, "spending": 20}
    assert second.profile.shares == {"gender": {"Female": 1, "Male": 0}}
    assert [first.identity.id, second.identity.id] == [1, 2]


def test_age_is_in_the_name_only_where_it_took_part():
    ages = [20, 40, 60] * 3

    assert {segment.name for segment in grid_segments("bivariate", ages)} == {name for name, _ in NAMES.values()}
    assert [segment.name for segment in grid_segments("multivariate", ages)] == [
        prefix + NAMES[pair][0] for prefix, pair in zip(["Younger ", "", "Older "] * 3, GRID, strict=True)
    ]


def test_segments_in_one_place_are_told_apart_by_a_gender_that_separates_them():
    rows = [(40, 0, 50, 50), (40, 1, 50, 50), (40, 0, 90, 90), (40, 1, 10, 10)]

    names = [segment.name for segment in describe(rows, [0, 1, 2, 3], "multivariate", counts=[4, 4, 1, 1])]

    assert names == [
        "Balanced Mainstream (Female)",
        "Balanced Mainstream (Male)",
        "Premium Enthusiasts (Female)",
        "Thrifty Minimalists (Male)",
    ]


def test_a_gender_that_nearly_everybody_has_tells_no_segment_apart():
    """19 of 20 are women, so that a segment of women only is no news."""
    rows = [(40, 0, 50, 50), (40, 0, 50.5, 50), (40, 1, 50.5, 50), (40, 0, 90, 90), (40, 0, 10, 10)]

    segments = describe(rows, [0, 1, 1, 2, 3], "multivariate", counts=[9, 8, 1, 1, 1])

    assert not any("Female" in segment.name or "% are Female" in segment.analysis for segment in segments)


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
def test_names_are_unique_even_if_ten_segments_are_alike(mode):
    """Each has a customer far down and one far up, so that all means are close to the mean of all."""
    rows = [(40, i % 2, 50 + side + i / 1000, 50 + side) for i in range(10) for side in (-30, 30)]

    names = [segment.name for segment in describe(rows, np.repeat(range(10), 2), mode)]

    assert len(set(names)) == 10
    assert all(name.startswith("Balanced Mainstream") for name in names)


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
def test_names_do_not_depend_on_the_order_of_ids(mode):
    rows = [(20 + 5 * i, i % 2, *pair) for i, pair in enumerate(GRID)] + [(40, 0, 51, 50), (40, 1, 49, 50)]
    labels = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9])
    order = np.random.default_rng(3).permutation(10)

    straight, permuted = describe(rows, labels, mode), describe(rows, order[labels], mode)

    for label in range(10):
        assert permuted[order[label]].name == straight[label].name
        assert permuted[order[label]].analysis == straight[label].analysis


@pytest.mark.parametrize("upload", ["sample", "mall"])
def test_a_gender_is_spoken_of_where_it_separates_a_segment(upload, request):
    document = request.getfixturevalue(f"{upload}_result").document

    for segment in document["modes"]["multivariate"]["segments"]:
        alone = max(segment["shares"]["gender"].values()) == 1
        assert ("% are " in segment["analysis"]) == alone
    for segment in document["modes"]["bivariate"]["segments"]:
        assert not re.search(
            r"\b(Fem|M)ale\b", " ".join([segment["name"], segment["tag"], segment["analysis"], segment["action"]])
        )


def test_names_are_unique_within_a_mode(sample_result, mall_result):
    for result in (sample_result, mall_result):
        for mode in result.document["modes"].values():
            names = [segment["name"] for segment in mode["segments"]]
            assert len(set(names)) == len(names)


def test_a_feature_that_all_share_is_close_to_its_mean():
    """33.3 is no binary fraction: weighted means of it differ in the last bit."""
    rows = [(33.3, 0, income, spending) for income, spending in itertools.product(range(40), range(9))]
    counts = [1 + i % 7 for i in range(len(rows))]

    for segment in describe(rows, [i % 5 for i in range(len(rows))], "multivariate", counts):
        assert "Age averages 33.3, close to the overall 33.3." in segment.analysis


@pytest.mark.parametrize(
    ("r", "start", "percent"),
    [
        (0.9, "Strong rising linear relation (r = 0.90)", 81),
        (-0.5, "Strong falling linear relation (r = −0.50)", 25),
        (0.49, "Moderate rising linear relation (r = 0.49)", 24),
        (-0.3, "Moderate falling linear relation (r = −0.30)", 9),
        (0.29, "Weak rising linear relation (r = 0.29)", 8),
        (-0.1, "Weak falling linear relation (r = −0.10)", 1),
        (0.09, "No linear relation (r = 0.09)", 1),
        (0.0, "No linear relation (r = 0.00)", 0),
    ],
)
def test_a_correlation_has_its_size_and_direction_in_words(r, start, percent):
    age, spending = Feature("age", "Age (years)"), Feature("spending", "Spending Score (1-100)")

    assert explain_pair(age, spending, r) == (
        f"{start}: Age accounts for {percent}% of the variation in Spending Score."
    )


def test_no_correlation_has_no_sign():
    assert "(r = 0.00)" in explain_pair(Feature("age", "Age"), Feature("spending", "Spending"), -0.004)


def test_the_correlation_of_the_reference_is_known(mall_result):
    age, income = mall_result.document["landscapes"]

    assert (age["x"], age["y"], age["r"]) == ("age", "spending", pytest.approx(-0.327, abs=5e-4))
    assert "Moderate falling linear relation (r = −0.33): Age accounts for 11% " in age["text"]
    assert (income["x"], income["y"], income["r"]) == ("income", "spending", pytest.approx(0.0099, abs=5e-4))


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        ("Annual Income (k$)", "Annual Income", "k$"),
        ("Annual Income [EUR] ", "Annual Income", "EUR"),
        ("Spending Score (1-100)", "Spending Score", ""),
        ("Spending Score (0 – 1.0)", "Spending Score", ""),
        ("Age", "Age", ""),
        ("(k$)", "(k$)", "k$"),
    ],
)
def test_a_label_is_a_name_and_perhaps_a_unit(label, name, unit):
    feature = Feature("income", label)

    assert (feature.name, feature.unit) == (name, unit)


LINE = points_of([(30, 0, i, i) for i in range(10)])


def around(k: int, **more):
    return clustering_around(part_of(LINE, MODES["bivariate"]), range(10), k, **more)


@pytest.mark.parametrize(
    ("k", "source", "evidence", "text"),
    [
        (
            3,
            "data",
            evidence_with(3, {3: 0.5}),
            "K = 3 (silhouette 0.50, resamples agree at 0.90): there the silhouette is highest, resamples find the "
            "same segments again and the inertia curve bends. All three agree.",
        ),
        (
            4,
            "data",
            evidence_with(3, {4: 0.5}),
            "K = 4 (silhouette 0.50, resamples agree at 0.90): there the silhouette is highest and resamples find the "
            "same segments again. On the other hand, the inertia curve bends at K = 3: the number of segments is a "
            "choice, not a fact.",
        ),
        (
            3,
            "data",
            evidence_with(3, {3: 0.4, 8: 0.6}, {8: 0.5}),
            "K = 3 (silhouette 0.40, resamples agree at 0.90): there resamples find the same segments again and the "
            "inertia curve bends. On the other hand, the silhouette is highest at K = 8 (0.60, but resamples do not "
            "find those segments again): the number of segments is a choice, not a fact.",
        ),
        (
            3,
            "data",
            evidence_with(None, {3: 0.5}),
            "K = 3 (silhouette 0.50, resamples agree at 0.90): there the silhouette is highest and resamples find the "
            "same segments again. On the other hand, the inertia curve bends nowhere: the number of segments is a "
            "choice, not a fact.",
        ),
        (
            6,
            "setting",
            evidence_with(4, {3: 0.5}, {6: 0.2}),
            "K = 6 was fixed by a setting (silhouette 0.30, resamples agree at 0.20): no curve points to it. On the "
            "other hand, the silhouette is highest at K = 3 (0.50), the inertia curve bends at K = 4 and resamples do "
            "not find the same segments again: the number of segments is a choice, not a fact.",
        ),
    ],
)
def test_the_choice_of_k_is_explained_by_what_speaks_for_it_and_against_it(k, source, evidence, text):
    assert explain_k(ChosenK(k, source), around(k, evidence=evidence)) == text


def test_a_mode_says_where_its_own_curves_disagree():
    segments = describe([(30, 0, i, i) for i in range(10)], np.arange(10) % 3)
    mode = Mode(segments, segments[0].profile, Lineage((), 3))

    agreed = explain_mode(around(3, evidence=evidence_with(3, {3: 0.5})), mode, {}, [])
    disagreed = explain_mode(around(3, evidence=evidence_with(4, {3: 0.5})), mode, {}, [])
    at_the_end = explain_mode(around(3, evidence=evidence_with(None, {10: 0.5})), mode, {}, [])

    assert agreed == ""
    assert disagreed == (
        "On its own features, the inertia curve bends at K = 4 and the silhouette is highest at K = 3."
    )
    assert at_the_end == (
        "On its own features, the inertia curve bends nowhere and the silhouette is highest at K = 10, the "
        "largest tried."
    )


@pytest.mark.parametrize(
    ("explained", "found"),
    [
        ({"age": 0.5, "gender": 0.8}, "gender"),
        ({"age": 0.81, "gender": 0.8}, None),
        ({"age": 0.5, "gender": 0.74}, None),
        ({"age": 0.9}, None),
        # Named by another mode only.
        ({"age": 0.1, "income": 0.9}, None),
    ],
)
def test_segments_are_split_by_a_category_where_it_is_most_of_what_they_explain(explained, found):
    assert split_by(explained, FEATURES) == found


def test_the_multivariate_mode_says_how_many_segments_hold_one_gender_only_and_that_gender_splits_them(mall_result):
    modes = mall_result.document["modes"]
    text = modes["multivariate"]["text"]

    assert "Of the 5 segments, 4 hold one gender only." in text
    assert "Gender alone splits the segments" in text
    assert modes["multivariate"]["split_by"] == "gender"
    assert modes["bivariate"]["split_by"] is None
    assert "gender" not in modes["bivariate"]["text"]
