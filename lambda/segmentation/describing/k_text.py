"""Why K was chosen, in words: by what decided, as `selection.weigh` returns it."""

from __future__ import annotations

from segmentation.clustering.result import Clustering
from segmentation.clustering.selection import (
    AS_GOOD,
    MIN_MEMBERS,
    PER,
    SMALL,
    UNSTABLE,
    Choice,
    ChosenK,
    Evidence,
    silhouette_peak,
    weigh,
)
from segmentation.rounding import in_words, listed, percent, two_decimals

_A_CHOICE = "the number of segments is a choice, not a fact."
_FOUND, _FOUND_AGAIN = "resamples find the same segments again", "resamples find again"


def explain_k(chosen: ChosenK, bivariate: Clustering, customers: int, *, exact: bool = True) -> str:
    """Explain why K was chosen: by what decided, and what speaks for another K.

    Parameters
    ----------
    chosen : ChosenK
        The number of segments, and where it comes from.
    bivariate : Clustering
        The clustering of the bivariate mode, by which K is chosen.
    customers : int
        Number of customers.
    exact : bool
        Whether numbers of customers may be told exactly.
    """
    k, evidence = chosen.value, bivariate.evidence
    choice = weigh(evidence)
    reason = _Reason(choice, bivariate, _SmallSegments(customers, exact))
    if chosen.source != "setting":
        return f"{_with_measures(evidence[k - 1])}: {reason.text()}"
    first = _with_measures(evidence[k - 1], " was fixed by a setting")
    if choice.k == k:
        return f"{first}. The curves point to the same K: {reason.text()}"
    flaws = f"; {listed(reason.flaws(k))}" if choice.flaws[k] else ""
    return f"{first}{flaws}. The curves point to {_with_measures(evidence[choice.k - 1])}: {reason.text()}"


class _SmallSegments:
    """What is said of segments that hold too few customers.

    Parameters
    ----------
    customers : int
        Number of customers.
    exact : bool
        Whether it may be told how few.
    """

    def __init__(self, customers: int, exact: bool) -> None:
        share = percent(MIN_MEMBERS / PER)
        few, enough = f"fewer than {in_words(MIN_MEMBERS)} customers", f"at least {in_words(MIN_MEMBERS)} customers"
        if customers > PER:
            few, enough = f"less than {share} of the customers", f"at least {share} of the customers"
        self.few, self.enough = (few, enough) if exact else ("too few customers", "enough customers")


class _Reason:
    """What decided for the K that the rule takes.

    Parameters
    ----------
    choice : Choice
        What the rule takes.
    clustering : Clustering
        The clustering of the mode by which K is chosen.
    small : _SmallSegments
        How small segments are told of.
    """

    def __init__(self, choice: Choice, clustering: Clustering, small: _SmallSegments) -> None:
        self._choice, self._small = choice, small
        self._evidence, self._elbow = clustering.evidence, clustering.elbow
        self._peak = silhouette_peak(self._evidence)

    def text(self) -> str:
        """Return the reason as sentences that go on after a colon."""
        others = self._against()
        text = f"there {listed(self._for())}."
        if others:
            return f"{text} On the other hand, {listed(others)}: {_A_CHOICE}"
        return f"{text} {_A_CHOICE.capitalize()}" if self._choice.by_elbow else f"{text} All three agree."

    def flaws(self, k: int, segments: str = "the same segments", segment: str = "a segment") -> list[str]:
        """Return what speaks against a K.

        Parameters
        ----------
        k : int
            The number of segments.
        segments, segment : str
            What its segments, and one of them, are called.
        """
        phrases = {
            UNSTABLE: f"resamples do not find {segments} again",
            SMALL: f"{segment} has {self._small.few}",
        }
        return [phrases[flaw] for flaw in self._choice.flaws[k]]

    def _for(self) -> list[str]:
        choice, restriction = self._choice, self._restriction()
        found = [_FOUND] if choice.qualified and _FOUND_AGAIN not in restriction else []
        bends = ["the inertia curve bends"] if choice.k == self._elbow else []
        if not choice.by_elbow:
            highest = f"the silhouette is {'the ' if restriction else ''}highest{restriction}"
            # What has a comma in it comes last.
            return [*found, *bends, highest] if "," in restriction else [highest, *found, *bends]
        highest = f"{self._silhouette(choice.highest)} at K = {choice.highest}"
        return [*bends, *found, f"the silhouette is at most {AS_GOOD} below the highest{restriction} ({highest})"]

    def _restriction(self) -> str:
        """Return which K were considered; empty where that makes no difference for the highest silhouette."""
        if self._peak in self._choice.considered:
            return ""
        excluded = [found for k, found in self._choice.flaws.items() if k not in self._choice.considered]
        if all(UNSTABLE in found for found in excluded):
            return f" of all K whose segments {_FOUND_AGAIN}"
        enough = self._small.enough
        if all(SMALL in found for found in excluded):
            return f" of all K whose segments have {enough} each"
        return f" of all K whose segments {_FOUND_AGAIN}, with {enough} each"

    def _against(self) -> list[str]:
        against = [] if self._choice.qualified else [self._flaw_of_all()]
        elsewhere = self._peak not in self._choice.considered
        if elsewhere:
            against.append(f"the silhouette is highest at K = {self._peak} ({self._but(self._peak)})")
        if self._elbow is None:
            against.append("the inertia curve bends nowhere")
        elif self._elbow != self._choice.k:
            told = self._elbow == 1 or (elsewhere and self._elbow == self._peak)
            against.append(
                f"the inertia curve bends at K = {self._elbow}{'' if told else f' ({self._but(self._elbow)})'}"
            )
        return against

    def _flaw_of_all(self) -> str:
        """Return what is wrong with the chosen K where no K is without a flaw."""
        found = self._choice.flaws
        if all(UNSTABLE in one for one in found.values()):
            return f"{_FOUND} at no K"
        if all(SMALL in one for one in found.values()):
            return f"at every K a segment has {self._small.few}"
        return f"{listed(self.flaws(self._choice.k))} (the other K are no better)"

    def _but(self, k: int) -> str:
        """Return the silhouette of a K that was not taken, and its flaws where those are why."""
        flaws = [] if k in self._choice.considered else self.flaws(k, "those segments", "one of those segments")
        return f"silhouette {self._silhouette(k)}{f', but {listed(flaws)}' if flaws else ''}"

    def _silhouette(self, k: int) -> str:
        return two_decimals(self._evidence[k - 1].silhouette or 0.0)


def _with_measures(one: Evidence, how: str = "") -> str:
    return (
        f"K = {one.k}{how} (silhouette {two_decimals(one.silhouette or 0.0)}, "
        f"resamples agree at {two_decimals(one.stability or 0.0)})"
    )
