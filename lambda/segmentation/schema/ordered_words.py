"""Words that stand for numbers: those of a known scale, from Low to High, and yes and no."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from segmentation.schema import reading_words
from segmentation.schema.columns import normalised
from segmentation.schema.reading import MOSTLY, WORDS, YES_NO, Faults, Reading, Values, with_faults

# Without what numbers a level, as in 1 - Low, and without marks.
_NUMBERING = re.compile(r"^\(?\d{1,2}\s*[-–.:)=]\s*(?=\D)")
_LETTERS = re.compile(r"[^\W_]+|[✓✔☑✗✘☐]")
_LONGEST = 60


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return the words of a cell as one, without accents, capitals and what numbers a level.

    Parameters
    ----------
    text : str
        The cell.

    Examples
    --------
    >>> plain("Very satisfied"), plain("1 - Düşük"), plain("Month-to-month")
    ('verysatisfied', 'dusuk', 'monthtomonth')
    """
    if len(text) > _LONGEST:
        return ""
    return "".join(_LETTERS.findall(_NUMBERING.sub("", normalised(text.strip()))))


def _levels(scale: Sequence[str]) -> dict[str, int]:
    return {plain(word): level for level, words in enumerate(scale) for word in words.split()}


_SCALES = [_levels(scale) for scale in reading_words.SCALES]
_YES, _NO = (frozenset(map(plain, words.split())) for words in (reading_words.YES, reading_words.NO))


@dataclass(frozen=True)
class Words(Reading):
    """Words of one scale, numbered from the lowest that there is.

    Parameters
    ----------
    scale : int
        Index of the scale in `reading_words.SCALES`.
    numbers : tuple of float
        The number of each of its levels; those that the examples lack lie between their neighbours, or beyond.
    order : tuple of (str, float)
        The words as the file spells them, with their numbers.
    """

    kind: ClassVar[str] = WORDS
    scale: int
    numbers: tuple[float, ...]
    order: tuple[tuple[str, float], ...]

    @classmethod
    def from_order(cls, order: Mapping[str, float]) -> Words | None:
        """Return the reading that gives words the numbers that they have in a document; None if they are of no scale.

        Parameters
        ----------
        order : mapping of str to float
            By word, its number.
        """
        known = {plain(word): number for word, number in order.items()}
        scale = _scale_of(dict.fromkeys(known, 1), fewest=1)
        if scale is None:
            return None
        levels = {_SCALES[scale][word]: number for word, number in known.items() if word in _SCALES[scale]}
        return cls(scale, _numbered(scale, levels), tuple(sorted(order.items(), key=lambda one: one[1])))

    def parse(self, texts: Sequence[str]) -> tuple[Values, Faults]:
        """Return the numbers of words, see `Reading.parse`."""
        levels = _SCALES[self.scale]
        return with_faults(texts, lambda text: self.numbers[levels[word]] if (word := plain(text)) in levels else None)

    def without_others(self, numbers: Collection[float]) -> Words:
        """Return the reading that numbers some of its words only, as if the examples lacked the others.

        Parameters
        ----------
        numbers : collection of float
            The numbers of the words that stay.
        """
        kept = [word for word, number in self.order if number in numbers]
        if len(kept) == len(self.order):
            return self
        order = tuple((word, float(rank)) for rank, word in enumerate(kept, 1))
        levels = {_SCALES[self.scale][plain(word)]: number for word, number in order}
        return Words(self.scale, _numbered(self.scale, levels) if levels else self.numbers, order)

    def published(self) -> dict[str, Any]:
        """Return the words and their numbers, see `Reading.published`."""
        return {"kind": self.kind, "words": dict(self.order)}


@dataclass(frozen=True)
class YesNo(Reading):
    """Yes and no in any language, which are 1 and 0.

    Parameters
    ----------
    letters : str
        The letters that stand for yes and for no, where letters do: jn.
    """

    kind: ClassVar[str] = YES_NO
    letters: str = ""

    def parse(self, texts: Sequence[str]) -> tuple[Values, Faults]:
        """Return 1 for yes and 0 for no, see `Reading.parse`."""
        return with_faults(texts, self._number)

    def _number(self, text: str) -> float | None:
        word = plain(text) or text.strip()
        if word in _YES or word == "1":
            return 1.0
        if word in _NO or word == "0":
            return 0.0
        return float(word == self.letters[0]) if word and word in self.letters else None


def words_of_scale(counts: Mapping[str, int]) -> Words | None:
    """Return the reading of a column whose cells are nearly all words of one scale; None where they are not.

    Parameters
    ----------
    counts : mapping of str to int
        By cell that is not missing, how often it occurs.

    Examples
    --------
    >>> words_of_scale({"High": 5, "Average": 9, "Low": 3}).order
    (('Low', 1.0), ('Average', 2.0), ('High', 3.0))
    >>> words_of_scale({"Red": 5, "Low": 3})
    """
    spelt: dict[str, Counter[str]] = {}
    for text, n in counts.items():
        spelt.setdefault(plain(text), Counter())[text.strip()] += n
    scale = _scale_of({word: found.total() for word, found in spelt.items()})
    if scale is None:
        return None
    by_level: dict[int, Counter[str]] = {}
    for word, found in spelt.items():
        if (level := _SCALES[scale].get(word)) is not None:
            by_level.setdefault(level, Counter()).update(found)
    if all(len(word) == 1 and word.isascii() for word in spelt) and len(by_level) < 3:
        # M and S need not be sizes.
        return None
    numbers = {level: float(rank) for rank, level in enumerate(sorted(by_level), 1)}
    spellings = {level: max(sorted(found), key=found.__getitem__) for level, found in by_level.items()}
    order = tuple((spellings[level], number) for level, number in numbers.items())
    return Words(scale, _numbered(scale, numbers), order)


def _scale_of(counts: Mapping[str, int], fewest: int = 2) -> int | None:
    """Return the scale of which nearly all words are, with at least so many levels; None where there is none."""
    told = [sum(n for word, n in counts.items() if word in scale) for scale in _SCALES]
    best = told.index(max(told))
    levels = {_SCALES[best][word] for word in counts if word in _SCALES[best]}
    return best if len(levels) >= fewest and told[best] >= MOSTLY * sum(counts.values()) else None


def _numbered(scale: int, levels: Mapping[int, float]) -> tuple[float, ...]:
    """Return a number for each level of a scale, some of which have one."""
    known = sorted(levels)
    numbers = [levels[level] for level in known]

    def number(level: int) -> float:
        beyond = min(0, level - known[0]) + max(0, level - known[-1])
        return float(np.interp(level, known, numbers)) + beyond

    return tuple(map(number, range(len(reading_words.SCALES[scale]))))


def yes_no(counts: Mapping[str, int]) -> YesNo | None:
    """Return the reading of a column whose cells are nearly all yes or no; None where they are not.

    Parameters
    ----------
    counts : mapping of str to int
        By cell that is not missing, how often it occurs.
    """
    words = {plain(text) or text.strip() for text in counts}
    letters = next((pair for pair in reading_words.YES_OR_NO if {*pair} == words), "")
    reading = YesNo(letters)
    if not letters and not words & (_YES | _NO):
        return None
    told = sum(n for text, n in counts.items() if reading._number(text) is not None)
    return reading if told and told >= MOSTLY * sum(counts.values()) else None
