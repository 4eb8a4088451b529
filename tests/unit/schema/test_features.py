"""The name and the unit of a feature."""

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
