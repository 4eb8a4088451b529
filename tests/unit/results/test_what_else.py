"""What else differs between segments: columns that are no feature, and features of the other mode."""

from __future__ import annotations

import io
import json
import math
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats.contingency import association

from segmentation.pipeline import Previous, segment
from segmentation.results.receipt import published_document
from segmentation.rounding import percent, readable, two_decimals
from segmentation.schema.settings import Settings
from tests.support.customers import HEADER, Finished, placed
from tests.support.golden import FIRST, taken
from tests.unit.results.test_document import validator

MODES = {"bivariate": "Bivariate Cluster", "multivariate": "Multivariate Cluster"}
REGIONS = ["North", "South", "East", "West"]
MORE = ["Region", "Tenure (months)", "Channel", "Plan", "Balance"]
SETTINGS = {"describe": MORE}


@cache
def rows(n: int = 600, seed: int = 3) -> pd.DataFrame:
    """Customers whose region and tenure depend on their income, with gaps and several spellings."""
    generator = np.random.default_rng(seed)
    income, score = np.abs(generator.normal(60, 25, n)).round(1), generator.uniform(1, 100, n).round(1)
    rich = income > 60
    region = np.where(rich & (generator.random(n) < 0.7), "North", generator.choice(REGIONS, n)).astype(object)
    region[generator.random(n) < 0.05] = ""
    region[generator.random(n) < 0.05] = " north "
    tenure = np.where(rich, generator.normal(40, 9, n), generator.normal(20, 9, n)).round(2)
    return pd.DataFrame(
        {
            **dict.fromkeys(HEADER.split(",")),
            "CustomerID": [f"A{i:05}" for i in range(n)],
            "Gender": generator.choice(["Female", "Male"], n),
            "Age": generator.integers(18, 80, n),
            "Annual Income (k$)": income,
            "Spending Score (1-100)": score,
            "Region": region,
            "Tenure (months)": [("?" if i % 41 == 0 else f"{one:.2f}") for i, one in enumerate(tenure)],
            "Channel": np.where(score > 50, 1, 2),
            # More than are told apart, and some that few customers have.
            "Plan": [f"Plan {int(one)}" for one in generator.exponential(3, n)],
            # Far from 0, as times in seconds are: squares would lose what is there.
            "Balance": 1_700_000_000 + np.rint(income * 3 + generator.normal(0, 9, n)).astype(int),
        }
    )


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def settings(**more: Any) -> Settings:
    return Settings.parse(json.dumps({**SETTINGS, **more}).encode())


@pytest.fixture(scope="module")
def result() -> Finished:
    return placed(csv(rows()), k=4, settings=settings(outliers="keep"))


def column_of_rows(name: str) -> pd.Series:
    """The values of a column, by its name without its unit, as they are meant."""
    (values,) = (values for header, values in rows().items() if header.partition(" (")[0] == name)
    if name in ("Tenure", "Balance", "Age"):
        return pd.to_numeric(values, errors="coerce")
    words = values.astype(str).str.strip()
    return words.str.capitalize().where(words != "")


def column(result: Finished, mode: str, name: str) -> dict[str, Any]:
    found = result.document["modes"][mode]["what_else"]["columns"]
    (one,) = (one for one in found if one["name"] == name)
    return one


def assigned(result: Finished, mode: str) -> pd.Series:
    """The place of the segment of each row."""
    ids = [part["id"] for part in result.document["modes"][mode]["segments"]]
    return pd.Series([ids.index(int(row[MODES[mode]])) for row in result.assigned])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["Tenure (months)", "Balance"])
