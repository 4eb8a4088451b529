"""Measure the job on Spark against one machine, on one core and on two: ``python -m tests.bench.spark``.

The customers are those of the bench. The file lies in the emulator's S3, in a bucket without versions, since of a
version the emulator sends no parts. Every run must publish what one process makes, to the byte. The results go to
`spark.json`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import boto3

from infra.local.emulator import Emulator, aws_environment, isolate_process
from segmentation.receipt import Upload, published_document, run_id
from segmentation.run import segment
from tests.bench.__main__ import DATA_SETS, HERE, WORK, in_a_process
from tests.support.spark_environment import submitted

RESULTS = HERE / "spark.json"
AT = "2026-01-15T09:30:00.000Z"
BUCKETS = {f"{kind}_bucket": f"bench-{kind}" for kind in ("input", "website", "results")}
STRETCH_KB = 16 * 1024
CORES = (1, 2)
DATA = next(one for one in DATA_SETS if one.name == "10 million")


def one_machine(file: Path, upload: Upload) -> tuple[float, dict, str]:
    """Return the seconds, the document and the hash of the rows of the engine in this process."""
    begun, digest = time.monotonic(), hashlib.sha256()
    result = segment(lambda: file.open("rb"))
    for part in result.assigned:
        digest.update(part)
    return time.monotonic() - begun, json.loads(json.dumps(published_document(result, upload))), digest.hexdigest()


def on_spark(folder: Path, aws: dict[str, str], run: str, cores: int) -> dict[str, float]:
    """Run the job on so many cores; return its seconds, and those in which it worked on the file."""
    arguments = {**BUCKETS, "run_id": run, "max_upload_mb": 100_000, "stretch_kb": STRETCH_KB}
    work = folder / f"{cores}"
    work.mkdir()
    begun = time.monotonic()
    process = submitted(work, [arguments], aws, f"local[{cores}]", cores)
    if process.wait():
        raise SystemExit((work / "job.log").read_text()[-5_000:])
    seconds = time.monotonic() - begun
    lines = [json.loads(line) for line in (work / "job.log").read_text().splitlines() if line.startswith('{"level"')]
    (ended,) = (line for line in lines if line["message"] == "run")
    return {"seconds": round(seconds, 1), "seconds_at_work": round(ended["seconds"], 1)}


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    if not DATA.path.exists():
        in_a_process("customers", DATA.path, DATA.customers, int(DATA.continuous))
    with tempfile.TemporaryDirectory(dir=WORK) as name:
        folder = Path(name)
        emulator = Emulator(folder / "emulator")
        emulator.start()
        try:
            aws = aws_environment(emulator.endpoint)
            isolate_process(aws)
            s3 = boto3.client("s3")
            for bucket in BUCKETS.values():
                s3.create_bucket(Bucket=bucket)
            s3.upload_file(str(DATA.path), BUCKETS["input_bucket"], DATA.path.name)
            found = {}
            for cores in CORES:
                run = run_id(f"{cores}")
                upload = Upload(run, DATA.path.name, AT, AT, AT)
                size = DATA.path.stat().st_size
                file = {"key": DATA.path.name, "version": None, "uploaded_at": AT, "size": size}
                asked = {"file": file, "settings_version": None, "requested_at": AT, "began_at": AT}
                place = {"Bucket": BUCKETS["results_bucket"], "Key": f"runs/{run}/request.json"}
                s3.put_object(**place, Body=json.dumps(asked).encode())
                found[str(cores)] = on_spark(folder, aws, run, cores)
                seconds, document, digest = one_machine(DATA.path, upload)
                check(s3, run, document, digest)
                print(f"  {cores} cores: {found[str(cores)]}, one machine: {seconds:.1f} s", flush=True)
        finally:
            emulator.stop()
        shutil.rmtree(folder / "emulator", ignore_errors=True)
    ratio = found["1"]["seconds_at_work"] / found["2"]["seconds_at_work"]
    results = {
        "customers": DATA.customers,
        "bytes": DATA.path.stat().st_size,
        "processors": os.cpu_count(),
        "one_process": {"seconds": round(seconds, 1)},
        "cores": found,
        "times_as_fast_on_two": round(ratio, 2),
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


def check(s3: object, run: str, document: dict, digest: str) -> None:
    """Compare what was published with what one machine makes."""

    def read(bucket: str, key: str) -> bytes:
        return s3.get_object(Bucket=BUCKETS[bucket], Key=key)["Body"].read()  # type: ignore[attr-defined]

    prefix = f"runs/{run}/Clustering_Final/"
    listed = s3.list_objects_v2(Bucket=BUCKETS["results_bucket"], Prefix=prefix)  # type: ignore[attr-defined]
    rows = hashlib.sha256()
    for number, found in enumerate(sorted(found["Key"] for found in listed["Contents"])):
        part = read("results_bucket", found)
        rows.update(part if number == 0 else part.split(b"\n", 1)[1])
    if json.loads(read("website_bucket", f"runs/{run}/data.json")) != document or rows.hexdigest() != digest:
        raise SystemExit("Spark and one machine do not agree")


if __name__ == "__main__":
    main()
