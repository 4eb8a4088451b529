"""The name and the unit of a feature."""

import math

import numpy as np
import pytest

from segmentation.schema.features import Feature


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        ("Annual Income (k$)", "Annual Income", "k$"),
        ("Annual Income [EUR] ", "Annual Income", "EUR"),
        ("Spending Score (1-100)", "Spending Score", ""),
        ("Spending Score (0 – 1.0)", "Spending Score", ""),
        ("Age", "Age", ""),
        ("(k$)", "(k$)", "k$"),
    ],
)
def test_a_feature_has_the_name_and_the_unit_of_its_label(label, name, unit):
    feature = Feature("income", label)

    assert (feature.name, feature.unit) == (name, unit)


def test_a_log_scale_is_that_of_one_plus_the_value_in_its_unit():
    feature = Feature("monetary", "Monetary ($)", log_unit=100.0)

    assert feature.to_scale(np.array([0.0, 100.0, 900.0])) == pytest.approx([0, math.log(2), math.log(10)])


def test_on_a_log_scale_values_below_0_count_as_0():
    feature = Feature("monetary", "Monetary ($)", log_unit=10.0)

    assert feature.to_scale(np.array([-5.0, -1e9, -0.0])).tolist() == [0, 0, 0]


@pytest.mark.parametrize("log_unit", [None, 0.001, 1.0, 1e6])
def test_a_scale_leads_there_and_back(log_unit):
    feature = Feature("monetary", "Monetary ($)", log_unit=log_unit)
    values = np.array([0.0, 0.5, 7.0, 123_456.0, 1e9])

    assert feature.from_scale(feature.to_scale(values)) == pytest.approx(values)


def test_a_linear_scale_leaves_values_as_they_are():
    values = np.array([-3.0, 0.1, 1e12])

    assert Feature("age", "Age").to_scale(values).tolist() == values.tolist()


@pytest.mark.parametrize("thousand", [1_000, 0.001])
def test_logarithms_are_the_same_in_thousands(thousand):
    values = np.array([0.0, 12.0, 345.0, 99_999.0])
    one, other = Feature("income", "Income", log_unit=10.0), Feature("income", "Income", log_unit=10.0 * thousand)

    assert other.to_scale(values * thousand).tolist() == one.to_scale(values).tolist()
