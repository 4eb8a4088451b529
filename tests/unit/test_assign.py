"""The private file: every row of the upload, and its segments."""

import csv
import io
from collections import Counter

import pytest


def read(data: bytes) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    return header, rows


def test_every_row_is_as_it_was_in_its_order(odd_upload, odd_result):
    """With ids such as 0001, quotes, commas, newlines, and what other readers take for a gap or a number."""
    header, rows = read(odd_upload)
    found_header, found_rows = read(odd_result.assigned_csv)

    assert found_header == [*header, "Bivariate Cluster", "Multivariate Cluster"]
    assert [row[:-2] for row in found_rows] == rows


def test_rows_that_cannot_be_used_have_no_segment(odd_result, odd_unusable):
    _, rows = read(odd_result.assigned_csv)

    for row in rows:
        assert all(number == "" if row[0] in odd_unusable else number in {"1", "2", "3"} for number in row[-2:])
    assert odd_result.rows == {"read": 14, "used": 11, "rejected": 3}


@pytest.mark.parametrize(("position", "mode"), [(-2, "bivariate"), (-1, "multivariate")])
@pytest.mark.parametrize("upload", ["odd", "sample", "mall"])
def test_a_segment_has_as_many_rows_as_its_size(position, mode, upload, request):
    result = request.getfixturevalue(f"{upload}_result")
    _, rows = read(result.assigned_csv)
    sizes = {str(part["id"]): part["size"] for part in result.document["modes"][mode]["segments"]}

    assert Counter(row[position] for row in rows if row[position]) == sizes


def test_the_numbers_are_those_of_the_page(odd_result):
    """A customer of each of the three corners of the data, and the segment whose tag says that corner."""
    _, rows = read(odd_result.assigned_csv)
    numbers = {row[0]: row[-2] for row in rows}
    tags = {str(part["id"]): part["tag"] for part in odd_result.document["modes"]["bivariate"]["segments"]}

    assert tags[numbers["0001"]].endswith("high spending")
    assert tags[numbers["0005"]] == "High income · low spending"
    assert tags[numbers["0008"]] == "Low income · low spending"
