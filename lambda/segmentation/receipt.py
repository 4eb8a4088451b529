"""What is said of an upload: who it is, and what became of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from segmentation import SCHEMA_VERSION

if TYPE_CHECKING:
    from segmentation.errors import UnusableFileError
    from segmentation.run import Result


@dataclass(frozen=True)
class Upload:
    """One file, dropped once.

    Parameters
    ----------
    run_id : str
        Sixteen hexadecimal digits that stand for this upload and no other, see `run_id`.
    name : str
        The name of the file as its uploader knows it.
    uploaded_at : str
        When, in the form of `timestamp`; in text order as in time.
    """

    run_id: str
    name: str
    uploaded_at: str

    @property
    def source(self) -> dict[str, str]:
        """The part of the documents that says which upload they are about."""
        return {"name": self.name, "uploaded_at": self.uploaded_at}


def run_id(*parts: str | bytes) -> str:
    """Derive the id of a run from what makes its upload unique, so that a repeated event has the same one."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part if isinstance(part, bytes) else part.encode()).digest())
    return digest.hexdigest()[:16]


def timestamp(moment: datetime) -> str:
    """Return a moment as UTC with milliseconds: ``2026-01-15T09:30:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def published_document(result: Result, upload: Upload, generated_at: str) -> dict[str, Any]:
    """Return the content of `data.json`: the result and where it came from."""
    return {**result.document, "run_id": upload.run_id, "source": upload.source, "generated_at": generated_at}


def accepted_receipt(result: Result, upload: Upload, finished_at: str) -> dict[str, Any]:
    """Return the receipt of an upload that was used."""
    return _receipt(upload, finished_at, outcome="accepted", rows=result.rows)


def refused_receipt(error: UnusableFileError, upload: Upload, finished_at: str) -> dict[str, Any]:
    """Return the receipt of an upload that could not be used, with the reason and the remedy."""
    return _receipt(
        upload, finished_at, outcome="refused", reason=error.reason, remedy=error.remedy, detail=error.detail
    )


def _receipt(
    upload: Upload,
    finished_at: str,
    *,
    outcome: str,
    reason: str | None = None,
    remedy: str | None = None,
    detail: str = "",
    rows: dict[str, int] | None = None,
) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": upload.run_id,
        "source": upload.source,
        "finished_at": finished_at,
        "outcome": outcome,
        "reason": reason,
        "remedy": remedy,
        "detail": detail or None,
        "rows": rows,
    }
