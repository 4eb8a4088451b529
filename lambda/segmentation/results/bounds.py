"""The size limit of `data.json`: where it is exceeded, the least important parts are left out, and a note says so.

Names, labels, texts and numbers are bounded where they are made; a file of many features with long names has room for
all of them, but not for everything that could be said of each.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from segmentation.rounding import significant

MAX_BYTES = 150_000
# Charts are cut into so many squares a side.
_FINE, _COARSE = 14, 8
_MAX_DRIVERS, _MAX_NOTES = 3, 8
_ROOM_FOR_THE_NOTE = 800

Document = dict[str, Any]


def within_bounds(document: Document) -> Document:
    """Return a document of at most `MAX_BYTES`, with a note on what was left out.

    Parameters
    ----------
    document : dict
        The content of `data.json`.
    """
    left_out = []
    for what, without in _CUTS:
        if _size(document) <= MAX_BYTES - _ROOM_FOR_THE_NOTE:
            break
        document = without(document)
        left_out.append(what)
    if not left_out:
        return document
    note = {
        "text": f"The result is too large for a page, so it does without {', '.join(left_out)}.",
        "remedy": "Name fewer features in settings.json, or give their columns shorter names.",
    }
    intake = document["intake"]
    return {**document, "intake": {**intake, "notes": [*intake["notes"], note]}}


def _size(document: Document) -> int:
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())


def _without_other_charts(document: Document) -> Document:
    return _with_modes(document, lambda mode: {**mode, "other_scatters": []})


def _with_coarse_charts(document: Document, squares: int = _COARSE) -> Document:
    landscapes = [_coarse(chart, squares) for chart in document["landscapes"]]
    coarse = _with_modes(document, lambda mode: {**mode, "scatter": _coarse(mode["scatter"], squares)})
    return {**coarse, "landscapes": landscapes}


def _without_groups(document: Document) -> Document:
    return {**document, "distributions": [{**one, "by": None} for one in document["distributions"]]}


def _without_spreads(document: Document) -> Document:
    return _with_segments(document, lambda part: {**part, "medians": {}, "spreads": {}})


def _without_others(document: Document) -> Document:
    def of_mode(mode: Document) -> Document:
        def kept(found: Document) -> Document:
            return {role: one for role, one in found.items() if role in mode["features"]}

        parts = [{**part, **{name: kept(part[name]) for name in ("means", "shares")}} for part in mode["segments"]]
        return {**mode, "segments": parts}

    return _with_modes(document, of_mode)


def _without_what_else(document: Document) -> Document:
    return _with_modes(document, lambda mode: {**mode, "what_else": None})


def _with_few_drivers(document: Document) -> Document:
    return _with_segments(document, lambda part: {**part, "drivers": part["drivers"][:_MAX_DRIVERS]})


def _without_means_of_before(document: Document) -> Document:
    if document["changes"] is None:
        return document
    modes = {
        name: {
            **mode,
            "segments": [
                {**one, "before": one["before"] and {**one["before"], "means": {}}} for one in mode["segments"]
            ],
        }
        for name, mode in document["changes"]["modes"].items()
    }
    return {**document, "changes": {**document["changes"], "modes": modes}}


def _without_other_columns(document: Document) -> Document:
    columns = [one for one in document["intake"]["columns"] if one["use"] in ("id", "feature", "describing")]
    return {**document, "intake": {**document["intake"], "columns": columns}}


def _with_few_notes(document: Document) -> Document:
    return {**document, "intake": {**document["intake"], "notes": document["intake"]["notes"][:_MAX_NOTES]}}


def _without_charts(document: Document) -> Document:
    landscapes = [{**chart, "points": []} for chart in document["landscapes"]]
    without = _with_modes(document, lambda mode: {**mode, "scatter": {**mode["scatter"], "points": []}})
    return {**without, "landscapes": landscapes}


# What is missed least comes first.
_CUTS: tuple[tuple[str, Callable[[Document], Document]], ...] = (
    ("averages of the run before", _without_means_of_before),
    ("charts of other pairs of features", _without_other_charts),
    ("distributions by group", _without_groups),
    ("fine charts", lambda document: _with_coarse_charts(document, _FINE)),
    ("medians and spreads of segments", _without_spreads),
    ("what segments have of features that they do not rest on", _without_others),
    ("what else differs between segments", _without_what_else),
    ("all but very coarse charts", _with_coarse_charts),
    ("more than three of what sets a segment apart", _with_few_drivers),
    ("columns that have no part", _without_other_columns),
    ("further notes", _with_few_notes),
    ("charts of customers", _without_charts),
)


def _with_modes(document: Document, change: Callable[[Document], Document]) -> Document:
    return {**document, "modes": {name: change(mode) for name, mode in document["modes"].items()}}


def _with_segments(document: Document, change: Callable[[Document], Document]) -> Document:
    return _with_modes(document, lambda mode: {**mode, "segments": [change(part) for part in mode["segments"]]})


def _coarse(chart: Document, squares: int) -> Document:
    """Return a chart with its customers moved to the middles of a coarser grid."""
    if not chart["points"]:
        return chart
    xs, ys = (_middles([point[i] for point in chart["points"]], squares) for i in (0, 1))
    counts: dict[tuple[Any, ...], int] = {}
    for (*place, n), x, y in zip(chart["points"], xs, ys, strict=True):
        where = (x, y, *place[2:])
        counts[where] = counts.get(where, 0) + n
    return {**chart, "points": [[*place, n] for place, n in sorted(counts.items())]}


def _middles(values: list[float], squares: int) -> list[float]:
    low, width = min(values), (max(values) - min(values)) / squares or 1.0
    return [significant(low + (min(int((value - low) / width), squares - 1) + 0.5) * width) for value in values]
