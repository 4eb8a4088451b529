"""Customers far from all others, such as an income with three zeros too many: they are no guide to segments.

They are left out while centroids are sought, as in trimmed K-Means (García-Escudero & Gordaliza 1999), but for a rule
that finds them before: values beyond robust limits (Barnett & Lewis 1994) and behind a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.clustering.selection import KS
from segmentation.points.weighted import WeightedPoints

AUTO, KEEP = "auto", "keep"

# An outlier lies so many standard deviations from the mean, both without the ends, and beyond a gap so wide.
_FENCE, _GAP = 4.0, 1.0
# A share of the customers, and at least so many: the ends without which mean and deviation are taken, and the most
# outliers that there can be; more are a tail. Where the run before left some out, it takes twice as many for a tail.
_SHARE, _FEWEST = 0.01, 3
# So many customers together are a segment, where they are a hundredth of all.
_SEGMENT = 10

Values = npt.NDArray[np.float64]
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
        The outliers; none where they would be too many, or where too few others would be left.
    kept : WeightedPoints
        All others.
    """
    if rule == KEEP:
        return Outliers.none(points, rule), points
    most = max(_SHARE * points.customers, _FEWEST) * (1 + before)
    found = {}
    for feature in points.features:
        if not feature.categorical:
            far = _far_values(points.scaled(feature.role), points.counts)
            if 0 < points.counts[far].sum() <= most:
                found[feature.role] = far
    mask = np.any([np.zeros(len(points), dtype=bool), *found.values()], axis=0)
    customers = int(points.counts[mask].sum())
    kept = points.where(~mask)
    if customers > most or len(kept) < KS[-1]:
        return Outliers.none(points), points
    limits = {role: _limits(points.column(role), far) for role, far in found.items()}
    return Outliers(rule, mask, customers, limits), kept


def _far_values(values: Values, counts: npt.NDArray[np.int64]) -> Mask:
    """Return which values are behind a gap beyond the limits, and are not together with enough others."""
    order = np.argsort(values, kind="stable")
    ordered, customers = values[order], counts[order]
    until = np.cumsum(customers)
    total = int(until[-1])
    cut = min(max(_SHARE * total, _FEWEST), total / 4)
    weights = np.diff(np.clip(until, cut, total - cut), prepend=cut)
    mean = float((ordered * weights).sum() / weights.sum())
    deviation = float(np.sqrt(((ordered - mean) ** 2 * weights).sum() / weights.sum()))
    median = ordered[np.searchsorted(until, total / 2)]
    far = np.zeros(len(values), dtype=bool)
    if deviation == 0 or 2 * customers[ordered == median].sum() >= total:
        return far
    # Runs of values without a gap between them.
    run = np.append(0, np.cumsum(np.diff(ordered) > _GAP * deviation))
    sizes = np.bincount(run, customers)
    ends = np.flatnonzero(np.diff(run, append=-1))
    starts = np.append(0, ends[:-1] + 1)
    beyond = (ordered[starts] > mean + _FENCE * deviation) | (ordered[ends] < mean - _FENCE * deviation)
    outlying = beyond & (sizes < max(_SEGMENT, _SHARE * total))
    far[order] = outlying[run]
    return far


def _limits(values: Values, far: Mask) -> tuple[float, float]:
    """Return the middles of the gaps between the values that are far and all others, infinite where there is none."""
    lowest, highest = float(values[~far].min()), float(values[~far].max())
    below, above = values[far & (values < lowest)], values[far & (values > highest)]
    return (
        (lowest + float(below.max())) / 2 if len(below) else -np.inf,
        (highest + float(above.min())) / 2 if len(above) else np.inf,
    )
