"""Which columns hold personal data, by their names and by their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from segmentation.schema import vocabulary
from segmentation.schema.columns import ROLES, filled, forms_of, role_of, words_of

_NAMES = {name: what for what, names in vocabulary.PERSONAL_NAMES.items() for name in names.split()}
_WORDS = {word: what for what, words in vocabulary.PERSONAL_WORDS.items() for word in words.split()}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"(?!0[.]\d+$)(?=(?:\D*\d){7,15}\D*$)(?:\+|00|\(?0)[\d\s()./-]+")
# 02-02-2001 and 02022001.
_DATE = re.compile(r"(?:(?:0?[1-9]|[12]\d|3[01])([-/. ]?)){2}(?:19|20)\d\d")
# Numbers may be padded with zeros; a telephone number has one of them, or two before that of a country.
_PADDED = re.compile(r"000\d*|00\d{,7}|0\d{,7}")
_DIGITS = re.compile(r"\d+")
_DECIMAL = r"[+-]?(?:\d*[.,]\d+|\d{1,3}(?:[.,' ]\d{3})+[.,]\d{1,2})"
# What is hashed or masked is still one's.
_HIDDEN = r"(?=\S*\d)\S{16,}|.*\*\*.*"
# What some values must look like, for a name of this kind to be believed.
_COULD_BE = {
    "e-mail addresses": re.compile(rf".*@.*|{_HIDDEN}"),
    "phone numbers": re.compile(rf"(?!{_DECIMAL}$)(?=(?:\D*\d){{5}}).*|{_HIDDEN}"),
    "names": re.compile(r".*[^\W\d_].*"),
    "birth dates": re.compile(rf"(?!{_DECIMAL}$).*\d\D+\d.*|(?:19|20)\d\d|\d{{6,8}}|{_HIDDEN}"),
    "official or account numbers": re.compile(rf"(?!{_DECIMAL}$)(?:\W*\w){{5,}}\W*|{_HIDDEN}"),
}
# So few values, each of so many rows on average, identify nobody, such as Yes and No.
_FEW, _SHARED = 4, 5


def personal_data(name: str, values: Sequence[str] = ()) -> str | None:
    """Return the kind of personal data that a column holds, by its values and its name; None if none is known.

    Values overrule the name: a column of 0.5 or Yes holds no e-mail addresses.

    Parameters
    ----------
    name : str
        Name of the column.
    values : sequence of str
        Some of its cells.

    Examples
    --------
    >>> personal_data("E-Mail-Adresse"), personal_data("Contact", ["jo@example.com", ""]), personal_data("Savings")
    ('e-mail addresses', 'e-mail addresses', None)
    >>> personal_data("Email Click Rate", ["0.2", "0.9"]), personal_data("Has Phone", ["Yes", "No"] * 10)
    (None, None)
    """
    if role_of(name) in ROLES:
        return personal_values(values, numbers=True)
    by_values = personal_values(values)
    if by_values:
        return by_values
    whole = next((_NAMES[form] for form in forms_of(name) if form in _NAMES), None)
    what = whole or next((_WORDS[word] for word in words_of(name) if word in _WORDS), None)
    known = _without_point_zero(values)
    if not (what and known):
        return what
    different = len({*known})
    # Of whoever has a name, it is one's.
    if what != "names" and different <= _FEW and len(known) >= _SHARED * different:
        return None
    # A postcode or a latitude is a number; what only has a word of an address in its name is none then.
    could_be = _COULD_BE["names"] if what == "addresses" and not whole else _COULD_BE.get(what)
    if could_be and 2 * sum(bool(could_be.fullmatch(value)) for value in known) <= len(known):
        return None
    return what


def personal_values(values: Iterable[str], *, numbers: bool = False) -> str | None:
    """Return the kind of personal data that most of the values are; None if they are none.

    Parameters
    ----------
    values : iterable of str
        Cells of a column.
    numbers : bool
        Whether the column is known to hold numbers, so that digits alone are not personal data.
    """
    known = _without_point_zero(values)
    for is_one, what in ((_EMAIL.fullmatch, "e-mail addresses"), (_is_phone, "phone numbers")):
        found = [value for value in known if is_one(value)]
        if 2 * len(found) > len(known):
            digits = [value for value in found if _DIGITS.fullmatch(value)]
            # Padded to one width, numbers have more zeros or fewer.
            padded = len({map(len, digits)}) == 1 and any(value.startswith("000") for value in known)
            if len(digits) == len(found) and (numbers or padded):
                continue
            return what
    return None


def _is_phone(value: str) -> bool:
    return bool(_PHONE.fullmatch(value)) and not (_DATE.fullmatch(value) or _PADDED.fullmatch(value))


def _without_point_zero(values: Iterable[str]) -> list[str]:
    """Return the cells that are not missing; whole numbers as such, as some programs write 5551234567.0 beside gaps."""
    return [value.removesuffix(".0") for value in filled(values)]
