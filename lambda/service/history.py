"""The history of runs: the newest in one public document, those before them in another."""

from __future__ import annotations

from service.objects import Document, ObjectStore

HISTORY_KEY = "runs.json"
# Runs that the history does not list any more; the page fetches them on demand.
OLDER_KEY = "older_runs.json"

# Of so many runs in the history those before the newest are put to the older ones, many at a time.
MAX_LISTED, KEPT_LISTED = 75, 50
MAX_OLDER = 1_000


class History:
    """The runs that gave a result, as public documents.

    Parameters
    ----------
    objects : ObjectStore
        Reads and writes the documents.
    bucket : str
        Name of the public bucket.
    """

    def __init__(self, objects: ObjectStore, bucket: str) -> None:
        self._objects, self._bucket = objects, bucket

    def runs(self) -> list[Document]:
        """Return the newest runs, oldest first."""
        _, history = self._objects.read(self._bucket, HISTORY_KEY)
        return list(history["runs"]) if history else []

    def add(self, entry: Document) -> None:
        """Add a run in its chronological place.

        Parameters
        ----------
        entry : dict
            Entry of the run, see `segmentation.results.receipt.history_entry`.
        """
        self._objects.update(self._bucket, HISTORY_KEY, lambda history: self._listed(history, entry))

    def _listed(self, history: Document | None, entry: Document) -> Document | None:
        """Return the history with a run added; None where it is listed already."""
        history = history or {"runs": []}
        if entry in history["runs"]:
            return None
        # An attempt before may have had other settings.
        others = [_as_now(run) for run in history["runs"] if run["run_id"] != entry["run_id"]]
        runs, older = sorted([*others, entry], key=order), history.get("older", 0)
        kept = len(runs)
        if kept > MAX_LISTED:
            kept = KEPT_LISTED
        elif older and runs[0] is entry and kept > len(history["runs"]):
            # A run that ends late may belong among the older ones, all of which are before those listed.
            kept -= 1
        moved, runs = runs[: len(runs) - kept], runs[len(runs) - kept :]
        if moved:
            # First: so a run is listed twice for a moment, and never not at all.
            older = self._put_to_older(moved)
        return {"schema_version": 1, "runs": runs, "older": older}

    def _put_to_older(self, runs: list[Document]) -> int:
        """Move runs to the older ones, and return the number of those."""

        def with_these(older: Document | None) -> Document:
            all_of_them = {run["run_id"]: run for run in [*(older or {"runs": []})["runs"], *runs]}
            return {"schema_version": 1, "runs": sorted(all_of_them.values(), key=order)[-MAX_OLDER:]}

        written = self._objects.update(self._bucket, OLDER_KEY, with_these)
        return len(written["runs"]) if written else 0


def _as_now(entry: Document) -> Document:
    """Return a history entry of an earlier release in the present form."""
    if "settings" not in entry:
        return entry
    kept = {name: value for name, value in entry.items() if name not in ("settings", "input_sha256")}
    return {**kept, "own_settings": bool(entry["settings"])}


def order(document: Document) -> tuple[str, str]:
    """Return the key by which runs are sorted: the time of the request, then the id of the run.

    Parameters
    ----------
    document : dict
        A document that names its run and source.
    """
    # Before version 2 there was no time of the request besides that of the upload.
    source: dict[str, str] = document["source"]
    return source.get("requested_at", source["uploaded_at"]), document["run_id"]
