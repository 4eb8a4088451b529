"""What other methods find, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segmentation.clustering.second_opinion import DENSITY, GAUSSIAN_MIXTURE, MOST_NOISE, WARD
from segmentation.clustering.verdict import NOT_RELIABLE, SOLID, TENTATIVE
from segmentation.rounding import in_words, listed, percent

_NAMES = {GAUSSIAN_MIXTURE: "the Gaussian mixture", WARD: "Ward's method", DENSITY: "HDBSCAN"}


def explain_second_opinion(
    methods: Sequence[Mapping[str, Any]], k: int, *, categorical: bool, verdict: str = TENTATIVE
) -> str:
    """Say how many other methods find the same segments, and what it means where some do not.

    Parameters
    ----------
    methods : sequence of mapping
        The methods with their numbers as published, see `data.schema.json` under `second_opinion`.
    k : int
        The number of segments.
    categorical : bool
        Whether the segments also rest on categories, which the other methods do not see.
    verdict : str
        How far the segments can be trusted, which other methods have no part in; that is said where both differ most.
    """
    others = [one for one in methods if not one["same"]]
    groups = f"{in_words(k)} groups"
    agreeing = len(methods) - len(others)
    total = f"of {in_words(len(methods))} other methods"
    if not others:
        same = f"the same {groups}" if all(one["clusters"] == k for one in methods) else "nearly the same groups"
        return " ".join([f"{in_words(agreeing).capitalize()} {total} find {same}.", *_beside(verdict, agreeing)])
    if not agreeing:
        first = f"None {total} finds the same {groups}."
    else:
        finds, do = "finds" if agreeing == 1 else "find", "does" if len(others) == 1 else "do"
        names = listed([_NAMES[one["method"]] for one in others])
        first = f"{in_words(agreeing).capitalize()} {total} {finds} the same {groups}; {names} {do} not."
    meanings = [first, _meaning(others, k)]
    if categorical:
        meanings.append("The other methods compare numbers only, so part of the difference may come from categories.")
    return " ".join([*meanings, *_beside(verdict, agreeing)])


def _beside(verdict: str, agreeing: int) -> list[str]:
    """Say how that goes together with the verdict, where it may seem not to."""
    if verdict == SOLID and not agreeing:
        return ['The verdict "solid" is about K-Means alone, which finds the same segments in resamples.']
    if verdict == NOT_RELIABLE and agreeing:
        return ["That alone does not make the segments reliable."]
    return []


def _meaning(others: Sequence[Mapping[str, Any]], k: int) -> str:
    """Say what follows for the segments from what HDBSCAN finds, else from borders that lie elsewhere."""
    dense = next((one for one in others if one["method"] == DENSITY), None)
    if dense is None:
        whose = "Its" if len(others) == 1 else "Their"
        return f"{whose} borders run elsewhere, so a customer near a border could as well be in the next segment."
    found = in_words(dense["clusters"])
    if dense["clusters"] < 2:
        return "The customers form no separate dense groups, so the borders between segments are a choice."
    if dense["noise"] > MOST_NOISE:
        return (
            f"HDBSCAN leaves {percent(dense['noise'])} of the customers outside its dense groups: most are spread in "
            "between, so the borders between segments are a choice."
        )
    if dense["clusters"] < k:
        return (
            f"HDBSCAN finds {found} dense groups: not all segments are set apart by a gap, so some of the borders "
            "between them are a choice."
        )
    if dense["clusters"] > k:
        return f"HDBSCAN finds {found} dense groups: some segments hold more than one."
    return "HDBSCAN finds as many dense groups, but K-Means cuts through them."
