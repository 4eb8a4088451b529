"""Which rows of a file are customers: not its totals, not its header again, nor what is blank or too long."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import pandas as pd

from segmentation.files.records import Block, parse_row
from segmentation.points.chunk import BLANK, CUSTOMER, HEADER_AGAIN, OVERLONG, SUMMARY, Faults
from segmentation.points.ids import Mask
from segmentation.schema.columns import normalised
from segmentation.schema.features import LONGEST_NAME
from segmentation.schema.numbers import VALID, is_missing
from segmentation.schema.schema import Schema
from segmentation.schema.vocabulary import SUMMARY_WORDS

# Of fewer rows the name may be that of totals between the customers.
_RARE = 0.02


@dataclass(frozen=True)
class RowClassifier:
    """Distinguishes customers from totals, repeated headers and blank rows.

    Parameters
    ----------
    header : tuple of str
        The names of all columns.
    schema : Schema
        Which columns are wanted.
    usual : frozenset of str
        Texts that many rows begin with.
    filled : tuple of int
        Positions of the columns in which most rows have a value.
    """

    header: tuple[str, ...]
    schema: Schema
    usual: frozenset[str]
    filled: tuple[int, ...]

    @classmethod
    def fit(cls, header: tuple[str, ...], schema: Schema, examples: Sequence[Sequence[str]]) -> RowClassifier:
        """Learn from example rows what the customers of a file look like.

        Parameters
        ----------
        header : tuple of str
            The names of all columns.
        schema : Schema
            Which columns are wanted.
        examples : sequence of sequence of str
            Cells of some rows.
        """
        return cls(header, schema, _usual(examples), _filled(examples))

    def _named_as_sums(self, parsed: dict[int, pd.Series]) -> Mask:
        """Return which rows have a word for a total in place of an id or a category."""
        found = np.zeros(len(next(iter(parsed.values()))), dtype=bool)
        categorical = [one.position for one in self.schema.wanted if one.categorical]
        for position in {*categorical, *([] if self.schema.id_position is None else [self.schema.id_position])}:
            column = parsed[position]
            if column.dtype == "category":
                sums = [_sums_up(str(text)) for text in column.cat.categories]
                found |= np.array([*sums, False])[column.cat.codes]
            elif column.dtype.kind not in "iuf":
                found |= np.fromiter((_sums_up(str(text)) for text in column), bool, len(column))
        return found

    def status(self, rows: Block, faults: Sequence[Faults | None], parsed: dict[int, pd.Series]) -> Faults | None:
        """Return the status of each row, see `segmentation.points.chunk`; None where all rows are customers.

        Parameters
        ----------
        rows : Block
            Some rows of the file.
        faults : sequence of ndarray of uint8 or None
            For each feature, the faults of its values.
        parsed : dict of int to pandas.Series
            The parsed columns, by position.
        """
        doubtful = self._named_as_sums(parsed)
        for wrong in faults:
            if wrong is not None:
                doubtful |= wrong != VALID
        # A total has every feature, where its name stands in a column that is not read.
        doubtful[rows.foot] = True
        status = np.zeros(len(rows), dtype=np.uint8)
        status[rows.overlong] = OVERLONG
        starts = rows.starts if doubtful.any() else None
        for row in map(int, np.flatnonzero(doubtful & (status == CUSTOMER))):
            cells = [*map(str.strip, parse_row(rows.row(row, starts).removeprefix(codecs.BOM_UTF8), rows.separator))]
            name = _first(cells)
            if tuple(cells) == self.header:
                status[row] = HEADER_AGAIN
            elif name not in self.usual and _sums_up(name) and not self._describes_one(cells):
                status[row] = SUMMARY
            elif not name:
                status[row] = BLANK
        return status if status.any() else None

    def _describes_one(self, cells: Sequence[str]) -> bool:
        """Return whether a row describes one customer, such as one whose surname is Sum, rather than a total."""
        whole = not any(is_missing(cells[i]) for i in self.filled)
        read = {one.position for one in self.schema.wanted}
        texts = [cell for i, cell in enumerate(cells) if cell and i not in read]
        words = [text for text in texts if all(letter.isalpha() or letter in " .'-" for letter in text)]
        return whole and any(not _sums_up(word) for word in words)


def _first(cells: Sequence[str]) -> str:
    """Return the first non-empty cell of a row."""
    return next(filter(None, map(str.strip, cells)), "")


def _usual(examples: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the texts that many rows begin with: they are customers, even if each is called average."""
    counts = Counter(map(_first, examples))
    return frozenset(name for name, n in counts.items() if n > max(2, _RARE * len(examples)))


def _filled(examples: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Return the positions of the columns in which most rows have a value."""
    columns = zip_longest(*examples, fillvalue="")
    return tuple(i for i, column in enumerate(columns) if 2 * sum(map(bool, map(str.strip, column))) > len(column))


def _sums_up(text: str) -> bool:
    """Return whether a cell names a row of totals: `Total`, `Total.`, `Total: 200`, `Total (200)`."""
    name = re.split("[(:]", text, maxsplit=1)[0].strip(" .")
    return len(name) <= LONGEST_NAME and normalised(name) in SUMMARY_WORDS
