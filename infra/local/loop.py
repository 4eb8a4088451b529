"""The deployed loop: the stack on the emulator, the site in its bucket, and what becomes of an upload."""

from __future__ import annotations

import json
import mimetypes
import os
import shlex
import sys
import time
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.layer import ROOT
from infra.local.emulator import REGION, Emulator, aws_environment, isolate_process
from infra.local.state import ACCOUNT
from infra.local.step import StepError, run_step, step
from infra.redrive import STACK
from infra.settings import SETTINGS_KEY, UPLOAD_SUFFIXES
from infra.site_files import CACHE_RULES, DIST
from segmentation.results.receipt import run_id, timestamp

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectVersionTypeDef

# In this and no more does a local deployment differ from one to AWS.
LOCAL_SETTINGS = {"layer": "emulator", "deploy_site": "false"}

# As long as three attempts of the function may take.
_ANSWER_SECONDS = 900
_NODE_BIN = ROOT / "infra" / "node_modules" / ".bin"


@dataclass(frozen=True)
class Loop:
    """A deployed stack on the emulator.

    Parameters
    ----------
    endpoint : str
        The emulator's address.
    input_bucket, results_bucket, website_bucket, failure_queue, function : str
        From the stack's outputs.
    """

    endpoint: str
    input_bucket: str
    results_bucket: str
    website_bucket: str
    failure_queue: str
    function: str

    @property
    def page(self) -> str:
        """The address of the page."""
        return f"{self.endpoint}/{self.website_bucket}/index.html"

    def object_url(self, bucket: str, key: str) -> str:
        """Return the URL of an object.

        Parameters
        ----------
        bucket : str
            Name of the bucket.
        key : str
            Key of the object.
        """
        return f"{self.endpoint}/{bucket}/{key}"


def deploy(emulator: Emulator, **settings: str) -> Loop:
    """Bootstrap and deploy the CDK app to a running emulator, then upload the site.

    Parameters
    ----------
    emulator : Emulator
        Where to.
    **settings : str
        Of the deployment, where they are other than in `cdk.json`.

    Raises
    ------
    StepError
        If a step fails; it says where the log is.
    """
    emulator.input_bucket = ""
    bundle = emulator.certificate.bundle if emulator.certificate else None
    client_environment = aws_environment(emulator.endpoint, bundle)
    isolate_process(client_environment)
    environment = _cdk_environment(emulator.folder, client_environment)
    assembly = str(emulator.folder / "cdk.out")
    cdk = [str(_NODE_BIN / "cdk"), "--no-notices", "--no-color", "--output", assembly]
    if not _is_bootstrapped():
        # Elsewhere than beside cdk.json: the account needs no app.
        command = [*cdk, "bootstrap", f"aws://{ACCOUNT}/{REGION}"]
        run_step("Bootstrapping the account with cdk bootstrap", command, environment, emulator.folder)
    outputs = emulator.folder / "outputs.json"
    app = shlex.join([sys.executable, "app.py"])
    command = [*cdk, "deploy", "--build", "true", "--app", app, "--require-approval", "never"]
    for name, value in {**LOCAL_SETTINGS, **settings}.items():
        command += ["--context", f"{name}={value}"]
    run_step("Deploying the stack with cdk deploy", [*command, "--outputs-file", str(outputs)], environment, ROOT)
    found = json.loads(outputs.read_text())[STACK]
    loop = Loop(
        emulator.endpoint,
        found["InputBucket"],
        found["ResultsBucket"],
        found["WebsiteBucket"],
        found["FailureQueueUrl"],
        found["FunctionName"],
    )
    with step("Uploading the site"):
        upload_site(loop, DIST)
    emulator.input_bucket = loop.input_bucket
    return loop


def upload_site(loop: Loop, dist: Path) -> None:
    """Upload the built site, with the caching rules and in the order of AWS deployments.

    Parameters
    ----------
    loop : Loop
        The deployed stack.
    dist : Path
        Folder of the built site.
    """
    s3 = boto3.client("s3")
    names = sorted(path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file())
    for rule in CACHE_RULES:
        for name in names:
            if fnmatch(name, rule.include) if rule.include else not fnmatch(name, rule.exclude or ""):
                s3.put_object(
                    Bucket=loop.website_bucket,
                    Key=name,
                    Body=(dist / name).read_bytes(),
                    ContentType=mimetypes.guess_type(name)[0] or "application/octet-stream",
                    CacheControl=rule.cache_control,
                )


