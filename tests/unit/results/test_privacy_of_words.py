"""An attacker who reads: labels, sentences, names, segments of few customers, and what is said of the run before."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from segmentation.customers.pooling import pooled_names
from segmentation.errors import UnusableFileError
from segmentation.pipeline import Previous, Result, segment
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.results.receipt import accepted_receipt, published_document
from segmentation.schema.ordered_words import Words
from segmentation.schema.settings import Settings
from segmentation.scoring import Model
from tests.support.customers import csv_of, opened, points_of
from tests.support.golden import FIRST, SECOND, taken
from tests.unit.results.test_document import validator

pytestmark = pytest.mark.usefixtures("segments_sought_once")
FEWEST = 5
HIDING = Settings(min_cell_count=FEWEST, outliers="keep")
KEEPING = Settings(outliers="keep")
HERS = "Jo Miller 12 Elm Road"


def rows_of(n: int = 90) -> list[tuple[str, int, int, int]]:
    """Three groups of customers; genders are of both kinds in each."""
    generator = np.random.default_rng(11)
    groups = ((30, 80), (90, 20), (60, 50))
    return [
        (
            ("Female", "Male")[int(generator.integers(2))],
            int(generator.integers(20, 60)),
            *(int(one + generator.integers(-6, 7)) for one in groups[i % 3]),
        )
        for i in range(n)
    ]


def csv_with(rows) -> bytes:
    return csv_of(*(f"C{i:04},{','.join(map(str, row))}" for i, row in enumerate(rows)))


def run(rows, settings: Settings, k: int | None = None, previous: Previous | None = None, key: bytes = b"k") -> Result:
    text = csv_with(rows)
    return taken(segment(lambda: io.BytesIO(text), settings=settings, k=k, previous=previous, rounding_key=key))


def published(result: Result, upload=SECOND) -> dict[str, Any]:
    document = json.loads(json.dumps(published_document(result, upload), allow_nan=False))
    validator("data").validate(document)
    return document


def public(result: Result) -> str:
    return json.dumps([published(result), accepted_receipt(result, SECOND)], ensure_ascii=False)


# --- labels ---


@pytest.mark.parametrize(("settings", "hides"), [(HIDING, True), (Settings(), False)])
def test_a_cell_of_one_customer_is_not_published(settings, hides):
    rows = rows_of()
    rows[7] = (HERS, *rows[7][1:])

    text = public(run(rows, settings))

    assert (HERS not in text) == hides
    assert hides == ("too rare to be told of are counted as the commonest" in text)
    assert hides or text.count(HERS) > 15


def test_rare_categories_are_counted_together():
    """Of twelve customers with a name each, no name is published; that there are about twelve others is."""
    rows = rows_of()
    secrets = [f"Name of {i}" for i in range(12)]
    for i, name in enumerate(secrets):
        rows[7 * i] = (name, *rows[7 * i][1:])

    result = run(rows, HIDING)

    document, text = published(result), public(result)
    assert not any(name in text for name in secrets)
    values = {one["label"]: one["count"] for one in document["features"]["gender"]["values"]}
    assert {*values} == {"Female", "Male", "Other"}
    assert values["Other"] in (None, 10, 15)
    assert document["features"]["gender"]["other"] == "Other"
    assert "Rare values of 'Gender' are counted as 'Other'." in text


@pytest.mark.parametrize("lacking", ["gender", "age"])
def test_neither_imputed_values_nor_spellings_reveal_a_customer(lacking):
    """All names are rare, so the commonest is one too; some cells are empty, some are spelled in another way."""
    rows = [(f"Name {i % 80}", *row[1:]) for i, row in enumerate(rows_of())]
    rows[3] = ("naMe 3", *rows[3][1:])
    rows[5] = ("", *rows[5][1:]) if lacking == "gender" else (rows[5][0], "", *rows[5][2:])

    text = public(run(rows, Settings(min_cell_count=FEWEST, columns={"gender": "Gender"})))

    assert "naMe" not in text
    assert "Name " not in text
    assert '"imputed": [{' in text


def test_whoever_leaves_does_not_show_by_a_label_that_goes_with_her():
    """A label is published of five for some keys, and of nine for all: five less one shows it only by luck."""
    points = points_of([(20, 0, 10, 90), (30, 1, 50, 10)])
    kept = []
    for key in range(300):
        rule = Disclosure.from_points(points, FEWEST, str(key).encode())
        kept.append(
            [
                not pooled_names(
                    {"a": 50, "b": n, "c": 20}, lambda customers, rule=rule: bool(rule.cell(customers)), 9
                )[0]
                for n in (4, 5, 6, 8, 9)
            ]
        )
    assert np.mean(kept, axis=0) == pytest.approx([0, 0.2, 0.4, 0.8, 1], abs=0.1)


def test_new_customers_with_rare_categories_are_placed_with_the_others():
    rows = rows_of()
    for i in range(12):
        rows[7 * i] = (f"Kind {i}", *rows[7 * i][1:])
    model = Model.from_document(published(run(rows, HIDING)))

    parts = [*model.scored_rows(opened(csv_with([("Of no kind", 30, 30, 80), ("Female", 30, 30, 80)])))]

    labels = [own["multivariate"] for _, own in parts if own]
    assert all((own >= 0).all() for own in labels)
    assert sum(map(len, labels)) == 2


LEVELS = ("Low", "Medium", "High")


def loyal(*more: str) -> bytes:
    """Customers with words in order, of whom few have those that are added."""
    levels = [*(LEVELS[row[2] // 35] for row in rows_of()), *more]
    rows = [*rows_of(), *rows_of()[: len(more)]]
    return csv_of(
        *(f"C{i:03},{x},{y},{level}" for i, ((_, _, x, y), level) in enumerate(zip(rows, levels, strict=True))),
        header="Id,Visits,Spend,Loyalty",
    )


def of_words(*more: str, **settings: Any) -> dict[str, Any]:
    modes = {"bivariate": ["Visits", "Spend"], "multivariate": ["Visits", "Spend", "Loyalty"]}
    found = Settings.parse(json.dumps({"modes": modes, "outliers": "keep", **settings}).encode())
    return published(taken(segment(lambda: io.BytesIO(loyal(*more)), settings=found, k=3, rounding_key=b"k")))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["Very high"], {"Low": 1, "Medium": 2, "High": 3, "Very high": 4}),
        (["Very low"] * 2, {"Very low": 1, "Low": 2, "Medium": 3, "High": 4}),
        (["Below average"], {"Low": 1, "Below average": 2, "Medium": 3, "High": 4}),
    ],
)
def test_words_in_order_that_few_customers_have_do_not_show(more, words):
    """Nor do the numbers of the others show that there are any."""
    hiding, exact = of_words(*more, min_cell_count=FEWEST), of_words(*more)

    assert exact["features"]["Loyalty"]["reading"]["words"] == words
    assert more[0] in json.dumps(exact["intake"])
    assert hiding["features"]["Loyalty"]["reading"]["words"] == {"Low": 1, "Medium": 2, "High": 3}
    assert more[0] not in json.dumps(hiding)


def test_customers_with_words_that_do_not_show_are_scored():
    document = of_words("Very high", min_cell_count=FEWEST)
    model = Model.from_document(document)

    parts = [*model.scored_rows(opened(loyal("Very high"), settings=model.settings))]

    labels = np.concatenate([own["multivariate"] for _, own in parts if own])
    assert (labels >= 0).all()


def test_where_all_words_but_one_are_rare_one_shows():
    few = Words(0, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), (("Low", 2.0), ("High", 6.0)))
    reading = few.without_others([6.0])

    assert reading.published()["words"] == {"High": 1.0}
    assert (
        Words.from_order({"High": 1.0}).parse(["Low", "High"])[0].tolist() == reading.parse(["Low", "High"])[0].tolist()
    )
    assert few.without_others([]).published()["words"] == {}


# --- segments of few ---


def outlier(n: int = 1) -> list[tuple[str, int, int, int]]:
    return [*rows_of(), *((HERS, 100, 4_000, 77) for _ in range(n))]


def numbers_in(value: Any) -> set[float]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    own = {float(value)} if isinstance(value, int | float) else set()
    return own.union(*map(numbers_in, children))


@pytest.mark.parametrize("n", [1, 4])
def test_nothing_is_published_of_a_segment_of_few(n):
    document = published(run(outlier(n), HIDING, k=4))

    for mode in document["modes"].values():
        (few,) = [part for part in mode["segments"] if part["size"] is None]
        nothing = {"share": None, "part_of_sum": None, "told_by": None, "trust": None}
        empty = {name: {} for name in ("means", "medians", "spreads", "shares", "levels")}
        texts = {"analysis": "", "action": "", "tag": ""}
        assert few == {
            "id": few["id"],
            "colour": few["colour"],
            "name": f"Small segment {few['id']}",
            "persona": f"Small segment {few['id']}",
            "size": None,
            "drivers": [],
            **nothing,
            **empty,
            **texts,
        }
        assert mode["model"]["centroids"].count(None) == 1
    features = document["features"]
    for part in (document["landscapes"], document["modes"], {role: features[role] for role in ("age", "income")}):
        assert not {4_000.0, 100.0} & {number for number in numbers_in(part) if number != 100.0 or part is features}
    assert HERS not in json.dumps(document)
    # Without the rule all of it is.
    exact = json.dumps(published(run(outlier(n), KEEPING, k=4)))
    assert '"income": 4000' in exact
    assert HERS in exact


def test_a_model_without_a_centroid_places_customers_in_the_other_segments():
    document = published(run(outlier(), HIDING, k=4))
    model = Model.from_document(document)

    (part,) = [own for _, own in model.scored_rows(opened(csv_with([("Female", 100, 4_000, 77)]))) if own]

    sized = [one["id"] for one in document["modes"]["bivariate"]["segments"] if one["size"] is not None]
    assert model.modes["bivariate"].ids == tuple(sized)
    assert 0 <= part["bivariate"][0] < len(sized) == 3


def test_a_file_of_fewer_customers_is_refused():
    with pytest.raises(UnusableFileError, match="Of 90 customers nothing may be told"):
        run(rows_of(), Settings(min_cell_count=91))
    run(rows_of(), Settings(min_cell_count=90))


# --- sentences ---


def test_no_sentence_says_what_rounding_made_of_the_numbers():
    """Thirty customers in segments of ten, in steps of hundreds: an average of 0 is not far above one of 50."""
    rows = rows_of(30)
    for seed in range(8):
        document = published(run(rows, Settings(min_cell_count=FEWEST), k=3, key=bytes([seed])))
        for mode in document["modes"].values():
            for part in mode["segments"]:
                says = part["analysis"].replace("k$", "").replace(",", "").split()
                for i in [i for i, word in enumerate(says) if word == "averages"]:
                    sentence = " ".join(says[i:]).split(" overall ")
                    mean, overall = float(sentence[0].split()[1]), float(sentence[1].split(". ")[0].rstrip("."))
                    assert ("above" in sentence[0]) <= (mean > overall), part["analysis"]
                    assert ("below" in sentence[0]) <= (mean < overall), part["analysis"]
                assert "0.00 standard deviations" not in part["analysis"]


def test_what_is_known_too_coarsely_is_not_said():
    """An average of ten customers is published in steps of six tenths of their spread, with one who is rich in more."""
    rows = rows_of(36)
    rows[0] = (*rows[0][:2], 3_000, rows[0][3])
    document = published(run(rows, HIDING, k=2))

    said = [part["analysis"] for mode in document["modes"].values() for part in mode["segments"]]
    assert any(part["size"] is None for mode in document["modes"].values() for part in mode["segments"])
    assert any("averages" in text for text in said)


# --- the run before ---


def test_figures_of_the_run_before_pass_the_rule_of_now():
    """It was exact, and had a segment of one; now its sizes and means are published as today's are."""
    first = run(outlier(), KEEPING, k=4)
    before = published(first, FIRST)

    changes = published(run(rows_of(), HIDING, k=4, previous=Previous(before, first.members)))["changes"]
    exactly = published(run(rows_of(), Settings(), k=4, previous=Previous(before, first.members)))["changes"]

    assert HERS not in json.dumps(changes)
    assert '"means": {"age": 100' not in json.dumps(changes)
    for name, mode in before["modes"].items():
        changed = changes["modes"][name]
        known = {part["id"]: part for part in mode["segments"]}
        for part in [*(one["before"] for one in changed["segments"] if one["before"]), *changed["gone"]]:
            assert part["size"] is None or part["size"] % FEWEST == 0
        for one in changed["segments"]:
            if one["before"]:
                assert one["before"]["means"] != known[one["id"]]["means"]
        gone = [one for one in changed["gone"] if one["size"] is None]
        assert [one["name"] for one in gone] == [f"Small segment {one['id']}" for one in gone]
        assert gone or name == "multivariate"
    assert any(one["size"] == 1 for one in exactly["modes"]["bivariate"]["gone"])


