"""How the cells of a column become numbers: as plain numbers, words in order, yes and no, stars, bands or dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from segmentation.schema.bands import Bands, Stars, bands, stars
from segmentation.schema.columns import filled
from segmentation.schema.dates import Births, Dates, dates
from segmentation.schema.numbers import VALID
from segmentation.schema.ordered_words import Words, YesNo, words_of_scale, yes_no
from segmentation.schema.reading import BAND, BIRTH, DATE, MOSTLY, NUMBER, STARS, WORDS, YES_NO, Numbers, Reading
from segmentation.schema.units import multiple_of


def reading_of(name: str, examples: Sequence[str], decimal_mark: str) -> Reading | None:
    """Return how the cells of a column become numbers; None where they are no numbers in any way.

    Parameters
    ----------
    name : str
        Name of the column.
    examples : sequence of str
        Some of its cells.
    decimal_mark : str
        ``.`` or ``,``.

    Examples
    --------
    >>> columns = {"Rating": ["Low", "High"], "Joined": ["2024-01-31"], "Age": ["25-34", "65+"], "City": ["Rome"]}
    >>> found = [reading_of(name, cells, ".") for name, cells in columns.items()]
    >>> [reading and reading.kind for reading in found]
    ['words', 'date', 'band', None]
    """
    counts = Counter(filled(examples))
    plain = Numbers(decimal_mark, multiple_of(name))
    # Some numbers are dates.
    return dates(name, counts) or _of_numbers(counts, plain) or _of_words(counts, plain) if counts else plain


def _of_numbers(counts: Mapping[str, int], plain: Numbers) -> Reading | None:
    _, faults = plain.parse([*counts])
    others = {text: n for (text, n), fault in zip(counts.items(), faults, strict=True) if fault != VALID}
    total = sum(counts.values())
    if sum(others.values()) > (1 - MOSTLY) * total:
        return None
    # 0, 1, 2, 3+: the last bands begin with plain numbers.
    in_bands = bands(others, plain.decimal_mark, plain.unit) and bands(counts, plain.decimal_mark, plain.unit)
    return in_bands or plain


def _of_words(counts: Mapping[str, int], plain: Numbers) -> Reading | None:
    return yes_no(counts) or words_of_scale(counts) or stars(counts) or bands(counts, plain.decimal_mark, plain.unit)


def reading_like(known: Mapping[str, Any] | None, name: str, examples: Sequence[str], mark: str) -> Reading | None:
    """Return how a column is read as that of an earlier document was; None for plain numbers.

    Parameters
    ----------
    known : mapping or None
        The reading in the document, see `Reading.published`; None where it took plain numbers.
    name : str
        Name of the column.
    examples : sequence of str
        Some of its cells.
    mark : str
        The decimal mark of the file.
    """
    found = reading_of(name, examples, mark)
    kind = known["kind"] if known else NUMBER
    if known is None or kind == NUMBER:
        # The middles of bands, and ages, are numbers as good as any.
        return found if found is not None and found.kind in (BAND, BIRTH, STARS) else None
    if kind in (DATE, BIRTH):
        # Of a few dates the order of day and month may be open.
        like = (Births if kind == BIRTH else Dates)(str(known["form"]))
        return found if isinstance(found, Dates) and found.sure else like
    like_known: dict[str, Callable[[], Reading | None]] = {
        WORDS: lambda: Words.from_order({str(word): float(number) for word, number in known["words"].items()}),
        BAND: lambda: Bands(float(known["width"]), mark, multiple_of(name)),
        STARS: lambda: Stars(int(known["most"])),
        YES_NO: lambda: found if isinstance(found, YesNo) else YesNo(),
    }
    return like_known[kind]()