def has_result(loop: Loop) -> bool:
    """Return whether a result was published already.

    Parameters
    ----------
    loop : Loop
        The deployed stack.
    """
    return "Contents" in boto3.client("s3").list_objects_v2(Bucket=loop.website_bucket, Prefix="data.json")


def upload(loop: Loop, file: Path) -> dict[str, Any]:
    """Upload a file and wait for its receipt.

    Parameters
    ----------
    loop : Loop
        The deployed stack.
    file : Path
        The file.

    Returns
    -------
    dict
        The receipt, as `receipt.schema.json` describes it.

    Raises
    ------
    StepError
        If the file cannot be read, the loop stops meanwhile, or no answer comes in a quarter of an hour.
    """
    s3 = boto3.client("s3")
    try:
        version = s3.put_object(Bucket=loop.input_bucket, Key=file.name, Body=file.read_bytes())["VersionId"]
    except OSError as error:
        raise StepError(f"{file} cannot be read: {error.strerror}") from None
    except BotoCoreError:
        raise StepError("The loop stopped before it had the file. Upload it again once `make run` is up.") from None
    try:
        return wait_for_receipt(s3, loop, run_id(loop.input_bucket, file.name, version))
    except BotoCoreError:
        raise StepError(
            "The loop stopped while the file was at work; it is kept and processed at the next `make run`."
        ) from None


def unfinished_uploads(loop: Loop) -> list[ObjectVersionTypeDef]:
    """Return the uploads that are not deleted and have no receipt, oldest first.

    Parameters
    ----------
    loop : Loop
        The deployed stack.
    """
    s3 = boto3.client("s3")
    runs = s3.get_paginator("list_objects_v2").paginate(Bucket=loop.results_bucket, Prefix="runs/")
    written = {found["Key"] for page in runs for found in page.get("Contents", [])}
    uploads, deleted = [], set()
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=loop.input_bucket):
        uploads += page.get("Versions", [])
        deleted |= {marker["Key"] for marker in page.get("DeleteMarkers", []) if marker["IsLatest"]}
    unfinished = [
        found
        for found in uploads
        if found["Key"] not in deleted
        and (found["Key"].endswith(UPLOAD_SUFFIXES) or found["Key"] == SETTINGS_KEY)
        and f"runs/{run_id(loop.input_bucket, found['Key'], found['VersionId'])}/receipt.json" not in written
    ]
    return sorted(unfinished, key=lambda found: found["LastModified"])


def process(loop: Loop, upload: ObjectVersionTypeDef) -> bool:
    """Have the function process an upload that lies in the input bucket, and return whether it could.

    Parameters
    ----------
    loop : Loop
        The deployed stack.
    upload : dict
        As S3 lists it.
    """
    record = {
        "eventName": "ObjectCreated:Put",
        "eventTime": timestamp(upload["LastModified"]),
        "s3": {
            "bucket": {"name": loop.input_bucket},
            "object": {
                "key": quote_plus(upload["Key"]),
                "versionId": upload["VersionId"],
                "size": upload["Size"],
            },
        },
    }
    # The answer comes when the function is done, and a request sent again would have it process the upload twice.
    patient = Config(read_timeout=_ANSWER_SECONDS, retries={"total_max_attempts": 1})
    answer = boto3.client("lambda", config=patient).invoke(
        FunctionName=loop.function, Payload=json.dumps({"Records": [record]}).encode()
    )
    return "FunctionError" not in answer


def wait_for_receipt(s3: S3Client, loop: Loop, run: str) -> dict[str, Any]:
    """Wait for the receipt of a run, the last object that a run writes.

    Parameters
    ----------
    s3 : botocore client
        Client for S3.
    loop : Loop
        The deployed stack.
    run : str
        Id of the run.
    """
    deadline = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < deadline:
        try:
            found = s3.get_object(Bucket=loop.results_bucket, Key=f"runs/{run}/receipt.json")
        except s3.exceptions.NoSuchKey:
            time.sleep(0.1)
        else:
            receipt: dict[str, Any] = json.loads(found["Body"].read())
            return receipt
    raise StepError(f"No answer in {_ANSWER_SECONDS} s; the function may have failed, see the emulator's log")


def _is_bootstrapped() -> bool:
    try:
        boto3.client("cloudformation").describe_stacks(StackName="CDKToolkit")
    except ClientError:
        return False
    return True


def _cdk_environment(folder: Path, client_environment: dict[str, str]) -> dict[str, str]:
    """Return an environment for the CDK without any credentials or profiles of the shell."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "CI": "true",
        # Of 200 MB, unpacked once and not for each folder of state.
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(ROOT / "build" / "jsii"),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        **client_environment,
    }
