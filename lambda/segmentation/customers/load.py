"""The file as a whole: what is in it, what has to be cleaned, its points, and the account of all that.

Clean files are read once for this. Others are read again, since what is filled in, or which rows are the same, is known
only at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from segmentation.customers.account import account_of
from segmentation.customers.cleaning import (
    Cleaning,
    without_rows,
)
from segmentation.customers.duplicates import (
    DuplicateDetector,
    OutOfOrderError,
    RowHashes,
    looks_for_duplicates,
    must_remember,
)
from segmentation.customers.pooling import Pooling
from segmentation.customers.reader import CustomerFile, Source
from segmentation.customers.statistics import ChunkProfile, FileProfile, RowCounts
from segmentation.files.blocks import BLOCK_BYTES
from segmentation.files.records import NotUtf8Error
from segmentation.points.chunk import Chunk
from segmentation.points.disclosure import Disclosure
from segmentation.points.grid import Grid
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.settings import Settings

# Told how far the work is: the stage, and the rows that it is through with.
Report = Callable[[str, int], None]


@dataclass(frozen=True)
class LoadedCustomers:
    """A file that was taken in.

    Parameters
    ----------
    file : CustomerFile
        As it is read.
    cleaning : Cleaning
        What is done to its chunks.
    points : WeightedPoints
        Its customers.
    rows : dict of str to int
        How many rows were read, used, imputed, duplicated and rejected.
    account : dict
        What was made of the file, as `data.schema.json` describes it under `intake`.
    ascii : bool
        Whether all of its rows are ASCII.
    """

    file: CustomerFile
    cleaning: Cleaning
    points: WeightedPoints
    rows: dict[str, int]
    account: dict[str, Any]
    ascii: bool

    @property
    def modes(self) -> Mapping[str, tuple[str, ...]]:
        """The features of each mode."""
        return self.file.schema.modes

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows, clean."""
        return map(self.cleaning.applied, self.file.chunks())


class ScanExecutor(Protocol):
    """Who goes through the chunks of a file: one machine, or several."""

    def profile(self, file: CustomerFile, *, remember: bool) -> FileProfile:
        """Find out what is in a file; `remember` says whether rows are remembered, to know them if they come again."""
        ...

    def count(self, file: CustomerFile, cleaning: Cleaning) -> RowCounts:
        """Count the customers of a file once it is clean."""
        ...


def load_customers(
    source: Source,
    settings: Settings,
    report: Report,
    block_bytes: int = BLOCK_BYTES,
    executor: ScanExecutor | None = None,
    rounding_key: bytes = b"",
) -> LoadedCustomers:
    """Read a file, and clean it.

    Parameters
    ----------
    source : callable
        Opens the bytes of the file; it is called for each pass over them.
    settings : Settings
        What is wanted of it.
    report : callable
        Told how many rows were read.
    block_bytes : int
        About how much of the file is worked on at a time; the result does not depend on it.
    executor : ScanExecutor, optional
        Who reads it; this machine by default.
    rounding_key : bytes
        What lots are drawn by, see `segmentation.points.disclosure`.

    Raises
    ------
    UnusableFileError
        If the file cannot be used; it says why and what to do.
    """
    executor = executor or _LocalExecutor(report)
    file = CustomerFile(source, settings, block_bytes)
    try:
        profile = _profiled(file, executor)
    except NotUtf8Error as surprise:
        file = file.reconsidered(surprise)
        profile = _profiled(file, executor)
    if profile.texts and not file.schema.sure_of_mark:
        # The first decimals may stand far down.
        other = _profiled(file.with_other_mark(), executor)
        profile = min(profile, other, key=lambda one: one.texts)
        file = profile.file
    while useless := profile.useless():
        file = file.without(*useless)
        profile = _profiled(file, executor)
    cleaning = profile.cleaning()
    counts = executor.count(file, cleaning) if cleaning else profile.merged.counts
    profile.check(counts, settings.min_cell_count)
    pooling = Pooling.fit(counts.points, Disclosure.from_points(counts.points, settings.min_cell_count, rounding_key))
    counts.points = pooling.applied(counts.points)
    account = account_of(file, profile, cleaning, counts, pooling)
    return LoadedCustomers(
        file, cleaning.renamed(pooling.names), counts.points, counts.rows, account, profile.merged.ascii
    )


def _profiled(file: CustomerFile, executor: ScanExecutor) -> FileProfile:
    try:
        return executor.profile(file, remember=must_remember(file))
    except OutOfOrderError:
        return executor.profile(file, remember=True)


class _LocalExecutor:
    """Goes through the chunks of a file by itself, one after the other."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def profile(self, file: CustomerFile, *, remember: bool) -> FileProfile:
        grid, detect = Grid.fit(file.head), looks_for_duplicates(file)
        merged, detector = ChunkProfile.empty(file.head.features, grid), DuplicateDetector(remember=remember)

        def profile_of(chunk: Chunk) -> ChunkProfile:
            return ChunkProfile.from_chunk(chunk, grid, merged.counts.points.widths)

        def work(chunk: Chunk) -> tuple[Chunk, ChunkProfile, RowHashes | None]:
            return chunk, profile_of(chunk), RowHashes.from_chunk(chunk, remember=remember) if detect else None

        for chunk, found, hashes in file.map(work):
            again = hashes is not None and detector.observe(chunk.number, hashes)
            merged.add(profile_of(without_rows(chunk, detector.duplicates[chunk.number])) if again else found)
            self._report("reading", int(merged.counts.by_reason.sum()))
        return FileProfile(file, merged, detector)

    def count(self, file: CustomerFile, cleaning: Cleaning) -> RowCounts:
        grid = Grid.fit(cleaning.applied(file.head))
        counts = RowCounts.empty(file.head.features, grid)
        for clean in map(cleaning.applied, file.chunks()):
            counts.add(RowCounts.from_chunk(clean, grid, counts.points.widths))
            self._report("cleaning", int(counts.by_reason.sum()))
        return counts
