"""Results of earlier runs, and what only looks like one: `--previous`, `--model`."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path

import numpy as np
import pytest

from infra.layer import ROOT
from segmentation.cli import main
from tests.support.customers import csv_of

pytestmark = pytest.mark.usefixtures("segments_sought_once")
ROWS = [f"{i},{20 + i % 40},{i * 37 % 90},{i * 11 % 97}" for i in range(40)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("earlier")
    source = folder / "customers.csv"
    source.write_bytes(csv_of(*ROWS, header="id,age,income,spending score"))
    assert main([str(source), "--out", str(folder / "out"), "--quiet", "--k", "3"]) == 0
    return folder


def changed(document: dict, path: str, value: object) -> bytes:
    document = copy.deepcopy(document)
    *way, last = [int(name) if name.isdigit() else name for name in path.split("/")]
    place = document
    for name in way:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(document).encode()


FOREIGN = [
    b"",
    b"\xff\xfe",
    b"[" * 100_000,
    b"[]",
    b'{"modes": []}',
    b'{"modes": {}}',
    b'{"modes": {"bivariate": {}, "multivariate": {}}}',
    b'{"type": "FeatureCollection", "features": []}',
    b'{"schema_version": 3, "modes": null, "features": {}}',
]
CHANGES = [
    ("features/income/log_unit", 0),
    ("features/income/log_unit", "10"),
    ("outliers/rule", "drop"),
    ("outliers/count", None),
    ("outliers", []),
    ("modes/bivariate", None),
    ("modes/bivariate/segments", []),
    ("modes/bivariate/segments/0/means", None),
    ("modes/bivariate/segments/0/means/income", "12"),
    ("modes/bivariate/segments/0/means/income", float("nan")),
    ("modes/bivariate/segments/0/means/income", 10**400),
    ("modes/bivariate/segments/0/medians", "12"),
    ("modes/bivariate/segments/0/medians/income", "12"),
    ("modes/bivariate/segments/0/size", None),
    ("modes/bivariate/segments/0/id", "one"),
    ("modes/bivariate/segments/0/id", 2),
    ("modes/bivariate/features", "income"),
    ("features/income", None),
    ("features/income/label", 5),
    ("run_id", None),
    ("source", "customers.csv"),
    ("k", 3),
    ("min_cell_count", "5"),
    ("min_cell_count", 10**400),
    ("features/income/median", "12"),
    *(("features/income/log_unit", unit) for unit in (0, -1, "1", [1], False, 1e-300, 1e300, 10**400)),
    *(("outliers", value) for value in ("auto", 5, True, [], {"rule": "auto"}, {"count": 1})),
    ("outliers/rule", "nonsense"),
    ("outliers/rule", ["auto"]),
    ("outliers/count", "1"),
]
OF_MODELS = [
    ("modes/bivariate/model", None),
    ("modes/bivariate/model/centroids", [[1.0, 2.0]]),
    ("modes/bivariate/model/centroids", [["a", "b"], ["c", "d"], ["e", "f"]]),
    ("modes/bivariate/model/coordinates", []),
    ("modes/bivariate/model/coordinates/0/feature", "savings"),
    ("modes/bivariate/model/coordinates/0/scale", 0),
    ("modes/bivariate/model/coordinates/0/mean", []),
    ("modes/bivariate/model/coordinates/0/mean", 1e308),
    ("modes/bivariate/model/coordinates/0/scale", 1e-320),
    ("modes/bivariate/model/coordinates/0/scale", -1),
    ("modes/bivariate/model/centroids/0/0", 1e308),
    ("modes/bivariate/model/centroids", [[None, 0.5], [0.5, 0.5], [1.0, 1.0]]),
]


def refused(capsys, *arguments: object) -> str:
    assert main([*map(str, arguments), "--quiet"]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "Traceback" not in message
    return message


@pytest.mark.parametrize("which", range(len(FOREIGN) + len(CHANGES)))
def test_a_foreign_file_is_no_result(which, folder, tmp_path, capsys):
    document = json.loads((folder / "out" / "data.json").read_text())
    data = FOREIGN[which] if which < len(FOREIGN) else changed(document, *CHANGES[which - len(FOREIGN)])
    (tmp_path / "data.json").write_bytes(data)
    source = folder / "customers.csv"

    assert "is not the result of an earlier run" in refused(
        capsys, source, "--out", tmp_path / "new", "--previous", tmp_path
    )
    assert not (tmp_path / "new").exists()
    assert "is not the result of an earlier run" in refused(
        capsys, "score", source, "--model", tmp_path / "data.json", "--out", tmp_path / "s.csv"
    )


@pytest.mark.parametrize(("path", "value"), OF_MODELS)
def test_a_model_whose_parts_do_not_fit_is_refused(path, value, folder, tmp_path, capsys):
    document = json.loads((folder / "out" / "data.json").read_text())
    (tmp_path / "data.json").write_bytes(changed(document, path, value))

    assert "The model places nobody." in refused(
        capsys, "score", folder / "customers.csv", "--model", tmp_path / "data.json", "--out", tmp_path / "s.csv"
    )


def npz(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


HASHES, PLACES, BELOW = np.arange(3, dtype=np.uint64), np.ones(3, np.uint16), np.array([2**64 - 1], np.uint64)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"customers",
        npz(a=HASHES),
        npz(hashes=HASHES, below=BELOW, bivariate=PLACES[:2], multivariate=PLACES),
        npz(hashes=HASHES.astype(float), below=BELOW, bivariate=PLACES, multivariate=PLACES),
        npz(hashes=HASHES, below=BELOW, bivariate=PLACES * 99, multivariate=PLACES),
        npz(hashes=HASHES, below=BELOW[:0], bivariate=PLACES, multivariate=PLACES),
        npz(hashes=np.array([{}]), below=BELOW, bivariate=PLACES, multivariate=PLACES),
    ],
)
def test_members_of_another_run_are_refused(data, folder, tmp_path, capsys):
    (tmp_path / "data.json").write_bytes((folder / "out" / "data.json").read_bytes())
    (tmp_path / "members.npz").write_bytes(data)

    assert "members.npz does not belong to the data.json beside it" in refused(
        capsys, folder / "customers.csv", "--out", tmp_path / "new", "--previous", tmp_path
    )


@pytest.mark.parametrize("name", ["first", "old", "data"])
def test_what_earlier_releases_wrote_is_a_run_before(name, folder, tmp_path, sample):
    (tmp_path / "data.json").write_bytes((ROOT / "tests" / "golden" / f"{name}.json").read_bytes())

    assert main([str(sample), "--out", str(tmp_path / "new"), "--previous", str(tmp_path), "--quiet"]) == 0

    document = json.loads((tmp_path / "new" / "data.json").read_text())
    assert document["changes"]["modes"]["bivariate"]["text"].startswith("All 5 segments of the run before")


def test_what_is_no_number_is_not_written():
    """`data.json` is read by browsers, to which NaN is no JSON."""
    for path in sorted((ROOT / "lambda").rglob("*.py")):
        for call in path.read_text().split("json.dumps(")[1:]:
            assert "allow_nan=False" in call.split("\n")[0], path


def test_a_result_with_a_segment_of_too_few_customers_is_a_run_before_and_a_model(tmp_path):
    source, settings = tmp_path / "customers.csv", tmp_path / "settings.json"
    source.write_bytes(csv_of(*ROWS, "40,100,4000,50", header="id,age,income,spending score"))
    settings.write_text('{"min_cell_count": 5, "k": 2, "outliers": "keep"}')
    options = [str(source), "--settings", str(settings), "--quiet", "--out"]
    assert main([*options, str(tmp_path / "first")]) == 0
    document = json.loads((tmp_path / "first" / "data.json").read_text())
    assert None in [part["size"] for part in document["modes"]["bivariate"]["segments"]]

    assert main([*options, str(tmp_path / "second"), "--previous", str(tmp_path / "first")]) == 0
    scored = ["score", str(source), "--model", str(tmp_path / "first" / "data.json"), "--out", str(tmp_path / "s.csv")]
    assert main([*scored, "--quiet"]) == 0

    changes = json.loads((tmp_path / "second" / "data.json").read_text())["changes"]["modes"]["bivariate"]
    assert changes["compared"]
