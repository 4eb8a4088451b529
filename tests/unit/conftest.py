"""Results that take seconds to compute, once for all tests."""

from pathlib import Path
from typing import Any

import pytest

import segmentation.pipeline
from infra.layer import ROOT
from segmentation.clustering.cluster import cluster
from segmentation.clustering.search import ModeSearch
from segmentation.schema.settings import Settings
from tests.support.customers import HEADER, Finished, csv_of, finished
from tests.support.segments import sought_once

# One row for each thing that a cell may hold and that must come back as it was; three rows cannot be used.
ODD_ROWS = (
    '0001,"Smith, ""Jo""",Female,20,10,90',
    '0002,"two\nlines",Male,21,11,88',
    "0003, spaces ,Female,22,90,91",
    "0004,Zoë,Male,?,91,92",
    "0005,,Female,23,92,9",
    "0006,=1+1,Male,24,93,8",
    "0007,007,Female,60,,5",
    "0008,1e5,Male,61,12,6",
    "0009,NA,,62,13,7",
    "0010,None,Female,63,14,8",
    "0011,nan,Male,41,50,50",
    "0012,TRUE,Female,42,51,49",
    "0013,-,Male,43,52,51",
    "0014,'quoted',Female,44,53,52",
)
ODD_UNUSABLE = {"0004", "0007", "0009"}
_SECOND_OPINION = ModeSearch.second_opinion
# By customers, what `segments_sought_once` has found for them.
_found: dict[bytes, Any] = {}


@pytest.fixture
def no_second_opinion(monkeypatch) -> None:
    """For tests of anything else: it takes a third of the time of a small file, and half of that of some thousands."""
    monkeypatch.setattr(ModeSearch, "second_opinion", lambda *_: None)


@pytest.fixture
def segments_sought_once(monkeypatch, no_second_opinion) -> None:
    """For tests of what is done with a result, whichever it is."""
    monkeypatch.setattr(segmentation.pipeline, "cluster", sought_once(segmentation.pipeline.cluster, _found))


def _whole(data: bytes, **options: Any) -> Finished:
    """Return a result with all that belongs to it, whatever the test that is the first to ask for it does without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ModeSearch, "second_opinion", _SECOND_OPINION)
        patch.setattr(segmentation.pipeline, "cluster", cluster)
        return finished(data, **options)


@pytest.fixture(scope="session")
def sample() -> Path:
    return ROOT / "data" / "sample_customers.csv"


@pytest.fixture(scope="session")
def mall(shared_data) -> Path:
    return shared_data / "Mall_Customers.csv"


@pytest.fixture(scope="session")
def sample_result(sample) -> Finished:
    return _whole(sample.read_bytes())


@pytest.fixture(scope="session")
def mall_result(mall) -> Finished:
    return _whole(mall.read_bytes())


@pytest.fixture(scope="session")
def messy_upload() -> bytes:
    return csv_of(*ODD_ROWS, header=HEADER.replace(",", ",Name,", 1))


@pytest.fixture(scope="session")
def messy_unusable() -> set[str]:
    return ODD_UNUSABLE


@pytest.fixture(scope="session")
def messy_result(messy_upload) -> Finished:
    return _whole(messy_upload, k=3, settings=Settings(impute=False))
