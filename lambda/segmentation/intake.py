"""The file as a whole: what is in it, what has to be cleaned, its points, and the account of all that.

Clean files are read once for this. Others are read again, since what is filled in, or which rows are the same, is known
only at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.cleaning import (
    FIRST_FEATURE,
    Cleaning,
    reason_texts,
    reasons,
    remedies,
    spelling_of,
    without_rows,
)
from segmentation.compress import Grid, WeightedPoints, compress, compress_columns
from segmentation.duplicates import Hashes, Ids, Seen, hashes_of_rows
from segmentation.encoding import MIXED, readable_name
from segmentation.errors import UnusableFileError, shortened
from segmentation.ingest import DUPLICATE, Chunk, CustomerFile, Feature, Source
from segmentation.numerals import ABSENT, IMPOSSIBLE, NO_NUMBER
from segmentation.rounding import plural, readable
from segmentation.rows import BLOCK_BYTES, NotUtf8Error
from segmentation.schema import Note, Schema
from segmentation.settings import Settings

# Told how far the work is: the stage, and the rows that it is through with.
Report = Callable[[str, int], None]

_WRITE_PLAINLY = "Write numbers plainly, such as 54 or 15000.50, and fill the empty cells."
_MEND = "Mend them; rejected.csv has their lines."


@dataclass(frozen=True)
class Intake:
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
    """

    file: CustomerFile
    cleaning: Cleaning
    points: WeightedPoints
    rows: dict[str, int]
    account: dict[str, Any]

    @property
    def modes(self) -> Mapping[str, tuple[str, ...]]:
        """The features of each mode."""
        return self.file.schema.modes

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows, clean."""
        return map(self.cleaning.applied, self.file.chunks())


def take_in(source: Source, settings: Settings, report: Report, block_bytes: int = BLOCK_BYTES) -> Intake:
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

    Raises
    ------
    UnusableFileError
        If the file cannot be used; it says why and what to do.
    """
    file = CustomerFile(source, settings, block_bytes)
    try:
        survey = _surveyed(file, report)
    except NotUtf8Error as surprise:
        file = file.reconsidered(surprise)
        survey = _surveyed(file, report)
    if survey.texts and not file.schema.sure_of_mark:
        # The first decimals may stand far down.
        other = _surveyed(file.with_other_mark(), report)
        survey = min(survey, other, key=lambda one: one.texts)
        file = survey.file
    while useless := survey.useless():
        file = file.without(*useless)
        survey = _surveyed(file, report)
    cleaning = survey.cleaning()
    count = _count(file, cleaning, report) if cleaning else survey.count
    survey.check(count)
    return Intake(file, cleaning, count.points, count.rows, _account(file, survey, cleaning, count))


@dataclass
class _Count:
    """The customers of a clean file, and what became of its rows."""

    features: tuple[Feature, ...]
    points: WeightedPoints
    by_reason: npt.NDArray[np.int64]
    imputed: int = 0
    imputed_cells: dict[str, int] = field(default_factory=dict)

    @classmethod
    def none(cls, features: tuple[Feature, ...], points: WeightedPoints) -> _Count:
        return cls(features, points, np.zeros(FIRST_FEATURE + len(features), dtype=np.int64))

    def add(self, chunk: Chunk, found: WeightedPoints) -> None:
        self.points += found
        self.by_reason += np.bincount(reasons(chunk), minlength=len(self.by_reason))
        filled = np.zeros(len(chunk.rows), dtype=bool)
        for feature, faults in zip(chunk.features, chunk.faults, strict=True):
            if faults is not None:
                mended = (faults > 0) & chunk.usable
                self.imputed_cells[feature.role] = self.imputed_cells.get(feature.role, 0) + int(mended.sum())
                filled |= mended
        self.imputed += int(filled.sum())

    @property
    def rows(self) -> dict[str, int]:
        read, used, duplicated = self.by_reason.sum(), self.by_reason[0], self.by_reason[DUPLICATE]
        counts = {"read": read, "used": used, "imputed": self.imputed, "duplicated": duplicated}
        return {**{name: int(n) for name, n in counts.items()}, "rejected": int(read - used - duplicated)}


class _OutOfOrderError(Exception):
    """The ids do not only rise, so that there may be duplicates after all."""


