"""Each number in each sentence of a result, counted again from the private rows, by another way than the engine's.

A sentence must match one of the templates here whole: one that nobody checks is a failure.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from kneed import KneeLocator
from sklearn.metrics import adjusted_rand_score, silhouette_samples
from sklearn.preprocessing import StandardScaler

from segmentation.pipeline import Previous, segment
from tests.support.customers import MODES, Finished, finished
from tests.support.golden import FIRST, earlier_sample

UPLOADS = ("sample", "mall", "jewellery")
NUMBER, QUOTED, SHOWN = r"[−-]?[\d,]*\d(?:\.\d+)?", r"'[^']+'", r"[A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)*"


@dataclass(frozen=True)
class ResultWithRows:
    """A result and its rows, a line each."""

    document: dict[str, Any]
    rows: pd.DataFrame

    @property
    def features(self) -> dict[str, dict[str, Any]]:
        return self.document["features"]

    def column(self, role: str) -> pd.Series:
        return self.rows[self.features[role]["label"]]

    def role(self, name: str) -> str:
        """The feature of that name, as sentences have it."""
        return next(role for role, one in self.features.items() if name in {one["name"], role})

    def labels(self, mode: str) -> pd.Series:
        return self.rows[f"{mode.capitalize()} Cluster"]

    def scaled(self, mode: str) -> np.ndarray:
        """The places of the customers of a mode, as the README describes them."""
        columns = [
            self.column(role) == self.column(role).min() if role == "gender" else self.column(role)
            for role in MODES[mode]
            if role in self.features
        ]
        return StandardScaler().fit_transform(np.column_stack(columns).astype(float))


def with_rows(finished_run: Finished) -> ResultWithRows:
    return ResultWithRows(finished_run.document, pd.read_csv(io.BytesIO(finished_run.assigned_csv)))


@pytest.fixture(scope="module")
def jewellery_result(shared_data) -> Finished:
    return finished((shared_data / "jewellery.csv").read_bytes())


@pytest.fixture
def results(request) -> Callable[[str], ResultWithRows]:
    return lambda upload: with_rows(request.getfixturevalue(f"{upload}_result"))


def number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def assert_shows(text: str, value: float, slack: float = 0.0) -> None:
    """The number is the value, to the last digit shown, and no farther off than `slack` beyond that."""
    digits = len(text.partition(".")[2])
    assert abs(number(text) - value) <= 0.5001 * 10**-digits + slack, (text, value)


def fully(template: str, text: str) -> re.Match[str]:
    found = re.fullmatch(template, text)
    assert found, f"a sentence nobody checked: {text}"
    return found


def position(deviation: float) -> str:
    distance = abs(deviation)
    if distance < 0.1:
        return "close to"
    side = "above" if deviation > 0 else "below"
    return f"slightly {side}" if distance < 0.5 else side if distance < 1 else f"far {side}"


COMPARISON = re.compile(
    rf"(?P<name>{SHOWN}) averages (?P<mean>{NUMBER})(?: (?P<unit>[^\s,]+))?, "
    rf"(?P<position>close to|(?:far |slightly )?(?:above|below)) the overall (?P<overall>{NUMBER})\. ?"
)
CATEGORY = re.compile(rf"(?P<share>{NUMBER})% are (?P<value>\w+), against (?P<overall>{NUMBER})% overall\. ?")
APART = re.compile(
    r"(?P<lead>What sets them apart most|Nothing sets them far apart): "
    rf"(?P<what>the share of (?P<value>\w+)|{SHOWN}) is (?P<by>{NUMBER}) standard "
    r"deviations (?P<side>above|below) that of all others\. ?"
)
WEIGHT = re.compile(rf"They are (?P<share>{NUMBER})% of the customers\. ?")


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
@pytest.mark.parametrize("upload", UPLOADS)
def test_every_number_of_an_analysis_is_that_of_the_data(upload, mode, results):
    result = results(upload)
    roles = [role for role in MODES[mode] if role in result.features]
    for segment_ in result.document["modes"][mode]["segments"]:
        inside = result.labels(mode) == segment_["id"]
        text, mentioned = segment_["analysis"], set()
        for found in COMPARISON.finditer(text):
            values = result.column(result.role(found["name"]))
            assert_shows(found["mean"], values[inside].mean())
            assert_shows(found["overall"], values.mean())
            assert found["position"] == position((values[inside].mean() - values.mean()) / values.std(ddof=0))
            assert (found["unit"] or "") == result.features[result.role(found["name"])]["unit"]
            mentioned.add(result.role(found["name"]))
        for found in CATEGORY.finditer(text):
            has = result.column("gender") == found["value"]
            assert_shows(found["share"], 100 * has[inside].mean())
            assert_shows(found["overall"], 100 * has.mean())
        (apart,) = APART.finditer(text)
        differences = differences_of(result, roles, inside)
        what = apart["value"] or result.role(apart["what"])
        assert_shows(apart["by"], abs(differences[what]))
        assert apart["side"] == ("above" if differences[what] > 0 else "below")
        assert abs(differences[what]) == pytest.approx(max(map(abs, differences.values())))
        assert APART.sub("", CATEGORY.sub("", COMPARISON.sub("", text))) == "", "a sentence nobody checked"
        assert mentioned == {role for role in roles if role != "gender"}


def differences_of(result: ResultWithRows, roles: list[str], inside: pd.Series) -> dict[str, float]:
    """Cohen's d but by the deviation of all customers, between a segment and everyone else."""
    columns = {role: result.column(role) for role in roles if role != "gender"}
    if "gender" in roles:
        columns |= {value: result.column("gender") == value for value in result.column("gender").unique()}
    return {
        name: (column[inside].mean() - column[~inside].mean()) / column.std(ddof=0) for name, column in columns.items()
    }


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
@pytest.mark.parametrize("upload", UPLOADS)
def test_every_number_of_an_action_is_that_of_the_data(upload, mode, results):
    result = results(upload)
    for segment_ in result.document["modes"][mode]["segments"]:
        inside = result.labels(mode) == segment_["id"]
        (found,) = WEIGHT.finditer(segment_["action"])
        assert_shows(found["share"], 100 * inside.mean())
        assert not re.search(r"\d", WEIGHT.sub("", segment_["action"])), "a number nobody checked"


