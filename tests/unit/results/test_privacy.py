"""An attacker who has all that is public, with `min_cell_count` at 5, and wants to know about one customer.

Each attack is tried without it too, where it succeeds: so what is tested is that it fails for that reason.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.cluster import cluster
from segmentation.clustering.kmeans import nearest
from segmentation.clustering.result import Assignment, Clustering
from segmentation.clustering.scaling import Scaling
from segmentation.clustering.selection import ChosenK
from segmentation.pipeline import Previous, segment
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.results.document import result_document
from segmentation.results.findings import Findings
from segmentation.results.receipt import Upload, published_document
from segmentation.schema.settings import Settings
from tests.support.customers import FEATURES, MODES, csv_of, finished, points_of
from tests.support.golden import FIRST, earlier_sample, taken

FEWEST = 5
HIDING = Settings(min_cell_count=FEWEST)
COLUMNS = ["Age", "Annual Income (k$)", "Spending Score (1-100)"]
NUMERIC = ("age", "income", "spending")
UPLOADS = ("sample", "mall")


def customers_of(text: bytes) -> pd.DataFrame:
    rows = pd.read_csv(io.BytesIO(text)).rename(columns={"Genre": "Gender"})
    return rows.rename(columns=dict(zip(COLUMNS, NUMERIC, strict=True)))


@pytest.fixture(scope="module")
def hidden(sample, mall) -> dict[str, dict[str, Any]]:
    """By upload, what is published of it; the sample after another month, so that changes are published too."""
    before = segment(lambda: io.BytesIO(earlier_sample()), settings=HIDING)
    document = published_document(taken(before), FIRST)
    sample_now = finished(sample.read_bytes(), settings=HIDING, previous=Previous(document, before.members))
    return {"sample": sample_now.document, "mall": finished(mall.read_bytes(), settings=HIDING).document}


# --- small counts ---


def counts_in(value: Any, path: str = "") -> Iterator[tuple[str, int]]:
    """Yield every number of customers, but for those of the whole file, and what the receipt says of single rows."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            if name not in {"rows", "intake", "customers", "min_cell_count", "previous", "sweep"}:
                yield from counts_in(child, f"{path}.{name}")
    elif isinstance(value, list):
        if path.endswith(".points"):
            yield from ((path, one[-1]) for one in value)
        elif path.endswith(".counts"):
            yield from ((path, one) for row in value for one in (row if isinstance(row, list) else [row]))
        else:
            for child in value:
                yield from counts_in(child, path)
    elif path.rpartition(".")[2] in {"size", "count", "hidden", "left", "joined", "known"}:
        yield path, value


@pytest.mark.parametrize("upload", UPLOADS)
def test_no_number_describes_fewer_customers(upload, hidden, request):
    found = list(counts_in(hidden[upload]))
    places = {path for path, _ in found}

    assert len(found) > 100
    counts = [n for path, n in found if (path, n) != (".outliers.count", 0)]
    assert all(n is None or (n >= FEWEST and n % FEWEST == 0) for n in counts)
    assert {path.rpartition(".")[2] for path in places} >= {"size", "count", "hidden", "points", "counts"}
    if upload == "sample":
        assert any(".flow.counts" in path for path in places)
    # Without it there are many.
    shown = counts_in(request.getfixturevalue(f"{upload}_result").document)
    assert sum(0 < n < FEWEST for _, n in shown) > 100


@pytest.mark.parametrize("upload", UPLOADS)
def test_numbers_in_sentences_are_the_rounded_ones(upload, hidden):
    document = hidden[upload]
    for mode in document["modes"].values():
        for one in mode["segments"]:
            assert f"They are {100 * one['share']:.1f}".removesuffix(".0") in one["action"]
            for role, mean in one["means"].items():
                name = document["features"][role]["name"]
                if f"{name} averages" in one["analysis"]:
                    text = one["analysis"].split(f"{name} averages ")[1].split()[0].rstrip(",")
                    assert float(text) == pytest.approx(mean, rel=1e-3)
            driver = one["drivers"][0]
            assert f"{abs(driver['difference']):.2f} standard deviations" in one["analysis"]
    explained = document["modes"]["multivariate"]["explained"]
    most = max(("age", "gender"), key=explained.__getitem__)
    assert f"explain {100 * explained[most]:.1f}".removesuffix(".0") in document["comparison"]["text"]


