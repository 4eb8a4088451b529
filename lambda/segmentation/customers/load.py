"""The file as a whole: what is in it, what has to be cleaned, its points, and the account of all that.

Clean files are read once for this. Others are read again, since what is filled in, or which rows are the same, is known
only at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from segmentation.customers.cleaning import (
    FIRST_FEATURE,
    Cleaning,
    reason_texts,
    reasons,
    remedies,
    spelling_of,
    without_rows,
)
from segmentation.customers.duplicates import Seen, hashes_of_rows
from segmentation.customers.pooling import Pooling
from segmentation.customers.reader import CustomerFile, Source
from segmentation.errors import UnusableFileError, shortened
from segmentation.files.encoding import MIXED, readable_name
from segmentation.files.records import BLOCK_BYTES, NotUtf8Error
from segmentation.points.chunk import DUPLICATE, Chunk
from segmentation.points.counting import compress, compress_columns
from segmentation.points.disclosure import Disclosure
from segmentation.points.grid import Grid
from segmentation.points.ids import Hashes, Ids, Mask
from segmentation.points.weighted import WeightedPoints
from segmentation.rounding import plural, readable
from segmentation.schema.features import LONGEST_NAME, Feature
from segmentation.schema.numbers import ABSENT, IMPOSSIBLE, NO_NUMBER
from segmentation.schema.resolve import Note, Schema, Use
from segmentation.schema.settings import Settings

# Told how far the work is: the stage, and the rows that it is through with.
Report = Callable[[str, int], None]

# So much of the account is published.
_MOST_COLUMNS, _MOST_NOTES, _LONGEST_TEXT, _LONGEST_WORD = 80, 30, 300, 20

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


class Passes(Protocol):
    """Who goes through the chunks of a file: one machine, or several."""

    def survey(self, file: CustomerFile, *, remember: bool) -> Survey:
        """Find out what is in a file; `remember` says whether rows are remembered, to know them if they come again."""
        ...

    def count(self, file: CustomerFile, cleaning: Cleaning) -> Count:
        """Count the customers of a file once it is clean."""
        ...


def take_in(
    source: Source,
    settings: Settings,
    report: Report,
    block_bytes: int = BLOCK_BYTES,
    passes: Passes | None = None,
    rounding_key: bytes = b"",
) -> Intake:
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
    passes : Passes, optional
        Who reads it; this machine by default.
    rounding_key : bytes
        What lots are drawn by, see `segmentation.points.disclosure`.

    Raises
    ------
    UnusableFileError
        If the file cannot be used; it says why and what to do.
    """
    passes = passes or _OneMachine(report)
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
    account = _account(file, survey, cleaning, count, pooling)
    return Intake(file, cleaning.renamed(pooling.names), count.points, count.rows, account, survey.facts.ascii)


@dataclass
class Count:
    """The customers of some clean chunks, and what became of their rows; counts can be added in any order."""

    points: WeightedPoints
    by_reason: npt.NDArray[np.int64]
    imputed: int = 0
    imputed_cells: Counter[str] = field(default_factory=Counter)

    @classmethod
    def none(cls, features: tuple[Feature, ...], grid: Grid) -> Count:
        """Return the count of no rows."""
        return cls(WeightedPoints.none(features, grid), np.zeros(FIRST_FEATURE + len(features), dtype=np.int64))

    @classmethod
    def of(cls, chunk: Chunk, grid: Grid, widths: tuple[int, ...] | None = None) -> Count:
        """Count a clean chunk; `widths` as for `compress`."""
        count = cls.none(chunk.features, grid)
        count.points = compress(chunk, grid, widths)
        count.by_reason += np.bincount(reasons(chunk), minlength=len(count.by_reason))
        filled = np.zeros(len(chunk.rows), dtype=bool)
        for feature, faults in zip(chunk.features, chunk.faults, strict=True):
            if faults is not None:
                mended = (faults > 0) & chunk.usable
                count.imputed_cells[feature.role] += int(mended.sum())
                filled |= mended
        count.imputed = int(filled.sum())
        return count

    def add(self, other: Count) -> None:
        """Add what was counted elsewhere in the file."""
        self.points += other.points
        self.by_reason += other.by_reason
        self.imputed += other.imputed
        self.imputed_cells.update(other.imputed_cells)

    @property
    def rows(self) -> dict[str, int]:
        """How many rows were read, used, imputed, duplicated and rejected."""
        read, used, duplicated = self.by_reason.sum(), self.by_reason[0], self.by_reason[DUPLICATE]
        counts = {"read": read, "used": used, "imputed": self.imputed, "duplicated": duplicated}
        return {**{name: int(n) for name, n in counts.items()}, "rejected": int(read - used - duplicated)}


