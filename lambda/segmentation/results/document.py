"""The public form of a result: the content of `data.json`, as `data.schema.json` describes it.

No row of it describes a person: counts, means, curves and pairs of two features only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

import segmentation
from segmentation.clustering.feature_scales import LINEAR, LOG
from segmentation.clustering.second_opinion import SAMPLE as OPINION_SAMPLE
from segmentation.clustering.second_opinion import Opinion, is_same
from segmentation.clustering.selection import MIN_MEMBERS, silhouette_peak
from segmentation.clustering.stability import adjusted_rand_index
from segmentation.clustering.verdict import verdict
from segmentation.describing.described import Column
from segmentation.describing.explanations import explain_comparison, explain_mode, split_by
from segmentation.describing.k_text import explain_k
from segmentation.describing.profile import Profile, explained_variance, summed_feature
from segmentation.describing.second_opinion_text import explain_second_opinion
from segmentation.describing.segments import Segment
from segmentation.describing.trust_text import explain_trust
from segmentation.errors import shortened
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.results.charts import Charts, distributions, extremes
from segmentation.results.findings import Findings
from segmentation.results.model import model_document
from segmentation.results.outlier_notes import outlier_text
from segmentation.results.what_else import what_else_document
from segmentation.rounding import significant
from segmentation.schema.dates import end_of_month
from segmentation.schema.features import Feature
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE

_MAX_DRIVERS = 6
_LONGEST_LABEL = 100

Values = npt.NDArray[np.float64]


def identities_document(findings: Findings) -> dict[str, Any]:
    """Return what a later run compares its segments with: a part of what `result_document` returns.

    Parameters
    ----------
    findings : Findings
        All that was found.
    """
    points, disclosure = findings.points, findings.disclosure
    everyone = findings.modes[MULTIVARIATE].everyone
    return {
        "customers": findings.customers,
        "min_cell_count": disclosure.min_cell_count,
        "features": {feature.role: _feature(points, feature, everyone, disclosure) for feature in points.features},
        "k": asdict(findings.chosen),
        "modes": {
            mode: {
                "features": list(findings.roles[mode]),
                "segments": [_segment(one) for one in found.segments],
                "last_id": found.lineage.last_id,
            }
            for mode, found in findings.modes.items()
        },
    }


def result_document(findings: Findings, columns: Sequence[Column] = ()) -> dict[str, Any]:
    """Return what the page shows of a run; its source and its rows are added by the caller.

    Parameters
    ----------
    findings : Findings
        All that was found.
    columns : sequence of Column
        Columns that are no feature, but describe the segments.

    Returns
    -------
    dict
        As `data.schema.json` describes it.
    """
    points, roles, disclosure = findings.points, findings.roles, findings.disclosure
    charts = Charts.build(points, roles, disclosure)
    everyone = findings.modes[MULTIVARIATE].everyone
    explained = {
        mode: {
            role: disclosure.measure(share, points.customers)
            for role, share in explained_variance(points, assignment.labels, roles[mode]).items()
        }
        for mode, assignment in findings.assignments.items()
    }
    bivariate = findings.clusterings[BIVARIATE]
    summed = summed_feature(points, roles[BIVARIATE])
    return {
        "schema_version": segmentation.SCHEMA_VERSION,
        "engine_version": segmentation.__version__,
        "customers": findings.customers,
        "min_cell_count": disclosure.min_cell_count,
        "features": {feature.role: _feature(points, feature, everyone, disclosure) for feature in points.features},
        "outliers": {
            "rule": findings.outliers.rule,
            "count": disclosure.count(findings.outliers.customers) if findings.outliers.customers else 0,
            "text": outlier_text(findings.outliers, points.features, disclosure),
        },
        "summed": summed and summed.role,
        "distributions": distributions(points, disclosure),
        "landscapes": charts.landscapes(),
        "k": {
            **asdict(findings.chosen),
            "text": explain_k(findings.chosen, bivariate, points.customers, exact=disclosure.exact),
        },
        "modes": {
            mode: {
                **_mode(charts, findings, mode, explained[mode]),
                "what_else": what_else_document(findings.what_else(mode, columns)),
            }
            for mode in roles
        },
        "comparison": _comparison(findings, explained[MULTIVARIATE]),
    }


def _feature(points: WeightedPoints, feature: Feature, everyone: Profile, disclosure: Disclosure) -> dict[str, Any]:
    called = {
        "label": shortened(feature.label, _LONGEST_LABEL),
        "name": feature.name,
        "meaning": feature.meaning or None,
        **_setting(feature),
    }
    role = feature.role
    if feature.categories is not None:
        totals = np.bincount(points.cells(role), points.counts, len(feature.categories))
        counts = zip(feature.categories, disclosure.parts(totals.tolist()), strict=True)
        values = [{"label": name, "count": n} for name, n in counts]
        return {
            "kind": "categorical",
            **called,
            "values": values,
            **({"other": feature.other} if feature.other else {}),
        }
    low, high = extremes(points, role, disclosure)
    return {
        "kind": "numeric",
        **called,
        "unit": feature.unit,
        **_reading(feature, disclosure),
        "scale": LINEAR if feature.log_unit is None else LOG,
        "log_unit": feature.log_unit,
        "mean": everyone.means[role],
        "median": everyone.medians[role],
        "sd": everyone.spreads[role],
        "min": significant(low),
        "max": significant(high),
    }


def _reading(feature: Feature, disclosure: Disclosure) -> dict[str, Any]:
    """Return how the cells of a feature became numbers; empty for plain numbers."""
    if feature.reading is None:
        return {}
    found = feature.reading.published()
    if not disclosure.exact and "newest" in found:
        # It may be that of one customer.
        found["newest"] = end_of_month(found["newest"])
    return {"reading": found}


def _setting(feature: Feature) -> dict[str, Any]:
    """Return the bounds of a feature whose column the settings name; empty for others."""
    if feature.bounds is None:
        return {}
    bounds = zip(("minimum", "maximum"), feature.bounds, strict=True)
    return {"setting": {name: one for name, one in bounds if math.isfinite(one)}}


def _mode(charts: Charts, findings: Findings, mode: str, explained: Mapping[str, float]) -> dict[str, Any]:
    found, clustering, disclosure = findings.modes[mode], findings.clusterings[mode], findings.disclosure
    scatter, others = charts.scatters(findings.assignments[mode].labels, found.lineage.ids)
    features = [feature for feature in charts.points.features if feature.role in findings.roles[mode]]
    reference, resampling = clustering.null_reference, clustering.stability
    return {
        "features": list(findings.roles[mode]),
        "elbow": clustering.elbow,
        "silhouette_peak": silhouette_peak(clustering.evidence),
        "sweep": [
            {
                "k": one.k,
                "inertia": disclosure.total(one.inertia),
                "silhouette": None if one.silhouette is None else disclosure.measure(one.silhouette),
                "stability": None if one.stability is None else disclosure.measure(one.stability),
                "large_enough": one.smallest >= MIN_MEMBERS,
            }
            for one in clustering.evidence
        ],
        "inertia_error": disclosure.measure(clustering.inertia_error / (clustering.fit.evidence.inertia or 1.0)),
        "trust": {
            "verdict": verdict(clustering),
            "silhouette": disclosure.measure(clustering.silhouette),
            "silhouette_by_chance": disclosure.measure(reference.silhouette),
            "stability": disclosure.measure(resampling.mean),
            "lowest_stability": disclosure.measure(resampling.lowest),
            "text": explain_trust(clustering),
        },
        "second_opinion": _second_opinion(findings, mode, features),
        "explained": dict(explained),
        "split_by": split_by(explained, features),
        "text": explain_mode(clustering, found, explained, features, exact=disclosure.exact),
        "segments": [_segment(one) for one in found.segments],
        "last_id": found.lineage.last_id,
        "scatter": scatter,
        "other_scatters": others,
        "model": model_document(clustering, found, charts.points, disclosure),
    }


def _second_opinion(findings: Findings, mode: str, features: Sequence[Feature]) -> dict[str, Any] | None:
    clustering, disclosure = findings.clusterings[mode], findings.disclosure
    found = clustering.second_opinion
    if found is None:
        return None
    methods = [_method(one, found.customers, disclosure) for one in found.opinions]
    categorical = any(feature.categorical for feature in features)
    text = explain_second_opinion(methods, clustering.k, categorical=categorical, verdict=verdict(clustering))
    return {"customers": min(OPINION_SAMPLE, findings.customers), "methods": methods, "text": text}


def _method(opinion: Opinion, customers: int, disclosure: Disclosure) -> dict[str, Any]:
    agreement = None if opinion.agreement is None else disclosure.measure(opinion.agreement)
    noise = None if opinion.noise is None else disclosure.share(opinion.noise, customers)
    return {
        "method": opinion.method,
        "clusters": opinion.clusters,
        "agreement": agreement,
        "same": is_same(agreement, noise),
        "noise": noise,
        "preferred_k": opinion.preferred_k,
    }


def _segment(segment: Segment) -> dict[str, Any]:
    profile = segment.profile
    return {
        "id": segment.identity.id,
        "colour": segment.identity.colour,
        "name": segment.name,
        "persona": segment.naming.name,
        "tag": segment.naming.tag,
        "levels": segment.naming.levels,
        "told_by": segment.naming.distinguished_by,
        "size": profile.size,
        "share": profile.share,
        "part_of_sum": profile.part_of_sum,
        "means": profile.means,
        "medians": profile.medians,
        "spreads": profile.spreads,
        "shares": profile.shares,
        "drivers": [
            {**asdict(driver), "difference": round(driver.difference, 2)} for driver in profile.drivers[:_MAX_DRIVERS]
        ],
        "trust": segment.trust and asdict(segment.trust),
        "analysis": segment.analysis,
        "action": segment.action,
    }


def _comparison(findings: Findings, explained: Mapping[str, float]) -> dict[str, Any]:
    first, second = (findings.assignments[mode].labels for mode in (BIVARIATE, MULTIVARIATE))
    shape = tuple(findings.clusterings[mode].k for mode in (BIVARIATE, MULTIVARIATE))
    shared = np.bincount(first * shape[1] + second, findings.points.counts, math.prod(shape)).reshape(shape)
    agreement = float(adjusted_rand_index(shared))
    added = [
        feature
        for feature in findings.points.features
        if feature.role in findings.roles[MULTIVARIATE] and feature.role not in findings.roles[BIVARIATE]
    ]
    return {
        "agreement": findings.disclosure.measure(agreement),
        "counts": findings.disclosure.table(shared.tolist()),
        "text": explain_comparison(
            agreement, findings.modes, explained, added, shared, findings.disclosure.min_cell_count
        ),
    }
