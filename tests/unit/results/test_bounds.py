"""What is public is bounded: the worst files and settings that are taken, and what is said of what was left out."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from segmentation.errors import UnusableFileError, abbreviated, shortened
from segmentation.pipeline import Previous, segment
from segmentation.results.bounds import MAX_BYTES, _coarse, within_bounds
from segmentation.results.receipt import Upload, accepted_receipt, history_entry, published_document, refused_receipt
from segmentation.schema.settings import Settings
from segmentation.scoring import Model
from tests.support.customers import csv_of
from tests.support.golden import FIRST, taken
from tests.unit.results.test_document import validator

# A key of S3's may have 1,024 bytes, of which each may take six in JSON.
LONGEST = Upload("0" * 16, "\x01" * 1_020 + ".csv", "2026-01-15T09:30:00.000Z", began_at="2026-01-15T09:30:04.000Z")
MAX_RECEIPT_BYTES, MAX_ENTRY_BYTES = 80_000, 8_000
LONG = "🛒" * 150


def size(document: dict[str, Any]) -> int:
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())


def worst(names: list[str], columns: list[list[str]], more: int = 0) -> tuple[bytes, Settings]:
    """Make a file of so many features, and of other columns, some of which describe, and settings for it."""
    n = len(columns[0])
    describing = [f"{i} {LONG}: {'🛒' * 40}" for i in range(12)]
    header = [*names, *describing, *(f"{LONG} unused {i}" for i in range(more))]
    lines = [";".join(header)]
    for i, row in enumerate(zip(*columns, strict=True)):
        words = (f"{(i + one) % 7} {'🛒' * 20} {one}" for one in range(12))
        lines.append(";".join([*row, *words, *[""] * more]))
    features = [{"column": name, "label": f"{name[:70]} {i}"} for i, name in enumerate(names)]
    # Names are taken as long as the schema lets them be.
    called = {f"{i}": "🛒" * 55 + f" {i}" for i in range(1, 30)}
    settings = {
        "k": 10,
        "modes": {"bivariate": features[:2], "multivariate": features[2:]},
        "names": {"bivariate": called, "multivariate": called},
        "describe": describing,
    }
    assert len(lines) == n + 1
    return "\n".join(lines).encode(), Settings.parse(json.dumps(settings).encode())


def numbers(n: int, width: int = 9) -> list[str]:
    generator = np.random.default_rng(width)
    return [f"{-(10**width) * value:.4f}" for value in generator.uniform(0, 1, n)]


def of_numbers(n: int = 1_500, seed: int = 0) -> tuple[bytes, Settings]:
    generator = np.random.default_rng(seed)
    columns = [[f"{value:.5f}" for value in -1_234_567.0 * generator.random(n)] for _ in range(22)]
    return worst([f"{LONG} {i}" for i in range(22)], columns, more=150)


def of_words(n: int = 3_000, values: int = 90) -> tuple[bytes, Settings]:
    generator = np.random.default_rng(3)
    columns = [[f"{value:.5f}" for value in -1_234_567.0 * generator.random(n)] for _ in range(2)]
    columns += [[f'{LONG} "" {value}' for value in generator.integers(0, values, n)] for _ in range(20)]
    quoted = [columns[0], columns[1], *([f'"{cell}"' for cell in column] for column in columns[2:])]
    return worst([f"{LONG} {i}" for i in range(22)], quoted)


def of_mixed(n: int = 3_000) -> tuple[bytes, Settings]:
    generator = np.random.default_rng(4)
    columns = [[f"{value:.5f}" for value in -1_234_567.0 * generator.random(n)] for _ in range(12)]
    columns += [[f"{value} {LONG}" for value in generator.integers(0, 3, n)] for _ in range(10)]
    return worst([f"{i} {LONG}" for i in range(22)], columns, more=100)


@pytest.mark.parametrize("made", [of_numbers, of_words, of_mixed])
def test_the_worst_file_stays_below_the_bound(made):
    """With a run before whose segments are all others; and the model still places customers."""
    data, settings = made()
    other, _ = made(2_000) if made is not of_numbers else made(1_500, 9)
    first = taken(segment(lambda: io.BytesIO(other), settings=settings))
    before = published_document(first, FIRST)
    result = taken(segment(lambda: io.BytesIO(data), settings=settings, previous=Previous(before, first.members)))

    document = published_document(result, LONGEST)

    validator("data").validate(json.loads(json.dumps(document)))
    assert document["changes"]["modes"]["multivariate"]["compared"]
    assert size(document) <= MAX_BYTES
    assert size(accepted_receipt(result, LONGEST)) <= MAX_RECEIPT_BYTES
    assert size(history_entry(document, own_settings=True)) <= MAX_ENTRY_BYTES
    assert "so it does without" in document["intake"]["notes"][-1]["text"]
    places = [own for _, own in Model.from_document(document).scored_rows(opened_by(data, document)) if own]
    assert all((own["multivariate"] >= 0).all() for own in places)


def opened_by(data: bytes, document: dict[str, Any]):
    from segmentation.customers.reader import CustomerFile

    return CustomerFile(lambda: io.BytesIO(data), Model.from_document(document).settings)


def test_a_file_of_few_features_loses_nothing(sample_result):
    assert not any("does without" in note["text"] for note in sample_result.intake["notes"])


def test_one_gender_as_long_as_a_book_takes_little_room(sample):
    lines = sample.read_text().splitlines()
    place = lines[0].split(",").index("Gender")
    cells = lines[5].split(",")
    cells[place] = "x" * 100_000
    lines[5] = ",".join(cells)
    text = "\n".join(lines).encode()

    document = published_document(taken(segment(lambda: io.BytesIO(text))), LONGEST)

    labels = [value["label"] for value in document["features"]["gender"]["values"]]
    assert max(map(len, labels)) <= 60
    assert size(document) <= MAX_BYTES


def test_of_very_many_categories_the_rare_ones_are_put_together_and_that_is_said():
    data, settings = of_words(2_000, 40)

    result = taken(segment(lambda: io.BytesIO(data), settings=settings))

    features = result.document()["features"].values()
    words = [one for one in features if one["kind"] == "categorical"]
    assert sum(len(one["values"]) for one in words) <= 100
    for one in words:
        assert one["other"] in [value["label"] for value in one["values"]]
        assert sum(value["count"] for value in one["values"]) == 2_000
    assert sum("are counted as 'Other'" in note["text"] for note in result.intake["notes"]) == len(words)


def test_names_of_few_and_short_categories_stay_as_they_are(sample_result):
    values = sample_result.document["features"]["gender"]["values"]
    assert [value["label"] for value in values] == ["Female", "Male"]
    assert "other" not in sample_result.document["features"]["gender"]


def test_long_texts_stay_different_when_they_are_abbreviated():
    texts = [f"I strongly agree that the shop on the corner of the street is good, {i}" for i in range(50)]

    short = abbreviated(texts, 1_200)

    assert len({*short.values()}) == 50
    assert sum(len(one.encode()) for one in short.values()) <= 1_200
    assert abbreviated(["Female", "Male"], 1_200) == {}


@pytest.mark.parametrize("text", ["x" * 5_000, "🛒" * 5_000, "\x01" * 5_000, '"' * 5_000])
def test_what_is_shortened_is_short_in_bytes_too(text):
    assert len(json.dumps(shortened(text, 100), ensure_ascii=False).encode()) <= 210


def test_a_refusal_is_bounded():
    error = UnusableFileError("x" * 100_000, "🛒" * 100_000, "x" * 10_000)

    assert size(refused_receipt(error, LONGEST) | {"detail": None}) <= 20_000


def test_no_more_columns_and_notes_are_listed_than_there_is_room_for():
    names = ["Income", "Score", *(f"Column {i}" for i in range(900))]
    rows = [f"{i * 37 % 101};{i * 53 % 89}" + ";" * 900 for i in range(60)]
    text = csv_of(*rows, header=";".join(names))
    settings = Settings.parse(b'{"columns": {"income": "Income", "spending": "Score"}}')

    intake = segment(lambda: io.BytesIO(text), settings=settings).intake

    assert len(intake["columns"]) == 80
    assert [column["name"] for column in intake["columns"]][:3] == ["Income", "Score", "Column 0"]
    assert intake["notes"][0]["text"] == "Of the 902 columns, 80 are listed here."


def test_whatever_the_rest_takes_the_bound_is_kept(sample_result):
    """Each text as long as it is let be, wherever it stands."""
    data, settings = of_words(1_200, 30)
    document = published_document(taken(segment(lambda: io.BytesIO(data), settings=settings)), LONGEST)
    notes = [{"text": "🛒" * 150, "remedy": "🛒" * 150}] * 30
    columns = [{"name": "🛒" * 30, "use": "personal", "feature": None, "why": "x" * 300}] * 57 + document["intake"][
        "columns"
    ]

    bounded = within_bounds({**document, "intake": {**document["intake"], "notes": notes, "columns": columns}})

    assert size(bounded) <= MAX_BYTES
    validator("data").validate(json.loads(json.dumps(bounded)))
    assert "further notes" in bounded["intake"]["notes"][-1]["text"]


def test_coarse_charts_keep_every_customer_in_its_segment():
    points = [[x, y, x % 3, 1 + (x + y) % 4] for x in range(40) for y in range(30)]

    found = _coarse({"x": "a", "y": "b", "points": points, "hidden": 0}, 8)

    assert len(found["points"]) <= 8 * 8 * 3
    assert found["points"] == sorted(found["points"])
    for segment_id in range(3):
        assert sum(p[3] for p in found["points"] if p[2] == segment_id) == sum(
            p[3] for p in points if p[2] == segment_id
        )
    assert all(0 < p[0] < 39 and 0 < p[1] < 29 for p in found["points"])
