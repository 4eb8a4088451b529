"""Customers compared on log scales, from the file to the charts, the model and the next run."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from segmentation.cli import main
from segmentation.pipeline import Previous
from segmentation.schema.settings import Settings
from tests.support.customers import Finished, csv_of, finished

pytestmark = pytest.mark.usefixtures("segments_sought_once")
ROLES = ("recency", "frequency", "monetary")
MODES = {"bivariate": ["recency", "monetary"], "multivariate": ["recency", "frequency", "monetary"]}
PLACES = ["Bivariate Cluster", "Multivariate Cluster"]
ABOUT = {
    "run_id": "0123456789abcdef",
    "source": {"name": "a.csv", "uploaded_at": "2026-01-15T09:30:00.000Z", "requested_at": "2026-01-15T09:30:00.000Z"},
    "generated_at": "2026-01-15T09:30:04.000Z",
}


def settings(**more: Any) -> Settings:
    return Settings.parse(json.dumps({"modes": MODES, "k": 4, **more}).encode())


def buyers(n: int = 600) -> NDArray[np.float64]:
    """Four groups in logarithms."""
    generator = np.random.default_rng(1)
    centres = np.array([(5, 0.7, 4), (3, 1.5, 5), (2, 2.5, 7), (4.5, 1.2, 7.5)])[np.arange(n) % 4]
    return np.exp(centres + generator.normal(0, 0.45, (n, 3))).round(2)


def file_of(columns: NDArray[np.float64], header: str = "id,recency,frequency,monetary") -> bytes:
    return csv_of(*(f"{i},{','.join(map(str, row))}" for i, row in enumerate(columns.tolist())), header=header)


def incomes_of(divisor: int = 1, n: int = 400) -> bytes:
    generator = np.random.default_rng(2)
    incomes = np.exp(np.array([9, 10.2, 11.4])[np.arange(n) % 3] + generator.normal(0, 0.3, n)).round()
    unit = {1: "$", 1_000: "k$"}[divisor]
    header = f"CustomerID,Gender,Age,Annual Income ({unit}),Spending Score (1-100)"
    return csv_of(
        *(
            f"{i},{'Male' if i % 2 else 'Female'},{20 + i % 50},{income / divisor},{30 + 20 * (i % 3) + i % 7}"
            for i, income in enumerate(incomes)
        ),
        header=header,
    )


@pytest.fixture
def found() -> Finished:
    return finished(file_of(buyers()), settings=settings())


def units(document: dict[str, Any]) -> dict[str, float | None]:
    return {role: one["log_unit"] for role, one in document["features"].items() if one["kind"] == "numeric"}


def placed(result: Finished) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in PLACES) for row in result.assigned]


def test_the_document_says_which_scales(found):
    assert units(found.document) == {"recency": 10.0, "frequency": 0.1, "monetary": 10.0}
    assert all(one["scale"] == "log" for one in found.document["features"].values())


def test_segments_are_those_of_the_logarithms(found):
    labels = [row["Multivariate Cluster"] for row in found.assigned]
    groups = [i % 4 for i in range(len(labels))]

    pairs = {pair: sum(one == pair for one in zip(labels, groups, strict=True)) for pair in zip(labels, groups)}  # noqa: B905
    assert sum(max(n for (label, _), n in pairs.items() if label == one) for one in set(labels)) > 0.93 * len(labels)


@pytest.mark.parametrize("block_bytes", [400, 3_000])
def test_the_result_does_not_depend_on_how_the_file_is_read(block_bytes, found):
    again = finished(file_of(buyers()), settings=settings(), block_bytes=block_bytes)

    assert again.document == found.document
    assert again.assigned_csv == found.assigned_csv


def test_averages_are_plain_numbers(found):
    """Means, medians and deviations of the values, as everybody would compute them."""
    columns = dict(zip(ROLES, buyers().T, strict=True))
    for role, feature in found.document["features"].items():
        values = columns[role]
        expected = (values.mean(), np.median(values), values.std(), values.min(), values.max())
        numbers = [feature[name] for name in ("mean", "median", "sd", "min", "max")]
        assert numbers == pytest.approx(list(map(float, expected)), rel=1e-3)
    labels = np.array([row["Bivariate Cluster"] for row in found.assigned])
    for part in found.document["modes"]["bivariate"]["segments"]:
        own = columns["monetary"][labels == str(part["id"])]
        assert part["means"]["monetary"] == pytest.approx(own.mean(), rel=1e-3)
        assert part["medians"]["monetary"] == pytest.approx(np.median(own), rel=1e-3)


def test_differences_and_what_segments_explain_are_of_the_logarithms(found):
    logarithms = {
        role: np.log1p(column / units(found.document)[role]) for role, column in zip(ROLES, buyers().T, strict=True)
    }
    mode = found.document["modes"]["bivariate"]
    labels = np.array([row["Bivariate Cluster"] for row in found.assigned])
    for role in MODES["bivariate"]:
        X = logarithms[role]
        within = sum(((X[labels == one] - X[labels == one].mean()) ** 2).sum() for one in np.unique(labels))
        assert mode["explained"][role] == pytest.approx(1 - within / ((X - X.mean()) ** 2).sum(), abs=1e-4)
    for part in mode["segments"]:
        inside = labels == str(part["id"])
        for driver in part["drivers"]:
            X = logarithms[driver["feature"]]
            assert driver["difference"] == pytest.approx((X[inside].mean() - X[~inside].mean()) / X.std(), abs=0.006)


# --- charts ---


@pytest.mark.parametrize("min_cell_count", [1, 5])
def test_bars_are_equally_wide_in_logarithms(min_cell_count, found):
    document = found.document
    if min_cell_count > 1:
        document = finished(file_of(buyers()), settings=settings(min_cell_count=min_cell_count)).document
    for one, values in zip(document["distributions"], buyers().T, strict=True):
        feature = document["features"][one["feature"]]
        edges = np.array(one["edges"])
        widths = np.diff(np.log1p(edges / feature["log_unit"]))
        assert widths == pytest.approx(np.full(len(widths), widths.mean()), rel=1e-3)
        assert np.all(np.diff(edges) > 0)
        assert (edges[0], edges[-1]) == pytest.approx((feature["min"], feature["max"]), rel=1e-4)
        if min_cell_count == 1:
            assert sum(one["counts"]) == 600
            expected = np.histogram(values, np.append(edges[:-1], np.inf))[0]
            assert np.abs(np.array(one["counts"]) - expected).sum() <= 4


def test_values_below_0_are_in_the_first_bar():
    columns = buyers()
    columns[:5, 2] = -40.0

    document = finished(file_of(columns), settings=settings()).document

    one = next(one for one in document["distributions"] if one["feature"] == "monetary")
    assert document["features"]["monetary"]["log_unit"] == 10.0
    assert document["features"]["monetary"]["min"] == -40
    assert one["edges"][0] == 0
    assert one["counts"][0] >= 5
    assert sum(one["counts"]) == 600


@pytest.mark.parametrize("n", [600, 6_000])
def test_dots_are_plain_values_between_the_extremes(n, found):
    document = found.document if n == 600 else finished(file_of(buyers(n)), settings=settings()).document
    charts = [*document["landscapes"]]
    for mode in document["modes"].values():
        charts += [mode["scatter"], *mode["other_scatters"]]
    for chart in charts:
        for axis, role in enumerate((chart["x"], chart["y"])):
            low, high = document["features"][role]["min"], document["features"][role]["max"]
            places = [point[axis] for point in chart["points"]]
            assert low <= min(places) <= max(places) <= high
            # Of logarithms the largest would be about 5.
            assert max(places) > 0.3 * high
        assert sum(point[-1] for point in chart["points"]) == n


def test_the_grid_of_many_dots_is_even_in_logarithms():
    document = finished(file_of(buyers(6_000)), settings=settings()).document

    chart = document["modes"]["bivariate"]["scatter"]
    places = np.unique([x for x, *_ in chart["points"]])
    logarithms = np.log1p(places / document["features"][chart["x"]]["log_unit"])
    steps = np.diff(logarithms) / np.diff(logarithms).min()
    assert 10 < len(places) < 200
    assert steps == pytest.approx(np.rint(steps), abs=0.02)
    dots = np.array(chart["points"])
    for axis, role in enumerate((chart["x"], chart["y"])):
        unit = document["features"][role]["log_unit"]
        mean = np.average(np.log1p(dots[:, axis] / unit), weights=dots[:, -1])
        assert mean == pytest.approx(np.log1p(buyers(6_000)[:, ROLES.index(role)] / unit).mean(), abs=0.05)


# --- the same in other units ---


def test_thousands_and_units_give_the_same_segments():
    dollars, thousands = finished(incomes_of(), k=3), finished(incomes_of(1_000), k=3)

    assert units(dollars.document)["income"] == 1_000 * units(thousands.document)["income"]
    assert placed(dollars) == placed(thousands)
    for mode, one in dollars.document["modes"].items():
        other = thousands.document["modes"][mode]
        assert [fit["inertia"] for fit in one["sweep"]] == pytest.approx(
            [fit["inertia"] for fit in other["sweep"]], rel=1e-4
        )


def test_a_file_in_another_unit_has_the_segments_of_the_run_before():
    before = finished(incomes_of(1_000), k=3)
    previous = Previous(before.document | ABOUT)

    now = finished(incomes_of(), k=3, previous=previous)

    assert placed(now) == placed(before)
    assert units(now.document)["income"] == 1_000
    for mode in now.document["changes"]["modes"].values():
        assert mode["compared"]
        assert mode["events"] == []


def test_a_scale_stays_in_the_next_run_until_settings_decide_anew(found):
    even = np.random.default_rng(5).normal(60, 8, (300, 3)).round(2)
    previous = Previous(found.document | ABOUT)
    auto = settings(scales=dict.fromkeys(ROLES, "auto"))

    assert set(units(finished(file_of(even), settings=settings()).document).values()) == {None}
    kept = finished(file_of(even), settings=settings(), previous=previous).document
    assert units(kept) == units(found.document)
    assert set(units(finished(file_of(even), settings=auto, previous=previous).document).values()) == {None}


def test_segments_are_known_again_by_their_places_on_the_scale(found):
    """A tenth of the customers less: means of a long tail move, and places do not."""
    again = finished(file_of(buyers()[:540]), settings=settings(), previous=Previous(found.document | ABOUT))

    for mode in ("bivariate", "multivariate"):
        ids = {part["id"] for part in again.document["modes"][mode]["segments"]}
        assert ids == {part["id"] for part in found.document["modes"][mode]["segments"]}
        assert again.document["changes"]["modes"][mode]["compared"]
        assert again.document["changes"]["modes"][mode]["events"] == []


# --- notes ---


def test_a_scale_that_cannot_be_is_noted():
    columns = buyers()
    columns[:20, 2] = -40.0

    found = finished(file_of(columns), settings=settings(scales={"monetary": "log"}))

    assert units(found.document)["monetary"] is None
    assert "'monetary' has a linear scale" in found.notes


def test_a_scale_of_an_unknown_column_is_noted():
    found = finished(file_of(buyers()), settings=settings(scales={"turnover": "log"}))

    assert "settings.json gives a scale to 'turnover'" in found.notes


def test_scales_are_chosen_by_header():
    found = finished(file_of(buyers()), settings=settings(scales={"recency": "linear", "monetary": "log"}))

    assert units(found.document) == {"recency": None, "frequency": 0.1, "monetary": 10.0}


# --- the model ---


def segmented(folder: Path, data: bytes, own: dict[str, Any] | None = None, *options: str) -> Path:
    folder.mkdir()
    (folder / "customers.csv").write_bytes(data)
    more = []
    if own is not None:
        (folder / "settings.json").write_text(json.dumps(own))
        more = ["--settings", str(folder / "settings.json")]
    assert main([str(folder / "customers.csv"), "--out", str(folder / "out"), "--quiet", *more, *options]) == 0
    return folder / "out"


def scored(folder: Path, data: bytes, model: Path) -> list[dict[str, str]]:
    (folder / "more.csv").write_bytes(data)
    out = folder / "scored.csv"
    assert main(["score", str(folder / "more.csv"), "--model", str(model), "--out", str(out), "--quiet"]) == 0
    return rows_of(out)


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"))))


def test_the_model_places_customers_where_the_result_did(tmp_path):
    out = segmented(tmp_path / "run", file_of(buyers()), {"modes": MODES, "k": 4})

    rows = scored(tmp_path, file_of(buyers()), out / "data.json")

    names = [*PLACES, "Bivariate Confidence", "Multivariate Confidence"]
    expected = [[row[name] for name in names] for row in rows_of(out / "Clustering_Final.csv")]
    assert [[row[name] for name in names] for row in rows] == expected


@pytest.mark.parametrize(("of_model", "of_file"), [(1, 1_000), (1_000, 1)])
def test_the_model_converts_units(of_model, of_file, tmp_path):
    out = segmented(tmp_path / "run", incomes_of(of_model), None, "--k", "3")

    rows = scored(tmp_path, incomes_of(of_file), out / "data.json")

    expected = [[row[name] for name in PLACES] for row in rows_of(out / "Clustering_Final.csv")]
    assert [[row[name] for name in PLACES] for row in rows] == expected


def test_the_model_as_the_page_reads_it(found, tmp_path):
    """log(1 + x / unit), less the mean, divided by the scale; values below 0 count as 0."""
    (tmp_path / "data.json").write_text(json.dumps(found.document | ABOUT))
    customers = [(3.0, 40.0, 9_000.0), (300.0, 1.0, -20.0), (50.0, 4.0, 0.0), (1e7, 1e5, 1e9)]

    rows = scored(tmp_path, file_of(np.array(customers)), tmp_path / "data.json")

    for row, customer in zip(rows, customers, strict=True):
        has = dict(zip(ROLES, customer, strict=True))
        for mode, content in found.document["modes"].items():
            place = [
                (math.log1p(max(has[one["feature"]], 0) / found.document["features"][one["feature"]]["log_unit"]))
                for one in content["model"]["coordinates"]
            ]
            X = [
                (value - one["mean"]) / one["scale"]
                for value, one in zip(place, content["model"]["coordinates"], strict=True)
            ]
            distances = [math.dist(X, centroid) for centroid in content["model"]["centroids"]]
            first, second = sorted(distances)[:2]
            assert row[f"{mode.capitalize()} Cluster"] == str(content["segments"][distances.index(first)]["id"])
            assert float(row[f"{mode.capitalize()} Confidence"]) == pytest.approx(1 - first / second, abs=0.0051)


def test_a_model_that_hides_single_customers_places_nearly_all_alike(tmp_path):
    out = segmented(tmp_path / "run", file_of(buyers()), {"modes": MODES, "k": 4, "min_cell_count": 5})
    exact = rows_of(out / "Clustering_Final.csv")

    rows = scored(tmp_path, file_of(buyers()), out / "data.json")

    for name in PLACES:
        same = sum(row[name] == one[name] for row, one in zip(rows, exact, strict=True))
        assert same >= 0.995 * len(rows), name


@pytest.mark.parametrize("unit", [0, -1, "x"])
def test_a_unit_that_is_none_is_no_model(unit, found, tmp_path, capsys):
    document = json.loads(json.dumps(found.document | ABOUT))
    document["features"]["monetary"]["log_unit"] = unit
    (tmp_path / "data.json").write_text(json.dumps(document))
    (tmp_path / "more.csv").write_bytes(file_of(buyers()))
    out = tmp_path / "scored.csv"

    assert main(["score", str(tmp_path / "more.csv"), "--model", str(tmp_path / "data.json"), "--out", str(out)]) == 2
    assert not out.exists()
