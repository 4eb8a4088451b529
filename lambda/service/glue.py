"""The job on AWS Glue that processes uploads too large for the function. The only place that knows Glue.

A run that was handed over has a `job.json`, which names the job run. The job publishes as the function does; if it ends
without having done so, the function receives an event and starts another job run, and at last queues the event, as
Lambda does with those that the function itself cannot process.
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


class GlueJob:
    """Starts the job on AWS Glue, and tracks its runs.

    Parameters
    ----------
    publisher : Publisher
        Reads and writes the state of runs.
    job : str
        Name of the job.
    threshold : int
        Size in bytes above which an upload is handed over at once.
    failures : str
        URL of the failure queue.
    """

    def __init__(self, publisher: Publisher, *, job: str, threshold: int, failures: str) -> None:
        self._publisher, self._job, self._failures = publisher, job, failures
        self.threshold = threshold

    @classmethod
    def from_environment(cls, publisher: Publisher) -> GlueJob | None:
        """Return the scale-out that the environment configures; None where there is none.

        Parameters
        ----------
        publisher : Publisher
            Reads and writes the state of runs.
        """
        job = os.environ.get("SCALE_OUT_JOB")
        if not job:
            return None
        threshold, failures = int(os.environ["SCALE_OUT_THRESHOLD"]), os.environ["FAILURE_QUEUE_URL"]
        return cls(publisher, job=job, threshold=threshold, failures=failures)

    @cached_property
    def _glue(self) -> GlueClient:
        # Creating the client takes a while, and most uploads do not need it.
        return boto3.client("glue")

    def is_running(self, run_id: str) -> bool:
        """Return whether the job is processing a run.

        Parameters
        ----------
        run_id : str
            Id of the run.
        """
        handed = self._publisher.get_handover(run_id)
        try:
            return handed is not None and self._find(handed["job_run_id"])["JobRunState"] in _AT_WORK
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise
            # Glue forgets what ended long ago.
            return False

    def hand_over(self, run_id: str, record: dict[str, Any], attempt: int = 1) -> None:
        """Start the job for a run.

        Parameters
        ----------
        run_id : str
            Id of the run.
        record : dict
            The record of the S3 event that requested the run.
        attempt : int
            Number of the attempt, from 1.
        """
        started = self._glue.start_job_run(JobName=self._job, Arguments={"--run_id": run_id})
        handed = {"job_run_id": started["JobRunId"], "attempt": attempt, "record": record}
        self._publisher.record_handover(run_id, handed)

    def run_of(self, job_run_id: str) -> str:
        """Return the id of the run that the job was started for.

        Parameters
        ----------
        job_run_id : str
            Glue's id of the job run.
        """
        return str(self._find(job_run_id)["Arguments"]["--run_id"])

    def try_again(self, run_id: str, job_run_id: str, state: str) -> bool:
        """Start the job again for a run that failed; return whether it was started, else its event has been queued.

        A job run that was stopped by a person, or took too long, is not started again.

        Parameters
        ----------
        run_id : str
            Id of the run.
        job_run_id : str
            Glue's id of the job run that ended.
        state : str
            Glue's state of that job run.
        """
        handed = self._publisher.get_handover(run_id)
        if handed is None or handed["job_run_id"] != job_run_id:
            # The event was delivered twice, and another job run was started already.
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
