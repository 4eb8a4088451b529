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

    def survey(self, file: CustomerFile, *, remember: bool) -> FileProfile:
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
    passes: ScanExecutor | None = None,
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
    passes : ScanExecutor, optional
        Who reads it; this machine by default.
    rounding_key : bytes
        What lots are drawn by, see `segmentation.points.disclosure`.

    Raises
    ------
    UnusableFileError
        If the file cannot be used; it says why and what to do.
    """
    passes = passes or _LocalExecutor(report)
    file = CustomerFile(source, settings, block_bytes)
    try:
        survey = _surveyed(file, passes)
    except NotUtf8Error as surprise:
        file = file.reconsidered(surprise)
        survey = _surveyed(file, passes)
    if survey.texts and not file.schema.sure_of_mark:
        # The first decimals may stand far down.
        other = _surveyed(file.with_other_mark(), passes)
        survey = min(survey, other, key=lambda one: one.texts)
        file = survey.file
    while useless := survey.useless():
        file = file.without(*useless)
        survey = _surveyed(file, passes)
    cleaning = survey.cleaning()
    count = passes.count(file, cleaning) if cleaning else survey.facts.count
    survey.check(count, settings.min_cell_count)
    pooling = Pooling.of(count.points, Disclosure.of(count.points, settings.min_cell_count, rounding_key))
    count.points = pooling.applied(count.points)
    account = account_of(file, survey, cleaning, count, pooling)
    return LoadedCustomers(file, cleaning.renamed(pooling.names), count.points, count.rows, account, survey.facts.ascii)


def _surveyed(file: CustomerFile, passes: ScanExecutor) -> FileProfile:
    try:
        return passes.survey(file, remember=must_remember(file))
    except OutOfOrderError:
        return passes.survey(file, remember=True)


class _LocalExecutor:
    """Goes through the chunks of a file by itself, one after the other."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def survey(self, file: CustomerFile, *, remember: bool) -> FileProfile:
        grid, looks = Grid.of(file.head), looks_for_duplicates(file)
        facts, sightings = ChunkProfile.none(file.head.features, grid), DuplicateDetector(remember=remember)

        def facts_of(chunk: Chunk) -> ChunkProfile:
            return ChunkProfile.of(chunk, grid, facts.count.points.widths)

        def work(chunk: Chunk) -> tuple[Chunk, ChunkProfile, RowHashes | None]:
            return chunk, facts_of(chunk), RowHashes.of(chunk, remember=remember) if looks else None

        for chunk, found, marks in file.map(work):
            again = marks is not None and sightings.look(chunk.number, marks)
            facts.add(facts_of(without_rows(chunk, sightings.duplicates[chunk.number])) if again else found)
            self._report("reading", int(facts.count.by_reason.sum()))
        return FileProfile(file, facts, sightings)

    def count(self, file: CustomerFile, cleaning: Cleaning) -> RowCounts:
        grid = Grid.of(cleaning.applied(file.head))
        count = RowCounts.none(file.head.features, grid)
        for clean in map(cleaning.applied, file.chunks()):
            count.add(RowCounts.of(clean, grid, count.points.widths))
            self._report("cleaning", int(count.by_reason.sum()))
        return count
