"""Customers who are called as sums are, and sums."""

import pytest

from tests.support.customers import csv_of, taken_in

HEADER = "Last Name,First Name,Gender,Age,Annual Income,Spending Score,Since"
ROWS = [
    f"Smith{i},Kim,{'Male' if i % 3 else 'Female'},{20 + i},{i * 7 % 90},{i * 11 % 97},2020-01-01" for i in range(30)
]


def rows_of(*rows: str, header: str = HEADER, place: int = 30):
    return taken_in(csv_of(*ROWS[:place], *rows, *ROWS[place:], header=header)).rows


@pytest.mark.parametrize(
    "name", ["Sum", "Mean", "Suma", "Media", "Total", "Gesamt", "Somma", "TOPLAM", "合計", "Count"]
)
@pytest.mark.parametrize("place", [3, 30])
def test_a_customer_may_be_called_as_a_sum_is(name, place):
    rows = rows_of(f"{name},Kim,Female,47,50.14,58,2021-02-03", place=place)

    assert (rows["used"], rows["rejected"]) == (31, 0)


@pytest.mark.parametrize(
    "total",
    [
        "Sum,,,47,50.14,58,",
        "Sum,,Female,47,50.14,58,2021-02-03",
        "Sum,-,n/a,47,50.14,58,2021-02-03",
        "Total,Total,Total,900,1500,1300,Total",
        "Total: 30,,Female,47,50.14,58,",
        "Sum,31,2,47,50.14,58,44000",
    ],
)
def test_a_row_that_does_not_say_of_one_customer_what_others_say_is_none(total):
    assert rows_of(total)["rejected"] == 1


def test_where_customers_have_no_words_a_total_is_one_though_it_has_all_numbers():
    rows = [f"{i},{20 + i},{i * 7 % 90},{i * 11 % 97}" for i in range(30)]
    intake = taken_in(csv_of(*rows, "Total,40,90,97", header="ID,Age,Income,Spending Score"))

    assert intake.rows["rejected"] == 1
