"""Consecutive customers as columns of numbers and codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from segmentation.files.records import Block
from segmentation.points.ids import CustomerIds
from segmentation.schema.date_columns import Years
from segmentation.schema.features import Feature

# Why a row is no customer.
CUSTOMER, OVERLONG, BLANK, HEADER_AGAIN, SUMMARY, DUPLICATE = range(6)

Column = npt.NDArray[np.float64]
Faults = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Chunk:
    """Consecutive customers of one file.

    Parameters
    ----------
    rows : Block
        The rows of the file, untouched.
    features : tuple of Feature
        What the columns are; categories are those of this chunk, in alphabetical order.
    columns : tuple of ndarray of float64, each of shape (n_rows,)
        The canonical columns; a categorical feature as the index of its category, NaN where a value cannot be used.
    faults : tuple of ndarray of uint8 or None, each of shape (n_rows,)
        Why a value cannot be used, see `segmentation.schema.numbers`; None where all can.
    row_status : ndarray of uint8, shape (n_rows,), or None
        `CUSTOMER`, or why a row is none; None where all are.
    ids : Ids or None
        The ids of the rows that are customers, where the file has any.
    number : int
        Of the chunk in the file, from 0.
    years : Years
        The dates of its customers, see `segmentation.schema.date_columns`.
    """

    rows: Block
    features: tuple[Feature, ...]
    columns: tuple[Column, ...]
    faults: tuple[Faults | None, ...] = ()
    row_status: Faults | None = None
    ids: CustomerIds | None = None
    number: int = 0
    years: Years = field(default_factory=dict)

    @cached_property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Whether each row is a customer and has a value for every feature, shape (n_rows,)."""
        usable = self.customers.copy()
        for column, faults in zip(self.columns, self.faults or [None] * len(self.columns), strict=True):
            if faults is not None or not self.faults:
                usable &= ~np.isnan(column)
        return usable

    @property
    def customers(self) -> npt.NDArray[np.bool_]:
        """Whether each row is a customer, shape (n_rows,)."""
        return np.ones(len(self.rows), dtype=bool) if self.row_status is None else self.row_status == CUSTOMER
