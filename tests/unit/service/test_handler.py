"""From an event to S3 calls. How S3 itself behaves is tested on the emulator; here a few lines stand for it."""

from __future__ import annotations

import contextlib
import copy
import csv
import gc
import gzip
import io
import json
import pkgutil
import traceback
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import referencing

from infra.layer import ROOT
from infra.settings import SETTINGS_KEY, UPLOAD_SUFFIXES
from segmentation.describing.membership import Members
from segmentation.results.receipt import run_id
from service import uploads
from service.history import History
from service.objects import ObjectStore
from service.telemetry import RunFailedError, logger
from tests.support.customers import csv_of
from tests.support.memory import MemoryS3, refuse

EVENTS = Path(__file__).parent / "events"
KEY = "folder/Käufer 2026+1.csv"
UNUSABLE = b"\x89PNG\r\n"


@pytest.fixture
def s3():
    return MemoryS3()


@pytest.fixture
def handle(s3, monkeypatch, segments_sought_once):
    """Return the handler; importing it makes a client, which asks for a region and might look for a profile."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "SEGMENTATION_K"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("WEBSITE_BUCKET", "website-bucket")
    monkeypatch.setenv("RESULTS_BUCKET", "results-bucket")
    monkeypatch.setenv("MAX_UPLOAD_MB", "1")
    import handler

    monkeypatch.setattr(handler, "_s3", s3)
    monkeypatch.setattr("service.objects._LONGEST_WAIT", 0)
    return lambda event, seconds_left=300, request="1": handler.handler(event, Context(seconds_left, request))


class Context:
    """Lambda's, with a clock that stands still."""

    function_name = "function"
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:function"
    memory_limit_in_mb = 2_048

    def __init__(self, seconds_left: float, request_id: str) -> None:
        self._seconds_left = seconds_left
        self.aws_request_id = request_id

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * self._seconds_left)


def source(name: str, uploaded_at: str, requested_at: str | None = None) -> dict[str, str]:
    return {"name": name, "uploaded_at": uploaded_at, "requested_at": requested_at or uploaded_at}


def event(name: str, **changes: str) -> dict[str, Any]:
    found = json.loads((EVENTS / f"{name}.json").read_text())
    for record in found.get("Records", []):
        record["s3"]["object"] |= changes
    return found


def test_an_upload_is_read_and_published_where_it_belongs(handle, s3, sample, monkeypatch):
    monkeypatch.setenv("SEGMENTATION_K", "4")
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    run = run_id("input-bucket", KEY, "version-1")

    handle(event("put"))

    data, receipt = s3.document("data.json"), s3.document("receipt.json")
    assert data["source"] == receipt["source"]
    assert data["source"] == source(KEY, "2026-01-15T09:30:00.123Z")
    assert data["k"] | {"text": ""} == {"value": 4, "source": "setting", "text": ""}
    assert (receipt["outcome"], receipt["rows"]["used"]) == ("accepted", 300)
    assert data["run_id"] == receipt["run_id"] == run
    names = ("request.json", "identities.json", "Clustering_Final.csv", "members.npz", "receipt.json")
    private = {f"runs/{run}/{name}" for name in names}
    assert s3.keys("results-bucket") == private
    assert s3.keys("website-bucket") == {"data.json", "receipt.json", "runs.json", f"runs/{run}/data.json"}
    assert s3.document(f"runs/{run}/data.json") == data
    assert s3.newest("results-bucket", f"runs/{run}/Clustering_Final.csv").count(b"\n") == 301
    assert s3.headers["website-bucket", "data.json"] == {
        "ContentType": "application/json",
        "CacheControl": "no-cache",
    }
    # Who waits for the receipt finds all else in place.
    written = [key for call, _, key in s3.calls if call == "put"]
    assert written == [
        "rounding_key.json",
        f"runs/{run}/request.json",
        f"runs/{run}/identities.json",
        "last_ids.json",
        f"runs/{run}/Clustering_Final.csv",
        f"runs/{run}/members.npz",
        f"runs/{run}/data.json",
        "runs.json",
        "data.json",
        "receipt.json",
        f"runs/{run}/receipt.json",
    ]


def test_no_pass_over_an_upload_leaves_its_stream_open(handle, s3, sample, monkeypatch):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    opened = []
    get_object = s3.get_object

    def remembered(**arguments: str) -> dict:
        found = get_object(**arguments)
        opened.extend([found["Body"]] if arguments["Bucket"] == "input-bucket" else [])
        return found

    monkeypatch.setattr(s3, "get_object", remembered)
    handle(event("put"))

    assert len(opened) == 3
    assert all(body.closed for body in opened)


def test_a_file_that_cannot_be_used_is_answered_by_a_receipt(handle, s3):
    s3.put("input-bucket", KEY, UNUSABLE, "version-1")
    s3.put("website-bucket", "data.json", b'{"the last good": "result"}')

    handle(event("put"))

    receipt = s3.document("receipt.json")
    assert receipt["outcome"] == "refused"
    assert "PNG" in receipt["reason"]
    assert receipt["remedy"]
    assert s3.document("data.json") == {"the last good": "result"}
    assert s3.keys("results-bucket") == {f"runs/{receipt['run_id']}/{name}.json" for name in ("request", "receipt")}


def test_the_version_of_the_event_is_read_though_the_key_was_written_anew(handle, s3):
    s3.put("input-bucket", KEY, UNUSABLE, "version-1")
    s3.put("input-bucket", KEY, b"%PDF-1.7", "version-2")

    handle(event("put"))

    assert "PNG" in s3.document("receipt.json")["reason"]


@pytest.mark.parametrize(
    ("encoded", "key"),
    [
        ("a+b.csv", "a b.csv"),
        ("a%2Bb.csv", "a+b.csv"),
        ("100%25.csv", "100%.csv"),
        ("%E9%A1%BE%E5%AE%A2.csv", "顾客.csv"),
    ],
)
def test_keys_are_decoded_as_s3_encodes_them(encoded, key, handle, s3):
    s3.put("input-bucket", key, UNUSABLE, "version-1")

    handle(event("put", key=encoded))

    assert s3.document("receipt.json")["source"]["name"] == key


def test_a_multipart_upload_is_an_upload(handle, s3):
    s3.put("input-bucket", "big.csv", UNUSABLE, "version-2")

    handle(event("multipart"))

    assert s3.document("receipt.json")["source"] == source("big.csv", "2026-01-15T09:31:00.000Z")


def test_the_event_that_s3_sends_to_try_a_configuration_is_ignored(handle, s3):
    handle(event("test_event"))

    assert s3.calls == []


def test_every_upload_of_an_event_is_answered(handle, s3):
    both = event("put")
    both["Records"] += event("multipart")["Records"]
    s3.put("input-bucket", KEY, UNUSABLE, "version-1")
    s3.put("input-bucket", "big.csv", UNUSABLE, "version-2")

    handle(both)

    assert len(s3.keys("results-bucket")) == 4
    assert s3.document("receipt.json")["source"]["name"] == "big.csv"


def test_an_upload_that_fails_does_not_keep_others_of_its_event_from_being_answered(handle, s3):
    both = event("put")
    both["Records"] += event("multipart")["Records"]
    s3.put("input-bucket", "big.csv", UNUSABLE, "version-2")

    with pytest.raises(RunFailedError, match="NoSuchVersion"):
        handle(both)

    assert s3.document("receipt.json")["source"]["name"] == "big.csv"
    assert s3.document("receipt.json")["outcome"] == "refused"


def test_of_an_attempt_that_failed_nothing_is_held_until_garbage_is_collected(handle, s3, monkeypatch):
    """A large file, and connections to S3."""

    class Large:
        pass

    held = []

    def broken(*_: Any, **__: Any) -> None:
        large = Large()
        held.append(weakref.ref(large))
        raise ValueError

    s3.put("input-bucket", KEY, UNUSABLE, "version-1")
    monkeypatch.setattr("service.runs.find_segments", broken)
    gc.disable()
    try:
        with contextlib.suppress(RunFailedError):
            handle(event("put"))
        assert [one() for one in held] == [None]
    finally:
        gc.enable()