AGREEMENT = (
    rf"silhouette (?P<silhouette>{NUMBER}), against (?P<chance>{NUMBER}) that K-Means reaches where there are no "
    rf"segments; resamples agree at (?P<mean>{NUMBER}) \(adjusted Rand index, (?P<lowest>{NUMBER}) at the lowest\)"
)
SOLID = rf"Solid segments: {AGREEMENT}; each of them is found again \(Jaccard (?P<jaccard>{NUMBER}) at the lowest\)\."
AGAIN = rf"found again in resamples with a Jaccard coefficient of ({NUMBER}), silhouette ({NUMBER})\."
OF_SEGMENT = {
    "solid": rf"Solid: {AGAIN}",
    "tentative": rf"Tentative: {AGAIN} Solid ones have at least "
    r"(?:a Jaccard coefficient of 0\.75|a silhouette of 0\.50| and )+\.",
    "none": rf"Not reliable: not found again in resamples, with a Jaccard coefficient of ({NUMBER}), less than 0\.50; "
    rf"silhouette ({NUMBER})\.",
}
TENTATIVE = rf"Tentative segments: {AGREEMENT}\. Solid ones have at least (?P<lacking>.*)\."


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
@pytest.mark.parametrize("upload", UPLOADS)
def test_every_number_of_what_is_said_of_trust_is_published_or_counted_again(upload, mode, results):
    """What resamples gave is held against the published field, and that is tested with `clustering.stability`."""
    result = results(upload)
    content = result.document["modes"][mode]
    trust, segments = content["trust"], content["segments"]
    jaccards = [one["trust"]["stability"] for one in segments]
    coefficients = silhouette_samples(result.scaled(mode), result.labels(mode))

    found = fully({"solid": SOLID, "tentative": TENTATIVE}[trust["verdict"]], trust["text"])
    assert_shows(found["silhouette"], coefficients.mean())
    assert trust["silhouette"] == pytest.approx(coefficients.mean(), abs=1e-5)
    assert_shows(found["chance"], trust["silhouette_by_chance"])
    assert_shows(found["mean"], trust["stability"])
    assert_shows(found["lowest"], trust["lowest_stability"])
    if trust["verdict"] == "solid":
        assert_shows(found["jaccard"], min(jaccards))
    else:
        # As they are printed: 0.75 is not too little, though it may be 0.7499.
        lacking = {
            "a silhouette of 0.50": round(coefficients.mean(), 2) < 0.5,
            "an agreement of 0.85": round(trust["stability"], 2) < 0.85,
            "a Jaccard coefficient of 0.75 for each segment": round(min(jaccards), 2) < 0.75,
        }
        assert set(re.split(", | and ", found["lacking"])) == {what for what, is_so in lacking.items() if is_so}
    for one in segments:
        found = fully(OF_SEGMENT[one["trust"]["verdict"]], one["trust"]["text"])
        assert_shows(found[1], one["trust"]["stability"])
        assert_shows(found[2], coefficients[result.labels(mode) == one["id"]].mean())


