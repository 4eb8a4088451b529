"""The segments of a mode described: numbers, ids, names and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segmentation.clustering.kmeans import Labels
from segmentation.clustering.result import Clustering
from segmentation.clustering.verdict import judge_segments
from segmentation.describing.lineage import Identity, SegmentPosition, lineage, standardised_position
from segmentation.describing.naming import Naming, each_meaning_once, namings
from segmentation.describing.profile import profiles
from segmentation.describing.segments import Mode, Segment, Trust
from segmentation.describing.sentences import action, analysis
from segmentation.describing.trust_text import explain_trust_in_segment
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.features import Feature


def describe_mode(
    points: WeightedPoints,
    labels: Labels,
    roles: Sequence[str],
    axes: Sequence[str],
    clustering: Clustering,
    disclosure: Disclosure,
    summed: Feature | None = None,
    before: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
    last_id: int = 0,
) -> Mode:
    """Describe the segments of one mode.

    Parameters
    ----------
    points : WeightedPoints
        The customers with all features.
    labels : ndarray of intp, shape (n_points,)
        Segment of each point, counted from 0.
    roles : sequence of str
        Roles of the features of the mode; others are not mentioned.
    axes : sequence of str
        Roles of the bivariate features, which come first where several have one meaning.
    clustering : Clustering
        The clustering of the mode.
    disclosure : Disclosure
        How exactly numbers are published.
    summed : Feature, optional
        The feature of whose sum each segment has a share, see `segmentation.describing.profile.summed_feature`.
    before : mapping, optional
        The mode in the `data.json` of the run before.
    names : mapping of str to str, optional
        By id, the names that the user gave to segments.
    last_id : int
        The highest id ever given, see `segmentation.describing.lineage.lineage`.
    """
    described, everyone = profiles(points, labels, roles, summed, disclosure)
    features = each_meaning_once([feature for feature in points.features if feature.role in roles], axes)
    positions = [
        None
        if one.size is None
        else SegmentPosition(standardised_position(one.means, one.shares, points, roles), one.size)
        for one in described
    ]
    known = lineage(positions, points, roles, before, last_id)
    named = namings(features, described, everyone, known.identities)
    shown = _shown_names(named, known.identities, names or {})
    trusts = _trusts(clustering, disclosure)
    segments = [
        Segment(
            identity,
            profile,
            naming,
            name,
            trust if profile.is_published else None,
            analysis(features, profile, everyone) if profile.is_published else "",
            action(features, profile, everyone, naming, summed) if profile.is_published else "",
        )
        for identity, profile, naming, name, trust in zip(
            known.identities, described, named, shown, trusts, strict=True
        )
    ]
    return Mode(segments, everyone, known)


def _shown_names(named: Sequence[Naming], identities: Sequence[Identity], chosen: Mapping[str, str]) -> list[str]:
    """Return the names from the settings, else those from the position, made unique."""
    taken = {chosen[str(identity.id)] for identity in identities if str(identity.id) in chosen}
    return [
        chosen.get(str(identity.id))
        or (f"{naming.name}, segment {identity.id}" if naming.name in taken else naming.name)
        for naming, identity in zip(named, identities, strict=True)
    ]


def _trusts(clustering: Clustering, disclosure: Disclosure) -> list[Trust]:
    measures = zip(clustering.stability.jaccards.tolist(), clustering.silhouettes.tolist(), strict=True)
    return [
        Trust(
            found.verdict,
            disclosure.measure(jaccard),
            disclosure.measure(silhouette),
            explain_trust_in_segment(found, jaccard, silhouette),
        )
        for found, (jaccard, silhouette) in zip(judge_segments(clustering), measures, strict=True)
    ]
