"""Names and sentences, each held against the numbers it speaks of."""

from __future__ import annotations

import csv
import io
import itertools
import re

import numpy as np
import pandas as pd
import pytest

from segmentation.assign import COLUMN_OF_MODE
from segmentation.cluster import ChosenK
from segmentation.ingest import Feature
from segmentation.interpret import describe_segments, explain_k, explain_mode, explain_pair
from tests.unit.customers import MODES, clustering_around, points_of, read_customers

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
COMPARISON = re.compile(
    r"(?P<name>[A-Z][A-Za-z ]*) averages (?P<mean>[\d.,]*\d)(?: (?P<unit>[^\s,]+))?, "
    r"(?P<position>close to|(?:far |slightly )?(?:above|below)) the overall (?P<overall>[\d.,]*\d)\."
)
GENDER = re.compile(r"(?P<share>[\d.]+)% are (?P<gender>\w+), against (?P<overall>[\d.]+)% overall\.")
COLUMNS = {
    "Age": "Age",
    "Annual Income": "Annual Income (k$)",
    "Spending Score": "Spending Score (1-100)",
}


def describe(rows, labels, mode="bivariate", counts=None):
    return describe_segments(points_of(rows, counts), np.array(labels), MODES[mode])


def grid_segments(mode="bivariate", ages=(40,) * 9):
    return describe([(age, 0, *pair) for age, pair in zip(ages, GRID, strict=True)], range(9), mode)


def assert_shows(text: str, value: float) -> None:
    """The number is the value, to the last digit shown."""
    digits = len(text.partition(".")[2])
    assert abs(float(text.replace(",", "")) - value) <= 0.5001 * 10**-digits


def position(deviation: float) -> str:
    distance = abs(deviation)
    if distance < 0.1:
        return "close to"
    side = "above" if deviation > 0 else "below"
    return f"slightly {side}" if distance < 0.5 else side if distance < 1 else f"far {side}"


@pytest.mark.parametrize(("pair", "named"), NAMES.items())
def test_a_segment_is_named_after_its_place(pair, named):
    segment = grid_segments()[GRID.index(pair)]

    assert (segment.name, segment.tag) == named


def test_each_place_has_an_action_of_its_own():
    assert len({segment.action for segment in grid_segments()}) == 9


def test_customers_count_and_not_distinct_points():
    """Nine of ten customers have the low values: the middle of the range is far above their mean."""
    low, high = describe([(40, 0, 20, 20), (40, 0, 50, 50)], [0, 1], counts=[9, 1])

    assert (low.size, low.share, high.size, high.share) == (9, 0.9, 1, 0.1)
    assert (low.name, high.name) == ("Balanced Mainstream", "Premium Enthusiasts")
    assert "Annual Income averages 50.0 k$, far above the overall 23.0." in high.analysis


def test_means_and_genders_are_those_of_the_segment():
    first, second = describe([(20, 0, 10, 80), (50, 1, 40, 50), (30, 0, 70, 20)], [0, 0, 1], counts=[2, 1, 1])

    assert first.means == {"age": 30, "income": 20, "spending": 70}
    assert first.shares["gender"] == pytest.approx({"Female": 2 / 3, "Male": 1 / 3})
    assert second.means == {"age": 30, "income": 70, "spending": 20}
    assert second.shares == {"gender": {"Female": 1, "Male": 0}}
    assert [first.id, second.id] == [1, 2]


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

    assert not any("Female" in segment.name or "Female" in segment.analysis for segment in segments)


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