def eta_squared(column: pd.Series, labels: pd.Series) -> float:
    """The share of a variance that lies between groups."""
    return 1 - ((column - column.groupby(labels).transform("mean")) ** 2).sum() / ((column - column.mean()) ** 2).sum()


def explained_of(result: ResultWithRows, mode: str) -> dict[str, float]:
    found = {}
    for role in MODES[mode]:
        if role in result.features:
            column = result.column(role) == result.column(role).min() if role == "gender" else result.column(role)
            found[role] = eta_squared(column.astype(float), result.labels(mode))
    return found


CURVES = (
    r"On its own features, the inertia curve bends (?P<elbow>nowhere|at K = \d+) and the silhouette is highest "
    r"at K = (?P<peak>\d+)(?P<last>, the largest tried)?\. ?"
)
ALONE = r"Of the (?P<all>\d+) segments, (?P<n>\d+) holds? one gender only\. ?"
SPLIT = (
    rf"Gender alone splits the segments: they explain (?P<share>{NUMBER})% of its variance, more than of any other "
    r"feature\. To see segments that rest on behaviour, leave gender out in settings\.json\. ?"
)


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
@pytest.mark.parametrize("upload", UPLOADS)
def test_every_number_of_what_else_is_said_of_a_mode_is_that_of_the_data(upload, mode, results):
    result = results(upload)
    content = result.document["modes"][mode]
    sweep, text = content["sweep"], content["text"]
    elbow = KneeLocator(range(1, 11), [one["inertia"] for one in sweep], curve="convex", direction="decreasing").knee
    peak = max(sweep[1:], key=lambda one: one["silhouette"])["k"]
    explained = explained_of(result, mode)
    assert content["explained"] == pytest.approx(explained, abs=1e-5)
    assert (content["elbow"], content["silhouette_peak"]) == (elbow, peak)

    curves = list(re.finditer(CURVES, text))
    assert bool(curves) == ({elbow, peak} != {result.document["k"]["value"]})
    for found in curves:
        assert found["elbow"] == ("nowhere" if elbow is None else f"at K = {elbow}")
        assert (int(found["peak"]), bool(found["last"])) == (peak, peak == 10)
    if "gender" in explained:
        kinds = result.column("gender").groupby(result.labels(mode)).nunique()
        alone = list(re.finditer(ALONE, text))
        assert bool(alone) == bool((kinds == 1).any())
        for found in alone:
            assert (int(found["all"]), int(found["n"])) == (len(kinds), (kinds == 1).sum())
    splits = list(re.finditer(SPLIT, text))
    is_split = max(explained, key=explained.__getitem__) == "gender" and explained["gender"] >= 0.75
    assert bool(splits) == is_split == (content["split_by"] == "gender")
    for found in splits:
        assert_shows(found["share"], 100 * explained["gender"])
    assert re.sub(SPLIT, "", re.sub(ALONE, "", re.sub(CURVES, "", text))) == "", "a sentence nobody checked"


