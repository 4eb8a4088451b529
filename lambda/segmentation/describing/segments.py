"""Stage 4, describe: what each segment of a mode is."""

from __future__ import annotations

from dataclasses import dataclass

from segmentation.describing.lineage import Identity, Lineage
from segmentation.describing.naming import Naming
from segmentation.describing.profile import Profile


@dataclass(frozen=True)
class Trust:
    """How far one segment can be trusted.

    Parameters
    ----------
    verdict : str
        ``solid``, ``tentative`` or ``none``.
    stability : float
        Mean Jaccard coefficient with the most similar segment of resamples, 0 to 1.
    silhouette : float
        Mean silhouette coefficient of its customers.
    text : str
        The same as a sentence.
    """

    verdict: str
    stability: float
    silhouette: float
    text: str


@dataclass(frozen=True)
class Segment:
    """One segment of one mode.

    Parameters
    ----------
    identity : Identity
        Its id and predecessor.
    profile : Profile
        Its numbers.
    naming : Naming
        Its name from its position.
    name : str
        Its name: from the settings, or from its position.
    trust : Trust or None
        How far it can be trusted; None where it is too small to be published.
    analysis, action : str
        Sentences on its numbers and on what to do about it; empty where it is too small.
    """

    identity: Identity
    profile: Profile
    naming: Naming
    name: str
    trust: Trust | None
    analysis: str
    action: str


@dataclass(frozen=True)
class Mode:
    """The segments of one mode.

    Parameters
    ----------
    segments : list of Segment
        The segments, in the order of their labels.
    everyone : Profile
        Profile of all customers.
    lineage : Lineage
        How the segments relate to those of the run before.
    """

    segments: list[Segment]
    everyone: Profile
    lineage: Lineage