def bounds(shown: int | None) -> tuple[int, int]:
    """Between what a number of customers lies."""
    return (0, 2 * FEWEST - 2) if shown is None else (max(0, shown - FEWEST + 1), shown + FEWEST - 1)


@pytest.mark.parametrize("upload", UPLOADS)
def test_suppressed_counts_cannot_be_derived_from_sums(upload, hidden):
    """Of each row of each table with its sum: the largest and the smallest number that can be there differ."""
    document = hidden[upload]
    tables = []
    for feature in document["features"].values():
        if feature["kind"] == "categorical":
            tables.append(([value["count"] for value in feature["values"]], (document["customers"],) * 2))
    for one in document["distributions"]:
        tables.append((one["counts"], (document["customers"],) * 2))
        groups = [group["counts"] for group in one["by"]["groups"]]
        tables += [
            (list(column), bounds(total))
            for column, total in zip(zip(*groups, strict=True), one["counts"], strict=True)
        ]
    sizes = [[part["size"] for part in mode["segments"]] for mode in document["modes"].values()]
    rows = document["comparison"]["counts"]
    for lines, totals in ((rows, sizes[0]), (list(zip(*rows, strict=True)), sizes[1])):
        tables += [(list(line), bounds(total)) for line, total in zip(lines, totals, strict=True)]

    hidden_cells = 0
    for cells, (least, most) in tables:
        for i, cell in enumerate(cells):
            if cell is None:
                rest = [bounds(one) for j, one in enumerate(cells) if j != i]
                low = max(0, least - sum(high for _, high in rest))
                high = min(2 * FEWEST - 2, most - sum(low for low, _ in rest))
                assert low < high or high == 0, (cells, least, most)
                hidden_cells += 1
    assert hidden_cells > 5


def test_the_rest_of_a_known_sum_is_hidden_too():
    """Of 196 customers 192 have the one category; were that published as 190, the other must be 4."""
    assert Disclosure(5).parts([190, 4]) == [None, None]
    assert Disclosure(5).parts([100, 4, 90]) == [100, None, None]
    assert Disclosure(5).parts([100, 4, 3, 90]) == [100, None, None, 90]
    assert Disclosure(5).parts([100, 95]) == [100, 95]
    assert Disclosure().parts([192, 4]) == [192, 4]


