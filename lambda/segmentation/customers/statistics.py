"""What is in a file: counts and faults of its chunks, which can be added in any order, and what follows from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from segmentation import refusals
from segmentation.customers.cleaning import FIRST_FEATURE, Cleaning, reasons, spelling_of
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
    """The customers of some clean chunks, and what became of their rows; counts can be added in any order.

    Parameters
    ----------
    points : WeightedPoints
        The customers.
    by_reason : ndarray of int64, shape (n_reasons,)
        Number of rows for each reason not to use one, see `reason_texts`; first those that are used.
    imputed : int
        Number of rows in which a value was filled in.
    imputed_cells : Counter of str
        By role of feature, number of values filled in.
    """

    points: WeightedPoints
    by_reason: npt.NDArray[np.int64]
    imputed: int = 0
    imputed_cells: Counter[str] = field(default_factory=Counter)

    @classmethod
    def empty(cls, features: tuple[Feature, ...], grid: Grid) -> RowCounts:
        """Return the counts of no rows.

        Parameters
        ----------
        features : tuple of Feature
            The features of the file.
        grid : Grid
            The grid of the points.
        """
        return cls(WeightedPoints.empty(features, grid), np.zeros(FIRST_FEATURE + len(features), dtype=np.int64))

    @classmethod
    def from_chunk(cls, chunk: Chunk, grid: Grid, widths: tuple[int, ...] | None = None) -> RowCounts:
        """Count the rows of a clean chunk.

        Parameters
        ----------
        chunk : Chunk
            The clean chunk.
        grid : Grid
            The same for all chunks of the file.
        widths : tuple of int, optional
            Widths of the points that these are to be merged with, see `compress`.
        """
        counts = cls.empty(chunk.features, grid)
        counts.points = compress(chunk, grid, widths)
        counts.by_reason += np.bincount(reasons(chunk), minlength=len(counts.by_reason))
        filled = np.zeros(len(chunk.rows), dtype=bool)
        for feature, faults in zip(chunk.features, chunk.faults, strict=True):
            if faults is not None:
                mended = (faults > 0) & chunk.usable
                counts.imputed_cells[feature.role] += int(mended.sum())
                filled |= mended
        counts.imputed = int(filled.sum())
        return counts

    def add(self, other: RowCounts) -> None:
        """Add the counts of other rows of the file.

        Parameters
        ----------
        other : RowCounts
            Counts of the other rows.
        """
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
    """What was found in some raw chunks without duplicates; profiles can be added in any order.

    Parameters
    ----------
    counts : RowCounts
        Counts of the rows that need no cleaning.
    of_incomplete : list of WeightedPoints
        For each feature, its values among customers who lack another feature.
    faults : ndarray of int64, shape (n_features, n_faults)
        Number of customers with each kind of fault in each feature.
    lines : dict of int to int
        By index of feature, the line of the first row of the file that has a fault in it.
    customers : int
        Number of customers.
    ascii : bool
        Whether all rows are ASCII.
    """

    counts: RowCounts
    of_incomplete: list[WeightedPoints]
    faults: npt.NDArray[np.int64]
    lines: dict[int, int] = field(default_factory=dict)
    customers: int = 0
    ascii: bool = True

    @classmethod
    def empty(cls, features: tuple[Feature, ...], grid: Grid) -> ChunkProfile:
        """Return the profile of no rows.

        Parameters
        ----------
        features : tuple of Feature
            The features of the file.
        grid : Grid
            The grid of the points.
        """
        of_incomplete = [WeightedPoints.empty((feature,), grid.part([i])) for i, feature in enumerate(features)]
        faults = np.zeros((len(features), OUT_OF_RANGE + 1), dtype=np.int64)
        return cls(RowCounts.empty(features, grid), of_incomplete, faults)

    @classmethod
    def from_chunk(cls, chunk: Chunk, grid: Grid, widths: tuple[int, ...] | None = None) -> ChunkProfile:
        """Profile a raw chunk without duplicates.

        Parameters
        ----------
        chunk : Chunk
            The chunk, as it was read.
        grid : Grid
            The same for all chunks of the file.
        widths : tuple of int, optional
            Widths of the points that these are to be merged with, see `compress`.
        """
        profile = cls.empty(chunk.features, grid)
        profile.counts = RowCounts.from_chunk(chunk, grid, widths)
        customers = chunk.customers
        profile.customers = int(customers.sum())
        profile.ascii = chunk.rows.text.isascii()
        incomplete = customers & ~chunk.usable
        for i, (feature, values, faults) in enumerate(zip(chunk.features, chunk.columns, chunk.faults, strict=True)):
            if incomplete.any():
                there = values[incomplete & ~np.isnan(values)]
                profile.of_incomplete[i] = compress_columns((feature,), [there], grid.part([i]))
            if faults is not None:
                profile.faults[i] = np.bincount(faults[customers], minlength=OUT_OF_RANGE + 1)
                wrong = np.flatnonzero(customers & (faults > 0))
                if len(wrong):
                    profile.lines[i] = int(chunk.rows.lines(wrong[:1])[0])
        return profile

    def add(self, other: ChunkProfile) -> None:
        """Add the profile of other chunks of the file.

        Parameters
        ----------
        other : ChunkProfile
            Profile of the other chunks.
        """
        self.counts.add(other.counts)
        self.of_incomplete = [a + b for a, b in zip(self.of_incomplete, other.of_incomplete, strict=True)]
        self.faults += other.faults
        for i, line in other.lines.items():
            self.lines[i] = min(self.lines.get(i, line), line)
        self.customers += other.customers
        self.ascii &= other.ascii


@dataclass(frozen=True)
class FileProfile:
    """What was found in a whole file before cleaning.

    Parameters
    ----------
    file : CustomerFile
        The file as it was read.
    merged : ChunkProfile
        The profile of all its rows without duplicates.
    detector : DuplicateDetector
        The duplicates that were found.
    """

    file: CustomerFile
    merged: ChunkProfile
    detector: DuplicateDetector

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features, with all of their categories."""
        return self.merged.counts.points.features

    def missing(self, i: int) -> int:
        """Return the number of customers without a usable value of a feature.

        Parameters
        ----------
        i : int
            Index of the feature.
        """
        return int(self.merged.faults[i, MISSING:].sum())

    def faults(self, i: int, kind: int) -> int:
        """Return the number of customers with one kind of fault in a feature.

        Parameters
        ----------
        i : int
            Index of the feature.
        kind : int
            The fault, see `segmentation.schema.numbers`.
        """
        return int(self.merged.faults[i, kind])

    @property
    def texts(self) -> int:
        """Number of cells of customers that hold text where a number belongs."""
        return int(self.merged.faults[:, NOT_NUMERIC].sum())

    def values(self, i: int) -> WeightedPoints:
        """Return all known values of one feature as points.

        Parameters
        ----------
        i : int
            Index of the feature.
        """
        return self.merged.counts.points.marginal([self.features[i].role]) + self.merged.of_incomplete[i]

    def unusable_feature(self) -> tuple[str, Note] | None:
        """Return an optional feature with no or too few values, and the note on it; None where there is none."""
        for i, (feature, wanted) in enumerate(zip(self.features, self.file.schema.wanted, strict=True)):
            present = self.merged.customers - self.missing(i)
            if not wanted.required and 0 < self.missing(i) < self.merged.customers < 2 * self.missing(i):
                return feature.role, Note(
                    f"'{feature.label}' is known of {plural(present, 'customer')} only, "
                    "too few for it to have a part in the segments.",
                    "Fill the column.",
                )
            if not wanted.required and self.merged.customers and self.missing(i) == self.merged.customers:
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
        """Return what has to be done to the chunks."""
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
                and 0 < lacking <= settings.most_missing * self.merged.customers
                and lacking < self.merged.customers
            ):
                for name, meant in spelling.items():
                    counts[meant] += counts.pop(name)
                fills[feature.role] = max(sorted(counts), key=counts.__getitem__) if counts else _median(self.values(i))
        return Cleaning(fills, spellings, self.detector.duplicates, schema.modes)

    def common(self, i: int) -> frozenset[str]:
        """Return the categories of a feature that enough customers share to be published.

        Parameters
        ----------
        i : int
            Index of the feature.
        """
        counts = self._counts(i) if self.features[i].categorical else {}
        return frozenset(name for name, n in counts.items() if n >= self.file.settings.min_cell_count)

    def _counts(self, i: int) -> dict[str, int]:
        """Return the number of customers of each category of a feature."""
        counts: Counter[str] = Counter()
        for points in (self.merged.counts.points, self.merged.of_incomplete[i]):
            feature = next(one for one in points.features if one.role == self.features[i].role)
            names = feature.categories or ()
            if len(points):
                totals = np.bincount(points.cells(feature.role), points.counts, len(names))
                counts.update(dict(zip(names, map(int, totals), strict=True)))
        return dict(counts)

    def check(self, counts: RowCounts, fewest: int = 1) -> None:
        """Refuse a file with too few usable customers, naming the column at fault.

        Parameters
        ----------
        counts : RowCounts
            Counts of the clean rows.
        fewest : int
            Smallest number of customers that is accepted.

        Raises
        ------
        UnusableFileError
            If fewer customers can be used.
        """
        if counts.rows["used"] >= fewest:
            return
        if counts.rows["used"]:
            raise refusals.fewer_than_min_cell_count(counts.rows["used"], fewest)
        if not self.merged.customers:
            raise refusals.no_customers()
        worst = int(np.argmax(self.merged.faults[:, MISSING:].sum(axis=1)))
        raise refusals.no_usable_row(
            self.missing(worst), self.merged.customers, self.features[worst].label, self.merged.lines[worst]
        )


def _median(values: WeightedPoints) -> float:
    """Return the median of one feature over all customers, rounded to its precision."""
    (median,) = values.medians.values()
    return float(f"{median:.9g}")