@pytest.mark.parametrize(("n", "is_named"), [(18, False), (40, True)])
def test_the_name_of_a_segment_of_before_holds_no_category_that_is_too_rare_now(n, is_named):
    """It was exact, so a category of fewer customers than the rule of now may be all but the whole of one."""
    rows = [(gender, 40, *others) for gender, _, *others in rows_of(200)]
    few = [(HERS if i < n else "Male", 40, 950 + i % 5, 90 + i % 7) for i in range(n + 2)]
    first = run([*rows, *few], Settings(), k=2)
    before = published(first, FIRST)

    # By this key a segment of twenty is published.
    document = published(run(rows, Settings(min_cell_count=20), 2, Previous(before, first.members), key=b"key 31"))

    assert any(HERS in part["name"] for part in before["modes"]["multivariate"]["segments"])
    (gone,) = [one for one in document["changes"]["modes"]["multivariate"]["gone"] if one["size"] and one["size"] < 100]
    assert (HERS in json.dumps(document)) == (HERS in gone["name"]) == is_named
    assert is_named or gone["name"] == f"Segment {gone['id']}"


def test_a_run_before_by_the_same_rule_stays_as_it_was_published():
    first = run(outlier(), HIDING, k=4)
    before = published(first, FIRST)

    changes = published(run(outlier(), HIDING, k=4, previous=Previous(before, first.members)))["changes"]

    for name, mode in before["modes"].items():
        known = {part["id"]: part for part in mode["segments"] if part["size"] is not None}
        for one in changes["modes"][name]["segments"]:
            if one["before"]:
                assert one["before"] == {field: known[one["id"]][field] for field in ("size", "share", "means")}
        assert sum(one["before"] is not None for one in changes["modes"][name]["segments"]) == 3


