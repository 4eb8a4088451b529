"""Which columns of a file become features, and why: by their names, or by the settings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from segmentation.errors import UnusableFileError, abbreviated, abbreviations, shortened
from segmentation.schema.columns import (
    REQUIRED,
    ROLES,
    WHAT_ROLE_IS,
    are_genders,
    id_rank,
    is_plain_gender,
    is_score,
    name_and_unit,
    normalised,
    numbers_rows,
    personal_data,
    personal_values,
    role_of,
    scale_of,
)
from segmentation.schema.dialect import Dialect
from segmentation.schema.numbers import ABSENT, FINE, decimal_mark_of, parse_numbers
from segmentation.schema.settings import FeatureSetting, Settings
from segmentation.schema.units import multiple_of

BIVARIATE, MULTIVARIATE = "bivariate", "multivariate"

_CATEGORICAL_ROLES = ("gender",)
_POSSIBLE_AGE = (0.0, 120.0)
# A column of numbers may hold this share of other texts.
_MOSTLY = 0.9
# Where more values than this lie beyond the scale in a header, it is the header that is wrong.
_OFF_SCALE = 0.2
# A column with more values is none of genders; nor is one with more than a few, where most rows have their own.
_MOST_GENDERS, _FEW = 20, 4
_THOUSAND = 1_000
# In `data.json` each stands some fifty times.
_MOST_BYTES_OF_ROLES = 600
_ADD = (
    "Add what is missing, or rename the columns that hold it, or name them in settings.json; "
    "a line near the top must name the columns."
)
_SEPARATE = (
    "Separate the cells by commas, semicolons, tabs or bars, and put quotes around cells, not around whole lines."
)
_RENAME = 'Rename or remove all but one of them, or name the right one in settings.json under "columns".'


@dataclass(frozen=True)
class Wanted:
    """A column that becomes a feature.

    Parameters
    ----------
    role : str
        One of `ROLES`, or its header where the settings name it.
    position : int
        Of the column, from 0.
    label : str
        Its header, or what the settings call it.
    categorical : bool
        Whether its values are categories.
    required : bool
        Whether the file cannot be used without it.
    low, high : float
        What is beyond is impossible.
    named : bool
        Whether the settings name it under "modes"; its header means no role then.
    """

    role: str
    position: int
    label: str
    categorical: bool
    required: bool
    low: float = -math.inf
    high: float = math.inf
    named: bool = False

    @property
    def unit(self) -> int:
        """What its numbers are counted in: 1000 where its header says so."""
        return multiple_of(self.label)


@dataclass(frozen=True)
class Use:
    """What becomes of a column.

    Parameters
    ----------
    name : str
        Its header.
    use : str
        ``id``, ``feature``, ``personal`` or ``unused``.
    feature : str or None
        The role of the feature.
    why : str
        In a sentence.
    """

    name: str
    use: str
    feature: str | None
    why: str


@dataclass(frozen=True)
class Note:
    """Something that the uploader should know, and what to do about it."""

    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Schema:
    """What a file is made of.

    Parameters
    ----------
    wanted : tuple of Wanted
        The columns that become features, those of the multivariate mode first.
    modes : mapping of str to tuple of str
        The roles of the features of each mode; the first two of the bivariate one are the axes.
    id_position : int or None
        Where the customer id is.
    identified : bool
        Whether a row tells whose it is: by an id or by personal data.
    decimal_mark : str
        What begins the decimals of its numbers.
    sure_of_mark : bool
        Whether its first rows tell so; else the separator does.
    uses : tuple of Use
        What becomes of each column, in their order.
    notes : tuple of Note
        Warnings.
    """

    wanted: tuple[Wanted, ...]
    modes: Mapping[str, tuple[str, ...]]
    id_position: int | None
    identified: bool
    decimal_mark: str
    sure_of_mark: bool
    uses: tuple[Use, ...]
    notes: tuple[Note, ...] = ()

    def with_short_roles(self) -> Schema:
        """Return the schema with roles that a document has room for, where they are long headers."""
        short = abbreviated((one.role for one in self.wanted), _MOST_BYTES_OF_ROLES)
        if not short:
            return self
        return replace(
            self,
            wanted=tuple(replace(one, role=short.get(one.role, one.role)) for one in self.wanted),
            modes={mode: tuple(short.get(role, role) for role in roles) for mode, roles in self.modes.items()},
            uses=tuple(replace(use, feature=short.get(use.feature or "", use.feature)) for use in self.uses),
        )

    def without(self, role: str, note: Note) -> Schema:
        """Return the schema without a feature that turned out to be of no use."""
        (left_out,) = (one for one in self.wanted if one.role == role)
        uses = list(self.uses)
        uses[left_out.position] = replace(uses[left_out.position], use="unused", feature=None, why=note.text)
        return replace(
            self,
            wanted=tuple(one for one in self.wanted if one.role != role),
            modes={mode: tuple(one for one in roles if one != role) for mode, roles in self.modes.items()},
            uses=tuple(uses),
            notes=(*self.notes, note),
        )


def fit(cells: Sequence[str], settings: Settings) -> int:
    """Return how well a row names the columns that are wanted; more is better, 0 is not at all."""
    names = {normalised(cell.strip()) for cell in cells}
    named = [normalised(name.strip()) for name in _named(settings)]
    points = sum(2 for name in named if name in names)
    if settings.modes is None:
        roles = [role for role in map(role_of, cells) if role]
        if "spending" not in roles and any(map(is_score, cells)):
            roles.append("spending")
        points += sum(2 if role in REQUIRED else 1 for role in {*roles} - {*settings.columns})
    return points


def schema_of(dialect: Dialect, settings: Settings, decimal_mark: str | None = None) -> Schema:
    """Say which columns of a file become features.

    Parameters
    ----------
    dialect : Dialect
        How the file is written.
    settings : Settings
        What is wanted of it.
    decimal_mark : str, optional
        What begins the decimals, where that is known.

    Raises
    ------
    UnusableFileError
        If a column that is required, or named by the settings, is not there; if there are two for one role; or if a
        feature would be personal data.
    """
    header = dialect.header
    examples = [[row[i] for row in dialect.examples if i < len(row)] for i in range(len(header))]
    personal = {
        i: what for i, name in enumerate(header) if (what := personal_data(name, examples[i])) and any(examples[i])
    }
    modes: Mapping[str, tuple[str, ...]]
    notes: list[Note] = []
    if settings.modes is None:
        wanted = _by_roles(header, settings, personal, examples)
        wanted, doubts = _without_names(wanted, examples, settings)
        notes += [*doubts, *_doubts_of_score(wanted, settings)]
        modes = {BIVARIATE: REQUIRED, MULTIVARIATE: tuple(one.role for one in wanted)}
    else:
        wanted, modes = _by_settings(header, settings.modes)
    wanted = [replace(one, low=low, high=high) for one in wanted for low, high in [_possible(one)]]
    numeric = [one for one in wanted if not one.categorical]
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
    if settings.modes is not None:
        wanted = _with_kinds(wanted, settings.modes, modes, examples, decimal_mark)
    _refuse_personal(wanted, header, examples, personal)
    on_scale: list[Note] = []
    if settings.modes is None:
        wanted, on_scale = _within_scales(wanted, examples, decimal_mark)
    id_position, id_notes = _id(header, settings, {one.position for one in wanted}, examples)
    uses = _uses(header, wanted, id_position, personal, by_settings={*_named(settings)})
    schema = Schema(
        tuple(wanted),
        modes,
        id_position,
        _identifies([*personal, *([] if id_position is None else [id_position])], examples),
        decimal_mark,
        sure,
        uses,
        (*notes, *on_scale, *id_notes, *_absences(wanted, settings)),
    )
    return schema.with_short_roles()


def _identifies(positions: Sequence[int], examples: Sequence[Sequence[str]]) -> bool:
    """Whether one of these columns tells customers apart: in a postcode or a consent, many are alike."""
    return any(2 * len({*filter(None, examples[i])}) > len(examples[i]) for i in positions)


def _named(settings: Settings) -> list[str]:
    """Return the headers that the settings name."""
    features = [feature.column for features in (settings.modes or {}).values() for feature in features]
    return [name for name in (*settings.columns.values(), *features) if name is not None]


def _by_roles(
    header: Sequence[str], settings: Settings, personal: Mapping[int, str], examples: Sequence[Sequence[str]]
) -> list[Wanted]:
    places = {role: _places(header, role, settings, personal, examples) for role in ROLES}
    for role, found in places.items():
        if len(found) > 1:
            names = " and ".join(f"'{header[i]}'" for i in found)
            alike = len({normalised(header[i]) for i in found}) == 1
            remedy = "Remove or rename all but one of them." if alike else _RENAME
            raise UnusableFileError(f"The columns {names} could each be {WHAT_ROLE_IS[role]}.", remedy)
    for role, other in combinations(places, 2):
        if places[role] and places[role] == places[other]:
            raise UnusableFileError(
                f"settings.json: columns.{role} and columns.{other} name the same column, '{header[places[role][0]]}'.",
                "Name a column of its own for each.",
            )
    missing = [WHAT_ROLE_IS[role] for role in REQUIRED if not places[role]]
    if missing:
        raise UnusableFileError(
            f"There is no column for {', nor for '.join(missing)}.",
            _SEPARATE if len(header) == 1 else _ADD,
            _columns_found(header),
        )
    return [
        Wanted(role, found[0], header[found[0]], role in _CATEGORICAL_ROLES, role in REQUIRED)
        for role, found in places.items()
        if found
    ]


def _without_names(
    wanted: list[Wanted], examples: Sequence[Sequence[str]], settings: Settings
) -> tuple[list[Wanted], list[Note]]:
    """Leave a gender out that has as many values as names have: each would be published."""
    notes = []
    for one in wanted:
        values = [*filter(None, map(normalised, map(str.strip, examples[one.position])))]
        different = len({*values})
        if (
            one.role == "gender"
            and "gender" not in settings.columns
            and different > (_MOST_GENDERS if different < len(values) / 2 else _FEW)
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
    header: Sequence[str],
    role: str,
    settings: Settings,
    personal: Mapping[int, str],
    examples: Sequence[Sequence[str]],
) -> list[int]:
    if role in settings.columns:
        name = settings.columns[role]
        return [] if name is None else [_place(header, name, f"columns.{role}")]
    taken = {_place(header, name, f"columns.{other}") for other, name in settings.columns.items() if name is not None}
    free = [i for i in range(len(header)) if i not in taken]
    found = [i for i in free if role_of(header[i]) == role]
    if role == "gender":
        found = [i for i in found if is_plain_gender(header[i]) or are_genders(examples[i])]
        found = [i for i in found if is_plain_gender(header[i])] or found
    if role == "spending" and not found:
        found = [i for i in free if is_score(header[i]) and i not in personal and _on_scale(header[i], examples[i])]
    return found


def _doubts_of_score(wanted: Sequence[Wanted], settings: Settings) -> list[Note]:
    """Say of a spending score that it was taken for one by its scale only."""
    return [
        Note(
            f"'{one.label}' was taken for the spending score; its name does not say what it scores.",
            'If another column is, name that one in settings.json under "columns".',
        )
        for one in wanted
        if one.role == "spending" and "spending" not in settings.columns and role_of(one.label) is None
    ]


def _on_scale(name: str, values: Sequence[str]) -> bool:
    """Whether a mere score may be a spending score: its numbers lie on the scale in its header, or within 0 to 100."""
    _, high = scale_of(name) or (0.0, 100.0)
    for mark in ".,":
        numbers, faults = parse_numbers(values, mark)
        if 0 < ((numbers >= 0.0) & (numbers <= high)).sum() >= _MOSTLY * (faults != ABSENT).sum():
            return True
    return not any(values)


def _place(header: Sequence[str], name: str, where: str) -> int:
    """Return where the column lies that a field of the settings names."""
    found = [i for i, one in enumerate(header) if one == name.strip()]
    found = found or [i for i, one in enumerate(header) if normalised(one) == normalised(name.strip())]
    # In another unit.
    bare = normalised(name_and_unit(name.strip())[0])
    found = found or [i for i, one in enumerate(header) if normalised(name_and_unit(one)[0]) == bare]
    # As a result has it, which names the columns for those who are scored by it.
    found = found or [i for i, one in enumerate(header) if name in abbreviations(one)]
    if len(found) != 1:
        what = "no column of the file is called so" if not found else "several columns of the file are called so"
        raise UnusableFileError(
            f"settings.json: {where} names '{shortened(name)}', but {what}.",
            "Write the header as it stands in the file, or remove that field.",
            _columns_found(header),
        )
    return found[0]


def _by_settings(
    header: Sequence[str], modes: Mapping[str, tuple[FeatureSetting, ...]]
) -> tuple[list[Wanted], dict[str, tuple[str, ...]]]:
    places: dict[str, Wanted] = {}
    roles: dict[str, tuple[str, ...]] = {}
    for mode, features in modes.items():
        names = []
        for i, feature in enumerate(features):
            position = _place(header, feature.column, f"modes.{mode}[{i}]")
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
                raise UnusableFileError(
                    f"settings.json: modes.{mode}[{i}] names '{one.role}' for the second time.", "Name it once."
                )
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
    examples: Sequence[Sequence[str]],
    decimal_mark: str,
) -> list[Wanted]:
    """Tell by their values which of the features that the settings name are numbers."""
    kinds: dict[str, str] = {}
    for mode, features in settings.items():
        for role, feature in zip(modes[mode], features, strict=True):
            if feature.kind:
                kinds.setdefault(role, feature.kind)
    told = []
    for one in wanted:
        kind = kinds.get(one.role)
        _, faults = parse_numbers(examples[one.position], decimal_mark)
        present = int((faults != ABSENT).sum())
        numeric = (faults == FINE).sum() >= _MOSTLY * present if kind is None else kind == "numeric"
        told.append(replace(one, categorical=not numeric))
    for i, role in enumerate(modes[BIVARIATE]):
        (one,) = (one for one in told if one.role == role)
        if one.categorical:
            raise UnusableFileError(
                f"settings.json: modes.bivariate[{i}] names '{one.role}', whose values are no numbers.",
                "Choose two numeric columns for the bivariate mode.",
            )
    return told


def _within_scales(
    wanted: list[Wanted], examples: Sequence[Sequence[str]], decimal_mark: str
) -> tuple[list[Wanted], list[Note]]:
    """Set what is possible: an age of 0 to 120, no income below 0, a score on the scale that its header states."""
    found, notes = [], []
    for one in wanted:
        low, high = one.low, one.high
        values = parse_numbers(examples[one.position], decimal_mark)[0] if one.role in REQUIRED else np.zeros(0)
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
    """Return the least and the greatest value that is possible."""
    if one.named:
        return one.low, one.high
    if one.role == "age":
        return _POSSIBLE_AGE
    if one.role == "spending" and (scale := scale_of(one.label)):
        # Who buys nothing has 0 on many a scale that begins with 1.
        return min(scale[0], 0.0), scale[1]
    # What is not known is -1 or -999 in many a file; who returns goods may well spend less than nothing.
    return (0.0, math.inf) if one.role == "income" else (one.low, one.high)


def _id(
    header: Sequence[str], settings: Settings, taken: set[int], examples: Sequence[Sequence[str]]
) -> tuple[int | None, list[Note]]:
    if "id" in settings.columns:
        name = settings.columns["id"]
        return (None if name is None else _place(header, name, "columns.id")), []
    found = [
        i
        for i, name in enumerate(header)
        if role_of(name) == "id" and i not in taken and not numbers_rows(name, examples[i])
    ]
    plainest = max((id_rank(header[i]) for i in found), default=0)
    found = [i for i in found if id_rank(header[i]) == plainest]
    # An account, or a household, may have several customers.
    most = max((len({*examples[i]}) for i in found), default=0)
    found = [i for i in found if len({*examples[i]}) == most]
    if len(found) < 2:
        return (found[0] if found else None), []
    names = " and ".join(f"'{header[i]}'" for i in found)
    note = Note(
        f"The columns {names} could each be a customer id, so none was taken for it.",
        "Name the right one in settings.json: {" + f'"columns": {{"id": "{header[found[0]]}"}}' + "}.",
    )
    return None, [note]


def _refuse_personal(
    wanted: Sequence[Wanted],
    header: Sequence[str],
    examples: Sequence[Sequence[str]],
    personal: Mapping[int, str],
) -> None:
    """Refuse e-mail addresses and the like; settings may name a column whose numbers only look like these.

    Categories are published, so what most customers have one of their own of can be none, whoever names it.
    """
    for one in wanted:
        what = personal_values(examples[one.position], numbers=not one.categorical)
        if one.named and one.categorical and _identifies([one.position], examples):
            what = what or personal.get(one.position)
        if what:
            raise UnusableFileError(
                f"The column '{header[one.position]}' holds {what}, which are never used as a feature.",
                "Choose another column, or give the right one this name.",
            )


def _uses(
    header: Sequence[str],
    wanted: Sequence[Wanted],
    id_position: int | None,
    personal: Mapping[int, str],
    by_settings: set[str],
) -> tuple[Use, ...]:
    named = {normalised(name.strip()) for name in by_settings}
    features = {one.position: one for one in wanted}
    uses = []
    for i, name in enumerate(header):
        told = "The settings name it" if normalised(name) in named else "Its name says so"
        if i in features:
            role = features[i].role
            meaning = "" if features[i].named else f": {role.replace('spending', 'spending score')}"
            uses.append(Use(name, "feature", role, f"{told}{meaning}."))
        elif i == id_position:
            uses.append(Use(name, "id", None, f"{told}: a customer id."))
        elif i in personal:
            uses.append(Use(name, "personal", None, f"It holds {personal[i]}."))
        else:
            uses.append(Use(name, "unused", None, "It has no part in the segments."))
    return tuple(uses)


def _absences(wanted: Sequence[Wanted], settings: Settings) -> list[Note]:
    """Say which of the usual features the file does not have."""
    if settings.modes is not None:
        return []
    found = {one.role for one in wanted}
    absent = [role for role in ROLES if role not in found and settings.columns.get(role, "") is not None]
    if not absent:
        return []
    return [
        Note(
            f"No column for {' or '.join(absent)} was found, so the multivariate segments do without.",
            'If there is one, name it in settings.json under "columns".',
        )
    ]


def _columns_found(header: Sequence[str]) -> str:
    names = ", ".join(f"'{name}'" for name in header if name)
    return f"The columns found are {shortened(names)}." if names else "No line near the top names the columns."
