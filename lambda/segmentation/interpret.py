"""Stage 4, interpret: centroids to what each segment is, in numbers and in words.

The only place that knows what a segment means. Every sentence is composed of numbers of this run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.cluster import KS, MODES, ChosenK, Clustering
from segmentation.compress import WeightedPoints
from segmentation.ingest import Feature
from segmentation.rounding import percent, readable

# Half a standard deviation from the mean of all customers is where "average" ends.
_LEVEL = 0.5
_CLOSE = 0.1
# A gender separates a segment when it is nearly all of it and that is no accident of the whole population.
_GENDER_SHARE = 0.9
_GENDER_LIFT = 1.25


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
    genders : dict of str to float
        Share of each gender within the segment.
    analysis, action : str
        What the numbers say, and what to do about it.
    """

    id: int
    name: str
    tag: str
    size: int
    share: float
    means: dict[str, float]
    genders: dict[str, float]
    analysis: str
    action: str


@dataclass(frozen=True)
class _Place:
    """Where a segment lies among all customers; everything said of it is made of this."""

    size: int
    share: float
    means: dict[str, float]
    deviations: dict[str, float]
    genders: dict[str, float]

    def level(self, role: str) -> str:
        deviation = self.deviations[role]
        return "high" if deviation >= _LEVEL else "low" if deviation <= -_LEVEL else "average"


def feature_name(feature: Feature) -> str:
    """Return the label without its unit: ``Annual Income`` for ``Annual Income (k$)``."""
    return re.sub(r"\s*[(\[].*$", "", feature.label).strip() or feature.label


def feature_unit(feature: Feature) -> str:
    """Return the unit in the label, ``k$`` for ``Annual Income (k$)``; a scale such as ``1-100`` is none."""
    found = re.search(r"[(\[]([^)\]]+)[)\]]\s*$", feature.label)
    unit = found.group(1).strip() if found else ""
    return "" if re.fullmatch(r"[\d.,\s\-–]+", unit) else unit


