"""What segments are called: unique, true, without gender unless it is what separates them, and kept."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from segmentation.describing.lineage import Identity
from segmentation.describing.naming import LEVEL, each_meaning_once, namings
from segmentation.describing.personas import TABLES
from segmentation.describing.profile import Profile
from segmentation.errors import UnusableFileError
from segmentation.pipeline import Previous
from segmentation.schema.features import Feature
from segmentation.schema.settings import Settings
from tests.support.customers import FEATURES, Finished, csv_of, finished, loaded
from tests.support.golden import FIRST

BIVARIATE = FEATURES[2:]
PERSONAS = TABLES[0].cells
WORDS = {"high": 1.0, "average": 0.0, "low": -1.0}


def profile(positions: dict[str, float], female: float = 0.5) -> Profile:
    zeros = dict.fromkeys(positions, 0.0)
    return Profile(
        10, 0.1, zeros, zeros, zeros, {"gender": {"Female": female, "Male": 1 - female}}, positions, [], None
    )


EVERYONE = profile({"age": 0.0, "income": 0.0, "spending": 0.0})


def named(features: tuple[Feature, ...], *segments: Profile, before: list[dict[str, Any]] | None = None) -> list[Any]:
    known = before or [None] * len(segments)
    identities = [Identity(i + 1, i, one) for i, one in enumerate(known)]
    return namings(features, segments, EVERYONE, identities)


def at(income: float, spending: float, age: float = 0.0, female: float = 0.5) -> Profile:
    return profile({"age": age, "income": income, "spending": spending}, female)


def test_no_name_contradicts_its_place():
    """Of random places: the words of the name, the tag and the levels say the same as the numbers."""
    generator = np.random.default_rng(1)
    for _ in range(60):
        segments = [at(*generator.normal(0, 0.8, 3)) for _ in range(int(generator.integers(2, 11)))]
        found = named(FEATURES, *segments)
        assert len({one.name for one in found}) == len(segments)
        for one, naming in zip(segments, found, strict=True):
            for role, level in naming.levels.items():
                position = one.positions[role]
                assert level == ("high" if position >= LEVEL else "low" if position <= -LEVEL else "average")
            assert PERSONAS[naming.levels["income"], naming.levels["spending"]] == naming.persona
            assert naming.persona.name in naming.name
            assert naming.name.startswith("Younger ") == (naming.levels["age"] == "low")
            assert naming.name.startswith("Older ") == (naming.levels["age"] == "high")
            assert naming.tag == f"{naming.levels['income'].capitalize()} income · {naming.levels['spending']} spending"


def test_names_say_nothing_of_gender():
    for income, spending, age in itertools.product(WORDS.values(), repeat=3):
        (naming,) = named(FEATURES, at(income, spending, age))
        assert "(" not in naming.name


@pytest.mark.parametrize(("female", "suffix"), [(0.89, ""), (0.9, " (Female)"), (1.0, " (Female)"), (0.1, " (Male)")])
def test_a_gender_is_named_where_nine_in_ten_have_it(female, suffix):
    (naming,) = named(FEATURES, at(1, 1, 0, female))

    assert naming.name == f"Premium Enthusiasts{suffix}"


@pytest.mark.parametrize(
    ("position", "before", "level"),
    [
        (0.45, None, "average"),
        (0.45, "high", "high"),
        (0.39, "high", "average"),
        (0.55, None, "high"),
        (0.55, "average", "average"),
        (0.61, "average", "high"),
        (-0.45, "low", "low"),
        (-0.39, "low", "average"),
        (-0.55, "average", "average"),
        (-0.61, "average", "low"),
        (0.55, "low", "high"),
    ],
)
def test_near_a_border_a_segment_keeps_its_word(position, before, level):
    known = None if before is None else [{"levels": {"income": before, "spending": "high"}, "persona": ""}]

    (naming,) = named(BIVARIATE, at(position, 1), before=known)

    assert naming.levels["income"] == level


@pytest.mark.parametrize(("female", "kept"), [(0.87, True), (0.84, False)])
def test_near_its_border_a_gender_stays_in_the_name(female, kept):
    levels = {"age": "average", "income": "high", "spending": "high"}
    (naming,) = named(
        FEATURES, at(1, 1, 0, female), before=[{"levels": levels, "persona": "Premium Enthusiasts (Female)"}]
    )

    assert naming.name == "Premium Enthusiasts" + " (Female)" * kept


def test_segments_at_one_position_keep_what_distinguished_them_before():
    pair = [at(0.9, 1.0), at(1.0, 1.3)]
    levels = {"income": "high", "spending": "high"}

    fresh = named(BIVARIATE, *pair)
    kept = named(BIVARIATE, *pair, before=[{"levels": levels, "persona": "", "told_by": "income"}] * 2)

    assert [one.name for one in fresh] == [
        "Premium Enthusiasts, lower Spending Score",
        "Premium Enthusiasts, higher Spending Score",
    ]
    assert [one.name for one in kept] == [
        "Premium Enthusiasts, lower Annual Income",
        "Premium Enthusiasts, higher Annual Income",
    ]
    assert {one.distinguished_by for one in fresh} == {"spending"}


def test_other_features_are_named_by_where_they_are_not_average():
    fresh, milk = Feature("Fresh", "Fresh (m.u.)"), Feature("Milk", "Milk")
    segments = [
        profile({"Fresh": 2.0, "Milk": -0.7}),
        profile({"Fresh": 0.1, "Milk": 0.6}),
        profile({"Fresh": 0, "Milk": 0}),
    ]

    assert [one.name for one in named((fresh, milk), *segments)] == [
        "High Fresh, low Milk",
        "High Milk",
        "Average in all",
    ]


def feature(meaning: str, label: str = "") -> Feature:
    return Feature(meaning, label or meaning.capitalize(), meaning=meaning)


@pytest.mark.parametrize(
    ("features", "position", "words"),
    [
        (("recency", "count"), (-1.2, 1), "Recent, high Count"),
        (("recency", "count"), (1.2, 0), "Lapsed"),
        (("tenure", "count"), (-1.2, 1), "New, high Count"),
        (("tenure", "count"), (1.2, -1), "Long-standing, low Count"),
        (("age", "count"), (-1.2, -1), "Younger, low Count"),
        (("age", "spending"), (1.2, -1), "Older, low spending"),
        (("frequency", "rating"), (1.2, -1), "High Frequency, low Rating"),
    ],
)
def test_words_suit_what_a_feature_means(features, position, words):
    (naming,) = named(tuple(map(feature, features)), profile(dict(zip(features, map(float, position), strict=True))))

    assert naming.name == words
    assert naming.persona is None


@pytest.mark.parametrize(
    ("meaning", "two", "three"),
    [
        ("recency", ["more recent", "less recent"], ["most recent", "middle Recency", "least recent"]),
        ("tenure", ["newer", "longer-standing"], ["newest", "middle Tenure", "longest-standing"]),
        ("age", ["younger", "older"], ["youngest", "middle age", "oldest"]),
        ("money", ["lower Money", "higher Money"], ["lowest Money", "middle Money", "highest Money"]),
    ],
)
def test_segments_at_one_position_are_distinguished_in_words_that_suit(meaning, two, three):
    for words in (two, three):
        segments = [profile({meaning: 1.0 + i}) for i in range(len(words))]

        names = [one.name for one in named((feature(meaning),), *segments)]

        assert [name.partition(", ")[2] for name in names] == words


def test_a_name_says_recent_of_one_feature_only():
    """The axis, where there are two with that meaning; the other is high or low."""
    features = [feature("recency", "Days Since Visit"), Feature("order", "Days Since Order", meaning="recency")]
    place = {"recency": 1.0, "order": -1.2}

    assert [named(tuple(each_meaning_once(features, axes)), profile(place))[0].name for axes in ((), ("order",))] == [
        "Low Days Since Order, lapsed",
        "Recent, high Days Since Visit",
    ]


def test_meaning_goes_before_role():
    """Settings may call a column the income that is none."""
    forced = (
        Feature("income", "recency", meaning="recency"),
        Feature("spending", "monetary", meaning="money"),
        Feature("gender", "Sex", ("Female", "Male"), meaning="gender"),
    )

    best, lost = named(forced, at(-1, 1, female=1.0), at(1, -1))

    assert (best.name, best.tag) == ("Champions (Female)", "High monetary · recent")
    assert (lost.name, lost.tag) == ("Hibernating Customers", "Low monetary · lapsed")


def test_a_rating_that_is_taken_for_the_spending_score_is_one():
    lines = [f"{i},Male,{20 + i},{15 + i},{1 + 7 * i % 99}" for i in range(40)]

    features = loaded(csv_of(*lines, header="Id_Clientes,Genero,Edad,Ingreso_anual,Puntaje_credito")).points.features

    assert [one.meaning for one in features] == ["age", "gender", "income", "spending"]


RFM = tuple(map(feature, ("recency", "frequency", "money")))


def rfm(recency: float, frequency: float, money: float) -> Profile:
    return profile({"recency": recency, "frequency": frequency, "money": money})


def test_where_money_and_frequency_contradict_each_other_there_is_no_persona():
    seldom, often, both = named(RFM, rfm(0, -0.6, 3), rfm(0, 2, -0.7), rfm(0, 0.3, 0.8))

    assert [seldom.name, often.name, both.name] == [
        "High Money, low Frequency",
        "High Frequency, low Money",
        "High-Value Customers",
    ]
    assert (seldom.persona, often.persona) == (None, None)


@pytest.mark.parametrize(
    ("recency", "frequency", "money", "name"),
    [
        (-1, 2, 0.4, "Loyal Customers"),
        (0, 2, 0.4, "Frequent Customers"),
        (1, 2, 0.4, "Lapsed Regulars"),
        (0, 0.4, 2, "High-Value Customers"),
        (0, 0.4, -0.7, "About-to-Sleep Customers"),
        (0, -0.7, 0.4, "Core Customers"),
    ],
)
def test_no_name_claims_more_money_than_there_is(recency, frequency, money, name):
    (naming,) = named(RFM, rfm(recency, frequency, money))

    assert naming.name == name


@pytest.mark.parametrize(
    ("value", "before", "name"),
    [
        (0.45, None, "Potential Loyalists"),
        (0.45, "Champions", "Champions"),
        (0.39, "Champions", "Potential Loyalists"),
        (0.55, None, "Champions"),
        (0.55, "Younger Potential Loyalists (Female)", "Potential Loyalists"),
        (0.55, "High Money, recent", "Champions"),
        (0.45, "Rare High-Value Customers", "Potential Loyalists"),
    ],
)
def test_near_a_border_a_value_of_money_and_frequency_keeps_its_word(value, before, name):
    known = None if before is None else [{"levels": {"recency": "low"}, "persona": before}]

    (naming,) = named(RFM, rfm(-1, value - 0.1, value + 0.1), before=known)

    assert naming.name == name


# --- names by the user ---


def renamed(data: bytes, names: dict[str, dict[str, str]], previous: Finished | None = None) -> Finished:
    before = (
        None if previous is None else Previous({**previous.document, "run_id": FIRST.run_id, "source": FIRST.source})
    )
    return finished(data, settings=Settings(names=names, k=5), previous=before)


def names_of(result: Finished, mode: str = "bivariate") -> dict[int, str]:
    return {part["id"]: part["name"] for part in result.document["modes"][mode]["segments"]}


def test_a_name_of_the_users_is_bound_to_the_id_and_survives(sample):
    """The largest segment grows away at the top, so that others come first; the name stays with its customers."""
    data = sample.read_bytes()
    names = {"bivariate": {"4": "Quiet Savers"}, "multivariate": {"9": "Nobody"}}
    first = renamed(data, names)
    part = next(one for one in first.document["modes"]["bivariate"]["segments"] if one["id"] == 4)
    header, *rows = data.decode().splitlines()
    fewer = "\n".join([header, *rows[40:]]).encode()

    again = renamed(fewer, names, first)

    assert names_of(first)[4] == names_of(again)[4] == "Quiet Savers"
    assert part["persona"] == "Thrifty Minimalists"
    assert "Quiet Savers" not in names_of(first, "multivariate").values()
    now = next(one for one in again.document["modes"]["bivariate"]["segments"] if one["id"] == 4)
    assert abs(now["means"]["income"] - part["means"]["income"]) < 5
    others = {one: name for one, name in names_of(first).items() if one != 4}
    assert others == {one: name for one, name in names_of(again).items() if one != 4}


def test_a_name_that_another_segment_would_have_is_its_alone(sample):
    names = names_of(renamed(sample.read_bytes(), {"bivariate": {"4": "Premium Enthusiasts"}}))

    assert names[4] == "Premium Enthusiasts"
    assert names[1] == "Premium Enthusiasts, segment 1"
    assert len(set(names.values())) == 5


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ('{"bivariate": {"1": "Savers", "2": " Savers "}}', "names.bivariate: two segments are called 'Savers'"),
        ('{"bivariate": {"1": ""}}', r"names\.bivariate"),
        ('{"bivariate": {"1": "   "}}', r"names\.bivariate"),
        ('{"bivariate": {"first": "Savers"}}', r"names\.bivariate"),
        ('{"bivariate": {"0": "Savers"}}', r"names\.bivariate"),
        ('{"multivariate": {"1": 7}}', r"names\.multivariate"),
        ('{"both": {"1": "Savers"}}', "names"),
        (f'{{"bivariate": {{"1": "{"x" * 61}"}}}}', r"names\.bivariate"),
    ],
)
def test_names_that_cannot_be_are_refused_with_their_field(names, message):
    with pytest.raises(UnusableFileError, match=message):
        Settings.parse(f'{{"names": {names}}}'.encode())


def test_the_same_name_in_both_modes_is_none_too_many():
    settings = Settings.parse(b'{"names": {"bivariate": {"1": "Savers"}, "multivariate": {"2": " Savers "}}}')

    assert settings.names == {"bivariate": {"1": "Savers"}, "multivariate": {"2": "Savers"}}
