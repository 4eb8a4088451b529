"""What was made of a file, for its uploader and for the page: columns, what was filled in or rejected, notes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from segmentation.customers.chunk_profile import RowCounts
from segmentation.customers.cleaning import Cleaning, reason_texts, remedies
from segmentation.customers.file_profile import FileProfile
from segmentation.customers.pooling import Pooling
from segmentation.customers.reader import CustomerFile
from segmentation.errors import shortened
from segmentation.files.encoding import MIXED, readable_name
from segmentation.points.chunk import DUPLICATE
from segmentation.points.weighted import WeightedPoints
from segmentation.rounding import plural, readable
from segmentation.schema.features import LONGEST_NAME, Feature
from segmentation.schema.numbers import NOT_NUMERIC, OUT_OF_RANGE
from segmentation.schema.reading import BIRTH, DATE
from segmentation.schema.reading_texts import explanation, reading_notes
from segmentation.schema.schema import Note, Schema, Use

# So much of the account is published.
_MAX_COLUMNS, _MAX_NOTES, _LONGEST_TEXT, _LONGEST_WORD = 80, 30, 300, 20
# In bytes; settings name columns in full.
_LONGEST_SETTINGS = 10_000

_MEND = "Mend them; rejected.csv has their lines."


def account_of(
    file: CustomerFile, profile: FileProfile, cleaning: Cleaning, counts: RowCounts, pooling: Pooling
) -> dict[str, Any]:
    """Return the account of a file: its columns, what was filled in or rejected, and notes.

    Parameters
    ----------
    file : CustomerFile
        The file.
    profile : FileProfile
        What was found in it before cleaning.
    cleaning : Cleaning
        What was done to its rows.
    counts : RowCounts
        The customers that are left, and what became of the rows.
    pooling : Pooling
        Which categories were merged.

    Returns
    -------
    dict
        As `data.schema.json` describes it under `intake`.
    """
    dialect, schema, features = file.dialect, file.schema, counts.points.features
    what_to_do = remedies(features, cleaning.fills, impute=file.settings.impute)
    rejected = [
        {"reason": _short(text), "rows": int(n), "remedy": _short(remedy)}
        for i, (text, remedy, n) in enumerate(zip(reason_texts(features), what_to_do, counts.by_reason, strict=True))
        if n and i not in (0, DUPLICATE)
    ]
    exact = file.settings.min_cell_count == 1
    notes = [
        *_notes_on_room(schema),
        *schema.notes,
        *reading_notes(schema),
        *_notes(profile, cleaning, counts),
        *pooling.notes(features),
    ]
    if len(notes) > _MAX_NOTES:
        notes[_MAX_NOTES - 1 :] = [
            Note(f"There are {len(notes) - _MAX_NOTES + 1} more notes, for want of room not here.")
        ]
    fills = cleaning.renamed(pooling.names).fills
    return {
        "encoding": readable_name(dialect.encoding),
        "features_by": schema.features_by,
        "separator": dialect.separator,
        "decimal_mark": schema.decimal_mark,
        "header_line": dialect.header_line,
        "columns": [
            {**asdict(use), "name": shortened(use.name, LONGEST_NAME), "why": _short(use.why)}
            for use in _listed(_explained(schema, exact=exact))
        ],
        "imputed": [
            {"feature": role, "cells": n, "value": _written(fills[role])}
            for role in (feature.role for feature in features)
            if (n := counts.imputed_cells.get(role, 0))
        ],
        "rejected": sorted(rejected, key=lambda one: -one["rows"]),
        "notes": [_note(note) for note in notes],
        "settings": _bounded(schema.suggested),
    }


def with_notes(account: dict[str, Any], notes: Sequence[Note]) -> dict[str, Any]:
    """Return an account with further notes before the others.

    Parameters
    ----------
    account : dict
        The account.
    notes : sequence of Note
        The notes.
    """
    return {**account, "notes": [*map(_note, notes), *account["notes"]][:_MAX_NOTES]}


def _explained(schema: Schema, *, exact: bool) -> list[Use]:
    """Return the uses of all columns, with what was made of their cells."""
    texts = {
        one.position: explanation(one, schema.uses[one.position].name, schema, exact=exact) for one in schema.wanted
    }
    return [replace(use, why=f"{use.why} {texts.get(i, '')}".strip()) for i, use in enumerate(schema.uses)]


def _note(note: Note) -> dict[str, str]:
    return {"text": _short(note.text), "remedy": _short(note.remedy)}


def _short(text: str) -> str:
    return shortened(text, _LONGEST_TEXT)


def _bounded(settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
    size = len(json.dumps(settings, ensure_ascii=False, allow_nan=False).encode())
    return settings if settings and size <= _LONGEST_SETTINGS else None


def _listed(uses: Sequence[Use]) -> list[Use]:
    """Return the columns that are listed, in the order of the file; those that are used take precedence."""
    ranked = sorted(range(len(uses)), key=lambda i: (uses[i].use == "unused", uses[i].use == "personal", i))
    return [uses[i] for i in sorted(ranked[:_MAX_COLUMNS])]


def _notes_on_room(schema: Schema) -> Iterator[Note]:
    if len(schema.uses) > _MAX_COLUMNS:
        yield Note(f"Of the {len(schema.uses):,} columns, {_MAX_COLUMNS} are listed here.")


def _written(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.9g}"


def _notes(profile: FileProfile, cleaning: Cleaning, counts: RowCounts) -> Iterator[Note]:
    schema = profile.file.schema
    if profile.file.dialect.encoding == MIXED:
        yield Note(
            "Most of the file is UTF-8, but not all; the rest was read as Windows-1252.",
            "Check the letters with accents, and save the file as 'CSV UTF-8 (comma delimited)'.",
        )
    for i, (feature, wanted) in enumerate(zip(counts.points.features, schema.wanted, strict=True)):
        if n := profile.faults(i, OUT_OF_RANGE):
            bounds = (f"below {wanted.low:g}", wanted.low), (f"above {wanted.high:g}", wanted.high)
            beyond = " or ".join(text for text, bound in bounds if np.isfinite(bound))
            if wanted.reading and wanted.reading.kind in (DATE, BIRTH):
                beyond = "a date too early or too late"
            where = f" ({beyond})" if beyond else ""
            yield Note(f"{plural(n, 'value')} of '{feature.label}' cannot be{where}; taken for missing.", _MEND)
        if n := profile.faults(i, NOT_NUMERIC):
            yield Note(
                f"{plural(n, 'cell')} of '{feature.label}' with text where a number belongs; taken for missing.", _MEND
            )
        yield from _notes_on_values(feature, counts.points, cleaning, profile.common(i))
    if profile.detector.repeated_ids:
        yield Note(
            f"{plural(profile.detector.repeated_ids, 'row')} with an id that an earlier row has, and other values; "
            "each was taken for a customer.",
            "If they are one customer, keep one row of each.",
        )
    if profile.detector.full:
        yield Note(
            "The file has too many rows to tell of all whether they are there twice.", "Sort it by a numeric id."
        )
    if not schema.identified and profile.file.settings.duplicates == "auto":
        yield _note_on_ids(schema)


def _note_on_ids(schema: Schema) -> Note:
    alike = "so rows that are alike in every cell count as different customers."
    once = 'If they are not, set "duplicates": "once" in settings.json.'
    if schema.id_position is None:
        return Note(f"The file has no customer id, {alike}", once)
    name = schema.uses[schema.id_position].name
    return Note(
        f"'{name}' tells few rows apart, {alike}",
        f"If the rows are purchases, sum them up to one row a customer. {once}",
    )


def _notes_on_values(
    feature: Feature, points: WeightedPoints, cleaning: Cleaning, common: frozenset[str]
) -> Iterator[Note]:
    if feature.categories is None:
        low, high = points.extremes(feature.role)
        if low == high:
            yield Note(
                f"Every customer has {readable(low)} in '{feature.label}', so it tells no segments apart.",
                "Check that the export filled this column.",
            )
        return
    if feature.role in cleaning.spellings:
        spellings = cleaning.spellings[feature.role]
        pairs = [
            f"'{shortened(name, _LONGEST_WORD)}' as '{shortened(meant, _LONGEST_WORD)}'"
            for name, meant in sorted(spellings.items())
            if {name, meant} <= common
        ][:5]
        rest = len(spellings) - len(pairs)
        more = [f"{rest} more" if pairs else f"{plural(rest, 'value')} as others"] if rest else []
        told = " and ".join([*([", ".join(pairs)] if pairs else []), *more])
        yield Note(f"Read in '{feature.label}': {told}.", "Spell each value in one way.")
    if len(feature.categories) == 1:
        yield Note(f"Every customer has '{feature.categories[0]}' in '{feature.label}', so it tells no segments apart.")
    elif all(name.replace(".", "").isdecimal() for name in feature.categories):
        names = ", ".join([name for name in feature.categories if name in common][:10])
        yield Note(
            f"'{feature.label}' is coded {names}, and the file does not say what each stands for.",
            "Write words in place of the codes, and the page shows them.",
        )
