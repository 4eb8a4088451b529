"""New customers assigned to the segments of an earlier result: `segment score`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation import SCHEMA_VERSION, refusals
from segmentation.clustering.kmeans import Labels
from segmentation.customers.cleaning import reason_texts, reasons, spelling_of
from segmentation.customers.reader import CustomerFile
from segmentation.errors import abbreviations, shortened
from segmentation.points.chunk import Chunk
from segmentation.results.model import ModeModel
from segmentation.results.previous import STRANGE, conversion, header_of, same_features
from segmentation.results.row_writer import COLUMN_OF_MODE, RowWriter
from segmentation.schema.columns import REQUIRED, ROLES, WHAT_ROLE_IS, is_score, role_of
from segmentation.schema.dates import day_of
from segmentation.schema.features import LONGEST_NAME, Feature
from segmentation.schema.meanings import GENDER
from segmentation.schema.numbers import mark_out_of_range
from segmentation.schema.reading import BIRTH
from segmentation.schema.readings import reading_like
from segmentation.schema.schema import BIVARIATE
from segmentation.schema.settings import FeatureSetting, Settings


@dataclass(frozen=True)
class Model:
    """Assigns customers to the segments of both modes.

    Parameters
    ----------
    modes : mapping of str to ModeModel
        By name of mode, its model.
    features : mapping of str to mapping
        By id, the features as the document describes them.
    settings : Settings
        Settings by which columns are matched with features.
    others : mapping of str to str
        By id of a feature, the category that stands for all unknown ones.
    """

    modes: Mapping[str, ModeModel]
    features: Mapping[str, Mapping[str, Any]]
    settings: Settings
    others: Mapping[str, str]

    @classmethod
    def from_document(cls, document: Any) -> Model:
        """Read the model of a `data.json`.

        Parameters
        ----------
        document : object
            The content of the document.

        Raises
        ------
        UnusableFileError
            If it has no model, or is of an earlier version.
        """
        if not isinstance(document, dict) or document.get("schema_version") != SCHEMA_VERSION:
            raise refusals.model_of_another_version()
        try:
            features = document["features"]
            modes = {mode: ModeModel.from_document(found, features) for mode, found in document["modes"].items()}
            others = {role: feature["other"] for role, feature in features.items() if "other" in feature}
            return cls(modes, features, _settings_for(document), others)
        except STRANGE:
            raise refusals.model_that_places_nobody() from None

    def scored_rows(self, file: CustomerFile) -> Iterator[tuple[bytes | memoryview, Mapping[str, Labels]]]:
        """Yield each row as it is in a file, with its segments, as `Clustering_Final.csv` has them.

        Nothing is filled in: a row that lacks a feature of a mode has no segment in it.

        Parameters
        ----------
        file : CustomerFile
            The file.

        Yields
        ------
        text : bytes-like
            A part of a CSV in UTF-8, see `RowWriter`.
        labels : mapping of str to ndarray of intp
            By name of mode, the segment of each row; -1 where it has none.
        """
        self._check(file)
        # The newest date may stand in any row.
        file = file.counted_from_newest()
        features = file.head.features
        fits = self._fits(file)
        why = [
            *reason_texts(features),
            *(f"a {feature.name} that the model does not know" for feature in features if feature.categorical),
        ]
        writer = RowWriter(file, {mode: own.ids for mode, own in self.modes.items()}, why, all_ascii=file.is_ascii())

        def scored(chunk: Chunk) -> tuple[memoryview, Mapping[str, Labels]]:
            chunk = self._converted(chunk, fits)
            columns, known = self._columns(chunk)
            labels, confidences = {}, {}
            for mode in COLUMN_OF_MODE:
                labels[mode], confidences[mode] = self._placed(self.modes[mode], chunk.customers, columns)
            found = reasons(chunk)
            unknown = len(reason_texts(features))
            for i, feature in enumerate(one for one in chunk.features if one.categorical):
                found[~known[feature.role] & chunk.usable] = unknown + i
            return writer.rows(chunk, [*labels.values()], [*confidences.values()], found), labels

        yield writer.header(), {}
        yield from file.map(scored)

    def _check(self, file: CustomerFile) -> None:
        """Refuse a file without the roles on which the segments rest."""
        if self.settings.modes is None:
            there = {feature.role for feature in file.head.features}
            missing = [WHAT_ROLE_IS[role] for role in REQUIRED if role not in there]
            if missing:
                raise refusals.no_column_for_role(missing, file.header)

    def _fits(self, file: CustomerFile) -> dict[str, tuple[str, Fraction]]:
        """Return for each feature of a file the one of the model, and the factor that converts its numbers."""
        fits = {}
        same = same_features([feature.role for feature in file.head.features], self.features)
        for feature, column in zip(file.head.features, file.head.columns, strict=True):
            if feature.role not in same:
                continue
            role = same[feature.role]
            known = self.features[role]
            found: Fraction | None = Fraction(1)
            if not feature.categorical and known["kind"] == "numeric":
                there = column[~np.isnan(column)]
                found = conversion(feature, lambda there=there: float(np.median(there)), role, known)  # type: ignore[misc]
            if found is None:
                raise refusals.unlike_units(
                    shortened(header_of(role, known), LONGEST_NAME), shortened(feature.label, LONGEST_NAME)
                )
            fits[feature.role] = role, found
        return fits

    def _converted(self, chunk: Chunk, fits: Mapping[str, tuple[str, Fraction]]) -> Chunk:
        """Return a chunk with the features and units of the model; values that are impossible there are missing."""
        features, columns, faults = [], [], []
        for feature, values, wrong in zip(chunk.features, chunk.columns, chunk.faults, strict=True):
            role, factor = fits.get(feature.role, (feature.role, Fraction(1)))
            setting = self.features.get(role, {}).get("setting", {})
            columns.append(values)
            faults.append(wrong)
            if feature.categories is None and (factor != 1 or setting):
                columns[-1] = values * factor.numerator / factor.denominator
                low, high = setting.get("minimum", -math.inf), setting.get("maximum", math.inf)
                before = np.zeros(len(values), np.uint8) if wrong is None else wrong
                marked = mark_out_of_range(columns[-1], before, low, high)
                faults[-1] = marked if marked.any() else None
            features.append(replace(feature, role=role))
        return replace(chunk, features=tuple(features), columns=tuple(columns), faults=tuple(faults))

    def _placed(
        self, model: ModeModel, customers: npt.NDArray[np.bool_], columns: Mapping[str, npt.NDArray[Any]]
    ) -> tuple[Labels, Labels]:
        """Return the label of each row's segment, and the confidence in hundredths; -1 where it has none."""
        labels, confidence = np.full((2, len(customers)), -1, dtype=np.intp)
        if not {*model.features} <= {*columns}:
            return labels, confidence
        placed = customers.copy()
        for feature in model.features:
            column = columns[feature]
            placed &= ~np.isnan(column) if column.dtype == np.float64 else column != ""
        if placed.any():
            labels[placed], sure = model.assign({feature: columns[feature][placed] for feature in model.features})
            confidence[placed] = np.rint(100 * sure)
        return labels, confidence

    def _columns(self, chunk: Chunk) -> tuple[dict[str, npt.NDArray[Any]], dict[str, npt.NDArray[np.bool_]]]:
        """Return the numbers and category names by feature, and by categorical feature which names are known."""
        columns: dict[str, npt.NDArray[Any]] = {}
        known: dict[str, npt.NDArray[np.bool_]] = {}
        for feature, column in zip(chunk.features, chunk.columns, strict=True):
            if feature.categories is None:
                columns[feature.role] = column
            else:
                names = np.array([*self._meant(feature), ""], dtype=object)
                columns[feature.role] = names[np.where(np.isnan(column), len(names) - 1, column).astype(np.intp)]
                known[feature.role] = columns[feature.role] != ""
        return columns, known

    def _meant(self, feature: Feature) -> list[str]:
        """Return the model's category for each category of a feature; empty where it has none."""
        theirs = [value["label"] for value in self.features.get(feature.role, {}).get("values", ())]
        # A spelling in the model is preferred to any other.
        counts = dict.fromkeys(feature.categories or (), 1) | dict.fromkeys(theirs, 2)
        spelling = spelling_of(counts, letters=GENDER in (feature.role, feature.meaning))
        meant = [spelling.get(name, name) for name in feature.categories or ()]
        unknown = self.others.get(feature.role, "")
        return [next((one for one in abbreviations(name) if one in theirs), unknown) for name in meant]


