"""What is in the chunks of a file: counts and faults, which can be added in any order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from segmentation.customers.cleaning import FIRST_FEATURE, reasons
from segmentation.points.chunk import DUPLICATE, Chunk
from segmentation.points.counting import compress, compress_columns
from segmentation.points.grid import Grid
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.date_columns import Years, together
from segmentation.schema.features import Feature
from segmentation.schema.numbers import OUT_OF_RANGE


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
    years : Years
        The dates of the customers, see `segmentation.schema.date_columns`.
    """

    counts: RowCounts
    of_incomplete: list[WeightedPoints]
    faults: npt.NDArray[np.int64]
    lines: dict[int, int] = field(default_factory=dict)
    customers: int = 0
    ascii: bool = True
    years: Years = field(default_factory=dict)

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
        profile.years = chunk.years
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
        self.years = together([self.years, other.years])
