"""The job on two workers against the emulator's S3, IAM enforced: what it publishes is what one machine does."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from infra.layer import ROOT
from infra.local.emulator import aws_environment
from segmentation.receipt import Upload, published_document, run_id
from segmentation.run import Result, segment
from tests.support.spark_environment import ENVIRONMENT, ONE_MACHINE, TWO_WORKERS, submitted, why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=f"no Spark: {why_not()}")

SAMPLE = ROOT / "data" / "sample_customers.csv"
AT = "2026-01-15T09:30:00.000Z"
SECONDS = 240


@pytest.fixture(scope="module")
def environment():
    if not ENVIRONMENT.exists():
        pytest.fail("make spark-environment makes what these tests need")


@pytest.fixture(scope="module")
def job(deployment) -> Iterator[dict]:
    """The deployed job; its role trusts this account too, for once."""
    glue, iam, sts = (boto3.client(name) for name in ("glue", "iam", "sts"))
    (found,) = glue.get_jobs()["Jobs"]
    name = found["Role"].rsplit("/", 1)[1]
    trusted = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    account = {"AWS": f"arn:aws:iam::{found['Role'].split(':')[4]}:root"}
    opened = {**trusted, "Statement": [{"Effect": "Allow", "Principal": account, "Action": "sts:AssumeRole"}]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(opened))
    yield found
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trusted))
    for client in (glue, iam, sts):
        client.close()


@pytest.fixture
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
class Published:
    """What a run left in the buckets."""

    run: str
    document: dict
    receipt: dict
    parts: list[bytes]
    rejected: bytes
    members: bytes | None


@pytest.fixture
def run(deployment, environment, job, aws, s3, tmp_path) -> Callable[..., Published]:
    """Run the job, and return what it published."""
    loop = deployment.loop

    def read(bucket: str, key: str) -> bytes:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def read_or_nothing(key: str) -> bytes:
        with contextlib.suppress(s3.exceptions.NoSuchKey):
            return read(loop.results_bucket, key)
        return b""

    def finish(
        run: str,
        stretch_kb: int,
        meanwhile: Callable[[int, Path], None] = lambda *_: None,
        master: str = TWO_WORKERS,
    ) -> Published:
        arguments = {
            name.removeprefix("--"): value
            for name, value in job["DefaultArguments"].items()
            if name.endswith("_bucket") or name == "--max_upload_mb"
        }
        process = submitted(tmp_path, {**arguments, "run_id": run, "stretch_kb": stretch_kb}, aws, master)
        try:
            meanwhile(process.pid, tmp_path / "job.log")
            status = process.wait(SECONDS)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        assert status == 0, (tmp_path / "job.log").read_text()[-5_000:]
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=loop.results_bucket, Prefix=f"runs/{run}/Clustering_Final/"
        )
        keys = sorted(found["Key"] for page in pages for found in page.get("Contents", []))
        return Published(
            run,
            json.loads(read_or_none(f"runs/{run}/data.json")),
            json.loads(read(loop.results_bucket, f"runs/{run}/receipt.json")),
            [read(loop.results_bucket, key) for key in keys],
            read_or_nothing(f"runs/{run}/rejected.csv"),
            read_or_nothing(f"runs/{run}/members.npz"),
        )

    def read_or_none(key: str) -> bytes:
        with contextlib.suppress(s3.exceptions.NoSuchKey):
            return read(loop.website_bucket, key)
        return b"null"

    return finish


@pytest.fixture
def asked(deployment, s3) -> Callable[[bytes, str], str]:
    """Put a file where no event tells the function of it, and say what is asked for, as the function does."""
    loop = deployment.loop

    def ask(data: bytes, name: str) -> str:
        version = s3.put_object(Bucket=loop.input_bucket, Key=name, Body=data)["VersionId"]
        run = run_id(loop.input_bucket, name, version)
        file = {"key": name, "version": version, "uploaded_at": AT, "size": len(data)}
        request = {
            "file": file,
            "settings_version": None,
            "previous_run": None,
            "requested_at": AT,
            "began_at": AT,
        }
        s3.put_object(Bucket=loop.results_bucket, Key=f"runs/{run}/request.json", Body=json.dumps(request).encode())
        return run

    return ask


def check_same(published: Published, file: Path, upload: Upload) -> None:
    """All that is published must be what one machine makes of the file, to the byte."""
    result: Result = segment(lambda: file.open("rb"))
    assigned, rejected = b"".join(result.assigned), b"".join(result.rejected)
    header = result.assignment.header()

    assert published.document == json.loads(json.dumps(published_document(result, upload)))
    assert all(part.startswith(header) for part in published.parts)
    assert header + b"".join(part.removeprefix(header) for part in published.parts) == assigned
    assert published.rejected == rejected
    assert published.members == (result.members.packed() if result.members else b"")
    assert published.receipt["outcome"] == "accepted"
    assert published.receipt["rows"] == result.rows


@pytest.fixture
def handing_over(deployment) -> Iterator[None]:
    """Have the function hand over whatever has more than 5,000 bytes."""
    functions, name = boto3.client("lambda"), deployment.loop.function
    before = functions.get_function_configuration(FunctionName=name)["Environment"]
    variables = {**before["Variables"], "SCALE_OUT_THRESHOLD": "5000"}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    yield
    functions.update_function_configuration(FunctionName=name, Environment=before)
    functions.close()


def test_the_function_hands_an_upload_to_the_job_and_the_job_answers(deployment, handing_over, job, run, s3, tmp_path):
    loop = deployment.loop
    version = s3.put_object(Bucket=loop.input_bucket, Key="large.csv", Body=SAMPLE.read_bytes())["VersionId"]
    expected = run_id(loop.input_bucket, "large.csv", version)
    handed = when_there(s3, loop.results_bucket, f"runs/{expected}/job.json")
    receipt = json.loads(s3.get_object(Bucket=loop.website_bucket, Key="receipt.json")["Body"].read())
    glue = boto3.client("glue")
    started = glue.get_job_run(JobName=job["Name"], RunId=handed["job_run_id"])["JobRun"]
    glue.close()

    published = run(started["Arguments"]["--run_id"], stretch_kb=1024)

    assert (receipt["outcome"], receipt["running"]["bytes"]) == ("running", SAMPLE.stat().st_size)
    assert published.run == expected
    request = when_there(s3, loop.results_bucket, f"runs/{expected}/request.json")
    at = request["requested_at"]
    upload = Upload(expected, "large.csv", at, at, request["began_at"])
    assert published.document["source"] == upload.source
    shown = json.loads(s3.get_object(Bucket=loop.website_bucket, Key="data.json")["Body"].read())
    assert shown == published.document


def when_there(s3, bucket: str, key: str) -> dict:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(s3.exceptions.NoSuchKey):
            return json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        time.sleep(0.1)
    raise TimeoutError(key)


def test_a_longer_file_with_gaps_and_duplicates(asked, run, shared_data):
    file = shared_data / "mall_messy_812.csv"
    started = asked(file.read_bytes(), "mall_messy_812.data")

    check_same(
        run(started, stretch_kb=1024, master=ONE_MACHINE), file, Upload(started, "mall_messy_812.data", AT, AT, AT)
    )


def messy(n: int = 30_000) -> bytes:
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


def kill_an_executor(session: int, log: Path) -> None:
    """Kill a machine once it has done some of the work."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if "Finished task" in log.read_text():
            for process in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError, ProcessLookupError):
                    ours = os.getsid(int(process.name)) == session
                    if ours and b"CoarseGrainedExecutorBackend" in (process / "cmdline").read_bytes():
                        os.kill(int(process.name), signal.SIGKILL)
                        return
        time.sleep(0.05)
    raise TimeoutError("no executor did anything")


def test_a_dirty_file_in_stretches_whose_executor_is_killed(asked, run, tmp_path):
    file = tmp_path / "messy.csv"
    file.write_bytes(messy())
    started = asked(file.read_bytes(), "messy.data")

    published = run(started, 300, kill_an_executor)

    check_same(published, file, Upload(started, "messy.data", AT, AT, AT))
    assert len(published.parts) > 2
    assert "Lost executor" in (tmp_path / "job.log").read_text()


def test_a_file_that_cannot_be_used_is_refused_as_by_the_function_and_no_log_quotes_it(asked, run, tmp_path):
    lines = messy(12_000).decode().splitlines(keepends=True)
    lines[9_000] = '77;"Aunt Agatha;Frau;20;50,5;5\r\n'
    started = asked("".join(lines).encode(), "unclosed.data")

    published = run(started, 200, master=ONE_MACHINE)

    assert published.receipt["outcome"] == "refused"
    assert "cannot be read as CSV" in published.receipt["reason"]
    assert published.parts == []
    logs = [tmp_path / "job.log", *(tmp_path / "work").rglob("std*")]
    assert not [log for log in logs if "Agatha" in log.read_text()]
