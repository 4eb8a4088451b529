"""Segments that are sought once: K-Means takes most of a run, and finds the same for the same customers."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from typing import Any

from segmentation.points.weighted import WeightedPoints


def sought_once(cluster: Callable[..., Any], found: dict[bytes, Any]) -> Callable[..., Any]:
    """Remember what was found for the same customers, for tests of what is done before and after."""

    def remembered(points: WeightedPoints, *options: Any) -> Any:
        key = hashlib.sha256(pickle.dumps((points, options))).digest()
        if key not in found:
            found[key] = cluster(points, *options)
        return found[key]

    return remembered
