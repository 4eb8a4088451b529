"""What clustering one mode gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.clustering.kmeans import Labels
from segmentation.clustering.scaling import Scaling
from segmentation.clustering.selection import KS, Evidence, find_elbow
from segmentation.clustering.stability import NullReference, Stability

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class KMeansFit:
    """The best K-Means solution found for one K.

    Parameters
    ----------
    cluster_centers : ndarray of float64, shape (n_clusters, n_coordinates)
        The centroids, in the order in which segments are numbered.
    evidence : Evidence
        How good it is.
    """

    cluster_centers: Matrix
    evidence: Evidence


@dataclass(frozen=True)
class Clustering:
    """One mode: a fit for every K in `KS`, and how far the one that was chosen can be trusted.

    Parameters
    ----------
    scaling : Scaling
        How points become coordinates.
    fits : tuple of Fit
        In ascending order of K.
    silhouettes : ndarray of float64, shape (n_clusters,)
        The mean silhouette coefficient of each segment, for the chosen K.
    stability : Stability
        How alike the segments of resamples are to these.
    null_reference : NullReference
        What K-Means makes of customers like these who are no segments.
    inertia_error : float
        By how much the inertias may be too low at most, since customers who share a cell are taken for alike; 0 where
        they are.
    """

    scaling: Scaling
    fits: tuple[KMeansFit, ...]
    silhouettes: Matrix
    stability: Stability
    null_reference: NullReference
    inertia_error: float = 0.0

    @property
    def k(self) -> int:
        """The number of segments."""
        return len(self.silhouettes)

    @property
    def fit(self) -> KMeansFit:
        """The fit that was chosen."""
        return self.fits[self.k - KS.start]

    @property
    def evidence(self) -> list[Evidence]:
        """What speaks for each K."""
        return [fit.evidence for fit in self.fits]

    @property
    def elbow(self) -> int | None:
        """The knee of the inertia curve, None where there is none."""
        return find_elbow([one.inertia for one in self.evidence])


@dataclass(frozen=True)
class Assignment:
    """Where the points of one mode belong.

    Parameters
    ----------
    labels : ndarray of intp, shape (n_points,)
        The segment of each, counted from 0.
    confidence : ndarray of float64, shape (n_points,)
        0 half-way between two segments, 1 on a centroid, see `kmeans.assign`.
    """

    labels: Labels
    confidence: Matrix
