"""Measure the job on Spark, with one worker on one core and with two on two: ``python -m tests.bench.spark``.

The customers are those of the bench; the stack is deployed to the emulator, and the job runs as its role. A run must
publish what the command line writes. The input bucket keeps no versions here, since of a version the emulator sends
no parts. The results go to `spark.json`.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path

import boto3

from infra.local.emulator import Emulator, isolate_process
from infra.local.loop import deploy
from tests.bench.__main__ import DATA_SETS, HERE, WORK, command, in_a_process, run
from tests.support.certificate import make_certificate
from tests.support.large_runs import as_the_job, asked, check_same, deployed_job, left, options_of
from tests.support.spark_environment import submitted, why_not

RESULTS = HERE / "spark.json"
STRETCH_KB = 32 * 1024
CORES = (1, 2)
DATA = next(one for one in DATA_SETS if one.name == "10 million")


def on_spark(folder: Path, aws: dict[str, str], options: dict[str, object], cores: int) -> dict[str, float]:
    """Run the job on so many cores; return its seconds, and those from when Spark had started."""
    folder.mkdir()
    begun = time.monotonic()
    process = submitted(folder, [options], aws, f"local-cluster[{cores},1,1024]", cores)
    log = folder / "job.log"
    if process.wait():
        raise SystemExit(log.read_text()[-5_000:])
    seconds = time.monotonic() - begun
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith('{"level"')]
    (ended,) = (line for line in lines if line["message"] == "run")
    return {"seconds": round(seconds, 1), "seconds_at_work": round(ended["seconds"], 1)}


def measured(folder: Path) -> dict[str, dict[str, float]]:
    """Deploy the stack, and return what the job took on how many cores."""
    emulator = Emulator(folder / "emulator", make_certificate(folder))
    emulator.start()
    try:
        loop = deploy(emulator, scale_out="true")
        job, s3, iam = deployed_job(), boto3.client("s3"), boto3.client("iam")
        s3.put_bucket_versioning(Bucket=loop.input_bucket, VersioningConfiguration={"Status": "Suspended"})
        unversioned = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{loop.input_bucket}/*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [unversioned]})
        iam.put_role_policy(RoleName=job["Role"].rsplit("/", 1)[1], PolicyName="Unversioned", PolicyDocument=policy)
        found = {}
        for cores in CORES:
            own = {"run_id": asked(s3, loop, DATA.path, again=f"{cores}"), "stretch_kb": STRETCH_KB}
            with as_the_job(job, emulator) as aws:
                found[f"{cores}"] = on_spark(folder / f"{cores}", aws, options_of(job) | own, cores)
            print(f"  {cores} of {os.cpu_count()} cores: {found[f'{cores}']}", flush=True)
            check_same(left(s3, loop, own["run_id"]), DATA.path, folder / "segment")
        return found
    finally:
        emulator.stop()


def main() -> None:
    if reason := why_not():
        raise SystemExit(f"No Spark: {reason}.")
    WORK.mkdir(parents=True, exist_ok=True)
    if not DATA.path.exists():
        in_a_process("customers", DATA.path, DATA.customers, int(DATA.continuous))
    with tempfile.TemporaryDirectory(dir=WORK) as name:
        isolate_process({})
        found = measured(Path(name))
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
