"""``make run``, ``make upload`` and ``make redrive``: the loop on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.layer import ROOT
from infra.local.emulator import Emulator, aws_environment, isolate_process
from infra.local.loop import Loop, deploy, has_result, process, unfinished_uploads, upload
from infra.local.step import StepError, step
from infra.redrive import redrive, redrive_summary
from infra.settings import SETTINGS_KEY, UPLOAD_SUFFIXES
from segmentation.results import receipt as receipts

if TYPE_CHECKING:
    from types import FrameType

    from mypy_boto3_s3.type_defs import ObjectVersionTypeDef

FOLDER = ROOT / "build" / "local"
SAMPLE = ROOT / "data" / "sample_customers.csv"
_RUNNING = "running.json"
# What XML has no place for, and a carriage return, which it makes a line feed of.
_UNLISTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(folder: Path) -> None:
    """Start the loop, and serve it until a signal ends it.

    Parameters
    ----------
    folder : Path
        Where its state is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _only_one(folder), _running_emulator(folder) as emulator:
        loop = deploy(emulator)
        if not emulator.has_saved_state:
            with step("Saving the deployment"):
                emulator.stop()
                emulator.start()
        unfinished = unfinished_uploads(loop)
        (folder / _RUNNING).write_text(json.dumps(asdict(loop)))
        for found in unfinished:
            _finish(loop, found)
        if not has_result(loop):
            with step(f"Uploading {SAMPLE.name}, waiting for the page"):
                receipt = upload(loop, SAMPLE)
            if receipt["outcome"] == "refused":
                raise StepError(_refusal(receipt))
        print(
            f"\n  The page:          {loop.page}\n"
            f"  The input bucket:  {loop.input_bucket}\n"
            f"  Upload another:    make upload FILE=customers.csv\n"
            f"  Stop:              Ctrl-C\n",
            flush=True,
        )
        with contextlib.suppress(KeyboardInterrupt):
            emulator.wait()
            raise StepError(f"The emulator ended by itself (its log: {os.path.relpath(emulator.log)})")
        print("\n  Stopping; uploads and results are kept for the next run.", flush=True)


def redrive_queue(folder: Path) -> int:
    """Retry the uploads in the running loop's failure queue, and return the exit status.

    Parameters
    ----------
    folder : Path
        Where the loop's state is kept.
    """
    loop = _running_loop(folder)
    try:
        count = redrive(boto3.client("sqs"), boto3.client("lambda"), queue=loop.failure_queue, function=loop.function)
    except BotoCoreError:
        raise StepError("The loop stopped meanwhile. Try again once `make run` is up.") from None
    print(f"  {redrive_summary(count)}")
    return 0


def upload_file(folder: Path, file: Path) -> int:
    """Upload a file to the running loop, print what became of it, and return the exit status.

    Parameters
    ----------
    folder : Path
        Where the loop's state is kept.
    file : Path
        The file.
    """
    loop = _running_loop(folder)
    if not file.is_file():
        raise StepError(f"There is no file {file}. Name one: make upload FILE=customers.csv")
    if found := _UNLISTABLE.search(file.name):
        raise StepError(f"The name {file.name!a} holds a character that S3 cannot list: {found[0]!a}. Rename the file.")
    if not file.name.endswith(UPLOAD_SUFFIXES) and file.name != SETTINGS_KEY:
        names = f"names that end in {' or '.join(UPLOAD_SUFFIXES)}, and {SETTINGS_KEY},"
        raise StepError(f"{file.name} would start nothing: only {names} do.")
    with step(f"Uploading {file.name}, waiting for its receipt"):
        receipt = upload(loop, file)
    if receipt["outcome"] == "refused":
        print(f"\n  {_refusal(receipt)}\n  The page shows the last good result: {loop.page}")
        return 2
    if receipt["outcome"] == "stored":
        print("\n  Accepted. The settings hold from the first CSV on.")
        return 0
    rows = receipt["rows"]
    first, *others = receipts.intake_summary(rows, receipt["intake"], receipt["detail"])
    run = loop.object_url(loop.results_bucket, f"runs/{receipt['run_id']}")
    faulty = rows["imputed"] or rows["duplicated"] or rows["rejected"]
    print(
        *(f"  {line}" for line in ("", f"Accepted. {first}", *others)),
        f"  The page:        {loop.page}",
        f"  Every row with its segments:\n                   {run}/Clustering_Final.csv",
        *([f"  What was wrong with which row:\n                   {run}/rejected.csv"] if faulty else []),
        sep="\n",
    )
    return 0


def _running_loop(folder: Path) -> Loop:
    """Return the running loop, and make this process a client of it."""
    if not _is_locked(folder):
        raise StepError("The loop is not running. Start it with `make run` in another terminal.")
    try:
        loop = Loop(**json.loads((folder / _RUNNING).read_text()))
    except (FileNotFoundError, ValueError):
        raise StepError("The loop is not ready yet. Wait until `make run` says where the page is.") from None
    isolate_process(aws_environment(loop.endpoint))
    return loop


def _is_locked(folder: Path) -> bool:
    """Return whether a running loop uses this folder; the files of a killed one do not count."""
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _finish(loop: Loop, found: ObjectVersionTypeDef) -> None:
    """Process an upload that was pending when the loop was stopped or killed."""
    with step(f"Processing {found['Key']}, which has no receipt yet"):
        succeeded = process(loop, found)
    if not succeeded:
        print(f"  {found['Key']} could not be processed; the next `make run` tries again.", flush=True)


def _refusal(receipt: dict[str, Any]) -> str:
    text = " ".join(filter(None, ("Refused:", receipt["reason"], receipt["remedy"], receipt["detail"])))
    if receipt["settings"] is None:
        return text
    how = "It works with these settings. Change what you like, save them as settings.json, and upload that:"
    return "\n  ".join([text, how, *receipts.settings_text(receipt["settings"]).splitlines()])


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Lock a folder against a second loop, which would overwrite its state; the lock ends with the process."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StepError("The loop is running already, in another terminal.") from None
        # Of one that was killed.
        (folder / _RUNNING).unlink(missing_ok=True)
        try:
            yield
        finally:
            (folder / _RUNNING).unlink(missing_ok=True)


@contextlib.contextmanager
def _running_emulator(folder: Path) -> Iterator[Emulator]:
    emulator = Emulator(folder / "emulator")
    is_first = not emulator.folder.exists()
    # SIGINT as well: a shell starts background jobs with it ignored.
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    try:
        with step("Starting the emulator"):
            emulator.start()
        if not (is_first or emulator.has_saved_state):
            said = "The last run saved no whole state: all is deployed anew, and its uploads are processed again."
            print(f"  {said}", flush=True)
        yield emulator
    finally:
        _ignore_signals()
        emulator.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """Ignore further signals: a second Ctrl-C would leave the emulator running."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def main() -> int:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m infra.local")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the loop keeps its state")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run")
    commands.add_parser("upload").add_argument("file", type=Path)
    commands.add_parser("redrive")
    options = parser.parse_args()
    folder = options.folder.resolve()
    try:
        if options.command == "upload":
            return upload_file(folder, options.file)
        if options.command == "redrive":
            return redrive_queue(folder)
        run(folder)
    except StepError as failure:
        print(f"\n  {failure}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"\n  The emulator failed: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
