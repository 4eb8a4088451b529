"""Customers far from all others, such as an income with three zeros too many: they are no guide to segments.

They are left out while centroids are sought, as in trimmed K-Means (García-Escudero & Gordaliza 1999), but for a rule
that finds them before: values beyond robust limits (Barnett & Lewis 1994) and behind a gap.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from segmentation.points.weighted import WeightedPoints

KEEP = "keep"

# An outlier lies so many standard deviations from the mean, both without the ends, and beyond a gap so wide.
_FENCE, _GAP = 4.0, 1.0
# A share of the customers, and at least so many: the ends without which mean and deviation are taken, and the most
# outliers that there can be; more are a tail. Where the run before left some out, it takes twice as many for a tail.
_SHARE, _FEWEST = 0.01, 3
# So many customers together are a segment, and so is a hundredth of all.
_SEGMENT = 10

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def find_outliers(points: WeightedPoints, *, before: bool = False) -> Mask:
    """Find the customers far from all others in a numeric feature, on its scale.

    Parameters
    ----------
    points : WeightedPoints
        The customers, with all features of both modes.
    before : bool
        Whether the run before left customers out.

    Returns
    -------
    ndarray of bool, shape (n_points,)
        Whether the customers of a point are outliers; none are where they would be too many.
    """
    most = max(_SHARE * points.customers, _FEWEST) * (1 + before)
    found = np.zeros(len(points), dtype=bool)
    for feature in points.features:
        if not feature.categorical:
            outlying = _far_values(points.scaled(feature.role), points.counts)
            if points.counts[outlying].sum() <= most:
                found |= outlying
    return found if points.counts[found].sum() <= most else np.zeros(len(points), dtype=bool)


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
