"""How far segments can be trusted: one verdict from silhouettes, resamples and the comparison with chance.

All measures are compared in hundredths, as they are printed, so that the reason that is given is true as it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from segmentation.clustering.result import Clustering
from segmentation.rounding import hundredths

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

# The reasons for a verdict that is not `SOLID`.
CHANCE, OTHERS_DIFFER = "chance", "others differ"
NOT_CLEAR, LESS_AGREEMENT, NOT_FOUND_AGAIN = "not clear", "less agreement", "not found again"
OF_MODE = "of mode"


@dataclass(frozen=True)
class Judgement:
    """A verdict with the reasons that decided.

    Parameters
    ----------
    verdict : str
        `SOLID`, `TENTATIVE` or `NOT_RELIABLE`.
    reasons : tuple of str
        For `NOT_RELIABLE`, `CHANCE` and `OTHERS_DIFFER`; of a segment, `OF_MODE` or `NOT_FOUND_AGAIN`. For `TENTATIVE`,
        `NOT_CLEAR`, `LESS_AGREEMENT` and `NOT_FOUND_AGAIN`. Empty for `SOLID`.
    """

    verdict: str
    reasons: tuple[str, ...] = ()


def judge(clustering: Clustering) -> Judgement:
    """Return the verdict on the segments of one mode.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    resampling = clustering.stability
    against = _holding(
        {
            CHANCE: not is_above_chance(clustering),
            OTHERS_DIFFER: _is_below(resampling.mean, MIN_AGREEMENT),
        }
    )
    if against:
        return Judgement(NOT_RELIABLE, against)
    lacking = _holding(
        {
            NOT_CLEAR: _is_below(clustering.silhouette, CLEAR),
            LESS_AGREEMENT: _is_below(resampling.mean, GOOD_AGREEMENT),
            NOT_FOUND_AGAIN: _is_below(float(resampling.jaccards.min()), FOUND_AGAIN),
        }
    )
    return Judgement(TENTATIVE, lacking) if lacking else Judgement(SOLID)


def judge_segments(clustering: Clustering) -> list[Judgement]:
    """Return the verdict on each segment; none is reliable where the mode is not.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    if verdict(clustering) == NOT_RELIABLE:
        return [Judgement(NOT_RELIABLE, (OF_MODE,))] * clustering.k
    return [
        _of_segment(float(jaccard), float(silhouette))
        for jaccard, silhouette in zip(clustering.stability.jaccards, clustering.silhouettes, strict=True)
    ]


def verdict(clustering: Clustering) -> str:
    """Return `SOLID`, `TENTATIVE` or `NOT_RELIABLE` for the segments of one mode.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    return judge(clustering).verdict


def verdicts_of_segments(clustering: Clustering) -> list[str]:
    """Return the verdict on each segment; none is reliable where the mode is not.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    return [one.verdict for one in judge_segments(clustering)]


def is_above_chance(clustering: Clustering) -> bool:
    """Return whether the segments are better separated than those K-Means finds in data without segments.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    excess = hundredths(clustering.silhouette) - hundredths(clustering.null_reference.silhouette)
    return excess >= hundredths(needed_above_chance(clustering))


def needed_above_chance(clustering: Clustering) -> float:
    """Return by how much the silhouette must exceed that of data without segments.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    """
    return max(ABOVE_CHANCE, DEVIATIONS_ABOVE_CHANCE * clustering.null_reference.spread)


def _of_segment(jaccard: float, silhouette: float) -> Judgement:
    if _is_below(jaccard, DISSOLVED):
        return Judgement(NOT_RELIABLE, (NOT_FOUND_AGAIN,))
    lacking = _holding({NOT_FOUND_AGAIN: _is_below(jaccard, FOUND_AGAIN), NOT_CLEAR: _is_below(silhouette, CLEAR)})
    return Judgement(TENTATIVE, lacking) if lacking else Judgement(SOLID)


def _is_below(measure: float, threshold: float) -> bool:
    return hundredths(measure) < hundredths(threshold)


def _holding(reasons: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(reason for reason, holds in reasons.items() if holds)
