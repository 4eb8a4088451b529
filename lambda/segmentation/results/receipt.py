"""What is published about an upload: which it is, and what became of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
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


# What columns are of which the names will do, in words.
_LISTED = {"describing": "Describes the segments", "personal": "Personal data, never used"}
_MOST_NAMES = 10


@dataclass(frozen=True)
class Upload:
    """One upload of a file.

    Parameters
    ----------
    run_id : str
        Id of the run: sixteen hexadecimal digits, unique to this upload, see `run_id`.
    name : str
        The name of the file as its uploader knows it.
    uploaded_at : str
        Time of the upload, in the form of `timestamp`, which sorts by time.
    requested_at : str
        Time of the request: later than the upload, where new settings had it run again. Of two results the one
        requested later stands.
    began_at : str
        Time of the run's first attempt: all attempts write the same.
    """

    run_id: str
    name: str
    uploaded_at: str
    requested_at: str = ""
    began_at: str = ""

    @property
    def source(self) -> dict[str, str]:
        """The part of the documents that states which upload they are about."""
        requested_at = self.requested_at or self.uploaded_at
        return {"name": self.name, "uploaded_at": self.uploaded_at, "requested_at": requested_at}


def run_id(*parts: str | bytes) -> str:
    """Derive the id of a run, so that a repeated event gets the same one.

    Parameters
    ----------
    *parts : str or bytes
        What makes the upload unique.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part if isinstance(part, bytes) else part.encode()).digest())
    return digest.hexdigest()[:16]


def timestamp(moment: datetime) -> str:
    """Return a time as UTC with milliseconds: ``2026-01-15T09:30:00.000Z``.

    Parameters
    ----------
    moment : datetime
        The time, with its time zone.
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def published_document(result: Result, upload: Upload) -> dict[str, Any]:
    """Return the content of `data.json`: the result and its source.

    Parameters
    ----------
    result : Result
        The result.
    upload : Upload
        The upload.
    """
    about = {"run_id": upload.run_id, "source": upload.source, "generated_at": upload.began_at}
    return within_bounds({**result.document(), **about})


def history_entry(document: dict[str, Any], *, own_settings: bool = False) -> dict[str, Any]:
    """Return the entry of a published document in `runs.json`.

    It has no hash of the file: somebody who knows all rows but one could test candidates for that one.

    Parameters
    ----------
    document : dict
        The published document.
    own_settings : bool
        Whether settings were used.
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
    """Return the receipt of an upload that was used.

    Parameters
    ----------
    result : Result
        The result.
    upload : Upload
        The upload.
    """
    return _receipt(upload, outcome="accepted", rows=result.rows, intake=result.intake, detail=result.detail)


def stored_receipt(upload: Upload) -> dict[str, Any]:
    """Return the receipt of settings that wait for a first file.

    Parameters
    ----------
    upload : Upload
        The upload.
    """
    return _receipt(upload, outcome="stored")


def failed_receipt(upload: Upload) -> dict[str, Any]:
    """Return the receipt of an upload whose processing failed, through no fault of the file.

    Parameters
    ----------
    upload : Upload
        The upload.
    """
    return _receipt(
        upload,
        outcome="failed",
        reason="Something went wrong here, not in the file.",
        remedy="It is tried again by itself, and then waits for whoever runs this; nothing needs to be uploaded again.",
    )


def running_receipt(upload: Upload, size: int, since: str) -> dict[str, Any]:
    """Return the receipt of an upload that the job is processing.

    Parameters
    ----------
    upload : Upload
        The upload.
    size : int
        Size of the file in bytes.
    since : str
        Time at which the job was started, in the form of `timestamp`.
    """
    return {**_receipt(upload, outcome="running"), "running": {"bytes": size, "since": since}}


