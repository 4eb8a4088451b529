"""Settings that work for a file that was refused: the given ones, with what is at fault in them mended."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segmentation.errors import UnusableFileError
from segmentation.schema.columns import filled, normalised, role_of
from segmentation.schema.dialect import Dialect
from segmentation.schema.readings import reading_of
from segmentation.schema.resolve import schema_of
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE, Schema, Wanted
from segmentation.schema.settings import Settings, position_of

# What other settings may mend.
_MENDABLE = {
    *("personal_column", "too_many_categories", "no_usable_row", "feature_without_variation"),
    *("too_few_points", "too_many_combinations"),
    *("settings_column_missing", "settings_column_ambiguous", "settings_column_for_two_roles"),
    *("settings_feature_twice", "settings_axis_not_numeric"),
}
# The column that these name cannot be a feature.
_OF_ONE_COLUMN = {"personal_column", "too_many_categories", "no_usable_row", "feature_without_variation"}
# So many segments are tried, and so many values may a category have.
_FEWEST_PAIRS, _MOST_CATEGORIES = 10, 100
# How much of a header is as in the settings, where what they name is a slip of it.
_ALIKE = 0.8

Content = dict[str, Any]


@contextmanager
def offering(read: Callable[[], tuple[Dialect, Schema | None]], settings: Settings) -> Iterator[None]:
    """Add to a refusal of a file the settings that work for it, if any do.

    Parameters
    ----------
    read : callable
        Returns how the file is written, and what its columns are, where that is known.
    settings : Settings
        The settings that it is read with.

    Raises
    ------
    UnusableFileError
        The refusal.
    """
    try:
        yield
    except UnusableFileError as error:
        if error.settings is None and error.code in _MENDABLE:
            dialect, schema = read()
            error.settings = ready_settings(dialect, settings, _unfit(error, dialect, schema))
        raise


def _unfit(error: UnusableFileError, dialect: Dialect, schema: Schema | None) -> set[int]:
    """Return the positions of the columns that cannot be features, by what a file was refused for."""
    wanted = schema.wanted if schema else ()
    if error.code == "too_many_combinations":
        return {one.position for one in wanted if one.categorical}
    if error.code == "too_few_points":
        return {one.position for one in wanted if len({*_cells(dialect, one.position)}) < _FEWEST_PAIRS}
    if error.code in _OF_ONE_COLUMN:
        labelled = {one.position for one in wanted if one.label == error.column}
        return labelled or {i for i, name in enumerate(dialect.header) if name and name == error.column}
    return set()


def ready_settings(dialect: Dialect, settings: Settings, unfit: Collection[int] = ()) -> Content | None:
    """Return the content of a `settings.json` that works for a file, as far as its first rows tell; None if none does.

    Parameters
    ----------
    dialect : Dialect
        How the file is written.
    settings : Settings
        The settings that it was refused with; they stay as they are but for what is at fault.
    unfit : collection of int
        Positions of columns that cannot be features.
    """
    table = _Table(dialect, frozenset(unfit))
    rest = {name: value for name, value in settings.content.items() if name not in ("columns", "modes")}
    columns = _mended_columns(table, settings.columns)
    if settings.modes is not None:
        columns = {role: name for role, name in columns.items() if role == "id"}
    chosen = table.chosen({**rest, "columns": columns})
    candidates = [dict(chosen.suggested)] if chosen else []
    if given := settings.content.get("modes"):
        more = [table.header[one.position] for one in chosen.wanted if not one.categorical] if chosen else []
        candidates.insert(0, {**rest, "columns": columns, "modes": _mended_modes(table, given, more)})
    return next((found for found in map(table.working, candidates) if found), None)


@dataclass(frozen=True)
class _Table:
    """The first rows of a file, and its columns that cannot be features."""

    dialect: Dialect
    unfit: frozenset[int]

    @property
    def header(self) -> Sequence[str]:
        return self.dialect.header

    def position(self, name: str) -> int | None:
        """Return the position of the one column that a name means, or is a slip of; None where there is none."""
        try:
            return position_of(self.header, name, "")
        except UnusableFileError:
            known = {normalised(one): i for i, one in enumerate(self.header) if one and self.header.count(one) == 1}
            alike = difflib.get_close_matches(normalised(name), known, 1, _ALIKE)
            return known[alike[0]] if alike else None

    def is_numeric(self, i: int) -> bool:
        return any(reading_of(self.header[i], _cells(self.dialect, i), mark) is not None for mark in ".,")

    def chosen(self, content: Content) -> Schema | None:
        """Return the features that are chosen where the unfit columns are not there; None where there are none."""
        header = tuple("" if i in self.unfit else name for i, name in enumerate(self.header))
        rows = tuple(
            tuple("" if i in self.unfit else cell for i, cell in enumerate(row)) for row in self.dialect.examples
        )
        return _schema(replace(self.dialect, header=header, examples=rows), content)

    def working(self, content: Content) -> Content | None:
        """Return settings with what they leave open; None where the file is refused with them too."""
        schema = _schema(self.dialect, content)
        if schema is None or self.unfit & {one.position for one in schema.wanted}:
            return None
        if not all(self._varies(one, schema.decimal_mark) for one in schema.wanted if one.required):
            return None
        axes = [one for one in schema.wanted if one.role in schema.modes[BIVARIATE]]
        pairs = np.column_stack([one.parse(_cells(self.dialect, one.position), schema.decimal_mark)[0] for one in axes])
        different = np.unique(pairs[~np.isnan(pairs).any(axis=1)], axis=0)
        return dict(schema.suggested) if len(different) >= _FEWEST_PAIRS else None

    def _varies(self, one: Wanted, decimal_mark: str) -> bool:
        cells = filled(_cells(self.dialect, one.position))
        if one.categorical:
            return 1 < len({*cells}) <= _MOST_CATEGORIES
        values = one.parse(cells, decimal_mark)[0]
        return len(np.unique(values[~np.isnan(values)])) > 1


def _cells(dialect: Dialect, i: int) -> list[str]:
    return [row[i] if i < len(row) else "" for row in dialect.examples]


def _schema(dialect: Dialect, content: Content) -> Schema | None:
    try:
        return schema_of(dialect, Settings.parse(json.dumps(content, allow_nan=False).encode()))
    except UnusableFileError:
        return None


def _mended_columns(table: _Table, columns: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return the roles that settings give, without those of columns that are not there, have one already, or are unfit.

    What a column is called gives it no optional role then.
    """
    kept: dict[str, str | None] = {
        role: None for i in sorted(table.unfit) if (role := role_of(table.header[i])) in ("age", "gender")
    }
    taken: set[int] = set()
    for role, name in columns.items():
        place = None if name is None else table.position(name)
        if name is None:
            kept[role] = None
        elif place is not None and place not in taken | table.unfit:
            kept[role] = table.header[place]
            taken.add(place)
    return kept


