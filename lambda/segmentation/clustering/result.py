"""The result of clustering one mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.clustering.kmeans import Labels
from segmentation.clustering.scaling import Scaling
from segmentation.clustering.second_opinion import SecondOpinion
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
        Quality measures of the solution.
    """

    cluster_centers: Matrix
    evidence: Evidence


@dataclass(frozen=True)
class Clustering:
    """One mode: a fit for every K in `KS`, and how far the chosen one can be trusted.

    Parameters
    ----------
    scaling : Scaling
        Maps points to coordinates.
    fits : tuple of KMeansFit
        One fit for each K, in ascending order.
    silhouettes : ndarray of float64, shape (n_clusters,)
        Mean silhouette coefficient of each segment, for the chosen K.
    stability : Stability
        How well segments are recovered from resamples.
    null_reference : NullReference
        Silhouettes of similar data without segments.
    inertia_error : float
        Upper bound by which inertias are too low, since the customers of a cell are treated as alike; 0 where they are.
    second_opinion : SecondOpinion or None
        What other methods find; None where they cannot be asked.
    """

    scaling: Scaling
    fits: tuple[KMeansFit, ...]
    silhouettes: Matrix
    stability: Stability
    null_reference: NullReference
    inertia_error: float = 0.0
    second_opinion: SecondOpinion | None = None

    @property
    def k(self) -> int:
        """The number of segments."""
        return len(self.silhouettes)

    @property
    def fit(self) -> KMeansFit:
        """The fit for the chosen K."""
        return self.fits[self.k - KS.start]

    @property
    def silhouette(self) -> float:
        """The silhouette for the chosen K: the one that is published, told and judged by."""
        return self.fit.evidence.silhouette or 0.0

    @property
    def evidence(self) -> list[Evidence]:
        """Quality measures for each K."""
        return [fit.evidence for fit in self.fits]

    @property
    def elbow(self) -> int | None:
        """The knee of the inertia curve, None where there is none."""
        return find_elbow([one.inertia for one in self.evidence])


@dataclass(frozen=True)
class Assignment:
    """The segments of the points of one mode.

    Parameters
    ----------
    labels : ndarray of intp, shape (n_points,)
        Segment of each point, counted from 0.
    confidence : ndarray of float64, shape (n_points,)
        0 half-way between two segments, 1 on a centroid, see `kmeans.assign`.
    """

    labels: Labels
    confidence: Matrix

    def where(self, kept: npt.NDArray[np.bool_]) -> Assignment:
        """Return the segments of some of the points.

        Parameters
        ----------
        kept : ndarray of bool, shape (n_points,)
            Whether each point is one of them.
        """
        return self if kept.all() else Assignment(self.labels[kept], self.confidence[kept])
