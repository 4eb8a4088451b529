"""The public form of a result: its schema, its golden example, its size, and whom it is silent about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from infra.layer import ROOT
from segmentation.errors import UnusableFileError
from segmentation.results.document import result_document
from segmentation.results.receipt import Upload, accepted_receipt, published_document, refused_receipt
from tests.support.customers import findings_around, points_of
from tests.support.golden import golden_documents

UPLOAD = Upload("0123456789abcdef", "customers.csv", "2026-01-15T09:30:00.000Z", began_at="2026-01-15T09:30:04.000Z")
MAX_BYTES = 150_000


@cache
def validator(name: str) -> Draft202012Validator:
    schemas = {
        f"{known}.schema.json": json.loads((ROOT / "lambda" / "segmentation" / f"{known}.schema.json").read_text())
        for known in ("data", "receipt")
    }
    registry = Registry().with_resources((place, Resource.from_contents(schema)) for place, schema in schemas.items())
    Draft202012Validator.check_schema(schemas[f"{name}.schema.json"])
    return Draft202012Validator(schemas[f"{name}.schema.json"], registry=registry)


def published(result) -> dict[str, Any]:
    """What a reader gets: the document after JSON, which has fewer types than Python."""
    return json.loads(json.dumps(published_document(done(result), UPLOAD), allow_nan=False))


def done(result) -> Any:
    """A result all of whose rows were taken."""
    return SimpleNamespace(document=lambda: result.document)


def number_lists_in(value: dict | list, key: str = "") -> Iterator[tuple[str, list]]:
    """Yield each list that holds a number, and the name that it is under."""
    if isinstance(value, list) and any(isinstance(one, int | float) for one in value):
        yield key, value
    children = value.items() if isinstance(value, dict) else ((key, one) for one in value)
    for name, child in children:
        if isinstance(child, dict | list):
            yield from number_lists_in(child, name)


def panels_of(document: dict[str, Any]) -> list[list[list[float]]]:
    scatters = [mode["scatter"] for mode in document["modes"].values()]
    return [panel["points"] for panel in [*document["landscapes"], *scatters]]


def document_around(points, centres, k: int) -> dict[str, Any]:
    return result_document(findings_around(points, centres, k))


def random_customers(n: int = 50_000):
    generator = np.random.default_rng(7)
    columns = [
        generator.uniform(18, 75, n),
        generator.integers(0, 2, n),
        generator.uniform(12_000, 140_000, n),
        generator.uniform(0, 100, n),
    ]
    return points_of(np.column_stack(columns))


@pytest.fixture(scope="module")
def crowd():
    return random_customers()


@pytest.mark.parametrize("upload", ["sample", "mall", "messy"])
def test_a_published_document_keeps_to_its_schema(upload, request):
    validator("data").validate(published(request.getfixturevalue(f"{upload}_result")))


def test_the_schema_would_notice_more_than_it_knows(sample_result):
    document = published(sample_result)
    document["modes"]["bivariate"]["scatter"]["points"][0].append(21)

    assert [error.json_path for error in validator("data").iter_errors(document)] == [
        "$.modes.bivariate.scatter.points[0]"
    ]


def test_receipts_keep_to_their_schema(sample_result):
    validator("receipt").validate(accepted_receipt(sample_result, UPLOAD))
    validator("receipt").validate(refused_receipt(UnusableFileError("It is empty.", "Fill it."), UPLOAD))


def test_the_receipt_schema_knows_where_its_parts_are():
    receipt = refused_receipt(UnusableFileError("It is empty.", "Fill it."), replace(UPLOAD, began_at="yesterday"))

    assert [error.json_path for error in validator("receipt").iter_errors(receipt)] == ["$.generated_at"]


@pytest.mark.parametrize(
    ("name", "schema"), [("data", "data"), ("first", "data"), ("receipt", "receipt"), ("accepted", "receipt")]
)
def test_the_golden_examples_keep_to_their_schema(name, schema):
    validator(schema).validate(json.loads((ROOT / "tests" / "golden" / f"{name}.json").read_text()))


def assert_alike(found: Any, golden: Any, path: str = "$") -> None:
    """The same but for the last digits, which differ between processors."""
    if isinstance(golden, dict):
        assert isinstance(found, dict), path
        assert list(found) == list(golden), path
        for key, value in golden.items():
            assert_alike(found[key], value, f"{path}.{key}")
    elif isinstance(golden, list):
        assert isinstance(found, list), path
        assert len(found) == len(golden), path
        for i, value in enumerate(golden):
            assert_alike(found[i], value, f"{path}[{i}]")
    elif isinstance(golden, float):
        assert found == pytest.approx(golden, rel=1e-4), path
    else:
        assert found == golden, path


def test_the_sample_gives_the_golden_examples():
    """After a change that is meant: make golden."""
    for name, found in golden_documents().items():
        golden = json.loads((ROOT / "tests" / "golden" / f"{name}.json").read_text())

        assert_alike(json.loads(json.dumps(found)), golden, name)


@pytest.mark.parametrize("upload", ["sample", "mall", "messy"])
def test_no_entry_reveals_more_of_a_customer_than_two_features(upload, request):
    document = published(request.getfixturevalue(f"{upload}_result"))

    for panel in panels_of(document):
        assert {len(point) for point in panel} <= {3, 4}
    # Other numbers in a row are borders of bars, numbers of customers, places of segments, and shares of categories.
    assert {key for key, _ in number_lists_in(document)} == {"points", "edges", "counts", "centroids", "shares"}
    for landscape in document["landscapes"]:
        assert all(len(point) == 3 for point in landscape["points"])


@pytest.mark.parametrize("upload", ["sample", "mall", "messy"])
def test_points_are_in_order_of_their_values_and_not_of_the_upload(upload, request):
    for panel in panels_of(published(request.getfixturevalue(f"{upload}_result"))):
        assert panel == sorted(panel)


def test_other_columns_of_the_upload_are_not_published(messy_upload, messy_result):
    """No id and no name, in whatever the page can read."""
    text = json.dumps(published(messy_result), ensure_ascii=False)

    assert "two\\nlines" not in text
    for secret in ("Smith", "two\nlines", "Zoë", "=1+1", *(f"00{i:02}" for i in range(1, 15))):
        assert secret.encode() in messy_upload
        assert not any(f"{before}{secret}" in text for before in ('"', " ", "[", ","))


def test_each_panel_counts_every_customer_once(sample_result, mall_result, messy_result):
    for result in (sample_result, mall_result, messy_result):
        document = published(result)
        for panel in panels_of(document):
            assert sum(point[-1] for point in panel) == document["customers"] == result.rows["used"]


def test_a_landscape_counts_the_customers_of_each_pair():
    points = points_of(
        [(20, 0, 10, 80), (20, 1, 10, 80), (30, 0, 10, 80), (40, 0, 20, 5), *((i, 0, i, i) for i in range(50, 56))],
        counts=[2, 3, 4, 1, 1, 1, 1, 1, 1, 1],
    )
    document = document_around(points, [0, 3, *range(4, 10), 1, 2], 2)

    by_age, by_income = (landscape["points"] for landscape in document["landscapes"])
    assert by_age[:3] == [[20, 80, 5], [30, 80, 4], [40, 5, 1]]
    assert by_income[:2] == [[10, 80, 9], [20, 5, 1]]


def test_features_are_summed_up_over_customers():
    points = points_of(
        [(20, 0, 10, 0), (50, 1, 20, 10), *((30, 0, 30 + i, 20) for i in range(8))], counts=[3] + [1] * 9
    )
    document = document_around(points, range(10), 2)

    # Ages: three times 20, once 50, eight times 30.
    assert document["customers"] == 12
    assert document["features"]["age"] == {
        "kind": "numeric",
        "label": "Age",
        "name": "Age",
        "meaning": "age",
        "unit": "",
        "scale": "linear",
        "log_unit": None,
        "mean": pytest.approx(350 / 12, rel=1e-5),
        "median": 30,
        "sd": pytest.approx((10_900 / 12 - (350 / 12) ** 2) ** 0.5, rel=1e-5),
        "min": 20,
        "max": 50,
    }
    assert document["features"]["income"]["unit"] == "k$"
    assert document["features"]["gender"]["values"] == [{"label": "Female", "count": 11}, {"label": "Male", "count": 1}]


@pytest.mark.parametrize("k", [2, 5, 10])
def test_a_crowd_of_continuous_values_stays_small(k, crowd):
    centres = np.random.default_rng(8).choice(len(crowd), 10, replace=False)
    document = document_around(crowd, centres, k)

    for panel in panels_of(document):
        assert sum(point[-1] for point in panel) == 50_000
    assert len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()) < MAX_BYTES


def test_binned_points_lie_within_half_a_bin_of_where_they_were(crowd):
    document = document_around(crowd, range(10), 2)
    ages = np.array([[x, n] for x, _, n in document["landscapes"][0]["points"]])

    centres, where = np.unique(ages[:, 0], return_inverse=True)
    counts = np.bincount(where, weights=ages[:, 1])
    width = np.ptp(crowd.column("age")) / len(centres)
    assert len(centres) >= 16
    # The places are rounded to six digits, so that a customer on a border may seem to lie on either side.
    for centre, count in zip(centres, counts, strict=True):
        distance = np.abs(crowd.column("age") - centre)
        assert (distance < width * 0.499).sum() <= count <= (distance < width * 0.501).sum()
