"""The published figures of one feature or column: in each segment, and then in all customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from segmentation.points.disclosure import Disclosure

Values = npt.NDArray[np.float64]

# In standard deviations of all customers: half of it is how far a rounded mean may be off.
_COARSE = 0.5
_COARSE_SHARE = 0.25


@dataclass(frozen=True)
class Driver:
    """How a segment differs from all other customers in one feature, or in one of its categories.

    Parameters
    ----------
    feature : str
        Role of the feature.
    category : str or None
        The category; None for a numeric feature.
    difference : float
        Difference of the means, or of the shares, in standard deviations of all customers; positive where the segment's
        is larger.
    """

    feature: str
    category: str | None
    difference: float


class Moments(NamedTuple):
    """What is known of a number, before it is rounded; the last entry of each is of all customers.

    Parameters
    ----------
    customers : ndarray, shape (n_segments + 1,)
        Numbers of customers.
    means, deviations : ndarray of float64, shape (n_segments + 1,)
        Means and standard deviations, in the unit of the file.
    ranges : ndarray of float64, shape (n_segments + 1,)
        Ranges of the values; 0 where nothing is rounded.
    positions, differences : ndarray of float64, shape (n_segments,)
        Distances of each segment's mean from that of all customers and from that of all others, in standard deviations
        of all customers.
    steps : ndarray of float64, shape (n_segments + 1,)
        Ranges in standard deviations of all customers.
    """

    customers: npt.NDArray[Any]
    means: Values
    deviations: Values
    ranges: Values
    positions: Values
    differences: Values
    steps: Values


@dataclass(frozen=True)
class Numbers:
    """The figures of a number, the last of each list those of all customers; see `Profile`."""

    role: str
    means: list[float]
    medians: list[float]
    spreads: list[float]
    positions: list[float]
    differences: list[float]
    coarse: list[bool]

    def drivers_of(self, i: int) -> list[Driver]:
        """Return how a segment differs from other customers.

        Parameters
        ----------
        i : int
            Its label.
        """
        return [Driver(self.role, None, self.differences[i])]

    @classmethod
    def of(cls, role: str, moments: Moments, disclosure: Disclosure, middles: Sequence[float] = ()) -> Numbers:
        """Round the moments of a number as they are published.

        Parameters
        ----------
        role : str
            Role of the feature.
        moments : Moments
            Its moments.
        disclosure : Disclosure
            How exactly numbers are published.
        middles : sequence of float, optional
            Its medians.
        """
        customers, means, deviations, ranges, positions, differences, steps = moments
        spread = float(deviations[-1])
        # So few customers may be alike by chance: their mean would then reveal the value of each.
        few = np.array(customers) < disclosure.min_cell_count
        blurs = np.where(few, np.maximum(deviations, spread), deviations)
        # What one customer adds to the sum of squares is the more, the less there is of it.
        wide = np.divide(ranges**2, 2 * deviations, out=ranges.copy(), where=deviations > 0)

        def published(numbers: Sequence[float], ranges: Values = ranges) -> list[float]:
            return [
                disclosure.mean(float(one), float(blur), n, float(value_range))
                for one, blur, n, value_range in zip(numbers, blurs, customers, ranges, strict=True)
            ]

        return cls(
            role,
            published(means.tolist()),
            published(middles) if len(middles) else [],
            published(deviations.tolist(), wide),
            [*positions.tolist(), 0.0],
            [
                *(
                    disclosure.mean(float(one), 1.0, n, float(step))
                    for one, n, step in zip(differences, customers, steps, strict=False)
                ),
                0.0,
            ],
            [
                disclosure.step(float(blur), n, float(value_range)) > _COARSE * spread
                for blur, n, value_range in zip(blurs, customers, ranges, strict=True)
            ],
        )


@dataclass(frozen=True)
class Categories:
    """The figures of categories, the last of each list those of all customers; see `Profile`."""

    role: str
    shares: list[dict[str, float]]
    differences: list[dict[str, float]]
    coarse: list[bool]

    def drivers_of(self, i: int) -> list[Driver]:
        """Return how a segment differs from other customers.

        Parameters
        ----------
        i : int
            Its label.
        """
        return [Driver(self.role, name, difference) for name, difference in self.differences[i].items()]

    @classmethod
    def of(cls, role: str, names: Sequence[str], totals: npt.NDArray[Any], disclosure: Disclosure) -> Categories:
        """Round shares as they are published.

        Parameters
        ----------
        role : str
            Role of the feature.
        names : sequence of str
            Its categories.
        totals : ndarray, shape (n_segments, n_categories)
            Number of customers of each category in each segment.
        disclosure : Disclosure
            How exactly numbers are published.
        """
        of_all, sizes, customers = totals.sum(axis=0), np.maximum(totals.sum(axis=1), 1), max(totals.sum(), 1)
        overall = of_all / customers
        spread = np.sqrt(overall * (1 - overall))
        others = np.maximum(customers - sizes, 1)[:, None]
        differences = totals / sizes[:, None] - (of_all - totals) / others
        differences = np.divide(differences, spread, out=np.zeros_like(differences), where=spread > 0)
        return cls(
            role,
            [
                {name: disclosure.share(one, size) for name, one in zip(names, row, strict=True)}
                for row, size in zip([*totals, of_all], [*sizes, customers], strict=True)
            ],
            [
                *(
                    # Of two categories one says what the other does; it is the one that the segment has more of.
                    {names[int(np.argmax(row))]: disclosure.mean(float(row.max()), 1.0, size)}
                    if len(names) <= 2
                    else {name: disclosure.mean(float(one), 1.0, size) for name, one in zip(names, row, strict=True)}
                    for row, size in zip(differences, sizes, strict=True)
                ),
                {},
            ],
            [not disclosure.exact and disclosure.min_cell_count > _COARSE_SHARE * n for n in (*sizes, customers)],
        )