def test_averages_are_those_of_pandas(mode, name, result):
    values = pd.to_numeric(rows()[name], errors="coerce")
    found = column(result, mode, name.removesuffix(" (months)"))
    groups = values.groupby(assigned(result, mode))

    assert found["unit"] == ("months" if "months" in name else "")
    assert found["missing"] == values.isna().sum()
    for figures, own in zip([*found["segments"], found["everyone"]], [*(g for _, g in groups), values], strict=True):
        assert figures["known"] == own.notna().sum()
        assert figures["mean"] == pytest.approx(own.mean(), rel=1e-5)
        assert figures["sd"] == pytest.approx(own.std(ddof=0), rel=1e-5)
    between = (groups.count() * (groups.mean() - values.mean()) ** 2).sum()
    assert found["measure"] == "eta_squared"
    assert found["effect"] == pytest.approx(between / ((values - values.mean()) ** 2).sum(), rel=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_shares_are_those_of_pandas(mode, result):
    regions = rows()["Region"].str.strip().str.capitalize().replace("", np.nan)
    found = column(result, mode, "Region")
    table = pd.crosstab(assigned(result, mode), regions)[found["values"]]

    assert found["values"] == [*regions.value_counts().index]
    assert found["missing"] == regions.isna().sum()
    assert [one["known"] for one in found["segments"]] == table.sum(axis=1).tolist()
    for figures, own in zip([*found["segments"], found["everyone"]], [*table.to_numpy(), table.sum()], strict=True):
        assert figures["shares"] == pytest.approx((own / own.sum()).tolist(), rel=1e-5)
    assert found["measure"] == "cramers_v"
    assert found["effect"] == pytest.approx(association(table.to_numpy(), method="cramer"), rel=1e-5)


def test_few_whole_numbers_are_categories(result):
    found = column(result, "bivariate", "Channel")

    assert (found["kind"], found["values"]) == ("categorical", ["1", "2"])
    assert found["everyone"]["shares"][0] == pytest.approx((rows()["Channel"] == 1).mean(), rel=1e-5)


def test_an_amount_of_few_different_values_is_a_number_unless_it_says_yes_or_no():
    """By their names, loans and orders are amounts and numbers of something."""
    frame = rows().rename(columns={"Channel": "Personal Loan", "Region": "Orders"})
    frame = frame.assign(Orders=np.arange(len(frame)) % 4, **{"Personal Loan": frame["Personal Loan"] - 1})

    result = placed(csv(frame), k=3, settings=settings(describe=["Personal Loan", "Orders"]))

    assert column(result, "bivariate", "Personal Loan")["values"] == ["0", "1"]
    assert column(result, "bivariate", "Orders")["everyone"]["mean"] == 1.5


def test_of_many_categories_the_commonest_are_told_apart(result):
    found = column(result, "bivariate", "Plan")
    counts = rows()["Plan"].value_counts()
    assert len(counts) > 9

    shares = dict(zip(found["values"], found["everyone"]["shares"], strict=True))

    assert len(shares) == 9
    assert found["values"][-1] == "Other"
    assert {value for value in shares if value != "Other"} <= {*counts[counts >= 5].index}
    assert {name: shares[name] for name in found["values"][:-1]} == pytest.approx(
        {name: counts[name] / len(rows()) for name in found["values"][:-1]}, rel=1e-5
    )
    assert sum(shares.values()) == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_what_stands_out_is_far_from_others_and_from_chance(mode, result):
    """And each sentence says what the table has."""
    found = result.document["modes"][mode]["what_else"]
    labels = assigned(result, mode)
    known = 0
    for i, one in enumerate(found["segments"]):
        assert len(one["stands_out"]) <= 3
        assert [abs(out["difference"]) for out in one["stands_out"]] == sorted(
            (abs(out["difference"]) for out in one["stands_out"]), reverse=True
        )
        for out in one["stands_out"]:
            values = column_of_rows(found["columns"][out["column"]]["name"])
            values = values if out["category"] is None else (values == out["category"]).where(values.notna())
            values = values.astype(float)
            own, rest = values[labels == i].dropna(), values[labels != i].dropna()
            difference = (own.mean() - rest.mean()) / values.std(ddof=0)
            assert out["difference"] == pytest.approx(difference, abs=0.006)
            assert abs(difference) * math.sqrt(len(own) * len(rest) / (len(own) + len(rest))) > 3.4
            known += 1
        if one["stands_out"]:
            assert one["text"].startswith(found["columns"][one["stands_out"][0]["column"]]["name"])
    assert known > 3


@pytest.mark.parametrize("mode", MODES)
def test_sentences_say_what_the_table_has(mode, result):
    found = result.document["modes"][mode]["what_else"]
    told = 0
    for i, one in enumerate(found["segments"]):
        for out in one["stands_out"][:1]:
            described = found["columns"][out["column"]]
            figures, everyone = described["segments"][i], described["everyone"]
            if out["category"] is None:
                assert one["text"].startswith(f"{described['name']} averages {readable(figures['mean'])}")
                assert f"overall {readable(everyone['mean'])}" in one["text"]
            else:
                place = described["values"].index(out["category"])
                share, overall = (percent(it["shares"][place]) for it in (figures, everyone))
                assert one["text"] == (
                    f"{described['name']} is {out['category']} for {share} of them, against {overall} overall."
                )
            told += 1
    assert told > 1
    best = found["columns"][0]
    measure = {"eta_squared": "eta squared", "cramers_v": "Cramér’s V"}[best["measure"]]
    assert f"{best['name']} ({measure} {two_decimals(best['effect'])}, {best['strength']})" in found["text"]


def test_what_has_nothing_to_do_with_segments_does_not_stand_out():
    frame = rows().assign(Region=np.random.default_rng(8).choice(REGIONS, 600))

    found = placed(csv(frame), k=8, settings=settings(describe=["Region"])).document["modes"]["multivariate"][
        "what_else"
    ]

    assert [one["strength"] for one in found["columns"]] == [None]
    assert all(one == {"text": "", "stands_out": []} for one in found["segments"])
    assert found["text"].startswith("No other column differs")


def test_features_of_the_other_mode_describe_by_themselves(result):
    document = placed(csv(rows()), k=4).document
    found = document["modes"]["bivariate"]["what_else"]

    assert {one["feature"] for one in found["columns"]} == {"age", "gender"}
    assert document["modes"]["multivariate"]["what_else"] is None
    age = next(one for one in found["columns"] if one["feature"] == "age")
    means = [part["means"]["age"] for part in document["modes"]["bivariate"]["segments"]]
    assert [one["mean"] for one in age["segments"]] == means
    gender = next(one for one in found["columns"] if one["feature"] == "gender")
    labels = assigned(placed(csv(rows()), k=4), "bivariate")
    assert gender["effect"] == pytest.approx(
        association(pd.crosstab(labels, rows()["Gender"]).to_numpy(), method="cramer"), rel=1e-5
    )


@pytest.mark.parametrize("fewest", [1, 10])
def test_the_result_does_not_depend_on_how_the_file_is_read(fewest):
    once, parts = (
        placed(csv(rows()), k=4, block_bytes=size, settings=settings(min_cell_count=fewest)).document
        for size in (2**22, 2_000)
    )
    assert parts == once


def test_outliers_are_in_no_figure():
    frame = rows().copy()
    frame.loc[7, ["Annual Income (k$)", "Balance"]] = 1e9, 10**12

    document = taken(segment(lambda: io.BytesIO(csv(frame)), settings=settings(k=3, outliers="auto"))).document()

    assert document["outliers"]["count"] == 1
    (balance,) = (one for one in document["modes"]["bivariate"]["what_else"]["columns"] if one["name"] == "Balance")
    assert balance["everyone"]["known"] == len(frame) - 1
    assert balance["everyone"]["sd"] < 1_000


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["shop", "web"] * 950 + [f"word {i}" for i in range(1_100)], "it has too many different values"),
        ([""] * 600, "nearly all customers have the same value, or none"),
        (["7.5"] * 600, "nearly all customers have the same value, or none"),
    ],
)
def test_what_turns_out_not_to_describe_is_said(cells, why):
    """A word that each customer has is found out only below the beginning."""
    frame = rows(len(cells)).assign(Region=cells)

    result = placed(csv(frame), k=3, settings=settings())

    names = [one["name"] for one in result.document["modes"]["multivariate"]["what_else"]["columns"]]
    assert "Region" not in names
    assert f"'Region' does not describe the segments: {why}." in result.notes


