"""Upload a CSV, find the results: the deployed stack, IAM enforced, TLS on."""

import csv
import gzip
import io
import json
import os
import shutil
import signal
import ssl
import subprocess
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.message import Message
from pathlib import Path
from typing import Any

import boto3
import jsonschema
import numpy as np
import pytest
import referencing

from infra.layer import ROOT
from infra.local.emulator import PYTHON, Emulator
from infra.local.loop import Loop, upload, upload_site, wait_for_receipt
from infra.site_files import DIST
from segmentation.results.receipt import public_receipt, run_id
from tests.bench.customers import write_customers
from tests.support.draws import draws
from tests.support.waiting import LIMIT, wait_until

SAMPLE = ROOT / "data" / "sample_customers.csv"
HEADER = "CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)\n"


@pytest.fixture
def anonymous(deployment):
    """Ask as anybody on the internet may: no credential, only a URL."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=deployment.bundle)),
    )

    def ask(bucket: str, key: str = "", method: str = "GET", body: bytes | None = None) -> tuple[int, bytes, Message]:
        url = deployment.loop.object_url(bucket, key)
        try:
            with opener.open(urllib.request.Request(url, data=body, method=method), timeout=LIMIT) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers

    return ask


@pytest.fixture
def published(anonymous, deployment):
    """Read what the page reads."""

    def read(key: str = "data.json") -> dict:
        status, body, _ = anonymous(deployment.loop.website_bucket, key)
        assert status == 200
        return json.loads(body)

    return read


def assigned_rows(s3, loop, run: str) -> list[dict[str, str]]:
    body = s3.get_object(Bucket=loop.results_bucket, Key=f"runs/{run}/Clustering_Final.csv")["Body"].read()
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def sizes(rows: list[dict[str, str]], column: str) -> list[int]:
    return [count for _, count in sorted(Counter(row[column] for row in rows).items())]


def check_against_schema(document: dict, name: str) -> None:
    schemas = {
        path.name: json.loads(path.read_text()) for path in (ROOT / "lambda" / "segmentation").glob("*.schema.json")
    }
    registry = referencing.Registry().with_resources(
        (key, referencing.Resource.from_contents(schema)) for key, schema in schemas.items()
    )
    jsonschema.Draft202012Validator(schemas[name], registry=registry).validate(document)


def test_an_upload_gives_the_page_its_data_and_every_row_its_segments(deployment, s3, published):
    receipt = upload(deployment.loop, SAMPLE)
    document = published()

    assert receipt["outcome"] == "accepted"
    assert receipt["rows"] == {"read": 300, "used": 300, "imputed": 0, "duplicated": 0, "rejected": 0}
    check_against_schema(receipt, "receipt.schema.json")
    check_against_schema(document, "data.schema.json")
    assert document["run_id"] == receipt["run_id"]
    assert document["source"]["name"] == SAMPLE.name
    assert published("receipt.json") == receipt
    rows = assigned_rows(s3, deployment.loop, receipt["run_id"])
    with SAMPLE.open() as file:
        uploaded = list(csv.DictReader(file))
    assert [{name: row[name] for name in uploaded[0]} for row in rows] == uploaded
    for mode in ("bivariate", "multivariate"):
        expected = [segment["size"] for segment in document["modes"][mode]["segments"]]
        assert sizes(rows, f"{mode.capitalize()} Cluster") == expected


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> tuple[Path, Path]:
    """Return a file that takes seconds, as it is and packed."""
    plain = tmp_path_factory.mktemp("large") / "large.csv"
    packed = plain.with_suffix(".csv.gz")
    write_customers(plain, 800_000, continuous=False)
    with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=1) as target:
        shutil.copyfileobj(source, target)
    return plain, packed


def test_a_large_compressed_upload_is_streamed(deployment, s3, published, large):
    """More than S3 takes in one part comes out: the assigned rows are sent while they are made."""
    plain, packed = large

    receipt = upload(deployment.loop, packed)

    assert receipt["rows"] == {"read": 800_000, "used": 800_000, "imputed": 0, "duplicated": 0, "rejected": 0}
    assert published()["run_id"] == receipt["run_id"]
    place = {"Bucket": deployment.loop.results_bucket, "Key": f"runs/{receipt['run_id']}/Clustering_Final.csv"}
    assert s3.head_object(**place)["ETag"].strip('"').endswith("-2")
    with plain.open("rb") as uploaded:
        rows = zip(uploaded, s3.get_object(**place)["Body"].iter_lines(), strict=True)
        next(rows)
        assert all(row.startswith(line.rstrip() + b",") for line, row in rows)


def test_a_multipart_upload_is_processed(deployment, s3, published):
    bucket, key = deployment.loop.input_bucket, "in parts.csv"
    part = {"Bucket": bucket, "Key": key, "UploadId": s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]}
    etag = s3.upload_part(**part, PartNumber=1, Body=SAMPLE.read_bytes())["ETag"]
    done = s3.complete_multipart_upload(**part, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})

    receipt = wait_for_receipt(s3, deployment.loop, run_id(bucket, key, done["VersionId"]))

    assert receipt["outcome"] == "accepted"
    assert published()["source"]["name"] == key


@pytest.mark.parametrize("key", ["Kunden März 2026/größte + beste Liste.csv", "顧客.csv", "EXPORT.CSV"])
def test_any_name_that_ends_in_csv_is_processed(key, deployment, s3, published):
    bucket = deployment.loop.input_bucket
    version = s3.put_object(Bucket=bucket, Key=key, Body=SAMPLE.read_bytes())["VersionId"]

    receipt = wait_for_receipt(s3, deployment.loop, run_id(bucket, key, version))

    assert receipt["outcome"] == "accepted"
    assert receipt["source"]["name"] == key
    assert published()["source"]["name"] == key


def test_other_files_are_left_alone(deployment, s3):
    bucket = deployment.loop.input_bucket
    version = s3.put_object(Bucket=bucket, Key="notes.txt", Body=SAMPLE.read_bytes())["VersionId"]
    # Events are delivered one after another: when the later upload is done, the earlier would have begun.
    upload(deployment.loop, SAMPLE)

    listed = s3.list_objects_v2(
        Bucket=deployment.loop.results_bucket, Prefix=f"runs/{run_id(bucket, 'notes.txt', version)}"
    )
    assert listed["KeyCount"] == 0


def test_a_file_that_cannot_be_used_is_refused_and_the_last_result_stays(deployment, tmp_path, published):
    upload(deployment.loop, SAMPLE)
    before = published()
    file = tmp_path / "holiday.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")

    receipt = upload(deployment.loop, file)

    assert receipt["outcome"] == "refused"
    assert "PNG picture" in receipt["reason"]
    assert receipt["remedy"]
    check_against_schema(receipt, "receipt.schema.json")
    assert published("receipt.json") == public_receipt(receipt)
    assert published() == before


@pytest.fixture
def without_settings_afterwards(deployment, s3):
    yield
    s3.delete_object(Bucket=deployment.loop.input_bucket, Key="settings.json")


@pytest.mark.usefixtures("without_settings_afterwards")
def test_new_settings_run_the_newest_upload_again(deployment, published, tmp_path):
    file, settings = tmp_path / "wholesale.csv", tmp_path / "settings.json"
    generator = np.random.default_rng(1)
    spends = generator.lognormal(8, 1, (90, 3)).astype(int)
    file.write_text("\n".join(["Fresh,Milk,Grocery", *(",".join(map(str, row)) for row in spends), ""]))
    assert upload(deployment.loop, file)["outcome"] == "accepted"
    assert set(published()["features"]) == {"Fresh", "Milk", "Grocery"}

    settings.write_text(
        json.dumps({"modes": {"bivariate": ["Fresh", "Milk"], "multivariate": ["Fresh", "Milk", "Grocery"]}, "k": 3})
    )
    receipt = upload(deployment.loop, settings)

    document = published()
    check_against_schema(document, "data.schema.json")
    assert receipt["outcome"] == "accepted"
    assert document["source"]["name"] == file.name == receipt["source"]["name"]
    assert document["source"]["requested_at"] > document["source"]["uploaded_at"]
    assert document["modes"]["bivariate"]["features"] == ["Fresh", "Milk"]
    assert document["k"] == {**document["k"], "value": 3, "source": "setting"}

    settings.write_text('{"k": 3, "modes": {"bivariate": ["Fresh", "Bread"], "multivariate": ["Fresh", "Milk"]}}')
    refused = upload(deployment.loop, settings)
    assert "modes.bivariate[1] names 'Bread'" in refused["reason"]
    assert published() == document


def test_an_attempt_whose_worker_is_killed_is_published_and_made_again(deployment, s3, published, large):
    """It had no time to say anything; all stages and calls: `test_resilience`."""
    loop, (_, packed) = deployment.loop, large
    upload(loop, SAMPLE)
    version = s3.put_object(Bucket=loop.input_bucket, Key="killed.csv.gz", Body=packed.read_bytes())["VersionId"]
    run = run_id(loop.input_bucket, "killed.csv.gz", version)
    wait_until(lambda: s3.list_objects_v2(Bucket=loop.results_bucket, Prefix=f"runs/{run}/")["KeyCount"])

    for worker in workers_of(deployment.emulator):
        os.kill(worker, signal.SIGKILL)

    assert wait_for_receipt(s3, loop, run)["outcome"] == "accepted"
    assert published()["run_id"] == published("receipt.json")["run_id"] == run


def workers_of(emulator: Emulator) -> list[int]:
    listed = ["ps", "-o", "pid=", "--ppid", (emulator.folder / "pid").read_text().strip()]
    return [int(pid) for pid in subprocess.check_output(listed, text=True).split()]


@pytest.fixture
def few_functions(deployment):
    """Let four run at once: this machine has no room for a hundred."""
    functions, name = boto3.client("lambda"), deployment.loop.function
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=4)
    yield
    functions.delete_function_concurrency(FunctionName=name)
    functions.close()


def all_runs(published) -> list[dict[str, Any]]:
    """Return the runs of both parts of the history, each once."""
    newest = published("runs.json")
    older = published("older_runs.json")["runs"] if newest["older"] else []
    return [*{run["run_id"]: run for run in [*older, *newest["runs"]]}.values()]


def new_ids(published, run: str, mode: str) -> set[int]:
    """Return the ids that a run gave and the run before it did not."""
    document = published(f"runs/{run}/data.json")
    runs = (
        [document]
        if document["changes"] is None
        else [document, published(f"runs/{document['changes']['previous']['run_id']}/data.json")]
    )
    ids, *before = ({part["id"] for part in one["modes"][mode]["segments"]} for one in runs)
    return ids.difference(*before)


def queued(sqs, loop: Loop) -> int:
    found = sqs.get_queue_attributes(QueueUrl=loop.failure_queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def taken(sqs, loop: Loop) -> Iterator[dict[str, Any]]:
    while found := sqs.receive_message(QueueUrl=loop.failure_queue, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            sqs.delete_message(QueueUrl=loop.failure_queue, ReceiptHandle=message["ReceiptHandle"])
            yield json.loads(message["Body"])["requestPayload"]


@draws(few=10, many=100)
@pytest.mark.usefixtures("few_functions")
def test_uploads_at_once_are_a_run_each_in_order(seed, draws, deployment, s3, published):
    """One is put when all others were; whichever ends last, the page shows that one.

    AWS lets those wait that are too many at once; the emulator tries each three times in three seconds and puts it into
    the failure queue.
    """
    loop, lines = deployment.loop, SAMPLE.read_bytes().splitlines(keepends=True)
    upload(loop, SAMPLE)
    before = len(all_runs(published))

    def put(i: int) -> str:
        body = b"".join(lines[: 100 + i])
        version = s3.put_object(Bucket=loop.input_bucket, Key=f"burst/{draws}-{i:03}.csv", Body=body)["VersionId"]
        return run_id(loop.input_bucket, f"burst/{draws}-{i:03}.csv", version)

    with ThreadPoolExecutor(20) as pool:
        runs = [*pool.map(put, range(draws - 1))]
    last = put(draws - 1)

    def waiting() -> int:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=loop.results_bucket, Prefix="runs/")
        keys = {found["Key"] for page in pages for found in page["Contents"]}
        return len({f"runs/{run}/receipt.json" for run in (*runs, last)} - keys)

    def have_all_been_tried() -> bool:
        data = published()["run_id"]
        assert data in [run["run_id"] for run in all_runs(published)]
        return queued(sqs, loop) == waiting()

    with closing(boto3.client("sqs")) as sqs, closing(boto3.client("lambda")) as functions:
        while waiting():
            wait_until(have_all_been_tried, lambda: f"{waiting()} of {draws} wait, {queued(sqs, loop)} are queued")
            # The emulator's queue may lose what is added while it is taken from: it is emptied before any is tried.
            for event in [*taken(sqs, loop)]:
                functions.invoke(FunctionName=loop.function, InvocationType="Event", Payload=json.dumps(event).encode())

    history = all_runs(published)
    check_against_schema(published("runs.json"), "runs.schema.json")
    assert len(history) == before + draws
    assert {run["run_id"] for run in history[before:]} == {*runs, last}
    assert [run["source"]["requested_at"] for run in history] == sorted(
        run["source"]["requested_at"] for run in history
    )
    assert history[-1]["run_id"] == last == published()["run_id"] == published("receipt.json")["run_id"]
    assert sorted(run["customers"] for run in history[before:]) == [*range(99, 99 + draws)]
    for mode in ("bivariate", "multivariate"):
        first_given = [one for run in (*runs, last) for one in new_ids(published, run, mode)]
        assert len(first_given) == len({*first_given})


def test_browsers_keep_assets_for_good_and_ask_again_for_the_page_and_its_data(anonymous, deployment):
    upload(deployment.loop, SAMPLE)
    bucket = deployment.loop.website_bucket
    asset = next(path.relative_to(DIST).as_posix() for path in DIST.glob("assets/*.js"))

    assert anonymous(bucket, asset)[2]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert anonymous(bucket, "index.html")[2]["Cache-Control"] == "no-cache"
    assert anonymous(bucket, "data.json")[2]["Cache-Control"] == "no-cache"


def test_uploading_the_site_again_keeps_the_data(deployment, published):
    upload(deployment.loop, SAMPLE)
    before = published()

    upload_site(deployment.loop, DIST)

    assert published() == before


def test_what_the_engine_imports_comes_from_the_layer_alone(deployment):
    """The emulator's Python, which runs the function, must not have a copy of its own, as AWS's has none."""
    for package in ("numpy", "pandas", "threadpoolctl", "segmentation"):
        found = subprocess.run(
            [PYTHON, "-c", f"import {package}"],
            env=deployment.emulator.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "ModuleNotFoundError" in found.stderr, package


def test_results_survive_a_restart_and_the_loop_goes_on(deployment, published):
    upload(deployment.loop, SAMPLE)
    before = published()

    deployment.emulator.stop()
    deployment.emulator.start()

    assert published() == before
    assert upload(deployment.loop, SAMPLE)["outcome"] == "accepted"
    assert published()["run_id"] != before["run_id"]
