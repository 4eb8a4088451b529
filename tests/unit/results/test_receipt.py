"""Who an upload is, and what is said of it."""

import io
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from segmentation.errors import UnusableFileError
from segmentation.pipeline import segment
from segmentation.results.receipt import (
    Upload,
    accepted_receipt,
    intake_summary,
    public_receipt,
    refused_receipt,
    run_id,
    timestamp,
)
from segmentation.schema.settings import Settings

UPLOAD = Upload("0123456789abcdef", "customers.csv", "2026-01-15T09:30:00.000Z", began_at="2026-01-15T09:30:04.000Z")
SOURCE = {
    "name": "customers.csv",
    "uploaded_at": "2026-01-15T09:30:00.000Z",
    "requested_at": "2026-01-15T09:30:00.000Z",
}


def test_a_run_id_is_sixteen_hexadecimal_digits_and_always_the_same():
    assert re.fullmatch("[0-9a-f]{16}", run_id("bucket", "key", "version"))
    assert run_id("bucket", "key", "version") == run_id("bucket", "key", "version")


@pytest.mark.parametrize(
    "other",
    [
        ("other", "key", "version"),
        ("bucket", "other", "version"),
        ("bucket", "key", "other"),
        ("bucketk", "ey", "version"),
        ("bucket", "keyversion", ""),
        ("key", "bucket", "version"),
        ("bucket", "key"),
    ],
)
def test_a_run_id_depends_on_each_part_and_on_where_it_ends(other):
    assert run_id(*other) != run_id("bucket", "key", "version")


def test_text_and_its_bytes_are_the_same_part():
    assert run_id("Käufer") == run_id("Käufer".encode())


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 15, 9, 30, tzinfo=UTC), "2026-01-15T09:30:00.000Z"),
        (datetime(2026, 1, 15, 9, 30, 1, 234567, tzinfo=UTC), "2026-01-15T09:30:01.234Z"),
        (datetime(2026, 1, 15, 9, 30, tzinfo=timezone(timedelta(hours=2))), "2026-01-15T07:30:00.000Z"),
    ],
)
def test_a_timestamp_is_utc_with_milliseconds(moment, text):
    assert timestamp(moment) == text


def test_an_accepted_receipt_counts_the_rows(messy_upload):
    result = segment(lambda: io.BytesIO(messy_upload), k=3, settings=Settings(impute=False))

    assert accepted_receipt(result, UPLOAD) == {
        "schema_version": 2,
        "run_id": UPLOAD.run_id,
        "source": SOURCE,
        "generated_at": "2026-01-15T09:30:04.000Z",
        "outcome": "accepted",
        "reason": None,
        "remedy": None,
        "detail": None,
        "settings": None,
        "rows": {"read": 14, "used": 11, "imputed": 0, "duplicated": 0, "rejected": 3},
        "intake": result.intake,
    }


def test_a_refused_receipt_holds_the_reason_and_the_remedy():
    receipt = refused_receipt(UnusableFileError("It is empty.", "Fill it."), UPLOAD)

    assert (receipt["outcome"], receipt["reason"], receipt["remedy"]) == ("refused", "It is empty.", "Fill it.")
    assert receipt["rows"] is None


def test_settings_that_work_are_in_the_private_receipt_and_the_public_one_says_where():
    """They name the columns of a file that is not public."""
    settings = {"modes": {"bivariate": ["Net worth", "Visits"], "multivariate": ["Net worth", "Visits"]}}
    receipt = refused_receipt(UnusableFileError("It has no income.", "Add it.", "Net worth", settings=settings), UPLOAD)

    public = public_receipt(receipt)

    assert receipt["settings"] == settings
    assert receipt["remedy"] == "Add it."
    assert "Net worth" not in str(public)
    assert public["remedy"].startswith("Add it. Settings with which it works are in runs/0123456789abcdef/receipt.json")


def test_where_there_are_no_settings_the_public_receipt_does_not_speak_of_them():
    receipt = refused_receipt(UnusableFileError("It is empty.", "Fill it.", "Line 1"), UPLOAD)

    assert public_receipt(receipt) == {**receipt, "detail": None}


def summary(*columns, settings=None):
    rows = dict.fromkeys(("imputed", "duplicated", "rejected"), 0) | {"read": 9, "used": 9}
    intake = {"imputed": [], "rejected": [], "notes": [], "columns": columns, "settings": settings}
    return [*intake_summary(rows, intake)][1:]


def column(name, use, why="Its name says so."):
    return {"name": name, "use": use, "why": why}


def test_a_summary_has_a_line_for_each_feature_and_none_for_what_is_not_used():
    uses = ("id", "feature", "feature", "unused", "describing", "personal")
    columns = [column(f"{use} {i}", use) for i, use in enumerate(uses)]

    assert summary(*columns, column("", "unused"), column("", "personal")) == [
        "Feature: feature 1. Its name says so.",
        "Feature: feature 2. Its name says so.",
        "Describes the segments: describing 4.",
        "Personal data, never used: personal 5.",
    ]


def test_a_summary_has_settings_only_where_features_were_chosen():
    modes = {"modes": {"bivariate": ["Spend", "Visits"], "multivariate": ["Spend", "Visits"]}}

    assert summary(settings={"columns": {"id": "No."}, "describe": ["Region"]}) == summary(settings=None) == []
    assert summary(settings=modes)[:2] == [
        "To choose other columns, change these settings and save them as settings.json.",
        "They repeat this choice.",
    ]
    assert "'describe' adds what else differs between the segments." in summary(settings=modes | {"describe": ["R"]})[1]
