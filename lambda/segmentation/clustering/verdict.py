"""How far segments can be trusted: one verdict from silhouettes, resamples and the comparison with chance."""

from __future__ import annotations

from segmentation.clustering.result import Clustering

SOLID, TENTATIVE, NOT_RELIABLE = "solid", "tentative", "none"

# A silhouette must exceed those of data without segments by this much, and by so many of their standard deviations.
ABOVE_CHANCE, DEVIATIONS_ABOVE_CHANCE = 0.04, 3.0
# Where resamples agree less than this, other customers would show other segments.
MIN_AGREEMENT = 0.5
# What solid segments have: half of the way to the next one (Kaufman & Rousseeuw 1990), resamples that agree well
# (Steinley 2004), and each of them found again (Hennig 2007).
CLEAR, GOOD_AGREEMENT, FOUND_AGAIN = 0.5, 0.85, 0.75
# A segment below this is dissolved by resampling rather than found again (Hennig 2007).
DISSOLVED = 0.5


def verdict(clustering: Clustering) -> str:
    """Return `SOLID`, `TENTATIVE` or `NOT_RELIABLE` for the segments of one mode.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    silhouette = clustering.fit.evidence.silhouette or 0.0
    resampling = clustering.stability
    if not is_above_chance(clustering) or resampling.mean < MIN_AGREEMENT:
        return NOT_RELIABLE
    if silhouette >= CLEAR and resampling.mean >= GOOD_AGREEMENT and resampling.jaccards.min() >= FOUND_AGAIN:
        return SOLID
    return TENTATIVE


def verdicts_of_segments(clustering: Clustering) -> list[str]:
    """Return the verdict on each segment; none is reliable where the mode is not.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    if verdict(clustering) == NOT_RELIABLE:
        return [NOT_RELIABLE] * clustering.k
    return [
        SOLID if jaccard >= FOUND_AGAIN and silhouette >= CLEAR else NOT_RELIABLE if jaccard < DISSOLVED else TENTATIVE
        for jaccard, silhouette in zip(clustering.stability.jaccards, clustering.silhouettes, strict=True)
    ]


def is_above_chance(clustering: Clustering) -> bool:
    """Return whether the segments are better separated than those K-Means finds in data without segments.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    reference = clustering.null_reference
    excess = reference.observed - reference.silhouette
    return excess >= ABOVE_CHANCE and excess >= DEVIATIONS_ABOVE_CHANCE * reference.spread
