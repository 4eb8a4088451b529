"""Which segment of the run before is which segment now: ids, and which are new, gone, split or merged.

A segment is recognised by its position: the mean of each numeric feature and the share of each category, in standard
deviations of all customers. The distance of two segments is the root mean square of the differences.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from segmentation.points.weighted import WeightedPoints
from segmentation.schema.features import Feature

# Beyond this distance a segment is another one, however near it is as others go.
FARTHEST = 0.5
# Two segments together are what one was, where they lie this near to it and nearer than either.
PUT_TOGETHER = 0.25
# As many as the page has.
COLOURS = 10

Place = Mapping[str, float]


@dataclass(frozen=True)
class SegmentPosition:
    """The position and size of a segment, by which it is recognised in later runs.

    Parameters
    ----------
    place : mapping of str to float
        By coordinate, the position in standard deviations of all customers.
    size : int
        Number of customers.
    """

    place: Place
    size: int


@dataclass(frozen=True)
class Identity:
    """The id of a segment, and its predecessor.

    Parameters
    ----------
    id : int
        The number in `Clustering_Final.csv`; never given twice.
    colour : int
        Index of its colour in the page's palette, from 0.
    before : dict, optional
        The same segment in the run before, as `data.json` had it; None for a new one.
    distance : float, optional
        Distance from its position in the run before; None for a new one.
    """

    id: int
    colour: int
    before: dict[str, Any] | None = None
    distance: float | None = None


@dataclass(frozen=True)
class Change:
    """What became of segments between two runs.

    Parameters
    ----------
    kind : str
        ``new``, ``gone``, ``split`` (one before is two now) or ``merged`` (two before are one now).
    before, now : tuple of int
        Ids of the segments, each as numbered in its run.
    """

    kind: str
    before: tuple[int, ...]
    now: tuple[int, ...]


@dataclass(frozen=True)
class Lineage:
    """The segments of one mode, and how they relate to those of the run before.

    Parameters
    ----------
    identities : tuple of Identity
        Identity of each segment, in the order of the labels.
    last_id : int
        The highest id ever given.
    changes : tuple of Change
        Segments that are new, gone, split or merged.
    compared : bool
        Whether there was a run before with the same features.
    """

    identities: tuple[Identity, ...]
    last_id: int
    changes: tuple[Change, ...] = ()
    compared: bool = False

    @property
    def ids(self) -> list[int]:
        """The ids, in the order of the labels."""
        return [one.id for one in self.identities]


def lineage(
    segments: Sequence[SegmentPosition | None],
    points: WeightedPoints,
    features: Sequence[str],
    before: Mapping[str, Any] | None,
    last_id: int = 0,
) -> Lineage:
    """Match the segments with those of the run before.

    Parameters
    ----------
    segments : sequence of SegmentPosition or None
        Positions of the segments, in the order of their labels; None for one too small to be published, which always
        gets a new id.
    points : WeightedPoints
        All customers; distances are in their standard deviations.
    features : sequence of str
        Roles of the features of the mode.
    before : mapping, optional
        The mode in the `data.json` of the run before.
    last_id : int
        The highest id ever given, where a run other than the one before gave it.
    """
    if before is not None:
        last_id = max(last_id, before.get("last_id", 0), *(part["id"] for part in before["segments"]))
    known = [] if before is None else [part for part in before["segments"] if part["size"] is not None]
    mine = [feature for feature in points.features if feature.role in features]
    if before is None or list(before["features"]) != list(features) or not _are_of_kind(known, mine):
        first = last_id + 1
        return Lineage(tuple(Identity(first + i, i) for i in range(len(segments))), last_id + len(segments))
    places = [
        SegmentPosition(standardised_position(part["means"], part["shares"], points, features), part["size"])
        for part in known
    ]
    there = [(j, one) for j, one in enumerate(segments) if one is not None]
    distances = [[_distance(one.place, other.place) for _, other in there] for one in places]
    pairs = {i: there[j][0] for i, j in _assigned(distances).items()}
    taken = {_colour(known[i]) for i in pairs}
    free = iter([colour for colour in range(COLOURS) if colour not in taken])
    place_before = {now: i for i, now in pairs.items()}
    identities = []
    for j in range(len(segments)):
        i = place_before.get(j)
        if i is None:
            last_id += 1
            identities.append(Identity(last_id, next(free)))
        else:
            distance = _distance(places[i].place, dict(there)[j].place)
            identities.append(Identity(known[i]["id"], _colour(known[i]), known[i], distance))
    changes = _changes([part["id"] for part in known], places, [one.id for one in identities], dict(there), pairs)
    return Lineage(tuple(identities), last_id, changes, compared=True)


def _are_of_kind(segments: Sequence[Mapping[str, Any]], features: Sequence[Feature]) -> bool:
    """Return whether each feature is numeric or categorical as it was before."""
    return all(one.role in part["shares" if one.categorical else "means"] for part in segments for one in features)


def standardised_position(
    means: Mapping[str, float],
    shares: Mapping[str, Mapping[str, float]],
    points: WeightedPoints,
    features: Sequence[str],
) -> dict[str, float]:
    """Return the position of a segment, by coordinate, in standard deviations of all customers.

    Parameters
    ----------
    means : mapping of str to float
        By role of each numeric feature, the segment's mean.
    shares : mapping of str to mapping of str to float
        By role of each categorical feature, the segment's share of each category.
    points : WeightedPoints
        All customers.
    features : sequence of str
        Roles of the features of the mode.
    """
    place = {}
    for feature in points.features:
        if feature.role not in features:
            continue
        if feature.categories is None:
            _, spread = points.scaled_moments[feature.role]
            mean = feature.to_scale(np.array(means[feature.role], dtype=np.float64))
            place[feature.role] = float(mean) / (spread or 1.0)
        else:
            cells = points.cells(feature.role)
            names = feature.categories[:1] if len(feature.categories) == 2 else feature.categories
            for code, name in enumerate(names):
                share = float(points.counts[cells == code].sum()) / points.customers
                unit = math.sqrt(share * (1 - share)) or 1.0
                place[f"{feature.role}={name}"] = shares[feature.role].get(name, 0.0) / unit
    return place


def _distance(one: Place, other: Place) -> float:
    differences = [one[name] - other[name] for name in one]
    return math.sqrt(math.fsum(difference * difference for difference in differences) / len(differences))


def _colour(segment: Mapping[str, Any]) -> int:
    # The first versions had none of their own.
    return int(segment.get("colour", (segment["id"] - 1) % COLOURS))


def _assigned(distances: Sequence[Sequence[float]]) -> dict[int, int]:
    """Return the one-to-one assignment with the least total distance, without pairs beyond `FARTHEST`.

    With ten segments at most, trying all subsets is fast enough.

    Examples
    --------
    >>> _assigned([[0.1, 0.2], [0.1, 0.4], [0.9, 0.9]])
    {0: 1, 1: 0}
    """

    @cache
    def best(row: int, taken: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if row == len(distances):
            return 0.0, ()
        cost, pairs = best(row + 1, taken)
        found = cost + FARTHEST, pairs
        for column, distance in enumerate(distances[row]):
            if not taken >> column & 1 and distance < FARTHEST:
                cost, pairs = best(row + 1, taken | 1 << column)
                found = min(found, (cost + distance, ((row, column), *pairs)))
        return found

    return dict(best(0, 0)[1])


def _changes(
    ids_before: Sequence[int],
    before: Sequence[SegmentPosition],
    ids_now: Sequence[int],
    now: Mapping[int, SegmentPosition],
    pairs: Mapping[int, int],
) -> tuple[Change, ...]:
    gone = [i for i in range(len(before)) if i not in pairs]
    new = [j for j in range(len(ids_now)) if j not in pairs.values()]
    splits = _put_together(dict(enumerate(before)), now, new)
    merges = _put_together(now, dict(enumerate(before)), gone)
    changes = [Change("split", (ids_before[i],), tuple(ids_now[j] for j in parts)) for i, parts in splits]
    changes += [Change("merged", tuple(ids_before[i] for i in parts), (ids_now[j],)) for j, parts in merges]
    told_now = {j for _, parts in splits for j in parts}
    told_before = {i for _, parts in merges for i in parts}
    split_up = {i for i, _ in splits}
    put_together = {j for j, _ in merges}
    changes += [Change("new", (), (ids_now[j],)) for j in new if j not in told_now | put_together]
    changes += [Change("gone", (ids_before[i],), ()) for i in gone if i not in told_before | split_up]
    return tuple(changes)


def _put_together(
    wholes: Mapping[int, SegmentPosition], parts: Mapping[int, SegmentPosition], unknown: Sequence[int]
) -> list[tuple[int, tuple[int, int]]]:
    """Return pairs of parts, at least one of them new or gone, that together have the position of a whole."""
    found = []
    for i, whole in wholes.items():
        for pair in combinations(parts, 2):
            if {*pair} & {*unknown}:
                one, other = (parts[j] for j in pair)
                together = _distance(whole.place, _pooled(one, other))
                if together < PUT_TOGETHER and together < min(
                    _distance(whole.place, one.place), _distance(whole.place, other.place)
                ):
                    found.append((together, i, pair))
    distinct: list[tuple[int, tuple[int, int]]] = []
    for _, i, pair in sorted(found):
        if not any(i == other or {*pair} & {*parts_of} for other, parts_of in distinct):
            distinct.append((i, pair))
    return distinct


def _pooled(one: SegmentPosition, other: SegmentPosition) -> dict[str, float]:
    whole = one.size + other.size
    return {name: (one.place[name] * one.size + other.place[name] * other.size) / whole for name in one.place}
