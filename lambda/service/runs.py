"""The life cycle of a run, from request to receipt: the same for the function and for the job on Spark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from segmentation.clustering.decisions import Decisions
from segmentation.pipeline import find_segments
from segmentation.results.receipt import (
    Upload,
    accepted_receipt,
    failed_receipt,
    history_entry,
    published_document,
    refused_receipt,
    running_receipt,
    stored_receipt,
    timestamp,
)

if TYPE_CHECKING:
    from segmentation.customers.load import Report, ScanExecutor
    from segmentation.customers.reader import Source
    from segmentation.errors import UnusableFileError
    from segmentation.pipeline import Result
    from segmentation.schema.settings import Settings
    from service.publisher import Publisher
    from service.telemetry import StageLog


@dataclass(frozen=True)
class Run:
    """One run.

    Parameters
    ----------
    upload : Upload
        The upload it processes.
    request : dict
        The request of the run, as in its `request.json`.
    publisher : Publisher
        Writes its results.
    log : StageLog
        Logs its stages and its end.
    """

    upload: Upload
    request: dict[str, Any]
    publisher: Publisher
    log: StageLog

    @classmethod
    def from_request(
        cls, run_id: str, request: dict[str, Any], publisher: Publisher, log: StageLog, key: str = ""
    ) -> Run:
        """Return a run as it was requested.

        Parameters
        ----------
        run_id : str
            Id of the run.
        request : dict
            Its request.
        publisher : Publisher
            Writes its results.
        log : StageLog
            Logs its stages and its end.
        key : str
            Key of the uploaded object, where that is settings without a file yet.
        """
        file, at = request["file"], request["requested_at"]
        name, uploaded_at = (file["key"], file["uploaded_at"]) if file else (key, at)
        return cls(Upload(run_id, name, uploaded_at, at, request["began_at"]), request, publisher, log)

    def segment(
        self,
        source: Source,
        settings: Settings,
        *,
        k: int | None,
        report: Report,
        executor: ScanExecutor | None = None,
        write: Callable[[Result], None] | None = None,
    ) -> None:
        """Segment the upload, and publish the result.

        Parameters
        ----------
        source : callable
            Opens the bytes of the file.
        settings : Settings
            Settings of the analysis.
        k : int or None
            The number of segments, where the settings do not fix it; None to choose it from the data.
        report : callable
            Called with the stage and the number of rows processed.
        executor : ScanExecutor, optional
            Scans the file; by default this process does.
        write : callable, optional
            Writes the rows with their segments, and the members; by default this process does.

        Raises
        ------
        UnusableFileError
            If the file cannot be used.
        """
        segmentation = find_segments(
            source,
            settings=settings,
            k=k,
            report=report,
            executor=executor,
            rounding_key=bytes.fromhex(self.request["rounding_key"]),
            decisions=Decisions.from_document(before) if (before := self.request.get("decisions")) else None,
        )
        result = self.publisher.assign_ids(self.upload, segmentation.result)
        (write or self._write)(result)
        report("publishing", result.rows["read"])
        document = published_document(result, self.upload)
        entry = history_entry(document, own_settings=bool(settings.content))
        self.publisher.publish(document, entry, accepted_receipt(result, self.upload))
        self.log.ended("accepted", result.rows["read"])

    def store_settings(self) -> None:
        """Publish the receipt of settings that wait for a first file."""
        self.publisher.publish_receipt(stored_receipt(self.upload))
        self.log.ended("stored")

    def refuse(self, error: UnusableFileError, upload: Upload | None = None) -> None:
        """Publish the receipt of a refused upload.

        Parameters
        ----------
        error : UnusableFileError
            The reason and the remedy.
        upload : Upload, optional
            What is refused, where that is not the run's own upload.
        """
        self.publisher.publish_receipt(refused_receipt(error, upload or self.upload))
        self.log.ended("refused", refusal=error.code)

    def publish_failure(self) -> None:
        """Publish that an attempt failed, through no fault of the file."""
        self.publisher.publish_status(failed_receipt(self.upload))

    def publish_running(self) -> None:
        """Publish that the job is processing the upload."""
        size, since = self.request["file"]["size"], timestamp(datetime.now(UTC))
        self.publisher.publish_status(running_receipt(self.upload, size, since))

    def _write(self, result: Result) -> None:
        run_id = self.upload.run_id
        self.publisher.send_rows(run_id, result.assigned, result.rejected)
        self.publisher.send_members(run_id, result.members)