def test_transitions_do_not_reveal_what_the_previous_run_suppressed():
    """By the rule of now all numbers are exact; the one customer in a segment of then stays untold."""
    first = run(outlier(), HIDING, k=4)

    now = published(run(outlier(), KEEPING, k=4, previous=Previous(published(first, FIRST), first.members)))

    for name in ("bivariate", "multivariate"):
        (few,) = [one for one in now["changes"]["modes"][name]["gone"] if one["size"] is None]
        flow = now["changes"]["modes"][name]["flow"]
        assert {*flow["counts"][flow["before"].index(few["id"])]} == {None}
        assert flow["left"] is flow["joined"] is None
        assert few["name"] not in flow["text"]
    assert 1 in [part["size"] for part in now["modes"]["bivariate"]["segments"]]


# --- random rounding ---


def test_another_key_rounds_otherwise():
    """A sum that is linear gave two seeds the same difference for every count of two digits."""
    rules = [Disclosure.from_points(points_of([(20, 0, n, 90), (30, 1, 50, 10)]), 8, b"key") for n in (10, 11)]
    other = Disclosure.from_points(points_of([(20, 0, 10, 90), (30, 1, 50, 10)]), 8, b"another")
    for one, two in ((rules[0], rules[1]), (rules[0], other)):
        differences = {one._random_offset("round", n) ^ two._random_offset("round", n) for n in range(10, 100)}
        assert differences == set(range(8))


