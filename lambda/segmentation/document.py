"""The public form of a result: the content of `data.json`, as `data.schema.json` describes it.

No row of it describes a person: counts, means, curves and pairs of two features only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

import segmentation
from segmentation.changes import under_rule
from segmentation.cluster import Clustering, Placement
from segmentation.compress import WeightedPoints
from segmentation.disclosure import Disclosure
from segmentation.errors import shortened
from segmentation.ingest import Feature
from segmentation.interpret import (
    Mode,
    Segment,
    describe_mode,
    explain_comparison,
    explain_k,
    explain_mode,
    explain_pair,
    explain_trust,
    split_by,
)
from segmentation.kmeans import Labels
from segmentation.model import model_document
from segmentation.profile import Profile, explained_variance
from segmentation.rounding import significant
from segmentation.schema import BIVARIATE, MULTIVARIATE
from segmentation.selection import ChosenK, silhouette_peak
from segmentation.settings import Settings
from segmentation.stability import adjusted_rand_index
from segmentation.trust import verdict

# Where there are more pairs, they are binned on a square grid, the finest of these that leaves no more.
_MOST_PAIRS = 1_000
# Of other features than the bivariate ones, so many also serve as axes; all pairs with them share so many places.
_MOST_OTHER_AXES = 2
_MOST_OTHER_PAIRS = 600
_BINS = (64, 48, 32, 24, 16, 12, 8, 6, 4)
# All of those divide it, so that it is counted only once.
_FINEST_BINS = 192
# Where too few customers share a place, a coarser grid is taken until no more than this are hidden.
_MOST_HIDDEN = 0.2
# Many points are seen to have too many pairs by so many of them.
_LOOKED_AT_FIRST = 3_000
# Bars of a distribution, and of how many categories each is told apart.
_BARS = 16
_MOST_GROUPS = 6
_MOST_DRIVERS = 6
_LONGEST_LABEL = 100
_ON_BORDER = 1e-9

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Findings:
    """All that was found in the customers of a file, ready to be told.

    Parameters
    ----------
    points : WeightedPoints
        All customers.
    roles : mapping of str to sequence of str
        By name of mode, the roles of its features; the bivariate ones are the axes.
    clusterings : mapping of str to Clustering
        By name of mode.
    placements : mapping of str to Placement
        By name of mode, where each point belongs.
    chosen : ChosenK
        How many segments there are.
    modes : mapping of str to Mode
        By name of mode, what the segments are.
    disclosure : Disclosure
        How exactly numbers are published.
    disclosure_of_both : Disclosure
        The same of what tells of the run before too: by the stricter rule of the two.
    before : mapping or None
        The `data.json` of the run before, as far as the rule of now lets it be told.
    """

    points: WeightedPoints
    roles: Mapping[str, Sequence[str]]
    clusterings: Mapping[str, Clustering]
    placements: Mapping[str, Placement]
    chosen: ChosenK
    modes: Mapping[str, Mode]
    disclosure: Disclosure
    disclosure_of_both: Disclosure
    before: Mapping[str, Any] | None = None

    @classmethod
    def of(
        cls,
        points: WeightedPoints,
        roles: Mapping[str, Sequence[str]],
        clusterings: Mapping[str, Clustering],
        placements: Mapping[str, Placement],
        chosen: ChosenK,
        settings: Settings,
        before: Mapping[str, Any] | None = None,
        last_ids: Mapping[str, int] | None = None,
        rounding_key: bytes = b"",
    ) -> Findings:
        """Say what the segments are, in view of the `data.json` of the run before and the last ids ever given."""
        fewest = settings.min_cell_count
        disclosure = Disclosure.of(points, fewest, rounding_key)
        of_both = Disclosure.of(points, max(fewest, (before or {}).get("min_cell_count", 1)), rounding_key)
        before = None if before is None else under_rule(before, disclosure)
        summed = roles[BIVARIATE][1]
        modes = {
            mode: describe_mode(
                points,
                placements[mode].labels,
                roles[mode],
                summed,
                clusterings[mode],
                disclosure,
                None if before is None else before["modes"][mode],
                settings.names.get(mode),
                (last_ids or {}).get(mode, 0),
            )
            for mode in roles
        }
        return cls(points, roles, clusterings, placements, chosen, modes, disclosure, of_both, before)

    @property
    def ids(self) -> dict[str, list[int]]:
        """By name of mode, the ids of the segments in the order of their labels."""
        return {mode: found.lineage.ids for mode, found in self.modes.items()}


def identities_document(findings: Findings) -> dict[str, Any]:
    """Put together what a later run compares its segments with: a part of what `result_document` returns."""
    points, disclosure = findings.points, findings.disclosure
    everyone = findings.modes[MULTIVARIATE].everyone
    return {
        "customers": points.customers,
        "min_cell_count": disclosure.min_cell_count,
        "features": {feature.role: _feature(points, feature, everyone, disclosure) for feature in points.features},
        "k": asdict(findings.chosen),
        "modes": {
            mode: {
                "features": list(findings.roles[mode]),
                "segments": [_segment(one) for one in found.segments],
                "last_id": found.lineage.last_id,
            }
            for mode, found in findings.modes.items()
        },
    }


def result_document(findings: Findings) -> dict[str, Any]:
    """Put together what the page shows of a run; who uploaded what and when is the caller's to add.

    Returns
    -------
    dict
        As `data.schema.json` describes it.
    """
    points, roles, disclosure = findings.points, findings.roles, findings.disclosure
    pairs = _landscapes(points, roles)
    axes = {role: _Axis.of(points, role, *_extremes(points, role, disclosure)) for role in _axes(points, roles)}
    charts = _Charts(points, axes, disclosure)
    everyone = findings.modes[MULTIVARIATE].everyone
    explained = {
        mode: {
            role: disclosure.measure(share, points.customers)
            for role, share in explained_variance(points, placement.labels, roles[mode]).items()
        }
        for mode, placement in findings.placements.items()
    }
    bivariate = findings.clusterings[BIVARIATE]
    return {
        "schema_version": segmentation.SCHEMA_VERSION,
        "engine_version": segmentation.__version__,
        "customers": points.customers,
        "min_cell_count": disclosure.min_cell_count,
        "features": {feature.role: _feature(points, feature, everyone, disclosure) for feature in points.features},
        "distributions": _distributions(points, disclosure),
        "landscapes": [_landscape(charts, x, y) for x, y in pairs],
        "k": {**asdict(findings.chosen), "text": explain_k(findings.chosen, bivariate)},
        "modes": {mode: _mode(charts, findings, mode, explained[mode]) for mode in roles},
        "comparison": _comparison(findings, explained[MULTIVARIATE]),
    }


def _landscapes(points: WeightedPoints, modes: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the pairs of features to look at: another numeric one and the bivariate ones, each against the last."""
    x, y, *others = _axes(points, modes)
    return [(role, y) for role in (*others[:1], x)]


