"""Simulations: what is found in customers without groups, with groups, and with values that are wrong."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from segmentation.clustering.verdict import NOT_RELIABLE, SOLID, verdict
from tests.support.draws import draws
from tests.support.simulated import cloud, evenly, few_or_many, groups, log_cloud, log_groups, sought, spoiled

pytestmark = pytest.mark.usefixtures("no_second_opinion")


def least(draws: int) -> int:
    """Return 19 of 20, and of a few all but one."""
    return draws - max(1, draws // 20)


with_and_without_outliers = pytest.mark.parametrize("outliers", [False, True], ids=["clean", "outliers"])


@draws(few=3, many=100, parts=5)
@with_and_without_outliers
@pytest.mark.parametrize("kind", [evenly, cloud, log_cloud])
def test_customers_without_groups_have_no_reliable_segments(kind, outliers, seed, draws):
    """At least 95 of 100 draws, in each of five hundreds of 20."""
    generator = np.random.default_rng([seed, len(kind.__name__), outliers])
    found = 0
    for _ in range(draws):
        rows = kind(generator, few_or_many(generator))
        if outliers:
            rows, _ = spoiled(generator, rows)
        found += verdict(sought(rows.round(3)).clustering) == NOT_RELIABLE

    assert found >= least(draws)


@draws(few=3, many=100, parts=5)
@with_and_without_outliers
def test_planted_groups_are_solid(outliers, seed, draws):
    generator = np.random.default_rng([seed, 2, outliers])
    kept = 0
    for _ in range(draws):
        rows, group = groups(generator, few_or_many(generator))
        right = np.ones(len(rows), dtype=bool)
        if outliers:
            rows, wrong = spoiled(generator, rows)
            right[wrong] = False
        found = sought(rows.round(3))
        agreement = adjusted_rand_score(group[right], found.labels[right])
        kept += verdict(found.clustering) == SOLID and agreement >= 0.9

    assert kept >= least(draws)


@draws(few=3, many=100, parts=5)
@with_and_without_outliers
def test_groups_that_are_round_on_a_log_scale_are_found_where_plain_k_means_fails(outliers, seed, draws):
    """Plain K-Means is told their number, and has the same rows."""
    generator = np.random.default_rng([seed, 3, outliers])
    kept, plain = 0, []
    for _ in range(draws):
        rows, group = log_groups(generator, few_or_many(generator))
        right = np.ones(len(rows), dtype=bool)
        if outliers:
            rows, wrong = spoiled(generator, rows)
            right[wrong] = False
        found = sought(rows.round(3))
        agreement = adjusted_rand_score(group[right], found.labels[right])
        kept += verdict(found.clustering) == SOLID and agreement >= 0.9 and None not in found.log_units
        labels = KMeans(5, n_init=3, random_state=0).fit_predict(StandardScaler().fit_transform(rows))
        plain.append(adjusted_rand_score(group[right], labels[right]))

    assert kept >= least(draws)
    assert np.mean(plain) <= 0.6
