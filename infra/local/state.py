"""What the emulator remembers, kept so that it can be killed at any moment.

MiniStack writes objects to the disk at once, and all else only when it is asked to end, one service after the other.
So it works on a copy, which takes the place of what was saved before only once it is known to be whole.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from infra.redrive import STACK

ACCOUNT = "000000000000"

_SAVED, _BEFORE = "saved", "saved-before"
# How the name of an input bucket begins; the rest of it is another in each new deployment.
_INPUT = f"{STACK}-PipelineInput".lower()


def restore(folder: Path) -> bool:
    """Make the emulator's folder ready for a start.

    Parameters
    ----------
    folder : Path
        The emulator's.

    Returns
    -------
    bool
        Whether there is a whole state. If not, nothing is left but the uploads.
    """
    state = folder / "state"
    shutil.rmtree(state, ignore_errors=True)
    for saved in (folder / _SAVED, folder / _BEFORE):
        if _is_whole(saved):
            shutil.copytree(saved, state)
            return True
    for name in (_SAVED, _BEFORE):
        shutil.rmtree(folder / name, ignore_errors=True)
    for buckets in _bucket_folders(folder):
        for bucket in buckets.glob("*"):
            if not _holds_uploads(bucket):
                shutil.rmtree(bucket)
    state.mkdir(parents=True)
    return False


def save(folder: Path, input_bucket: str) -> None:
    """Keep the state that the emulator has written as it ended, and give the input bucket the uploads that it has not.

    Parameters
    ----------
    folder : Path
        The emulator's.
    input_bucket : str
        Of the deployment, which is complete.
    """
    for buckets in _bucket_folders(folder):
        with_uploads = [bucket for bucket in buckets.glob("*") if _holds_uploads(bucket)]
        if with_uploads and buckets / input_bucket not in with_uploads:
            with_uploads[0].rename(buckets / input_bucket)
    shutil.rmtree(folder / _BEFORE, ignore_errors=True)
    if (folder / _SAVED).exists():
        (folder / _SAVED).rename(folder / _BEFORE)
    (folder / "state").rename(folder / _SAVED)
    shutil.rmtree(folder / _BEFORE, ignore_errors=True)


def _bucket_folders(folder: Path) -> tuple[Path, Path]:
    """Return MiniStack's folders of the objects, and of the old versions, of all buckets."""
    objects = folder / "objects"
    return objects / ACCOUNT, objects / ".versions" / ACCOUNT


def _holds_uploads(bucket: Path) -> bool:
    return bucket.name.startswith(_INPUT) and any(path.is_file() for path in bucket.rglob("*"))


def _is_whole(saved: Path) -> bool:
    files = list(saved.glob("*.json"))
    return bool(files) and all(_is_json(file) for file in files)


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_bytes())
    except ValueError:
        return False
    return True
