"""What each column of a file is, by its name and its values: a number by which customers differ, or why it is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.schema.columns import filled, role_of, words_of
from segmentation.schema.dates import Dates
from segmentation.schema.meanings import (
    AGE,
    COUNT,
    FREQUENCY,
    GENDER,
    INCOME,
    MONEY,
    RATING,
    RECENCY,
    SPENDING,
    TENURE,
    is_answer,
    is_category,
    is_number_of_one,
    is_remark,
    meaning_of,
    meaning_of_date,
    sensitive_subject,
)
from segmentation.schema.reading import BIRTH, DATE, WORDS, YES_NO, Reading
from segmentation.schema.reading import NUMBER as PLAIN
from segmentation.schema.readings import reading_of
from segmentation.schema.vocabulary import ID_WORDS

# By kind, why a column is not compared by itself.
NUMBER, CODE, FLAG, CATEGORY = "number", "code", "flag", "category"
ANSWER, SENSITIVE, ROWS, IDS = "answer", "sensitive", "rows", "ids"
PERSONAL, YEARS, DATES, ORDERED = "personal", "years", "dates", "ordered"
TEXT, CONSTANT, EMPTY = "text", "constant", "empty"
# One of several of the same name, none of which settings could name.
NAMESAKE = "namesake"

# Fewer customers with a value are too few.
_FILLED = 0.5
# So few different whole numbers may stand for words, by meaning.
_MAX_CODES = {"": 10, INCOME: 10, COUNT: 6, RATING: 6, TENURE: 5, AGE: 10}
_OF_WORDS = (SPENDING, INCOME, AGE)
_VAGUE, _ANY_NUMBERS = ("", COUNT), (RECENCY, FREQUENCY, MONEY)
# A category has at most so many values, and each of them of some customers on average; of fewer nothing can be said.
_MAX_CATEGORIES, _SHARED = 50, 3
_YEARS = (1900.0, 2100.0)
# 1982 to 2064.
_SERIAL_DATES = (30_000.0, 60_000.0)
# Fewer may rise by chance.
_FEWEST_ROWS = 10
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
    dated : bool
        Whether its numbers are made of dates.
    numbers : ndarray of float64, shape (n_examples,)
        The numbers of the first customers, NaN where there is none; empty for a column of other texts.
    """

    position: int
    name: str
    kind: str
    meaning: str = ""
    dated: bool = False
    numbers: Values = field(default_factory=lambda: np.zeros(0))

    @property
    def missing(self) -> float:
        """The share of the first customers without a number."""
        return float(np.isnan(self.numbers).mean())

    @property
    def different(self) -> int:
        """The number of its different numbers."""
        return len(np.unique(self.numbers[~np.isnan(self.numbers)]))

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
    columns = [
        _column(i, name, examples[i], decimal_mark, personal=personal.get(i), is_id=i == id_position)
        for i, name in enumerate(header)
    ]
    names = Counter(header)
    return [
        replace(one, kind=NAMESAKE) if names[one.name] > 1 and one.kind in (NUMBER, CODE, FLAG) else one
        for one in columns
    ]


def _column(
    position: int, name: str, cells: Sequence[str], decimal_mark: str, *, personal: str | None, is_id: bool
) -> Column:
    present = filled(cells)
    by_name = _kind_by_name(name, present, len(cells), personal=personal, is_id=is_id)
    if by_name:
        return Column(position, name, by_name)
    if len({*present}) == 1 and len(present) >= _SHARED:
        return Column(position, name, CONSTANT)
    reading = reading_of(name, cells, decimal_mark)
    if reading is None or reading.kind == YES_NO:
        return Column(position, name, _kind_of_texts(present))
    if personal and reading.kind != BIRTH:
        return Column(position, name, PERSONAL)
    values = _values(reading, cells)
    numbers = values[~np.isnan(values)]
    if not len(numbers):
        return Column(position, name, EMPTY)
    whole = bool((numbers == np.floor(numbers)).all())
    meaning = _meaning(name, reading, whole=whole)
    if reading.kind == PLAIN:
        kind = _kind_of_numbers(name, numbers, meaning, whole=whole)
    else:
        kind = _kind_read(reading, meaning, len(np.unique(numbers)))
    return Column(position, name, kind, meaning, isinstance(reading, Dates), values)


