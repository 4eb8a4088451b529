"""`segment score`: customers placed by an earlier result, as that result placed its own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from infra.layer import ROOT
from segmentation.cli import main
from tests.support.customers import HEADER, cells_of, csv_of

pytestmark = pytest.mark.usefixtures("segments_sought_once")
PLACES = ["Bivariate Cluster", "Multivariate Cluster", "Bivariate Confidence", "Multivariate Confidence"]


def segmented(folder: Path, csv_file: Path, *options: str) -> Path:
    assert main([str(csv_file), "--out", str(folder), "--quiet", *options]) == 0
    return folder


@pytest.fixture(scope="module")
def model(sample, tmp_path_factory) -> Path:
    return segmented(tmp_path_factory.mktemp("model"), sample) / "data.json"


def scored(tmp_path: Path, model: Path, data: bytes | Path, *options: str) -> list[dict[str, str]]:
    source = data if isinstance(data, Path) else tmp_path / "more.csv"
    if isinstance(data, bytes):
        source.write_bytes(data)
    out = tmp_path / "new" / "scored.csv"
    assert main(["score", str(source), "--model", str(model), "--out", str(out), "--quiet", *options]) == 0
    return list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))


def refused(tmp_path: Path, model: Path, data: bytes, capsys: Any) -> str:
    (tmp_path / "more.csv").write_bytes(data)
    out = tmp_path / "scored.csv"
    assert main(["score", str(tmp_path / "more.csv"), "--model", str(model), "--out", str(out), "--quiet"]) == 2
    assert not out.exists()
    return capsys.readouterr().err


@pytest.mark.parametrize("upload", ["sample", "mall"])
def test_the_customers_of_a_result_are_where_it_put_them(upload, request, tmp_path):
    """Byte by byte: segments, confidences and all other cells."""
    source = request.getfixturevalue(upload)
    folder = segmented(tmp_path / "first", source)

    scored(tmp_path, folder / "data.json", source)

    assigned = (folder / "Clustering_Final.csv").read_bytes()
    assert cells_of((tmp_path / "new" / "scored.csv").read_bytes()) == cells_of(assigned, without="Outlier")


def test_a_customer_is_in_the_segment_of_the_nearest_centroid_of_the_document(model, tmp_path):
    """By the model as the page reads it: less the mean, divided by the scale."""
    document = json.loads(model.read_text())
    customers = [(31, "Female", 44.5, 71), (67, "Male", 120, 3), (18, "Male", 15, 99)]
    rows = scored(tmp_path, model, csv_of(*(f"{i},{g},{a},{x},{y}" for i, (a, g, x, y) in enumerate(customers))))

    for row, (age, gender, income, spending) in zip(rows, customers, strict=True):
        has = {"age": age, "income": income, "spending": spending, "gender": gender}
        for mode, content in document["modes"].items():
            place = [
                (
                    (has[one["feature"]] if one["category"] is None else has[one["feature"]] == one["category"])
                    - one["mean"]
                )
                / one["scale"]
                for one in content["model"]["coordinates"]
            ]
            distances = [
                sum((a - b) ** 2 for a, b in zip(place, centroid, strict=True)) ** 0.5
                for centroid in content["model"]["centroids"]
            ]
            first, second = sorted(distances)[:2]
            assert row[f"{mode.capitalize()} Cluster"] == str(content["segments"][distances.index(first)]["id"])
            assert float(row[f"{mode.capitalize()} Confidence"]) == pytest.approx(1 - first / second, abs=0.0051)


@pytest.mark.parametrize("spelling", ["F", "f", "female", "Female", " FEMALE "])
def test_genders_are_known_however_they_are_spelled(spelling, model, tmp_path):
    expected, *_ = scored(tmp_path, model, csv_of("1,Female,30,40,50", "2,Male,31,41,51"))

    found, other = scored(tmp_path, model, csv_of(f"1,{spelling},30,40,50", "2,Male,31,41,51"))

    assert [found[name] for name in PLACES] == [expected[name] for name in PLACES]
    assert found["Reason"] == other["Reason"] == ""


def test_a_single_customer_can_be_placed(model, tmp_path):
    (row,) = scored(tmp_path, model, csv_of("1,Male,30,40,50"))

    assert all(row[name] for name in PLACES)


def test_what_the_model_does_not_know_has_no_segment_where_it_counts(model, tmp_path):
    rows = [f"{i},{'Male' if i % 2 else 'Female'},30,40,50" for i in range(8)]
    *_, unknown, ageless, scoreless = scored(
        tmp_path, model, csv_of(*rows, "97,Robot,30,40,50", "98,Male,,40,50", "99,Male,30,40,")
    )

    assert [bool(unknown[name]) for name in PLACES] == [True, False, True, False]
    assert unknown["Reason"] == "a Gender that the model does not know"
    assert [bool(ageless[name]) for name in PLACES] == [True, False, True, False]
    assert ageless["Reason"] == "no value for Age"
    assert not any(scoreless[name] for name in PLACES)
    assert scoreless["Reason"] == "no value for Spending Score"


def test_a_file_without_a_feature_is_placed_in_the_mode_that_needs_none(model, tmp_path):
    header = "CustomerID,Annual Income (k$),Spending Score (1-100)"
    rows = scored(tmp_path, model, csv_of(*(f"{i},{20 + i},{90 - i}" for i in range(12)), header=header))

    assert all(row["Bivariate Cluster"] and not row["Multivariate Cluster"] for row in rows)


def test_a_file_without_what_every_mode_needs_is_refused(model, tmp_path, capsys):
    message = refused(tmp_path, model, csv_of("1,Male,30,40", header="CustomerID,Gender,Age,Annual Income"), capsys)

    assert "spending" in message.lower()


@pytest.mark.parametrize("content", ["golden", "[]", "{}", "no json"])
def test_a_model_of_an_earlier_version_or_none_is_refused_clearly(content, tmp_path, capsys):
    model = tmp_path / "data.json"
    model.write_text((ROOT / "tests" / "golden" / "old.json").read_text() if content == "golden" else content)

    message = refused(tmp_path, model, csv_of("1,Male,30,40,50"), capsys)

    expected = (
        "The model is no data.json of this version." if content == "golden" else "not the result of an earlier run"
    )
    assert expected in message


def test_features_that_settings_named_are_found_again(tmp_path):
    settings = tmp_path / "settings.json"
    modes = {
        "bivariate": ["Fresh", {"column": "Milk", "label": "Milk (m.u.)"}],
        "multivariate": ["Fresh", "Milk", "Kind"],
    }
    settings.write_text(json.dumps({"modes": modes, "k": 3}))
    source = tmp_path / "shops.csv"
    source.write_bytes(
        csv_of(
            *(f"{i % 3 * 50 + i % 7},{i % 2 * 40 + i % 5},{'abc'[i % 3]}" for i in range(60)), header="Fresh,Milk,Kind"
        )
    )
    folder = segmented(tmp_path / "first", source, "--settings", str(settings))

    scored(tmp_path, folder / "data.json", source)

    assigned = (folder / "Clustering_Final.csv").read_bytes()
    assert cells_of((tmp_path / "new" / "scored.csv").read_bytes()) == cells_of(assigned, without="Outlier")


def test_a_model_that_hides_single_customers_places_nearly_all_alike(sample, tmp_path):
    """Its centroids are rounded; customers between two segments may be on the other side."""
    settings = tmp_path / "settings.json"
    settings.write_text('{"min_cell_count": 5}')
    folder = segmented(tmp_path / "first", sample, "--settings", str(settings))
    with (folder / "Clustering_Final.csv").open(newline="") as file:
        exact = list(csv.DictReader(file))

    rows = scored(tmp_path, folder / "data.json", sample)

    for mode, least in (("Bivariate", 0.97), ("Multivariate", 0.85)):
        same = [row[f"{mode} Cluster"] == one[f"{mode} Cluster"] for row, one in zip(rows, exact, strict=True)]
        assert sum(same) >= least * len(rows)


def test_a_customer_of_whom_nothing_is_known_is_nowhere(model, tmp_path):
    (row,) = scored(tmp_path, model, csv_of("1,,,,"))

    assert not any(row[name] for name in PLACES)


def test_a_letter_far_down_may_not_be_utf_8(model, tmp_path):
    rows = [f"{i},Male,30,40,50" for i in range(16_000)]
    data = csv_of(*rows) + "Zoë,Female,30,40,50\n".encode("cp1252")

    assert scored(tmp_path, model, data)[-1]["CustomerID"] == "Zoë"


def test_the_number_of_scored_customers_is_printed(model, tmp_path, capsys):
    (tmp_path / "more.csv").write_bytes(csv_of("1,Male,30,40,50", "2,Male,,40,50", header=HEADER))
    assert main(["score", str(tmp_path / "more.csv"), "--model", str(model), "--out", str(tmp_path / "s.csv")]) == 0

    said = capsys.readouterr().out
    assert "Bivariate: 2 customers placed, 0 not." in said
    assert "Multivariate: 1 customer placed, 1 not." in said


ORDERED = ["Low", "Average", "High"]


@pytest.fixture(scope="module")
def dated(tmp_path_factory) -> Path:
    """A result of words in order and of dates, with its file."""
    folder = tmp_path_factory.mktemp("dated")
    rows = [f"{i},{i % 3 * 40 + i % 7},{ORDERED[i // 3 % 3]},{i % 28 + 1:02}/{i % 12 + 1:02}/2024" for i in range(90)]
    (folder / "first.csv").write_bytes(csv_of(*rows, header="Id,Spend,Loyalty level,Last order"))
    modes = {"bivariate": ["Spend", "Loyalty level"], "multivariate": ["Spend", "Loyalty level", "Last order"]}
    (folder / "settings.json").write_text(json.dumps({"modes": modes}))
    return segmented(folder, folder / "first.csv", "--settings", str(folder / "settings.json"))


def test_words_and_dates_are_scored_as_the_model_read_them(dated, tmp_path):
    """Of a few customers neither the order of the words nor that of day and month would be known."""
    with (dated / "Clustering_Final.csv").open(newline="", encoding="utf-8-sig") as file:
        first = list(csv.DictReader(file))
    few = [one for one in first if one["Loyalty level"] != "Low" and int(one["Last order"][:2]) < 12][:8]
    rows = [",".join(one[name] for name in ("Id", "Spend", "Loyalty level", "Last order")) for one in few]

    found = scored(tmp_path, dated / "data.json", csv_of(*rows, header="Id,Spend,Loyalty level,Last order"))

    assert [[one[name] for name in PLACES] for one in found] == [[one[name] for name in PLACES] for one in few]


def test_a_newer_date_moves_what_customers_are_counted_from(dated, tmp_path):
    model = json.loads((dated / "data.json").read_text())
    newest = model["features"]["Last order"]["reading"]["newest"]
    header = "Id,Spend,Loyalty level,Last order"

    old, new = (
        scored(tmp_path, dated / "data.json", csv_of("1,45,High,28/11/2024", *more, header=header))[0]
        for more in ([], ["2,45,High,28/11/2025"])
    )
    assert newest < "2025"
    assert old["Bivariate Cluster"] == new["Bivariate Cluster"]
    assert old["Multivariate Confidence"] != new["Multivariate Confidence"]


def test_where_the_newest_date_stands_does_not_matter(dated, tmp_path):
    """It is beyond what is read first of a file, and newer than that of the model."""
    rows = [f"{i},45,High,{i % 28 + 1:02}/11/2024,{'x' * 1_000}" for i in range(300)]
    newest = "999,45,High,28/02/2025,x"
    first, last = (
        scored(tmp_path, dated / "data.json", csv_of(*lines, header="Id,Spend,Loyalty level,Last order,Comment"))
        for lines in ([newest, *rows], [*rows, newest])
    )

    assert [*last[-1:], *last[:-1]] == first
    assert all(one["Multivariate Cluster"] for one in first)


def test_the_same_words_and_dates_are_the_same_segments(dated, tmp_path):
    again = segmented(
        tmp_path, dated / "first.csv", "--settings", str(dated / "settings.json"), "--previous", str(dated)
    )
    before, now = (json.loads((folder / "data.json").read_text()) for folder in (dated, again))

    for mode in before["modes"]:
        ids = [[part["id"] for part in one["modes"][mode]["segments"]] for one in (before, now)]
        assert ids[0] == ids[1]


def test_a_model_with_a_strange_reading_places_nobody(dated, tmp_path, capsys):
    document = json.loads((dated / "data.json").read_text())
    document["features"]["Last order"]["reading"]["newest"] = "soon"
    (tmp_path / "data.json").write_text(json.dumps(document))

    assert refused(
        tmp_path,
        tmp_path / "data.json",
        csv_of("1,45,High,28/11/2024", header="Id,Spend,Loyalty level,Last order"),
        capsys,
    )


@pytest.mark.parametrize("births", ["Birth year", "DOB", "Born"])
@pytest.mark.parametrize("other", ["", "2024-05-16"])
def test_an_age_from_a_birth_is_scored_as_the_model_has_it(births, other, tmp_path):
    source, settings = tmp_path / "first.csv", tmp_path / "settings.json"
    settings.write_text(json.dumps({"columns": {"age": births}}))
    rows = [f"{i},{i % 60 + 20},{i * 7 % 100},{1999 - i % 40}-05-17,{other}" for i in range(90)]
    source.write_bytes(csv_of(*rows, header=f"Id,Income,Spending Score,{births},Last order"))
    folder = segmented(tmp_path / "out", source, "--settings", str(settings))

    found = scored(tmp_path, folder / "data.json", source)

    assert cells_of((tmp_path / "new" / "scored.csv").read_bytes()) == cells_of(
        (folder / "Clustering_Final.csv").read_bytes(), without="Outlier"
    )
    assert len({one["Multivariate Cluster"] for one in found}) > 1