def test_the_next_file_is_described_anew():
    first = segment(lambda: io.BytesIO(csv(rows())), settings=settings(k=3))
    before = published_document(taken(first), FIRST)
    later = rows(500, 4).drop(columns="Region")

    result = segment(lambda: io.BytesIO(csv(later)), settings=settings(k=3), previous=Previous(before, first.members))
    document = published_document(taken(result), FIRST)

    validator("data").validate(json.loads(json.dumps(document)))
    names = {one["name"] for one in document["modes"]["multivariate"]["what_else"]["columns"]}
    assert names == {"Tenure", "Channel", "Plan", "Balance"}
    assert any("names 'Region', but no column" in note["text"] for note in document["intake"]["notes"])
    assert document["changes"] is not None


def test_values_are_as_short_as_a_table_needs_them():
    frame = rows().assign(
        Region=[("x" * 5_000) + str(i % 3) for i in range(600)], Plan=["🛒" * 90 + str(i % 9) for i in range(600)]
    )

    result = placed(csv(frame), k=3, settings=settings())

    labels = [label for one in result.document["modes"]["bivariate"]["what_else"]["columns"] for label in one["values"]]
    assert max(len(label.encode()) for label in labels) <= 60


# --- with few customers hidden ---


def test_no_figure_is_of_fewer_customers_than_settings_say():
    few = 20
    frame = rows().assign(Region=["Rare"] * 12 + ["North"] * 300 + ["South"] * 280 + [""] * 8)
    result = placed(csv(frame), k=8, settings=settings(min_cell_count=few, outliers="keep"))

    hidden = 0
    for mode in MODES:
        segments = result.document["modes"][mode]["segments"]
        for one in result.document["modes"][mode]["what_else"]["columns"]:
            assert "Rare" not in one["values"]
            for figures, part in zip(one["segments"], segments, strict=True):
                hidden += figures is None
                assert figures is None or (part["size"] is not None and figures["known"] % few == 0)
                assert all(round(share * figures["known"], 3) % few == 0 for share in (figures or {}).get("shares", ()))
            assert one["missing"] % few == 0
    assert hidden > 0


