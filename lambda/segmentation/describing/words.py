"""Words for where a segment lies in a feature: high and low, or those that suit what the feature means."""

from __future__ import annotations

from segmentation.schema.features import Feature
from segmentation.schema.meanings import AGE, INCOME, RECENCY, SPENDING, TENURE

HIGH, AVERAGE, LOW = "high", "average", "low"

# A low and a high level, the lower and the higher of two segments, the lowest and the highest of more. These need no
# name of the feature.
_WORDS = {
    AGE: (("younger", "older"), ("younger", "older"), ("youngest", "oldest")),
    RECENCY: (("recent", "lapsed"), ("more recent", "less recent"), ("most recent", "least recent")),
    TENURE: (("new", "long-standing"), ("newer", "longer-standing"), ("newest", "longest-standing")),
}
_OF_TWO, _OF_MORE = ("lower", "higher"), ("lowest", "highest")
# What is called the same whatever its column is called.
_CALLED = {INCOME: "income", SPENDING: "spending"}


def level_phrase(feature: Feature, level: str) -> str:
    """Return a level in words.

    Parameters
    ----------
    feature : Feature
        The numeric feature.
    level : str
        ``high``, ``average`` or ``low``.

    Examples
    --------
    >>> level_phrase(Feature("Milk", "Milk (m.u.)"), "low")
    'low Milk'
    >>> level_phrase(Feature("R", "Days Since Purchase", meaning="recency"), "low")
    'recent'
    """
    if level != AVERAGE and feature.meaning in _WORDS:
        return _WORDS[feature.meaning][0][level == HIGH]
    return f"{level} {_CALLED.get(feature.meaning, feature.name)}"


def rank_phrase(feature: Feature, place: int, n: int) -> str:
    """Return in words which of several segments one is by the mean of a feature.

    Parameters
    ----------
    feature : Feature
        The numeric feature.
    place : int
        The segment's place from 0, in the order of the means.
    n : int
        Number of segments.

    Examples
    --------
    >>> [rank_phrase(Feature("Milk", "Milk"), place, 4) for place in range(4)]
    ['lowest Milk', '2 of 4 by Milk', '3 of 4 by Milk', 'highest Milk']
    """
    if place not in (0, n - 1):
        middle = "age" if feature.meaning == AGE else feature.name
        return f"middle {middle}" if n == 3 else f"{place + 1} of {n} by {feature.name}"
    if feature.meaning in _WORDS:
        return _WORDS[feature.meaning][1 if n == 2 else 2][place > 0]
    return f"{(_OF_TWO if n == 2 else _OF_MORE)[place > 0]} {feature.name}"
