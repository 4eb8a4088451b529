"""The Lambda function: an S3 event through the stages. The only place that knows Lambda."""

import logging
import os
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

import boto3

from publishing import Publisher
from segmentation.errors import UnusableFileError
from segmentation.receipt import Upload, accepted_receipt, published_document, refused_receipt, run_id, timestamp
from segmentation.run import segment

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)

_s3 = boto3.client("s3")


def handler(event: dict[str, Any], _context: object) -> None:
    """Segment each upload that the event names.

    A file that cannot be used is an answer, published as a receipt. Anything else is raised, for Lambda to try again.
    """
    for record in event.get("Records", []):
        _process(record)


def _process(record: dict[str, Any]) -> None:
    bucket, key, version = _location(record)
    uploaded_at = timestamp(datetime.fromisoformat(record["eventTime"]))
    upload = Upload(run_id(bucket, key, version), key, uploaded_at)
    publisher = Publisher(_s3, website_bucket=os.environ["WEBSITE_BUCKET"], results_bucket=os.environ["RESULTS_BUCKET"])
    try:
        result = segment(lambda: _s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"], k=_fixed_k())
    except UnusableFileError as error:
        logger.info("run %s refused", upload.run_id)
        publisher.publish_receipt(refused_receipt(error, upload, timestamp(datetime.now(UTC))))
        return
    now = timestamp(datetime.now(UTC))
    publisher.publish(published_document(result, upload, now), accepted_receipt(result, upload, now), result.assigned)
    logger.info("run %s published: %d rows", upload.run_id, result.rows["read"])


def _location(record: dict[str, Any]) -> tuple[str, str, str]:
    """Return bucket, key and version; S3 encodes keys in events as in a form, a space as ``+``."""
    found = record["s3"]["object"]
    return record["s3"]["bucket"]["name"], unquote_plus(found["key"]), found["versionId"]


def _fixed_k() -> int | None:
    text = os.environ.get("SEGMENTATION_K")
    return int(text) if text else None
