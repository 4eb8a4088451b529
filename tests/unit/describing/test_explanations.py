"""Where curves disagree, what splits the segments, and correlations in words."""

import numpy as np
import pytest

from segmentation.describing.explanations import explain_mode, explain_pair, split_by
from segmentation.describing.lineage import Lineage
from segmentation.describing.segments import Mode
from segmentation.schema.features import Feature
from tests.support.customers import FEATURES, MODES, clustering_around, describe, evidence_with, part_of, points_of

LINE = points_of([(30, 0, i, i) for i in range(10)])


def around(k: int, **more):
    return clustering_around(part_of(LINE, MODES["bivariate"]), range(10), k, **more)


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


@pytest.mark.parametrize(
    ("r", "start", "percent"),
    [
        (0.9, "Strong rising linear relation (r = 0.90)", 81),
        (-0.5, "Strong falling linear relation (r = −0.50)", 25),
        (0.2949, "Weak rising linear relation (r = 0.29)", 9),
        (0.295, "Moderate rising linear relation (r = 0.30)", 9),
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
