"""What stands for PySpark where it is not installed: one process does the work of a cluster, a split at a time.

So the job's own code runs in seconds everywhere; `make test-spark` runs it on Spark. As there, what is broadcast and
what comes back is pickled, nothing is worked out before it is asked for, and sums are made in any order.
"""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import Any


class SparkConf:
    def set(self, _name: str, _value: str) -> SparkConf:
        return self


class StorageLevel:
    DISK_ONLY = "disk only"


class Broadcast:
    def __init__(self, value: Any) -> None:
        self._sent = pickle.dumps(value)

    @property
    def value(self) -> Any:
        return pickle.loads(self._sent)  # noqa: S301


class RDD:
    def __init__(self, work: Callable[[], Iterable[Any]]) -> None:
        self._work = work

    def map(self, function: Callable[[Any], Any]) -> RDD:
        return RDD(lambda: (Broadcast(function(one)).value for one in self._work()))

    def collect(self) -> list[Any]:
        return list(self._work())

    def foreach(self, function: Callable[[Any], None]) -> None:
        for one in self._work():
            function(one)

    def toLocalIterator(self) -> Iterator[Any]:  # noqa: N802
        return iter(self._work())

    def treeReduce(self, function: Callable[[Any, Any], Any]) -> Any:  # noqa: N802
        return reduce(function, random.Random(0).sample(found := self.collect(), len(found)))

    def persist(self, _level: str) -> RDD:
        kept: list[Any] = []
        return RDD(lambda: kept or [kept.append(one) or one for one in self._work()])

    def unpersist(self) -> None:
        pass


class SparkContext:
    @classmethod
    def getOrCreate(cls, _conf: SparkConf) -> SparkContext:  # noqa: N802
        return cls()

    def broadcast(self, value: Any) -> Broadcast:
        return Broadcast(value)

    def parallelize(self, items: Iterable[Any], _slices: int) -> RDD:
        return RDD(lambda: items)
