"""Bands such as 25-34, 65+ and Less than $40K, which become their middles, and stars."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any, ClassVar

from segmentation.schema import reading_words
from segmentation.schema.columns import normalised
from segmentation.schema.numbers import VALID, parse_numbers
from segmentation.schema.reading import BAND, MOSTLY, STARS, Faults, Reading, Values, with_faults

# A column with more different bands is none of bands; nor is one with more than a few, where most rows have their own.
_MOST_BANDS, _FEW_BANDS = 60, 12
_LONGEST = 40
_END = r"\D{0,6}\d.*?"
_IN_BANDS, _BEFORE_BANDS = ({*words.split()} for words in (reading_words.IN_BANDS, reading_words.BEFORE_BANDS))
_SIDES = [
    # Which side of its number a band lies on: below it, or above.
    (-1, re.compile(rf"(?:{reading_words.UNDER_BEFORE})\s*({_END})")),
    (1, re.compile(rf"(?:{reading_words.OVER_BEFORE})\s*({_END})")),
    (-1, re.compile(rf"({_END})\s*(?:{reading_words.UNDER_BEHIND})")),
    (1, re.compile(rf"({_END})\s*(?:{reading_words.OVER_BEHIND})")),
]
_BOTH = re.compile(rf"({_END})\s*(?:(?<=[\s\d\w.%€$£¥])(?:{reading_words.BETWEEN}))\s*({_END})")
_JOINED = re.compile(rf"\d\D*\s(?:{reading_words.BETWEEN})\s")
_DECADE = re.compile(rf"(\d*0)\s*(?:{reading_words.DECADES})")
_MULTIPLE = re.compile(r"[^\W\d_]+\W*$")
_GLYPHS = re.compile("([★⭐⯪✭]*)️*([½])?([☆✩✰]*)️*")
_STARS = "|".join(sorted(reading_words.STARS.split(), key=len, reverse=True))
_OF_STARS = re.compile(
    rf"(?:(?:{_STARS})\s*)?(\d+(?:[.,]\d+)?)\s*(?:(?:{reading_words.OUT_OF})\s*(\d+))?\s*(?:つ?(?:{_STARS}|★|⭐|☆)️?)?"
)


@dataclass(frozen=True)
class Bands(Reading):
    """Bands, which become their middles.

    Parameters
    ----------
    width : float
        The usual width: a band without an end on one side is taken for so wide.
    decimal_mark : str
        ``.`` or ``,``.
    unit : int
        Multiple in which the column is counted.
    """

    kind: ClassVar[str] = BAND
    width: float
    decimal_mark: str = "."
    unit: int = 1

    def parse(self, texts: Sequence[str]) -> tuple[Values, Faults]:
        """Return the middles of bands, see `Reading.parse`; plain numbers are themselves."""
        return with_faults(texts, self._middle)

    def _middle(self, text: str) -> float | None:
        ends = _ends(text, self.decimal_mark, self.unit)
        if ends is None:
            return None
        low, high = ends
        if low is not None and high is not None:
            return (low + high) / 2
        half = self.width / 2
        if low is not None:
            return low + half
        # No amount is below nothing.
        return None if high is None else max(high - half, min(high / 2, high))

    def published(self) -> dict[str, Any]:
        """Return the usual width, see `Reading.published`."""
        return {"kind": self.kind, "width": self.width}


@dataclass(frozen=True)
class Stars(Reading):
    """Stars, drawn or counted: ★★★★☆, 4 stars, 4/5.

    Parameters
    ----------
    most : int
        How many there can be; 0 where that is not said.
    """

    kind: ClassVar[str] = STARS
    most: int = 0

    def parse(self, texts: Sequence[str]) -> tuple[Values, Faults]:
        """Return the numbers of stars, see `Reading.parse`."""
        return with_faults(texts, self._number)

    def _number(self, text: str) -> float | None:
        found = _stars(text)
        return None if found is None or (found[1] and found[1] != self.most) else found[0]

    def published(self) -> dict[str, Any]:
        """Return how many stars there can be, see `Reading.published`."""
        return {"kind": self.kind, "most": self.most}


def bands(counts: Mapping[str, int], decimal_mark: str, unit: int = 1) -> Bands | None:
    """Return the reading of a column whose cells are nearly all bands; None where they are not.

    Parameters
    ----------
    counts : mapping of str to int
        By cell that is not missing, how often it occurs.
    decimal_mark : str
        ``.`` or ``,``.
    unit : int
        Multiple in which the column is counted.
    """
    total = sum(counts.values())
    if len(counts) > (_MOST_BANDS if 2 * len(counts) <= total else _FEW_BANDS):
        return None
    found = {text: ends for text in counts if (ends := _ends(text, decimal_mark, unit)) is not None}
    if sum(counts[text] for text in found) < MOSTLY * total:
        return None
    widths = [high - low for low, high in found.values() if low is not None and high is not None and low < high]
    is_band = any(low != high for low, high in found.values())
    width = float(median(widths)) if widths else 0.0
    return Bands(width, decimal_mark, unit) if is_band else None


def stars(counts: Mapping[str, int]) -> Stars | None:
    """Return the reading of a column whose cells are nearly all stars; None where they are not.

    Parameters
    ----------
    counts : mapping of str to int
        By cell that is not missing, how often it occurs.
    """
    found = {text: one for text in counts if (one := _stars(text)) is not None}
    if not found or sum(counts[text] for text in found) < MOSTLY * sum(counts.values()):
        return None
    most = {of for _, of in found.values() if of}
    # 3/4 and 5/6 are fractions, or days.
    return Stars(max(most, default=0)) if len(most) <= 1 else None


@lru_cache(maxsize=4096)
def _ends(text: str, decimal_mark: str, unit: int) -> tuple[float | None, float | None] | None:
    """Return the ends of a band, None for one without; None for a text that is no band and no number.

    Examples
    --------
    >>> _ends("25-34", ".", 1), _ends("$120K +", ".", 1), _ends("under 18", ".", 1), _ends("30–39 Jahre", ",", 1)
    ((25.0, 34.0), (120000.0, None), (None, 18.0), (30.0, 39.0))
    """
    if len(text) > _LONGEST:
        return None
    bare = _without_units(text)
    number = _number(bare, decimal_mark, unit)
    if number is not None:
        return number, number
    if decade := _DECADE.fullmatch(bare):
        return float(decade[1]), float(decade[1]) + 9
    for side, pattern in _SIDES:
        if (found := pattern.fullmatch(bare)) and (end := _number(found[1], decimal_mark, unit)) is not None:
            return (None, end) if side < 0 else (end, None)
    for found in _BOTH.finditer(bare) if _BOTH.fullmatch(bare) else ():
        low, high = _pair(found[1], bare[found.end(1) :], decimal_mark, unit)
        if low is not None and high is not None and low < high:
            return low, high
    return None


def _pair(first: str, rest: str, decimal_mark: str, unit: int) -> tuple[float | None, float | None]:
    second = re.sub(rf"^\s*(?:{reading_words.BETWEEN})\s*", "", rest)
    low, high = _number(first, decimal_mark, unit), _number(second, decimal_mark, unit)
    multiple = _MULTIPLE.search(second)
    if multiple and not _MULTIPLE.search(first):
        # 40-60K
        both = _number(first + multiple[0], decimal_mark, unit)
        low = both if both is not None and high is not None and both < high else low
    return low, high


def _without_units(text: str) -> str:
    """Return a cell without what a band is counted in: years."""
    bare = normalised(text.strip()).replace("歳", " ").replace("才", " ").replace("’", "'")
    words = [word for word in bare.split() if word.strip("().") not in _IN_BANDS]
    return " ".join(words[1:] if words and words[0] in _BEFORE_BANDS and _JOINED.search(bare) else words)


def _number(text: str, decimal_mark: str, unit: int) -> float | None:
    values, faults = parse_numbers([text], decimal_mark, unit)
    return float(values[0]) if faults[0] == VALID else None


@lru_cache(maxsize=4096)
def _stars(text: str) -> tuple[float, int] | None:
    """Return a number of stars and of how many, 0 where that is not said; None for other texts.

    Examples
    --------
    >>> _stars("★★★★☆"), _stars("4 stars"), _stars("4/5"), _stars("3,5 von 5 Sternen"), _stars("4")
    ((4.0, 0), (4.0, 0), (4.0, 5), (3.5, 5), None)
    """
    if len(text) > _LONGEST:
        return None
    bare = "".join(text.split())
    if bare and (drawn := _GLYPHS.fullmatch(bare)):
        return len(drawn[1]) + (0.5 if drawn[2] else 0.0), 0
    found = _OF_STARS.fullmatch(normalised(text.strip()))
    if not found or found[0].strip().replace(",", ".") == found[1].replace(",", "."):
        return None
    number, of = float(found[1].replace(",", ".")), int(found[2] or 0)
    return (number, of) if not of or number <= of <= 10 else None
