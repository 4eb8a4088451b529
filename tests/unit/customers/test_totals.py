"""Customers who are called as sums are, and sums."""

import pytest

from tests.support.customers import csv_of, loaded

HEADER = "Last Name,First Name,Gender,Age,Annual Income,Spending Score,Since"
ROWS = [
    f"Smith{i},Kim,{'Male' if i % 3 else 'Female'},{20 + i},{i * 7 % 90},{i * 11 % 97},2020-01-01" for i in range(30)
]


def rows_of(*rows: str, header: str = HEADER, place: int = 30):
    return loaded(csv_of(*ROWS[:place], *rows, *ROWS[place:], header=header)).rows


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
    customers = loaded(csv_of(*rows, "Total,40,90,97", header="ID,Age,Income,Spending Score"))

    assert customers.rows["rejected"] == 1


SUMS = (
    "Razem Ogółem Celkem Spolu Summa Totalt Yhteensä Összesen Ukupno Skupaj Kokku Итого Всего: Разом Общо Σύνολο "
    "الإجمالي المجموع סה״כ कुल รวม รวมทั้งหมด 总计 合计 總計 합계 총계 Jumlah Ergebnis."
)


@pytest.mark.parametrize("name", [*SUMS.split(), "Tổng cộng", "I alt", "Iš viso", "Grand Totals", "Sum total"])
def test_sums_of_other_languages_are_no_customers(name):
    rows = [f"{i},Female,{20 + i},{i * 7 % 90},{i * 11 % 97}" for i in range(30)]
    total = f"{name},,,1234.5,900"

    assert loaded(csv_of(*rows, total, header="ID,Gender,Age,Income,Spending Score")).rows["rejected"] == 1
    assert rows_of(f"{name},Kim,Female,47,50.14,58,2021-02-03")["used"] == 31


@pytest.mark.parametrize("name", ["Tong", "Moy", "Mittel"])
def test_common_surnames_are_no_sums(name):
    rows = [f"Smith{i},{20 + i},{i * 7 % 90},{i * 11 % 97}" for i in range(30)]

    assert loaded(csv_of(*rows, f"{name},40,90,97", header="Surname,Age,Income,Spending Score")).rows["used"] == 31
