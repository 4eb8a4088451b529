"""A run published to S3.

A run is a directory of objects that only it writes, and that each attempt at it writes alike. Runs give ids to their
segments one after another, each in view of the newest that did so before it. What readers see is switched when they are
complete: the history first, so that whatever `data.json` shows is in it, and by conditional write, so that of runs that
end at once the newer upload stands, whichever ends last. The private receipt comes last of all: where it is, the run is
done.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING

from segmentation.describing.membership import Members
from segmentation.pipeline import Previous, Result
from segmentation.results.receipt import Upload
from service.history import History, order
from service.keys import DATA_KEY, JOB_KEY, MEMBERS_KEY, RECEIPT_KEY, REQUEST_KEY, ROUNDING_KEY, in_run
from service.objects import IMMUTABLE, Document, ObjectStore
from service.segment_ids import SegmentIds

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What is said of a run that is not at its end.
_PASSING = {"running", "failed"}


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
        self._objects = ObjectStore(s3)
        self._website_bucket, self._results_bucket = website_bucket, results_bucket
        self._history = History(self._objects, website_bucket)
        self._ids = SegmentIds(self._objects, self._history, website_bucket, results_bucket)

    def is_done(self, run_id: str) -> bool:
        """Return whether a run has come to its end."""
        return self._objects.read(self._results_bucket, in_run(run_id, RECEIPT_KEY))[1] is not None

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
        return self._objects.write_once(self._results_bucket, in_run(run_id, REQUEST_KEY), request)

    def replace_request(self, run_id: str, request: Document) -> Document:
        """Have a run keep to another request from now on."""
        self._objects.write(self._results_bucket, in_run(run_id, REQUEST_KEY), request)
        return request

    def rounding_key(self) -> str:
        """Return the key of this deployment, in hexadecimal digits; whoever asks first makes it."""
        found, _ = self._objects.write_once(
            self._results_bucket, ROUNDING_KEY, lambda: {"rounding_key": secrets.token_hex(32)}
        )
        return str(found["rounding_key"])

    def get_request(self, run_id: str) -> Document | None:
        """Return what a run is asked for; None where no attempt at it was made."""
        return self._objects.read(self._results_bucket, in_run(run_id, REQUEST_KEY))[1]

    def get_handover(self, run_id: str) -> Document | None:
        """Return to whom a run was handed over last, None where it was not."""
        return self._objects.read(self._results_bucket, in_run(run_id, JOB_KEY))[1]

    def record_handover(self, run_id: str, to: Document) -> None:
        """Write down to whom a run is handed over."""
        self._objects.write(self._results_bucket, in_run(run_id, JOB_KEY), to)

    def assign_ids(self, upload: Upload, result_after: Callable[[Previous], Result]) -> Result:
        """Return the result of a run with ids that no other run has given, see `SegmentIds.give`."""
        return self._ids.give(upload, result_after)

    def send_members(self, run_id: str, members: Members | None) -> None:
        """Write which segments the customers of a run are in, for the run after it."""
        if members is not None:
            self._objects.send(
                self._results_bucket, in_run(run_id, MEMBERS_KEY), [members.packed()], "application/octet-stream"
            )

    def send_rows(
        self, run_id: str, assigned: Iterable[bytes | memoryview], rejected: Iterable[bytes | memoryview] = ()
    ) -> None:
        """Write the private rows of a run, while they are made."""
        self._objects.send(self._results_bucket, in_run(run_id, "Clustering_Final.csv"), assigned)
        self.send_rejected(run_id, rejected)

    def send_part(self, run_id: str, number: int, assigned: Iterable[bytes | memoryview]) -> None:
        """Write some of the private rows of a run, with a header of their own."""
        self._objects.send(self._results_bucket, in_run(run_id, f"Clustering_Final/part-{number:05}.csv"), assigned)

    def send_rejected(self, run_id: str, rejected: Iterable[bytes | memoryview]) -> None:
        """Write what was wrong with single rows, if anything was."""
        parts = iter(rejected)
        first = next(parts, None)
        if first is not None:
            self._objects.send(self._results_bucket, in_run(run_id, "rejected.csv"), chain([first], parts))

    def publish(self, document: Document, entry: Document, receipt: Document) -> None:
        """Publish an upload whose rows were sent: its document, its place in the history, its receipt."""
        self._objects.write(self._website_bucket, in_run(document["run_id"], DATA_KEY), document, cache=IMMUTABLE)
        self._history.add(entry)
        self._objects.update(self._website_bucket, DATA_KEY, lambda current: _newer(current, document))
        self.publish_receipt(receipt)

    def publish_receipt(self, receipt: Document) -> None:
        """Publish what became of an upload, and that its run is done: privately with the detail from the file.

        It comes last of all, so that who waits for it finds everything else in place.
        """
        self.publish_status(receipt)
        self._objects.write(self._results_bucket, in_run(receipt["run_id"], RECEIPT_KEY), receipt)

    def publish_status(self, receipt: Document) -> None:
        """Tell everybody what became of an upload, without the detail from the file."""
        self._objects.update(
            self._website_bucket, RECEIPT_KEY, lambda current: _newer(current, {**receipt, "detail": None})
        )


def _newer(current: Document | None, document: Document) -> Document | None:
    """Return a document, unless the one that stands was asked for later, or says more of the same run."""
    if current is None or order(current) < order(document):
        return document
    says_more = document.get("outcome") not in _PASSING or current.get("outcome") in _PASSING
    return document if order(current) == order(document) and current != document and says_more else None
