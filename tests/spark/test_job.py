"""The job on two workers against the emulator's S3, IAM enforced: what it publishes is what the command line writes.

Spark is started once. It runs the job for a file that the function handed over, for one that cannot be used, and for a
dirty one, in the middle of which a machine is lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from infra.layer import ROOT
from segmentation.receipt import run_id
from tests.support.large_runs import as_the_job, asked, check_same, deployed_job, left, options_of, parts_of
from tests.support.spark_environment import ENVIRONMENT, submitted, why_not
from tests.support.waiting import LIMIT, wait_until

pytestmark = pytest.mark.skipif(why_not() is not None, reason=f"no Spark: {why_not()}")

SAMPLE = ROOT / "data" / "sample_customers.csv"
_MACHINE = b"CoarseGrainedExecutorBackend"


@pytest.fixture(scope="module")
def s3(deployment):
    client = boto3.client("s3")
    yield client
    client.close()


@pytest.fixture(scope="module")
def job(deployment) -> dict:
    return deployed_job()


@dataclass(frozen=True)
class Handed:
    """What the function did with an upload that it handed over."""

    run: str
    request: dict
    receipt: dict
    started: dict


@pytest.fixture(scope="module")
def handed(deployment, job, s3) -> Iterator[Handed]:
    """The sample, uploaded where the function hands over whatever has more than 5,000 bytes."""
    loop = deployment.loop
    functions, glue = boto3.client("lambda"), boto3.client("glue")
    before = functions.get_function_configuration(FunctionName=loop.function)["Environment"]
    variables = {**before["Variables"], "SCALE_OUT_THRESHOLD": "5000"}
    functions.update_function_configuration(FunctionName=loop.function, Environment={"Variables": variables})
    try:
        version = s3.put_object(Bucket=loop.input_bucket, Key=SAMPLE.name, Body=SAMPLE.read_bytes())["VersionId"]
        run = run_id(loop.input_bucket, SAMPLE.name, version)
        to = when_there(s3, loop.results_bucket, f"runs/{run}/job.json")
    finally:
        functions.update_function_configuration(FunctionName=loop.function, Environment=before)
    yield Handed(
        run,
        json.loads(read(s3, loop.results_bucket, f"runs/{run}/request.json")),
        json.loads(read(s3, loop.website_bucket, "receipt.json")),
        glue.get_job_run(JobName=job["Name"], RunId=to["job_run_id"])["JobRun"],
    )
    for client in (functions, glue):
        client.close()


def when_there(s3, bucket: str, key: str) -> dict:
    wait_until(lambda: s3.list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"], lambda: f"{key} did not come")
    return json.loads(read(s3, bucket, key))


def read(s3, bucket: str, key: str) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def messy(n: int = 12_000) -> bytes:
    """Titles, umlauts, decimal commas, quoted line breaks, gaps, duplicates, several spellings and a total."""
    generator = random.Random(5)
    rows = ["Kundenliste\r\nKunden-Nr.;Vorname;Geschlecht;Alter;Einkommen;Ausgaben-Score"]
    names = ("Zoë", '"Müller; Jo"', '"two\nlines;x"', "Bob", '5" tall', '"q ""x"""')
    for _ in range(n):
        gender = generator.choice(
            ("Frau", "Mann", "frau", "MANN", "M", "") if generator.random() < 0.1 else ("Frau", "Mann")
        )
        age = "?" if generator.random() < 0.02 else generator.randint(18, 80)
        income = f"{generator.gauss(50, 15):.2f}".replace(".", ",")
        score = generator.choice(("-", "x", "")) if generator.random() < 0.02 else generator.randint(1, 100)
        row = f"{generator.randint(1, 10**7)};{generator.choice(names)};{gender};{age};{income};{score}"
        rows.append(generator.choice(rows[1:]) if len(rows) > 2 and generator.random() < 0.01 else row)
    return "\r\n".join([*rows, "Summe;;;;123456;99", ""]).encode()


def unclosed() -> bytes:
    """The same with a quote that nothing closes, far down."""
    lines = messy().decode().splitlines(keepends=True)
    lines[9_000] = '77;"Aunt Agatha;Frau;20;50,5;5\r\n'
    return "".join(lines).encode()


