"""Both modes clustered for every K, and one K chosen for both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from sklearn import config_context
from threadpoolctl import ThreadpoolController

from segmentation import refusals
from segmentation.clustering.result import Assignment, Clustering
from segmentation.clustering.search import ModeSearch
from segmentation.clustering.selection import KS, ChosenK
from segmentation.parallel import map_ordered
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.schema import BIVARIATE

# Found once, since that takes milliseconds: all of the libraries are imported by now.
_threads = ThreadpoolController()


def cluster(
    points: WeightedPoints,
    modes: Mapping[str, Sequence[str]],
    k: int | None = None,
    everyone: WeightedPoints | None = None,
) -> tuple[dict[str, Clustering], dict[str, Assignment], ChosenK]:
    """Cluster the points in both modes for every K, and choose one K for both.

    Parameters
    ----------
    points : WeightedPoints
        With all features of both modes, without outliers.
    modes : mapping of str to sequence of str
        The roles of the features of each mode. Segments are numbered by the second feature of the bivariate one, then
        by the first, from good to bad.
    k : int, optional
        The number of segments; chosen from the data by default.
    everyone : WeightedPoints, optional
        The same with the outliers; there are none by default.

    Returns
    -------
    clusterings : dict of str to Clustering
        By name of mode.
    assignments : dict of str to Assignment
        By name of mode, the segment of each point for the chosen K, outliers included.
    chosen : ChosenK
        The K for which they are best.

    Raises
    ------
    UnusableFileError
        If there are fewer distinct points than the largest K, or all customers have one value of a bivariate feature.
    """
    order = tuple(reversed(modes[BIVARIATE]))
    # Modes of the same features are one search: each of its measures is then the same in both.
    distinct = {tuple(roles): ModeSearch(points.marginal(roles), order) for roles in modes.values()}
    searches = {mode: distinct[tuple(roles)] for mode, roles in modes.items()}
    for search in distinct.values():
        _check_enough(search.points)
    _check_varied(searches[BIVARIATE].points)
    # Both modes at once, so one thread each: in linear algebra for the process, in scikit-learn's own loops below.
    with _threads.limit(limits=1, user_api="blas"):
        list(map_ordered(_sweep, distinct.values()))
        chosen = searches[BIVARIATE].choose(k)
        solved = map_ordered(lambda search: _solve(search, chosen.value), distinct.values())
        with _plain_scikit_learn():
            # One after the other, as each takes a hundred megabytes.
            found = {
                search: replace(clustering, second_opinion=search.second_opinion(clustering))
                for search, clustering in zip(distinct.values(), solved, strict=True)
            }
            clusterings = {mode: found[search] for mode, search in searches.items()}
            assignments = {
                mode: search.assignment(everyone or points, clusterings[mode]) for mode, search in searches.items()
            }
    return clusterings, assignments, chosen


def _sweep(search: ModeSearch) -> None:
    with _plain_scikit_learn():
        search.sweep()


def _solve(search: ModeSearch, k: int) -> Clustering:
    with _plain_scikit_learn():
        return search.solved(k)


@contextmanager
def _plain_scikit_learn() -> Iterator[None]:
    """Have scikit-learn use one thread and check no input, since points are finite; in the calling thread only."""
    with (
        config_context(assume_finite=True, skip_parameter_validation=True),
        _threads.limit(limits=1, user_api="openmp"),
    ):
        yield


def _check_enough(points: WeightedPoints) -> None:
    if len(points) < KS[-1]:
        names = [feature.name for feature in points.features]
        raise refusals.too_few_points(len(points), points.customers, names, KS[-1])


def _check_varied(points: WeightedPoints) -> None:
    for feature in points.features:
        if np.ptp(points.column(feature.role)) == 0:
            raise refusals.feature_without_variation(feature.label)
