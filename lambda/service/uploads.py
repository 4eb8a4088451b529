"""What lies in the input bucket: uploads, and the settings beside them. The only place that knows their keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict

from segmentation.results.receipt import timestamp
from segmentation.schema.settings import Settings, check_settings_size

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectVersionTypeDef

# Of these keys S3 tells the function; `infra.settings` has the same.
SETTINGS_KEY = "settings.json"
UPLOAD_SUFFIXES = (".csv", ".CSV", ".csv.gz", ".CSV.GZ")


class StoredUpload(TypedDict):
    """One version of an upload: where it is, when it came, and how many bytes it has."""

    key: str
    version: str
    uploaded_at: str
    size: int


def settings_version(s3: S3Client, bucket: str) -> str | None:
    """Return the version of the settings that hold now; None where there are none.

    It is asked for by listing, which tells what is not there from what must not be read.
    """
    for found in _newest_versions(s3, bucket, SETTINGS_KEY):
        if found["Key"] == SETTINGS_KEY:
            return found["VersionId"]
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
    check_settings_size(found["ContentLength"])
    return Settings.parse(found["Body"].read())


def newest_upload(s3: S3Client, bucket: str) -> StoredUpload | None:
    """Return the upload that came last and is still there, None where there is none."""
    newest = None
    for found in _newest_versions(s3, bucket):
        if found["Key"].endswith(UPLOAD_SUFFIXES):
            at = timestamp(found["LastModified"])
            if newest is None or at >= newest["uploaded_at"]:
                newest = StoredUpload(key=found["Key"], version=found["VersionId"], uploaded_at=at, size=found["Size"])
    return newest


def _newest_versions(s3: S3Client, bucket: str, prefix: str = "") -> Iterator[ObjectVersionTypeDef]:
    """List the newest version of each object that is still there."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        yield from (found for found in page.get("Versions", []) if found["IsLatest"])
