"""Objects in S3: documents with conditional writes, and files of any size."""

from __future__ import annotations

import hashlib
import io
import json
import random
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

# How browsers keep a document.
NO_CACHE, IMMUTABLE = "no-cache", "public, max-age=31536000, immutable"

# Each part is held in memory until it is sent; 10,000 of them, which is S3's limit, are 160 GB.
_TRANSFER = TransferConfig(multipart_chunksize=16 * 2**20, multipart_threshold=16 * 2**20, max_concurrency=2)
# Enough for a hundred functions that end at once: each try is one more chance, and the waits spread them.
ATTEMPTS = 60
_LONGEST_WAIT = 2.0
# S3 says AccessDenied of what is not there to whoever may not list the bucket.
_ABSENT = {"NoSuchKey", "AccessDenied"}
_LOST_RACE = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}

Document = dict[str, Any]


class ObjectStore:
    """Reads and writes objects.

    Parameters
    ----------
    s3 : botocore client
        The client for S3.
    """

    def __init__(self, s3: S3Client) -> None:
        self._s3 = s3

    def write_once(self, bucket: str, key: str, make: Callable[[], Document]) -> tuple[Document, bool]:
        """Return a document that is written once, and whether it was written now."""
        _, written = self.read(bucket, key)
        if written is None:
            made = make()
            if self.write(bucket, key, made, {"IfNoneMatch": "*"}):
                return made, True
            _, written = self.read(bucket, key)
        if written is None:
            raise PermissionError(f"{key} is there and must not be read")
        return written, False

    def update(self, bucket: str, key: str, change: Callable[[Document | None], Document | None]) -> Document | None:
        """Replace a document by what `change` makes of the one that stands, and return it; None leaves it."""
        for attempt in range(ATTEMPTS):
            condition, current = self.read(bucket, key)
            document = change(current)
            if document is None or self.write(bucket, key, document, condition):
                return document
            wait(attempt)
        raise TimeoutError(f"{key} was changed by others {ATTEMPTS} times in a row")

    def read(self, bucket: str, key: str) -> tuple[dict[str, str], Document | None]:
        """Return a document, and the condition under which nobody else has written it since."""
        found = self.get(bucket, key)
        if found is None:
            return {"IfNoneMatch": "*"}, None
        return {"IfMatch": found["ETag"]}, json.loads(found["Body"].read())

    def get(self, bucket: str, key: str) -> GetObjectOutputTypeDef | None:
        """Return an object, None where it is not there."""
        try:
            return self._s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _ABSENT:
                raise
            return None

    def write(
        self,
        bucket: str,
        key: str,
        document: Document,
        condition: dict[str, str] | None = None,
        *,
        cache: str = NO_CACHE,
    ) -> bool:
        """Write a document, and return whether the condition held."""
        try:
            self._s3.put_object(
                Bucket=bucket,
                Key=key,
                Body=_encoded(document),
                ContentType="application/json",
                CacheControl=cache,
                **(condition or {}),  # type: ignore[arg-type]
            )
        except ClientError as error:
            if condition is None or error.response["Error"]["Code"] not in _LOST_RACE:
                raise
            return False
        return True

    def send(
        self, bucket: str, key: str, parts: Iterable[bytes | memoryview], content_type: str = "text/csv; charset=utf-8"
    ) -> None:
        """Write a file of any size."""
        self._s3.upload_fileobj(
            io.BufferedReader(_Parts(parts)),
            bucket,
            key,
            ExtraArgs={"ContentType": content_type},
            Config=_TRANSFER,
        )


def wait(attempt: int) -> None:
    """Let others go first, the longer the more often one came too late."""
    time.sleep(random.uniform(0, min(_LONGEST_WAIT, 0.02 * 2**attempt)))  # noqa: S311


def _encoded(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def digest(document: Document) -> str:
    """Return what only this document has."""
    return hashlib.sha256(_encoded(document)).hexdigest()


class _Parts(io.RawIOBase):
    """Parts of a file, readable as one."""

    def __init__(self, parts: Iterable[bytes | memoryview]) -> None:
        super().__init__()
        self._parts = iter(parts)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = memoryview(part)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
