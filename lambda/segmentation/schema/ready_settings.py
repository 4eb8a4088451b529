"""Settings that work for a file that was refused: the given ones, with what is at fault in them mended."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.errors import UnusableFileError
from segmentation.schema.columns import ROLES, is_score, normalised, numbers_rows, role_of
from segmentation.schema.dialect import Dialect
from segmentation.schema.numbers import VALID, decimal_mark_of, parse_numbers
from segmentation.schema.personal_data import personal_data
from segmentation.schema.resolve import schema_of
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE, Schema
from segmentation.schema.settings import Settings, position_of

# What other settings may mend.
_MENDABLE = {
    *("personal_column", "too_many_categories", "no_usable_row"),
    *("feature_without_variation", "too_few_points", "too_many_combinations"),
    *("settings_column_missing", "settings_column_ambiguous", "settings_column_for_two_roles"),
    *("settings_feature_twice", "settings_axis_not_numeric"),
}
# The column that these name cannot be a feature.
_UNFIT = {"personal_column", "too_many_categories", "no_usable_row", "feature_without_variation"}
# So many segments are tried, and so many values may a category have.
_FEWEST_PAIRS, _MOST_CATEGORIES = 10, 100
# Of the cells of a column that is proposed, so many are numbers.
_MOSTLY = 0.8
# So many columns are proposed at most, and so many tried as axes.
_MOST_PROPOSED, _MOST_AXES = 8, 12
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
            error.settings = ready_settings(dialect, settings, _at_fault(error, dialect.header, schema))
        raise


def _at_fault(error: UnusableFileError, header: Sequence[str], schema: Schema | None) -> set[int]:
    """Return the positions of the columns that a refusal is about."""
    wanted = schema.wanted if schema else ()
    if error.code == "too_many_combinations":
        return {one.position for one in wanted if one.categorical}
    if error.code not in _UNFIT:
        return set()
    labelled = {one.position for one in wanted if one.label == error.column}
    return labelled or {i for i, name in enumerate(header) if name and name == error.column}


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
    table = _Table.of(dialect, frozenset(unfit))
    rest = {name: value for name, value in settings.content.items() if name not in ("columns", "modes")}
    columns = _mended_columns(table, settings.columns)
    own_id = {"columns": {"id": columns["id"]}} if "id" in columns else {}
    candidates = [{"modes": modes} | own_id for modes in _possible_modes(table, settings.content.get("modes"))]
    if settings.modes is None:
        candidates.insert(0, {"columns": _with_roles(table, columns)})
    for candidate in candidates:
        schema = table.schema({**candidate, **rest})
        if schema is not None:
            return dict(schema.suggested)
    return None


def proposed_modes(table: _Table) -> dict[str, list[str]] | None:
    """Return features for both modes from the numbers of a file; None where too few columns hold any.

    Parameters
    ----------
    table : _Table
        The first rows of the file.
    """
    numeric = [i for i in table.measures() if table.named(i) and table.varies(i)]
    # A chart of few values shows little.
    fine = [i for i in numeric if len(np.unique(table.numbers[i])) >= _FEWEST_PAIRS]
    possible = [*fine, *(i for i in numeric if i not in fine)][:_MOST_AXES]
    for axes in combinations(possible, 2):
        if table.differ(axes):
            chosen = [*axes, *(i for i in numeric if i not in axes)][:_MOST_PROPOSED]
            return {BIVARIATE: [table.header[i] for i in axes], MULTIVARIATE: [table.header[i] for i in sorted(chosen)]}
    return None


@dataclass(frozen=True)
class _Table:
    """The first rows of a file, by column, with the columns that cannot be features."""

    dialect: Dialect
    header: Sequence[str]
    examples: Sequence[Sequence[str]]
    numbers: Mapping[int, npt.NDArray[np.float64]]
    unfit: frozenset[int]

    @classmethod
    def of(cls, dialect: Dialect, unfit: frozenset[int] = frozenset()) -> _Table:
        examples = [[row[i] for row in dialect.examples if i < len(row)] for i in range(len(dialect.header))]
        numeric = [i for i, cells in enumerate(examples) if any(_are_numbers(cells, mark) for mark in ".,")]
        mark, _, _ = decimal_mark_of([examples[i] for i in numeric], dialect.separator)
        numbers = {i: parse_numbers(examples[i], mark)[0] for i in numeric if _are_numbers(examples[i], mark)}
        return cls(dialect, dialect.header, examples, numbers, unfit)

    def named(self, i: int) -> bool:
        """Whether settings can name a column."""
        return self.header[i] != "" and self.header.count(self.header[i]) == 1

    def measures(self) -> list[int]:
        """Return the columns of numbers that say something of a customer, rather than who it is."""
        return [
            i
            for i in self.numbers
            if i not in self.unfit
            and role_of(self.header[i]) != "id"
            and not numbers_rows("No.", self.examples[i])
            and personal_data(self.header[i], self.examples[i]) is None
        ]

    def varies(self, i: int) -> bool:
        """Whether not all numbers of a column are the same."""
        return bool(np.nanmin(self.numbers[i]) < np.nanmax(self.numbers[i]))

    def differ(self, axes: Sequence[int]) -> bool:
        """Whether customers differ enough in two columns of numbers for as many segments as are tried."""
        if not {*axes} <= {*self.numbers}:
            return False
        rows = min(len(self.numbers[i]) for i in axes)
        pairs = np.column_stack([self.numbers[i][:rows] for i in axes])
        return len(np.unique(pairs[~np.isnan(pairs).any(axis=1)], axis=0)) >= _FEWEST_PAIRS

    def position(self, name: str) -> int | None:
        """Return the position of the one column that a name means, or is a slip of; None where there is none."""
        try:
            return position_of(self.header, name, "")
        except UnusableFileError:
            known = {normalised(self.header[i]): i for i in range(len(self.header)) if self.named(i)}
            alike = difflib.get_close_matches(normalised(name), known, 1, _ALIKE)
            return known[alike[0]] if alike else None

    def schema(self, content: Content) -> Schema | None:
        """Return what the columns are with such settings; None where the file is refused with them too."""
        try:
            schema = schema_of(self.dialect, Settings.parse(json.dumps(content, allow_nan=False).encode()))
        except UnusableFileError:
            return None
        axes = [one.position for one in schema.wanted if one.role in schema.modes[BIVARIATE]]
        fits = all(self._fits(one.position, categorical=one.categorical) for one in schema.wanted if one.required)
        unfit = self.unfit & {one.position for one in schema.wanted}
        return schema if fits and not unfit and self.differ(axes) else None

    def _fits(self, i: int, *, categorical: bool) -> bool:
        if categorical:
            return 1 < len({*self.examples[i]}) <= _MOST_CATEGORIES
        return i in self.numbers and self.varies(i)


def _are_numbers(cells: Sequence[str], mark: str) -> bool:
    """Return whether most cells are numbers with a decimal mark."""
    return bool(cells) and bool((parse_numbers(cells, mark)[1] == VALID).mean() >= _MOSTLY)


def _mended_columns(table: _Table, columns: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return the roles that settings give, without those of columns that are not there or have one already."""
    kept: dict[str, str | None] = {}
    taken: set[int] = set()
    for role, name in columns.items():
        place = None if name is None else table.position(name)
        if name is None or (place is not None and place in table.unfit and role not in ("income", "spending")):
            kept[role] = None
        elif place is not None and place not in taken | table.unfit:
            kept[role] = table.header[place]
            taken.add(place)
    return kept


