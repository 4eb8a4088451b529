"""Where the rows of a CSV end, whatever is in its cells and however it comes."""

import csv
import gzip
import io
import random
import tracemalloc
import zlib

import pytest

from segmentation.errors import UnusableFileError
from segmentation.rows import LONGEST_ROW, Block, read_blocks

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
    return [raw.rows(columns) for raw in read_blocks(io.BytesIO(data), block_bytes)]


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


@pytest.mark.parametrize("seed", range(150))
def test_rows_are_those_that_pythons_own_reader_finds(seed):
    data, columns = random_csv(seed)

    read = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
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
        (b"a,b,c\n1,2,3\n1,2\n1,2,3\n", "Line 3 has 2 cells where the header has 3."),
        (b"a,b,c\n\n1,2,3,4\n", "Line 3 has 4 cells"),
        (b'a,b,c\n"1\n1",2,3\n1\n', "Line 4 has 1 cells"),
        (b"a,b,c\n1,2\n1,2,3,4\n", "Line 2 has 2 cells"),
        (b'a,b,c\n1,2,3\n1,"2,3\n1,2,3\n', "The row that begins in line 3 cannot be read as CSV: a quote is opened"),
        (b'a,b,c\n1,"2"2,3\n1,2,3\n', "The row that begins in line 2 cannot be read as CSV: a quote that opens"),
        (b'a,b,c\n1,"2,3\n1,"2",3\n', "The row that begins in line 2 cannot be read as CSV: a quote that opens"),
        (b"a,b,c\n1,2,3\n\xff,2,3\n", "Line 3 of the file is not UTF-8 text."),
        (b"a,b,c\n1,\0,3\n", "binary data"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_its_line(data, message, block_bytes):
    assert message in refusal(data, 3, block_bytes)


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