def test_a_segment_of_few_customers_has_no_figure():
    frame = rows()
    exact = placed(csv(frame), k=8, settings=settings(outliers="keep"))
    sizes = [part["size"] for part in exact.document["modes"]["bivariate"]["segments"]]
    fewest = min(sizes) + 1

    hiding = placed(csv(frame), k=8, settings=settings(outliers="keep", min_cell_count=fewest))

    place = sizes.index(min(sizes))
    found = hiding.document["modes"]["bivariate"]["what_else"]
    assert found["segments"][place] == {"text": "", "stands_out": []}
    assert all(one["segments"][place] is None for one in found["columns"])


def test_an_amount_of_few_customers_is_no_figure():
    frame = rows().assign(Balance=[f"{i}.5" if i < 7 else "" for i in range(600)])

    result = placed(csv(frame), k=3, settings=settings(min_cell_count=10))

    assert "Balance" not in [one["name"] for one in result.document["modes"]["bivariate"]["what_else"]["columns"]]


def test_personal_data_among_values_is_never_shown():
    frame = rows().assign(Region=["North", "South"] * 250 + ["jo@example.com"] * 50 + ["South"] * 50)

    result = placed(csv(frame), k=3, settings=settings())

    assert b"example.com" not in json.dumps(result.document).encode()
    assert column(result, "bivariate", "Region")["missing"] == 50
