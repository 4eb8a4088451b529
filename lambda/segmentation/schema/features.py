"""What customers are compared by: a column of the file, and how it is called."""

from __future__ import annotations

from dataclasses import dataclass

from segmentation.errors import UnusableFileError, shortened
from segmentation.schema.columns import name_and_unit

# Of a column, or of a category, in a sentence.
LONGEST_NAME = 60
_LONGEST_UNIT = 20
# Each becomes a coordinate. A column with more, such as one of names, is not what it was taken for.
_MAX_CATEGORIES = 100


@dataclass(frozen=True)
class Feature:
    """One canonical column: its role and how the file calls it.

    Parameters
    ----------
    role : str
        ``age``, ``gender``, ``income`` or ``spending``, or the header of its column.
    label : str
        What it is called, such as ``Annual Income (k$)``.
    categories : tuple of str, optional
        The values of a categorical feature in the order of their codes; None for a numeric one.
    bounds : (float, float), optional
        Where the settings name it, which numbers they say are possible; None where its name told.
    other : str, optional
        The category as which rare ones are counted.
    """

    role: str
    label: str
    categories: tuple[str, ...] | None = None
    bounds: tuple[float, float] | None = None
    other: str | None = None

    @property
    def categorical(self) -> bool:
        """Whether its values are categories; of a part of the customers none may be known."""
        return self.categories is not None

    @property
    def name(self) -> str:
        """The label without its unit, short enough for a sentence: ``Annual Income`` for ``Annual Income (k$)``."""
        return shortened(name_and_unit(self.label)[0], LONGEST_NAME)

    @property
    def unit(self) -> str:
        """The unit in the label: ``k$``."""
        return shortened(name_and_unit(self.label)[1], _LONGEST_UNIT)


def check_categories(categories: tuple[str, ...], label: str) -> None:
    """Refuse a column that has too many different values for a category."""
    if len(categories) > _MAX_CATEGORIES:
        raise UnusableFileError(
            f"The column '{label}' holds more than {_MAX_CATEGORIES} different values, too many for a category.",
            "Check that the right column bears this name, and that its values are spelled in one way.",
        )
