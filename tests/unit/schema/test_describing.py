"""Which columns describe the segments: those that the settings name, and those that are proposed."""

import json

import pytest

from segmentation.errors import UnusableFileError
from segmentation.schema.describing import MOST_DESCRIBING, describing_columns
from segmentation.schema.settings import Settings
from tests.support.customers import HEADER, csv_of, opened

LINES = [
    f"{i:04},{('Female', 'Male')[i % 2]},{20 + i % 50},{i * 7 % 90},{i * 11 % 97},{('North', 'South')[i % 2]},"
    f"jo{i}@example.com,{i * 1.5},note {i},{1 + i % 2}"
    for i in range(60)
]
MORE = "Region,E-mail,Balance,Notes,Channel"
DATA = csv_of(*LINES, header=f"{HEADER},{MORE}")


def settings(*describe: str, **more: object) -> Settings:
    return Settings.parse(json.dumps({"describe": describe, **more}).encode())


def schema(*describe: str, data: bytes = DATA, **more: object):
    return opened(data, settings=settings(*describe, **more)).schema


def test_columns_are_told_by_their_values():
    found = schema("Region", "balance", "Channel")

    assert [(one.label, one.categorical) for one in found.describing] == [
        ("Region", True),
        ("Balance", False),
        ("Channel", False),
    ]
    assert {use.name for use in found.uses if use.use == "describing"} == {"Region", "Balance", "Channel"}
    assert not any("describe" in note.text for note in found.notes)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("E-mail", "'E-mail' does not describe the segments: it holds e-mail addresses."),
        ("CustomerID", "'CustomerID' does not describe the segments: it is the customer id."),
        ("Notes", "'Notes' does not describe the segments: most customers have a value of their own."),
        ("Country", "settings.json: describe names 'Country', but no column of the file is called so."),
    ],
)
def test_a_column_that_cannot_describe_is_left_out_with_a_note(name, why):
    """The settings stay for the next file, which gets its segments all the same."""
    found = schema("Region", name)

    assert [one.label for one in found.describing] == ["Region"]
    assert why in [note.text for note in found.notes]


def test_of_two_columns_with_one_name_neither_describes():
    found = schema(
        "Region",
        data=DATA.replace(b"Balance", b"region"),
    )
    assert [one.label for one in found.describing] == ["Region"]

    found = schema("REGION", data=DATA.replace(b"Balance", b"region"))
    assert not found.describing
    assert any("several columns of the file are called so" in note.text for note in found.notes)


def test_a_feature_needs_no_second_description():
    found = schema("Age", "Gender", "Region", "Region ")

    assert [one.label for one in found.describing] == ["Region"]
    assert {use.name: use.use for use in found.uses}["Age"] == "feature"
    assert not any("describe" in note.text for note in found.notes)


@pytest.mark.parametrize(
    "describe", [[f"Column {i}" for i in range(MOST_DESCRIBING + 1)], ["Region", "Region"], [""], "Region"]
)
def test_wrong_settings_are_refused(describe):
    with pytest.raises(UnusableFileError, match=r"settings\.json: describe"):
        Settings.parse(json.dumps({"describe": describe}).encode())


def proposed(columns: dict[str, list[str]], taken: tuple[str, ...] = (), personal: tuple[str, ...] = ()) -> list[str]:
    header = [*columns]
    places = {header.index(name) for name in taken}
    kinds = {header.index(name): "names" for name in personal}
    return describing_columns(header, [*columns.values()], places, kinds)


def test_what_is_proposed_can_be_told_of_segments():
    n = 40
    columns = {
        "Customer ID": [f"{i}" for i in range(n)],
        "Name": ["Jo", "Mo"] * (n // 2),
        "Income": [f"{i * 7 % 31}" for i in range(n)],
        "Balance": [f"{i * 7.5}" for i in range(n)],
        "Region": ["North", "South", "East", "West"] * (n // 4),
        "City": [f"City {i % 12}" for i in range(n)],
        "Currency": ["EUR"] * n,
        "Remarks": [f"called on day {i}" for i in range(n)],
        "Coupon": ["A", "B"] + [""] * (n - 2),
        "Account no": [f"{70_000_000 + i * 7919}" for i in range(n)],
        "Row": [f"{i}" for i in range(5, 5 + n)],
        "Active": ["0", "1"] * (n // 2),
        "": ["0", "1"] * (n // 2),
    }

    found = proposed(columns, taken=("Income",), personal=("Name",))

    assert found == ["Balance", "Region", "City", "Active"]


def test_few_values_come_first_and_those_of_other_columns_last():
    """There is room for twelve: a number has to give way, and so have further columns of Yes and No."""
    n = 40
    flags = {f"Flag {i}": ["Yes", "No"] * (n // 2) for i in range(14)}
    columns = {"Balance": [f"{i * 7.5}" for i in range(n)], **flags, "Plan": ["S", "M", "L", "XL"] * (n // 4)}

    assert proposed(columns) == [*(f"Flag {i}" for i in range(11)), "Plan"]


def test_what_is_proposed_describes():
    header = f"{HEADER},{MORE}".split(",")
    columns = dict(zip(header, map(list, zip(*(line.split(",") for line in LINES), strict=True)), strict=True))

    names = proposed(columns, taken=tuple(HEADER.split(",")), personal=("E-mail",))

    assert names == ["Region", "Balance", "Channel"]
    assert [one.label for one in schema(*names).describing] == names
