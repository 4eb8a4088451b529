"""Customers and the values of their points."""

import numpy as np
import pytest

from segmentation.points.counting import compress
from segmentation.points.grid import Grid
from segmentation.points.lookup import point_lookup
from tests.support.customers import csv_of, opened, random_lines


@pytest.mark.parametrize("decimals", [0, 2])
def test_the_value_of_each_row_is_that_of_its_point(decimals):
    file = opened(csv_of(*random_lines(2_000, decimals), "x,,1,2,3"))
    (chunk,) = file.chunks()
    points = compress(chunk, Grid.fit(file.head))
    tens = (points.column("income") // 10 + 20).astype(np.uint8)

    found = point_lookup(points, tens)(chunk)

    expected = (chunk.columns[2][chunk.usable] // 10 + 20).astype(np.uint8)
    assert found.tolist() == expected.tolist()
