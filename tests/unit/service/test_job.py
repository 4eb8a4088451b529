"""The job for uploads that outgrow the function, without Spark: it reads a file in splits, and answers."""

from __future__ import annotations

import gzip
import importlib
import json
import sys
import traceback
from collections.abc import Callable

import numpy as np
import pytest

from infra.layer import ROOT
from service.telemetry import RunFailedError
from tests.support import one_machine
from tests.support.customers import HEADER, csv_of
from tests.support.large_runs import AT, check_refused, check_same, messy, parts_of
from tests.support.memory import MemoryS3

pytestmark = pytest.mark.usefixtures("segments_sought_once")
BUCKETS = {f"{kind}_bucket": f"{kind}-bucket" for kind in ("input", "website", "results")}
RUN = "0123456789abcdef"
Job = Callable[..., dict[str, bytes]]


@pytest.fixture
def s3() -> MemoryS3:
    return MemoryS3()


@pytest.fixture
def job(s3, monkeypatch) -> Job:
    """Upload a file, run the job for it, and return what that left, by name."""
    monkeypatch.setitem(sys.modules, "pyspark", one_machine)
    monkeypatch.syspath_prepend(ROOT / "spark")
    module = importlib.import_module("job")
    monkeypatch.setattr("large_run.boto3.client", lambda _name: s3)

    def run(data: bytes, settings: bytes | None = None, **options: object) -> dict[str, bytes]:
        s3.put("input-bucket", "customers.data", data, "version-1")
        version = None if settings is None else "version-2"
        if settings is not None:
            s3.put("input-bucket", "settings.json", settings, "version-2")
        file = {"key": "customers.data", "version": "version-1", "uploaded_at": AT, "size": len(data)}
        request = {"file": file, "settings_version": version, "requested_at": AT, "began_at": AT}
        request["rounding_key"] = "00" * 32
        s3.put("results-bucket", f"runs/{RUN}/request.json", json.dumps(request).encode())
        arguments = {"run_id": RUN, **BUCKETS, "stack": "the stack", "max_upload_mb": 10, **options}
        module.main([f"--{name}={value}" for name, value in arguments.items()] + ["--JOB_NAME=of Glue's own"])
        prefix = f"runs/{RUN}/"
        places = [place for place in s3.versions if place[0] != "input-bucket" and place[1].startswith(prefix)]
        return {key.removeprefix(prefix): s3.newest(bucket, key) or b"" for bucket, key in places}

    return run


@pytest.mark.parametrize("split_kb", [10, 10_000])
def test_what_is_packed_is_read_in_one_piece(split_kb, job, s3, tmp_path):
    """Once for each pass over it, and never in part, however small the pieces of others are."""
    data = gzip.compress(messy(4_000), compresslevel=1)
    file = tmp_path / "customers.csv.gz"
    file.write_bytes(data)

    files = job(data, split_kb=split_kb)

    check_same(files, file, tmp_path / "out")
    assert len(data) > 3 * 10_000
    assert len(parts_of(files)) == 1
    assert sum(place == ("get", "input-bucket", "customers.data") for place in s3.calls) == 7


