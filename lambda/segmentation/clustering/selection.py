"""How many segments: the elbow, the silhouette and the stability of each K, weighed by one rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

KS = range(1, 11)

# Segments are found again from this mean adjusted Rand index on: Steinley (2004) calls 0.65 moderate, 0.8 good.
AGREEMENT = 0.75
# Silhouettes that are as near to the highest are as good as that.
AS_GOOD = 0.02
# A segment of fewer customers says little, or of fewer in so many: of less than a hundredth.
MIN_MEMBERS, PER = 5, 500


@dataclass(frozen=True)
class Evidence:
    """The quality measures of the solution for one K.

    Parameters
    ----------
    k : int
        Number of segments.
    inertia : float
        Inertia of the best solution found.
    silhouette : float or None
        Mean silhouette coefficient (Rousseeuw 1987); None where it is not defined, as for K = 1.
    stability : float or None
        Mean adjusted Rand index (Hubert & Arabie 1985) with the segments of resamples; None for K = 1.
    smallest : int
        Number of customers in the smallest segment; of more than 500, of each 500.
    """

    k: int
    inertia: float
    silhouette: float | None
    stability: float | None
    smallest: int = MIN_MEMBERS


@dataclass(frozen=True)
class ChosenK:
    """The number of segments of both modes.

    Parameters
    ----------
    value : int
        The number of segments.
    source : str
        ``setting`` where the user fixed it, ``data`` where the rule chose it.
    """

    value: int
    source: str


def choose_k(evidence: Sequence[Evidence]) -> int:
    """Choose K from elbow, silhouette and stability.

    Among the K whose segments are stable and none too small, it is the one with the highest silhouette. If the
    silhouette at the elbow of the inertias is as good, it is the elbow. Where no K qualifies, all are considered.

    Parameters
    ----------
    evidence : sequence of Evidence
        Evidence for each K in `KS`, in ascending order.

    Examples
    --------
    >>> silhouettes, stabilities = (None, 0.4, 0.7, 0.8, 0.79), (None, 1.0, 1.0, 1.0, 0.6)
    >>> both = zip(silhouettes, stabilities)
    >>> choose_k([Evidence(k, 100 / k, *measures) for k, measures in enumerate(both, 1)])
    4
    """
    candidates = reliable(evidence) or list(evidence[1:])
    highest = max(_silhouette(one) for one in candidates)
    as_good = [one for one in candidates if _silhouette(one) >= highest - AS_GOOD]
    elbow = find_elbow([one.inertia for one in evidence])
    return next((one for one in as_good if one.k == elbow), max(as_good, key=_silhouette)).k


def reliable(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence for the K whose segments are stable and none too small.

    Parameters
    ----------
    evidence : sequence of Evidence
        Evidence for each K.
    """
    return [
        one
        for one in evidence
        if one.stability is not None and one.stability >= AGREEMENT and one.smallest >= MIN_MEMBERS
    ]


def silhouette_peak(evidence: Sequence[Evidence]) -> int:
    """Return the K with the highest silhouette.

    Parameters
    ----------
    evidence : sequence of Evidence
        Evidence for each K in `KS`, in ascending order.
    """
    return max(evidence[1:], key=_silhouette).k


def find_elbow(inertias: list[float]) -> int | None:
    """Return the K at the elbow of the inertia curve; None where it has none.

    It is Kneedle with a sensitivity of 1 (Satopää et al. 2011) for a decreasing, convex curve: the first peak of the
    curve's height over its chord from which it falls by more than the step between two K.

    Parameters
    ----------
    inertias : list of float
        Inertia for each K in `KS`, in ascending order.
    """
    curve = np.array(inertias)
    height = (curve.max() - curve) / np.ptp(curve) - np.linspace(0, 1, len(curve))
    before, after = np.append(height[0], height[:-1]), np.append(height[1:], height[-1])
    peak, threshold = None, -np.inf
    for i in range(len(height) - 1):
        if height[i] >= before[i] and height[i] >= after[i]:
            peak, threshold = i, height[i] - 1 / (len(height) - 1)
        if peak is not None and height[i] <= before[i] and height[i] <= after[i]:
            threshold = 0.0
        if peak is not None and height[i + 1] < threshold:
            return KS[peak]
    return None


def _silhouette(one: Evidence) -> float:
    return -1.0 if one.silhouette is None else one.silhouette