@dataclass
class Facts:
    """What was found in some chunks of a file, as they are, without duplicates; it can be added in any order.

    Parameters
    ----------
    count : Count
        Of the rows that need no cleaning.
    of_incomplete : list of WeightedPoints
        Of each feature, the values of customers who lack another one.
    faults : ndarray of int64, shape (n_features, n_faults)
        How many customers have which fault in each feature.
    lines : dict of int to int
        By index of feature, the line of the first row of the file in which it has a fault.
    customers : int
        How many there are.
    ascii : bool
        Whether all rows are ASCII.
    """

    count: Count
    of_incomplete: list[WeightedPoints]
    faults: npt.NDArray[np.int64]
    lines: dict[int, int] = field(default_factory=dict)
    customers: int = 0
    ascii: bool = True

    @classmethod
    def none(cls, features: tuple[Feature, ...], grid: Grid) -> Facts:
        """Return the facts of no rows."""
        of_incomplete = [WeightedPoints.none((feature,), grid.part([i])) for i, feature in enumerate(features)]
        faults = np.zeros((len(features), IMPOSSIBLE + 1), dtype=np.int64)
        return cls(Count.none(features, grid), of_incomplete, faults)

    @classmethod
    def of(cls, chunk: Chunk, grid: Grid, widths: tuple[int, ...] | None = None) -> Facts:
        """Look at a chunk without duplicates; `widths` is as for `compress`."""
        facts = cls.none(chunk.features, grid)
        facts.count = Count.of(chunk, grid, widths)
        customers = chunk.customers
        facts.customers = int(customers.sum())
        facts.ascii = chunk.rows.text.isascii()
        incomplete = customers & ~chunk.usable
        for i, (feature, values, faults) in enumerate(zip(chunk.features, chunk.columns, chunk.faults, strict=True)):
            if incomplete.any():
                there = values[incomplete & ~np.isnan(values)]
                facts.of_incomplete[i] = compress_columns((feature,), [there], grid.part([i]))
            if faults is not None:
                facts.faults[i] = np.bincount(faults[customers], minlength=IMPOSSIBLE + 1)
                wrong = np.flatnonzero(customers & (faults > 0))
                if len(wrong):
                    facts.lines[i] = int(chunk.rows.lines(wrong[:1])[0])
        return facts

    def add(self, other: Facts) -> None:
        """Add what was found elsewhere in the file."""
        self.count.add(other.count)
        self.of_incomplete = [a + b for a, b in zip(self.of_incomplete, other.of_incomplete, strict=True)]
        self.faults += other.faults
        for i, line in other.lines.items():
            self.lines[i] = min(self.lines.get(i, line), line)
        self.customers += other.customers
        self.ascii &= other.ascii


class OutOfOrderError(Exception):
    """The ids do not only rise, so that there may be duplicates after all."""


@dataclass(frozen=True)
class Marks:
    """What the rows of a chunk may be known by, if they come again.

    Parameters
    ----------
    ids : Ids or None
        The first and the last id; None where there are none, or they do not rise.
    places : ndarray of intp, shape (n_customers,)
        Which rows are customers. It is empty, and so are the others, where rows are not remembered.
    rows : ndarray of uint64, shape (n_customers,)
        A hash of each.
    id_hashes : ndarray of uint64, shape (n_customers,), or None
        A hash of the id of each.
    known : ndarray of bool, shape (n_customers,)
        Whether it has one.
    """

    ids: Ids | None
    places: npt.NDArray[np.intp]
    rows: Hashes
    id_hashes: Hashes | None
    known: Mask

    @classmethod
    def of(cls, chunk: Chunk, *, remember: bool) -> Marks:
        """Mark the rows of a chunk."""
        nothing = np.zeros(0, dtype=np.intp)
        ids = chunk.ids
        if not remember:
            rising = ids is not None and ids.rising
            return cls(
                ids.ends if ids is not None and rising else None, nothing, np.zeros(0, np.uint64), None, nothing > 0
            )
        places = np.flatnonzero(chunk.customers)
        known = nothing > 0 if ids is None else ids.known
        return cls(None, places, hashes_of_rows(chunk.rows)[places], None if ids is None else ids.hashes, known)


