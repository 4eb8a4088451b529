"""Remove the stack and list what is kept: ``python -m infra.destroy``, with the credentials of the shell."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import account
from infra.layer import ROOT
from infra.redrive import STACK

_CDK = ROOT / "infra" / "node_modules" / ".bin" / "cdk"


def buckets_of(stack: str) -> list[str]:
    """Return the names of a deployed stack's buckets.

    Parameters
    ----------
    stack : str
        Name of the stack.
    """
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [found["PhysicalResourceId"] for found in resources if found["ResourceType"] == "AWS::S3::Bucket"]


def is_deployed(stack: str) -> bool:
    """Return whether a stack exists.

    Parameters
    ----------
    stack : str
        Name of the stack.
    """
    try:
        boto3.client("cloudformation").describe_stacks(StackName=stack)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return False
        raise
    return True


def describe_kept_buckets(buckets: Sequence[str]) -> str:
    """Describe which of a removed stack's buckets still exist, how much is in them, and how to delete them.

    Parameters
    ----------
    buckets : sequence of str
        Names of the buckets.
    """
    kept = [bucket for bucket in buckets if _exists(bucket)]
    if not kept:
        return "The stack is removed, and its buckets with all that was in them."
    lines = ["The stack is removed. Kept, private, until you empty and delete them in the S3 console:"]
    return "\n  ".join([*lines, *(f"{bucket}  {_contents(bucket)}" for bucket in kept)])


def _exists(bucket: str) -> bool:
    try:
        boto3.client("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def _contents(bucket: str) -> str:
    pages = boto3.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
    sizes = [version["Size"] for page in pages for version in page.get("Versions", [])]
    return f"{len(sizes):,} object{'' if len(sizes) == 1 else 's'}, {sum(sizes) / 1e6:,.1f} MB"


def main(arguments: Sequence[str]) -> int:
    """Run ``cdk destroy``, then describe what it has left.

    Parameters
    ----------
    arguments : sequence of str
        Further arguments for the CDK.
    """
    account.take_region_of_shell()
    try:
        if not is_deployed(STACK):
            print(f"There is no stack {STACK} in this account and region.")
            return 0
        buckets = buckets_of(STACK)
        status = subprocess.run([_CDK, "destroy", *arguments], cwd=ROOT, check=False).returncode
        print("The stack is still there." if is_deployed(STACK) else describe_kept_buckets(buckets))
    except (BotoCoreError, ClientError) as error:
        print(f"destroy: {account.explain_error(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
