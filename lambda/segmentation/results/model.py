"""The model in a result, by which the page and `segment score` assign further customers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.clustering import kmeans
from segmentation.clustering.kmeans import Labels
from segmentation.clustering.result import Clustering
from segmentation.clustering.scaling import coordinate_names
from segmentation.describing.profile import Profile
from segmentation.describing.segments import Mode
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.features import Feature

Matrix = npt.NDArray[np.float64]

# Squares of what is larger, or divided by what is smaller, may be no numbers any more.
_LARGEST, _SMALLEST = 1e30, 1e-30


def model_document(
    clustering: Clustering, mode: Mode, points: WeightedPoints, disclosure: Disclosure
) -> dict[str, Any]:
    """Return the model of one mode, as `data.schema.json` describes it.

    The position of a customer has a coordinate for each number, on the scale of the feature, and one for each category,
    1 or 0; each less `mean`, and divided by `scale`. The nearest centroid is the segment. A segment too small to be
    published has no centroid.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    mode : Mode
        The segments of the mode.
    points : WeightedPoints
        All customers but the outliers.
    disclosure : Disclosure
        How exactly numbers are published.
    """
    names = coordinate_names(clustering.scaling.features)
    centroids: list[Matrix | None]
    if disclosure.exact:
        mean, scale = clustering.scaling.mean, clustering.scaling.scale
        centroids = [*clustering.fit.cluster_centers]
    else:
        on_log_scale = {feature.role: feature for feature in points.features if feature.log_unit is not None}
        mean = _published(names, mode.everyone, on_log_scale)
        spread = [
            _published_spread(points, feature, mode.everyone, disclosure)
            if category is None
            else math.sqrt(share * (1 - share))
            for (feature, category), share in zip(names, mean, strict=True)
        ]
        scale = np.array([one or 1.0 for one in spread])
        centroids = [
            (_published(names, one.profile, on_log_scale) - mean) / scale if one.profile.is_published else None
            for one in mode.segments
        ]
    return {
        "coordinates": [
            {"feature": feature, "category": category, "mean": float(one), "scale": float(unit)}
            for (feature, category), one, unit in zip(names, mean, scale, strict=True)
        ],
        "centroids": [None if one is None else [float(value) for value in one] for one in centroids],
    }


@dataclass(frozen=True)
class ModeModel:
    """Assigns customers to the segments of one mode.

    Parameters
    ----------
    features : tuple of str
        Ids of the features.
    coordinates : tuple of (str, str or None)
        For each coordinate, its feature, and the category that it indicates; None for a number.
    log_units : mapping of str to float
        By feature on a log scale, the unit of its logarithms.
    mean, scale : ndarray of float64, shape (n_coordinates,)
        What is subtracted from each coordinate, and what it is then divided by.
    centroids : ndarray of float64, shape (n_segments, n_coordinates)
        Centroids of the segments that have one.
    ids : tuple of int
        Ids of the segments, in the same order.
    """

    features: tuple[str, ...]
    coordinates: tuple[tuple[str, str | None], ...]
    log_units: Mapping[str, float]
    mean: Matrix
    scale: Matrix
    centroids: Matrix
    ids: tuple[int, ...]

    @classmethod
    def from_document(cls, mode: Mapping[str, Any], features: Mapping[str, Mapping[str, Any]]) -> ModeModel:
        """Read the model of one mode of a `data.json`.

        Parameters
        ----------
        mode : mapping
            The mode in the document.
        features : mapping of str to mapping
            By id, the features in the document.

        Raises
        ------
        ValueError
            If the parts of the model do not fit together.
        """
        model = mode["model"]
        if len(model["centroids"]) != len(mode["segments"]):
            raise ValueError("there is not one centroid for each segment")
        known = [i for i, centroid in enumerate(model["centroids"]) if centroid is not None]
        found = cls(
            tuple(mode["features"]),
            tuple((one["feature"], one["category"]) for one in model["coordinates"]),
            {role: float(one["log_unit"]) for role, one in features.items() if one.get("log_unit") is not None},
            np.array([one["mean"] for one in model["coordinates"]], dtype=np.float64),
            np.array([one["scale"] for one in model["coordinates"]], dtype=np.float64),
            np.array([model["centroids"][i] for i in known], dtype=np.float64),
            tuple(mode["segments"][i]["id"] for i in known),
        )
        of_features = {feature for feature, _ in found.coordinates}
        shapes = found.centroids.shape, found.mean.shape, found.scale.shape
        n = len(found.coordinates)
        if any(not 0 < one < math.inf for one in found.log_units.values()):
            raise ValueError("a unit of logarithms is not above 0")
        if not of_features <= {*found.features} or shapes != ((len(found.ids), n), (n,), (n,)):
            raise ValueError("the parts of the model do not fit together")
        if not all((np.abs(one) <= _LARGEST).all() for one in (found.mean, found.scale, found.centroids)):
            raise ValueError("a number of the model is too large")
        if not (found.scale >= _SMALLEST).all():
            raise ValueError("a scale of the model is not above 0")
        return found

    def assign(self, columns: Mapping[str, npt.NDArray[Any]]) -> tuple[Labels, Matrix]:
        """Assign customers to segments.

        Parameters
        ----------
        columns : mapping of str to ndarray, each of shape (n_customers,)
            By feature, the numbers or the names of categories of customers who lack none.

        Returns
        -------
        labels : ndarray of intp, shape (n_customers,)
            The index of each one's segment.
        confidence : ndarray of float64, shape (n_customers,)
            How much nearer it is than the next, see `kmeans.assign`.
        """
        values = [
            Feature(feature, feature, log_unit=self.log_units.get(feature)).to_scale(columns[feature])
            if category is None
            else columns[feature] == category
            for feature, category in self.coordinates
        ]
        X = (np.stack(values).astype(np.float64).T - self.mean) / self.scale
        return kmeans.assign(X, self.centroids)


def _published(
    names: Sequence[tuple[str, str | None]], profile: Profile, on_log_scale: Mapping[str, Feature]
) -> Matrix:
    """Return the position of a profile by what is published of it: on log scales by medians, else by means."""
    return np.array(
        [
            profile.shares[feature][category]
            if category is not None
            else on_log_scale[feature].to_scale(np.array(profile.medians[feature]))
            if feature in on_log_scale
            else profile.means[feature]
            for feature, category in names
        ],
        dtype=np.float64,
    )


def _published_spread(points: WeightedPoints, role: str, everyone: Profile, disclosure: Disclosure) -> float:
    """Return the standard deviation of a feature on its scale, as it may be published."""
    feature = next(one for one in points.features if one.role == role)
    if feature.log_unit is None:
        return everyone.spreads[role]
    _, spread = points.scaled_moments[role]
    return disclosure.mean(spread, spread, points.customers, float(np.ptp(points.scaled(role))))
