"""Columns that are no feature, but say more about the segments: those that the settings name, and which could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from segmentation.errors import UnusableFileError, shortened
from segmentation.schema.columns import filled, normalised, role_of
from segmentation.schema.features import LONGEST_NAME
from segmentation.schema.id_column import identifies
from segmentation.schema.meanings import meaning_of
from segmentation.schema.reading import are_numbers
from segmentation.schema.schema import Note, Use, Wanted
from segmentation.schema.settings import Settings, position_of

# As many as the settings may name.
MOST_DESCRIBING = 12
# As many values as are told apart; so many different whole numbers may be codes, as 1 and 2 are of two channels.
MOST_VALUES = 8
# No more words are proposed, as few of them could be told apart.
_MOST_WORDS = 50
# Whole numbers of so many digits, of which none is there twice, are codes.
_DIGITS_OF_CODES = 6

Examples = Sequence[Sequence[str]]


def described(
    settings: Settings,
    header: Sequence[str],
    examples: Examples,
    wanted: Sequence[Wanted],
    id_position: int | None,
    personal: Mapping[int, str],
    decimal_mark: str,
) -> tuple[tuple[Wanted, ...], list[Note]]:
    """Return the columns that describe the segments because the settings name them, and notes on those that cannot.

    No file is refused for them: settings stay for the next one, which may lack a column. Features describe anyway.

    Parameters
    ----------
    settings : Settings
        Settings of the analysis.
    header : sequence of str
        The names of all columns.
    examples : sequence of sequence of str
        For each column, some cells.
    wanted : sequence of Wanted
        The columns that become features.
    id_position : int or None
        Position of the customer ids.
    personal : mapping of int to str
        By position, the kind of personal data a column holds.
    decimal_mark : str
        The decimal mark of the file.
    """
    found: dict[int, Wanted] = {}
    notes = []
    for name in settings.describe:
        try:
            position = position_of(header, name, "describe")
        except UnusableFileError as error:
            notes.append(Note(error.reason, error.remedy))
            continue
        if any(position == one.position for one in wanted):
            continue
        numeric = are_numbers(examples[position], decimal_mark)
        if why := _why_not(position, examples, id_position, personal, numeric=numeric):
            notes.append(not_describing(header[position], why))
        else:
            one = Wanted(header[position], position, header[position], not numeric, required=False, named=True)
            found[position] = replace(one, meaning=meaning_of(header[position]))
    return tuple(found.values()), notes


def not_describing(name: str, why: str) -> Note:
    """Return a note on a column that cannot describe the segments.

    Parameters
    ----------
    name : str
        Its header.
    why : str
        The reason, as a sentence without its end.
    """
    return Note(f"'{shortened(name, LONGEST_NAME)}' does not describe the segments: {why}.")


def with_described(uses: Sequence[Use], describing: Sequence[Wanted]) -> tuple[Use, ...]:
    """Return what columns are used for, those included that describe the segments.

    Parameters
    ----------
    uses : sequence of Use
        What each column is used for otherwise.
    describing : sequence of Wanted
        The columns that describe the segments.
    """
    positions = {one.position for one in describing}
    why = "The settings name it: it describes the segments, and has no part in finding them."
    return tuple(
        replace(use, use="describing", feature=None, why=why) if i in positions else use for i, use in enumerate(uses)
    )


def describing_columns(
    header: Sequence[str], examples: Examples, taken: AbstractSet[int], personal: Mapping[int, str]
) -> list[str]:
    """Propose columns that could describe the segments: those of few values first, then of more, then other numbers.

    Of columns that have the same values, such as Yes and No, each further one comes after all that have others.

    Parameters
    ----------
    header : sequence of str
        The names of all columns.
    examples : sequence of sequence of str
        For each column, some cells.
    taken : set of int
        Positions of the features and of the customer ids.
    personal : mapping of int to str
        By position, the kind of personal data a column holds.

    Returns
    -------
    list of str
        At most `MOST_DESCRIBING` headers, in their order: no personal data, ids, constants or free text, and nothing
        that is mostly empty.

    Examples
    --------
    >>> cells = [["1", "2", "3", "4"] * 5, ["North", "South"] * 10, ["x"] * 20, [str(7.5 * i) for i in range(20)]]
    >>> describing_columns(["Customer ID", "Region", "Currency", "Balance"], cells, set(), {})
    ['Region', 'Balance']
    """
    names = [normalised(name.strip()) for name in header]
    ranks: dict[int, tuple[int, int]] = {}
    alike: list[tuple[int, frozenset[str]]] = []
    for i, name in enumerate(names):
        is_free = name and names.count(name) == 1 and i not in taken and i not in personal
        if not is_free or role_of(header[i]) == "id" or (rank := _rank(examples[i])) is None:
            continue
        values = rank, frozenset(filled(examples[i]) if rank == 0 else [name])
        ranks[i] = rank, alike.count(values)
        alike.append(values)
    chosen = sorted(ranks, key=lambda i: (ranks[i], i))[:MOST_DESCRIBING]
    return [header[i] for i in sorted(chosen)]


def _rank(cells: Sequence[str]) -> int | None:
    """Return how early a column is proposed, from 0; None where it is not."""
    known = filled(cells)
    different = {*known}
    if len(different) < 2 or 2 * len(known) < len(cells):
        return None
    if len(different) <= MOST_VALUES:
        return 0 if 2 * len(different) <= len(known) else None
    if any(are_numbers(known, mark) for mark in ".,"):
        return None if _are_codes(known) else 2
    return 1 if len(different) <= _MOST_WORDS and 2 * len(different) <= len(known) else None


def _are_codes(known: Sequence[str]) -> bool:
    """Return whether whole numbers are codes, none of which is there twice: they rise by one, or are long ones."""
    if not all(cell.isascii() and cell.isdigit() for cell in known) or len({*known}) < len(known):
        return False
    lengths = {*map(len, known)}
    counted = sorted(map(int, known))
    return counted[-1] - counted[0] == len(counted) - 1 or (len(lengths) == 1 and min(lengths) >= _DIGITS_OF_CODES)


def _why_not(
    position: int, examples: Examples, id_position: int | None, personal: Mapping[int, str], *, numeric: bool
) -> str:
    """Return why a column cannot describe the segments; empty where it can."""
    if position in personal:
        return f"it holds {personal[position]}"
    if position == id_position:
        return "it is the customer id"
    if not numeric and identifies([position], examples):
        return "most customers have a value of their own"
    return ""
