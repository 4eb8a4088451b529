"""Stage 4, interpret: sentences about how many segments there are, how far to trust them, and what features add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segmentation.clustering.result import Clustering
from segmentation.clustering.selection import KS, ChosenK, reliable, silhouette_peak
from segmentation.clustering.verdict import (
    CLEAR,
    FOUND_AGAIN,
    GOOD_AGREEMENT,
    MIN_AGREEMENT,
    NOT_RELIABLE,
    SOLID,
    is_above_chance,
    verdict,
)
from segmentation.describing.segments import Mode
from segmentation.rounding import percent, two_decimals
from segmentation.schema.features import Feature

# A category explains this much of its own variance where it is what the segments are cut by.
_SPLIT_BY = 0.75


def explain_k(chosen: ChosenK, bivariate: Clustering) -> str:
    """Explain in one or two sentences why K was chosen.

    Parameters
    ----------
    chosen : ChosenK
        The number of segments, and where it comes from.
    bivariate : Clustering
        The clustering of the bivariate mode, by which K is chosen.
    """
    evidence = bivariate.evidence
    one = bivariate.fit.evidence
    elbow, peak, solid = bivariate.elbow, silhouette_peak(evidence), reliable(evidence)
    measures = (
        f"silhouette {two_decimals(one.silhouette or 0.0)}, resamples agree at {two_decimals(one.stability or 0.0)}"
    )
    says = []
    if one.k == peak:
        says.append("the silhouette is highest")
    if one in solid:
        says.append("resamples find the same segments again")
    if one.k == elbow:
        says.append("the inertia curve bends")
    agree = f"there {_listed(says)}" if says else "no curve points to it"
    others = []
    if one.k != peak:
        best = evidence[peak - KS.start]
        note = "" if best in solid else ", but resamples do not find those segments again"
        others.append(f"the silhouette is highest at K = {peak} ({two_decimals(best.silhouette or 0.0)}{note})")
    if one.k != elbow:
        where = "nowhere" if elbow is None else f"at K = {elbow}"
        others.append(f"the inertia curve bends {where}")
    if one not in solid:
        others.append("resamples do not find the same segments again")
    how = " was fixed by a setting" if chosen.source == "setting" else ""
    first = f"K = {chosen.value}{how} ({measures}): {agree}."
    if not others:
        return f"{first} All three agree."
    return f"{first} On the other hand, {_listed(others)}: the number of segments is a choice, not a fact."


def explain_trust(clustering: Clustering) -> str:
    """Explain how far the segments of one mode can be trusted, and why.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    reference, resampling = clustering.null_reference, clustering.stability
    by_chance = (
        f"silhouette {two_decimals(reference.observed)}, against {two_decimals(reference.silhouette)} "
        "that K-Means reaches where there are no segments"
    )
    lowest = two_decimals(resampling.lowest)
    agreement = f"resamples agree at {two_decimals(resampling.mean)} (adjusted Rand index, {lowest} at the lowest)"
    found = verdict(clustering)
    if found == SOLID:
        return (
            f"Solid segments: {by_chance}; {agreement}; each of them is found again "
            f"(Jaccard {two_decimals(float(resampling.jaccards.min()))} at the lowest)."
        )
    if found == NOT_RELIABLE:
        why = "that is no more than chance" if not is_above_chance(clustering) else f"below {MIN_AGREEMENT} is chance"
        return (
            f"No reliable segments: {by_chance}; {agreement}; {why}. K-Means always cuts; "
            "take these as a way to sort customers, not as kinds of customers."
        )
    lacking = []
    if (clustering.fit.evidence.silhouette or 0.0) < CLEAR:
        lacking.append(f"a silhouette of {two_decimals(CLEAR)}")
    if resampling.mean < GOOD_AGREEMENT:
        lacking.append(f"an agreement of {two_decimals(GOOD_AGREEMENT)}")
    if resampling.jaccards.min() < FOUND_AGAIN:
        lacking.append(f"a Jaccard coefficient of {two_decimals(FOUND_AGAIN)} for each segment")
    return f"Tentative segments: {by_chance}; {agreement}. Solid ones have at least {_listed(lacking)}."


