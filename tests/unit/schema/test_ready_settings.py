"""A refusal about columns or settings hands over settings that work, or says which kind of column is missing."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from segmentation.customers.load import Grid
from segmentation.errors import UnusableFileError
from segmentation.refusals import CATALOGUE
from segmentation.schema.settings import Settings
from tests.support.customers import csv_of, finished

HEADER = "Kunden-Nr.,Gender,Age,Income,Spending Score,Visits"
CUSTOMERS = 80


def rows(*, income: str = "{income}", more: str = "", **changed: str) -> list[str]:
    row = {"id": "K{i:03}", "gender": "{gender}", "age": "{age}", "income": income, "spending": "{spending}"}
    cells = ",".join(({**row, **changed} | {"visits": "{visits}"}).values()) + more
    return [
        cells.format(
            i=i,
            gender="FM"[i % 2],
            two=i % 2,
            age=20 + i % 50,
            income=i * 7 % 90,
            spending=i * 11 % 97,
            visits=i * 5 % 23,
            city=i * 3 % 61,
            shop=i * 7 % 41,
        )
        for i in range(CUSTOMERS)
    ]


def modes(bivariate: list[Any], multivariate: list[Any]) -> dict[str, Any]:
    return {"modes": {"bivariate": bivariate, "multivariate": multivariate}}


@dataclass(frozen=True)
class Refused:
    """A file and settings that are refused, and what the settings that are handed over hold."""

    offered: dict[str, Any]
    lines: list[str] = field(default_factory=rows)
    header: str = HEADER
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return csv_of(*self.lines, header=self.header)


ID = {"id": "Kunden-Nr."}
BOTH = {"income": "Income", "spending": "Spending Score"}
AGE = {"column": "Age", "minimum": 0.0, "maximum": 120.0}
GENDER = {"column": "Gender", "kind": "categorical"}
WITHOUT_INCOME = modes(["Visits", "Spending Score"], [AGE, "Spending Score", "Visits", GENDER])
REFUSED = {
    "personal_column": Refused(
        {"columns": {**ID, "age": None, "gender": "Gender", **BOTH}}, rows(age="jo{i}@example.org")
    ),
    "too_many_categories": Refused(
        {"k": 3, **modes(["Income", "Visits"], ["Age", "Income"])},
        rows(gender="a{i}b", age="{age}")[:40] + rows(gender="c{i}d")[:80],
        settings={
            "k": 3,
            **modes(["Income", "Visits"], [{"column": "Gender", "kind": "categorical"}, "Age", "Income"]),
        },
    ),
    "no_usable_row": Refused(WITHOUT_INCOME, rows(income="low")),
    "feature_without_variation": Refused(WITHOUT_INCOME, rows(income="15")),
    "too_few_points": Refused(modes([AGE, "Visits"], [AGE, "Visits"]), rows(income="3", spending="{two}")),
    "too_many_combinations": Refused(
        modes(["Income", "Visits"], ["Income", "Age"]),
        rows(more=",c{city},s{shop}"),
        f"{HEADER},City,Shop",
        modes(["Income", "Visits"], ["City", "Income", "Age", "Shop"]),
    ),
    "settings_column_missing": Refused(
        modes(["Income", "Visits"], ["Income", {"column": "Age", "minimum": 18}]),
        settings=modes(["Incone", "Visits"], ["Income", "Shoe size", {"column": "Age", "minimum": 18}]),
    ),
    "settings_column_ambiguous": Refused(
        {"columns": {**ID, "age": "Age", "gender": "Gender", "spending": "Spending Score", "income": "Income ($)"}},
        rows(more=",1"),
        HEADER.replace("Income", "Income ($)") + ",Income (€)",
        {"columns": {"income": "Income"}},
    ),
    "settings_column_for_two_roles": Refused(
        {"columns": {**ID, "age": "Age", "gender": "Gender", "income": "Visits", "spending": "Spending Score"}},
        settings={"columns": {"income": "Visits", "spending": "Visits"}},
    ),
    "settings_feature_twice": Refused(
        modes(["Income", "Age"], ["Income", "Age"]), settings=modes(["Income", "Income"], ["Income", "Age"])
    ),
    "settings_axis_not_numeric": Refused(
        modes(["Income", "Age"], ["Gender", "Income"]), settings=modes(["Gender", "Income"], ["Gender", "Income"])
    ),
    "settings_not_as_the_schema": Refused(
        {"min_cell_count": 2, **modes(["Income", "Visits"], ["Income", "Age"])},
        settings={
            "k": 11,
            "colour": "red",
            "min_cell_count": 2,
            **modes(["Income", "Visits", "Age"], ["Income", "Age", {"kind": "numeric"}]),
        },
    ),
    "settings_role_beside_modes": Refused(
        modes(["Income", "Visits"], ["Income", "Age"]),
        settings={"columns": {"age": "Age"}, **modes(["Income", "Visits"], ["Income", "Age"])},
    ),
    "settings_bounds_crossed": Refused(
        modes(["Income", "Visits"], ["Income", {"column": "Age", "minimum": 18, "maximum": 120}]),
        settings=modes(["Income", "Visits"], ["Income", {"column": "Age", "minimum": 120, "maximum": 18}]),
    ),
    "settings_name_twice": Refused(
        {"names": {"bivariate": {"1": "Best"}}}, settings={"names": {"bivariate": {"1": "Best", "2": " Best"}}}
    ),
}
# What no settings mend, and settings of which nothing can be read.
WITHOUT = {
    *("no_numbers", "no_column_for_role", "too_many_columns"),
    *("settings_too_large", "settings_not_utf_8", "settings_not_json"),
}
ABOUT_COLUMNS = {code for code in CATALOGUE if code.startswith("settings_") or "column" in code or "categor" in code}


def refusal_of(data: bytes, settings: bytes = b"{}") -> UnusableFileError:
    with pytest.raises(UnusableFileError) as caught:
        finished(data, k=3, settings=Settings.parse(settings))
    return caught.value


@pytest.mark.parametrize("code", REFUSED)
def test_settings_that_a_refusal_hands_over_work(code, monkeypatch):
    if code == "too_many_combinations":
        monkeypatch.setattr(Grid, "fit", functools.partial(Grid.fit, max_points=70))
    refused = REFUSED[code]

    error = refusal_of(refused.data, json.dumps(refused.settings).encode())

    assert error.code == code
    assert {name: value for name, value in error.settings.items() if name in refused.offered} == refused.offered
    result = finished(refused.data, k=3, settings=Settings.parse(json.dumps(error.settings).encode()))
    assert result.rows["used"] == len(refused.lines)


def test_every_refusal_about_columns_or_settings_is_tried():
    assert {*REFUSED} | WITHOUT >= ABOUT_COLUMNS
    assert not {*REFUSED} & WITHOUT


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Name,E-Mail,Phone,City", "Jo{i},jo{i}@example.org,+49 170 555 {i:04},Rome"),
        ("Customer ID,Name,City", "{i},Jo{i},Rome"),
        ("Customer ID,Name,Spend", "{i},Jo{i},{i}.5"),
    ],
)
def test_contacts_are_refused_with_the_kind_of_column_that_is_missing(header, row):
    error = refusal_of(csv_of(*(row.format(i=i) for i in range(40)), header=header))

    assert error.code == "no_numbers"
    assert "how often they buy" in error.reason
    assert error.settings is None


def test_no_settings_are_handed_over_that_would_not_help():
    """Five customers are too few, whichever columns are compared."""
    assert refusal_of(csv_of(*rows()[:5], header=HEADER)).settings is None


def test_nobody_is_handed_settings_that_protect_customers_less():
    error = refusal_of(csv_of(*rows(), header=HEADER), b'{"min_cell_count": 500}')

    assert (error.code, error.settings) == ("fewer_than_min_cell_count", None)


def test_a_settings_file_with_thousands_of_faults_is_mended_soon():
    settings = {"k": 4, "scales": dict.fromkeys(map(str, range(9_000)), "square")}

    error = refusal_of(b"", json.dumps(settings).encode())

    assert error.settings == {"k": 4}


@pytest.mark.parametrize("settings", [b"[]", b"3", b'{"columns": []}', b'{"modes": {"bivariate": ["a"]}}'])
def test_of_settings_of_which_nothing_is_right_none_is_left(settings):
    assert refusal_of(b"", settings).settings == {}
