"""Stage 1c, ingest: blocks of rows to chunks of clean, canonical columns.

The only place that knows what the values in a cell mean.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TypeVar

import numpy as np
import pandas as pd

from segmentation.errors import UnusableFileError
from segmentation.files.blocks import BLOCK_BYTES, UnfinishedRowError, read_blocks
from segmentation.files.encoding import MIXED, UTF_8, can_be_cut, check_told, encodings_of
from segmentation.files.quotes import without_tabs_before_quotes
from segmentation.files.records import Block, NotUtf8Error, RawBlock, parse_row
from segmentation.files.streams import ByteStream, GunzipReader, PrefixedReader, Readable, TranscodingReader
from segmentation.parallel import in_order
from segmentation.points.chunk import BLANK, CUSTOMER, HEADER_AGAIN, OVERLONG, SUMMARY, Chunk, Column, Faults
from segmentation.points.ids import Ids, Mask
from segmentation.schema.columns import normalised, personal_values
from segmentation.schema.dialect import detect
from segmentation.schema.features import LONGEST_NAME, Feature
from segmentation.schema.numbers import (
    MISSING,
    NOT_NUMERIC,
    VALID,
    is_missing,
    marked_impossible,
    other_mark,
    parse_numbers,
)
from segmentation.schema.resolve import fit, schema_of
from segmentation.schema.schema import Note, Wanted
from segmentation.schema.settings import Settings
from segmentation.schema.vocabulary import MISSING_WORDS, SUMMARY_WORDS

# Known to the parser so that a column with gaps is not read as text, which is slow.
_NO_NUMBER = sorted(
    {form for mark in MISSING_WORDS for form in (mark, mark.upper(), mark.capitalize())} | {"NaN", "N/a"}
)
# Of fewer rows the name may be that of totals between the customers.
_RARE = 0.02
_HEAD_BYTES = 2**18
# The number of the chunk at the beginning, which overlaps others.
_HEAD = -1

Source = Callable[[], ByteStream]
Done = TypeVar("Done")


@dataclass(frozen=True)
class InputSplit:
    """A part of a file that holds whole rows, such as one of several machines reads.

    Parameters
    ----------
    begin : int
        Its first byte; 0, or where a row begins.
    end : int or None
        The byte behind it; None where the file ends.
    line : int
        The number of its first line, from 1.
    number : int
        The number of its first chunk.
    """

    begin: int = 0
    end: int | None = None
    line: int = 1
    number: int = 0


class CustomerFile:
    r"""A CSV of customers, which can be read again and again, a chunk at a time.

    Parameters
    ----------
    source : callable
        Opens the bytes of the file from their beginning, in any encoding and with any separator, plain or compressed by
        gzip.
    settings : Settings
        What is wanted of it.
    block_bytes : int
        About how much is read at a time; what is read does not depend on it.
    encodings : list of str, optional
        Those that it may be in, where its beginning does not tell.
    decimal_mark : str, optional
        What begins the decimals, where its beginning does not tell.

    Attributes
    ----------
    dialect : Dialect
        How it is written.
    schema : Schema
        What its columns are.
    head : Chunk
        The customers at its beginning, at least one.

    Raises
    ------
    UnusableFileError
        If the bytes are no CSV text, or a required column is missing or ambiguous.

    Examples
    --------
    >>> data = "Edad;Sexo;Ingresos;Puntuación de gastos\n19;F;15,5;39\n".encode("latin-1")
    >>> file = CustomerFile(lambda: io.BytesIO(data))
    >>> [feature.label for feature in file.head.features]
    ['Edad', 'Sexo', 'Ingresos', 'Puntuación de gastos']
    >>> [chunk.columns[2].tolist() for chunk in file.chunks()]
    [[15.5]]
    """

    def __init__(
        self,
        source: Source,
        settings: Settings | None = None,
        block_bytes: int = BLOCK_BYTES,
        encodings: list[str] | None = None,
        decimal_mark: str | None = None,
    ) -> None:
        self._source = source
        self._block_bytes = block_bytes
        self._decimal_mark = decimal_mark
        self._stretch = InputSplit()
        self.settings = settings or Settings()
        try:
            self._open(encodings)
        except NotUtf8Error as surprise:
            self._open(self._reconsidered(surprise))

    def _open(self, encodings: list[str] | None) -> None:
        with closing(self._source()) as stream:
            unpacked = GunzipReader(stream)
            sample = unpacked.read(_HEAD_BYTES)
            complete = len(sample) < _HEAD_BYTES
            self._ascii = sample.isascii()
            self.dialect = detect(
                sample, lambda cells: fit(cells, self.settings), complete=complete, encodings=encodings
            )
            self.schema = schema_of(self.dialect, self.settings, self._decimal_mark)
            self._usual = _usual(self.dialect.examples)
            self._filled = _filled(self.dialect.examples)
            blocks = self._blocks(PrefixedReader(sample, unpacked), _HEAD_BYTES)
            chunks = (self._chunk(_HEAD, raw) for raw in blocks)
            head, overlong = None, False
            for chunk in chunks:
                if chunk.customers.any():
                    head = chunk
                    break
                overlong = overlong or bool(len(chunk.rows.overlong))
        if head is None and overlong:
            raise UnusableFileError(
                "All lines have more cells than the header.",
                "Name every column in the header, and put cells that hold the separator in double quotes.",
            )
        if head is None:
            raise UnusableFileError("The file has a header but no customers.", "Add one line for each customer.")
        self.head = head

    @property
    def header(self) -> tuple[str, ...]:
        """The names of all columns."""
        return self.dialect.header

    @property
    def can_be_cut(self) -> bool:
        """Whether its text can be read from the middle."""
        return can_be_cut(self.dialect.encoding)

    def is_ascii(self) -> bool:
        """Whether all of it is; it is read for that, up to the first letter that is not."""
        with closing(self._source()) as stream:
            decoded = TranscodingReader(GunzipReader(stream), self.dialect.encoding)
            return all(data.isascii() for data in iter(lambda: decoded.read(self._block_bytes), b""))

    def stretch(self, source: Source, stretch: InputSplit) -> CustomerFile:
        """Return what is a part of the file only; `source` opens the bytes of that part."""
        other = copy(self)
        other._source, other._stretch = source, stretch
        return other

    def lines(self) -> int | None:
        """Return how many lines a stretch has; None where it does not begin and end with a row."""
        line = 1
        try:
            with closing(self._source()) as stream:
                for raw in self._rows(stream):
                    line = raw.next_line
        except (UnfinishedRowError, UnusableFileError):
            return None
        return line - 1

    def without(self, role: str, note: Note) -> CustomerFile:
        """Return the file without one of the features."""
        other = copy(self)
        other.schema = self.schema.without(role, note)
        head = self.head
        kept = [i for i, feature in enumerate(head.features) if feature.role != role]
        other.head = replace(
            head,
            features=tuple(head.features[i] for i in kept),
            columns=tuple(head.columns[i] for i in kept),
            faults=tuple(head.faults[i] for i in kept),
        )
        return other

    def reconsidered(self, surprise: NotUtf8Error) -> CustomerFile:
        """Return the file in the encoding that a part of it must be in."""
        return CustomerFile(self._source, self.settings, self._block_bytes, self._reconsidered(surprise))

    def with_other_mark(self) -> CustomerFile:
        """Return the file with decimals that begin with the other mark."""
        mark = other_mark(self.schema.decimal_mark)
        return CustomerFile(self._source, self.settings, self._block_bytes, [self.dialect.encoding], mark)

    def _reconsidered(self, surprise: NotUtf8Error) -> list[str]:
        """Return the encodings that the file may be in."""
        found = encodings_of(surprise.text, complete=True) if self._ascii else [MIXED]
        check_told(surprise.text, found[0])
        # Where a part begins with the mark of UTF-8, as joined files have it.
        return [encoding for encoding in found if encoding != UTF_8] or [MIXED]

    def chunks(self) -> Iterator[Chunk]:
        """Read all customers from the beginning."""
        return self.map(lambda chunk: chunk)

    def map(self, work: Callable[[Chunk], Done]) -> Iterator[Done]:
        """Yield what becomes of each chunk, in their order; two are worked on at a time.

        Of a stretch, those in it.

        Raises
        ------
        UnusableFileError
            If a part of the file cannot be read; it names the line.
        """
        with closing(self._source()) as stream:
            blocks = enumerate(self._rows(stream), self._stretch.number)
            yield from in_order(lambda numbered: work(self._chunk(*numbered)), blocks)

    def _rows(self, stream: ByteStream) -> Iterator[RawBlock]:
        """Yield blocks of the rows of the stretch."""
        stretch = self._stretch
        ends = stretch.end is None
        if not stretch.begin:
            return self._blocks(GunzipReader(stream), self._block_bytes, ends=ends)
        decoded = TranscodingReader(stream, self.dialect.encoding)
        return read_blocks(decoded, self._block_bytes, self.dialect.separator, stretch.line, ends=ends)

    def _blocks(self, unpacked: Readable, block_bytes: int, *, ends: bool = True) -> Iterator[RawBlock]:
        """Yield blocks of the rows below the header."""
        decoded = TranscodingReader(unpacked, self.dialect.encoding)
        left = self.dialect.body_offset
        rest = b""
        while left and (data := decoded.read(left)):
            rest, left = data[left:], max(0, left - len(data))
        rows, line = PrefixedReader(rest, decoded), self.dialect.body_line
        return read_blocks(rows, block_bytes, self.dialect.separator, line, ends=ends)

    def _chunk(self, number: int, raw: RawBlock) -> Chunk:
        rows = raw.rows(len(self.header))
        rows.check_quotes(len(self.header), self._is_customer)
        parsed = self._parse(rows)
        features: list[Feature] = []
        columns: list[Column] = []
        faults: list[Faults | None] = []
        for one in self.schema.wanted:
            categories = None
            if one.categorical:
                categories, values, wrong = _categories(parsed[one.position])
            else:
                values, wrong = _numbers(parsed[one.position], one, self.schema.decimal_mark)
            features.append(Feature(one.role, one.label, categories, (one.low, one.high) if one.named else None))
            columns.append(values)
            faults.append(wrong)
        ids = None if self.schema.id_position is None else parsed[self.schema.id_position]
        odd = self._oddities(rows, faults, self._named_as_sums(parsed))
        if odd is not None:
            for values in columns:
                values[odd != CUSTOMER] = np.nan
            faults = [np.zeros(len(rows), np.uint8) if wrong is None else wrong for wrong in faults]
            ids = None if ids is None else ids[odd == CUSTOMER]
        return Chunk(
            rows, tuple(features), tuple(columns), tuple(faults), odd, None if ids is None else Ids(ids), number
        )

    def _parse(self, rows: Block) -> dict[int, pd.Series]:
        """Return the columns that are wanted, by their position."""
        wanted = {one.position: one for one in self.schema.wanted}
        positions = sorted({*wanted, *([self.schema.id_position] if self.schema.id_position is not None else [])})
        if not len(rows):
            return {position: pd.Series(dtype="category") for position in positions}
        as_text = {i for i, one in wanted.items() if one.categorical}
        parsed = self._parsed(rows, positions, dict.fromkeys(as_text, "category"))
        # Where all of its texts look like numbers or truth values, the parser takes them for such, 01 for 1.
        mistaken = [i for i in as_text if parsed[i].cat.categories.dtype.kind in "iufb"]
        own_id = self.schema.id_position
        if own_id is not None and own_id not in wanted and parsed[own_id].dtype.kind in "fub":
            mistaken.append(own_id)
        if mistaken:
            texts = self._parsed(rows, mistaken, dict.fromkeys(mistaken, "str"))
            parsed |= {i: column.astype("category") if i in as_text else column for i, column in texts.items()}
        return parsed

    def _parsed(self, rows: Block, positions: Sequence[int], kinds: dict[int, str]) -> dict[int, pd.Series]:
        names = [f"{position}" for position in range(len(self.header))]
        # pandas takes a byte order mark at the beginning of anything for one of a file; here it is part of a cell.
        marked = rows.text.startswith(codecs.BOM_UTF8)
        text = without_tabs_before_quotes(rows.text, rows.separator)
        frame = pd.read_csv(
            io.BytesIO(b"\n" + text if marked else text),
            sep=rows.separator,
            decimal=self.schema.decimal_mark,
            header=None,
            skiprows=int(marked),
            names=names,
            usecols=[names[position] for position in positions],
            dtype={names[i]: kind for i, kind in kinds.items()},
            na_values={names[one.position]: _NO_NUMBER for one in self.schema.wanted if one.position not in kinds},
            keep_default_na=False,
            skip_blank_lines=False,
            # To look for them takes the parser a fifth longer.
            skipinitialspace=b" " in text,
            low_memory=False,
        )
        if len(frame) != len(rows):
            raise RuntimeError(f"{len(rows)} rows were found, but {len(frame)} parsed")
        return {position: frame[names[position]] for position in positions}

    def _is_customer(self, cells: Sequence[str]) -> bool:
        """Whether cells can be those of a customer: no text stands where a number belongs, and some number does."""
        texts = [cells[one.position] for one in self.schema.wanted if not one.categorical]
        faults = parse_numbers(texts, self.schema.decimal_mark)[1]
        return bool((faults != NOT_NUMERIC).all() and (faults == VALID).any())

    def _named_as_sums(self, parsed: dict[int, pd.Series]) -> Mask:
        """Return which rows have a word for a sum where an id or a category should be."""
        found = np.zeros(len(next(iter(parsed.values()))), dtype=bool)
        categorical = [one.position for one in self.schema.wanted if one.categorical]
        for position in {*categorical, *([] if self.schema.id_position is None else [self.schema.id_position])}:
            column = parsed[position]
            if column.dtype == "category":
                sums = [_sums_up(str(text)) for text in column.cat.categories]
                found |= np.array([*sums, False])[column.cat.codes]
            elif column.dtype.kind not in "iuf":
                found |= np.fromiter((_sums_up(str(text)) for text in column), bool, len(column))
        return found

    def _oddities(self, rows: Block, faults: Sequence[Faults | None], doubtful: Mask) -> Faults | None:
        """Return which rows are no customers, and why; None where all are."""
        for wrong in faults:
            if wrong is not None:
                doubtful |= wrong != VALID
        # A total has every feature, where its name stands in a column that is not read.
        doubtful[rows.foot] = True
        odd = np.zeros(len(rows), dtype=np.uint8)
        odd[rows.overlong] = OVERLONG
        starts = rows.starts if doubtful.any() else None
        for row in map(int, np.flatnonzero(doubtful & (odd == CUSTOMER))):
            cells = [*map(str.strip, parse_row(rows.row(row, starts).removeprefix(codecs.BOM_UTF8), rows.separator))]
            name = _first(cells)
            if tuple(cells) == self.header:
                odd[row] = HEADER_AGAIN
            elif name not in self._usual and _sums_up(name) and not self._describes_one(cells):
                odd[row] = SUMMARY
            elif not name:
                odd[row] = BLANK
        return odd if odd.any() else None

    def _describes_one(self, cells: Sequence[str]) -> bool:
        """Whether a row says of one customer what rows say, in other words too, as of one whose surname is Sum."""
        whole = not any(is_missing(cells[i]) for i in self._filled)
        read = {one.position for one in self.schema.wanted}
        texts = [cell for i, cell in enumerate(cells) if cell and i not in read]
        words = [text for text in texts if all(letter.isalpha() or letter in " .'-" for letter in text)]
        return whole and any(not _sums_up(word) for word in words)


def _first(cells: Sequence[str]) -> str:
    """Return what a row begins with."""
    return next(filter(None, map(str.strip, cells)), "")


def _usual(examples: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return what many rows begin with: customers, even where each is called average."""
    counts = Counter(map(_first, examples))
    return frozenset(name for name, n in counts.items() if n > max(2, _RARE * len(examples)))


