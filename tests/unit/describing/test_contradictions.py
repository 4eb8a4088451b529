"""No sentence contradicts a number or another sentence: of a thousand random results, and of random files.

What decided is found again here from the published numbers as they are printed, by other code than the engine's.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest

from segmentation.clustering.kmeans import assign
from segmentation.clustering.result import Assignment
from segmentation.clustering.second_opinion import DENSITY, GAUSSIAN_MIXTURE, WARD, Opinion, SecondOpinion
from segmentation.clustering.selection import KS, MIN_MEMBERS, ChosenK, Evidence, choose_k
from segmentation.clustering.stability import NullReference, Stability
from segmentation.pipeline import segment
from segmentation.results.document import result_document
from segmentation.results.findings import Findings
from segmentation.rounding import significant
from segmentation.schema.settings import Settings
from tests.support.customers import FEATURES, MODES, clustering_around, csv_of, part_of, points_of
from tests.support.draws import draws

NUMBER = r"−?\d\.\d\d"
# A thousand customers on fifty points.
MANY = points_of([(20 + i, i % 2, 7 * i % 50, 11 * i % 50) for i in range(50)], counts=[30] * 50, features=FEATURES)
SMALL = r"has (?:fewer than five customers|less than 1% of the customers|too few customers)"


def cents(value: float) -> int:
    """A measure as it is printed, in hundredths."""
    return int((100 * Decimal(str(value))).quantize(Decimal(1), ROUND_HALF_UP))


def shown(text: str) -> int:
    return cents(float(text.replace("−", "-")))


def assert_no_contradictions(document: Mapping[str, Any]) -> None:
    """Hold each sentence against the published numbers."""
    assert_reason_of_k(document)
    for mode in document["modes"].values():
        assert_verdict(mode, document["k"]["value"])
        assert_second_opinion(mode)
        for segment_ in mode["segments"]:
            if segment_["trust"]:
                assert_verdict_of_segment(segment_["trust"], mode["trust"]["verdict"])


def assert_reason_of_k(document: Mapping[str, Any]) -> None:
    k, mode = document["k"], document["modes"]["bivariate"]
    text, elbow = k["text"], mode["elbow"]
    silhouette = {one["k"]: one["silhouette"] for one in mode["sweep"][1:]}
    agreement = {one["k"]: one["stability"] for one in mode["sweep"][1:]}
    stable = {one for one in agreement if cents(agreement[one]) >= 75}
    large = {one["k"] for one in mode["sweep"][1:] if one["large_enough"]}
    considered = stable & large or set(agreement)
    highest = max(silhouette[one] for one in considered)
    taken = re.search(r"point to K = (\d+)", text)
    by_rule = int(taken[1]) if taken else k["value"]

    # One number for one thing.
    for found in re.finditer(rf"K = (\d+)(?: was fixed by a setting)? \(silhouette ({NUMBER})", text):
        assert shown(found[2]) == cents(silhouette[int(found[1])]), text
    for found in re.finditer(rf"\(({NUMBER}) at K = (\d+)\)", text):
        assert shown(found[1]) == cents(silhouette[int(found[2])]), text
    agreed = re.findall(rf"K = (\d+)[^(]*\(silhouette {NUMBER}, resamples agree at ({NUMBER})\)", text)
    assert [int(one) for one, _ in agreed] == list(dict.fromkeys([k["value"], by_rule])), text
    assert all(shown(of) == cents(agreement[int(one)]) for one, of in agreed), text

    # The rule took it, and for the reason that is given.
    first, _, con = text.partition("On the other hand")
    pro = first.partition("there ")[2]
    at_elbow = elbow in considered and cents(silhouette[elbow]) >= cents(highest) - 2
    assert by_rule == elbow if at_elbow else silhouette[by_rule] == highest, text
    assert (k["source"] == "setting") == ("fixed by a setting" in text)
    assert bool(taken) <= (by_rule != k["value"]), text
    if "the silhouette is highest" in pro:
        assert silhouette[by_rule] == max(silhouette.values()), text
    if "highest of all K" in pro:
        assert mode["silhouette_peak"] not in considered, text
        told = (stable if "find again" in pro else set(agreement)) & (large if "each" in pro else set(agreement))
        assert told == considered, text
    if found := re.search(rf"at most 0\.02 below the highest.*\(({NUMBER}) at K = \d+\)", pro):
        assert by_rule == elbow, text
        assert 0 <= shown(found[1]) - cents(silhouette[by_rule]) <= 2, text
        assert shown(found[1]) == cents(highest), text
    assert ("the inertia curve bends" in pro) == (by_rule == elbow), text
    assert ("resamples find" in pro) == (considered == stable & large and by_rule in stable) or "each" in pro, text
    assert ("All three agree" in text) == (by_rule == elbow == mode["silhouette_peak"] and by_rule in stable & large), (
        text
    )

    # Nothing is found wanting that is not.
    before = text.partition(" The curves point")[0] if taken else ""
    for part, of in ((before, k["value"]), (con, by_rule)):
        assert "do not find the same" not in part or of not in stable, text
        assert not re.search(rf"[^y K] a segment {SMALL}", part) or of not in large, text
    for one, flaws in re.findall(rf"at K = (\d+) \(silhouette {NUMBER}, but (.*?)\)", con):
        assert ("do not find" in flaws) == (int(one) not in stable), text
        assert bool(re.search(SMALL, flaws)) == (int(one) not in large), text
    assert ("at no K" in con) <= (not stable), text
    assert bool(re.search(f"at every K a segment {SMALL}", con)) <= (not large), text
    assert bool(con and re.search(r"at no K|at every K|no better", con)) == (not stable & large), text


def assert_verdict(mode: Mapping[str, Any], k: int) -> None:
    trust, text = mode["trust"], mode["trust"]["text"]
    assert trust["silhouette"] == mode["sweep"][k - 1]["silhouette"]
    assert trust["stability"] == mode["sweep"][k - 1]["stability"]
    found = re.search(
        rf"silhouette ({NUMBER}), against ({NUMBER}) .* agree at ({NUMBER}) .*?({NUMBER}) at the lowest\)", text
    )
    measures = [trust[name] for name in ("silhouette", "silhouette_by_chance", "stability", "lowest_stability")]
    silhouette, chance, agreement, _ = map(cents, measures)
    assert [shown(one) for one in found.groups()] == [cents(one) for one in measures], text
    jaccards = [one["trust"]["stability"] for one in mode["segments"] if one["trust"]]
    complete = len(jaccards) == len(mode["segments"])
    excess = silhouette - chance
    if trust["verdict"] == "none":
        below = re.search(rf"less than ({NUMBER}) above ({NUMBER})", text)
        level = re.search(rf"not above ({NUMBER})", text)
        assert text.startswith("No reliable segments:")
        assert below or level or agreement < 50, text
        assert ("less than 0.50, so other" in text) == (agreement < 50), text
        assert not below or (0 < excess < shown(below[1]) and shown(below[1]) >= 4 and shown(below[2]) == chance), text
        assert not level or (excess <= 0 and shown(level[1]) == chance), text
        return
    assert excess >= 4, text
    assert agreement >= 50, text
    if trust["verdict"] == "solid":
        assert (silhouette >= 50, agreement >= 85, min(map(cents, jaccards)) >= 75) == (True, True, True), text
        return
    lacking = text.partition("Solid ones have at least ")[2]
    assert lacking
    assert ("a silhouette of 0.50" in lacking) == (silhouette < 50), text
    assert ("an agreement of 0.85" in lacking) == (agreement < 85), text
    if complete:
        assert ("a Jaccard coefficient of 0.75" in lacking) == (min(map(cents, jaccards)) < 75), text


def assert_verdict_of_segment(trust: Mapping[str, Any], of_mode: str) -> None:
    text, jaccard, silhouette = trust["text"], cents(trust["stability"]), cents(trust["silhouette"])
    assert shown(re.search(rf"coefficient (?:of )?({NUMBER})", text)[1]) == jaccard, text
    assert shown(re.search(rf"silhouette ({NUMBER})", text)[1]) == silhouette, text
    lacking = text.partition("Solid ones have at least ")[2]
    if of_mode == "none":
        assert trust["verdict"] == "none"
        assert text.startswith("Not reliable, as no segment of this mode is:")
        assert "found again" not in text
    else:
        assert ("not found again" in text) == (trust["verdict"] == "none") == (jaccard < 50), text
        assert (trust["verdict"] == "solid") == (jaccard >= 75 and silhouette >= 50), text
        assert bool(lacking) == (trust["verdict"] == "tentative")
        if lacking:
            assert ("coefficient of 0.75" in lacking) == (jaccard < 75), text
            assert ("silhouette of 0.50" in lacking) == (silhouette < 50), text


def assert_second_opinion(mode: Mapping[str, Any]) -> None:
    if mode["second_opinion"]:
        text, verdict = mode["second_opinion"]["text"], mode["trust"]["verdict"]
        agreeing = sum(bool(one["same"]) for one in mode["second_opinion"]["methods"])
        assert ("about K-Means alone" in text) == (verdict == "solid" and not agreeing)
        assert ("does not make the segments reliable" in text) == (verdict == "none" and agreeing > 0)


def near(generator: np.random.Generator, *thresholds: float) -> float:
    """A measure anywhere, or so near to a threshold that rounding may put it on the other side."""
    if generator.random() < 0.3:
        return significant(generator.uniform(0, 1))
    return significant(
        min(generator.choice(thresholds) + generator.choice([0, 0.005, -0.005, *generator.normal(0, 0.006, 3)]), 1)
    )


def random_evidence(generator: np.random.Generator) -> list[Evidence]:
    top, stable = near(generator, 0.3, 0.5, 0.7), generator.random()
    inertias = np.sort(generator.uniform(10, 100, len(KS)) ** generator.choice([1, 2, 3]))[::-1]
    if generator.random() < 0.6:
        elbow = int(generator.integers(2, 8))
        inertias = np.array([100.0 - k + 200.0 * max(elbow - k, 0) for k in KS])
    return [
        Evidence(
            k,
            significant(float(inertias[k - 1])),
            near(generator, top, top - 0.02, top - 0.1) if k > 1 else None,
            (near(generator, 0.75, 0.5, 0.85) if generator.random() < stable else near(generator, 0.6, 0.9, 0.7))
            if k > 1
            else None,
            int(generator.choice([3, 4, 5, 6, 40], p=[0.1, 0.1, 0.1, 0.1, 0.6]) if stable > 0.1 else 4),
        )
        for k in KS
    ]


def random_opinion(generator: np.random.Generator, k: int) -> SecondOpinion | None:
    if generator.random() < 0.1:
        return None
    agreements = generator.choice([0.2, 0.795, 0.8, 0.95], 3).tolist()
    found = int(generator.integers(0, 12))
    density = Opinion(DENSITY, found, agreements[2], int(generator.integers(0, 1500)), None)
    others = [Opinion(GAUSSIAN_MIXTURE, k, agreements[0], None, 3), Opinion(WARD, k, agreements[1], None, None)]
    return SecondOpinion(1500, (*others, density))


def random_findings(generator: np.random.Generator) -> Findings:
    of_k = random_evidence(generator)
    is_set = generator.random() < 0.3
    chosen = ChosenK(int(generator.integers(2, 11)), "setting") if is_set else ChosenK(choose_k(of_k), "data")
    clusterings, assignments = {}, {}
    for mode, roles in MODES.items():
        evidence = of_k if mode == "bivariate" else random_evidence(generator)
        k, is_good = chosen.value, mode != "bivariate" and generator.random() < 0.4
        if is_good:
            good = {
                "silhouette": generator.choice([0.495, 0.5, 0.7]),
                "stability": generator.choice([0.8449, 0.845, 1]),
            }
            evidence[k - 1] = replace(evidence[k - 1], **good)
        one = evidence[k - 1]
        chance = significant(
            one.silhouette - float(generator.choice([0, 0.04, 0.04, 0.1, 0.3]) + generator.normal(0, 0.006))
        )
        part = part_of(MANY, roles)
        clusterings[mode] = clustering_around(
            part,
            range(10),
            k,
            evidence=evidence,
            stability=Stability(
                one.stability,
                one.stability - generator.uniform(0, 0.4),
                generator.uniform(0.744, 1, k)
                if is_good
                else np.array([near(generator, 0.95, 0.75, 0.5) for _ in range(k)]),
            ),
            null_reference=NullReference(chance, generator.choice([0.002, 0.0134, 0.03])),
            silhouettes=[near(generator, 0.5, 0.6) for _ in range(k)],
            second_opinion=random_opinion(generator, k),
        )
        X = clusterings[mode].scaling.transform(part)
        assignments[mode] = Assignment(*assign(X, clusterings[mode].fit.cluster_centers))
    settings = Settings(min_cell_count=int(generator.choice([1, 1, 10])))
    return Findings.build(MANY, MODES, clusterings, assignments, chosen, settings)


@draws(few=60, many=1000, parts=4)
def test_no_sentence_contradicts_another_or_a_number(seed, draws):
    generator = np.random.default_rng([seed, 18])
    verdicts, reasons = set(), set()
    for _ in range(draws):
        findings = random_findings(generator)
        document = result_document(findings)
        assert_no_contradictions(document)
        verdicts |= {mode["trust"]["verdict"] for mode in document["modes"].values()}
        reasons |= set(
            re.findall("All three|highest of all|at most 0.02|at no K|at every K|no better", document["k"]["text"])
        )

    assert verdicts == {"solid", "tentative", "none"}
    assert len(reasons) >= 4


def random_file(generator: np.random.Generator) -> bytes:
    """Customers of no, few or many groups, or of one that is far away."""
    n, groups = int(generator.choice([10, 14, 30, 80, 200])), int(generator.integers(1, 7))
    centres = generator.uniform(15, 85, (groups, 2))
    spread = generator.choice([1, 4, 10, 25])
    rows = np.clip(centres[generator.integers(0, groups, n)] + generator.normal(0, spread, (n, 2)), 1, 100).round(1)
    ages, genders = generator.integers(18, 70, n), generator.choice(["Female", "Male"], n)
    return csv_of(*(f"{i},{genders[i]},{ages[i]},{rows[i, 0]},{rows[i, 1]}" for i in range(n)))


def run(data: bytes, settings: Settings | None = None, k: int | None = None) -> dict[str, Any]:
    result = segment(lambda: io.BytesIO(data), settings=settings, k=k)
    for _ in result.assigned:
        pass
    return result.document()


def from_published(document: Mapping[str, Any]) -> list[Evidence]:
    return [
        Evidence(
            one["k"], one["inertia"], one["silhouette"], one["stability"], MIN_MEMBERS if one["large_enough"] else 0
        )
        for one in document["modes"]["bivariate"]["sweep"]
    ]


@draws(few=6, many=60, parts=4)
def test_no_sentence_on_a_file_contradicts_another_or_a_number(seed, draws):
    generator = np.random.default_rng([seed, 19])
    for i in range(draws):
        fixed = None if i % 4 else int(generator.integers(2, 11))
        document = run(random_file(generator), k=fixed)

        assert_no_contradictions(document)
        if fixed is None:
            assert document["k"]["value"] == choose_k(from_published(document))


def test_of_ten_customers_segments_are_found_again_but_small():
    rows = [(28, 81), (80, 13), (64, 53), (28.5, 79), (85, 14), (58, 49), (27, 79.5), (83, 18), (53, 46), (28.2, 78)]
    document = run(csv_of(*(f"{i},Female,30,{x},{y}" for i, (x, y) in enumerate(rows))))

    assert_no_contradictions(document)
    assert "resamples agree at 1.00" in document["k"]["text"]
    assert "On the other hand, at every K a segment has fewer than five customers: " in document["k"]["text"]
    assert "find" not in document["k"]["text"]


def test_of_thousands_of_random_customers_k_follows_from_what_is_published():
    generator = np.random.default_rng(4)
    rows = generator.uniform(1, 100, (5000, 2)).round(2)
    document = run(
        csv_of(
            *(f"{i},{x},{y}" for i, (x, y) in enumerate(rows)), header="CustomerID,Annual Income (k$),Spending Score"
        )
    )

    assert_no_contradictions(document)
    assert document["k"]["value"] == choose_k(from_published(document))
    for mode in document["modes"].values():
        assert mode["trust"]["verdict"] == "none"
        assert "so it may be chance" in mode["trust"]["text"]
        # Both modes rest on the same features.
        assert mode["sweep"] == document["modes"]["bivariate"]["sweep"]
    assert not re.search("no curve|no more than chance", f"{document}")


GROUPS = np.array([(30, 80), (90, 20), (60, 50)])


@pytest.mark.parametrize(("n", "settings"), [(60, Settings()), (1200, Settings()), (1200, Settings(outliers="keep"))])
def test_with_one_customer_far_away_there_is_one_silhouette(n, settings):
    """Where all count, the far one must be among those on whom the silhouette is measured, or there were two."""
    generator = np.random.default_rng(1)
    rows = (np.repeat(GROUPS, n // 3, axis=0) + generator.normal(0, 4, (n, 2))).round(2)
    ages = generator.integers(20, 60, n)
    lines = [f"{i},Female,{ages[i]},{x},{y}" for i, (x, y) in enumerate(rows)]
    document = run(csv_of(*lines, f"{n},Female,40,99999,50"), settings)

    assert_no_contradictions(document)
    if settings.outliers != "keep":
        assert document["k"]["value"] == 3
        assert document["modes"]["bivariate"]["trust"]["verdict"] == "solid"
        assert "All three agree." in document["k"]["text"]


@pytest.mark.parametrize("name", ["01_outlier", "01_same_without", "10_no_curve", "10_ten_rows"])
def test_no_sentence_on_what_was_reported_contradicts_another(name, shared_data):
    document = run((shared_data / "faults" / f"{name}.csv").read_bytes())

    assert_no_contradictions(document)
    assert document["k"]["value"] == choose_k(from_published(document))
