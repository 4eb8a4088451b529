"""Who moved from which segment to which: by ids in both files, privately, in bounded memory."""

from __future__ import annotations

import io
import tracemalloc
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentation.describing.membership import Members, MembershipSample, transition_matrix
from segmentation.pipeline import Previous, segment
from segmentation.points.ids import CustomerIds
from segmentation.schema.settings import Settings
from tests.support.customers import csv_of, finished
from tests.support.golden import FIRST, taken

pytestmark = pytest.mark.usefixtures("segments_sought_once")
N = 240


def rows_of(seed: int, names: list[str]) -> list[str]:
    """Customers in four corners, those of another seed partly in another."""
    generator = np.random.default_rng(0)
    corner = generator.integers(0, 4, len(names))
    moved = np.random.default_rng(seed).random(len(names)) < 0.2
    corner = np.where(moved & (seed > 0), (corner + 1) % 4, corner)
    x, y = (
        np.array(side)[corner] + generator.integers(-6, 7, len(names)) for side in ([20, 20, 80, 80], [20, 80, 20, 80])
    )
    return [f"{name},Male,{30 + i % 9},{a},{b}" for i, (name, a, b) in enumerate(zip(names, x, y, strict=True))]


def both(first: bytes, second: bytes, settings: Settings | None = None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The rows of two runs by the texts of their ids, and what is said of the change in the bivariate mode."""
    settings = settings or Settings(k=4)
    before = segment(lambda: io.BytesIO(first), settings=settings)
    rows = [b"".join(before.assigned)]
    document = {**before.document(), "run_id": FIRST.run_id, "source": FIRST.source}
    now = finished(second, settings=settings, previous=Previous(document, before.members))
    frames = [pd.read_csv(io.BytesIO(text), dtype={"CustomerID": str}) for text in (*rows, now.assigned_csv)]
    merged = frames[0].merge(frames[1], on="CustomerID", suffixes=(" then", " now"))
    return merged, now.document["changes"]["modes"]["bivariate"]["flow"]


@pytest.mark.parametrize("name", ["{}", "{:06}", "c-{}", "{}5000000000"], ids=["numbers", "padded", "texts", "long"])
def test_the_flow_is_the_cross_table_of_both_files(name):
    names = [name.format(i) for i in range(N + 40)]
    first = csv_of(*np.random.default_rng(1).permutation(rows_of(0, names[:N])))
    second = csv_of(*np.random.default_rng(2).permutation(rows_of(3, names)[40:]))

    rows, found = both(first, second)

    table = pd.crosstab(rows["Bivariate Cluster then"], rows["Bivariate Cluster now"])
    assert (
        found["counts"] == table.reindex(index=found["before"], columns=found["now"], fill_value=0).to_numpy().tolist()
    )
    assert (found["left"], found["joined"], found["share"]) == (40, 40, 1)
    assert table.to_numpy().sum() == N - 40
    assert np.diag(table.to_numpy()).sum() < N - 60


def test_an_id_that_occurs_twice_is_of_nobody():
    names = [f"c{i}" for i in range(N)]
    first, second = rows_of(0, names), rows_of(3, ["c1", *names[1:]])

    _, found = both(csv_of(*first), csv_of(*second))

    assert sum(map(sum, found["counts"])) == N - 2
    assert (found["left"], found["joined"]) == (2, 0)


def test_a_row_that_is_there_twice_is_one_customer():
    names = [f"c{i}" for i in range(N)]
    first = rows_of(0, names)

    _, found = both(csv_of(*first), csv_of(*first, first[0], first[7]))

    assert sum(map(sum, found["counts"])) == N
    assert (found["left"], found["joined"]) == (0, 0)


def test_small_moves_are_not_published_where_counts_are_suppressed():
    names = [f"c{i}" for i in range(N)]
    _, shown = both(csv_of(*rows_of(0, names)), csv_of(*rows_of(3, names)))
    _, hidden = both(csv_of(*rows_of(0, names)), csv_of(*rows_of(3, names)), Settings(k=4, min_cell_count=5))

    for row, counts in zip(shown["counts"], hidden["counts"], strict=True):
        for n, published in zip(row, counts, strict=True):
            assert published is None or (n >= 5 and published % 5 == 0 and abs(published - n) < 5)
            assert published is not None or n < 9 or counts.count(None) > 1
    assert hidden["left"] is hidden["joined"] is None


@pytest.mark.parametrize("header", ["Name of nothing", None])
def test_without_ids_nothing_is_known_of_who_moved(header):
    rows = [row.partition(",")[2] for row in rows_of(0, ["x"] * N)]
    data = csv_of(*rows, header="Gender,Age,Annual Income (k$),Spending Score (1-100)")
    before = segment(lambda: io.BytesIO(data), k=4)
    document = {**taken(before).document(), "run_id": FIRST.run_id, "source": FIRST.source}

    change = finished(data, k=4, previous=Previous(document, before.members)).document["changes"]

    assert before.members is None
    assert all(mode["flow"] is None and mode["compared"] for mode in change["modes"].values())


def hashes(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**64, n, dtype=np.uint64)


def listed(order: np.ndarray, most: int, at_once: int, n: int = 5_000) -> Members:
    own, ids = hashes(n), (np.arange(n) % 7).astype(np.uint16)
    members = MembershipSample(most)
    for begin in range(0, n, at_once):
        part = order[begin : begin + at_once]
        members.add(own[part], ids[part], ids[part] + np.uint16(1))
    found = members.members()
    assert found is not None
    return found


@pytest.mark.parametrize("at_once", [1, 37, 5_000])
def test_a_sample_is_bounded_and_depends_neither_on_order_nor_on_parts(at_once):
    straight = listed(np.arange(5_000), 300, 500)
    other = listed(np.random.default_rng(1).permutation(5_000), 300, at_once)

    assert 100 < len(straight.hashes) <= 300
    assert straight.share < 0.1
    order, other_order = np.argsort(straight.hashes), np.argsort(other.hashes)
    assert np.array_equal(straight.hashes[order], other.hashes[other_order])
    assert straight.limit == other.limit
    for mode, ids in straight.segments.items():
        assert np.array_equal(ids[order], other.segments[mode][other_order])
    # They are all whose hashes are small enough, each with its own segments.
    own = hashes(5_000)
    small = np.flatnonzero(own < np.uint64(straight.limit))
    assert set(straight.hashes.tolist()) == set(own[small].tolist())
    place = {int(one): i % 7 for i, one in enumerate(own)}
    assert straight.segments["bivariate"].tolist() == [place[int(one)] for one in straight.hashes]


@pytest.mark.parametrize("most", [300, 10_000])
def test_what_is_packed_is_unpacked_the_same(most):
    members = listed(np.arange(5_000), most, 500)

    again = Members.unpacked(members.packed())

    assert again.limit == members.limit
    assert np.array_equal(again.hashes, members.hashes)
    assert {mode: ids.tolist() for mode, ids in again.segments.items()} == {
        mode: ids.tolist() for mode, ids in members.segments.items()
    }


def test_two_samples_are_compared_by_those_whom_both_would_hold():
    """Of all customers in one run, and a sample of the other: nobody seems to have left who is merely not in it."""
    whole, part = listed(np.arange(5_000), 10_000, 500), listed(np.arange(5_000), 300, 500)

    for before, now in ((whole, part), (part, whole)):
        found = transition_matrix(before, now, "bivariate", [*range(7)], [6, 5, 4, 3, 2, 1, 0])
        assert found is not None
        assert (found.left, found.joined) == (0, 0)
        assert np.array_equal(found.counts[:, ::-1], np.diag(np.bincount(part.segments["bivariate"], minlength=7)))
        assert found.share == pytest.approx(part.share)


def test_nobody_in_both_files_is_no_flow():
    one = Members(np.array([1, 2], dtype=np.uint64), {"bivariate": np.array([1, 1], dtype=np.uint16)})
    other = Members(np.array([3, 4], dtype=np.uint64), {"bivariate": np.array([1, 1], dtype=np.uint16)})

    assert transition_matrix(one, other, "bivariate", [1], [1]) is None


def test_the_memory_of_members_is_bounded():
    """Two million customers in parts, of whom 2**14 may be kept: 16 bytes each, and the part that is added."""
    members, part = MembershipSample(2**14), 20_000
    tracemalloc.start()
    try:
        for i in range(100):
            ids = np.zeros(part, dtype=np.uint32)
            members.add(hashes(part, i), ids, ids)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 40 * (2**14 + part)
    found = members.members()
    assert found is not None
    assert 2**12 < len(found.hashes) <= 2**14


def test_a_number_is_the_same_id_in_any_file():
    """A file with a text among its ids is read as texts, another as numbers."""
    numbers = CustomerIds(pd.Series([7, 12], dtype=np.int64))
    texts = CustomerIds(pd.Series(["7", " 12 ", "x"]))

    assert numbers.hashes.tolist() == texts.hashes[:2].tolist()
