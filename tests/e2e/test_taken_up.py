"""Uploads that the loop was stopped over, whatever their names: the next start processes them as an event would."""

from datetime import UTC, datetime

import pytest

from infra.local.loop import process, unfinished_uploads, upload, wait_for_receipt
from segmentation.results.receipt import run_id
from tests.e2e.test_loop import SAMPLE

NAMES = ("a \"quote\", \\, $HOME and 'one'.csv", "#1; 100% + more & <more>?.csv", "Käufer 客户.csv")


@pytest.mark.parametrize("name", NAMES)
def test_an_upload_without_a_receipt_is_processed(name, deployment, s3, tmp_path):
    loop = deployment.loop
    file = tmp_path / name
    file.write_bytes(SAMPLE.read_bytes())
    first = upload(loop, file)
    assert name not in [found["Key"] for found in unfinished_uploads(loop)]
    s3.delete_object(Bucket=loop.results_bucket, Key=f"runs/{first['run_id']}/receipt.json")

    (found,) = [found for found in unfinished_uploads(loop) if found["Key"] == name]
    assert process(loop, found)

    assert wait_for_receipt(s3, loop, first["run_id"]) == first
    assert name not in [found["Key"] for found in unfinished_uploads(loop)]


def test_what_starts_nothing_or_is_deleted_is_left_alone(deployment, s3):
    loop = deployment.loop
    for key in ("later.Csv", "deleted.csv"):
        s3.put_object(Bucket=loop.input_bucket, Key=key, Body=SAMPLE.read_bytes())
    version = s3.list_object_versions(Bucket=loop.input_bucket, Prefix="deleted.csv")["Versions"][0]["VersionId"]
    run = run_id(loop.input_bucket, "deleted.csv", version)
    wait_for_receipt(s3, loop, run)
    s3.delete_object(Bucket=loop.input_bucket, Key="deleted.csv")
    s3.delete_object(Bucket=loop.results_bucket, Key=f"runs/{run}/receipt.json")

    assert not {"later.Csv", "deleted.csv"} & {found["Key"] for found in unfinished_uploads(loop)}


def test_of_an_upload_that_fails_again_it_is_known(deployment):
    found = {"Key": "none.csv", "VersionId": "none", "LastModified": datetime.now(UTC), "Size": 9}

    assert not process(deployment.loop, found)
