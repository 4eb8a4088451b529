"""Small CSVs and points that the unit tests are made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segmentation.cluster import KS, Clustering, Fit, Scaling
from segmentation.compress import Grid, WeightedPoints, _packed
from segmentation.ingest import CustomerFile, Feature
from segmentation.intake import Intake, take_in
from segmentation.rows import BLOCK_BYTES
from segmentation.run import segment
from segmentation.settings import Settings

MODES = {"bivariate": ("income", "spending"), "multivariate": ("age", "gender", "income", "spending")}
HEADER = "CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)"
FEATURES = (
    Feature("age", "Age"),
    Feature("gender", "Gender", ("Female", "Male")),
    Feature("income", "Annual Income (k$)"),
    Feature("spending", "Spending Score (1-100)"),
)
# Cells so fine that the points of a test are the numbers that it names.
_FINE = -10


@dataclass(frozen=True)
class Customers:
    """All that is read of a small file."""

    cells: pd.DataFrame
    features: tuple[Feature, ...]
    values: np.ndarray
    usable: np.ndarray


@dataclass(frozen=True)
class Finished:
    """A result with all of its assigned rows."""

    document: dict[str, Any]
    rows: dict[str, int]
    intake: dict[str, Any]
    assigned_csv: bytes
    rejected_csv: bytes

    @property
    def assigned(self) -> list[dict[str, str]]:
        """The rows of `Clustering_Final.csv`."""
        text = self.assigned_csv.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=self.intake["separator"]))

    @property
    def rejected(self) -> list[dict[str, str]]:
        """The rows of `rejected.csv`."""
        return list(csv.DictReader(io.StringIO(self.rejected_csv.decode(), newline="")))

    @property
    def notes(self) -> str:
        """All notes, a line each."""
        return "\n".join(note["text"] for note in self.intake["notes"])


def csv_of(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def opened(data: bytes, block_bytes: int = BLOCK_BYTES) -> CustomerFile:
    return CustomerFile(lambda: io.BytesIO(data), block_bytes=block_bytes)


def taken_in(data: bytes, settings: Settings | None = None, block_bytes: int = BLOCK_BYTES) -> Intake:
    return take_in(lambda: io.BytesIO(data), settings or Settings(), lambda *_: None, block_bytes)


def read_customers(data: bytes, settings: Settings | None = None, block_bytes: int = BLOCK_BYTES) -> Customers:
    """Read a file that need not hold enough for K-Means."""
    intake = taken_in(data, settings, block_bytes)
    chunks = list(intake.chunks())
    cells = [chunk.rows.cells(row) for chunk in chunks for row in range(len(chunk.rows))]
    values = np.concatenate([np.column_stack(chunk.columns) for chunk in chunks])
    usable = np.concatenate([chunk.usable for chunk in chunks])
    return Customers(pd.DataFrame(cells, columns=intake.file.header, dtype=str), chunks[0].features, values, usable)


def finished(
    data: bytes, k: int | None = None, block_bytes: int = BLOCK_BYTES, settings: Settings | None = None
) -> Finished:
    result = segment(lambda: io.BytesIO(data), settings=settings, k=k, block_bytes=block_bytes)
    assigned, rejected = b"".join(result.assigned), b"".join(result.rejected)
    # Last, as who moved is known only then.
    return Finished(result.document(), result.rows, result.intake, assigned, rejected)


def points_of(
    rows: Iterable[Sequence[float]], counts: Sequence[int] | None = None, features: tuple[Feature, ...] = FEATURES
) -> WeightedPoints:
    """Make points of rows of age, gender (0 or 1), income and spending score, in this order."""
    values = np.array(list(rows), dtype=float)
    finest = tuple(0 if feature.categories else _FINE for feature in features)
    scaled = values * 2.0 ** -np.array(finest)
    cells = np.floor(scaled).astype(np.int64)
    low, high = tuple(map(int, cells.min(axis=0))), tuple(map(int, cells.max(axis=0)))
    counted = np.array(counts or [1] * len(values), dtype=np.int64)
    # What lies between two borders is kept to a quantum, as `compress` does.
    places = np.rint((scaled - cells) * 2.0**18).astype(np.int64) * counted[:, None]
    offsets = {i: places[:, i] for i in range(len(features)) if places[:, i].any()}
    grid = Grid(finest, (0.0,) * len(features))
    least, most = tuple(map(float, values.min(axis=0))), tuple(map(float, values.max(axis=0)))
    codes = _packed(list(cells.T), low, high)
    return WeightedPoints(features, grid, finest, low, high, least, most, codes, counted, offsets)


def clustering_around(points: WeightedPoints, centres: Sequence[int], elbow: int | None = None) -> Clustering:
    """Make a clustering without K-Means: the first K of the points at `centres` are the centroids for each K."""
    scaling = Scaling.of(points)
    coordinates = scaling.coordinates(points)[:, list(centres)].T
    fits = tuple(Fit(coordinates[:k], 1000.0 / k, None if k == 1 else 0.5 - abs(k - 3) / 100) for k in KS)
    return Clustering(scaling, fits, elbow)


def clusterings_around(points: WeightedPoints, centres: Sequence[int], elbow: int | None = None) -> dict:
    made = {}
    for mode, roles in MODES.items():
        index = [next(i for i, feature in enumerate(points.features) if feature.role == role) for role in roles]
        rows = np.column_stack([points.column(role) for role in roles])
        part = points_of(rows, points.counts.tolist(), tuple(points.features[i] for i in index))
        made[mode] = clustering_around(part, centres, elbow)
    return made