class Sightings:
    """Which rows of a file were there before; chunks are looked at in the order of the file.

    Attributes
    ----------
    duplicates : dict of int to ndarray of intp
        By number of chunk, the rows that are the same as an earlier one.
    repeated_ids : int
        How many other rows have an id that was there before.
    """

    def __init__(self, *, remember: bool) -> None:
        self._rows = Seen() if remember else None
        self._ids = Seen()
        self._last: Ids | None = None
        self.duplicates: dict[int, npt.NDArray[np.intp]] = {}
        self.repeated_ids = 0

    @property
    def full(self) -> bool:
        """Whether there were more rows than can be remembered."""
        return self._rows is not None and self._rows.full

    def look(self, number: int, marks: Marks) -> bool:
        """Look at the rows of a chunk, and return whether there are duplicates.

        Raises
        ------
        OutOfOrderError
            If rows are not remembered, and ids do not rise.
        """
        if self._rows is None:
            if marks.ids is None or not marks.ids.follows(self._last):
                raise OutOfOrderError
            self._last = marks.ids if len(marks.ids.values) else self._last
            return False
        again = self._rows.add(marks.rows)
        if marks.id_hashes is not None:
            self.repeated_ids += int(self._ids.add(marks.id_hashes[marks.known & ~again]).sum())
        if again.any():
            self.duplicates[number] = marks.places[again]
        return bool(again.any())