@pytest.mark.parametrize("key", ["gone.csv", "settings.json"])
def test_what_was_deleted_is_no_upload(key, handle, s3, sample):
    """Whoever adds such events to the bucket's own; a deletion has no size."""
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    deleted = event("put", key=key)
    del deleted["Records"][0]["s3"]["object"]["size"]

    for name in ("ObjectRemoved:DeleteMarkerCreated", "ObjectRemoved:Delete"):
        deleted["Records"][0]["eventName"] = name
        handle(deleted)

    assert s3.keys("website-bucket") == s3.keys("results-bucket") == set()


def test_an_event_that_comes_twice_is_the_same_run(handle, s3):
    s3.put("input-bucket", KEY, UNUSABLE, "version-1")

    handle(event("put"))
    before = copy.deepcopy(s3.versions)
    handle(event("put"))

    assert s3.versions == before


def test_another_version_of_the_same_key_is_another_run(handle, s3):
    for version in ("version-1", "version-2"):
        s3.put("input-bucket", KEY, UNUSABLE, version)
        handle(event("put", versionId=version))

    assert len(s3.keys("results-bucket")) == 4


def test_a_version_that_is_not_there_is_raised_for_lambda_to_try_again(handle, s3):
    with pytest.raises(RunFailedError, match=r"ClientError \(NoSuchVersion\)"):
        handle(event("put"))

    assert s3.keys("website-bucket") == {"receipt.json"}
    assert s3.document("receipt.json")["outcome"] == "failed"


@pytest.mark.parametrize("key", ["receipt.json", f"runs/{run_id('input-bucket', KEY, 'version-1')}/receipt.json"])
def test_a_write_that_is_denied_is_raised(key, handle, s3):
    s3.put("input-bucket", KEY, UNUSABLE, "version-1")
    s3.refused_writes[key] = "AccessDenied"

    with pytest.raises(RunFailedError, match="AccessDenied"):
        handle(event("put"))


def test_a_read_that_fails_is_not_taken_for_nothing_there(handle, s3, monkeypatch):
    def failing(**_: str) -> None:
        raise refuse("InternalError", "GetObject")

    s3.put("input-bucket", KEY, UNUSABLE, "version-1")
    monkeypatch.setattr(s3, "get_object", failing)

    with pytest.raises(RunFailedError, match="InternalError"):
        handle(event("put"))

    assert not s3.keys("results-bucket")


@pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict"])
def test_a_document_that_others_never_stop_changing_is_raised(code, handle, s3):
    s3.put("input-bucket", KEY, UNUSABLE, "version-1")
    s3.refused_writes["receipt.json"] = code

    with pytest.raises(RunFailedError, match="TimeoutError"):
        handle(event("put"))


def test_a_fault_of_the_engine_is_raised_and_nothing_is_said_of_the_file(handle, s3, monkeypatch):
    s3.put("input-bucket", KEY, UNUSABLE, "version-1")
    monkeypatch.setenv("SEGMENTATION_K", "five")

    with pytest.raises(RunFailedError, match="ValueError"):
        handle(event("put"))

    assert s3.document("receipt.json")["outcome"] == "failed"
    assert "not in the file" in s3.document("receipt.json")["reason"]

    monkeypatch.setenv("SEGMENTATION_K", "5")
    handle(event("put"))
    assert s3.document("receipt.json")["outcome"] == "refused"


