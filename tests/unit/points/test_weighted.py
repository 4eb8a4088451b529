"""Customers who share the same values, counted, whole or in parts."""

import random
from dataclasses import replace

import numpy as np
import pytest

from segmentation.customers.reader import CustomerFile
from segmentation.errors import UnusableFileError
from segmentation.points.counting import compress
from segmentation.points.grid import Grid
from segmentation.points.weighted import WeightedPoints
from tests.support.customers import csv_of, opened, random_lines

LINES = (
    "1,Male,30,50,20",
    "2,Female,30,50,20",
    "3,Male,30,50,20",
    "4,Male,25,50,20",
    "5,Male,?,50,20",
    "6,Female,40,10,90",
    "7,Male,30,50,20",
)


def points_of_file(file: CustomerFile, grid: Grid | None = None) -> WeightedPoints:
    grid = grid or Grid.fit(file.head)
    points = WeightedPoints.empty(file.head.features, grid)
    for chunk in file.chunks():
        points += compress(chunk, grid)
    return points


def points_of_lines(*lines: str, max_points: int = 2**20, block_bytes: int = 2**20) -> WeightedPoints:
    file = opened(csv_of(*lines), block_bytes)
    return points_of_file(file, Grid.fit(file.head, max_points))


def same(one: WeightedPoints, other: WeightedPoints) -> bool:
    return (
        (one.features, one.widths, one.cell_min, one.cell_max)
        == (other.features, other.widths, other.cell_min, other.cell_max)
        and (one.minimum, one.maximum) == (other.minimum, other.maximum)
        and np.array_equal(one.codes, other.codes)
        and np.array_equal(one.counts, other.counts)
        and one.offsets.keys() == other.offsets.keys()
        and all(np.array_equal(one.offsets[i], other.offsets[i]) for i in one.offsets)
    )


@pytest.fixture
def points():
    return points_of_lines(*LINES)


def test_each_distinct_tuple_has_the_number_of_its_customers_in_ascending_order(points):
    assert points.values.tolist() == [[25, 1, 50, 20], [30, 0, 50, 20], [30, 1, 50, 20], [40, 0, 10, 90]]
    assert points.counts.tolist() == [1, 1, 3, 1]


def test_rows_that_cannot_be_used_are_no_customers(points):
    assert points.customers == 6


def test_a_gender_of_no_customer_who_can_be_used_is_no_category():
    """It would make a third indicator, and count the other two twice."""
    points = points_of_lines(*LINES, "8,Other,?,50,20")

    assert points.features[1].categories == ("Female", "Male")
    assert points.cells("gender").tolist() == [1, 0, 1, 0]


def test_a_marginal_merges_the_counts_of_what_becomes_the_same(points):
    marginal = points.marginal(["income", "spending"])

    assert [feature.role for feature in marginal.features] == ["income", "spending"]
    assert marginal.values.tolist() == [[10, 90], [50, 20]]
    assert marginal.counts.tolist() == [1, 5]


def test_a_marginal_has_its_columns_in_the_given_order(points):
    assert points.marginal(["spending", "age"]).values.tolist() == [[20, 25], [20, 30], [90, 40]]


def test_a_column_is_found_by_its_role(points):
    assert points.column("income").tolist() == [50, 50, 50, 10]


def test_mean_and_deviation_are_those_of_the_customers(points):
    ages = [30, 30, 30, 25, 40, 30]

    assert points.moments["age"] == pytest.approx((np.mean(ages), np.std(ages)))


def test_the_order_of_rows_does_not_matter(points):
    lines = list(LINES)
    for seed in range(5):
        random.Random(seed).shuffle(lines)
        assert same(points_of_lines(*lines), points)


@pytest.mark.parametrize("decimals", [0, 2])
@pytest.mark.parametrize("max_points", [2**20, 200])
def test_points_do_not_depend_on_the_size_of_chunks(decimals, max_points):
    lines = random_lines(1_000, decimals)
    whole = points_of_lines(*lines, max_points=max_points)

    assert whole.customers == 1_000
    for block_bytes in (300, 1_111, 20_000):
        assert same(points_of_lines(*lines, max_points=max_points, block_bytes=block_bytes), whole)


def test_parts_of_a_file_add_up_in_any_order():
    lines = random_lines(600, 2)
    file = opened(csv_of(*lines))
    grid = Grid.fit(file.head)
    parts = [points_of_file(opened(csv_of(*lines[begin::3])), grid) for begin in range(3)]

    whole = points_of_file(file, grid)
    assert same(parts[0] + parts[1] + parts[2], whole)
    assert same(parts[2] + (parts[0] + parts[1]), whole)


def test_knowing_the_widths_beforehand_changes_nothing():
    file = opened(csv_of(*random_lines(3_000, 2)))
    grid = Grid.fit(file.head, max_points=200)
    (chunk,) = file.chunks()
    points = compress(chunk, grid)

    assert same(compress(chunk, grid, points.widths), points)


@pytest.mark.parametrize("values", [("1", "2.5", "3"), ("0.07", "0.61", "54.37"), ("1e15", "1", "2"), ("-3", "0", "7")])
def test_values_come_back_as_they_were(values):
    points = points_of_lines(*(f"{i},Male,30,{value},{i}" for i, value in enumerate(values)))

    found = dict(zip(points.column("spending").tolist(), points.column("income").tolist(), strict=True))
    for i, value in enumerate(values):
        assert found[i] == pytest.approx(float(value), rel=1e-9, abs=1e-9)


