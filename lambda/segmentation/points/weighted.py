"""Stage 2, compress: chunks of customers to distinct points, each with the number of customers who share it.

Each feature is cut into cells whose width is a power of two: cells nest, whole numbers lie on their borders, and sums
over the customers of a cell are exact. The points of a stream are therefore the same to the last bit, whatever the
sizes of its chunks and on whichever machines they were counted.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from segmentation import refusals
from segmentation.errors import shortened
from segmentation.points.categories import with_categories, with_categories_of_both
from segmentation.points.cell_codes import bit_shifts, bit_widths, code_word, fits_in_codes, merged_codes, packed
from segmentation.points.grid import Grid
from segmentation.points.statistics import medians, moments
from segmentation.schema.features import LONGEST_NAME, Feature

# Places within a cell are counted in this fraction of the finest width.
QUANTUM = -18

Values = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class WeightedPoints:
    """Distinct feature tuples in ascending order, each with its count; `a + b` merges two sets of points.

    Parameters
    ----------
    features : tuple of Feature
        What the tuples are made of.
    grid : Grid
        The grid that the points lie on.
    widths : tuple of int
        Base-2 exponent of each feature's present cell width.
    cell_min, cell_max : tuple of int
        Numbers of each feature's first and last cell; cell 0 begins at 0.
    minimum, maximum : tuple of float
        The smallest and the largest value of each feature, exactly.
    codes : ndarray of int64 or of bytes, shape (n_points,)
        The cell of each point: its features' cell numbers, less `cell_min`, packed into one code; ascending.
    counts : ndarray of int64, shape (n_points,)
        Number of customers in each cell.
    offsets : mapping of int to ndarray of int64, each of shape (n_points,)
        By index of feature, the sum over a cell's customers of their distances from its lower border, in quanta. A
        feature whose values all lie on borders is left out.
    """

    features: tuple[Feature, ...]
    grid: Grid
    widths: tuple[int, ...]
    cell_min: tuple[int, ...]
    cell_max: tuple[int, ...]
    minimum: tuple[float, ...]
    maximum: tuple[float, ...]
    codes: Integers
    counts: Integers
    offsets: Mapping[int, Integers] = field(default_factory=dict)

    @classmethod
    def empty(cls, features: tuple[Feature, ...], grid: Grid) -> WeightedPoints:
        """Return a set of no points.

        Parameters
        ----------
        features : tuple of Feature
            What the tuples are made of.
        grid : Grid
            The grid of the points.
        """
        nothing, zeros = np.zeros(0, dtype=np.int64), (0,) * len(features)
        return cls(features, grid, grid.finest, zeros, zeros, zeros, zeros, nothing, nothing)

    def __len__(self) -> int:
        return len(self.codes)

    def __add__(self, other: WeightedPoints) -> WeightedPoints:
        if not (len(self) and len(other)):
            return self if len(self) else other
        features = tuple(map(with_categories_of_both, self.features, other.features))
        widths = tuple(map(max, self.widths, other.widths))
        parts = [with_categories(part, features)._coarsened_to(widths) for part in (self, other)]
        cell_min = tuple(map(min, *(part.cell_min for part in parts)))
        cell_max = tuple(map(max, *(part.cell_max for part in parts)))
        if not fits_in_codes(cell_min, cell_max):
            wider = self.grid.doubled(widths)
            return self._coarsened_to(wider) + other._coarsened_to(wider)
        one, two = (part._repacked(cell_min, cell_max) for part in parts)
        place = np.searchsorted(one.codes, two.codes)
        new = one.codes[np.minimum(place, len(one) - 1)] != two.codes
        known = (place + np.cumsum(new))[~new]
        codes = np.concatenate([one.codes, two.codes[new]])
        # Of two sorted runs, this kind of sorting takes little time.
        order = np.argsort(codes, kind="stable")

        def merged(column: Integers, other_column: Integers) -> Integers:
            both: Integers = np.concatenate([column, other_column[new]])[order]
            both[known] += other_column[~new]
            return both

        counts = merged(one.counts, two.counts)
        offsets = {i: merged(one._offset(i), two._offset(i)) for i in sorted({*one.offsets, *two.offsets})}
        minimum, maximum = tuple(map(min, self.minimum, other.minimum)), tuple(map(max, self.maximum, other.maximum))
        return WeightedPoints(
            features, self.grid, widths, cell_min, cell_max, minimum, maximum, codes[order], counts, offsets
        ).bounded()

    @property
    def customers(self) -> int:
        """The number of customers behind the points."""
        return int(self.counts.sum())

    @property
    def values(self) -> Values:
        """The tuples, shape (n_points, n_features)."""
        return np.column_stack([self.column(feature.role) for feature in self.features])

    @cached_property
    def moments(self) -> dict[str, tuple[float, float]]:
        """By role of each numeric feature, the mean and the population standard deviation over all customers."""
        return {one.role: moments(self.column(one.role), self.counts) for one in self.features if not one.categorical}

    @cached_property
    def scaled_moments(self) -> dict[str, tuple[float, float]]:
        """By role of each numeric feature, mean and population standard deviation on its scale."""
        return {
            feature.role: self.moments[feature.role]
            if feature.log_unit is None
            else moments(self.scaled(feature.role), self.counts)
            for feature in self.features
            if not feature.categorical
        }

    @cached_property
    def medians(self) -> dict[str, float]:
        """By role of each numeric feature, the median over all customers."""
        return {
            one.role: medians(self.column(one.role), self.counts)[0] for one in self.features if not one.categorical
        }

    def column(self, role: str) -> Values:
        """Return the values of a feature, shape (n_points,): the mean over the customers of each cell.

        Parameters
        ----------
        role : str
            Role of the feature.
        """
        i = self._index(role)
        values = self.cells(role).astype(np.float64) * 2.0 ** self.widths[i]
        return values + self._place(i) if i in self.offsets else values

    def scaled(self, role: str) -> Values:
        """Return the values of a feature on its scale, shape (n_points,), see `Feature.to_scale`.

        Parameters
        ----------
        role : str
            Role of the feature.
        """
        return self.features[self._index(role)].to_scale(self.column(role))

    def extremes(self, role: str) -> tuple[float, float]:
        """Return the smallest and the largest value of a feature, exactly.

        Parameters
        ----------
        role : str
            Role of the feature.
        """
        i = self._index(role)
        return self.minimum[i], self.maximum[i]

    def cells(self, role: str) -> Integers:
        """Return the number of each point's cell in one feature, shape (n_points,); for a category, its index.

        Parameters
        ----------
        role : str
            Role of the feature.
        """
        i = self._index(role)
        shift, bits = bit_shifts(self.cell_min, self.cell_max)[i], bit_widths(self.cell_min, self.cell_max)[i]
        return ((code_word(self.codes, i) >> shift) & ((1 << bits) - 1)) + self.cell_min[i]

    def within_cell_sse(self, role: str) -> Values:
        """Return an upper bound of each cell's sum of squared deviations from its mean, shape (n_points,).

        It is the largest sum that values between two borders can have with this mean (Bhatia & Davis 2000), on the
        scale of the feature, and 0 where all customers of a cell are known to be alike.

        Parameters
        ----------
        role : str
            Role of the feature.
        """
        i = self._index(role)
        if i not in self.offsets:
            return np.zeros(len(self))
        place, width, log_unit = self._place(i), 2.0 ** self.widths[i], self.features[i].log_unit
        bound = self.counts * place * np.maximum(width - place, 0.0)
        if log_unit is not None:
            # The steepest slope of the logarithm in the cell.
            bound /= (log_unit + np.maximum(self.cells(role) * width, 0.0)) ** 2
        return np.where(self.counts > 1, bound, 0.0)

    def marginal(self, roles: Sequence[str]) -> WeightedPoints:
        """Return the points of some of the features only, with their counts merged.

        Parameters
        ----------
        roles : sequence of str
            Roles of the features, in the order they are to have.
        """
        kept = [self._index(role) for role in roles]
        if kept == list(range(len(self.features))):
            return self
        cell_min, cell_max = tuple(self.cell_min[i] for i in kept), tuple(self.cell_max[i] for i in kept)
        codes = packed([self.cells(role) for role in roles], cell_min, cell_max)
        offsets = {new: self.offsets[old] for new, old in enumerate(kept) if old in self.offsets}
        return WeightedPoints(
            tuple(self.features[i] for i in kept),
            self.grid.part(kept),
            tuple(self.widths[i] for i in kept),
            cell_min,
            cell_max,
            tuple(self.minimum[i] for i in kept),
            tuple(self.maximum[i] for i in kept),
            *merged_codes(codes, self.counts, offsets),
        )

    def where(self, kept: npt.NDArray[np.bool_]) -> WeightedPoints:
        """Return some of the points.

        Parameters
        ----------
        kept : ndarray of bool, shape (n_points,)
            Whether each point is one of them; at least one is.
        """
        if kept.all():
            return self
        columns = [self.column(feature.role) for feature in self.features]
        # The ends of a cell are known only where it is the first or the last.
        ends = [
            (
                known_min if column[kept].min() == column.min() else float(column[kept].min()),
                known_max if column[kept].max() == column.max() else float(column[kept].max()),
            )
            for column, known_min, known_max in zip(columns, self.minimum, self.maximum, strict=True)
        ]
        minimum, maximum = zip(*ends, strict=True)
        offsets = {i: offset[kept] for i, offset in self.offsets.items()}
        return replace(
            self,
            minimum=minimum,
            maximum=maximum,
            codes=self.codes[kept],
            counts=self.counts[kept],
            offsets=offsets,
        )

    def _index(self, role: str) -> int:
        return [feature.role for feature in self.features].index(role)

    def _place(self, i: int) -> Values:
        """Return the distance of the mean of each cell's customers from the cell's lower border."""
        return self.offsets[i] / self.counts * 2.0 ** (self.grid.finest[i] + QUANTUM)

    def _offset(self, i: int) -> Integers:
        return self.offsets[i] if i in self.offsets else np.zeros(len(self), dtype=np.int64)

    def _repacked(self, cell_min: tuple[int, ...], cell_max: tuple[int, ...]) -> WeightedPoints:
        """Return the same points, in the same order, with codes for another range of cells."""
        if (cell_min, cell_max) == (self.cell_min, self.cell_max):
            return self
        codes = packed([self.cells(feature.role) for feature in self.features], cell_min, cell_max)
        return replace(self, cell_min=cell_min, cell_max=cell_max, codes=codes)

    def _coarsened_to(self, widths: tuple[int, ...]) -> WeightedPoints:
        points = self
        while points.widths != widths:
            points = points._coarsened()
        return points

    def bounded(self) -> WeightedPoints:
        """Return at most as many points as the grid allows, on a coarser grid where there are more."""
        points = self
        while len(points) > self.grid.max_points:
            ends = zip(points.features, points.cell_min, points.cell_max, strict=True)
            # The cells on either side of 0 are never merged.
            if all(feature.categorical or (first >= -1 and last <= 0) for feature, first, last in ends):
                labels = [shortened(feature.label, LONGEST_NAME) for feature in self.features if feature.categorical]
                raise refusals.too_many_combinations(labels, self.grid.max_points)
            points = points._coarsened()
        return points

    def _coarsened(self) -> WeightedPoints:
        """Return the points with the next widths doubled: neighbouring cells are merged in pairs."""
        widths = self.grid.doubled(self.widths)
        grown = [new > old for new, old in zip(widths, self.widths, strict=True)]
        cells = [self.cells(feature.role) for feature in self.features]
        offsets, joined = dict(self.offsets), False
        for i in itertools.compress(range(len(cells)), grown):
            upper = cells[i] & 1
            cells[i] >>= 1
            if upper.any():
                half = 1 << (self.widths[i] - self.grid.finest[i] - QUANTUM)
                offsets[i] = self._offset(i) + upper * self.counts * half
                joined = True
        cell_min = tuple(number >> one for number, one in zip(self.cell_min, grown, strict=True))
        cell_max = tuple(number >> one for number, one in zip(self.cell_max, grown, strict=True))
        codes, counts = packed(cells, cell_min, cell_max), self.counts
        # Else it is whole numbers on a fine grid, and no two cells have become one.
        if joined:
            codes, counts, offsets = merged_codes(codes, counts, offsets)
        return replace(
            self, widths=widths, cell_min=cell_min, cell_max=cell_max, codes=codes, counts=counts, offsets=offsets
        )
