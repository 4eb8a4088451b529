"""`scales` and `outliers` in settings.json."""

import json

import pytest

from segmentation.errors import UnusableFileError
from segmentation.schema.settings import Settings


def test_scales_and_outliers_are_read():
    found = Settings.parse(b'{"scales": {"Annual Income (k$)": "log", "Age": "auto"}, "outliers": "keep"}')

    assert found.scales == {"Annual Income (k$)": "log", "Age": "auto"}
    assert found.outliers == "keep"
    assert Settings.parse(b'{"outliers": "auto"}').outliers == "auto"


def test_nothing_is_said_by_default():
    """So that it stays as the run before had it."""
    assert Settings.parse(b"{}").scales == {}
    assert Settings.parse(b"{}").outliers is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"scales": {"Age": "logarithmic"}}, "scales.Age: 'logarithmic' is not one of ['auto', 'linear', 'log']"),
        ({"scales": {"Age": True}}, "scales.Age: True is not one of ['auto', 'linear', 'log']"),
        ({"scales": "log"}, "scales: 'log' is not of type 'object'"),
        ({"outliers": "drop"}, "outliers: 'drop' is not one of ['auto', 'keep']"),
        ({"outliers": None}, "outliers: None is not one of ['auto', 'keep']"),
        ({"outlier": "keep"}, "Additional properties are not allowed ('outlier' was unexpected)"),
    ],
)
def test_other_words_are_refused(content, reason):
    with pytest.raises(UnusableFileError) as caught:
        Settings.parse(json.dumps(content).encode())

    assert reason in caught.value.reason
    assert caught.value.remedy
