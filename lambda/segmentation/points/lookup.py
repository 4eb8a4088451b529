"""The value of each customer's point, for all customers of a chunk at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from segmentation.points.cell_codes import packed
from segmentation.points.chunk import Chunk
from segmentation.points.weighted import Integers, WeightedPoints

# Where cells are so few, values are found in a table of all cells, else by searching.
_TABLE_BITS = 22

PointValues = npt.NDArray[np.uint32]


def point_lookup(points: WeightedPoints, value_of_point: PointValues) -> Callable[[Chunk], PointValues]:
    """Return a function that finds the value of each usable customer's point.

    It is for chunks whose customers are all among the points.

    Parameters
    ----------
    points : WeightedPoints
        The points.
    value_of_point : ndarray of uint32, shape (n_points,)
        A value for each point.

    Returns
    -------
    callable
        It takes a chunk, and returns an array of shape (n_usable,).
    """
    cells = [points.cells(feature.role) for feature in points.features]
    spare = [_spare_bits(column - first) for column, first in zip(cells, points.cell_min, strict=True)]
    ends = zip(points.cell_min, points.cell_max, spare, strict=True)
    bits = [((last - first) >> shift).bit_length() for first, last, shift in ends]
    if sum(bits) > _TABLE_BITS:
        return lambda chunk: _searched(points, value_of_point, chunk)

    def place(cells: Sequence[Integers]) -> Integers:
        number = np.zeros(len(cells[0]), dtype=np.int64)
        for column, first, shift, size in zip(cells, points.cell_min, spare, bits, strict=True):
            number = (number << size) | ((column - first) >> shift)
        return number

    table = np.zeros(1 << sum(bits), dtype=np.uint32)
    table[place(cells)] = value_of_point
    return lambda chunk: table[place(_cells_of(points, chunk))]


def _searched(points: WeightedPoints, value_of_point: PointValues, chunk: Chunk) -> PointValues:
    codes = packed(_cells_of(points, chunk), points.cell_min, points.cell_max)
    # In order, one search begins in the memory where the last one ended.
    order = np.argsort(codes)
    found = np.empty(len(codes), dtype=np.uint32)
    found[order] = value_of_point[np.searchsorted(points.codes, codes[order])]
    return found


def _cells_of(points: WeightedPoints, chunk: Chunk) -> list[Integers]:
    """Return the cells of each usable customer of a chunk."""
    usable = chunk.usable
    cells = []
    for i, (mine, theirs) in enumerate(zip(points.features, chunk.features, strict=True)):
        column = chunk.columns[i][usable]
        if mine.categories is not None:
            code_of = {name: code for code, name in enumerate(mine.categories)}
            codes = np.array([code_of.get(name, -1) for name in theirs.categories or ()], dtype=np.int64)
            cells.append(codes[column.astype(np.intp)])
        else:
            cells.append(np.floor(column * 2.0 ** -points.widths[i]).astype(np.int64))
    return cells


def _spare_bits(cells: Integers) -> int:
    """Return the number of low-order bits that are 0 in every cell number, as those of whole numbers may be."""
    used = int(np.bitwise_or.reduce(cells))
    return (used & -used).bit_length() - 1 if used else 0
