"""Simulations: customers who are as they should be are no outliers, and a scale once chosen stays."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.clustering.feature_scales import Scale, with_scales
from segmentation.clustering.outliers import find_outliers
from segmentation.points.weighted import WeightedPoints
from tests.support.customers import FEATURES, points_of
from tests.support.draws import draws

INCOME = FEATURES[2]
SIZES = (200, 500, 2_000, 20_000)
USUAL = {
    "uniform": lambda generator, n: generator.uniform(0, 100, n),
    "normal": lambda generator, n: generator.normal(100, 15, n),
    "exponential": lambda generator, n: generator.exponential(50, n),
    "log-normal": lambda generator, n: np.exp(generator.normal(4, 1, n)),
    "scores": lambda generator, n: generator.integers(1, 101, n),
    "few scores": lambda generator, n: generator.integers(1, 11, n),
    "ages": lambda generator, n: generator.normal(40, 13, n).round().clip(18, 80),
    "young": lambda generator, n: (18 + generator.gamma(2, 11, n)).round().clip(18, 90),
}
TAILS = {
    "exponential": USUAL["exponential"],
    "log-normal": USUAL["log-normal"],
    "Pareto": lambda generator, n: 10 * (1 + generator.pareto(2, n)),
}


def incomes(values: np.ndarray) -> WeightedPoints:
    return points_of(np.sort(values.astype(float).round(3))[:, None], features=(INCOME,))


@draws(few=10, many=200, parts=2)
@pytest.mark.parametrize("kind", USUAL)
def test_customers_of_one_kind_have_no_outliers(kind, seed, draws):
    """At least 98 of 100 draws of each size; about one of 100 has a customer who is far."""
    generator = np.random.default_rng([seed, len(kind)])
    for n in SIZES:
        found = [find_outliers(with_scales(incomes(USUAL[kind](generator, n)), {}, {})[0])[0] for _ in range(draws)]

        assert sum(one.customers > 0 for one in found) <= max(1, 0.02 * draws)
        assert max(one.customers for one in found) <= 3


@draws(few=10, many=200)
@pytest.mark.parametrize("kind", TAILS)
def test_of_a_long_tail_a_few_are_left_out_or_nobody(kind, seed, draws):
    generator = np.random.default_rng([seed, len(kind)])
    for n in SIZES:
        for _ in range(draws):
            points = incomes(TAILS[kind](generator, n))
            outliers, kept = find_outliers(with_scales(points, {"income": "linear"}, {})[0])

            assert outliers.customers <= max(0.01 * n, 3)
            # Nobody is left out within four standard deviations.
            column = points.column("income")
            assert (np.abs(column[outliers.mask] - column.mean()) > column[~outliers.mask].std()).all()
            assert kept.customers + outliers.customers == n


@draws(few=20, many=200)
def test_a_scale_stays_though_the_data_alone_would_change_it(seed, draws):
    """A few rows more or less, where skewness is near the threshold: without the run before both scales occur."""
    generator = np.random.default_rng([seed, 9])
    values = near_the_threshold()
    chosen = with_scales(incomes(values), {}, {})[0].features[0].log_unit
    alone = set()
    for _ in range(draws):
        fewer = np.delete(values, generator.choice(len(values), int(generator.integers(1, 11)), replace=False))
        again = incomes(fewer + generator.normal(0, 0.5, len(fewer)).clip(-1, 1))
        alone.add(with_scales(again, {}, {})[0].features[0].log_unit)
        for unit in (None, 10.0, 1.0):
            kept, impossible = with_scales(again, {}, {"income": Scale(INCOME.label, unit)})
            assert (kept.features[0].log_unit, impossible) == (unit, [])

    assert {None, chosen} <= alone
    assert len(alone) > 1


def near_the_threshold() -> np.ndarray:
    """Incomes so skewed that the data suggest a log scale, but a little less skewed that they do not."""
    generator = np.random.default_rng(4)
    normal = generator.normal(0, 1, 300)
    for spread in np.arange(0.2, 0.6, 0.002):
        values = np.exp(4 + spread * normal)
        if with_scales(incomes(values), {}, {})[0].features[0].log_unit is not None:
            return values
    raise AssertionError
