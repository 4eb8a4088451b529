"""Stage 4, interpret: centroids to what each segment is, in numbers and in words.

The only place that knows what a segment means. Every sentence is composed of numbers of this run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.cluster import KS, ChosenK, Clustering
from segmentation.compress import WeightedPoints
from segmentation.errors import shortened
from segmentation.ingest import LONGEST_NAME, Feature
from segmentation.rounding import percent, readable

# Half a standard deviation from the mean of all customers is where "average" ends.
_LEVEL = 0.5
_CLOSE = 0.1
# A category separates a segment when it is nearly all of it and that is no accident of the whole population.
_CATEGORY_SHARE = 0.9
_CATEGORY_LIFT = 1.25
# How many features a name is made of.
_TELLING = 2


@dataclass(frozen=True)
class Persona:
    """What a place in income and spending suggests: a name, and what to do about it."""

    name: str
    action: str


_PERSONAS = {
    ("high", "high"): Persona(
        "Premium Enthusiasts", "Keep them: early access, a personal contact and a loyalty tier worth belonging to."
    ),
    ("high", "average"): Persona(
        "Comfortable Regulars", "Raise the basket: better lines, bundles and service rather than discounts."
    ),
    ("high", "low"): Persona(
        "Careful Affluents", "Win them over: they can spend but do not. Ask why, and lead with quality and proof."
    ),
    ("average", "high"): Persona(
        "Keen Shoppers", "Reward the habit: points for each purchase, and first pick of what is new."
    ),
    ("average", "average"): Persona(
        "Balanced Mainstream", "Test here first: typical customers show what works before it goes to everyone."
    ),
    ("average", "low"): Persona(
        "Reluctant Spenders", "Give a reason to spend: a first offer that is easy to try, then one that builds on it."
    ),
    ("low", "high"): Persona(
        "Budget Enthusiasts", "Keep it affordable: small treats, trends and instalments, with no push to overspend."
    ),
    ("low", "average"): Persona(
        "Everyday Value Seekers", "Offer clear value: multi-buys and essentials at a price that can be relied on."
    ),
    ("low", "low"): Persona(
        "Thrifty Minimalists", "Spend little to reach them: automated offers, clearance and low-cost channels."
    ),
}


@dataclass(frozen=True)
class Segment:
    """One segment of one mode.

    Parameters
    ----------
    id : int
        Its number in `Clustering_Final.csv`, from 1 in canonical order.
    name, tag : str
        From where the segment lies; the name is unique within its mode.
    size : int
        Number of customers.
    share : float
        Of all customers, 0 to 1.
    means : dict of str to float
        Mean of each numeric feature by role, in the units of the file.
    shares : dict of str to dict of str to float
        By role of each categorical feature, the share of each of its values within the segment.
    analysis, action : str
        What the numbers say, and what to do about it.
    """

    id: int
    name: str
    tag: str
    size: int
    share: float
    means: dict[str, float]
    shares: dict[str, dict[str, float]]
    analysis: str
    action: str


@dataclass(frozen=True)
class _Place:
    """Where a segment lies among all customers; everything said of it is made of this."""

    size: int
    share: float
    means: dict[str, float]
    deviations: dict[str, float]
    shares: dict[str, dict[str, float]]

    def level(self, role: str) -> str:
        deviation = self.deviations[role]
        return "high" if deviation >= _LEVEL else "low" if deviation <= -_LEVEL else "average"


def describe_segments(points: WeightedPoints, labels: npt.NDArray[np.intp], roles: Sequence[str]) -> list[Segment]:
    """Describe the segments of one mode.

    Parameters
    ----------
    points : WeightedPoints
        All features.
    labels : ndarray of intp, shape (n_points,)
        The segment of each point, counted from 0.
    roles : sequence of str
        Of the features of the mode; others are not spoken of.

    Returns
    -------
    list of Segment
        In the order of their labels.
    """
    *places, everyone = _places(points, labels)
    features = [feature for feature in points.features if feature.role in roles]
    numeric = {feature.role for feature in features if not feature.categorical}
    known = {"income", "spending"} <= numeric
    words = _Personas(with_age="age" in numeric) if known else _Positions(features)
    names = _unique_names(features, [words.name(place) for place in places], places, everyone)
    return [
        Segment(
            id=number,
            name=name,
            tag=words.tag(place),
            size=place.size,
            share=place.share,
            means=place.means,
            shares=place.shares,
            analysis=_analysis(features, place, everyone),
            action=words.action(place, everyone),
        )
        for number, (name, place) in enumerate(zip(names, places, strict=True), 1)
    ]


def explain_k(chosen: ChosenK, bivariate: Clustering) -> str:
    """Say in one or two sentences what led to K."""
    silhouette = bivariate.fit(chosen.value).silhouette
    quality = "" if silhouette is None else f" (silhouette {silhouette:.2f})"
    if chosen.source == "setting":
        return f"K = {chosen.value}{quality} was fixed by a setting; {_what_curves_say(bivariate)}."
    if chosen.source == "silhouette":
        return f"The inertia curve bends nowhere, so K = {chosen.value} is where the silhouette is highest{quality}."
    if bivariate.silhouette_peak == chosen.value:
        return f"The inertia curve bends at K = {chosen.value}, and the silhouette is highest there too{quality}."
    peak = bivariate.fit(bivariate.silhouette_peak)
    return (
        f"The inertia curve bends at K = {chosen.value}{quality}. The silhouette is higher at K = {peak.k} "
        f"({peak.silhouette:.2f}), so treat the number of segments as a choice, not a fact."
    )


def explain_mode(clustering: Clustering, k: int, segments: Sequence[Segment]) -> str:
    """Say how far the segments of one mode can be trusted, after Kaufman & Rousseeuw's reading of the silhouette."""
    silhouette = clustering.fit(k).silhouette
    sentences = [] if silhouette is None else [f"{_strength(silhouette)} (silhouette {silhouette:.2f} of at most 1)."]
    if clustering.elbow != k or clustering.silhouette_peak != k:
        sentences.append(f"On its own features, {_what_curves_say(clustering)}.")
    for feature in clustering.scaling.features:
        if feature.categorical and _mixed(segments, feature.role):
            single = sum(max(segment.shares[feature.role].values()) == 1 for segment in segments)
            verb, what = "holds" if single == 1 else "hold", _in_words(feature)
            sentences += [f"Of the {len(segments)} segments, {single} {verb} one {what} only."] if single else []
    return " ".join(sentences)


