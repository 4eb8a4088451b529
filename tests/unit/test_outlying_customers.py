"""A customer far from all others, from the file to all that is published and written."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans

from segmentation.describing.membership import Members
from segmentation.pipeline import Previous, Result, segment
from segmentation.results.assignments import WrittenRows
from segmentation.results.receipt import Upload
from segmentation.schema.settings import Settings
from tests.support.customers import HEADER, Finished, csv_of, finished, taken

pytestmark = pytest.mark.usefixtures("segments_sought_once")
UPLOAD = Upload("0123456789abcdef", "customers.csv", "2026-01-15T09:30:00.000Z", began_at="2026-01-15T09:30:04.000Z")
OUTLIER = "61,Male,40,99999,50"
KEEP = Settings(outliers="keep")
# What is no number of the customers.
OWN = ("outliers", "rows", "intake", "run_id", "source", "generated_at")


def three_groups(each: int = 20) -> list[str]:
    generator = np.random.default_rng(1)
    rows = []
    for i in range(3 * each):
        income, score = ((30, 80), (90, 20), (60, 50))[i % 3]
        gender = "Male" if generator.random() < 0.5 else "Female"
        near = generator.normal(0, 3, 2).round(2)
        rows.append(f"{i + 1},{gender},{generator.integers(20, 65)},{income + near[0]:.2f},{score + near[1]:.0f}")
    return rows


def four_groups(each: int) -> list[str]:
    generator = np.random.default_rng(2)
    places = np.array([(25, 75), (90, 10), (60, 45), (110, 85)])
    rows = places[np.arange(4 * each) % 4] + generator.normal(0, 4, (4 * each, 2))
    return [f"{i + 1},{x:.2f},{y:.1f}" for i, (x, y) in enumerate(rows.clip(1, None).tolist())]


@pytest.fixture
def with_outlier() -> Finished:
    return finished(csv_of(*three_groups(), OUTLIER))


@pytest.fixture
def without() -> Finished:
    return finished(csv_of(*three_groups()))


def outlying(found: Finished) -> list[str]:
    """The ids of the customers who are marked."""
    assert all(row["Outlier"] in ("", "yes") for row in found.assigned)
    return [row["CustomerID"] for row in found.assigned if row["Outlier"]]


def numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for child in value.values():
            yield from numbers_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from numbers_in(child)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def test_a_gender_that_only_an_outlier_has_tells_nothing_of_the_segments():
    rows = [row.replace("Female", "Male") for row in three_groups()]
    document = finished(csv_of(*rows, OUTLIER.replace("Male", "Female"))).document

    assert document["outliers"]["count"] == 1
    assert "one gender only" not in document["modes"]["multivariate"]["text"]


def test_the_segments_are_those_without_it(with_outlier):
    document = with_outlier.document

    assert document["k"]["value"] == 3
    assert [part["size"] for part in document["modes"]["bivariate"]["segments"]] == [20, 20, 20]
    assert document["modes"]["bivariate"]["trust"]["verdict"] == "solid"


def test_all_numbers_are_those_of_the_file_without_it(with_outlier, without):
    """Averages, charts, curves, trust, the model and sentences."""
    one, other = (
        {name: value for name, value in found.document.items() if name not in OWN} for found in (with_outlier, without)
    )

    assert one["customers"] == 60
    assert one == other


def test_it_is_marked_and_in_the_nearest_segment(with_outlier):
    assert outlying(with_outlier) == ["61"]
    row = with_outlier.assigned[-1]
    rich = next(
        part["id"]
        for part in with_outlier.document["modes"]["bivariate"]["segments"]
        if part["means"]["income"]
        == max(one["means"]["income"] for one in with_outlier.document["modes"]["bivariate"]["segments"])
    )
    assert (row["Bivariate Cluster"], row["Bivariate Confidence"], row["Reason"]) == (str(rich), "0.00", "")
    assert row["Annual Income (k$)"] == "99999"


def test_it_is_counted(with_outlier, without):
    assert with_outlier.document["outliers"]["rule"] == "auto"
    assert with_outlier.document["outliers"]["count"] == 1
    assert with_outlier.rows["used"] == 61
    text = with_outlier.document["outliers"]["text"]
    assert text.startswith("1 customer far from all others in Annual Income was left out")
    assert without.document["outliers"] == {"rule": "auto", "count": 0, "text": None}
    assert outlying(without) == []


def test_the_page_has_neither_its_value_nor_its_line(with_outlier):
    assert max(numbers_in(with_outlier.document)) < 99_999
    assert "99999" not in json.dumps(with_outlier.document)
    assert "line 62" not in json.dumps(with_outlier.document)


def test_the_uploader_is_told_column_value_and_line(with_outlier, without):
    note = with_outlier.intake["notes"][0]

    assert "1 customer far from all others was left out" in note["text"]
    assert '"outliers": "keep"' in note["remedy"]
    assert with_outlier.detail == "Far from all others: Annual Income (k$) 99999 (line 62)."
    assert "far from all others" not in without.notes
    assert without.detail == ""


def test_who_is_kept_is_a_customer_like_all_others():
    found = finished(csv_of(*three_groups(), OUTLIER), settings=KEEP)

    assert found.document["outliers"] == {"rule": "keep", "count": 0, "text": None}
    assert found.document["customers"] == 61
    assert outlying(found) == []
    assert "far from all others" not in found.notes
    assert found.document["features"]["income"]["max"] == 99_999
    assert sum(part["size"] for part in found.document["modes"]["bivariate"]["segments"]) == 61


def test_no_file_is_refused_for_whom_is_left_out():
    """Ten different customers are enough, and nine are not."""
    rows = [f"{i},Male,{20 + i},{40 + i},{30 + i}" for i in range(9)]

    found = finished(csv_of(*rows, "9,Male,40,99999,50"), k=2)

    assert (found.document["outliers"]["count"], found.document["customers"]) == (0, 10)
    assert outlying(found) == []
    assert finished(csv_of(*rows, "8,Male,29,49,39", "9,Male,40,99999,50"), k=2).document["customers"] == 10


# --- named as in the file ---


def test_a_value_is_named_as_it_is_written():
    rows = [";".join([*row.split(",")[:3], row.split(",")[3].replace(".", ","), row.split(",")[4]]) for row in
            three_groups()]  # fmt: skip
    rows.insert(7, "61;Male;40;99.999,50;50")

    found = finished(csv_of("", *rows, header=HEADER.replace(",", ";")))

    assert found.intake["decimal_mark"] == ","
    assert "Annual Income (k$) 99.999,50 (line 10)" in found.detail
    assert outlying(found) == ["61"]


def test_lines_are_those_of_the_file_whatever_cells_hold():
    rows = [f'"a\nb",{row}' for row in three_groups()]

    found = finished(csv_of(*rows, f"x,{OUTLIER}", header=f"Note,{HEADER}"))

    assert "(line 122)" in found.detail


def test_of_many_the_first_are_named():
    rows = three_groups(150)
    for i, place in enumerate((400, 300, 200, 100)):
        rows.insert(place, f"{9_000 + i},Male,40,{50_000 + 1_000 * place},50")

    found = finished(csv_of(*rows))

    text = found.detail
    assert found.intake["notes"][0]["text"].startswith("4 customers far from all others were left out")
    for line, value in ((102, 150_000), (203, 250_000), (304, 350_000)):
        assert f"Annual Income (k$) {value} (line {line})" in text
    assert "450000" not in text
    assert "and more" in text


def test_every_value_that_is_far_is_named_and_no_other():
    rows = three_groups(40)
    # The oldest of all others but for the one whose age is wrong; and an income that is large, and right.
    found = finished(csv_of(*rows, "121,Male,66,99999,50", "122,Male,119,97.5,50"), settings=Settings(k=3))

    text = found.detail
    assert "Annual Income (k$) 99999 (line 122)" in text
    assert text.count("(line") == 1 + ("Age 119 (line 123)" in text)


@pytest.mark.parametrize("block_bytes", [150, 1_000])
def test_a_file_read_in_small_blocks_gives_the_same(block_bytes, with_outlier):
    found = finished(csv_of(*three_groups(), OUTLIER), block_bytes=block_bytes)

    assert found.document == with_outlier.document
    assert found.assigned_csv == with_outlier.assigned_csv


@pytest.mark.parametrize("parts", [1, 7])
def test_rows_written_on_several_machines_give_the_same(parts):
    rows = three_groups(220)
    for i, place in enumerate((600, 500, 400, 300, 200, 100)):
        rows.insert(place, f"{9_000 + i},Male,40,{50_000 + 1_000 * place},50")
    data = csv_of(*rows)

    def sought() -> Result:
        return segment(partial(io.BytesIO, data), k=3, block_bytes=500)

    expected = sought()
    written_at_once = taken(expected)
    result = sought()
    chunks = list(result.file.chunks())
    text = b""
    for part in np.array_split(np.arange(len(chunks)), parts):
        writer, written = pickle.loads(pickle.dumps(result.assigned_rows)), WrittenRows()  # noqa: S301
        for number in part:
            found = writer.written(chunks[number])
            text += bytes(found.text)
            written.add(found)
        result.written.join(pickle.loads(pickle.dumps(written)))  # noqa: S301

    assert len(chunks) > 7
    assert result.document() == written_at_once.document
    assert result.assigned_rows.header() + text == written_at_once.assigned_csv
    assert [cell.line for cell in result.written.outliers] == [102, 203, 304, 405]
    assert members_of(result) == members_of(expected)


def members_of(result: Result) -> tuple[list[int], dict[str, list[int]]]:
    members = result.members
    assert isinstance(members, Members)
    return members.hashes.tolist(), {mode: own.tolist() for mode, own in members.segments.items()}


# --- who moved ---


def test_outliers_are_no_members_and_move_nowhere():
    before = segment(lambda: io.BytesIO(csv_of(*three_groups(), OUTLIER)), k=3)
    document = published(taken(before).document)
    assert len(members_of(before)[0]) == 60

    rows = three_groups()
    now = finished(csv_of(*rows[:-1], OUTLIER), k=3, previous=Previous(document, before.members))

    for mode in now.document["modes"]:
        flow = now.document["changes"]["modes"][mode]["flow"]
        assert sum(map(sum, flow["counts"])) == 59
        assert (flow["left"], flow["joined"]) == (1, 0)


# --- with small counts suppressed ---


@pytest.mark.parametrize("far", [1, 3])
def test_neither_value_nor_line_nor_a_small_count_is_published(far):
    rows = three_groups(40)
    rows += [f"{9_000 + i},Male,40,{70_000 + 5_000 * i},50" for i in range(far)]

    found = finished(csv_of(*rows), settings=Settings(min_cell_count=5))

    assert len(outlying(found)) == far
    document = found.document
    assert document["outliers"]["count"] == 5
    assert document["outliers"]["text"].startswith("5 customers far from all others")
    note = document["intake"]["notes"][0]["text"]
    assert note.startswith("5 customers far from all others were left out")
    assert max(numbers_in(document)) < 70_000
    for value in (70_000, 75_000, 80_000):
        assert str(value) not in json.dumps(document)


def test_one_more_does_not_stand_out_by_what_stays_the_same():
    """Their published number may, and any other customer changes how many counts are rounded."""
    rows = three_groups(40)
    far = [f"{9_000 + i},Male,40,{70_000 + 5_000 * i},50" for i in range(2)]

    one, two = (
        finished(csv_of(*rows, *far[:n]), settings=Settings(min_cell_count=5, k=3)).document["distributions"]
        for n in (1, 2)
    )

    assert sum(a != b for a, b in zip(numbers_in(one), numbers_in(two), strict=False)) > 10


# --- a category that only it had ---


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("min_cell_count", [1, 5])
@pytest.mark.parametrize("genders", ["Female Male", "Male"])
def test_a_category_that_only_it_had_divides_by_no_zero(genders, min_cell_count):
    """The category has no customer then, and of two, the other has all."""
    names = genders.split()
    rows = [",".join([row.split(",")[0], names[i % len(names)], *row.split(",")[2:]]) for i, row in
            enumerate(three_groups(100))]  # fmt: skip
    settings = Settings(min_cell_count=min_cell_count, k=3)

    found = finished(csv_of(*rows, "301,Other,40,99999,50"), settings=settings)

    assert outlying(found) == ["301"]
    document = json.loads(json.dumps(found.document, allow_nan=False))
    assert document["customers"] in (300, 296)
    assert sum(part["size"] for part in document["modes"]["multivariate"]["segments"]) == 300
    again = finished(
        csv_of(*rows, "301,Other,40,99999,50"),
        settings=settings,
        previous=Previous(published(found.document), None),
    )
    assert again.document["changes"] is not None
    assert {one["id"] for one in again.document["modes"]["multivariate"]["segments"]} == {1, 2, 3}


def published(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "run_id": UPLOAD.run_id, "source": UPLOAD.source, "generated_at": UPLOAD.began_at}


# --- the run before ---


def test_what_is_kept_stays_kept():
    data = csv_of(*three_groups(), OUTLIER)
    before = published(finished(data, k=3, settings=KEEP).document)

    assert finished(data, k=3, previous=Previous(before)).document["outliers"]["rule"] == "keep"
    found = finished(data, k=3, settings=Settings(outliers="auto"), previous=Previous(before))
    assert found.document["outliers"]["count"] == 1


def test_a_result_of_an_earlier_release_leaves_nobody_out():
    data = csv_of(*three_groups(), OUTLIER)
    before = published(finished(data, k=3).document)
    del before["outliers"]
    for feature in before["features"].values():
        feature.pop("scale", None)
        feature.pop("log_unit", None)

    found = finished(data, k=3, previous=Previous(before)).document

    assert (found["outliers"]["rule"], found["customers"]) == ("keep", 61)
    assert found["features"]["income"]["scale"] == "linear"


# --- the files on which earlier releases were wrong ---


def test_an_income_with_zeros_too_many(shared_data):
    found = finished((shared_data / "faults" / "01_outlier.csv").read_bytes())
    right = finished((shared_data / "faults" / "01_same_without.csv").read_bytes())

    assert found.document["k"]["value"] == 3
    assert [part["size"] for part in found.document["modes"]["bivariate"]["segments"]] == [20, 20, 20]
    assert found.document["modes"]["bivariate"]["trust"]["verdict"] == "solid"
    assert "Annual Income (k$) 99999 (line 62)" in found.detail
    assert found.document["modes"] == right.document["modes"]


def linear_and_kept() -> Settings:
    return Settings.parse(b'{"outliers": "keep", "scales": {"Annual Income (k$)": "linear"}}')


def test_a_customer_whom_samples_miss_is_in_every_inertia(shared_data):
    data = (shared_data / "faults" / "02_sweep.csv").read_bytes()

    found = finished(data, settings=linear_and_kept()).document

    sweep = {one["k"]: one["inertia"] for one in found["modes"]["bivariate"]["sweep"]}
    assert [sweep[k] for k in (3, 4, 5)] == pytest.approx([598.8, 122.8, 93.5], rel=0.01)
    assert [*sweep.values()] == sorted(sweep.values(), reverse=True)
    assert found["customers"] == 2_248

    by_itself = finished(data).document
    assert (by_itself["k"]["value"], by_itself["outliers"]["count"]) == (3, 1)


def test_the_same_with_other_customers():
    rows = [*four_groups(560), "9001,40000,50"]
    data = csv_of(*rows, header="CustomerID,Annual Income (k$),Spending Score (1-100)")

    found = finished(data, settings=linear_and_kept()).document

    columns = np.array([[float(cell) for cell in row.split(",")[1:]] for row in rows])
    X = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    sweep = [one["inertia"] for one in found["modes"]["bivariate"]["sweep"]]
    for k in (2, 3, 4, 5):
        reference = KMeans(k, n_init=20, random_state=0).fit(X).inertia_
        assert sweep[k - 1] == pytest.approx(reference, rel=0.01)
    assert sweep == sorted(sweep, reverse=True)
