"""Names and sentences, each held against the numbers it speaks of."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from tests.support.customers import describe

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


def grid_segments(mode="bivariate", ages=(40,) * 9):
    return describe([(age, 0, *pair) for age, pair in zip(ages, GRID, strict=True)], range(9), mode)


@pytest.mark.parametrize(("pair", "named"), NAMES.items())
def test_a_segment_is_named_after_its_position(pair, named):
    segment = grid_segments()[GRID.index(pair)]

    assert (segment.name, segment.naming.tag) == named


def test_each_position_has_an_action_of_its_own():
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


def test_segments_at_one_position_are_distinguished_by_a_gender_that_separates_them():
    rows = [(40, 0, 50, 50), (40, 1, 50, 50), (40, 0, 90, 90), (40, 1, 10, 10)]

    names = [segment.name for segment in describe(rows, [0, 1, 2, 3], "multivariate", counts=[4, 4, 1, 1])]

    assert names == [
        "Balanced Mainstream (Female)",
        "Balanced Mainstream (Male)",
        "Premium Enthusiasts (Female)",
        "Thrifty Minimalists (Male)",
    ]


def test_a_gender_that_nearly_everybody_has_distinguishes_no_segment():
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
def test_a_gender_is_mentioned_where_it_separates_a_segment(upload, request):
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
