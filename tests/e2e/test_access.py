"""Who may do what: each principal tries every action on every bucket, and only the stated ones succeed."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local.loop import upload, wait_for_receipt
from infra.site_files import DIST
from segmentation.results.receipt import run_id
from tests.e2e.test_loop import SAMPLE

# What is allowed to whoever may get an object, and to whoever may put one. The last of each is an action of its own on
# AWS; to the emulator it is the first.
GETTING = ("get_object", "head_object", "select_object_content", "get_object_torrent")
PUTTING = ("put_object", "create_multipart_upload", "upload_part", "complete_multipart_upload", "rename_object")
# A refusal is an answer, not to be asked for again.
ONCE = Config(retries={"total_max_attempts": 1})
LEAST = {"string": "x" * 20, "blob": b"x", "list": [], "map": {}, "integer": 1, "long": 1, "boolean": False}


@pytest.fixture(scope="module")
def run(deployment):
    return upload(deployment.loop, SAMPLE)["run_id"]


@pytest.fixture(scope="module")
def objects(deployment, run):
    """Name an object of each kind by its bucket and key, and some that nobody has put there."""
    loop, s3 = deployment.loop, boto3.client("s3")
    version = s3.put_object(Bucket=loop.input_bucket, Key="settings.json", Body=b"{}")["VersionId"]
    wait_for_receipt(s3, loop, run_id(loop.input_bucket, "settings.json", version))
    yield [
        (loop.input_bucket, SAMPLE.name),
        (loop.input_bucket, "settings.json"),
        *((loop.results_bucket, f"runs/{run}/{name}") for name in ("Clustering_Final.csv", "receipt.json")),
        *((loop.results_bucket, f"runs/{run}/{name}") for name in ("request.json", "identities.json")),
        *((loop.results_bucket, name) for name in ("rounding_key.json", "last_ids.json")),
        (loop.results_bucket, "elsewhere.csv"),
        *((loop.website_bucket, name) for name in ("index.html", "data.json", "runs.json", "receipt.json")),
        (loop.website_bucket, f"runs/{run}/data.json"),
        (loop.website_bucket, f"runs/{run}/Clustering_Final.csv"),
        (loop.website_bucket, next(path.relative_to(DIST).as_posix() for path in DIST.glob("assets/*.js"))),
    ]
    s3.delete_object(Bucket=loop.input_bucket, Key="settings.json")
    s3.close()


@pytest.fixture
def as_function(deployment):
    """Act as the function's role, which for once trusts this account too."""
    functions, iam, sts = boto3.client("lambda"), boto3.client("iam"), boto3.client("sts")
    arn = functions.get_function_configuration(FunctionName=deployment.loop.function)["Role"]
    name = arn.rsplit("/", 1)[1]
    trusted = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    account = {"AWS": f"arn:aws:iam::{arn.split(':')[4]}:root"}
    opened = {**trusted, "Statement": [{"Effect": "Allow", "Principal": account, "Action": "sts:AssumeRole"}]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(opened))
    try:
        found = sts.assume_role(RoleArn=arn, RoleSessionName="matrix")["Credentials"]
        yield boto3.Session(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    finally:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trusted))
        for client in (functions, iam, sts):
            client.close()


@pytest.fixture
def as_before(deployment, objects, s3):
    """Put back what the function's role was allowed to overwrite."""
    kept = {}
    for place in [place for place in objects if place[0] != deployment.loop.input_bucket]:
        with contextlib.suppress(s3.exceptions.NoSuchKey):
            found = s3.get_object(Bucket=place[0], Key=place[1])
            kept[place] = found["Body"].read(), found["ContentType"], found.get("CacheControl", "")
    yield
    for (bucket, key), (body, kind, caching) in kept.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, CacheControl=caching)


def reading_the_website(deployment, objects) -> set[tuple[str, ...]]:
    website = [place for place in objects if place[0] == deployment.loop.website_bucket]
    return {(action, *place) for action in GETTING for place in website}