def describe_segments(points: WeightedPoints, labels: npt.NDArray[np.intp], mode: str) -> list[Segment]:
    """Describe the segments of one mode.

    Parameters
    ----------
    points : WeightedPoints
        All features.
    labels : ndarray of intp, shape (n_points,)
        The segment of each point, counted from 0.
    mode : str
        A key of `MODES`; age and gender are spoken of only where they took part.

    Returns
    -------
    list of Segment
        In the order of their labels.
    """
    *places, everyone = _places(points, labels)
    names = _unique_names(points, places, everyone, mode)
    return [
        Segment(
            id=number,
            name=name,
            tag=_tag(place),
            size=place.size,
            share=place.share,
            means=place.means,
            genders=place.genders,
            analysis=_analysis(points, place, everyone, mode),
            action=_persona(place).action,
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
    if "gender" in [feature.role for feature in clustering.scaling.features] and _mixed(segments):
        single = sum(max(segment.genders.values()) == 1 for segment in segments)
        verb = "holds" if single == 1 else "hold"
        sentences += [f"Of the {len(segments)} segments, {single} {verb} one gender only."] if single else []
    return " ".join(sentences)


def explain_pair(x: Feature, y: Feature, r: float) -> str:
    """Say what a correlation means, in Cohen's (1988) words for its size."""
    size = abs(r)
    strength = "strong" if size >= 0.5 else "moderate" if size >= 0.3 else "weak" if size >= 0.1 else "no"
    direction = "" if strength == "no" else " falling" if r < 0 else " rising"
    # A true minus sign, as a hyphen may be left behind at the end of a line; and none before nought.
    number = f"{r:.2f}".replace("-0.00", "0.00").replace("-", "−")
    return (
        f"{strength.capitalize()}{direction} linear relation (r = {number}): {feature_name(x)} accounts for "
        f"{100 * r * r:.0f}% of the variation in {feature_name(y)}."
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


def _mixed(segments: Sequence[Segment]) -> bool:
    return len({gender for segment in segments for gender, share in segment.genders.items() if share > 0}) > 1


def _places(points: WeightedPoints, labels: npt.NDArray[np.intp]) -> list[_Place]:
    """Return where the customers of each label lie, and after them where all do."""
    sizes = _with_sum(np.bincount(labels, points.counts))
    means: dict[str, npt.NDArray[np.float64]] = {}
    deviations: dict[str, npt.NDArray[np.float64]] = {}
    genders: list[dict[str, float]] = [{} for _ in sizes]
    for feature in points.features:
        if feature.categorical:
            n = len(feature.categories)
            totals = np.bincount(labels * n + points.cells(feature.role), points.counts, (len(sizes) - 1) * n)
            shares = _with_sum(totals.reshape(-1, n)) / sizes[:, None]
            genders = [dict(zip(feature.categories, map(float, row), strict=True)) for row in shares]
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
            genders[i],
        )
        for i, size in enumerate(sizes)
    ]


def _with_sum(totals: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Append the sum along the first axis."""
    return np.concatenate([totals, totals.sum(axis=0, keepdims=True)])


def _persona(place: _Place) -> Persona:
    return _PERSONAS[place.level("income"), place.level("spending")]


def _tag(place: _Place) -> str:
    return f"{place.level('income').capitalize()} income · {place.level('spending')} spending"


def _unique_names(points: WeightedPoints, places: list[_Place], everyone: _Place, mode: str) -> list[str]:
    names = [_persona(place).name for place in places]
    if "age" in MODES[mode]:
        names = [_age_prefix(place) + name for name, place in zip(names, places, strict=True)]
    if "gender" in MODES[mode]:
        names = [name + _gender_suffix(place, everyone) for name, place in zip(names, places, strict=True)]
    for clash in _clashing(names):
        group = [i for i, name in enumerate(names) if name == clash]
        for i, suffix in zip(group, _numeric_suffixes(points, [places[i] for i in group], MODES[mode]), strict=True):
            names[i] += suffix
    return names


def _clashing(names: list[str]) -> set[str]:
    return {name for name, n in Counter(names).items() if n > 1}


def _age_prefix(place: _Place) -> str:
    return {"low": "Younger ", "average": "", "high": "Older "}[place.level("age")]


def _separating_gender(place: _Place, everyone: _Place) -> str | None:
    gender, share = max(place.genders.items(), key=lambda item: item[1])
    return gender if share >= _GENDER_SHARE and share >= _GENDER_LIFT * everyone.genders[gender] else None


def _gender_suffix(place: _Place, everyone: _Place) -> str:
    gender = _separating_gender(place, everyone)
    return f" ({gender})" if gender else ""


def _numeric_suffixes(points: WeightedPoints, places: list[_Place], roles: Sequence[str]) -> list[str]:
    """Tell alike segments apart by the mean of the feature in which they differ most."""
    numeric = [feature for feature in points.features if feature.role in roles and not feature.categorical]
    widest = max(numeric, key=lambda feature: np.ptp([place.deviations[feature.role] for place in places]))
    means = [place.means[widest.role] for place in places]
    for decimals in range(7):
        texts = [f"{mean:,.{decimals}f}" for mean in means]
        if len(set(texts)) == len(texts):
            break
    return [f", {feature_name(widest)} {text}" for text in texts]


def _analysis(points: WeightedPoints, place: _Place, everyone: _Place, mode: str) -> str:
    sentences = []
    for feature in points.features:
        if feature.role not in MODES[mode]:
            continue
        if feature.categorical:
            gender = _separating_gender(place, everyone)
            if gender:
                share, overall = percent(place.genders[gender]), percent(everyone.genders[gender])
                sentences.append(f"{share} are {gender}, against {overall} overall.")
        else:
            sentences.append(_compare(feature, place, everyone))
    return " ".join(sentences)


def _compare(feature: Feature, place: _Place, everyone: _Place) -> str:
    unit = f" {feature_unit(feature)}" if feature_unit(feature) else ""
    mean, overall = readable(place.means[feature.role]), readable(everyone.means[feature.role])
    deviation = place.deviations[feature.role]
    distance = abs(deviation)
    degree = "far " if distance >= 1 else "" if distance >= _LEVEL else "slightly "
    position = "close to" if distance < _CLOSE else f"{degree}{'above' if deviation > 0 else 'below'}"
    return f"{feature_name(feature)} averages {mean}{unit}, {position} the overall {overall}."
