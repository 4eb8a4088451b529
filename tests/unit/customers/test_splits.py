"""A file in splits is the whole file: the same rows, lines, facts and hashes, wherever it is cut."""

import codecs
import io
from dataclasses import dataclass

import numpy as np
import pytest

from segmentation.customers.load import load_customers
from segmentation.customers.reader import CustomerFile, InputSplit
from segmentation.customers.splits import align_splits, propose_splits
from segmentation.describing.membership import MembershipSample
from segmentation.errors import UnusableFileError
from segmentation.results.assignments import Rejections
from segmentation.schema.settings import Settings

HEADER = "Id;Name;Gender;Age;Income;Spending Score (1-100)"


@dataclass(frozen=True)
class Stored:
    """Bytes that are read from any place."""

    data: bytes

    def file(self) -> CustomerFile:
        return CustomerFile(lambda: io.BytesIO(self.data), block_bytes=5_000)

    def read_at(self, place: int, size: int) -> bytes:
        return self.data[place : place + size]

    def part(self, file: CustomerFile, split: InputSplit) -> CustomerFile:
        return file.for_split(lambda: io.BytesIO(self.data[split.begin : split.end]), split)

    def propose_splits(self, file: CustomerFile, bytes_each: int) -> list[InputSplit]:
        return propose_splits(file, len(self.data), bytes_each, self.read_at)

    def align_splits(self, file: CustomerFile, splits: list[InputSplit]) -> list[InputSplit]:
        return align_splits(splits, lambda unknown: [self.part(file, one).lines() for one in unknown])


def rows_of(file: CustomerFile) -> list[tuple[int, bytes]]:
    """The line and the bytes of each row."""
    found = []
    for chunk in file.chunks():
        lines = chunk.rows.lines(np.arange(len(chunk.rows)))
        found += [(int(line), chunk.rows.row(i)) for i, line in enumerate(lines)]
    return found


def written(names: tuple[str, ...], n: int = 6_000, ending: str = "\n", encoding: str = "utf-8") -> bytes:
    rows = [
        f"{i};{names[i % len(names)]};{'FM'[i % 2]};{18 + i % 60};{i * 7 % 90},5;{i % 101 or '?'}" for i in range(n)
    ]
    return ending.join(["A title", HEADER, *rows, f"Total;;;;{n};", ""]).encode(encoding)


PLAIN, QUOTED = ("Ann", "Bob", "Zoë"), ("Ann", '"a\nb;c\n"', 'Bob 5" tall', '"q ""x"""', '"\n\n\n"')


@pytest.mark.parametrize("bytes_each", [3_000, 20_001])
@pytest.mark.parametrize(
    "data",
    [
        written(PLAIN),
        written(QUOTED),
        written(PLAIN, ending="\r\n"),
        written(QUOTED, ending="\r\n"),
        written(PLAIN, encoding="cp1252"),
        written(("顧客", "表"), encoding="cp932"),
        written(("\ufeffAnn", "Zoë")),
        written(PLAIN, ending="\r"),
    ],
    ids=["plain", "quoted", "crlf", "quoted crlf", "cp1252", "cp932", "marks", "returns"],
)
def test_the_splits_hold_the_rows_of_the_file(data, bytes_each):
    stored = Stored(data)
    file = stored.file()

    splits = stored.align_splits(file, stored.propose_splits(file, bytes_each))

    assert [row for one in splits for row in rows_of(stored.part(file, one))] == rows_of(file)
    assert len(splits) > 1 or b"\n" not in data


def test_no_split_begins_with_a_byte_order_mark():
    """Where files were joined it is part of a cell, and would be lost at the beginning of a split."""
    rows = [codecs.BOM_UTF8 * (i % 4 > 0) + f"{i};Ann;F;30;5;5\n".encode() for i in range(16_000)]
    stored = Stored(f"{HEADER}\n".encode() + b"".join(rows))

    splits = stored.propose_splits(stored.file(), 30_000)

    assert len(splits) > 4
    assert not any(stored.data.startswith(codecs.BOM_UTF8, one.begin) for one in splits)


def test_cuts_inside_cells_are_given_up():
    """Every line break is inside a cell but some: hardly a proposal is right."""
    cell = '"' + "\n" * 300 + '"'
    stored = Stored(written((cell,), 1_000))
    file = stored.file()
    guesses = stored.propose_splits(file, 20_000)

    splits = stored.align_splits(file, guesses)

    assert 1 <= len(splits) < len(guesses)
    assert [row for one in splits for row in rows_of(stored.part(file, one))] == rows_of(file)


def test_a_quote_that_never_closes_is_refused_with_its_line_in_the_file():
    # Beyond what is read of every file first.
    rows = written(PLAIN, 20_000).decode().splitlines()
    rows[15_000] = '15000;"never closed;F;20;5;5'
    stored = Stored("\n".join(rows).encode())
    file = stored.file()
    splits = stored.align_splits(file, stored.propose_splits(file, 20_000))

    with pytest.raises(UnusableFileError, match="line 15001 "):
        [rows_of(stored.part(file, one)) for one in splits]
    with pytest.raises(UnusableFileError, match="line 15001 "):
        rows_of(file)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "iso2022_jp"])
def test_what_cannot_be_read_from_the_middle_is_one_split(encoding):
    file = Stored(written(("Ann", "顧客"), encoding=encoding)).file()

    assert not file.can_be_cut
    assert Stored(b"").propose_splits(file, 3_000) == [InputSplit()]


def test_faults_in_a_split_have_their_line_in_the_file():
    data = written(QUOTED)
    stored = Stored(data)
    customers = load_customers(lambda: io.BytesIO(data), Settings(), lambda *_: None)
    rejections = Rejections(customers)
    splits = stored.align_splits(customers.file, stored.propose_splits(customers.file, 20_000))
    by_part = [part for one in splits for part in map(rejections.written, stored.part(customers.file, one).chunks())]

    assert b"".join(by_part) == b"".join(map(rejections.written, customers.file.chunks())) != b""


@pytest.mark.parametrize("most", [10, 100, 5_000])
def test_lists_of_members_that_are_joined_are_the_list_of_all(most):
    hashes = np.random.default_rng(1).integers(0, 2**64, 1_000, dtype=np.uint64)
    ids = np.arange(1_000, dtype=np.uint16)
    whole, joined = MembershipSample(most), MembershipSample(most)
    whole.add(hashes, ids, ids)
    for begin in range(0, 1_000, 170):
        one = MembershipSample(most)
        some = slice(begin, begin + 170)
        one.add(hashes[some], ids[some], ids[some])
        joined.join(one)

    assert joined.members().packed() == whole.members().packed()