def succeeds(call, **arguments) -> bool:
    """Return whether a principal may do this; that there is nothing to be had is an answer as well."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"] != 403
    return True


def least(shape) -> Any:
    """Return the least that a request of this shape must hold."""
    if shape.type_name != "structure":
        return LEAST.get(shape.type_name, datetime(2026, 1, 15, tzinfo=UTC))
    needed = [*shape.members][:1] if shape.is_tagged_union else shape.required_members
    return {name: least(shape.members[name]) for name in needed}


def matrix(client, deployment, objects) -> set[tuple[str, ...]]:
    """Return what succeeds of every action that S3 has, on every bucket and object."""
    loop, model, allowed = deployment.loop, client.meta.service_model, set()
    buckets = [(bucket,) for bucket in (loop.input_bucket, loop.results_bucket, loop.website_bucket)]
    for action, operation in client.meta.method_to_api_mapping.items():
        shape = model.operation_model(operation).input_shape
        if "Bucket" not in shape.members:
            continue
        arguments = least(shape)
        if "CopySource" in arguments:
            arguments["CopySource"] = f"{loop.input_bucket}/{SAMPLE.name}"
        for place in objects if "Key" in shape.members else buckets:
            arguments |= zip(("Bucket", "Key"), place, strict=False)
            if succeeds(getattr(client, action), **arguments):
                allowed.add((action, *place))
    return allowed


def test_the_internet_reads_the_website_and_nothing_else(deployment, objects):
    anybody = boto3.client("s3", config=ONCE.merge(Config(signature_version=UNSIGNED)))

    allowed = matrix(anybody, deployment, objects)

    anybody.close()
    assert allowed == reading_the_website(deployment, objects)


@pytest.mark.usefixtures("as_before")
def test_the_function_does_its_work_and_nothing_else(deployment, objects, run, as_function, s3):
    loop, own = deployment.loop, as_function.client("s3", config=ONCE)
    version = s3.head_object(Bucket=loop.input_bucket, Key=SAMPLE.name)["VersionId"]

    allowed = matrix(own, deployment, objects)
    reads_a_version = succeeds(own.get_object, Bucket=loop.input_bucket, Key=SAMPLE.name, VersionId=version)

    own.close()
    own_state = ("receipt.json", "request.json", "identities.json")
    private = [(loop.results_bucket, f"runs/{run}/{name}") for name in own_state]
    shared = [(loop.results_bucket, name) for name in ("rounding_key.json", "last_ids.json")]
    public = [(loop.website_bucket, name) for name in ("data.json", "runs.json", "receipt.json")]
    rows = (loop.results_bucket, f"runs/{run}/Clustering_Final.csv")
    written = [*private, rows, *public, (loop.website_bucket, f"runs/{run}/data.json")]
    assert reads_a_version
    assert allowed - reading_the_website(deployment, objects) == {
        ("list_object_versions", loop.input_bucket),
        *((action, *place) for action in GETTING for place in [*private, *shared]),
        *((action, *place) for action in PUTTING for place in [*written, *shared]),
        *(("abort_multipart_upload", *place) for place in (*private, rows)),
    }


def test_the_function_reaches_nothing_but_its_buckets(deployment, as_function):
    loop = deployment.loop
    sqs, functions, iam, s3 = clients = [as_function.client(name) for name in ("sqs", "lambda", "iam", "s3")]

    assert not succeeds(sqs.receive_message, QueueUrl=loop.failure_queue)
    assert not succeeds(sqs.purge_queue, QueueUrl=loop.failure_queue)
    assert not succeeds(functions.get_function, FunctionName=loop.function)
    assert not succeeds(functions.invoke, FunctionName=loop.function)
    assert not succeeds(iam.list_roles)
    assert not succeeds(s3.list_buckets)
    assert not succeeds(s3.create_bucket, Bucket="one-of-its-own")
    for client in clients:
        client.close()
