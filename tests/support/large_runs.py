"""Runs of the job: their files, how they are handed over, as whom they run, and what they must have published."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from infra.local.emulator import Emulator, aws_environment
from infra.local.loop import Loop
from segmentation.cli import main
from segmentation.results.receipt import run_id
from tests.support.waiting import wait_until

AT = "2026-01-15T09:30:00.000Z"


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
    """Return the same with a quote that nothing closes, far down."""
    lines = messy().decode().splitlines(keepends=True)
    lines[9_000] = '77;"Aunt Agatha;Frau;20;50,5;5\r\n'
    return "".join(lines).encode()


@dataclass(frozen=True)
class Handed:
    """What the function did with an upload that it handed over."""

    run: str
    request: dict[str, Any]
    receipt: dict[str, Any]
    started: dict[str, Any]


def handed_over(s3: Any, loop: Loop, job: dict[str, Any], file: Path) -> Handed:
    """Upload a file while the function hands over whatever has more than 5,000 bytes."""
    with contextlib.closing(boto3.client("lambda")) as functions, contextlib.closing(boto3.client("glue")) as glue:
        before = functions.get_function_configuration(FunctionName=loop.function)["Environment"]
        variables = {**before["Variables"], "SCALE_OUT_THRESHOLD": "5000"}
        functions.update_function_configuration(FunctionName=loop.function, Environment={"Variables": variables})
        try:
            version = s3.put_object(Bucket=loop.input_bucket, Key=file.name, Body=file.read_bytes())["VersionId"]
            run = run_id(loop.input_bucket, file.name, version)
            to = _when_there(s3, loop.results_bucket, f"runs/{run}/job.json")
        finally:
            functions.update_function_configuration(FunctionName=loop.function, Environment=before)
        return Handed(
            run,
            json.loads(read(s3, loop.results_bucket, f"runs/{run}/request.json")),
            json.loads(read(s3, loop.website_bucket, "receipt.json")),
            glue.get_job_run(JobName=job["Name"], RunId=to["job_run_id"])["JobRun"],
        )


def _when_there(s3: Any, bucket: str, key: str) -> dict[str, Any]:
    wait_until(lambda: s3.list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"], lambda: f"{key} did not come")
    found: dict[str, Any] = json.loads(read(s3, bucket, key))
    return found


def read(s3: Any, bucket: str, key: str) -> bytes:
    """Return an object."""
    body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def deployed_job() -> dict[str, Any]:
    """Return the job as Glue knows it."""
    glue = boto3.client("glue")
    (job,) = glue.get_jobs()["Jobs"]
    glue.close()
    return job


def options_of(job: dict[str, Any]) -> dict[str, str]:
    """Return what Glue passes to every run of the job, but for what is for Glue itself."""
    own = {name.removeprefix("--"): value for name, value in job["DefaultArguments"].items()}
    return {
        name: value for name, value in own.items() if name.endswith("_bucket") or name in ("stack", "max_upload_mb")
    }


@contextmanager
def as_the_job(job: dict[str, Any], emulator: Emulator) -> Iterator[dict[str, str]]:
    """Yield the AWS environment of the job's role, which trusts this account too meanwhile."""
    iam, sts = boto3.client("iam"), boto3.client("sts")
    role = job["Role"].rsplit("/", 1)[1]
    trusted = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    account = {"AWS": f"arn:aws:iam::{job['Role'].split(':')[4]}:root"}
    opened = {**trusted, "Statement": [{"Effect": "Allow", "Principal": account, "Action": "sts:AssumeRole"}]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(opened))
    found = sts.assume_role(RoleArn=job["Role"], RoleSessionName="job")["Credentials"]
    assert emulator.certificate
    yield {
        **aws_environment(emulator.endpoint, emulator.certificate.bundle),
        "AWS_ACCESS_KEY_ID": found["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
        "AWS_SESSION_TOKEN": found["SessionToken"],
    }
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trusted))
    for client in (iam, sts):
        client.close()


