"""Which column is what: values overrule words, and settings overrule both."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from segmentation.cli import main
from segmentation.errors import UnusableFileError
from segmentation.schema.columns import id_rank, role_of
from segmentation.schema.numbers import parse_numbers
from segmentation.schema.personal_data import personal_data
from segmentation.schema.settings import Settings
from segmentation.schema.units import scale_of
from tests.support.customers import cells_of, csv_of, finished, opened

pytestmark = pytest.mark.usefixtures("segments_sought_once")
CENTRES = ((30, 80), (90, 20), (60, 50))
IDS = (
    "master_id|CLIENTNUM|Contact ID|Account Key|user_uuid|Household_ID|Mitglieds-Nr.|Kundenkennung|N° adhérent|"
    "Código do cliente|Numero cliente|Kontaktnummer|subscriberId|Loyalty ID|Üye No|会員番号|Member Ref|"
    "Record ID - Contact|customer_unique_id|Loyalty Card Number|Cust #|Customer #|Member Card No"
)

ESTIMATED = (
    "Estimated income|Est. Income|Average income|Avg Income|Ingreso estimado|Ingresos promedio|Renta media|"
    "Revenu estimé|Revenu annuel moyen|Geschätztes Einkommen|Durchschnittliches Einkommen|Durchschnittseinkommen|"
    "renda_estimada|Renda média|Reddito stimato|Reddito medio|Geschat inkomen|Gemiddeld inkomen|Tahmini Gelir|"
    "Ortalama gelir|推定年収|平均年収|推定収入|"
    "Declared income|Self-reported income|Current income|HH Income|annual_inc|Base Salary|Ingresos declarados|"
    "Revenu fiscal|Durchschnittl. Einkommen|Reddito dichiarato"
)

AVERAGE_SPENDING = (
    "Average spending|Gasto promedio|Dépense moyenne|Geschätzte Ausgaben|Gasto médio|Spesa media|"
    "Gemiddelde uitgaven|Ortalama harcama|平均支出"
)
CUSTOMERS = [(CENTRES[i % 3][0] + i // 3 % 5, CENTRES[i % 3][1] + i // 15) for i in range(60)]


def uses(header: str, *cells: str, settings: Settings | None = None) -> dict[str, tuple[str, str | None]]:
    """Return what becomes of the columns of sixty customers with one more cell each."""
    rows = (f"{a},{b},{cells[i % len(cells)]}" for i, (a, b) in enumerate(CUSTOMERS))
    file = finished(csv_of(*rows, header=f"Income,Spending Score,{header}"), k=3, settings=settings)
    return {one["name"]: (one["use"], one["feature"]) for one in file.intake["columns"]}


# --- personal data ---


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Email Click Rate", ["0.028", "0.657", "1.0"]),
        ("Emails Opened", ["8", "30", "9"]),
        ("Mail", ["12", "9"]),
        ("PhoneService", ["Yes", "No"] * 10),
        ("MultipleLines", ["Yes", "No", "No phone service"] * 10),
        ("Has Phone", ["Yes", "No"] * 10),
        ("Telefon vorhanden", ["ja", "nein"] * 10),
        ("Phone Bill", ["1,250.50", "99.90"]),
        ("Mobile", ["120", "90"]),
        ("Address Changes", ["1", "0", "3"]),
        ("CreditCard", ["0", "1"] * 10),
        ("Passport", ["0", "1"] * 10),
        ("Naissance", ["3", "0"]),
        ("Joined", ["02-02-2001", "03-03-2002"]),
        ("Joined", ["02/28/2001", "03/03/2002"]),
        ("Joined", ["01.02.2001", "05.11.2019"]),
        ("Balance", ["000028760", "000109490"]),
        ("Name", ["17", "18"]),
    ],
)
def test_values_overrule_the_word(name, values):
    assert personal_data(name, values) is None


@pytest.mark.parametrize(
    ("name", "values", "what"),
    [
        ("Email", ["a***@x.de", "b***@y.de"], "e-mail addresses"),
        ("Email", ["5d41402abc4b2a76b9719d911017c592", "7d793037a0760186574b0282f2f435e7"], "e-mail addresses"),
        ("Phone", ["5551234", "5559876"], "phone numbers"),
        ("Phone", ["555 123 456", "555 987 654"], "phone numbers"),
        ("Téléphone", ["01.23.45.67.89", "06.12.34.56.78"], "phone numbers"),
        ("Kontakt", ["0049301234567", "0049309876543"], "phone numbers"),
        ("Kontakt", ["030123456789", "040123456789"], "phone numbers"),
        ("PLZ", ["10115", "80331"], "addresses"),
        ("Latitude", ["52.5", "48.1"], "addresses"),
        ("Birth", ["1957", "1984"], "birth dates"),
        ("Geburtsdatum", ["01.02.1957", "3.4.1984"], "birth dates"),
        ("Card Number", ["4111111111111111", "5500000000000004"], "official or account numbers"),
        ("Customer Name", ["Ann", "Bob", "Cid"], "names"),
    ],
)
def test_what_values_do_not_contradict_is_personal(name, values, what):
    assert personal_data(name, values) == what


def test_a_zero_padded_income_is_a_number():
    rows = (f"{i:06},{20 + i % 50:03},{a * 1_000:09},{b:03}" for i, (a, b) in enumerate(CUSTOMERS))
    result = finished(csv_of(*rows, header="id,age,annual income,spending score"), k=3)

    assert (result.document["features"]["income"]["min"], result.document["features"]["income"]["max"]) == (
        30_000,
        94_000,
    )


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Email Click Rate", ["0.028", "0.657", "0.3", "0.1", "0.9"]),
        ("Year of birth", ["1957", "1984", "1990", "2001", "1966", "1971"]),
        ("Phone", ["0301234567", "0401234567", "0891234567", "0221234567", "0711234567", "0341234567"]),
        ("Company", ["A Ltd", "B GmbH", "C SA", "D Inc", "E BV", "F SpA"]),
        ("Has Phone", ["Yes", "No"]),
    ],
)
def test_settings_overrule_both(header, cells):
    names = ["Income", "Spending Score"]
    settings = Settings.parse(json.dumps({"modes": {"bivariate": names, "multivariate": [*names, header]}}).encode())

    assert uses(header, *cells, settings=settings)[header] == ("feature", header)


@pytest.mark.parametrize("cells", [[f"jo{i}@example.com" for i in range(60)], [f"Jo Smith {i}" for i in range(60)]])
def test_what_is_published_as_a_category_is_never_a_persons(cells):
    names = ["Income", "Spending Score"]
    settings = Settings.parse(json.dumps({"modes": {"bivariate": names, "multivariate": [*names, "Name"]}}).encode())

    with pytest.raises(UnusableFileError, match="never used as a feature"):
        uses("Name", *cells, settings=settings)


# --- scores, genres ---


@pytest.mark.parametrize(
    ("separator", "header", "cells", "first"),
    [
        ("\t", "Spending Score (1-100)", ["81.125", "13.125", "45.250"], 81.125),
        (";", "Spending Score (1-100)", ["81.125", "13.125", "45.250"], 81.125),
        ("\t", "Spending Score (0-1000)", ["812.125", "13.125", "45.250"], 812.125),
        (",", "Spending Score (1-100)", ['"81,125"', '"13,125"', '"45,250"'], 81.125),
        (";", "Spending Score (1-100,000)", ["81.125", "13.125", "45.250"], 81_125),
    ],
)
def test_the_scale_decides_between_two_readings(separator, header, cells, first):
    quoted = f'"{header}"'
    rows = [separator.join((f"{i}", f"{i + 20}", cells[i % 3])) for i in range(12)]
    file = opened(csv_of(*rows, header=separator.join(("id", "Annual Income (k$)", quoted))))

    assert file.head.columns[-1][0] == first
    assert not any("many values" in note.text for note in file.schema.notes)


def test_an_age_decides_as_well():
    rows = [f"{i};{i + 20}.250;3{i % 10}.500;{i}" for i in range(12)]

    assert opened(csv_of(*rows, header="id;Income;Age;Spending Score")).head.columns[0][0] == 30.5


def test_a_scale_may_have_thousands():
    assert scale_of("Score (1-1,000)") == (1, 1_000)
    assert scale_of("Score (0.000-1.000)") == (0, 1)


@pytest.mark.parametrize("header", ["Score", "Puntaje de crédito", "Punkte", "Note", "Points"])
@pytest.mark.parametrize("cells", [["681", "613", "690"], ["VIP", "call back", "new"], ["-0.5", "-1.5", "2.5"]])
def test_a_credit_score_and_a_note_are_no_spending_score(header, cells):
    rows = (f"{i},{a},{b},{cells[i % 3]}" for i, (a, b) in enumerate(CUSTOMERS))

    file = opened(csv_of(*rows, header=f"id,Income,Savings,{header}"))
    assert file.schema.modes["bivariate"] == ("Income", "Savings")


@pytest.mark.parametrize(("header", "cells"), [("Score", ["81", "13"]), ("Puntaje (1-1000)", ["810", "130"])])
def test_a_mere_score_on_its_scale_is_used_and_noted(header, cells):
    rows = (f"{i},{a},{cells[i % 2]}" for i, (a, _) in enumerate(CUSTOMERS))
    file = opened(csv_of(*rows, header=f"id,Income,{header}"))

    assert file.schema.wanted[-1].label == header
    assert f"'{header}' was taken for the spending score; its name does not say what it scores." in [
        note.text for note in file.schema.notes
    ]


@pytest.mark.parametrize(
    ("cells", "use"),
    [
        (["Rock", "Pop", "Jazz"], "unused"),
        (["Action", "Comedy"], "unused"),
        (["Male", "Female"], "feature"),
        (["Homme", "Femme", "Autre"], "feature"),
        (["M", "F", ""], "feature"),
        (["0", "1"], "feature"),
    ],
)
@pytest.mark.parametrize("header", ["Genre", "Género", "Genere"])
def test_music_has_a_genre_too(header, cells, use):
    assert uses(header, *cells)[header] == (use, "gender" if use == "feature" else None)


@pytest.mark.parametrize("cells", ["Rock", "Male"])
def test_gender_is_plain_beside_genre(cells):
    rows = (f"{a},{b},{'FM'[i % 2]},{cells}" for i, (a, b) in enumerate(CUSTOMERS))
    file = opened(csv_of(*rows, header="Income,Spending Score,gender,genre"))

    assert [one.label for one in file.schema.wanted if one.role == "gender"] == ["gender"]


# --- ids ---


@pytest.mark.parametrize("name", IDS.split("|"))
def test_an_id_of_a_customer_is_known_by_whose_it_is(name):
    assert (role_of(name), id_rank(name)) == ("id", 3)


@pytest.mark.parametrize(("names", "which"), [("Account ID,Contact ID", 1), ("Customer ID,Household ID", 0)])
def test_of_several_ids_the_most_distinct_one_is_chosen(names, which):
    ids = [(i // 3, i) if which else (i, i // 3) for i in range(len(CUSTOMERS))]
    rows = (f"{one},{two},{a},{b}" for (one, two), (a, b) in zip(ids, CUSTOMERS, strict=True))

    assert opened(csv_of(*rows, header=f"{names},Income,Spending Score")).schema.id_position == which


@pytest.mark.parametrize(
    "name",
    ["Contact No", "Card Number", "Order ID", "Key client", "Personal Loan", "Customer Contact Number", "# of Members"],
)
def test_other_numbers_are_no_ids(name):
    assert role_of(name) is None


@pytest.mark.parametrize(
    ("names", "which"),
    [
        ("No.,Customer ID", "Customer ID"),
        ("ID,master_id", "master_id"),
        ("Nr,CLIENTNUM", "CLIENTNUM"),
        ("Code,ID", "ID"),
        ("No.,State", None),
        ("#,State", None),
        ("番号,State", None),
    ],
)
def test_the_plainest_id_is_taken_and_a_row_number_is_none(names, which):
    rows = (f"{i + 1},C{i * 7},{a},{b}" for i, (a, b) in enumerate(CUSTOMERS))
    result = finished(csv_of(*rows, header=f"{names},Income,Spending Score"), k=3)

    assert [one["name"] for one in result.intake["columns"] if one["use"] == "id"] == ([which] if which else [])
    assert "could each be a customer id" not in result.notes


def test_a_number_that_does_not_count_the_rows_is_an_id():
    rows = (f"{4711 + 3 * i},{a},{b}" for i, (a, b) in enumerate(CUSTOMERS))

    assert opened(csv_of(*rows, header="No.,Income,Spending Score")).schema.id_position == 0


# --- words ---


@pytest.mark.parametrize("name", ESTIMATED.split("|"))
def test_estimated_and_average_say_nothing_of_the_role(name):
    assert role_of(name) == "income"


@pytest.mark.parametrize("name", AVERAGE_SPENDING.split("|"))
def test_of_spending_too(name):
    assert role_of(name) == "spending"


# --- numbers ---

AS_POINT = {
    "AED 12,000": 12_000,
    "12,000 AED": 12_000,
    "د.إ ١٢٬٠٠٠": 12_000,
    "SAR 4,500.50": 4_500.5,
    "1,500.00 ر.س": 1_500,
    "RM2,300.50": 2_300.5,
    "NT$30,000": 30_000,
    "HK$ 5": 5,
    "S$5": 5,
    "KSh 45,000": 45_000,
    "KSh 45,000/=": 45_000,
    "Rs. 45,000/-": 45_000,
    "₹1.2 lakh": 120_000,
    "2500 lei": 2_500,
    "Rp -500": -500,
    "45 tys.": 45_000,
    "45 tys. zł": 45_000,
    "45 тыс. руб.": 45_000,
    "45 mil Kč": 45_000,
    "B/. 1,500.50": 1_500.5,
    "1,500 kn": 1_500,
    "1500 сом": 1_500,
    "₹15 L": 1_500_000,
    "12 LPA": 1_200_000,
    "15 triệu đồng": 15_000_000,
    "15 nghìn ₫": 15_000,
    "1.5 ล้านบาท": 1_500_000,
    "15 ezer Ft": 15_000,
    "15 χιλ. €": 15_000,
    "₪15 אלף": 15_000,
    "50만원": 500_000,
    "T€ 45": 45_000,
    "$1.2m": 1_200_000,
    "€1.2bn": 1_200_000_000,
    "5:-": 5,
    '500 ש"ח': 500,
    "500 บาท": 500,
    "٢٨٫٧٦": 28.76,
    "١٬٢٣٤٫٥": 1_234.5,
    "۲۸٫۷۶": 28.76,
    "٤٥٪": 45,
    "\u200f٢٧": 27,
    "२८.७६": 28.76,
    "১২৩": 123,
    "๑๒๓": 123,
}
AS_COMMA = {"Rp 4.500.000": 4_500_000, "Rp4.500.000,50": 4_500_000.5, "2,5 tys. zł": 2_500, "٢٨٫٧٦": 28.76}


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [*((text, ".", n) for text, n in AS_POINT.items()), *((text, ",", n) for text, n in AS_COMMA.items())],
)
def test_currencies_and_digits_of_all_the_world(text, mark, number):
    assert parse_numbers([text], mark)[0][0] == number


@pytest.mark.parametrize("text", ["K1", "M3", "A 5", "12 boxes", "45t", "29m", "12_", "12'", "k", "$", "Rp", "٫"])
def test_codes_and_words_are_no_numbers(text):
    assert parse_numbers([text], ".")[1][0] != 0


def test_a_multiple_in_a_cell_is_one_of_its_header():
    assert parse_numbers(["15万円", "150000"], ".", 10_000)[0].tolist() == [15, 150_000]


# --- names are one space ---


def test_headers_that_the_settings_name_mean_no_role(tmp_path):
    """An age of 300 months and an income below nothing are what the settings say; scores find both again."""
    modes = {
        "bivariate": [{"column": "age", "maximum": 500}, {"column": "income", "minimum": -1_000}],
        "multivariate": [{"column": "age", "maximum": 500}, {"column": "income", "minimum": -1_000}],
    }
    rows = [f"{i},{a * 4},{b - 50},{a}" for i, (a, b) in enumerate(CUSTOMERS)]
    (tmp_path / "settings.json").write_text(json.dumps({"modes": modes, "missing": {"policy": "reject"}}))
    (tmp_path / "a.csv").write_bytes(csv_of(*rows, "97,501,5,5", "98,300,-2000,5", header="id,age,income,salary"))
    settings = str(tmp_path / "settings.json")

    assert main([str(tmp_path / "a.csv"), "--out", str(tmp_path), "--settings", settings, "--quiet"]) == 0

    document = json.loads((tmp_path / "data.json").read_text())
    assert (document["features"]["age"]["max"], document["features"]["income"]["min"]) == (376, -30)
    assert document["rows"]["rejected"] == 2
    model, out = str(tmp_path / "data.json"), tmp_path / "scored.csv"
    assert main(["score", str(tmp_path / "a.csv"), "--model", model, "--out", str(out), "--quiet"]) == 0
    assert cells_of(out.read_bytes()) == cells_of((tmp_path / "Clustering_Final.csv").read_bytes(), "Outlier")


def test_columns_that_the_settings_named_are_found_by_the_model(tmp_path):
    rows = [f"{i},{a},{b}" for i, (a, b) in enumerate(CUSTOMERS)]
    (tmp_path / "a.csv").write_bytes(csv_of(*rows, header="id,Net worth,Loyalty"))
    (tmp_path / "settings.json").write_text('{"columns": {"income": "Net worth", "spending": "Loyalty"}}')
    settings = str(tmp_path / "settings.json")
    assert main([str(tmp_path / "a.csv"), "--out", str(tmp_path), "--settings", settings, "--quiet"]) == 0

    model, out = str(tmp_path / "data.json"), tmp_path / "scored.csv"
    assert main(["score", str(tmp_path / "a.csv"), "--model", model, "--out", str(out), "--quiet"]) == 0
    assert cells_of(out.read_bytes()) == cells_of((tmp_path / "Clustering_Final.csv").read_bytes(), "Outlier")


# --- the faults of the issue ---


@pytest.mark.parametrize(
    ("name", "settings", "features"),
    [
        ("06_email", "06_email", {"Email Click Rate": (0.0, 1.0)}),
        ("06_email", "06_phone", {"Has Phone": (0, 1)}),
        ("15_low_average_high", None, {"spending": (1, 3)}),
        ("15_date", "15_date", {"last order": (0, 2152)}),
        ("06_zero_padded", None, {"income": (21_720, 102_150)}),
        ("06_us_dates", None, {"income": (21.72, 102.15)}),
        ("08_three_decimals", None, {"income": (21.721, 102.151), "spending": (5.125, 90.125)}),
        ("09_genre_and_gender", None, {"gender": ("Female", "Male")}),
        ("13_arabic_digits", None, {"age": (18, 69), "income": (21.72, 102.15), "spending": (5, 90)}),
        ("13_rupiah", None, {"income": (3_114_000, 9_987_000)}),
        ("14_renda_estimada", None, {"income": (21.72, 102.15), "spending": (5, 90)}),
    ],
)
def test_the_faults_are_read_rightly(name, settings, features, shared_data, tmp_path):
    folder = shared_data / "faults"
    more = ["--settings", str(folder / f"{settings}.json")] if settings else []
    assert main([str(folder / f"{name}.csv"), "--out", str(tmp_path), "--quiet", *more]) == 0

    document = json.loads((tmp_path / "data.json").read_text())
    for role, (low, high) in features.items():
        found = document["features"][role]
        if found["kind"] == "categorical":
            assert [value["label"] for value in found["values"]] == [low, high]
        else:
            assert (found["min"], found["max"]) == (pytest.approx(low, abs=0.05), pytest.approx(high, abs=0.05))
    assert "joined" not in {one["name"] for one in document["intake"]["columns"] if one["use"] == "personal"}


@pytest.mark.parametrize(
    ("name", "axes"),
    [
        ("09_score", ("Annual Income", "Age")),
        ("09_credit_score_es", ("Ingreso anual", "Edad")),
        ("09_note", ("annual income", "age")),
        ("03_rfm", ("recency", "monetary")),
    ],
)
def test_a_fault_that_has_no_spending_score_has_other_axes(name, axes, shared_data):
    assert opened((shared_data / "faults" / f"{name}.csv").read_bytes()).schema.modes["bivariate"] == axes


@pytest.mark.parametrize(("name", "which"), [("11_two_ids", "Customer ID"), ("11_master_id", "master_id")])
def test_the_ids_of_the_faults_are_found(name, which, shared_data):
    file = opened((shared_data / "faults" / f"{name}.csv").read_bytes())

    assert file.header[file.schema.id_position] == which


def test_the_model_of_the_faults_is_converted(shared_data, tmp_path: Path):
    folder = shared_data / "faults"
    assert main([str(folder / "04_model.csv"), "--out", str(tmp_path), "--quiet"]) == 0
    model, out = str(tmp_path / "data.json"), tmp_path / "s.csv"
    assert main(["score", str(folder / "04_usd.csv"), "--model", model, "--out", str(out), "--quiet"]) == 0

    places = [row["Bivariate Cluster"] for row in csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")))]
    assert sorted(places.count(one) for one in {*places}) == [20, 20, 20]
