"""Where the rows of a CSV end, whatever is in its cells and however it comes."""

import csv
import gzip
import io
import random
import tracemalloc
import zlib

import numpy as np
import pytest

from segmentation.errors import UnusableFileError
from segmentation.files.blocks import read_blocks
from segmentation.files.encoding import UTF_8
from segmentation.files.records import LONGEST_ROW, Block, NotUtf8Error
from segmentation.files.streams import GunzipReader, TranscodingReader

CELLS = ("1", "", " ", "a b", "0001", 'five"inch', 'say ""x""', "ä€", "'q'", "-", "1e5", "=1+1", "\ufeff")
QUOTED = ("a,b", 'a "b" c', "two\nlines", "two\r\nlines", "", '"', ",", "x\n\ny,z", 'end"', "\r")


class Endless:
    """A stream that gives the same bytes again and again, a few at a time."""

    def __init__(self, first: bytes, then: bytes, most: int) -> None:
        self.head, self.then, self.left = first, then, most

    def read(self, size: int, /) -> bytes:
        part = self.head[:size] or self.then[: min(size, self.left)]
        self.left -= 0 if self.head else len(part)
        self.head = self.head[size:]
        return part

    def close(self) -> None:
        pass


def blocks_of(data: bytes, columns: int, block_bytes: int = 2**20) -> list[Block]:
    stream = TranscodingReader(GunzipReader(io.BytesIO(data)), UTF_8)
    return [raw.rows(columns) for raw in read_blocks(stream, block_bytes)]


def rows_of(data: bytes, columns: int, block_bytes: int = 2**20) -> list[list[str]]:
    return [block.cells(row) for block in blocks_of(data, columns, block_bytes) for row in range(len(block.ends))]


def refusal(data: bytes, columns: int = 3, block_bytes: int = 2**20) -> str:
    with pytest.raises(UnusableFileError) as caught:
        rows_of(data, columns, block_bytes)
    return str(caught.value)


def random_csv(seed: int) -> tuple[bytes, int]:
    """Write rows of all kinds of cells; some seeds with quotes inside cells that are not quoted."""
    chance = random.Random(seed)
    columns, ending = chance.randint(2, 5), chance.choice(["\n", "\r\n", "\r"])
    cells = [cell for cell in CELLS if seed % 2 or '"' not in cell]
    text = ""
    for _ in range(chance.randint(1, 40)):
        for column in range(columns):
            # A lone return within quotes would be a line's end where all lines end in one.
            quoted = chance.random() < 0.3
            value = chance.choice(
                [cell for cell in QUOTED if "\r" not in ending or "\r" not in cell] if quoted else cells
            )
            text += ("," if column else "") + ('"' + value.replace('"', '""') + '"' if quoted else value)
        text += ending + (ending if chance.random() < 0.1 else "")
    return text.removesuffix(ending).encode() if chance.random() < 0.5 else text.encode(), columns


@pytest.mark.parametrize("encoding", ["utf-16", "cp932", "utf-8-sig"])
def test_a_letter_may_come_in_parts(encoding):
    """As a stream may give one byte at a time."""
    shown = UTF_8 if encoding == "utf-8-sig" else encoding
    stream = TranscodingReader(Endless("顧客,表\n".encode(encoding), b"", 0), shown)
    parts = []
    while part := stream.read(1):
        parts.append(part)

    assert b"".join(parts).decode().removeprefix("\ufeff") == "顧客,表\n"


@pytest.mark.parametrize("seed", range(150))
def test_rows_are_those_that_pythons_own_reader_finds(seed):
    data, columns = random_csv(seed)

    read = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), skipinitialspace=True)
    expected = [row for row in read if len(row) > 1 or "".join(row).strip()]
    assert rows_of(data, columns) == expected
    for block_bytes in (1, 2, 7, 64):
        assert rows_of(data, columns, block_bytes) == expected
    assert rows_of(gzip.compress(data), columns, 50) == expected


def test_rows_are_kept_as_they_are_written():
    data = b'a,"b",c\r\n1,"x ""y""\r\nz",\r\n\r\n 2 ,,3'
    (block,) = blocks_of(data, 3)

    assert block.text == b'a,"b",c\r\n1,"x ""y""\r\nz",\r\n 2 ,,3\n'
    assert [block.text[:end][-1:] for end in block.ends] == [b"c", b",", b"3"]


