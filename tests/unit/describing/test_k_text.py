"""Why K was chosen, in words: what decided, and what speaks for another K."""

from dataclasses import replace

import pytest

from segmentation.clustering.selection import KS, ChosenK, Evidence, choose_k, weigh
from segmentation.describing.k_text import explain_k
from tests.support.customers import MODES, clustering_around, evidence_with, part_of, points_of

LINE = part_of(points_of([(30, 0, i, i) for i in range(10)]), MODES["bivariate"])
A_CHOICE = "the number of segments is a choice, not a fact."


def explained(evidence: list[Evidence], k: int | None = None, customers: int = 200, **more) -> str:
    """What is said of a K that a setting fixes, else of the one that the rule takes."""
    chosen = ChosenK(choose_k(evidence), "data") if k is None else ChosenK(k, "setting")
    return explain_k(chosen, clustering_around(LINE, range(10), chosen.value, evidence=evidence), customers, **more)


def with_few(evidence: list[Evidence], *ks: int) -> list[Evidence]:
    """A segment of four sampled customers at some K."""
    return [replace(one, smallest=4 if one.k in ks else 5) for one in evidence]


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        (
            evidence_with(3, {3: 0.5}),
            "K = 3 (silhouette 0.50, resamples agree at 0.90): there the silhouette is highest, resamples find the "
            "same segments again and the inertia curve bends. All three agree.",
        ),
        (
            evidence_with(3, {4: 0.5}),
            "K = 4 (silhouette 0.50, resamples agree at 0.90): there the silhouette is highest and resamples find the "
            f"same segments again. On the other hand, the inertia curve bends at K = 3 (silhouette 0.30): {A_CHOICE}",
        ),
        (
            evidence_with(None, {3: 0.5}),
            "K = 3 (silhouette 0.50, resamples agree at 0.90): there the silhouette is highest and resamples find the "
            f"same segments again. On the other hand, the inertia curve bends nowhere: {A_CHOICE}",
        ),
        # The elbow is as good.
        (
            evidence_with(3, {3: 0.48, 5: 0.5}),
            "K = 3 (silhouette 0.48, resamples agree at 0.90): there the inertia curve bends, resamples find the same "
            "segments again and the silhouette is at most 0.02 below the highest (0.50 at K = 5). The number of "
            "segments is a choice, not a fact.",
        ),
        # What is highest, or the elbow, does not qualify.
        (
            evidence_with(3, {3: 0.4, 8: 0.6}, {8: 0.7449}),
            "K = 3 (silhouette 0.40, resamples agree at 0.90): there the silhouette is the highest of all K whose "
            "segments resamples find again and the inertia curve bends. On the other hand, the silhouette is highest "
            f"at K = 8 (silhouette 0.60, but resamples do not find those segments again): {A_CHOICE}",
        ),
        (
            with_few(evidence_with(3, {4: 0.4, 8: 0.6}, {3: 0.7}), 8),
            "K = 4 (silhouette 0.40, resamples agree at 0.90): there the silhouette is the highest of all K whose "
            "segments resamples find again, with at least five customers each. On the other hand, the silhouette is "
            "highest at K = 8 (silhouette 0.60, but one of those segments has fewer than five customers) and the "
            "inertia curve bends at K = 3 (silhouette 0.30, but resamples do not find those segments again): "
            f"{A_CHOICE}",
        ),
        (
            with_few(evidence_with(4, {4: 0.4, 8: 0.6}, {3: 0.7}), 8),
            "K = 4 (silhouette 0.40, resamples agree at 0.90): there the inertia curve bends and the silhouette is the "
            "highest of all K whose segments resamples find again, with at least five customers each. On the other "
            "hand, the silhouette is highest at K = 8 (silhouette 0.60, but one of those segments has fewer than five "
            f"customers): {A_CHOICE}",
        ),
        (
            with_few(evidence_with(3, {3: 0.39, 4: 0.4, 8: 0.6}), 8),
            "K = 3 (silhouette 0.39, resamples agree at 0.90): there the inertia curve bends, resamples find the same "
            "segments again and the silhouette is at most 0.02 below the highest of all K whose segments have at least "
            "five customers each (0.40 at K = 4). On the other hand, the silhouette is highest at K = 8 (silhouette "
            f"0.60, but one of those segments has fewer than five customers): {A_CHOICE}",
        ),
        # Nothing qualifies.
        (
            evidence_with(3, {3: 0.5}, dict.fromkeys(KS, 0.6)),
            "K = 3 (silhouette 0.50, resamples agree at 0.60): there the silhouette is highest and the inertia curve "
            f"bends. On the other hand, resamples find the same segments again at no K: {A_CHOICE}",
        ),
        (
            with_few(evidence_with(3, {3: 0.5}, {3: 1.0}), *KS),
            "K = 3 (silhouette 0.50, resamples agree at 1.00): there the silhouette is highest and the inertia curve "
            f"bends. On the other hand, at every K a segment has fewer than five customers: {A_CHOICE}",
        ),
        (
            with_few(evidence_with(3, {3: 0.5}, dict.fromkeys(KS[3:], 0.6)), 2, 3),
            "K = 3 (silhouette 0.50, resamples agree at 0.90): there the silhouette is highest and the inertia curve "
            "bends. On the other hand, a segment has fewer than five customers (the other K are no better): "
            f"{A_CHOICE}",
        ),
    ],
)
def test_the_choice_of_k_is_explained_by_what_decided(evidence, text):
    assert explained(evidence) == text


