"""Which features are compared on a log scale."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm, skew

from segmentation.clustering.feature_scales import Scale, with_scales
from segmentation.clustering.scaling import Scaling
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.features import Feature
from segmentation.schema.settings import Settings
from tests.support.customers import csv_of, loaded, points_of

LABEL = "Monetary ($)"
SPENDS = ["Fresh", "Milk", "Grocery", "Frozen", "Detergents_Paper", "Delicassen"]
Values = NDArray[np.float64]


def one_feature(values: Values, label: str = LABEL) -> WeightedPoints:
    return points_of(np.sort(values)[:, None], features=(Feature("monetary", label),))


def unit_of(
    values: Values,
    settings: Mapping[str, str] | None = None,
    before: Mapping[str, Scale] | None = None,
    label: str = LABEL,
) -> float | None:
    """The unit of the logarithms of a feature with these values; None on a linear scale."""
    points, impossible = with_scales(one_feature(values, label), settings or {}, before or {})
    assert [feature.log_unit for feature in impossible] in ([], [None])
    return points.features[0].log_unit


def units_in(file: Path, modes: dict[str, list[str]] | None = None) -> dict[str, float | None]:
    settings = Settings.parse(json.dumps({"modes": modes} if modes else {}).encode())
    points, impossible = with_scales(loaded(file.read_bytes(), settings).points, {}, {})
    assert not impossible
    return {feature.role: feature.log_unit for feature in points.features if not feature.categorical}


@pytest.fixture
def skewed() -> Values:
    """With a unit of 10, its logarithms are normally distributed."""
    return 10 * np.expm1(np.random.default_rng(1).normal(2.2, 0.7, 400).clip(0.01))


@pytest.fixture
def even() -> Values:
    return np.random.default_rng(1).normal(60, 10, 400)


def log_normal(power: float, n: int = 2_000) -> Values:
    """Quantiles: the larger the power, the more skewed."""
    found: Values = 100 * np.exp(power * norm.ppf((np.arange(n) + 0.5) / n))
    return found


def without_ends(values: Values, share: float = 0.01) -> Values:
    cut = round(share * len(values))
    return np.sort(values)[cut : len(values) - cut]


# --- what the data suggest ---


def test_skewed_values_whose_logarithms_are_not_are_on_a_log_scale(skewed):
    assert unit_of(skewed) == 10.0


def test_values_that_are_not_skewed_are_on_a_linear_scale(even):
    assert unit_of(even) is None


@pytest.mark.parametrize(("power", "log"), [(0.2, False), (0.26, False), (0.36, True), (0.5, True)])
def test_skewness_without_the_ends_decides(power, log):
    values = log_normal(power)

    assert (skew(without_ends(values)) > 0.75) == log
    assert (unit_of(values) is not None) == log


def test_logarithms_that_are_as_skewed_are_of_no_use():
    """Most buy next to nothing, and some a lot: the logarithms are hardly less skewed."""
    generator = np.random.default_rng(2)
    values = np.append(generator.uniform(10, 11, 900), generator.uniform(1_000, 1_100, 100))

    assert skew(values) > 0.75
    assert skew(np.log1p(values / 10)) > 0.5 * skew(values)
    assert unit_of(values) is None


def test_logarithms_that_are_skewed_the_other_way_are_of_no_use():
    """To halve skewness is not to turn it round."""
    generator = np.random.default_rng(3)
    values = np.concatenate([np.zeros(60), generator.normal(5_000, 500, 800), generator.normal(15_000, 1_000, 140)])

    trimmed = without_ends(values)
    assert skew(trimmed) > 0.75
    assert skew(np.log1p(trimmed / 1_000)) < -0.5 * skew(trimmed)
    assert unit_of(values) is None


@pytest.mark.parametrize("n", [60, 400, 5_000])
def test_a_few_extreme_values_do_not_decide(n):
    """Up to three, or a hundredth."""
    values = np.random.default_rng(4).uniform(5, 100, n)
    values[: max(3, n // 100)] = 400

    assert skew(values) > 2
    assert abs(skew(np.log1p(values / 10))) < 0.5 * skew(values)
    assert unit_of(values) is None


def test_values_that_are_skewed_to_the_left_stay_linear(skewed):
    assert unit_of(skewed.max() - skewed) is None


def test_customers_count_and_not_points():
    """Many customers of one value are as many."""
    values, counts = np.array([[1.0], [2.0], [3.0], [4.0], [30.0], [31.0]]), [300, 150, 80, 60, 9, 9]
    feature = (Feature("monetary", LABEL),)

    counted, _ = with_scales(points_of(values, counts, feature), {}, {})
    alike, _ = with_scales(points_of(values, None, feature), {}, {})

    repeated = np.repeat(values[:, 0], counts)
    assert counted.features[0].log_unit == unit_of(repeated)
    assert counted.features[0].log_unit != alike.features[0].log_unit


@pytest.mark.parametrize("values", [[5.0], [0.0, 0.0], [7.0] * 50, [0.0] * 50])
def test_values_that_are_all_alike_stay_linear(values):
    assert unit_of(np.array(values)) is None


# --- its unit ---


@pytest.mark.parametrize("unit", [0.01, 1.0, 10.0, 10_000.0])
def test_the_unit_is_the_power_of_ten_for_which_logarithms_are_least_skewed(unit):
    assert unit_of(unit * np.expm1(norm.ppf((np.arange(400) + 0.5) / 400, 2.2, 0.6))) == unit


def test_the_median_is_that_of_the_values_above_0():
    """Many have not bought anything."""
    values = np.append(np.zeros(300), np.geomspace(200, 800, 200))

    assert unit_of(values, {LABEL: "log"}) == 100.0


def test_the_median_is_that_of_customers_and_not_of_points():
    points = points_of([[5.0], [50.0], [60.0]], [100, 1, 1], (Feature("monetary", LABEL),))

    assert with_scales(points, {LABEL: "log"}, {})[0].features[0].log_unit == 1.0


def test_a_file_in_thousands_has_the_same_coordinates(skewed):
    """And so the same segments."""
    coordinates = []
    for header, divisor in (("Annual Income ($)", 1), ("Annual Income (k$)", 1_000)):
        rows = [f"{i},{30 + i % 40},{round(100 * one) / divisor},{i % 97}" for i, one in enumerate(skewed)]
        data = csv_of(*rows, header=f"CustomerID,Age,{header},Spending Score (1-100)")
        points, _ = with_scales(loaded(data).points, {}, {})
        unit = next(one.log_unit for one in points.features if one.role == "income")
        assert unit == 1_000 / divisor
        X = Scaling.fit_transform(points)[1]
        coordinates.append(X[np.lexsort(X.T)])

    assert coordinates[1] == pytest.approx(coordinates[0], abs=1e-4)


# --- values below 0 ---


def test_up_to_a_hundredth_below_0_counts_as_0(skewed):
    values = skewed.copy()
    values[:4] = -50.0

    points, impossible = with_scales(one_feature(values), {}, {})

    assert not impossible
    assert points.features[0].log_unit == 10.0
    assert points.scaled("monetary").min() == 0
    assert (points.scaled("monetary") == 0).sum() == 4


def test_more_below_0_are_on_a_linear_scale(skewed):
    values = skewed.copy()
    values[:5] = -50.0

    assert unit_of(values) is None


@pytest.mark.parametrize("values", [[-3.0, -2.0, -1.0, 5.0], [0.0, 0.0, 0.0], [-1.0] * 20])
def test_where_no_log_scale_is_possible_it_is_said(values):
    points, impossible = with_scales(one_feature(np.array(values)), {LABEL: "log"}, {})

    assert points.features[0].log_unit is None
    assert [feature.label for feature in impossible] == [LABEL]


def test_a_log_scale_that_was_and_cannot_be_any_more_is_said():
    before = {"monetary": Scale(LABEL, 10.0)}
    points, impossible = with_scales(one_feature(np.array([-3.0, -2.0, 4.0, 5.0])), {}, before)

    assert points.features[0].log_unit is None
    assert [feature.label for feature in impossible] == [LABEL]


# --- settings ---


def test_settings_go_before_the_data(skewed, even):
    assert unit_of(skewed, {LABEL: "linear"}) is None
    assert unit_of(even, {LABEL: "log"}) == 10.0
    assert unit_of(skewed, {LABEL: "auto"}) == 10.0
    assert unit_of(even, {LABEL: "auto"}) is None


def test_settings_may_name_the_role(skewed):
    assert unit_of(skewed, {"monetary": "linear"}) is None


def test_settings_of_another_column_say_nothing(skewed):
    assert unit_of(skewed, {"Recency": "linear"}) == 10.0


# --- the run before ---


def test_a_scale_stays_as_it_was(skewed, even):
    assert unit_of(even, before={"monetary": Scale(LABEL, 100.0)}) == 100.0
    assert unit_of(skewed, before={"monetary": Scale(LABEL, None)}) is None


def test_of_a_column_in_another_unit_the_kind_of_scale_stays(skewed, even):
    assert unit_of(even, before={"monetary": Scale("Monetary (k$)", 0.01)}) == 10.0
    assert unit_of(skewed, before={"monetary": Scale("Monetary (k$)", None)}) is None


def test_where_settings_name_columns_the_role_has_the_unit_too(skewed, even):
    before = {"Monetary (k$)": Scale("Monetary (k$)", 0.01), "Frequency": Scale("Frequency", None)}

    assert unit_of(even, before=before) == 10.0
    assert unit_of(even, before=before | {"Monetary (EUR)": Scale("Monetary (EUR)", 1.0)}) is None


def test_of_a_column_of_another_name_nothing_stays(skewed, even):
    assert unit_of(even, before={"monetary": Scale("Turnover ($)", 100.0)}) is None
    assert unit_of(skewed, before={"monetary": Scale("Turnover ($)", None)}) == 10.0


def test_settings_go_before_the_run_before(skewed, even):
    """`auto` decides anew."""
    assert unit_of(even, {LABEL: "auto"}, {"monetary": Scale(LABEL, 100.0)}) is None
    assert unit_of(skewed, {LABEL: "auto"}, {"monetary": Scale(LABEL, None)}) == 10.0
    assert unit_of(even, {LABEL: "linear"}, {"monetary": Scale(LABEL, 100.0)}) is None
    assert unit_of(even, {LABEL: "log"}, {"monetary": Scale(LABEL, None)}) == 10.0


def test_a_log_scale_of_settings_keeps_the_unit_of_the_run_before(even):
    """Another unit would make other segments of the same customers."""
    assert unit_of(even, {LABEL: "log"}, {"monetary": Scale(LABEL, 100.0)}) == 100.0


def test_a_new_feature_beside_known_ones_is_decided_by_its_data(skewed):
    before = {"frequency": Scale("Frequency", None)}

    assert unit_of(skewed, before=before) == 10.0


# --- files ---


def test_the_reference_and_the_sample_stay_linear(sample):
    assert set(units_in(sample).values()) == {None}


@pytest.mark.parametrize("name", ["Mall_Customers.csv", "mall_spanish.csv", "jewellery.csv"])
def test_known_files_stay_linear(name, shared_data):
    assert set(units_in(shared_data / name).values()) == {None}


def test_spends_of_wholesale_customers_are_on_log_scales(shared_data):
    modes = {"bivariate": SPENDS[:2], "multivariate": SPENDS}

    assert all(units_in(shared_data / "tables" / "wholesale.csv", modes).values())


def test_incomes_of_a_bank_are_on_a_log_scale_and_ages_are_not(shared_data):
    modes = {"bivariate": ["Income", "CCAvg"], "multivariate": ["Income", "CCAvg", "Age"]}

    found = units_in(shared_data / "tables" / "bank.csv", modes)

    assert (found["Income"], found["Age"]) == (10.0, None)


def test_recency_stays_linear_where_it_is_even(shared_data):
    modes = {"bivariate": ["recency", "monetary"], "multivariate": ["recency", "frequency", "monetary"]}

    assert units_in(shared_data / "tables" / "rfm.csv", modes)["recency"] is None


@pytest.mark.parametrize("seed", range(5))
def test_recency_frequency_and_monetary_are_often_on_log_scales(seed, tmp_path):
    columns = np.random.default_rng(seed).lognormal([4, 1.5, 5], [0.9, 0.8, 1.0], (800, 3))
    file = tmp_path / "rfm.csv"
    np.savetxt(file, columns.round(2), delimiter=",", header="recency,frequency,monetary", comments="", fmt="%.2f")
    modes = {"bivariate": ["recency", "monetary"], "multivariate": ["recency", "frequency", "monetary"]}

    assert all(units_in(file, modes).values())


def test_scales_do_not_depend_on_how_a_file_is_read(skewed):
    rows = [f"{i},{'Male' if i % 3 else 'Female'},{30 + i % 40},{one:.2f},{i % 97}" for i, one in enumerate(skewed)]
    data = csv_of(*rows)

    found = [with_scales(loaded(data, block_bytes=size).points, {}, {})[0].features for size in (300, 2**20)]

    assert found[0] == found[1]
    assert any(feature.log_unit for feature in found[0])
