"""What is in a file: counts and faults of its chunks, which can be added in any order, and what follows of them all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from segmentation import refusals
from segmentation.customers.cleaning import (
    FIRST_FEATURE,
    Cleaning,
    reasons,
    spelling_of,
)
from segmentation.customers.duplicates import DuplicateDetector
from segmentation.customers.reader import CustomerFile
from segmentation.points.chunk import DUPLICATE, Chunk
from segmentation.points.counting import compress, compress_columns
from segmentation.points.grid import Grid
from segmentation.points.weighted import WeightedPoints
from segmentation.rounding import plural
from segmentation.schema.features import Feature
from segmentation.schema.numbers import MISSING, NOT_NUMERIC, OUT_OF_RANGE
from segmentation.schema.schema import Note


@dataclass
class RowCounts:
    """The customers of some clean chunks, and what became of their rows; counts can be added in any order."""

    points: WeightedPoints
    by_reason: npt.NDArray[np.int64]
    imputed: int = 0
    imputed_cells: Counter[str] = field(default_factory=Counter)

    @classmethod
    def none(cls, features: tuple[Feature, ...], grid: Grid) -> RowCounts:
        """Return the count of no rows."""
        return cls(WeightedPoints.none(features, grid), np.zeros(FIRST_FEATURE + len(features), dtype=np.int64))

    @classmethod
    def of(cls, chunk: Chunk, grid: Grid, widths: tuple[int, ...] | None = None) -> RowCounts:
        """Count a clean chunk; `widths` as for `compress`."""
        count = cls.none(chunk.features, grid)
        count.points = compress(chunk, grid, widths)
        count.by_reason += np.bincount(reasons(chunk), minlength=len(count.by_reason))
        filled = np.zeros(len(chunk.rows), dtype=bool)
        for feature, faults in zip(chunk.features, chunk.faults, strict=True):
            if faults is not None:
                mended = (faults > 0) & chunk.usable
                count.imputed_cells[feature.role] += int(mended.sum())
                filled |= mended
        count.imputed = int(filled.sum())
        return count

    def add(self, other: RowCounts) -> None:
        """Add what was counted elsewhere in the file."""
        self.points += other.points
        self.by_reason += other.by_reason
        self.imputed += other.imputed
        self.imputed_cells.update(other.imputed_cells)

    @property
    def rows(self) -> dict[str, int]:
        """How many rows were read, used, imputed, duplicated and rejected."""
        read, used, duplicated = self.by_reason.sum(), self.by_reason[0], self.by_reason[DUPLICATE]
        counts = {"read": read, "used": used, "imputed": self.imputed, "duplicated": duplicated}
        return {**{name: int(n) for name, n in counts.items()}, "rejected": int(read - used - duplicated)}


@dataclass
class ChunkProfile:
    """What was found in some chunks of a file, as they are, without duplicates; it can be added in any order.

    Parameters
    ----------
    count : RowCounts
        Of the rows that need no cleaning.
    of_incomplete : list of WeightedPoints
        Of each feature, the values of customers who lack another one.
    faults : ndarray of int64, shape (n_features, n_faults)
        How many customers have which fault in each feature.
    lines : dict of int to int
        By index of feature, the line of the first row of the file in which it has a fault.
    customers : int
        How many there are.
    ascii : bool
        Whether all rows are ASCII.
    """

    count: RowCounts
    of_incomplete: list[WeightedPoints]
    faults: npt.NDArray[np.int64]
    lines: dict[int, int] = field(default_factory=dict)
    customers: int = 0
    ascii: bool = True

    @classmethod
    def none(cls, features: tuple[Feature, ...], grid: Grid) -> ChunkProfile:
        """Return the facts of no rows."""
        of_incomplete = [WeightedPoints.none((feature,), grid.part([i])) for i, feature in enumerate(features)]
        faults = np.zeros((len(features), OUT_OF_RANGE + 1), dtype=np.int64)
        return cls(RowCounts.none(features, grid), of_incomplete, faults)

    @classmethod
    def of(cls, chunk: Chunk, grid: Grid, widths: tuple[int, ...] | None = None) -> ChunkProfile:
        """Look at a chunk without duplicates; `widths` is as for `compress`."""
        facts = cls.none(chunk.features, grid)
        facts.count = RowCounts.of(chunk, grid, widths)
        customers = chunk.customers
        facts.customers = int(customers.sum())
        facts.ascii = chunk.rows.text.isascii()
        incomplete = customers & ~chunk.usable
        for i, (feature, values, faults) in enumerate(zip(chunk.features, chunk.columns, chunk.faults, strict=True)):
            if incomplete.any():
                there = values[incomplete & ~np.isnan(values)]
                facts.of_incomplete[i] = compress_columns((feature,), [there], grid.part([i]))
            if faults is not None:
                facts.faults[i] = np.bincount(faults[customers], minlength=OUT_OF_RANGE + 1)
                wrong = np.flatnonzero(customers & (faults > 0))
                if len(wrong):
                    facts.lines[i] = int(chunk.rows.lines(wrong[:1])[0])
        return facts

    def add(self, other: ChunkProfile) -> None:
        """Add what was found elsewhere in the file."""
        self.count.add(other.count)
        self.of_incomplete = [a + b for a, b in zip(self.of_incomplete, other.of_incomplete, strict=True)]
        self.faults += other.faults
        for i, line in other.lines.items():
            self.lines[i] = min(self.lines.get(i, line), line)
        self.customers += other.customers
        self.ascii &= other.ascii


@dataclass(frozen=True)
class FileProfile:
    """What was found in a file, as it is.

    Parameters
    ----------
    file : CustomerFile
        As it was read.
    facts : ChunkProfile
        About its rows without duplicates.
    sightings : DuplicateDetector
        About duplicates.
    """

    file: CustomerFile
    facts: ChunkProfile
    sightings: DuplicateDetector

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features, with all of their categories."""
        return self.facts.count.points.features

    def missing(self, i: int) -> int:
        """How many customers have no value of a feature that can be used."""
        return int(self.facts.faults[i, MISSING:].sum())

    def faults(self, i: int, kind: int) -> int:
        """How many customers have a fault of this kind in a feature."""
        return int(self.facts.faults[i, kind])

    @property
    def texts(self) -> int:
        """How many cells of customers hold text where a number belongs."""
        return int(self.facts.faults[:, NOT_NUMERIC].sum())

    def values(self, i: int) -> WeightedPoints:
        """All known values of one feature."""
        return self.facts.count.points.marginal([self.features[i].role]) + self.facts.of_incomplete[i]

    def useless(self) -> tuple[str, Note] | None:
        """Return a feature that the file can do without and of which it has no value, and what to say of it."""
        for i, (feature, wanted) in enumerate(zip(self.features, self.file.schema.wanted, strict=True)):
            if not wanted.required and 0 < self.missing(i) < self.facts.customers < 2 * self.missing(i):
                return feature.role, Note(
                    f"'{feature.label}' is known of {plural(self.facts.customers - self.missing(i), 'customer')} only, "
                    "too few for it to have a part in the segments.",
                    "Fill the column.",
                )
            if not wanted.required and self.facts.customers and self.missing(i) == self.facts.customers:
                what, mend = "value", "Fill"
                if self.faults(i, NOT_NUMERIC):
                    what, mend = "number", "Write plain numbers in"
                if self.faults(i, OUT_OF_RANGE):
                    what, mend = f"value from {wanted.low:g} to {wanted.high:g}", "Check"
                return feature.role, Note(
                    f"'{feature.label}' holds no {what} for any customer, so it has no part in the segments.",
                    f"{mend} the column, if it should have one.",
                )
        return None

    def cleaning(self) -> Cleaning:
        """Say what has to be done to the chunks."""
        settings, schema = self.file.settings, self.file.schema
        spellings, fills = {}, {}
        for i, feature in enumerate(self.features):
            counts = self._counts(i) if feature.categorical else {}
            spelling = spelling_of(counts, letters=feature.role == "gender")
            if spelling:
                spellings[feature.role] = spelling
            lacking = self.missing(i)
            if (
                settings.impute
                and 0 < lacking <= settings.most_missing * self.facts.customers
                and lacking < self.facts.customers
            ):
                for name, meant in spelling.items():
                    counts[meant] += counts.pop(name)
                fills[feature.role] = max(sorted(counts), key=counts.__getitem__) if counts else _median(self.values(i))
        return Cleaning(fills, spellings, self.sightings.duplicates, schema.modes)

    def common(self, i: int) -> frozenset[str]:
        """Return the categories of a feature that enough customers share for them to be told."""
        counts = self._counts(i) if self.features[i].categorical else {}
        return frozenset(name for name, n in counts.items() if n >= self.file.settings.min_cell_count)

    def _counts(self, i: int) -> dict[str, int]:
        """Return how many customers have each category of a feature."""
        counts: Counter[str] = Counter()
        for points in (self.facts.count.points, self.facts.of_incomplete[i]):
            feature = next(one for one in points.features if one.role == self.features[i].role)
            names = feature.categories or ()
            if len(points):
                totals = np.bincount(points.cells(feature.role), points.counts, len(names))
                counts.update(dict(zip(names, map(int, totals), strict=True)))
        return dict(counts)

    def check(self, count: RowCounts, fewest: int = 1) -> None:
        """Refuse a file of too few customers, or of none, naming the column at fault and what stands in it."""
        if count.rows["used"] >= fewest:
            return
        if count.rows["used"]:
            raise refusals.fewer_than_min_cell_count(count.rows["used"], fewest)
        if not self.facts.customers:
            raise refusals.no_customers()
        worst = int(np.argmax(self.facts.faults[:, MISSING:].sum(axis=1)))
        raise refusals.no_usable_row(
            self.missing(worst), self.facts.customers, self.features[worst].label, self.facts.lines[worst]
        )


def _median(values: WeightedPoints) -> float:
    """Return the median of one feature over all customers, rounded as far as it is known."""
    (median,) = values.medians.values()
    return float(f"{median:.9g}")
