"""Which features are chosen where nobody names them, why, and how the next run keeps them."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from segmentation.clustering.decisions import Decisions
from segmentation.pipeline import segment
from segmentation.schema.choice import UsedFeatures
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE
from segmentation.schema.settings import FeatureSetting, Settings
from tests.support.customers import CustomerFile, csv_of, opened

CHANCE = np.random.default_rng(5)
N = 90
GROUP = CHANCE.integers(3, size=N)
COLUMNS = {
    "id": [f"C{i:03}" for i in range(N)],
    "Recency": (GROUP * 100 + CHANCE.integers(1, 60, N)).tolist(),
    "Orders": ((2 - GROUP) * 8 + CHANCE.integers(1, 6, N)).tolist(),
    "Revenue": np.round((2 - GROUP) * 900 + CHANCE.uniform(20, 400, N), 2).tolist(),
    "Balance": np.round(CHANCE.uniform(2_000, 9_000, N), 2).tolist(),
    "Tenure": CHANCE.integers(1, 72, N).tolist(),
    "Annual Income": CHANCE.integers(15_000, 90_000, N).tolist(),
    "Age": CHANCE.integers(18, 80, N).tolist(),
    "Spending Score": CHANCE.integers(1, 100, N).tolist(),
    "Clicks": CHANCE.integers(0, 400, N).tolist(),
    "Gender": CHANCE.choice(["Male", "Female"], N).tolist(),
    "Cluster": (GROUP + 1).tolist(),
    "Churn": CHANCE.choice(["Yes", "No"], N).tolist(),
    "V1": CHANCE.integers(100, 900, N).tolist(),
    "V2": CHANCE.integers(10, 90, N).tolist(),
}
COLUMNS["Revenue (k$)"] = [round(one / 1_000, 5) for one in COLUMNS["Revenue"]]


def file_with(*names: str) -> bytes:
    rows = zip(*(map(str, COLUMNS[name]) for name in names), strict=True)
    return csv_of(*map(",".join, rows), header=",".join(names))


def chosen(*names: str, before: UsedFeatures | None = None, settings: Settings | None = None) -> CustomerFile:
    data = file_with(*names)
    return CustomerFile(lambda: io.BytesIO(data), settings, before=before)


def why(file: CustomerFile, name: str) -> str:
    return next(use.why for use in file.schema.uses if use.name == name)


@pytest.mark.parametrize(
    ("names", "axes"),
    [
        (["Recency", "Orders", "Revenue", "Annual Income"], ("Recency", "Revenue")),
        (["Orders", "Tenure", "Revenue", "Annual Income", "Age"], ("Orders", "Revenue")),
        (["Tenure", "Balance", "Revenue", "Age"], ("Tenure", "Revenue")),
        (["Balance", "Tenure", "Age"], ("Tenure", "Balance")),
        (["Recency", "Spending Score", "Age"], ("Recency", "Spending Score")),
        (["Age", "Annual Income", "Revenue"], ("Annual Income", "Revenue")),
        (["Age", "Annual Income", "Clicks"], ("Annual Income", "Age")),
        (["V2", "V1", "Clicks"], ("V1", "Clicks")),
        (["V1", "Revenue", "V2"], ("V1", "Revenue")),
    ],
)
def test_the_axes_say_most_about_value_and_behaviour(names, axes):
    assert chosen("id", *names).schema.modes[BIVARIATE] == axes


def test_the_usual_columns_are_found_by_their_roles_whatever_else_is_there():
    modes = chosen("id", "Age", "Gender", "Recency", "Annual Income", "Spending Score", "Tenure").schema.modes

    assert modes == {BIVARIATE: ("income", "spending"), MULTIVARIATE: ("age", "gender", "income", "spending")}


def test_money_and_visits_go_before_income_and_money():
    """Both could be called spending."""
    data = csv_of(*(f"{i},{15 + i % 50},{i * 7 % 90}.5,{i % 30}" for i in range(N)), header="id,Income,Spend,Visits")

    assert opened(data).schema.modes[BIVARIATE] == ("Visits", "Spend")


def test_a_copy_in_another_unit_is_left_out_and_that_is_said():
    file = chosen("id", "Recency", "Revenue", "Revenue (k$)")

    assert file.schema.modes[MULTIVARIATE] == ("Recency", "Revenue")
    assert why(file, "Revenue (k$)") == "It says nearly the same as 'Revenue'."


def test_groups_far_apart_make_no_copies():
    """Their means lie on a line; within them, the columns have nothing to do with each other."""
    rows = (f"{i},{i % 3 * 500 + i * 7 % 40},{i % 3 * 900 + i * 13 % 60}" for i in range(N))

    assert opened(csv_of(*rows, header="id,Recency,Money")).schema.modes[BIVARIATE] == ("Recency", "Money")


def test_there_are_at_most_eight_of_each_meaning_one_before_the_second_of_any():
    names = [f"Revenue {year}" for year in range(2010, 2020)]
    rows = (
        ",".join([str(i), str(i % 40), *(f"{(i * (7 + j)) % 97}.5" for j in range(10)), str(i % 50)]) for i in range(N)
    )
    features = opened(csv_of(*rows, header=",".join(["id", "Recency", *names, "Age"]))).schema.modes[MULTIVARIATE]

    assert len(features) == 8
    assert {"Recency", "Age"} < {*features}


def test_numbers_of_unknown_meaning_are_used_only_where_few_others_are():
    assert "V1" not in chosen("id", "Recency", "Orders", "Revenue", "V1").schema.modes[MULTIVARIATE]
    assert "V1" in chosen("id", "Recency", "Revenue", "V1").schema.modes[MULTIVARIATE]


def test_genders_are_the_only_categories():
    file = chosen("id", "Recency", "Revenue", "Gender", "Churn")

    assert file.schema.modes[MULTIVARIATE] == ("Recency", "Revenue", "Gender")
    assert [one.label for one in file.schema.wanted if one.categorical] == ["Gender"]


@pytest.mark.parametrize(
    ("header", "cells", "reason"),
    [
        ("Cluster", "012", "seems to be a result"),
        ("RFM_Score", ["111", "345", "555"], "seems to be a result"),
        ("Churn", "01", "seems to be a result"),
        ("Attrition_Flag", ["Attrited", "Existing"], "seems to be a result"),
        ("BMI", ["21.5", "30.1", "25.2"], "sensitive"),
        ("Religion", "123", "sensitive"),
        ("Defaulted", "01", "sensitive"),
        ("Segmento", "ABC", "seems to be a result"),
        ("Region", "123", "stand for categories"),
        ("Store", "14", "two values"),
        ("Newsletter", ["yes", "no"], "two values"),
        ("Country", ["DE", "FR", "IT"], "categories"),
        ("Constant", "7", "same value"),
        ("Mostly empty", ["", "", "4"], "empty"),
        ("Year", ["1999", "2004", "2010", "2011", "2013", "2014", "2015", "2016", "2017", "2018", "2021"], "dates"),
    ],
)
def test_what_is_no_feature_is_none_and_says_why(header, cells, reason):
    rows = (f"{i},{i * 7 % 60},{i * 11 % 97}.5,{cells[i % len(cells)]}" for i in range(N))
    file = opened(csv_of(*rows, header=f"id,Recency,Money,{header}"))

    assert header not in file.schema.modes[MULTIVARIATE]
    assert reason in why(file, header)


def test_numbers_of_rows_are_no_feature_whatever_they_are_called():
    rows = (f"{i},{i * 7 % 60},{i * 11 % 97}.5,{5000 + i},{810_000 + i * 37}" for i in range(N))
    file = opened(csv_of(*rows, header=",Recency,Money,Count,Ref"))

    assert file.schema.modes[MULTIVARIATE] == ("Recency", "Money")


def test_features_of_no_meaning_are_better_than_none():
    rows = (f"{i},{i % 4},{i * 11 % 97}.5" for i in range(N))

    assert opened(csv_of(*rows, header="id,Class code,Money")).schema.modes[BIVARIATE] == ("Class code", "Money")


def test_the_choice_has_the_form_of_settings_which_give_the_same():
    data = file_with("id", "Recency", "Orders", "Revenue", "Age", "Gender")
    found = segment(lambda: io.BytesIO(data)).document()
    settings = {
        "modes": {
            "bivariate": ["Recency", "Revenue"],
            "multivariate": [
                "Recency",
                "Orders",
                "Revenue",
                {"column": "Age", "minimum": 0, "maximum": 120},
                {"column": "Gender", "kind": "categorical"},
            ],
        }
    }
    named = segment(lambda: io.BytesIO(data), settings=Settings.parse(json.dumps(settings).encode())).document()

    assert found["features"] == named["features"]
    assert found["modes"] == named["modes"]


# --- the run before ---

USED = UsedFeatures(
    {
        BIVARIATE: (FeatureSetting("Orders", "Orders"), FeatureSetting("Revenue", "Revenue")),
        MULTIVARIATE: tuple(FeatureSetting(name, name) for name in ("Orders", "Revenue", "Tenure")),
    }
)


def test_features_of_the_run_before_are_kept_although_others_would_be_chosen():
    file = chosen("id", "Recency", "Orders", "Revenue", "Tenure", before=USED)

    assert file.schema.modes == {BIVARIATE: ("Orders", "Revenue"), MULTIVARIATE: ("Orders", "Revenue", "Tenure")}
    assert "run before" in why(file, "Orders")
    assert not file.schema.notes


def test_a_feature_that_is_gone_is_named_and_the_others_are_kept():
    file = chosen("id", "Recency", "Orders", "Revenue", before=USED)

    assert file.schema.modes == {BIVARIATE: ("Orders", "Revenue"), MULTIVARIATE: ("Orders", "Revenue")}
    assert "The run before used 'Tenure', which cannot be used in this file." in [
        note.text for note in file.schema.notes
    ]


def test_without_an_axis_features_are_chosen_anew():
    file = chosen("id", "Recency", "Revenue", "Tenure", before=USED)

    assert file.schema.modes[BIVARIATE] == ("Recency", "Revenue")
    assert any("'Orders', which cannot be used in this file" in note.text for note in file.schema.notes)


def test_settings_go_before_what_was_used():
    settings = Settings.parse(b'{"modes": {"bivariate": ["Age", "Revenue"], "multivariate": ["Age", "Revenue"]}}')
    file = chosen("id", "Recency", "Orders", "Revenue", "Age", before=USED, settings=settings)

    assert file.schema.modes[BIVARIATE] == ("Age", "Revenue")


def test_roles_that_the_run_before_found_are_found_again():
    data = csv_of(*(f"{i},{15 + i % 50},{i * 7 % 90}.5,{i % 30}" for i in range(N)), header="id,Income,Spend,Visits")

    file = CustomerFile(lambda: io.BytesIO(data), before=UsedFeatures({}))
    assert file.schema.modes[BIVARIATE] == ("income", "spending")


def test_a_document_says_what_its_run_used():
    data = file_with("id", "Orders", "Revenue", "Age")
    document = segment(lambda: io.BytesIO(data)).document()
    more = file_with("id", "Recency", "Orders", "Revenue", "Age", "Tenure")

    decisions = Decisions.from_document(document)
    assert segment(lambda: io.BytesIO(more)).document()["modes"]["bivariate"]["features"] == ["Recency", "Revenue"]
    kept = CustomerFile(lambda: io.BytesIO(more), before=decisions.features)
    assert kept.schema.modes == {BIVARIATE: ("Orders", "Revenue"), MULTIVARIATE: ("Orders", "Revenue", "Age")}


def test_of_columns_of_one_name_none_is_chosen():
    """Settings that repeat the choice could not say which is meant; nor is the file refused for settings it has not."""
    names = ["id", "Recency", "Orders", "Revenue", "Revenue", "Gender", "Gender"]
    rows = zip(*(map(str, COLUMNS[name]) for name in names), strict=True)

    file = opened(csv_of(*map(",".join, rows), header=",".join(names)))

    assert file.schema.modes == {BIVARIATE: ("Recency", "Orders"), MULTIVARIATE: ("Recency", "Orders")}
    assert why(file, "Revenue").startswith("Another column has the same name")


def test_a_file_of_the_usual_columns_has_its_roles_again_after_one_of_others():
    file = chosen("id", "Age", "Annual Income", "Spending Score", before=USED)

    assert file.schema.modes[BIVARIATE] == ("income", "spending")
    assert any("'Orders', 'Revenue', 'Tenure'" in note.text for note in file.schema.notes)


@pytest.mark.parametrize("header", ["Notes", "Observaciones", "Bemerkung", "備考", "Religion", "BMI class"])
def test_remarks_and_what_is_sensitive_are_not_proposed_to_describe(header):
    """Of a few remarks, each would be published as a category."""
    words = ("allergic", "vegetarian", "comes late")
    rows = (f"{i},{i * 7 % 60},{i * 11 % 97}.5,{words[i % 3]},{words[i % 3]}" for i in range(N))
    file = opened(csv_of(*rows, header=f"id,Recency,Money,{header},Menu"))

    assert file.schema.suggested["describe"] == ["Menu"]
