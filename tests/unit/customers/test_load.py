"""What is made of a file as a whole: roles, missing and impossible values, duplicates, and the account of it."""

import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.duplicates import HashSet
from segmentation.errors import UnusableFileError
from segmentation.schema.settings import FeatureSetting, Settings
from tests.support.customers import HEADER, csv_of, finished, loaded, placed, read_customers

ROWS = [f"{i:04},{'Male' if i % 3 else 'Female'},{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i in range(1, 60)]


def sizes(result, mode="bivariate"):
    return [part["size"] for part in result.document["modes"][mode]["segments"]]


def use_of(result):
    return {column["name"]: column["use"] for column in result.intake["columns"]}


def refusal(data: bytes, settings: Settings | None = None) -> str:
    with pytest.raises(UnusableFileError) as caught:
        loaded(data, settings)
    assert caught.value.remedy
    return str(caught.value)


# --- the files that people have ---


def test_the_reference_data_need_no_mending(mall_result):
    assert mall_result.rows == {"read": 200, "used": 200, "imputed": 0, "duplicated": 0, "rejected": 0}
    assert mall_result.intake["notes"] == []
    assert use_of(mall_result) == {
        "CustomerID": "id",
        **dict.fromkeys(["Genre", "Age", "Annual Income (k$)", "Spending Score (1-100)"], "feature"),
    }
    assert sizes(mall_result) == [39, 22, 81, 23, 35]


def test_the_same_customers_in_spanish_are_the_same(mall, shared_data):
    english, spanish = placed(mall.read_bytes()), placed((shared_data / "mall_spanish.csv").read_bytes())

    features = {column["feature"]: column["name"] for column in spanish.intake["columns"]}
    assert features == {
        None: "Id_Clientes",
        "gender": "Genero",
        "age": "Edad",
        "income": "Ingreso_anual",
        "spending": "Puntaje_credito",
    }
    assert spanish.document["features"]["income"]["label"] == "Ingreso_anual"
    for mode in ("bivariate", "multivariate"):
        assert sizes(spanish, mode) == sizes(english, mode)


def test_a_longer_file_with_gaps_and_duplicates(shared_data):
    path = shared_data / "mall_messy_812.csv"
    result = placed(path.read_bytes())
    once = pd.read_csv(path, na_values="?").drop_duplicates()

    assert result.rows == {"read": 812, "used": 800, "imputed": 100, "duplicated": 12, "rejected": 0}
    columns = {"age": "Age", "income": "Annual Income (k$)", "spending": "Spending Score (1-100)"}
    assert result.intake["imputed"] == [
        {"feature": role, "cells": int(once[name].isna().sum()), "value": f"{once[name].median():g}"}
        for role, name in columns.items()
    ]
    filled = once.fillna(once.median(numeric_only=True))
    for role, name in columns.items():
        assert result.document["features"][role]["mean"] == pytest.approx(filled[name].mean(), rel=1e-5)
    assert Counter(row["Outcome"] for row in result.rejected) == {"imputed": 100, "duplicate": 12}
    assert len(result.assigned) == 812


def test_a_file_without_id_and_gender_in_other_units(shared_data):
    result = placed((shared_data / "jewellery.csv").read_bytes())

    assert use_of(result) == {"Age": "feature", "Income": "feature", "SpendingScore": "feature", "Savings": "unused"}
    assert result.document["features"]["spending"]["max"] == 1
    assert result.document["features"]["income"]["max"] == 142_000
    assert result.document["modes"]["multivariate"]["features"] == ["age", "income", "spending"]
    assert "No column for gender was found" in result.notes
    assert "The file has no customer id" in result.notes
    assert result.rows["used"] == 505


# --- roles ---


@pytest.mark.parametrize(
    ("header", "features"),
    [
        ("Income,Spending", ["income", "spending"]),
        ("Age,Income,Spending", ["age", "income", "spending"]),
        ("Sex,Income,Spending", ["gender", "income", "spending"]),
        ("Spending,Sex,Income,Age", ["age", "gender", "income", "spending"]),
    ],
)
def test_only_income_and_spending_are_required(header, features):
    column = {"Age": 2, "Sex": 1, "Income": 3, "Spending": 4}
    rows = [",".join(row.split(",")[column[name]] for name in header.split(",")) for row in ROWS]
    result = placed(csv_of(*rows, header=header))

    assert list(result.document["features"]) == features
    assert result.document["modes"]["multivariate"]["features"] == features
    for absent in {"age", "gender"} - {*features}:
        assert absent in result.notes
    assert sum(sizes(result, "multivariate")) == 59


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("id,Gender,Sex,Income,Spending", ("Gender", "Sex")),
        ("id,Edad,Age,Income,Spending", ("Edad", "Age")),
        ("id,Income,Annual Income (k$),Age,Spending", ("Income", "Annual Income (k$)")),
        ("id,Spending Score,Gastos,Age,Income", ("Spending Score", "Gastos")),
    ],
)
def test_of_two_candidates_for_a_role_the_plainer_is_taken_and_both_are_named(header, named):
    customers = loaded(csv_of(*(f"{i},{i % 7},{i % 5},{i % 9},{i % 8}" for i in range(60)), header=header))

    assert named[0] in [feature.label for feature in customers.points.features]
    assert named[1] not in [feature.label for feature in customers.points.features]
    (note,) = (note for note in customers.account["notes"] if "could each be" in note["text"])
    assert f"The columns '{named[0]}' and '{named[1]}' could each be" in note["text"]


