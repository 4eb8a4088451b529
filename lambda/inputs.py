"""What lies in the input bucket: uploads, and the settings beside them. The only place that knows their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError

from segmentation.receipt import timestamp
from segmentation.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SETTINGS_KEY = "settings.json"

# Spreadsheets on Windows like to write it in capitals.
_UPLOADS = (".csv", ".csv.gz")
_MOST_SETTINGS_BYTES = 2**20
# S3 says 403 of what is not there to whoever may not list the bucket.
_ABSENT = {"NoSuchKey", "AccessDenied", "404", "403"}


class StoredUpload(TypedDict):
    """One version of an upload: where it is, when it came, and how many bytes it has."""

    key: str
    version: str
    uploaded_at: str
    size: int


def is_absent(error: ClientError) -> bool:
    """Whether an object is not there."""
    return error.response["Error"]["Code"] in _ABSENT


def settings_version(s3: S3Client, bucket: str) -> str | None:
    """Return the version of the settings that hold now; None where there are none."""
    try:
        return s3.head_object(Bucket=bucket, Key=SETTINGS_KEY)["VersionId"]
    except ClientError as error:
        if not is_absent(error):
            raise
        return None


def read_settings(s3: S3Client, bucket: str, version: str | None) -> Settings:
    """Return a version of the settings; those that hold by default for None.

    Raises
    ------
    UnusableFileError
        If they are not what the schema says.
    """
    if version is None:
        return Settings()
    found = s3.get_object(Bucket=bucket, Key=SETTINGS_KEY, VersionId=version)
    return Settings.parse(found["Body"].read(_MOST_SETTINGS_BYTES))


def newest_upload(s3: S3Client, bucket: str) -> StoredUpload | None:
    """Return the upload that came last and is still there, None where there is none."""
    newest = None
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for found in page.get("Versions", []):
            if found["IsLatest"] and found["Key"].lower().endswith(_UPLOADS):
                at = timestamp(found["LastModified"])
                if newest is None or at >= newest["uploaded_at"]:
                    newest = StoredUpload(
                        key=found["Key"], version=found["VersionId"], uploaded_at=at, size=found["Size"]
                    )
    return newest
