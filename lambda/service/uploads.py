"""The input bucket: uploads and settings. The only place that knows their keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict

from segmentation.results.receipt import timestamp
from segmentation.schema.settings import Settings, check_settings_size

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectVersionTypeDef

# S3 notifies the function of these keys; `infra.settings` has the same.
SETTINGS_KEY = "settings.json"
UPLOAD_SUFFIXES = (".csv", ".CSV", ".csv.gz", ".CSV.GZ")


class StoredUpload(TypedDict):
    """One version of an upload.

    Parameters
    ----------
    key : str
        Key of the object.
    version : str
        Version of the object.
    uploaded_at : str
        Time of the upload, see `segmentation.results.receipt.timestamp`.
    size : int
        Size in bytes.
    """

    key: str
    version: str
    uploaded_at: str
    size: int


def settings_version(s3: S3Client, bucket: str) -> str | None:
    """Return the present version of the settings; None where there are none.

    The versions are listed, which distinguishes an object that does not exist from one that must not be read.

    Parameters
    ----------
    s3 : botocore client
        Client for S3.
    bucket : str
        Name of the input bucket.
    """
    for found in _newest_versions(s3, bucket, SETTINGS_KEY):
        if found["Key"] == SETTINGS_KEY:
            return found["VersionId"]
    return None


def read_settings(s3: S3Client, bucket: str, version: str | None) -> Settings:
    """Return a version of the settings.

    Parameters
    ----------
    s3 : botocore client
        Client for S3.
    bucket : str
        Name of the input bucket.
    version : str or None
        Version of the settings; None for the defaults.

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
    """Return the newest upload that was not deleted, None where there is none.

    Parameters
    ----------
    s3 : botocore client
        Client for S3.
    bucket : str
        Name of the input bucket.
    """
    newest = None
    for found in _newest_versions(s3, bucket):
        if found["Key"].endswith(UPLOAD_SUFFIXES):
            at = timestamp(found["LastModified"])
            if newest is None or at >= newest["uploaded_at"]:
                newest = StoredUpload(key=found["Key"], version=found["VersionId"], uploaded_at=at, size=found["Size"])
    return newest


def _newest_versions(s3: S3Client, bucket: str, prefix: str = "") -> Iterator[ObjectVersionTypeDef]:
    """List the newest version of each object that was not deleted."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        yield from (found for found in page.get("Versions", []) if found["IsLatest"])
