"""Runs of the deployed job on Spark: how they are asked for, as whom they run, and what they must have published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from infra.local.emulator import Emulator, aws_environment
from infra.local.loop import Loop
from segmentation.cli import main
from segmentation.receipt import run_id

AT = "2026-01-15T09:30:00.000Z"


def deployed_job() -> dict[str, Any]:
    """Return the job as Glue knows it."""
    glue = boto3.client("glue")
    (job,) = glue.get_jobs()["Jobs"]
    glue.close()
    return job


def options_of(job: dict[str, Any]) -> dict[str, str]:
    """Return what Glue tells every run of the job, but for what is for Glue itself."""
    own = {name.removeprefix("--"): value for name, value in job["DefaultArguments"].items()}
    return {name: value for name, value in own.items() if name.endswith("_bucket") or name == "max_upload_mb"}


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


def asked(s3: Any, loop: Loop, file: Path, attempt: int = 0) -> str:
    """Put a file where no event tells the function of it, ask for its run as the function does, and return its id."""
    run = run_id(str(file), str(attempt))
    name = f"{file.stem}.data"
    s3.upload_file(str(file), loop.input_bucket, name)
    version = s3.head_object(Bucket=loop.input_bucket, Key=name).get("VersionId")
    stored = {"key": name, "version": version, "uploaded_at": AT, "size": file.stat().st_size}
    request = {"file": stored, "settings_version": None, "previous_run": None, "requested_at": AT, "began_at": AT}
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


def check_same(files: dict[str, bytes], file: Path, folder: Path, previous: Path | None = None) -> None:
    """Check that a run left what the command line writes, but for time stamps and the names of run and file."""
    more = ["--previous", str(previous)] if previous else []
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
