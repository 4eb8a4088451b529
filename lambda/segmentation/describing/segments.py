"""Stage 4, describe: what each segment of a mode is."""

from __future__ import annotations

from dataclasses import dataclass

from segmentation.describing.lineage import Identity, Lineage
from segmentation.describing.naming import (
    Naming,
)
from segmentation.describing.profile import Profile


@dataclass(frozen=True)
class Trust:
    """How far one segment can be trusted.

    Parameters
    ----------
    verdict : str
        ``solid``, ``tentative`` or ``none``.
    stability : float
        Mean Jaccard coefficient with what is most like it in resamples, 0 to 1.
    silhouette : float
        Mean silhouette coefficient of its customers.
    text : str
        The same in words.
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
        Who it is.
    profile : Profile
        Its numbers.
    naming : Naming
        What it is called by its place.
    name : str
        What it is called: as the settings say, or by its place.
    trust : Trust or None
        How far it can be trusted; None where it has too few customers to be told of.
    analysis, action : str
        What the numbers say, and what to do about it; nothing where it has too few customers.
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
    """What the segments of one mode are.

    Parameters
    ----------
    segments : list of Segment
        In the order of their labels.
    everyone : Profile
        All customers.
    lineage : Lineage
        What they have to do with those of the run before.
    """

    segments: list[Segment]
    everyone: Profile
    lineage: Lineage
