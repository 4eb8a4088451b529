"""The golden examples of the public documents, which the site's tests read too. ``make golden`` writes them anew.

`old.json` is a `data.json` of version 2, as earlier releases wrote it; it stays as it is. `log.json` is `data.json`
with other incomes, on a log scale, and an outlier.
"""

import copy
import csv
import io
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from infra.layer import ROOT
from segmentation.errors import UnusableFileError
from segmentation.pipeline import Previous, Result, segment
from segmentation.results.receipt import Upload, accepted_receipt, history_entry, published_document, refused_receipt
from segmentation.schema.settings import Settings

FOLDER = ROOT / "tests" / "golden"
SAMPLE = ROOT / "data" / "sample_customers.csv"

FIRST = Upload(
    "0011223344556677", "customers_december.csv", "2025-12-15T09:12:00.000Z", began_at="2025-12-15T09:12:03.000Z"
)
SECOND = Upload("0123456789abcdef", SAMPLE.name, "2026-01-15T09:30:00.000Z", began_at="2026-01-15T09:30:04.000Z")
REFUSED = Upload(
    "fedcba9876543210", "holiday photo.csv", "2026-01-15T10:02:00.000Z", began_at="2026-01-15T10:02:01.000Z"
)


def earlier_sample() -> bytes:
    """Return the sample as of a month before: the last customers are not there yet, some others are thriftier."""
    header, *rows = csv.reader(io.StringIO(SAMPLE.read_text()))
    spending = header.index("Spending Score (1-100)")
    for row in rows[:60:5]:
        row[spending] = str(101 - int(row[spending]))
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([header, *rows[:-25]])
    return file.getvalue().encode()


def golden_documents() -> dict[str, dict[str, Any]]:
    """Return every example by its name."""
    data = (earlier_sample(), SAMPLE.read_bytes())
    first = segment(lambda: io.BytesIO(data[0]))
    before = published_document(taken(first), FIRST)
    second = segment(lambda: io.BytesIO(data[1]), previous=Previous(before, first.members))
    now = published_document(taken(second), SECOND)
    error = UnusableFileError("The file is a PNG picture, not a CSV.", "Export your customers as CSV, and upload that.")
    runs = [history_entry(document) for document in (before, now)]
    return {
        "first": before,
        "data": now,
        "log": on_log_scale(now),
        "runs": {"schema_version": 1, "runs": runs},
        "receipt": refused_receipt(error, REFUSED),
        "accepted": accepted_receipt(second, SECOND),
    }


LOG_UNIT = 1_000


def on_log_scale(document: dict[str, Any]) -> dict[str, Any]:
    """Return a result with incomes such that, on a log scale, K-Means sees what it sees in it, and one outlier."""
    log = copy.deepcopy(document)

    def stretched(income: float) -> float:
        return round(LOG_UNIT * math.expm1(income / 20), 2)

    for mode in log["modes"].values():
        for coordinate in mode["model"]["coordinates"]:
            if coordinate["feature"] == "income":
                coordinate.update(mean=coordinate["mean"] / 20, scale=coordinate["scale"] / 20)
        for scatter in (mode["scatter"], *mode["other_scatters"]):
            _stretch(scatter, stretched)
        for segment_ in mode["segments"]:
            own = [(x, n) for x, _, number, n in mode["scatter"]["points"] if number == segment_["id"]]
            mean, median, sd = _moments(own)
            segment_["means"]["income"], segment_["medians"]["income"], segment_["spreads"]["income"] = mean, median, sd
    for landscape in log["landscapes"]:
        _stretch(landscape, stretched)
    points = [(x, n) for x, _, _, n in log["modes"]["bivariate"]["scatter"]["points"]]
    mean, median, sd = _moments(points)
    log["features"]["income"] |= {
        "label": "Annual Income ($)", "unit": "$", "scale": "log", "log_unit": LOG_UNIT,
        "mean": mean, "median": median, "sd": sd, "min": min(points)[0], "max": max(points)[0],
    }  # fmt: skip
    for distribution in log["distributions"]:
        if distribution["feature"] == "income":
            distribution["edges"] = [stretched(edge) for edge in distribution["edges"]]
    text = (
        "1 customer far from all others in Annual Income was left out of the search for segments, and of all numbers "
        "here. In Clustering_Final.csv it has the nearest segment, and a yes in the column Outlier."
    )
    log["rows"] |= {"read": log["rows"]["read"] + 1, "used": log["rows"]["used"] + 1}
    return log | {"outliers": {"rule": "auto", "count": 1, "text": text}}


def _stretch(chart: dict[str, Any], stretched: Callable[[float], float]) -> None:
    for axis, at in (("x", 0), ("y", 1)):
        if chart[axis] == "income":
            for point in chart["points"]:
                point[at] = stretched(point[at])


def _moments(values: list[tuple[float, int]]) -> tuple[float, float, float]:
    """Return mean, median and standard deviation of values, each with how often it is there."""
    all_ = np.repeat(*zip(*values, strict=True))
    return float(all_.mean()), float(np.median(all_)), float(all_.std())


def largest_result() -> dict[str, Any]:
    """Return a result with as many dots, segments and digits as there can be."""
    generator = np.random.default_rng(7)
    n = 20_000
    columns = [
        generator.choice(["Female", "Male"], n),
        generator.uniform(18, 75, n).round(2),
        generator.uniform(12_000, 140_000, n).round(2),
        generator.uniform(0, 100, n).round(2),
    ]
    rows = [
        "Gender,Age,Annual Income (k$),Spending Score",
        *(",".join(map(str, row)) for row in zip(*columns, strict=True)),
    ]
    result = segment(lambda: io.BytesIO("\n".join(rows).encode()), settings=Settings.parse(b'{"k": 10}'))
    return published_document(taken(result), SECOND)


def taken(result: Result) -> Result:
    """Take all rows of a result, after which its document is complete."""
    for _ in result.assigned:
        pass
    return result


def write_golden() -> None:
    for name, document in golden_documents().items():
        (FOLDER / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    write_golden()
