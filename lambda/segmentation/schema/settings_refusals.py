"""Every refusal of `settings.json`, by itself and beside a file; codes are `settings_` and the name of the function."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from segmentation.errors import UnusableFileError, shortened
from segmentation.refusals import Parts, columns_found, refusal, words_found

_AS_IN_THE_FILE = "Write the header as it stands in the file, or remove that field."
_MEND_SETTINGS = (
    "Mend that in the settings, and upload them again; the README has examples under 'Other columns, other features'."
)
# Of settings that cannot be read there is nothing to hand over.
_BEGIN_ANEW = "Mend that in the settings, or begin with those that a run without settings hands over."


def _refusal(texts: Callable[Parts, tuple[str, ...]]) -> Callable[Parts, UnusableFileError]:
    return refusal(texts, "settings_")


@_refusal
def too_large(size: int, most: int) -> tuple[str, ...]:
    """Refuse settings of too many bytes."""
    return f"settings.json has {size:,} bytes, more than the {most:,} that are taken.", _BEGIN_ANEW


@_refusal
def not_utf_8() -> tuple[str, ...]:
    """Refuse settings that are no text."""
    return "settings.json is not UTF-8 text.", _BEGIN_ANEW


@_refusal
def not_json(where: str) -> tuple[str, ...]:
    """Refuse settings that are no JSON."""
    return f"settings.json is not JSON{where}.", _BEGIN_ANEW


@_refusal
def not_as_the_schema(field: str, fault: str) -> tuple[str, ...]:
    """Refuse a field that the schema of the settings has otherwise, or not at all."""
    return f"settings.json: {f'{field}: ' if field else ''}{fault}.", _MEND_SETTINGS


@_refusal
def role_beside_modes(role: str) -> tuple[str, ...]:
    """Refuse settings that say twice what the features are."""
    return f"settings.json: columns.{role}: where modes names the features, only id has a role.", _MEND_SETTINGS


@_refusal
def bounds_crossed(column: str) -> tuple[str, ...]:
    """Refuse bounds between which no number lies."""
    return f"settings.json: the minimum of '{column}' is greater than its maximum.", _MEND_SETTINGS


@_refusal
def name_twice(mode: str, name: str) -> tuple[str, ...]:
    """Refuse one name for two segments."""
    return f"settings.json: names.{mode}: two segments are called '{name}'.", _MEND_SETTINGS


@_refusal
def column_missing(field: str, name: str, header: Sequence[str]) -> tuple[str, ...]:
    """Refuse settings that name a column that is not there."""
    return (
        f"settings.json: {field} names '{shortened(name)}', but no column of the file is called so.",
        _AS_IN_THE_FILE,
        columns_found(header),
    )


@_refusal
def column_ambiguous(field: str, name: str, header: Sequence[str]) -> tuple[str, ...]:
    """Refuse settings that name several columns at once."""
    return (
        f"settings.json: {field} names '{shortened(name)}', but several columns of the file are called so.",
        _AS_IN_THE_FILE,
        columns_found(header),
    )


@_refusal
def column_for_two_roles(role: str, other: str, column: str) -> tuple[str, ...]:
    """Refuse settings that give one column two roles."""
    return (
        f"settings.json: columns.{role} and columns.{other} name the same column, '{column}'.",
        "Name a column of its own for each.",
    )


@_refusal
def feature_twice(field: str, column: str) -> tuple[str, ...]:
    """Refuse a mode that has one feature twice."""
    return f"settings.json: {field} names '{column}' for the second time.", "Name it once."


@_refusal
def axis_not_numeric(field: str, column: str, words: Sequence[str]) -> tuple[str, ...]:
    """Refuse words in no known order as an axis of a chart."""
    return (
        f"settings.json: {field} names '{column}', whose values are neither numbers nor words in a known order.",
        "Choose another column for the bivariate mode, or write its words as 1, 2, 3 in their order.",
        words_found(words),
    )
