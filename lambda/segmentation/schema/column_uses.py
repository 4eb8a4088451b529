"""What every column of a file is used for, and which columns may not be features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from segmentation import refusals
from segmentation.schema.columns import ROLES, normalised
from segmentation.schema.id_column import identifies
from segmentation.schema.personal_data import personal_values
from segmentation.schema.schema import Note, Use, Wanted
from segmentation.schema.settings import FeatureSetting, Settings


def refuse_personal(
    wanted: Sequence[Wanted], header: Sequence[str], examples: Sequence[Sequence[str]], personal: Mapping[int, str]
) -> None:
    """Refuse e-mail addresses and the like as features; settings may name a column whose numbers only resemble them.

    Categories are published, so a column in which most customers have a value of their own cannot be one, even if the
    settings name it.

    Parameters
    ----------
    wanted : sequence of Wanted
        The columns that become features.
    header : sequence of str
        The names of all columns.
    examples : sequence of sequence of str
        For each column, some cells.
    personal : mapping of int to str
        By position, the kind of personal data a column holds.

    Raises
    ------
    UnusableFileError
        If a feature would be personal data.
    """
    for one in wanted:
        what = personal_values(examples[one.position], numbers=not one.categorical)
        if one.named and one.categorical and identifies([one.position], examples):
            what = what or personal.get(one.position)
        if what:
            raise refusals.personal_column(header[one.position], what)


def column_uses(
    header: Sequence[str],
    wanted: Sequence[Wanted],
    id_position: int | None,
    personal: Mapping[int, str],
    by_settings: set[str],
    chosen: Mapping[int, str],
    unused: Mapping[int, str],
) -> tuple[Use, ...]:
    """Return what each column is used for.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    wanted : sequence of Wanted
        The columns that become features.
    id_position : int or None
        Position of the customer ids; None where there are none.
    personal : mapping of int to str
        By position, the kind of personal data a column holds.
    by_settings : set of str
        Column names that the settings mention.
    chosen : mapping of int to str
        By position, why a column was chosen, or not, where nobody named the features.
    unused : mapping of int to str
        By position, why a column may well be unused, as far as what it is says it.
    """
    names_in_settings = {normalised(name.strip()) for name in by_settings}
    features = {one.position: one for one in wanted}
    uses = []
    for i, name in enumerate(header):
        told = "The settings name it" if normalised(name) in names_in_settings else "Its name says so"
        if i in features:
            role = features[i].role
            meaning = "" if features[i].named else f": {role.replace('spending', 'spending score')}"
            uses.append(Use(name, "feature", role, chosen.get(i, f"{told}{meaning}.")))
        elif i == id_position:
            uses.append(Use(name, "id", None, f"{told}: a customer id."))
        elif i in personal:
            uses.append(Use(name, "personal", None, f"It holds {personal[i]}."))
        else:
            uses.append(Use(name, "unused", None, {**unused, **chosen}.get(i, "It has no part in the segments.")))
    return tuple(uses)


def notes_on_absent_roles(wanted: Sequence[Wanted], settings: Settings) -> list[Note]:
    """Return a note on the usual features that the file does not have.

    Parameters
    ----------
    wanted : sequence of Wanted
        The columns that become features.
    settings : Settings
        Settings of the analysis.
    """
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


def repeating_settings(
    header: Sequence[str],
    wanted: Sequence[Wanted],
    id_position: int | None,
    settings: Settings,
    modes: Mapping[str, Sequence[FeatureSetting]] | None,
) -> dict[str, Any]:
    """Return the content of a `settings.json` that does the same with the file: the given one, with what it left open.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    wanted : sequence of Wanted
        The columns that become features.
    id_position : int or None
        Position of the customer ids; None where there are none.
    settings : Settings
        Settings of the analysis.
    modes : mapping of str to sequence of FeatureSetting, optional
        By name of mode, its features, where they were not found by their roles.
    """
    found = {} if id_position is None else {"id": header[id_position]}
    found |= {one.role: header[one.position] for one in wanted if not one.named}
    # Of two columns of one name, settings cannot name either.
    columns = {role: name for role, name in found.items() if header.count(name) == 1} | dict(settings.columns)
    if modes:
        columns = {role: name for role, name in columns.items() if role == "id"}
    parts = {"columns": columns, "modes": modes and content_of(modes)}
    return {name: part for name, part in parts.items() if part} | {
        name: part for name, part in settings.content.items() if name != "columns"
    }


def content_of(modes: Mapping[str, Sequence[FeatureSetting]]) -> dict[str, list[Any]]:
    """Return features as a `settings.json` has them.

    Parameters
    ----------
    modes : mapping of str to sequence of FeatureSetting
        By name of mode, its features.
    """
    return {mode: [*map(_written, features)] for mode, features in modes.items()}


def _written(feature: FeatureSetting) -> Any:
    given = {name: value for name, value in asdict(feature).items() if value is not None}
    if given["label"] == feature.column:
        del given["label"]
    return feature.column if given.keys() == {"column"} else given
