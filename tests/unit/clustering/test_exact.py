"""Sums that are not rounded, whatever their order."""

import numpy as np
import pytest

from segmentation.clustering.exact import WEIGHT_UNIT, bits_for_products, bits_for_weights, rounding_unit


def sums_in_two_orders(terms: np.ndarray) -> tuple[float, float]:
    """From the smallest to the largest and the other way round: rounded differently unless nothing is rounded."""
    ordered = np.sort(terms)
    return float(np.cumsum(ordered)[-1]), float(np.cumsum(ordered[::-1])[-1])


@pytest.mark.parametrize("largest", [1e-7, 0.9, 4.0, 12_345.678])
@pytest.mark.parametrize("heaviest", [1.0, 3.7, 1e5])
def test_weighted_sums_of_whole_numbers_do_not_depend_on_their_order(largest, heaviest):
    generator = np.random.default_rng(1)
    numbers = generator.normal(0, largest / 4, 10_000).clip(-largest, largest)
    weights = np.rint(generator.uniform(0, heaviest, 10_000) / WEIGHT_UNIT) * WEIGHT_UNIT
    unit = rounding_unit(largest, bits_for_weights(weights))
    whole = np.rint(numbers / unit)

    one, other = sums_in_two_orders(whole * weights)

    assert one == other
    assert np.abs(whole * unit - numbers).max() <= unit / 2
    raw = sums_in_two_orders(numbers * weights)
    assert raw[0] != raw[1]
    assert one * unit == pytest.approx(raw[0], abs=unit * weights.sum())


@pytest.mark.parametrize("terms", [3, 8, 80, 5_000])
def test_scalar_products_of_whole_numbers_do_not_depend_on_their_order(terms):
    generator = np.random.default_rng(terms)
    bits = bits_for_products(terms)
    for _ in range(200):
        factors = np.rint(generator.uniform(0.5, 1, (2, terms)) * 2.0**bits)
        exact = sum(int(a) * int(b) for a, b in factors.T.astype(int).tolist())

        assert int(factors[0] @ factors[1]) == exact
        assert exact < 2**53
