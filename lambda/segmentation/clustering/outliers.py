"""Customers far from all others, such as an income with three zeros too many: they are no guide to segments.

They are left out while centroids are sought, as in trimmed K-Means (García-Escudero & Gordaliza 1999), but for a rule
that finds them before: values beyond robust limits (Barnett & Lewis 1994) and behind a gap.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from segmentation.points.distinct import distinct_values
from segmentation.points.weighted import WeightedPoints

AUTO, KEEP = "auto", "keep"

# An outlier lies so many standard deviations from the mean, both without the ends, and beyond a gap so wide.
_FENCE, _GAP = 4.0, 1.5
# A share of the customers, and at least so many: the ends without which mean and deviation are taken, and the most
# outliers that there can be; more are a tail. Where the run before left some out, it takes twice as many for a tail.
_SHARE, _FEWEST = 0.01, 3
# So many customers together are a segment, where they are a hundredth of all.
_SEGMENT = 10

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
    limits : mapping of str to (float, float)
        By role of the features that make them so, values beyond which, and only there, a customer is an outlier.
    """

    rule: str
    mask: Mask
    customers: int
    limits: Mapping[str, tuple[float, float]]

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


def find_outliers(points: WeightedPoints, rule: str = AUTO, *, before: bool = False) -> tuple[Outliers, WeightedPoints]:
    """Find the customers far from all others in a numeric feature, on its scale.

    Parameters
    ----------
    points : WeightedPoints
        The customers, with all features of both modes.
    rule : str
        ``auto``, or ``keep`` to leave nobody out.
    before : bool
        Whether the run before left customers out.

    Returns
    -------
    outliers : Outliers
        The outliers; none where they would be too many.
    kept : WeightedPoints
        All others.
    """
    if rule == KEEP:
        return Outliers.none(points, rule), points
    most = max(_SHARE * points.customers, _FEWEST) * (1 + before)
    found = {}
    for feature in points.features:
        if not feature.categorical:
            values, counts, value_of_point = distinct_values(points, feature.role)
            far = _far_values(feature.to_scale(values), counts)
            if 0 < counts[far].sum() <= most:
                found[feature.role] = far[value_of_point]
    mask = np.any([np.zeros(len(points), dtype=bool), *found.values()], axis=0)
    customers = int(points.counts[mask].sum())
    kept = points.where(~mask)
    if customers > most:
        return Outliers.none(points), points
    limits = {role: _limits(points.column(role), far) for role, far in found.items()}
    return Outliers(rule, mask, customers, limits), kept


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
    far: Mask = (beyond & (sizes < max(_SEGMENT, _SHARE * total)))[run]
    return far


def _limits(values: Values, far: Mask) -> tuple[float, float]:
    """Return the middles of the gaps between the values that are far and all others, infinite where there is none."""
    lowest, highest = float(values[~far].min()), float(values[~far].max())
    below, above = values[far & (values < lowest)], values[far & (values > highest)]
    return (
        (lowest + float(below.max())) / 2 if len(below) else -np.inf,
        (highest + float(above.min())) / 2 if len(above) else np.inf,
    )


def _robust_moments(ordered: Values, customers: Counts) -> tuple[float, float]:
    """Return mean and standard deviation of sorted values without the ends.

    The deviation is multiplied by what makes it that of all values where they are normally distributed, as is usual for
    trimmed estimates (Croux & Haesbroeck 1999): without it, every 20th normal distribution has an outlier.
    """
    total = int(customers.sum())
    cut = min(max(_SHARE * total, _FEWEST), total / 4)
    weights = np.diff(np.clip(np.cumsum(customers), cut, total - cut), prepend=cut)
    left = total - 2 * cut
    mean = float((ordered * weights).sum()) / left
    deviations = ordered - mean
    variance = float((deviations * deviations * weights).sum()) / left
    quantile = _NORMAL.inv_cdf(1 - cut / total)
    share_of_variance = round(1 - 2 * quantile * _NORMAL.pdf(quantile) * total / left, _DIGITS)
    return mean, math.sqrt(variance / share_of_variance)
