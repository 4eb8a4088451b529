"""Which columns of a file become features, and why: by their names, or by the settings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from segmentation.schema import settings_refusals
from segmentation.schema.choice import UsedFeatures, features_of, unused_reasons
from segmentation.schema.column_kinds import NUMBER as CHOSEN
from segmentation.schema.column_kinds import Column, columns_of
from segmentation.schema.column_uses import (
    column_uses,
    notes_on_absent_roles,
    refuse_personal,
    repeating_settings,
)
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
from segmentation.schema.date_columns import together, years_of
from segmentation.schema.describing import described, with_described
from segmentation.schema.dialect import Dialect
from segmentation.schema.id_column import id_column, identifies
from segmentation.schema.meanings import FREQUENCY, RECENCY, SPENDING, meaning_of
from segmentation.schema.numbers import MISSING, VALID, decimal_mark_of, parse_numbers
from segmentation.schema.numeric_features import first_births, meaning_of_feature, with_readings
from segmentation.schema.personal_data import personal_data
from segmentation.schema.reading import MOSTLY, is_worded
from segmentation.schema.reading_texts import common_words
from segmentation.schema.readings import reading_of
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE, Note, Schema, Wanted
from segmentation.schema.settings import FeatureSetting, Settings, position_of
from segmentation.schema.units import scale_of

_CATEGORICAL_ROLES = ("gender",)
_POSSIBLE_AGE = (0.0, 120.0)
# Where more values than this lie beyond the scale in a header, it is the header that is wrong.
_OFF_SCALE = 0.2
# A column with more values is none of genders; nor is one with more than a few, where most rows have their own.
_MAX_GENDERS, _FEW = 20, 4
_THOUSAND = 1_000


def header_fit(cells: Sequence[str], settings: Settings) -> int:
    """Return how well a row names the wanted columns; more is better, 0 is not at all.

    Parameters
    ----------
    cells : sequence of str
        Cells of the row.
    settings : Settings
        Settings of the analysis.
    """
    names = {normalised(cell.strip()) for cell in cells}
    named = [normalised(name.strip()) for name in (*_named(settings), *settings.describe)]
    points = sum(2 for name in named if name in names)
    if settings.modes is None:
        roles = [role for role in map(role_of, cells) if role]
        if "spending" not in roles and any(map(is_score, cells)):
            roles.append("spending")
        points += sum(2 if role in REQUIRED else 1 for role in {*roles} - {*settings.columns})
        points += sum(bool(cell) and role_of(cell) is None and bool(meaning_of(cell)) for cell in cells)
    return points


def schema_of(
    dialect: Dialect, settings: Settings, decimal_mark: str | None = None, before: UsedFeatures | None = None
) -> Schema:
    """Decide which columns of a file become features.

    Parameters
    ----------
    dialect : Dialect
        How the file is written.
    settings : Settings
        Settings of the analysis.
    decimal_mark : str, optional
        The decimal mark, where it is known.
    before : UsedFeatures, optional
        The features of the run before, which are kept while the file has them.

    Raises
    ------
    UnusableFileError
        If no two columns of numbers tell customers apart, if a column that the settings name is not there, or if a
        feature would be personal data.
    """
    header = dialect.header
    examples = [[row[i] if i < len(row) else "" for row in dialect.examples] for i in range(len(header))]
    personal = {
        i: what for i, name in enumerate(header) if (what := personal_data(name, examples[i])) and any(examples[i])
    }
    columns = _columns(dialect, examples, personal, settings, decimal_mark)
    modes: Mapping[str, tuple[str, ...]]
    named, notes = settings.modes, list[Note]()
    chosen: Mapping[int, str] = {}
    by_roles = None if named else _by_roles(header, settings, personal, examples, columns, before)
    if by_roles:
        wanted, notes = by_roles
        modes = {BIVARIATE: REQUIRED, MULTIVARIATE: tuple(one.role for one in wanted)}
    else:
        if named is None:
            gender, notes = _gender(header, settings, personal, examples)
            named, chosen, more = features_of(columns, gender, before)
            notes += more
        wanted, modes = _by_settings(header, named)
    wanted = [replace(one, low=low, high=high) for one in wanted for low, high in [_possible(one)]]
    numeric = [
        one
        for one in wanted
        if not one.categorical and not is_worded(reading_of(header[one.position], examples[one.position], "."))
    ]
    found, doubtful, sure = decimal_mark_of(
        [examples[one.position] for one in numeric], dialect.separator, [(one.low, one.high) for one in numeric]
    )
    sure = sure or decimal_mark is not None
    decimal_mark = decimal_mark or found
    if doubtful and not sure:
        # Not one of the file's: notes are published.
        meant = "1000" if parse_numbers([doubtful], decimal_mark)[0][0] >= _THOUSAND else "1"
        mark = next(mark for mark in ",." if mark in doubtful)
        notes.append(
            Note(
                f"Numbers such as 1{mark}000 could be read in two ways; that was taken for {meant}.",
                "If it means something else, write the numbers without marks for thousands.",
            )
        )
    if named:
        wanted = _with_kinds(wanted, named, modes, header, examples, decimal_mark)
    refuse_personal(wanted, header, examples, personal)
    wanted, dates = with_readings(wanted, header, examples, personal, decimal_mark, settings)
    on_scale: list[Note] = []
    if by_roles:
        wanted, on_scale = _within_scales(wanted, examples, decimal_mark)
    id_position, id_notes = id_column(header, settings, {one.position for one in wanted}, examples)
    uses = column_uses(header, wanted, id_position, personal, {*_named(settings)}, chosen, unused_reasons(columns))
    describing, on_describing = described(settings, header, examples, wanted, id_position, personal, decimal_mark)
    wanted = [replace(one, meaning=meaning_of_feature(one, header[one.position])) for one in wanted]
    schema = Schema(
        tuple(wanted),
        modes,
        id_position,
        identifies([*personal, *([] if id_position is None else [id_position])], examples),
        decimal_mark,
        sure,
        with_described(uses, describing),
        (*notes, *on_scale, *id_notes, *on_describing, *(notes_on_absent_roles(wanted, settings) if by_roles else [])),
        repeating_settings(header, wanted, id_position, settings, named),
        dates,
        at_least=settings.newest,
        describing=describing,
    )
    days = together(years_of(one.days([*{*examples[i]}])[0]) for i, one in dates)
    return schema.counted_from(schema.newest_of(days)).with_short_roles()


def _named(settings: Settings) -> list[str]:
    """Return the headers that the settings name."""
    features = [feature.column for features in (settings.modes or {}).values() for feature in features]
    return [name for name in (*settings.columns.values(), *features) if name is not None]


def _columns(
    dialect: Dialect,
    examples: Sequence[Sequence[str]],
    personal: Mapping[int, str],
    settings: Settings,
    decimal_mark: str | None,
) -> list[Column]:
    """Return what each column is, by its name and its values."""
    header = dialect.header
    numeric = [cells for cells in examples if any(_are_numbers(cells, mark) for mark in ",.")]
    mark = decimal_mark or decimal_mark_of(numeric, dialect.separator)[0]
    id_position, _ = id_column(header, settings, set(), examples)
    return columns_of(header, examples, personal, id_position, mark)


def _are_numbers(cells: Sequence[str], decimal_mark: str) -> bool:
    faults = parse_numbers(cells, decimal_mark)[1]
    return bool((faults == VALID).sum() >= MOSTLY * max(1, (faults != MISSING).sum()))


def _by_roles(
    header: Sequence[str],
    settings: Settings,
    personal: Mapping[int, str],
    examples: Sequence[Sequence[str]],
    columns: Sequence[Column],
    before: UsedFeatures | None,
) -> tuple[list[Wanted], list[Note]] | None:
    """Return the columns of the usual roles, and notes; None where other features are to be used."""
    places = {role: _places(header, role, settings, personal, examples) for role in ROLES}
    if not all(places[role] for role in REQUIRED):
        return None
    if not places["age"] and "age" not in settings.columns:
        places["age"] = first_births(header, examples, {i for found in places.values() for i in found})
    if not {*REQUIRED} & {*settings.columns}:
        kept = before and before.modes
        buys = any(one.kind == CHOSEN and one.meaning in (RECENCY, FREQUENCY) for one in columns)
        if kept or (before is None and buys and meaning_of(header[places["spending"][0]]) != SPENDING):
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


def _gender(
    header: Sequence[str], settings: Settings, personal: Mapping[int, str], examples: Sequence[Sequence[str]]
) -> tuple[int | None, list[Note]]:
    """Return the position of the column of genders, None where there is none, and notes on it."""
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


def _by_settings(
    header: Sequence[str], modes: Mapping[str, tuple[FeatureSetting, ...]]
) -> tuple[list[Wanted], dict[str, tuple[str, ...]]]:
    places: dict[str, Wanted] = {}
    roles: dict[str, tuple[str, ...]] = {}
    for mode, features in modes.items():
        names = []
        for i, feature in enumerate(features):
            position = position_of(header, feature.column, f"modes.{mode}[{i}]")
            one = Wanted(
                header[position],
                position,
                header[position] if feature.label == feature.column else feature.label,
                feature.kind == "categorical",
                required=True,
                low=-math.inf if feature.minimum is None else feature.minimum,
                high=math.inf if feature.maximum is None else feature.maximum,
                named=True,
            )
            if one.role in names:
                raise settings_refusals.feature_twice(f"modes.{mode}[{i}]", one.role)
            names.append(one.role)
            if feature != FeatureSetting(feature.column, feature.column) or one.role not in places:
                places[one.role] = one
        roles[mode] = tuple(names)
    order = dict.fromkeys([*roles[MULTIVARIATE], *roles[BIVARIATE]])
    return [places[role] for role in order], roles


def _with_kinds(
    wanted: list[Wanted],
    settings: Mapping[str, tuple[FeatureSetting, ...]],
    modes: Mapping[str, tuple[str, ...]],
    header: Sequence[str],
    examples: Sequence[Sequence[str]],
    decimal_mark: str,
) -> list[Wanted]:
    """Determine from their values which features named by the settings are numeric."""
    kinds: dict[str, str] = {}
    for mode, features in settings.items():
        for role, feature in zip(modes[mode], features, strict=True):
            if feature.kind:
                kinds.setdefault(role, feature.kind)
    told = []
    for one in wanted:
        kind = kinds.get(one.role)
        reading = reading_of(header[one.position], examples[one.position], decimal_mark)
        told.append(replace(one, categorical=reading is None if kind is None else kind != "numeric"))
    for i, role in enumerate(modes[BIVARIATE]):
        (one,) = (one for one in told if one.role == role)
        if one.categorical:
            words = common_words(examples[one.position])
            raise settings_refusals.axis_not_numeric(f"modes.{BIVARIATE}[{i}]", one.role, words)
    return told


def _within_scales(
    wanted: list[Wanted], examples: Sequence[Sequence[str]], decimal_mark: str
) -> tuple[list[Wanted], list[Note]]:
    """Set the possible ranges; a range is dropped, with a note, where many values are out of it."""
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


def _possible(one: Wanted) -> tuple[float, float]:
    """Return the smallest and the largest possible value."""
    if one.named:
        return one.low, one.high
    if one.role == "age":
        return _POSSIBLE_AGE
    if one.role == "spending" and (scale := scale_of(one.label)):
        # Who buys nothing has 0 on many a scale that begins with 1.
        return min(scale[0], 0.0), scale[1]
    # Many files have -1 or -999 for unknown values; customers who return goods may spend less than nothing.
    return (0.0, math.inf) if one.role == "income" else (one.low, one.high)
