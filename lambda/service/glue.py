"""Uploads that outgrow the function, and the job on AWS Glue that they are handed to. The only place that knows Glue.

A run that was handed over has a `job.json`, which says to whom. The job publishes as the function does; if it ends
without having done so, the function hears of it and starts another, and at last queues the event, as Lambda does with
those that the function itself cannot process.
"""

from __future__ import annotations

import json
import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from service.publisher import Publisher

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

# As often as Lambda tries.
_MAX_ATTEMPTS = 3
_AT_WORK = {"STARTING", "RUNNING", "STOPPING", "WAITING"}


class ScaleOut:
    """The job, and who it works for.

    Parameters
    ----------
    publisher : Publisher
        Of the runs.
    job : str
        The name of the job.
    threshold : int
        Of how many bytes an upload is handed over at once.
    failures : str
        The address of the failure queue.
    """

    def __init__(self, publisher: Publisher, *, job: str, threshold: int, failures: str) -> None:
        self._publisher, self._job, self._failures = publisher, job, failures
        self.threshold = threshold

    @classmethod
    def from_environment(cls, publisher: Publisher) -> ScaleOut | None:
        """Return what the environment names; None where uploads are not handed over."""
        job = os.environ.get("SCALE_OUT_JOB")
        if not job:
            return None
        threshold, failures = int(os.environ["SCALE_OUT_THRESHOLD"]), os.environ["FAILURE_QUEUE_URL"]
        return cls(publisher, job=job, threshold=threshold, failures=failures)

    @cached_property
    def _glue(self) -> GlueClient:
        # It takes a while, and most uploads do without.
        return boto3.client("glue")

    def is_running(self, run_id: str) -> bool:
        """Whether the job works on a run."""
        handed = self._publisher.get_handover(run_id)
        try:
            return handed is not None and self._find(handed["job_run_id"])["JobRunState"] in _AT_WORK
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise
            # Glue forgets what ended long ago.
            return False

    def hand_over(self, run_id: str, record: dict[str, Any], attempt: int = 1) -> None:
        """Start the job for a run; `record` is the part of the event that asked for it."""
        started = self._glue.start_job_run(JobName=self._job, Arguments={"--run_id": run_id})
        handed = {"job_run_id": started["JobRunId"], "attempt": attempt, "record": record}
        self._publisher.record_handover(run_id, handed)

    def run_of(self, job_run_id: str) -> str:
        """Return which run the job was started for."""
        return str(self._find(job_run_id)["Arguments"]["--run_id"])

    def try_again(self, run_id: str, job_run_id: str, state: str) -> bool:
        """Start the job again for a run that it gave up; return whether it was, else its event is in the queue.

        What was stopped by somebody, or took too long, is not tried again by itself.
        """
        handed = self._publisher.get_handover(run_id)
        if handed is None or handed["job_run_id"] != job_run_id:
            # It is told twice, and there is another one already.
            return True
        if handed["attempt"] < _MAX_ATTEMPTS and state == "FAILED":
            self.hand_over(run_id, handed["record"], handed["attempt"] + 1)
            return True
        # As Lambda queues what it gave up: so it is tried again in the same way.
        body = {"requestPayload": {"Records": [handed["record"]]}}
        boto3.client("sqs").send_message(QueueUrl=self._failures, MessageBody=json.dumps(body, allow_nan=False))
        return False

    def _find(self, job_run_id: str) -> dict[str, Any]:
        found: Any = self._glue.get_job_run(JobName=self._job, RunId=job_run_id)["JobRun"]
        return dict(found)
