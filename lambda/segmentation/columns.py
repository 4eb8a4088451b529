"""Which column is what: roles by the names of columns, in nine languages; units; personal data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from segmentation import vocabulary

ROLES = ("age", "gender", "income", "spending")
REQUIRED = ("income", "spending")
# In words, as an example of how a file may call it.
WHAT_ROLE_IS = {
    "age": "the customer's age, such as 'Age'",
    "gender": "the customer's gender, such as 'Gender'",
    "income": "the customer's income, such as 'Annual Income (k$)'",
    "spending": "the customer's spending score, such as 'Spending Score (1-100)'",
}

# No name of a column that means anything is longer, and what is takes the patterns long.
_LONGEST = 200
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_LAST_BRACKETS = re.compile(r"\s*[(\[{]([^()\[\]{}]+)[)\]}]\s*$")
_SCALE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:-|–|—|~|〜|\.\.|to|bis|a|à)\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)
# A year, or a scale in other words: [0, 1], (/10).
_NUMBERS = re.compile(r"[\d\s.,;/]+")
# CustomerID, annualIncome; a word, a number or a currency sign each.
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+|[$€£¥]")


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ROLE_OF_NAME = {name: role for role, names in vocabulary.ROLE_NAMES.items() for name in names.split()}
_SCORES = _words_of(vocabulary.SCORE_NAMES)
_FILLERS = _words_of(vocabulary.FILLERS)
_UNITS = _words_of(vocabulary.UNITS)
_THOUSANDS = _words_of(vocabulary.THOUSANDS)
_JOINTS = _words_of(vocabulary.UNIT_JOINTS)
_PERSONAL = {name: what for what, names in vocabulary.PERSONAL_NAMES.items() for name in names.split()}


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Return text without accents and capitals, and signs of other widths as usual ones.

    >>> normalised("Género"), normalised("YAŞ"), normalised("（万円）")
    ('genero', 'yas', '(万円)')
    """
    return _bare(text).casefold()


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).replace("ı", "i"))
    # Marks of Latin letters only: those of kana tell words apart, and are put together again.
    return unicodedata.normalize("NFC", "".join(letter for letter in plain if not "\u0300" <= letter <= "\u036f"))


@lru_cache(maxsize=4096)
def role_of(name: str) -> str | None:
    """Return the role that the name of a column means: ``id`` or one of `ROLES`.

    >>> [role_of(name) for name in ("Id_Clientes", "Ingreso anual (miles de $)", "SpendingScore", "Savings")]
    ['id', 'income', 'spending', None]
    """
    return next((_ROLE_OF_NAME[form] for form in _forms(name) if form in _ROLE_OF_NAME), None)


def is_score(name: str) -> bool:
    """Whether a column is named as some score, which may be the spending score."""
    return any(form in _SCORES for form in _forms(name))


def personal_data(name: str, values: Sequence[str] = ()) -> str | None:
    """Return what personal data a column holds, by its name or its values; None where it is not known to hold any.

    >>> personal_data("E-Mail-Adresse"), personal_data("Contact", ["jo@example.com", ""]), personal_data("Savings")
    ('e-mail addresses', 'e-mail addresses', None)
    """
    if role_of(name) in ROLES:
        return personal_values(values)
    for form in _forms(name):
        if form in _PERSONAL:
            return _PERSONAL[form]
    for word in _words(name):
        if word in vocabulary.PERSONAL_WORDS:
            return vocabulary.PERSONAL_WORDS[word]
    return personal_values(values)


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"(?!0[.]\d+$)(?=(?:\D*\d){7,15}\D*$)(?:\+|00|\(?0)[\d\s()./-]+")


def personal_values(values: Iterable[str]) -> str | None:
    """Return what personal data most of these values are."""
    filled = [value[:_LONGEST] for value in (value.strip() for value in values) if value]
    for pattern, what in ((_EMAIL, "e-mail addresses"), (_PHONE, "phone numbers")):
        if filled and 2 * sum(bool(pattern.fullmatch(value)) for value in filled) > len(filled):
            return what
    return None


@lru_cache(maxsize=1024)
def name_and_unit(label: str) -> tuple[str, str]:
    """Split a header into the name of a feature and its unit; a scale such as ``1-100`` is none.

    >>> name_and_unit("Annual Income (k$)"), name_and_unit("Income in USD"), name_and_unit("Spending Score (1-100)")
    (('Annual Income', 'k$'), ('Income', 'USD'), ('Spending Score', ''))
    """
    if len(label) > _LONGEST:
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
    if begin == len(words) or not any(word in _UNITS for word in words[begin:]):
        return plain.strip() or label, ""
    return " ".join(parts[:begin]), _without_joint(" ".join(parts[begin:]))


def is_in_thousands(label: str) -> bool:
    """Whether a header says that its numbers are thousands.

    >>> [is_in_thousands(label) for label in ("Annual Income (k$)", "Einkommen in Tsd. Euro", "Income (USD)")]
    [True, True, False]
    """
    words = normalised(name_and_unit(label)[1]).replace(".", " ").split()
    return any(word in _THOUSANDS or word in ("k$", "k€", "k£") for word in words)


def scale_of(label: str) -> tuple[float, float] | None:
    """Return the scale that a header states in brackets: ``1-100``."""
    bracket = _LAST_BRACKETS.search(unicodedata.normalize("NFKC", label)) if len(label) <= _LONGEST else None
    found = _SCALE.search(bracket[1].replace("_", " ")) if bracket else None
    if not found:
        return None
    low, high = (float(number.replace(",", ".")) for number in found.groups())
    return (low, high) if low < high else None


def _is_joint(words: list[str], i: int) -> bool:
    return i + 1 < len(words) and words[i] in _JOINTS


def _without_joint(unit: str) -> str:
    first, _, rest = unit.partition(" ")
    return re.sub(r"(?<=['’]) ", "", rest if rest and normalised(first) in _JOINTS else unit)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    """Return the words of a header, without what stands in brackets."""
    bare = _bare(name[:_LONGEST])
    return tuple(word.casefold() for word in _WORDS.findall(_BRACKETS.sub(" ", bare).strip() or bare))


def _forms(name: str) -> list[str]:
    """Return a name as one word: all of it, and without its unit and the words that say nothing of the role."""
    words = _words(name)
    telling = [word for word in words if not (word in _FILLERS or word in _UNITS or word.isdecimal())]
    return ["".join(words), "".join(telling)]