def test_customers_of_one_cell_keep_their_mean_and_a_bound_of_their_scatter():
    lines = random_lines(4_000, 2)
    exact, coarse = points_of_lines(*lines), points_of_lines(*lines, max_points=300)

    assert len(coarse) <= 300 < len(exact)
    assert coarse.customers == exact.customers
    for role in ("age", "income", "spending"):
        lost = (exact.moments[role][1] ** 2 - coarse.moments[role][1] ** 2) * exact.customers
        assert coarse.moments[role][0] == pytest.approx(exact.moments[role][0], rel=1e-9)
        assert 0 < lost <= coarse.within_cell_sse(role).sum() <= 10 * lost


def test_whole_numbers_stay_exact_where_a_value_far_out_makes_cells_grow():
    """Fine cells are given up first where nothing lies between."""
    lines = random_lines(3_000, 0)
    points = points_of_lines(*lines, "x,Male,30,1000000000,50")

    assert points.widths > points_of_lines(*lines).widths
    assert len(points) == 1 + len(points_of_lines(*lines))
    assert not points.offsets
    assert points.within_cell_sse("income").sum() == 0


@pytest.mark.parametrize("block_bytes", [300, 2**20])
def test_a_value_far_out_costs_fineness_and_no_failure(block_bytes):
    lines = [*random_lines(300, 2), "x,Male,30,1e15,100", "y,Male,1,1e-9,1e-9"]
    points = points_of_lines(*lines, block_bytes=block_bytes)

    assert points.customers == 302
    assert points.column("income").max() == pytest.approx(1e15, rel=1e-4)


def test_a_column_of_too_many_genders_is_refused():
    """It is read in parts, none of which has too many by itself."""
    lines = [f"{i},{'Male' if i < 3_000 else f'name {i // 2}'},30,{i},{i % 100}" for i in range(3_300)]
    with pytest.raises(UnusableFileError, match="'Gender' holds more than 100 different values"):
        points_of_lines(*lines, block_bytes=900)


# --- some of the points, and scales ---


def test_some_of_the_points_are_theirs(points):
    kept = points.where(np.array([True, True, False, True]))

    assert kept.values.tolist() == [[25, 1, 50, 20], [30, 0, 50, 20], [40, 0, 10, 90]]
    assert (kept.counts.tolist(), kept.customers) == ([1, 1, 1], 3)
    assert kept.moments["age"][0] == pytest.approx(95 / 3)


def test_all_of_the_points_are_the_same_points(points):
    assert points.where(np.ones(4, dtype=bool)) is points


def test_extremes_of_some_of_the_points_are_known_where_their_cells_are():
    """A cell with several values is known by its mean, but for the first and the last of all."""
    lines = [f"{i},Male,30,{i / 64 + 0.001},{i % 7 + 0.5}" for i in range(1_000)]
    points = points_of_lines(*lines, max_points=60)
    column = points.column("income")
    assert points.extremes("income") == (0.001, 999 / 64 + 0.001)
    assert points.extremes("income")[1] > column.max()

    lower, upper = points.where(column < 10), points.where(column > 5)

    assert lower.extremes("income") == (0.001, lower.column("income").max())
    assert upper.extremes("income") == (upper.column("income").min(), 999 / 64 + 0.001)


def test_parts_of_some_of_the_points_can_be_taken(points):
    kept = points.where(np.array([False, True, True, True])).marginal(["income", "spending"])

    assert kept.values.tolist() == [[10, 90], [50, 20]]
    assert kept.counts.tolist() == [1, 4]


def on_log_scale(points: WeightedPoints, role: str, log_unit: float) -> WeightedPoints:
    features = tuple(replace(one, log_unit=log_unit) if one.role == role else one for one in points.features)
    return replace(points, features=features)


def test_scaled_values_are_on_the_scale_of_the_feature(points):
    found = on_log_scale(points, "income", 10.0)

    assert found.scaled("income") == pytest.approx(np.log1p([5, 5, 5, 1]))
    assert found.scaled("age").tolist() == points.column("age").tolist()
    assert found.column("income").tolist() == points.column("income").tolist()


def test_mean_and_deviation_on_a_scale_are_those_of_the_customers(points):
    logarithms = np.log1p(np.array([50, 50, 50, 50, 50, 10]) / 10)

    found = on_log_scale(points, "income", 10.0)

    assert found.scaled_moments["income"] == pytest.approx((logarithms.mean(), logarithms.std()))
    assert found.scaled_moments["age"] == found.moments["age"] == points.moments["age"]
    assert found.moments["income"] == points.moments["income"]


@pytest.mark.parametrize("log_unit", [0.5, 10.0, 500.0])
@pytest.mark.parametrize("max_points", [30, 200])
def test_what_cells_hide_on_a_log_scale_is_bounded(log_unit, max_points):
    """The squares within cells are never more than the bound, and it is of their size where cells are small."""
    incomes = np.random.default_rng(4).lognormal(2, 1, 3_000).round(4)
    lines = [f"{i},Male,30,{one},{50}" for i, one in enumerate(incomes)]
    points = on_log_scale(points_of_lines(*lines, max_points=max_points), "income", log_unit)

    bound = points.within_cell_sse("income")

    width = 2.0 ** points.widths[[one.role for one in points.features].index("income")]
    cells = np.searchsorted(points.cells("income"), np.floor(incomes / width))
    logarithms = np.log1p(incomes / log_unit)
    within = np.bincount(cells, (logarithms - points.scaled("income")[cells]) ** 2)
    assert np.all(within <= bound + 1e-12)
    assert bound.sum() > 0
    if width < log_unit:
        assert bound.sum() < 8 * within.sum()