def _filled(examples: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Return in which columns most rows have something."""
    columns = zip_longest(*examples, fillvalue="")
    return tuple(i for i, column in enumerate(columns) if 2 * sum(map(bool, map(str.strip, column))) > len(column))


def _sums_up(text: str) -> bool:
    """Whether a cell names a row that sums up others: `Total`, `Total.`, `Total: 200`, `Total (200)`."""
    name = re.split("[(:]", text, maxsplit=1)[0].strip(" .")
    return len(name) <= LONGEST_NAME and normalised(name) in SUMMARY_WORDS


def _numbers(column: pd.Series, wanted: Wanted, decimal_mark: str) -> tuple[Column, Faults | None]:
    if column.dtype.kind in "iuf":
        numbers = column.to_numpy(dtype=np.float64, copy=True)
        missing = np.isnan(numbers)
        faults = np.where(missing, np.uint8(MISSING), np.uint8(VALID)) if missing.any() else None
    else:
        # Text; or truth values and numbers beyond all measure, which the parser makes objects of.
        if column.dtype != "category":
            column = column.astype(object).fillna("").astype(str).astype("category")
        codes = column.cat.codes.to_numpy()
        values, wrong = parse_numbers([str(text) for text in column.cat.categories], decimal_mark, wanted.unit)
        numbers, faults = np.append(values, np.nan)[codes], np.append(wrong, np.uint8(MISSING))[codes]
    marked = marked_impossible(
        numbers, np.zeros(len(numbers), np.uint8) if faults is None else faults, wanted.low, wanted.high
    )
    return numbers, marked if marked.any() else None


def _categories(column: pd.Series) -> tuple[tuple[str, ...], Column, Faults | None]:
    """Return the categories of a column of text, and the index of each row's, NaN where it has none."""
    texts = [str(text).strip() for text in column.cat.categories]
    # Categories are published, so what tells who somebody is can be none.
    categories = tuple(sorted({text for text in texts if not (is_missing(text) or personal_values([text]))}))
    code_of = {text: float(code) for code, text in enumerate(categories)}
    codes = np.array([*(code_of.get(text, np.nan) for text in texts), np.nan])[column.cat.codes.to_numpy()]
    missing = np.isnan(codes)
    return categories, codes, np.where(missing, np.uint8(MISSING), np.uint8(VALID)) if missing.any() else None
