"""Files such as people have give the features that a marketer would choose, with no settings."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from segmentation.customers.reader import CustomerFile
from segmentation.pipeline import segment
from segmentation.schema.meanings import AGE, FREQUENCY, INCOME, MONEY, RECENCY, SPENDING, TENURE
from segmentation.schema.schema import BIVARIATE, CHOICE, MULTIVARIATE
from segmentation.schema.settings import Settings
from tests.support.customers import opened
from tests.support.public_tables import Table, public_tables

TABLES = public_tables()
# Of each kind one, for the whole way to the segments.
SOME = {
    *("bank_churners", "ecommerce_churn", "hotel_guests", "kaiin_meibo"),
    *("online_retail_rfm", "segmentation_coded", "shop_kunden", "telco_services"),
}
# Words of names, and what they speak of.
CLAIMS = {
    "earners?|affluents?|budget|thrifty": {INCOME},
    "spenders?|spending": {SPENDING, MONEY},
    "(?:high|mid|low)-value": {SPENDING, MONEY},
    "older|younger": {AGE},
    "dozing|hibernating|at-risk|cannot-lose|promising": {RECENCY},
    "new|established|long-standing": {TENURE},
    "rare|occasional": {FREQUENCY},
}

every_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


@cache
def file_of(name: str) -> CustomerFile:
    return opened(TABLES[name].data())


def features(table: Table, mode: str) -> list[str]:
    """Return the headers of the features of a mode."""
    file = file_of(table.name)
    position = {one.role: one.position for one in file.schema.wanted}
    return [file.dialect.header[position[role]] for role in file.schema.modes[mode]]


@every_table
def test_the_header_is_read_as_it_was_written(table):
    assert list(file_of(table.name).dialect.header) == list(table.columns)


@every_table
def test_the_axes_are_those_that_a_marketer_would_choose(table):
    x, y = features(table, BIVARIATE)[:2]

    assert table.accepts(x, y), f"{x} × {y}"


@every_table
def test_the_other_features_are_what_a_marketer_would_look_at_too(table):
    found = features(table, MULTIVARIATE)

    assert table.expected <= {*found}, found


@every_table
def test_nothing_else_becomes_a_feature(table):
    """No id, nothing personal, no code, and no answer of an earlier analysis."""
    found = {*features(table, BIVARIATE), *features(table, MULTIVARIATE)}

    assert not found & table.never


@every_table
def test_features_say_what_they_mean(table):
    file = file_of(table.name)
    found = {file.dialect.header[one.position]: one.meaning for one in file.schema.wanted}

    assert {name: meaning for name, meaning in found.items() if table.meanings.get(name, meaning) != meaning} == {}


@every_table
def test_the_settings_that_are_handed_over_make_the_same_choice(table):
    schema = file_of(table.name).schema

    again = opened(table.data(), settings=Settings.parse(json.dumps(schema.suggested).encode())).schema

    # What a person names must be there; of what was chosen, only the axes.
    wanted = tuple(replace(one, required=True) for one in schema.wanted if schema.features_by == CHOICE)
    assert again.wanted == (wanted or schema.wanted)
    assert (again.modes, again.id_position, again.suggested) == (schema.modes, schema.id_position, schema.suggested)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in SOME else pytest.mark.statistics) for name in TABLES]
)
def test_there_are_segments_whose_names_speak_of_their_features_only(name):
    document = segment(lambda: io.BytesIO(TABLES[name].data())).document()

    for mode in document["modes"].values():
        chosen = [document["features"][one] for one in mode["features"]]
        others = {*TABLES[name].columns} - {one["label"] for one in chosen}
        assert len(mode["segments"]) >= 2
        for part in mode["segments"]:
            assert not said_without_reason(part["name"], chosen, others)


def said_without_reason(name: str, chosen: Sequence[dict[str, Any]], others: set[str]) -> list[str]:
    """Return the words of a segment's name that speak of what is none of its features."""
    categories = [str(category) for one in chosen for category in one.get("categories", ())]
    for known in sorted([*(one["name"] for one in chosen), *categories], key=len, reverse=True):
        name = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", "", name)
    meanings = {one["meaning"] for one in chosen}
    unfounded = [words for words, of in CLAIMS.items() if not of & meanings]
    unfounded += map(re.escape, others)
    return [words for words in unfounded if re.search(rf"(?<!\w)(?:{words})(?!\w)", name, re.IGNORECASE)]
