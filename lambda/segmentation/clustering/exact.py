"""Matrix products whose sums are exact, so that they come out the same on every processor.

A BLAS library adds in an order, and by instructions, that depend on the processor, and with them the last digits of its
sums; K-Means then ends elsewhere where two solutions are nearly as good. Sums of whole numbers below 2**53 are not
rounded at all. So what goes into a matrix product is rounded to whole numbers of a unit first, a power of two. What the
engine computes element by element, or by `np.sum`, `np.cumsum` and `np.bincount`, is rounded alike everywhere.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]

_FLOAT_BITS = 53
# Weights are whole numbers of this.
WEIGHT_UNIT = 2.0**-6


def bits_for_weights(weights: Matrix) -> int:
    """Return how many bits numbers may have so that their weighted sums are exact.

    Parameters
    ----------
    weights : ndarray of float64, shape (..., n_points)
        The weights, whole multiples of `WEIGHT_UNIT`.
    """
    return _FLOAT_BITS - math.frexp(float(weights.sum(axis=-1).max()) / WEIGHT_UNIT)[1]


def bits_for_products(terms: int) -> int:
    """Return how many bits each of two factors may have so that a sum of their products is exact.

    Parameters
    ----------
    terms : int
        Number of products in the sum.
    """
    return (_FLOAT_BITS - math.frexp(terms)[1]) // 2


def rounding_unit(largest: float, bits: int) -> float:
    """Return the power of two to whose multiples numbers are rounded so that they have a given number of bits.

    Parameters
    ----------
    largest : float
        Largest absolute value of the numbers.
    bits : int
        Number of bits they may have.

    Examples
    --------
    >>> rounding_unit(3.9, 2), rounding_unit(4.0, 3), rounding_unit(0.3, 2)
    (1.0, 1.0, 0.125)
    """
    return math.ldexp(1.0, math.frexp(largest)[1] - bits)