@pytest.mark.parametrize(
    ("evidence", "k", "text"),
    [
        (
            evidence_with(3, {3: 0.5}, {6: 0.2}),
            6,
            "K = 6 was fixed by a setting (silhouette 0.30, resamples agree at 0.20); resamples do not find the same "
            "segments again. The curves point to K = 3 (silhouette 0.50, resamples agree at 0.90): there the "
            "silhouette is highest, resamples find the same segments again and the inertia curve bends. All three "
            "agree.",
        ),
        (
            with_few(evidence_with(3, {3: 0.5}), 6),
            6,
            "K = 6 was fixed by a setting (silhouette 0.30, resamples agree at 0.90); a segment has fewer than five "
            "customers. The curves point to K = 3 (silhouette 0.50, resamples agree at 0.90): there the silhouette is "
            "highest, resamples find the same segments again and the inertia curve bends. All three agree.",
        ),
        (
            evidence_with(4, {3: 0.5}),
            3,
            "K = 3 was fixed by a setting (silhouette 0.50, resamples agree at 0.90). The curves point to the same K: "
            "there the silhouette is highest and resamples find the same segments again. On the other hand, the "
            f"inertia curve bends at K = 4 (silhouette 0.30): {A_CHOICE}",
        ),
    ],
)
def test_of_a_k_that_a_setting_fixes_it_is_told_what_the_curves_point_to(evidence, k, text):
    assert explained(evidence, k) == text


def test_a_small_segment_is_one_of_few_sampled_customers_and_how_few_is_not_told_where_counts_are_not():
    evidence = with_few(evidence_with(3, {3: 0.5}), *KS)

    assert "a segment has fewer than five customers:" in explained(evidence, customers=400)
    assert "a segment has less than 1% of the customers:" in explained(evidence, customers=501)
    assert "a segment has too few customers:" in explained(evidence, exact=False)


def test_measures_are_compared_as_they_are_printed():
    """0.745 is printed as 0.75, which is enough; 0.475 as 0.48, which is 0.02 below 0.50."""
    assert weigh(evidence_with(None, {7: 0.6}, {7: 0.745})).k == 7
    assert weigh(evidence_with(None, {7: 0.6}, {7: 0.7449})).k != 7
    assert weigh(evidence_with(3, {3: 0.475, 5: 0.5049})).k == 3
    assert weigh(evidence_with(3, {3: 0.4749, 5: 0.5049})).k == 5
