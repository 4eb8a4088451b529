"""How exactly numbers are published: as they are, or so that no customer can be singled out by them.

With a `min_cell_count` above 1 no number tells of fewer customers than that: smaller counts are not published, larger
ones are rounded to its multiples, and averages are rounded so coarsely that no single customer moves them by a step.
So two results that differ in one customer do not give that customer away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from segmentation.rounding import significant

# Nearly all values lie within so many standard deviations, three to either side.
_SPAN = 6.0
_NICE = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Disclosure:
    """The rule by which numbers are published.

    Parameters
    ----------
    min_cell_count : int
        How few customers a number may tell of; 1 publishes all as they are.

    Examples
    --------
    >>> rule = Disclosure(5)
    >>> rule.cell(4), rule.cell(5), rule.cell(38), rule.mean(54.3, 8.7, 38)
    (None, 5, 40, 54)
    """

    min_cell_count: int = 1

    @property
    def exact(self) -> bool:
        """Whether numbers are published as they are."""
        return self.min_cell_count == 1

    def count(self, customers: float) -> int:
        """Return a number of customers that is told in any case."""
        if self.exact:
            return int(customers)
        return self.min_cell_count * max(1, math.floor(customers / self.min_cell_count + 0.5))

    def cell(self, customers: float) -> int | None:
        """Return a number of customers, None where it tells of too few."""
        return self.count(customers) if self.exact or customers >= self.min_cell_count else None

    def mean(self, value: float, deviation: float, customers: float) -> float:
        """Return an average, or a measure of spread, of so many customers with this standard deviation."""
        if self.exact or not deviation:
            return significant(value)
        step = _nice(_SPAN * deviation / customers)
        return significant(round(value / step) * step)

    def share(self, part: float, whole: float) -> float:
        """Return a share, 0 to 1."""
        if self.exact:
            return significant(part / whole)
        return significant(min((self.cell(part) or 0) / self.count(whole), 1.0))

    def measure(self, value: float) -> float:
        """Return a number that all customers make together, such as a silhouette."""
        return significant(value) if self.exact else round(value, 2)

    def total(self, value: float) -> float:
        """Return a sum over all customers, such as an inertia."""
        return significant(value) if self.exact else float(f"{value:.2g}")

    def cells(self, counts: Iterable[float]) -> list[int | None]:
        """Return several numbers of customers."""
        return [self.cell(count) for count in counts]


def _nice(step: float) -> float:
    """Return the next larger of 1, 2, 5, 10, 20 …, also below 1."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(nice * power for nice in _NICE if nice * power >= step)
