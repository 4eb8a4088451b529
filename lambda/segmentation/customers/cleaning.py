"""What is done to the customers of a file before they are counted, once the whole file has been profiled.

Missing values are filled in, spellings of one category are merged, and duplicates are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from segmentation.points.chunk import BLANK, CUSTOMER, DUPLICATE, HEADER_AGAIN, OVERLONG, SUMMARY, Chunk
from segmentation.schema.columns import normalised
from segmentation.schema.features import Feature
from segmentation.schema.meanings import RECENCY

_WHY_ODD = {
    OVERLONG: ("more cells than the header", "Put cells that hold the separator in double quotes."),
    BLANK: ("an empty row", "Nothing is lost; such rows may be deleted."),
    HEADER_AGAIN: ("the header again", "Nothing is lost; files that were joined have one each."),
    SUMMARY: ("a row that sums up others", "Nothing is lost; export the customers without totals."),
    DUPLICATE: ("the same as an earlier row", "Nothing is lost; the customer is counted once."),
}
# Reasons of rows come first, then one a feature.
FIRST_FEATURE = max(_WHY_ODD) + 1


@dataclass(frozen=True)
class Cleaning:
    """What is done to each chunk of a file.

    Parameters
    ----------
    fills : mapping of str to float or str
        By role, the value that is filled in where one is missing.
    spellings : mapping of str to mapping of str to str
        By role, the category that another spelling stands for.
    duplicates : mapping of int to ndarray of intp
        By number of chunk, the rows that repeat an earlier one.
    modes : mapping of str to tuple of str
        The roles of each mode: a row that lacks more than half of those of one mode is not filled in.
    """

    fills: Mapping[str, float | str] = field(default_factory=dict)
    spellings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    duplicates: Mapping[int, npt.NDArray[np.intp]] = field(default_factory=dict)
    modes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.fills or self.spellings or self.duplicates)

    def renamed(self, names: Mapping[str, Mapping[str, str]]) -> Cleaning:
        """Return the same cleaning with other names for categories.

        Parameters
        ----------
        names : mapping of str to mapping of str to str
            By role, the new names of categories that have one.
        """
        spellings = dict(self.spellings)
        for role, new in names.items():
            before = {name: new.get(meant, meant) for name, meant in spellings.get(role, {}).items()}
            spellings[role] = {**new, **before}
        fills = {
            role: names.get(role, {}).get(fill, fill) if isinstance(fill, str) else fill
            for role, fill in self.fills.items()
        }
        return replace(self, spellings=spellings, fills=fills)

    def applied(self, chunk: Chunk) -> Chunk:
        """Return a clean chunk.

        Parameters
        ----------
        chunk : Chunk
            The chunk, as it was read.
        """
        if chunk.number in self.duplicates:
            chunk = without_rows(chunk, self.duplicates[chunk.number])
        for role, spelling in self.spellings.items():
            chunk = _respelt(chunk, role, spelling)
        return self._filled(chunk) if self.fills else chunk

    def _filled(self, chunk: Chunk) -> Chunk:
        if not any(faults is not None for faults in chunk.faults):
            return chunk
        missing = {
            feature.role: np.isnan(values) for feature, values in zip(chunk.features, chunk.columns, strict=True)
        }
        fillable = chunk.customers
        for roles in self.modes.values():
            fillable &= 2 * np.sum([missing[role] for role in roles], axis=0) <= len(roles)
        features, columns = list(chunk.features), list(chunk.columns)
        for i, feature in enumerate(features):
            if feature.role in self.fills and (filled := missing[feature.role] & fillable).any():
                features[i], columns[i] = _with_value(feature, columns[i], filled, self.fills[feature.role])
        return replace(chunk, features=tuple(features), columns=tuple(columns))


def without_rows(chunk: Chunk, rows: npt.NDArray[np.intp]) -> Chunk:
    """Return a chunk in which some rows are marked as duplicates.

    Parameters
    ----------
    chunk : Chunk
        The chunk, as it was read.
    rows : ndarray of intp, shape (n_duplicates,)
        Indices of the rows.
    """
    row_status = np.zeros(len(chunk.rows), dtype=np.uint8) if chunk.row_status is None else chunk.row_status.copy()
    row_status[rows] = DUPLICATE
    columns = [values.copy() for values in chunk.columns]
    for values in columns:
        values[rows] = np.nan
    faults = [np.zeros(len(row_status), np.uint8) if one is None else one for one in chunk.faults]
    ids = None if chunk.ids is None else chunk.ids.select(row_status[chunk.customers] == CUSTOMER)
    return replace(chunk, columns=tuple(columns), faults=tuple(faults), row_status=row_status, ids=ids)


def reasons(chunk: Chunk) -> npt.NDArray[np.uint16]:
    """Return why each row of a clean chunk is not used, shape (n_rows,): 0, or an index of `reason_texts`.

    Parameters
    ----------
    chunk : Chunk
        The clean chunk.
    """
    found = np.zeros(len(chunk.rows), dtype=np.uint16)
    if chunk.usable.all():
        return found
    for i in reversed(range(len(chunk.columns))):
        found[np.isnan(chunk.columns[i])] = FIRST_FEATURE + i
    if chunk.row_status is not None:
        found[chunk.row_status != CUSTOMER] = chunk.row_status[chunk.row_status != CUSTOMER]
    return found


def reason_texts(features: Sequence[Feature]) -> list[str]:
    """Return the texts of the reasons that `reasons` returns; the first is empty.

    Parameters
    ----------
    features : sequence of Feature
        The features of the file.
    """
    return ["", *(what for what, _ in _WHY_ODD.values()), *(f"no value for {feature.name}" for feature in features)]


def remedies(features: Sequence[Feature], fills: Mapping[str, float | str], *, impute: bool) -> list[str]:
    """Return what to do about each reason, in the order of `reason_texts`.

    Parameters
    ----------
    features : sequence of Feature
        The features of the file.
    fills : mapping of str to float or str
        By role, the values that are filled in.
    impute : bool
        Whether the settings ask for missing values to be filled in.
    """
    more = ", or raise most_share in settings.json." if impute else ', or set "policy": "impute" in settings.json.'
    never = "; how long ago somebody bought is never filled in."
    ends = {one.role: never if one.meaning == RECENCY else more for one in features} | dict.fromkeys(
        fills, "; of customers who lack more than half of the features, nothing is filled in."
    )
    fill = (f"Fill the empty cells of '{feature.label}'{ends[feature.role]}" for feature in features)
    return ["", *(remedy for _, remedy in _WHY_ODD.values()), *fill]


def spelling_of(counts: Mapping[str, int], *, letters: bool) -> dict[str, str]:
    """Return which categories of a feature are other spellings of another one.

    Of those that differ in capitals, accents and spaces only, the most frequent is kept.

    Parameters
    ----------
    counts : mapping of str to int
        Number of customers of each category.
    letters : bool
        Whether a single letter stands for the one category that begins with it.

    Examples
    --------
    >>> spelling_of({"Male": 5, "male": 1, "M": 2, "Female": 9, "Other": 1}, letters=True)
    {'male': 'Male', 'M': 'Male'}
    """
    alike: dict[str, list[str]] = {}
    for name in counts:
        alike.setdefault("".join(normalised(name).split()), []).append(name)
    commonest = {key: max(sorted(names), key=counts.__getitem__) for key, names in alike.items()}
    single = [key for key in commonest if len(key) == 1 and key.isalpha()]
    words = {key: [other for other in commonest if other.startswith(key) and len(other) > 1] for key in single}
    if letters and all(len(found) == 1 for found in words.values()):
        # Else M may stand for another word than the one that happens to be there.
        commonest |= {key: commonest[found[0]] for key, found in words.items()}
    return {name: commonest[key] for key, names in alike.items() for name in names if name != commonest[key]}


def _respelt(chunk: Chunk, role: str, spelling: Mapping[str, str]) -> Chunk:
    i = [feature.role for feature in chunk.features].index(role)
    names = [spelling.get(name, name) for name in chunk.features[i].categories or ()]
    categories = tuple(sorted(set(names)))
    codes = np.array([*(float(categories.index(name)) for name in names), np.nan])
    values = chunk.columns[i]
    recoded = codes[np.where(np.isnan(values), len(names), values).astype(np.intp)]
    features, columns = list(chunk.features), list(chunk.columns)
    features[i], columns[i] = replace(features[i], categories=categories), recoded
    return replace(chunk, features=tuple(features), columns=tuple(columns))


def _with_value(
    feature: Feature, values: npt.NDArray[np.float64], rows: npt.NDArray[np.bool_], value: float | str
) -> tuple[Feature, npt.NDArray[np.float64]]:
    """Return a feature and its column with a value put into some rows."""
    values = values.copy()
    if not isinstance(value, str):
        values[rows] = value
        return feature, values
    categories = tuple(sorted({*(feature.categories or ()), value}))
    if categories != feature.categories:
        place = categories.index(value)
        values[values >= place] += 1
        feature = replace(feature, categories=categories)
    values[rows] = categories.index(value)
    return feature, values
