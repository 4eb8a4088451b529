"""What is counted of the columns that describe the segments, while the rows are written: parts add up in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.customers.cells import numbers_of, parse_describing
from segmentation.customers.reader import CustomerFile
from segmentation.files.records import Block
from segmentation.points.sums import UNIT_BITS, exact_sums
from segmentation.schema.describing import MOST_VALUES
from segmentation.schema.meanings import GENDER
from segmentation.schema.schema import Wanted

# Of more different values, none is counted any longer: they would take room without end, and describe nothing.
MOST_DIFFERENT = 1_000
_LONGEST_VALUE = 200
_YES_AND_NO = 2

Counts = npt.NDArray[np.int64]
Labels = npt.NDArray[np.intp]
Values = npt.NDArray[np.float64]
_T = TypeVar("_T", bound=np.generic)


@dataclass
class ValueTally:
    """How many customers of each segment have each value.

    Parameters
    ----------
    most : int
        Largest number of different values.
    counts : dict of str to ndarray of int64, each of shape (n_segments,), or None
        By value; None where there are too many.
    """

    most: int
    counts: dict[str, Counts] | None

    @classmethod
    def of(cls, most: int, values: Sequence[str], codes: Labels, segments: Labels, n_segments: int) -> ValueTally:
        """Count the values of customers.

        Parameters
        ----------
        most : int
            See the attribute.
        values : sequence of str
            Different values; some may not occur.
        codes : ndarray of intp, shape (n,)
            Index of the value of each customer.
        segments : ndarray of intp, shape (n,)
            Their segments.
        n_segments : int
            Number of segments.
        """
        totals = np.bincount(codes * n_segments + segments, minlength=len(values) * n_segments)
        totals = totals.reshape(len(values), n_segments)
        tally = cls(most, {})
        tally._add((values[i], totals[i]) for i in np.flatnonzero(totals.any(axis=1)).tolist())
        return tally

    def add(self, other: ValueTally) -> None:
        """Add the customers of another part of the file.

        Parameters
        ----------
        other : ValueTally
            What was counted there.
        """
        if other.counts is None:
            self.counts = None
        else:
            self._add(other.counts.items())

    def _add(self, counted: Iterable[tuple[str, Counts]]) -> None:
        for value, one in counted:
            if self.counts is None:
                return
            self.counts[value] = self.counts[value] + one if value in self.counts else one
            if len(self.counts) > self.most:
                self.counts = None


@dataclass
class NumberTally:
    """The moments of a number in each segment, exact to the last digit.

    Parameters
    ----------
    centre : float
        Sums are those of distances from it, so that little is lost by their squares.
    known : ndarray of int64, shape (n_segments,)
        Customers who have a number.
    sums, squares : ndarray of object, shape (n_segments,)
        Sums of distances and of their squares, whole numbers of 2**-`UNIT_BITS`.
    minima, maxima : ndarray of float64, shape (n_segments,)
        Smallest and largest number.
    """

    centre: float
    known: Counts
    sums: npt.NDArray[np.object_]
    squares: npt.NDArray[np.object_]
    minima: Values
    maxima: Values

    @classmethod
    def of(cls, values: Values, segments: Labels, n_segments: int, centre: float) -> NumberTally:
        """Count the numbers of customers.

        Parameters
        ----------
        values : ndarray of float64, shape (n,)
            A number of each customer.
        segments : ndarray of intp, shape (n,)
            Their segments.
        n_segments : int
            Number of segments.
        centre : float
            See the attribute.
        """
        distances = values - centre
        minima, maxima = np.full(n_segments, np.inf), np.full(n_segments, -np.inf)
        np.minimum.at(minima, segments, values)
        np.maximum.at(maxima, segments, values)
        return cls(
            centre,
            np.bincount(segments, minlength=n_segments).astype(np.int64),
            exact_sums(distances, segments, n_segments),
            exact_sums(distances**2, segments, n_segments),
            minima,
            maxima,
        )

    def add(self, other: NumberTally) -> None:
        """Add the customers of another part of the file.

        Parameters
        ----------
        other : NumberTally
            What was counted there.
        """
        self.known, self.sums, self.squares = (
            self.known + other.known,
            self.sums + other.sums,
            self.squares + other.squares,
        )
        self.minima = np.minimum(self.minima, other.minima)
        self.maxima = np.maximum(self.maxima, other.maxima)

    def moments(self, mode: slice) -> tuple[Counts, Values, Values]:
        """Return the numbers of customers, and the means of the distances and of their squares.

        Parameters
        ----------
        mode : slice
            Of which segments; the last entry of each is of all of them. Means are 0 where nobody has a number.
        """
        known, *totals = (np.append(one[mode], one[mode].sum()) for one in (self.known, self.sums, self.squares))
        scales = [max(int(n), 1) << UNIT_BITS for n in known]
        # Quotients of whole numbers, which are rounded once.
        means, squares = ([total / scale for total, scale in zip(one, scales, strict=True)] for one in totals)
        return known, np.array(means, dtype=np.float64), np.array(squares, dtype=np.float64)


@dataclass
class Tally:
    """What is counted of one column.

    Parameters
    ----------
    values : ValueTally
        Its values; of a column of numbers, whole ones as long as they are few.
    numbers : NumberTally or None
        Its numbers; None for a column of words.
    """

    values: ValueTally
    numbers: NumberTally | None = None

    def add(self, other: Tally) -> None:
        """Add the customers of another part of the file.

        Parameters
        ----------
        other : Tally
            What was counted there.
        """
        self.values.add(other.values)
        if self.numbers and other.numbers:
            self.numbers.add(other.numbers)


class TallyMaker:
    """Counts the columns of a file that describe the segments, each chunk independently.

    Parameters
    ----------
    file : CustomerFile
        The file.
    n_segments : sequence of int
        The number of segments of each mode.
    """

    def __init__(self, file: CustomerFile, n_segments: Sequence[int]) -> None:
        self._schema, self._n_columns = file.schema, len(file.header)
        self._begins, self._n_segments = np.cumsum((0, *n_segments))[:-1], sum(n_segments)
        # The beginning of the file is the same on every machine.
        self._heads = {i: _Head.of(one, values) for i, (one, values) in self._numbers_in(file.head.rows).items()}

    def tallies(self, rows: Block, counted: npt.NDArray[np.bool_], labels: Sequence[Labels]) -> list[Tally]:
        """Count the customers of a chunk, for each of `Schema.describing`.

        Parameters
        ----------
        rows : Block
            Its rows.
        counted : ndarray of bool, shape (n_rows,)
            Which of them are customers in the segments.
        labels : sequence of ndarray of intp, each of shape (n_rows,)
            Their segments in each mode.
        """
        describing = self._schema.describing
        if not describing:
            return []
        segments = np.concatenate([own[counted] + begin for own, begin in zip(labels, self._begins, strict=True)])
        parsed = parse_describing(rows, self._schema, self._n_columns)
        return [
            self._of_words(parsed[one.position], counted, segments)
            if one.categorical
            else self._of_numbers(self._numbers(parsed, one), self._heads[one.position], counted, segments)
            for one in describing
        ]

    def _of_words(self, column: pd.Series, counted: npt.NDArray[np.bool_], segments: Labels) -> Tally:
        texts = [*(str(text).strip()[:_LONGEST_VALUE] for text in column.cat.categories), ""]
        # -1 stands for a cell that the parser found empty.
        codes = self._for_each_mode((column.cat.codes.to_numpy()[counted] % len(texts)).astype(np.intp))
        return Tally(ValueTally.of(MOST_DIFFERENT, texts, codes, segments, self._n_segments))

    def _of_numbers(self, numbers: Values, head: _Head, counted: npt.NDArray[np.bool_], segments: Labels) -> Tally:
        of_customers = self._for_each_mode(numbers[counted])
        known = ~np.isnan(of_customers)
        values, own = of_customers[known], segments[known]
        codes = ValueTally(head.most_codes, None)
        if head.most_codes:
            different = np.unique(values)
            if are_codes(different, head.most_codes):
                names = [f"{value:.0f}" for value in different]
                places = np.searchsorted(different, values)
                codes = ValueTally.of(head.most_codes, names, places, own, self._n_segments)
        return Tally(codes, NumberTally.of(values, own, self._n_segments, head.centre))

    def _for_each_mode(self, values: npt.NDArray[_T]) -> npt.NDArray[_T]:
        return np.tile(values, len(self._begins))

    def _numbers_in(self, rows: Block) -> dict[int, tuple[Wanted, Values]]:
        numeric = [one for one in self._schema.describing if not one.categorical]
        parsed = parse_describing(rows, self._schema, self._n_columns) if numeric else {}
        return {one.position: (one, self._numbers(parsed, one)) for one in numeric}

    def _numbers(self, parsed: Mapping[int, pd.Series], one: Wanted) -> Values:
        return numbers_of(parsed[one.position], one, self._schema.decimal_mark)[0]


class _Head(NamedTuple):
    """What the beginning of a file shows of a column of numbers."""

    centre: float
    # The largest number of codes that they may be; 0 where they are none.
    most_codes: int

    @classmethod
    def of(cls, column: Wanted, numbers: Values) -> _Head:
        known = numbers[~np.isnan(numbers)]
        # What a name says to be an amount or a number of something is no code, unless it only says yes or no.
        most = MOST_VALUES if column.meaning in ("", GENDER) else _YES_AND_NO
        return cls(float(np.median(known)) if len(known) else 0.0, most if are_codes(np.unique(known), most) else 0)


def are_codes(different: Values, most: int) -> bool:
    """Return whether different numbers may be codes of categories: they are whole, and few.

    Parameters
    ----------
    different : ndarray of float64
        The numbers.
    most : int
        Largest number of codes.
    """
    return len(different) <= most and bool((different == np.rint(different)).all())
