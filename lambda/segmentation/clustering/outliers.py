"""Customers far from all others, such as an income with three zeros too many: they are no guide to segments.

They are left out while centroids are sought, as in trimmed K-Means (García-Escudero & Gordaliza 1999), but for a rule
that finds them before: values beyond robust limits (Barnett & Lewis 1994) and behind a gap.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from segmentation.clustering.selection import KS
from segmentation.points.distinct import FEWEST_TRIMMED, TRIMMED_SHARE, distinct_values, without_ends
from segmentation.points.weighted import WeightedPoints

AUTO, KEEP = "auto", "keep"

# An outlier lies so many standard deviations from the mean, both without the ends, and beyond a gap so wide.
_FENCE, _GAP = 4.0, 1.5
# The most outliers that there can be: as many as are trimmed at one end, since others count in mean and deviation. More
# are a tail; where the run before left some out, it takes twice as many.
_MOST_SHARE, _MOST = TRIMMED_SHARE, FEWEST_TRIMMED
# So many customers together are a segment, where they are also such a share of all.
_SEGMENT, _SEGMENT_SHARE = 10, 0.01

_NORMAL = NormalDist()
# Decimals that all processors agree on.
_DIGITS = 9

Values = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Outliers:
    """The customers who are left out while segments are sought.

    Parameters
    ----------
    rule : str
        ``auto``, or ``keep`` where nobody is to be left out.
    mask : ndarray of bool, shape (n_points,)
        Whether the customers of a point are outliers.
    customers : int
        How many they are.
    ranges : mapping of str to sequence of (float, float)
        By role of the features that make them so, the ranges of values in which, and only there, a customer is an
        outlier.
    """

    rule: str
    mask: Mask
    customers: int
    ranges: Mapping[str, Sequence[tuple[float, float]]]

    @classmethod
    def none(cls, points: WeightedPoints, rule: str = AUTO) -> Outliers:
        """Return no outliers.

        Parameters
        ----------
        points : WeightedPoints
            The customers.
        rule : str
            ``auto`` or ``keep``.
        """
        return cls(rule, np.zeros(len(points), dtype=bool), 0, {})


def find_outliers(
    points: WeightedPoints,
    rule: str = AUTO,
    *,
    before: bool = False,
    modes: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Outliers, WeightedPoints]:
    """Find the customers far from all others in a numeric feature, on its scale.

    Parameters
    ----------
    points : WeightedPoints
        The customers, with all features of both modes.
    rule : str
        ``auto``, or ``keep`` to leave nobody out.
    before : bool
        Whether the run before left customers out.
    modes : mapping of str to sequence of str, optional
        The roles of the features of each mode; one mode with all features by default.

    Returns
    -------
    outliers : Outliers
        The outliers; none where they would be too many, or where too few different others would be left in a mode.
    kept : WeightedPoints
        All others.
    """
    if rule == KEEP:
        return Outliers.none(points, rule), points
    most = max(_MOST_SHARE * points.customers, _MOST) * (1 + before)
    found, ranges = {}, {}
    for feature in points.features:
        if not feature.categorical:
            values, counts, value_of_point = distinct_values(points, feature.role)
            far = _far_values(feature.to_scale(values), counts)
            if 0 < counts[far].sum() <= most:
                found[feature.role] = far[value_of_point]
                ranges[feature.role] = _ranges(values, far)
    mask = np.any([np.zeros(len(points), dtype=bool), *found.values()], axis=0)
    customers = int(points.counts[mask].sum())
    kept = points.where(~mask)
    different = (len(kept.marginal(roles)) for roles in modes.values()) if modes else (len(kept),)
    if not 0 < customers <= most or min(different) < KS[-1]:
        return Outliers.none(points), points
    return Outliers(rule, mask, customers, ranges), kept


def _far_values(values: Values, counts: Counts) -> Mask:
    """Return which of the ascending values are behind a gap beyond the limits, and not together with enough others.

    Where half of the customers have one value, such as 0, what others have says nothing about what is usual.
    """
    total = int(counts.sum())
    mean, deviation = _robust_moments(values, counts)
    nobody = np.zeros(len(values), dtype=bool)
    if deviation == 0 or 2 * counts.max() >= total:
        return nobody
    # Runs of values without a gap between them.
    run = np.append(0, np.cumsum(np.diff(values) > _GAP * deviation))
    if run[-1] == 0:
        return nobody
    sizes = np.bincount(run, counts)
    ends = np.flatnonzero(np.diff(run, append=-1))
    starts = np.append(0, ends[:-1] + 1)
    beyond = (values[starts] > mean + _FENCE * deviation) | (values[ends] < mean - _FENCE * deviation)
    far: Mask = (beyond & (sizes < max(_SEGMENT, _SEGMENT_SHARE * total)))[run]
    return far


def _ranges(values: Values, far: Mask) -> list[tuple[float, float]]:
    """Return the ranges of the ascending values that are far, each from the middle of one gap to that of the next."""
    middles = np.concatenate([[-np.inf], (values[:-1] + values[1:]) / 2, [np.inf]])
    borders = np.flatnonzero(np.diff(far.astype(np.int8), prepend=0, append=0))
    return [(float(middles[first]), float(middles[last])) for first, last in borders.reshape(-1, 2)]


def _robust_moments(ordered: Values, customers: Counts) -> tuple[float, float]:
    """Return mean and standard deviation of sorted values without the ends.

    The deviation is multiplied by what makes it that of all values where they are normally distributed, as is usual for
    trimmed estimates (Croux & Haesbroeck 1999): without it, every 20th normal distribution has an outlier.
    """
    total, weights = customers.sum(), without_ends(customers)
    left = float(weights.sum())
    mean = float((ordered * weights).sum()) / left
    deviations = ordered - mean
    variance = float((deviations * deviations * weights).sum()) / left
    quantile = _NORMAL.inv_cdf((1 + left / total) / 2)
    share_of_variance = round(1 - 2 * quantile * _NORMAL.pdf(quantile) * total / left, _DIGITS)
    return mean, math.sqrt(variance / share_of_variance)
