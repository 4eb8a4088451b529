"""Stray quotes, which make one cell of the rows of several customers, up to the next quote."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segmentation import refusals
from segmentation.files.quotes import cells_of_line
from segmentation.files.records import Block
from segmentation.schema.numbers import NOT_NUMERIC, VALID
from segmentation.schema.schema import Schema


def check_quotes(rows: Block, schema: Schema, columns: int) -> None:
    """Refuse rows that swallow customers.

    Parameters
    ----------
    rows : Block
        The rows.
    schema : Schema
        What the columns are.
    columns : int
        Number of cells of a row.

    Raises
    ------
    UnusableFileError
        If a cell contains the rows of customers.
    """
    for row in rows.doubtful:
        lines = rows.origin.row_at(int(rows.begins[row])).splitlines()
        # One line of several may well be a customer: that before a quoted cell, or behind it.
        least = 2 if len(lines) > 1 else 1
        lines = [line for line in lines if line.count(rows.separator.encode()) >= columns - 1]
        if len(lines) < least:
            continue
        readings = [cells for line in lines if len(cells := cells_of_line(line, rows.separator)) == columns]
        if len(readings) < least or (least == 1 and '"' not in readings[0]):
            continue
        if sum(_is_customer([cell.strip('" ') for cell in cells], schema) for cells in readings) >= least:
            raise refusals.rows_in_a_quote(int(rows.lines(np.array([row]))[0]))


def _is_customer(cells: Sequence[str], schema: Schema) -> bool:
    """Return whether cells can be those of a customer: no text where a number belongs, and at least one number."""
    numeric = [one for one in schema.wanted if not one.categorical]
    faults = [int(one.parse([cells[one.position]], schema.decimal_mark)[1][0]) for one in numeric]
    return NOT_NUMERIC not in faults and VALID in faults
