"""All that was found in the customers of a file, before it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from segmentation.clustering.outliers import Outliers
from segmentation.clustering.result import Assignment, Clustering
from segmentation.clustering.selection import ChosenK
from segmentation.describing.describe import describe_mode
from segmentation.describing.described import Column, other_features
from segmentation.describing.profile import summed_feature
from segmentation.describing.segments import Mode
from segmentation.describing.transitions import under_rule
from segmentation.describing.what_else import WhatElse, what_else
from segmentation.parallel import map_ordered
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.results.row_writer import COLUMN_OF_MODE
from segmentation.schema.features import Feature
from segmentation.schema.schema import BIVARIATE
from segmentation.schema.settings import Settings


@dataclass(frozen=True)
class Findings:
    """All that was found in the customers of a file, ready to be published.

    Parameters
    ----------
    points : WeightedPoints
        All customers but the outliers.
    outliers : Outliers
        The outliers.
    roles : mapping of str to sequence of str
        By name of mode, the roles of its features; the bivariate ones are the axes.
    clusterings : mapping of str to Clustering
        By name of mode, its clustering.
    assignments : mapping of str to Assignment
        By name of mode, the segments of the points.
    chosen : ChosenK
        The number of segments.
    modes : mapping of str to Mode
        By name of mode, its segments.
    disclosure : Disclosure
        How exactly numbers are published.
    disclosure_of_both : Disclosure
        The same for numbers that also depend on the run before: the stricter rule of the two.
    summed : Feature or None
        The feature of whose sum each segment has a share.
    before : mapping or None
        The `data.json` of the run before, as far as the present rule lets it be published.
    """

    points: WeightedPoints
    outliers: Outliers
    roles: Mapping[str, Sequence[str]]
    clusterings: Mapping[str, Clustering]
    assignments: Mapping[str, Assignment]
    chosen: ChosenK
    modes: Mapping[str, Mode]
    disclosure: Disclosure
    disclosure_of_both: Disclosure
    summed: Feature | None
    before: Mapping[str, Any] | None = None

    @classmethod
    def build(
        cls,
        points: WeightedPoints,
        roles: Mapping[str, Sequence[str]],
        clusterings: Mapping[str, Clustering],
        assignments: Mapping[str, Assignment],
        chosen: ChosenK,
        settings: Settings,
        before: Mapping[str, Any] | None = None,
        last_ids: Mapping[str, int] | None = None,
        rounding_key: bytes = b"",
        outliers: Outliers | None = None,
    ) -> Findings:
        """Describe the segments, compared with the run before.

        Parameters
        ----------
        points : WeightedPoints
            All customers but the outliers.
        roles : mapping of str to sequence of str
            By name of mode, the roles of its features.
        clusterings : mapping of str to Clustering
            By name of mode, its clustering.
        assignments : mapping of str to Assignment
            By name of mode, the segments of the points.
        chosen : ChosenK
            The number of segments.
        settings : Settings
            Settings of the analysis.
        before : mapping, optional
            The `data.json` of the run before.
        last_ids : mapping of str to int, optional
            By name of mode, the highest id ever given.
        rounding_key : bytes
            Secret key of the random rounding.
        outliers : Outliers, optional
            The outliers; none by default.
        """
        fewest = settings.min_cell_count
        if outliers and outliers.customers:
            # One more or less changes all roundings, as any other customer does.
            rounding_key += b"%d" % outliers.customers
        disclosure = Disclosure.from_points(points, fewest, rounding_key)
        of_both = Disclosure.from_points(points, max(fewest, (before or {}).get("min_cell_count", 1)), rounding_key)
        before = None if before is None else under_rule(before, disclosure)

        summed = summed_feature(points, roles[BIVARIATE])

        def described(mode: str) -> Mode:
            return describe_mode(
                points,
                assignments[mode].labels,
                roles[mode],
                roles[BIVARIATE],
                clusterings[mode],
                disclosure,
                summed,
                None if before is None else before["modes"][mode],
                settings.names.get(mode),
                (last_ids or {}).get(mode, 0),
            )

        modes = dict(zip(roles, map_ordered(described, roles), strict=True))
        return cls(
            points,
            outliers or Outliers.none(points),
            roles,
            clusterings,
            assignments,
            chosen,
            modes,
            disclosure,
            of_both,
            summed,
            before,
        )

    @property
    def ids(self) -> dict[str, list[int]]:
        """By name of mode, the ids of the segments in the order of their labels."""
        return {mode: found.lineage.ids for mode, found in self.modes.items()}

    def what_else(self, mode: str, columns: Sequence[Column]) -> WhatElse | None:
        """Return what else differs between the segments of a mode; None where nothing else is known of them.

        Parameters
        ----------
        mode : str
            Name of the mode.
        columns : sequence of Column
            Columns that are no feature, but describe the segments of all modes.
        """
        profiles = [one.profile for one in self.modes[mode].segments]
        labels, everyone = self.assignments[mode].labels, self.modes[mode].everyone
        features = other_features(self.points, labels, self.roles[mode], profiles, everyone, self.disclosure)
        begin = sum(len(self.modes[one].segments) for one in takewhile(lambda one: one != mode, COLUMN_OF_MODE))
        place, shown = slice(begin, begin + len(profiles)), [one.is_published for one in profiles]
        described = (one.described(place, shown, self.points.customers, self.disclosure) for one in columns)
        return what_else([*features, *described], len(profiles))

    @property
    def customers(self) -> int:
        """The number of customers in the segments, as it is published.

        All rows that were used are counted exactly; less this number, they are the published number of outliers.
        """
        outliers = self.outliers.customers
        return max(1, self.points.customers + outliers - self.disclosure.count(outliers))
