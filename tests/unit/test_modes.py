"""Whatever lists of features the settings may name for the two modes give a result."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest

from segmentation.errors import UnusableFileError
from segmentation.results.receipt import published_document
from segmentation.schema.settings import Settings
from tests.support.customers import Finished, finished
from tests.unit.results.test_document import UPLOAD, done, validator

pytestmark = pytest.mark.usefixtures("no_second_opinion")
NUMBERS, WORDS = ("Visits", "Spend", "Basket", "Days"), ("Channel", "Region")
EVERY = (*NUMBERS, *WORDS)
# The bivariate mode looks at the first two numbers; what the other one looks at is tried from each of these kinds.
PAIRS = [pair for n in (2, 3, 6) for pair in combinations(EVERY, n)]


@pytest.fixture(scope="module")
def customers() -> bytes:
    generator = np.random.default_rng(5)
    lines = [",".join(("Id", *EVERY))]
    for i in range(90):
        place = (i % 3) * 40
        numbers = [place + int(generator.integers(0, 20)) for _ in NUMBERS]
        words = [("shop", "web", "phone")[(i + j + int(generator.integers(0, 4) == 0)) % 3] for j in range(2)]
        lines.append(",".join(map(str, (f"A{i * 7919 % 997:03}", *numbers, *words))))
    return "\n".join(lines).encode()


def result(data: bytes, bivariate, multivariate, **more) -> Finished:
    settings = {"modes": {"bivariate": list(bivariate), "multivariate": list(multivariate)}, **more}
    return finished(data, k=3, settings=Settings.parse(json.dumps(settings).encode()))


@pytest.mark.parametrize("multivariate", PAIRS, ids="+".join)
def test_any_two_lists_give_a_result(multivariate, customers):
    """Disjoint, the same, a part of the other, in another order, only words."""
    for bivariate, fewest in ((NUMBERS[:2], 1), (NUMBERS[1::-1], 5)):
        try:
            found = result(customers, bivariate, multivariate, min_cell_count=fewest)
        except UnusableFileError:
            # Two features of few values each may be too few combinations, which is an answer.
            assert {*multivariate} <= {*WORDS}
            continue
        document = json.loads(json.dumps(published_document(done(found), UPLOAD), allow_nan=False))
        validator("data").validate(document)
        assert document["modes"]["multivariate"]["features"] == list(multivariate)
        assert document["modes"]["bivariate"]["features"] == list(bivariate)
        for mode in document["modes"].values():
            names = [part["name"] for part in mode["segments"]]
            assert len({*names}) == len(names) == 3
            assert all(part["action"] for part in mode["segments"] if part["size"] is not None)


def test_only_words_with_many_combinations(customers):
    """No number distinguishes the segments, so they are named after what they hold, or numbered."""
    header, *rows = customers.decode().splitlines()
    many = [f"{row.rsplit(',', 2)[0]},{'abcdefg'[i % 7]},{'pqrst'[i % 5]}" for i, row in enumerate(rows)]
    found = result("\n".join([header, *many]).encode(), NUMBERS[:2], WORDS)

    document = published_document(done(found), UPLOAD)
    validator("data").validate(json.loads(json.dumps(document, allow_nan=False)))
    names = [part["name"] for part in document["modes"]["multivariate"]["segments"]]
    assert len({*names}) == len(names)
    # Of the two that can be summed, money comes first.
    assert document["summed"] == "Spend"
    assert "% of Spend." in document["modes"]["multivariate"]["segments"][0]["action"]
