"""Stage 4, interpret: sentences about what sets a mode apart, about pairs of features, and about both modes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segmentation.clustering.result import Clustering
from segmentation.clustering.selection import KS, silhouette_peak
from segmentation.describing.segments import Mode
from segmentation.rounding import hundredths, percent, two_decimals
from segmentation.schema.features import Feature
from segmentation.schema.meanings import GENDER

# A category explains this much of its own variance where it is what the segments are cut by.
_SPLIT_BY = 0.75


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
            # What holds for everyone is no matter of the segments.
            if single and exact and max(mode.everyone.shares[feature.role].values()) < 1:
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
    # As it is printed.
    size = abs(hundredths(r))
    strength = "strong" if size >= 50 else "moderate" if size >= 30 else "weak" if size >= 10 else "no"
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
    return GENDER if feature.meaning == GENDER else feature.name
