"""Every K is solved well, on all customers; and K follows from what is published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from segmentation.clustering.cluster import cluster
from segmentation.clustering.feature_scales import with_scales
from segmentation.clustering.reduction import Weighted
from segmentation.clustering.result import Clustering
from segmentation.clustering.scaling import Scaling
from segmentation.clustering.search import ModeSearch
from segmentation.clustering.selection import Evidence, choose_k
from segmentation.points.weighted import WeightedPoints
from segmentation.rounding import significant
from segmentation.schema.features import Feature
from segmentation.schema.settings import Settings
from tests.support.customers import MODES, csv_of, finished, loaded, points_of

pytestmark = pytest.mark.usefixtures("no_second_opinion")
RFM = (Feature("recency", "Recency"), Feature("frequency", "Frequency"), Feature("monetary", "Monetary"))
RFM_MODES = {"bivariate": ("recency", "monetary"), "multivariate": ("recency", "frequency", "monetary")}
LINEAR = dict.fromkeys(("recency", "frequency", "monetary"), "linear")
Modes = dict[str, Sequence[str]]


def buyers(n: int, seed: int = 1) -> NDArray[np.float64]:
    """Recency, frequency and monetary value; two in a thousand are forty times as large."""
    generator = np.random.default_rng(seed)
    columns = generator.lognormal([4, 1.5, 5], [0.9, 0.8, 1.0], (n, 3))
    columns[generator.permutation(n)[: max(1, n // 500)]] *= 40
    return columns.round(2)


def of_buyers(n: int, seed: int = 1) -> tuple[bytes, Settings]:
    rows = (f"{i},{','.join(f'{one:.2f}' for one in row)}" for i, row in enumerate(buyers(n, seed)))
    modes = {mode: list(roles) for mode, roles in RFM_MODES.items()}
    return csv_of(*rows, header="id,recency,frequency,monetary"), Settings.parse(json.dumps({"modes": modes}).encode())


def points_of_buyers(n: int, scales: dict[str, str], seed: int = 1) -> WeightedPoints:
    points, _ = with_scales(loaded(*of_buyers(n, seed)).points, scales, {})
    assert points.customers == n
    assert all((feature.log_unit is None) == bool(scales) for feature in points.features)
    return points


def in_groups(n: int, seed: int = 3) -> NDArray[np.float64]:
    """Customers in six groups of unlike size, and three of them far from all."""
    generator = np.random.default_rng(seed)
    places = generator.uniform(0, 100, (6, 2))[generator.choice(6, n, p=[0.4, 0.25, 0.15, 0.1, 0.07, 0.03])]
    rows = places + generator.normal(0, 5, (n, 2))
    rows[:3] = (900, 50), (1_400, 60), (80, 700)
    return rows.round(3)


def falls(clustering: Clustering) -> bool:
    inertias = [one.inertia for one in clustering.evidence]
    return inertias == sorted(inertias, reverse=True)


def check_inertias(points: WeightedPoints, modes: Modes) -> None:
    """Check that none is more than a hundredth above what many restarts find, and that none rises."""
    clusterings, _, _ = cluster(points, modes)
    for mode, clustering in clusterings.items():
        part = points.marginal(modes[mode])
        X = Scaling.fit_transform(part)[1]
        for one in clustering.evidence:
            reference = KMeans(one.k, n_init=20, random_state=0).fit(X, sample_weight=part.counts)
            assert one.inertia <= 1.01 * reference.inertia_, (mode, one.k)
        assert falls(clustering)


@pytest.mark.parametrize("name", ["Mall_Customers.csv", "jewellery.csv"])
def test_known_files_are_solved_for_every_k(name, shared_data):
    customers = loaded((shared_data / name).read_bytes())

    check_inertias(customers.points, customers.modes)


def test_the_sample_is_solved_for_every_k(sample):
    check_inertias(loaded(sample.read_bytes()).points, MODES)


@pytest.mark.parametrize("scales", [{}, LINEAR], ids=["auto", "linear"])
@pytest.mark.parametrize(
    "n", [4_300, pytest.param(1_500, marks=pytest.mark.statistics), pytest.param(20_000, marks=pytest.mark.statistics)]
)
def test_buyers_of_whom_few_are_far_larger_are_solved_for_every_k(n, scales):
    """Samples may miss who is far from all others, and is most of the inertia."""
    check_inertias(points_of_buyers(n, scales), RFM_MODES)


def many_points(n: int) -> WeightedPoints:
    values, counts = np.unique(in_groups(n), axis=0, return_counts=True)
    points = points_of(values, counts.tolist(), RFM[::2])
    assert len(points) > 20_000
    return points


@pytest.fixture(scope="module")
def many() -> tuple[WeightedPoints, Clustering]:
    points = many_points(60_000)
    return points, cluster(points, {"bivariate": RFM_MODES["bivariate"]})[0]["bivariate"]


def test_no_inertia_rises_where_there_are_many(many):
    assert falls(many[1])


def test_each_inertia_is_that_of_all_customers(many):
    """Though all K but the chosen one are solved on cells."""
    points, clustering = many
    X = clustering.scaling.transform(points)

    for fit in clustering.fits:
        squares = ((X[:, None] - fit.cluster_centers[None]) ** 2).sum(axis=2).min(axis=1)
        assert fit.evidence.inertia == pytest.approx(float(squares @ points.counts), rel=1e-6)


def test_many_are_solved_nearly_as_well_as_all_of_them(many):
    points, clustering = many
    X = clustering.scaling.transform(points)

    for k in (2, 5, 8):
        reference = KMeans(k, n_init=3, random_state=0).fit(X, sample_weight=points.counts)
        assert clustering.fits[k - 1].evidence.inertia <= 1.03 * reference.inertia_


def test_many_customers_of_many_categories_are_solved():
    """Of so many combinations there are few customers in each."""
    generator = np.random.default_rng(5)
    columns = np.column_stack([generator.lognormal(3, 1, (22_000, 2)).round(3), generator.integers(0, 70, 22_000)])
    features = (*RFM[::2], Feature("state", "State", tuple(f"{i:02}" for i in range(70))))
    points = points_of(columns[np.lexsort(columns.T[::-1])], features=features)

    clustering = cluster(points, {"bivariate": ("recency", "monetary", "state")}, 4)[0]["bivariate"]

    assert falls(clustering)
    assert clustering.k == 4


@pytest.mark.parametrize("rows", [[(i % 5, i % 2) for i in range(10)], [(i, i) for i in range(10)]])
def test_where_there_are_as_many_segments_as_different_customers_nothing_rises(rows):
    values, counts = np.unique(np.array(rows, dtype=float), axis=0, return_counts=True)
    assert len(values) == 10

    clustering = cluster(points_of(values, counts.tolist(), RFM[::2]), {"bivariate": RFM_MODES["bivariate"]})[0]

    inertias = [one.inertia for one in clustering["bivariate"].evidence]
    assert inertias[-1] == pytest.approx(0, abs=1e-9)
    assert all(after <= before + 1e-9 for before, after in pairwise(inertias))


def test_a_k_that_was_solved_badly_is_solved_anew(monkeypatch):
    """From the centroids of the K before, and the farthest customer."""
    generator = np.random.default_rng(4)
    places = np.array([(i % 3 * 400, i // 3 * 400) for i in range(6)])
    rows = (places[np.arange(600) % 6] + generator.normal(0, 1, (600, 2))).round(3)
    points = points_of(rows[np.lexsort(rows.T[::-1])], features=RFM[::2])
    swapped = ModeSearch._swapped

    def badly(search: ModeSearch, centers: NDArray[np.float64], sample: Weighted) -> NDArray[np.float64]:
        """All centroids of this K begin in one of six groups."""
        nearest = np.argsort(np.linalg.norm(sample[0] - sample[0][0], axis=1))[:7]
        return sample[0][nearest] if len(centers) == 7 else swapped(search, centers, sample)

    monkeypatch.setattr(ModeSearch, "_swapped", badly)
    clustering = cluster(points, {"bivariate": RFM_MODES["bivariate"]}, 3)[0]["bivariate"]

    assert falls(clustering)


def test_k_is_chosen_by_measures_as_they_are_published():
    points = points_of(np.unique(in_groups(400), axis=0), features=RFM[::2])

    for one in cluster(points, {"bivariate": RFM_MODES["bivariate"]})[0]["bivariate"].evidence[1:]:
        assert (one.silhouette, one.stability) == (significant(one.silhouette), significant(one.stability))


# --- from the file to the page ---


def random_file(seed: int) -> tuple[bytes, Settings | None]:
    """Groups, clouds, and customers who are far larger than others."""
    generator = np.random.default_rng(seed)
    n = int(generator.integers(80, 700))
    if seed % 3 == 2:
        return of_buyers(n, seed)
    groups = int(generator.integers(1, 7)) if seed % 3 else 1
    centres = generator.uniform(10, 90, (groups, 2))[np.arange(n) % groups]
    columns = (centres + generator.normal(0, generator.uniform(3, 12), (n, 2))).clip(1, 100)
    rows = (f"{i},{30 + i % 40},{x:.1f},{y:.0f}" for i, (x, y) in enumerate(columns))
    return csv_of(*rows, header="CustomerID,Age,Annual Income (k$),Spending Score (1-100)"), None


@pytest.mark.parametrize("seed", range(12))
def test_k_follows_from_what_is_published(seed):
    data, settings = random_file(seed)

    document = finished(data, settings=settings).document

    sweep = document["modes"]["bivariate"]["sweep"]
    evidence = [Evidence(one["k"], one["inertia"], one["silhouette"], one["stability"]) for one in sweep]
    assert document["k"]["source"] == "data"
    assert document["k"]["value"] == choose_k(evidence)


def test_the_inertia_of_the_chosen_k_is_that_of_the_assigned_rows():
    """Of more customers than are solved at once, by the model that is published."""
    data, settings = of_buyers(25_000)
    found = finished(data, settings=settings, k=4)

    mode = found.document["modes"]["bivariate"]
    kept = [row for row in found.assigned if not row["Outlier"]]
    squares = 0.0
    for number, coordinate in enumerate(mode["model"]["coordinates"]):
        unit = found.document["features"][coordinate["feature"]]["log_unit"]
        values = np.array([float(row[coordinate["feature"]]) for row in kept])
        X = (np.log1p(values / unit) - coordinate["mean"]) / coordinate["scale"]
        labels = np.array([int(row["Bivariate Cluster"]) for row in kept])
        for part, centroid in zip(mode["segments"], mode["model"]["centroids"], strict=True):
            own = X[labels == part["id"]]
            squares += float(((own - own.mean()) ** 2).sum())
            assert own.mean() == pytest.approx(centroid[number], abs=1e-3)
    assert len(kept) == found.document["customers"]
    assert mode["sweep"][3]["inertia"] == pytest.approx(squares, rel=1e-4)
