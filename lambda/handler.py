"""The Lambda function: dispatches events. The only place that knows Lambda."""

from __future__ import annotations

import contextlib
import gc
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import boto3
from aws_lambda_powertools.metrics import MetricUnit

from segmentation.errors import UnusableFileError
from segmentation.results.receipt import Upload, run_id, timestamp
from segmentation.schema.settings import Settings
from service.glue import GlueJob
from service.limits import LimitedSource, OutOfTimeError, check_size
from service.publisher import Publisher
from service.runs import Run
from service.telemetry import StageLog, failed, logger, metrics
from service.uploads import SETTINGS_KEY, UPLOAD_SUFFIXES, StoredUpload, newest_upload, read_settings, settings_version

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_s3 = boto3.client("s3")
# What is imported stays: looking through it for garbage again and again takes a tenth of the time.
gc.freeze()


# The event is never logged, whatever the environment says: it names the file.
@logger.inject_lambda_context(clear_state=True, log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Segment each upload that an event names; new settings process the newest upload again.

    A file that cannot be used is a valid outcome, published as a receipt. Anything else is raised, for Lambda to try
    again. Uploads too large for the function are handed to a job; where it fails, an event from Glue arrives here too.

    Parameters
    ----------
    event : dict
        An event from S3 or from Glue.
    context : Context
        The context of the invocation.
    """
    if event.get("source") == "aws.glue":
        try:
            _on_job_state_change(event["detail"]["jobRunId"], event["detail"]["state"])
        except Exception as error:
            raise failed(error) from None
    _attempt_each(event.get("Records", []), context, redriven=event.get("redriven", False))


def _attempt_each(records: list[dict[str, Any]], context: LambdaContext, *, redriven: bool) -> None:
    """Process each record, even where others fail."""
    if records:
        try:
            _Attempt(records[0], context, redriven=redriven).make()
        finally:
            _attempt_each(records[1:], context, redriven=redriven)


def _on_job_state_change(job_run_id: str, state: str) -> None:
    """Handle a failed job run: start another one, or publish that the run failed."""
    publisher = _publisher()
    glue_job = GlueJob.from_environment(publisher)
    if glue_job is None:
        return
    run = glue_job.run_of(job_run_id)
    logger.append_keys(run_id=run)
    request = publisher.get_request(run)
    if request is None or publisher.is_done(run):
        return
    begun = Run.from_request(run, request, publisher, StageLog())
    if glue_job.try_again(run, job_run_id, state):
        begun.publish_running()
    else:
        begun.publish_failure()
    logger.info("job ended without an answer")


def _publisher() -> Publisher:
    return Publisher(_s3, website_bucket=os.environ["WEBSITE_BUCKET"], results_bucket=os.environ["RESULTS_BUCKET"])


class _Attempt:
    """An attempt at the run that one record of an event requests."""

    def __init__(self, record: dict[str, Any], context: LambdaContext, *, redriven: bool = False) -> None:
        self._record = record
        self._redriven = redriven
        self._context = context
        self._bucket = record["s3"]["bucket"]["name"]
        found = record["s3"]["object"]
        # S3 encodes keys in events as in a form, a space as +.
        self._key, self._version = unquote_plus(found["key"]), found["versionId"]
        self._id = run_id(self._bucket, self._key, self._version)
        self._log = StageLog()
        self._publisher = _publisher()
        self._glue_job = GlueJob.from_environment(self._publisher)
        logger.append_keys(run_id=self._id)

    def make(self) -> None:
        wanted = self._key == SETTINGS_KEY or self._key.endswith(UPLOAD_SUFFIXES)
        if not wanted or "ObjectCreated" not in self._record["eventName"]:
            # The filters of S3 are by beginning and end.
            logger.info("neither an upload nor settings")
            return
        metrics.add_metric("UploadsReceived", MetricUnit.Count, 1)
        run = None
        try:
            if self._publisher.is_done(self._id):
                self._log.ended("done before")
                return
            if self._glue_job and self._glue_job.is_running(self._id):
                self._log.ended("handed over before")
                return
            request, is_first = self._publisher.begin(self._id, self._request)
            if not is_first:
                request = self._as_of_now(request)
            run = Run.from_request(self._id, request, self._publisher, self._log, self._key)
            if not is_first and request.get("delivery") == self._context.aws_request_id:
                # The attempt before may have been killed, with no time to say so; of an event that was delivered twice
                # the other attempt may still be at work.
                run.publish_failure()
            self._answer(run)
        except Exception as error:
            if run is not None:
                with contextlib.suppress(Exception):
                    run.publish_failure()
            raise failed(error) from None
        finally:
            metrics.flush_metrics()

    def _as_of_now(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the request of a run begun before; where it is redriven, with the present settings."""
        # They may be what it failed for.
        newer: dict[str, Any] = {}
        if self._redriven:
            newer = {"settings_version": settings_version(_s3, self._bucket), "delivery": self._context.aws_request_id}
        # An earlier release wrote a request without these.
        if "rounding_key" not in request:
            newer["rounding_key"] = self._publisher.rounding_key()
        if "decisions" not in request:
            newer["decisions"] = self._publisher.decisions()
        return self._publisher.replace_request(self._id, {**request, **newer}) if newer else request

    def _request(self) -> dict[str, Any]:
        """Return the request as of now."""
        at = timestamp(datetime.fromisoformat(self._record["eventTime"]))
        file: StoredUpload | None = StoredUpload(
            key=self._key, version=self._version, uploaded_at=at, size=self._record["s3"]["object"]["size"]
        )
        settings = self._version
        if self._key == SETTINGS_KEY:
            file = newest_upload(_s3, self._bucket)
        else:
            settings = settings_version(_s3, self._bucket)
        return {
            "file": file,
            "settings_version": settings,
            "requested_at": at,
            "began_at": timestamp(datetime.now(UTC)),
            "rounding_key": self._publisher.rounding_key(),
            # Kept by this run, so that segments stay the same.
            "decisions": self._publisher.decisions(),
            # The same for all attempts that Lambda makes at it.
            "delivery": self._context.aws_request_id,
        }

    def _answer(self, run: Run) -> None:
        request, upload = run.request, run.upload
        try:
            settings = read_settings(_s3, self._bucket, request["settings_version"])
        except UnusableFileError as error:
            # It is the settings that are at fault, even where they were to run another file again.
            at = upload.requested_at
            run.refuse(error, Upload(self._id, self._key, at, at, upload.began_at))
            return
        if request["file"] is None:
            run.store_settings()
            return
        try:
            check_size(request["file"]["size"], int(os.environ["MAX_UPLOAD_MB"]))
            if self._glue_job and request["file"]["size"] > self._glue_job.threshold:
                self._hand_over(self._glue_job, run)
                return
            self._segment(run, settings)
        except OutOfTimeError as error:
            if self._glue_job:
                self._hand_over(self._glue_job, run)
            else:
                run.refuse(error)
        except UnusableFileError as error:
            run.refuse(error)

    def _segment(self, run: Run, settings: Settings) -> None:
        file = run.request["file"]
        source = LimitedSource(
            lambda: _s3.get_object(Bucket=self._bucket, Key=file["key"], VersionId=file["version"])["Body"],
            int(os.environ["MAX_UPLOAD_MB"]),
            lambda: self._context.get_remaining_time_in_millis() / 1000,
        )

        def report(stage: str, rows: int) -> None:
            self._log(stage, rows)
            source.check()

        run.segment(source, settings, k=_fixed_k(), report=report)

    def _hand_over(self, glue_job: GlueJob, run: Run) -> None:
        # Published first: once started, the job publishes its own status.
        run.publish_running()
        glue_job.hand_over(self._id, self._record)
        self._log.ended("handed over")


def _fixed_k() -> int | None:
    text = os.environ.get("SEGMENTATION_K")
    return int(text) if text else None
