"""Points to the coordinates that K-Means compares: logarithms of skewed features, one-hot categories, standardised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from segmentation.points.weighted import WeightedPoints
from segmentation.schema.features import Feature

Matrix = npt.NDArray[np.float64]

# The last digits of the scaler's sums depend on the processor.
_DIGITS, _BITS = 12, 40


@dataclass(frozen=True)
class Scaling:
    """The one-hot encoding and standardisation that map points to coordinates.

    Parameters
    ----------
    features : tuple of Feature
        What the points are made of.
    mean, scale : ndarray of float64, shape (n_coordinates,)
        Mean and population standard deviation over all customers; a scale of 1 where a coordinate is constant.
    """

    features: tuple[Feature, ...]
    mean: Matrix
    scale: Matrix

    @classmethod
    def fit(cls, points: WeightedPoints) -> Scaling:
        """Fit the scaling to points, each weighted by its number of customers.

        Parameters
        ----------
        points : WeightedPoints
            Points with the features of one mode.
        """
        return cls.fit_transform(points)[0]

    @classmethod
    def fit_transform(cls, points: WeightedPoints) -> tuple[Scaling, Matrix]:
        """Fit the scaling, and return it with the coordinates of the points.

        Parameters
        ----------
        points : WeightedPoints
            Points with the features of one mode.
        """
        X = one_hot(points, points.features)
        # Of numbers that are large against their spread, squares would lose what tells them apart.
        origin = X[0].copy()
        varies = np.ptp(X, axis=0) > 0
        X -= origin
        scaler = StandardScaler().fit(X, sample_weight=points.counts)
        scale = np.where(varies, _rounded(scaler.scale_), 1.0)
        units = np.exp2(np.floor(np.log2(scale)) - _BITS)
        shift = np.rint(scaler.mean_ / units) * units
        X -= shift
        X /= scale
        return cls(points.features, origin + shift, scale), X

    def transform(self, points: WeightedPoints) -> Matrix:
        """Return the coordinates of points.

        Parameters
        ----------
        points : WeightedPoints
            Points with at least these features.

        Returns
        -------
        ndarray of float64, shape (n_points, n_coordinates)
            In Fortran order: passes over one coordinate after another run along memory.
        """
        X = one_hot(points, self.features)
        X -= self.mean
        X /= self.scale
        return X


def one_hot(points: WeightedPoints, features: tuple[Feature, ...]) -> Matrix:
    """Return numbers on their scales, and categories as indicators.

    Parameters
    ----------
    points : WeightedPoints
        Points with at least these features.
    features : tuple of Feature
        Features in the order of the coordinates. Of two categories only the first has an indicator; of more, each.

    Returns
    -------
    ndarray of float64, shape (n_points, n_coordinates)
        In Fortran order.
    """
    X = np.empty((len(points), len(coordinate_names(features))), order="F")
    i = 0
    for feature in features:
        if feature.categories:
            indicators = _indicators(len(feature.categories))
            block = indicators[points.cells(feature.role)]
        else:
            block = feature.to_scale(points.column(feature.role))[:, None]
        X[:, i : i + block.shape[1]] = block
        i += block.shape[1]
    return X


def coordinate_names(features: tuple[Feature, ...]) -> list[tuple[str, str | None]]:
    """Return for each coordinate its feature, and the category it indicates; None for a number.

    Parameters
    ----------
    features : tuple of Feature
        Features in the order of the coordinates, as for `one_hot`.
    """
    return [
        (feature.role, category)
        for feature in features
        for category in (_with_indicator(feature.categories) if feature.categories else (None,))
    ]


def _with_indicator(categories: tuple[str, ...]) -> tuple[str, ...]:
    return categories[:1] if len(categories) == 2 else categories


def _indicators(n_categories: int) -> Matrix:
    """Return the indicators of each category, shape (n_categories, n_indicators)."""
    encoder = OneHotEncoder(drop=[1] if n_categories == 2 else None, sparse_output=False, dtype=np.float64)
    indicators: Matrix = encoder.fit_transform(np.arange(n_categories)[:, None])
    return indicators


def _rounded(values: Matrix) -> Matrix:
    return np.array([float(f"{value:.{_DIGITS}g}") for value in values])
