"""What the sentences say and what the page shows beside them is the same number."""

import json
import math

import pytest

from infra.layer import ROOT
from segmentation.rounding import percent, readable, significant

READABLE = json.loads((ROOT / "tests" / "golden" / "readable_numbers.json").read_text())


@pytest.mark.parametrize(("value", "text"), READABLE)
def test_a_number_is_written_as_the_page_writes_it(value, text):
    """The site's tests read the same list."""
    assert readable(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.125, "12.5%"), (0.1045, "10.5%"), (1 / 3, "33.3%"), (1, "100%")]
)
def test_a_share_is_written_in_percent_with_halves_up(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(("value", "rounded"), [(1 / 3, 0.333333), (77769.4567, 77769.5), (3.0, 3)])
def test_six_digits_are_kept(value, rounded):
    assert significant(value) == rounded


def test_a_whole_number_is_an_integer_in_json():
    assert json.dumps(significant(3.0)) == "3"
    assert math.isclose(significant(3.5), 3.5)