@pytest.mark.parametrize("upload", UPLOADS)
def test_every_number_of_the_choice_of_k_is_that_of_the_curves(upload, results):
    result = results(upload)
    k, content = result.document["k"], result.document["modes"]["bivariate"]
    here = content["sweep"][k["value"] - 1]
    silhouette = silhouette_samples(result.scaled("bivariate"), result.labels("bivariate")).mean()
    says = r"the silhouette is highest|resamples find the same segments again|the inertia curve bends"
    found = fully(
        rf"K = (\d+) \(silhouette ({NUMBER}), resamples agree at ({NUMBER})\): there ((?:{says}|, | and )+)\. "
        r"(All three agree\.|On the other hand, (.*): the number of segments is a choice, not a fact\.)",
        k["text"],
    )
    assert int(found[1]) == k["value"] == here["k"]
    assert_shows(found[2], silhouette)
    assert_shows(found[3], here["stability"])
    speaks = {
        "the silhouette is highest": content["silhouette_peak"] == k["value"],
        "resamples find the same segments again": round(here["stability"], 2) >= 0.75,
        "the inertia curve bends": content["elbow"] == k["value"],
    }
    assert set(re.findall(says, found[4])) == {what for what, is_so in speaks.items() if is_so}
    assert (found[5] == "All three agree.") == all(speaks.values())
    if not speaks["the inertia curve bends"]:
        there = fully(rf"the inertia curve bends at K = {content['elbow']} \(silhouette ({NUMBER})\)", found[6])
        assert_shows(there[1], content["sweep"][content["elbow"] - 1]["silhouette"])


@pytest.mark.parametrize("upload", UPLOADS)
def test_every_number_of_a_pair_is_that_of_the_data(upload, results):
    result = results(upload)
    assert len(result.document["landscapes"]) == 2
    for pair in result.document["landscapes"]:
        x, y = result.column(pair["x"]), result.column(pair["y"])
        r = x.corr(y)
        found = fully(
            rf"(Strong|Moderate|Weak|No)( rising| falling)? linear relation \(r = ({NUMBER})\): ({SHOWN}) accounts for "
            rf"(\d+)% of the variation in ({SHOWN})\.",
            pair["text"],
        )
        size = "No" if abs(r) < 0.1 else "Weak" if abs(r) < 0.3 else "Moderate" if abs(r) < 0.5 else "Strong"
        direction = None if size == "No" else " falling" if r < 0 else " rising"
        assert (found[1], found[2]) == (size, direction)
        assert_shows(found[3], r)
        assert_shows(found[5], 100 * r * r)
        assert (result.role(found[4]), result.role(found[6])) == (pair["x"], pair["y"])


@pytest.mark.parametrize("upload", UPLOADS)
def test_the_modes_are_compared_by_the_rows(upload, results):
    result = results(upload)
    one, other = result.labels("bivariate"), result.labels("multivariate")
    comparison = result.document["comparison"]
    shared = pd.crosstab(one, other)
    names = {part["id"]: part["name"] for part in result.document["modes"]["bivariate"]["segments"]}

    assert comparison["counts"] == shared.to_numpy().tolist()
    assert comparison["agreement"] == pytest.approx(adjusted_rand_score(one, other), abs=1e-6)
    found = fully(
        rf"The two views agree at ({NUMBER}) \(adjusted Rand index; 1 is the same, 0 is chance\)\. "
        rf"What the second one adds is (gender|{SHOWN}): its segments explain ({NUMBER})% of the variance of \2, and "
        rf"(?:'(.*)' falls into (\d+) of the (\d+) multivariate segments|no bivariate segment falls apart)\.",
        comparison["text"],
    )
    assert_shows(found[1], adjusted_rand_score(one, other))
    explained = {
        role: share for role, share in explained_of(result, "multivariate").items() if role in {"age", "gender"}
    }
    most = max(explained, key=explained.__getitem__)
    assert result.role(found[2]) == most
    assert_shows(found[3], 100 * explained[most])
    parts = (shared.div(shared.sum(axis=1), axis=0) >= 0.1).sum(axis=1)
    if found[4]:
        assert parts[next(id_ for id_, name in names.items() if name == found[4])] == int(found[5]) == parts.max()
        assert int(found[6]) == shared.shape[1]
    else:
        assert parts.max() == 1


@pytest.fixture(scope="module")
def two_months(sample) -> tuple[ResultWithRows, ResultWithRows]:
    """The sample, and what it was a month before."""
    before = segment(lambda: io.BytesIO(earlier_sample()))
    rows = b"".join(before.assigned)
    document = {**before.document(), "run_id": FIRST.run_id, "source": FIRST.source}
    now = finished(sample.read_bytes(), previous=Previous(document, before.members))
    return ResultWithRows(document, pd.read_csv(io.BytesIO(rows))), with_rows(now)


