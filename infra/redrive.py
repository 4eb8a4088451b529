"""Retry the uploads in the failure queue: ``python -m infra.redrive``, with the credentials of the shell."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import account

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

STACK = "CustomerIntelligenceSuite"
# An event that is not handed on in this time is seen by others again.
_SECONDS_TO_HAND_ON = 60


def redrive(sqs: SQSClient, functions: LambdaClient, *, queue: str, function: str) -> int:
    """Invoke the function again for each event in the failure queue, and return how many there were.

    An event leaves the queue once the function has received it; if it fails again, it comes back. An event that was
    processed in the meantime has no effect.

    Parameters
    ----------
    sqs : botocore client
        Client for SQS.
    functions : botocore client
        Client for Lambda.
    queue : str
        URL of the failure queue.
    function : str
        Name of the function.
    """
    count = 0
    while messages := sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=_SECONDS_TO_HAND_ON, WaitTimeSeconds=1
    ).get("Messages", []):
        for message in messages:
            # Makes the function read the settings again.
            event = {**json.loads(message["Body"])["requestPayload"], "redriven": True}
            functions.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            count += 1
    return count


def stack_outputs(stack: str) -> dict[str, str]:
    """Return the outputs of a deployed stack.

    Parameters
    ----------
    stack : str
        Name of the stack.
    """
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def main() -> int:
    """Redrive the queue of the stack in the account of the shell."""
    parser = argparse.ArgumentParser(prog="python -m infra.redrive")
    parser.add_argument("--stack", default=STACK)
    options = parser.parse_args()
    account.take_region_of_shell()
    try:
        outputs = stack_outputs(options.stack)
        count = redrive(
            boto3.client("sqs"),
            boto3.client("lambda"),
            queue=outputs["FailureQueueUrl"],
            function=outputs["FunctionName"],
        )
    except (BotoCoreError, ClientError) as error:
        print(f"redrive: {account.explain_error(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(redrive_summary(count))
    return 0


def redrive_summary(count: int) -> str:
    """Return a sentence on what was done.

    Parameters
    ----------
    count : int
        Number of events.
    """
    return f"{count} handed to the function again" if count else "The failure queue is empty"


if __name__ == "__main__":
    sys.exit(main())
