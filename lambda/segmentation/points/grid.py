"""How finely each feature is cut into cells, each as wide as a power of two, so that cells nest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.points.cell_codes import FEATURES_A_WORD
from segmentation.points.chunk import Chunk

# Largest number of distinct points; more are counted in coarser cells.
MAX_POINTS = 2**21

# Cells begin with this fraction of the spread, or with 1 where that is less: whole numbers get a cell each.
_FINEST = -14
# What varies by less is taken for constant.
_SMALLEST_SPREAD = -40

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """How finely each feature is cut into cells, chosen once for a file.

    Parameters
    ----------
    finest : tuple of int
        Base-2 exponent of each feature's smallest cell width; 0 for a categorical feature.
    spread : tuple of float
        Base-2 exponent of each feature's spread; minus infinity for a categorical one, whose cells never grow.
    max_points : int
        Largest number of points kept; cells are doubled until there are no more.
    """

    finest: tuple[int, ...]
    spread: tuple[float, ...]
    max_points: int = MAX_POINTS

    @classmethod
    def fit(cls, head: Chunk, max_points: int = MAX_POINTS) -> Grid:
        """Choose the cell widths from the customers at the beginning of a file.

        Parameters
        ----------
        head : Chunk
            The first customers of the file.
        max_points : int
            Largest number of points kept.
        """
        finest, spread = [], []
        for feature, column in zip(head.features, head.columns, strict=True):
            deviation = 0.0 if feature.categorical else _spread(column[~np.isnan(column)])
            exponent = max(math.frexp(deviation)[1], _SMALLEST_SPREAD)
            spread.append(-math.inf if feature.categorical else float(exponent))
            finest.append(0 if feature.categorical else min(0, exponent + _FINEST))
        return cls(tuple(finest), tuple(spread), max_points)

    def doubled(self, widths: Sequence[int]) -> tuple[int, ...]:
        """Return the widths with the one doubled that is smallest relative to its feature's spread.

        With many features, all widths that are nearly as small are doubled together, to save steps.

        Parameters
        ----------
        widths : sequence of int
            Base-2 exponent of each feature's width.
        """
        relative = [width - spread for width, spread in zip(widths, self.spread, strict=True)]
        smallest = min(relative)
        if len(widths) <= FEATURES_A_WORD:
            return tuple(width + (i == relative.index(smallest)) for i, width in enumerate(widths))
        return tuple(width + (one < smallest + 1) for width, one in zip(widths, relative, strict=True))

    def part(self, kept: Sequence[int]) -> Grid:
        """Return the grid of some of the features.

        Parameters
        ----------
        kept : sequence of int
            Indices of the features.
        """
        return Grid(tuple(self.finest[i] for i in kept), tuple(self.spread[i] for i in kept), self.max_points)


def _spread(values: Values) -> float:
    """Return a robust estimate of the standard deviation, by the middle half of the values."""
    if not len(values):
        return 0.0
    low, high = np.quantile(values, (0.25, 0.75))
    return float(high - low) / 1.35 or float(values.std()) or float(np.abs(values).max())
