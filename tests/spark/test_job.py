"""The job on two workers against the emulator's S3, IAM enforced: what it publishes is what the command line writes.

Spark is started once. It runs the job for a file that the function handed over, for one that cannot be used, and for a
dirty one, in the middle of which a machine is lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from infra.layer import ROOT
from infra.local.emulator import aws_environment
from segmentation.cli import main
from segmentation.receipt import run_id
from tests.support.spark_environment import ENVIRONMENT, submitted, why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=f"no Spark: {why_not()}")

SAMPLE = ROOT / "data" / "sample_customers.csv"
AT = "2026-01-15T09:30:00.000Z"
SECONDS = 240
_MACHINE = b"CoarseGrainedExecutorBackend"


@pytest.fixture(scope="module")
def s3(deployment):
    client = boto3.client("s3")
    yield client
    client.close()


@pytest.fixture(scope="module")
def job(deployment) -> Iterator[dict]:
    """The deployed job; its role trusts this account too, for once."""
    glue, iam = boto3.client("glue"), boto3.client("iam")
    (found,) = glue.get_jobs()["Jobs"]
    name = found["Role"].rsplit("/", 1)[1]
    trusted = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    account = {"AWS": f"arn:aws:iam::{found['Role'].split(':')[4]}:root"}
    opened = {**trusted, "Statement": [{"Effect": "Allow", "Principal": account, "Action": "sts:AssumeRole"}]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(opened))
    yield found
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trusted))
    for client in (glue, iam):
        client.close()


@pytest.fixture(scope="module")
def aws(deployment, job) -> dict[str, str]:
    """The environment of the job's role on the emulator."""
    sts = boto3.client("sts")
    found = sts.assume_role(RoleArn=job["Role"], RoleSessionName="job")["Credentials"]
    sts.close()
    return {
        **aws_environment(deployment.emulator.endpoint, deployment.bundle),
        "AWS_ACCESS_KEY_ID": found["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
        "AWS_SESSION_TOKEN": found["SessionToken"],
    }


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
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(s3.exceptions.NoSuchKey):
            return json.loads(read(s3, bucket, key))
        time.sleep(0.1)
    raise TimeoutError(key)


def read(s3, bucket: str, key: str) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def messy(n: int = 12_000) -> bytes:
    """Titles, umlauts, decimal commas, quoted line breaks, gaps, duplicates, several spellings and a total."""
    generator = random.Random(5)
    rows = [f"Kundenliste\r\n{';'.join(('Kunden-Nr.', 'Name', 'Geschlecht', 'Alter', 'Einkommen', 'Ausgaben-Score'))}"]
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


@pytest.fixture(scope="module")
def asked(deployment, s3) -> Callable[[bytes, str], str]:
    """Put a file where no event tells the function of it, and say what is asked for, as the function does."""
    loop = deployment.loop

    def ask(data: bytes, name: str) -> str:
        # As the command line names its run.
        run = run_id(hashlib.sha256(data).digest())
        version = s3.put_object(Bucket=loop.input_bucket, Key=name, Body=data)["VersionId"]
        file = {"key": name, "version": version, "uploaded_at": AT, "size": len(data)}
        request = {"file": file, "settings_version": None, "previous_run": None, "requested_at": AT, "began_at": AT}
        s3.put_object(Bucket=loop.results_bucket, Key=f"runs/{run}/request.json", Body=json.dumps(request).encode())
        return run

    return ask


@dataclass(frozen=True)
class Done:
    """What ran, and what it logged."""

    dirty: str
    unusable: str
    log: str
    logs: list[str]


@pytest.fixture(scope="module")
def done(deployment, job, aws, handed, asked) -> Iterator[Done]:
    """All runs, one after the other; in the middle of the last one a machine is lost."""
    if not ENVIRONMENT.exists():
        pytest.fail("make spark-environment makes what these tests need")
    stack = {
        name.removeprefix("--"): value
        for name, value in job["DefaultArguments"].items()
        if name.endswith("_bucket") or name == "--max_upload_mb"
    }
    dirty, unusable = asked(messy(), "messy.data"), asked(unclosed(), "unclosed.data")
    runs = [
        {**stack, "run_id": handed.started["Arguments"]["--run_id"]},
        *({**stack, "run_id": run, "stretch_kb": 120} for run in (unusable, dirty)),
    ]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        log = folder / "job.log"
        process = submitted(folder, runs, aws)
        try:
            kill_an_executor(process, log, dirty)
            status = process.wait(SECONDS)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert status == 0, log.read_text()[-5_000:]
        logs = [log, *(folder / "work").rglob("std*")]
        yield Done(dirty, unusable, log.read_text(), [one.read_text() for one in logs])


def kill_an_executor(process: subprocess.Popen[bytes], log: Path, run: str) -> None:
    """Kill a machine once some of a run is done."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        options, _, since = log.read_text().rpartition("Begun: ")[2].partition("\n")
        if run in options and "Finished task" in since:
            for place in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):
                    ours = os.getsid(int(place.name)) == process.pid
                    if ours and _MACHINE in (place / "cmdline").read_bytes():
                        os.kill(int(place.name), signal.SIGKILL)
                        return
        time.sleep(0.05)
    raise AssertionError(f"no machine was at work on the run: {log.read_text()[-5_000:]}")


@pytest.fixture(scope="module")
def left(deployment, s3) -> Callable[[str], dict[str, bytes]]:
    """Return what a run left in the buckets, by name; the parts of its rows are by themselves."""
    loop = deployment.loop

    def left(run: str) -> dict[str, bytes]:
        prefix = f"runs/{run}/"
        return {
            found["Key"].removeprefix(prefix): read(s3, bucket, found["Key"])
            for bucket in (loop.website_bucket, loop.results_bucket)
            for found in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        }

    return left


def parts_of(files: dict[str, bytes]) -> list[bytes]:
    return [files[name] for name in sorted(files) if name.startswith("Clustering_Final/")]


def check_same(files: dict[str, bytes], file: Path, folder: Path, previous: Path | None = None) -> None:
    """All that is published must be what the command line writes, but for time stamps and the id of the run."""
    more = ["--previous", str(previous)] if previous else []
    assert main([str(file), "--out", str(folder), "--quiet", *more]) == 0

    assert timeless(files["data.json"]) == timeless((folder / "data.json").read_bytes())
    header = (folder / "Clustering_Final.csv").read_bytes().splitlines(keepends=True)[0]
    parts = parts_of(files)
    assert all(part.startswith(header) for part in parts)
    rows = b"".join(part.removeprefix(header) for part in parts)
    assert header + rows == (folder / "Clustering_Final.csv").read_bytes()
    for name in ("rejected.csv", "members.npz"):
        written = folder / name
        assert files.get(name) == (written.read_bytes() if written.exists() else None)
    receipt, document = json.loads(files["receipt.json"]), json.loads(files["data.json"])
    assert (receipt["outcome"], receipt["rows"]) == ("accepted", document["rows"])


def timeless(document: bytes) -> dict:
    found = json.loads(document)
    return {**found, "run_id": None, "generated_at": None, "source": found["source"]["name"]}


def test_the_function_hands_an_upload_to_the_job_and_the_job_answers(deployment, handed, done, left, s3, tmp_path):
    files, before = left(handed.run), None
    if handed.request["previous_run"]:
        before = tmp_path / "before"
        before.mkdir()
        for name, data in left(handed.request["previous_run"]).items():
            if name in ("data.json", "members.npz"):
                (before / name).write_bytes(data)

    assert (handed.receipt["outcome"], handed.receipt["running"]["bytes"]) == ("running", SAMPLE.stat().st_size)
    check_same(files, SAMPLE, tmp_path / "out", before)
    document = json.loads(files["data.json"])
    at = handed.request["requested_at"]
    assert document["run_id"] == handed.run
    assert document["source"] == {"name": SAMPLE.name, "uploaded_at": at, "requested_at": at}
    assert read(s3, deployment.loop.website_bucket, "data.json") == files["data.json"]


def test_a_dirty_file_in_stretches_is_cleaned_likewise_though_a_machine_is_lost(done, left, tmp_path):
    file = tmp_path / "messy.data"
    file.write_bytes(messy())
    files = left(done.dirty)

    check_same(files, file, tmp_path / "out")
    assert json.loads(files["data.json"])["run_id"] == done.dirty
    assert len(parts_of(files)) > 2
    assert "Lost executor" in done.log


def test_a_file_that_cannot_be_used_is_refused_as_by_the_function_and_no_log_quotes_it(done, left):
    files = left(done.unusable)

    assert sorted(files) == ["receipt.json", "request.json"]
    receipt = json.loads(files["receipt.json"])
    assert receipt["outcome"] == "refused"
    assert "cannot be read as CSV" in receipt["reason"]
    assert not [log for log in done.logs if "Agatha" in log]
