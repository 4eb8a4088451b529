"""The stages in a row."""

import pytest

from segmentation.errors import UnusableFileError
from tests.unit.customers import finished


def test_the_same_bytes_give_the_same_result(sample, sample_result):
    again = finished(sample.read_bytes())

    assert again.document == sample_result.document
    assert again.assigned_csv == sample_result.assigned_csv


def test_rows_are_counted(sample_result):
    assert sample_result.rows == {"read": 300, "used": 300, "rejected": 0} == sample_result.document["rows"]


@pytest.mark.parametrize("data", [b"", b"Gender,Age\n", b"Gender,Age,Income,Spending\nMale,19,15,39\n"])
def test_what_no_stage_can_use_is_refused(data):
    with pytest.raises(UnusableFileError):
        finished(data)
