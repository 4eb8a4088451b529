"""The settings of an analysis: `settings.json`, checked against `settings.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from segmentation.errors import UnusableFileError, abbreviations, shortened
from segmentation.schema import settings_refusals
from segmentation.schema.columns import normalised, words_of
from segmentation.schema.mended_settings import as_the_schema, without_contradictions
from segmentation.schema.units import name_and_unit

# Read from an archive too.
# Twenty features and their names have a hundredth of that.
_MOST_BYTES = 2**18
SCHEMA = files("segmentation") / "settings.schema.json"


@dataclass(frozen=True)
class FeatureSetting:
    """A feature that the settings name.

    Parameters
    ----------
    column : str
        The header of its column.
    label : str
        What it is called.
    kind : str or None
        ``numeric`` or ``categorical``; None to tell it by the values.
    minimum, maximum : float or None
        What is beyond is impossible.
    """

    column: str
    label: str
    kind: str | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Settings:
    """How a file is to be read and segmented.

    Parameters
    ----------
    columns : mapping of str to str or None
        By role, the header of its column; None where no column has it. Other roles are found by the names of columns.
    modes : mapping of str to tuple of FeatureSetting, optional
        The features of both modes; the roles' own by default.
    k : int or None
        The number of segments; None to choose it from the data.
    min_cell_count : int
        How many customers must share a place for it to be published.
    impute : bool
        Whether missing values are filled in.
    most_missing : float
        Up to which share of a feature's values that is done.
    duplicates : str
        ``once``, ``keep`` or ``auto``.
    names : mapping of str to mapping of str to str
        By mode and id, what segments are called.
    scales : mapping of str to str
        By header, ``linear``, ``log`` or ``auto``; where there is none, it is what it was in the run before, if any.
    outliers : str or None
        ``auto`` to leave customers out who are far from all others, ``keep`` to leave nobody out; None for what the run
        before did, if any.
    content : mapping
        All of it as it was written.
    readings : mapping of str to mapping or None, optional
        By role of each numeric feature of a model, how that read it, see `readings.reading_like`.
    newest : int or None
        The date that the model counts from, in days since 1970.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    modes: Mapping[str, tuple[FeatureSetting, ...]] | None = None
    k: int | None = None
    min_cell_count: int = 1
    impute: bool = True
    most_missing: float = 0.2
    duplicates: str = "auto"
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)
    outliers: str | None = None
    describe: tuple[str, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict, compare=False)
    readings: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    newest: int | None = None

    @classmethod
    def parse(cls, text: bytes) -> Settings:
        r"""Read the content of a `settings.json`.

        Raises
        ------
        UnusableFileError
            If it is not JSON or not as the schema says; it names the field.

        Examples
        --------
        >>> Settings.parse(b'{"k": 4, "columns": {"income": "Net worth"}}').columns
        {'income': 'Net worth'}
        >>> Settings.parse(b'{"k": 11}')
        Traceback (most recent call last):
        ...
        segmentation.errors.UnusableFileError: settings.json: k: 11 is greater than the maximum of 10. ...
        """
        content = _checked(text)
        try:
            return cls._of(content)
        except UnusableFileError as error:
            raise error.offering(without_contradictions(content)) from None

    @classmethod
    def _of(cls, content: dict[str, Any]) -> Settings:
        missing = content.get("missing", {})
        modes = content.get("modes")
        if modes:
            _check_roles(content.get("columns", {}))
        return cls(
            content.get("columns", {}),
            modes and {mode: tuple(map(_feature, features)) for mode, features in modes.items()},
            int(content["k"]) if "k" in content else None,
            int(content.get("min_cell_count", cls.min_cell_count)),
            missing.get("policy", "impute") == "impute",
            missing.get("most_share", cls.most_missing),
            content.get("duplicates", cls.duplicates),
            _names(content.get("names", {})),
            content.get("scales", {}),
            content.get("outliers"),
            tuple(content.get("describe", ())),
            content,
        )


def check_settings_size(size: int) -> None:
    """Refuse settings of too many bytes."""
    if size > _MOST_BYTES:
        raise settings_refusals.too_large(size, _MOST_BYTES)


def position_of(header: Sequence[str], name: str, where: str) -> int:
    """Return the position of the column that a field of the settings names.

    Parameters
    ----------
    header : sequence of str
        The names of all columns.
    name : str
        The name in the settings.
    where : str
        The field of the settings, for the error message.

    Raises
    ------
    UnusableFileError
        If no column, or more than one, has this name.
    """
    found = [i for i, one in enumerate(header) if one == name.strip()]
    found = found or [i for i, one in enumerate(header) if normalised(one) == normalised(name.strip())]
    # In another unit.
    bare = normalised(name_and_unit(name.strip())[0])
    found = found or [i for i, one in enumerate(header) if normalised(name_and_unit(one)[0]) == bare]
    # As abbreviated in a result, whose settings are used for scoring.
    found = found or [i for i, one in enumerate(header) if name in abbreviations(one)]
    if not found:
        raise settings_refusals.column_missing(where, name, header)
    if len(found) > 1:
        raise settings_refusals.column_ambiguous(where, name, header)
    return found[0]


def is_column(name: str, header: str) -> bool:
    """Return whether a feature of a result is that of a column, perhaps in another unit, or with a shorter name.

    Parameters
    ----------
    name : str
        The name in the result.
    header : str
        The header of the column.
    """
    bare = ("".join(words_of(name_and_unit(one.strip())[0])) for one in (name, header))
    return len({*bare}) == 1 or name in abbreviations(header)


def _checked(text: bytes) -> dict[str, Any]:
    check_settings_size(len(text))
    # It takes a tenth of a second to import, and most files need no settings.
    import jsonschema  # noqa: PLC0415

    try:
        content = json.loads(text.decode("utf-8-sig"))
        # Python reads NaN, and half of a character; no result could hold them.
        json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        raise settings_refusals.not_utf_8() from None
    except (ValueError, RecursionError) as error:
        where = f" in line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise settings_refusals.not_json(where) from None
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))

    def fault_in(content: Any) -> Any:
        return jsonschema.exceptions.best_match(validator.iter_errors(content))

    fault = fault_in(content)
    if fault:
        field = fault.json_path.removeprefix("$").removeprefix(".")
        mended = without_contradictions(as_the_schema(content, fault_in))
        raise settings_refusals.not_as_the_schema(field, shortened(fault.message, 300)).offering(mended)
    return dict(content)


def _names(names: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    found = {mode: {one: name.strip() for one, name in chosen.items()} for mode, chosen in names.items()}
    for mode, chosen in found.items():
        twice = next((name for name in chosen.values() if [*chosen.values()].count(name) > 1), None)
        if twice is not None:
            raise settings_refusals.name_twice(mode, twice)
    return found


def _feature(setting: str | dict[str, Any]) -> FeatureSetting:
    if isinstance(setting, str):
        return FeatureSetting(setting, setting)
    feature = FeatureSetting(**{"label": setting["column"], **setting})
    if feature.minimum is not None and feature.maximum is not None and feature.minimum > feature.maximum:
        raise settings_refusals.bounds_crossed(shortened(feature.column, 100))
    return feature


def _check_roles(columns: Mapping[str, str | None]) -> None:
    others = [role for role in columns if role != "id"]
    if others:
        raise settings_refusals.role_beside_modes(others[0])
