"""The categories of weighted points: renamed, merged, or those of two sets of points together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from segmentation.points.cell_codes import merged_codes, packed
from segmentation.schema.features import Feature, check_categories

if TYPE_CHECKING:
    from segmentation.points.weighted import WeightedPoints


def renamed(points: WeightedPoints, names: Mapping[str, Mapping[str, str]]) -> WeightedPoints:
    """Return points with other category names; categories that get the same name are merged.

    Parameters
    ----------
    points : WeightedPoints
        The points.
    names : mapping of str to mapping of str to str
        By role, the new names of categories that have one.
    """
    features = tuple(
        replace(one, categories=tuple(sorted({names[one.role].get(name, name) for name in one.categories or ()})))
        if one.role in names
        else one
        for one in points.features
    )
    return with_categories(points, features, names)


def with_categories(
    points: WeightedPoints, features: tuple[Feature, ...], names: Mapping[str, Mapping[str, str]] | None = None
) -> WeightedPoints:
    """Return points with other categories, which include theirs by their new names.

    Parameters
    ----------
    points : WeightedPoints
        The points.
    features : tuple of Feature
        Their features, with the other categories.
    names : mapping of str to mapping of str to str, optional
        By role, the new names of categories that have one.
    """
    if features == points.features:
        return points
    cells = [points.cells(feature.role) for feature in points.features]
    cell_min, cell_max = list(points.cell_min), list(points.cell_max)
    for i, (mine, wanted) in enumerate(zip(points.features, features, strict=True)):
        if mine.categories and wanted.categories:
            new = (names or {}).get(mine.role, {})
            codes = [wanted.categories.index(new.get(name, name)) for name in mine.categories]
            cells[i] = np.array(codes)[cells[i]]
            cell_min[i], cell_max[i] = 0, len(wanted.categories) - 1
    first, last = tuple(cell_min), tuple(cell_max)
    merged, counts, offsets = merged_codes(packed(cells, first, last), points.counts, points.offsets)
    return replace(
        points, features=features, cell_min=first, cell_max=last, codes=merged, counts=counts, offsets=offsets
    )


def with_categories_of_both(one: Feature, other: Feature) -> Feature:
    """Return a feature with the categories that it has in two sets of points.

    Parameters
    ----------
    one, other : Feature
        The feature in either set.

    Raises
    ------
    UnusableFileError
        If there are too many.
    """
    if one.categories == other.categories:
        return one
    united = tuple(sorted({*(one.categories or ()), *(other.categories or ())}))
    check_categories(united, one.label)
    return replace(one, categories=united)
