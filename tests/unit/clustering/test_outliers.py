"""Who is so far from all others that segments are sought without them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from segmentation.clustering.decisions import Decisions, decisions_document
from segmentation.clustering.feature_scales import Scale, with_scales
from segmentation.clustering.outliers import Outliers, find_outliers
from segmentation.customers.load import LoadedCustomers
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.features import Feature
from tests.support.customers import FEATURES, MODES, csv_of, loaded, points_of, random_lines

Values = NDArray[np.float64]


def numbers(values: Values | list[float], log_unit: float | None = None) -> WeightedPoints:
    """Points of one feature, each value one customer."""
    return points_of(np.sort(values)[:, None], features=(Feature("monetary", "Monetary ($)", log_unit=log_unit),))


def outlying(values: Values | list[float], **options) -> list[float]:
    points = numbers(values)
    return points.column("monetary")[find_outliers(points, **options)[0].mask].tolist()


@pytest.fixture
def usual() -> Values:
    return np.random.default_rng(1).normal(60, 10, 200).round(1)


@pytest.mark.parametrize("far", [[99_999], [-5_000], [200], [-80], [500, 900, -300]])
def test_values_beyond_the_limits_and_a_gap_are_outliers(far, usual):
    assert outlying([*usual, *far]) == sorted(far)


def test_what_is_near_is_not(usual):
    assert outlying([*usual, 92]) == []


def test_a_tail_without_a_gap_has_none(usual):
    assert outlying([*usual, *np.arange(90, 140, 6)]) == []


def test_evenly_spread_values_and_groups_have_none():
    generator = np.random.default_rng(2)
    assert outlying(generator.uniform(0, 100, 500)) == []
    assert outlying(np.append(generator.normal(20, 2, 100), generator.normal(90, 2, 100))) == []


@pytest.mark.parametrize(("customers", "found"), [(3, 3), (4, 0), (9, 0)])
def test_of_two_hundred_no_more_than_three_are_outliers(customers, found, usual):
    assert len(outlying([*usual, *np.linspace(500, 900, customers)])) == found


def test_of_many_a_hundredth_may_be():
    usual = np.random.default_rng(3).normal(60, 10, 2_000)
    apart = np.linspace(500, 2_000, 30)

    assert len(outlying([*usual, *apart[:20]])) == 20
    assert outlying([*usual, *apart]) == []


def test_a_hundredth_of_the_customers_together_is_a_segment():
    usual = np.random.default_rng(3).normal(60, 10, 1_980)

    assert len(outlying([*usual, *np.linspace(500, 501, 19)])) == 19
    assert outlying([*usual, *np.linspace(500, 501, 20)]) == []


def test_ten_customers_together_are_a_segment():
    usual = np.random.default_rng(3).normal(60, 10, 600)

    assert len(outlying([*usual, *np.linspace(500, 501, 9)], before=True)) == 9
    assert outlying([*usual, *np.linspace(500, 501, 10)], before=True) == []


def test_where_some_were_left_out_before_it_takes_twice_as_many_for_a_tail(usual):
    apart = np.linspace(500, 900, 6)

    assert outlying([*usual, *apart]) == []
    assert len(outlying([*usual, *apart], before=True)) == 6
    assert outlying([*usual, *apart, 1_000], before=True) == []


def test_customers_count_and_not_points(usual):
    feature = (Feature("monetary", "Monetary ($)"),)
    rows = np.append(np.sort(usual), 99_999)[:, None]

    few, kept = find_outliers(points_of(rows, [1] * 200 + [3], feature))
    many, all_ = find_outliers(points_of(rows, [1] * 200 + [4], feature))

    assert (few.customers, kept.customers) == (3, 200)
    assert (many.customers, all_.customers) == (0, 204)


def test_where_most_are_alike_there_is_no_measure_of_far():
    """Most have bought nothing."""
    assert outlying([0] * 150 + [*range(1, 50)] + [99_999]) == []
    assert outlying([7] * 200) == []
    assert outlying([7] * 199 + [8_000]) == []


def test_nobody_is_left_out_where_everybody_is_to_be_kept(usual):
    points = numbers([*usual, 99_999])

    found, kept = find_outliers(points, "keep", before=True)

    assert (found.rule, found.customers, found.mask.any(), found.ranges) == ("keep", 0, False, {})
    assert kept is points


def test_far_is_on_the_scale_of_the_feature():
    """What is far in dollars is not in logarithms, and the other way round."""
    values = np.random.default_rng(4).lognormal(4, 1, 400)
    far = [float(values.max()) * 1.6]

    linear, log = numbers([*values, *far]), numbers([*values, *far], 10.0)
    assert find_outliers(linear)[0].customers >= 1
    assert find_outliers(log)[0].customers == 0
    assert find_outliers(numbers([*values, 1e8], 10.0))[0].customers == 1


def test_one_number_is_enough_and_categories_are_none(usual):
    rows = [(30 + i % 30, i % 2, one, 20 + i % 60) for i, one in enumerate(usual)]
    rows += [(40, 0, 9_999, 50), (400, 1, 60, 50)]
    points = points_of(sorted(rows), features=FEATURES)

    found, kept = find_outliers(points)

    assert sorted(map(tuple, points.values[found.mask].tolist())) == sorted(rows[-2:])
    assert set(found.ranges) == {"age", "income"}
    assert kept.customers == 200
    assert np.array_equal(kept.values, points.values[~found.mask])


def test_too_many_in_all_are_none(usual):
    """Three in one feature, and two others in another."""
    rows = [(30 + i % 30, i % 2, one, 20 + i % 60) for i, one in enumerate(usual)]
    rows += [(40, 0, 5_000 + i * 900, 50) for i in range(3)]
    assert find_outliers(points_of(sorted(rows)))[0].customers == 3

    found, kept = find_outliers(points_of(sorted([*rows, (400, 1, 60, 50), (500, 0, 61, 50)])))

    assert found.customers == 0
    assert kept.customers == 205


def test_a_tail_in_one_feature_hides_no_outlier_in_another(usual):
    rows = [(30 + i % 30, i % 2, one, 20 + i % 60) for i, one in enumerate(usual)]
    rows += [(40, 0, 5_000 + i * 900, 50) for i in range(6)] + [(400, 1, 60, 50)]

    found, _ = find_outliers(points_of(sorted(rows)))

    assert (found.customers, set(found.ranges)) == (1, {"age"})


def test_only_values_that_are_far_are_beyond_a_limit(usual):
    """Who is an outlier in age, and has the largest income of all others, is none in income."""
    rows = [(30 + i % 30, i % 2, one, 20 + i % 60) for i, one in enumerate(usual)]
    rows += [(400, 0, 95.0, 50), (40, 0, 9_999, 50)]

    found, _ = find_outliers(points_of(sorted(rows)))

    assert found.customers == 2
    ((lowest_income, _),) = found.ranges["income"]
    assert 95 < lowest_income < 9_999
    ((lowest_age, _),) = found.ranges["age"]
    assert 59 < lowest_age < 400


def test_between_all_others_and_a_segment_far_away_a_value_is_in_a_range_too():
    usual = np.random.default_rng(3).normal(60, 12, 2_000)

    found, _ = find_outliers(numbers([*usual, 230, *np.linspace(400, 402, 25), 900]))

    between, beyond = found.ranges["monetary"]
    assert found.customers == 2
    assert usual.max() < between[0] < 230 < between[1] < 400
    assert 402 < beyond[0] < 900 < beyond[1]


def test_those_are_kept_without_whom_a_mode_has_too_few_different_customers():
    """Nine pairs would be left, however many ages there are."""
    pairs = [(20, 10), (25, 30), (31, 50), (36, 60), (40, 70), (44, 20), (50, 40), (55, 80), (61, 90)]
    rows = [(20 + i, i % 2, *pairs[i % 9]) for i in range(72)] + [(40, 0, 99_999, 50)]
    points = points_of(sorted(rows))

    assert find_outliers(points)[0].customers == 1
    assert find_outliers(points, modes=MODES)[0].customers == 0


@pytest.mark.parametrize("values", [[5], [1, 2], [1, 2, 1_000_000], [1, 2, 3, 4, 1_000]])
def test_of_very_few_customers_some_are_left(values):
    found, kept = find_outliers(numbers(values))

    assert kept.customers + found.customers == len(values)
    assert kept.customers > len(values) / 2


def with_income(lines: list[str], *incomes: float) -> LoadedCustomers:
    return loaded(csv_of(*lines, *(f"{9_000 + i},Male,40,{one},50" for i, one in enumerate(incomes))))


def test_extremes_are_those_of_all_others():
    customers = with_income(random_lines(600, 2), 99_999, 450_000)

    found, kept = find_outliers(customers.points)

    assert found.customers == 2
    without = loaded(csv_of(*random_lines(600, 2))).points
    assert kept.extremes("income") == pytest.approx(without.extremes("income"), abs=0.05)
    for role in ("age", "spending"):
        assert kept.extremes(role) == without.extremes(role)


# --- decisions of the run before ---


def test_the_decisions_of_a_run_are_read_from_its_result(usual):
    document = {
        "features": {
            "age": {"kind": "numeric", "label": "Age", "scale": "linear", "log_unit": None},
            "gender": {"kind": "categorical", "label": "Gender"},
            "income": {"kind": "numeric", "label": "Annual Income (k$)", "scale": "log", "log_unit": 10, "mean": 3},
        },
        "outliers": {"rule": "auto", "count": 2, "text": "2 customers …"},
        "customers": 7,
    }
    expected = Decisions({"age": Scale("Age", None), "income": Scale("Annual Income (k$)", 10)}, "auto", True)

    assert Decisions.from_document(document) == expected
    part = decisions_document(document)
    assert Decisions.from_document(part) == expected
    assert "customers" not in part
    assert "mean" not in part["features"]["income"]


@pytest.mark.parametrize(("count", "left_out"), [(0, False), (5, True)])
def test_whether_customers_were_left_out_is_known(count, left_out):
    document = {"features": {}, "outliers": {"rule": "auto", "count": count, "text": None}}

    assert Decisions.from_document(document).left_out == left_out


def test_a_result_of_an_earlier_release_had_linear_scales_and_left_nobody_out():
    document = {"features": {"income": {"kind": "numeric", "label": "Income"}, "x": {"kind": "categorical"}}}

    for one in (document, decisions_document(document)):
        found = Decisions.from_document(one)
        assert found == Decisions({"income": Scale("Income", None)}, "keep", False)


def test_without_a_run_before_all_is_decided_by_the_data():
    assert Decisions() == Decisions({}, "auto", False)
    values = np.random.default_rng(5).lognormal(4, 1, 300)
    assert with_scales(numbers(values), {}, Decisions().scales)[0].features[0].log_unit is not None


def test_no_outliers_are_nobody():
    points = numbers([1, 2, 3])

    assert not Outliers.none(points).mask.any()
    assert len(Outliers.none(points).mask) == 3
