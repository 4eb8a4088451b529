"""A file as a whole: its profile, its cleaning, its points, and the account of all that.

A clean file is read once for this. Others are read again, since fill values and duplicates are known only at the end of
the first pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from segmentation.customers.account import account_of
from segmentation.customers.chunk_profile import ChunkProfile, RowCounts
from segmentation.customers.cleaning import Cleaning, without_rows
from segmentation.customers.duplicates import (
    DuplicateDetector,
    OutOfOrderError,
    RowHashes,
    detects_duplicates,
    must_remember,
)
from segmentation.customers.file_profile import FileProfile
from segmentation.customers.pooling import Pooling
from segmentation.customers.reader import CustomerFile, Source
from segmentation.files.blocks import BLOCK_BYTES
from segmentation.files.records import NotUtf8Error
from segmentation.points.chunk import Chunk
from segmentation.points.disclosure import Disclosure
from segmentation.points.grid import Grid
from segmentation.points.weighted import WeightedPoints
from segmentation.schema.choice import UsedFeatures
from segmentation.schema.ready_settings import offering
from segmentation.schema.settings import Settings

# Told how far the work is: the stage, and the rows that it is through with.
Report = Callable[[str, int], None]


@dataclass(frozen=True)
class LoadedCustomers:
    """The customers of a file, read and cleaned.

    Parameters
    ----------
    file : CustomerFile
        The file as it is read.
    cleaning : Cleaning
        What is done to its chunks.
    points : WeightedPoints
        Its customers as weighted points.
    rows : dict of str to int
        Numbers of rows read, used, imputed, duplicated and rejected.
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
        """By name of mode, the roles of its features."""
        return self.file.schema.modes

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows again, and yield them as clean chunks."""
        return map(self.cleaning.applied, self.file.chunks())


class ScanExecutor(Protocol):
    """Runs a scan over the chunks of a file, on one machine or on several."""

    def profile(self, file: CustomerFile, *, remember: bool) -> FileProfile:
        """Profile a file before cleaning.

        Parameters
        ----------
        file : CustomerFile
            The file.
        remember : bool
            Whether rows are hashed and remembered to find duplicates; else ids must rise.

        Raises
        ------
        OutOfOrderError
            If rows are not remembered and ids do not rise.
        """
        ...

    def count(self, file: CustomerFile, cleaning: Cleaning) -> RowCounts:
        """Count the customers of a file after cleaning.

        Parameters
        ----------
        file : CustomerFile
            The file.
        cleaning : Cleaning
            What is done to its chunks.
        """
        ...


def load_customers(
    source: Source,
    settings: Settings,
    report: Report,
    block_bytes: int = BLOCK_BYTES,
    executor: ScanExecutor | None = None,
    rounding_key: bytes = b"",
    before: UsedFeatures | None = None,
) -> LoadedCustomers:
    """Read a file, and clean it.

    Parameters
    ----------
    source : callable
        Opens the bytes of the file; it is called for each pass over them.
    settings : Settings
        Settings of the analysis.
    report : callable
        Called with the stage and the number of rows read so far.
    block_bytes : int
        About how many bytes are processed at a time; the result does not depend on it.
    executor : ScanExecutor, optional
        Scans the file; by default this process does.
    rounding_key : bytes
        Secret key of the random rounding, see `segmentation.points.disclosure`.
    before : UsedFeatures, optional
        The features of the run before, which are kept while the file has them.

    Raises
    ------
    UnusableFileError
        If the file cannot be used; it says why and what to do.
    """
    executor = executor or _LocalExecutor(report)
    file = CustomerFile(source, settings, block_bytes, before=before)
    with offering(lambda: (file.dialect, file.schema), settings):
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
        if profile.newest != file.schema.newest:
            # It may stand in any row.
            file = file.read_by(file.schema.counted_from(profile.newest))
            profile = _profiled(file, executor)
        first = Disclosure.from_points(profile.merged.counts.points, settings.min_cell_count, rounding_key)
        if not first.exact and (readings := profile.with_common_words(first)):
            # Neither a word nor the numbers of the others tell of a few customers.
            file = file.read_by(file.schema.read_as(readings))
            profile = _profiled(file, executor)
        while unusable := profile.unusable_feature():
            file = file.without(*unusable)
            profile = _profiled(file, executor)
        cleaning = profile.cleaning()
        counts = executor.count(file, cleaning) if cleaning else profile.merged.counts
        profile.check(counts, settings.min_cell_count)
        disclosure = Disclosure.from_points(counts.points, settings.min_cell_count, rounding_key)
        pooling = Pooling.fit(counts.points, disclosure)
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
    """Scans the chunks of a file in this process."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def profile(self, file: CustomerFile, *, remember: bool) -> FileProfile:
        grid, detect = Grid.fit(file.head), detects_duplicates(file)
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
