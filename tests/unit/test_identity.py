"""Simulations: the next run, of much the same customers, has the same segments, scales, ids and names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from segmentation.pipeline import Previous
from tests.support.customers import Finished, csv_of, finished
from tests.support.draws import draws
from tests.support.simulated import log_groups

pytestmark = pytest.mark.usefixtures("no_second_opinion")
INCOME = 0


@dataclass(frozen=True)
class Shop:
    """Customers, with a header for two columns, and how far a number may be off."""

    header: str
    rows: np.ndarray
    noise: float
    outlier: float

    def run(self, rows: np.ndarray, before: dict[str, Any] | None = None) -> Finished:
        lines = (f"{i},{one:.10g},{other:.10g}" for i, (one, other) in enumerate(rows.tolist()))
        previous = before and Previous(before | {"run_id": "1", "source": "customers.csv"})
        return finished(csv_of(*lines, header=self.header), previous=previous)

    def changed(self, generator: np.random.Generator) -> np.ndarray:
        """One to ten rows are dropped, and all others a little off, or copies are added."""
        n = int(generator.integers(1, 11))
        if generator.random() < 0.5:
            kept = np.delete(self.rows, generator.choice(len(self.rows), n, replace=False), axis=0)
            return generator.permutation(kept * (1 + self.noise * generator.uniform(-1, 1, kept.shape)).round(3))
        return generator.permutation(np.vstack([self.rows, self.rows[generator.choice(len(self.rows), n)]]))

    def with_outlier(self, rows: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        far = rows[generator.integers(len(rows))].copy()
        far[INCOME] = self.outlier * 10 ** generator.uniform(0, 1)
        return generator.permutation(np.vstack([rows, far]))


@pytest.fixture(scope="module")
def linear(sample) -> Shop:
    rows = np.loadtxt(sample, delimiter=",", skiprows=1, usecols=(3, 4))
    return Shop("CustomerID,Annual Income (k$),Spending Score (1-100)", np.array(rows), 0.02, 600)


@pytest.fixture(scope="module")
def logarithmic() -> Shop:
    rows, _ = log_groups(np.random.default_rng(3), 400)
    return Shop("CustomerID,Annual Income ($),Annual Spend ($)", rows.round(2), 0.02, 1000 * float(rows.max()))


@draws(few=6, many=100, parts=2)
@pytest.mark.parametrize("outlier_before", [False, True], ids=["none before", "outlier before"])
@pytest.mark.parametrize("kind", ["linear", "logarithmic"])
def test_the_next_run_has_the_same_segments(kind, outlier_before, seed, draws, request):
    """Every second rerun has an outlier: it is gained or lost, is another one, or there was and is none."""
    shop: Shop = request.getfixturevalue(kind)
    generator = np.random.default_rng([seed, len(kind), outlier_before])
    first = shop.with_outlier(shop.rows, generator) if outlier_before else shop.rows
    before = shop.run(first).document
    assert before["outliers"]["count"] == outlier_before
    kept = 0
    for i in range(draws // 2):
        rows = shop.changed(generator)
        now = shop.run(shop.with_outlier(rows, generator) if i % 2 else rows, before).document
        assert now["outliers"]["count"] == i % 2
        events = [event for mode in now["changes"]["modes"].values() for event in mode["events"]]
        kept += _identities(now) == _identities(before) and not events

    assert kept == draws // 2


def _identities(document: dict[str, Any]) -> tuple[Any, ...]:
    """Scales, K, and id, name and colour of each segment."""
    return (
        {role: one["log_unit"] for role, one in document["features"].items()},
        document["k"]["value"],
        {
            name: {(one["id"], one["name"], one["colour"]) for one in mode["segments"]}
            for name, mode in document["modes"].items()
        },
    )