def explain_mode(
    clustering: Clustering,
    mode: Mode,
    explained: Mapping[str, float],
    features: Sequence[Feature],
    *,
    exact: bool = True,
) -> str:
    """Return further remarks on a mode: where its curves point to another K, and which category splits it.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    mode : Mode
        The segments of the mode.
    explained : mapping of str to float
        By role, the share of each feature's variance that the segments explain.
    features : sequence of Feature
        The features of the mode.
    exact : bool
        Whether shares are exact; otherwise segments that hold one category only are not mentioned.
    """
    evidence, k = clustering.evidence, clustering.k
    sentences = []
    if clustering.elbow != k or silhouette_peak(evidence) != k:
        sentences.append(f"On its own features, {_what_curves_say(clustering)}.")
    for feature in features:
        if feature.categorical and len(mode.everyone.shares[feature.role]) > 1:
            shares = [one.profile.shares[feature.role] for one in mode.segments if one.profile.is_published]
            single = sum(max(one.values()) == 1 for one in shares)
            what = _feature_phrase(feature)
            if single and exact:
                verb = "holds" if single == 1 else "hold"
                sentences.append(f"Of the {len(mode.segments)} segments, {single} {verb} one {what} only.")
            if feature.role == split_by(explained, features):
                sentences.append(
                    f"{what[:1].upper() + what[1:]} alone splits the segments: they explain "
                    f"{percent(explained[feature.role])} of its variance, more than of any other feature. "
                    f"To see segments that rest on behaviour, leave {what} out in settings.json."
                )
    return " ".join(sentences)


def split_by(explained: Mapping[str, float], features: Sequence[Feature]) -> str | None:
    """Return the categorical feature that splits the segments more than any other feature; None if none does.

    Parameters
    ----------
    explained : mapping of str to float
        By role, the share of each feature's variance that the segments explain.
    features : sequence of Feature
        The features of the mode.
    """
    categorical = {feature.role for feature in features if feature.categorical and feature.role in explained}
    most = max(explained, key=lambda role: explained[role])
    return most if most in categorical and explained[most] >= _SPLIT_BY else None


def explain_pair(x: Feature, y: Feature, r: float) -> str:
    """Explain a correlation, in Cohen's (1988) words for its size.

    Parameters
    ----------
    x, y : Feature
        The two features.
    r : float
        Their correlation.
    """
    size = abs(r)
    strength = "strong" if size >= 0.5 else "moderate" if size >= 0.3 else "weak" if size >= 0.1 else "no"
    direction = "" if strength == "no" else " falling" if r < 0 else " rising"
    return (
        f"{strength.capitalize()}{direction} linear relation (r = {two_decimals(r)}): {x.name} accounts for "
        f"{100 * r * r:.0f}% of the variation in {y.name}."
    )


def explain_comparison(
    agreement: float,
    modes: Mapping[str, Mode],
    explained: Mapping[str, float],
    added: Sequence[Feature],
    shared: Any,
    fewest: int = 1,
) -> str:
    """Explain what the second mode adds to the first.

    Parameters
    ----------
    agreement : float
        Adjusted Rand index of both modes.
    modes : mapping of str to Mode
        By name, both modes in their order.
    explained : mapping of str to float
        By role, the share of each feature's variance that the second mode explains.
    added : sequence of Feature
        The features that only the second mode rests on.
    shared : ndarray, shape (n_segments, n_other_segments)
        Number of customers that two segments share.
    fewest : int
        Smallest number of shared customers that may be mentioned.
    """
    first, second = modes.values()
    text = f"The two views agree at {two_decimals(agreement)} (adjusted Rand index; 1 is the same, 0 is chance)."
    if not added:
        return f"{text} Both rest on the same features."
    most = max(added, key=lambda feature: explained[feature.role])
    # A part counts if it is a tenth of the segment, and a segment if it is published.
    parts = ((10 * shared >= shared.sum(axis=1, keepdims=True)) & (shared >= fewest)).sum(axis=1)
    parts *= [one.profile.is_published for one in first.segments]
    widest = int(parts.argmax())
    name = first.segments[widest].name
    spread = (
        f"'{name}' falls into {parts[widest]} of the {len(second.segments)} multivariate segments"
        if parts[widest] > 1
        else "no bivariate segment falls apart"
    )
    return (
        f"{text} What the second one adds is {_feature_phrase(most)}: its segments explain "
        f"{percent(explained[most.role])} of the variance of {_feature_phrase(most)}, and {spread}."
    )


def _what_curves_say(clustering: Clustering) -> str:
    elbow, peak = clustering.elbow, silhouette_peak(clustering.evidence)
    where = "nowhere" if elbow is None else f"at K = {elbow}"
    last = ", the largest tried" if peak == KS[-1] else ""
    return f"the inertia curve bends {where} and the silhouette is highest at K = {peak}{last}"


def _feature_phrase(feature: Feature) -> str:
    return feature.role if feature.role == "gender" else feature.name


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
