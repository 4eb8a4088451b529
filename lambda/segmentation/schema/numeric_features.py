"""Numeric features: how the cells of their columns become numbers, and what they are called therefore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from segmentation.schema.date_columns import date_columns, with_one_order
from segmentation.schema.dates import Births, Dates, speaks_of_birth
from segmentation.schema.meanings import AGE, RATING, meaning_of, meaning_of_date
from segmentation.schema.reading import BIRTH, DATE, NUMBER, YES_NO, Reading
from segmentation.schema.reading_texts import label_of
from segmentation.schema.readings import reading_like, reading_of
from segmentation.schema.schema import Wanted
from segmentation.schema.settings import Settings, is_column


def with_readings(
    wanted: Sequence[Wanted],
    header: Sequence[str],
    examples: Sequence[Sequence[str]],
    personal: Mapping[int, str],
    decimal_mark: str,
    settings: Settings,
) -> tuple[list[Wanted], tuple[tuple[int, Dates], ...]]:
    """Decide how the cells of numeric features become numbers, and which columns say which date is the newest.

    Parameters
    ----------
    wanted : sequence of Wanted
        The features.
    header : sequence of str
        The names of all columns.
    examples : sequence of sequence of str
        For each column, some cells.
    personal : mapping of int to str
        By position, the kind of personal data a column holds.
    decimal_mark : str
        The decimal mark of the file.
    settings : Settings
        Settings of the analysis, perhaps those of a model.
    """
    found = {}
    for one in wanted:
        cells = header[one.position], examples[one.position], decimal_mark
        reading = None if one.categorical else _reading(one, *cells, settings)
        if reading is not None and reading.kind != NUMBER:
            found[one.position] = reading
    dates = date_columns(header, examples, found, {*personal})
    found = with_one_order({**found, **dict(dates)})
    only_births = all(reading.kind == BIRTH for _, reading in dates)
    told = []
    for one in wanted:
        read = None if one.categorical else found.get(one.position)
        named = isinstance(read, Dates) and one.label == header[one.position]
        label = label_of(one.label, read, only_births=only_births) if named else one.label  # type: ignore[arg-type]
        told.append(replace(one, label=label, reading=read))
    return told, dates


def _reading(one: Wanted, name: str, cells: Sequence[str], mark: str, settings: Settings) -> Reading | None:
    known = [read for role, read in settings.readings.items() if one.role == role or is_column(role, name)]
    reading = reading_like(known[0], name, cells, mark) if known else reading_of(name, cells, mark)
    if one.named or reading is None or reading.kind not in (DATE, BIRTH, YES_NO):
        return reading
    # An income is no date, and a score neither yes nor no.
    return Births(reading.form, reading.sure) if isinstance(reading, Dates) and one.role == AGE else None


def first_births(header: Sequence[str], examples: Sequence[Sequence[str]], taken: set[int]) -> list[int]:
    """Return the position of the first column of dates or years of birth, where there is any.

    Parameters
    ----------
    header : sequence of str
        The names of all columns.
    examples : sequence of sequence of str
        For each column, some cells.
    taken : set of int
        Positions of features.
    """
    named = [i for i, name in enumerate(header) if i not in taken and speaks_of_birth(name)]
    return [i for i in named if isinstance(reading_of(header[i], examples[i], "."), Births)][:1]


def meaning_of_feature(one: Wanted, header: str) -> str:
    """Return what the values of a feature mean; empty where that is not known.

    Parameters
    ----------
    one : Wanted
        The feature.
    header : str
        Header of its column.
    """
    if isinstance(one.reading, Births):
        return AGE
    found = meaning_of_date(header) if isinstance(one.reading, Dates) else meaning_of(header)
    # Any rating that takes the role of the spending score is one.
    return one.role if not one.named and found in ("", RATING) else found