def intake_summary(rows: Mapping[str, int], intake: Mapping[str, Any], detail: str | None = None) -> Iterator[str]:
    """Summarise what became of a file, in one or two sentences a line.

    Parameters
    ----------
    rows : mapping of str to int
        Numbers of rows read, used, imputed, duplicated and rejected.
    intake : mapping
        Account of the file, as `data.schema.json` describes it.
    detail : str, optional
        What the uploader alone may know.

    Examples
    --------
    >>> rows = {"read": 9, "used": 7, "imputed": 1, "duplicated": 1, "rejected": 1}
    >>> rejected = [{"reason": "no value for Age", "rows": 1, "remedy": "Fill the empty cells of 'Age'."}]
    >>> columns = [{"name": "Name", "use": "personal"}, {"name": "Age", "use": "feature", "why": "Its name says so."}]
    >>> intake = {"imputed": [], "rejected": rejected, "notes": [], "columns": columns, "settings": None}
    >>> print(*intake_summary(rows, intake), sep=chr(10))
    9 rows read: 7 customers used, 1 of them with a value filled in; 1 the same as an earlier row; 1 rejected.
    Rejected: 1 row, no value for Age. Fill the empty cells of 'Age'.
    Feature: Age. Its name says so.
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
    yield from _columns(intake["columns"])
    for note in intake["notes"]:
        yield " ".join(filter(None, ("Note:", note["text"], note["remedy"])))
    if detail:
        yield detail
    settings = intake["settings"] or {}
    # The usual roles need none.
    if "modes" in settings:
        more = "; 'describe' adds what else differs between the segments" if "describe" in settings else ""
        yield "To choose other columns, change these settings and save them as settings.json."
        yield f"They repeat this choice{more}."
        yield from settings_text(settings).splitlines()


def _columns(columns: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say why each feature is one, and name the columns that describe the segments or hold personal data."""
    for column in columns:
        if column["use"] == "feature":
            yield f"Feature: {column['name']}. {column['why']}"
    for use, what in _LISTED.items():
        names = [column["name"] for column in columns if column["use"] == use and column["name"]]
        if names:
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            yield f"{what}: {', '.join(names[:_MOST_NAMES])}{more}."


def refused_receipt(error: UnusableFileError, upload: Upload) -> dict[str, Any]:
    """Return the receipt of an upload that could not be used, with the reason and the remedy.

    Parameters
    ----------
    error : UnusableFileError
        The refusal.
    upload : Upload
        The upload.
    """
    return _receipt(
        upload,
        outcome="refused",
        reason=error.reason,
        remedy=error.remedy,
        detail=error.detail,
        settings=error.settings,
    )


def public_receipt(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """Return what everybody may read of a receipt: nothing that only the file says, but where that is.

    Parameters
    ----------
    receipt : mapping
        The receipt.
    """
    public = {**receipt, "detail": None, "settings": None}
    if receipt.get("settings") is None:
        return public
    where = f"runs/{receipt['run_id']}/receipt.json in the private results bucket"
    return {**public, "remedy": f"{receipt['remedy']} Settings with which it works are in {where}."}


def settings_text(settings: Mapping[str, Any]) -> str:
    """Return the text of a `settings.json`, one field a line.

    Parameters
    ----------
    settings : mapping
        Its content.

    Examples
    --------
    >>> print(settings_text({"columns": {"id": "Kunden-Nr."}, "k": 4}))
    {
      "columns": {"id": "Kunden-Nr."},
      "k": 4
    }
    """
    fields = (
        f'  "{name}": {json.dumps(value, ensure_ascii=False, allow_nan=False)}' for name, value in settings.items()
    )
    return "{\n" + ",\n".join(fields) + "\n}" if settings else "{}"


def _receipt(
    upload: Upload,
    *,
    outcome: str,
    reason: str | None = None,
    remedy: str | None = None,
    detail: str = "",
    settings: Mapping[str, Any] | None = None,
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
        "settings": settings,
        "rows": rows,
        "intake": intake,
    }
