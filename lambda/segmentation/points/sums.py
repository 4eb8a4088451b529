"""Sums of numbers by group, exact in any order: parts of a file may be added as they come, on any machine."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# A sum is counted in 2**-UNIT_BITS, of which every float64 is a whole multiple.
UNIT_BITS = 1_200
_BITS_OF_MANTISSA, _BITS_OF_LOW = 53, 27


def exact_sums(values: npt.NDArray[np.float64], groups: npt.NDArray[np.intp], n_groups: int) -> npt.NDArray[np.object_]:
    """Return the sum of each group as a whole number of 2**-`UNIT_BITS`, shape (n_groups,).

    Parameters
    ----------
    values : ndarray of float64, shape (n_values,)
        Finite numbers, fewer than 2**26.
    groups : ndarray of intp, shape (n_values,)
        Group of each, from 0.
    n_groups : int
        Number of groups.

    Examples
    --------
    >>> sums = exact_sums(np.array([0.1, 1e15, 0.2, -1e15]), np.array([0, 0, 1, 0]), 2)
    >>> [total / 2**UNIT_BITS for total in sums]
    [0.1, 0.2]
    """
    sums = np.zeros(n_groups, dtype=object)
    if not len(values):
        return sums
    mantissas, exponents = np.frexp(values)
    whole = np.ldexp(mantissas, _BITS_OF_MANTISSA)
    high = np.floor(np.ldexp(whole, -_BITS_OF_LOW))
    low = whole - np.ldexp(high, _BITS_OF_LOW)
    first = int(exponents.min())
    width = int(exponents.max()) - first + 1
    keys = groups * width + (exponents - first)
    # Of one exponent, so few halves of mantissas are added that no digit is lost.
    highs, lows = (np.bincount(keys, half, n_groups * width).reshape(n_groups, width) for half in (high, low))
    for group, exponent in zip(*np.nonzero((highs != 0) | (lows != 0)), strict=True):
        half, rest = int(highs[group, exponent]), int(lows[group, exponent])
        sums[group] += ((half << _BITS_OF_LOW) + rest) << (UNIT_BITS - _BITS_OF_MANTISSA + first + int(exponent))
    return sums
