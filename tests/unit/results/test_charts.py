"""The scatters of other pairs of features, which let the page's readers choose both axes."""

import io
import json
from itertools import combinations

import numpy as np
import pytest

from segmentation.pipeline import segment
from segmentation.results.receipt import published_document
from segmentation.schema.settings import Settings
from tests.support.golden import SECOND, golden_documents, taken


@pytest.fixture(scope="module")
def sample() -> dict:
    return golden_documents()["data"]


def test_every_pair_of_axes_has_a_scatter_once(sample):
    for mode in sample["modes"].values():
        pairs = [(one["x"], one["y"]) for one in (mode["scatter"], *mode["other_scatters"])]
        assert pairs == [*combinations(("income", "spending", "age"), 2)]


def test_each_scatter_counts_the_customers_of_each_segment(sample):
    for mode in sample["modes"].values():
        for scatter in (mode["scatter"], *mode["other_scatters"]):
            for part in mode["segments"]:
                assert sum(n for _, _, number, n in scatter["points"] if number == part["id"]) == part["size"]


def test_many_features_and_many_customers_leave_the_document_small():
    generator = np.random.default_rng(7)
    columns = generator.uniform(0, 100_000, (30_000, 6)).round(2)
    header = "Fresh,Milk,Grocery,Frozen,Paper,Delicatessen"
    file = "\n".join([header, *(",".join(map(str, row)) for row in columns)]).encode()
    names = header.split(",")
    settings = Settings.parse(json.dumps({"k": 10, "modes": {"bivariate": names[:2], "multivariate": names}}).encode())

    document = published_document(taken(segment(lambda: io.BytesIO(file), settings=settings)), SECOND)

    for mode in document["modes"].values():
        assert len(mode["other_scatters"]) == 5
        # The coarsest grid has 4 × 4 places, each with ten segments at most.
        assert max(len(one["points"]) for one in mode["other_scatters"]) <= 160
    assert len(json.dumps(document, separators=(",", ":"))) < 150_000
