"""What a run decides about its data before it clusters; the next run keeps it, so that segments stay the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from segmentation.clustering.feature_scales import Scale
from segmentation.clustering.outliers import AUTO, KEEP
from segmentation.schema.choice import UsedFeatures
from segmentation.schema.schema import CHOICE, ROLES
from segmentation.schema.settings import FeatureSetting


@dataclass(frozen=True)
class Decisions:
    """What the run before decided.

    Parameters
    ----------
    scales : mapping of str to Scale
        By role, the scales of its numeric features.
    outliers : str
        ``auto``, or ``keep`` where nobody was to be left out.
    left_out : bool
        Whether it left customers out.
    features : UsedFeatures, optional
        Its features; None where they are not known.
    """

    scales: Mapping[str, Scale] = field(default_factory=dict)
    outliers: str = AUTO
    left_out: bool = False
    features: UsedFeatures | None = None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Decisions:
        """Read what a run decided from its `data.json`, or from a part of it as `decisions_document` returns it.

        A document of an earlier release has linear scales, and nobody was left out.

        Parameters
        ----------
        document : mapping
            The document.
        """
        numeric = {role: one for role, one in document["features"].items() if one["kind"] == "numeric"}
        outliers = document.get("outliers", {"rule": KEEP, "count": 0})
        return cls(
            {role: Scale(one["label"], one.get("log_unit")) for role, one in numeric.items()},
            outliers["rule"],
            outliers["count"] != 0,
            _used_features(document),
        )


def _used_features(document: Mapping[str, Any]) -> UsedFeatures | None:
    """Return the features of a run that the next one keeps; None where settings named them, or it is not known."""
    by = document.get("features_by") or document.get("intake", {}).get("features_by")
    if by is None and "modes" in document and not any("setting" in one for one in document["features"].values()):
        # A document of an earlier release.
        by = ROLES
    if by not in (ROLES, CHOICE):
        return None
    # Where a role was found, the header may change.
    chosen = document["modes"] if by == CHOICE else {}
    features = {role: _feature_setting(role, one) for role, one in document["features"].items() if chosen}
    return UsedFeatures({mode: tuple(features[role] for role in chosen[mode]["features"]) for mode in chosen})


def _feature_setting(header: str, feature: Mapping[str, Any]) -> FeatureSetting:
    kind = feature["kind"] if feature["kind"] == "categorical" else None
    return FeatureSetting(header, header, kind, **feature["setting"])


def decisions_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a `data.json` that says what its run decided.

    Parameters
    ----------
    document : mapping
        The document.
    """
    names = ("kind", "label", "scale", "log_unit", "setting")
    return {
        "features": {
            role: {name: one[name] for name in names if name in one} for role, one in document["features"].items()
        },
        **({"modes": _features_of_modes(document)} if "modes" in document else {}),
        "features_by": document.get("intake", {}).get("features_by"),
        **({"outliers": document["outliers"]} if "outliers" in document else {}),
    }


def _features_of_modes(document: Mapping[str, Any]) -> dict[str, Any]:
    return {mode: {"features": one["features"]} for mode, one in document["modes"].items()}
