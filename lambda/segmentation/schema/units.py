"""Units in headers and cells, such as thousands, currencies and periods, and how to convert them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from segmentation.schema import unit_words
from segmentation.schema.columns import MAX_NAME_LENGTH, normalised, words_of


def _by_word(lines: Iterable[str]) -> dict[str, str]:
    """Return the first word of each line, by each of its words."""
    return {normalised(word): line.split()[0] for line in lines if line.strip() for word in line.split()}


_CURRENCIES = _by_word(unit_words.CURRENCIES.splitlines())
_TIMES = _by_word(unit_words.TIMES.splitlines())
_MULTIPLES = {normalised(word): n for n, words in unit_words.MULTIPLES.items() for word in words.split()}
# With a currency only: 45 T€, $1.2m, ₹15 L.
_SHORT_MULTIPLES = {"t": 1_000, "l": 100_000, "m": 1_000_000}
_PERIODS = {normalised(word): period for period, words in unit_words.PERIODS.items() for word in words.split()}
_POINTS = frozenset(map(normalised, unit_words.POINTS.split()))
_JOINTS, _UNITS = frozenset(unit_words.UNIT_JOINTS.split()), frozenset(unit_words.UNITS.split())
_BORDERS = re.compile(r"[\s._'’`\"״-]+")
# As in 1000 EUR, and x 1,000.
_ROUND = re.compile(r"(?:^x ?)?(?<!\d)(10*)[.,' ]?000s?(?!\d)")
_LAST_BRACKETS = re.compile(r"\s*[(\[{]([^()\[\]{}]+)[)\]}]\s*$")
_SCALE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:-|–|—|~|〜|\.\.|to|bis|a|à)\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)
_GROUPED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
# A year, or a scale in other words: [0, 1], (/10).
_NUMBERS = re.compile(r"[\d\s.,;/]+")
_ROUND_WORD = re.compile(r"10*[.,']?000")
_LONGEST = 40


@dataclass(frozen=True)
class Unit:
    """The unit of a number.

    Parameters
    ----------
    multiple : int
        How many of `what` a 1 stands for: 1000 in ``k$``.
    what : str
        A currency, as ISO 4217 calls it in lower case, or a time; empty where nothing is said.
    """

    multiple: int = 1
    what: str = ""


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit | None:
    """Return the unit that a text states; None where one of its words is not part of a unit.

    Parameters
    ----------
    text : str
        The text.

    Examples
    --------
    >>> parse_unit("k$"), parse_unit("Tsd. Euro"), parse_unit("万円"), parse_unit("boxes")
    (Unit(multiple=1000, what='usd'), Unit(multiple=1000, what='eur'), Unit(multiple=10000, what='jpy'), None)
    """
    if len(text) > _LONGEST:
        return None
    plain = normalised(text)
    if found := _ROUND.search(plain):
        rest = plain[: found.start()].removeprefix("x ") + plain[found.end() :]
        unit = parse_unit(rest) if rest.strip() else Unit()
        return unit and Unit(unit.multiple * int(found[1]) * 1_000, unit.what)
    whole = _unit_of_word(_BORDERS.sub("", plain))
    if whole:
        return whole
    words = [word for word in _BORDERS.split(plain) if word and word not in _JOINTS]
    if not words:
        return None
    multiple, what, short = 1, "", False
    for word in words:
        one = _unit_of_word(word) or (Unit(_SHORT_MULTIPLES[word]) if word in _SHORT_MULTIPLES else None)
        if one is None or (one.what and what and one.what != what):
            return None
        multiple, what = multiple * one.multiple, one.what or what
        short = short or word in _SHORT_MULTIPLES
    return Unit(multiple, what) if what or not short else None


def _unit_of_word(word: str) -> Unit | None:
    if word in _MULTIPLES:
        return Unit(_MULTIPLES[word])
    what = _CURRENCIES.get(word) or _TIMES.get(word)
    if what is not None:
        return Unit(1, what)
    if word in _POINTS:
        return Unit(1, "")
    # k€, 万円; and $k.
    for name, multiple in (*_MULTIPLES.items(), *_SHORT_MULTIPLES.items()):
        for rest in (word.removeprefix(name), word.removesuffix(name)):
            if rest != word and rest in _CURRENCIES and (word.endswith(rest) or not rest[-1].isalpha()):
                return Unit(multiple, _CURRENCIES[rest])
    # Letters may stand before the sign of a currency: AR$, GH₵.
    if re.fullmatch(r"[a-z]{0,3}\W", word) and unicodedata.category(word[-1]) == "Sc":
        return Unit(1, word)
    return None


def is_currency(unit: str) -> bool:
    """Return whether a unit is one of money: ``k$``, ``EUR``.

    Parameters
    ----------
    unit : str
        The unit, as a header states it.
    """
    found = parse_unit(unit)
    return bool(found and found.what and found.what not in _TIMES.values())


@lru_cache(maxsize=1024)
def name_and_unit(label: str) -> tuple[str, str]:
    """Split a header into the name of a feature and its unit; a scale such as ``1-100`` is not a unit.

    Parameters
    ----------
    label : str
        The header.

    Examples
    --------
    >>> name_and_unit("Annual Income (k$)"), name_and_unit("Income in USD"), name_and_unit("Spending Score (1-100)")
    (('Annual Income', 'k$'), ('Income', 'USD'), ('Spending Score', ''))
    """
    if len(label) > MAX_NAME_LENGTH:
        return label, ""
    plain = unicodedata.normalize("NFKC", label)
    bracket = _LAST_BRACKETS.search(plain)
    if bracket:
        unit = bracket[1].replace("_", " ").strip()
        is_unit = not (_SCALE.fullmatch(unit) or _NUMBERS.fullmatch(unit))
        return plain[: bracket.start()].strip(" _") or label, _without_joint(unit) if is_unit else ""
    parts = re.split(r"(?<=[^\s_,])[\s_,]+|(?<=[dl]['’])", plain.strip())
    words = [normalised(part).strip(".,'’") for part in parts]
    begin = len(words)
    while begin > 1 and (words[begin - 1] in _UNITS or _is_joint(words, begin - 1)):
        begin -= 1
    # Visits last 12 months; and Bonus_miles, which are thousands in Spanish.
    is_name = words[begin - 1].isdecimal() or words[begin:] == ["miles"]
    if begin == len(words) or is_name or not any(word in _UNITS for word in words[begin:]):
        return plain.strip() or label, ""
    return " ".join(parts[:begin]), _without_joint(" ".join(parts[begin:]))


def _is_joint(words: list[str], i: int) -> bool:
    return i + 1 < len(words) and (words[i] in _JOINTS or bool(_ROUND_WORD.fullmatch(words[i])))


def _without_joint(unit: str) -> str:
    first, _, rest = unit.partition(" ")
    return re.sub(r"(?<=['’]) ", "", rest if rest and normalised(first) in _JOINTS else unit)


def scale_of(label: str) -> tuple[float, float] | None:
    """Return the scale that a header states in brackets, such as ``1-100``; None if it states none.

    Parameters
    ----------
    label : str
        The header.
    """
    bracket = _LAST_BRACKETS.search(unicodedata.normalize("NFKC", label)) if len(label) <= MAX_NAME_LENGTH else None
    found = _SCALE.search(bracket[1].replace("_", " ")) if bracket else None
    if not found:
        return None
    # 1-1,000 is no scale up to 1; 0.000-1.000 is.
    grouped = not any(number.startswith(("0,", "0.")) for number in found.groups())
    low, high = (
        float(re.sub(r"[.,]", "", number) if grouped and _GROUPED.fullmatch(number) else number.replace(",", "."))
        for number in found.groups()
    )
    return (low, high) if low < high else None


@lru_cache(maxsize=4096)
def multiple_of(label: str) -> int:
    """Return the multiple in which numbers under a header are counted: 1000 where it says thousands.

    Parameters
    ----------
    label : str
        The header.

    Examples
    --------
    >>> [multiple_of(label) for label in ("Annual Income (k$)", "年収（万円）", "Income ('000)", "Income (USD)")]
    [1000, 10000, 1000, 1]
    """
    unit = parse_unit(name_and_unit(label)[1])
    return unit.multiple if unit else 1


def factor(label: str, other: str, ratio: Callable[[], float] = lambda: 1.0) -> Fraction | None:
    """Return the factor that converts numbers under one header to the unit of another; None where it is unknown.

    Parameters
    ----------
    label, other : str
        The headers.
    ratio : callable
        Returns how much larger numbers under the first header usually are. Where one header states thousands and the
        other nothing, it decides whether those are thousands too.

    Examples
    --------
    >>> factor("Income (USD)", "Annual Income (k$)"), factor("Income (EUR)", "Income ($)")
    (Fraction(1, 1000), None)
    >>> factor("Income", "Income (k$)", lambda: 1.1), factor("Income", "Income (k$)", lambda: 1_050.0)
    (Fraction(1, 1), None)
    """
    scales = scale_of(label), scale_of(other)
    periods = _period_of(label), _period_of(other)
    if (all(scales) and scales[0][1] != scales[1][1]) or (all(periods) and periods[0] != periods[1]):  # type: ignore[index]
        return None
    texts = [name_and_unit(one)[1] for one in (label, other)]
    one, two = (parse_unit(text) or Unit(1, normalised(text)) for text in texts)
    if one.what and two.what and one.what != two.what:
        return None
    if all(texts) or one.multiple == two.multiple:
        return Fraction(one.multiple, two.multiple)
    apart = math.sqrt(max(one.multiple, two.multiple))
    return Fraction(1) if 1 / apart < ratio() < apart else None


def _period_of(label: str) -> str | None:
    words = words_of(label, brackets=True)
    # p.a. is two of them.
    return next((_PERIODS[word] for word in (*words, *map("".join, pairwise(words))) if word in _PERIODS), None)
