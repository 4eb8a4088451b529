"""How cells become numbers: words in order, yes and no, stars, bands, dates; in nine languages."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pytest

from segmentation.schema import reading_words
from segmentation.schema.date_columns import newest_of
from segmentation.schema.dates import Births, Dates, day_of, speaks_of_birth
from segmentation.schema.numbers import MISSING, NOT_NUMERIC, OUT_OF_RANGE, VALID
from segmentation.schema.ordered_words import plain
from segmentation.schema.reading_texts import label_of
from segmentation.schema.readings import reading_like, reading_of


def numbers(cells: list[str], name: str = "V1", mark: str = ".") -> tuple[str, list[float]]:
    """Return the kind of a column, and the numbers that its cells become."""
    reading = reading_of(name, cells, mark)
    assert reading is not None, cells
    values, _ = reading.parse(cells)
    return reading.kind, values.tolist()


def dates(cells: list[str], name: str = "V1") -> list[str]:
    """Return the dates of cells, as ISO writes them."""
    reading = reading_of(name, cells, ".")
    assert isinstance(reading, Dates), cells
    return [str(np.datetime64(int(day), "D")) for day in reading.days(cells)[0]]


@pytest.mark.parametrize(
    "cells",
    [
        ["Low", "Average", "High"],
        ["low", "MEDIUM", "high"],
        ["Bajo", "Medio", "Alto"],
        ["faible", "moyen", "élevé"],
        ["Niedrig", "Mittel", "Hoch"],
        ["Baixo", "Médio", "Alto"],
        ["Basso", "Medio", "Alto"],
        ["Laag", "Gemiddeld", "Hoog"],
        ["Düşük", "Orta", "Yüksek"],
        ["低い", "普通", "高い"],
        ["1 - Low", "2 - Medium", "3 - High"],
        ["Bronze", "Silver", "Gold"],
        ["Bronce", "Plata", "Oro"],
        ["ブロンズ", "シルバー", "ゴールド"],
        ["Basic", "Standard", "Premium"],
        ["S", "M", "L"],
        ["petit", "moyen", "grand"],
        ["Dissatisfied", "Neutral", "Very satisfied"],
        ["unzufrieden", "zufrieden", "sehr zufrieden"],
        ["Poor", "Good", "Excellent"],
        ["Never", "Sometimes", "Always"],
        ["nie", "manchmal", "immer"],
        ["jamais", "parfois", "toujours"],
        ["Disagree", "Neutral", "Strongly agree"],
        ["Quarterly", "Monthly", "Weekly"],
        ["Month-to-month", "One year", "Two year"],
    ],
    ids=" ".join,
)
def test_words_of_one_scale_are_numbered_from_the_lowest_that_is_there(cells):
    assert numbers(cells) == ("words", [1, 2, 3])


@pytest.mark.parametrize(
    "cells",
    [["Red", "Green"], ["Low", "Red", "High", "Green"], ["Gold"], ["M", "S"], ["Male", "Female"], ["Paris", "Rome"]],
    ids=" ".join,
)
def test_other_words_are_no_numbers(cells):
    assert reading_of("V1", cells, ".") is None


def test_a_word_that_the_first_rows_lack_has_its_place_in_the_order():
    reading = reading_of("V1", ["Low", "High", "Very high"], ".")

    values, faults = reading.parse(["Medium", "Very low", "HIGH", "?", "Red"])
    assert values.tolist()[:3] == [1.5, 0, 2]
    assert faults.tolist() == [VALID, VALID, VALID, MISSING, NOT_NUMERIC]


def test_no_word_has_two_places_in_one_scale():
    for scale in reading_words.SCALES:
        levels = [{plain(word) for word in words.split()} for words in scale]
        assert sum(map(len, levels)) == len(set().union(*levels)), scale
        assert all(plain(word) for words in scale for word in words.split())


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        *(("Yes", "No"), ("TRUE", "FALSE"), ("sí", "no"), ("oui", "non"), ("Ja", "Nein"), ("sim", "não")),
        *(("sì", "no"), ("ja", "nee"), ("Evet", "Hayır"), ("はい", "いいえ"), ("Y", "N"), ("J", "N"), ("O", "N")),
        *(("t", "f"), ("E", "H"), ("✓", "✗"), ("Yes", "No internet service")),
    ],
)
def test_yes_is_1_and_no_is_0(yes, no):
    assert numbers([yes, no, yes]) == ("yes_no", [1, 0, 1])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["4 stars", "1 star"], [4, 1]),
        (["★★★★☆", "★★☆☆☆"], [4, 2]),
        (["4/5", "3.5/5"], [4, 3.5]),
        (["4 out of 5", "2 out of 5"], [4, 2]),
        (["3 Sterne", "1 Stern"], [3, 1]),
        (["4 étoiles", "5 étoiles"], [4, 5]),
        (["星4", "星2"], [4, 2]),
        (["⭐⭐⭐", "⭐"], [3, 1]),
    ],
)
def test_stars_are_counted(cells, expected):
    assert numbers(cells) == ("stars", expected)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["18-25", "26-35", "65+"], [21.5, 30.5, 69]),
        (["under 18", "18-24", "25 to 34"], [14.25, 21, 29.5]),
        (["<18", "18-28", ">28"], [13, 23, 33]),
        (["Less than $40K", "$40K - $60K", "$60K - $80K", "$80K +"], [30_000, 50_000, 70_000, 90_000]),
        (["40-60K", "60-80K"], [50_000, 70_000]),
        (["18 a 25", "26 a 33", "más de 33"], [21.5, 29.5, 36.5]),
        (["moins de 20 ans", "20 à 30 ans", "30 ans et plus"], [15, 25, 35]),
        (["unter 20", "20–30 Jahre", "über 30"], [15, 25, 35]),
        (["até 20", "20 a 30", "mais de 30"], [15, 25, 35]),
        (["fino a 20", "20-30 anni", "oltre 30"], [15, 25, 35]),
        (["jonger dan 20", "20 tot 30", "30 jaar en ouder"], [15, 25, 35]),
        (["20 altı", "20-30 yaş", "30 ve üzeri"], [15, 25, 35]),
        (["20歳未満", "20〜30歳", "30歳以上"], [15, 25, 35]),
        (["20代", "30代"], [24.5, 34.5]),
        (["0", "1", "2", "3+"], [0, 1, 2, 3]),
        (["1,000-1,999", "2,000-2,999"], [1499.5, 2499.5]),
    ],
)
def test_bands_are_their_middles(cells, expected):
    assert numbers(cells) == ("band", expected)


def test_bands_count_as_their_header_does():
    assert numbers(["$40K - $60K", "$60K - $80K"], "Income (k$)") == ("band", [50, 70])


def test_numbers_of_telephones_are_no_bands():
    assert reading_of("V1", [f"555-{i}" for i in range(1_000, 1_030)], ".") is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2021-10-13", "2020-01-02"], ["2021-10-13", "2020-01-02"]),
        (["2021-10-13T09:30:00Z", "2020-01-02 23:59:59+02:00"], ["2021-10-13", "2020-01-02"]),
        (["13/10/2021", "02/01/2020"], ["2021-10-13", "2020-01-02"]),
        (["10/13/2021", "01/02/2020 3:45 PM"], ["2021-10-13", "2020-01-02"]),
        (["13.10.21", "02.01.99"], ["2021-10-13", "1999-01-02"]),
        (["21-10-30", "21-11-02", "21-12-15"], ["2021-10-30", "2021-11-02", "2021-12-15"]),
        (["20211013", "20200102"], ["2021-10-13", "2020-01-02"]),
        (["2021/3/4"], ["2021-03-04"]),
        (["2021-03", "2022-11"], ["2021-03-01", "2022-11-01"]),
        (["Mar-21", "Nov-22"], ["2021-03-01", "2022-11-01"]),
        (["Oct 13th, 2021", "January 2, 2020"], ["2021-10-13", "2020-01-02"]),
        (["13 de octubre de 2021", "2 enero 2020"], ["2021-10-13", "2020-01-02"]),
        (["13 octobre 2021", "2 févr. 2020"], ["2021-10-13", "2020-02-02"]),
        (["13. Oktober 2021", "2. März 2020"], ["2021-10-13", "2020-03-02"]),
        (["13 de outubro de 2021", "2 fev 2020"], ["2021-10-13", "2020-02-02"]),
        (["13 ottobre 2021", "2 gennaio 2020"], ["2021-10-13", "2020-01-02"]),
        (["13 oktober 2021", "2 mrt 2020"], ["2021-10-13", "2020-03-02"]),
        (["13 Ekim 2021", "2 Şubat 2020"], ["2021-10-13", "2020-02-02"]),
        (["2021年10月13日", "2020年1月2日"], ["2021-10-13", "2020-01-02"]),
    ],
)
def test_dates_are_read_in_one_form_a_column(cells, expected):
    assert dates(cells) == expected


@pytest.mark.parametrize("day", [datetime.date(1900, 1, 2), datetime.date(2024, 2, 29), datetime.date(2069, 12, 31)])
@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d %B %Y", "%Y%m%d", "%Y-%m-%dT%H:%M:%SZ"])
def test_a_date_is_the_day_that_was_written(day, form):
    assert dates([day.strftime(form)]) == [day.isoformat()]


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("Order date", ["44482", "43832.5"], ["2021-10-13", "2020-01-02"]),
        ("created_at", ["1634083200", "1577923200"], ["2021-10-13", "2020-01-02"]),
        ("timestamp", ["1634083200000", "1577923200000"], ["2021-10-13", "2020-01-02"]),
        ("Year joined", ["2014", "2017"], ["2014-01-01", "2017-01-01"]),
        ("Data di iscrizione", ["44482", "43832"], ["2021-10-13", "2020-01-02"]),
    ],
)
def test_a_header_says_that_numbers_are_dates(name, cells, expected):
    assert dates(cells, name) == expected
    assert reading_of("V1", cells, ".").kind == "number"


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Data usage", ["44482", "43832"]),
        ("Visits", ["12", "1984"]),
        ("Spend", ["13.5", "10.25"]),
        ("Date", ["12", "13"]),
        ("Id", ["20219913", "20218877"]),
    ],
)
def test_other_numbers_stay_numbers(name, cells):
    assert reading_of(name, cells, ".").kind == "number"


@pytest.mark.parametrize("cells", [["192.168.0.1"], ["12:30"], ["1.2.3"], ["31/31/2021"], ["A-12-2021"]])
def test_other_texts_are_no_dates(cells):
    assert reading_of("V1", cells, ".") is None


@pytest.mark.parametrize(
    ("cells", "form", "sure"),
    [
        (["13/01/2021", "02/03/2021"], "day first", True),
        (["01/13/2021", "02/03/2021"], "month first", True),
        (["02/03/2021", "04/05/2021"], "day first", False),
        (["01/02/2021", "01/05/2021"], "day first", True),
        (["02/01/2021", "05/01/2021"], "month first", True),
    ],
)
def test_the_whole_column_says_whether_the_day_comes_first(cells, form, sure):
    """Where it does not, the day is taken; what is always 1 is the day, as in dates of months."""
    reading = reading_of("V1", cells, ".")

    assert (reading.form, reading.sure) == (form, sure)


def test_what_stands_for_no_date_is_not_used():
    cells = ["2021-10-13", "2020-01-02", "9999-12-31", "2099-12-31", "1900-01-01", "0000-00-00", "", "soon"]

    _, faults = Dates("year first").days(cells)
    assert faults.tolist() == [VALID] * 2 + [OUT_OF_RANGE] * 3 + [MISSING] * 2 + [NOT_NUMERIC]


def test_days_and_years_are_those_before_the_newest_date():
    newest = day_of("2026-01-31")

    assert Dates("year first", newest=newest).parse(["2026-01-31", "2025-12-31"])[0].tolist() == [0, 31]
    assert Dates("year", newest=newest).parse(["2026", "1999"])[0].tolist() == [0, 27]
    assert Dates("year first", newest=newest).parse(["2026-02-01"])[1].tolist() == [OUT_OF_RANGE]


@pytest.mark.parametrize(
    ("cell", "age"),
    [
        ("1984-01-31", 42),
        ("1984-02-01", 41),
        ("2000-02-29", 25),
        ("2026-01-31", 0),
        ("84-01-31", 42),
        ("1899-01-01", None),
    ],
)
def test_an_age_is_in_whole_years_at_the_newest_date(cell, age):
    values, _ = Births("year first", newest=day_of("2026-01-31")).parse([cell])

    assert values.tolist() == [age] if age is not None else np.isnan(values).all()


@pytest.mark.parametrize(
    "name",
    [
        *("Date of birth", "DOB", "Year_Birth", "birth year", "Fecha de nacimiento", "Año de nacimiento"),
        *("Date de naissance", "Geburtsdatum", "Geburtsjahr", "Data de nascimento", "Data di nascita"),
        *("Geboortedatum", "Geboortejaar", "Doğum tarihi", "生年月日", "生年"),
    ],
)
def test_a_birth_is_known_by_its_name(name):
    assert speaks_of_birth(name)
    assert reading_of(name, ["1984-03-02", "1990-12-24"], ".").kind == "birth"


@pytest.mark.parametrize(
    ("years", "newest"),
    [
        ({2024: (60, 10), 2025: (40, 20)}, 20),
        ({2024: (60, 10), 2025: (39, 20), 2052: (1, 30)}, 20),
        ({2024: (60, 10), 2025: (38, 20), 2052: (2, 30)}, 30),
        ({2015: (99, 10), 2025: (1, 20)}, 20),
        ({2010: (3, 10), 2025: (1, 20)}, 20),
        ({}, None),
    ],
)
def test_a_lone_date_long_after_all_others_is_a_slip(years, newest):
    assert newest_of(years) == newest


@pytest.mark.parametrize(
    ("header", "form", "label"),
    [
        ("last order", "year first", "Days since last order"),
        ("Last Order Date", "year first", "Days since last order"),
        ("Date of last purchase", "day first", "Days since last purchase"),
        ("last_purchase_date", "day first", "Days since last purchase"),
        ("created_at", "seconds", "Days since created"),
        ("Fecha de alta", "day first", "Days since alta"),
        ("Customer since", "year first", "Days as customer"),
        ("Year joined", "year", "Years since joined"),
        ("Date", "year first", "Days since date"),
    ],
)
def test_a_label_says_what_is_counted(header, form, label):
    assert label_of(header, Dates(form), only_births=False) == label


def test_births_are_ages_where_another_date_says_when():
    assert label_of("DOB", Births("year first"), only_births=False) == "Age"
    assert label_of("Birth year", Births("year"), only_births=True) == "Birth year (years before the newest)"


@pytest.mark.parametrize(
    "cells",
    [["Low", "Average", "High"], ["Yes", "No"], ["4/5", "3/5"], ["18-25", "65+"]],
    ids=" ".join,
)
def test_what_is_published_reads_another_file_alike(cells):
    reading = reading_of("V1", cells, ".")
    again = reading_like(json.loads(json.dumps(reading.published())), "V1", cells[-1:], ".")

    assert (again.kind, again.parse(cells)[0].tolist()) == (reading.kind, reading.parse(cells)[0].tolist())


def test_an_order_of_day_and_month_that_is_published_decides_where_few_dates_do_not():
    reading = reading_of("V1", ["10/13/2021", "02/01/2020"], ".")
    again = reading_like(json.loads(json.dumps(reading.published())), "V1", ["02/01/2020"], ".")

    assert again.days(["02/01/2020"])[0].tolist() == [day_of("2020-02-01")]
