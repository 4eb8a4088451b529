"""What is in a whole file, and what follows from it: how it is cleaned, and whether it can be used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from segmentation import refusals
from segmentation.customers.chunk_profile import ChunkProfile, RowCounts
from segmentation.customers.cleaning import Cleaning, spelling_of
from segmentation.customers.duplicates import DuplicateDetector
from segmentation.customers.reader import CustomerFile
from segmentation.points.disclosure import Disclosure
from segmentation.points.weighted import WeightedPoints
from segmentation.rounding import plural
from segmentation.schema.features import Feature
from segmentation.schema.meanings import GENDER, RECENCY
from segmentation.schema.numbers import MISSING, NOT_NUMERIC, OUT_OF_RANGE
from segmentation.schema.ordered_words import Words
from segmentation.schema.reading import Reading
from segmentation.schema.reading_texts import common_words
from segmentation.schema.schema import Note


@dataclass(frozen=True)
class FileProfile:
    """What was found in a whole file before cleaning.

    Parameters
    ----------
    file : CustomerFile
        The file as it was read.
    merged : ChunkProfile
        The profile of all its rows without duplicates.
    detector : DuplicateDetector
        The duplicates that were found.
    """

    file: CustomerFile
    merged: ChunkProfile
    detector: DuplicateDetector

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features, with all of their categories."""
        return self.merged.counts.points.features

    def missing(self, i: int) -> int:
        """Return the number of customers without a usable value of a feature.

        Parameters
        ----------
        i : int
            Index of the feature.
        """
        return int(self.merged.faults[i, MISSING:].sum())

    def faults(self, i: int, kind: int) -> int:
        """Return the number of customers with one kind of fault in a feature.

        Parameters
        ----------
        i : int
            Index of the feature.
        kind : int
            The fault, see `segmentation.schema.numbers`.
        """
        return int(self.merged.faults[i, kind])

    @property
    def texts(self) -> int:
        """Number of cells of customers that hold text where a number belongs."""
        return int(self.merged.faults[:, NOT_NUMERIC].sum())

    @property
    def newest(self) -> int:
        """The date to count from, in days since 1970."""
        return self.file.schema.newest_of(self.merged.years)

    def unusable_feature(self) -> tuple[str, Note] | None:
        """Return an optional feature with no or too few values, and the note on it; None where there is none."""
        for i, (feature, wanted) in enumerate(zip(self.features, self.file.schema.wanted, strict=True)):
            missing, customers = self.missing(i), self.merged.customers
            if wanted.required or 2 * missing <= customers:
                continue
            if missing < customers:
                return feature.role, Note(
                    f"'{feature.label}' is known of {plural(customers - missing, 'customer')} only, "
                    "too few for it to have a part in the segments.",
                    "Fill the column.",
                )
            what, mend = "value", "Fill"
            if self.faults(i, NOT_NUMERIC):
                what, mend = "number", "Write plain numbers in"
            if self.faults(i, OUT_OF_RANGE):
                what, mend = f"value from {wanted.low:g} to {wanted.high:g}", "Check"
            return feature.role, Note(
                f"'{feature.label}' holds no {what} for any customer, so it has no part in the segments.",
                f"{mend} the column, if it should have one.",
            )
        return None

    def cleaning(self) -> Cleaning:
        """Return what has to be done to the chunks."""
        settings, customers = self.file.settings, self.merged.customers
        spellings, fills = {}, {}
        for i, feature in enumerate(self.features):
            counts = self._counts(i)
            spelling = spelling_of(counts, letters=GENDER in (feature.role, feature.meaning))
            if spelling:
                spellings[feature.role] = spelling
            missing = self.missing(i)
            # Who never bought has no last order: no number would be true of them.
            fillable = settings.impute and feature.meaning != RECENCY
            if fillable and 0 < missing < customers and missing <= settings.most_missing * customers:
                for name, meant in spelling.items():
                    counts[meant] += counts.pop(name)
                fills[feature.role] = max(sorted(counts), key=counts.__getitem__) if counts else self._median(i)
        return Cleaning(fills, spellings, self.detector.duplicates, self.file.schema.modes)

    def common(self, i: int) -> frozenset[str]:
        """Return the categories of a feature that enough customers share to be published.

        Parameters
        ----------
        i : int
            Index of the feature.
        """
        return frozenset(name for name, n in self._counts(i).items() if n >= self.file.settings.min_cell_count)

    def _counts(self, i: int) -> Counter[str]:
        """Return the number of customers of each category of a feature; none of a numeric one."""
        counts: Counter[str] = Counter()
        for points in (self.merged.counts.points, self.merged.of_incomplete[i]):
            feature = next(one for one in points.features if one.role == self.features[i].role)
            if feature.categories and len(points):
                totals = np.bincount(points.cells(feature.role), points.counts, len(feature.categories))
                counts.update(dict(zip(feature.categories, map(int, totals), strict=True)))
        return counts

    def with_common_words(self, disclosure: Disclosure) -> dict[str, Reading]:
        """Return by role how words in order are read without those of too few customers; empty where there are none.

        Parameters
        ----------
        disclosure : Disclosure
            How exactly numbers are published.
        """
        found: dict[str, Reading] = {}
        for i, one in enumerate(self.file.schema.wanted):
            if isinstance(one.reading, Words):
                values = self._values(i)
                shown = np.array([disclosure.cell(n) is not None for n in values.counts.tolist()], dtype=bool)
                common = one.reading.without_others(values.column(one.role)[shown].tolist())
                if common != one.reading:
                    found[one.role] = common
        return found

    def _values(self, i: int) -> WeightedPoints:
        """Return the numbers of all customers in a feature."""
        return self.merged.counts.points.marginal([self.features[i].role]) + self.merged.of_incomplete[i]

    def _median(self, i: int) -> float:
        """Return the median of a numeric feature over all customers, rounded to its precision."""
        (median,) = self._values(i).medians.values()
        return float(f"{median:.9g}")

    def check(self, counts: RowCounts, fewest: int = 1) -> None:
        """Refuse a file with too few usable customers, naming the column at fault.

        Parameters
        ----------
        counts : RowCounts
            Counts of the clean rows.
        fewest : int
            Smallest number of customers that is accepted.

        Raises
        ------
        UnusableFileError
            If fewer customers can be used.
        """
        if counts.rows["used"] >= fewest:
            return
        if counts.rows["used"]:
            raise refusals.fewer_than_min_cell_count(counts.rows["used"], fewest)
        if not self.merged.customers:
            raise refusals.no_customers()
        worst = int(np.argmax(self.merged.faults[:, MISSING:].sum(axis=1)))
        place = self.file.schema.wanted[worst].position
        words = common_words([row[place] for row in self.file.dialect.examples if place < len(row)])
        raise refusals.no_usable_row(
            self.missing(worst), self.merged.customers, self.features[worst].label, self.merged.lines[worst], words
        )
