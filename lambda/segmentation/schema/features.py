"""Features: what customers are compared by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation import refusals
from segmentation.errors import shortened
from segmentation.schema.dates import Dates
from segmentation.schema.reading import DATE, Reading
from segmentation.schema.units import name_and_unit

# Of a column, or of a category, in a sentence.
LONGEST_NAME = 60
_LONGEST_UNIT = 20
# Each becomes a coordinate. A column with more, such as one of names, is not what it was taken for.
_MAX_CATEGORIES = 100
# Decimals of a logarithm that all processors agree on.
_DIGITS_OF_LOG = 12

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Feature:
    """One feature: its role, and what the file calls it.

    Parameters
    ----------
    role : str
        ``age``, ``gender``, ``income`` or ``spending``, or the header of its column.
    label : str
        Its name in the file, such as ``Annual Income (k$)``.
    categories : tuple of str, optional
        The values of a categorical feature in the order of their codes; None for a numeric one.
    bounds : (float, float), optional
        The possible range, where the settings name the column; None where its role was found by its name.
    other : str, optional
        The category that rare ones are merged into.
    log_unit : float, optional
        Customers are compared by ``log(1 + x / log_unit)``; None where they are by x itself.
    meaning : str
        What its values mean, see `segmentation.schema.meanings`; empty where that is not known.
    reading : Reading, optional
        How the cells of its column became numbers; None for plain numbers, and for categories.
    """

    role: str
    label: str
    categories: tuple[str, ...] | None = None
    bounds: tuple[float, float] | None = None
    other: str | None = None
    log_unit: float | None = None
    meaning: str = ""
    reading: Reading | None = None

    @property
    def categorical(self) -> bool:
        """Whether its values are categories, even if none is known yet."""
        return self.categories is not None

    @property
    def name(self) -> str:
        """The label without its unit, short enough for a sentence: ``Annual Income`` for ``Annual Income (k$)``."""
        return shortened(name_and_unit(self.label)[0], LONGEST_NAME)

    @property
    def unit(self) -> str:
        """The unit in the label: ``k$``; of dates, what is counted."""
        if isinstance(self.reading, Dates) and self.reading.kind == DATE:
            return self.reading.unit
        return shortened(name_and_unit(self.label)[1], _LONGEST_UNIT)

    def to_scale(self, values: Values) -> Values:
        """Return values on the scale on which customers are compared; on a log scale, those below 0 count as 0.

        Parameters
        ----------
        values : ndarray of float64
            Values in the unit of the file.
        """
        if self.log_unit is None:
            return values
        logarithms: Values = np.log1p(np.maximum(values, 0.0) / self.log_unit).round(_DIGITS_OF_LOG)
        return logarithms

    def from_scale(self, values: Values) -> Values:
        """Return values in the unit of the file, the inverse of `to_scale`.

        Parameters
        ----------
        values : ndarray of float64
            Values on the scale on which customers are compared.
        """
        return values if self.log_unit is None else self.log_unit * np.expm1(values)


def check_categories(categories: tuple[str, ...], label: str) -> None:
    """Refuse a column with too many different values for a categorical feature.

    Parameters
    ----------
    categories : tuple of str
        The different values.
    label : str
        Name of the column.

    Raises
    ------
    UnusableFileError
        If there are too many.
    """
    if len(categories) > _MAX_CATEGORIES:
        raise refusals.too_many_categories(label, _MAX_CATEGORIES)
