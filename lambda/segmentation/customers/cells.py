"""Cells of a file to numbers and codes of categories, a column at a time."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from segmentation.files.quotes import without_tabs_before_quotes
from segmentation.files.records import Block
from segmentation.points.chunk import Column, Faults
from segmentation.schema.dates import Dates
from segmentation.schema.numbers import MISSING, VALID, is_missing, mark_out_of_range
from segmentation.schema.personal_data import personal_values
from segmentation.schema.schema import Schema, Wanted
from segmentation.schema.vocabulary import MISSING_WORDS

# Known to the parser so that a column with gaps is not read as text, which is slow.
_NA_VALUES = sorted(
    {form for mark in MISSING_WORDS for form in (mark, mark.upper(), mark.capitalize())} | {"NaN", "N/a"}
)


def parse_columns(rows: Block, schema: Schema, n_columns: int) -> dict[int, pd.Series]:
    """Return the wanted columns, by position.

    Parameters
    ----------
    rows : Block
        Rows of the file.
    schema : Schema
        The columns that are wanted.
    n_columns : int
        Number of columns of the file.
    """
    return _columns(rows, schema.wanted, schema.decimal_mark, n_columns, schema.id_position, dict(schema.dates))


def parse_describing(rows: Block, schema: Schema, n_columns: int) -> dict[int, pd.Series]:
    """Return the columns that describe the segments, by position.

    Parameters
    ----------
    rows : Block
        Rows of the file.
    schema : Schema
        The columns.
    n_columns : int
        Number of columns of the file.
    """
    return _columns(rows, schema.describing, schema.decimal_mark, n_columns)


def _columns(
    rows: Block,
    columns: Sequence[Wanted],
    decimal_mark: str,
    n_columns: int,
    own_id: int | None = None,
    dates: Iterable[int] = (),
) -> dict[int, pd.Series]:
    wanted = {one.position: one for one in columns}
    others = {*wanted, *dates}
    positions = sorted({*others, *([] if own_id is None else [own_id])})
    if not len(rows):
        return {position: pd.Series(dtype="category") for position in positions}
    as_text = {*dates} | {i for i, one in wanted.items() if one.categorical or one.reading is not None}
    as_numbers = [i for i in wanted if i not in as_text]
    parsed = _parsed(rows, decimal_mark, n_columns, positions, dict.fromkeys(as_text, "category"), as_numbers)
    # Where all of its texts look like numbers or truth values, the parser takes them for such, 01 for 1.
    mistaken = [i for i in as_text if parsed[i].cat.categories.dtype.kind in "iufb"]
    if own_id is not None and own_id not in others and parsed[own_id].dtype.kind in "fub":
        mistaken.append(own_id)
    if mistaken:
        texts = _parsed(rows, decimal_mark, n_columns, mistaken, dict.fromkeys(mistaken, "str"))
        parsed |= {i: column.astype("category") if i in as_text else column for i, column in texts.items()}
    return parsed


def _parsed(
    rows: Block,
    decimal_mark: str,
    n_columns: int,
    positions: Sequence[int],
    kinds: dict[int, str],
    numbers: Sequence[int] = (),
) -> dict[int, pd.Series]:
    names = [f"{position}" for position in range(n_columns)]
    # pandas takes a byte order mark at the beginning of anything for one of a file; here it is part of a cell.
    marked = rows.text.startswith(codecs.BOM_UTF8)
    text = without_tabs_before_quotes(rows.text, rows.separator)
    frame = pd.read_csv(
        io.BytesIO(b"\n" + text if marked else text),
        sep=rows.separator,
        decimal=decimal_mark,
        header=None,
        skiprows=int(marked),
        names=names,
        usecols=[names[position] for position in positions],
        dtype={names[i]: kind for i, kind in kinds.items()},
        na_values={names[i]: _NA_VALUES for i in numbers},
        keep_default_na=False,
        skip_blank_lines=False,
        # To look for them takes the parser a fifth longer.
        skipinitialspace=b" " in text,
        low_memory=False,
    )
    if len(frame) != len(rows):
        raise RuntimeError(f"{len(rows)} rows were found, but {len(frame)} parsed")
    return {position: frame[names[position]] for position in positions}


def numbers_of(column: pd.Series, wanted: Wanted, decimal_mark: str) -> tuple[Column, Faults | None]:
    """Return the numbers of a column, NaN where a cell has none, and their faults; None where there are no faults.

    Parameters
    ----------
    column : pandas.Series
        Parsed cells.
    wanted : Wanted
        What the column is, and its possible range.
    decimal_mark : str
        ``.`` or ``,``.
    """
    if column.dtype.kind in "iuf":
        numbers = column.to_numpy(dtype=np.float64, copy=True)
        missing = np.isnan(numbers)
        faults = np.where(missing, np.uint8(MISSING), np.uint8(VALID)) if missing.any() else None
    else:
        # Text; or truth values and numbers beyond all measure, which the parser makes objects of.
        if column.dtype != "category":
            column = column.astype(object).fillna("").astype(str).astype("category")
        codes = column.cat.codes.to_numpy()
        values, wrong = wanted.parse([str(text) for text in column.cat.categories], decimal_mark)
        numbers, faults = np.append(values, np.nan)[codes], np.append(wrong, np.uint8(MISSING))[codes]
    marked = mark_out_of_range(
        numbers, np.zeros(len(numbers), np.uint8) if faults is None else faults, wanted.low, wanted.high
    )
    return numbers, marked if marked.any() else None


def dates_of(column: pd.Series, reading: Dates) -> Column:
    """Return the dates of a column as days since 1970, NaN where a cell has none.

    Parameters
    ----------
    column : pandas.Series
        Parsed cells, of dtype category.
    reading : Dates
        How they are read.
    """
    days, _ = reading.days([str(text) for text in column.cat.categories])
    return np.append(days, np.nan)[column.cat.codes.to_numpy()]


def categories_of(column: pd.Series) -> tuple[tuple[str, ...], Column, Faults | None]:
    """Return the categories of a text column, each row's code, NaN where it has none, and the faults.

    Parameters
    ----------
    column : pandas.Series
        Parsed cells, of dtype category.
    """
    texts = [str(text).strip() for text in column.cat.categories]
    # Categories are published, so values that identify a person cannot be one.
    categories = tuple(sorted({text for text in texts if not (is_missing(text) or personal_values([text]))}))
    code_of = {text: float(code) for code, text in enumerate(categories)}
    codes = np.array([*(code_of.get(text, np.nan) for text in texts), np.nan])[column.cat.codes.to_numpy()]
    missing = np.isnan(codes)
    return categories, codes, np.where(missing, np.uint8(MISSING), np.uint8(VALID)) if missing.any() else None
