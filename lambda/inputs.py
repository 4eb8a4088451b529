"""What lies in the input bucket: uploads, and the settings beside them. The only place that knows their keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from segmentation.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SETTINGS_KEY = "settings.json"

# Spreadsheets on Windows like to write it in capitals.
_UPLOADS = (".csv", ".csv.gz")
_MOST_SETTINGS_BYTES = 2**20


@dataclass(frozen=True)
class StoredUpload:
    """One version of an upload.

    Parameters
    ----------
    key, version : str
        Where it is.
    uploaded_at : datetime
        When it came.
    """

    key: str
    version: str
    uploaded_at: datetime


def is_absent(error: ClientError) -> bool:
    """Whether an object is not there; whoever may not list a bucket is told 403 for it."""
    return error.response["Error"]["Code"] in ("NoSuchKey", "AccessDenied")


def read_settings(s3: S3Client, bucket: str, version: str | None = None) -> Settings:
    """Return the settings in a bucket, or a version of them; those that hold by default where there are none.

    Raises
    ------
    UnusableFileError
        If they are not what the schema says.
    """
    which = {} if version is None else {"VersionId": version}
    try:
        found = s3.get_object(Bucket=bucket, Key=SETTINGS_KEY, **which)  # type: ignore[arg-type]
    except ClientError as error:
        if version is not None or not is_absent(error):
            raise
        return Settings()
    return Settings.parse(found["Body"].read(_MOST_SETTINGS_BYTES))


def newest_upload(s3: S3Client, bucket: str) -> StoredUpload | None:
    """Return the upload that came last and is still there, None where there is none."""
    newest = None
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for found in page.get("Versions", []):
            if found["IsLatest"] and found["Key"].lower().endswith(_UPLOADS):
                upload = StoredUpload(found["Key"], found["VersionId"], found["LastModified"])
                if newest is None or upload.uploaded_at >= newest.uploaded_at:
                    newest = upload
    return newest