def explain_pair(x: Feature, y: Feature, r: float) -> str:
    """Say what a correlation means, in Cohen's (1988) words for its size."""
    size = abs(r)
    strength = "strong" if size >= 0.5 else "moderate" if size >= 0.3 else "weak" if size >= 0.1 else "no"
    direction = "" if strength == "no" else " falling" if r < 0 else " rising"
    # A true minus sign, as a hyphen may be left behind at the end of a line; and none before nought.
    number = f"{r:.2f}".replace("-0.00", "0.00").replace("-", "−")
    return (
        f"{strength.capitalize()}{direction} linear relation (r = {number}): {x.name} accounts for "
        f"{100 * r * r:.0f}% of the variation in {y.name}."
    )


def _what_curves_say(clustering: Clustering) -> str:
    where = "nowhere" if clustering.elbow is None else f"at K = {clustering.elbow}"
    last = ", the largest tried" if clustering.silhouette_peak == KS[-1] else ""
    return f"the inertia curve bends {where} and the silhouette is highest at K = {clustering.silhouette_peak}{last}"


def _strength(silhouette: float) -> str:
    if silhouette > 0.7:
        return "The segments are clearly apart"
    if silhouette > 0.5:
        return "The segments are reasonably apart"
    if silhouette > 0.25:
        return "The segments overlap: a useful view, but with blurred borders"
    return "The segments are hardly apart: do not rely on their borders"


def _mixed(segments: Sequence[Segment], role: str) -> bool:
    return len({value for segment in segments for value, share in segment.shares[role].items() if share > 0}) > 1


def _in_words(feature: Feature) -> str:
    return feature.role if feature.role == "gender" else feature.name


def _places(points: WeightedPoints, labels: npt.NDArray[np.intp]) -> list[_Place]:
    """Return where the customers of each label lie, and after them where all do."""
    sizes = _with_sum(np.bincount(labels, points.counts))
    means: dict[str, npt.NDArray[np.float64]] = {}
    deviations: dict[str, npt.NDArray[np.float64]] = {}
    all_shares: list[dict[str, dict[str, float]]] = [{} for _ in sizes]
    for feature in points.features:
        if feature.categories is not None:
            n = len(feature.categories)
            totals = np.bincount(labels * n + points.cells(feature.role), points.counts, (len(sizes) - 1) * n)
            for shares, row in zip(all_shares, _with_sum(totals.reshape(-1, n)) / sizes[:, None], strict=True):
                shares[feature.role] = dict(zip(feature.categories, map(float, row), strict=True))
        else:
            overall, spread = points.moments[feature.role]
            sums = np.bincount(labels, points.column(feature.role) * points.counts)
            means[feature.role] = _with_sum(sums) / sizes
            deviations[feature.role] = (means[feature.role] - overall) / (spread or np.inf)
    return [
        _Place(
            int(size),
            float(size / points.customers),
            {role: float(column[i]) for role, column in means.items()},
            {role: float(column[i]) for role, column in deviations.items()},
            all_shares[i],
        )
        for i, size in enumerate(sizes)
    ]