def requested_run(s3: Any, loop: Loop, file: Path, attempt: int = 0) -> str:
    """Put a file where it causes no event, request its run as the function does, and return its id."""
    run = run_id(str(file), str(attempt))
    name = f"{file.stem}.data"
    s3.upload_file(str(file), loop.input_bucket, name)
    version = s3.head_object(Bucket=loop.input_bucket, Key=name).get("VersionId")
    stored = {"key": name, "version": version, "uploaded_at": AT, "size": file.stat().st_size}
    request = {"file": stored, "settings_version": None, "requested_at": AT, "began_at": AT}
    request["rounding_key"] = "00" * 32
    s3.put_object(Bucket=loop.results_bucket, Key=f"runs/{run}/request.json", Body=json.dumps(request).encode())
    return run


def left(s3: Any, loop: Loop, run: str) -> dict[str, bytes]:
    """Return what a run left in the buckets, by name."""
    prefix = f"runs/{run}/"
    return {
        found["Key"].removeprefix(prefix): s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
        for bucket in (loop.website_bucket, loop.results_bucket)
        for found in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    }


def run_before(s3: Any, loop: Loop, files: dict[str, bytes], folder: Path) -> Path | None:
    """Write what the run that a run was compared with left, and return where; None where there was none."""
    changes = json.loads(files["data.json"])["changes"]
    if changes is None:
        return None
    before = folder / "before"
    before.mkdir()
    for name, data in left(s3, loop, changes["previous"]["run_id"]).items():
        if name in ("data.json", "members.npz"):
            (before / name).write_bytes(data)
    return before


def check_answered(s3: Any, loop: Loop, handed: Handed, file: Path, folder: Path) -> None:
    """Check that the function said who works on an upload, and that the job has answered it."""
    files = left(s3, loop, handed.run)
    before = run_before(s3, loop, files, folder)

    assert (handed.receipt["outcome"], handed.receipt["running"]["bytes"]) == ("running", file.stat().st_size)
    check_same(files, file, folder / "out", before)
    document = json.loads(files["data.json"])
    at = handed.request["requested_at"]
    assert document["run_id"] == handed.run
    assert document["source"] == {"name": file.name, "uploaded_at": at, "requested_at": at}
    assert read(s3, loop.website_bucket, "data.json") == files["data.json"]


def check_refused(files: dict[str, bytes]) -> None:
    """Check that a run left its refusal and nothing else."""
    assert sorted(files) == ["receipt.json", "request.json"]
    receipt = json.loads(files["receipt.json"])
    assert receipt["outcome"] == "refused"
    assert "cannot be read as CSV" in receipt["reason"]


def check_same(
    files: dict[str, bytes], file: Path, folder: Path, previous: Path | None = None, settings: Path | None = None
) -> None:
    """Check that a run left what the command line writes, but for time stamps and the names of run and file."""
    more = [*(["--previous", str(previous)] if previous else []), *(["--settings", str(settings)] if settings else [])]
    assert main([str(file), "--out", str(folder), "--quiet", *more]) == 0

    assert _timeless(files["data.json"]) == _timeless((folder / "data.json").read_bytes())
    assigned = (folder / "Clustering_Final.csv").read_bytes()
    header = assigned[: assigned.index(b"\n") + 1]
    parts = parts_of(files)
    assert all(part.startswith(header) for part in parts)
    assert b"".join([header, *(part.removeprefix(header) for part in parts)]) == assigned
    for name in ("rejected.csv", "members.npz"):
        written = folder / name
        assert files.get(name) == (written.read_bytes() if written.exists() else None)
    receipt, document = json.loads(files["receipt.json"]), json.loads(files["data.json"])
    assert (receipt["outcome"], receipt["rows"]) == ("accepted", document["rows"])


def parts_of(files: dict[str, bytes]) -> list[bytes]:
    """Return the rows that a run left, a part of the upload each."""
    return [files[name] for name in sorted(files) if name.startswith("Clustering_Final/")]


def _timeless(document: bytes) -> dict[str, Any]:
    found = json.loads(document)
    return {name: value for name, value in found.items() if name not in ("run_id", "generated_at", "source")}
