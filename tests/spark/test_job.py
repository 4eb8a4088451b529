"""The job on two workers against the emulator's S3, IAM enforced: what it publishes is what the command line writes.

Spark is started once. It runs the job for a file that the function handed over, for one that cannot be used, and for a
dirty one, in the middle of which a machine is lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from infra.layer import ROOT
from tests.support.large_runs import (
    Handed,
    as_the_job,
    check_answered,
    check_refused,
    check_same,
    deployed_job,
    handed_over,
    left,
    messy,
    options_of,
    parts_of,
    requested_run,
    run_before,
    unclosed,
)
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


@pytest.fixture(scope="module")
def handed(deployment, job, s3) -> Handed:
    return handed_over(s3, deployment.loop, job, SAMPLE)


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
        dirty, unusable = (requested_run(s3, deployment.loop, folder / file) for file in ("messy.csv", "unclosed.csv"))
        runs = [
            {"run_id": handed.started["Arguments"]["--run_id"]},
            *({"run_id": run, "split_kb": 120} for run in (unusable, dirty)),
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
    check_answered(s3, deployment.loop, handed, SAMPLE, tmp_path)


def test_a_dirty_file_in_splits_is_cleaned_likewise_though_a_machine_is_lost(deployment, done, s3, tmp_path):
    file = tmp_path / "messy.csv"
    file.write_bytes(messy())
    files = left(s3, deployment.loop, done.dirty)

    check_same(files, file, tmp_path / "out", run_before(s3, deployment.loop, files, tmp_path))
    document = json.loads(files["data.json"])
    assert (document["run_id"], document["source"]["name"]) == (done.dirty, "messy.data")
    assert len(parts_of(files)) > 2
    assert "Lost executor" in done.log


def test_a_file_that_cannot_be_used_is_refused_as_by_the_function_and_no_log_quotes_it(deployment, done, s3):
    check_refused(left(s3, deployment.loop, done.unusable))
    assert not [log for log in done.logs if "Agatha" in log]
