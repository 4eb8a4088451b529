"""What else differs between segments, as `data.schema.json` describes it."""

from __future__ import annotations

from typing import Any

from segmentation.describing.described import Described
from segmentation.describing.profile import Profile
from segmentation.describing.what_else import WhatElse


def what_else_document(found: WhatElse | None) -> dict[str, Any] | None:
    """Return the published form of what else differs between the segments of a mode.

    Parameters
    ----------
    found : WhatElse or None
        What was found; None where nothing else is known of the customers.
    """
    if found is None:
        return None
    return {
        "text": found.text,
        "columns": [
            {**_column(one), "strength": strength} for one, strength in zip(found.columns, found.strengths, strict=True)
        ],
        "segments": [
            {
                "text": text,
                "stands_out": [
                    {
                        "column": one.column,
                        "category": one.driver.category,
                        "difference": round(one.driver.difference, 2),
                    }
                    for one in outstanding
                ],
            }
            for text, outstanding in zip(found.texts, found.segments, strict=True)
        ],
    }


def _column(one: Described) -> dict[str, Any]:
    feature = one.feature
    return {
        "name": feature.name,
        "feature": feature.role if one.is_feature else None,
        "kind": "categorical" if feature.categorical else "numeric",
        "unit": feature.unit,
        "values": [*(feature.categories or ())],
        "missing": one.missing,
        "measure": one.measure,
        "effect": one.effect,
        "everyone": _figures(one, one.everyone),
        "segments": [_figures(one, profile) for profile in one.segments],
    }


def _figures(one: Described, profile: Profile) -> dict[str, Any] | None:
    role = one.feature.role
    if profile.size is None:
        return None
    if one.feature.categories is not None:
        return {"known": profile.size, "shares": [profile.shares[role][name] for name in one.feature.categories]}
    return {"known": profile.size, "mean": profile.means[role], "sd": profile.spreads[role]}
