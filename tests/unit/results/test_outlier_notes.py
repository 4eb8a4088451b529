"""What is said of outliers and scales."""

import numpy as np
import pytest

from segmentation.clustering.outliers import Outliers
from segmentation.points.disclosure import Disclosure
from segmentation.results.outlier_notes import (
    MAX_NAMED,
    OutlierCell,
    outlier_detail,
    outlier_notes,
    outlier_text,
    scale_notes,
)
from segmentation.schema.features import Feature
from tests.support.customers import FEATURES

CELLS = [OutlierCell(1_234 + i, "Annual Income (k$)", f"{i}99.999,00") for i in range(5)]


def outliers(customers: int, *roles: str) -> Outliers:
    return Outliers("auto", np.array([True]), customers, {role: [(0.0, 9.0)] for role in roles})


def test_where_nobody_was_left_out_nothing_is_said():
    assert outlier_text(outliers(0), FEATURES, Disclosure()) is None
    assert outlier_notes(outliers(0), Disclosure()) == []
    assert outlier_detail([]) == ""


@pytest.mark.parametrize(
    ("customers", "begins", "ends"),
    [
        (1, "1 customer far from all others in Age or Annual Income was left out", "it has the nearest segment"),
        (2, "2 customers far from all others in Age or Annual Income were left out", "they have the nearest segment"),
    ],
)
def test_the_page_says_how_many_and_by_what(customers, begins, ends):
    text = outlier_text(outliers(customers, "income", "age"), FEATURES, Disclosure())

    assert text.startswith(begins)
    assert ends in text


def test_of_several_features_the_last_one_alone_has_an_or_before_it():
    text = outlier_text(outliers(3, "age", "income", "spending"), FEATURES, Disclosure())

    assert "in Age, Annual Income or Spending Score were" in text


@pytest.mark.parametrize("named", [1, 2, 3])
def test_the_uploader_is_told_column_value_and_line(named):
    text = outlier_detail(CELLS[:named])

    assert text.endswith(f"(line {1_233 + named:,}).")
    assert text.count("Annual Income (k$) ") == named
    assert "Annual Income (k$) 099.999,00 (line 1,234)" in text
    assert "more" not in text


def test_of_many_it_is_said_that_there_are_more():
    text = outlier_detail(CELLS[: MAX_NAMED + 1])

    assert text.count("(line ") == MAX_NAMED
    assert text.endswith(" and more.")


def test_long_names_and_values_are_cut():
    assert len(outlier_detail([OutlierCell(2, "I" * 500, "9" * 500)])) < 150


@pytest.mark.parametrize("fewest", [2, 5, 10])
def test_where_small_counts_are_suppressed_neither_is_this_one_published(fewest):
    disclosure = Disclosure(fewest)
    (note,) = outlier_notes(outliers(1, "income"), disclosure)

    for text in (note.text, outlier_text(outliers(1, "income"), FEATURES, disclosure)):
        assert text.startswith(f"{fewest} customers")


def test_a_scale_that_is_not_possible_is_said():
    (note,) = scale_notes([FEATURES[2]], {}, FEATURES)

    assert note.text.startswith("'Annual Income (k$)' has a linear scale: a log scale needs values above 0")
    assert note.remedy


@pytest.mark.parametrize("header", ["Income", "Gender", "gender", "annual income (k$)"])
def test_a_scale_of_an_unknown_header_is_said(header):
    (note,) = scale_notes([], {"Age": "log", header: "linear"}, FEATURES)

    assert f"'{header}'" in note.text
    assert note.remedy == "Name one of 'Age', 'Annual Income (k$)', 'Spending Score (1-100)'."


def test_a_scale_of_a_header_or_a_role_is_no_reason_for_a_note():
    assert scale_notes([], {"Annual Income (k$)": "log", "spending": "auto"}, FEATURES) == []
    assert scale_notes([], {}, (Feature("x", "X"),)) == []