def _mended_modes(table: _Table, given: Mapping[str, Sequence[Any]], more: Sequence[Any]) -> dict[str, list[Any]]:
    """Return the given modes without what is at fault in them; where fewer than two features are left, with others."""
    axes = _mended_features(table, given[BIVARIATE], axes=True)
    others = _mended_features(table, given[MULTIVARIATE], axes=False)
    numeric = [one for one in (*others, *more) if table.is_numeric(_place(table, one))]
    axes = _filled_up(axes, numeric)
    return {BIVARIATE: axes, MULTIVARIATE: _filled_up(others, [*axes, *more])}


def _mended_features(table: _Table, features: Sequence[Any], *, axes: bool) -> list[Any]:
    """Return the features of a mode that the file has, each once; axes must be numbers."""
    kept: dict[int, Any] = {}
    for feature in features:
        place = table.position(_name(feature))
        if place is None or place in table.unfit or place in kept or (axes and not table.is_numeric(place)):
            continue
        column = table.header[place]
        kept[place] = column if isinstance(feature, str) else {**feature, "column": column}
    return [*kept.values()]


def _filled_up(features: Sequence[Any], more: Sequence[Any]) -> list[Any]:
    """Return the features of a mode with others added, where there are fewer than two."""
    filled_up = list(features)
    for one in more:
        if len(filled_up) < 2 and _name(one) not in map(_name, filled_up):
            filled_up.append(one)
    return filled_up


def _name(feature: Any) -> str:
    return str(feature if isinstance(feature, str) else feature["column"])


def _place(table: _Table, feature: Any) -> int:
    return table.header.index(_name(feature))
