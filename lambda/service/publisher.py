"""Stage 6, publish: a run to S3. The only place that knows buckets, keys and conditional writes.

A run is a directory of objects that only it writes, and that each attempt at it writes alike. Runs give ids to their
segments one after another, each in view of the newest that did so before it. What readers see is switched when they are
complete: the history first, so that whatever `data.json` shows is in it, and by conditional write, so that of runs that
end at once the newer upload stands, whichever ends last. The private receipt comes last of all: where it is, the run is
done.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import secrets
import time
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from segmentation.describing.membership import Members
from segmentation.pipeline import Previous, Result
from segmentation.results.receipt import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

DATA_KEY = "data.json"
HISTORY_KEY = "runs.json"
# Runs that the history does not list any more: the page fetches them where they are asked for.
OLDER_KEY = "older_runs.json"
RECEIPT_KEY = "receipt.json"
# What a run was asked for, written before anything else.
REQUEST_KEY = "request.json"
# To whom a run was handed over.
JOB_KEY = "job.json"
# Hashes of the ids of customers, with their segments.
MEMBERS_KEY = "members.npz"
# What later runs compare the segments of a run with, before its result is published.
IDENTITIES_KEY = "identities.json"
# The last ids ever given, and the runs that gave some last.
LAST_IDS_KEY = "last_ids.json"
# What the lots of rounded numbers are drawn by: random, made once, and nobody's to know.
ROUNDING_KEY = "rounding_key.json"
RUN_PREFIX = "runs/"
# A run that is tried again after so many others gives new ids.
_MOST_GIVERS = 100
# Of so many runs in the history those before the newest are put to the older ones, many at a time.
MOST_LISTED, KEPT_LISTED = 75, 50
MOST_OLDER = 1_000

# Each part is held in memory until it is sent; 10,000 of them, which is S3's limit, are 160 GB.
_TRANSFER = TransferConfig(multipart_chunksize=16 * 2**20, multipart_threshold=16 * 2**20, max_concurrency=2)
# Enough for a hundred functions that end at once: each try is one more chance, and the waits spread them.
_SWITCH_ATTEMPTS = 60
_LONGEST_WAIT = 2.0
# S3 says AccessDenied of what is not there to whoever may not list the bucket.
_ABSENT = {"NoSuchKey", "AccessDenied"}
_LOST_RACE = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}
# What is said of a run that is not at its end.
_PASSING = {"running", "failed"}
_ASK_AGAIN, _FOR_GOOD = "no-cache", "public, max-age=31536000, immutable"

Document = dict[str, Any]


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

    def is_done(self, run_id: str) -> bool:
        """Return whether a run has come to its end."""
        return self._read(self._results_bucket, _in_run(run_id, RECEIPT_KEY))[1] is not None

    def begin(self, run_id: str, request: Callable[[], Document]) -> tuple[Document, bool]:
        """Return what a run is asked for, and whether no attempt at it was made before.

        Parameters
        ----------
        run_id : str
            Of the run.
        request : callable
            Says what it is asked for, as things are now. The first attempt writes it down, and all others keep to it,
            so that each of them writes the same.
        """
        return self._first(_in_run(run_id, REQUEST_KEY), request)

    def ask_again(self, run_id: str, request: Document) -> Document:
        """Have a run keep to another request from now on."""
        self._write(self._results_bucket, _in_run(run_id, REQUEST_KEY), request)
        return request

    def rounding_key(self) -> str:
        """Return the key of this deployment, in hexadecimal digits; whoever asks first makes it."""
        found, _ = self._first(ROUNDING_KEY, lambda: {"rounding_key": secrets.token_hex(32)})
        return str(found["rounding_key"])

    def _first(self, key: str, make: Callable[[], Document]) -> tuple[Document, bool]:
        """Return a private document that is written once, and whether it was written now."""
        _, written = self._read(self._results_bucket, key)
        if written is None:
            made = make()
            if self._write(self._results_bucket, key, made, {"IfNoneMatch": "*"}):
                return made, True
            _, written = self._read(self._results_bucket, key)
        if written is None:
            raise PermissionError(f"{key} is there and must not be read")
        return written, False

    def asked(self, run_id: str) -> Document | None:
        """Return what a run is asked for; None where no attempt at it was made."""
        return self._read(self._results_bucket, _in_run(run_id, REQUEST_KEY))[1]

    def handed_over(self, run_id: str) -> Document | None:
        """Return to whom a run was handed over last, None where it was not."""
        return self._read(self._results_bucket, _in_run(run_id, JOB_KEY))[1]

    def hand_over(self, run_id: str, to: Document) -> None:
        """Write down to whom a run is handed over."""
        self._write(self._results_bucket, _in_run(run_id, JOB_KEY), to)

    def give_ids(self, upload: Upload, result_after: Callable[[Previous], Result]) -> Result:
        """Return the result of a run with ids that no other run has given to other segments.

        Parameters
        ----------
        upload : Upload
            What the run is about.
        result_after : callable
            Makes the result in view of what came before. It is called again where another run gave ids meanwhile; an
            attempt at a run that gave ids before keeps to them, if it has the same segments.
        """
        about, anew = {"run_id": upload.run_id, "source": upload.source}, False
        for attempt in range(_SWITCH_ATTEMPTS):
            condition, given = self._read(self._results_bucket, LAST_IDS_KEY)
            last_ids, runs = (given["last_ids"], given["runs"]) if given else ({}, [])
            others = [run for run in runs if run["run_id"] != upload.run_id]
            own = None if anew else next((run for run in runs if run not in others), None)
            if own is None:
                before = self._newest_standing(others, upload.run_id)
            else:
                before, last_ids = self._result_of(own["previous_run"]), own["last_ids"]
            result = result_after(self._previous(before, last_ids))
            identities = {**result.identities(), **about}
            if own is not None and own["identities"] != _digest(identities):
                # By other settings, or since the run before was deleted: ids that were given are of other segments.
                anew = True
                continue
            # Before the ids are given: who sees that they are must find it.
            self._write(self._results_bucket, _in_run(upload.run_id, IDENTITIES_KEY), identities)
            now = {mode: found["last_id"] for mode, found in identities["modes"].items()}
            giver = {**about, "last_ids": last_ids, "identities": _digest(identities)}
            giver["previous_run"] = before and before["run_id"]
            document = {"last_ids": now, "runs": [*others, giver][-_MOST_GIVERS:]}
            if own or self._write(self._results_bucket, LAST_IDS_KEY, document, condition):
                return result
            _wait(attempt)
        raise TimeoutError(f"{LAST_IDS_KEY} was changed by others {_SWITCH_ATTEMPTS} times in a row")

    def _newest_standing(self, givers: Iterable[Document], run_id: str) -> Document | None:
        """Return the result of the newest run that has given ids, of those that were not deleted since."""
        _, history = self._read(self._website_bucket, HISTORY_KEY)
        runs = {run["run_id"]: run for run in [*(history or {"runs": []})["runs"], *givers] if run["run_id"] != run_id}
        newest_first = sorted(runs.values(), key=_order, reverse=True)
        results = (self._result_of(run["run_id"], run.get("identities")) for run in newest_first)
        return next(filter(None, results), None)

    def _previous(self, before: Document | None, last_ids: dict[str, int]) -> Previous:
        members = None
        if before is not None:
            members = self._get(self._results_bucket, _in_run(before["run_id"], MEMBERS_KEY))
        return Previous(before, None if members is None else Members.unpacked(members["Body"].read()), last_ids)

    def _result_of(self, run_id: str | None, digest: str | None = None) -> Document | None:
        """Return what a run published, or will, with this digest; None where that was deleted, or there is no run."""
        if run_id is None:
            return None
        document = self._read(self._website_bucket, _in_run(run_id, DATA_KEY))[1]
        if document is None and not self.is_done(run_id):
            document = self._read(self._results_bucket, _in_run(run_id, IDENTITIES_KEY))[1]
            if document is not None and digest not in (None, _digest(document)):
                # Another attempt wrote it, which came too late to give ids.
                return None
        return document

    def send_members(self, run_id: str, members: Members | None) -> None:
        """Write which segments the customers of a run are in, for the run after it."""
        if members is not None:
            self._send(_in_run(run_id, MEMBERS_KEY), [members.packed()], "application/octet-stream")

    def send_rows(
        self, run_id: str, assigned: Iterable[bytes | memoryview], rejected: Iterable[bytes | memoryview] = ()
    ) -> None:
        """Write the private rows of a run, while they are made."""
        self._send(_in_run(run_id, "Clustering_Final.csv"), assigned)
        self.send_rejected(run_id, rejected)

    def send_part(self, run_id: str, number: int, assigned: Iterable[bytes | memoryview]) -> None:
        """Write some of the private rows of a run, with a header of their own."""
        self._send(_in_run(run_id, f"Clustering_Final/part-{number:05}.csv"), assigned)

    def send_rejected(self, run_id: str, rejected: Iterable[bytes | memoryview]) -> None:
        """Write what was wrong with single rows, if anything was."""
        parts = iter(rejected)
        first = next(parts, None)
        if first is not None:
            self._send(_in_run(run_id, "rejected.csv"), chain([first], parts))

    def publish(self, document: Document, entry: Document, receipt: Document) -> None:
        """Publish an upload whose rows were sent: its document, its place in the history, its receipt."""
        self._write(self._website_bucket, _in_run(document["run_id"], DATA_KEY), document, cache=_FOR_GOOD)
        self._switch(HISTORY_KEY, lambda history: self._listed(history, entry))
        self._switch(DATA_KEY, lambda current: _newer(current, document))
        self.publish_receipt(receipt)

    def publish_receipt(self, receipt: Document) -> None:
        """Publish what became of an upload, and that its run is done: privately with the detail from the file.

        It comes last of all, so that who waits for it finds everything else in place.
        """
        self.announce(receipt)
        self._write(self._results_bucket, _in_run(receipt["run_id"], RECEIPT_KEY), receipt)

    def announce(self, receipt: Document) -> None:
        """Tell everybody what became of an upload, without the detail from the file."""
        self._switch(RECEIPT_KEY, lambda current: _newer(current, {**receipt, "detail": None}))

    def _send(
        self, key: str, parts: Iterable[bytes | memoryview], content_type: str = "text/csv; charset=utf-8"
    ) -> None:
        """Write a private file of any size."""
        self._s3.upload_fileobj(
            io.BufferedReader(_Parts(parts)),
            self._results_bucket,
            key,
            ExtraArgs={"ContentType": content_type},
            Config=_TRANSFER,
        )

    def _listed(self, history: Document | None, entry: Document) -> Document | None:
        """Return the history with one more run, at its place; None where it is there."""
        history = history or {"runs": []}
        if entry in history["runs"]:
            return None
        # An attempt before may have had other settings.
        others = [_as_now(run) for run in history["runs"] if run["run_id"] != entry["run_id"]]
        runs, older = sorted([*others, entry], key=_order), history.get("older", 0)
        if len(runs) > MOST_LISTED:
            # First: so a run is listed twice for a moment, and never not at all.
            older = self._put_to_older(runs[:-KEPT_LISTED])
            runs = runs[-KEPT_LISTED:]
        return {"schema_version": 1, "runs": runs, "older": older}

    def _put_to_older(self, runs: list[Document]) -> int:
        """List runs among the older ones, and return how many there are now."""

        def with_these(older: Document | None) -> Document:
            all_of_them = {run["run_id"]: run for run in [*(older or {"runs": []})["runs"], *runs]}
            return {"schema_version": 1, "runs": sorted(all_of_them.values(), key=_order)[-MOST_OLDER:]}

        written = self._switch(OLDER_KEY, with_these)
        return len(written["runs"]) if written else 0

    def _switch(self, key: str, change: Callable[[Document | None], Document | None]) -> Document | None:
        """Replace a public document by what `change` makes of the one that stands, and return it; None leaves it."""
        for attempt in range(_SWITCH_ATTEMPTS):
            condition, current = self._read(self._website_bucket, key)
            document = change(current)
            if document is None or self._write(self._website_bucket, key, document, condition):
                return document
            _wait(attempt)
        raise TimeoutError(f"{key} was changed by others {_SWITCH_ATTEMPTS} times in a row")

    def _read(self, bucket: str, key: str) -> tuple[dict[str, str], Document | None]:
        """Return a document, and the condition under which nobody else has written it since."""
        found = self._get(bucket, key)
        if found is None:
            return {"IfNoneMatch": "*"}, None
        return {"IfMatch": found["ETag"]}, json.loads(found["Body"].read())

    def _get(self, bucket: str, key: str) -> GetObjectOutputTypeDef | None:
        """Return an object, None where it is not there."""
        try:
            return self._s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _ABSENT:
                raise
            return None

    def _write(
        self,
        bucket: str,
        key: str,
        document: Document,
        condition: dict[str, str] | None = None,
        *,
        cache: str = _ASK_AGAIN,
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


def _wait(attempt: int) -> None:
    """Let others go first, the longer the more often one came too late."""
    time.sleep(random.uniform(0, min(_LONGEST_WAIT, 0.02 * 2**attempt)))  # noqa: S311


def _encoded(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _digest(document: Document) -> str:
    return hashlib.sha256(_encoded(document)).hexdigest()


def _in_run(run_id: str, name: str) -> str:
    return f"{RUN_PREFIX}{run_id}/{name}"


def _as_now(entry: Document) -> Document:
    """Return what an earlier release remembered of a run without its settings, and the hash of its file."""
    if "settings" not in entry:
        return entry
    kept = {name: value for name, value in entry.items() if name not in ("settings", "input_sha256")}
    return {**kept, "own_settings": bool(entry["settings"])}


def _newer(current: Document | None, document: Document) -> Document | None:
    """Return a document, unless the one that stands was asked for later, or says more of the same run."""
    if current is None or _order(current) < _order(document):
        return document
    says_more = document.get("outcome") not in _PASSING or current.get("outcome") in _PASSING
    return document if _order(current) == _order(document) and current != document and says_more else None


def _order(document: Document) -> tuple[str, str]:
    """Return what a run is ordered by: when it was asked for, and anything that is always the same among equals."""
    # Before version 2 it was not told apart from when the file came.
    source: dict[str, str] = document["source"]
    return source.get("requested_at", source["uploaded_at"]), document["run_id"]


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
