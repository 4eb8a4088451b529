"""Work on two cores: results in order, errors too, and what importing the engine does to a process: nothing."""

from __future__ import annotations

import ctypes
import importlib

import pytest

from segmentation import parallel


def test_only_work_in_threads_has_them_share_a_heap(monkeypatch):
    loaded: list[object] = []
    monkeypatch.setattr(ctypes, "CDLL", loaded.append)
    module = importlib.reload(parallel)
    assert loaded == []

    assert list(module.map_ordered(str, range(5))) == ["0", "1", "2", "3", "4"]
    assert list(module.map_ordered(str, range(5))) == ["0", "1", "2", "3", "4"]

    assert loaded == [None]


def test_the_error_that_stands_first_is_raised_and_all_before_it_is_yielded():
    def items():
        yield from range(4)
        raise LookupError

    done = []
    with pytest.raises(ZeroDivisionError):
        done.extend(parallel.map_ordered(lambda n: 1 // (n - 2), items()))

    assert done == [-1, -1]
    with pytest.raises(LookupError):
        done.extend(parallel.map_ordered(str, items()))
    assert done == [-1, -1, "0", "1", "2", "3"]
