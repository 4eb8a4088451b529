"""Files such as people have give the features that a marketer would choose, with no settings."""

from __future__ import annotations

import io
from functools import cache

import pytest

from segmentation.customers.reader import CustomerFile
from segmentation.pipeline import segment
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE
from tests.support.customers import opened
from tests.support.public_tables import Table, public_tables

TABLES = public_tables()
# Of each kind one, for the whole way to the segments.
SOME = ("bank_churners", "ecommerce_churn", "online_retail_rfm", "telco_services")

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
    found = {file_of(table.name).dialect.header[one.position]: one for one in file_of(table.name).schema.wanted}

    wrong = {
        header: one.meaning
        for header, one in found.items()
        if header in table.meanings and one.meaning != table.meanings[header]
    }
    assert not wrong


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in SOME else pytest.mark.statistics) for name in TABLES]
)
def test_there_are_segments_with_names(name):
    document = segment(lambda: io.BytesIO(TABLES[name].data())).document()

    for mode in document["modes"].values():
        assert len(mode["segments"]) >= 2
        assert all(part["name"] for part in mode["segments"])
