"""A file of days since the last purchase, orders and money, from its rows to the names and sentences."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from segmentation.schema.settings import Settings
from tests.support.customers import Finished, csv_of, finished
from tests.unit.describing.test_personas import SAYING

# By name of the segment: days, orders and money of its usual customer, and how many of them there are.
GROUPS = {
    "Champions": (12, 14, 950, 30),
    "Can’t-Lose Customers": (300, 12, 900, 20),
    "Promising Customers": (15, 3, 150, 40),
    "Hibernating Customers": (310, 2, 120, 50),
}
HEADER = "Customer ID,Days Since Last Purchase,Orders,Total Spend ($)"
DAYS, ORDERS, SPEND = HEADER.split(",")[1:]


@pytest.fixture(scope="module")
def customers() -> np.ndarray:
    generator = np.random.default_rng(19)
    usual = np.repeat([group[:3] for group in GROUPS.values()], [group[3] for group in GROUPS.values()], axis=0)
    return np.maximum(1, np.rint(usual + generator.normal(0, [6, 1, 40], usual.shape)))


def result(customers: np.ndarray, settings: dict[str, object]) -> Finished:
    lines = [f"C{i * 7919 % 997:03},{','.join(f'{one:g}' for one in row)}" for i, row in enumerate(customers)]
    # As they are, so that the file alone says what is expected.
    more = {"outliers": "keep", "scales": dict.fromkeys((DAYS, ORDERS, SPEND), "linear")}
    return finished(csv_of(*lines, header=HEADER), settings=Settings.parse(json.dumps(settings | more).encode()))


@pytest.fixture(scope="module")
def rfm(customers) -> Finished:
    return result(customers, {"modes": {"bivariate": [DAYS, SPEND], "multivariate": [DAYS, ORDERS, SPEND]}})


def names(found: Finished, mode: str) -> list[str]:
    return [one["name"] for one in found.document["modes"][mode]["segments"]]


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
def test_segments_are_called_what_marketers_call_them_the_best_first(mode, rfm):
    segments = rfm.document["modes"][mode]["segments"]

    assert [(one["name"], one["size"]) for one in segments] == [(name, group[3]) for name, group in GROUPS.items()]
    assert segments[0]["levels"][DAYS] == "low"
    assert segments[0]["tag"].startswith("High Total Spend")
    assert segments[0]["tag"].endswith("recent")
    assert segments[-1]["tag"].endswith("lapsed")


def test_recent_customers_come_first_where_recency_is_the_second_axis(customers):
    found = result(customers, {"modes": {"bivariate": [SPEND, DAYS], "multivariate": [SPEND, DAYS]}})

    assert names(found, "bivariate") == names(found, "multivariate")
    assert {*names(found, "bivariate")[:2]} == {"Champions", "Promising Customers"}


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
def test_no_word_is_said_of_what_is_not_in_the_file(mode, rfm):
    text = f"{rfm.document['modes'][mode]}{rfm.document['comparison']}{rfm.document['landscapes']}"

    for meaning in ("income", "spending", "age", "rating"):
        assert not re.search(rf"\b({SAYING[meaning]})", text, re.I), meaning


def test_each_segment_has_its_share_of_the_money(customers, rfm):
    money, n = customers[:, 2], 0
    assert rfm.document["summed"] == SPEND
    for one, (*_, size) in zip(rfm.document["modes"]["bivariate"]["segments"], GROUPS.values(), strict=True):
        share = money[n : n + size].sum() / money.sum()
        n += size
        assert one["part_of_sum"] == pytest.approx(share, rel=1e-5)
        text = f"They are {100 * size / len(customers):.1f}% of the customers and account for {100 * share:.1f}% of "
        assert text.replace(".0%", "%") + "Total Spend." in one["action"]


def test_what_settings_call_an_income_is_what_its_name_says(customers):
    """No marketer calls somebody affluent who has not been seen for a year."""
    forced = result(customers, {"columns": {"income": DAYS, "spending": SPEND}})

    assert names(forced, "bivariate") == [*GROUPS]
    assert not re.search(r"income\b(?!')|affluent", f"{forced.document['modes']['bivariate']['segments'][0]['action']}")
