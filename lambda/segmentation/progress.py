"""Progress of long work on standard error: a changing line for people, lines of JSON for programs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TextIO

_SECONDS_BETWEEN = 0.2


class ProgressLine:
    """A line on a terminal that is overwritten as work proceeds, and erased at the end.

    Parameters
    ----------
    read : callable
        Returns the share of the file that the present pass has read, 0 to 1.
    stream : file
        A terminal.
    """

    def __init__(self, read: Callable[[], float], stream: TextIO) -> None:
        self._read = read
        self._stream = stream
        self._stage = ""
        self._begun = self._written = 0.0

    def __call__(self, stage: str, rows: int) -> None:
        """Show the stage, and how many rows it is through with."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._begun = stage, now
        elif now - self._written < _SECONDS_BETWEEN:
            return
        self._written = now
        self._show(f"{stage.capitalize()}: {rows:,} rows{self._time_left(now - self._begun)}")

    def close(self) -> None:
        """Erase the line."""
        if self._stage:
            self._show("")

    def _time_left(self, elapsed: float) -> str:
        share = self._read()
        if self._stage == "clustering" or not elapsed or not share:
            return ""
        # The writing pass takes about as long as the reading one.
        passes = 2 if self._stage in ("reading", "cleaning") else 1
        return f", {share:.0%}, about {elapsed * (passes - share) / share:.0f} s left"

    def _show(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()


class JsonLog:
    """Writes a line of JSON whenever a stage has progressed.

    Parameters
    ----------
    stream : file
        Where the lines are written.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun = time.monotonic()

    def __call__(self, stage: str, rows: int) -> None:
        """Write the stage, how many rows it is through with, and the seconds since the beginning."""
        seconds = round(time.monotonic() - self._begun, 3)
        line = json.dumps({"stage": stage, "rows": rows, "seconds": seconds}, allow_nan=False)
        print(line, file=self._stream, flush=True)

    def close(self) -> None:
        """Do nothing."""


class NoProgress:
    """Reports nothing."""

    def __call__(self, stage: str, rows: int) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
