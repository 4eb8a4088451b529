"""Which features are compared on a log scale: those whose values are skewed, and whose logarithms are much less so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from segmentation.points.distinct import distinct_values, without_ends
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.features import Feature

LINEAR, LOG = "linear", "log"

# Bulmer (1979) calls a distribution moderately skewed from 0.5 on, and highly skewed from 1 on.
_SKEWED = 0.75
_REDUCED = 0.5
_MAX_NEGATIVE = 0.01

Values = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scale:
    """The scale of a feature in the run before.

    Parameters
    ----------
    label : str
        The header of its column.
    log_unit : float or None
        The unit of its logarithms; None where the scale was linear.
    """

    label: str
    log_unit: float | None


def with_scales(
    points: WeightedPoints, settings: Mapping[str, str], before: Mapping[str, Scale]
) -> tuple[WeightedPoints, list[Feature]]:
    """Choose the scale of each numeric feature.

    A scale is what the settings say, else what it was in the run before, else what the data suggest. A log scale keeps
    the unit that it had in the run before.

    Parameters
    ----------
    points : WeightedPoints
        The customers.
    settings : mapping of str to str
        By header, ``linear``, ``log``, or ``auto`` for what the data suggest.
    before : mapping of str to Scale
        By role, the scales in the run before; they count for columns of the same name, whatever the unit.

    Returns
    -------
    points : WeightedPoints
        The same customers; the features have their scales.
    impossible : list of Feature
        Features that had a log scale, or should have one by the settings, whose values allow none.
    """
    features, impossible = [], []
    for feature in points.features:
        if feature.categorical:
            features.append(feature)
            continue
        wanted = settings.get(feature.label, settings.get(feature.role))
        earlier = _earlier(feature, before)
        if wanted is None and earlier is not None:
            wanted = LINEAR if earlier.log_unit is None else LOG
        log_unit = None
        if wanted != LINEAR:
            values, counts, _ = distinct_values(points, feature.role)
            log_unit = (_log_unit if wanted == LOG else _suggested)(values, counts)
        if wanted == LOG:
            if log_unit is None:
                impossible.append(feature)
            elif earlier is not None and earlier.label == feature.label:
                log_unit = earlier.log_unit or log_unit
        features.append(replace(feature, log_unit=log_unit))
    return replace(points, features=tuple(features)), impossible


def _earlier(feature: Feature, before: Mapping[str, Scale]) -> Scale | None:
    """Return the scale of a feature in the run before; its role may differ in the unit, where settings name columns."""
    known = [before[feature.role]] if feature.role in before else before.values()
    alike = [one for one in known if replace(feature, label=one.label).name == feature.name]
    return alike[0] if len(alike) == 1 else None


def _suggested(values: Values, counts: Counts) -> float | None:
    """Return the unit of the logarithms where these are much less skewed than the values; None where they are not.

    Skewness is measured without the ends, as one extreme value would decide it.
    """
    trimmed = without_ends(counts)
    skewness = _skewness(values, trimmed)
    if skewness <= _SKEWED:
        return None
    log_unit = _log_unit(values, counts)
    if log_unit is None or abs(_skewness_of_logarithms(values, trimmed, log_unit)) > _REDUCED * skewness:
        return None
    return log_unit


def _log_unit(values: Values, counts: Counts) -> float | None:
    """Return the power of ten with which the logarithms are least skewed; None where too many values are below 0.

    A file in thousands so has the same logarithms as one in units. This is the started logarithm of Tukey (1977),
    ``log(x + c)``, with a start for which values are symmetric (Box & Cox 1964), between the median of those above 0
    and the lowest of them. The lower the start, the lower the skewness (van Zwet 1964): below the first that makes it
    negative there is no better one.
    """
    positive = int(np.searchsorted(values, 0.0, side="right"))
    negative = counts[: np.searchsorted(values, 0.0)].sum()
    if positive == len(values) or negative > _MAX_NEGATIVE * counts.sum():
        return None
    trimmed, until = without_ends(counts), np.cumsum(counts[positive:])
    median = _exponent(values[positive + np.searchsorted(until, until[-1] / 2)])
    lowest = _exponent(values[positive + np.argmax(trimmed[positive:] > 0)])
    best, least = _power_of_ten(median), math.inf
    for exponent in range(median, min(lowest, median) - 1, -1):
        log_unit = _power_of_ten(exponent)
        skewness = _skewness_of_logarithms(values, trimmed, log_unit)
        if abs(skewness) >= least:
            break
        best, least = log_unit, abs(skewness)
        if skewness <= 0:
            break
    return best


def _exponent(value: float) -> int:
    return math.floor(math.log10(value))


def _power_of_ten(exponent: int) -> float:
    return float(f"1e{exponent}")


def _skewness_of_logarithms(values: Values, weights: Values, log_unit: float) -> float:
    return _skewness(Feature("", "", log_unit=log_unit).to_scale(values), weights)


def _skewness(values: Values, weights: Values) -> float:
    """Return the third standardised moment of weighted values; 0 where they are all the same."""
    total = weights.sum()
    deviations = values - (values * weights).sum() / total
    squares = deviations * deviations * weights
    variance = float(squares.sum() / total)
    return float((squares * deviations).sum() / total) / variance**1.5 if variance > 0 else 0.0
