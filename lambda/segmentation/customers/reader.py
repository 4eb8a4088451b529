"""Stage 1c: blocks of rows to chunks of canonical columns, the only place that interprets the values in cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from copy import copy
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from segmentation import refusals
from segmentation.customers.cells import categories_of, dates_of, numbers_of, parse_columns
from segmentation.customers.row_status import RowClassifier
from segmentation.customers.stray_quotes import check_quotes
from segmentation.errors import UnusableFileError
from segmentation.files.blocks import BLOCK_BYTES, UnfinishedRowError, read_blocks
from segmentation.files.encoding import MIXED, UTF_8, can_be_cut, check_encoding_certain, encodings_of
from segmentation.files.records import Block, NotUtf8Error, RawBlock
from segmentation.files.streams import ByteStream, GunzipReader, PrefixedReader, Readable, TranscodingReader
from segmentation.parallel import map_ordered
from segmentation.points.chunk import CUSTOMER, Chunk, Column, Faults
from segmentation.points.ids import CustomerIds
from segmentation.schema.choice import UsedFeatures
from segmentation.schema.date_columns import together, years_of
from segmentation.schema.dialect import detect
from segmentation.schema.features import Feature
from segmentation.schema.numbers import other_mark
from segmentation.schema.ready_settings import offering
from segmentation.schema.resolve import header_fit, schema_of
from segmentation.schema.schema import Note, Schema
from segmentation.schema.settings import Settings

_HEAD_BYTES = 2**18
# The number of the chunk at the beginning, which overlaps others.
_HEAD = -1

Source = Callable[[], ByteStream]
Done = TypeVar("Done")


@dataclass(frozen=True)
class InputSplit:
    """A part of a file that holds whole rows, for one task to read.

    Parameters
    ----------
    begin : int
        Offset of its first byte; 0, or where a row begins.
    end : int, optional
        Offset behind its last byte; None where the file ends.
    line : int
        Number of its first line, from 1.
    number : int
        Number of its first chunk.
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
        Settings of the analysis.
    block_bytes : int
        About how many bytes are read at a time; the content does not depend on it.
    encodings : list of str, optional
        The encodings that it may be in, where its beginning does not determine them.
    decimal_mark : str, optional
        The decimal mark, where its beginning does not determine it.
    before : UsedFeatures, optional
        The features of the run before.

    Attributes
    ----------
    dialect : Dialect
        How it is written.
    schema : Schema
        The resolved schema of its columns.
    head : Chunk
        The customers at its beginning, at least one.

    Raises
    ------
    UnusableFileError
        If the bytes are no CSV text, or a required column is missing or ambiguous.

    Examples
    --------
    >>> import io
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
        before: UsedFeatures | None = None,
    ) -> None:
        self._source = source
        self._block_bytes = block_bytes
        self._decimal_mark, self._before = decimal_mark, before
        self._split = InputSplit()
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
                sample, lambda cells: header_fit(cells, self.settings), complete=complete, encodings=encodings
            )
            with offering(lambda: (self.dialect, None), self.settings):
                self.schema = schema_of(self.dialect, self.settings, self._decimal_mark, self._before)
            self._row_classifier = RowClassifier.fit(self.dialect.header, self.schema, self.dialect.examples)
            blocks = self._blocks(PrefixedReader(sample, unpacked), _HEAD_BYTES)
            chunks = (self._chunk(_HEAD, raw) for raw in blocks)
            head, overlong = None, False
            for chunk in chunks:
                if chunk.customers.any():
                    head = chunk
                    break
                overlong = overlong or bool(len(chunk.rows.overlong))
        if head is None and overlong:
            raise refusals.only_overlong_rows()
        if head is None:
            raise refusals.no_customers()
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
        """Return whether all of the file is ASCII; it is read up to the first character that is not."""
        with closing(self._source()) as stream:
            decoded = TranscodingReader(GunzipReader(stream), self.dialect.encoding)
            return all(data.isascii() for data in iter(lambda: decoded.read(self._block_bytes), b""))

    def for_split(self, source: Source, split: InputSplit) -> CustomerFile:
        """Return a reader of one split of the file.

        Parameters
        ----------
        source : callable
            Opens the bytes of the split.
        split : InputSplit
            The split.
        """
        other = copy(self)
        other._source, other._split = source, split
        return other

    def lines(self) -> int | None:
        """Return the number of lines of the split; None where it does not begin and end with a row."""
        line = 1
        try:
            with closing(self._source()) as stream:
                for raw in self._rows(stream):
                    line = raw.next_line
        except (UnfinishedRowError, UnusableFileError):
            return None
        return line - 1

    def without(self, role: str, note: Note) -> CustomerFile:
        """Return the file without one of the features.

        Parameters
        ----------
        role : str
            Role of the feature.
        note : Note
            Why it is left out.
        """
        other = copy(self)
        other.schema = self.schema.without(role, note)
        other._row_classifier = replace(self._row_classifier, schema=other.schema)
        head = self.head
        kept = [i for i, feature in enumerate(head.features) if feature.role != role]
        other.head = replace(
            head,
            features=tuple(head.features[i] for i in kept),
            columns=tuple(head.columns[i] for i in kept),
            faults=tuple(head.faults[i] for i in kept),
        )
        return other

    def read_by(self, schema: Schema) -> CustomerFile:
        """Return the file with its cells made numbers in another way.

        Parameters
        ----------
        schema : Schema
            The same columns with other readings.
        """
        other = copy(self)
        other.schema = schema
        other._row_classifier = replace(self._row_classifier, schema=schema)
        other.head = other._chunk_of(_HEAD, self.head.rows)
        return other

    def counted_from_newest(self) -> CustomerFile:
        """Return the file with dates counted from the newest one in it, for which a file with dates is read."""
        if not self.schema.dates:
            return self
        newest = self.schema.newest_of(together(self.map(lambda chunk: chunk.years)))
        return self.read_by(self.schema.counted_from(newest))

    def reconsidered(self, surprise: NotUtf8Error) -> CustomerFile:
        """Return the file in the encoding that a part of it, which is not UTF-8, must be in.

        Parameters
        ----------
        surprise : NotUtf8Error
            The error that names the part.
        """
        return CustomerFile(
            self._source, self.settings, self._block_bytes, self._reconsidered(surprise), before=self._before
        )

    def with_other_mark(self) -> CustomerFile:
        """Return the file read with the other decimal mark."""
        mark = other_mark(self.schema.decimal_mark)
        encodings = [self.dialect.encoding]
        return CustomerFile(self._source, self.settings, self._block_bytes, encodings, mark, self._before)

    def _reconsidered(self, surprise: NotUtf8Error) -> list[str]:
        """Return the encodings that the file may be in."""
        found = encodings_of(surprise.text, complete=True) if self._ascii else [MIXED]
        check_encoding_certain(surprise.text, found[0])
        # Where a part begins with the mark of UTF-8, as joined files have it.
        return [encoding for encoding in found if encoding != UTF_8] or [MIXED]

    def chunks(self) -> Iterator[Chunk]:
        """Yield all chunks from the beginning, or those of the split."""
        return self.map(lambda chunk: chunk)

    def map(self, work: Callable[[Chunk], Done]) -> Iterator[Done]:
        """Yield `work(chunk)` for each chunk of the file or split, in order; two are processed at a time.

        Parameters
        ----------
        work : callable
            What is done with a chunk.

        Raises
        ------
        UnusableFileError
            If a part of the file cannot be read; it names the line.
        """
        with closing(self._source()) as stream:
            blocks = enumerate(self._rows(stream), self._split.number)
            yield from map_ordered(lambda numbered: work(self._chunk(*numbered)), blocks)

    def _rows(self, stream: ByteStream) -> Iterator[RawBlock]:
        """Yield blocks of the rows of the split."""
        split = self._split
        ends = split.end is None
        if not split.begin:
            return self._blocks(GunzipReader(stream), self._block_bytes, ends=ends)
        decoded = TranscodingReader(stream, self.dialect.encoding)
        return read_blocks(decoded, self._block_bytes, self.dialect.separator, split.line, ends=ends)

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
        return self._chunk_of(number, raw.rows(len(self.header)))

    def _chunk_of(self, number: int, rows: Block) -> Chunk:
        check_quotes(rows, self.schema, len(self.header))
        parsed = parse_columns(rows, self.schema, len(self.header))
        features: list[Feature] = []
        columns: list[Column] = []
        faults: list[Faults | None] = []
        for one in self.schema.wanted:
            categories = None
            if one.categorical:
                categories, values, wrong = categories_of(parsed[one.position])
            else:
                values, wrong = numbers_of(parsed[one.position], one, self.schema.decimal_mark)
            bounds = (one.low, one.high) if one.named else None
            features.append(Feature(one.role, one.label, categories, bounds, meaning=one.meaning, reading=one.reading))
            columns.append(values)
            faults.append(wrong)
        ids = None if self.schema.id_position is None else parsed[self.schema.id_position]
        days = [dates_of(parsed[position], reading) for position, reading in self.schema.dates]
        row_status = self._row_classifier.status(rows, faults, parsed)
        if row_status is not None:
            for values in (*columns, *days):
                values[row_status != CUSTOMER] = np.nan
            faults = [np.zeros(len(rows), np.uint8) if wrong is None else wrong for wrong in faults]
            ids = None if ids is None else ids[row_status == CUSTOMER]
        return Chunk(
            rows,
            tuple(features),
            tuple(columns),
            tuple(faults),
            row_status,
            None if ids is None else CustomerIds(ids),
            number,
            together(map(years_of, days)),
        )
