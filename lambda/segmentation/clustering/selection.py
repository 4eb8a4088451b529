"""How many segments: the elbow, the silhouette and the stability of each K, weighed by one rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.rounding import hundredths

KS = range(1, 11)

# Segments are found again from this mean adjusted Rand index on: Steinley (2004) calls 0.65 moderate, 0.8 good.
AGREEMENT = 0.75
# Silhouettes that are as near to the highest are as good as that. It and agreements are compared in hundredths, as they
# are printed, so that what is said of them is true as it is read.
AS_GOOD = 0.02
# A smaller segment says little. Of more than 500 customers, it is five in 500: a hundredth of all.
MIN_MEMBERS, PER = 5, 500
# What speaks against a K: resamples do not find its segments again, or a segment is too small.
UNSTABLE, SMALL = "unstable", "small"


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
        Mean silhouette coefficient (Rousseeuw 1987); None for K = 1.
    stability : float or None
        Mean adjusted Rand index (Hubert & Arabie 1985) with the segments of resamples; None for K = 1.
    smallest : int
        Number of customers in the smallest segment, per 500 customers where there are more than 500.
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


@dataclass(frozen=True)
class Choice:
    """The K that the rule takes, and what decided.

    Parameters
    ----------
    k : int
        The number of segments.
    highest : int
        The K with the highest silhouette among those considered.
    considered : tuple of int
        The K among which was chosen: those without a flaw, else all.
    flaws : mapping of int to tuple of str
        By K, its flaws: `UNSTABLE`, `SMALL`; empty where there are none.
    """

    k: int
    highest: int
    considered: tuple[int, ...]
    flaws: Mapping[int, tuple[str, ...]]

    @property
    def by_elbow(self) -> bool:
        """Whether K was chosen as the elbow, though another silhouette is higher."""
        return self.k != self.highest

    @property
    def qualified(self) -> bool:
        """Whether the chosen K has no flaw."""
        return not self.flaws[self.k]


def choose_k(evidence: Sequence[Evidence]) -> int:
    """Choose K from elbow, silhouette and stability, see `weigh`.

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
    return weigh(evidence).k


def weigh(evidence: Sequence[Evidence]) -> Choice:
    """Choose K from elbow, silhouette and stability, and return what decided.

    Among the K whose segments are stable and none too small, it is the one with the highest silhouette. If the
    silhouette at the elbow of the inertias is as good, it is the elbow. Where no K qualifies, all are considered.

    Parameters
    ----------
    evidence : sequence of Evidence
        Evidence for each K in `KS`, in ascending order.
    """
    candidates = reliable(evidence) or list(evidence[1:])
    highest = max(candidates, key=_silhouette)
    elbow = find_elbow([one.inertia for one in evidence])
    least = hundredths(_silhouette(highest)) - hundredths(AS_GOOD)
    chosen = next((one for one in candidates if one.k == elbow and hundredths(_silhouette(one)) >= least), highest)
    return Choice(
        chosen.k, highest.k, tuple(one.k for one in candidates), {one.k: flaws(one) for one in evidence if one.k > 1}
    )


def flaws(one: Evidence) -> tuple[str, ...]:
    """Return what speaks against the segments for one K: `UNSTABLE`, `SMALL`, both or nothing.

    Parameters
    ----------
    one : Evidence
        The evidence for a K of at least 2.
    """
    unstable = one.stability is None or hundredths(one.stability) < hundredths(AGREEMENT)
    return (UNSTABLE,) * unstable + (SMALL,) * (one.smallest < MIN_MEMBERS)


def reliable(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence for the K whose segments are stable and none too small.

    Parameters
    ----------
    evidence : sequence of Evidence
        Evidence for each K.
    """
    return [one for one in evidence if one.k > 1 and not flaws(one)]


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