def test_a_plain_name_goes_before_a_mere_score():
    result = read_customers(csv_of("1,9,15,39", header="id,Score,Income,Spending Score"))

    assert [feature.label for feature in result.features] == ["Income", "Spending Score"]


def test_two_candidates_for_the_id_leave_none():
    result = placed(csv_of(*(f"{row},{row[:4]}" for row in ROWS), header=f"{HEADER},Member ID"))

    assert "'CustomerID' and 'Member ID' could each be a customer id" in result.notes
    assert use_of(result)["Member ID"] == "unused"


def test_a_column_of_an_optional_role_without_a_value_has_no_part():
    """Years of birth are no ages; and the other column was never filled."""
    rows = [
        ",".join([cells[0], "", f"{1960 + i % 40}", *cells[3:]])
        for i, row in enumerate(ROWS)
        for cells in [row.split(",")]
    ]
    result = placed(csv_of(*rows))

    assert list(result.document["features"]) == ["income", "spending"]
    assert "'Gender' holds no value for any customer" in result.notes
    assert "'Age' holds no value from 0 to 120 for any customer" in result.notes
    assert use_of(result)["Age"] == use_of(result)["Gender"] == "unused"
    assert result.rows["used"] == 59


# --- categories ---


def genders(result):
    return {value["label"]: value["count"] for value in result.document["features"]["gender"]["values"]}


def with_genders(*names: str) -> bytes:
    cells = [row.split(",") for row in ROWS]
    return csv_of(*(",".join([row[0], names[i % len(names)], *row[2:]]) for i, row in enumerate(cells)))


@pytest.mark.parametrize(
    ("names", "counted"),
    [
        (("Male", "Female"), ["Female", "Male"]),
        (("Male", "male ", "MALE", "Male", "Female", "FEMALE", "Female"), ["Female", "Male"]),
        (("M", "F", "Male", "Female"), ["Female", "Male"]),
        (("H", "Hombre", "Mujer", "m"), ["Hombre", "Mujer"]),
        (("männlich", "weiblich", "divers", "W"), ["divers", "männlich", "weiblich"]),
        (("女性", "男性"), ["女性", "男性"]),
        (("M", "F"), ["F", "M"]),
        (("Male", "Female", "Other", "Prefer not to say"), ["Female", "Male", "Other", "Prefer not to say"]),
        (("f", "Female", "Fluid"), ["Female", "Fluid", "f"]),
        (("M", "F", "Mujer"), ["F", "M", "Mujer"]),
        (("1", "2"), ["1", "2"]),
    ],
)
def test_spellings_of_one_gender_are_one(names, counted):
    result = placed(with_genders(*names))

    assert sorted(genders(result)) == sorted(counted)
    assert sum(genders(result).values()) == 59 == result.rows["used"]
    assert ("Read in 'Gender'" in result.notes) == (len(counted) < len(set(names)))


