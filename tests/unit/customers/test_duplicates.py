"""Rows that were there before, known by a hash of each."""

import io
import random

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.duplicates import HashSet, hashes_of_rows
from segmentation.files.blocks import read_blocks
from segmentation.points.ids import CustomerIds


def hashes(data: bytes, block_bytes: int = 2**20) -> list[int]:
    blocks = [raw.rows(2) for raw in read_blocks(io.BytesIO(data), block_bytes)]
    return [int(one) for block in blocks for one in hashes_of_rows(block)]


def test_the_hash_of_a_row_does_not_depend_on_where_it_stands():
    chance = random.Random(1)
    rows = [f"{chance.randint(0, 99)},{'x' * chance.randint(0, 9)}" for _ in range(500)]
    data = "\n".join([*rows, ""]).encode()

    expected = hashes(data)
    assert len(set(expected)) == len(set(rows))
    assert [expected[rows.index(row)] for row in rows] == expected
    for block_bytes in (1, 50, 333):
        assert hashes(data, block_bytes) == expected
    assert hashes(data.replace(b"\n", b"\r\n")) == expected


def test_quotes_around_cells_make_no_difference():
    rows = ['12,"21"', '"12",21', '"12","21"', "12,21", '12,"2""1"', '"12,21",', '"1,2",21', '12,""', "12,"]
    plain, different = rows[:4], rows[4:8]
    found = hashes("\n".join([*plain, *different, rows[8], ""]).encode())

    assert len({*found[:4]}) == 1
    assert len({*found}) == 1 + len(different)
    assert found[7] == found[8]
    for block_bytes in (1, 20):
        assert hashes("\r\n".join([*rows, ""]).encode(), block_bytes) == found


def test_rows_of_like_letters_differ():
    data = b"12,21\n21,12\n1,221\n122,1\n12,210\n012,21\n"

    assert len(set(hashes(data))) == 6


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_repeated_hashes_are_found(size):
    generator = np.random.default_rng(2)
    numbers = generator.integers(0, 800, 3_000).astype(np.uint64)
    seen = HashSet()

    again = np.concatenate([seen.add(numbers[i : i + size]) for i in range(0, 3_000, size)])
    assert again.tolist() == pd.Series(numbers).duplicated().tolist()


def test_a_full_hash_set_adds_no_more_hashes():
    seen = HashSet(max_hashes=100)
    seen.add(np.arange(100, dtype=np.uint64))
    assert not seen.full
    assert not seen.add(np.arange(200, 300, dtype=np.uint64)).any()
    assert seen.full
    assert seen.add(np.arange(50, 60, dtype=np.uint64)).all()


@pytest.mark.parametrize("size", [1, 7, 60, 3_000])
def test_which_are_remembered_does_not_depend_on_how_many_come_at_a_time(size):
    numbers = np.random.default_rng(3).integers(0, 800, 3_000).astype(np.uint64)
    remembered = pd.unique(pd.Series(numbers))[:100]
    seen = HashSet(max_hashes=100)

    again = np.concatenate([seen.add(numbers[i : i + size]) for i in range(0, 3_000, size)])

    assert again.tolist() == (pd.Series(numbers).duplicated() & np.isin(numbers, remembered)).tolist()
    assert seen.full


@pytest.mark.parametrize(
    ("values", "rising"), [([1, 2, 5], True), ([1, 1], False), ([2, 1], False), (["1", "2"], False), ([], True)]
)
def test_ids_that_rise_cannot_come_again(values, rising):
    assert CustomerIds(pd.Series(values, dtype=None if values else np.int64)).rising == rising


def test_the_same_id_has_the_same_hash_whatever_spaces_are_around():
    ids = CustomerIds(pd.Series(["a", " a ", "b", "", None]))

    assert ids.hashes[0] == ids.hashes[1] != ids.hashes[2]
    assert ids.known.tolist() == [True, True, True, False, False]
