"""Segments that are sought once: K-Means takes most of a run, and finds the same for the same customers."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from typing import Any

from segmentation.points.weighted import WeightedPoints

_found: dict[bytes, Any] = {}


def sought_once(cluster: Callable[..., Any]) -> Callable[..., Any]:
    """Remember what was found for the same customers, for tests of what is done before and after."""

    def remembered(points: WeightedPoints, *options: Any) -> Any:
        key = hashlib.sha256(pickle.dumps((points, options))).digest()
        if key not in _found:
            _found[key] = cluster(points, *options)
        return _found[key]

    return remembered