@dataclass(frozen=True)
class Survey:
    """What was found in a file, as it is.

    Parameters
    ----------
    file : CustomerFile
        As it was read.
    facts : Facts
        About its rows without duplicates.
    sightings : Sightings
        About duplicates.
    """

    file: CustomerFile
    facts: Facts
    sightings: Sightings

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features, with all of their categories."""
        return self.facts.count.points.features

    def missing(self, i: int) -> int:
        """How many customers have no value of a feature that can be used."""
        return int(self.facts.faults[i, ABSENT:].sum())

    def faults(self, i: int, kind: int) -> int:
        """How many customers have a fault of this kind in a feature."""
        return int(self.facts.faults[i, kind])

    @property
    def texts(self) -> int:
        """How many cells of customers hold text where a number belongs."""
        return int(self.facts.faults[:, NO_NUMBER].sum())

    def values(self, i: int) -> WeightedPoints:
        """All known values of one feature."""
        return self.facts.count.points.marginal([self.features[i].role]) + self.facts.of_incomplete[i]

    def useless(self) -> tuple[str, Note] | None:
        """Return a feature that the file can do without and of which it has no value, and what to say of it."""
        for i, (feature, wanted) in enumerate(zip(self.features, self.file.schema.wanted, strict=True)):
            if not wanted.required and 0 < self.missing(i) < self.facts.customers < 2 * self.missing(i):
                return feature.role, Note(
                    f"'{feature.label}' is known of {plural(self.facts.customers - self.missing(i), 'customer')} only, "
                    "too few for it to have a part in the segments.",
                    "Fill the column.",
                )
            if not wanted.required and self.facts.customers and self.missing(i) == self.facts.customers:
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
            if (
                settings.impute
                and 0 < lacking <= settings.most_missing * self.facts.customers
                and lacking < self.facts.customers
            ):
                for name, meant in spelling.items():
                    counts[meant] += counts.pop(name)
                fills[feature.role] = max(sorted(counts), key=counts.__getitem__) if counts else _median(self.values(i))
        return Cleaning(fills, spellings, self.sightings.duplicates, schema.modes)

    def common(self, i: int) -> frozenset[str]:
        """Return the categories of a feature that enough customers share for them to be told."""
        counts = self._counts(i) if self.features[i].categorical else {}
        return frozenset(name for name, n in counts.items() if n >= self.file.settings.min_cell_count)

    def _counts(self, i: int) -> dict[str, int]:
        """Return how many customers have each category of a feature."""
        counts: Counter[str] = Counter()
        for points in (self.facts.count.points, self.facts.of_incomplete[i]):
            feature = next(one for one in points.features if one.role == self.features[i].role)
            names = feature.categories or ()
            if len(points):
                totals = np.bincount(points.cells(feature.role), points.counts, len(names))
                counts.update(dict(zip(names, map(int, totals), strict=True)))
        return dict(counts)

    def check(self, count: Count, fewest: int = 1) -> None:
        """Refuse a file of too few customers, or of none, naming the column at fault and what stands in it."""
        if count.rows["used"] >= fewest:
            return
        if count.rows["used"]:
            raise UnusableFileError(
                f"Of {plural(count.rows['used'], 'customer')} nothing may be told: "
                f"settings.json has a min_cell_count of {fewest:,}.",
                "Upload more customers, or set a smaller min_cell_count.",
            )
        if not self.facts.customers:
            raise UnusableFileError("The file has a header but no customers.", "Add one line for each customer.")
        worst = int(np.argmax(self.facts.faults[:, ABSENT:].sum(axis=1)))
        raise UnusableFileError(
            f"No row can be used: {self.missing(worst)} of {self.facts.customers} have no value that can be read in "
            f"'{self.features[worst].label}'; the first of them is in line {self.facts.lines[worst]}.",
            _WRITE_PLAINLY,
        )


def _surveyed(file: CustomerFile, passes: Passes) -> Survey:
    try:
        return passes.survey(file, remember=_must_remember(file))
    except OutOfOrderError:
        return passes.survey(file, remember=True)


def looks_for_duplicates(file: CustomerFile) -> bool:
    """Whether rows that are alike in every cell are one customer."""
    policy = file.settings.duplicates
    return policy == "once" or (policy == "auto" and file.schema.identified)


def _must_remember(file: CustomerFile) -> bool:
    """Whether rows have to be remembered for it to be known if they were there before."""
    ids = file.head.ids
    return looks_for_duplicates(file) and (ids is None or not ids.rising)


class _OneMachine:
    """Goes through the chunks of a file by itself, one after the other."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def survey(self, file: CustomerFile, *, remember: bool) -> Survey:
        grid, looks = Grid.of(file.head), looks_for_duplicates(file)
        facts, sightings = Facts.none(file.head.features, grid), Sightings(remember=remember)

        def facts_of(chunk: Chunk) -> Facts:
            return Facts.of(chunk, grid, facts.count.points.widths)

        def work(chunk: Chunk) -> tuple[Chunk, Facts, Marks | None]:
            return chunk, facts_of(chunk), Marks.of(chunk, remember=remember) if looks else None

        for chunk, found, marks in file.map(work):
            again = marks is not None and sightings.look(chunk.number, marks)
            facts.add(facts_of(without_rows(chunk, sightings.duplicates[chunk.number])) if again else found)
            self._report("reading", int(facts.count.by_reason.sum()))
        return Survey(file, facts, sightings)

    def count(self, file: CustomerFile, cleaning: Cleaning) -> Count:
        grid = Grid.of(cleaning.applied(file.head))
        count = Count.none(file.head.features, grid)
        for clean in map(cleaning.applied, file.chunks()):
            count.add(Count.of(clean, grid, count.points.widths))
            self._report("cleaning", int(count.by_reason.sum()))
        return count


def _median(values: WeightedPoints) -> float:
    """Return the median of one feature over all customers, rounded as far as it is known."""
    (median,) = values.medians.values()
    return float(f"{median:.9g}")


