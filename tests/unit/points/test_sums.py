"""Sums that are the same however the customers are divided."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmentation.points.sums import UNIT_BITS, exact_sums

NUMBERS = st.floats(-1e30, 1e30) | st.floats(-1e-300, 1e-300) | st.just(5e-324)


@given(st.lists(st.tuples(NUMBERS, st.integers(0, 2)), max_size=50))
def test_sums_are_those_of_fractions(drawn):
    values, groups = np.array([value for value, _ in drawn]), np.array([group for _, group in drawn], dtype=np.intp)

    sums = exact_sums(values, groups, 3)

    for group in range(3):
        wanted = sum(Fraction(value) for value, own in drawn if own == group)
        assert Fraction(sums[group], 2**UNIT_BITS) == wanted


def test_parts_add_up_to_the_whole():
    values = np.random.default_rng(1).lognormal(0, 20, 5_000)
    groups = np.arange(5_000) % 7
    parts = [exact_sums(values[i::9], groups[i::9], 7) for i in range(9)]

    assert (sum(parts[::-1]) == exact_sums(values, groups, 7)).all()
    assert float(values.sum()) != float(sum(values[i::9].sum() for i in range(9)))
