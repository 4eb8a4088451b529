"""Numbers as people and programs write them."""

import random

import numpy as np
import pandas as pd
import pytest

from segmentation.schema.numbers import MISSING, NOT_NUMERIC, OUT_OF_RANGE, VALID, decimal_mark_of, parse_numbers


def parse(text: str, mark: str) -> float:
    values, _ = parse_numbers([text], mark)
    return float(values[0])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("15", 15),
        (" 15.5 ", 15.5),
        ("+15", 15),
        ("-3", -3),
        ("−3", -3),
        ("1.5e1", 15),
        ("15,000", 15_000),
        ("1,234,567.89", 1_234_567.89),
        ("1,50,000", 150_000),
        ("15 000", 15_000),
        ("15\u202f000", 15_000),
        ("15\xa0000.5", 15_000.5),
        ("15'000", 15_000),
        ("15’000.50", 15_000.5),
        ("$15,000", 15_000),
        ("-$5", -5),
        ("$-5", -5),
        ("15 EUR", 15),
        ("EUR 15", 15),
        ("€15", 15),
        ("£1,000.5", 1_000.5),
        ("¥1200", 1_200),
        ("1200円", 1_200),
        ("45%", 45),
        ("45 %", 45),
        ("１２", 12),
        ("12.", 12),
        (".5", 0.5),
        ("CHF 45'000.–", 45_000),
        ("45.-", 45),
        ("1,200.--", 1_200),
        ("29k", 29_000),
        ("$29.5K", 29_500),
        ("k€ 29", 29_000),
        ("29 k€", 29_000),
        ("1.2M", 1_200_000),
        ("34 years", 34),
        ("34 años", 34),
        ("34歳", 34),
        ("79 pts", 79),
        ("(500)", -500),
        ("($1,200.50)", -1_200.5),
        ("500-", -500),
        ('="0045"', 45),
        ("Rs. 45,000", 45_000),
        ("45 000 FCFA", 45_000),
        ("45 Tsd. €", 45_000),
        ("15万円", 150_000),
    ],
)
def test_numbers_with_a_decimal_point(text, number):
    assert parse(text, ".") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("15", 15),
        ("15,5", 15.5),
        ("0,791328777198853", 0.791328777198853),
        ("15.000", 15_000),
        ("1.234.567,89", 1_234_567.89),
        ("15 000,5", 15_000.5),
        ("R$ 1.234,00", 1_234),
        ("1.234,5 €", 1_234.5),
        ("-12,5 %", -12.5),
        ("1,5e2", 150),
        ("1,2k", 1_200),
        ("45.000,-", 45_000),
    ],
)
def test_numbers_with_a_decimal_comma(text, number):
    assert parse(text, ",") == number


def test_where_a_column_is_in_thousands_a_k_says_no_more():
    assert parse_numbers(["29k", "29 k€", "29", "1.2M", "0.5k"], ".", 1_000)[0].tolist() == [29, 29, 29, 1_200, 0.5]


@pytest.mark.parametrize(
    "text", ["many", "12x", "1_000", "0x10", "1 23", "1,23,4", "1.2.3", "--5", "+-5", "(5", "5--", "0,395,12", "12 34"]
)
@pytest.mark.parametrize("mark", [".", ","])
def test_what_could_mean_two_things_or_nothing_is_no_number(text, mark):
    values, faults = parse_numbers([text], mark)

    assert np.isnan(values[0])
    assert faults[0] == NOT_NUMERIC


def test_a_point_is_no_decimal_point_among_decimal_commas():
    assert parse_numbers(["12.5"], ",")[1][0] == NOT_NUMERIC
    assert parse_numbers(["12,5"], ".")[1][0] == NOT_NUMERIC


@pytest.mark.parametrize(
    "text", ["", " ", "?", "NA", "n/a", "N/A", "null", "NULL", "None", "-", "—", "–", "nan", "#N/A", "不明"]
)
def test_missing_marks_are_known(text):
    assert parse_numbers([text], ".")[1][0] == MISSING


@pytest.mark.parametrize("text", ["inf", "-Infinity", "∞", "1e16", "-1e200", "1e999", "99999999999999999999999"])
def test_numbers_beyond_all_measure_are_impossible(text):
    values, faults = parse_numbers([text, "1"], ".")

    assert np.isnan(values[0])
    assert faults.tolist() == [OUT_OF_RANGE, VALID]


def test_texts_are_read_as_the_parser_of_files_reads_them():
    """Whether a chunk holds only numbers, or one text among them, the others must be the same to the last bit."""
    chance = random.Random(1)
    texts = [f"{chance.uniform(-1e6, 1e6):.{chance.randint(0, 17)}f}" for _ in range(3_000)]
    texts += [repr(chance.uniform(0, 1) * 10.0 ** chance.randint(-12, 12)) for _ in range(3_000)]
    from_file = pd.read_csv(pd.io.common.StringIO("\n".join(texts)), header=None)[0].to_numpy()

    assert (parse_numbers(texts, ".")[0] == from_file).all()


@pytest.mark.parametrize(
    ("texts", "separator", "mark"),
    [
        (["15", "16"], ",", "."),
        (["15.5"], ";", "."),
        (["12,5"], ",", ","),
        (["1.234,5"], ",", ","),
        (["1,234.5"], ";", "."),
        (["1,234,567"], ";", "."),
        (["1.234.567"], ",", ","),
        (["0,750"], ",", ","),
        (["15,000"], ",", "."),
        (["15.000"], ",", "."),
        (["15.000"], ";", ","),
        (["15.000", "1500"], ";", "."),
        (["15.000", "0,5"], ",", ","),
        (["15,000", "1500"], ",", ","),
        (["€ 12,50", "n/a", "many"], ";", ","),
        (["12,5", "13,5", "14.5"], ";", ","),
        ([], ",", "."),
    ],
)
def test_the_decimal_mark_is_inferred_from_all_numbers_together(texts, separator, mark):
    assert decimal_mark_of([texts], separator)[0] == mark


def test_each_column_is_looked_at_for_itself():
    assert decimal_mark_of([["$1,020", "$980"], ["2743", "1500"]], ",") == (".", "1,020", False)
    assert decimal_mark_of([["45'000.–", "12'000.–"], ["5,5"]], ";") == (",", None, True)


def test_a_number_that_leaves_the_decimal_mark_ambiguous_is_returned():
    assert decimal_mark_of([["15,000"]], ",")[1] == "15,000"
    assert decimal_mark_of([["15.000"]], ";")[1] == "15.000"
    assert decimal_mark_of([["15.000"]], ",")[1] == "15.000"
    assert decimal_mark_of([["15.000", "1500"]], ",")[1] is None
    assert decimal_mark_of([["15,5", "15,000"]], ",")[1] is None
