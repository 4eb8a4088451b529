"""Segments are known again: by their place, whatever the order, the rows that come and go, and the restarts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from infra.layer import ROOT
from segmentation.clustering.cluster import cluster
from segmentation.describing.describe import describe_mode
from segmentation.describing.lineage import COLOURS, FARTHEST, Lineage, SegmentPosition, lineage, standardised_position
from segmentation.describing.segments import Mode
from segmentation.pipeline import Previous
from segmentation.points.disclosure import Disclosure
from tests.support.customers import FEATURES, MODES, finished, points_of
from tests.support.draws import draws

BIVARIATE = {"bivariate": MODES["bivariate"]}
# Two features of mean 0 and standard deviation 1, so that places are the numbers that a test names.
PLANE = points_of([(-1, -1), (-1, 1), (1, -1), (1, 1)], features=FEATURES[2:])


def segments_of(rows: np.ndarray, before: dict[str, Any] | None = None) -> Mode:
    """The segments of the bivariate mode of rows of income and spending score."""
    values, counts = np.unique(rows, axis=0, return_counts=True)
    points = points_of(values, counts.tolist(), FEATURES[2:])
    clusterings, placements, _ = cluster(points, BIVARIATE)
    labels, roles = placements["bivariate"].labels, MODES["bivariate"]
    return describe_mode(
        points, labels, roles, MODES["bivariate"], clusterings["bivariate"], Disclosure(), before=before
    )


@pytest.fixture(scope="module")
def reference(mall) -> np.ndarray:
    return pd.read_csv(mall).iloc[:, 3:5].to_numpy(dtype=float)


def perturbed(rows: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """One to ten rows are dropped, or added: copies of others, every second time a little off."""
    n = int(generator.integers(1, 11))
    if generator.random() < 0.5:
        changed = np.delete(rows, generator.choice(len(rows), n, replace=False), axis=0)
    else:
        copies = rows[generator.choice(len(rows), n)]
        copies += generator.integers(-3, 4, copies.shape) * (generator.random() < 0.5)
        changed = np.vstack([rows, np.clip(copies, 1, None)])
    return generator.permutation(changed)


@draws(few=5, many=200, parts=8)
def test_few_rows_more_or_less_leave_every_id_and_name(seed, draws, reference, mall_result):
    before = mall_result.document["modes"]["bivariate"]
    known = {(one["id"], one["name"], one["colour"]) for one in before["segments"]}
    centres = {one["id"]: np.array([one["means"]["income"], one["means"]["spending"]]) for one in before["segments"]}
    generator = np.random.default_rng([6, seed])
    kept = 0
    for _ in range(draws):
        found = segments_of(perturbed(reference, generator), before)
        same = {(one.identity.id, one.name, one.identity.colour) for one in found.segments} == known
        # The id is that of the segment in the same place, and not only some id.
        near = all(
            np.abs(centres[one.identity.id] - (one.profile.means["income"], one.profile.means["spending"])).max() < 5
            for one in found.segments
            if one.identity.id in centres
        )
        kept += same and near and not found.lineage.changes

    assert kept == draws


@pytest.mark.parametrize("settings", ["sample", "mall"])
def test_the_same_customers_in_any_order_are_the_same_segments(settings, request):
    """Both modes; neither ids nor names nor numbers depend on the order of rows."""
    result = request.getfixturevalue(f"{settings}_result")
    header, *rows = request.getfixturevalue(settings).read_text().splitlines()
    shuffled = np.random.default_rng(1).permutation(rows)

    again = finished("\n".join([header, *shuffled, ""]).encode()).document

    assert again["modes"] == result.document["modes"]


def positions(*places: tuple[float, float], sizes: tuple[int, ...] = ()) -> list[SegmentPosition]:
    """Segments that lie there, in standard deviations."""
    return [
        SegmentPosition({"income": x, "spending": y}, size)
        for (x, y), size in zip(places, sizes or [10] * len(places), strict=True)
    ]


def mode_before(*segments: tuple[int, float, float], sizes: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    """The mode of an earlier `data.json`, with segments of these ids there."""
    return {
        "features": ["income", "spending"],
        "segments": [
            {"id": one, "colour": one - 1, "size": size, "means": {"income": x, "spending": y}, "shares": {}}
            for (one, x, y), size in zip(segments, sizes or [10] * len(segments), strict=True)
        ],
        "last_id": max(one for one, _, _ in segments),
        **more,
    }


def traced(now: list[SegmentPosition], before: dict[str, Any]) -> Lineage:
    return lineage(now, PLANE, ["income", "spending"], before)


def changes_of(found: Lineage) -> set[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    return {(one.kind, one.before, one.now) for one in found.changes}


def test_the_first_segments_are_numbered_in_order():
    found = lineage(positions((1, 1), (0, 0)), PLANE, ["income", "spending"], None)

    assert [(one.id, one.colour) for one in found.identities] == [(1, 0), (2, 1)]
    assert (found.last_id, found.compared, found.changes) == (2, False, ())


def test_a_segment_is_the_one_that_lay_there():
    found = traced(positions((0.1, 0), (2, 2.1)), mode_before((7, 2, 2), (3, 0, 0)))

    assert found.ids == [3, 7]
    assert [one.colour for one in found.identities] == [2, 6]
    assert [one.distance for one in found.identities] == pytest.approx([0.1 / 2**0.5] * 2)
    assert found.changes == ()


def test_the_sum_of_all_distances_decides_and_not_the_nearest_pair():
    """Were the nearest pair taken first, the other segment would be left without one."""
    found = traced(positions((0.3, 0), (0.5, 0)), mode_before((1, 0.4, 0), (2, 1.0, 0)))

    assert found.ids == [1, 2]


@pytest.mark.parametrize(("distance", "ids"), [(FARTHEST - 0.01, [1, 2]), (FARTHEST + 0.01, [1, 3])])
def test_beyond_half_a_standard_deviation_it_is_another_segment(distance, ids):
    """The distance is the root mean square over both features, here of the same step in each."""
    found = traced(positions((0, 0), (3 + distance, 3 + distance)), mode_before((1, 0, 0), (2, 3, 3)))

    assert found.ids == ids
    assert changes_of(found) == (set() if ids == [1, 2] else {("new", (), (3,)), ("gone", (2,), ())})


def test_a_new_segment_has_a_number_and_a_colour_that_nobody_has():
    found = traced(positions((0, 0), (5, 5), (-5, 5)), mode_before((2, 0, 0), last_id=4))

    assert found.ids == [2, 5, 6]
    assert [one.colour for one in found.identities] == [1, 0, 2]
    assert changes_of(found) == {("new", (), (5,)), ("new", (), (6,))}


def test_no_number_is_given_twice():
    """The third comes, goes and comes again: as a fourth."""
    first = mode_before((1, 0, 0), (2, 3, 3))
    with_third = traced(positions((0, 0), (3, 3), (-3, 3)), first)
    without = traced(positions((0, 0), (3, 3)), mode_before((1, 0, 0), (2, 3, 3), (3, -3, 3)))
    again = traced(positions((0, 0), (3, 3), (-3, 3)), mode_before((1, 0, 0), (2, 3, 3), last_id=without.last_id))

    assert (with_third.ids, with_third.last_id) == ([1, 2, 3], 3)
    assert (without.ids, without.last_id) == ([1, 2], 3)
    assert (again.ids, again.last_id) == ([1, 2, 4], 4)


def test_ten_segments_have_ten_colours_whatever_was_before():
    generator = np.random.default_rng(2)
    before = mode_before(*((i + 5, *generator.uniform(-4, 4, 2)) for i in range(10)))
    for part in before["segments"]:
        part["colour"] = part["id"] % COLOURS

    found = traced(positions(*generator.uniform(-4, 4, (10, 2)).tolist()), before)

    assert sorted(one.colour for one in found.identities) == list(range(COLOURS))


@pytest.mark.parametrize("larger", [0, 1])
def test_a_segment_that_falls_apart_is_split(larger):
    """Both halves together lie where it was; the nearer one is still it."""
    sizes = (10, 30) if larger else (30, 10)
    x = 3 - 0.8 * (sizes[0] - sizes[1]) / 40
    found = traced(positions((0, 0), (x + 0.8, 3), (x - 0.8, 3), sizes=(10, *sizes)), mode_before((1, 0, 0), (2, 3, 3)))

    (kind, before, now), *others = changes_of(found)
    assert (kind, before, others) == ("split", (2,), [])
    assert sorted(now) == [2, 3]
    assert found.ids == ([1, 3, 2] if larger else [1, 2, 3])


def test_two_segments_that_are_one_now_are_merged():
    before = mode_before((1, 0, 0), (2, 3.8, 3), (3, 2.2, 3), sizes=(10, 10, 10))

    found = traced(positions((0, 0), (3, 3), sizes=(10, 20)), before)

    (kind, old, now), *others = changes_of(found)
    assert (kind, old, others) == ("merged", (2, 3), [])
    assert now == (found.ids[1],)


def test_a_new_segment_next_to_one_that_stays_is_no_split():
    """Both together do not lie where the one was."""
    found = traced(positions((0, 0), (3, 3), (3, 5)), mode_before((1, 0, 0), (2, 3, 3)))

    assert changes_of(found) == {("new", (), (3,))}


def test_segments_of_other_features_are_all_new():
    before = mode_before((1, 0, 0), (2, 3, 3), features=["age", "income"], last_id=6)

    found = traced(positions((0, 0), (3, 3)), before)

    assert found.ids == [7, 8]
    assert not found.compared
    assert found.changes == ()


def test_a_place_is_counted_in_standard_deviations_of_all_customers():
    points = points_of([(20, 0, 10, 5), (40, 1, 30, 5), (40, 1, 30, 5), (20, 0, 10, 5)])

    place = standardised_position(
        {"age": 35, "income": 40, "spending": 5}, {"gender": {"Female": 0.25}}, points, MODES["multivariate"]
    )

    # Ages and incomes deviate by 10 from their means; a share of a half deviates by a half.
    assert place == {"age": 3.5, "gender=Female": 0.5, "income": 4, "spending": 5}


def test_categories_may_come_and_go(sample):
    """A third gender, one that is gone, and one that was not there: compared by the others."""
    rows = sample.read_text().splitlines()
    third = [row.replace("Male", "Other") if i % 7 == 0 else row for i, row in enumerate(rows)]
    one, other = ("\n".join([*lines, ""]).encode() for lines in (rows, third))
    first = finished(one).document

    for data, before in ((other, first), (one, finished(other).document)):
        found = finished(data, previous=Previous({**before, **ORIGIN})).document
        assert found["changes"]["modes"]["multivariate"]["compared"]
        assert [part["id"] for part in found["modes"]["bivariate"]["segments"]] == [1, 2, 3, 4, 5]


ORIGIN = {"run_id": "0" * 16, "source": {"name": "a.csv", "uploaded_at": "", "requested_at": ""}}


@pytest.fixture(scope="module")
def after_an_old_document(sample) -> dict[str, Any]:
    old = json.loads((ROOT / "tests" / "golden" / "old.json").read_text())
    return finished(sample.read_bytes(), previous=Previous(old)).document


def test_a_document_of_version_two_is_a_run_before(after_an_old_document, sample_result):
    """It has neither colours nor levels nor a last id; of the same customers, its segments are those of now."""
    old = json.loads((ROOT / "tests" / "golden" / "old.json").read_text())
    assert old["schema_version"] == 2

    for mode, found in after_an_old_document["modes"].items():
        here = {part["id"]: part for part in found["segments"]}
        assert {one: part["size"] for one, part in here.items()} == {
            part["id"]: part["size"] for part in old["modes"][mode]["segments"]
        }
        assert sorted(part["colour"] for part in here.values()) == [0, 1, 2, 3, 4]
        change = after_an_old_document["changes"]["modes"][mode]
        assert (change["compared"], change["events"], change["gone"], change["flow"]) == (True, [], [], None)
        assert change["text"].startswith("All 5 segments of the run before are still there.")


def test_a_place_on_a_log_scale_is_that_of_the_logarithm():
    points = points_of([(1, 0), (9, 10), (99, 20)], features=(replace(FEATURES[2], log_unit=1.0), FEATURES[3]))
    logarithms = np.log([2, 10, 100])

    place = standardised_position({"income": 9.0, "spending": 5.0}, {}, points, MODES["bivariate"])

    assert place["income"] == pytest.approx(np.log(10) / logarithms.std())
    assert place["spending"] == pytest.approx(5 / np.std([0, 10, 20]))
