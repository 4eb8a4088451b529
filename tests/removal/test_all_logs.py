"""What the logs tell, once all tests have uploaded what they did: no value of a file, no header and no name."""

import csv
import gzip
import json

import boto3
import pytest

from infra.local.loop import upload
from tests.e2e.test_loop import SAMPLE

# Shorter words are parts of others, and numbers are counts and times as well.
SHORTEST = 4


@pytest.fixture
def logged(deployment, s3):
    """Return what all functions have logged."""
    upload(deployment.loop, SAMPLE)
    logs = boto3.client("logs")
    groups = [found for page in logs.get_paginator("describe_log_groups").paginate() for found in page["logGroups"]]
    pages = (
        page
        for group in groups
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
    )
    lines = [event["message"] for page in pages for event in page["events"]]
    logs.close()
    return lines


def words_of(key: str, body: bytes) -> set[str]:
    """Return the name of an upload, and what stands in its cells, in each way that they could be written."""
    data = gzip.decompress(body) if key.endswith(".gz") else body
    text = data[:1_000_000].decode("utf-8", errors="replace")
    cells = {cell.strip() for row in csv.reader(text.splitlines()) for part in row for cell in part.split(";")}
    words = {key, *(cell for cell in cells if len(cell) >= SHORTEST and any(map(str.isalpha, cell)))}
    return words | {json.dumps(word)[1:-1] for word in words}


def test_no_log_holds_a_value_a_header_or_a_name_of_any_file(deployment, s3, logged):
    stages = [json.loads(line) for line in logged if '"stage"' in line]
    assert {found["stage"] for found in stages} >= {"reading", "clustering", "writing", "publishing"}
    bucket = deployment.loop.input_bucket
    text = "\n".join(logged)

    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for found in page["Versions"]:
            place = {"Bucket": bucket, "Key": found["Key"], "VersionId": found["VersionId"]}
            words = words_of(found["Key"], s3.get_object(**place)["Body"].read())
            assert not [word for word in words if word in text], found["Key"]