@dataclass(frozen=True)
class Done:
    """What ran, and what it logged."""

    dirty: str
    unusable: str
    log: str
    logs: list[str]


@pytest.fixture(scope="module")
def done(deployment, job, handed, s3) -> Iterator[Done]:
    """All runs, one after the other; in the middle of the last one a machine is lost."""
    if not ENVIRONMENT.exists():
        pytest.fail("make spark-environment makes what these tests need")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, as_the_job(job, deployment.emulator) as aws:
        folder = Path(name)
        (folder / "messy.csv").write_bytes(messy())
        (folder / "unclosed.csv").write_bytes(unclosed())
        dirty, unusable = (asked(s3, deployment.loop, folder / file) for file in ("messy.csv", "unclosed.csv"))
        runs = [
            {"run_id": handed.started["Arguments"]["--run_id"]},
            *({"run_id": run, "stretch_kb": 120} for run in (unusable, dirty)),
        ]
        log = folder / "job.log"
        process = submitted(folder, [options_of(job) | run for run in runs], aws)
        try:
            kill_an_executor(process, log, dirty)
            status = process.wait(LIMIT)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert status == 0, log.read_text()[-5_000:]
        logs = [log, *(folder / "work").rglob("std*")]
        yield Done(dirty, unusable, log.read_text(), [one.read_text() for one in logs])


def kill_an_executor(process: subprocess.Popen[bytes], log: Path, run: str) -> None:
    """Kill a machine once some of a run is done."""

    def is_killed() -> bool:
        assert process.poll() is None, log.read_text()[-5_000:]
        options, _, since = log.read_text().rpartition("Begun: ")[2].partition("\n")
        if run in options and "Finished task" in since:
            for place in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):
                    ours = os.getsid(int(place.name)) == process.pid
                    if ours and _MACHINE in (place / "cmdline").read_bytes():
                        os.kill(int(place.name), signal.SIGKILL)
                        return True
        return False

    wait_until(is_killed, lambda: f"no machine was at work on the run: {log.read_text()[-5_000:]}")


def test_the_function_hands_an_upload_to_the_job_and_the_job_answers(deployment, handed, done, s3, tmp_path):
    files, before = left(s3, deployment.loop, handed.run), None
    if handed.request["previous_run"]:
        before = tmp_path / "before"
        before.mkdir()
        for name, data in left(s3, deployment.loop, handed.request["previous_run"]).items():
            if name in ("data.json", "members.npz"):
                (before / name).write_bytes(data)

    assert (handed.receipt["outcome"], handed.receipt["running"]["bytes"]) == ("running", SAMPLE.stat().st_size)
    check_same(files, SAMPLE, tmp_path / "out", before)
    document = json.loads(files["data.json"])
    at = handed.request["requested_at"]
    assert document["run_id"] == handed.run
    assert document["source"] == {"name": SAMPLE.name, "uploaded_at": at, "requested_at": at}
    assert read(s3, deployment.loop.website_bucket, "data.json") == files["data.json"]


def test_a_dirty_file_in_stretches_is_cleaned_likewise_though_a_machine_is_lost(deployment, done, s3, tmp_path):
    file = tmp_path / "messy.csv"
    file.write_bytes(messy())
    files = left(s3, deployment.loop, done.dirty)

    check_same(files, file, tmp_path / "out")
    document = json.loads(files["data.json"])
    assert (document["run_id"], document["source"]["name"]) == (done.dirty, "messy.data")
    assert len(parts_of(files)) > 2
    assert "Lost executor" in done.log


def test_a_file_that_cannot_be_used_is_refused_as_by_the_function_and_no_log_quotes_it(deployment, done, s3):
    files = left(s3, deployment.loop, done.unusable)

    assert sorted(files) == ["receipt.json", "request.json"]
    receipt = json.loads(files["receipt.json"])
    assert receipt["outcome"] == "refused"
    assert "cannot be read as CSV" in receipt["reason"]
    assert not [log for log in done.logs if "Agatha" in log]
