"""Which columns of a file become features, and why: by their names, or by the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from segmentation.schema.choice import UsedFeatures, chosen_features, kept_features, unused_reasons
from segmentation.schema.column_kinds import IDS, SENSITIVE, TEXT, Column, columns_of
from segmentation.schema.column_uses import (
    column_uses,
    notes_on_absent_roles,
    refuse_personal,
    repeating_settings,
)
from segmentation.schema.columns import REQUIRED, is_score, normalised, role_of
from segmentation.schema.date_columns import together, years_of
from segmentation.schema.describing import described, describing_columns, with_described
from segmentation.schema.dialect import Dialect
from segmentation.schema.id_column import id_column, identifies
from segmentation.schema.meanings import meaning_of
from segmentation.schema.named_features import by_settings, with_kinds
from segmentation.schema.numbers import decimal_mark_of, parse_numbers
from segmentation.schema.numeric_features import meaning_of_feature, with_readings
from segmentation.schema.personal_data import personal_data
from segmentation.schema.reading import are_numbers, is_worded
from segmentation.schema.readings import reading_of
from segmentation.schema.roles import by_roles, gender_column, possible_range, within_scales
from segmentation.schema.schema import BIVARIATE, CHOICE, MULTIVARIATE, ROLES, SETTINGS, Note, Schema, Wanted
from segmentation.schema.settings import FeatureSetting, Settings

_THOUSAND = 1_000
# So many rows, evenly spaced, tell what a column is.
_EXAMPLES = 250


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
    # To look at all of them takes long where there are many columns.
    some = [cells[:: -(-len(cells) // _EXAMPLES) or 1] for cells in examples]
    columns = _columns(dialect, some, personal, settings, decimal_mark)
    found = _found(header, examples, personal, columns, settings, before)
    wanted, modes, named, notes = found.wanted, found.modes, found.named, [*found.notes]
    wanted = [replace(one, low=low, high=high) for one in wanted for low, high in [possible_range(one)]]
    numeric = [
        one
        for one in wanted
        if not one.categorical and not is_worded(reading_of(header[one.position], examples[one.position], "."))
    ]
    likely, doubtful, sure = decimal_mark_of(
        [examples[one.position] for one in numeric], dialect.separator, [(one.low, one.high) for one in numeric]
    )
    sure = sure or decimal_mark is not None
    decimal_mark = decimal_mark or likely
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
        wanted = with_kinds(wanted, named, modes, header, examples, decimal_mark)
    refuse_personal(wanted, header, examples, personal)
    wanted, dates = with_readings(wanted, header, examples, personal, decimal_mark, settings)
    on_scale: list[Note] = []
    if named is None:
        wanted, on_scale = within_scales(wanted, examples, decimal_mark)
    id_position, id_notes = id_column(header, settings, {one.position for one in wanted}, examples)
    uses = column_uses(
        header, wanted, id_position, personal, {*_named(settings)}, found.reasons, unused_reasons(columns)
    )
    describing, on_describing = described(settings, header, examples, wanted, id_position, personal, decimal_mark)
    wanted = [replace(one, meaning=meaning_of_feature(one, header[one.position])) for one in wanted]
    ready = repeating_settings(header, wanted, id_position, settings, named)
    if not settings.describe and (proposed := _proposed(columns, wanted, personal, some)):
        ready["describe"] = proposed
    schema = Schema(
        tuple(wanted),
        modes,
        id_position,
        identifies([*personal, *([] if id_position is None else [id_position])], examples),
        decimal_mark,
        sure,
        with_described(uses, describing),
        (
            *notes,
            *on_scale,
            *id_notes,
            *on_describing,
            *(notes_on_absent_roles(wanted, settings) if named is None else []),
        ),
        ready,
        dates,
        at_least=settings.newest,
        features_by=found.by,
        describing=describing,
    )
    days = together(years_of(one.days([*{*examples[i]}])[0]) for i, one in dates)
    return schema.counted_from(schema.newest_of(days)).with_short_roles()


@dataclass(frozen=True)
class _Found:
    """The columns that become features, by mode, and what is said of them; `named` is None where they have roles."""

    by: str
    wanted: list[Wanted]
    modes: Mapping[str, tuple[str, ...]]
    named: Mapping[str, tuple[FeatureSetting, ...]] | None = None
    reasons: Mapping[int, str] = field(default_factory=dict)
    notes: Sequence[Note] = ()


def _found(
    header: Sequence[str],
    examples: Sequence[Sequence[str]],
    personal: Mapping[int, str],
    columns: Sequence[Column],
    settings: Settings,
    before: UsedFeatures | None,
) -> _Found:
    """Return the features of the settings, else of the run before, else by their roles, else those that are chosen."""
    if settings.modes:
        return _Found(SETTINGS, *by_settings(header, settings.modes), settings.modes)
    choice, notes = kept_features(columns, before)
    roles = None if choice else by_roles(header, settings, personal, examples, columns, before)
    if roles:
        wanted, more = roles
        modes = {BIVARIATE: REQUIRED, MULTIVARIATE: tuple(one.role for one in wanted)}
        return _Found(ROLES, wanted, modes, notes=[*notes, *more])
    if choice is None:
        gender, more = gender_column(header, settings, personal, examples)
        choice, note = chosen_features(columns, gender)
        notes += [*more, note]
    wanted, modes = by_settings(header, choice.modes)
    # Without one that was chosen beside the axes, the others will do.
    wanted = [replace(one, required=one.role in modes[BIVARIATE]) for one in wanted]
    return _Found(CHOICE, wanted, modes, choice.modes, choice.reasons, notes)


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
    numeric = [cells for cells in examples if any(are_numbers(cells, mark) for mark in ".,")]
    mark = decimal_mark or decimal_mark_of(numeric, dialect.separator)[0]
    id_position, _ = id_column(header, settings, set(), examples)
    return columns_of(header, examples, personal, id_position, mark)


def _proposed(
    columns: Sequence[Column],
    wanted: Sequence[Wanted],
    personal: Mapping[int, str],
    examples: Sequence[Sequence[str]],
) -> list[str]:
    """Return the columns that are proposed to describe the segments; none that is sensitive, or holds remarks."""
    unfit = {one.position for one in columns if one.kind in (IDS, SENSITIVE, TEXT)}
    taken = unfit | {one.position for one in wanted}
    return describing_columns([one.name for one in columns], examples, taken, personal)
