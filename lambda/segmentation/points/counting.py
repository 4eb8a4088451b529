"""Chunks of customers counted into weighted points."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from segmentation.points.cell_codes import fits_in_codes, merged_codes, packed
from segmentation.points.chunk import Chunk
from segmentation.points.grid import Grid
from segmentation.points.weighted import QUANTUM, WeightedPoints
from segmentation.schema.features import Feature, check_categories

Values = npt.NDArray[np.float64]


def compress(chunk: Chunk, grid: Grid, widths: tuple[int, ...] | None = None) -> WeightedPoints:
    """Count the customers who share the same values; rows that cannot be used are left out.

    Parameters
    ----------
    chunk : Chunk
        Some customers.
    grid : Grid
        The same for all chunks whose points are to be merged.
    widths : tuple of int, optional
        The widths of the points that these are to be merged with, if known: it saves steps, and changes nothing.

    Returns
    -------
    WeightedPoints
        None at all where no row can be used.
    """
    usable = chunk.usable
    columns = list(chunk.columns) if usable.all() else [column[usable] for column in chunk.columns]
    return compress_columns(chunk.features, columns, grid, widths)


def compress_columns(
    features: tuple[Feature, ...], columns: Sequence[Values], grid: Grid, widths: tuple[int, ...] | None = None
) -> WeightedPoints:
    """Count the customers who share the same values, none of which is missing.

    Parameters
    ----------
    features : tuple of Feature
        What the columns are.
    columns : sequence of ndarray of float64, each of shape (n_customers,)
        Values of each feature.
    grid : Grid
        The same for all columns whose points are to be merged.
    widths : tuple of int, optional
        Widths of the points that these are to be merged with, see `compress`.
    """
    features, columns = _without_unused_categories(features, columns)
    if not len(columns[0]):
        return WeightedPoints.empty(features, grid)
    widths = widths or grid.finest
    while not fits_in_codes(*(ends := _ends(columns, widths))):
        widths = grid.doubled(widths)
    cell_min, cell_max = ends
    scaled = [column * 2.0**-width for column, width in zip(columns, widths, strict=True)]
    floors = [np.floor(column) for column in scaled]
    codes = packed([floor.astype(np.int64) for floor in floors], cell_min, cell_max)
    offsets = {}
    for i, (column, floor) in enumerate(zip(scaled, floors, strict=True)):
        place = column - floor
        if place.any():
            offsets[i] = np.rint(place * 2.0 ** (widths[i] - grid.finest[i] - QUANTUM)).astype(np.int64)
    if offsets:
        merged = merged_codes(codes, np.ones(len(codes), dtype=np.int64), offsets)
    else:
        merged = (*np.unique(codes, return_counts=True), {})
    minimum, maximum = (
        tuple(float(column.min()) for column in columns),
        tuple(float(column.max()) for column in columns),
    )
    return WeightedPoints(features, grid, widths, cell_min, cell_max, minimum, maximum, *merged).bounded()


def _without_unused_categories(
    features: tuple[Feature, ...], columns: Sequence[Values]
) -> tuple[tuple[Feature, ...], list[Values]]:
    """Return the features and columns without categories that no usable customer has."""
    kept_features, kept_columns = list(features), list(columns)
    for i, feature in enumerate(features):
        if feature.categorical:
            codes = columns[i].astype(np.intp)
            used = np.bincount(codes, minlength=len(feature.categories or ())) > 0
            names = tuple(itertools.compress(feature.categories or (), used))
            check_categories(names, feature.label)
            kept_features[i] = replace(feature, categories=names)
            kept_columns[i] = (np.cumsum(used) - 1)[codes].astype(np.float64)
    return tuple(kept_features), kept_columns


def _ends(columns: Sequence[Values], widths: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the numbers of the first and of the last cell of each column."""
    both = list(zip(columns, widths, strict=True))
    cell_min = tuple(math.floor(math.ldexp(column.min(), -width)) for column, width in both)
    cell_max = tuple(math.floor(math.ldexp(column.max(), -width)) for column, width in both)
    return cell_min, cell_max
