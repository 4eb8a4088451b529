"""Cells and samples that stand for all customers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from segmentation.clustering.exact import WEIGHT_UNIT
from segmentation.clustering.reduction import CoresetSampler, coarsened

Points = tuple[NDArray[np.float64], NDArray[np.float64]]


def standardised(columns: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    mean = np.average(columns, axis=0, weights=weights)
    return np.asfortranarray((columns - mean) / np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weights)))


def customers(n: int, coordinates: int = 2, seed: int = 1) -> Points:
    generator = np.random.default_rng(seed)
    weights = generator.integers(1, 5, n).astype(float)
    return standardised(generator.lognormal(0, 1, (n, coordinates)), weights), weights


def with_categories(n: int, *categories: int, numbers: int = 2) -> Points:
    generator = np.random.default_rng(2)
    indicators = [np.eye(many)[generator.integers(0, many, n)] for many in categories]
    columns = np.column_stack([generator.normal(size=(n, numbers)), *indicators])
    return standardised(columns, np.ones(n)), np.ones(n)


@pytest.mark.parametrize("coordinates", [1, 2, 5])
def test_every_customer_is_in_a_cell(coordinates):
    X, weights = customers(30_000, coordinates)

    cells, counts = coarsened(X, weights, 1_000)

    assert 50 < len(cells) == len(counts) <= 1_000
    assert counts.sum() == weights.sum()
    assert counts.min() >= 1


def test_the_mean_of_all_customers_stays():
    X, weights = customers(30_000)

    cells, counts = coarsened(X, weights, 1_000)

    assert np.average(cells, axis=0, weights=counts) == pytest.approx([0, 0], abs=1e-9)


def test_customers_are_near_their_cell():
    """So that K-Means of cells is that of customers."""
    X, weights = customers(30_000)

    cells, counts = coarsened(X, weights, 4_000)

    within = (weights[:, None] * X**2).sum() - (counts[:, None] * cells**2).sum()
    assert 0 <= within < 0.002 * (weights[:, None] * X**2).sum()


def test_few_points_are_their_own_cells():
    X, weights = customers(1_000)

    cells, counts = coarsened(X, weights, 1_000)

    assert np.array_equal(cells, X)
    assert np.array_equal(counts, weights)


def test_a_customer_far_from_all_others_is_a_cell_of_its_own():
    X, weights = customers(30_000)
    X[17], weights[17] = 400.0, 1.0

    cells, counts = coarsened(X, weights, 1_000)

    assert counts[np.abs(cells - 400).max(axis=1) < 1e-9].tolist() == [1.0]


@pytest.mark.parametrize("categories", [(8,), (60,), (70,), (100,), (30, 30)])
def test_categories_do_not_make_cells_of_unlike_numbers(categories):
    """Each has an indicator, and so there are many coordinates, and few cells for each of the numbers."""
    X, weights = with_categories(30_000, *categories)

    cells, counts = coarsened(X, weights, 16_384)

    assert 2_000 < len(cells) <= 16_384
    assert counts.sum() == 30_000
    within = (X[:, :2] ** 2).sum() - (counts[:, None] * cells[:, :2] ** 2).sum()
    assert within < 0.2 * (X[:, :2] ** 2).sum()


def test_many_categories_at_once_are_never_one_cell():
    """There are more combinations than cells, and all of them would become one at the same width."""
    generator = np.random.default_rng(2)
    indicators = [np.eye(60)[generator.permutation(7_200) % 60] for _ in range(2)]
    X = standardised(np.column_stack([generator.normal(size=7_200), *indicators]), np.ones(7_200))

    cells, counts = coarsened(X, np.ones(7_200), 1_000)

    assert len(cells) >= 128
    assert counts.sum() == 7_200


def test_weights_of_a_sample_add_up_to_about_all_customers():
    for seed in range(5):
        X, weights = customers(30_000, seed=seed)
        sampler = CoresetSampler(X, weights)
        for offset in (0.1, 0.5, 0.9):
            points, counts = sampler.draw(1_024, offset)
            assert len(points) == len(counts) <= 1_024
            assert counts.sum() == pytest.approx(weights.sum(), rel=0.05)


def test_a_sample_has_the_mean_and_spread_of_all_customers():
    X, weights = customers(30_000)

    points, counts = CoresetSampler(X, weights).draw(3_000)

    mean = np.average(points, axis=0, weights=counts)
    assert mean == pytest.approx([0, 0], abs=0.05)
    assert np.average(points**2, axis=0, weights=counts) == pytest.approx([1, 1], rel=0.1)


def test_a_sample_holds_the_customers_far_from_all_others():
    """Two of 30,000, whom a sample of 1,024 would miss, are what the inertias of few segments are made of."""
    generator = np.random.default_rng(3)
    columns = generator.normal(size=(30_000, 2))
    columns[[5, 29_000]] = (300, 300), (-280, 310)
    X = standardised(columns, np.ones(30_000))

    for offset in (0.1, 0.3, 0.5, 0.7, 0.9):
        points, counts = CoresetSampler(X, np.ones(30_000)).draw(1_024, offset)
        far = np.linalg.norm(points, axis=1) > 50
        assert far.sum() == 2
        assert counts[far] == pytest.approx([1, 1], abs=0.2)


def test_where_there_are_few_points_a_sample_is_all_of_them():
    X, weights = customers(1_000)

    points, counts = CoresetSampler(X, weights).draw(1_000, 0.1)

    assert np.array_equal(points, X)
    assert np.array_equal(counts, weights)


def test_weights_are_whole_units():
    """So that sums over them are exact."""
    _, counts = CoresetSampler(*customers(30_000)).draw(1_024)

    units = counts / WEIGHT_UNIT
    assert np.array_equal(units, np.rint(units))
    assert units.min() >= 1


def test_customers_who_are_all_alike_can_be_drawn():
    points, counts = CoresetSampler(np.zeros((30, 2)), np.ones(30)).draw(10)

    assert len(points) == 10
    assert counts.sum() == pytest.approx(30, rel=0.01)