MOVED = rf"{QUOTED} has moved most: ({SHOWN}) averages ({NUMBER})(?: \S+)?, after ({NUMBER})\."


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
def test_every_number_of_a_change_is_that_of_both_files(mode, two_months):
    then, now = two_months
    change = now.document["changes"]["modes"][mode]
    ids = [{part["id"]: part["name"] for part in one.document["modes"][mode]["segments"]} for one in two_months]
    both = then.rows.merge(now.rows, on="CustomerID", suffixes=(" then", " now"))
    column = f"{mode.capitalize()} Cluster"
    moves = pd.crosstab(both[f"{column} then"], both[f"{column} now"])

    first, *rest = re.findall(r"[^.]*(?:\.\d[^.]*)*\.(?: |$)", change["text"])
    kept = set(ids[0]) & set(ids[1])
    if kept == set(ids[0]) == set(ids[1]):
        assert first == f"All {len(kept)} segments of the run before are still there. "
    else:
        assert first == f"Of the {len(ids[0])} segments of the run before, {len(kept)} are still there. "
    events = [event["text"] for event in change["events"]]
    assert [sentence.strip() for sentence in rest[:-1]] == events
    assert not re.search(r"\d", "".join(events))
    _check_movement(rest[-1].strip(), then, now, mode, change)

    flow = change["flow"]
    assert (flow["before"], flow["now"]) == (list(ids[0]), list(ids[1]))
    assert flow["counts"] == moves.reindex(index=flow["before"], columns=flow["now"], fill_value=0).to_numpy().tolist()
    assert (flow["left"], flow["joined"]) == (len(then.rows) - len(both), len(now.rows) - len(both))
    found = fully(
        rf"Of ({NUMBER}) customers in both files, ({NUMBER})% are in the same segment as before\."
        rf"(?: The largest move: ({NUMBER}) from '([^']*)' to '([^']*)'\.)?",
        flow["text"],
    )
    assert number(found[1]) == len(both)
    same = both[f"{column} then"] == both[f"{column} now"]
    assert_shows(found[2], 100 * same.mean())
    largest = both[~same].groupby([f"{column} then", f"{column} now"]).size()
    assert number(found[3]) == largest.max()
    assert (found[4], found[5]) in {(ids[0][a], ids[1][b]) for (a, b), n in largest.items() if n == largest.max()}


def _check_movement(text: str, then: ResultWithRows, now: ResultWithRows, mode: str, change: dict[str, Any]) -> None:
    """How far a centroid has moved is counted from the rows, in standard deviations of all customers of now."""
    distances = {}
    roles = [role for role in MODES[mode] if role in now.features]
    for one in change["segments"]:
        if one["before"]:
            inside = [month.labels(mode) == one["id"] for month in (then, now)]
            steps = []
            for role in roles:
                columns = [month.column(role) for month in (then, now)]
                if role == "gender":
                    columns = [column == "Female" for column in columns]
                means = [column[rows].mean() for column, rows in zip(columns, inside, strict=True)]
                steps.append((means[1] - means[0]) / columns[1].std(ddof=0))
            distances[one["id"]] = np.sqrt(np.mean(np.square(steps)))
            assert one["moved"] == pytest.approx(distances[one["id"]], abs=1e-4)
            assert one["before"]["size"] == inside[0].sum()
    most = max(distances, key=distances.__getitem__)
    if distances[most] < 0.1:
        assert text == "No centroid has moved by a tenth of a standard deviation or more."
        return
    found = fully(MOVED, text)
    column = [month.column(now.role(found[1]))[month.labels(mode) == most].mean() for month in (then, now)]
    assert_shows(found[2], column[1])
    assert_shows(found[3], column[0])


def test_the_assigned_rows_are_those_of_the_upload(mall, mall_result):
    """What these tests rest on."""
    rows = list(csv.reader(io.StringIO(mall_result.assigned_csv.decode())))

    assert [",".join(row[:5]) for row in rows] == mall.read_text().splitlines()
