"""What each column of a file is, by its name and its values: a number by which customers differ, or why it is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from segmentation.schema.columns import filled, role_of, words_of
from segmentation.schema.meanings import is_answer, meaning_of, sensitive_subject
from segmentation.schema.numbers import MISSING, VALID, parse_numbers
from segmentation.schema.vocabulary import ID_WORDS

# By kind, why a column is not compared by itself.
NUMBER, CODE, FLAG, CATEGORY = "number", "code", "flag", "category"
ANSWER, SENSITIVE, ROWS, IDS = "answer", "sensitive", "rows", "ids"
PERSONAL, YEARS, TEXT, CONSTANT, EMPTY = "personal", "years", "text", "constant", "empty"

# A column of numbers may hold this share of other texts.
MOSTLY = 0.9
# Fewer customers with a value are too few.
_FILLED = 0.5
# So few different whole numbers may stand for words.
_MAX_CODES = 10
# A category has at most so many values, and each of them of some customers on average; of fewer nothing can be said.
_MAX_CATEGORIES, _SHARED = 50, 3
_YEARS = (1900.0, 2100.0)
# Ids by their values alone have five digits or more.
_FIRST_ID = 10_000
_NUMBERS_OF_IDS = frozenset(ID_WORDS.split()) - {"n", "no", "nr", "num", "number", "numero", "nummer", "numer"}

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """A column, and what it is.

    Parameters
    ----------
    position : int
        Its position, from 0.
    name : str
        Its header.
    kind : str
        What it is: one of the constants of this module.
    meaning : str
        What its values mean, see `segmentation.schema.meanings`; empty where its name does not say.
    numbers : ndarray of float64, shape (n_examples,)
        The numbers of the first customers, NaN where there is none; empty for a column of other texts.
    """

    position: int
    name: str
    kind: str
    meaning: str = ""
    numbers: Values = field(default_factory=lambda: np.zeros(0))

    @property
    def total(self) -> float:
        """The sum of its numbers."""
        return float(np.nansum(self.numbers))


def columns_of(
    header: Sequence[str],
    examples: Sequence[Sequence[str]],
    personal: Mapping[int, str],
    id_position: int | None,
    decimal_mark: str,
) -> list[Column]:
    """Return what each column of a file is.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    examples : sequence of sequence of str
        For each column, the cells of the first customers.
    personal : mapping of int to str
        By position, the kind of personal data a column holds.
    id_position : int or None
        Position of the customer ids.
    decimal_mark : str
        The decimal mark of the file.
    """
    return [
        _column(i, name, examples[i], decimal_mark, personal=i in personal, is_id=i == id_position)
        for i, name in enumerate(header)
    ]


def _column(
    position: int, name: str, cells: Sequence[str], decimal_mark: str, *, personal: bool, is_id: bool
) -> Column:
    present = filled(cells)
    by_name = _kind_by_name(name, present, len(cells), personal=personal, is_id=is_id)
    if by_name:
        return Column(position, name, by_name)
    if len({*present}) == 1 and len(present) >= _SHARED:
        return Column(position, name, CONSTANT)
    values, faults = parse_numbers(cells, decimal_mark)
    if (faults == VALID).sum() < MOSTLY * (faults != MISSING).sum():
        return Column(position, name, _kind_of_texts(present))
    numbers = values[~np.isnan(values)]
    whole = bool((numbers == np.floor(numbers)).all())
    meaning = meaning_of(name, whole=whole)
    return Column(position, name, _kind_of_numbers(name, numbers, meaning, whole=whole), meaning, values)


def _kind_by_name(name: str, present: Sequence[str], cells: int, *, personal: bool, is_id: bool) -> str | None:
    if is_id or role_of(name) == "id":
        return IDS
    if not name or 2 * len(present) < cells:
        return EMPTY if 2 * len(present) < cells else ROWS
    if personal:
        return PERSONAL
    if is_answer(name):
        return ANSWER
    return SENSITIVE if sensitive_subject(name) else None


def _kind_of_texts(present: Sequence[str]) -> str:
    different = len({*present})
    if different == 2 and len(present) >= 2 * _SHARED:
        return FLAG
    return CATEGORY if different <= _MAX_CATEGORIES and _SHARED * different <= len(present) else TEXT


def _kind_of_numbers(name: str, numbers: Values, meaning: str, *, whole: bool) -> str:
    different = len(np.unique(numbers))
    if different == 2 and len(numbers) >= 2 * _SHARED:
        return FLAG
    if meaning or not whole:
        return NUMBER
    if different == len(numbers):
        return _kind_of_different_numbers(numbers)
    if {*words_of(name)} & _NUMBERS_OF_IDS or (different <= _MAX_CODES and _SHARED * different <= len(numbers)):
        return CODE
    return YEARS if numbers.min() >= _YEARS[0] and numbers.max() <= _YEARS[1] else NUMBER


def _kind_of_different_numbers(numbers: Values) -> str:
    """Return what whole numbers are of which no two are the same."""
    if (np.diff(numbers) == 1).all():
        return ROWS
    return IDS if numbers.min() >= _FIRST_ID and len({len(f"{one:.0f}") for one in numbers}) == 1 else NUMBER
