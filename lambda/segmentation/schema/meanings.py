"""What the numbers of a column mean, as far as its name says so: money, visits, days since the last purchase."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise

from segmentation.schema import meaning_words
from segmentation.schema.columns import is_filler, normalised, role_of, words_of
from segmentation.schema.units import is_currency, name_and_unit, scale_of

AGE, GENDER, INCOME = "age", "gender", "income"
# A score that somebody computed; how much a customer spends, in money; what a customer rates.
SPENDING, MONEY, RATING = "spending", "money", "rating"
# Time since the last purchase or visit, and since the first.
RECENCY, TENURE = "recency", "tenure"
# Number of orders or visits; money for each of them; number of anything else.
FREQUENCY, BASKET, COUNT = "frequency", "basket", "count"
RATE = "rate"

# Of these the sum over customers means something.
SUMMABLE = (MONEY, FREQUENCY, COUNT)
# Of these less is better.
BETTER_WHEN_LOW = (RECENCY,)

_TAGS = {word: tag for tag, words in reversed(meaning_words.WORDS.items()) for word in words.split()}
_PARTS = [(part, tag) for tag, parts in meaning_words.PARTS.items() for part in parts.split()]
_SIGNS = [(sign, tag) for tag, signs in meaning_words.SIGNS.items() for sign in signs.split()]
_MARKED = [(sign, tag) for sign, tag in _SIGNS if not sign.isalpha()]
# What can be nothing else, whatever stands beside it.
_GENDERS = frozenset(meaning_words.GENDERS.split())
_ANSWERS = frozenset(meaning_words.ANSWERS.split())
_ANSWERS_ALONE = frozenset(meaning_words.ANSWERS_ALONE.split())
# What is counted in these is no money.
_MEASURES = frozenset(meaning_words.MEASURES.split())
_NUMBERS = frozenset(meaning_words.NUMBERS_OF_ONE.split())
_ROW_NUMBERS = frozenset(meaning_words.ROW_NUMBERS.split())
_OF = frozenset(meaning_words.OF.split())
_SURROUNDINGS = frozenset(meaning_words.SURROUNDINGS.split())
_REMARKS = frozenset(meaning_words.REMARKS.split())
_CATEGORIES = frozenset(meaning_words.CATEGORIES.split())
_SENSITIVE = {word: what for what, words in meaning_words.SENSITIVE.items() for word in words.split()}

# Shorter words are found in many others.
_SHORTEST = 3
# The tag of words that are not known.
OTHER = "other"
Tags = frozenset[str]


def _is_recency(tags: Tags) -> bool:
    """Last order, days since purchase, days inactive."""
    last = {"last", "since"} & tags and {"event", "events"} & tags and "first" not in tags
    return bool("recency" in tags or last or {"last", "since"} <= tags)


def _is_tenure(tags: Tags) -> bool:
    """Tenure, joined, first order, customer since, months on book, account age."""
    named = {"tenure", "joined"} & tags or ("first" in tags and {"event", "events"} & tags)
    long = "since" in tags or ({"duration", "time"} & tags and OTHER not in tags)
    whose = {"party", "account"} & tags and "event" not in tags
    long = long or {"age", "account"} <= tags
    counted = "counting" in tags and not {"since", "duration"} & tags
    return bool(named or (long and whose)) and not counted


def _is_basket(tags: Tags) -> bool:
    """Average order value, basket, amount of the last order."""
    each = {"average", "last", "each"} & tags
    return bool("basket" in tags or (each and "event" in tags) or (each and "money" in tags and "events" in tags))


def _is_frequency(tags: Tags) -> bool:
    counted = "counting" in tags and {"event", "money"} & tags and "things" not in tags
    return bool("frequency" in tags or "events" in tags or counted)


# The first that is true of the tags of a name.
_RULES: list[tuple[str, Callable[[Tags], bool]]] = [
    (RATE, lambda tags: bool({"rate", "change"} & tags)),
    (RECENCY, lambda tags: _is_recency(tags) and not {"money", "things"} & tags),
    (TENURE, lambda tags: _is_tenure(tags) and not {"money", "balance", "things", "rating"} & tags),
    (AGE, lambda tags: "age" in tags and tags <= {"age", "group", "duration", "party"}),
    (INCOME, lambda tags: "income" in tags and not {"event", "events"} & tags),
    (COUNT, lambda tags: "time" in tags),
    (RATING, lambda tags: "rating" in tags and not {"money", "events"} & tags),
    (BASKET, lambda tags: _is_basket(tags) and not {"counting", "things"} & tags),
    (FREQUENCY, lambda tags: _is_frequency(tags) and ("money" not in tags or "counting" in tags)),
    (MONEY, lambda tags: "money" in tags and "counting" not in tags),
    (MONEY, lambda tags: "balance" in tags and not {"things", "counting"} & tags),
    (COUNT, lambda tags: bool({"things", "counting"} & tags)),
    (MONEY, lambda tags: bool({"money", "balance"} & tags) or {"event", "total"} <= tags or tags == {"total"}),
]


@lru_cache(maxsize=4096)
def meaning_of(name: str, *, whole: bool = True) -> str:
    """Return what a column means by its name; empty if its name does not say.

    Parameters
    ----------
    name : str
        Name of the column.
    whole : bool
        Whether its numbers are whole: Purchases of 95.4 are money.

    Examples
    --------
    >>> [meaning_of(name) for name in ("Ingreso anual", "Total Spend", "Days Since Last Purchase", "V23")]
    ['income', 'money', 'recency', '']
    >>> [meaning_of(name) for name in ("Anzahl Bestellungen", "Panier moyen", "平均購入金額", "Kunde seit")]
    ['frequency', 'basket', 'basket', 'tenure']
    """
    role = role_of(name)
    if role in (AGE, GENDER, INCOME):
        return role
    if _GENDERS & {*words_of(name)}:
        return GENDER
    tags = tags_of(name)
    if role == SPENDING:
        return SPENDING if "rating" in tags or scale_of(name) else BASKET if _is_basket(tags) else MONEY
    found = next((meaning for meaning, is_so in _RULES if is_so(tags)), "")
    if found == FREQUENCY and not whole and not {"frequency", "counting", "average"} & tags:
        return MONEY
    unit = normalised(name_and_unit(name)[1])
    if found in (MONEY, BASKET) and unit in _MEASURES:
        return COUNT
    return found or (MONEY if is_currency(unit) else "")


@lru_cache(maxsize=4096)
def tags_of(name: str) -> Tags:
    """Return what the words of a name are about, see `segmentation.schema.meaning_words.WORDS`.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    words = words_of(name)
    found = {_TAGS[whole] for whole in ["".join(words)] if whole in _TAGS}
    for word, after in pairwise([*words, ""]):
        tags = _tags_of_word(word)
        # Visits in the last 12 months.
        if not (tags == {"last"} and (after.isdecimal() or "duration" in _tags_of_word(after))):
            found |= tags
    if not name.isascii():
        # The vowels of Thai and Hindi are marks, which end a word here.
        found |= {tag for sign, tag in _MARKED if sign in normalised(name)}
    return frozenset(found)


