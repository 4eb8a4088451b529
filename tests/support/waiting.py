"""Waiting in tests: for a condition, never for a time; the limit only ends what would never come."""

from __future__ import annotations

import time
from collections.abc import Callable

# Seconds.
LIMIT = 300


def wait_until(happened: Callable[[], object], otherwise: Callable[[], object] = lambda: "") -> None:
    """Wait until something has happened.

    Parameters
    ----------
    happened : callable
        Returns something true once it has.
    otherwise : callable
        Returns what to say if it has not within the limit.
    """
    deadline = time.monotonic() + LIMIT
    while not happened():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)