def _with_sum(totals: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Append the sum along the first axis."""
    return np.concatenate([totals, totals.sum(axis=0, keepdims=True)])


class _Personas:
    """Words for segments by income and spending score."""

    def __init__(self, *, with_age: bool) -> None:
        self.with_age = with_age

    def name(self, place: _Place) -> str:
        age = {"low": "Younger ", "average": "", "high": "Older "}[place.level("age")] if self.with_age else ""
        return age + self._persona(place).name

    def tag(self, place: _Place) -> str:
        return f"{place.level('income').capitalize()} income · {place.level('spending')} spending"

    def action(self, place: _Place, _everyone: _Place) -> str:
        return self._persona(place).action

    def _persona(self, place: _Place) -> Persona:
        return _PERSONAS[place.level("income"), place.level("spending")]


class _Positions:
    """Words for segments by any features: where they lie in those that set them apart most."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self._numeric = [feature for feature in features if not feature.categorical]

    def name(self, place: _Place) -> str:
        levels = [f"{place.level(feature.role)} {feature.name}" for feature in self._telling(place)]
        return _capitalised(", ".join(levels)) or "Average in all"

    def tag(self, place: _Place) -> str:
        features = self._numeric[:_TELLING]
        return _capitalised(" · ".join(f"{place.level(feature.role)} {feature.name}" for feature in features))

    def action(self, place: _Place, everyone: _Place) -> str:
        if not self._telling(place):
            return "Test here first: typical customers show what works before it goes to everyone."
        feature = self._telling(place)[0]
        return f"Begin with what sets them apart most, and test one offer on it: {_compare(feature, place, everyone)}"

    def _telling(self, place: _Place) -> list[Feature]:
        """Return the features in which a segment is not average, the farthest first."""
        ranked = sorted(self._numeric, key=lambda feature: -abs(place.deviations[feature.role]))
        return [feature for feature in ranked[:_TELLING] if place.level(feature.role) != "average"]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unique_names(
    features: Sequence[Feature], names: list[str], places: Sequence[_Place], everyone: _Place
) -> list[str]:
    for feature in features:
        if feature.categorical:
            names = [
                name + _category_suffix(feature, place, everyone) for name, place in zip(names, places, strict=True)
            ]
    for clash in _clashing(names):
        group = [i for i, name in enumerate(names) if name == clash]
        for i, suffix in zip(group, _numeric_suffixes(features, [places[i] for i in group]), strict=True):
            names[i] += suffix
    return names


def _clashing(names: list[str]) -> set[str]:
    return {name for name, n in Counter(names).items() if n > 1}


def _separating_category(feature: Feature, place: _Place, everyone: _Place) -> str | None:
    value, share = max(place.shares[feature.role].items(), key=lambda item: item[1])
    overall = everyone.shares[feature.role][value]
    return value if share >= _CATEGORY_SHARE and share >= _CATEGORY_LIFT * overall else None


def _category_suffix(feature: Feature, place: _Place, everyone: _Place) -> str:
    value = _separating_category(feature, place, everyone)
    if not value:
        return ""
    short = shortened(value, LONGEST_NAME)
    # A code says nothing without its name.
    return f" ({short})" if feature.role == "gender" else f" ({feature.name} {short})"


def _numeric_suffixes(features: Sequence[Feature], places: list[_Place]) -> list[str]:
    """Tell alike segments apart by the mean of the feature in which they differ most."""
    numeric = [feature for feature in features if not feature.categorical]
    widest = max(numeric, key=lambda feature: np.ptp([place.deviations[feature.role] for place in places]))
    means = [place.means[widest.role] for place in places]
    for decimals in range(7):
        texts = [f"{mean:,.{decimals}f}" for mean in means]
        if len(set(texts)) == len(texts):
            break
    return [f", {widest.name} {text}" for text in texts]


def _analysis(features: Sequence[Feature], place: _Place, everyone: _Place) -> str:
    sentences = []
    for feature in features:
        if feature.categorical:
            value = _separating_category(feature, place, everyone)
            if value:
                share, overall = (
                    percent(place.shares[feature.role][value]),
                    percent(everyone.shares[feature.role][value]),
                )
                of = "" if feature.role == "gender" else f" in {feature.name}"
                sentences.append(f"{share} are {shortened(value, LONGEST_NAME)}{of}, against {overall} overall.")
        else:
            sentences.append(_compare(feature, place, everyone))
    return " ".join(sentences)


def _compare(feature: Feature, place: _Place, everyone: _Place) -> str:
    unit = f" {feature.unit}" if feature.unit else ""
    mean, overall = readable(place.means[feature.role]), readable(everyone.means[feature.role])
    deviation = place.deviations[feature.role]
    distance = abs(deviation)
    degree = "far " if distance >= 1 else "" if distance >= _LEVEL else "slightly "
    position = "close to" if distance < _CLOSE else f"{degree}{'above' if deviation > 0 else 'below'}"
    return f"{feature.name} averages {mean}{unit}, {position} the overall {overall}."
