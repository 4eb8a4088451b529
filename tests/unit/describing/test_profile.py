"""The numbers of segments, against pandas on the rows of the customers."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from segmentation.describing.profile import explained_variance, profiles, summed_feature
from segmentation.points.disclosure import Disclosure
from segmentation.points.statistics import medians
from segmentation.schema.features import Feature
from segmentation.schema.ordered_words import Words
from tests.support.customers import FEATURES, MODES, points_of

NUMERIC = {"age": "Age", "income": "Annual Income (k$)", "spending": "Spending Score (1-100)"}
KINDS = ("a", "b", "c")


@pytest.fixture(scope="module", params=[2, 3])
def counted(request):
    """Counted points of four features, their segments, and the same customers a row each."""
    generator = np.random.default_rng(request.param)
    kinds = KINDS[: request.param]
    features = (FEATURES[0], Feature("kind", "Kind", kinds), *FEATURES[2:])
    n = 80
    values = np.unique(np.column_stack([generator.integers(0, [60, len(kinds), 90, 50], (n, 4))]).astype(float), axis=0)
    counts, labels = generator.integers(1, 9, len(values)), generator.integers(0, 4, len(values))
    rows = pd.DataFrame(np.repeat(values, counts, axis=0), columns=["age", "kind", "income", "spending"])
    rows["kind"] = [kinds[int(code)] for code in rows["kind"]]
    rows["segment"] = np.repeat(labels, counts)
    return points_of(values, counts.tolist(), features), labels, rows


def test_averages_and_spreads_are_those_of_the_rows(counted):
    points, labels, rows = counted
    segments, everyone = profiles(points, labels, ("age", "kind", "income", "spending"), FEATURES[3], Disclosure())

    for profile, own in [*((segments[i], rows[rows["segment"] == i]) for i in range(4)), (everyone, rows)]:
        assert profile.size == len(own)
        assert profile.share == pytest.approx(len(own) / len(rows), rel=1e-5)
        for role in NUMERIC:
            assert profile.means[role] == pytest.approx(own[role].mean(), rel=1e-5)
            assert profile.medians[role] == own[role].median()
            assert profile.spreads[role] == pytest.approx(own[role].std(ddof=0), rel=1e-5)
            position = (own[role].mean() - rows[role].mean()) / rows[role].std(ddof=0)
            assert profile.positions[role] == pytest.approx(position, abs=1e-9)
        for name, share in profile.shares["kind"].items():
            assert share == pytest.approx((own["kind"] == name).mean(), abs=1e-6)
        assert profile.part_of_sum == pytest.approx(own["spending"].sum() / rows["spending"].sum(), rel=1e-5)


def test_drivers_are_the_differences_from_everyone_else_the_largest_first(counted):
    points, labels, rows = counted
    segments, everyone = profiles(points, labels, ("age", "kind", "income"), None, Disclosure())

    for i, profile in enumerate(segments):
        inside = rows["segment"] == i
        columns = {(role, None): rows[role] for role in ("age", "income")}
        columns |= {("kind", name): (rows["kind"] == name).astype(float) for name in rows["kind"].unique()}
        expected = {
            key: (column[inside].mean() - column[~inside].mean()) / column.std(ddof=0)
            for key, column in columns.items()
        }
        if rows["kind"].nunique() == 2:
            # Of two, the one that the segment has more of.
            del expected[min((key for key in expected if key[1]), key=expected.__getitem__)]
        found = {(one.feature, one.category): one.difference for one in profile.drivers}
        assert found == pytest.approx(expected, abs=1e-5)
        assert [*map(abs, found.values())] == sorted(map(abs, found.values()), reverse=True)
    assert {one.difference for one in everyone.drivers if one.category is None} <= {0.0}


def test_explained_variance_is_that_between_the_segments(counted):
    points, labels, rows = counted
    dummies = pd.get_dummies(rows["kind"]).astype(float)

    def within_and_all(column: pd.Series) -> tuple[float, float]:
        inside = column - column.groupby(rows["segment"]).transform("mean")
        return (inside**2).sum(), ((column - column.mean()) ** 2).sum()

    found = explained_variance(points, labels, ("age", "kind"))

    within, whole = within_and_all(rows["age"])
    kinds = np.sum([within_and_all(dummies[name]) for name in dummies], axis=0)
    assert found == pytest.approx({"age": 1 - within / whole, "kind": 1 - kinds[0] / kinds[1]})


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e12])
def test_medians_are_exact_however_values_lie(scale):
    """Many in one bin, a value far out, ties, even and odd numbers of customers."""
    generator = np.random.default_rng(8)
    values = np.append(generator.normal(0, 1, 399).round(2), 1e6) * scale
    labels, counts = generator.integers(0, 3, 400), generator.integers(1, 4, 400)

    found = medians(values, counts, labels)

    rows = pd.Series(np.repeat(values, counts)).groupby(np.repeat(labels, counts)).median()
    assert found == rows.tolist()


def test_where_no_sum_means_anything_there_are_no_parts():
    points = points_of([(1, 0, 2, 3), (1, 0, 2, 5)])

    segments, _ = profiles(points, np.array([0, 1]), MODES["bivariate"], None, Disclosure())

    assert [one.part_of_sum for one in segments] == [None, None]


@pytest.mark.parametrize(
    ("meanings", "axes", "summed"),
    [
        (("age", "gender", "income", "spending", "recency", "tenure", "rating", "basket", "rate", ""), (), None),
        (("count", "frequency", "money"), (), 2),
        (("count", "frequency", "recency"), (0, 2), 1),
        (("recency", "rating", "count"), (0, 1), 2),
        (("money", "recency", "money"), (), 0),
        (("money", "recency", "money"), (1, 2), 2),
    ],
)
def test_money_is_summed_before_orders_before_what_else_is_counted(meanings, axes, summed):
    features = tuple(Feature(f"{i}", f"{i}", meaning=one) for i, one in enumerate(meanings))
    points = points_of([range(1, len(meanings) + 1)] * 2, features=features)

    found = summed_feature(points, [f"{i}" for i in axes])

    assert found == (None if summed is None else features[summed])


@pytest.mark.parametrize("values", [(-3, 5), (0, 0)])
def test_what_may_be_below_zero_or_is_nothing_is_not_summed(values):
    features = Feature("balance", "Balance", meaning="money"), Feature("visits", "Visits", meaning="frequency")

    found = summed_feature(points_of([(one, 1) for one in values], features=features), ("balance",))

    assert found == features[1]


def test_neither_categories_nor_words_in_order_are_summed():
    words = Words.from_order({"low": 1.0, "medium": 2.0, "high": 3.0})
    features = (
        Feature("orders", "Orders", ("1", "2", "more"), meaning="frequency"),
        Feature("visits", "Visits", meaning="frequency", reading=words),
    )

    assert summed_feature(points_of([(0, 1), (1, 2), (2, 3)], features=features), ()) is None


@pytest.mark.parametrize("mode", MODES)
def test_what_is_published_of_the_reference_is_that_of_its_rows(mode, mall_result):
    rows = pd.read_csv(io.BytesIO(mall_result.assigned_csv))
    document = mall_result.document
    for role, column in NUMERIC.items():
        feature, values = document["features"][role], rows[column]
        assert (feature["mean"], feature["median"], feature["min"], feature["max"]) == pytest.approx(
            (values.mean(), values.median(), values.min(), values.max()), rel=1e-5
        )
        assert feature["sd"] == pytest.approx(values.std(ddof=0), rel=1e-5)
    for part in document["modes"][mode]["segments"]:
        own = rows[rows[f"{mode.capitalize()} Cluster"] == part["id"]]
        assert (part["size"], part["share"]) == (len(own), pytest.approx(len(own) / 200))
        for role, column in NUMERIC.items():
            numbers = (part["means"][role], part["medians"][role], part["spreads"][role])
            assert numbers == pytest.approx(
                (own[column].mean(), own[column].median(), own[column].std(ddof=0)), rel=1e-5
            )
        assert part["shares"]["gender"] == pytest.approx(
            {name: (own["Genre"] == name).mean() for name in ("Female", "Male")}, abs=1e-6
        )
        assert part["part_of_sum"] is None
    assert document["summed"] is None


def test_distributions_count_everybody_once(mall_result):
    rows = pd.read_csv(io.BytesIO(mall_result.assigned_csv))
    for one in mall_result.document["distributions"]:
        values, edges = rows[NUMERIC[one["feature"]]], one["edges"]
        assert one["counts"] == np.histogram(values, [*edges[:-1], np.inf])[0].tolist()
        assert edges[0] <= values.min() <= values.max() < edges[-1]
        assert np.ptp(np.diff(edges)) == pytest.approx(0, abs=1e-6)
        for group in one["by"]["groups"]:
            own = values[rows["Genre"] == group["label"]]
            assert group["counts"] == np.histogram(own, [*edges[:-1], np.inf])[0].tolist()
