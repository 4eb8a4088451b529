"""How far segments can be trusted, in words: by what decided, as `verdict.judge` returns it."""

from __future__ import annotations

from segmentation.clustering.result import Clustering
from segmentation.clustering.verdict import (
    ABOVE_CHANCE,
    CHANCE,
    CLEAR,
    DISSOLVED,
    FOUND_AGAIN,
    GOOD_AGREEMENT,
    LESS_AGREEMENT,
    MIN_AGREEMENT,
    NOT_CLEAR,
    NOT_FOUND_AGAIN,
    NOT_RELIABLE,
    OF_MODE,
    OTHERS_DIFFER,
    SOLID,
    Judgement,
    judge,
    needed_above_chance,
)
from segmentation.rounding import hundredths, listed, two_decimals


def explain_trust(clustering: Clustering) -> str:
    """Explain how far the segments of one mode can be trusted, and why.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    by_chance, resampling = clustering.null_reference.silhouette, clustering.stability
    measures = (
        f"silhouette {two_decimals(clustering.silhouette)}, against {two_decimals(by_chance)} that K-Means reaches "
        f"where there are no segments; resamples agree at {two_decimals(resampling.mean)} (adjusted Rand index, "
        f"{two_decimals(resampling.lowest)} at the lowest)"
    )
    found = judge(clustering)
    if found.verdict == SOLID:
        return (
            f"Solid segments: {measures}; each of them is found again "
            f"(Jaccard {two_decimals(float(resampling.jaccards.min()))} at the lowest)."
        )
    if found.verdict == NOT_RELIABLE:
        reasons = {
            CHANCE: _chance(clustering),
            OTHERS_DIFFER: (
                f"Resamples agree at less than {two_decimals(MIN_AGREEMENT)}, so other customers would show other "
                "segments."
            ),
        }
        return (
            f"No reliable segments: {measures}. {' '.join(reasons[reason] for reason in found.reasons)} K-Means always "
            "cuts; take these as a way to sort customers, not as kinds of customers."
        )
    lacking = {
        NOT_CLEAR: f"a silhouette of {two_decimals(CLEAR)}",
        LESS_AGREEMENT: f"an agreement of {two_decimals(GOOD_AGREEMENT)}",
        NOT_FOUND_AGAIN: f"a Jaccard coefficient of {two_decimals(FOUND_AGAIN)} for each segment",
    }
    return (
        f"Tentative segments: {measures}. Solid ones have at least "
        f"{listed([lacking[reason] for reason in found.reasons])}."
    )


def explain_trust_in_segment(found: Judgement, jaccard: float, silhouette: float) -> str:
    """Explain how far one segment can be trusted, and why.

    Parameters
    ----------
    found : Judgement
        The verdict on the segment.
    jaccard : float
        Mean Jaccard coefficient with the most similar segment of resamples.
    silhouette : float
        Mean silhouette coefficient of its customers.
    """
    coefficient, measured = two_decimals(jaccard), f"silhouette {two_decimals(silhouette)}"
    if OF_MODE in found.reasons:
        return (
            f"Not reliable, as no segment of this mode is: Jaccard coefficient {coefficient} in resamples, {measured}."
        )
    if found.verdict == NOT_RELIABLE:
        return (
            f"Not reliable: not found again in resamples, with a Jaccard coefficient of {coefficient}, less than "
            f"{two_decimals(DISSOLVED)}; {measured}."
        )
    recovered = f"found again in resamples with a Jaccard coefficient of {coefficient}, {measured}."
    if found.verdict == SOLID:
        return f"Solid: {recovered}"
    lacking = {
        NOT_FOUND_AGAIN: f"a Jaccard coefficient of {two_decimals(FOUND_AGAIN)}",
        NOT_CLEAR: f"a silhouette of {two_decimals(CLEAR)}",
    }
    return f"Tentative: {recovered} Solid ones have at least {listed([lacking[one] for one in found.reasons])}."


def _chance(clustering: Clustering) -> str:
    """Say by how much the silhouette misses what it takes to be no chance."""
    by_chance, needed = clustering.null_reference.silhouette, needed_above_chance(clustering)
    if hundredths(clustering.silhouette) <= hundredths(by_chance):
        return f"The silhouette is not above {two_decimals(by_chance)}, so it may be chance."
    missed = f"The silhouette is less than {two_decimals(needed)} above {two_decimals(by_chance)}, so it may be chance"
    varies = hundredths(needed) > hundredths(ABOVE_CHANCE)
    return f"{missed}: without segments, silhouettes vary that much." if varies else f"{missed}."
