"""What else differs between the segments of a mode, beyond the features that they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segmentation.describing.described import Described
from segmentation.describing.effects import CRAMERS_V, stands_out, strength
from segmentation.describing.figures import Driver
from segmentation.describing.sentences import compare_means
from segmentation.errors import shortened
from segmentation.rounding import listed, percent, two_decimals
from segmentation.schema.features import LONGEST_NAME

# Of a segment, so many things are said to stand out; of a mode, so many columns are named.
_MOST_OF_SEGMENT, _MOST_NAMED = 3, 3
_NAMES = {CRAMERS_V: "Cramér’s V"}


@dataclass(frozen=True)
class Outstanding:
    """What stands out in a segment.

    Parameters
    ----------
    column : int
        Index of the column.
    driver : Driver
        How the segment differs from all others.
    """

    column: int
    driver: Driver


@dataclass(frozen=True)
class WhatElse:
    """What else differs between the segments of a mode.

    Parameters
    ----------
    columns : list of Described
        What describes the segments, what sets one of them apart most first.
    strengths : list of str or None
        What Cohen (1988) calls the effect of each; None where no segment stands out by it.
    segments : list of list of Outstanding
        What stands out in each segment, the largest difference first.
    texts : list of str
        A sentence on each segment; empty where nothing stands out.
    text : str
        A sentence on all of them.
    """

    columns: Sequence[Described]
    strengths: Sequence[str | None]
    segments: Sequence[Sequence[Outstanding]]
    texts: Sequence[str]
    text: str


def what_else(columns: Sequence[Described], n_segments: int) -> WhatElse | None:
    """Find out what else differs between the segments of a mode; None where nothing else is known of them.

    Parameters
    ----------
    columns : sequence of Described
        What describes the segments.
    n_segments : int
        Number of segments.
    """
    if not columns:
        return None
    farthest = [
        max((abs(one.difference) for i in range(n_segments) for one in _found(column, i)), default=0.0)
        for column in columns
    ]
    columns = [columns[i] for i in sorted(range(len(columns)), key=lambda i: (-farthest[i], i))]
    strengths = [_strength(one, n_segments) for one in columns]
    segments = [
        sorted(
            (Outstanding(i, driver) for i, column in enumerate(columns) for driver in _found(column, segment)),
            key=lambda one: -abs(one.driver.difference),
        )[:_MOST_OF_SEGMENT]
        for segment in range(n_segments)
    ]
    texts = [
        _sentence(columns[found[0].column], found[0].driver, i) if found else "" for i, found in enumerate(segments)
    ]
    return WhatElse(columns, strengths, segments, texts, _text(columns, strengths))


def _found(column: Described, segment: int) -> list[Driver]:
    """Return by what a segment stands out in a column, as far as rounding leaves anything to be said."""
    profile, role = column.segments[segment], column.feature.role
    everyone = column.everyone.size or 0
    if profile.size is None or not everyone or role in profile.coarse:
        return []
    return [one for one in profile.others if one.feature == role and stands_out(one.difference, profile.size, everyone)]


def _strength(column: Described, n_segments: int) -> str | None:
    if not any(_found(column, i) for i in range(n_segments)):
        return None
    categories = column.feature.categories
    if categories is None:
        return strength(column.effect, column.measure)
    return strength(column.effect, column.measure, min(n_segments, len(categories)) - 1)


def _sentence(column: Described, driver: Driver, segment: int) -> str:
    profile, everyone, feature = column.segments[segment], column.everyone, column.feature
    if driver.category is None:
        return compare_means(feature, profile, everyone)
    share, overall = (percent(one.shares[feature.role][driver.category]) for one in (profile, everyone))
    value = shortened(driver.category, LONGEST_NAME)
    return f"{feature.name} is {value} for {share} of them, against {overall} overall."


def _text(columns: Sequence[Described], strengths: Sequence[str | None]) -> str:
    named = [
        f"{one.feature.name} ({_NAMES.get(one.measure, 'eta squared')} {two_decimals(one.effect)}, {found})"
        for one, found in zip(columns, strengths, strict=True)
        if found is not None
    ]
    if not named:
        return "No other column differs clearly between the segments."
    return f"Beyond what they are made of, the segments differ most in {listed(named[:_MOST_NAMED])}."
