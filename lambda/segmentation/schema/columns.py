"""What columns are, from their names in nine languages: their words and their roles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from segmentation.schema import unit_words, vocabulary

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
MAX_NAME_LENGTH = 200
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
# CustomerID, annualIncome; a word, a number or a currency sign each.
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+|[$€£¥#]")
# What does not come apart into a letter and its accent.
_LETTERS = str.maketrans(
    {"æ": "ae", "Æ": "Ae", "œ": "oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss"}
)


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PERSONAL = _word_set(" ".join(vocabulary.PERSONAL_NAMES.values()))
# `CLIENTNUM`, `master_id`; and the other way round where that is said of customers only: `N° client`.
_PARTIES, _ID_WORDS = _word_set(vocabulary.PARTIES), _word_set(vocabulary.ID_WORDS)
_IDS_OF_PARTIES = {party + word for party in _PARTIES for word in _ID_WORDS}
_IDS_OF_PARTIES |= {word + party for word in _ID_WORDS - {"key"} for party in vocabulary.PARTIES_BEHIND.split()}
_IDS_OF_PARTIES -= _PERSONAL
_OF_IDS = _PARTIES | _ID_WORDS | _word_set(vocabulary.ABOUT_IDS)
_IDS = _word_set(vocabulary.IDS)
_ROW_NUMBERS = _word_set(vocabulary.ROW_NUMBERS)
_ROLE_OF_NAME = {
    **dict.fromkeys((*_IDS_OF_PARTIES, *_IDS, *_word_set(vocabulary.PARTIES_THEMSELVES), *_ROW_NUMBERS), "id"),
    **{name: role for role, names in vocabulary.ROLE_NAMES.items() for name in names.split()},
}
_MAYBE_GENDER, _GENDERS = _word_set(vocabulary.MAYBE_GENDER), _word_set(vocabulary.GENDERS)
_SCORES = _word_set(vocabulary.SCORE_NAMES)
_FILLERS = _word_set(vocabulary.FILLERS)
_UNITS = _word_set(unit_words.UNITS)
# Japanese puts nothing between its words.
_JOINED_FILLERS = sorted((word for word in _FILLERS if word[0] > "\u2e80"), key=len, reverse=True)


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Return text without accents and capitals, and with full-width characters replaced by usual ones.

    Parameters
    ----------
    text : str
        The text.

    Examples
    --------
    >>> normalised("Género"), normalised("YAŞ"), normalised("（万円）")
    ('genero', 'yas', '(万円)')
    """
    return _bare(text).casefold()


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).replace("ı", "i"))
    # Marks of Latin letters only: those of kana distinguish words, and are composed again.
    return unicodedata.normalize("NFC", "".join(letter for letter in plain if not "\u0300" <= letter <= "\u036f"))


@lru_cache(maxsize=4096)
def role_of(name: str) -> str | None:
    """Return the role that a column has by its name: ``id`` or one of `ROLES`; None if it has none.

    Parameters
    ----------
    name : str
        Name of the column.

    Examples
    --------
    >>> [role_of(name) for name in ("Id_Clientes", "Ingreso anual (miles de $)", "SpendingScore", "Savings")]
    ['id', 'income', 'spending', None]
    """
    forms = forms_of(name)
    role = next((_ROLE_OF_NAME[form] for form in forms if form in _ROLE_OF_NAME), None)
    return role or ("id" if _numbers_parties(words_of(name)) and not _PERSONAL & {*forms} else None)


def _numbers_parties(words: Sequence[str]) -> bool:
    """Return whether words describe the number of a person or party: `Record ID - Contact`, `customer_unique_id`."""
    numbers = [i for i, word in enumerate(words) if word in _ID_WORDS]
    return bool(numbers) and _OF_IDS.issuperset(words) and any(word in _PARTIES for word in words[: numbers[-1]])


def is_score(name: str) -> bool:
    """Return whether a column is named as some score, which may be the spending score.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    return any(form in _SCORES for form in forms_of(name))


def id_rank(name: str) -> int:
    """Return how clearly the name of an id column says that it is a customer's, from 0 for a possible row number to 3.

    Parameters
    ----------
    name : str
        Name of the column.

    Examples
    --------
    >>> [id_rank(name) for name in ("No.", "Client", "ID", "master_id")]
    [0, 1, 2, 3]
    """
    words = {*words_of(name)}
    whole = forms_of(name)[0]
    if whole in _IDS_OF_PARTIES or (words & _PARTIES and words & _ID_WORDS):
        return 3
    return 2 if whole in _IDS else 0 if whole in _ROW_NUMBERS else 1


def numbers_rows(name: str, values: Sequence[str]) -> bool:
    """Return whether a possible id column only numbers the rows: `No.`, and 1, 2, 3.

    Parameters
    ----------
    name : str
        Name of the column.
    values : sequence of str
        Some of its cells, from the first.
    """
    first = values[0].strip() if values else ""
    if id_rank(name) or first not in ("0", "1"):
        return False
    return [value.strip() for value in values] == [str(int(first) + i) for i in range(len(values))]


def is_plain_gender(name: str) -> bool:
    """Return whether a name can only mean a gender; `genre` can also be that of music.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    return not any(form in _MAYBE_GENDER for form in forms_of(name))


def are_genders(values: Iterable[str]) -> bool:
    """Return whether most values are words or codes for genders.

    Parameters
    ----------
    values : iterable of str
        Cells of a column.
    """
    known = filled(values)
    return 2 * sum("".join(words_of(value)) in _GENDERS for value in known) >= len(known)


def filled(values: Iterable[str]) -> list[str]:
    """Return the cells that are not missing, without spaces around, and no longer than matters.

    Parameters
    ----------
    values : iterable of str
        Cells of a column.
    """
    return [
        value[:MAX_NAME_LENGTH] for value in map(str.strip, values) if value.casefold() not in vocabulary.MISSING_WORDS
    ]


@lru_cache(maxsize=4096)
def words_of(name: str, *, brackets: bool = False) -> tuple[str, ...]:
    """Return the words of a header.

    Parameters
    ----------
    name : str
        The header.
    brackets : bool
        Whether those in brackets are words of it too.
    """
    bare = _bare(name[:MAX_NAME_LENGTH]).translate(_LETTERS)
    text = bare if brackets else _BRACKETS.sub(" ", bare).strip() or bare
    return tuple(word.casefold() for word in _WORDS.findall(text))


def forms_of(name: str) -> list[str]:
    """Return a name as one word: in full, and without its unit and words that are irrelevant to its role.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    words = words_of(name)
    distinctive = [_without_fillers(word) for word in words if not is_filler(word)]
    return ["".join(words), "".join(distinctive)]


def is_filler(word: str) -> bool:
    """Return whether a word of a name says nothing of what the column holds.

    Parameters
    ----------
    word : str
        The word.
    """
    return word in _FILLERS or word in _UNITS or word.isdecimal()


def _without_fillers(word: str) -> str:
    """Return a Japanese word without joined words that are irrelevant to its role: 推定年収 is 年収."""
    for filler in _JOINED_FILLERS if word not in _ROLE_OF_NAME else ():
        word = word.removeprefix(filler) or word
    return word
