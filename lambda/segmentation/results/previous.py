"""What a later run reads of a `data.json`: whether it is valid, and how to convert numbers in other units."""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from segmentation import refusals
from segmentation.clustering.outliers import AUTO, KEEP
from segmentation.describing.membership import Members
from segmentation.errors import shortened
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.columns import normalised
from segmentation.schema.features import LONGEST_NAME, Feature
from segmentation.schema.reading import BAND, BIRTH, STARS, WORDS
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE
from segmentation.schema.units import factor, name_and_unit

_MODES = (BIVARIATE, MULTIVARIATE)
_STATISTICS = ("mean", "median", "sd", "min", "max")
# Of values that can be read, and no number of which logarithms come from overflows.
_LEAST_LOG_UNIT, _LARGEST_LOG_UNIT = 1e-30, 1e15
# What reading something else may raise.
STRANGE = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)
_FOREIGN_FILE = (*STRANGE, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, MemoryError)


def read_document(data: bytes, name: str) -> dict[str, Any]:
    """Read a `data.json` of this release or an earlier one.

    Parameters
    ----------
    data : bytes
        Bytes of the document.
    name : str
        Name of the file, for the error message.

    Raises
    ------
    UnusableFileError
        If it is no such document.
    """
    try:
        document = json.loads(data, parse_constant=_refuse_number, parse_float=_finite)
        _check(document)
    except STRANGE:
        raise refusals.not_a_result(name) from None
    return dict(document)


def read_members(data: bytes, name: str, document: Mapping[str, Any]) -> Members:
    """Read the `members.npz` that belongs to a document.

    Parameters
    ----------
    data : bytes
        Bytes of the file.
    name : str
        Name of the file, for the error message.
    document : mapping
        The document.

    Raises
    ------
    UnusableFileError
        If it does not belong to the document.
    """
    try:
        members = Members.unpacked(data)
        known = all(
            members.hashes.dtype == "uint64"
            and members.segments[mode].dtype in ("uint16", "uint32")
            and members.segments[mode].shape == members.hashes.shape == (len(members.hashes),)
            and {*members.segments[mode].tolist()} <= {part["id"] for part in document["modes"][mode]["segments"]}
            for mode in _MODES
        )
    except _FOREIGN_FILE:
        known = False
    if not known:
        raise refusals.members_of_another_result(name)
    return members


