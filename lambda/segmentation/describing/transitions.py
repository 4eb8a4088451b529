"""What changed since the run before: segments that came and went, sizes, centroids, and customers who moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segmentation.describing.lineage import Change
from segmentation.describing.membership import TransitionMatrix
from segmentation.describing.segments import Mode, Segment
from segmentation.points.disclosure import Disclosure
from segmentation.rounding import percent, plural, readable, significant
from segmentation.schema.features import Feature

# A centroid that has moved less is where it was.
_MOVED = 0.1


def under_rule(before: Mapping[str, Any], disclosure: Disclosure) -> Mapping[str, Any]:
    """Return the `data.json` of the run before as the present disclosure rule would publish it.

    A document that was published by a rule at least as strict stays as it is.

    Parameters
    ----------
    before : mapping
        The document.
    disclosure : Disclosure
        How exactly numbers are published now.
    """
    if before.get("min_cell_count", 1) >= disclosure.min_cell_count:
        return before
    modes = {
        name: {**mode, "segments": [_under_rule(part, before, disclosure) for part in mode["segments"]]}
        for name, mode in before["modes"].items()
    }
    return {**before, "modes": modes}


def _under_rule(part: Mapping[str, Any], before: Mapping[str, Any], disclosure: Disclosure) -> dict[str, Any]:
    size = part["size"]
    if size is None or disclosure.cell(size) is None:
        nothing: dict[str, Any] = {
            "means": {},
            "medians": {},
            "spreads": {},
            "shares": {},
            "levels": {},
            "told_by": None,
        }
        name = f"Small segment {part['id']}"
        return {**part, **nothing, "name": name, "persona": name, "size": None, "share": None}

    def rounded(role: str, mean: float) -> float:
        # How far apart its customers were is not known any more.
        feature = before["features"][role]
        return disclosure.mean(mean, feature["sd"], size, feature["max"] - feature["min"])

    means = {role: rounded(role, mean) for role, mean in part["means"].items()}
    share = disclosure.share(size, before["customers"])
    # A name may hold a category, in brackets.
    name = f"Segment {part['id']}" if "(" in part["name"] and _has_rare(before, disclosure) else part["name"]
    return {**part, "name": name, "size": disclosure.count(size), "share": share, "means": means}


def _has_rare(before: Mapping[str, Any], disclosure: Disclosure) -> bool:
    """Return whether a run had a category that is too rare for the present rule."""
    values = [value for feature in before["features"].values() for value in feature.get("values", ())]
    return any(disclosure.cell(value.get("count") or 0) is None for value in values)


def changes_document(
    before: Mapping[str, Any],
    modes: Mapping[str, Mode],
    roles: Mapping[str, Sequence[str]],
    features: Sequence[Feature],
    transitions: Mapping[str, TransitionMatrix | None],
    disclosure: Disclosure,
) -> dict[str, Any]:
    """Describe what changed since a run.

    Parameters
    ----------
    before : mapping
        The `data.json` of that run.
    modes : mapping of str to Mode
        By name, the present modes.
    roles : mapping of str to sequence of str
        By name of mode, the roles of its features.
    features : sequence of Feature
        All features.
    transitions : mapping of str to TransitionMatrix or None
        By name of mode, how many customers moved where; None where that is not known.
    disclosure : Disclosure
        How exactly numbers of both runs are published.

    Returns
    -------
    dict
        As `data.schema.json` describes it under `changes`.
    """
    return {
        "previous": {
            "run_id": before["run_id"],
            "source": before["source"],
            "customers": before["customers"],
            "k": before["k"]["value"],
        },
        "modes": {
            mode: _mode(before["modes"][mode], found, roles[mode], features, transitions[mode], disclosure)
            for mode, found in modes.items()
        },
    }


def _mode(
    before: Mapping[str, Any],
    mode: Mode,
    roles: Sequence[str],
    features: Sequence[Feature],
    transitions: TransitionMatrix | None,
    disclosure: Disclosure,
) -> dict[str, Any]:
    names_before = {part["id"]: part["name"] for part in before["segments"]}
    compared = mode.lineage.compared
    return {
        "compared": compared,
        "text": _text(mode, names_before, features, roles) if compared else before.get("why_not", _NOT_COMPARED),
        "events": [_event(change, mode, names_before) for change in mode.lineage.changes],
        "segments": [_then_and_now(one, disclosure) for one in mode.segments] if compared else [],
        "gone": [
            {name: part[name] for name in ("id", "name", "size", "share")}
            for part in before["segments"]
            if compared and part["id"] not in mode.lineage.ids
        ],
        "flow": _transitions_document(transitions, [*names_before], names_before, mode, disclosure)
        if transitions
        else None,
    }


_NOT_COMPARED = "The features are not those of the run before, so these segments are new."


def _text(mode: Mode, names_before: Mapping[int, str], features: Sequence[Feature], roles: Sequence[str]) -> str:
    kept = sum(one.identity.before is not None for one in mode.segments)
    every = kept == len(names_before) == len(mode.segments)
    first = (
        f"All {kept} segments of the run before are still there."
        if every
        else f"Of the {plural(len(names_before), 'segment')} of the run before, {kept} "
        f"{'is' if kept == 1 else 'are'} still there."
    )
    events = [_event(change, mode, names_before)["text"] for change in mode.lineage.changes]
    moved = max(mode.segments, key=lambda one: one.identity.distance or 0.0)
    numeric = [feature for feature in features if feature.role in roles and not feature.categorical]
    return " ".join([first, *events, _centroid_shift(moved, numeric)])


def _centroid_shift(segment: Segment, features: Sequence[Feature]) -> str:
    distance, before = segment.identity.distance, segment.identity.before
    if distance is None or before is None or distance < _MOVED:
        return "No centroid has moved by a tenth of a standard deviation or more."

    def moved(feature: Feature) -> float:
        then, now = before["means"][feature.role], segment.profile.means[feature.role]
        spread = segment.profile.spreads[feature.role] or 1.0
        return abs(float(now - then)) / spread

    known = [feature for feature in features if feature.role not in segment.profile.coarse]
    if not known:
        return f"'{segment.name}' has moved most."
    feature = max(known, key=moved)
    unit = f" {feature.unit}" if feature.unit else ""
    return (
        f"'{segment.name}' has moved most: {feature.name} averages "
        f"{readable(segment.profile.means[feature.role])}{unit}, after {readable(before['means'][feature.role])}."
    )


def _event(change: Change, mode: Mode, names_before: Mapping[int, str]) -> dict[str, Any]:
    names_now = {one.identity.id: one.name for one in mode.segments}
    before = " and ".join(f"'{names_before[one]}'" for one in change.before)
    now = " and ".join(f"'{names_now[one]}'" for one in change.now)
    text = {
        "new": f"New: {now}.",
        "gone": f"Gone: {before}.",
        "split": f"Split: {before} is now {now}.",
        "merged": f"Merged: {before} are now {now}.",
    }[change.kind]
    return {"kind": change.kind, "before": list(change.before), "now": list(change.now), "text": text}


def _then_and_now(segment: Segment, disclosure: Disclosure) -> dict[str, Any]:
    before = segment.identity.before
    return {
        "id": segment.identity.id,
        "before": None if before is None else {name: before[name] for name in ("size", "share", "means")},
        "moved": None if segment.identity.distance is None else disclosure.measure(segment.identity.distance),
    }


def _transitions_document(
    transitions: TransitionMatrix,
    ids_before: Sequence[int],
    names_before: Mapping[int, str],
    mode: Mode,
    disclosure: Disclosure,
) -> dict[str, Any]:
    ids_now = mode.lineage.ids
    in_both = int(transitions.counts.sum())
    stayed = sum(int(transitions.counts[i, ids_now.index(one)]) for i, one in enumerate(ids_before) if one in ids_now)
    moves = [
        (int(n), before, now)
        for before, row in zip(ids_before, transitions.counts, strict=True)
        for now, n in zip(ids_now, row, strict=True)
        if before != now and disclosure.cell(int(n))
    ]
    names_now = {one.identity.id: one.name for one in mode.segments}
    sample = "" if transitions.share == 1 else f" (by a sample of {percent(transitions.share)} of them)"
    text = (
        f"Of {plural(disclosure.count(in_both), 'customer')} in both files{sample}, "
        f"{percent(disclosure.share(stayed, in_both))} are in the same segment as before."
    )
    if moves:
        n, before, now = max(moves)
        text += f" The largest move: {disclosure.count(n):,} from '{names_before[before]}' to '{names_now[now]}'."
    return {
        "before": list(ids_before),
        "now": ids_now,
        "counts": disclosure.table(transitions.counts.tolist()),
        "left": disclosure.cell(transitions.left),
        "joined": disclosure.cell(transitions.joined),
        "share": significant(transitions.share),
        "text": text,
    }
