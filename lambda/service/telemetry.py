"""Logs and metrics for the operators: never a value, a name or a row of a file."""

from __future__ import annotations

import resource
import sys
import time
import traceback

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

# The name of the service is that of the stack, from the environment.
logger = Logger()
metrics = Metrics(namespace="CustomerIntelligence")


class StageLog:
    """Logs each stage of a run when it ends."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._stage, self._rows = "", 0
        self._stage_begun = self._begun

    def __call__(self, stage: str, rows: int) -> None:
        """Record the stage and the number of rows processed."""
        if stage != self._stage:
            self.close()
            self._stage, self._stage_begun = stage, time.monotonic()
        self._rows = rows

    def close(self) -> None:
        """Log the present stage."""
        if self._stage:
            logger.info(
                "stage",
                stage=self._stage,
                rows=self._rows,
                seconds=round(time.monotonic() - self._stage_begun, 3),
                memory_mb=_peak_memory_mb(),
            )
        self._stage = ""

    def ended(self, outcome: str, rows: int = 0, refusal: str | None = None) -> None:
        """Log how the run ended, and count it.

        Parameters
        ----------
        outcome : str
            How it ended.
        rows : int
            Number of rows read.
        refusal : str, optional
            The code of the refusal, where it was one.
        """
        self.close()
        seconds = time.monotonic() - self._begun
        logger.info(
            "run", outcome=outcome, refusal=refusal, rows=rows, seconds=round(seconds, 3), memory_mb=_peak_memory_mb()
        )
        metrics.add_metric("RunsFinished", MetricUnit.Count, 1)
        metrics.add_metric("RunsRefused", MetricUnit.Count, int(outcome == "refused"))
        metrics.add_metric("RowsRead", MetricUnit.Count, rows)
        metrics.add_metric("RunSeconds", MetricUnit.Seconds, seconds)


class RunFailedError(Exception):
    """An attempt at a run failed; what went wrong is in the log, by its place and without any value of the file."""


def failed(error: Exception) -> RunFailedError:
    """Log where an attempt failed, and return the error to raise, without the message, which may quote the file.

    Parameters
    ----------
    error : Exception
        The exception.
    """
    places = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    code = (getattr(error, "response", None) or {}).get("Error", {}).get("Code")
    logger.error("attempt failed", error=type(error).__name__, code=code, at=places)
    return RunFailedError(type(error).__name__ + (f" ({code})" if code else ""))


def _peak_memory_mb() -> int:
    # In kilobytes but on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10)
