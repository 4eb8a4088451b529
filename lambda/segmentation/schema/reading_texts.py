"""What readings are called and explained by: labels, reasons, and notes for the uploader."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from segmentation.errors import shortened
from segmentation.schema import reading_words
from segmentation.schema.columns import filled, normalised
from segmentation.schema.date_text import YEAR
from segmentation.schema.dates import Births, Dates, written
from segmentation.schema.ordered_words import Words, YesNo
from segmentation.schema.reading import BAND, STARS
from segmentation.schema.schema import Note, Schema, Wanted

# Of a column in a sentence.
_LONGEST = 60
# Words in a refusal, each of so many customers at least.
_MOST_WORDS, _SEVERAL, _LONGEST_WORD = 8, 5, 30
_PARTS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_IN_LABELS = {*reading_words.NOT_IN_LABELS.split()}
_YEARS = {*reading_words.YEAR_WORDS.split()} - {"joined"}
_SMALL = {*reading_words.SMALL_WORDS.split()}
_SINCE = {*reading_words.SINCE.split()}


def label_of(header: str, reading: Dates, *, only_births: bool) -> str:
    """Return what a column of dates is called.

    Parameters
    ----------
    header : str
        Its header.
    reading : Dates
        How it is read.
    only_births : bool
        Whether no other date says how old customers are.

    Examples
    --------
    >>> label_of("Last Order Date", Dates("year first"), only_births=False)
    'Days since last order'
    >>> label_of("Member since", Dates("year"), only_births=False)
    'Years as member'
    """
    if isinstance(reading, Births):
        return f"{header} (years before the newest)" if only_births else "Age"
    parts = _PARTS.findall(_CAMEL.sub(" ", header))
    plain = [normalised(part) for part in parts]
    empty = _NOT_IN_LABELS | (_YEARS if reading.form == YEAR else set())
    kept = [i for i, part in enumerate(plain) if part not in empty]
    # What linked the word for the date to the others.
    while kept and plain[kept[0]] in _SMALL:
        kept.pop(0)
    while kept and plain[kept[-1]] in _SMALL:
        kept.pop()
    title = all(parts[i][:1].isupper() for i in kept)
    words = [parts[i].lower() if (title or i == kept[0]) and parts[i].istitle() else parts[i] for i in kept]
    joint = "as" if kept and plain[-1] in _SINCE else "since"
    return f"{reading.unit.capitalize()} {joint} {' '.join(words) or header.lower()}"


def explanation(wanted: Wanted, header: str, schema: Schema, *, exact: bool) -> str:
    """Return what was made of the cells of a feature, as a sentence; empty where there is nothing, or a note, to say.

    Parameters
    ----------
    wanted : Wanted
        The feature.
    header : str
        Header of its column.
    schema : Schema
        The schema of the file.
    exact : bool
        Whether a date of a customer may be published.
    """
    name, reading = f"'{shortened(header, _LONGEST)}'", wanted.reading
    if isinstance(reading, YesNo):
        return f"In {name} yes counts as 1, and no as 0."
    if isinstance(reading, Dates):
        return f"{name} was taken as {_counted(reading, schema, exact=exact)}."
    kind = reading.kind if reading else ""
    if kind == BAND:
        return f"The bands of {name} count as their middles; one without an end is taken for as wide as the others."
    return f"The stars of {name} were counted." if kind == STARS else ""


def _counted(reading: Dates, schema: Schema, *, exact: bool) -> str:
    newest = f"{written(reading.newest)}, the newest date in the file" if exact else "the newest date in the file"
    if not isinstance(reading, Births):
        return f"{reading.unit} before {newest}"
    if not schema.only_births:
        return f"the age in whole years on {newest}"
    year = f"{written(reading.newest)[:4]}, the newest year of birth" if exact else "the newest year of birth"
    return f"years before {year}, since no date in the file says how old customers are"


def reading_notes(schema: Schema) -> Iterator[Note]:
    """Yield notes on what cells may not have meant: the order of their words, or that of day and month.

    Parameters
    ----------
    schema : Schema
        The schema of the file.
    """
    for one in schema.wanted:
        name = f"'{shortened(schema.uses[one.position].name, _LONGEST)}'"
        if isinstance(one.reading, Words) and one.reading.order:
            order = ", ".join(f"{word} = {number:g}" for word, number in one.reading.order)
            yield Note(
                f"The words of {name} were taken in this order: {order}.",
                'If they have no such order, set "kind": "categorical" for it in settings.json.',
            )
        if isinstance(one.reading, Dates) and not one.reading.sure:
            yield Note(
                f"The dates of {name} could begin with the day or the month; "
                f"they were read with the {one.reading.form}.",
                "If that is wrong, write them as 2026-01-31.",
            )


def common_words(cells: Sequence[str]) -> list[str]:
    """Return the words of a column, where they are so few that each may be a level, and several customers have it.

    Parameters
    ----------
    cells : sequence of str
        Some of its cells.
    """
    counts = Counter(filled(cells))
    if not 1 < len(counts) <= _MOST_WORDS:
        return []
    return [shortened(word, _LONGEST_WORD) for word, n in counts.most_common() if n >= _SEVERAL]
