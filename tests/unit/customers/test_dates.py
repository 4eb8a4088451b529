"""Dates count from the newest one of a file, wherever it stands, and however the file is read."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from segmentation.files.blocks import BLOCK_BYTES
from segmentation.schema.settings import Settings
from tests.support.customers import Finished, csv_of, finished, loaded

HEADER = "Id,Visits,Spend,Last order"
MODES = {"bivariate": ["Visits", "Spend"], "multivariate": ["Visits", "Spend", "Last order"]}


def settings_for(*features: str, **more: object) -> Settings:
    modes = {"bivariate": MODES["bivariate"], "multivariate": [*MODES["bivariate"], *features]}
    return Settings.parse(json.dumps({"modes": modes, **more}).encode())


def days(data: bytes, settings: Settings, block_bytes: int = BLOCK_BYTES) -> np.ndarray:
    """Return the numbers of the features behind the axes."""
    return np.concatenate(
        [np.column_stack(chunk.columns[2:]) for chunk in loaded(data, settings, block_bytes).chunks()]
    )


def why(result: Finished, name: str) -> str:
    """Return what is said of a column."""
    return next(one["why"] for one in result.intake["columns"] if one["name"] == name)


def customers(n: int = 400) -> pd.DataFrame:
    generator = np.random.default_rng(7)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.sort(generator.integers(0, 2_000, n)), unit="D")
    columns = {"Id": np.arange(n), "Visits": generator.integers(1, 30, n), "Spend": generator.integers(10, 900, n)}
    return pd.DataFrame({**columns, "Last order": days})


def written(frame: pd.DataFrame, form: str) -> bytes:
    return frame.to_csv(index=False, date_format=form).encode()


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%Y-%m-%dT%H:%M:%S", "%Y%m%d", "%d %b %Y"]
)
@pytest.mark.parametrize("block_bytes", [500, 2**22])
def test_days_are_those_before_the_newest_date_which_may_be_in_the_last_row(form, block_bytes):
    frame = customers()
    expected = (frame["Last order"].max() - frame["Last order"]).dt.days

    found = days(written(frame, form), settings_for("Last order"), block_bytes)

    assert found[:, 0].tolist() == expected.tolist()


def test_the_newest_date_may_stand_below_all_that_is_read_first():
    """The order of rows does not matter, beyond the first quarter megabyte either."""
    frame = customers(20_000)
    found = loaded(written(frame, "%Y-%m-%d"), settings_for("Last order"))
    again = loaded(written(frame[::-1], "%Y-%m-%d"), settings_for("Last order"))

    assert found.file.schema.newest == again.file.schema.newest
    assert found.points.extremes("Last order") == again.points.extremes("Last order") == (0, 1_999)


def test_all_dates_of_a_file_count_from_the_newest_of_any_column():
    rows = [f"{i},{i % 30},{i * 7 % 90},2024-01-{i % 28 + 1:02},2024-02-{i % 28 + 1:02},1984-06-30" for i in range(200)]
    data = csv_of(*rows, header="Id,Visits,Spend,Joined,Last order,Date of birth")

    settings = settings_for("Joined", "Date of birth")

    assert days(data, settings)[0].tolist() == [58, 39]
    found = [(one.label, one.unit) for one in loaded(data, settings).file.head.features[2:]]
    assert found == [("Days since joined", "days"), ("Age", "")]


def test_an_end_that_is_yet_to_come_is_not_the_newest_date():
    rows = [f"{i},{i % 30},{i * 7 % 90},2024-01-{i % 28 + 1:02},2031-12-31" for i in range(60)]
    data = csv_of(*rows, header="Id,Visits,Spend,Joined,Contract end")

    assert days(data, settings_for("Joined")).min() == 0


def test_placeholders_and_slips_are_missing_and_told():
    rows = [f"{i},{i % 30},{i * 7 % 90},2024-01-{i % 28 + 1:02}" for i in range(200)]
    odd = [f"{i},5,5,{day}" for i, day in enumerate(["9999-12-31", "1900-01-01", "2052-01-01", "0000-00-00"], 200)]
    result = finished(csv_of(*rows, *odd, header=HEADER), k=2, settings=settings_for("Last order"))

    assert "3 values of 'Days since last order' cannot be (a date too early or too late)" in result.notes
    assert result.document["features"]["Last order"]["max"] == 27


def test_a_date_of_birth_gives_the_age_where_no_column_does():
    rows = [f"{i},{i % 60 + 20},{i * 7 % 100},{2000 - i % 40}-05-17,2024-05-16" for i in range(100)]
    data = csv_of(*rows, header="Id,Income,Spending Score,DOB,Last order")

    result = finished(data, k=3)
    (column,) = (one for one in result.intake["columns"] if one["name"] == "DOB")

    age = result.document["features"]["age"]
    assert (age["label"], age["meaning"], age["min"], age["max"]) == ("Age", "age", 23, 62)
    assert (column["use"], column["feature"]) == ("feature", "age")
    assert "the age in whole years on 2024-05-16" in column["why"]


def test_a_date_of_birth_beside_an_age_stays_personal():
    rows = [f"{i},{i % 60 + 20},{i * 7 % 100},{2000 - i % 40}-05-17,{i % 50 + 20}" for i in range(100)]
    result = finished(csv_of(*rows, header="Id,Income,Spending Score,DOB,Age"), k=3)

    assert {one["name"]: one["use"] for one in result.intake["columns"]}["DOB"] == "personal"


def test_births_alone_count_from_the_youngest():
    rows = [f"{i},{i % 60 + 20},{i * 7 % 100},{1999 - i % 40}" for i in range(100)]
    result = finished(csv_of(*rows, header="Id,Income,Spending Score,Birth year"), k=3)

    age = result.document["features"]["age"]
    assert (age["label"], age["min"], age["max"]) == ("Birth year (years before the newest)", 0, 39)
    assert "years before 1999, the newest year of birth" in why(result, "Birth year")


def test_nobodys_date_of_birth_is_published():
    rows = [f"{i},{i % 60 + 20},{i * 7 % 100},{1999 - i % 40}-05-17" for i in range(100)]
    result = finished(csv_of(*rows, "999,30,30,2000-11-15", header="Id,Income,Spending Score,Date of birth"), k=3)

    age = result.document["features"]["age"]
    assert (age["reading"]["newest"], age["max"]) == ("2000-12-31", 40)
    assert "2000-11" not in json.dumps([result.document, result.intake])


def test_a_date_of_one_customer_is_not_published():
    rows = [f"{i},{i % 30},{i * 7 % 90},2024-01-{i % 28 + 1:02}" for i in range(200)]
    data = csv_of(*rows, "999,7,7,2024-03-17", header=HEADER)
    result = finished(data, k=2, settings=settings_for("Last order", min_cell_count=5))

    # The end of its month is.
    assert "2024-03-17" not in json.dumps(result.document)
    assert "days before the newest date in the file" in why(result, "Last order")


@pytest.mark.parametrize(
    ("cells", "said", "in_note"),
    [
        (["Gold", "Silver", "Bronze"], "taken in this order: Bronze = 1, Silver = 2, Gold = 3", True),
        (["2024-01-31", "2024-01-30"], "was taken as days before 2024-01-31", False),
        (["18-25", "26-33", "34+"], "count as their middles", False),
        (["★★★★☆", "★☆☆☆☆"], "stars of 'Joined' were counted", False),
        (["yes", "no"], "yes counts as 1", False),
    ],
)
def test_what_was_made_of_cells_is_said_once_as_a_note_where_it_may_be_wrong(cells, said, in_note):
    rows = [f"{i},{i % 30},{i * 7 % 90},{cells[i % len(cells)]}" for i in range(120)]
    result = finished(csv_of(*rows, header="Id,Visits,Spend,Joined"), k=2, settings=settings_for("Joined"))

    assert (said in result.notes, said in why(result, "Joined")) == (in_note, not in_note)


def test_an_open_order_of_day_and_month_is_told():
    rows = [f"{i},{i % 30},{i * 7 % 90},{i % 12 + 1:02}/{i % 11 + 1:02}/2024" for i in range(200)]
    result = finished(csv_of(*rows, header=HEADER), k=2, settings=settings_for("Last order"))

    assert "could begin with the day or the month; they were read with the day first" in result.notes


def test_one_column_of_dates_tells_the_order_of_another():
    rows = [f"{i},{i % 30},{i * 7 % 90},03/0{i % 9 + 1}/2024,03/{i % 28 + 1:02}/2024" for i in range(200)]
    header = f"{HEADER},Joined"
    result = finished(csv_of(*rows, header=header), k=2, settings=settings_for("Last order"))

    assert result.document["features"]["Last order"]["reading"]["form"] == "month first"
    assert "could begin" not in result.notes


@pytest.mark.parametrize(
    ("header", "cells", "extremes"),
    [
        ("Level", ["Gold", "Silver", "Bronze"], (1, 3)),
        ("Active", ["True", "False"], (0, 1)),
        ("Band", ["18-25", "26-33", "34+"], (21.5, 37.5)),
        ("Stars", ["★★★★☆", "★☆☆☆☆"], (1, 4)),
        ("Joined", ["20240131", "20240130"], (0, 1)),
    ],
)
def test_the_settings_may_name_what_becomes_numbers(header, cells, extremes):
    rows = [f"{i},{i % 30},{i * 7 % 90},{cells[i % len(cells)]}" for i in range(120)]
    found = loaded(csv_of(*rows, header=f"Id,Visits,Spend,{header}"), settings_for(header))

    assert found.points.extremes(header) == extremes
    assert found.file.head.features[2].reading is not None


def test_words_in_order_are_categories_where_the_settings_say_so():
    rows = [f"{i},{i % 30},{i * 7 % 90},{('Gold', 'Silver')[i % 2]}" for i in range(120)]
    modes = {**MODES, "multivariate": ["Visits", "Spend", {"column": "Level", "kind": "categorical"}]}
    settings = Settings.parse(json.dumps({"modes": modes}).encode())

    assert loaded(csv_of(*rows, header="Id,Visits,Spend,Level"), settings).file.head.features[2].categories
