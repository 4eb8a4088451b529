"""Stage 4, interpret: sentences about one segment, composed of the published numbers of this run."""

from __future__ import annotations

from collections.abc import Sequence

from segmentation.describing.figures import Driver
from segmentation.describing.naming import (
    LEVEL,
    Naming,
    salient_features,
    separating_category,
)
from segmentation.describing.personas import TRY_HERE
from segmentation.describing.profile import Profile
from segmentation.errors import shortened
from segmentation.rounding import percent, readable, two_decimals
from segmentation.schema.features import LONGEST_NAME, Feature
from segmentation.schema.meanings import GENDER

_CLOSE = 0.1
# Cohen (1988) calls a difference of means small from here on.
_SMALL = 0.2
# Of more features only those are spoken of that set a segment apart most.
_MAX_SENTENCES = 4


def compare_means(feature: Feature, segment: Profile, everyone: Profile) -> str:
    """Compare a segment's mean with that of all customers in a sentence; empty where rounding leaves too little of it.

    On a log scale, where few customers make the mean, it is the median.

    Parameters
    ----------
    feature : Feature
        The numeric feature.
    segment : Profile
        Profile of the segment.
    everyone : Profile
        Profile of all customers.
    """
    if feature.role in segment.coarse:
        return ""
    unit = f" {feature.unit}" if feature.unit else ""
    skewed = feature.log_unit is not None
    own, all_of_them = ((one.medians if skewed else one.means)[feature.role] for one in (segment, everyone))
    position = segment.positions[feature.role]
    # Rounding may have them change sides.
    is_so = readable(own) != readable(all_of_them) and position * (own - all_of_them) > 0
    where = _position(position if is_so else 0.0)
    verb = "is typically" if skewed else "averages"
    return f"{feature.name} {verb} {readable(own)}{unit}, {where} the overall {readable(all_of_them)}."


def analysis(features: Sequence[Feature], segment: Profile, everyone: Profile) -> str:
    """Describe how a segment differs from all customers in the features of its mode.

    Parameters
    ----------
    features : sequence of Feature
        The features of the mode.
    segment : Profile
        Profile of the segment.
    everyone : Profile
        Profile of all customers.
    """
    by_salience = dict.fromkeys(driver.feature for driver in segment.drivers)
    mentioned = {*list(by_salience)[:_MAX_SENTENCES]}
    sentences = [
        (_share if feature.categorical else compare_means)(feature, segment, everyone)
        for feature in features
        if feature.role in mentioned
    ]
    by_role = {feature.role: feature for feature in features}
    known = (one for one in segment.drivers if one.feature not in segment.coarse and one.difference)
    if most := next(known, None):
        sentences.append(_apart(by_role[most.feature], most))
    return " ".join(filter(None, sentences))


def _share(feature: Feature, segment: Profile, everyone: Profile) -> str:
    value = separating_category(feature, segment, everyone)
    if not value or feature.role in segment.coarse:
        return ""
    share, overall = percent(segment.shares[feature.role][value]), percent(everyone.shares[feature.role][value])
    of = "" if feature.meaning == GENDER else f" in {feature.name}"
    return f"{share} are {shortened(value, LONGEST_NAME)}{of}, against {overall} overall."


def _apart(feature: Feature, driver: Driver) -> str:
    what = feature.name if driver.category is None else f"the share of {shortened(driver.category, LONGEST_NAME)}"
    side = "above" if driver.difference > 0 else "below"
    lead = "What sets them apart most" if abs(driver.difference) >= _SMALL else "Nothing sets them far apart"
    return f"{lead}: {what} is {two_decimals(abs(driver.difference))} standard deviations {side} that of all others."


def action(
    features: Sequence[Feature], segment: Profile, everyone: Profile, naming: Naming, summed: Feature | None
) -> str:
    """Suggest what to do about a segment.

    Parameters
    ----------
    features : sequence of Feature
        The features of the mode.
    segment : Profile
        Profile of the segment.
    everyone : Profile
        Profile of all customers.
    naming : Naming
        Name and levels of the segment.
    summed : Feature or None
        The feature of whose total the segment's share is given; None where there is none.
    """
    weight = f"They are {percent(segment.share or 0.0)} of the customers{_part_of_sum(segment, summed)}."
    if naming.persona:
        return f"{naming.persona.action} {weight}"
    found = salient_features(features, segment, naming.levels)
    if not found:
        return f"{TRY_HERE} {weight}"
    farthest = next(filter(None, (compare_means(one, segment, everyone) for one in found)), "")
    return (
        f"Begin with what sets them apart most, and test one offer on it{f': {farthest}' if farthest else '.'} {weight}"
    )


def _part_of_sum(segment: Profile, summed: Feature | None) -> str:
    if summed is None or segment.part_of_sum is None or summed.role in segment.coarse:
        return ""
    return f" and account for {percent(segment.part_of_sum)} of {summed.name}"


def _position(distance: float) -> str:
    size = abs(distance)
    if size < _CLOSE:
        return "close to"
    degree = "far " if size >= 1 else "" if size >= LEVEL else "slightly "
    return f"{degree}{'above' if distance > 0 else 'below'}"
