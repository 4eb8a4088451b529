"""The stages in a row, at sizes that a unit test can bear: whatever the chunks, the cores and the compression."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from segmentation.pipeline import segment
from tests.bench.customers import write_customers
from tests.bench.inertia import MODES, inertias
from tests.support.customers import HEADER, csv_of, finished, placed

CUSTOMERS = 40_000


@pytest.fixture(scope="module", params=[False, True], ids=["whole numbers", "continuous"])
def many(request, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("many") / "customers.csv"
    write_customers(path, CUSTOMERS, continuous=request.param)
    return path


@pytest.fixture(scope="module")
def many_result(many):
    return finished(many.read_bytes(), k=5)


def test_the_same_bytes_give_the_same_result(sample, sample_result):
    again = finished(sample.read_bytes())

    assert again.document == sample_result.document
    assert again.assigned_csv == sample_result.assigned_csv


def test_rows_are_counted(sample_result):
    counts = {"read": 300, "used": 300, "imputed": 0, "duplicated": 0, "rejected": 0}

    assert sample_result.rows == counts == sample_result.document["rows"]


def test_the_size_of_chunks_changes_nothing(many):
    """The same points, to the last bit; so they have the same segments."""
    assert placed(many.read_bytes(), block_bytes=50_000) == placed(many.read_bytes())


def test_one_core_gives_what_two_do(many, many_result, tmp_path):
    core = min(os.sched_getaffinity(0))
    script = f"import os; os.sched_setaffinity(0, [{core}]); from segmentation.cli import main; main()"
    command = [sys.executable, "-c", script, str(many), "--out", str(tmp_path), "--k", "5", "--quiet"]
    subprocess.run(command, check=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "4"})

    document = json.loads((tmp_path / "data.json").read_text(encoding="utf-8"))
    assert document | json.loads(json.dumps(many_result.document)) == document
    assert (tmp_path / "Clustering_Final.csv").read_bytes() == many_result.assigned_csv


def test_the_inertia_is_as_low_as_that_of_ten_restarts_on_all_rows(many, many_result, tmp_path):
    (tmp_path / "assigned.csv").write_bytes(many_result.assigned_csv)
    customers = pd.read_csv(many)
    customers["Gender"] = customers["Gender"] == "Male"
    for (mode, columns), counted in zip(MODES.items(), inertias(tmp_path / "assigned.csv"), strict=True):
        scaled = StandardScaler().fit_transform(customers[columns])
        reference = KMeans(5, n_init=10, random_state=1).fit(scaled).inertia_
        reported = many_result.document["modes"][mode.split()[0].lower()]

        assert counted <= 1.0005 * reference
        assert reported["sweep"][4]["inertia"] == pytest.approx(counted, rel=1e-5)
        assert reported["inertia_error"] <= 1e-4


def test_each_customer_is_in_the_segment_that_counts_him(many_result):
    rows = pd.read_csv(io.BytesIO(many_result.assigned_csv))
    for mode, content in many_result.document["modes"].items():
        sizes = rows[f"{mode.capitalize()} Cluster"].value_counts().to_dict()
        assert sizes == {part["id"]: part["size"] for part in content["segments"]}


def test_a_column_that_is_no_number_in_some_chunks_is_read_alike():
    generator = np.random.default_rng(3)
    rows = [f"{i},Male,{20 + i % 50},{x:.3f},{y:.2f}" for i, (x, y) in enumerate(generator.uniform(1, 99, (4_000, 2)))]
    dirty = [row.replace(",Male,", ",Male,unknown", 1) if i % 997 == 0 else row for i, row in enumerate(rows)]

    whole, parts = placed(csv_of(*dirty)), placed(csv_of(*dirty), block_bytes=2_000)

    assert whole == parts
    assert whole.rows == {"read": 4_000, "used": 4_000, "imputed": 5, "duplicated": 0, "rejected": 0}


def test_the_work_is_reported(sample):
    reports = []
    result = segment(
        lambda: sample.open("rb"), report=lambda stage, rows: reports.append((stage, rows)), block_bytes=2_000
    )
    assert reports[-1] == ("clustering", 300)
    list(result.assigned)

    stages = [stage for stage, _ in reports]
    assert stages == sorted(stages, key=["reading", "clustering", "writing"].index)
    assert reports[-1] == ("writing", 300)
    assert len([rows for stage, rows in reports if stage == "reading" and 0 < rows < 300]) > 1


def test_nothing_heavy_is_imported_that_is_not_used():
    """Starting is most of the time that a small file takes."""
    script = "import segmentation.cli, sys; print(*{name.split('.')[0] for name in sys.modules})"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert not {"kneed", "matplotlib", "boto3", "jsonschema", "pyarrow"} & set(found.stdout.split())


def test_the_header_may_hold_what_rows_may():
    data = csv_of(
        *(f'"a, {i}",Male,{20 + i},{i * 3},{i * 7 % 50}' for i in range(30)),
        header=HEADER.replace("CustomerID", '"Id, ""no"""'),
    )
    header = next(csv.reader(io.StringIO(finished(data, k=2).assigned_csv.decode())))

    assert header[0] == 'Id, "no"'
    assert header[-6:] == [
        "Bivariate Cluster",
        "Multivariate Cluster",
        "Bivariate Confidence",
        "Multivariate Confidence",
        "Outlier",
        "Reason",
    ]
