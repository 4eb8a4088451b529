"""Who may do what: each principal tries every action on every bucket, and only the stated ones succeed."""

import contextlib
import json

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local.loop import upload
from infra.site_files import DIST
from tests.e2e.test_loop import SAMPLE

NONE: dict = {"Rules": []}
ON_OBJECTS: dict[str, dict] = {
    "get_object": {},
    "put_object": {"Body": b"x"},
    "delete_object": {},
    "get_object_acl": {},
    "put_object_acl": {"ACL": "public-read"},
    "get_object_tagging": {},
    "put_object_tagging": {"Tagging": {"TagSet": []}},
    "delete_object_tagging": {},
}
ON_BUCKETS: dict[str, dict] = {
    "list_objects_v2": {},
    "list_object_versions": {},
    "list_multipart_uploads": {},
    "get_bucket_policy": {},
    "put_bucket_policy": {"Policy": "{}"},
    "delete_bucket_policy": {},
    "get_bucket_acl": {},
    "put_bucket_acl": {"ACL": "public-read"},
    "get_public_access_block": {},
    "put_public_access_block": {"PublicAccessBlockConfiguration": {}},
    "delete_public_access_block": {},
    "get_bucket_notification_configuration": {},
    "put_bucket_notification_configuration": {"NotificationConfiguration": {}},
    "get_bucket_versioning": {},
    "put_bucket_versioning": {"VersioningConfiguration": {"Status": "Suspended"}},
    "get_bucket_encryption": {},
    "delete_bucket_encryption": {},
    "get_bucket_lifecycle_configuration": {},
    "put_bucket_lifecycle_configuration": {"LifecycleConfiguration": NONE},
    "delete_bucket_lifecycle": {},
    "get_bucket_website": {},
    "delete_bucket_website": {},
    "get_bucket_cors": {},
    "delete_bucket_cors": {},
    "get_bucket_tagging": {},
    "delete_bucket_tagging": {},
    "get_bucket_ownership_controls": {},
    "delete_bucket_ownership_controls": {},
    "delete_bucket": {},
}


@pytest.fixture(scope="module")
def run(deployment):
    return upload(deployment.loop, SAMPLE)["run_id"]


@pytest.fixture(scope="module")
def objects(deployment, run):
    """Name an object of each kind by its bucket and key, and some that nobody has put there."""
    loop, s3 = deployment.loop, boto3.client("s3")
    s3.put_object(Bucket=loop.input_bucket, Key="settings.json", Body=b"{}")
    yield [
        (loop.input_bucket, SAMPLE.name),
        (loop.input_bucket, "settings.json"),
        *((loop.results_bucket, f"runs/{run}/{name}") for name in ("Clustering_Final.csv", "receipt.json")),
        (loop.results_bucket, f"runs/{run}/request.json"),
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
def as_before(objects, s3):
    """Put back what the function's role was allowed to overwrite."""
    kept = {}
    for place in objects:
        with contextlib.suppress(s3.exceptions.NoSuchKey):
            found = s3.get_object(Bucket=place[0], Key=place[1])
            kept[place] = found["Body"].read(), found["ContentType"], found.get("CacheControl", "")
    yield
    for (bucket, key), (body, kind, caching) in kept.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, CacheControl=caching)


def reading_the_website(deployment, objects) -> set[tuple[str, ...]]:
    return {("get_object", *place) for place in objects if place[0] == deployment.loop.website_bucket}


def succeeds(call, **arguments) -> bool:
    """Return whether a principal may do this; that there is nothing to be had is an answer as well."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"] != 403
    return True


def matrix(client, deployment, objects) -> set[tuple[str, ...]]:
    """Return what succeeds of every action on every bucket and object."""
    loop = deployment.loop
    tried = [
        ((action, bucket, key), {"Bucket": bucket, "Key": key, **more})
        for action, more in ON_OBJECTS.items()
        for bucket, key in objects
    ]
    tried += [
        ((action, bucket), {"Bucket": bucket, **more})
        for action, more in ON_BUCKETS.items()
        for bucket in (loop.input_bucket, loop.results_bucket, loop.website_bucket)
    ]
    return {name for name, arguments in tried if succeeds(getattr(client, name[0]), **arguments)}


def test_the_internet_reads_the_website_and_nothing_else(deployment, objects):
    anybody = boto3.client("s3", config=Config(signature_version=UNSIGNED))

    allowed = matrix(anybody, deployment, objects)

    anybody.close()
    assert allowed == reading_the_website(deployment, objects)


@pytest.mark.usefixtures("as_before")
def test_the_function_does_its_work_and_nothing_else(deployment, objects, run, as_function, s3):
    loop, own = deployment.loop, as_function.client("s3")
    version = s3.head_object(Bucket=loop.input_bucket, Key=SAMPLE.name)["VersionId"]

    allowed = matrix(own, deployment, objects)
    reads_a_version = succeeds(own.get_object, Bucket=loop.input_bucket, Key=SAMPLE.name, VersionId=version)

    own.close()
    public, private = ("data.json", "runs.json", "receipt.json"), ("receipt.json", "request.json")
    assert reads_a_version
    assert allowed - reading_the_website(deployment, objects) == {
        ("get_object", loop.input_bucket, "settings.json"),
        ("list_object_versions", loop.input_bucket),
        *(("get_object", loop.results_bucket, f"runs/{run}/{name}") for name in private),
        *(("put_object", loop.results_bucket, f"runs/{run}/{name}") for name in (*private, "Clustering_Final.csv")),
        *(("put_object", loop.website_bucket, name) for name in (*public, f"runs/{run}/data.json")),
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