def test_spellings_are_one_in_a_column_of_genders_that_settings_name_as_a_feature():
    modes = {"bivariate": ["Age", "Annual Income (k$)"], "multivariate": ["Age", "Gender"]}
    settings = Settings.parse(json.dumps({"modes": modes}).encode())

    document = placed(with_genders("M", "F", "Male", "Female"), settings=settings).document

    assert [value["label"] for value in document["features"]["Gender"]["values"]] == ["Female", "Male"]


@pytest.mark.parametrize("block_bytes", [80, 2**22])
def test_a_code_is_a_text(block_bytes):
    """Chunks in which all are codes, and one in which there is a word."""
    rows = [",".join([row.split(",")[0], f"0{i % 2 + 1}", *row.split(",")[2:]]) for i, row in enumerate(ROWS)]
    result = placed(csv_of(*rows, "x,other,30,1,1"), block_bytes=block_bytes)

    assert genders(result) == {"01": 30, "02": 29, "other": 1}


@pytest.mark.parametrize("block_bytes", [80, 2**22])
def test_marks_for_thousands_are_none_for_decimals_in_any_chunk(block_bytes):
    rows = [
        ";".join([*row.split(",")[:3], f"{int(row.split(',')[3]) + 10}.000", row.split(",")[4] + ",5"]) for row in ROWS
    ]
    result = placed(csv_of(*rows, header=HEADER.replace(",", ";")), block_bytes=block_bytes)

    assert result.document["features"]["income"]["max"] == 97_000
    assert result.rows["imputed"] == 0


@pytest.mark.parametrize(("separator", "mark"), [(";", "."), ("\t", ","), ("|", ",")])
@pytest.mark.parametrize("block_bytes", [3_000, 2**22])
def test_the_first_decimals_may_stand_far_down(separator, mark, block_bytes):
    rows = [
        [f"{i}", "Male" if i % 3 else "Female", f"{20 + i % 50}", f"{i % 90}" + f"{mark}5" * (i > 2_400), f"{i % 97}"]
        for i in range(2_500)
    ]
    lines = [separator.join(row) for row in rows]
    result = placed(csv_of(*lines, header=HEADER.replace(",", separator)), block_bytes=block_bytes)

    assert result.rows == {"read": 2_500, "used": 2_500, "imputed": 0, "duplicated": 0, "rejected": 0}
    assert result.intake["decimal_mark"] == mark
    assert result.document["features"]["income"]["max"] == 89.5
    assert not result.intake["notes"]


def test_what_could_be_thousands_is_decided_by_decimals_far_down():
    rows = [f"{i};Male;{20 + i % 50};{10 + i % 90}.{'125' if i < 2_400 else '75'};{i % 97}" for i in range(2_500)]
    result = placed(csv_of(*rows, header=HEADER.replace(",", ";")))

    assert result.rows["used"] == 2_500
    assert result.document["features"]["income"]["max"] == 99.75
    assert "two ways" not in result.notes


def test_texts_do_not_change_the_decimal_mark():
    rows = [f"{i};Male;{30 + i};{i};{i % 97}" for i in range(40)]
    result = placed(csv_of("x;Male;many;1;2", *rows, header=HEADER.replace(",", ";")))

    assert result.intake["decimal_mark"] == ","
    assert result.rows["imputed"] == 1


def test_what_a_code_stands_for_is_not_known():
    assert "'Gender' is coded 1, 2, and the file does not say" in placed(with_genders("1", "2")).notes


def test_a_rare_gender_is_kept():
    result = placed(with_genders(*["Male", "Female"] * 29, "Other"))

    assert genders(result)["Other"] == 1


