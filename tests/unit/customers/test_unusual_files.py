"""Files that are rare, and that people have: each ends in a result or an answer, whatever the size of chunks."""

import numpy as np
import pytest

from segmentation.clustering.cluster import cluster
from segmentation.errors import UnusableFileError
from segmentation.parallel import map_ordered
from segmentation.points.weighted import WeightedPoints
from tests.support.customers import MODES, csv_of, finished, placed, points_of, read_customers
from tests.unit.points.test_weighted import points_of_lines

pytestmark = pytest.mark.usefixtures("no_second_opinion")
ROWS = [f"{i},{'Male' if i % 3 else 'Female'},{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i in range(400)]


def whole_and_in_parts(data: bytes, *sizes: int):
    whole = placed(data)
    for size in sizes or (300, 3_000):
        assert placed(data, block_bytes=size) == whole
    return whole


@pytest.mark.parametrize("cell", ["99999999999999999999999", "-9300000000000000000", "18446744073709551615", "True"])
def test_a_cell_that_no_number_of_64_bits_can_hold_is_not_used(cell):
    result = whole_and_in_parts(csv_of(*ROWS, f"x,Male,30,{cell},50"))

    assert result.rows == {"read": 401, "used": 401, "imputed": 1, "duplicated": 0, "rejected": 0}
    assert [row["Value"] for row in result.rejected] == [cell]


@pytest.mark.parametrize("cells", [("True", ""), ("TRUE", "FALSE"), ("True", "NA")])
def test_a_column_of_truth_values_holds_no_numbers(cells):
    rows = [f"{i},Male,{i},{cells[i % 2]},{i}" for i in range(9)]

    assert not read_customers(csv_of(ROWS[0], *rows)).usable[1:].any()


def test_the_first_rows_of_a_large_file_may_all_lack_a_gender():
    unknown = [f"{i:07},,30,{i % 90},{i % 97}" for i in range(14_000)]
    known = [f"{i:07},{'Male' if i % 3 else 'Female'},30,{i % 90},{i % 97}" for i in range(14_000, 29_000)]
    result = whole_and_in_parts(csv_of(*unknown, *known), 20_000)

    assert result.rows == {"read": 29_000, "used": 15_000, "imputed": 0, "duplicated": 0, "rejected": 14_000}
    assert [value["label"] for value in result.document["features"]["gender"]["values"]] == ["Female", "Male"]


def test_cells_may_be_long():
    long = "x" * 200_000
    result = placed(csv_of(f"{long},?,30,1,1", *ROWS))

    assert result.rows["imputed"] == 1
    assert long.encode() in result.assigned_csv


def test_a_long_line_without_commas_is_answered_shortly():
    with pytest.raises(UnusableFileError, match="There are no two columns") as refused:
        finished(b"QUJD" * 60_000)

    assert len(refused.value.detail) < 3_000


@pytest.mark.parametrize("block_bytes", [2**16, 2**20, 2**22])
@pytest.mark.parametrize("rows_before", [0, 200])
def test_a_row_beyond_the_limit_is_refused_wherever_it_lies(rows_before, block_bytes):
    data = csv_of(*ROWS[:rows_before], f"{'x' * 1_100_000},Male,30,1,1", *ROWS)

    with pytest.raises(UnusableFileError, match=f"Line {rows_before + 2} is longer than 1,048,576 characters"):
        finished(data, block_bytes=block_bytes)


def test_as_many_segments_as_different_customers_have_no_inertia():
    result = finished(csv_of(*(f"{i},Male,30,{i},{i * i}" for i in range(10))), k=10)

    assert result.document["modes"]["bivariate"]["sweep"][9]["inertia"] == 0
    assert result.document["modes"]["bivariate"]["inertia_error"] == 0


@pytest.mark.parametrize("block_bytes", [700, 2_000, 5_000, 2**20])
def test_of_several_faults_the_first_is_reported(block_bytes):
    rows = [f'{i},"a"b,{row}' if i in (100, 200, 300) else f"{i},a,{row}" for i, row in enumerate(ROWS)]

    with pytest.raises(UnusableFileError, match="The row that begins in line 102 cannot"):
        finished(csv_of(*rows, header="x,y,CustomerID,Gender,Age,Income,Spending"), block_bytes=block_bytes)


def test_what_fails_first_in_the_order_of_the_items_is_raised():
    def items():
        yield from range(3)
        raise ValueError("the items")

    def work(item: int) -> int:
        if item == 2:
            raise KeyError("the work")
        return item

    found = map_ordered(work, items())
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(KeyError, match="the work"):
        next(found)


@pytest.mark.parametrize("heavy", [10**6, 10**8, 3 * 10**9])
def test_a_value_that_an_export_filled_in_for_millions_leaves_the_others_their_segments(heavy):
    generator = np.random.default_rng(0)
    rows = [(30, 0, x, y) for x, y in generator.uniform(1, 99, (20_000, 2)).round(1)]
    values, counts = np.unique([*rows, (30, 0, 50.0, 50.0)], axis=0, return_counts=True)
    counts[np.flatnonzero((values[:, 2] == 50) & (values[:, 3] == 50))] = heavy

    clusterings, placements, chosen = cluster(points_of(values, counts.tolist()), MODES, 5)

    evidence = clusterings["bivariate"].evidence
    inertias = [one.inertia for one in evidence]
    assert all(np.isfinite(inertias))
    assert inertias[4] < inertias[1] < inertias[0]
    assert len(np.unique(placements["bivariate"].labels)) == 5
    assert all(one.silhouette is not None for one in evidence[1:])
    assert chosen.value == 5


@pytest.mark.parametrize("mark", ["\ufeff7,Male,30,40,50", '\ufeff"7",Male,30,40,50'])
def test_a_byte_order_mark_within_a_file_is_part_of_its_cell(mark):
    """Where two files were joined."""
    rows = csv_of(*ROWS[:7], mark, *ROWS)
    place = rows.index("\ufeff".encode())

    result = whole_and_in_parts(rows, place, 100)

    assert mark.encode() in result.assigned_csv


def test_a_byte_order_mark_before_a_number_makes_it_none():
    header = "Age,Gender,Income,Spending"
    rows = [f"{20 + i % 50},Male,{i * 7 % 90},{i * 11 % 97}" for i in range(300)]
    data = csv_of(*rows[:9], "\ufeff" + rows[9], *rows[10:], header=header)

    assert whole_and_in_parts(data, data.index("\ufeff".encode(), 3), 100).rows["imputed"] == 1


def test_minimum_and_maximum_are_exact_though_cells_are_wide():
    generator = np.random.default_rng(1)
    incomes = generator.lognormal(9, 1, 5_000).round(2)
    points = points_of_lines(*(f"{i},Male,30,{x:.2f},{i % 97}" for i, x in enumerate(incomes)), max_points=200)

    assert len(points) <= 200
    assert points.extremes("income") == (incomes.min(), incomes.max())
    assert points.marginal(["income"]).extremes("income") == (incomes.min(), incomes.max())


def test_no_rows_at_all_leave_others_as_they_are():
    points = points_of_lines(*ROWS)
    none = WeightedPoints.empty(points.features, points.grid)

    assert none + points is points
    assert points + none is points
