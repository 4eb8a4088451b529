"""Which column holds the ids of customers."""

from __future__ import annotations

from collections.abc import Sequence

from segmentation.schema.columns import id_rank, numbers_rows, role_of
from segmentation.schema.schema import Note
from segmentation.schema.settings import Settings, position_of


def identifies(positions: Sequence[int], examples: Sequence[Sequence[str]]) -> bool:
    """Return whether one of some columns distinguishes customers, rather than being shared by many, as a postcode is.

    Parameters
    ----------
    positions : sequence of int
        Positions of the columns.
    examples : sequence of sequence of str
        For each column of the file, some cells.
    """
    return any(2 * len({*filter(None, examples[i])}) > len(examples[i]) for i in positions)


def id_column(
    header: Sequence[str], settings: Settings, taken: set[int], examples: Sequence[Sequence[str]]
) -> tuple[int | None, list[Note]]:
    """Return the position of the customer ids, None where there are none, and notes on it.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    settings : Settings
        Settings of the analysis, which may name it.
    taken : set of int
        Positions of features.
    examples : sequence of sequence of str
        For each column, some cells.
    """
    if "id" in settings.columns:
        name = settings.columns["id"]
        return (None if name is None else position_of(header, name, "columns.id")), []
    found = [
        i
        for i, name in enumerate(header)
        if role_of(name) == "id" and i not in taken and not numbers_rows(name, examples[i])
    ]
    plainest = max((id_rank(header[i]) for i in found), default=0)
    found = [i for i in found if id_rank(header[i]) == plainest]
    # An account, or a household, may have several customers.
    most = max((len({*examples[i]}) for i in found), default=0)
    found = [i for i in found if len({*examples[i]}) == most]
    if len(found) < 2:
        return (found[0] if found else None), []
    names = " and ".join(f"'{header[i]}'" for i in found)
    note = Note(
        f"The columns {names} could each be a customer id, so none was taken for it.",
        "Name the right one in settings.json: {" + f'"columns": {{"id": "{header[found[0]]}"}}' + "}.",
    )
    return None, [note]