def test_random_rounding_of_counts_is_unbiased():
    rules = [Disclosure(FEWEST, seed) for seed in range(2_000)]
    for customers in (10, 11, 14, 43, 1_002):
        shown = [rule.count(customers) for rule in rules]
        assert set(shown) <= {customers // FEWEST * FEWEST, -(-customers // FEWEST) * FEWEST}
        assert np.mean(shown) == pytest.approx(customers, abs=0.2)
        assert rules[7].count(customers) == Disclosure(FEWEST, 7).count(customers)
    published_shares = {
        customers: np.mean([rule.cell(customers) is not None for rule in rules]) for customers in range(4, 11)
    }
    assert published_shares == pytest.approx({4: 0, 5: 0.2, 6: 0.4, 7: 0.6, 8: 0.8, 9: 1, 10: 1}, abs=0.04)


# --- joining charts ---


def pinned(document: dict[str, Any], rows: pd.DataFrame) -> int:
    """Count the customers whose age, income and score follow from dots that share a score.

    Where one dot of the first chart has a score, all dots of the second with that score have its age too.
    """
    first, second = document["landscapes"]
    ages = pd.DataFrame(first["points"], columns=["age", "spending", "n"])
    incomes = pd.DataFrame(second["points"], columns=["income", "spending", "n"])
    alone = ages[~ages["spending"].duplicated(keep=False)]
    joined = incomes.merge(alone, on="spending")
    return int((joined["n_x"] < FEWEST).sum())


@pytest.mark.parametrize("upload", UPLOADS)
def test_dots_of_several_charts_pin_nobody(upload, hidden, request):
    rows = customers_of(request.getfixturevalue(upload).read_bytes())

    assert pinned(request.getfixturevalue(f"{upload}_result").document, rows) > 5
    assert pinned(hidden[upload], rows) == 0
    assert all(len(chart["points"]) > 3 for chart in hidden[upload]["landscapes"])


@pytest.mark.parametrize("upload", UPLOADS)
def test_a_dot_stands_for_as_many_customers_as_it_says(upload, hidden, request):
    """Each lies in a square of its grid; what is beyond the axis is drawn at its end."""
    rows = customers_of(request.getfixturevalue(upload).read_bytes())
    for chart in hidden[upload]["landscapes"]:
        x, y = chart["x"], chart["y"]
        limits = {
            role: (hidden[upload]["features"][role]["min"], hidden[upload]["features"][role]["max"]) for role in (x, y)
        }
        dots = pd.DataFrame(chart["points"], columns=["x", "y", "n"])
        for bins in (64, 48, 32, 24, 16, 12, 8, 6, 4):
            place = {}
            for role in (x, y):
                low, high = limits[role]
                place[role] = np.clip(((rows[role] - low) / ((high - low) / bins)).astype(int), 0, bins - 1)
                place[role] = (low + (place[role] + 0.5) * (high - low) / bins).round(4)
            counted = pd.DataFrame(place).value_counts()
            if all((round(a, 4), round(b, 4)) in counted.index for a, b in dots[["x", "y"]].to_numpy()):
                break
        else:
            pytest.fail("dots that are on no grid")
        for a, b, n in dots.to_numpy():
            there = counted[round(a, 4), round(b, 4)]
            assert there >= FEWEST
            assert abs(there - n) < FEWEST
        assert abs(len(rows) - chart["hidden"] - dots["n"].sum()) < FEWEST * (len(dots) + 2)


# --- two results that differ in one customer ---


@dataclass(frozen=True)
class Runs:
    """What is published of all customers, and of all but one, where everybody stays in the same segment."""

    rows: np.ndarray
    document: Callable[[np.ndarray], dict[str, Any]]
    labels: Mapping[str, np.ndarray]


def points(rows: np.ndarray) -> WeightedPoints:
    values, counts = np.unique(rows, axis=0, return_counts=True)
    # As money, of which each segment's share is published too.
    spending = replace(FEATURES[3], meaning="money")
    return points_of(values, counts.tolist(), (*FEATURES[:3], spending))


@cache
def clustered(text: bytes) -> tuple[np.ndarray, dict[str, Clustering], ChosenK]:
    frame = customers_of(text)
    rows = np.column_stack([frame["age"], frame["Gender"] == "Male", frame["income"], frame["spending"]]).astype(float)
    clusterings, _, chosen = cluster(points(rows), MODES, 5)
    return rows, clusterings, chosen


def runs_of(text: bytes, settings: Settings) -> Runs:
    rows, clusterings, chosen = clustered(text)

    def labels_of(found: WeightedPoints, mode: str) -> np.ndarray:
        clustering = clusterings[mode]
        return nearest(clustering.scaling.transform(found), clustering.fit.cluster_centers)

    def document(kept: np.ndarray) -> dict[str, Any]:
        found = points(kept)
        anew = {
            mode: replace(one, scaling=Scaling.fit(found.marginal(MODES[mode]))) for mode, one in clusterings.items()
        }
        placements = {mode: Assignment(labels_of(found, mode), np.ones(len(found))) for mode in MODES}
        return result_document(Findings.build(found, MODES, anew, placements, chosen, settings))

    return Runs(rows, document, {mode: labels_of(points_of(rows), mode) for mode in MODES})


@dataclass(frozen=True)
class Pair:
    """What an attacker has: both documents, and how many customers there are; more than is published."""

    with_her: dict[str, Any]
    without: dict[str, Any]
    n: int
    n_of_segment: int
    segment: int
    rows: np.ndarray

    def difference(self, value_of: Callable[[dict[str, Any]], float], n: int) -> float:
        """Her value, from two means that are over `n` customers and over one less."""
        return n * value_of(self.with_her) - (n - 1) * value_of(self.without)

    def part(self, document: dict[str, Any]) -> dict[str, Any]:
        return document["modes"]["bivariate"]["segments"][self.segment]


def from_mean(pair: Pair, role: str) -> float:
    return pair.difference(lambda document: document["features"][role]["mean"], pair.n)


def from_segment(pair: Pair, role: str) -> float:
    return pair.difference(lambda document: pair.part(document)["means"][role], pair.n_of_segment)


def from_scaler(pair: Pair, role: str) -> float:
    return pair.difference(lambda document: coordinate(document, role)["mean"], pair.n)


def coordinate(document: dict[str, Any], role: str) -> dict[str, Any]:
    coordinates = document["modes"]["multivariate"]["model"]["coordinates"]
    return next(one for one in coordinates if one["feature"] == role)


def from_driver(pair: Pair, role: str) -> float:
    """Mean and deviation of all customers are given to him exactly."""
    column = pair.rows[:, list(MODES["multivariate"]).index(role)]

    def mean(document: dict[str, Any]) -> float:
        apart = next(one["difference"] for one in pair.part(document)["drivers"] if one["feature"] == role)
        n, inside = (pair.n, pair.n_of_segment) if document is pair.with_her else (pair.n - 1, pair.n_of_segment - 1)
        return column.mean() + apart * column.std() * (n - inside) / n

    return pair.difference(mean, pair.n_of_segment)


def from_part_of_sum(pair: Pair, role: str) -> float:
    """The sum of all is given to him exactly."""
    column = pair.rows[:, list(MODES["multivariate"]).index(role)]
    one, other = (pair.part(document)["part_of_sum"] for document in (pair.with_her, pair.without))
    return (one - other) * column.sum() / (1 - other)


def from_spread(pair: Pair, role: str) -> float:
    """The mean of all is given to him, and on which side of it she is."""
    column = pair.rows[:, list(MODES["multivariate"]).index(role)]
    squares = pair.difference(lambda document: document["features"][role]["sd"] ** 2, pair.n)
    return column.mean() + np.sqrt(max(squares, 0.0) * (pair.n - 1) / pair.n)


def from_correlation(pair: Pair, role: str) -> float:
    """Her score is known to him, and all means and deviations exactly."""
    income, spending = pair.rows[:, 2], pair.rows[:, 3]
    r = pair.difference(lambda document: document["landscapes"][1]["r"], pair.n)
    hers = (pair.rows[0, 3] - spending.mean()) / spending.std()
    return income.mean() + income.std() * r / hers if abs(hers) > 0.5 else income.mean()


# Roles that an attack is for, and how near it comes where nothing is rounded, in standard deviations.
ATTACKS: dict[Callable[[Pair, str], float], tuple[tuple[str, ...], float]] = {
    from_mean: (NUMERIC, 0.01),
    from_segment: (NUMERIC, 0.01),
    from_scaler: (NUMERIC, 0.01),
    from_driver: (("income", "spending"), 0.4),
    from_part_of_sum: (("spending",), 0.02),
    from_spread: (NUMERIC, 0.3),
    from_correlation: (("income",), 1.5),
}


def figures(document: dict[str, Any]) -> dict[tuple[str, ...], dict[Any, int]]:
    """The numbers of customers in each figure, by where they are in it; none where they are held back."""
    found: dict[tuple[str, ...], dict[Any, int]] = {}
    for one in document["distributions"]:
        found["bars", one["feature"]] = {i: n for i, n in enumerate(one["counts"]) if n}
    for chart in document["landscapes"]:
        found["dots", chart["x"], chart["y"]] = {(x, y): n for x, y, n in chart["points"]}
    return found


def where(document: dict[str, Any], figure: tuple[str, ...], customer: np.ndarray) -> Any:
    """Where a customer is in a figure."""
    kind, *roles = figure
    values = customer[[list(MODES["multivariate"]).index(role) for role in roles]]
    if kind == "bars":
        edges = next(one["edges"] for one in document["distributions"] if [one["feature"]] == roles)
        return int(np.clip(np.searchsorted(edges, values[0], side="right") - 1, 0, len(edges) - 2))
    spreads = np.array([document["features"][role]["sd"] for role in roles])
    return min(figures(document)[figure], key=lambda dot: float(np.sum(((np.array(dot) - values) / spreads) ** 2)))


def caught(pair: Pair, figure: tuple[str, ...]) -> float:
    """How likely she is found by whoever guesses that she was in one of the places where there are fewer now."""
    before, after = figures(pair.with_her)[figure], figures(pair.without)[figure]
    fewer = [place for place, n in before.items() if n > after.get(place, 0)]
    return (where(pair.with_her, figure, pair.rows[0]) in fewer) / len(fewer) if fewer else 0.0


@pytest.mark.parametrize("every", [8, pytest.param(4, marks=pytest.mark.statistics)])
@pytest.mark.parametrize("upload", UPLOADS)
def test_two_results_that_differ_in_one_customer_do_not_reveal_who_it_is(upload, every, request):
    """Over many customers, no attack comes nearer than guessing the mean of everybody's segment.

    Nor is she found much better than by who guesses that she is where many are.
    """
    text = request.getfixturevalue(upload).read_bytes()
    errors: dict[tuple[Callable[[Pair, str], float], str, bool], list[float]] = {}
    guesses, sides = ({role: [] for role in NUMERIC} for _ in range(2))
    found_in: dict[tuple[tuple[str, ...], bool], list[float]] = {}
    by_luck: dict[tuple[str, ...], float] = {}
    for hides in (False, True):
        runs = runs_of(text, HIDING if hides else Settings())
        whole, labels = runs.document(runs.rows), runs.labels["bivariate"]
        for who in range(0, len(runs.rows), every):
            others = np.delete(runs.rows, who, axis=0)
            inside = labels == labels[who]
            ordered = np.vstack([runs.rows[who], others])
            pair = Pair(whole, runs.document(others), len(ordered), int(inside.sum()), int(labels[who]), ordered)
            for figure, counts in figures(whole).items():
                found_in.setdefault((figure, hides), []).append(caught(pair, figure))
                shares = np.array([*counts.values()]) / sum(counts.values())
                by_luck[figure] = float(np.sum(shares**2))
            for attack, (roles, _) in ATTACKS.items():
                for role in roles:
                    i = list(MODES["multivariate"]).index(role)
                    value, column = runs.rows[who, i], runs.rows[:, i]
                    found = attack(pair, role)
                    if attack is from_spread and value < column.mean():
                        found = 2 * column.mean() - found
                    errors.setdefault((attack, role, hides), []).append((found - value) / column.std())
            for role in NUMERIC if hides else ():
                column = runs.rows[:, list(MODES["multivariate"]).index(role)]
                guesses[role].append((column[inside].mean() - column[who]) / column.std())
                # Who is given the side guesses that she is as far from the mean as customers are.
                sides[role].append(1 - abs(column[who] - column.mean()) / column.std())
    for (attack, role, hides), found in errors.items():
        error = root_mean_square(found)
        if hides:
            guess = root_mean_square((sides if attack is from_spread else guesses)[role])
            assert error >= 0.95 * guess, (attack.__name__, role)
        else:
            assert error < ATTACKS[attack][1], (attack.__name__, role)
    for (figure, hides), chances in found_in.items():
        assert np.mean(chances) < 2 * by_luck[figure] if hides else np.mean(chances) == 1, figure


def root_mean_square(values: list[float]) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


@pytest.mark.parametrize("upload", UPLOADS)
@pytest.mark.parametrize("role", NUMERIC)
def test_the_ends_of_scales_and_axes_are_nobodys_values(upload, role, request):
    """Whatever the one at the end has, they stay; without rounding they follow."""
    i = list(MODES["multivariate"]).index(role)

    def ends(document: dict[str, Any]) -> str:
        feature = document["features"][role]
        edges = next(one["edges"] for one in document["distributions"] if one["feature"] == role)
        # Dots lie on a grid between the same ends.
        return json.dumps([feature["min"], feature["max"], edges])

    for settings, follows in ((HIDING, False), (Settings(), True)):
        runs = runs_of(request.getfixturevalue(upload).read_bytes(), settings)
        moved = runs.rows.copy()
        moved[moved[:, i].argmax(), i] += 1
        assert (ends(runs.document(moved)) != ends(runs.document(runs.rows))) == follows


@pytest.mark.parametrize("role", ["age", "income"])
def test_not_even_the_richest_moves_an_average_by_more_than_a_step(role, mall):
    """A hundred times as far off as others are."""
    runs = runs_of(mall.read_bytes(), HIDING)
    i = list(MODES["multivariate"]).index(role)
    rich = runs.rows.copy()
    rich[0, i] = 100 * rich[:, i].max()
    reach = float(np.ptp(rich[:, i]))
    step = next(nice for nice in (10.0**p * m for p in range(-3, 6) for m in (1, 2, 5)) if nice >= reach / len(rich))

    one, other = runs.document(rich), runs.document(rich[1:])

    assert abs(one["features"][role]["mean"] - other["features"][role]["mean"]) <= step
    assert one["features"][role]["mean"] % step == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("settings", [Settings(min_cell_count=FEWEST, outliers="keep"), Settings(outliers="keep")])
def test_a_segment_of_few_customers_does_not_reveal_their_values(settings):
    """Three who are alike, far from all others; if they had other values, nothing would be seen of it."""
    rows = [(20 + i % 40, i % 2, 40 + i % 20, 30 + i * 7 % 30) for i in range(90)]

    def means(*three: float) -> dict[str, float]:
        every = [*rows, three, three, three]
        text = [f"{i},{'Male' if g else 'Female'},{a},{x},{y}" for i, (a, g, x, y) in enumerate(every)]
        document = finished(csv_of(*text), k=2, settings=settings).document
        return min(document["modes"]["bivariate"]["segments"], key=lambda part: part["share"] or 0)["means"]

    assert (means(71, 1, 333, 97), means(66, 1, 331, 90)) == (
        ({}, {})
        if settings.min_cell_count == FEWEST
        else ({"age": 71, "income": 333, "spending": 97}, {"age": 66, "income": 331, "spending": 90})
    )


@pytest.mark.parametrize("fewest", [3, 4, 5])
def test_no_hidden_number_of_any_table_follows_from_its_sums(fewest):
    """Who knows the rule tries all tables that would be shown so; that there is nobody, or enough, may be known."""
    alike: dict[Any, list[tuple[int, ...]]] = {}
    for rule in [Disclosure(fewest, seed) for seed in range(4)]:
        for row in itertools.product(range(4 * fewest), repeat=3):
            shown = tuple(rule.table([row])[0])
            alike.setdefault((shown, rule.count(sum(row))), []).append(row)

    looked_at = 0
    for (shown, _), rows in alike.items():
        if max(map(max, rows)) < 4 * fewest - 1:
            for cell, values in zip(shown, zip(*rows, strict=True), strict=True):
                if cell is None:
                    assert len(set(values)) > 1 or not 0 < values[0] < fewest
                    looked_at += 1
    assert looked_at > 10


# --- ids ---


def test_ids_and_their_hashes_are_with_the_members_only(sample):
    names = [f"Q{i * 7919 % 100_003:06}" for i in range(300)]
    header, *rows = sample.read_text().splitlines()
    text = "\n".join([header, *(f"{name},{row.partition(',')[2]}" for name, row in zip(names, rows, strict=True))])
    first = segment(lambda: io.BytesIO(text.encode()))
    before = published_document(taken(first), FIRST)
    result = segment(lambda: io.BytesIO(text.encode()), previous=Previous(before, first.members))
    upload = Upload("0" * 16, "customers.csv", "2026-01-15T09:30:00.000Z")
    public = json.dumps(published_document(taken(result), upload))

    assert result.members is not None
    assert len(result.members.hashes) == 300
    assert '"flow": {' in public
    assert not any(name in public for name in names)
    assert not any(str(number) in public or f"{number:x}" in public for number in result.members.hashes.tolist())
    assert not any(name.encode() in result.members.packed() for name in names)


def test_the_min_cell_count_is_published(hidden):
    assert hidden["mall"]["min_cell_count"] == FEWEST
    assert replace(HIDING, min_cell_count=1) == Settings()