def _account(file: CustomerFile, survey: Survey, cleaning: Cleaning, count: Count, pooling: Pooling) -> dict[str, Any]:
    dialect, schema, features = file.dialect, file.schema, count.points.features
    what_to_do = remedies(features, cleaning.fills, impute=file.settings.impute)
    rejected = [
        {"reason": _short(text), "rows": int(n), "remedy": _short(remedy)}
        for i, (text, remedy, n) in enumerate(zip(reason_texts(features), what_to_do, count.by_reason, strict=True))
        if n and i not in (0, DUPLICATE)
    ]
    notes = [*_notes_on_room(schema), *schema.notes, *_notes(survey, cleaning, count), *pooling.notes(features)]
    if len(notes) > _MOST_NOTES:
        notes[_MOST_NOTES - 1 :] = [
            Note(f"There are {len(notes) - _MOST_NOTES + 1} more notes, for want of room not here.")
        ]
    fills = cleaning.renamed(pooling.names).fills
    return {
        "encoding": readable_name(dialect.encoding),
        "separator": dialect.separator,
        "decimal_mark": schema.decimal_mark,
        "header_line": dialect.header_line,
        "columns": [
            {**asdict(use), "name": shortened(use.name, LONGEST_NAME), "why": _short(use.why)}
            for use in _listed(schema.uses)
        ],
        "imputed": [
            {"feature": role, "cells": n, "value": _written(fills[role])}
            for role in (feature.role for feature in features)
            if (n := count.imputed_cells.get(role, 0))
        ],
        "rejected": sorted(rejected, key=lambda one: -one["rows"]),
        "notes": [{"text": _short(note.text), "remedy": _short(note.remedy)} for note in notes],
    }


def _short(text: str) -> str:
    return shortened(text, _LONGEST_TEXT)


def _listed(uses: Sequence[Use]) -> list[Use]:
    """Return the columns that are told of, in the order of the file: first of all those that are not just unused."""
    ranked = sorted(range(len(uses)), key=lambda i: (uses[i].use == "unused", uses[i].use == "personal", i))
    return [uses[i] for i in sorted(ranked[:_MOST_COLUMNS])]


def _notes_on_room(schema: Schema) -> Iterator[Note]:
    if len(schema.uses) > _MOST_COLUMNS:
        yield Note(f"Of the {len(schema.uses):,} columns, {_MOST_COLUMNS} are listed here.")


def _written(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.9g}"


def _notes(survey: Survey, cleaning: Cleaning, count: Count) -> Iterator[Note]:
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
        yield from _notes_on_values(feature, count.points, cleaning, survey.common(i))
    if survey.sightings.repeated_ids:
        yield Note(
            f"{plural(survey.sightings.repeated_ids, 'row')} with an id that an earlier row has, and other values; "
            "each was taken for a customer.",
            "If they are one customer, keep one row of each.",
        )
    if survey.sightings.full:
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


def _notes_on_values(
    feature: Feature, points: WeightedPoints, cleaning: Cleaning, common: frozenset[str]
) -> Iterator[Note]:
    if feature.categories is None:
        low, high = points.extremes(feature.role)
        if low == high:
            yield Note(
                f"Every customer has {readable(low)} in '{feature.label}', so it tells no segments apart.",
                "Check that the export filled this column.",
            )
        return
    if feature.role in cleaning.spellings:
        spellings = cleaning.spellings[feature.role]
        pairs = [
            f"'{shortened(name, _LONGEST_WORD)}' as '{shortened(meant, _LONGEST_WORD)}'"
            for name, meant in sorted(spellings.items())
            if {name, meant} <= common
        ][:5]
        rest = len(spellings) - len(pairs)
        more = [f"{rest} more" if pairs else f"{plural(rest, 'value')} as others"] if rest else []
        told = " and ".join([*([", ".join(pairs)] if pairs else []), *more])
        yield Note(f"Read in '{feature.label}': {told}.", "Spell each value in one way.")
    if len(feature.categories) == 1:
        yield Note(f"Every customer has '{feature.categories[0]}' in '{feature.label}', so it tells no segments apart.")
    elif all(name.replace(".", "").isdecimal() for name in feature.categories):
        names = ", ".join([name for name in feature.categories if name in common][:10])
        yield Note(
            f"'{feature.label}' is coded {names}, and the file does not say what each stands for.",
            "Write words in place of the codes, and the page shows them.",
        )
