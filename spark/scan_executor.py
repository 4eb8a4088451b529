"""Scans of a file on Apache Spark. The only place that knows Spark.

Spark distributes the splits of the file, retries splits whose machine was lost, and collects the results. The engine
processes a split: `CustomerFile` reads it as it reads a whole file, and `ChunkProfile`, `RowHashes` and `RowCounts` are
the same as on one machine. They can be added in any order, or are collected in the order of the file, so the result is
that of one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, Protocol, TypeVar

from pyspark import RDD, SparkContext, StorageLevel

from segmentation.customers.chunk_profile import ChunkProfile, RowCounts
from segmentation.customers.cleaning import Cleaning, without_rows
from segmentation.customers.duplicates import DuplicateDetector, RowHashes, detects_duplicates
from segmentation.customers.file_profile import FileProfile
from segmentation.customers.reader import CustomerFile, InputSplit
from segmentation.customers.splits import align_splits, propose_splits
from segmentation.errors import UnusableFileError
from segmentation.files.records import NotUtf8Error
from segmentation.files.streams import ByteStream
from segmentation.points.chunk import Chunk
from segmentation.points.grid import Grid
from service.telemetry import failed

Done = TypeVar("Done")


class StoredFile(Protocol):
    """A file that all machines can read; it is serialised to them."""

    @property
    def size(self) -> int:
        """Size in bytes."""
        ...

    def open(self, begin: int = 0, end: int | None = None) -> ByteStream:
        """Open a range of its bytes.

        Parameters
        ----------
        begin : int
            Offset of the first byte.
        end : int, optional
            Offset behind the last byte; None for the end of the file.
        """
        ...

    def source(self) -> ByteStream:
        """Open the whole file, and refuse one that decompresses to too many bytes."""
        ...


class SparkScanExecutor:
    """Scans the chunks of a file on a Spark cluster.

    Parameters
    ----------
    context : SparkContext
        The cluster.
    stored : StoredFile
        The file.
    bytes_each : int
        About how many bytes a task reads.
    """

    def __init__(self, context: SparkContext, stored: StoredFile, bytes_each: int) -> None:
        self._context = context
        self._stored = stored
        self._bytes_each = bytes_each
        self._splits: dict[tuple[str, str], list[InputSplit]] = {}

    def profile(self, file: CustomerFile, *, remember: bool) -> FileProfile:
        """Profile a file before cleaning, see `segmentation.customers.load.ScanExecutor`.

        Parameters
        ----------
        file : CustomerFile
            The file.
        remember : bool
            Whether rows are hashed and remembered to find duplicates; else ids must rise.
        """
        features, detect = file.head.features, detects_duplicates(file)
        grid, detector = Grid.fit(file.head), DuplicateDetector(remember=remember)
        if detect and remember:
            for number, hashes in chain.from_iterable(self.collect_ordered(file, _row_hashes)):
                detector.observe(number, hashes)
        duplicates = self._context.broadcast(detector.duplicates)

        def found(_number: int, part: CustomerFile) -> _Found:
            merged, ends = ChunkProfile.empty(features, grid), {}

            def look(chunk: Chunk) -> tuple[int, ChunkProfile, RowHashes | None]:
                again = duplicates.value.get(chunk.number)
                hashes = RowHashes.from_chunk(chunk, remember=False) if detect and not remember else None
                clean = chunk if again is None else without_rows(chunk, again)
                return chunk.number, ChunkProfile.from_chunk(clean, grid, merged.counts.points.widths), hashes

            for number, one, hashes in part.map(look):
                merged.add(one)
                if hashes is not None:
                    ends[number] = hashes
            return _Found(merged, ends)

        total = self._summed(file, found)
        for number, hashes in sorted(total.hashes.items()):
            detector.observe(number, hashes)
        return FileProfile(file, total.merged, detector)

    def count(self, file: CustomerFile, cleaning: Cleaning) -> RowCounts:
        """Count the customers of a file after cleaning, see `segmentation.customers.load.ScanExecutor`.

        Parameters
        ----------
        file : CustomerFile
            The file.
        cleaning : Cleaning
            What is done to its chunks.
        """
        features, grid = file.head.features, Grid.fit(cleaning.applied(file.head))
        sent = self._context.broadcast(cleaning)

        def counted(_number: int, part: CustomerFile) -> RowCounts:
            counts = RowCounts.empty(features, grid)
            for one in part.map(
                lambda chunk: RowCounts.from_chunk(sent.value.applied(chunk), grid, counts.points.widths)
            ):
                counts.add(one)
            return counts

        return self._summed(file, counted)

    def collect_ordered(self, file: CustomerFile, work: Callable[[int, CustomerFile], Done]) -> Iterator[Done]:
        """Yield the result for each split, in their order; the driver holds one at a time.

        Parameters
        ----------
        file : CustomerFile
            The file.
        work : callable
            Processes a split; it is serialised to the machines, and takes the number of the split, from 0, and its
            reader.
        """
        outcomes = self._each(file, work).persist(StorageLevel.DISK_ONLY)
        try:
            # All are made before the first is fetched: fetching by itself would have them made one by one.
            outcomes.foreach(_nothing)
            yield from (outcome.value() for outcome in outcomes.toLocalIterator())
        finally:
            outcomes.unpersist()

    def _summed(self, file: CustomerFile, work: Callable[[int, CustomerFile], Done]) -> Done:
        """Return the sum of the results of all splits."""
        total: _Outcome[Done] = self._each(file, work).treeReduce(_Outcome.plus)
        return total.value()

    def _each(self, file: CustomerFile, work: Callable[[int, CustomerFile], Done]) -> RDD[_Outcome[Done]]:
        return self._outcomes(file, self._splits_of(file), work)

    def _outcomes(
        self, file: CustomerFile, splits: Sequence[InputSplit], work: Callable[[int, CustomerFile], Done]
    ) -> RDD[_Outcome[Done]]:
        stored, sent = self._stored, self._context.broadcast(file)

        def outcome(numbered: tuple[int, InputSplit]) -> _Outcome[Done]:
            number, split = numbered
            # What is packed is never cut.
            whole = (split.begin, split.end) == (0, None)
            opened = stored.source if whole else lambda: stored.open(split.begin, split.end)
            part = sent.value.for_split(opened, split)
            return _Outcome.capture(number, lambda: work(number, part))

        return self._context.parallelize(list(enumerate(splits)), max(1, len(splits))).map(outcome)

    def _splits_of(self, file: CustomerFile) -> list[InputSplit]:
        key = file.dialect.encoding, file.dialect.separator
        if key not in self._splits:
            self._splits[key] = self._cut(file)
        return self._splits[key]

    def _cut(self, file: CustomerFile) -> list[InputSplit]:
        def read_at(place: int, size: int) -> bytes:
            stream = self._stored.open(place, min(place + size, self._stored.size))
            try:
                return stream.read(size)
            finally:
                stream.close()

        def lines_of(splits: Sequence[InputSplit]) -> list[int | None]:
            outcomes = self._outcomes(file, splits, _lines).collect() if splits else []
            return [outcome.value() for outcome in outcomes]

        return align_splits(propose_splits(file, self._stored.size, self._bytes_each, read_at), lines_of)


@dataclass
class _Found:
    """The merged profile of some splits, and the ids of their chunks."""

    merged: ChunkProfile
    hashes: dict[int, RowHashes]

    def add(self, other: _Found) -> None:
        self.merged.add(other.merged)
        self.hashes.update(other.hashes)


@dataclass
class _Outcome(Generic[Done]):
    """The result of processing a split, or an error that another attempt would raise too."""

    number: int
    done: Done | None
    # Exceptions of more than one argument do not survive being sent.
    error: tuple[type[Exception], dict[str, Any]] | None = None

    @classmethod
    def capture(cls, number: int, work: Callable[[], Done]) -> _Outcome[Done]:
        try:
            return cls(number, work())
        except (UnusableFileError, NotUtf8Error) as error:
            return cls(number, None, (type(error), vars(error)))
        except Exception as error:
            # Spark logs its message, and that may quote the file.
            raise failed(error) from None

    def plus(self, other: _Outcome[Done]) -> _Outcome[Done]:
        """Add two results; of two errors, the one of the earlier split is kept."""
        failures = [one for one in (self, other) if one.error is not None]
        if failures:
            return min(failures, key=lambda one: one.number)
        self.done.add(other.done)  # type: ignore[union-attr]
        return self

    def value(self) -> Done:
        if self.error is not None:
            kind, what = self.error
            error = kind.__new__(kind)
            vars(error).update(what)
            raise error
        return self.done  # type: ignore[return-value]


def _row_hashes(_number: int, part: CustomerFile) -> list[tuple[int, RowHashes]]:
    return list(part.map(lambda chunk: (chunk.number, RowHashes.from_chunk(chunk, remember=True))))


def _lines(_number: int, part: CustomerFile) -> int | None:
    return part.lines()


def _nothing(_outcome: object) -> None:
    pass
