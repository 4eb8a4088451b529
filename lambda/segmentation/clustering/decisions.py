"""What a run decides about its data before it clusters; the next run keeps it, so that segments stay the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from segmentation.clustering.feature_scales import Scale
from segmentation.clustering.outliers import AUTO, KEEP


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
    """

    scales: Mapping[str, Scale] = field(default_factory=dict)
    outliers: str = AUTO
    left_out: bool = False

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
        )


def decisions_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a `data.json` that says what its run decided.

    Parameters
    ----------
    document : mapping
        The document.
    """
    names = ("kind", "label", "scale", "log_unit")
    return {
        "features": {
            role: {name: one[name] for name in names if name in one} for role, one in document["features"].items()
        },
        **({"outliers": document["outliers"]} if "outliers" in document else {}),
    }
