"""How exactly numbers are published: as they are, or so that no customer can be singled out by them.

With a `min_cell_count` above 1 no published number describes fewer customers than that: smaller counts are suppressed,
larger ones are rounded to its multiples, and means are rounded so coarsely that no single customer moves them by more
than a step.

Whether a count is rounded up or down, and whether a small one is suppressed, is random, and changes with the customers:
two results that differ in one customer differ in many counts, not only in those that include the customer, so their
difference does not give that customer away. The random numbers come from a keyed hash: they cannot be reproduced
without the key.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segmentation.rounding import hundredths, significant

if TYPE_CHECKING:
    from segmentation.points.weighted import WeightedPoints

# Nearly all values lie within so many standard deviations, three to either side.
_SPAN = 6.0
_NICE = (1.0, 2.0, 5.0, 10.0)
_FINEST = 0.01
_SEED_BYTES = 32


@dataclass(frozen=True)
class Disclosure:
    """The rule by which numbers are published.

    Parameters
    ----------
    min_cell_count : int
        Fewest customers that a published number may describe; 1 publishes all numbers as they are.
    seed : int
        Seed of the random rounding, a hash of all customers. The same count is always rounded alike.

    Examples
    --------
    >>> rule = Disclosure(5)
    >>> rule.cell(4), rule.cell(9) in (5, 10), rule.cell(38) in (35, 40), rule.mean(54.3, 8.7, 38)
    (None, True, True, 54)
    """

    min_cell_count: int = 1
    seed: int = 0

    @classmethod
    def from_points(cls, points: WeightedPoints, min_cell_count: int, rounding_key: bytes) -> Disclosure:
        """Return the rule for a set of customers.

        Parameters
        ----------
        points : WeightedPoints
            The customers.
        min_cell_count : int
            Fewest customers that a published number may describe.
        rounding_key : bytes
            Secret key of the random rounding.
        """
        return cls(min_cell_count, _digest(points, rounding_key)) if min_cell_count > 1 else cls()

    @property
    def exact(self) -> bool:
        """Whether numbers are published as they are."""
        return self.min_cell_count == 1

    def count(self, customers: float) -> int:
        """Return a number of customers that is always published, rounded at random to a multiple of `min_cell_count`.

        It is rounded up or down with probabilities that keep its expected value (Nargundkar & Saveland 1972).

        Parameters
        ----------
        customers : float
            Number of customers.
        """
        if self.exact or not customers:
            return int(customers)
        fewest = self.min_cell_count
        return max(fewest, fewest * ((int(customers) + self._random_offset("round", customers)) // fewest))

    def cell(self, customers: float) -> int | None:
        """Return a number of customers, or None where it is suppressed.

        A number below `min_cell_count` always is, one little above it at random.

        Parameters
        ----------
        customers : float
            Number of customers.
        """
        is_shown = self.exact or customers >= self.min_cell_count + self._random_offset("hide", customers)
        return self.count(customers) if is_shown else None

    def mean(self, value: float, deviation: float, customers: float, value_range: float = 0.0) -> float:
        """Return a mean or a measure of spread, rounded so that no single customer moves it by more than a step.

        Parameters
        ----------
        value : float
            The statistic.
        deviation : float
            Standard deviation of the values; 0 where they are constant.
        customers : float
            Number of customers it describes.
        value_range : float
            Range of the values: one customer moves the mean by `value_range / customers` at most.
        """
        if self.exact or not deviation:
            return significant(value)
        step = self.step(deviation, customers, value_range)
        return significant(round(value / step) * step)

    def step(self, deviation: float, customers: float, value_range: float = 0.0) -> float:
        """Return the step to whose multiples `mean` rounds; 0 where it does not round.

        Parameters
        ----------
        deviation : float
            Standard deviation of the values.
        customers : float
            Number of customers described.
        value_range : float
            Range of the values.
        """
        return 0.0 if self.exact or not deviation else _nice(max(_SPAN * deviation, value_range) / customers)

    def share(self, part: float, whole: float) -> float:
        """Return a share, 0 to 1, from rounded counts.

        Parameters
        ----------
        part : float
            Number of customers in the part.
        whole : float
            Number of customers in the whole.
        """
        if self.exact:
            return significant(part / whole)
        return significant(min((self.cell(part) or 0) / self.count(whole), 1.0))

    def measure(self, value: float, customers: float = math.inf, value_range: float = 0.0) -> float:
        """Return a measure between -1 and 1 of all customers together, such as a silhouette or a correlation.

        Where the number of customers is given, the measure is a mean over them, and is rounded so that none of them
        moves it by a step.

        Parameters
        ----------
        value : float
            The measure.
        customers : float
            Number of customers whose mean it is; infinite where it is not a mean.
        value_range : float
            Largest contribution of one customer, such as the largest product of a correlation.
        """
        if self.exact:
            return significant(value)
        step = max(_FINEST, _nice(max(_SPAN, value_range) / customers)) if customers < math.inf else _FINEST
        # The finest step is that of sentences, so it is rounded as they are.
        rounded = hundredths(value) / 100 if step == _FINEST else round(value / step) * step
        return significant(min(max(rounded, -1.0), 1.0))

    def total(self, value: float) -> float:
        """Return a sum over all customers, such as an inertia.

        Parameters
        ----------
        value : float
            The sum.
        """
        return significant(value) if self.exact else float(f"{value:.2g}")

    def cells(self, counts: Iterable[float]) -> list[int | None]:
        """Return several numbers of customers, each as by `cell`.

        Parameters
        ----------
        counts : iterable of float
            Numbers of customers.
        """
        return [self.cell(count) for count in counts]

    def parts(self, counts: Sequence[float]) -> list[int | None]:
        """Return the numbers of customers in the parts of a whole whose total is published.

        Where exactly one part is suppressed, the next smallest is as well; otherwise it would follow from the total.

        Parameters
        ----------
        counts : sequence of float
            Number of customers in each part.
        """
        shown = self.cells(counts)
        if shown.count(None) == 1 and len(shown) > 1:
            shown[sorted(range(len(counts)), key=lambda i: counts[i])[1]] = None
        return shown

    def table(self, counts: Sequence[Sequence[float]]) -> list[list[int | None]]:
        """Return the numbers of customers in a table whose row and column totals are published, each as a `count`.

        Where a suppressed number would follow exactly from a total and from the other numbers of its row or column, the
        whole row or column is suppressed: suppressing a part of it would give the number away to a reader who knows
        this rule.

        Parameters
        ----------
        counts : sequence of sequence of float
            Number of customers in each cell, row by row.
        """
        shown = [self.cells(row) for row in counts]
        lines = [[(i, j) for j in range(len(row))] for i, row in enumerate(counts)]
        lines += [list(column) for column in zip(*lines, strict=True)]
        while is_shown := next((line for line in lines if self._reveals(line, counts, shown)), None):
            for i, j in is_shown:
                shown[i][j] = None
        return shown

    def _reveals(
        self, line: Sequence[tuple[int, int]], counts: Sequence[Sequence[float]], shown: Sequence[Sequence[int | None]]
    ) -> bool:
        """Return whether a suppressed number follows from the other numbers of its line and from its total."""
        cells = [shown[i][j] for i, j in line]
        _, hidden_max = self._true_count_bounds(None)
        seconds = (counts[i][j] > hidden_max for i, j in line if shown[i][j] is None)
        if self.exact or None not in cells or not any(cells) or any(seconds):
            return False
        count_min, count_max = self._true_count_bounds(self.count(sum(counts[i][j] for i, j in line)))
        minima, maxima = zip(*map(self._true_count_bounds, cells), strict=True)
        # All that are hidden have the same bounds.
        hidden_min = max(0, count_min - (sum(maxima) - hidden_max))
        return bool(hidden_min >= min(hidden_max, count_max - sum(minima)))

    def _true_count_bounds(self, shown: int | None) -> tuple[int, int]:
        """Return the smallest and the largest true number of customers that is published as the given one."""
        margin = self.min_cell_count - 1
        return (0, 2 * margin) if shown is None else (max(0, shown - margin), shown + margin)

    def _random_offset(self, what: str, customers: float) -> int:
        """Return a random number below `min_cell_count`, always the same for a purpose and a number of customers."""
        drawn = hashlib.blake2b(f"{what} {int(customers)}".encode(), key=self.seed.to_bytes(_SEED_BYTES), digest_size=8)
        return int.from_bytes(drawn.digest()) % self.min_cell_count


def _digest(points: WeightedPoints, key: bytes) -> int:
    """Return a keyed hash of points, an integer of `_SEED_BYTES`."""
    digest = hashlib.blake2b(points.codes.tobytes(), key=hashlib.blake2b(key).digest(), digest_size=_SEED_BYTES)
    digest.update(points.counts.tobytes())
    return int.from_bytes(digest.digest())


def _nice(step: float) -> float:
    """Return the next larger of 1, 2, 5, 10, 20 …, also below 1."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(nice * power for nice in _NICE if nice * power >= step)
