"""What keeps failing waits in the queue, and gives its result once the reason is gone."""

import json
import sys
from contextlib import closing

import boto3
import pytest

from infra import redrive
from infra.local.loop import wait_for_receipt
from segmentation.results.receipt import run_id
from tests.e2e.test_loop import SAMPLE
from tests.support.waiting import wait_until


@pytest.fixture
def failing(deployment, s3):
    """Refuse every write of results while the block runs."""
    bucket = deployment.loop.results_bucket
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    denied = json.loads(policy)
    everyone = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    denied["Statement"].append(everyone)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(denied))
    yield lambda: s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)


def wait_for_event(queue: str, version: str) -> None:
    """Wait until the event of an upload is in the queue, and leave it there."""

    def is_queued() -> bool:
        found = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=2, VisibilityTimeout=0, MaxNumberOfMessages=10)
        events = [json.loads(message["Body"])["requestPayload"] for message in found.get("Messages", [])]
        return version in [event["Records"][0]["s3"]["object"]["versionId"] for event in events]

    with closing(boto3.client("sqs")) as sqs:
        wait_until(is_queued, lambda: "it did not come to the failure queue")


def test_an_upload_that_could_not_be_processed_is_redriven(deployment, s3, failing, monkeypatch, capsys):
    loop = deployment.loop
    version = s3.put_object(Bucket=loop.input_bucket, Key="later.csv", Body=SAMPLE.read_bytes())["VersionId"]
    run = run_id(loop.input_bucket, "later.csv", version)

    wait_for_event(loop.failure_queue, version)
    assert s3.list_objects_v2(Bucket=loop.results_bucket, Prefix=f"runs/{run}/")["KeyCount"] == 0
    failing()
    monkeypatch.setattr(sys, "argv", ["redrive"])
    assert redrive.main() == 0

    assert capsys.readouterr().out.endswith("handed to the function again\n")
    assert wait_for_receipt(s3, loop, run)["outcome"] == "accepted"
    body = s3.get_object(Bucket=loop.website_bucket, Key="data.json")["Body"].read()
    assert json.loads(body)["run_id"] == run
