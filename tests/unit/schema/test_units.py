"""What numbers are counted in: a model, or a run before, in other units than the file."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import pytest

from segmentation.cli import main
from segmentation.schema.units import factor, name_and_unit, parse_unit, scale_of
from tests.support.customers import csv_of

pytestmark = pytest.mark.usefixtures("segments_sought_once")
# Three groups far apart: income in thousands, score.
CENTRES = ((30, 80), (90, 20), (60, 50))
CUSTOMERS = [(CENTRES[i % 3][0] + i // 3 % 5, CENTRES[i % 3][1] + i // 15) for i in range(60)]


def written(path: Path, income: str, times: float = 1, spending: str = "Spending Score (1-100)") -> Path:
    rows = (f"{i},{a * times:g},{b}" for i, (a, b) in enumerate(CUSTOMERS))
    path.write_bytes(csv_of(*rows, header=f"CustomerID,{income},{spending}"))
    return path


def segmented(folder: Path, source: Path, *options: str) -> dict:
    assert main([str(source), "--out", str(folder), "--quiet", *options]) == 0
    return json.loads((folder / "data.json").read_text())


PAIRS = [
    ("Annual Income (k$)", 1, "Annual Income (USD)", 1_000),
    ("Annual Income (USD)", 1_000, "Annual Income (k$)", 1),
    ("Jahreseinkommen in Tsd. Euro", 1, "Jahreseinkommen (EUR)", 1_000),
    ("Jahreseinkommen (T€)", 1, "Jahreseinkommen in €", 1_000),
    ("年収（万円）", 1, "年収（円）", 10_000),
    ("Revenu annuel (milliers d'euros)", 1, "Revenu annuel (€)", 1_000),
    ("Yıllık Gelir (bin TL)", 1, "Yıllık Gelir (TRY)", 1_000),
    ("Renda anual (mil R$)", 1, "Renda anual (BRL)", 1_000),
    ("Annual Income ('000)", 1, "Annual Income (USD)", 1_000),
    ("Income (k$)", 1, "Income (M$)", 0.001),
]


@pytest.mark.parametrize(("header", "times", "other", "other_times"), PAIRS)
def test_a_file_in_another_unit_is_placed_and_compared_as_the_same_customers(
    header, times, other, other_times, tmp_path
):
    folder = tmp_path / "first"
    document = segmented(folder, written(tmp_path / "first.csv", header, times))
    source = written(tmp_path / "second.csv", other, other_times)

    out = tmp_path / "scored.csv"
    assert main(["score", str(source), "--model", str(folder / "data.json"), "--out", str(out), "--quiet"]) == 0
    scored = list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))
    first = list(csv.DictReader(io.StringIO((folder / "Clustering_Final.csv").read_bytes().decode("utf-8-sig"))))
    assert [row["Bivariate Cluster"] for row in scored] == [row["Bivariate Cluster"] for row in first]
    assert all(float(row["Bivariate Confidence"]) > 0.5 for row in scored)

    again = segmented(tmp_path / "second", source, "--previous", str(folder))
    for mode, changes in again["changes"]["modes"].items():
        assert changes["text"].startswith("All 3 segments of the run before are still there.")
        assert [one["id"] for one in again["modes"][mode]["segments"]] == [1, 2, 3]
        for one, part in zip(changes["segments"], document["modes"][mode]["segments"], strict=True):
            assert one["moved"] == pytest.approx(0, abs=1e-5)
            assert one["before"]["means"]["income"] == pytest.approx(
                part["means"]["income"] * other_times / times, rel=1e-4
            )


@pytest.mark.parametrize(
    ("header", "times", "other", "other_times"),
    [
        ("Annual Income (k$)", 1, "Annual Income (EUR)", 1_000),
        ("Annual Income (k$)", 1, "Annual Income (k€)", 1),
        ("Annual Income (k$)", 1, "Annual Income", 1_000),
        ("Annual Income", 1_000, "Annual Income (k$)", 1),
        ("Annual Income (USD)", 1_000, "Monthly Income (USD)", 80),
        ("年収（万円）", 1, "月収（万円）", 1),
    ],
)
def test_units_that_nothing_converts_are_both_named(header, times, other, other_times, tmp_path, capsys):
    folder = tmp_path / "first"
    segmented(folder, written(tmp_path / "first.csv", header, times))
    source = written(tmp_path / "second.csv", other, other_times)

    out = tmp_path / "scored.csv"
    assert main(["score", str(source), "--model", str(folder / "data.json"), "--out", str(out), "--quiet"]) == 2
    assert f"The model has '{header}', and the file has '{other}'" in capsys.readouterr().err
    assert not out.exists()

    again = segmented(tmp_path / "second", source, "--previous", str(folder))
    for mode, changes in again["changes"]["modes"].items():
        assert changes["text"] == (f"'{header}' was counted in another unit than '{other}', so these segments are new.")
        assert [one["id"] for one in again["modes"][mode]["segments"]] == [4, 5, 6]


def test_another_scale_is_another_unit(tmp_path, capsys):
    folder = tmp_path / "first"
    segmented(folder, written(tmp_path / "first.csv", "Income"))
    source = written(tmp_path / "second.csv", "Income", spending="Spending Score (1-1000)")

    assert main(["score", str(source), "--model", str(folder / "data.json"), "--out", str(tmp_path / "s.csv")]) == 2
    assert "'Spending Score (1-1000)'" in capsys.readouterr().err


def test_a_header_without_a_unit_is_the_same_where_its_numbers_are(tmp_path):
    folder = tmp_path / "first"
    segmented(folder, written(tmp_path / "first.csv", "Annual Income (k$)"))

    again = segmented(tmp_path / "second", written(tmp_path / "b.csv", "Ingreso_anual"), "--previous", str(folder))

    assert again["changes"]["modes"]["bivariate"]["text"].startswith("All 3 segments")


def test_features_that_settings_name_are_converted_too(tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text(
        json.dumps({"modes": {"bivariate": ["Spend (k$)", "Visits"], "multivariate": ["Spend (k$)", "Visits"]}})
    )
    folder = tmp_path / "first"
    segmented(folder, written(tmp_path / "a.csv", "Spend (k$)", spending="Visits"), "--settings", str(settings))
    source = written(tmp_path / "b.csv", "Spend (USD)", 1_000, spending="Visits")

    out = tmp_path / "scored.csv"
    assert main(["score", str(source), "--model", str(folder / "data.json"), "--out", str(out), "--quiet"]) == 0
    scored = list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))
    first = list(csv.DictReader(io.StringIO((folder / "Clustering_Final.csv").read_bytes().decode("utf-8-sig"))))
    assert [row["Bivariate Cluster"] for row in scored] == [row["Bivariate Cluster"] for row in first]

    again = segmented(tmp_path / "second", source, "--previous", str(folder), "--settings", str(settings))
    assert again["changes"]["modes"]["bivariate"]["text"].startswith("All 3 segments of the run before")
    assert again["changes"]["modes"]["bivariate"]["segments"][0]["before"]["means"].keys() == {"Spend (USD)", "Visits"}


@pytest.mark.parametrize(
    ("label", "other", "times"),
    [
        ("Einkommen in 1000 €", "Einkommen in €", 1_000),
        ("Einkommen (1.000 EUR)", "Einkommen (€)", 1_000),
        ("Inkomen (x 1000 euro)", "Inkomen (euro)", 1_000),
        ("Income (x1000)", "Income (USD)", 1_000),
        ("Income (x $1,000)", "Income (USD)", 1_000),
        ("Income (10,000 yen)", "Income (yen)", 10_000),
        ("Income $K", "Income $", 1_000),
        ("Доход, тыс. руб.", "Доход, руб.", 1_000),
        ("Thu nhập (triệu đồng)", "Thu nhập (VND)", 1_000_000),
        ("Income (LPA)", "Income (₹)", 100_000),
        ("รายได้ (ล้านบาท)", "รายได้ (บาท)", 1_000_000),
        ("年收入（千元）", "年收入（元）", 1_000),
        ("연소득(억원)", "연소득(만원)", 10_000),
        ("Income p.a. (€)", "Income per month (€)", None),
        ("Dochód miesięczny (zł)", "Dochód roczny (zł)", None),
        ("Годовой доход (руб.)", "Ежемесячный доход (руб.)", None),
        ("年收入(元)", "月收入(元)", None),
        ("연소득(만원)", "월소득(만원)", None),
    ],
)
def test_units_are_converted_however_they_are_written(label, other, times):
    assert factor(label, other) == times


@pytest.mark.parametrize("text", ["boxes", "m.u.", "t", "'", "x$y", "(k", "k$ €"])
def test_what_is_no_unit_is_none(text):
    assert parse_unit(text) is None


def test_the_same_unknown_unit_needs_no_conversion():
    assert factor("Weight (stones)", "Weight (stones)") == Fraction(1)
    assert factor("Weight (stones)", "Weight (kg)") is None
    assert factor("Tenure (months)", "Tenure (Monate)") == Fraction(1)
    assert factor("Tenure (months)", "Tenure (years)") is None


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        ("Annual Income (k$)", "Annual Income", "k$"),
        ("Income [EUR]", "Income", "EUR"),
        ("Income in USD", "Income", "USD"),
        ("Income USD", "Income", "USD"),
        ("Annual income in thousands of dollars", "Annual income", "thousands of dollars"),
        ("Revenu annuel en milliers d'euros", "Revenu annuel", "milliers d'euros"),
        ("Jahreseinkommen in Tsd. €", "Jahreseinkommen", "Tsd. €"),
        ("年収（万円）", "年収", "万円"),
        ("Spending Score (1-100)", "Spending Score", ""),
        ("Spending_Score_(1_to_100)", "Spending_Score", ""),
        ("Spending Score [0, 1]", "Spending Score", ""),
        ("Score (/10)", "Score", ""),
        ("Income (2023)", "Income", ""),
        ("Income ('000)", "Income", "'000"),
        ("Ingreso_anual", "Ingreso_anual", ""),
        ("Age", "Age", ""),
        ("USD", "USD", ""),
    ],
)
def test_a_label_is_a_name_and_perhaps_a_unit(label, name, unit):
    assert name_and_unit(label) == (name, unit)


@pytest.mark.parametrize(
    ("label", "scale"),
    [
        ("Spending Score (1-100)", (1, 100)),
        ("Score [0–1]", (0, 1)),
        ("Score (1 to 10)", (1, 10)),
        ("Income (k$)", None),
    ],
)
def test_a_scale_stands_in_brackets(label, scale):
    assert scale_of(label) == scale


def test_a_label_as_long_as_a_text_is_a_name():
    assert name_and_unit("x" * 1_000 + " (k$)") == ("x" * 1_000 + " (k$)", "")
