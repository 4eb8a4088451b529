"""Columns of the usual roles: age, gender, income and spending score, found by their names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from segmentation.schema import settings_refusals
from segmentation.schema.choice import UsedFeatures
from segmentation.schema.column_kinds import NUMBER as CHOSEN
from segmentation.schema.column_kinds import Column
from segmentation.schema.columns import (
    REQUIRED,
    ROLES,
    WHAT_ROLE_IS,
    are_genders,
    is_plain_gender,
    is_score,
    normalised,
    role_of,
    words_of,
)
from segmentation.schema.meanings import FREQUENCY, GENDER, RECENCY, SPENDING, meaning_of
from segmentation.schema.numbers import MISSING, parse_numbers
from segmentation.schema.numeric_features import first_births
from segmentation.schema.reading import MOSTLY
from segmentation.schema.schema import Note, Wanted
from segmentation.schema.settings import Settings, position_of
from segmentation.schema.units import scale_of

_CATEGORICAL_ROLES = ("gender",)
_POSSIBLE_AGE = (0.0, 120.0)
# Where more values than this lie beyond the scale in a header, it is the header that is wrong.
_OFF_SCALE = 0.2
# A column with more values is none of genders; nor is one with more than a few, where most rows have their own.
_MAX_GENDERS, _FEW = 20, 4


def by_roles(
    header: Sequence[str],
    settings: Settings,
    personal: Mapping[int, str],
    examples: Sequence[Sequence[str]],
    columns: Sequence[Column],
    before: UsedFeatures | None,
) -> tuple[list[Wanted], list[Note]] | None:
    """Return the columns of the usual roles, and notes; None where other features are to be used.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    settings : Settings
        Settings of the analysis.
    personal : mapping of int to str
        By position, the kind of personal data a column holds.
    examples : sequence of sequence of str
        For each column, some cells.
    columns : sequence of Column
        What each column is.
    before : UsedFeatures or None
        The features of the run before.

    Raises
    ------
    UnusableFileError
        If the settings give one column two roles.
    """
    places = {role: _places(header, role, settings, personal, examples) for role in ROLES}
    if not all(places[role] for role in REQUIRED):
        return None
    if not places["age"] and "age" not in settings.columns:
        places["age"] = first_births(header, examples, {i for found in places.values() for i in found})
    if not {*REQUIRED} & {*settings.columns}:
        buys = any(one.kind == CHOSEN and one.meaning in (RECENCY, FREQUENCY) for one in columns)
        by_roles_before = before is not None and not before.modes
        if buys and not by_roles_before and meaning_of(header[places["spending"][0]]) != SPENDING:
            return None
    for role, other in combinations(places, 2):
        if places[role] and places[role] == places[other]:
            raise settings_refusals.column_for_two_roles(role, other, header[places[role][0]])
    wanted = [
        Wanted(role, found[0], header[found[0]], role in _CATEGORICAL_ROLES, role in REQUIRED)
        for role, found in places.items()
        if found
    ]
    notes = [_several(header, role, found) for role, found in places.items() if len(found) > 1]
    wanted, doubts = _without_names(wanted, examples, settings)
    return wanted, [*notes, *doubts, *_doubts_of_score(wanted, settings)]


def _several(header: Sequence[str], role: str, found: Sequence[int]) -> Note:
    names = " and ".join(f"'{header[i]}'" for i in found)
    return Note(
        f"The columns {names} could each be {WHAT_ROLE_IS[role]}; the first was taken.",
        'If another one is meant, name it in settings.json under "columns".',
    )


def gender_column(
    header: Sequence[str], settings: Settings, personal: Mapping[int, str], examples: Sequence[Sequence[str]]
) -> tuple[int | None, list[Note]]:
    """Return the position of the column of genders, None where there is none, and notes on it.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    settings : Settings
        Settings of the analysis.
    personal : mapping of int to str
        By position, the kind of personal data a column holds.
    examples : sequence of sequence of str
        For each column, some cells.
    """
    places = _places(header, "gender", settings, personal, examples)
    found = [i for i in places if header.count(header[i]) == 1]
    wanted = [Wanted("gender", i, header[i], categorical=True, required=False) for i in found[:1]]
    wanted, notes = _without_names(wanted, examples, settings)
    return (wanted[0].position if wanted else None), notes


def _without_names(
    wanted: list[Wanted], examples: Sequence[Sequence[str]], settings: Settings
) -> tuple[list[Wanted], list[Note]]:
    """Leave out a gender column with as many values as names have, since each would be published."""
    notes = []
    for one in wanted:
        values = [*filter(None, map(normalised, map(str.strip, examples[one.position])))]
        different = len({*values})
        if (
            one.role == "gender"
            and "gender" not in settings.columns
            and different > (_MAX_GENDERS if different < len(values) / 2 else _FEW)
        ):
            notes.append(
                Note(
                    f"'{one.label}' holds {different} different values or more, so it was not taken for the gender.",
                    'If it is, name it in settings.json under "columns".',
                )
            )
            wanted = [other for other in wanted if other is not one]
    return wanted, notes


def _places(
    header: Sequence[str], role: str, settings: Settings, personal: Mapping[int, str], examples: Sequence[Sequence[str]]
) -> list[int]:
    if role in settings.columns:
        name = settings.columns[role]
        return [] if name is None else [position_of(header, name, f"columns.{role}")]
    taken = {
        position_of(header, name, f"columns.{other}") for other, name in settings.columns.items() if name is not None
    }
    free = [i for i in range(len(header)) if i not in taken]
    found = [i for i in free if role_of(header[i]) == role]
    if role == "gender" and not found:
        found = [i for i in free if meaning_of(header[i]) == GENDER and are_genders(examples[i])]
    # A score before an amount, and the plainest name first: Income rather than Income of the household.
    found.sort(key=lambda i: (meaning_of(header[i]) != role, len(words_of(header[i]))))
    if role == "gender":
        found = [i for i in found if is_plain_gender(header[i]) or are_genders(examples[i])]
        found = [i for i in found if is_plain_gender(header[i])] or found
    if role == "spending" and not found:
        found = [i for i in free if is_score(header[i]) and i not in personal and _on_scale(header[i], examples[i])]
    return found


def _doubts_of_score(wanted: Sequence[Wanted], settings: Settings) -> list[Note]:
    """Return a note on a spending score that was recognised only by its scale."""
    return [
        Note(
            f"'{one.label}' was taken for the spending score; its name does not say what it scores.",
            'If another column is, name that one in settings.json under "columns".',
        )
        for one in wanted
        if one.role == "spending" and "spending" not in settings.columns and role_of(one.label) is None
    ]


def _on_scale(name: str, values: Sequence[str]) -> bool:
    """Return whether a generic score may be a spending score: its numbers fit the scale in its header, or 0 to 100."""
    _, high = scale_of(name) or (0.0, 100.0)
    for mark in ".,":
        numbers, faults = parse_numbers(values, mark)
        if 0 < ((numbers >= 0.0) & (numbers <= high)).sum() >= MOSTLY * (faults != MISSING).sum():
            return True
    return not any(values)


def within_scales(
    wanted: list[Wanted], examples: Sequence[Sequence[str]], decimal_mark: str
) -> tuple[list[Wanted], list[Note]]:
    """Set the possible ranges; a range is dropped, with a note, where many values are out of it.

    Parameters
    ----------
    wanted : list of Wanted
        The features.
    examples : sequence of sequence of str
        For each column, some cells.
    decimal_mark : str
        The decimal mark of the file.
    """
    found, notes = [], []
    for one in wanted:
        low, high = one.low, one.high
        values = one.parse(examples[one.position], decimal_mark)[0] if one.role in REQUIRED else np.zeros(0)
        values = values[~np.isnan(values)]
        if len(values) and ((values < low) | (values > high)).mean() > _OFF_SCALE:
            beyond = f"above {high:g}" if (values > high).any() else f"below {low:g}"
            notes.append(
                Note(f"'{one.label}' holds many values {beyond}; all were used.", "Check the column, and its header.")
            )
            low, high = -math.inf, math.inf
        found.append(replace(one, low=low, high=high))
    return found, notes


def possible_range(one: Wanted) -> tuple[float, float]:
    """Return the smallest and the largest possible value of a feature.

    Parameters
    ----------
    one : Wanted
        The feature.
    """
    if one.named:
        return one.low, one.high
    if one.role == "age":
        return _POSSIBLE_AGE
    if one.role == "spending" and (scale := scale_of(one.label)):
        # Who buys nothing has 0 on many a scale that begins with 1.
        return min(scale[0], 0.0), scale[1]
    # Many files have -1 or -999 for unknown values; customers who return goods may spend less than nothing.
    return (0.0, math.inf) if one.role == "income" else (one.low, one.high)