def test_a_gender_that_everybody_has_is_noted():
    result = placed(with_genders("Male"))

    assert "Every customer has 'Male' in 'Gender'" in result.notes
    assert sizes(result) == sizes(result, "multivariate") or result.rows["used"] == 59


# --- missing and impossible values ---


def spoiled(column: int, values: dict[int, str]) -> bytes:
    rows = [row.split(",") for row in ROWS]
    for i, value in values.items():
        rows[i][column] = value
    return csv_of(*(",".join(row) for row in rows))


@pytest.mark.parametrize("value", ["", "?", "NA", "n/a", "null", "-", "—", "-23", "666", "inf", "young", "1e300"])
def test_a_value_that_is_missing_or_impossible_is_filled_in_with_the_median(value):
    result = placed(spoiled(2, {3: value, 8: value}))

    ages = [int(row.split(",")[2]) for i, row in enumerate(ROWS) if i not in (3, 8)]
    assert result.rows == {"read": 59, "used": 59, "imputed": 2, "duplicated": 0, "rejected": 0}
    assert result.intake["imputed"] == [{"feature": "age", "cells": 2, "value": f"{np.median(ages):g}"}]
    assert result.document["features"]["age"]["mean"] == pytest.approx((sum(ages) + 2 * np.median(ages)) / 59, rel=1e-5)
    assert [row["Value"] for row in result.rejected] == [value, value]


def test_impossible_values_and_texts_are_counted_in_words():
    result = placed(spoiled(2, {3: "-23", 8: "666", 9: "young"}))

    assert "2 values of 'Age' cannot be (below 0 or above 120); taken for missing." in result.notes
    assert "1 cell of 'Age' with text where a number belongs" in result.notes
    assert [row["Reason"] for row in result.rejected] == ["impossible", "impossible", "not a number"]


def test_a_score_beyond_the_scale_in_its_header_is_impossible():
    result = placed(spoiled(4, {3: "0", 8: "101", 9: "-1"}))

    assert [row["Value"] for row in result.rejected] == ["101", "-1"]


def test_a_scale_that_the_values_do_not_keep_is_not_believed():
    data = csv_of(*ROWS).replace(b"(1-100)", b"(1-10)")
    result = placed(data)

    assert result.rows["imputed"] == 0
    assert "'Spending Score (1-10)' holds many values above 10; all were used." in result.notes


def test_a_missing_gender_is_filled_in_with_the_most_frequent():
    result = placed(spoiled(1, {0: "", 1: "?", 5: "n/a"}))

    assert result.intake["imputed"] == [{"feature": "gender", "cells": 3, "value": "Male"}]
    assert genders(result) == {"Female": 18, "Male": 41}


def test_a_fill_may_be_of_a_category_that_a_chunk_does_not_have():
    """Here it is the only one of its chunk, and stands behind the other in the alphabet."""
    data = spoiled(1, {0: "Female", 1: "Female", 2: "", 3: "", 4: "Female"})

    assert placed(data, block_bytes=20) == placed(data)


@pytest.mark.parametrize(("missing", "imputed"), [(11, 11), (12, 0)])
def test_of_a_feature_that_many_lack_nothing_is_filled_in(missing, imputed):
    """A fifth of 59 is 11.8."""
    result = placed(spoiled(2, dict.fromkeys(range(missing), "")))

    assert result.rows == {
        "read": 59,
        "used": 59 if imputed else 47,
        "imputed": imputed,
        "duplicated": 0,
        "rejected": 0 if imputed else 12,
    }
    if not imputed:
        assert result.intake["rejected"][0]["reason"] == "no value for Age"


def test_a_row_that_lacks_more_than_half_of_a_mode_is_rejected():
    rows = ["a,,,50,50", "b,Male,30,,", "c,,,,50", *ROWS]
    result = placed(csv_of(*rows))

    assert [row["CustomerID"] for row in result.assigned if row["Reason"]] == ["b", "c"]
    assert result.rows["imputed"] == 1
    assert {one["remedy"].partition("; ")[2] for one in result.intake["rejected"]} == {
        "of customers who lack more than half of the features, nothing is filled in."
    }