class _Survey:
    """What was found in the chunks of a file, as they are."""

    def __init__(self, file: CustomerFile, *, remember: bool) -> None:
        self.file = file
        self.grid = Grid.of(file.head)
        features = file.head.features
        self._of_incomplete = [
            WeightedPoints.none((feature,), self.grid.part([i])) for i, feature in enumerate(features)
        ]
        self._faults = np.zeros((len(features), IMPOSSIBLE + 1), dtype=np.int64)
        self._examples: dict[int, str] = {}
        self.count = _Count.none(features, WeightedPoints.none(features, self.grid))
        self._rows_seen = Seen() if remember else None
        self._ids_seen = Seen()
        self._last_ids: Ids | None = None
        self._duplicates: dict[int, npt.NDArray[np.intp]] = {}
        self.customers = 0
        self.repeated_ids = 0

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features, with all of their categories."""
        return self.count.points.features

    @property
    def full(self) -> bool:
        """Whether there were more rows than can be remembered."""
        return self._rows_seen is not None and self._rows_seen.full

    def work(self, chunk: Chunk) -> tuple[Chunk, WeightedPoints, list[WeightedPoints], Hashes | None]:
        """Do what needs no other chunk."""
        widths = self.count.points.widths
        found = compress(chunk, self.grid, widths)
        partial = []
        if any(faults is not None for faults in chunk.faults):
            incomplete = chunk.customers & ~chunk.usable
            for i, (feature, values) in enumerate(zip(chunk.features, chunk.columns, strict=True)):
                there = values[incomplete & ~np.isnan(values)]
                partial.append(compress_columns((feature,), [there], self.grid.part([i])))
        return chunk, found, partial, None if self._rows_seen is None else hashes_of_rows(chunk.rows)

    def add(self, chunk: Chunk, found: WeightedPoints, partial: list[WeightedPoints], hashes: Hashes | None) -> int:
        """Add what was found in a chunk, after all chunks before it; return how many rows were read."""
        again = self._look_for_duplicates(chunk, hashes)
        if again.any():
            self._duplicates[chunk.number] = np.flatnonzero(again)
            chunk, found, partial, _ = self.work(without_rows(chunk, self._duplicates[chunk.number]))
        self.count.add(chunk, found)
        if partial:
            self._of_incomplete = [a + b for a, b in zip(self._of_incomplete, partial, strict=True)]
        customers = chunk.customers
        self.customers += int(customers.sum())
        for i, faults in enumerate(chunk.faults):
            if faults is not None:
                self._faults[i] += np.bincount(faults[customers], minlength=IMPOSSIBLE + 1)
                wrong = customers & (faults > 0)
                if i not in self._examples and wrong.any():
                    position = self.file.schema.wanted[i].position
                    self._examples[i] = chunk.rows.cells(int(wrong.argmax()))[position]
        return int(self.count.by_reason.sum())

    def _look_for_duplicates(self, chunk: Chunk, hashes: Hashes | None) -> npt.NDArray[np.bool_]:
        """Return which rows are the same as an earlier one."""
        again = np.zeros(len(chunk.rows), dtype=bool)
        if not _look_for_duplicates(self.file):
            return again
        if hashes is None or self._rows_seen is None:
            if chunk.ids is not None and not (chunk.ids.rising and chunk.ids.follows(self._last_ids)):
                raise _OutOfOrderError
            self._last_ids = chunk.ids if chunk.ids is not None and len(chunk.ids.values) else self._last_ids
            return again
        customers = np.flatnonzero(chunk.customers)
        again[customers] = self._rows_seen.add(hashes[customers])
        if chunk.ids is not None:
            known = chunk.ids.known & ~again[customers]
            self.repeated_ids += int(self._ids_seen.add(chunk.ids.hashes[known]).sum())
        return again

    def missing(self, i: int) -> int:
        """How many customers have no value of a feature that can be used."""
        return int(self._faults[i, ABSENT:].sum())

    def faults(self, i: int, kind: int) -> int:
        """How many customers have a fault of this kind in a feature."""
        return int(self._faults[i, kind])

    @property
    def texts(self) -> int:
        """How many cells of customers hold text where a number belongs."""
        return int(self._faults[:, NO_NUMBER].sum())

    def values(self, i: int) -> WeightedPoints:
        """All known values of one feature."""
        return self.count.points.marginal([self.features[i].role]) + self._of_incomplete[i]

    def useless(self) -> tuple[str, Note] | None:
        """Return a feature that the file can do without and of which it has no value, and what to say of it."""
        for i, (feature, wanted) in enumerate(zip(self.features, self.file.schema.wanted, strict=True)):
            if not wanted.required and 0 < self.missing(i) < self.customers < 2 * self.missing(i):
                return feature.role, Note(
                    f"'{feature.label}' is known of {plural(self.customers - self.missing(i), 'customer')} only, "
                    "too few for it to have a part in the segments.",
                    "Fill the column.",
                )
            if not wanted.required and self.customers and self.missing(i) == self.customers:
                what, mend = "value", "Fill"
                if self.faults(i, NO_NUMBER):
                    what, mend = "number", "Write plain numbers in"
                if self.faults(i, IMPOSSIBLE):
                    what, mend = f"value from {wanted.low:g} to {wanted.high:g}", "Check"
                return feature.role, Note(
                    f"'{feature.label}' holds no {what} for any customer, so it has no part in the segments.",
                    f"{mend} the column, if it should have one.",
                )
        return None

    def cleaning(self) -> Cleaning:
        """Say what has to be done to the chunks."""
        settings, schema = self.file.settings, self.file.schema
        spellings, fills = {}, {}
        for i, feature in enumerate(self.features):
            counts = self._counts(i) if feature.categorical else {}
            spelling = spelling_of(counts, letters=feature.role == "gender")
            if spelling:
                spellings[feature.role] = spelling
            lacking = self.missing(i)
            if settings.impute and 0 < lacking <= settings.most_missing * self.customers and lacking < self.customers:
                for name, meant in spelling.items():
                    counts[meant] += counts.pop(name)
                fills[feature.role] = max(sorted(counts), key=counts.__getitem__) if counts else _median(self.values(i))
        return Cleaning(fills, spellings, self._duplicates, schema.modes)

    def _counts(self, i: int) -> dict[str, int]:
        """Return how many customers have each category of a feature."""
        counts: Counter[str] = Counter()
        for points in (self.count.points, self._of_incomplete[i]):
            feature = next(one for one in points.features if one.role == self.features[i].role)
            names = feature.categories or ()
            if len(points):
                totals = np.bincount(points.cells(feature.role), points.counts, len(names))
                counts.update(dict(zip(names, map(int, totals), strict=True)))
        return dict(counts)

    def check(self, count: _Count) -> None:
        """Refuse a file of which no row can be used, naming the column at fault and what stands in it."""
        if count.rows["used"]:
            return
        if not self.customers:
            raise UnusableFileError("The file has a header but no customers.", "Add one line for each customer.")
        worst = int(np.argmax(self._faults[:, ABSENT:].sum(axis=1)))
        example = self._examples.get(worst, "")
        raise UnusableFileError(
            f"No row can be used: {self.missing(worst)} of {self.customers} have no value that can be read in "
            f"'{self.features[worst].label}'.",
            _WRITE_PLAINLY,
            f"The first of those cells holds '{shortened(example)}'.",
        )


def _surveyed(file: CustomerFile, report: Report) -> _Survey:
    try:
        return _survey(file, report, remember=_must_remember(file))
    except _OutOfOrderError:
        return _survey(file, report, remember=True)


def _look_for_duplicates(file: CustomerFile) -> bool:
    policy = file.settings.duplicates
    return policy == "once" or (policy == "auto" and file.schema.identified)


def _must_remember(file: CustomerFile) -> bool:
    """Whether rows have to be remembered for it to be known if they were there before."""
    ids = file.head.ids
    return _look_for_duplicates(file) and (ids is None or not ids.rising)


def _survey(file: CustomerFile, report: Report, *, remember: bool) -> _Survey:
    survey = _Survey(file, remember=remember)
    for found in file.map(survey.work):
        report("reading", survey.add(*found))
    return survey


def _count(file: CustomerFile, cleaning: Cleaning, report: Report) -> _Count:
    grid = Grid.of(cleaning.applied(file.head))
    count = _Count.none(file.head.features, WeightedPoints.none(file.head.features, grid))
    for clean in map(cleaning.applied, file.chunks()):
        count.add(clean, compress(clean, grid, count.points.widths))
        report("cleaning", int(count.by_reason.sum()))
    return count


def _median(values: WeightedPoints) -> float:
    """Return the median of one feature over all customers, rounded as far as it is known."""
    (median,) = values.medians.values()
    return float(f"{median:.9g}")


def _account(file: CustomerFile, survey: _Survey, cleaning: Cleaning, count: _Count) -> dict[str, Any]:
    dialect, schema, features = file.dialect, file.schema, count.points.features
    what_to_do = remedies(features, cleaning.fills, impute=file.settings.impute)
    rejected = [
        {"reason": text, "rows": int(n), "remedy": remedy}
        for i, (text, remedy, n) in enumerate(zip(reason_texts(features), what_to_do, count.by_reason, strict=True))
        if n and i not in (0, DUPLICATE)
    ]
    notes = [*schema.notes, *_notes(survey, cleaning, count)]
    return {
        "encoding": readable_name(dialect.encoding),
        "separator": dialect.separator,
        "decimal_mark": schema.decimal_mark,
        "header_line": dialect.header_line,
        "columns": [asdict(use) for use in schema.uses],
        "imputed": [
            {"feature": role, "cells": n, "value": _written(cleaning.fills[role])}
            for role in (feature.role for feature in features)
            if (n := count.imputed_cells.get(role, 0))
        ],
        "rejected": sorted(rejected, key=lambda one: -one["rows"]),
        "notes": [asdict(note) for note in notes],
    }


def _written(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.9g}"


def _notes(survey: _Survey, cleaning: Cleaning, count: _Count) -> Iterator[Note]:
    schema = survey.file.schema
    if survey.file.dialect.encoding == MIXED:
        yield Note(
            "Most of the file is UTF-8, but not all; the rest was read as Windows-1252.",
            "Check the letters with accents, and save the file as 'CSV UTF-8 (comma delimited)'.",
        )
    for i, (feature, wanted) in enumerate(zip(count.points.features, schema.wanted, strict=True)):
        if n := survey.faults(i, IMPOSSIBLE):
            bounds = (f"below {wanted.low:g}", wanted.low), (f"above {wanted.high:g}", wanted.high)
            beyond = " or ".join(text for text, bound in bounds if np.isfinite(bound))
            where = f" ({beyond})" if beyond else ""
            yield Note(f"{plural(n, 'value')} of '{feature.label}' cannot be{where}; taken for missing.", _MEND)
        if n := survey.faults(i, NO_NUMBER):
            yield Note(
                f"{plural(n, 'cell')} of '{feature.label}' with text where a number belongs; taken for missing.", _MEND
            )
        yield from _notes_on_values(feature, count.points, cleaning)
    if survey.repeated_ids:
        yield Note(
            f"{plural(survey.repeated_ids, 'row')} with an id that an earlier row has, and other values; "
            "each was taken for a customer.",
            "If they are one customer, keep one row of each.",
        )
    if survey.full:
        yield Note(
            "The file has too many rows to tell of all whether they are there twice.", "Sort it by a numeric id."
        )
    if not schema.identified and survey.file.settings.duplicates == "auto":
        yield _note_on_ids(schema)


def _note_on_ids(schema: Schema) -> Note:
    alike = "so rows that are alike in every cell count as different customers."
    once = 'If they are not, set "duplicates": "once" in settings.json.'
    if schema.id_position is None:
        return Note(f"The file has no customer id, {alike}", once)
    name = schema.uses[schema.id_position].name
    return Note(
        f"'{name}' tells few rows apart, {alike}",
        f"If the rows are purchases, sum them up to one row a customer. {once}",
    )


def _notes_on_values(feature: Feature, points: WeightedPoints, cleaning: Cleaning) -> Iterator[Note]:
    if feature.categories is None:
        low, high = points.extremes(feature.role)
        if low == high:
            yield Note(
                f"Every customer has {readable(low)} in '{feature.label}', so it tells no segments apart.",
                "Check that the export filled this column.",
            )
        return
    if feature.role in cleaning.spellings:
        pairs = [f"'{name}' as '{meant}'" for name, meant in sorted(cleaning.spellings[feature.role].items())]
        more = f" and {len(pairs) - 5} more" if len(pairs) > 5 else ""
        yield Note(f"Read in '{feature.label}': {', '.join(pairs[:5])}{more}.", "Spell each value in one way.")
    if len(feature.categories) == 1:
        yield Note(f"Every customer has '{feature.categories[0]}' in '{feature.label}', so it tells no segments apart.")
    elif all(name.replace(".", "").isdecimal() for name in feature.categories):
        names = ", ".join(feature.categories[:10])
        yield Note(
            f"'{feature.label}' is coded {names}, and the file does not say what each stands for.",
            "Write words in place of the codes, and the page shows them.",
        )
