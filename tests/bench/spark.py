"""Measure the job on Spark, with one worker on one core and with two on two: ``python -m tests.bench.spark``.

The customers are those of the bench; the stack is deployed to the emulator, and the job runs as its role. A run must
publish what the command line writes. Job and emulator share the cores, as if the machine had no more; of two runs the
faster one counts. The input bucket keeps no versions here, since of a version the emulator sends no parts. The results
go to `spark.json`.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3

from infra.local.emulator import Emulator
from infra.local.loop import Loop, deploy
from tests.bench.__main__ import DATA_SETS, HERE, WORK, command, in_a_process, run
from tests.support.certificate import make_certificate
from tests.support.large_runs import as_the_job, check_same, deployed_job, left, options_of, requested_run, run_before
from tests.support.spark_environment import submitted, why_not

RESULTS = HERE / "spark.json"
CORES = (1, 2)
RUNS = 2
SPLITS = 8
DATA = next(one for one in DATA_SETS if one.name == "10 million")


def measured(folder: Path, cores: int) -> dict[str, float]:
    """Deploy the stack and run the job on so many cores; return what its fastest run took."""
    all_cores = os.sched_getaffinity(0)
    # What is started from here on inherits it.
    os.sched_setaffinity(0, sorted(all_cores)[:cores])
    emulator = Emulator(folder / "emulator", make_certificate(folder))
    emulator.start()
    try:
        loop = deploy(emulator, scale_out="true")
        job, s3 = deployed_job(), boto3.client("s3")
        keep_no_versions(loop, job)
        runs = [requested_run(s3, loop, DATA.path, attempt) for attempt in range(RUNS)]
        with as_the_job(job, emulator) as aws:
            took = [on_spark(folder / run, aws, {**options_of(job), "run_id": run}, cores) for run in runs]
        os.sched_setaffinity(0, all_cores)
        for run in runs:
            files = left(s3, loop, run)
            check_same(files, DATA.path, folder / "segment", run_before(s3, loop, files, folder / run))
    finally:
        emulator.stop()
    return min(took, key=lambda one: one["seconds_at_work"])


def on_spark(folder: Path, aws: dict[str, str], options: dict[str, object], cores: int) -> dict[str, float]:
    """Run the job, a worker a core; return its seconds, and those from when Spark had started."""
    folder.mkdir()
    split_kb = DATA.path.stat().st_size // SPLITS // 1024 + 1
    begun = time.monotonic()
    process = submitted(folder, [{**options, "split_kb": split_kb}], aws, f"local-cluster[{cores},1,1024]")
    status = process.wait()
    seconds, log = time.monotonic() - begun, (folder / "job.log").read_text()
    if status:
        raise SystemExit(log[-5_000:])
    lines = [json.loads(line) for line in log.splitlines() if line.startswith('{"level"')]
    (ended,) = (line for line in lines if line["message"] == "run")
    return {"seconds": round(seconds, 1), "seconds_at_work": round(ended["seconds"], 1)}


def keep_no_versions(loop: Loop, job: dict[str, Any]) -> None:
    """Have the input bucket keep one version only, and let the job read that."""
    s3, iam = boto3.client("s3"), boto3.client("iam")
    s3.put_bucket_versioning(Bucket=loop.input_bucket, VersioningConfiguration={"Status": "Suspended"})
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{loop.input_bucket}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=job["Role"].rsplit("/", 1)[1], PolicyName="OneVersion", PolicyDocument=policy)


def main() -> None:
    if reason := why_not():
        raise SystemExit(f"No Spark: {reason}.")
    WORK.mkdir(parents=True, exist_ok=True)
    if not DATA.path.exists():
        in_a_process("customers", DATA.path, DATA.customers, int(DATA.continuous))
    with tempfile.TemporaryDirectory(dir=WORK) as name:
        found = {}
        for cores in CORES:
            folder = Path(name) / f"{cores}"
            folder.mkdir()
            found[f"{cores}"] = measured(folder, cores)
            print(f"  {cores} of {os.cpu_count()} cores: {found[f'{cores}']}", flush=True)
        seconds, _ = run(command("segment", DATA.path, Path(name) / "segment"))
    results = {
        "customers": DATA.customers,
        "bytes": DATA.path.stat().st_size,
        "processors": os.cpu_count(),
        "command_line": {"seconds": round(seconds, 1)},
        "workers": found,
        "times_as_fast_with_two": round(found["1"]["seconds_at_work"] / found["2"]["seconds_at_work"], 2),
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
