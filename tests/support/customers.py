"""Small CSVs and points that the unit tests are made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.kmeans import assign
from segmentation.clustering.result import Assignment, Clustering, KMeansFit
from segmentation.clustering.scaling import Scaling
from segmentation.clustering.second_opinion import SecondOpinion
from segmentation.clustering.selection import KS, ChosenK, Evidence
from segmentation.clustering.stability import NullReference, Stability
from segmentation.customers.load import LoadedCustomers, load_customers
from segmentation.customers.reader import CustomerFile
from segmentation.describing.describe import describe_mode
from segmentation.describing.segments import Segment
from segmentation.files.blocks import BLOCK_BYTES
from segmentation.pipeline import Previous, Result, Segmentation, segment
from segmentation.points.cell_codes import fits_in_codes, packed
from segmentation.points.disclosure import Disclosure
from segmentation.points.grid import Grid
from segmentation.points.weighted import WeightedPoints
from segmentation.results.findings import Findings
from segmentation.schema.features import Feature
from segmentation.schema.settings import Settings

MODES = {"bivariate": ("income", "spending"), "multivariate": ("age", "gender", "income", "spending")}
HEADER = "CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)"
FEATURES = (
    Feature("age", "Age", meaning="age"),
    Feature("gender", "Gender", ("Female", "Male"), meaning="gender"),
    Feature("income", "Annual Income (k$)", meaning="income"),
    Feature("spending", "Spending Score (1-100)", meaning="spending"),
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
    detail: str = ""

    @property
    def assigned(self) -> list[dict[str, str]]:
        """The rows of `Clustering_Final.csv`."""
        text = self.assigned_csv.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=self.intake["separator"]))

    @property
    def rejected(self) -> list[dict[str, str]]:
        """The rows of `rejected.csv`."""
        return list(csv.DictReader(io.StringIO(self.rejected_csv.decode("utf-8-sig"), newline="")))

    @property
    def notes(self) -> str:
        """All notes, a line each."""
        return "\n".join(note["text"] for note in self.intake["notes"])


def csv_of(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def random_lines(n: int, decimals: int, seed: int = 1) -> list[str]:
    """Lines of random customers, with so many decimals."""
    generator = np.random.default_rng(seed)
    ages, genders = generator.integers(18, 70, n), generator.choice(["Male", "Female", "Other"], n, p=[0.5, 0.49, 0.01])
    incomes, scores = np.abs(generator.normal(60, 25, n)), generator.uniform(1, 100, n)
    return [
        f"{i},{g},{a},{x:.{decimals}f},{y:.{decimals}f}"
        for i, (g, a, x, y) in enumerate(zip(genders, ages, incomes, scores, strict=True))
    ]


def opened(data: bytes, block_bytes: int = BLOCK_BYTES, settings: Settings | None = None) -> CustomerFile:
    return CustomerFile(lambda: io.BytesIO(data), settings, block_bytes)


def loaded(data: bytes, settings: Settings | None = None, block_bytes: int = BLOCK_BYTES) -> LoadedCustomers:
    return load_customers(lambda: io.BytesIO(data), settings or Settings(), lambda *_: None, block_bytes)


def read_customers(data: bytes, settings: Settings | None = None, block_bytes: int = BLOCK_BYTES) -> Customers:
    """Read a file that need not hold enough for K-Means."""
    customers = loaded(data, settings, block_bytes)
    chunks = list(customers.chunks())
    cells = [chunk.rows.cells(row) for chunk in chunks for row in range(len(chunk.rows))]
    values = np.concatenate([np.column_stack(chunk.columns) for chunk in chunks])
    usable = np.concatenate([chunk.usable for chunk in chunks])
    return Customers(pd.DataFrame(cells, columns=customers.file.header, dtype=str), chunks[0].features, values, usable)


def finished(
    data: bytes,
    k: int | None = None,
    block_bytes: int = BLOCK_BYTES,
    settings: Settings | None = None,
    previous: Previous | None = None,
) -> Finished:
    return taken(segment(lambda: io.BytesIO(data), settings=settings, k=k, previous=previous, block_bytes=block_bytes))


def placed(data: bytes, k: int = 3, block_bytes: int = BLOCK_BYTES, settings: Settings | None = None) -> Finished:
    """Return what `finished` does, but without K-Means, which takes longest: some customers are the centroids."""
    customers = loaded(data, settings, block_bytes)
    centres = np.linspace(0, len(customers.points) - 1, KS[-1]).astype(int)
    findings = findings_around(customers.points, centres.tolist(), k, settings, customers.modes)
    found = findings.clusterings, findings.assignments, findings.chosen
    segmentation = Segmentation(
        customers, customers.points, findings.outliers, *found, (), settings or Settings(), b"", lambda *_: None
    )
    return taken(Result(segmentation, findings, None))


def taken(result: Result) -> Finished:
    """Take all rows of a result."""
    assigned, rejected = b"".join(result.assigned), b"".join(result.rejected)
    # Last, as who moved is known only then.
    return Finished(result.document(), result.rows, result.intake, assigned, rejected, result.detail)


def cells_of(data: bytes, without: str | None = None) -> list[list[str]]:
    """Return the cells of a CSV, header included, without one of its columns."""
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    kept = [i for i, name in enumerate(header) if name != without]
    return [[row[i] for i in kept] for row in (header, *rows)]


def points_of(
    rows: Iterable[Sequence[float]],
    counts: Sequence[int] | None = None,
    features: tuple[Feature, ...] = FEATURES,
    fine: int = _FINE,
) -> WeightedPoints:
    """Make points of rows of age, gender (0 or 1), income and spending score, in this order."""
    values = np.array(list(rows), dtype=float)
    finest = tuple(0 if feature.categories else fine for feature in features)
    scaled = values * 2.0 ** -np.array(finest)
    cells = np.floor(scaled).astype(np.int64)
    cell_min, cell_max = tuple(map(int, cells.min(axis=0))), tuple(map(int, cells.max(axis=0)))
    assert fits_in_codes(cell_min, cell_max), "too large for so fine a grid"
    counted = np.array(counts or [1] * len(values), dtype=np.int64)
    # What lies between two borders is kept to a quantum, as `compress` does.
    places = np.rint((scaled - cells) * 2.0**18).astype(np.int64) * counted[:, None]
    offsets = {i: places[:, i] for i in range(len(features)) if places[:, i].any()}
    grid = Grid(finest, (0.0,) * len(features))
    minimum, maximum = tuple(map(float, values.min(axis=0))), tuple(map(float, values.max(axis=0)))
    codes = packed(list(cells.T), cell_min, cell_max)
    return WeightedPoints(features, grid, finest, cell_min, cell_max, minimum, maximum, codes, counted, offsets)


def falling(elbow: int | None) -> list[float]:
    """Inertias that fall steeply until there and hardly beyond; evenly where it is None."""
    return [100.0 - k + (0 if elbow is None else 200.0 * max(elbow - k, 0)) for k in KS]


def evidence_with(
    elbow: int | None = None,
    silhouettes: Mapping[int, float] | None = None,
    stabilities: Mapping[int, float] | None = None,
) -> list[Evidence]:
    """What speaks for each K: silhouettes of 0.3 and stabilities of 0.9 but where others are named."""
    named, steady = silhouettes or {}, stabilities or {}
    return [
        Evidence(k, inertia, named.get(k, 0.3) if k > 1 else None, steady.get(k, 0.9) if k > 1 else None)
        for k, inertia in zip(KS, falling(elbow), strict=True)
    ]


def clustering_around(
    points: WeightedPoints,
    centres: Sequence[int],
    k: int,
    *,
    evidence: Sequence[Evidence] | None = None,
    stability: Stability | None = None,
    null_reference: NullReference | None = None,
    silhouettes: Sequence[float] | None = None,
    second_opinion: SecondOpinion | None = None,
) -> Clustering:
    """Make a clustering without K-Means: the first of the points at `centres` are the centroids for each K."""
    scaling = Scaling.fit(points)
    coordinates = scaling.transform(points)[list(centres)]
    return Clustering(
        scaling,
        tuple(KMeansFit(coordinates[: one.k], one) for one in evidence or evidence_with()),
        np.array(silhouettes or [0.3] * k),
        stability or Stability(0.9, 0.8, np.full(k, 0.9)),
        null_reference or NullReference(0.2, 0.01),
        second_opinion=second_opinion,
    )


def describe(
    rows: Sequence[Sequence[float]],
    labels: Sequence[int],
    mode: str = "bivariate",
    counts: Sequence[int] | None = None,
    **more: Any,
) -> Sequence[Segment]:
    """The segments of a mode that rows with these labels are described as."""
    points, of_points = points_of(rows, counts), np.array(labels)
    clustering = clustering_around(part_of(points, MODES[mode]), [0] * 10, int(of_points.max()) + 1)
    return describe_mode(points, of_points, MODES[mode], MODES["bivariate"], clustering, Disclosure(), **more).segments


def part_of(points: WeightedPoints, roles: Sequence[str]) -> WeightedPoints:
    """Take some of the features only, each point on its own."""
    rows = np.column_stack([points.column(role) for role in roles])
    features = {feature.role: feature for feature in points.features}
    return points_of(rows, points.counts.tolist(), tuple(features[role] for role in roles))


def findings_around(
    points: WeightedPoints,
    centres: Sequence[int],
    k: int,
    settings: Settings | None = None,
    modes: Mapping[str, Sequence[str]] = MODES,
) -> Findings:
    """Put every customer to the nearest of the first K of some points, without K-Means."""
    clusterings, assignments = {}, {}
    for mode, roles in modes.items():
        part = part_of(points, roles)
        clusterings[mode] = clustering_around(part, centres, k)
        X, centers = clusterings[mode].scaling.transform(part), clusterings[mode].fit.cluster_centers
        assignments[mode] = Assignment(*assign(X, centers))
    chosen = ChosenK(k, "setting")
    return Findings.build(points, modes, clusterings, assignments, chosen, settings or Settings())