def test_the_job_counts_what_it_did(job, capsys):
    job(csv_of(*(f"{i},Male,{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i in range(300))))

    (counted,) = (json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line)
    assert (counted["service"], counted["RunsFinished"], counted["RunsRefused"], counted["RowsRead"]) == (
        "the stack",
        [1],
        [0],
        [300],
    )


def far_down(line: str, encoding: str = "utf-8") -> bytes:
    rows = [f"{i},Male,{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i in range(14_000)]
    return csv_of(*rows).replace(b"\n13999,", f"\n{line}\n13999,".encode(encoding))


def dated() -> bytes:
    """Customers in the order in which they joined: the newest date is in the last row."""
    days = np.datetime64("2014-01-01") + np.sort(np.random.default_rng(3).integers(0, 3_600, 14_000))
    levels = ("Low", "Average", "High")
    rows = [
        f"{i},{1950 + i % 50}-03-{i % 28 + 1:02},{i * 7 % 90},{levels[i * 11 % 3]},{day}" for i, day in enumerate(days)
    ]
    return csv_of(*rows, header="CustomerID,Date of birth,Income,Spending Score,Joined")


@pytest.mark.parametrize(
    "data",
    [
        messy(6_000),
        # Ids that only rise until the last row; a letter that is not UTF-8, of which nobody knew before.
        far_down("7,Male,27,49,77"),
        far_down("x,Männlich,30,40,50", "cp1252"),
        far_down("x,Male,30,99999,50"),
        dated(),
    ],
    ids=[
        "messy",
        "a duplicate far down",
        "another encoding far down",
        "an outlier far down",
        "the newest date far down",
    ],
)
def test_a_file_in_splits_gives_what_the_command_line_writes(data, job, tmp_path):
    file = tmp_path / "customers.data"
    file.write_bytes(data)

    files = job(data, split_kb=30)

    check_same(files, file, tmp_path / "out")
    assert len(parts_of(files)) > 2


def test_columns_that_describe_are_counted_on_all_machines(job, tmp_path):
    """With categories that are rare in each split, and words of which there are too many in all of them only."""
    generator = np.random.default_rng(4)
    rows = [
        f"{line},{generator.choice(['North', 'South', f'Region {i % 19}'])},{generator.normal(30, 9):.7f},{i // 6}w"
        for i, line in enumerate(far_down("x,Male,30,99,50").decode().splitlines()[1:7_000])
    ]
    data = csv_of(*rows, header=f"{HEADER},Region,Tenure,Words")
    files = {"customers.data": data, "settings.json": b'{"describe": ["Region", "Tenure", "Words"]}'}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    left = job(data, files["settings.json"], split_kb=30)

    check_same(left, tmp_path / "customers.data", tmp_path / "out", settings=tmp_path / "settings.json")
    assert len(parts_of(left)) > 2
    document = json.loads(left["data.json"])
    found = document["modes"]["multivariate"]["what_else"]["columns"]
    assert {one["name"]: len(one["values"]) for one in found} == {"Region": 9, "Tenure": 0}
    assert any("'Words' does not describe" in note["text"] for note in document["intake"]["notes"])


def test_a_range_request_may_be_answered_with_the_whole(job, s3):
    data = messy(6_000)
    parts = job(data, split_kb=30)
    s3.versions.clear()

    s3.knows_ranges = False

    assert parts_of(job(data, split_kb=30)) == parts_of(parts)


def test_of_faults_in_several_splits_the_first_is_reported(job):
    lines = far_down("x").splitlines(keepends=True)
    for line in (4_000, 9_000):
        lines[line] = b'77,"Aunt" Agatha,20,50,5\n'

    files = job(b"".join(lines), split_kb=30)

    check_refused(files)
    assert "in line 4001 " in json.loads(files["receipt.json"])["reason"]


def test_a_run_that_has_its_answer_is_not_made_again(job, s3):
    s3.put("results-bucket", f"runs/{RUN}/receipt.json", b"{}")

    assert job(messy(300)).keys() == {"request.json", "receipt.json"}
    assert s3.keys("website-bucket") == set()


def test_a_run_without_a_request_is_an_error(job, s3, monkeypatch):
    monkeypatch.setattr(s3, "put", lambda *_: None)

    with pytest.raises(LookupError):
        job(messy(300))


def test_a_failure_is_logged_with_its_place_and_raised(job, s3):
    s3.refused_writes[f"runs/{RUN}/members.npz"] = "AccessDenied"

    with pytest.raises(RunFailedError, match=r"ClientError \(AccessDenied\)"):
        job(messy(300))

    assert s3.document("receipt.json")["outcome"] == "failed"


def test_what_fails_on_another_machine_quotes_nothing_of_the_file(job, monkeypatch, capsys):
    def broken(*_: object) -> None:
        raise ValueError("Aunt Agatha")

    monkeypatch.setattr("segmentation.customers.reader.CustomerFile.map", broken)
    with pytest.raises(RunFailedError) as caught:
        job(messy(300))

    assert "Agatha" not in "".join(traceback.format_exception(caught.value)) + capsys.readouterr().out