@pytest.mark.parametrize("mode", COLUMN_OF_MODE)
@pytest.mark.parametrize("upload", ["sample", "mall"])
def test_every_number_of_an_analysis_is_that_of_the_data(upload, mode, request):
    """From the assigned rows alone, by another way than the engine's."""
    result = request.getfixturevalue(f"{upload}_result")
    rows = pd.read_csv(io.BytesIO(result.assigned_csv)).rename(columns={"Genre": "Gender"})
    spread = rows[list(COLUMNS.values())].std(ddof=0)

    for segment in result.document["modes"][mode]["segments"]:
        members = rows[rows[COLUMN_OF_MODE[mode]] == segment["id"]]
        spoken_of = set()
        for found in COMPARISON.finditer(segment["analysis"]):
            column = COLUMNS[found["name"]]
            mean, overall = members[column].mean(), rows[column].mean()
            assert_shows(found["mean"], mean)
            assert_shows(found["overall"], overall)
            assert found["position"] == position((mean - overall) / spread[column])
            assert found["unit"] == ("k$" if "k$" in column else None)
            spoken_of.add(found["name"])
        for found in GENDER.finditer(segment["analysis"]):
            assert_shows(found["share"], 100 * (members["Gender"] == found["gender"]).mean())
            assert_shows(found["overall"], 100 * (rows["Gender"] == found["gender"]).mean())
        assert not GENDER.sub("", COMPARISON.sub("", segment["analysis"])).strip(), "a sentence nobody checked"
        assert spoken_of == set(COLUMNS) - ({"Age"} if mode == "bivariate" else set())


@pytest.mark.parametrize("upload", ["sample", "mall"])
def test_a_gender_is_spoken_of_where_it_separates_a_segment(upload, request):
    document = request.getfixturevalue(f"{upload}_result").document

    for segment in document["modes"]["multivariate"]["segments"]:
        alone = max(segment["shares"]["gender"].values()) == 1
        assert ("% are " in segment["analysis"]) == alone
    for segment in document["modes"]["bivariate"]["segments"]:
        assert not re.search(r"\b(Fem|M)ale\b", " ".join([segment["name"], segment["tag"], segment["analysis"]]))


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


@pytest.mark.parametrize(
    ("elbow", "fixed", "words"),
    [
        (3, None, ["bends at K = 3, and the silhouette is highest there too (silhouette 0.50)"]),
        (5, None, ["bends at K = 5 (silhouette 0.48)", "higher at K = 3 (0.50)", "a choice, not a fact"]),
        (None, None, ["bends nowhere, so K = 3 ", "(silhouette 0.50)"]),
        (4, 6, ["K = 6 (silhouette 0.47) was fixed by a setting", "bends at K = 4", "highest at K = 3"]),
    ],
)
def test_the_choice_of_k_is_explained_by_what_decided_it(elbow, fixed, words):
    """The silhouettes of this clustering are 0.50 at K = 3, and 0.01 lower with each step from there."""
    clustering = clustering_around(points_of([(30, 0, i, i) for i in range(10)]), range(10), elbow)
    value, source = (fixed, "setting") if fixed else (elbow, "elbow") if elbow else (3, "silhouette")

    text = explain_k(ChosenK(value, source), clustering)

    assert all(word in text for word in words)


def test_a_mode_says_where_its_own_curves_disagree():
    points = points_of([(30, 0, i, i) for i in range(10)])
    segments = describe_segments(points, np.arange(10) % 3, MODES["bivariate"])

    agreed = explain_mode(clustering_around(points, range(10), 3), 3, segments)
    disagreed = explain_mode(clustering_around(points, range(10), 4), 3, segments)

    assert "bends" not in agreed
    assert "the inertia curve bends at K = 4 and the silhouette is highest at K = 3" in disagreed


def test_the_multivariate_mode_says_how_many_segments_hold_one_gender_only(mall_result):
    text = mall_result.document["modes"]["multivariate"]["text"]

    assert "Of the 5 segments, 4 hold one gender only." in text
    assert "The segments overlap" in text
    assert "gender" not in mall_result.document["modes"]["bivariate"]["text"]


def test_the_assigned_rows_are_those_of_the_upload(mall, mall_result):
    """What the test of the sentences rests on."""
    rows = list(csv.reader(io.StringIO(mall_result.assigned_csv.decode())))

    assert [row[:5] for row in rows[1:]] == read_customers(mall.read_bytes()).cells.to_numpy().tolist()