@pytest.mark.parametrize(
    ("missing", "remedy"),
    [
        ({"most_share": 0.01}, "Fill the empty cells of 'Age', or raise most_share in settings.json."),
        ({"policy": "reject"}, 'Fill the empty cells of \'Age\', or set "policy": "impute" in settings.json.'),
    ],
)
def test_a_rejected_row_has_a_remedy(missing, remedy):
    result = placed(spoiled(2, {4: ""}), settings=Settings.parse(json.dumps({"missing": missing}).encode()))

    assert [one["remedy"] for one in result.intake["rejected"]] == [remedy]


def test_rows_that_share_an_id_are_no_file_without_ids():
    rows = [f"{i // 5},Male,{20 + i % 40},{i},{i % 97}" for i in range(60)]
    result = placed(csv_of(*rows, rows[0]))

    assert result.rows["used"] == 61
    assert "'CustomerID' tells few rows apart, so rows that are alike" in result.notes


def test_a_column_of_words_has_no_part_and_wants_numbers():
    result = placed(spoiled(2, dict.fromkeys(range(len(ROWS)), "old")))

    (note,) = result.intake["notes"]
    assert note["remedy"] == "Write plain numbers in the column, if it should have one."


def test_the_median_is_that_of_all_known_values_of_customers_counted_once():
    rows = [*(f"{i},Male,{20 + i},{i},{i}" for i in range(30)), "x,Male,?,90,50", "y,Female,,95,?", "y,Female,,95,?"]
    result = placed(csv_of(*rows))

    values = {one["feature"]: float(one["value"]) for one in result.intake["imputed"]}
    assert values == {"age": np.median(range(20, 50)), "spending": np.median([*range(30), 50])}
    assert result.rows["duplicated"] == 1


@pytest.mark.parametrize("settings", [Settings(impute=False), Settings(most_missing=0.0)])
def test_the_policy_can_be_set(settings):
    result = placed(spoiled(2, {3: "", 8: "666"}), settings=settings)

    assert (result.rows["imputed"], result.rows["rejected"]) == (0, 2)


# --- duplicates ---


@pytest.mark.parametrize("block_bytes", [100, 2**20])
def test_rows_that_are_alike_in_every_cell_are_one_customer(block_bytes):
    result = placed(csv_of(*ROWS, *ROWS[:7], ROWS[3]), block_bytes=block_bytes)

    assert result.rows == {"read": 67, "used": 59, "imputed": 0, "duplicated": 8, "rejected": 0}
    assert sizes(result) == sizes(placed(csv_of(*ROWS)))
    assert [row["Line"] for row in result.rejected] == [f"{line}" for line in range(61, 69)]