def test_an_upload_is_read_by_the_settings_beside_it(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    s3.put("input-bucket", "settings.json", b'{"k": 6, "columns": {"gender": null}}', "settings-1")

    handle(event("put"))

    data = s3.document("data.json")
    assert data["k"]["value"] == 6
    assert list(data["features"]) == ["age", "income", "spending"]
    assert data["run_id"] == run_id("input-bucket", KEY, "version-1")


def test_a_setting_goes_before_that_of_the_deployment(handle, s3, sample, monkeypatch):
    monkeypatch.setenv("SEGMENTATION_K", "4")
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    s3.put("input-bucket", "settings.json", b'{"k": 6}')

    handle(event("put"))

    assert s3.document("data.json")["k"]["value"] == 6


def test_new_settings_run_the_newest_upload_again(handle, s3, sample, mall):
    s3.put("input-bucket", "old.csv", mall.read_bytes(), "version-1")
    s3.put("input-bucket", KEY, UNUSABLE, "version-1")
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-2")
    s3.put("input-bucket", "settings.json", b'{"k": 6}', "settings-1")
    s3.put("input-bucket", "notes.txt", b"later, and no upload", "version-9")

    handle(event("put", key="settings.json", versionId="settings-1"))

    data, receipt = s3.document("data.json"), s3.document("receipt.json")
    assert (data["k"]["value"], data["customers"]) == (6, 300)
    assert data["source"] == source(KEY, "2026-01-15T08:03:00.000Z", "2026-01-15T09:30:00.123Z") == receipt["source"]
    assert data["run_id"] == run_id("input-bucket", "settings.json", "settings-1")


def test_of_two_runs_the_one_that_was_requested_later_stands(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    s3.put("input-bucket", "settings.json", b'{"k": 6}', "settings-1")
    earlier, again = event("put"), event("put", key="settings.json", versionId="settings-1")
    again["Records"][0]["eventTime"] = "2026-01-15T09:31:00.000Z"

    handle(again)
    handle(earlier)

    assert s3.document("data.json")["source"]["requested_at"] == "2026-01-15T09:31:00.000Z"


def test_wrong_settings_are_an_answer_and_the_page_stays(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    handle(event("put"))
    before = s3.document("data.json")
    s3.put("input-bucket", "settings.json", b'{"k": 60}', "settings-1")

    handle(event("put", key="settings.json", versionId="settings-1"))

    receipt = s3.document("receipt.json")
    assert (receipt["outcome"], receipt["source"]["name"]) == ("refused", "settings.json")
    assert receipt["reason"] == "settings.json: k: 60 is greater than the maximum of 10."
    assert s3.document("data.json") == before


def test_an_upload_beside_wrong_settings_is_refused_with_their_fault(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    s3.put("input-bucket", "settings.json", b"{", "settings-1")

    handle(event("put"))

    receipt = s3.document("receipt.json")
    assert receipt["source"]["name"] == KEY
    assert receipt["reason"] == "settings.json is not JSON in line 1, column 2."


def test_settings_before_the_first_upload_are_stored(handle, s3):
    s3.put("input-bucket", "settings.json", b'{"k": 6}', "settings-1")

    handle(event("put", key="settings.json", versionId="settings-1"))

    assert s3.document("receipt.json")["outcome"] == "stored"
    assert s3.document("data.json") is None


def test_a_result_of_an_older_version_of_the_site_is_replaced(handle, s3, sample):
    """It does not say when it was requested."""
    s3.put("website-bucket", "data.json", b'{"run_id": "0", "source": {"uploaded_at": "2026-01-14T00:00:00.000Z"}}')
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")

    handle(event("put"))

    assert s3.document("data.json")["customers"] == 300


def test_what_was_wrong_with_single_rows_is_private(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes() + b"0301,Male,unknowable,50,50\n", "version-1")
    run = run_id("input-bucket", KEY, "version-1")

    handle(event("put"))

    assert b"unknowable,not a number,imputed" in s3.newest("results-bucket", f"runs/{run}/rejected.csv")
    assert all(b"unknowable" not in s3.newest("website-bucket", key) for key in ("data.json", "receipt.json"))
    assert s3.document("receipt.json")["rows"]["imputed"] == 1


def test_settings_that_work_are_in_the_private_receipt_of_a_refusal_only(handle, s3, sample):
    """They name the columns of a file that is not public."""
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    s3.put("input-bucket", "settings.json", b'{"columns": {"age": "Shoe size"}, "k": 4}', "settings-1")
    handle(event("put"))

    run = run_id("input-bucket", KEY, "version-1")
    offered = json.loads(s3.newest("results-bucket", f"runs/{run}/receipt.json"))["settings"]
    public = s3.document("receipt.json")
    assert public["settings"] is None
    assert f"runs/{run}/receipt.json" in public["remedy"]
    assert "CustomerID" not in json.dumps(public)

    s3.put("input-bucket", "settings.json", json.dumps(offered).encode(), "settings-2")
    again = event("put", key="settings.json", versionId="settings-2")
    again["Records"][0]["eventTime"] = "2026-01-15T09:31:00.000Z"
    handle(again)

    assert s3.document("receipt.json")["outcome"] == "accepted"
    assert s3.document("data.json")["intake"]["settings"] == offered


def test_the_settings_of_the_first_attempt_hold_for_all(handle, s3, sample):
    """Else the rows of one attempt and the document of another might not belong together."""
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    s3.put("input-bucket", "settings.json", b'{"k": 4}', "settings-1")
    s3.refused_writes["data.json"] = "InternalError"
    with pytest.raises(RunFailedError):
        handle(event("put"))
    s3.put("input-bucket", "settings.json", b'{"k": 6}', "settings-2")
    s3.refused_writes.clear()

    handle(event("put"))

    assert s3.document("data.json")["k"]["value"] == 4


def test_the_newest_upload_of_the_first_attempt_holds_for_all(handle, s3, sample, mall):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    s3.put("input-bucket", "settings.json", b'{"k": 4}', "settings-1")
    s3.refused_writes["data.json"] = "InternalError"
    with pytest.raises(RunFailedError):
        handle(event("put", key="settings.json", versionId="settings-1"))
    s3.put("input-bucket", "newer.csv", mall.read_bytes(), "version-2")
    s3.refused_writes.clear()

    handle(event("put", key="settings.json", versionId="settings-1"))

    assert s3.document("data.json")["customers"] == 300


def check_history(history: dict[str, Any]) -> None:
    schemas = [json.loads(path.read_text()) for path in (ROOT / "lambda" / "segmentation").glob("*.schema.json")]
    registry = referencing.Registry().with_resources(
        (name, referencing.Resource.from_contents(schema))
        for schema in schemas
        for name in [schema["title"].partition(":")[0].replace(".json", ".schema.json")]
    )
    (schema,) = (schema for schema in schemas if schema["title"].startswith("runs.json"))
    jsonschema.Draft202012Validator(schema, registry=registry).validate(history)


def test_the_history_lists_each_run(handle, s3, sample, mall):
    s3.put("input-bucket", "settings.json", b'{"k": 4}', "settings-1")
    s3.put("input-bucket", "big.csv", mall.read_bytes(), "version-2")
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    handle(event("multipart", size=4_000))
    handle(event("put"))

    history = s3.document("runs.json")
    check_history(history)
    earlier, later = history["runs"]
    assert (earlier["source"]["name"], later["source"]["name"]) == (KEY, "big.csv")
    assert (later["customers"], later["k"], later["own_settings"]) == (200, 4, True)
    assert sum(later["segment_sizes"]["bivariate"]) == sum(later["segment_sizes"]["multivariate"]) == 200
    assert s3.document("data.json")["run_id"] == later["run_id"]


def test_the_history_is_bounded_and_older_runs_are_beside_it(handle, s3, sample):
    """However long the names of files are; each run is in one of the two."""
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    handle(event("put"))
    (entry,) = s3.document("runs.json")["runs"]

    def earlier(i: int) -> dict[str, Any]:
        at = f"20{i // 365 + 10}-01-01T{i % 24:02}:{i % 60:02}:{i // 60 % 60:02}.{i:03}Z"
        return {**entry, "run_id": f"{i:016x}", "source": source("x" * 1024, at)}

    many = sorted((earlier(i) for i in range(990)), key=lambda run: (run["source"]["requested_at"], run["run_id"]))
    s3.put("website-bucket", "runs.json", json.dumps({"schema_version": 1, "runs": many}).encode())
    expected = [run["run_id"] for run in many]
    history = History(ObjectStore(s3), "website-bucket")
    for i in range(40):
        expected.append(f"{2_000 + i:016x}")
        at = f"2099-01-01T00:00:{i:02}.000Z"
        history.add({**entry, "run_id": expected[-1], "source": source("customers.csv", at)})
        listed, older = s3.document("runs.json"), s3.document("older_runs.json")
        assert 50 <= len(listed["runs"]) <= 75
        assert len(s3.newest("website-bucket", "runs.json")) < 150_000
        assert listed["older"] == len(older["runs"]) <= 1000
        assert [run["run_id"] for run in [*older["runs"], *listed["runs"]]][-1000:] == expected[-1000:]
    check_history(listed)
    check_history(older)


def test_a_late_run_is_listed_in_its_place_in_the_two_parts_of_the_history(handle, s3, sample, monkeypatch):
    monkeypatch.setattr("service.history.MAX_LISTED", 3)
    monkeypatch.setattr("service.history.KEPT_LISTED", 2)
    found = []
    for i in (1, 3, 5, 7, 2, 4, 6, 0, 8):
        s3.put("input-bucket", f"{i}.csv", sample.read_bytes(), f"{i}")
        handle(later(f"{i}.csv", f"{i}", f"2099-01-01T00:0{i}:00.000Z"))
        found.append(f"{i}.csv")
        listed = s3.document("runs.json")
        older = s3.document("older_runs.json") if listed["older"] else {"runs": []}
        check_history(listed)
        assert listed["older"] == len(older["runs"])
        assert [run["source"]["name"] for run in [*older["runs"], *listed["runs"]]] == sorted(found)


def test_no_run_is_lost_between_the_two_parts_of_the_history(handle, s3, sample, monkeypatch):
    """Of two runs at once that both put runs to the older ones."""
    monkeypatch.setattr("service.history.MAX_LISTED", 2)
    monkeypatch.setattr("service.history.KEPT_LISTED", 1)
    runs = []
    for i in range(6):
        s3.put("input-bucket", f"{i}.csv", sample.read_bytes(), f"{i}")
        runs.append(run_id("input-bucket", f"{i}.csv", f"{i}"))
    handle(later("0.csv", "0", "2099-01-01T00:00:00.000Z"))
    handle(later("1.csv", "1", "2099-01-01T00:01:00.000Z"))
    while_at(
        "history.History._put_to_older",
        lambda: handle(later("3.csv", "3", "2099-01-01T00:03:00.000Z"), request="2"),
        monkeypatch,
    )
    handle(later("2.csv", "2", "2099-01-01T00:02:00.000Z"))
    s3.refused_writes["runs.json"] = "InternalError"
    with pytest.raises(RunFailedError):
        handle(later("4.csv", "4", "2099-01-01T00:04:00.000Z"))
    s3.refused_writes.clear()
    handle(later("5.csv", "5", "2099-01-01T00:05:00.000Z"))
    handle(later("4.csv", "4", "2099-01-01T00:04:00.000Z"))

    found = [*s3.document("older_runs.json")["runs"], *s3.document("runs.json")["runs"]]
    assert {run["run_id"] for run in found} == set(runs)


def test_a_file_that_is_too_large_is_refused_unread(handle, s3):
    s3.put("input-bucket", KEY, b"", "version-1")

    handle(event("put", size=2_400_000))

    assert s3.document("receipt.json")["reason"] == "The file has 2 MB, more than the 1 MB that are taken."
    assert ("get", "input-bucket", KEY) not in s3.calls


def test_a_small_archive_of_a_large_file_is_refused(handle, s3, sample):
    header, *rows = sample.read_bytes().splitlines(keepends=True)
    s3.put("input-bucket", "big.csv.gz", gzip.compress(header + b"".join(rows) * 200), "version-1")

    handle(event("put", key="big.csv.gz"))

    assert s3.document("receipt.json")["reason"] == "The file unpacks to more than the 1 MB that are taken."


def test_a_run_ends_with_an_answer_before_its_time_is_up(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")

    handle(event("put"), seconds_left=9)

    receipt = s3.document("receipt.json")
    assert (receipt["outcome"], receipt["reason"]) == ("refused", "The file takes longer than the function may run.")
    assert "timeout_seconds" in receipt["remedy"]


@pytest.fixture
def log(monkeypatch):
    """Return what was logged; the stream that the logger writes to is that of the time when it was made."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return stream.getvalue


def test_the_log_has_stages_and_nothing_of_the_file(handle, s3, mall, log, capsys):
    content = (
        mall.read_bytes().replace(b"CustomerID", b"Secret header", 1) + b"\n0201,Secret category,Secret age,50,50\n"
    )
    s3.put("input-bucket", "Secret key.csv", content, "version-1")

    handle(event("put", key="Secret+key.csv"))

    lines = [json.loads(line) for line in (log() + capsys.readouterr().out).splitlines()]
    stages = {line["stage"]: line for line in lines if line.get("message") == "stage"}
    assert [*stages] == ["reading", "cleaning", "clustering", "writing", "publishing"]
    assert all(line["run_id"] == run_id("input-bucket", "Secret key.csv", "version-1") for line in stages.values())
    assert stages["writing"]["rows"] == 201
    assert all(line["seconds"] >= 0 and line["memory_mb"] > 10 for line in stages.values())
    (counted,) = (line for line in lines if "_aws" in line)
    assert {name: counted[name] for name in ("UploadsReceived", "RunsFinished", "RunsRefused", "RowsRead")} == {
        "UploadsReceived": [1],
        "RunsFinished": [1],
        "RunsRefused": [0],
        "RowsRead": [201],
    }
    assert "ecret" not in json.dumps(lines)


def test_of_a_refusal_the_log_has_the_code_and_nothing_else(handle, s3, log):
    s3.put("input-bucket", "Secret key.csv", UNUSABLE, "version-1")

    handle(event("put", key="Secret+key.csv"))

    (line,) = (line for line in map(json.loads, log().splitlines()) if line["message"] == "run")
    assert (line["outcome"], line["refusal"]) == ("refused", "other_kind_of_file")
    assert "PNG" not in log()


def test_the_log_has_the_invocation_and_nothing_of_the_one_before(handle, s3, log, monkeypatch):
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    s3.put("input-bucket", "Secret key.csv", UNUSABLE, "version-1")

    handle(event("put", key="Secret+key.csv"))
    with pytest.raises(RunFailedError):
        handle({"source": "aws.glue"}, request="2")

    *before, line = map(json.loads, log().splitlines())
    assert {one["function_request_id"] for one in before} == {"1"}
    assert (line["message"], line["function_request_id"]) == ("attempt failed", "2")
    assert "run_id" in before[-1]
    assert "run_id" not in line
    assert "ecret" not in log()


def test_a_failure_is_logged_with_its_place_and_nothing_of_the_file(handle, s3, log, monkeypatch):
    s3.put("input-bucket", "Secret key.csv", UNUSABLE, "version-1")

    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("a Secret value")

    monkeypatch.setattr("service.runs.find_segments", broken)
    with pytest.raises(RunFailedError) as caught:
        handle(event("put", key="Secret+key.csv"))

    assert "test_handler.py:" in log()
    assert "ecret value" not in log() + "".join(traceback.format_exception(caught.value))


def test_the_failure_of_a_killed_attempt_is_published_before_the_next(handle, s3, sample, monkeypatch):
    from service import runs

    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    find_segments, outcomes = runs.find_segments, []

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit

    def watched(*arguments: Any, **named: Any) -> Any:
        outcomes.append(s3.document("receipt.json")["outcome"])
        return find_segments(*arguments, **named)

    monkeypatch.setattr(runs, "find_segments", killed)
    with pytest.raises(SystemExit):
        handle(event("put"))
    assert s3.document("receipt.json") is None

    monkeypatch.setattr(runs, "find_segments", watched)
    handle(event("put"))
    assert outcomes == ["failed"]
    assert s3.document("receipt.json")["outcome"] == "accepted"


def test_an_event_delivered_again_during_the_first_attempt_publishes_no_failure(handle, s3, sample, monkeypatch):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    outcomes: list[str | None] = []
    from service import publisher

    publish_status = publisher.Publisher.publish_status
    monkeypatch.setattr(
        publisher.Publisher,
        "publish_status",
        lambda self, receipt: outcomes.append(receipt["outcome"]) or publish_status(self, receipt),
    )
    while_at("publisher.Publisher.send_rows", lambda: handle(event("put"), request="2"), monkeypatch)

    handle(event("put"), request="1")

    assert outcomes == ["accepted", "accepted"]


@pytest.mark.parametrize("key", ["settings.json-old.json", "settings.json/settings.json", "old/settings.json", "a.Csv"])
def test_what_is_neither_an_upload_nor_the_settings_is_no_business_of_the_function(key, handle, s3):
    s3.put("input-bucket", key, b"{}", "version-1")

    handle(event("put", key=key, versionId="version-1"))

    assert s3.keys("website-bucket") == s3.keys("results-bucket") == set()


def test_new_settings_run_only_what_is_an_upload_again(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    for key in ("later.Csv", "later.csv.Gz", "later.txt"):
        s3.put("input-bucket", key, UNUSABLE, "version-2")
    s3.put("input-bucket", "settings.json", b'{"k": 4}', "settings-1")

    handle(event("put", key="settings.json", versionId="settings-1"))

    assert s3.document("data.json")["source"]["name"] == KEY


def test_the_function_and_its_triggers_know_the_same_names():
    assert (uploads.UPLOAD_SUFFIXES, uploads.SETTINGS_KEY) == (UPLOAD_SUFFIXES, SETTINGS_KEY)


def test_of_two_first_attempts_at_once_both_keep_to_what_one_wrote_down(handle, s3, sample, monkeypatch):
    run = run_id("input-bucket", KEY, "version-1")
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    s3.put("input-bucket", "settings.json", b'{"k": 4}', "settings-1")
    put_object = s3.put_object

    def interfered(**arguments: Any) -> None:
        if arguments["Key"] == f"runs/{run}/request.json":
            written = json.loads(arguments["Body"]) | {"settings_version": None}
            s3.put("results-bucket", arguments["Key"], json.dumps(written).encode())
        put_object(**arguments)

    monkeypatch.setattr(s3, "put_object", interfered)
    handle(event("put"))

    assert s3.document("data.json")["k"]["source"] != "setting"


def test_a_request_that_cannot_be_read_is_an_error(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    s3.refused_writes[f"runs/{run_id('input-bucket', KEY, 'version-1')}/request.json"] = "PreconditionFailed"

    with pytest.raises(RunFailedError, match="PermissionError"):
        handle(event("put"))

    assert s3.keys("website-bucket") == set()


def test_a_failure_is_forgotten_where_another_attempt_was_accepted(handle, s3, sample):
    """An event that came twice at once: one attempt ends well, and then the other does not."""
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    handle(event("put"))
    run = s3.document("receipt.json")["run_id"]
    del s3.versions["results-bucket", f"runs/{run}/receipt.json"]
    s3.refused_writes[f"runs/{run}/receipt.json"] = "InternalError"

    with pytest.raises(RunFailedError):
        handle(event("put"))

    assert s3.document("receipt.json")["outcome"] == "accepted"


def later(key: str, version: str, at: str = "2099-01-01T00:00:00.000Z") -> dict[str, Any]:
    """Return the event of an upload that came when the runs of now were done."""
    found = event("put", key=key, versionId=version)
    found["Records"][0]["eventTime"] = at
    return found


def half_of(sample: bytes) -> bytes:
    header, *rows = sample.splitlines(keepends=True)
    return b"".join([header, *rows[::2]])


def test_a_result_is_compared_with_the_newest(handle, s3, sample):
    s3.put("input-bucket", "first.csv", sample.read_bytes(), "version-1")
    s3.put("input-bucket", "second.csv", half_of(sample.read_bytes()), "version-2")
    handle(event("put", key="first.csv", versionId="version-1"))
    first = s3.document("data.json")

    handle(later("second.csv", "version-2"))

    second = s3.document("data.json")
    assert first["changes"] is None
    assert second["changes"]["previous"]["run_id"] == first["run_id"]
    before, now = (
        {part["id"]: part["name"] for part in one["modes"]["bivariate"]["segments"]} for one in (first, second)
    )
    assert before == now
    flow = second["changes"]["modes"]["bivariate"]["flow"]
    assert sum(map(sum, flow["counts"])) == 150
    assert (flow["left"], flow["joined"]) == (150, 0)


def ids_of(document: dict[str, Any], mode: str = "bivariate") -> set[int]:
    return {part["id"] for part in document["modes"][mode]["segments"]}


STEPS = (
    "publisher.Publisher.assign_ids",
    "objects.ObjectStore.write",
    "publisher.Publisher.send_rows",
    "publisher.Publisher.send_members",
    "publisher.Publisher.publish",
)


def while_at(step: str, other: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have something else happen once, just before a run goes on to a step of its publisher."""
    usual, waiting = pkgutil.resolve_name(f"service.{step}"), [other]

    def interrupted(*arguments: Any, **named: Any) -> Any:
        if waiting:
            waiting.pop()()
        return usual(*arguments, **named)

    monkeypatch.setattr(f"service.{step}", interrupted)


@pytest.fixture
def with_others(s3, sample) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put two files whose segments have nothing to do with each other, and return their events, the earlier first."""
    # Where the sample has nobody: at the middles of the sides of its square.
    middles = ((60, 5), (60, 95), (5, 50), (115, 50))
    rows = [f"{i},Male,{80 + i % 3},{x + i % 5},{y + i % 3}\n" for i in range(40) for x, y in middles]
    other = "CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)\n" + "".join(rows)
    s3.put("input-bucket", "one.csv", sample.read_bytes(), "version-1")
    s3.put("input-bucket", "other.csv", other.encode(), "version-2")
    return (
        later("one.csv", "version-1", "2098-01-01T00:00:00.000Z"),
        later("other.csv", "version-2", "2099-01-01T00:00:00.000Z"),
    )


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("first", [0, 1], ids=["the earlier", "the later"])
def test_of_two_runs_at_once_none_gives_ids_that_the_other_gave(first, step, with_others, handle, s3, monkeypatch):
    """Whenever another run is made from beginning to end while one is at work."""
    while_at(step, lambda: handle(with_others[1 - first], request="2"), monkeypatch)

    handle(with_others[first])

    found = {run["source"]["name"]: run["run_id"] for run in s3.document("runs.json")["runs"]}
    one, other = (s3.document(f"runs/{found[name]}/data.json") for name in ("one.csv", "other.csv"))
    for mode in ("bivariate", "multivariate"):
        assert not ids_of(one, mode) & ids_of(other, mode)
    assert [run["changes"] is None for run in (one, other)].count(True) == 1
    written = s3.newest("results-bucket", f"runs/{found['one.csv']}/Clustering_Final.csv").decode("utf-8-sig")
    assert {int(row["Bivariate Cluster"]) for row in csv.DictReader(io.StringIO(written))} == ids_of(one)
    assert s3.document("data.json") == other


def test_a_run_that_is_published_second_is_compared_with_the_first(handle, s3, sample, monkeypatch):
    """They have the same segments, and so the same ids."""
    s3.put("input-bucket", "first.csv", sample.read_bytes(), "version-1")
    s3.put("input-bucket", "second.csv", half_of(sample.read_bytes()), "version-2")
    while_at(
        "publisher.Publisher.assign_ids",
        lambda: handle(event("put", key="first.csv", versionId="version-1"), request="2"),
        monkeypatch,
    )

    handle(later("second.csv", "version-2"))

    first, second = (s3.document(f"runs/{run['run_id']}/data.json") for run in s3.document("runs.json")["runs"])
    assert second["changes"]["previous"]["run_id"] == first["run_id"]
    assert second["changes"]["modes"]["bivariate"]["flow"]["left"] == 150
    assert ids_of(first) == ids_of(second)


def test_what_failed_after_it_gave_ids_keeps_to_them(with_others, handle, s3):
    one, other = with_others
    run = run_id("input-bucket", "one.csv", "version-1")
    s3.refused_writes[f"runs/{run}/data.json"] = "InternalError"
    with pytest.raises(RunFailedError):
        handle(one)
    given = json.loads(s3.newest("results-bucket", f"runs/{run}/identities.json"))
    handle(other)
    s3.refused_writes.clear()

    handle(one)

    assert ids_of(s3.document(f"runs/{run}/data.json")) == ids_of(given)
    assert s3.document(f"runs/{run}/data.json")["changes"] is None
    assert not ids_of(given) & ids_of(s3.document("data.json"))
    assert s3.document("data.json")["changes"]["previous"]["run_id"] == run


@pytest.mark.parametrize("deleted", [1, 2, 3])
def test_ids_go_on_where_results_were_deleted(deleted, with_others, handle, s3, sample):
    one, other = with_others
    handle(one)
    handle(other)
    s3.put("input-bucket", "third.csv", half_of(sample.read_bytes()), "version-3")
    handle(later("third.csv", "version-3", "2099-02-01T00:00:00.000Z"))
    runs = [run["run_id"] for run in s3.document("runs.json")["runs"]]
    given = set().union(*(ids_of(s3.document(f"runs/{run}/data.json")) for run in runs))
    for run in runs[-deleted:]:
        del s3.versions["website-bucket", f"runs/{run}/data.json"]
    s3.put("input-bucket", "fourth.csv", half_of(sample.read_bytes()), "version-4")

    handle(later("fourth.csv", "version-4", "2099-03-01T00:00:00.000Z"))

    found = s3.document("data.json")
    assert (found["changes"] or {"previous": {"run_id": None}})["previous"]["run_id"] == [None, *runs][-deleted - 1]
    # Of the run before it has the segments of the sample if that is the first; else none of them.
    assert ids_of(found) <= given if deleted == 2 else not ids_of(found) & given


def test_many_ids_may_have_been_given(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    given = {"last_ids": {"bivariate": 70_000, "multivariate": 100_000}, "runs": []}
    s3.put("results-bucket", "last_ids.json", json.dumps(given).encode())

    handle(event("put"))

    assert min(ids_of(s3.document("data.json"))) == 70_001
    assert min(ids_of(s3.document("data.json"), "multivariate")) == 100_001
    run = s3.document("data.json")["run_id"]
    members = Members.unpacked(s3.newest("results-bucket", f"runs/{run}/members.npz"))
    assert {*members.segments["bivariate"].tolist()} == ids_of(s3.document("data.json"))


def test_a_run_that_an_earlier_release_published_is_one_before(handle, s3, sample):
    """It wrote down no last ids."""
    s3.put("input-bucket", "first.csv", sample.read_bytes(), "version-1")
    handle(event("put", key="first.csv", versionId="version-1"))
    first = s3.document("data.json")
    for key in ("last_ids.json", f"runs/{first['run_id']}/identities.json"):
        del s3.versions["results-bucket", key]
    s3.put("input-bucket", "second.csv", half_of(sample.read_bytes()), "version-2")

    handle(later("second.csv", "version-2"))

    assert s3.document("data.json")["changes"]["previous"]["run_id"] == first["run_id"]
    assert ids_of(s3.document("data.json")) == ids_of(first)


def test_all_attempts_are_compared_with_the_run_of_the_first(handle, s3, sample):
    for key in ("first.csv", "second.csv", "third.csv"):
        s3.put("input-bucket", key, sample.read_bytes(), key)
    handle(event("put", key="first.csv", versionId="first.csv"))
    first = s3.document("data.json")["run_id"]
    s3.refused_writes["data.json"] = "InternalError"
    with pytest.raises(RunFailedError):
        handle(later("third.csv", "third.csv"))
    s3.refused_writes.clear()
    handle(later("second.csv", "second.csv", "2098-01-01T00:00:00.000Z"))

    handle(later("third.csv", "third.csv"))

    assert s3.document("data.json")["source"]["name"] == "third.csv"
    assert s3.document("data.json")["changes"]["previous"]["run_id"] == first


@pytest.mark.parametrize(("lost", "compared"), [("members.npz", True), ("data.json", False)])
def test_what_is_not_kept_of_the_run_before_is_done_without(lost, compared, handle, s3, sample):
    for key in ("first.csv", "second.csv"):
        s3.put("input-bucket", key, sample.read_bytes(), key)
    handle(event("put", key="first.csv", versionId="first.csv"))
    run = s3.document("data.json")["run_id"]
    bucket = "results-bucket" if lost == "members.npz" else "website-bucket"
    del s3.versions[bucket, f"runs/{run}/{lost}"]

    handle(later("second.csv", "second.csv"))

    changes = s3.document("data.json")["changes"]
    assert (changes is not None) == compared
    assert not compared or changes["modes"]["bivariate"]["flow"] is None


def redriven(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "redriven": True}


def failed_at(key: str, handle: Any, s3: MemoryS3, failing: dict[str, Any]) -> None:
    """Have a run fail where it writes an object."""
    s3.refused_writes[key] = "InternalError"
    with pytest.raises(RunFailedError):
        handle(failing)
    s3.refused_writes.clear()


@pytest.mark.parametrize("k", [3, 7])
def test_what_is_redriven_with_other_segments_gives_new_ids(k, with_others, handle, s3):
    """It gave ids to those that the settings of then made, and others may have been given since."""
    one, other = with_others
    run = run_id("input-bucket", "one.csv", "version-1")
    failed_at(f"runs/{run}/data.json", handle, s3, one)
    handle(other)
    s3.put("input-bucket", "settings.json", json.dumps({"k": k}).encode(), "settings-1")

    handle(redriven(one))

    for mode in ("bivariate", "multivariate"):
        assert not ids_of(s3.document(f"runs/{run}/data.json"), mode) & ids_of(s3.document("data.json"), mode)
    given = json.loads(s3.newest("results-bucket", "last_ids.json"))
    assert given["last_ids"]["bivariate"] == max(ids_of(s3.document(f"runs/{run}/data.json")))
    assert len({giver["run_id"] for giver in given["runs"]}) == len(given["runs"]) == 2


def test_what_fails_where_the_run_before_was_deleted_since_gives_new_ids(with_others, handle, s3, sample):
    s3.put("input-bucket", "first.csv", sample.read_bytes(), "version-0")
    handle(event("put", key="first.csv", versionId="version-0"))
    first, run = s3.document("data.json")["run_id"], run_id("input-bucket", "one.csv", "version-1")
    one, other = with_others
    failed_at(f"runs/{run}/data.json", handle, s3, one)
    handle(other)
    del s3.versions["website-bucket", f"runs/{first}/data.json"]

    handle(one)

    for mode in ("bivariate", "multivariate"):
        assert not ids_of(s3.document(f"runs/{run}/data.json"), mode) & ids_of(s3.document("data.json"), mode)


def test_of_an_attempt_that_comes_too_late_to_give_ids_none_are_taken(with_others, handle, s3, sample, monkeypatch):
    """Of an event that was delivered twice, after which it writes down what would have been."""
    one, other = with_others
    run = run_id("input-bucket", "one.csv", "version-1")
    failed_at(f"runs/{run}/data.json", handle, s3, one)
    place = "results-bucket", f"runs/{run}/identities.json"
    late = json.loads(s3.newest(*place))
    for part in late["modes"]["bivariate"]["segments"]:
        part["id"] += 50
    s3.put(*place, json.dumps(late).encode())

    handle(other)

    assert max(ids_of(s3.document("data.json"))) < 50
    assert s3.document("data.json")["changes"] is None


def test_the_history_has_the_redriven_result(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    failed_at("data.json", handle, s3, event("put"))
    s3.put("input-bucket", "settings.json", b'{"k": 6, "min_cell_count": 5}', "settings-1")

    handle(redriven(event("put")))

    (entry,) = s3.document("runs.json")["runs"]
    assert (entry["k"], entry["own_settings"]) == (6, True)
    assert entry["segment_sizes"]["bivariate"] == [
        part["size"] for part in s3.document("data.json")["modes"]["bivariate"]["segments"]
    ]


def test_members_of_another_attempt_at_the_run_before_are_of_no_account(handle, s3, sample):
    for key in ("first.csv", "second.csv"):
        s3.put("input-bucket", key, sample.read_bytes(), key)
    handle(event("put", key="first.csv", versionId="first.csv"))
    place = "results-bucket", f"runs/{s3.document('data.json')['run_id']}/members.npz"
    members = Members.unpacked(s3.newest(*place))
    others = {mode: ids + np.uint32(90) for mode, ids in members.segments.items()}
    s3.put(*place, Members(members.hashes, others).packed())

    handle(later("second.csv", "second.csv"))

    assert s3.document("data.json")["changes"]["modes"]["bivariate"]["flow"] is None


@pytest.mark.parametrize("kind", ["uint16", "uint32"])
def test_members_of_an_earlier_release_are_read(kind, handle, s3, sample):
    for key in ("first.csv", "second.csv"):
        s3.put("input-bucket", key, sample.read_bytes(), key)
    handle(event("put", key="first.csv", versionId="first.csv"))
    place = "results-bucket", f"runs/{s3.document('data.json')['run_id']}/members.npz"
    members = Members.unpacked(s3.newest(*place))
    s3.put(*place, Members(members.hashes, {mode: ids.astype(kind) for mode, ids in members.segments.items()}).packed())

    handle(later("second.csv", "second.csv"))

    flow = s3.document("data.json")["changes"]["modes"]["bivariate"]["flow"]
    assert sum(map(sum, flow["counts"])) == 300


def test_segments_are_called_as_the_settings_say(handle, s3, sample):
    s3.put("input-bucket", "settings.json", b'{"names": {"bivariate": {"2": "Bargain hunters"}}}', "settings-1")
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")

    handle(event("put"))

    names = {part["id"]: part["name"] for part in s3.document("data.json")["modes"]["bivariate"]["segments"]}
    assert names[2] == "Bargain hunters"


# --- uploads that outgrow the function ---


class MemoryGlue:
    """Remembers what was started; a job is at work until it is ended."""

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}
        self.queued: list[dict[str, Any]] = []

    def start_job_run(self, *, JobName: str, Arguments: dict[str, str]) -> dict:  # noqa: N803
        name = f"jr_{len(self.runs) + 1}"
        self.runs[name] = {"JobName": JobName, "Arguments": Arguments, "JobRunState": "RUNNING"}
        return {"JobRunId": name}

    def get_job_run(self, *, JobName: str, RunId: str) -> dict:  # noqa: N803
        if RunId not in self.runs:
            raise refuse("EntityNotFoundException", "GetJobRun")
        assert self.runs[RunId]["JobName"] == JobName
        return {"JobRun": self.runs[RunId]}

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        assert QueueUrl == "the failure queue"
        self.queued.append(json.loads(MessageBody))

    def end(self, name: str, state: str = "FAILED") -> dict[str, Any]:
        """End a job; return its event."""
        self.runs[name]["JobRunState"] = state
        detail = {"jobName": "the job", "jobRunId": name, "state": state}
        return {"source": "aws.glue", "detail-type": "Glue Job State Change", "detail": detail}


@pytest.fixture
def glue(handle, monkeypatch):
    from service import glue as scaling

    found = MemoryGlue()
    monkeypatch.setattr(scaling.boto3, "client", lambda _name: found)
    monkeypatch.setenv("SCALE_OUT_JOB", "the job")
    monkeypatch.setenv("SCALE_OUT_THRESHOLD", "5000")
    monkeypatch.setenv("FAILURE_QUEUE_URL", "the failure queue")
    return found


@pytest.fixture
def large(s3, sample):
    """An upload beyond the threshold; its event says how large it is."""
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    return event("put", size=6_110)


RUN = run_id("input-bucket", KEY, "version-1")


def test_an_upload_beyond_the_threshold_is_handed_over_and_its_status_published(handle, s3, glue, large):
    handle(large)

    receipt = s3.document("receipt.json")
    assert (receipt["outcome"], receipt["running"]["bytes"]) == ("running", 6_110)
    assert receipt["running"]["since"] >= receipt["source"]["uploaded_at"]
    assert [run["Arguments"] for run in glue.runs.values()] == [{"--run_id": RUN}]
    # The private receipt comes last of all, and the job will write it.
    assert s3.keys("results-bucket") == {f"runs/{RUN}/request.json", f"runs/{RUN}/job.json"}
    assert s3.document("data.json") is None


def test_an_upload_below_the_threshold_is_not(handle, s3, glue, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")

    handle(event("put", size=5_000))

    assert s3.document("receipt.json")["outcome"] == "accepted"
    assert not glue.runs


def test_without_a_job_a_large_upload_is_the_functions_own(handle, s3, large):
    handle(large)

    assert s3.document("receipt.json")["outcome"] == "accepted"


def test_what_the_function_cannot_finish_in_time_is_handed_over(handle, s3, glue, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")

    handle(event("put", size=5_000), seconds_left=1)

    assert s3.document("receipt.json")["outcome"] == "running"
    assert len(glue.runs) == 1


def test_what_is_too_large_is_refused_and_handed_to_nobody(handle, s3, glue):
    handle(event("put", size=1_000_001))

    assert s3.document("receipt.json")["outcome"] == "refused"
    assert not glue.runs


def test_an_event_that_comes_again_while_the_job_is_at_work_does_nothing(handle, s3, glue, large):
    handle(large)
    before = copy.deepcopy(s3.versions)
    handle(large)

    assert len(glue.runs) == 1
    assert s3.versions == before


def test_a_job_that_ended_without_an_answer_is_started_twice_more_and_then_queued(handle, s3, glue, large):
    handle(large)
    for attempt in (1, 2):
        handle(glue.end(f"jr_{attempt}"))
        assert s3.document("receipt.json")["outcome"] == "running"
    handle(glue.end("jr_3"))

    assert len(glue.runs) == 3
    assert s3.document("receipt.json")["outcome"] == "failed"
    (message,) = glue.queued
    handle(message["requestPayload"])
    assert (len(glue.runs), s3.document("receipt.json")["outcome"]) == (4, "running")


@pytest.mark.parametrize("state", ["STOPPED", "TIMEOUT"])
def test_a_job_that_was_stopped_or_took_too_long_is_not_started_again_by_itself(state, handle, s3, glue, large):
    handle(large)
    handle(glue.end("jr_1", state))

    assert (len(glue.runs), len(glue.queued)) == (1, 1)
    assert s3.document("receipt.json")["outcome"] == "failed"


def test_a_job_that_glue_has_forgotten_is_not_at_work(handle, glue, large):
    handle(large)
    glue.runs["forgotten"] = glue.runs.pop("jr_1")
    handle(large)

    assert len(glue.runs) == 2


def test_a_job_of_which_glue_does_not_answer_may_be_at_work(handle, glue, large, monkeypatch):
    def busy(**_arguments: Any) -> None:
        raise refuse("ThrottlingException", "GetJobRun")

    handle(large)
    monkeypatch.setattr(glue, "get_job_run", busy)
    with pytest.raises(RunFailedError, match="ThrottlingException"):
        handle(large)

    assert len(glue.runs) == 1


def test_where_uploads_are_not_handed_over_any_more_the_end_of_a_job_is_let_be(handle, s3, glue, large, monkeypatch):
    handle(large)
    before = copy.deepcopy(s3.versions)
    monkeypatch.delenv("SCALE_OUT_JOB")
    handle(glue.end("jr_1"))

    assert s3.versions == before


def test_where_a_job_cannot_be_started_again_lambda_tries_and_no_log_quotes_anything(handle, glue, large, monkeypatch):
    def busy(**_arguments: Any) -> None:
        raise refuse("ConcurrentRunsExceededException", "StartJobRun")

    handle(large)
    ended = glue.end("jr_1")
    monkeypatch.setattr(glue, "start_job_run", busy)
    with pytest.raises(RunFailedError, match="ConcurrentRunsExceeded"):
        handle(ended)


def test_of_a_job_with_two_events_one_other_is_started(handle, glue, large):
    handle(large)
    ended = glue.end("jr_1")
    handle(ended)
    handle(ended)

    assert len(glue.runs) == 2


def test_where_it_cannot_be_said_that_a_job_gave_up_the_event_comes_again(handle, s3, glue, large):
    handle(large)
    s3.refused_writes["receipt.json"] = "InternalError"

    with pytest.raises(RunFailedError):
        handle(glue.end("jr_1", "STOPPED"))


def test_a_job_that_ended_badly_after_its_answer_is_let_be(handle, s3, glue, large):
    handle(large)
    s3.put("results-bucket", f"runs/{RUN}/receipt.json", b"{}")
    handle(glue.end("jr_1"))

    assert len(glue.runs) == 1
    assert not glue.queued


def test_a_job_that_cannot_be_started_is_raised_for_lambda_to_try_again(handle, s3, glue, large, monkeypatch):
    def busy(**_arguments: Any) -> None:
        raise refuse("ConcurrentRunsExceededException", "StartJobRun")

    monkeypatch.setattr(glue, "start_job_run", busy)
    with pytest.raises(RunFailedError, match="ConcurrentRunsExceeded"):
        handle(large)

    assert s3.document("receipt.json")["outcome"] == "failed"


@pytest.mark.parametrize("last", ["accepted", "refused"])
def test_an_answer_is_not_followed_by_a_word_that_it_is_being_worked_on(last, handle, s3, glue, large):
    from service.publisher import Publisher

    handle(large)
    running = s3.document("receipt.json")
    publisher = Publisher(s3, website_bucket="website-bucket", results_bucket="results-bucket")
    publisher.publish_status({**running, "outcome": last})
    publisher.publish_status(running)

    assert s3.document("receipt.json")["outcome"] == last


# --- what is pinned, and what is not ---


def pinned(s3, run: str) -> dict[str, Any]:
    return json.loads(s3.newest("results-bucket", f"runs/{run}/request.json"))


def test_the_rounding_key_is_made_once_kept_privately_and_pinned(handle, s3, sample):
    for version in ("version-1", "version-2"):
        s3.put("input-bucket", KEY, sample.read_bytes(), version)
        handle(event("put", versionId=version))

    (key,) = s3.versions["results-bucket", "rounding_key.json"].values()
    secret = json.loads(key)["rounding_key"]
    assert len(bytes.fromhex(secret)) == 32
    for version in ("version-1", "version-2"):
        assert pinned(s3, run_id("input-bucket", KEY, version))["rounding_key"] == secret
    assert not any(
        secret.encode() in body for (bucket, _), found in s3.versions.items() if bucket == "website-bucket"
        for body in found.values()
    )  # fmt: skip


def test_the_key_decides_how_numbers_are_rounded(handle, s3, sample):
    """Two deployments publish other numbers of the same file, one always the same."""
    s3.put("input-bucket", "settings.json", b'{"min_cell_count": 5}', "settings-1")
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    found = []
    for secret in ("00" * 32, "00" * 32, "ff" * 32):
        s3.put("results-bucket", "rounding_key.json", json.dumps({"rounding_key": secret}).encode())
        for place in [one for one in s3.versions if one[1].startswith("runs") or one[1] == "data.json"]:
            del s3.versions[place]
        handle(event("put"))
        found.append(s3.document("data.json")["distributions"])

    assert found[0] == found[1] != found[2]


def test_a_run_that_an_earlier_release_began_gets_a_key(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    handle(event("put"))
    run = run_id("input-bucket", KEY, "version-1")
    request = pinned(s3, run)
    del s3.versions["results-bucket", f"runs/{run}/receipt.json"]
    older = {name: value for name, value in request.items() if name != "rounding_key"}
    s3.put("results-bucket", f"runs/{run}/request.json", json.dumps(older).encode())

    handle(event("put"))

    assert pinned(s3, run) == request
    assert s3.document("receipt.json")["outcome"] == "accepted"


@pytest.mark.parametrize("settings", [b'{"k": 6}', None])
def test_what_is_redriven_has_the_settings_of_now(settings, handle, s3, sample, monkeypatch):
    """Those of then may be what it failed for; attempts of Lambda's own keep to them."""
    from service import runs

    s3.put("input-bucket", "settings.json", b'{"k": 4}', "settings-1")
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    with monkeypatch.context() as failing:
        failing.setattr(runs, "find_segments", lambda *_, **__: 1 / 0)
        for _ in range(3):
            with pytest.raises(RunFailedError):
                handle(event("put"))
    run = run_id("input-bucket", KEY, "version-1")
    assert pinned(s3, run)["settings_version"] == "settings-1"
    before = pinned(s3, run)
    if settings is None:
        del s3.versions["input-bucket", "settings.json"]
    else:
        s3.put("input-bucket", "settings.json", settings, "settings-2")

    handle({**event("put"), "redriven": True})

    assert pinned(s3, run) == before | {"settings_version": "settings-2" if settings else None}
    assert s3.document("data.json")["k"]["value"] == (6 if settings else 5)


def test_settings_that_are_too_large_are_refused_with_their_size(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    large = json.dumps({"names": {"bivariate": {f"{i}": "x" * 60 for i in range(1, 10_000)}}}).encode()
    s3.put("input-bucket", "settings.json", large, "settings-1")

    handle(event("put", key="settings.json", versionId="settings-1"))

    receipt = s3.document("receipt.json")
    assert receipt["reason"] == f"settings.json has {len(large):,} bytes, more than the 262,144 that are taken."
    assert receipt["outcome"] == "refused"


def test_the_history_holds_no_hash_and_no_settings_not_even_of_earlier_releases(handle, s3, sample):
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-1")
    handle(event("put"))
    (entry,) = s3.document("runs.json")["runs"]
    older = {name: value for name, value in entry.items() if name != "own_settings"}
    older |= {"run_id": "0" * 16, "input_sha256": "0" * 64, "settings": {"k": 4}}
    s3.put("website-bucket", "runs.json", json.dumps({"schema_version": 1, "runs": [older]}).encode())
    s3.put("input-bucket", KEY, sample.read_bytes(), "version-2")

    handle(event("put", versionId="version-2"))

    history = s3.document("runs.json")
    assert [(run["run_id"] == "0" * 16, run["own_settings"]) for run in history["runs"]] == [
        (True, True),
        (False, False),
    ]
    assert not any(word in json.dumps(history) for word in ("sha256", '"settings"'))


# --- what the run before decided ---


def lognormal_customers(power: float) -> bytes:
    """The larger the power, the more skewed are the incomes."""
    generator = np.random.default_rng(1)
    incomes = generator.lognormal(4, power, 300).round(2)
    return csv_of(
        *(f"{i},{'Male' if i % 3 else 'Female'},{20 + i % 50},{one},{i * 11 % 97}" for i, one in enumerate(incomes))
    )


def request_of(s3: MemoryS3, version: str) -> dict[str, Any]:
    run = run_id("input-bucket", KEY, version)
    return json.loads(s3.newest("results-bucket", f"runs/{run}/request.json"))


def test_a_request_has_the_decisions_of_what_the_page_shows(handle, s3):
    for version, power in (("version-1", 1.0), ("version-2", 1.0)):
        s3.put("input-bucket", KEY, lognormal_customers(power), version)
        handle(event("put", versionId=version, sequencer=version))

    assert request_of(s3, "version-1")["decisions"] is None
    decisions = request_of(s3, "version-2")["decisions"]
    assert decisions["features"]["income"] == {
        "kind": "numeric",
        "label": "Annual Income (k$)",
        "scale": "log",
        "log_unit": 1.0,
    }
    assert decisions["features"]["age"]["scale"] == "linear"
    assert decisions["outliers"]["rule"] == "auto"
    # What else is on the page is none of the request's.
    assert set(decisions) == {"features", "features_by", "modes", "outliers"}


def test_a_later_upload_keeps_the_scales_of_the_page(handle, s3):
    """Though it would be on a linear scale by itself."""
    s3.put("input-bucket", KEY, lognormal_customers(0.1), "version-0")
    handle(event("put", versionId="version-0"))
    assert s3.document("data.json")["features"]["income"]["scale"] == "linear"
    s3.versions.clear()

    for number, power in enumerate((1.0, 0.1), 1):
        s3.put("input-bucket", KEY, lognormal_customers(power), f"version-{number}")
        handle(event("put", versionId=f"version-{number}", sequencer=f"{number}"))
        income = s3.document("data.json")["features"]["income"]
        assert (income["scale"], income["log_unit"]) == ("log", 1.0)


def buyers(*names: str) -> bytes:
    generator = np.random.default_rng(1)
    columns = {name: generator.integers(1, 400, 120) for name in ("Orders", "Recency", "Revenue", "Tenure")}
    rows = (",".join([f"B{i}", *(str(columns[name][i]) for name in names)]) for i in range(120))
    return csv_of(*rows, header=",".join(["id", *names]))


def test_a_later_upload_keeps_the_features_of_the_page_and_the_page_says_where_it_cannot(handle, s3):
    """With a recency, it would be one of the axes."""
    files = (("Orders", "Revenue", "Tenure"), ("Orders", "Revenue", "Recency"), ("Recency", "Revenue"))
    axes = (["Orders", "Revenue"], ["Orders", "Revenue"], ["Recency", "Revenue"])
    gone = ((), ("'Tenure'",), ("'Orders'",))
    for number, (names, features, absent) in enumerate(zip(files, axes, gone, strict=True)):
        s3.put("input-bucket", "buyers.csv", buyers(*names), f"version-{number}")
        handle(later("buyers.csv", f"version-{number}", f"209{number}-01-01T00:00:00.000Z"))

        document = s3.document("data.json")
        assert document["modes"]["bivariate"]["features"] == features
        notes = [note["text"] for note in document["intake"]["notes"] if "run before used" in note["text"]]
        assert notes == [f"The run before used {', '.join(absent)}, which cannot be used in this file."] * bool(absent)


def test_settings_decide_anew(handle, s3):
    s3.put("input-bucket", KEY, lognormal_customers(1.0), "version-1")
    handle(event("put"))
    s3.put("input-bucket", KEY, lognormal_customers(0.1), "version-2")
    s3.put("input-bucket", "settings.json", b'{"scales": {"Annual Income (k$)": "auto"}}', "settings-1")

    handle(event("put", versionId="version-2"))

    assert s3.document("data.json")["features"]["income"]["scale"] == "linear"


@pytest.mark.parametrize("decisions", ["absent", None])
def test_a_request_of_an_earlier_release_has_no_decisions(decisions, handle, s3):
    """It was written before an update, and its run is attempted after."""
    s3.put("input-bucket", KEY, lognormal_customers(1.0), "version-1")
    handle(event("put"))
    request = request_of(s3, "version-1")
    if decisions == "absent":
        del request["decisions"]
    run = run_id("input-bucket", KEY, "version-1")
    s3.versions.clear()
    s3.put("input-bucket", KEY, lognormal_customers(1.0), "version-1")
    s3.put("results-bucket", f"runs/{run}/request.json", json.dumps(request).encode())

    handle(event("put"))

    assert s3.document("receipt.json")["outcome"] == "accepted"
    assert s3.document("data.json")["features"]["income"]["scale"] == "log"


def test_a_run_that_an_earlier_release_began_keeps_what_the_page_shows(handle, s3):
    s3.put("input-bucket", KEY, lognormal_customers(1.0), "version-1")
    handle(event("put"))
    s3.put("input-bucket", KEY, lognormal_customers(0.1), "version-2")
    handle(event("put", versionId="version-2", sequencer="2"))
    request, run = request_of(s3, "version-2"), run_id("input-bucket", KEY, "version-2")
    del s3.versions["results-bucket", f"runs/{run}/receipt.json"]
    older = {name: value for name, value in request.items() if name != "decisions"}
    s3.put("results-bucket", f"runs/{run}/request.json", json.dumps(older).encode())

    handle(event("put", versionId="version-2", sequencer="2"))

    assert request_of(s3, "version-2")["decisions"]["features"] == request["decisions"]["features"]
    assert s3.document("data.json")["features"]["income"]["scale"] == "log"


def test_a_page_of_an_earlier_release_had_linear_scales_and_left_nobody_out(handle, s3):
    s3.put("input-bucket", KEY, lognormal_customers(1.0), "version-1")
    handle(event("put"))
    shown = s3.document("data.json")
    del shown["outliers"]
    for feature in shown["features"].values():
        feature.pop("scale", None)
        feature.pop("log_unit", None)
    s3.put("website-bucket", "data.json", json.dumps(shown).encode())
    s3.put("input-bucket", KEY, lognormal_customers(1.0) + b"999,Male,40,99999999,50\n", "version-2")

    handle(event("put", versionId="version-2", sequencer="2"))

    data = s3.document("data.json")
    assert data["features"]["income"]["scale"] == "linear"
    assert data["outliers"] | {"text": None} == {"rule": "keep", "count": 0, "text": None}
    assert data["customers"] == 301


def test_an_attempt_made_again_decides_as_the_first(handle, s3):
    """By its request, whatever the page shows meanwhile."""
    s3.put("input-bucket", KEY, lognormal_customers(1.0), "version-1")
    handle(event("put"))
    s3.put("input-bucket", KEY, lognormal_customers(0.1), "version-2")
    s3.refused_writes["data.json"] = "AccessDenied"
    with pytest.raises(RunFailedError):
        handle(event("put", versionId="version-2", sequencer="2"))
    del s3.refused_writes["data.json"]
    other = s3.document("data.json")
    other["features"]["income"] |= {"scale": "linear", "log_unit": None}
    s3.put("website-bucket", "data.json", json.dumps(other).encode())

    handle(event("put", versionId="version-2", sequencer="2"))

    assert s3.document("data.json")["features"]["income"]["scale"] == "log"
