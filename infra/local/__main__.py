"""``make run``, ``make upload`` and ``make redrive``: the loop on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from infra.layer import ROOT
from infra.local.emulator import Emulator, aws_environment, isolate_process
from infra.local.loop import Loop, deploy, has_result, upload
from infra.local.step import StepError, step
from infra.redrive import in_words, redrive
from infra.settings import SETTINGS_KEY, UPLOAD_SUFFIXES
from segmentation.results import receipt as receipts

if TYPE_CHECKING:
    from types import FrameType

FOLDER = ROOT / "build" / "local"
SAMPLE = ROOT / "data" / "sample_customers.csv"
_RUNNING = "running.json"


def run(folder: Path) -> None:
    """Start the loop with its state in a folder, and serve it until a signal ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    with _only_one(folder), _running_emulator(folder) as emulator:
        loop = deploy(emulator)
        (folder / _RUNNING).write_text(json.dumps(asdict(loop)))
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
        _wait_for_a_signal()
        print("\n  Stopping; uploads and results are kept for the next run.", flush=True)


def redrive_queue(folder: Path) -> int:
    """Try the uploads in the running loop's failure queue again, and return the exit status."""
    loop = _running_loop(folder)
    count = redrive(boto3.client("sqs"), boto3.client("lambda"), queue=loop.failure_queue, function=loop.function)
    print(f"  {in_words(count)}")
    return 0


def upload_file(folder: Path, file: Path) -> int:
    """Upload a file to the running loop, say what became of it, and return the exit status."""
    loop = _running_loop(folder)
    if not file.is_file():
        raise StepError(f"There is no file {file}. Name one: make upload FILE=customers.csv")
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
    rows, (first, *others) = receipt["rows"], receipts.in_words(receipt["rows"], receipt["intake"])
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
    """Return the loop that runs, and make this process a client of it."""
    try:
        loop = Loop(**json.loads((folder / _RUNNING).read_text()))
    except FileNotFoundError:
        raise StepError("The loop is not running. Start it with `make run` in another terminal.") from None
    isolate_process(aws_environment(loop.endpoint))
    return loop


def _refusal(receipt: dict[str, Any]) -> str:
    return " ".join(filter(None, ("Refused:", receipt["reason"], receipt["remedy"], receipt["detail"])))


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two loops in one folder would write over each other's state; the lock ends with the process, however it ends."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StepError("The loop is running already, in another terminal.") from None
        try:
            yield
        finally:
            (folder / _RUNNING).unlink(missing_ok=True)


@contextlib.contextmanager
def _running_emulator(folder: Path) -> Iterator[Emulator]:
    emulator = Emulator(folder / "emulator")
    # SIGINT as well: a shell starts background jobs with it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with step("Starting the emulator"):
            emulator.start()
        yield emulator
    finally:
        emulator.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_for_a_signal() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


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
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