@pytest.mark.parametrize("rows", [50, 30_000])
def test_a_duplicate_is_found_wherever_it_lies(rows):
    """The ids rise, until the last row is one of the first."""
    lines = [f"{i},Male,{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i in range(rows)]
    result = placed(csv_of(*lines, lines[2]), block_bytes=50_000)

    assert (result.rows["duplicated"], result.rows["used"]) == (1, rows)


def test_a_duplicate_may_be_quoted_otherwise():
    result = placed(csv_of(*ROWS, ",".join(f'"{cell}"' for cell in ROWS[3].split(","))))

    assert result.rows["duplicated"] == 1
    assert not result.notes


def test_an_id_that_comes_again_is_a_note_and_two_customers():
    result = placed(csv_of(*ROWS, "0003,Male,60,1,1", "0003,Male,61,1,1"))

    assert result.rows["used"] == 61
    assert "2 rows with an id that an earlier row has" in result.notes


@pytest.mark.parametrize(("duplicates", "used"), [("auto", 62), ("once", 59), ("keep", 62)])
def test_without_an_id_customers_may_be_alike(duplicates, used):
    rows = [row.partition(",")[2] for row in [*ROWS, *ROWS[:3]]]
    result = placed(csv_of(*rows, header=HEADER.partition(",")[2]), settings=Settings(duplicates=duplicates))

    assert result.rows["used"] == used
    assert ("no customer id" in result.notes) == (duplicates == "auto")


def test_a_name_identifies_a_row_as_well_as_an_id():
    rows = [f"Jo{i},{row.partition(',')[2]}" for i, row in enumerate(ROWS)]
    result = placed(csv_of(*rows, *rows[:3], header=HEADER.replace("CustomerID", "Name")))

    assert result.rows["duplicated"] == 3


@pytest.mark.parametrize("column", ["ZIP", "Accepts e-mail", "CustomerID"])
def test_what_many_share_identifies_nobody(column):
    rows = [f"{'' if column == 'CustomerID' else i % 3},{row.partition(',')[2]}" for i, row in enumerate(ROWS)]
    result = placed(csv_of(*rows, *rows[:3], header=HEADER.replace("CustomerID", column)))

    assert result.rows["used"] == 62
    assert "rows that are alike in every cell count as different customers" in result.notes


def test_where_not_all_rows_can_be_remembered_that_is_noted(monkeypatch):
    monkeypatch.setattr("segmentation.customers.duplicates.HashSet", lambda: HashSet(max_hashes=30))
    rows = ROWS[::-1]

    result = placed(csv_of(*rows, rows[0], rows[40]))

    assert "The file has too many rows to tell of all whether they are there twice." in result.notes
    assert result.rows["duplicated"] == 1


def test_duplicates_can_be_kept():
    assert placed(csv_of(*ROWS, *ROWS[:3]), settings=Settings(duplicates="keep")).rows["used"] == 62


# --- privacy ---


def test_personal_data_are_listed_and_never_leave():
    rows = [f"{row},jo{i}@example.com,+49 30 12345{i:02},Jo Smith{i},Main St {i}" for i, row in enumerate(ROWS)]
    result = placed(csv_of(*rows, header=f"{HEADER},Contact,Mobile,Name,Street"))

    assert {name for name, use in use_of(result).items() if use == "personal"} == {
        "Contact",
        "Mobile",
        "Name",
        "Street",
    }
    public = json.dumps([result.document, result.intake])
    assert not any(secret in public for secret in ("example.com", "Smith", "Main St", "12345"))


def test_personal_data_are_no_feature_whatever_the_column_is_called():
    rows = [",".join([row.split(",")[0], f"jo{i}@example.com", *row.split(",")[2:]]) for i, row in enumerate(ROWS)]

    assert use_of(placed(csv_of(*rows)))["Gender"] == "personal"

    rows = [",".join([*row.split(",")[:3], f"jo{i}@example.com", "1"]) for i, row in enumerate(ROWS)]
    assert "The column 'Annual Income (k$)' holds e-mail addresses" in refusal(csv_of(*rows))


@pytest.mark.parametrize("names", [[f"Zoe {i}" for i in range(12)], [f"Zoe {i // 4}" for i in range(84)]])
def test_names_are_no_genders(names):
    """Each would be published."""
    rows = [f"{i},{name},3{i % 10},{i},{i * 7 % 97}" for i, name in enumerate(names)]
    result = placed(csv_of(*rows), k=2)

    assert use_of(result)["Gender"] == "unused"
    assert "it was not taken for the gender" in result.notes
    assert "Zoe" not in json.dumps([result.document, result.intake])


def test_names_are_genders_where_the_settings_say_so():
    rows = [f"{i},{name},3{i},{i},{i * 7 % 97}" for i, name in enumerate("ABCDEFGHIJKL")]

    assert genders(placed(csv_of(*rows), k=2, settings=Settings(columns={"gender": "Gender"}))).keys() == {
        *"ABCDEFGHIJKL"
    }


def test_income_below_nothing_stands_for_a_gap():
    result = placed(spoiled(3, {3: "-999", 8: "-1"}))

    assert "2 values of 'Annual Income (k$)' cannot be (below 0); taken for missing." in result.notes
    assert result.rows["imputed"] == 2


def test_incomes_as_differences_from_their_mean_are_used():
    rows = [",".join([*row.split(",")[:3], f"{int(row.split(',')[3]) - 45}", row.split(",")[4]]) for row in ROWS]
    result = placed(csv_of(*rows))

    assert result.rows["imputed"] == 0
    assert "'Annual Income (k$)' holds many values below 0; all were used." in result.notes


@pytest.mark.parametrize("word", ["Total", "Total (59):", "Sous-total", "Eindtotaal", "Σ", "合計"])
@pytest.mark.parametrize("block_bytes", [100, 2**20])
def test_a_total_is_known_by_its_name_in_a_column_that_is_not_read(word, block_bytes):
    rows = [f"Ann{i},{row.partition(',')[2]}" for i, row in enumerate(ROWS)]
    data = csv_of(*rows, f"{word},Male,34,5000,45", header=HEADER.replace("CustomerID", "Full name"))
    result = placed(data, block_bytes=block_bytes)

    assert (result.rows["used"], result.rejected[-1]["Reason"]) == (59, "a row that sums up others")


def test_customers_whom_their_file_calls_average_are_customers():
    rows = [f"{['low', 'average', 'high'][i % 3]},{row.partition(',')[2]}" for i, row in enumerate(ROWS)]
    modes = {
        mode: tuple(FeatureSetting(*2 * [name]) for name in names)
        for mode, names in (
            ("bivariate", ["Age", "Annual Income (k$)"]),
            ("multivariate", ["Age", "Annual Income (k$)", "Class"]),
        )
    }
    data = csv_of(*rows, header=HEADER.replace("CustomerID", "Class"))

    assert placed(data, settings=Settings(modes=modes)).rows["used"] == 59


def test_a_single_address_among_the_categories_is_not_published():
    result = placed(spoiled(1, {7: "anna@example.com"}))

    assert genders(result).keys() == {"Female", "Male"}
    assert result.rows["imputed"] == 1
    assert "anna" not in json.dumps(result.document)


def test_a_feature_that_most_lack_has_no_part():
    result = placed(spoiled(2, dict.fromkeys(range(40), "")))

    assert list(result.document["features"]) == ["gender", "income", "spending"]
    assert "'Age' is known of 19 customers only" in result.notes
    assert result.rows["used"] == 59


# --- limits ---


def test_fewer_combinations_than_segments_are_an_answer():
    modes = {"bivariate": ["x", "y"], "multivariate": ["tier", "kids"]}
    data = csv_of(*(f"{i % 3},{i % 2},{i % 17},{i * 7 % 23}" for i in range(90)), header="tier,kids,x,y")

    with pytest.raises(UnusableFileError, match="Only 6 different pairs of tier and kids"):
        finished(data, settings=Settings.parse(json.dumps({"modes": modes}).encode()))


def test_lines_that_are_all_longer_than_the_header_are_an_answer():
    assert "All lines have more cells than the header" in refusal(csv_of(*(f"{row},x" for row in ROWS)))


def test_too_few_customers_for_the_segments_are_an_answer():
    with pytest.raises(UnusableFileError, match="Only 3 different pairs of Annual Income and Spending Score"):
        finished(csv_of(*ROWS[:3]))


@pytest.mark.parametrize(("column", "name"), [(3, "Annual Income (k$)"), (4, "Spending Score (1-100)")])
def test_a_constant_feature_of_the_bivariate_mode_is_an_answer(column, name):
    data = spoiled(column, dict.fromkeys(range(59), "50"))

    with pytest.raises(UnusableFileError) as caught:
        finished(data)
    assert "Only" in str(caught.value) or f"Every customer has the same value in '{name}'" in str(caught.value)


def test_a_constant_age_is_a_note():
    result = placed(spoiled(2, dict.fromkeys(range(59), "33")))

    assert "Every customer has 33.0 in 'Age'" in result.notes
