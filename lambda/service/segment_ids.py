"""The ids of segments, assigned by runs one after another, each based on the newest run that did so before."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from segmentation.describing.membership import Members
from segmentation.pipeline import Previous, Result
from segmentation.results.receipt import Upload
from service.history import History, order
from service.keys import DATA_KEY, IDENTITIES_KEY, LAST_IDS_KEY, MEMBERS_KEY, RECEIPT_KEY, in_run
from service.objects import ATTEMPTS, Document, ObjectStore, digest, wait

# A run that is tried again after so many others gives new ids.
_MAX_GIVERS = 100


class SegmentIds:
    """Assigns ids to the segments of runs.

    Parameters
    ----------
    objects : ObjectStore
        Reads and writes the ids.
    history : History
        The runs that gave a result.
    website_bucket, results_bucket : str
        Names of the public and of the private bucket.
    """

    def __init__(self, objects: ObjectStore, history: History, website_bucket: str, results_bucket: str) -> None:
        self._objects, self._history = objects, history
        self._website_bucket, self._results_bucket = website_bucket, results_bucket

    def give(self, upload: Upload, result_after: Callable[[Previous], Result]) -> Result:
        """Return the result of a run with ids that no other run has given to other segments.

        Parameters
        ----------
        upload : Upload
            The upload of the run.
        result_after : callable
            Makes the result from the run before. It is called again where another run assigned ids in the meantime; a
            repeated attempt keeps the ids it assigned before, if it finds the same segments.

        Raises
        ------
        TimeoutError
            If other runs assigned ids at every attempt.
        """
        about, anew = {"run_id": upload.run_id, "source": upload.source}, False
        for attempt in range(ATTEMPTS):
            condition, given = self._objects.read(self._results_bucket, LAST_IDS_KEY)
            last_ids, runs = (given["last_ids"], given["runs"]) if given else ({}, [])
            others = [run for run in runs if run["run_id"] != upload.run_id]
            own = None if anew else next((run for run in runs if run not in others), None)
            if own is None:
                before = self._newest_standing(others, upload.run_id)
            else:
                before, last_ids = self._result_of(own["previous_run"]), own["last_ids"]
            result = result_after(self._previous(before, last_ids))
            identities = {**result.identities(), **about}
            if own is not None and own["identities"] != digest(identities):
                # By other settings, or since the run before was deleted: ids that were given are of other segments.
                anew = True
                continue
            # Written before the ids are: a run that sees the ids must find it.
            self._objects.write(self._results_bucket, in_run(upload.run_id, IDENTITIES_KEY), identities)
            now = {mode: found["last_id"] for mode, found in identities["modes"].items()}
            giver = {**about, "last_ids": last_ids, "identities": digest(identities)}
            giver["previous_run"] = before and before["run_id"]
            document = {"last_ids": now, "runs": [*others, giver][-_MAX_GIVERS:]}
            if own or self._objects.write(self._results_bucket, LAST_IDS_KEY, document, condition):
                return result
            wait(attempt)
        raise TimeoutError(f"{LAST_IDS_KEY} was changed by others {ATTEMPTS} times in a row")

    def _newest_standing(self, givers: Iterable[Document], run_id: str) -> Document | None:
        """Return the result of the newest run that assigned ids and was not deleted since."""
        runs = {run["run_id"]: run for run in [*self._history.runs(), *givers] if run["run_id"] != run_id}
        newest_first = sorted(runs.values(), key=order, reverse=True)
        results = (self._result_of(run["run_id"], run.get("identities")) for run in newest_first)
        return next(filter(None, results), None)

    def _previous(self, before: Document | None, last_ids: dict[str, int]) -> Previous:
        members = None
        if before is not None:
            members = self._objects.get(self._results_bucket, in_run(before["run_id"], MEMBERS_KEY))
        return Previous(before, None if members is None else Members.unpacked(members["Body"].read()), last_ids)

    def _result_of(self, run_id: str | None, expected: str | None = None) -> Document | None:
        """Return the published or pending result of a run; None where it was deleted, or is not the expected one."""
        if run_id is None:
            return None
        document = self._objects.read(self._website_bucket, in_run(run_id, DATA_KEY))[1]
        if document is None and self._objects.read(self._results_bucket, in_run(run_id, RECEIPT_KEY))[1] is None:
            document = self._objects.read(self._results_bucket, in_run(run_id, IDENTITIES_KEY))[1]
            if document is not None and expected not in (None, digest(document)):
                # Another attempt wrote it, which came too late to give ids.
                return None
        return document
