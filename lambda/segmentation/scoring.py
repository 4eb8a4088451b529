"""New customers, placed in the segments of an earlier result: `segment score`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation import SCHEMA_VERSION
from segmentation.assign import COLUMN_OF_MODE, RowWriter
from segmentation.cleaning import reason_texts, reasons, spelling_of
from segmentation.columns import ROLES
from segmentation.errors import UnusableFileError, abbreviations
from segmentation.ingest import Chunk, CustomerFile, Feature
from segmentation.kmeans import Labels
from segmentation.model import ModeModel
from segmentation.settings import FeatureSetting, Settings


@dataclass(frozen=True)
class Model:
    """What places customers in the segments of both modes.

    Parameters
    ----------
    modes : mapping of str to ModeModel
        By name of mode.
    categories : mapping of str to sequence of str
        By id of each categorical feature, the names that are known.
    settings : Settings
        How columns are found that hold the features.
    others : mapping of str to str
        By id of a feature, the category that stands for all that are not known.
    """

    modes: Mapping[str, ModeModel]
    categories: Mapping[str, Sequence[str]]
    settings: Settings
    others: Mapping[str, str]

    @classmethod
    def of(cls, document: Any) -> Model:
        """Read the model of a `data.json`.

        Raises
        ------
        UnusableFileError
            If it is none, or one of an earlier version.
        """
        if not isinstance(document, dict) or document.get("schema_version") != SCHEMA_VERSION:
            raise UnusableFileError(
                "The model is no data.json of this version.",
                "Segment the customers anew, and use the data.json that this gives.",
            )
        features = document["features"]
        return cls(
            {mode: ModeModel.of(found) for mode, found in document["modes"].items()},
            {
                role: [value["label"] for value in feature["values"]]
                for role, feature in features.items()
                if feature["kind"] == "categorical"
            },
            Settings() if {*features} <= {*ROLES} else _settings_for(document),
            {role: feature["other"] for role, feature in features.items() if "other" in feature},
        )

    def scored_rows(self, file: CustomerFile) -> Iterator[tuple[bytes | memoryview, Mapping[str, Labels]]]:
        """Write each row as it stands in a file, and where it belongs, as `Clustering_Final.csv` does.

        Nothing is filled in: a row that lacks a feature of a mode has no segment in it.

        Yields
        ------
        text : bytes-like
            A part of a CSV in UTF-8, see `RowWriter`.
        labels : mapping of str to ndarray of intp
            By name of mode, the segment of each row; -1 where it has none.
        """
        features = file.head.features
        why = [
            *reason_texts(features),
            *(f"a {feature.name} that the model does not know" for feature in features if feature.categorical),
        ]
        writer = RowWriter(file, {mode: own.ids for mode, own in self.modes.items()}, why)

        def scored(chunk: Chunk) -> tuple[memoryview, Mapping[str, Labels]]:
            columns, known = self._columns(chunk)
            labels, confidences = {}, {}
            for mode in COLUMN_OF_MODE:
                labels[mode], confidences[mode] = self._placed(self.modes[mode], chunk.customers, columns)
            found = reasons(chunk)
            unknown = len(reason_texts(features))
            for i, feature in enumerate(one for one in features if one.categorical):
                found[~known[feature.role] & chunk.usable] = unknown + i
            return writer.rows(chunk, [*labels.values()], [*confidences.values()], found), labels

        yield writer.header(), {}
        yield from file.map(scored)

    def _placed(
        self, model: ModeModel, customers: npt.NDArray[np.bool_], columns: Mapping[str, npt.NDArray[Any]]
    ) -> tuple[Labels, Labels]:
        """Return the segment of each row, and how surely in hundredths; -1 where it has none."""
        labels, confidence = np.full((2, len(customers)), -1, dtype=np.intp)
        if not {*model.features} <= {*columns}:
            return labels, confidence
        placed = customers.copy()
        for feature in model.features:
            column = columns[feature]
            placed &= ~np.isnan(column) if column.dtype == np.float64 else column != ""
        if placed.any():
            labels[placed], sure = model.place({feature: columns[feature][placed] for feature in model.features})
            confidence[placed] = np.rint(100 * sure)
        return labels, confidence

    def _columns(self, chunk: Chunk) -> tuple[dict[str, npt.NDArray[Any]], dict[str, npt.NDArray[np.bool_]]]:
        """Return the numbers and the names of categories, and which of these are known; nothing where there is none."""
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
        """Return which category each of a feature's own is, nothing where the model knows none like it."""
        theirs = self.categories.get(feature.role, ())
        # What the model knows is commoner than any other spelling.
        counts = dict.fromkeys(feature.categories or (), 1) | dict.fromkeys(theirs, 2)
        spelling = spelling_of(counts, letters=feature.role == "gender")
        meant = [spelling.get(name, name) for name in feature.categories or ()]
        unknown = self.others.get(feature.role, "")
        return [next((one for one in abbreviations(name) if one in theirs), unknown) for name in meant]


def _settings_for(document: Mapping[str, Any]) -> Settings:
    """Return the settings by which a file's columns are found for features that settings named."""
    kinds = {role: feature["kind"] for role, feature in document["features"].items()}
    return Settings(
        modes={
            mode: tuple(FeatureSetting(role, role, kinds[role]) for role in found["features"])
            for mode, found in document["modes"].items()
        }
    )
