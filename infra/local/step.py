"""Shows each step with its time; a step that fails says why in one line, and where its log is.

The Makefile runs its own steps with it, before anything is installed: it must need nothing but Python.
``python infra/local/step.py LABEL COMMAND [ARGUMENT ...]`` runs one.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

LOGS = Path(__file__).parents[2] / "build" / "logs"
_WIDTH = 52


class StepError(Exception):
    """A step failed; the message says why in one line."""


@contextlib.contextmanager
def step(label: str) -> Iterator[None]:
    """Show a step while it runs, and how many seconds it took.

    Parameters
    ----------
    label : str
        What the step does.
    """
    line = f"  {label + ' ':.<{_WIDTH}} "
    if not _runs_in_parallel():
        print(line, end="", flush=True)
        line = ""
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print(f"{line}failed after {time.monotonic() - start:.1f} s", flush=True)
        raise
    print(f"{line}{time.monotonic() - start:5.1f} s", flush=True)


def run_step(
    label: str, command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> None:
    """Run a command as a step, with its output in a log.

    Parameters
    ----------
    label : str
        What the step does.
    command : sequence of str
        The command and its arguments.
    environment : mapping of str to str, optional
        The complete environment of the command; that of this process by default.
    folder : Path, optional
        Working directory of the command; that of this process by default.

    Raises
    ------
    StepError
        If the command fails or cannot be started.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{'-'.join(re.findall(r'[a-z0-9]+', label.lower()))}.log"
    with step(label), log.open("w") as output:
        try:
            status = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=folder,
                check=False,
            ).returncode
        except OSError as error:
            raise StepError(f"{label}: {command[0]}: {error.strerror}") from None
        if status:
            raise StepError(f"{label}: {_reason(log)} (the whole log: {os.path.relpath(log)})")


def _runs_in_parallel() -> bool:
    """Return whether make runs several steps in parallel: then a line is printed only when it is complete."""
    return "--jobserver" in os.environ.get("MAKEFLAGS", "")


def _reason(log: Path) -> str:
    """Return the line of a log that most likely states the error."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    suspicious = [line for line in lines if re.search(r"error|fail|denied|not found|no such", line, re.IGNORECASE)]
    return (suspicious or lines or ["it ended without a word"])[-1]


if __name__ == "__main__":
    try:
        run_step(sys.argv[1], sys.argv[2:])
    except StepError as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit(130)
