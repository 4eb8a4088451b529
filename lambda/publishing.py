"""Stage 6, publish: a finished run to S3. The only place that knows buckets, keys and conditional writes.

First the run's own objects, which nothing else writes, then the two that readers see. Those are switched by conditional
write, so that of two runs that end at once the newer upload stands, whichever ends last.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from inputs import is_absent

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATA_KEY = "data.json"
RECEIPT_KEY = "receipt.json"
RUN_PREFIX = "runs/"

# Each part is held in memory until it is sent; 10,000 of them, which is S3's limit, are 160 GB.
_TRANSFER = TransferConfig(multipart_chunksize=16 * 2**20, multipart_threshold=16 * 2**20, max_concurrency=2)
_SWITCH_ATTEMPTS = 10
_LOST_RACE = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}


class Publisher:
    """Writes the results of runs.

    Parameters
    ----------
    s3 : botocore client
        For S3.
    website_bucket : str
        The public bucket that the page is served from.
    results_bucket : str
        The private bucket of the assigned rows.
    """

    def __init__(self, s3: S3Client, *, website_bucket: str, results_bucket: str) -> None:
        self._s3 = s3
        self._website_bucket = website_bucket
        self._results_bucket = results_bucket

    def publish(
        self,
        document: dict[str, Any],
        receipt: dict[str, Any],
        assigned: Iterable[bytes | memoryview],
        rejected: Iterable[bytes] = (),
    ) -> None:
        """Publish an upload that was used; its rows are sent while they are made."""
        self._send(f"{RUN_PREFIX}{document['run_id']}/Clustering_Final.csv", assigned)
        parts = iter(rejected)
        first = next(parts, None)
        if first is not None:
            self._send(f"{RUN_PREFIX}{document['run_id']}/rejected.csv", chain([first], parts))
        self._switch(DATA_KEY, document)
        self.publish_receipt(receipt)

    def publish_receipt(self, receipt: dict[str, Any]) -> None:
        """Publish what became of an upload: all of it privately, and without the detail from the file to everybody.

        The private receipt comes last of all, so that who waits for it finds everything else in place.
        """
        self._switch(RECEIPT_KEY, {**receipt, "detail": None})
        self._s3.put_object(
            Bucket=self._results_bucket,
            Key=f"{RUN_PREFIX}{receipt['run_id']}/{RECEIPT_KEY}",
            Body=_json(receipt),
            ContentType="application/json",
        )

    def _send(self, key: str, parts: Iterable[bytes | memoryview]) -> None:
        """Write a private CSV."""
        self._s3.upload_fileobj(
            io.BufferedReader(_Parts(parts)),
            self._results_bucket,
            key,
            ExtraArgs={"ContentType": "text/csv; charset=utf-8"},
            Config=_TRANSFER,
        )

    def _switch(self, key: str, document: dict[str, Any]) -> None:
        """Replace a public document, unless it was asked for later."""
        for _ in range(_SWITCH_ATTEMPTS):
            condition, current = self._current(key)
            if current and _requested_at(current) > _requested_at(document):
                return
            try:
                self._s3.put_object(
                    Bucket=self._website_bucket,
                    Key=key,
                    Body=_json(document),
                    ContentType="application/json",
                    CacheControl="no-cache",
                    **condition,
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in _LOST_RACE:
                    raise
            else:
                return
        raise TimeoutError(f"{key} was changed by others {_SWITCH_ATTEMPTS} times in a row")

    def _current(self, key: str) -> tuple[Any, dict[str, Any] | None]:
        """Return the condition under which nobody else has written since, and the document that stands now."""
        try:
            found = self._s3.get_object(Bucket=self._website_bucket, Key=key)
        except ClientError as error:
            if not is_absent(error):
                raise
            return {"IfNoneMatch": "*"}, None
        return {"IfMatch": found["ETag"]}, json.loads(found["Body"].read())


def _requested_at(document: dict[str, Any]) -> str:
    # Before version 2 it was not told apart from when the file came.
    source: dict[str, str] = document["source"]
    return source.get("requested_at", source["uploaded_at"])


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


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
