"""Which categories are kept apart: not those of too few customers, nor more than a document has room for.

A customer who is counted as another category is so everywhere, in the segments as in what is published.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from segmentation.errors import abbreviated
from segmentation.points.categories import renamed
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.columns import normalised
from segmentation.schema.features import Feature
from segmentation.schema.schema import Note

# Of all features together; in `data.json` each stands some twenty times, and so do the bytes of their names.
_MAX_CATEGORIES, _MAX_BYTES = 60, 1_200
# What rare categories are counted as.
_OTHER = "Other"


@dataclass(frozen=True)
class Pooling:
    """Which categories are merged into which.

    Parameters
    ----------
    names : mapping of str to mapping of str to str
        By role, the new names of categories that have one.
    others : mapping of str to str
        By role, the category that rare ones are merged into.
    few : frozenset of str
        Roles whose rare categories had too few customers for one of their own.
    """

    names: Mapping[str, Mapping[str, str]]
    others: Mapping[str, str]
    few: frozenset[str]

    @classmethod
    def fit(cls, points: WeightedPoints, disclosure: Disclosure) -> Pooling:
        """Decide from all customers of a file which categories are merged.

        Parameters
        ----------
        points : WeightedPoints
            The customers.
        disclosure : Disclosure
            How exactly numbers are published.
        """
        counts = {
            one.role: dict(zip(one.categories, _totals(points, one), strict=True))
            for one in points.features
            if one.categories is not None
        }
        fitting = (n for n in range(_MAX_CATEGORIES, 2, -1) if _total(counts, n) <= _MAX_CATEGORIES)
        max_categories = next(fitting, 2)
        pooled = {
            role: pooled_names(found, lambda customers: disclosure.cell(customers) is not None, max_categories)
            for role, found in counts.items()
        }
        meant = {role: {name: pooled[role][0].get(name, name) for name in found} for role, found in counts.items()}
        short = abbreviated(itertools.chain(*(new.values() for new in meant.values())), _MAX_BYTES)
        names = {
            role: {name: new for name, one in found.items() if (new := short.get(one, one)) != name}
            for role, found in meant.items()
        }
        return cls(
            {role: new for role, new in names.items() if new},
            {role: short.get(other, other) for role, (_, other) in pooled.items() if other is not None},
            frozenset(role for role, (new, other) in pooled.items() if new and other is None),
        )

    def applied(self, points: WeightedPoints) -> WeightedPoints:
        """Return the customers with rare categories merged.

        Parameters
        ----------
        points : WeightedPoints
            The customers.
        """
        points = renamed(points, self.names)
        features = (replace(one, other=self.others.get(one.role)) for one in points.features)
        return replace(points, features=tuple(features))

    def notes(self, features: tuple[Feature, ...]) -> Iterator[Note]:
        """Yield notes on what was merged, without naming what must not be published.

        Parameters
        ----------
        features : tuple of Feature
            The features of the file.
        """
        for one in features:
            if one.role in self.others:
                yield Note(
                    f"Rare values of '{one.name}' are counted as '{self.others[one.role]}'.",
                    "To tell more of them apart, put those together in the file that belong together.",
                )
            if one.role in self.few:
                yield Note(f"Values of '{one.name}' that are too rare to be told of are counted as the commonest.")


def pooled_names(
    counts: Mapping[str, int], publishable: Callable[[float], bool], max_categories: int
) -> tuple[dict[str, str], str | None]:
    """Return which categories of a feature are merged into another one because they are rare.

    Parameters
    ----------
    counts : mapping of str to int
        Number of customers of each category.
    publishable : callable
        Whether a number of customers may be published.
    max_categories : int
        Largest number of categories.

    Returns
    -------
    names : dict of str to str
        By category, the one it is merged into: `other`, or where all rare ones together are too few to be published,
        the commonest.
    other : str or None
        What stands for the others.

    Examples
    --------
    >>> pooled_names({"Female": 60, "Male": 40, "Diverse": 4, "Jo": 3}, lambda customers: customers >= 5, 100)
    ({'Diverse': 'Other', 'Jo': 'Other'}, 'Other')
    >>> pooled_names({"Female": 60, "Male": 40, "12 Elm Road": 1}, lambda customers: customers >= 5, 100)
    ({'12 Elm Road': 'Female'}, None)
    >>> pooled_names({"Red": 3, "Green": 2, "Blue": 1}, lambda customers: True, 2)
    ({'Green': 'Other', 'Blue': 'Other'}, 'Other')
    """
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    room = max_categories if len(ranked) <= max_categories else max_categories - 1
    kept = [name for name in ranked[:room] if publishable(counts[name])]
    rare = [name for name in ranked if name not in kept]
    if not rare:
        return {}, None
    other = next((name for name in ranked if "".join(normalised(name).split()) == _OTHER.lower()), _OTHER)
    others = sum(counts[name] for name in {*rare, *({other} & {*kept})})
    if kept and not publishable(others):
        return dict.fromkeys(rare, kept[0]), None
    return {name: other for name in rare if name != other}, other


def _totals(points: WeightedPoints, feature: Feature) -> list[int]:
    """Return the number of customers of each category."""
    totals = np.bincount(points.cells(feature.role), points.counts, len(feature.categories or ()))
    return [int(n) for n in totals]


def _total(counts: Mapping[str, Mapping[str, int]], max_categories: int) -> int:
    """Return the total number of categories, where each feature has at most so many."""
    return sum(min(len(found), max_categories) for found in counts.values())
