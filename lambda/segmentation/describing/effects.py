"""How much of a column the segments explain, and what is called a large effect."""

from __future__ import annotations

import math
from typing import Any

import numpy.typing as npt

from segmentation.rounding import hundredths

CRAMERS_V, ETA_SQUARED = "cramers_v", "eta_squared"
# Cohen, Statistical Power Analysis for the Behavioral Sciences (1988): small, medium and large, in hundredths. Eta
# squared is of an f of 0.1, 0.25 and 0.4; Cramér's V of a w of 0.1, 0.3 and 0.5.
_ETA_SQUARED, _W = (1, 6, 14), (10, 30, 50)
_NAMES = ("negligible", "small", "medium", "large")
# Cohen's d, in hundredths of a standard deviation.
_SMALL = 20
# Of two thousand comparisons, chance makes one as large, in standard errors.
_SURE = 3.5


def cramers_v(totals: npt.NDArray[Any]) -> float:
    """Return Cramér's V of a table, 0 to 1: how far its rows and columns depend on each other.

    Parameters
    ----------
    totals : ndarray, shape (n_rows, n_columns)
        Numbers of customers.

    Examples
    --------
    >>> import numpy as np
    >>> cramers_v(np.array([[10, 0], [0, 30]])), cramers_v(np.array([[1, 2], [2, 4]]))
    (1.0, 0.0)
    """
    totals = totals[totals.any(axis=1)][:, totals.any(axis=0)]
    freedom = min(totals.shape) - 1
    if freedom < 1:
        return 0.0
    whole = float(totals.sum())
    expected = totals.sum(axis=1)[:, None] * (totals.sum(axis=0) / whole)
    surplus = math.fsum(((totals - expected) ** 2 / expected).ravel().tolist())
    return min(math.sqrt(surplus / (whole * freedom)), 1.0)


def strength(effect: float, measure: str, freedom: int = 1) -> str:
    """Return what Cohen (1988) calls an effect of this size.

    Parameters
    ----------
    effect : float
        Eta squared, or Cramér's V.
    measure : str
        `ETA_SQUARED` or `CRAMERS_V`.
    freedom : int, optional
        Of Cramér's V, the smaller number of segments and categories less 1; by its root, V is smaller than Cohen's w.

    Examples
    --------
    >>> strength(0.41, CRAMERS_V, 3), strength(0.41, CRAMERS_V, 1), strength(0.02, ETA_SQUARED)
    ('large', 'medium', 'small')
    """
    size, limits = (effect * math.sqrt(freedom), _W) if measure == CRAMERS_V else (effect, _ETA_SQUARED)
    return _NAMES[sum(hundredths(size) >= limit for limit in limits)]


def stands_out(difference: float, customers: int, everyone: int) -> bool:
    """Return whether a segment differs from all others by more than little, and by more than chance.

    In standard errors, the difference of two shares is the adjusted standardised residual of their table.

    Parameters
    ----------
    difference : float
        Difference of means, or of shares, in standard deviations of all customers.
    customers, everyone : int
        Number of customers in the segment, and in total.

    Examples
    --------
    >>> stands_out(0.5, 60, 200), stands_out(0.5, 20, 60), stands_out(0.15, 10_000, 50_000)
    (False, False, False)
    >>> stands_out(0.6, 60, 200)
    True
    """
    others = max(everyone - customers, 0)
    return hundredths(abs(difference)) >= _SMALL and abs(difference) * math.sqrt(customers * others / everyone) >= _SURE
