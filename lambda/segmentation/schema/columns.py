"""What columns are, from their names in nine languages: their words, roles, units and scales."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from segmentation import refusals
from segmentation.errors import abbreviations
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
_LONGEST = 200
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_LAST_BRACKETS = re.compile(r"\s*[(\[{]([^()\[\]{}]+)[)\]}]\s*$")
_SCALE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:-|–|—|~|〜|\.\.|to|bis|a|à)\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)
_GROUPED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
# A year, or a scale in other words: [0, 1], (/10).
_NUMBERS = re.compile(r"[\d\s.,;/]+")
# As in 1000 EUR.
_ROUND = re.compile(r"10*[.,']?000")
# CustomerID, annualIncome; a word, a number or a currency sign each.
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+|[$€£¥#]")


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PERSONAL = _words_of(" ".join(vocabulary.PERSONAL_NAMES.values()))
# `CLIENTNUM`, `master_id`; and the other way round where that is said of customers only: `N° client`.
_PARTIES, _ID_WORDS = _words_of(vocabulary.PARTIES), _words_of(vocabulary.ID_WORDS)
_IDS_OF_PARTIES = {party + word for party in _PARTIES for word in _ID_WORDS}
_IDS_OF_PARTIES |= {word + party for word in _ID_WORDS - {"key"} for party in vocabulary.PARTIES_BEHIND.split()}
_IDS_OF_PARTIES -= _PERSONAL
_OF_IDS = _PARTIES | _ID_WORDS | _words_of(vocabulary.ABOUT_IDS)
_IDS = _words_of(vocabulary.IDS)
_ROW_NUMBERS = _words_of(vocabulary.ROW_NUMBERS)
_ROLE_OF_NAME = {
    **dict.fromkeys((*_IDS_OF_PARTIES, *_IDS, *_words_of(vocabulary.PARTIES_THEMSELVES), *_ROW_NUMBERS), "id"),
    **{name: role for role, names in vocabulary.ROLE_NAMES.items() for name in names.split()},
}
_MAYBE_GENDER, _GENDERS = _words_of(vocabulary.MAYBE_GENDER), _words_of(vocabulary.GENDERS)
_SCORES = _words_of(vocabulary.SCORE_NAMES)
_FILLERS = _words_of(vocabulary.FILLERS)
_UNITS = _words_of(unit_words.UNITS)
_JOINTS = _words_of(unit_words.UNIT_JOINTS)
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
    return [value[:_LONGEST] for value in map(str.strip, values) if value.casefold() not in vocabulary.MISSING_WORDS]


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


def scale_of(label: str) -> tuple[float, float] | None:
    """Return the scale that a header states in brackets, such as ``1-100``; None if it states none.

    Parameters
    ----------
    label : str
        The header.
    """
    bracket = _LAST_BRACKETS.search(unicodedata.normalize("NFKC", label)) if len(label) <= _LONGEST else None
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


def _is_joint(words: list[str], i: int) -> bool:
    return i + 1 < len(words) and (words[i] in _JOINTS or bool(_ROUND.fullmatch(words[i])))


def _without_joint(unit: str) -> str:
    first, _, rest = unit.partition(" ")
    return re.sub(r"(?<=['’]) ", "", rest if rest and normalised(first) in _JOINTS else unit)


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
    bare = _bare(name[:_LONGEST])
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
    distinctive = [
        _without_fillers(word) for word in words if not (word in _FILLERS or word in _UNITS or word.isdecimal())
    ]
    return ["".join(words), "".join(distinctive)]


def _without_fillers(word: str) -> str:
    """Return a Japanese word without joined words that are irrelevant to its role: 推定年収 is 年収."""
    for filler in _JOINED_FILLERS if word not in _ROLE_OF_NAME else ():
        word = word.removeprefix(filler) or word
    return word


def position_of(header: Sequence[str], name: str, where: str) -> int:
    """Return the position of the column that a field of the settings names.

    Parameters
    ----------
    header : sequence of str
        The names of all columns.
    name : str
        The name in the settings.
    where : str
        The field of the settings, for the error message.

    Raises
    ------
    UnusableFileError
        If no column, or more than one, has this name.
    """
    found = [i for i, one in enumerate(header) if one == name.strip()]
    found = found or [i for i, one in enumerate(header) if normalised(one) == normalised(name.strip())]
    # In another unit.
    bare = normalised(name_and_unit(name.strip())[0])
    found = found or [i for i, one in enumerate(header) if normalised(name_and_unit(one)[0]) == bare]
    # As abbreviated in a result, whose settings are used for scoring.
    found = found or [i for i, one in enumerate(header) if name in abbreviations(one)]
    if not found:
        raise refusals.settings_column_missing(where, name, header)
    if len(found) > 1:
        raise refusals.settings_column_ambiguous(where, name, header)
    return found[0]
