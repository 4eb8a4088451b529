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
from botocore.exceptions import ClientError, IncompleteReadError, ResponseStreamingError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

# How browsers keep a document.
NO_CACHE, IMMUTABLE = "no-cache", "public, max-age=31536000, immutable"

# Each part is held in memory until it is sent; 10,000 of them, which is S3's limit, are 160 GB.
_TRANSFER = TransferConfig(multipart_chunksize=16 * 2**20, multipart_threshold=16 * 2**20, max_concurrency=2)
_READ_ATTEMPTS = 3
# Enough for a hundred functions that end at once: each try is one more chance, and the waits spread them.
ATTEMPTS = 60
_LONGEST_WAIT = 2.0
# Without permission to list the bucket, S3 responds with AccessDenied for a missing object.
_NOT_FOUND_CODES = {"NoSuchKey", "AccessDenied"}
_CONFLICT_CODES = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}

Document = dict[str, Any]


class ObjectStore:
    """Reads and writes S3 objects.

    Parameters
    ----------
    s3 : botocore client
        Client for S3.
    """

    def __init__(self, s3: S3Client) -> None:
        self._s3 = s3

    def write_once(self, bucket: str, key: str, make: Callable[[], Document]) -> tuple[Document, bool]:
        """Return a document that is written only once, and whether this call wrote it.

        Parameters
        ----------
        bucket : str
            Name of the bucket.
        key : str
            Key of the object.
        make : callable
            Returns the content, if it is not there yet.
        """
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
        """Replace a document atomically, and return the new content.

        Parameters
        ----------
        bucket : str
            Name of the bucket.
        key : str
            Key of the object.
        change : callable
            Returns the new content from the present one, None to leave it as it is.

        Raises
        ------
        TimeoutError
            If other writers changed it at every attempt.
        """
        for attempt in range(ATTEMPTS):
            condition, current = self.read(bucket, key)
            document = change(current)
            if document is None or self.write(bucket, key, document, condition):
                return document
            wait(attempt)
        raise TimeoutError(f"{key} was changed by others {ATTEMPTS} times in a row")

    def read(self, bucket: str, key: str) -> tuple[dict[str, str], Document | None]:
        """Return the condition for a conditional write, and a document; None where it does not exist.

        Parameters
        ----------
        bucket : str
            Name of the bucket.
        key : str
            Key of the object.
        """
        for attempts_left in reversed(range(_READ_ATTEMPTS)):
            found = self.get(bucket, key)
            if found is None:
                break
            try:
                return {"IfMatch": found["ETag"]}, json.loads(found["Body"].read())
            except (ResponseStreamingError, IncompleteReadError):
                # The connection broke: the SDK tries requests again, but not the reading of a response.
                if not attempts_left:
                    raise
        return {"IfNoneMatch": "*"}, None

    def get(self, bucket: str, key: str) -> GetObjectOutputTypeDef | None:
        """Return an object, None where it does not exist.

        Parameters
        ----------
        bucket : str
            Name of the bucket.
        key : str
            Key of the object.
        """
        try:
            return self._s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_FOUND_CODES:
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
        """Write a document, and return whether the condition held.

        Parameters
        ----------
        bucket : str
            Name of the bucket.
        key : str
            Key of the object.
        document : dict
            Content of the document.
        condition : dict of str to str, optional
            Condition of the write, as `read` returns it; none by default.
        cache : str
            Value of the Cache-Control header.
        """
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
            if condition is None or error.response["Error"]["Code"] not in _CONFLICT_CODES:
                raise
            return False
        return True

    def send(
        self, bucket: str, key: str, parts: Iterable[bytes | memoryview], content_type: str = "text/csv; charset=utf-8"
    ) -> None:
        """Write a file of any size.

        Parameters
        ----------
        bucket : str
            Name of the bucket.
        key : str
            Key of the object.
        parts : iterable of bytes or memoryview
            Parts of the file, in order.
        content_type : str
            Value of the Content-Type header.
        """
        self._s3.upload_fileobj(
            io.BufferedReader(_Parts(parts)), bucket, key, ExtraArgs={"ContentType": content_type}, Config=_TRANSFER
        )


def wait(attempt: int) -> None:
    """Sleep for a random time before another attempt at a conditional write; exponential back-off with full jitter.

    Parameters
    ----------
    attempt : int
        Number of attempts made before, from 0.
    """
    time.sleep(random.uniform(0, min(_LONGEST_WAIT, 0.02 * 2**attempt)))  # noqa: S311


def _encoded(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def digest(document: Document) -> str:
    """Return the SHA-256 of a document, in hexadecimal digits.

    Parameters
    ----------
    document : dict
        Content of the document.
    """
    return hashlib.sha256(_encoded(document)).hexdigest()


class _Parts(io.RawIOBase):
    """Concatenated parts of a file as a readable stream."""

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
