"""Categories are never taken for alike: where they alone make too many points, the file is refused."""

import numpy as np
import pytest

from segmentation.errors import UnusableFileError
from segmentation.points.counting import compress_columns
from segmentation.points.grid import Grid
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.features import Feature

FEATURES = (
    Feature("spend", "Spend"),
    Feature("city", "City", tuple(f"c{i:02}" for i in range(30))),
    Feature("shop", "Shop", tuple(f"s{i:02}" for i in range(30))),
)


def columns(n: int, seed: int = 1) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    spend = generator.normal(0, 1_000, n)
    return [spend, *(generator.integers(0, 30, n).astype(float) for _ in range(2))]


def test_too_many_combinations_are_refused_with_a_remedy():
    with pytest.raises(UnusableFileError) as refusal:
        compress_columns(FEATURES, columns(5_000), Grid((-10, 0, 0), (10.0, -np.inf, -np.inf), max_points=700))

    assert refusal.value.reason == "The categories of 'City', 'Shop' make more than 700 combinations."
    assert "fewer of these columns" in refusal.value.remedy


def test_numbers_are_coarsened_before_that():
    grid = Grid((-10, 0, 0), (10.0, -np.inf, -np.inf), max_points=2_000)
    parts = [compress_columns(FEATURES, columns(3_000, seed), grid) for seed in range(3)]

    points = sum(parts, WeightedPoints.empty(FEATURES, grid))

    assert points.customers == 9_000
    assert 900 <= len(points) <= 2_000


def test_parts_that_fit_each_are_refused_together():
    grid = Grid((-10, 0, 0), (10.0, -np.inf, -np.inf), max_points=880)
    one, other = (compress_columns(FEATURES, columns(900, seed), grid) for seed in range(2))

    with pytest.raises(UnusableFileError, match="more than 880 combinations"):
        _ = one + other


def test_points_with_nothing_left_to_widen_still_join_wider_ones():
    grid = Grid((-10, 0, 0), (10.0, -np.inf, -np.inf), max_points=2_000)
    wide = compress_columns(FEATURES, columns(5_000), grid)
    nought = compress_columns(FEATURES, [np.zeros(3), np.zeros(3), np.zeros(3)], grid)

    assert wide.widths > nought.widths
    assert (wide + nought).customers == 5_003
