"""Which reading of a file is right: its encoding, its separator, and the line that names its columns.

A header names the columns: the right reading is the one under which most of the wanted columns are named.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from segmentation import refusals
from segmentation.files.encoding import check_encoding_certain, decoded, encodings_of
from segmentation.files.kinds import check_markup, refuse_binary
from segmentation.files.quotes import without_tabs_before_quotes
from segmentation.schema.meanings import known_words
from segmentation.schema.numbers import VALID, is_missing, parse_numbers

SEPARATORS = ",;\t|"
# What stands above a header is a title, a date, a line of the program that wrote it.
_MAX_LINES_ABOVE = 30
_ROWS_LOOKED_AT = 2_000
# Number of rows below a line that determine which of its columns hold numbers.
_ROWS_BELOW = 50
# A line that fits no better may be a customer's: a cell that says ID, or Customer.
_LONE_HIT = 2
_MAX_COLUMNS = 1_000
_YEAR = re.compile(r"(?:19|20)\d\d")

# How well the names of columns fit what is wanted; more is better.
HeaderFit = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    Parameters
    ----------
    encoding : str
        Name of the encoding in Python.
    separator : str
        One of `SEPARATORS`.
    header : tuple of str
        The names of the columns; empty for a column without a name, and for all columns where no line certainly names
        them: no cell of a customer is ever mistaken for a name.
    header_row : bytes
        The row of the names in UTF-8, with its line break, and with as many cells as there are columns.
    header_line : int
        Number of the line where that row begins, from 1.
    body_offset : int
        Number of bytes of UTF-8, without a byte order mark, before the first row below the header.
    body_line : int
        Number of the line where that row begins.
    examples : tuple of tuple of str
        Some rows below the header.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    header_row: bytes
    header_line: int
    body_offset: int
    body_line: int
    examples: tuple[tuple[str, ...], ...]


def detect(sample: bytes, fit: HeaderFit, *, complete: bool, encodings: list[str] | None = None) -> Dialect:
    """Choose among the possible readings of the beginning of a file.

    Parameters
    ----------
    sample : bytes
        The beginning, in any encoding.
    fit : callable
        Returns how well the cells of a row name the wanted columns.
    complete : bool
        Whether the sample is the whole file.
    encodings : list of str, optional
        The encodings that the file may be in, where the sample does not determine them.

    Raises
    ------
    UnusableFileError
        If it is empty, or no text.
    """
    readings = []
    for encoding in encodings or encodings_of(sample, complete=complete):
        text = decoded(sample, encoding)
        refuse_binary(text.encode())
        lines = _lines(text)
        readings += [_Reading.best(lines, encoding, separator, fit) for separator in SEPARATORS]
    found = [reading for reading in readings if reading is not None]
    if not found:
        raise refusals.empty_file()
    regular = sorted(found, key=lambda reading: reading.regular, reverse=True)
    fitting = sorted(regular, key=lambda reading: (reading.fit, reading.known_words), reverse=True)
    # Of many readings, few have to be looked at closely.
    best = next((reading for reading in fitting if reading.names_fit), regular[0])
    check_markup(best.lines[0])
    if any(one.encoding != best.encoding and (not best.names_fit or one.fit == best.fit) for one in found):
        # The names of the columns do not decide.
        check_encoding_certain(sample, best.encoding)
    return best.dialect()


@dataclass(frozen=True)
class _Reading:
    """A text cut into rows by one separator, with the most likely header."""

    encoding: str
    separator: str
    lines: list[str]
    rows: list[tuple[int, int, list[str]]]
    chosen: int
    fit: int

    @classmethod
    def best(cls, lines: list[str], encoding: str, separator: str, fit: HeaderFit) -> _Reading | None:
        rows = _rows(lines, separator)
        above = [i for i in range(min(len(rows), _MAX_LINES_ABOVE)) if any(map(str.strip, rows[i][2]))]
        if not above:
            return None
        fits = {i: fit(rows[i][2]) for i in above if len(rows[i][2]) <= _MAX_COLUMNS}
        chosen = max(fits, key=lambda i: (fits[i], -i)) if any(fits.values()) else above[0]
        return cls(encoding, separator, lines, rows, chosen, fits.get(chosen, 0))

    @property
    def regular(self) -> int:
        """How many cells the rows have in common; where the separator is not one, it is 1."""
        widths = Counter(len(cells) for _, _, cells in self.rows[self.chosen :])
        width, rows = widths.most_common(1)[0]
        return width if 2 * rows > sum(widths.values()) else 1

    @property
    def known_words(self) -> int:
        """How many more words of the names of its columns are known than are not."""
        return known_words(self.rows[self.chosen][2])

    @property
    def names_fit(self) -> int:
        """How well the names of the columns fit; a lone hit tells nothing, nor do words where a customer has them."""
        return (
            self.fit if self.fit > _LONE_HIT and _Columns.below(self.rows, self.chosen).may_be_named(min_share=0) else 0
        )

    def header(self) -> tuple[int, bool]:
        """Return which row names the columns, and whether that is sure."""
        if self.names_fit:
            return self.chosen, True
        filled = [i for i in range(min(len(self.rows), _MAX_LINES_ABOVE)) if any(map(str.strip, self.rows[i][2]))]
        sure = next((i for i in filled if _Columns.below(self.rows, i).may_be_named(min_share=0.5)), None)
        return (filled[0], False) if sure is None else (sure, True)

    def dialect(self) -> Dialect:
        chosen, sure = self.header()
        begin, end, header = self.rows[chosen]
        row = "".join(self.lines[begin:end])
        body = [cells for _, _, cells in self.rows[chosen + 1 :]]
        width = _width(header, body)
        # Some programs write a mark of their own before the one that is there.
        names = [name.strip().strip("\ufeff\u200b\u200e\u200f") for name in header]
        if width > len(header):
            # Rows that end in separators, which the header has not.
            bare = row.rstrip("\r\n")
            row = bare + self.separator * (width - len(header)) + row[len(bare) :]
            names += [""] * (width - len(header))
        elif width < len(header):
            row = _cut(row, header, width, self.separator)
        if not row.endswith(("\r", "\n")):
            row += "\n"
        if width > _MAX_COLUMNS:
            raise refusals.too_many_columns(width, _MAX_COLUMNS)
        return Dialect(
            self.encoding,
            self.separator,
            tuple(names[:width]) if sure else ("",) * width,
            row.encode(errors="replace"),
            begin + 1,
            len("".join(self.lines[:end]).encode(errors="replace")),
            end + 1,
            tuple(tuple(cells) for cells in body[:_ROWS_LOOKED_AT]),
        )


def _lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def _rows(lines: list[str], separator: str) -> list[tuple[int, int, list[str]]]:
    """Return for each row the line where it begins, the line where the next one begins, and its cells."""
    if separator != "\t" and any("\t" in line for line in lines):
        text = without_tabs_before_quotes("".join(lines).encode(errors="replace"), separator)
        lines = _lines(text.decode())
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    rows: list[tuple[int, int, list[str]]] = []
    begin = 0
    try:
        for cells in reader:
            rows.append((begin, reader.line_num, cells))
            begin = reader.line_num
            if len(rows) == _MAX_LINES_ABOVE + _ROWS_LOOKED_AT:
                break
    except csv.Error:
        # A quote that never closes makes a cell of all that follows; what lies before may do.
        pass
    return rows


@dataclass(frozen=True)
class _Columns:
    """The rows below and above a row that may name the columns."""

    cells: list[str]
    above: list[list[str]]
    columns: list[tuple[str, ...]]
    numbers: frozenset[str]

    @classmethod
    def below(cls, rows: Sequence[tuple[int, int, list[str]]], place: int) -> _Columns:
        *above, cells = [row[:_MAX_COLUMNS] for _, _, row in rows[: place + 1]]
        below = [row[:_MAX_COLUMNS] for _, _, row in rows[place + 1 :][:_ROWS_BELOW]]
        numbers = _numbers_among([*above, cells, *below])
        return cls(cells, above, [*zip_longest(*below, fillvalue="")], numbers)

    def may_be_named(self, min_share: float) -> bool:
        """Whether the row has a word, or a year, above more than this share of the columns of numbers.

        No customer stands above it. Where no column is one of numbers, it has none either, and none of its words comes
        again below.
        """
        numeric = [i for i, column in enumerate(self.columns) if 2 * sum(map(self._is_number, column)) > len(column)]
        if not numeric:
            again = any(cell.strip() and cell in column for cell, column in zip(self.cells, self.columns, strict=False))
            own = any(self._is_number(cell) and not _YEAR.fullmatch(cell) for cell in self.cells)
            return not (min_share or again or own)
        if any(2 * sum(self._is_number(row[i]) for i in numeric if i < len(row)) > len(numeric) for row in self.above):
            return False
        if min_share and any(_filled(row) >= _filled(self.cells) for row in self.above):
            # A title has fewer cells.
            return False
        above_numbers = [self.cells[i] for i in numeric if i < len(self.cells)]
        words = [cell for cell in above_numbers if not (is_missing(cell) or self._is_number(cell))]
        years = [] if min_share else [cell for cell in above_numbers if _YEAR.fullmatch(cell.strip())]
        return len(words) + len(years) > min_share * len(numeric)

    def _is_number(self, cell: str) -> bool:
        return cell in self.numbers


def _filled(cells: Sequence[str]) -> int:
    return sum(map(bool, map(str.strip, cells)))


def _numbers_among(rows: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the cells that are numbers with either decimal mark."""
    texts = [*{cell for row in rows for cell in row}]
    fine = np.any([parse_numbers(texts, mark)[1] == VALID for mark in ",."], axis=0)
    return frozenset(text for text, is_number in zip(texts, fine, strict=True) if is_number)


def _width(header: Sequence[str], body: Sequence[Sequence[str]]) -> int:
    """Return the number of columns, ignoring empty cells that end the header or the rows."""
    widths = Counter(len(cells) for cells in body if any(map(str.strip, cells)))
    common = max(widths, key=lambda width: (widths[width], width), default=len(header))
    named = max(i for i, name in enumerate(header) if name.strip()) + 1
    beyond = any(cell.strip() for cells in body if len(cells) == common for cell in cells[len(header) :])
    return len(header) if common < named or beyond else common


def _cut(row: str, header: Sequence[str], width: int, separator: str) -> str:
    """Return the header row without the empty cells at its end."""
    bare = row.rstrip("\r\n")
    kept = bare
    for _ in range(len(header) - width):
        kept = kept[: kept.rindex(separator)]
    return kept + row[len(bare) :]
