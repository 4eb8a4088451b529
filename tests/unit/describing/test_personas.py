"""Each table of personas: a name and a suggestion for each cell, and no word about what the table does not read."""

from __future__ import annotations

import itertools
import re

import pytest

from segmentation.describing.lineage import Identity
from segmentation.describing.naming import namings
from segmentation.describing.personas import OFTEN, TABLES, PersonaTable
from segmentation.describing.profile import Profile
from segmentation.schema.features import Feature

LEVELS = {"high": 1.0, "average": 0.0, "low": -1.0}
# By meaning, words that say something of it.
SAYING = {
    "age": r"young|old(er)?\b|age\b",
    "income": r"income|earn|afford|affluent|comfortable\b|budget|wealth|rich",
    "spending": r"enthusias|keen|shopper|spender|thrifty",
    "money": r"value customers|spender|spent|revenue|turnover",
    "recency": r"recent|lapsed|come back|bring them back|win them back|return|wake|sleep|hibernat|\blose|at.risk",
    "frequency": r"frequen|often|regular|loyal|habit|occasional|rare\b|order|visit|again",
    "tenure": r"^new\b|newcomer|long-standing|established|years|loyal",
    "rating": r"rating|satisf|happy",
}
# What words may rest on beside their own meaning: a score says who spends, and who stays or comes often is loyal.
AS_WELL = {"spending": {"money"}, "money": {"spending"}, "tenure": {"frequency"}, "frequency": {"tenure"}}


def ids(table: PersonaTable) -> str:
    return "×".join("+".join(axis) for axis in table.axes)


def meanings(table: PersonaTable) -> set[str]:
    return {meaning for axis in table.axes for meaning in axis}


@pytest.mark.parametrize("table", TABLES, ids=ids)
def test_each_cell_has_a_name_and_a_suggestion_of_its_own(table):
    both = [OFTEN] if len(table.axes[0]) > 1 else []
    assert {*table.cells} == {*itertools.product([*LEVELS, *both], LEVELS)}
    assert len({one.name for one in table.cells.values()}) == len(table.cells)
    assert len({one.action for one in table.cells.values()}) == len(table.cells)
    assert all(re.fullmatch(r"[A-Z][^.]*: .*\.", one.action) for one in table.cells.values())


@pytest.mark.parametrize("table", TABLES, ids=ids)
def test_names_and_suggestions_rest_on_what_the_table_reads(table):
    for persona in table.cells.values():
        for meaning, words in SAYING.items():
            if not {meaning, *AS_WELL.get(meaning, ())} & meanings(table):
                said = re.search(words, f"{persona.name}\n{persona.action}", re.I)
                # The first table is older than this rule, and segments keep their names.
                assert not said or table is TABLES[0], (meaning, persona)


@pytest.mark.parametrize("table", TABLES, ids=ids)
def test_names_and_suggestions_say_nothing_of_gender(table):
    for persona in table.cells.values():
        text = f"{persona.name} {persona.action}"
        assert not re.search(
            r"\b(he|she|him|her|his|hers|m[ae]n|wom[ae]n|males?|females?|lad(y|ies)|guys?)\b", text, re.I
        )


def test_only_who_has_an_income_is_called_by_it():
    for table in TABLES:
        if "income" not in meanings(table):
            assert not re.search(SAYING["income"], " ".join(f"{one}" for one in table.cells.values()), re.I), ids(table)


@pytest.mark.parametrize("table", TABLES[1:5], ids=ids)
def test_a_low_recency_is_the_good_one(table):
    names = {cell: one.name for cell, one in table.cells.items()}

    assert names["high", "low"] == "Champions"
    assert names["high", "high"] == "Can’t-Lose Customers"
    assert names["low", "low"] == "Promising Customers"
    assert names["low", "high"] == "Hibernating Customers"


@pytest.mark.parametrize("table", TABLES, ids=ids)
def test_a_segment_is_named_by_the_table_that_reads_its_features(table):
    """Whatever else is there, but what a table before it reads; age is told beside the name."""
    features = [
        Feature(meaning, meaning.capitalize(), meaning=meaning) for meaning in (*sorted(meanings(table)), "count")
    ]
    for cell, persona in table.cells.items():
        levels = {meaning: level for axis, level in zip(table.axes, cell, strict=True) for meaning in axis}
        if OFTEN in cell:
            levels |= {table.axes[0][0]: "average", "frequency": "high"}
        place = {meaning: LEVELS[level] for meaning, level in levels.items()} | {"count": 2.0}
        zeros = dict.fromkeys(place, 0.0)
        segment = Profile(10, 0.1, zeros, zeros, zeros, {}, place)

        (naming,) = namings(features, [segment], segment, [Identity(1, 0)])

        assert naming.name == persona.name
        assert naming.persona == persona
        assert naming.levels == levels | {"count": "high"}
        assert len(naming.tag.split(" · ")) == len(meanings(table))