def _axes(points: WeightedPoints, modes: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the features that charts may have as an axis: the bivariate ones, and the first other numeric ones."""
    numeric = [feature.role for feature in points.features if not feature.categorical]
    others = [role for role in modes[MULTIVARIATE] if role in numeric and role not in modes[BIVARIATE]]
    return [*modes[BIVARIATE], *others[:_MOST_OTHER_AXES]]


def _feature(points: WeightedPoints, feature: Feature, everyone: Profile, disclosure: Disclosure) -> dict[str, Any]:
    called = {"label": shortened(feature.label, _LONGEST_LABEL), "name": feature.name, **_setting(feature)}
    role = feature.role
    if feature.categories is not None:
        totals = np.bincount(points.cells(role), points.counts, len(feature.categories))
        counts = zip(feature.categories, disclosure.parts(totals.tolist()), strict=True)
        values = [{"label": name, "count": n} for name, n in counts]
        return {
            "kind": "categorical",
            **called,
            "values": values,
            **({"other": feature.other} if feature.other else {}),
        }
    low, high = _extremes(points, role, disclosure)
    return {
        "kind": "numeric",
        **called,
        "unit": feature.unit,
        "mean": everyone.means[role],
        "median": everyone.medians[role],
        "sd": everyone.spreads[role],
        "min": significant(low),
        "max": significant(high),
    }


def _setting(feature: Feature) -> dict[str, Any]:
    """Return what the settings say of a feature whose header they name, which is its id; nothing where a role told."""
    if feature.bounds is None:
        return {}
    bounds = zip(("minimum", "maximum"), feature.bounds, strict=True)
    return {"setting": {name: one for name, one in bounds if math.isfinite(one)}}


def _extremes(points: WeightedPoints, role: str, disclosure: Disclosure) -> tuple[float, float]:
    """Return the smallest and the largest value; where no customer may be told of, those that some are beyond."""
    if disclosure.exact:
        return points.extremes(role)
    values = points.column(role)
    order = np.argsort(values, kind="stable")
    until = np.cumsum(points.counts[order])
    beyond = min(disclosure.min_cell_count, (points.customers + 1) // 2)
    places = np.searchsorted(until, [beyond - 1, points.customers - beyond], side="right")
    _, spread = points.moments[role]
    low, high = (disclosure.mean(float(values[order][place]), spread, beyond) for place in places)
    return low, max(low, high)


def _distributions(points: WeightedPoints, disclosure: Disclosure) -> list[dict[str, Any]]:
    """Count customers in equal intervals of each numeric feature, all and by the first feature of few categories."""
    by = next((f for f in points.features if f.categories and 1 < len(f.categories) <= _MOST_GROUPS), None)
    groups = np.zeros(len(points), dtype=np.int64) if by is None else points.cells(by.role)
    names = () if by is None or by.categories is None else by.categories
    n_groups = max(1, len(names))
    found = []
    for feature in points.features:
        if feature.categorical:
            continue
        low, high = _extremes(points, feature.role, disclosure)
        edges = _edges(low, high)
        # A value on a border belongs above it, whatever rounding says.
        bar = ((points.column(feature.role) - edges[0]) / (edges[1] - edges[0]) + _ON_BORDER).astype(np.int64)
        bar = np.clip(bar, 0, len(edges) - 2)
        totals = np.bincount(groups * (len(edges) - 1) + bar, points.counts, n_groups * (len(edges) - 1))
        table = totals.reshape(n_groups, -1)
        counts, by_group = disclosure.parts(table.sum(axis=0).tolist()), disclosure.table(table.tolist())
        if by is not None:
            # A sum would tell too much of what is hidden in all of its parts.
            parts = zip(*by_group, strict=True)
            counts = [None if set(part) == {None} else n for n, part in zip(counts, parts, strict=True)]
        found.append(
            {
                "feature": feature.role,
                "edges": [significant(edge) for edge in edges],
                "counts": counts,
                "by": None
                if by is None
                else {
                    "feature": by.role,
                    "groups": [{"label": name, "counts": row} for name, row in zip(names, by_group, strict=True)],
                },
            }
        )
    return found


def _edges(low: float, high: float) -> list[float]:
    """Return the borders of some `_BARS` intervals, as wide as people would choose: 1, 2, 2.5, 5 or 10."""
    span = (high - low) or 1.0
    least = span / _BARS
    power = 10.0 ** math.floor(math.log10(least))
    width = next(nice * power for nice in (1.0, 2.0, 2.5, 5.0, 10.0, 20.0) if nice * power >= least)
    first = math.floor(low / width)
    last = max(first + 1, math.floor(high / width) + 1)
    return [i * width for i in range(first, last + 1)]


def _landscape(charts: _Charts, x: str, y: str) -> dict[str, Any]:
    by_role = {feature.role: feature for feature in charts.points.features}
    r = charts.disclosure.measure(*_correlation(charts.points, x, y))
    pairs, hidden = charts.counted_pairs(x, y, np.zeros(len(charts.points), dtype=np.intp))
    return {
        "x": x,
        "y": y,
        "r": r,
        "text": explain_pair(by_role[x], by_role[y], r),
        "points": [[a, b, n] for a, b, _, n in pairs],
        "hidden": hidden,
    }


def _correlation(points: WeightedPoints, x: str, y: str) -> tuple[float, int, float]:
    """Return Pearson's correlation, 0 where one of the two is constant; of how many customers; the largest product."""
    (mean_x, spread_x), (mean_y, spread_y) = points.moments[x], points.moments[y]
    if not (spread_x and spread_y):
        return 0.0, points.customers, 0.0
    products = (points.column(x) - mean_x) * (points.column(y) - mean_y) / (spread_x * spread_y)
    return float((products * points.counts).sum() / points.customers), points.customers, float(np.abs(products).max())


def _mode(charts: _Charts, findings: Findings, mode: str, explained: Mapping[str, float]) -> dict[str, Any]:
    found, clustering, disclosure = findings.modes[mode], findings.clusterings[mode], findings.disclosure
    first, *others = combinations(charts.axes, 2)
    labels, ids = findings.placements[mode].labels, found.lineage.ids
    features = [feature for feature in charts.points.features if feature.role in findings.roles[mode]]
    chance, steady = clustering.chance, clustering.stability
    return {
        "features": list(findings.roles[mode]),
        "elbow": clustering.elbow,
        "silhouette_peak": silhouette_peak(clustering.evidence),
        "sweep": [
            {
                "k": one.k,
                "inertia": disclosure.total(one.inertia),
                "silhouette": None if one.silhouette is None else disclosure.measure(one.silhouette),
                "stability": None if one.stability is None else disclosure.measure(one.stability),
            }
            for one in clustering.evidence
        ],
        "inertia_error": disclosure.measure(clustering.inertia_error / (clustering.fit.evidence.inertia or 1.0)),
        "trust": {
            "verdict": verdict(clustering),
            "silhouette": disclosure.measure(chance.observed),
            "silhouette_by_chance": disclosure.measure(chance.silhouette),
            "stability": disclosure.measure(steady.mean),
            "lowest_stability": disclosure.measure(steady.lowest),
            "text": explain_trust(clustering),
        },
        "explained": dict(explained),
        "split_by": split_by(explained, features),
        "text": explain_mode(clustering, found, explained, features, exact=disclosure.exact),
        "segments": [_segment(one) for one in found.segments],
        "last_id": found.lineage.last_id,
        "scatter": _scatter(charts, *first, labels, ids, _MOST_PAIRS),
        "other_scatters": [_scatter(charts, *pair, labels, ids, _MOST_OTHER_PAIRS // len(others)) for pair in others],
        "model": model_document(clustering, found, disclosure),
    }


def _scatter(charts: _Charts, x: str, y: str, labels: Labels, ids: Sequence[int], most: int) -> dict[str, Any]:
    pairs, hidden = charts.counted_pairs(x, y, labels, most)
    points = [[a, b, ids[int(group)], n] for a, b, group, n in pairs]
    return {"x": x, "y": y, "points": points, "hidden": hidden}


def _segment(segment: Segment) -> dict[str, Any]:
    profile = segment.profile
    return {
        "id": segment.identity.id,
        "colour": segment.identity.colour,
        "name": segment.name,
        "persona": segment.naming.name,
        "tag": segment.naming.tag,
        "levels": segment.naming.levels,
        "told_by": segment.naming.told_by,
        "size": profile.size,
        "share": profile.share,
        "part_of_sum": profile.part_of_sum,
        "means": profile.means,
        "medians": profile.medians,
        "spreads": profile.spreads,
        "shares": profile.shares,
        "drivers": [
            {**asdict(driver), "difference": round(driver.difference, 2)} for driver in profile.drivers[:_MOST_DRIVERS]
        ],
        "trust": segment.trust and asdict(segment.trust),
        "analysis": segment.analysis,
        "action": segment.action,
    }


def _comparison(findings: Findings, explained: Mapping[str, float]) -> dict[str, Any]:
    first, second = (findings.placements[mode].labels for mode in (BIVARIATE, MULTIVARIATE))
    shape = tuple(findings.clusterings[mode].k for mode in (BIVARIATE, MULTIVARIATE))
    shared = np.bincount(first * shape[1] + second, findings.points.counts, math.prod(shape)).reshape(shape)
    agreement = float(adjusted_rand_index(shared))
    added = [
        feature
        for feature in findings.points.features
        if feature.role in findings.roles[MULTIVARIATE] and feature.role not in findings.roles[BIVARIATE]
    ]
    return {
        "agreement": findings.disclosure.measure(agreement),
        "counts": findings.disclosure.table(shared.tolist()),
        "text": explain_comparison(
            agreement, findings.modes, explained, added, shared, findings.disclosure.min_cell_count
        ),
    }


@dataclass(frozen=True)
class _Charts:
    """What charts are made of: points, axes, and how few customers a place may tell of."""

    points: WeightedPoints
    axes: Mapping[str, _Axis]
    disclosure: Disclosure

    def counted_pairs(self, x: str, y: str, group: Labels, most: int = _MOST_PAIRS) -> tuple[list[list[float]], int]:
        """Return sorted ``[x, y, group, count]``, and how many customers are left out since too few share a place."""
        counts, customers = self.points.counts, self.points.customers
        if self.disclosure.exact:
            return _counted_pairs(self.axes[x], self.axes[y], group, counts, most), 0
        shown: list[list[float]] = []
        for bins in _BINS:
            pairs = _binned_pairs(self.axes[x], self.axes[y], group, counts, most, (bins,))
            found = [pair for pair in pairs if self.disclosure.cell(pair[-1])]
            if sum(pair[-1] for pair in found) > sum(pair[-1] for pair in shown):
                shown = found
            if len(shown) <= most and sum(pair[-1] for pair in shown) >= (1 - _MOST_HIDDEN) * customers:
                break
        hidden = self.disclosure.count(customers - sum(pair[-1] for pair in shown))
        return [[*place, self.disclosure.count(n)] for *place, n in shown], hidden


@dataclass(frozen=True)
class _Axis:
    """One feature cut into equal bins.

    Parameters
    ----------
    role : str
        Of the feature.
    values : ndarray of float64, shape (n_points,)
        Its values.
    low, high : float
        Where the bins begin and end; what is beyond is in the outermost.
    bins : ndarray of intp, shape (n_points,)
        The bin of each, of `_FINEST_BINS`.
    """

    role: str
    values: Values
    low: float
    high: float
    bins: Labels

    @classmethod
    def of(cls, points: WeightedPoints, role: str, low: float, high: float) -> _Axis:
        values = points.column(role)
        width = (high - low) / _FINEST_BINS or 1.0
        bins = ((values - low) / width).astype(np.intp)
        return cls(role, values, low, high, np.clip(bins, 0, _FINEST_BINS - 1, out=bins))

    def middles(self, bins: int) -> Values:
        """Return the middle of each of so many equal bins."""
        width = (self.high - self.low or 1.0) / bins
        return np.array([self.low + (i + 0.5) * width for i in range(bins)])


def _counted_pairs(x: _Axis, y: _Axis, group: Labels, counts: npt.NDArray[np.int64], most: int) -> list[list[float]]:
    """Return sorted ``[x, y, group, count]``, on a grid where there are too many to send."""
    pairs = _distinct_pairs(x, y, group, counts, most)
    return _binned_pairs(x, y, group, counts, most) if pairs is None else pairs


def _distinct_pairs(
    x: _Axis, y: _Axis, group: Labels, counts: npt.NDArray[np.int64], most: int
) -> list[list[float]] | None:
    """Return the pairs as they are, None where there are too many."""
    some = slice(None, None, max(1, len(group) // _LOOKED_AT_FIRST))
    for part in (some, slice(None)):
        columns = np.column_stack([x.values[part], y.values[part], group[part]])
        cells, where = np.unique(columns, axis=0, return_inverse=True)
        if len(cells) > most:
            return None
    totals = np.bincount(where.ravel(), counts)
    return [[significant(a), significant(b), int(g), int(n)] for (a, b, g), n in zip(cells, totals, strict=True)]


def _binned_pairs(
    x: _Axis, y: _Axis, group: Labels, counts: npt.NDArray[np.int64], most: int, grids: Sequence[int] = _BINS
) -> list[list[float]]:
    """Return the middles of the bins of the finest grid that leaves few enough pairs."""
    groups = int(group.max()) + 1
    shape = (_FINEST_BINS, _FINEST_BINS, groups)
    finest = np.bincount((x.bins * _FINEST_BINS + y.bins) * groups + group, counts, math.prod(shape)).reshape(shape)
    for bins in grids:
        one = _FINEST_BINS // bins
        totals = finest.reshape(bins, one, bins, one, groups).sum(axis=(1, 3))
        filled = np.argwhere(totals)
        if len(filled) <= most:
            break
    xs, ys = x.middles(bins), y.middles(bins)
    return [[significant(xs[i]), significant(ys[j]), int(g), int(totals[i, j, g])] for i, j, g in filled]