def test_the_same_customers_and_key_draw_the_same():
    def points() -> WeightedPoints:
        return points_of([(20, 0, 10, 90), (30, 1, 50, 10)])

    assert Disclosure.from_points(points(), 8, b"key") == Disclosure.from_points(points(), 8, b"key")
    assert Disclosure.from_points(points(), 8, b"key") != Disclosure.from_points(points(), 8, b"")
    assert Disclosure.from_points(points(), 1, b"key") == Disclosure()


# --- a feature that changes kind ---


def test_a_feature_that_was_words_and_is_a_number_now_is_a_new_feature():
    modes = {"bivariate": ["Income", "Score"], "multivariate": ["Channel", "Income", "Score"]}
    settings = Settings.parse(json.dumps({"modes": modes}).encode())
    rows = [row[2:] for row in rows_of()]
    words, codes = (
        "\n".join(["Id,Channel,Income,Score", *(f"C{i:03},{kinds[i % 4]},{x},{y}" for i, (x, y) in enumerate(rows))])
        for kinds in (("web", "shop", "phone", "mail"), (1, 2, 3, 4))
    )
    for earlier, later in ((words, codes), (codes, words)):
        first = taken(segment(lambda: io.BytesIO(earlier.encode()), settings=settings, k=3))  # noqa: B023
        previous = Previous(published(first, FIRST), first.members)
        now = taken(segment(lambda: io.BytesIO(later.encode()), settings=settings, k=3, previous=previous))  # noqa: B023

        document = published(now)
        assert document["changes"]["modes"]["multivariate"]["compared"] is False
        assert document["changes"]["modes"]["bivariate"]["compared"] is True
        assert [part["id"] for part in document["modes"]["multivariate"]["segments"]] == [4, 5, 6]
        assert document["modes"]["multivariate"]["last_id"] == 6
