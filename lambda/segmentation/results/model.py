"""The model in a result, by which the page and `segment score` assign further customers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.clustering import kmeans
from segmentation.clustering.kmeans import Labels
from segmentation.clustering.result import Clustering
from segmentation.clustering.scaling import coordinate_names
from segmentation.describing.segments import Mode
from segmentation.points.disclosure import Disclosure

Matrix = npt.NDArray[np.float64]


def model_document(clustering: Clustering, mode: Mode, disclosure: Disclosure) -> dict[str, Any]:
    """Return the model of one mode, as `data.schema.json` describes it.

    The position of a customer has a coordinate for each number, and one for each category, 1 or 0; each less `mean`,
    and divided by `scale`. The nearest centroid is the segment. A segment too small to be published has no centroid.

    Parameters
    ----------
    clustering : Clustering
        The clustering of the mode.
    mode : Mode
        The segments of the mode.
    disclosure : Disclosure
        How exactly numbers are published.
    """
    names = coordinate_names(clustering.scaling.features)
    centroids: list[Matrix | None]
    if disclosure.exact:
        mean, scale = clustering.scaling.mean, clustering.scaling.scale
        centroids = [*clustering.fit.cluster_centers]
    else:
        everyone = mode.everyone
        mean = np.array([_published(name, everyone.means, everyone.shares) for name in names])
        spread = [
            everyone.spreads[feature] if category is None else math.sqrt(share * (1 - share))
            for (feature, category), share in zip(names, mean, strict=True)
        ]
        scale = np.array([one or 1.0 for one in spread])
        centroids = [
            (np.array([_published(name, one.profile.means, one.profile.shares) for name in names]) - mean) / scale
            if one.profile.is_published
            else None
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
    mean, scale : ndarray of float64, shape (n_coordinates,)
        What is subtracted from each coordinate, and what it is then divided by.
    centroids : ndarray of float64, shape (n_segments, n_coordinates)
        Centroids of the segments that have one.
    ids : tuple of int
        Ids of the segments, in the same order.
    """

    features: tuple[str, ...]
    coordinates: tuple[tuple[str, str | None], ...]
    mean: Matrix
    scale: Matrix
    centroids: Matrix
    ids: tuple[int, ...]

    @classmethod
    def from_document(cls, mode: Mapping[str, Any]) -> ModeModel:
        """Read the model of one mode of a `data.json`.

        Parameters
        ----------
        mode : mapping
            The mode in the document.

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
            np.array([one["mean"] for one in model["coordinates"]], dtype=np.float64),
            np.array([one["scale"] for one in model["coordinates"]], dtype=np.float64),
            np.array([model["centroids"][i] for i in known], dtype=np.float64),
            tuple(mode["segments"][i]["id"] for i in known),
        )
        of_features = {feature for feature, _ in found.coordinates}
        shapes = found.centroids.shape, found.mean.shape, found.scale.shape
        n = len(found.coordinates)
        if not of_features <= {*found.features} or shapes != ((len(found.ids), n), (n,), (n,)) or not found.scale.all():
            raise ValueError("the parts of the model do not fit together")
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
            columns[feature] if category is None else columns[feature] == category
            for feature, category in self.coordinates
        ]
        X = (np.stack(values).astype(np.float64).T - self.mean) / self.scale
        return kmeans.assign(X, self.centroids)


def _published(
    name: tuple[str, str | None], means: Mapping[str, float], shares: Mapping[str, Mapping[str, float]]
) -> float:
    feature, category = name
    return means[feature] if category is None else shares[feature][category]