def _refuse_number(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _check(document: Any) -> None:
    """Check all parts of a document that a later run reads; raises one of `STRANGE` if it is invalid."""
    _expect(isinstance(document, dict))
    _texts(document["run_id"], document["source"]["name"])
    _numbers(document["customers"], document["k"]["value"])
    fewest = document.get("min_cell_count", 1)
    _expect(type(fewest) is int and 0 < fewest < 2**31)
    features = document["features"]
    for feature in features.values():
        _texts(feature["kind"], feature["label"], *(value["label"] for value in feature.get("values", ())))
        _numbers(*(feature[name] for name in _STATISTICS if name in feature))
        if reading := feature.get("reading"):
            _texts(reading["kind"], *reading.get("words", {}))
            _numbers(*reading.get("words", {}).values())
            _expect(reading["kind"] != WORDS or "words" in reading)
        log_unit = feature.get("log_unit")
        if log_unit is not None:
            _numbers(log_unit)
            _expect(_LEAST_LOG_UNIT <= log_unit <= _LARGEST_LOG_UNIT)
    outliers = document.get("outliers", {"rule": KEEP, "count": 0})
    _expect(outliers["rule"] in (AUTO, KEEP))
    _numbers(outliers["count"] or 0)
    _expect({*document["modes"]} == {*_MODES})
    for mode in document["modes"].values():
        _texts(*mode["features"])
        ids = [part["id"] for part in mode["segments"]]
        _expect(0 < len({*ids}) == len(ids) and all(type(one) is int and 0 < one < 2**31 for one in ids))
        _numbers(mode.get("last_id", 1))
        for part in mode["segments"]:
            _texts(part["name"], *part.get("levels", {}).values(), part.get("persona", ""), part.get("told_by") or "")
            _numbers(part.get("colour", 0))
            if part["size"] is None:
                # Too small to be published.
                _expect(part["share"] is None and not part["means"] and not part["shares"])
                continue
            _numbers(part["size"], part["share"], *part["means"].values())
            known = (*part.get("medians", {}).values(), *part.get("spreads", {}).values())
            _numbers(*(value for value in known if value is not None))
            _numbers(*(share for shares in part["shares"].values() for share in shares.values()))
            for feature in mode["features"]:
                _expect(feature in part["means" if features[feature]["kind"] == "numeric" else "shares"])


def _expect(so: bool) -> None:
    if not so:
        raise ValueError


def _texts(*values: Any) -> None:
    _expect(all(isinstance(value, str) for value in values))


def _numbers(*values: Any) -> None:
    _expect(all(isinstance(value, int | float) and abs(float(value)) < math.inf for value in values))


def header_of(role: str, feature: Mapping[str, Any]) -> str:
    """Return the header that states a feature's unit in a document.

    Parameters
    ----------
    role : str
        Id of the feature.
    feature : mapping
        The feature in the document.
    """
    return role if name_and_unit(role)[1] else str(feature["label"])


def same_features(now: Sequence[str], before: Mapping[str, Any]) -> dict[str, str]:
    """Return for each feature the one of an earlier document that is the same, or differs only in the unit in its name.

    Parameters
    ----------
    now : sequence of str
        Roles of the present features.
    before : mapping
        By id, the features of the earlier document.
    """
    by_name: dict[str, list[str]] = {}
    for role in before:
        by_name.setdefault(_name(role), []).append(role)
    found = {}
    for role in now:
        alike = [other for other in by_name.get(_name(role), []) if other not in now]
        if role in before:
            found[role] = role
        elif len(alike) == 1:
            found[role] = alike[0]
    return found


def _name(role: str) -> str:
    return normalised(name_and_unit(role)[0])


def conversion(feature: Feature, median: Callable[[], float], role: str, before: Mapping[str, Any]) -> Fraction | None:
    """Return the factor that converts present numbers to the unit of an earlier document; None where it is unknown.

    Parameters
    ----------
    feature : Feature
        The present feature.
    median : callable
        Returns the median of its present numbers.
    role : str
        Id of the feature in the document.
    before : mapping
        The feature in the document.
    """
    if feature.role == role and feature.bounds is not None:
        # The very header that the settings named.
        return Fraction(1)

    def ratio() -> float:
        usual = before.get("median", before.get("mean", 0.0))
        return abs(median() / usual) if usual else 1.0

    return factor(feature.label, header_of(role, before), ratio)


def in_units_of(document: dict[str, Any], points: WeightedPoints) -> dict[str, Any]:
    """Return the document of the run before with its numbers converted to the units of the present file.

    A mode with a feature of unknown unit is not compared, and says why.

    Parameters
    ----------
    document : dict
        The document of the run before.
    points : WeightedPoints
        The present customers.
    """
    features = {feature.role: feature for feature in points.features}
    same = same_features([*features], document["features"])
    factors: dict[str, Fraction] = {}
    why: dict[str, str] = {}
    for now, before in same.items():
        known, feature = document["features"][before], features[now]
        if feature.categorical or known["kind"] != "numeric":
            continue
        found = conversion(feature, lambda role=now: points.medians[role], before, known)  # type: ignore[misc]
        if not _are_read_alike(feature, known):
            why[before] = f"'{feature.name}' was read in another way before, so these segments are new."
        elif found is None:
            one, other = (shortened(text, LONGEST_NAME) for text in (header_of(before, known), feature.label))
            why[before] = f"'{one}' was counted in another unit than '{other}', so these segments are new."
        else:
            factors[before] = 1 / found
    renamed = {before: now for now, before in same.items()}
    if not why and all(one == 1 for one in factors.values()) and all(a == b for a, b in renamed.items()):
        return document
    modes = {}
    for name, mode in document["modes"].items():
        reasons = [why[role] for role in mode["features"] if role in why]
        modes[name] = {
            **mode,
            "features": [] if reasons else [renamed.get(role, role) for role in mode["features"]],
            "segments": [_converted(part, factors, renamed) for part in mode["segments"]],
            **({"why_not": reasons[0]} if reasons else {}),
        }
    known = {
        renamed.get(role, role): {
            name: _times(value, factors.get(role, 1)) if name in _STATISTICS else value
            for name, value in feature.items()
        }
        for role, feature in document["features"].items()
    }
    return {**document, "features": known, "modes": modes}


def _are_read_alike(feature: Feature, known: Mapping[str, Any]) -> bool:
    """Return whether the numbers of a feature mean the same as in a document, by how its cells became numbers."""
    now, before = (feature.reading.published() if feature.reading else {}), known.get("reading") or {}
    # The middles of bands, ages and stars are numbers as any.
    kinds = {one.get("kind") for one in (now, before)} - {BAND, BIRTH, STARS, None}
    if WORDS in kinds and now and before and now["kind"] == before["kind"]:
        return all(number == before["words"].get(word, number) for word, number in now["words"].items())
    return len(kinds) == 0 or (bool(now and before) and now["kind"] == before["kind"])


def _times(value: float, factor: Fraction | int) -> float:
    return value if factor == 1 else float(value * factor.numerator / factor.denominator)


def _converted(part: Mapping[str, Any], factors: Mapping[str, Fraction], renamed: Mapping[str, str]) -> dict[str, Any]:
    converted = dict(part)
    for name in {"means", "medians", "spreads"} & {*part}:
        converted[name] = {
            renamed.get(role, role): value if value is None else _times(value, factors.get(role, 1))
            for role, value in part[name].items()
        }
    for name in {"shares", "levels"} & {*part}:
        converted[name] = {renamed.get(role, role): value for role, value in part[name].items()}
    if part.get("told_by"):
        converted["told_by"] = renamed.get(part["told_by"], part["told_by"])
    return converted
