"""Publishing of runs to S3.

A run is a directory of objects that only its own attempts write, each attempt the same content. Runs assign ids to
their segments one after another, each based on the newest run that did so before. What readers see is switched when it
is complete: the history first, so that it contains whatever `data.json` shows, and by conditional write, so that of
runs that end at the same time the newer upload stands. The private receipt is written last: where it exists, the run is
done.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING

from segmentation.clustering.decisions import decisions_document
from segmentation.describing.membership import Members
from segmentation.pipeline import Previous, Result
from segmentation.results.receipt import Upload, public_receipt
from service.history import History, order
from service.keys import DATA_KEY, JOB_KEY, MEMBERS_KEY, RECEIPT_KEY, REQUEST_KEY, ROUNDING_KEY, in_run
from service.objects import IMMUTABLE, Document, ObjectStore
from service.segment_ids import SegmentIds

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What is said of a run that is not at its end.
_PASSING = {"running", "failed"}


class Publisher:
    """Reads and writes the objects of runs.

    Parameters
    ----------
    s3 : botocore client
        Client for S3.
    website_bucket : str
        Name of the public bucket that the page is served from.
    results_bucket : str
        Name of the private bucket of the assigned rows.
    """

    def __init__(self, s3: S3Client, *, website_bucket: str, results_bucket: str) -> None:
        self._objects = ObjectStore(s3)
        self._website_bucket, self._results_bucket = website_bucket, results_bucket
        self._history = History(self._objects, website_bucket)
        self._ids = SegmentIds(self._objects, self._history, website_bucket, results_bucket)

    def is_done(self, run_id: str) -> bool:
        """Return whether a run has ended.

        Parameters
        ----------
        run_id : str
            Id of the run.
        """
        return self._objects.read(self._results_bucket, in_run(run_id, RECEIPT_KEY))[1] is not None

    def begin(self, run_id: str, request: Callable[[], Document]) -> tuple[Document, bool]:
        """Return the request of a run, and whether this is the first attempt at it.

        Parameters
        ----------
        run_id : str
            Id of the run.
        request : callable
            Returns the request as of now. The first attempt stores it, and all others keep to it, so that each of them
            writes the same.
        """
        return self._objects.write_once(self._results_bucket, in_run(run_id, REQUEST_KEY), request)

    def replace_request(self, run_id: str, request: Document) -> Document:
        """Replace the request of a run, and return it.

        Parameters
        ----------
        run_id : str
            Id of the run.
        request : dict
            The new request.
        """
        self._objects.write(self._results_bucket, in_run(run_id, REQUEST_KEY), request)
        return request

    def rounding_key(self) -> str:
        """Return the rounding key of this deployment in hexadecimal digits; it is created on first use."""
        found, _ = self._objects.write_once(
            self._results_bucket, ROUNDING_KEY, lambda: {"rounding_key": secrets.token_hex(32)}
        )
        return str(found["rounding_key"])

    def decisions(self) -> Document | None:
        """Return what the run that the page shows decided, see `Decisions`; None where it shows none.

        The first releases did not describe features.
        """
        shown = self._objects.read(self._website_bucket, DATA_KEY)[1]
        return decisions_document(shown) if shown and "features" in shown else None

    def get_request(self, run_id: str) -> Document | None:
        """Return the request of a run; None where there was no attempt at it.

        Parameters
        ----------
        run_id : str
            Id of the run.
        """
        return self._objects.read(self._results_bucket, in_run(run_id, REQUEST_KEY))[1]

    def get_handover(self, run_id: str) -> Document | None:
        """Return the job run that a run was last handed over to; None where it was not.

        Parameters
        ----------
        run_id : str
            Id of the run.
        """
        return self._objects.read(self._results_bucket, in_run(run_id, JOB_KEY))[1]

    def record_handover(self, run_id: str, to: Document) -> None:
        """Record the job run that a run is handed over to.

        Parameters
        ----------
        run_id : str
            Id of the run.
        to : dict
            The job run, as `GlueJob.hand_over` describes it.
        """
        self._objects.write(self._results_bucket, in_run(run_id, JOB_KEY), to)

    def assign_ids(self, upload: Upload, result_after: Callable[[Previous], Result]) -> Result:
        """Return the result of a run with segment ids that no other run has given, see `SegmentIds.give`.

        Parameters
        ----------
        upload : Upload
            The upload of the run.
        result_after : callable
            Makes the result from the run before.
        """
        return self._ids.give(upload, result_after)

    def send_members(self, run_id: str, members: Members | None) -> None:
        """Write the segments of the customers of a run, for the comparison with the next run.

        Parameters
        ----------
        run_id : str
            Id of the run.
        members : Members or None
            The segments of its customers; None where they have no ids.
        """
        if members is not None:
            self._objects.send(
                self._results_bucket, in_run(run_id, MEMBERS_KEY), [members.packed()], "application/octet-stream"
            )

    def send_rows(
        self, run_id: str, assigned: Iterable[bytes | memoryview], rejected: Iterable[bytes | memoryview] = ()
    ) -> None:
        """Write the private rows of a run as they are produced.

        Parameters
        ----------
        run_id : str
            Id of the run.
        assigned : iterable of bytes or memoryview
            Parts of `Clustering_Final.csv`.
        rejected : iterable of bytes or memoryview
            Parts of `rejected.csv`.
        """
        self._objects.send(self._results_bucket, in_run(run_id, "Clustering_Final.csv"), assigned)
        self.send_rejected(run_id, rejected)

    def send_part(self, run_id: str, number: int, assigned: Iterable[bytes | memoryview]) -> None:
        """Write one part of the private rows of a run, with its own header.

        Parameters
        ----------
        run_id : str
            Id of the run.
        number : int
            Number of the part, from 0.
        assigned : iterable of bytes or memoryview
            The rows of the part.
        """
        self._objects.send(self._results_bucket, in_run(run_id, f"Clustering_Final/part-{number:05}.csv"), assigned)

    def send_rejected(self, run_id: str, rejected: Iterable[bytes | memoryview]) -> None:
        """Write what was wrong with single rows, if anything was.

        Parameters
        ----------
        run_id : str
            Id of the run.
        rejected : iterable of bytes or memoryview
            Parts of `rejected.csv`.
        """
        parts = iter(rejected)
        first = next(parts, None)
        if first is not None:
            self._objects.send(self._results_bucket, in_run(run_id, "rejected.csv"), chain([first], parts))

    def publish(self, document: Document, entry: Document, receipt: Document) -> None:
        """Publish a run whose rows were sent: its document, its history entry, its receipt.

        Parameters
        ----------
        document : dict
            Content of `data.json`.
        entry : dict
            Its entry in the history.
        receipt : dict
            Its receipt.
        """
        self._objects.write(self._website_bucket, in_run(document["run_id"], DATA_KEY), document, cache=IMMUTABLE)
        self._history.add(entry)
        self._objects.update(self._website_bucket, DATA_KEY, lambda current: _newer(current, document))
        self.publish_receipt(receipt)

    def publish_receipt(self, receipt: Document) -> None:
        """Publish the receipt of a run, and privately the same with what only the file says.

        It is written last, so that whoever waits for it finds everything else in place.

        Parameters
        ----------
        receipt : dict
            The receipt.
        """
        self.publish_status(receipt)
        self._objects.write(self._results_bucket, in_run(receipt["run_id"], RECEIPT_KEY), receipt)

    def publish_status(self, receipt: Document) -> None:
        """Publish what became of an upload, without what only the file says.

        Parameters
        ----------
        receipt : dict
            The receipt.
        """
        public = public_receipt(receipt)
        self._objects.update(self._website_bucket, RECEIPT_KEY, lambda current: _newer(current, public))


def _newer(current: Document | None, document: Document) -> Document | None:
    """Return a document, or None where the present one was requested later, or is more final for the same run."""
    if current is None or order(current) < order(document):
        return document
    says_more = document.get("outcome") not in _PASSING or current.get("outcome") in _PASSING
    return document if order(current) == order(document) and current != document and says_more else None