@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b"  \n", b"\t \r\n"])
def test_blank_rows_are_left_out(blank):
    assert rows_of(blank + b"a,b\n" + blank + blank + b"c,d\n" + blank, 2) == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize("block_bytes", [3, 20, 2**20])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'a,b,c\n1,2,3\n1,"2,3\n1,2,3\n', "The row that begins in line 3 cannot be read as CSV: a quote is opened"),
        (b'a,b,c\n1,"2"2,3\n1,2,3\n', "The row that begins in line 2 cannot be read as CSV: a quote that opens"),
        (b'a,b,c\n1,"2,3\n1,"2",3\n', "The row that begins in line 2 cannot be read as CSV: a quote that opens"),
        (b"a,b,c\n1,\0,3\n", "binary data"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_its_line(data, message, block_bytes):
    assert message in refusal(data, 3, block_bytes)


@pytest.mark.parametrize("block_bytes", [3, 20, 2**20])
def test_a_row_that_is_not_utf_8_is_named_by_its_line(block_bytes):
    with pytest.raises(NotUtf8Error) as caught:
        blocks_of(b"a,b,c\n1,2,3\n\xff,2,3\n", 3, block_bytes)

    assert caught.value.line == 3
    assert b"\xff" in caught.value.text


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("block_bytes", [4, 2**20])
@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("1", ["1", "", ""]),
        ("1,2", ["1", "2", ""]),
        ("1,2,3,", ["1", "2", "3"]),
        ('1,2,3,,"",', ["1", "2", "3"]),
        ("1,2,,", ["1", "2", ""]),
        ('"1,1",2', ["1,1", "2", ""]),
        ('"",', ["", "", ""]),
        ('"",,,,', ["", "", ""]),
    ],
)
def test_a_row_that_is_too_short_or_ends_in_empty_cells_is_made_to_fit(row, cells, block_bytes, separator):
    data = "\n".join(["a,b,c", row, "\n", '4,"5",6', row]).replace(",", separator).encode()
    blocks = [raw.rows(3) for raw in read_blocks(io.BytesIO(data), block_bytes, separator)]
    found = [block.cells(i) for block in blocks for i in range(len(block))]

    expected = [cell.replace(",", separator) for cell in cells]
    assert found == [["a", "b", "c"], expected, ["4", "5", "6"], expected]
    assert not any(len(block.overlong) for block in blocks)


@pytest.mark.parametrize(
    ("row", "last"),
    [("1,2,3,4", "3,4"), ('1,2,"3,4",5', '"3,4",5'), ('1,2,"a ""b""",5', '"a ""b""",5'), ("1,2,,4,", ",4,")],
)
def test_of_a_row_that_is_too_long_nothing_is_lost(row, last):
    (block,) = blocks_of(f"a,b,c\n{row}\n7,8,9\n".encode(), 3)

    assert [block.cells(i) for i in range(3)] == [["a", "b", "c"], ["1", "2", last], ["7", "8", "9"]]
    assert block.overlong.tolist() == [1]


def test_an_overlong_row_of_one_column_is_one_cell():
    (block,) = blocks_of(b"a\n1,2\n3\n", 1)

    assert [block.cells(i) for i in range(3)] == [["a"], ["1,2"], ["3"]]


@pytest.mark.parametrize("block_bytes", [5, 2**20])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(ending, block_bytes):
    quoted = ending if ending != "\r" else "\n"
    data = ending.join(["a,b", "", f'"1{quoted}1",2', "3", " ", "4,5,6", "7,8"]).encode()
    blocks = blocks_of(data, 2, block_bytes)

    lines = [int(line) for block in blocks for line in block.lines(np.arange(len(block)))]
    assert lines == [1, 3, 5, 7, 8]


@pytest.mark.parametrize("end", [-1, -8, -9, 30])
def test_a_gzip_archive_that_was_cut_off_is_refused(end):
    assert "ends before its content does" in refusal(gzip.compress(b"a,b,c\n" + b"1,2,3\n" * 999)[:end])


@pytest.mark.parametrize("place", [20, -5])
def test_a_gzip_archive_with_a_wrong_byte_is_refused(place):
    data = bytearray(gzip.compress(bytes(random.Random(1).choices(b"123456789,", k=50_000))))
    data[place] ^= 255

    assert "damaged" in refusal(bytes(data)) or "Line " in refusal(bytes(data))


def test_two_archives_in_a_row_are_one_file():
    assert rows_of(gzip.compress(b"a,b\n1,2") + gzip.compress(b"3\n4,5\n"), 2) == [["a", "b"], ["1", "23"], ["4", "5"]]


@pytest.mark.parametrize(
    ("first", "then", "message"),
    [
        (b'a,b,c\n1,"2,3\n', b"1,2,3\n", "The row that begins in line 2 cannot be read as CSV: a quote is opened"),
        (b"a,b,c\n1,2,3\n", b"x", f"Line 3 is longer than {LONGEST_ROW:,} characters"),
    ],
)
def test_a_row_of_200_megabytes_is_refused_in_bounded_memory(first, then, message):
    stream = Endless(first, then * (2**20 // len(then)), 200 * 2**20)
    tracemalloc.start()
    with pytest.raises(UnusableFileError) as caught:
        list(read_blocks(stream))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert message in str(caught.value)
    assert most < 100 * 2**20


def test_a_small_archive_of_a_long_row_is_refused_in_bounded_memory():
    packer = zlib.compressobj(wbits=31)
    data = packer.compress(b"a,b,c\n") + b"".join(packer.compress(b"x" * 2**20) for _ in range(200)) + packer.flush()
    tracemalloc.start()
    message = refusal(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "Line 2 is longer" in message
    assert most < 100 * 2**20
