"""Who an upload is, and what is said of it."""

import io
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from segmentation.errors import UnusableFileError
from segmentation.pipeline import segment
from segmentation.results.receipt import Upload, accepted_receipt, public_receipt, refused_receipt, run_id, timestamp
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
