"""Simulations: values that are wrong or far away among customers of five groups."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.clustering.feature_scales import LINEAR
from segmentation.clustering.outliers import find_outliers
from tests.support.customers import FEATURES
from tests.support.draws import draws
from tests.support.simulated import INCOME, SPENDING, groups, points_in_two, same_parts, sought

pytestmark = pytest.mark.usefixtures("no_second_opinion")
# Too high, too low, a sign too many.
FACTORS = (10, 31.6, 100, 1_000, -1, -10, -1_000, 0.1, 0.001)
SIZES = [60, 200, 500, *(pytest.param(n, marks=pytest.mark.statistics) for n in (2_000, 20_000))]


def deviations(rows: np.ndarray, who: int, column: int) -> float:
    """How many standard deviations of all others from their mean a value is."""
    others = np.delete(rows[:, column], who)
    return float(abs(rows[who, column] - others.mean()) / others.std())


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("column", [INCOME, SPENDING])
def test_one_typo_is_marked_and_all_others_keep_their_segments(column, n):
    """Where it is far; a value that others have is none. The segments are those without the customer."""
    generator = np.random.default_rng([n, column])
    rows, _ = groups(generator, n)
    who = int(generator.integers(n))
    without = sought(np.delete(rows, who, axis=0))
    far = 0
    for factor in FACTORS:
        typo = rows.copy()
        typo[who, column] = round(typo[who, column] * factor, 2)
        found = sought(typo)
        if deviations(typo, who, column) > 5:
            far += 1
            assert np.flatnonzero(found.outliers.mask).tolist() == [who]
            assert same_parts(np.delete(found.labels, who), without.labels)
            assert found.clustering.evidence == without.clustering.evidence
        elif rows[:, column].min() <= typo[who, column] <= rows[:, column].max():
            assert found.outliers.customers == 0

    assert far >= 4


@draws(few=3, many=100, parts=2)
@pytest.mark.parametrize("n", [200, 2_000])
def test_up_to_three_typos_at_once_are_marked_in_whichever_columns(n, seed, draws):
    """Only who is marked: all others are then clustered as without them."""
    generator = np.random.default_rng([n, seed])
    for _ in range(draws):
        rows, _ = groups(generator, n)
        wrong = generator.choice(n, int(generator.integers(2, 4)), replace=False)
        columns = generator.integers(0, 2, len(wrong))
        rows[wrong, columns] = 150 + rows[wrong, columns] * 10 ** generator.uniform(1, 3, len(wrong))

        outliers, _ = find_outliers(points_in_two(rows.round(2)))

        assert np.flatnonzero(outliers.mask).tolist() == sorted(wrong)


@pytest.mark.parametrize("distance", [500, pytest.param(5_000, marks=pytest.mark.statistics)])
@pytest.mark.parametrize(
    ("n", "members"),
    [(300, 10), (1_000, 10), *(pytest.param(n, n // 100, marks=pytest.mark.statistics) for n in (2_000, 20_000))],
)
def test_a_small_group_far_away_is_a_segment_and_a_typo_beside_it_is_none(n, members, distance):
    generator = np.random.default_rng([n, members, distance])
    rows, _ = groups(generator, n - members)
    small = generator.normal([distance, 50], [5, 7], (members, 2)).round()
    rows = np.vstack([rows, small])
    is_small = np.arange(n) >= n - members
    typo = rows.copy()
    typo[0, INCOME] = 99_999

    # A hundredth of all is just what is left out at each end before a scale is chosen.
    linear = {feature.label: LINEAR for feature in FEATURES[2:]}
    right, wrong = sought(rows, scales=linear), sought(typo, scales=linear)

    assert right.outliers.customers == 0
    assert np.flatnonzero(wrong.outliers.mask).tolist() == [0]
    for found in (right, wrong):
        (own,) = {*found.labels[is_small].tolist()}
        assert own not in found.labels[~is_small & ~found.outliers.mask]
