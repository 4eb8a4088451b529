"""Customers who share the same values, counted."""

import random

import numpy as np
import pytest

from segmentation.compress import compress
from segmentation.ingest import read_customers
from tests.unit.customers import csv_of

LINES = (
    "1,Male,30,50,20",
    "2,Female,30,50,20",
    "3,Male,30,50,20",
    "4,Male,25,50,20",
    "5,Male,?,50,20",
    "6,Female,40,10,90",
    "7,Male,30,50,20",
)


@pytest.fixture
def points():
    return compress(read_customers(csv_of(*LINES)))


def test_each_distinct_tuple_has_the_number_of_its_customers_in_ascending_order(points):
    assert points.values.tolist() == [[25, 1, 50, 20], [30, 0, 50, 20], [30, 1, 50, 20], [40, 0, 10, 90]]
    assert points.counts.tolist() == [1, 1, 3, 1]


def test_rows_that_cannot_be_used_are_no_customers(points):
    assert points.customers == 6


def test_a_marginal_merges_the_counts_of_what_becomes_the_same(points):
    marginal = points.marginal(["income", "spending"])

    assert [feature.role for feature in marginal.features] == ["income", "spending"]
    assert marginal.values.tolist() == [[10, 90], [50, 20]]
    assert marginal.counts.tolist() == [1, 5]


def test_a_marginal_has_its_columns_in_the_order_asked_for(points):
    assert points.marginal(["spending", "age"]).values.tolist() == [[20, 25], [20, 30], [90, 40]]


def test_a_column_is_found_by_its_role(points):
    assert points.column("income").tolist() == [50, 50, 50, 10]


def test_the_order_of_rows_does_not_matter(points):
    lines = list(LINES)
    for seed in range(5):
        random.Random(seed).shuffle(lines)
        shuffled = compress(read_customers(csv_of(*lines)))
        assert np.array_equal(shuffled.values, points.values)
        assert np.array_equal(shuffled.counts, points.counts)