def _meaning(name: str, reading: Reading, *, whole: bool) -> str:
    if reading.kind == BIRTH:
        return AGE
    return meaning_of_date(name) if reading.kind == DATE else meaning_of(name, whole=whole)


def _values(reading: Reading, cells: Sequence[str]) -> Values:
    """Return the numbers of cells; dates as days before 1970, since the newest one of the file is not known yet."""
    codes, texts = pd.factorize(np.array([*cells, ""], dtype=object))
    values = -reading.days([*texts])[0] if isinstance(reading, Dates) else reading.parse([*texts])[0]
    return values[codes[:-1]]


def _kind_read(reading: Reading, meaning: str, different: int) -> str:
    """Return what a column is whose cells are no plain numbers, but become such."""
    if isinstance(reading, Dates) and reading.kind == DATE:
        few = reading.unit == "years" and different <= _MAX_CODES[""]
        return NUMBER if meaning in (RECENCY, TENURE) and not few else DATES
    known = meaning in _OF_WORDS if reading.kind == WORDS else meaning
    return NUMBER if known else ORDERED


def _kind_by_name(name: str, present: Sequence[str], cells: int, *, personal: str | None, is_id: bool) -> str | None:
    if is_id or role_of(name) == "id":
        return IDS
    if len(present) < _FILLED * cells:
        return EMPTY
    if not name:
        return ROWS
    if personal:
        # A date of birth gives an age.
        return None if personal == "birth dates" else PERSONAL
    kinds = ((is_answer, ANSWER), (is_number_of_one, IDS), (is_remark, TEXT), (sensitive_subject, SENSITIVE))
    return next((kind for is_so, kind in kinds if is_so(name)), None)


def _kind_of_texts(present: Sequence[str]) -> str:
    different = len({*present})
    if different == 2 and len(present) >= 2 * _SHARED:
        return FLAG
    return CATEGORY if different <= _MAX_CATEGORIES and _SHARED * different <= len(present) else TEXT


def _kind_of_numbers(name: str, numbers: Values, meaning: str, *, whole: bool) -> str:
    different = len(np.unique(numbers))
    if different == 2 and len(numbers) >= 2 * _SHARED:
        return FLAG
    if meaning == GENDER or (whole and is_category(name)):
        return CODE
    if whole and meaning in (RECENCY, TENURE) and _are_serial_dates(numbers):
        return DATES
    # How often and how long ago may be few whole numbers.
    if not whole or meaning in _ANY_NUMBERS:
        return NUMBER
    return _kind_of_whole_numbers(name, numbers, meaning, different)


def _kind_of_whole_numbers(name: str, numbers: Values, meaning: str, different: int) -> str:
    if different == len(numbers):
        return _kind_of_different_numbers(numbers) if meaning in _VAGUE else NUMBER
    if numbers.min() >= _YEARS[0] and numbers.max() <= _YEARS[1] and meaning in (*_VAGUE, TENURE):
        return YEARS
    few = different <= _MAX_CODES.get(meaning, 0) and _SHARED * different <= len(numbers)
    return CODE if few or (not meaning and {*words_of(name)} & _NUMBERS_OF_IDS) else NUMBER


def _are_serial_dates(numbers: Values) -> bool:
    """Return whether numbers are dates as spreadsheets keep them: those of long ago are the smaller ones."""
    return bool(numbers.min() >= _SERIAL_DATES[0] and numbers.max() <= _SERIAL_DATES[1])


def _kind_of_different_numbers(numbers: Values) -> str:
    """Return what whole numbers are of which no two are the same."""
    steps = np.diff(numbers)
    if len(numbers) >= _FEWEST_ROWS and steps[0] > 0 and (steps == steps[0]).all():
        return ROWS
    return IDS if numbers.min() >= _FIRST_ID and len({len(f"{one:.0f}") for one in numbers}) == 1 else NUMBER
