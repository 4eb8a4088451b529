"""A function applied to a stream of items on two cores, with results in order."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")

# pandas and NumPy let go of the interpreter while they work, so threads do.
_WORKERS = 2
# Bytes; a larger array is the system's again once it is freed.
_LARGE = 2**26


@cache
def _configure_heap() -> None:
    """Have all threads allocate from one heap that keeps what is freed, where the C library lets us choose.

    glibc gives each thread a heap of its own, which keeps what the thread let go of. Memory would grow with the size of
    the file: ten million customers took a third more than one. And it takes each large array anew from the system: with
    a million customers, a twelfth of the time would go into that.
    """
    m_trim_threshold, m_mmap_threshold, m_arena_max = -1, -3, -8
    with suppress(AttributeError, OSError, TypeError):
        choose = ctypes.CDLL(None).mallopt
        choose(m_arena_max, 1)
        choose(m_mmap_threshold, _LARGE)
        choose(m_trim_threshold, 2 * _LARGE)


def map_ordered(work: Callable[[Item], Done], items: Iterable[Item]) -> Iterator[Done]:
    """Yield `work(item)` for each item, in order; a few items are held at a time, never all.

    Parameters
    ----------
    work : callable
        The function.
    items : iterable of Item
        The items.

    Raises
    ------
    Exception
        The first, in the order of the items, that `items` or `work` raise.
    """
    _configure_heap()
    with ThreadPoolExecutor(_WORKERS) as pool:
        begun: deque[Future[Done]] = deque()
        for item in _whether_failed(items):
            if isinstance(item, _Failure):
                # What was begun lies before it, and may itself fail.
                while begun:
                    yield begun.popleft().result()
                raise item.error
            begun.append(pool.submit(work, item))
            if len(begun) > _WORKERS:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


@dataclass(frozen=True)
class _Failure:
    error: Exception


def _whether_failed(items: Iterable[Item]) -> Iterator[Item | _Failure]:
    """Yield the items, and the exception that ends them, if any."""
    try:
        yield from items
    except Exception as error:
        yield _Failure(error)
