"""The names of segments: from their position among all customers, kept from run to run as long as they still fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from segmentation.describing.lineage import Identity
from segmentation.describing.personas import OFTEN, TABLES, Persona, PersonaTable
from segmentation.describing.profile import Profile
from segmentation.describing.words import AVERAGE, HIGH, LOW, level_phrase, rank_phrase
from segmentation.errors import shortened
from segmentation.schema.features import LONGEST_NAME, Feature
from segmentation.schema.meanings import AGE, GENDER

# Half a standard deviation from the mean of all customers is where "average" ends.
LEVEL = 0.5
# So far beyond that border a segment keeps the word that it had before: else a few customers would rename it.
_KEPT = 0.1
# A category separates a segment when it is nearly all of it and that is no accident of the whole population.
_CATEGORY_SHARE = 0.9
_CATEGORY_SHARE_KEPT = 0.85
_CATEGORY_LIFT = 1.25
# How many features, and categories, a name is made of.
_TELLING = 2
_OLDER, _YOUNGER = "Older ", "Younger "
# What the page has room for, where numbers and words of the file are long.
_LONGEST = 100


@dataclass(frozen=True)
class Naming:
    """The name of one segment, and what it rests on.

    Parameters
    ----------
    name, tag : str
        Name and short description from its position; the name is unique within its mode.
    levels : dict of str to str
        By role of each numeric feature of the mode: ``high``, ``average`` or ``low``.
    distinguished_by : str, optional
        Role of the feature that distinguishes it from others with the same levels; None where there are none.
    persona : Persona, optional
        What its levels suggest; None where no table of personas has them.
    """

    name: str
    tag: str
    levels: dict[str, str]
    distinguished_by: str | None = None
    persona: Persona | None = None


@dataclass(frozen=True)
class _Table:
    """A table of personas, and the features that each of its levels rests on."""

    personas: PersonaTable
    axes: tuple[tuple[Feature, ...], tuple[Feature, ...]]

    @classmethod
    def of(cls, features: Sequence[Feature]) -> _Table | None:
        found = ((table, table.read(features)) for table in TABLES)
        return next((cls(table, axes) for table, axes in found if axes is not None), None)

    @property
    def features(self) -> list[Feature]:
        return [feature for axis in self.axes for feature in axis]

    def persona(self, segment: Profile, levels: Mapping[str, str], identity: Identity) -> Persona | None:
        cells, called = self.personas.cells, _bare((identity.before or {}).get("persona", ""))
        before = next((cell for cell, one in cells.items() if one.name == called), (None, None))
        first, second = (_level_of_all(*one, segment, levels) for one in zip(self.axes, before, strict=True))
        return cells.get((first, second))


def each_meaning_once(features: Sequence[Feature], axes: Sequence[str]) -> list[Feature]:
    """Return the features, but only one numeric feature of each meaning: a name says "recent" without saying in what.

    Parameters
    ----------
    features : sequence of Feature
        The features of a mode.
    axes : sequence of str
        Roles of the features that keep their meaning before all others.
    """
    first: dict[str, str] = {}
    for feature in sorted(features, key=lambda one: one.role not in axes):
        if not feature.categorical:
            first.setdefault(feature.meaning, feature.role)
    return [one if one.categorical or first[one.meaning] == one.role else replace(one, meaning="") for one in features]


def namings(
    features: Sequence[Feature], segments: Sequence[Profile], everyone: Profile, identities: Sequence[Identity]
) -> list[Naming]:
    """Name the segments of a mode.

    Parameters
    ----------
    features : sequence of Feature
        The features of the mode, each meaning once.
    segments : sequence of Profile
        Profiles of the segments, in the order of their labels.
    everyone : Profile
        Profile of all customers.
    identities : sequence of Identity
        Identities of the segments; names from the run before are kept while they are true.

    Returns
    -------
    list of Naming
        The names in the order of the labels; segments too small to be published are named by their ids.
    """
    levels = [_levels(features, one, identity) for one, identity in zip(segments, identities, strict=True)]
    table = _Table.of(features)
    personas = [
        table.persona(*one) if table and one[0].is_published else None
        for one in zip(segments, levels, identities, strict=True)
    ]
    prefixed = () if table and AGE in {one.meaning for one in table.features} else features
    names = [
        _whole_name(
            _age_prefix(prefixed, place) + persona.name if persona else _position_name(features, one, place),
            _suffixes(features, one, everyone, identity),
        )
        if one.is_published
        else f"Small segment {identity.id}"
        for one, place, persona, identity in zip(segments, levels, personas, identities, strict=True)
    ]
    distinguished_by: list[str | None] = [None] * len(names)
    for clash in sorted(name for name, n in Counter(names).items() if n > 1):
        group = [i for i, name in enumerate(names) if name == clash]
        if not any(levels[i] for i in group):
            # Categorical features have no order to distinguish them by.
            names = [f"{name} {identities[i].id}" if i in group else name for i, name in enumerate(names)]
            continue
        role, words = _ranks(features, [segments[i] for i in group], [identities[i] for i in group])
        for i, word in zip(group, words, strict=True):
            names[i], distinguished_by[i] = f"{names[i]}, {word}", role
    shown = table.features if table else [one for one in features if not one.categorical][:_TELLING]
    tags = [_tag(shown, place) if one.is_published else "" for one, place in zip(segments, levels, strict=True)]
    return [Naming(*one) for one in zip(names, tags, levels, distinguished_by, personas, strict=True)]


def separating_category(
    feature: Feature, segment: Profile, everyone: Profile, min_share: float = _CATEGORY_SHARE
) -> str | None:
    """Return the category that nearly all of a segment have and clearly fewer of all customers; None if none.

    Parameters
    ----------
    feature : Feature
        The categorical feature.
    segment : Profile
        Profile of the segment.
    everyone : Profile
        Profile of all customers.
    min_share : float
        Smallest share of the segment that must have the category.
    """
    value, share = max(segment.shares[feature.role].items(), key=lambda item: item[1])
    overall = everyone.shares[feature.role][value]
    return value if share >= min_share and share >= _CATEGORY_LIFT * overall else None


def salient_features(features: Sequence[Feature], segment: Profile, levels: Mapping[str, str]) -> list[Feature]:
    """Return the features in which a segment is not average, the most extreme first.

    Parameters
    ----------
    features : sequence of Feature
        The features of the mode.
    segment : Profile
        Profile of the segment.
    levels : mapping of str to str
        By role of each numeric feature, the segment's level.
    """
    numeric = [feature for feature in features if not feature.categorical]
    ranked = sorted(numeric, key=lambda feature: -abs(segment.positions[feature.role]))
    return [feature for feature in ranked[:_TELLING] if levels[feature.role] != AVERAGE]


def _levels(features: Sequence[Feature], segment: Profile, identity: Identity) -> dict[str, str]:
    if not segment.is_published:
        return {}
    before = (identity.before or {}).get("levels", {})
    return {
        feature.role: _level(segment.positions[feature.role], before.get(feature.role))
        for feature in features
        if not feature.categorical
    }


def _level(position: float, before: str | None) -> str:
    """Return the level of a position; near a border, the level of the run before.

    Examples
    --------
    >>> _level(0.55, None), _level(0.45, "high"), _level(0.55, "average"), _level(0.39, "high")
    ('high', 'high', 'average', 'average')
    """
    if before == HIGH and position >= LEVEL - _KEPT:
        return HIGH
    if before == LOW and position <= _KEPT - LEVEL:
        return LOW
    border = LEVEL + _KEPT if before == AVERAGE else LEVEL
    return HIGH if position >= border else LOW if position <= -border else AVERAGE


def _level_of_all(axis: Sequence[Feature], before: str | None, segment: Profile, levels: Mapping[str, str]) -> str:
    """Return the level of an axis; empty where money and frequency contradict each other."""
    first, *others = (levels[feature.role] for feature in axis)
    if not others:
        return first
    if {HIGH, LOW} <= {first, *others}:
        return ""
    position = float(np.mean([segment.positions[feature.role] for feature in axis]))
    level = _level(position, HIGH if before == OFTEN else before)
    # No name claims more money than there is.
    if level == HIGH and first != HIGH:
        return OFTEN
    return LOW if first == LOW else level


def _bare(name: str) -> str:
    """Return the name of the persona in that of a segment.

    Examples
    --------
    >>> _bare("Younger Potential Loyalists (Female)"), _bare("Champions, lower Monetary")
    ('Potential Loyalists', 'Champions')
    """
    return re.split(r" \(|, ", name)[0].removeprefix(_OLDER).removeprefix(_YOUNGER)


def _age_prefix(features: Sequence[Feature], levels: Mapping[str, str]) -> str:
    age = next((levels[one.role] for one in features if one.meaning == AGE and not one.categorical), AVERAGE)
    return {HIGH: _OLDER, LOW: _YOUNGER}.get(age, "")


def _position_name(features: Sequence[Feature], segment: Profile, levels: Mapping[str, str]) -> str:
    words = [level_phrase(feature, levels[feature.role]) for feature in salient_features(features, segment, levels)]
    return _capitalised(", ".join(words)) or "Average in all"


def _tag(features: Sequence[Feature], levels: Mapping[str, str]) -> str:
    return _capitalised(" · ".join(level_phrase(feature, levels[feature.role]) for feature in features))


def _whole_name(name: str, suffixes: Iterable[str]) -> str:
    return shortened(f"{name}{''.join(islice(suffixes, _TELLING))}", _LONGEST)


def _suffixes(features: Sequence[Feature], segment: Profile, everyone: Profile, identity: Identity) -> Iterable[str]:
    before = (identity.before or {}).get("persona", "")
    for feature in features:
        if feature.categorical:
            value = separating_category(feature, segment, everyone, _CATEGORY_SHARE_KEPT)
            suffix = _category_suffix(feature, value) if value else ""
            if suffix in before or separating_category(feature, segment, everyone):
                yield suffix


def _category_suffix(feature: Feature, value: str) -> str:
    short = shortened(value, LONGEST_NAME)
    # A code says nothing without its name.
    return f" ({short})" if feature.meaning == GENDER and not short.isdecimal() else f" ({feature.name} {short})"


def _ranks(
    features: Sequence[Feature], segments: Sequence[Profile], identities: Sequence[Identity]
) -> tuple[str, list[str]]:
    """Return the feature by whose means segments with the same name are distinguished, and a word for each."""
    numeric = {feature.role: feature for feature in features if not feature.categorical}
    before = {(identity.before or {}).get("told_by") for identity in identities}
    widest = max(numeric, key=lambda role: np.ptp([one.positions[role] for one in segments]))
    # The feature that distinguished all of them before is kept.
    (kept,) = before if len(before) == 1 else (None,)
    role = kept if kept in numeric else widest
    order = np.argsort(np.argsort([one.positions[role] for one in segments], kind="stable"), kind="stable")
    return role, [rank_phrase(numeric[role], int(place), len(segments)) for place in order]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
