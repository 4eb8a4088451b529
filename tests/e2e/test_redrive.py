"""What keeps failing waits in the queue, and gives its result once the reason is gone."""

import json
import sys
from pathlib import Path

import boto3
import pytest

from infra import redrive
from infra.local.loop import wait_for_receipt
from segmentation.receipt import run_id
from tests.e2e.test_loop import SAMPLE
from tests.support.waiting import wait_until

EVENT = Path(__file__).parent / "event_of_a_missing_version.json"


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


def wait_for_events(queue: str, runs: set[str]) -> dict[str, dict]:
    """Return the events of these runs, once all of them are in the queue, and leave them there."""
    found: dict[str, dict] = {}
    sqs = boto3.client("sqs")

    def are_queued() -> bool:
        for message in sqs.receive_message(
            QueueUrl=queue, WaitTimeSeconds=2, VisibilityTimeout=0, MaxNumberOfMessages=10
        ).get("Messages", []):
            event = json.loads(message["Body"])["requestPayload"]
            of = event["Records"][0]["s3"]
            found[run_id(of["bucket"]["name"], of["object"]["key"], of["object"]["versionId"])] = event
        return runs <= found.keys()

    wait_until(are_queued, lambda: f"only {found} came to the failure queue")
    sqs.close()
    return found


def test_an_upload_that_could_not_be_processed_is_redriven(deployment, s3, failing, monkeypatch, capsys):
    """And with it an event whose version is not there, which fails again."""
    loop = deployment.loop
    missing = json.loads(EVENT.read_text())
    of = missing["Records"][0]["s3"]
    of["bucket"]["name"] = loop.input_bucket
    functions = boto3.client("lambda")
    functions.invoke(FunctionName=loop.function, InvocationType="Event", Payload=json.dumps(missing).encode())
    functions.close()
    version = s3.put_object(Bucket=loop.input_bucket, Key="later.csv", Body=SAMPLE.read_bytes())["VersionId"]
    run = run_id(loop.input_bucket, "later.csv", version)
    never = run_id(loop.input_bucket, of["object"]["key"], of["object"]["versionId"])

    assert wait_for_events(loop.failure_queue, {run, never})[never] == missing
    assert s3.list_objects_v2(Bucket=loop.results_bucket, Prefix=f"runs/{run}/")["KeyCount"] == 0
    failing()
    monkeypatch.setattr(sys, "argv", ["redrive"])
    assert redrive.main() == 0

    assert capsys.readouterr().out.endswith("handed to the function again\n")
    assert wait_for_receipt(s3, loop, run)["outcome"] == "accepted"
    body = s3.get_object(Bucket=loop.website_bucket, Key="data.json")["Body"].read()
    assert json.loads(body)["run_id"] == run
