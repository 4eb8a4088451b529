"""What is said of an upload: who it is, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from segmentation import RECEIPT_VERSION
from segmentation.errors import shortened
from segmentation.results.bounds import within_bounds
from segmentation.rounding import plural

if TYPE_CHECKING:
    from segmentation.errors import UnusableFileError
    from segmentation.pipeline import Result


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
    requested_at : str
        When it was asked for: later than it was uploaded, where new settings had it run again. Of two results the one
        that was asked for later stands.
    began_at : str
        When its run was begun for the first time: all attempts write the same.
    """

    run_id: str
    name: str
    uploaded_at: str
    requested_at: str = ""
    began_at: str = ""

    @property
    def source(self) -> dict[str, str]:
        """The part of the documents that says which upload they are about."""
        requested_at = self.requested_at or self.uploaded_at
        return {"name": self.name, "uploaded_at": self.uploaded_at, "requested_at": requested_at}


def run_id(*parts: str | bytes) -> str:
    """Derive the id of a run from what makes its upload unique, so that a repeated event has the same one."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part if isinstance(part, bytes) else part.encode()).digest())
    return digest.hexdigest()[:16]


def timestamp(moment: datetime) -> str:
    """Return a moment as UTC with milliseconds: ``2026-01-15T09:30:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def published_document(result: Result, upload: Upload) -> dict[str, Any]:
    """Return the content of `data.json`: the result and where it came from."""
    about = {"run_id": upload.run_id, "source": upload.source, "generated_at": upload.began_at}
    return within_bounds({**result.document(), **about})


def history_entry(document: dict[str, Any], *, own_settings: bool = False) -> dict[str, Any]:
    """Return what `runs.json` says of a published document, and whether settings had a part in it.

    There is no hash of the file: who knows all of it but a row could try which one it is.
    """
    modes = document["modes"].items()
    return {
        **{
            name: document[name] for name in ("run_id", "source", "generated_at", "engine_version", "customers", "rows")
        },
        "k": document["k"]["value"],
        "segment_sizes": {mode: [segment["size"] for segment in found["segments"]] for mode, found in modes},
        "own_settings": own_settings,
    }


def accepted_receipt(result: Result, upload: Upload) -> dict[str, Any]:
    """Return the receipt of an upload that was used."""
    return _receipt(upload, outcome="accepted", rows=result.rows, intake=result.intake)


def stored_receipt(upload: Upload) -> dict[str, Any]:
    """Return the receipt of settings that wait for a first file."""
    return _receipt(upload, outcome="stored")


def failed_receipt(upload: Upload) -> dict[str, Any]:
    """Return the receipt of an upload that an attempt at failed, through no fault of the file's."""
    return _receipt(
        upload,
        outcome="failed",
        reason="Something went wrong here, not in the file.",
        remedy="It is tried again by itself, and then waits for whoever runs this; nothing needs to be uploaded again.",
    )


def running_receipt(upload: Upload, size: int, since: str) -> dict[str, Any]:
    """Return the receipt of an upload of so many bytes that several machines have been at work on since a moment."""
    return {**_receipt(upload, outcome="running"), "running": {"bytes": size, "since": since}}


def intake_summary(rows: Mapping[str, int], intake: Mapping[str, Any]) -> Iterator[str]:
    """Say what became of a file, a sentence or two a line.

    >>> rows = {"read": 9, "used": 7, "imputed": 1, "duplicated": 1, "rejected": 1}
    >>> rejected = [{"reason": "no value for Age", "rows": 1, "remedy": "Fill the empty cells of 'Age'."}]
    >>> columns = [{"name": "Name", "use": "personal"}, {"name": "Age", "use": "feature"}]
    >>> intake = {"imputed": [], "rejected": rejected, "notes": [], "columns": columns}
    >>> print(*intake_summary(rows, intake), sep=chr(10))
    9 rows read: 7 customers used, 1 of them with a value filled in; 1 the same as an earlier row; 1 rejected.
    Rejected: 1 row, no value for Age. Fill the empty cells of 'Age'.
    Personal data, never used: Name.
    """
    filled = f", {rows['imputed']:,} of them with a value filled in" if rows["imputed"] else ""
    same = f"; {rows['duplicated']:,} the same as an earlier row" if rows["duplicated"] else ""
    rejected = f"{rows['rejected']:,}" if rows["rejected"] else "none"
    used = f"{plural(rows['used'], 'customer')} used{filled}{same}"
    yield f"{plural(rows['read'], 'row')} read: {used}; {rejected} rejected."
    for one in intake["imputed"]:
        yield f"Filled in: {plural(one['cells'], 'cell')} of {one['feature']} with {one['value']}."
    for one in intake["rejected"]:
        yield f"Rejected: {plural(one['rows'], 'row')}, {one['reason']}. {one['remedy']}"
    personal = [column["name"] for column in intake["columns"] if column["use"] == "personal"]
    if personal:
        yield f"Personal data, never used: {', '.join(personal)}."
    for note in intake["notes"]:
        yield " ".join(filter(None, ("Note:", note["text"], note["remedy"])))


def refused_receipt(error: UnusableFileError, upload: Upload) -> dict[str, Any]:
    """Return the receipt of an upload that could not be used, with the reason and the remedy."""
    return _receipt(upload, outcome="refused", reason=error.reason, remedy=error.remedy, detail=error.detail)


def _receipt(
    upload: Upload,
    *,
    outcome: str,
    reason: str | None = None,
    remedy: str | None = None,
    detail: str = "",
    rows: dict[str, int] | None = None,
    intake: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "schema_version": RECEIPT_VERSION,
        "run_id": upload.run_id,
        "source": upload.source,
        "generated_at": upload.began_at,
        "outcome": outcome,
        "reason": reason and shortened(reason),
        "remedy": remedy and shortened(remedy),
        "detail": detail or None,
        "rows": rows,
        "intake": intake,
    }
