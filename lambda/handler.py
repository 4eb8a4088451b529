"""The Lambda function: an S3 event through the stages. The only place that knows Lambda."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

import boto3

from inputs import SETTINGS_KEY, newest_upload, read_settings
from publishing import Publisher
from segmentation.errors import UnusableFileError
from segmentation.receipt import (
    Upload,
    accepted_receipt,
    published_document,
    refused_receipt,
    run_id,
    stored_receipt,
    timestamp,
)
from segmentation.run import segment
from segmentation.settings import Settings

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)

_s3 = boto3.client("s3")


def handler(event: dict[str, Any], _context: object) -> None:
    """Segment each upload that the event names; new settings run the newest upload again.

    A file that cannot be used is an answer, published as a receipt. Anything else is raised, for Lambda to try again.
    """
    for record in event.get("Records", []):
        _process(record)


def _process(record: dict[str, Any]) -> None:
    bucket, key, version = _location(record)
    run, requested_at = run_id(bucket, key, version), timestamp(datetime.fromisoformat(record["eventTime"]))
    if key != SETTINGS_KEY:
        upload = Upload(run, key, requested_at)
        _segment(bucket, key, version, upload, lambda: read_settings(_s3, bucket))
        return
    newest = newest_upload(_s3, bucket)
    try:
        settings = read_settings(_s3, bucket, version)
    except UnusableFileError as error:
        _refuse(error, Upload(run, key, requested_at))
        return
    if newest is None:
        _publisher().publish_receipt(stored_receipt(Upload(run, key, requested_at), _now()))
        return
    again = Upload(run, newest.key, timestamp(newest.uploaded_at), requested_at)
    _segment(bucket, newest.key, newest.version, again, lambda: settings)


def _segment(bucket: str, key: str, version: str, upload: Upload, settings: Callable[[], Settings]) -> None:
    try:
        result = segment(
            lambda: _s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"],
            settings=settings(),
            k=_fixed_k(),
        )
    except UnusableFileError as error:
        _refuse(error, upload)
        return
    now = _now()
    _publisher().publish(
        published_document(result, upload, now), accepted_receipt(result, upload, now), result.assigned, result.rejected
    )
    logger.info("run %s published: %d rows", upload.run_id, result.rows["read"])


def _refuse(error: UnusableFileError, upload: Upload) -> None:
    logger.info("run %s refused", upload.run_id)
    _publisher().publish_receipt(refused_receipt(error, upload, _now()))


def _publisher() -> Publisher:
    return Publisher(_s3, website_bucket=os.environ["WEBSITE_BUCKET"], results_bucket=os.environ["RESULTS_BUCKET"])


def _now() -> str:
    return timestamp(datetime.now(UTC))


def _location(record: dict[str, Any]) -> tuple[str, str, str]:
    """Return bucket, key and version; S3 encodes keys in events as in a form, a space as ``+``."""
    found = record["s3"]["object"]
    return record["s3"]["bucket"]["name"], unquote_plus(found["key"]), found["versionId"]


def _fixed_k() -> int | None:
    text = os.environ.get("SEGMENTATION_K")
    return int(text) if text else None