def _with_roles(table: _Table, columns: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return roles with those added that several columns could have, or none that can have it."""
    decided = dict(columns)
    taken = {table.position(name) for name in columns.values() if name is not None}
    for role in ROLES:
        if role in columns:
            continue
        named = [i for i, name in enumerate(table.header) if role_of(name) == role and i not in taken]
        if role == "spending" and not named:
            named = [i for i, name in enumerate(table.header) if is_score(name) and i not in taken]
        fit = [i for i in named if i not in table.unfit and table.named(i)]
        if len(named) > 1 and fit:
            decided[role] = table.header[fit[0]]
        elif named and not fit and role in ("age", "gender"):
            decided[role] = None
    return decided


def _possible_modes(table: _Table, given: Mapping[str, Sequence[Any]] | None) -> Iterator[Mapping[str, Sequence[Any]]]:
    """Yield modes that may work: the given ones mended, and such as the file proposes."""
    proposed = proposed_modes(table)
    if given:
        kept = {mode: _mended_features(table, features, axes=mode == BIVARIATE) for mode, features in given.items()}
        fill = proposed or {BIVARIATE: [], MULTIVARIATE: []}
        yield {
            BIVARIATE: _filled_up(kept[BIVARIATE], fill[MULTIVARIATE]),
            MULTIVARIATE: _filled_up(kept[MULTIVARIATE], [*kept[BIVARIATE], *fill[MULTIVARIATE]]),
        }
    if proposed:
        yield proposed


def _mended_features(table: _Table, features: Sequence[Any], *, axes: bool) -> list[Any]:
    """Return the features of a mode that the file has, each once; axes must be numbers."""
    kept: dict[int, Any] = {}
    for feature in features:
        name = feature if isinstance(feature, str) else feature["column"]
        place = table.position(name)
        if place is None or place in table.unfit or place in kept or (axes and place not in table.numbers):
            continue
        column = table.header[place]
        kept[place] = column if isinstance(feature, str) else {**feature, "column": column}
    return [*kept.values()]


def _filled_up(features: list[Any], more: Sequence[Any]) -> list[Any]:
    """Return the features of a mode with others added, where there are fewer than two."""
    filled = list(features)
    for one in more:
        if len(filled) < 2 and one not in filled:
            filled.append(one)
    return filled