def _tags_of_word(word: str) -> set[str]:
    if word in _TAGS:
        return {_TAGS[word]}
    parts = (tag for part, tag in _PARTS if word.startswith(part) or word.endswith(part))
    found = {*parts} if word.isascii() else {tag for sign, tag in _SIGNS if sign in word}
    return found or {*_tags_of_joined(word)} or (set() if is_filler(word) else {OTHER})


# Each end of a word is looked at once, else a word of many small ones would take forever.
@lru_cache(maxsize=4096)
def _tags_of_joined(word: str) -> Tags:
    """Return the tags of known words without spaces between: TOTALSPEND, Gesamtumsatz; none where they are unknown."""
    for i in range(len(word) - _SHORTEST, _SHORTEST - 1, -1):
        first, rest = word[:i], word[i:]
        known = frozenset({_TAGS[first]}) if first in _TAGS else frozenset()
        if known or is_filler(first):
            others = frozenset({_TAGS[rest]}) if rest in _TAGS else _tags_of_joined(rest)
            if others:
                return known | others
    return frozenset()


def known_words(names: Iterable[str]) -> int:
    """Return how many more words of some names are known than are not: the right reading of a header has most.

    Parameters
    ----------
    names : iterable of str
        Names of columns.
    """
    return sum(-1 if _tags_of_word(word) == {OTHER} else 1 for name in names for word in words_of(name))


def is_answer(name: str) -> bool:
    """Return whether a name is that of somebody's earlier answer: a cluster, a score of RFM, a churn flag.

    Parameters
    ----------
    name : str
        Name of the column.

    Examples
    --------
    >>> [is_answer(name) for name in ("Cluster", "RFM_Score", "R_rank", "Churn", "Customer Segment", "Recency")]
    [True, True, True, True, True, False]
    """
    words = words_of(name)
    whole = "".join(words)
    return whole in _ANSWERS_ALONE or any(word in _ANSWERS or _has_sign(word, _ANSWERS) for word in (whole, *words))


def is_number_of_one(name: str) -> bool:
    """Return whether a name is that of the number of one thing, such as Invoice No, rather than of how many there are.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    words, tags = words_of(name), tags_of(name)
    if "".join(words) in _ROW_NUMBERS:
        return True
    first, last = ({*words[:1]}, {*words[-1:]})
    # Invoice No; and No invoice, but neither No of invoices nor No invoices.
    behind = last & _NUMBERS and not _NUMBERS & {*words[:-1]}
    what = tags & {"event", "account", "party"}
    before = first & _NUMBERS and what and tags <= {"counting", *what}
    return len(words) > 1 and "events" not in tags and not {*words} & _OF and bool(behind or before)


def is_surrounding(name: str) -> bool:
    """Return whether a name is that of something around customers, rather than of their own, such as a density.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    return bool({*words_of(name)} & _SURROUNDINGS)


def meaning_of_date(name: str) -> str:
    """Return what a column of dates means by its name: recency, tenure, or nothing that is known.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    tags = tags_of(name)
    if "change" in tags:
        return ""
    if "last" in tags or _is_recency(tags):
        return RECENCY
    return TENURE if {"first", "since", "joined", "tenure"} & tags else ""


def is_remark(name: str) -> bool:
    """Return whether a name is that of notes or comments, which may say anything of a customer.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    return any(word in _REMARKS or _has_sign(word, _REMARKS) for word in words_of(name))


def is_category(name: str) -> bool:
    """Return whether a name ends in what is a word, so that a number stands for one: Sales Channel, Region Code.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    return bool({*words_of(name)[-1:]} & _CATEGORIES) and "each" not in tags_of(name)


def sensitive_subject(name: str) -> str | None:
    """Return the sensitive subject that a name speaks of, such as health; None if of none.

    Parameters
    ----------
    name : str
        Name of the column.
    """
    words = words_of(name)
    return next((_SENSITIVE[word] for word in ("".join(words), *words) if word in _SENSITIVE), None)


def _has_sign(word: str, signs: frozenset[str]) -> bool:
    return not word.isascii() and any(sign in word for sign in signs if not sign.isascii())