def _settings_for(document: Mapping[str, Any]) -> Settings:
    """Return the settings that match a file's columns with the features of a document, and read them alike."""
    settings = _columns_for(document)
    numeric = {role: one for role, one in document["features"].items() if one["kind"] == "numeric"}
    readings = {role: one.get("reading") for role, one in numeric.items()}
    for one in readings.values():
        reading_like(one, "", (), ".")
    newest = [day_of(one["newest"]) for one in readings.values() if one and "newest" in one]
    return replace(settings, readings=readings, newest=max(newest, default=None))


def _columns_for(document: Mapping[str, Any]) -> Settings:
    features = document["features"]
    # Documents of earlier releases do not say whether settings named the columns.
    by_settings = any("setting" in feature for feature in features.values())
    if not by_settings and {*features} <= {*ROLES} and document["modes"][BIVARIATE]["features"] == [*REQUIRED]:
        # An age from a birth is called otherwise than its column.
        births = {role for role, feature in features.items() if (feature.get("reading") or {}).get("kind") == BIRTH}
        headers = {one["feature"]: one["name"] for one in document["intake"]["columns"]} if births else {}
        labels = {role: headers[role] if role in births else feature["label"] for role, feature in features.items()}
        named = {
            role: label
            for role, label in labels.items()
            if role_of(label) != role and not (role == "spending" and is_score(label))
        }
        return Settings(columns=named)
    return Settings(
        modes={
            mode: tuple(FeatureSetting(role, role, features[role]["kind"]) for role in found["features"])
            for mode, found in document["modes"].items()
        }
    )
