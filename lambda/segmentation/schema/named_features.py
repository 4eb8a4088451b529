"""Features that the settings name, or that were chosen, which is written in the same form."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from segmentation.schema import settings_refusals
from segmentation.schema.reading_texts import common_words
from segmentation.schema.readings import reading_of
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE, Wanted
from segmentation.schema.settings import FeatureSetting, position_of


def by_settings(
    header: Sequence[str], modes: Mapping[str, tuple[FeatureSetting, ...]]
) -> tuple[list[Wanted], dict[str, tuple[str, ...]]]:
    """Return the columns that become features, and by name of mode the roles of its features.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    modes : mapping of str to tuple of FeatureSetting
        By name of mode, its features.

    Raises
    ------
    UnusableFileError
        If a column is not there, or named twice.
    """
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


def with_kinds(
    wanted: list[Wanted],
    settings: Mapping[str, tuple[FeatureSetting, ...]],
    modes: Mapping[str, tuple[str, ...]],
    header: Sequence[str],
    examples: Sequence[Sequence[str]],
    decimal_mark: str,
) -> list[Wanted]:
    """Determine from their values which features are numeric.

    Parameters
    ----------
    wanted : list of Wanted
        The features.
    settings : mapping of str to tuple of FeatureSetting
        By name of mode, its features as they were named.
    modes : mapping of str to tuple of str
        By name of mode, the roles of its features.
    header : sequence of str
        The names of the columns.
    examples : sequence of sequence of str
        For each column, some cells.
    decimal_mark : str
        The decimal mark of the file.

    Raises
    ------
    UnusableFileError
        If an axis is not numeric.
    """
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
