"""Stage 1b, ingest: blocks of rows to chunks of clean, canonical columns.

The only place that knows header names and bad values.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.errors import UnusableFileError
from segmentation.parallel import in_order
from segmentation.rows import BLOCK_BYTES, Block, ByteStream, RawBlock, parse_row, read_blocks

NUMERIC_ROLES = ("age", "income", "spending")
ROLES = ("age", "gender", "income", "spending")

_NAMES_OF_ROLE = {
    "age": {"age"},
    "gender": {"gender", "genre", "sex"},
    "income": {"income", "annualincome", "yearlyincome"},
    "spending": {"spendingscore", "spending"},
}
_WHAT_ROLE_IS = {
    "age": "the customer's age, such as 'Age'",
    "gender": "the customer's gender, such as 'Gender'",
    "income": "the customer's income, such as 'Annual Income (k$)'",
    "spending": "the customer's spending score, such as 'Spending Score (1-100)'",
}
# What is larger is a slip, and its square may be no number any more.
_LARGEST_NUMBER = 1e15
# Each becomes a coordinate. A column with more, such as one of names, is not what it was taken for.
_MOST_CATEGORIES = 100
_NO_CATEGORY = ("", "?")
# Texts that are no number, known to the parser so that a column with gaps is not read as text, which is slow.
_NO_NUMBER = ["", "?", "-", "NA", "N/A", "n/a", "nan", "NaN", "null", "NULL", "None"]
_LONGEST_DETAIL = 2_000
_HEAD_BYTES = 2**18
_SAVE_AS_CSV = "Open it in your spreadsheet, choose 'Save as' and 'CSV UTF-8 (comma delimited)', and upload that file."
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}

Source = Callable[[], ByteStream]
Column = npt.NDArray[np.float64]
Done = TypeVar("Done")


@dataclass(frozen=True)
class Feature:
    """One canonical column: its role and how the file calls it.

    Parameters
    ----------
    role : str
        One of `ROLES`.
    label : str
        The header of the column in the file, such as ``Annual Income (k$)``.
    categories : tuple of str
        The values of a categorical feature in the order of their codes; empty for a numeric one.
    """

    role: str
    label: str
    categories: tuple[str, ...] = ()

    @property
    def categorical(self) -> bool:
        """Whether its values are categories; of a part of the customers none may be known."""
        return self.role not in NUMERIC_ROLES


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
    """

    rows: Block
    features: tuple[Feature, ...]
    columns: tuple[Column, ...]

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Whether each row has a value for every feature, shape (n_rows,)."""
        usable = np.ones(len(self.rows.ends), dtype=bool)
        for column in self.columns:
            usable &= ~np.isnan(column)
        return usable


class CustomerFile:
    r"""A CSV of customers, which can be read again and again, a chunk at a time.

    Parameters
    ----------
    source : callable
        Opens the bytes of the file from their beginning: UTF-8, with or without a byte order mark, with commas, plain
        or compressed by gzip.
    block_bytes : int
        About how much is read at a time; what is read does not depend on it.

    Attributes
    ----------
    header : list of str
        The names of all columns.
    header_line : bytes
        The line that holds them, as it stands in the file.
    positions : tuple of int
        Where among them each of `ROLES` is.
    head : Chunk
        The customers at the beginning of the file, at least one.

    Raises
    ------
    UnusableFileError
        If the bytes are no CSV text, or a required column is missing or ambiguous.

    Examples
    --------
    >>> data = b"Gender,Age,Annual Income (k$),Spending Score (1-100)\nMale,19,15,39\n"
    >>> file = CustomerFile(lambda: io.BytesIO(data))
    >>> [feature.label for feature in file.head.features]
    ['Age', 'Gender', 'Annual Income (k$)', 'Spending Score (1-100)']
    >>> [chunk.columns[0].tolist() for chunk in file.chunks()]
    [[19.0]]
    """

    def __init__(self, source: Source, block_bytes: int = BLOCK_BYTES) -> None:
        self._source = source
        self._block_bytes = block_bytes
        with closing(source()) as stream:
            blocks = read_blocks(stream, _HEAD_BYTES)
            first, row = next(((block, row) for block in blocks if (row := block.first_row())), (None, b""))
            if first is None:
                raise UnusableFileError(
                    "The file is empty.", "Upload a CSV with a header line and one line for each customer."
                )
            self.header = parse_row(row.rstrip(b"\r\n"))
            self.header_line = row
            _check_separator(self.header)
            positions = _columns_by_role(self.header)
            self.positions = tuple(positions[role] for role in ROLES)
            chunks = (self._chunk(block, headed=block is first) for block in chain([first], blocks))
            head = next((chunk for chunk in chunks if len(chunk.rows.ends)), None)
        if head is None:
            raise UnusableFileError("The file has a header but no customers.", "Add one line for each customer.")
        self.head = head

    def chunks(self) -> Iterator[Chunk]:
        """Read all customers from the beginning."""
        return self.map(lambda chunk: chunk)

    def map(self, work: Callable[[Chunk], Done]) -> Iterator[Done]:
        """Yield what becomes of each chunk, in their order; two are worked on at a time.

        Raises
        ------
        UnusableFileError
            If a part of the file cannot be read; it names the line.
        """
        with closing(self._source()) as stream:
            yield from in_order(
                lambda item: work(self._chunk(*item)), _with_first_marked(read_blocks(stream, self._block_bytes))
            )

    def _chunk(self, raw: RawBlock, headed: bool) -> Chunk:
        rows = raw.rows(len(self.header))
        if headed:
            rows = rows.without_first()
        features: list[Feature] = []
        values: list[Column] = []
        for role, position, column in zip(ROLES, self.positions, self._parse(rows), strict=True):
            label = self.header[position]
            categories: tuple[str, ...] = ()
            if role in NUMERIC_ROLES:
                values.append(_numbers(column))
            else:
                categories, codes = _categories(column)
                values.append(codes)
            features.append(Feature(role, label, categories))
        return Chunk(rows, tuple(features), tuple(values))

    def _parse(self, rows: Block) -> list[pd.Series]:
        if not len(rows.ends):
            return [pd.Series(dtype=float if role in NUMERIC_ROLES else "category") for role in ROLES]
        by_role = dict(zip(ROLES, self.positions, strict=True))
        names = [f"{position}" for position in range(len(self.header))]
        numeric = [f"{by_role[role]}" for role in NUMERIC_ROLES]
        # pandas takes a byte order mark at the beginning of anything for one of a file; here it is part of a cell.
        marked = rows.text.startswith(codecs.BOM_UTF8)
        frame = pd.read_csv(
            io.BytesIO(b"\n" + rows.text if marked else rows.text),
            header=None,
            skiprows=int(marked),
            names=names,
            usecols=[names[position] for position in self.positions],
            dtype={name: "category" for name in names if name not in numeric},
            na_values=dict.fromkeys(numeric, _NO_NUMBER),
            keep_default_na=False,
            skip_blank_lines=False,
            low_memory=False,
        )
        if len(frame) != len(rows.ends):
            raise RuntimeError(f"{len(rows.ends)} rows were found, but {len(frame)} parsed")
        return [frame[names[position]] for position in self.positions]


def _with_first_marked(blocks: Iterator[RawBlock]) -> Iterator[tuple[RawBlock, bool]]:
    """Yield each block, and whether its first row is the header; blocks of blank lines before that are left out."""
    for block in blocks:
        if block.first_row():
            yield block, True
            break
    for block in blocks:
        yield block, False


class Tally:
    """What was found in the chunks read so far.

    Parameters
    ----------
    file : CustomerFile
        Where the chunks come from.
    """

    def __init__(self, file: CustomerFile) -> None:
        self._file = file
        self._unusable = np.zeros(len(ROLES), dtype=np.int64)
        self._examples: dict[int, str] = {}
        self.read = 0
        self.used = 0

    @property
    def rows(self) -> dict[str, int]:
        """How many rows were read, used and rejected."""
        return {"read": self.read, "used": self.used, "rejected": self.read - self.used}

    def add(self, chunk: Chunk) -> None:
        """Count the rows of a chunk."""
        self.read += len(chunk.rows.ends)
        self.used += int(chunk.usable.sum())
        for i, column in enumerate(chunk.columns):
            unusable = np.isnan(column)
            self._unusable[i] += unusable.sum()
            if i not in self._examples and unusable.any():
                self._examples[i] = chunk.rows.cells(int(unusable.argmax()))[self._file.positions[i]]

    def check(self) -> None:
        """Refuse a file of which no row can be used, naming the column at fault and what stands in it.

        Raises
        ------
        UnusableFileError
            If that is so.
        """
        if self.used:
            return
        worst = int(self._unusable.argmax())
        raise UnusableFileError(
            f"No row can be used: {self._unusable[worst]} of {self.read} have no value that can be read in "
            f"'{self._file.head.features[worst].label}'.",
            "Write numbers plainly, such as 54 or 15000.50, and fill the empty cells.",
            f"The first of those cells holds '{_shortened(self._examples[worst])}'.",
        )


def _check_separator(header: list[str]) -> None:
    if len(header) == 1:
        for separator, name in _OTHER_SEPARATORS.items():
            if separator in header[0]:
                raise UnusableFileError(f"The cells of the file are separated by {name}, not by commas.", _SAVE_AS_CSV)


def _normalise(name: str) -> str:
    without_unit = re.sub(r"\(.*?\)|\[.*?\]", " ", name)
    return "".join(re.findall(r"[a-z]", without_unit.lower()))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else text[:_LONGEST_DETAIL] + " …"


def _columns_by_role(header: list[str]) -> dict[str, int]:
    """Return the position of the column that has each role."""
    found = {role: [i for i, name in enumerate(header) if _normalise(name) in _NAMES_OF_ROLE[role]] for role in ROLES}
    for role, columns in found.items():
        if len(columns) > 1:
            names = " and ".join(f"'{header[i]}'" for i in columns)
            raise UnusableFileError(
                f"The columns {names} could each be {_WHAT_ROLE_IS[role]}.", "Rename or remove all but one of them."
            )
    missing = [_WHAT_ROLE_IS[role] for role, columns in found.items() if not columns]
    if missing:
        # Not for everybody: where a file has no header, these are the first customer's cells.
        names = _shortened(", ".join(f"'{name}'" for name in header))
        raise UnusableFileError(
            f"There is no column for {', nor for '.join(missing)}.",
            "Add what is missing, or rename the columns that hold it; the first line must name the columns.",
            f"The columns found are {names}.",
        )
    return {role: columns[0] for role, columns in found.items()}


def _numbers(column: pd.Series) -> Column:
    if column.dtype.kind not in "iuf":
        # Text; or truth values and numbers beyond all measure, which the parser makes objects of.
        column = pd.to_numeric(column.astype(str).str.strip(), errors="coerce")
    numbers = column.to_numpy(dtype=np.float64, copy=True)
    numbers[~(np.abs(numbers) <= _LARGEST_NUMBER)] = np.nan
    return numbers


def _categories(column: pd.Series) -> tuple[tuple[str, ...], Column]:
    """Return the categories of a column of text, and the index of each row's, NaN where it has none."""
    texts = [str(text).strip() for text in column.cat.categories]
    categories = tuple(sorted(set(texts).difference(_NO_CATEGORY)))
    code_of = {text: float(code) for code, text in enumerate(categories)}
    codes = np.array([*(code_of.get(text, np.nan) for text in texts), np.nan])
    return categories, codes[column.cat.codes.to_numpy()]


def check_categories(categories: tuple[str, ...], label: str) -> None:
    """Refuse a column that has too many different values for a category."""
    if len(categories) > _MOST_CATEGORIES:
        raise UnusableFileError(
            f"The column '{label}' holds more than {_MOST_CATEGORIES} different values, too many for a category.",
            "Check that the right column bears this name, and that its values are spelled in one way.",
        )
