"""Mean, standard deviation and median of counted values."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

# In which the median is looked for first.
_BINS = 2**14

Values = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def moments(values: Values, counts: Values | Integers) -> tuple[float, float]:
    """Return the mean and the population standard deviation of counted values.

    Values that are all the same have a deviation of exactly 0, which floating-point sums alone would not give.

    Parameters
    ----------
    values : ndarray of float64, shape (n_points,)
        The values.
    counts : ndarray of int64 or float64, shape (n_points,)
        How often each occurs.
    """
    if values.min() == values.max():
        return float(values[0]), 0.0
    total = counts.sum()
    mean = float((values * counts).sum() / total)
    deviations = values - mean
    return mean, math.sqrt(float((deviations * deviations * counts).sum() / total))


def medians(values: Values, counts: Integers, labels: npt.NDArray[np.intp] | None = None) -> list[float]:
    """Return the median of counted values for each label, or of all values where there are no labels.

    Parameters
    ----------
    values : ndarray of float64, shape (n_points,)
        The values.
    counts : ndarray of int64, shape (n_points,)
        How often each occurs.
    labels : ndarray of intp, shape (n_points,), optional
        Group of each value, counted from 0.

    Examples
    --------
    >>> medians(np.array([1.0, 2.0, 5.0, 9.0]), np.array([1, 2, 3, 1]), np.array([0, 0, 1, 1]))
    [2.0, 5.0]
    """
    low, span = values.min(), float(np.ptp(values)) or 1.0
    keys = np.minimum(((values - low) * (_BINS / span)).astype(np.int64), _BINS - 1)
    if labels is not None:
        keys += labels * _BINS
    n = 1 if labels is None else int(labels.max()) + 1
    until = np.bincount(keys, counts, n * _BINS).reshape(n, _BINS).cumsum(axis=1)

    def at(label: int, rank: float) -> float:
        """Return the value of one rank: first its bin, then its place among the values there."""
        found = int(np.searchsorted(until[label], rank, side="right"))
        inside = np.flatnonzero(keys == label * _BINS + found)
        inside = inside[np.argsort(values[inside], kind="stable")]
        before = until[label][found - 1] if found else 0
        return float(values[inside][np.searchsorted(before + np.cumsum(counts[inside]), rank, side="right")])

    return [
        at(label, total // 2) if total % 2 else (at(label, total // 2 - 1) + at(label, total // 2)) / 2
        for label, total in enumerate(until[:, -1])
    ]
