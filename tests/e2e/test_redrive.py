"""What keeps failing waits in the queue, and gives its result once the reason is gone."""

import json
import time

import boto3

from infra.local.loop import wait_for_receipt
from infra.redrive import redrive, stack_outputs
from segmentation.receipt import run_id
from tests.e2e.test_loop import SAMPLE

QUEUED_SECONDS = 90


def wait_until_queued(sqs, queue: str, run: str, deadline: float) -> None:
    """Wait until the failure of a run is in the queue, and leave it there."""
    while time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=2, VisibilityTimeout=0).get("Messages", []):
            found = json.loads(message["Body"])["requestPayload"]["Records"][0]["s3"]
            if run_id(found["bucket"]["name"], found["object"]["key"], found["object"]["versionId"]) == run:
                return
    raise AssertionError("the failure queue stayed empty")


def test_an_upload_that_could_not_be_processed_is_redriven(deployment, s3):
    loop, bucket = deployment.loop, deployment.loop.results_bucket
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    everyone = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    denied = json.loads(policy)
    denied["Statement"].append(everyone)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(denied))
    sqs, functions = boto3.client("sqs"), boto3.client("lambda")
    try:
        version = s3.put_object(Bucket=loop.input_bucket, Key="later.csv", Body=SAMPLE.read_bytes())["VersionId"]
        run = run_id(loop.input_bucket, "later.csv", version)
        wait_until_queued(sqs, loop.failure_queue, run, time.monotonic() + QUEUED_SECONDS)
        assert s3.list_objects_v2(Bucket=bucket, Prefix=f"runs/{run}/")["KeyCount"] == 0
    finally:
        s3.put_bucket_policy(Bucket=bucket, Policy=policy)

    outputs = stack_outputs("CustomerIntelligenceSuite")
    assert (outputs["FailureQueueUrl"], outputs["FunctionName"]) == (loop.failure_queue, loop.function)
    assert redrive(sqs, functions, queue=loop.failure_queue, function=loop.function) >= 1

    assert wait_for_receipt(s3, loop, run)["outcome"] == "accepted"
    body = s3.get_object(Bucket=loop.website_bucket, Key="data.json")["Body"].read()
    assert json.loads(body)["run_id"] == run
    sqs.close()
    functions.close()
