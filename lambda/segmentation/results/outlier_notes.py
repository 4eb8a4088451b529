"""What the uploader and the page are told about outliers and scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from segmentation.clustering.outliers import Outliers
from segmentation.errors import shortened
from segmentation.points.disclosure import Disclosure
from segmentation.rounding import listed, plural
from segmentation.schema.features import LONGEST_NAME, Feature
from segmentation.schema.schema import Note

# As many are named; all are marked in `Clustering_Final.csv`.
MAX_NAMED = 3
_LONGEST_VALUE = 30


class OutlierCell(NamedTuple):
    """A value that makes a customer an outlier.

    Parameters
    ----------
    line : int
        Line of the file.
    column : str
        Header of the column.
    value : str
        The cell as it is in the file.
    """

    line: int
    column: str
    value: str


def outlier_text(outliers: Outliers, features: Sequence[Feature], disclosure: Disclosure) -> str | None:
    """Say on the page how many customers were left out; None where nobody was.

    Parameters
    ----------
    outliers : Outliers
        The outliers.
    features : sequence of Feature
        All features.
    disclosure : Disclosure
        How exactly numbers are published.
    """
    if not outliers.customers:
        return None
    count = disclosure.count(outliers.customers)
    where = listed([shortened(one.name, LONGEST_NAME) for one in features if one.role in outliers.ranges], "or")
    was, has = ("was", "it has") if count == 1 else ("were", "they have")
    return (
        f"{plural(count, 'customer')} far from all others in {where} {was} left out of the search for segments, and of "
        f"all numbers here. In Clustering_Final.csv {has} the nearest segment, and a yes in the column Outlier."
    )


def outlier_notes(outliers: Outliers, disclosure: Disclosure) -> list[Note]:
    """Say how many customers were left out, and what to do; notes are public, so they name no value.

    Parameters
    ----------
    outliers : Outliers
        The outliers.
    disclosure : Disclosure
        How exactly numbers are published.

    Returns
    -------
    list of Note
        One note; none where nobody was left out.
    """
    if not outliers.customers:
        return []
    count = disclosure.count(outliers.customers)
    verb = "was" if count == 1 else "were"
    return [
        Note(
            f"{plural(count, 'customer')} far from all others {verb} left out of the search for segments, and "
            "marked in the column Outlier of Clustering_Final.csv.",
            'Correct a value that is wrong. To let all of them count, write "outliers": "keep" in settings.json.',
        )
    ]


def outlier_detail(cells: Sequence[OutlierCell]) -> str:
    """Name the outliers for the uploader alone: column, value and line of the first ones; empty where there are none.

    Parameters
    ----------
    cells : sequence of OutlierCell
        The values that make them so, in the order of the file.
    """
    named = ", ".join(
        f"{shortened(one.column, LONGEST_NAME)} {shortened(one.value, _LONGEST_VALUE)} (line {one.line:,})"
        for one in cells[:MAX_NAMED]
    )
    more = " and more" if len(cells) > MAX_NAMED else ""
    return f"Far from all others: {named}{more}." if named else ""


def scale_notes(impossible: Sequence[Feature], settings: Mapping[str, str], features: Sequence[Feature]) -> list[Note]:
    """Say where a scale could not be what it should be.

    Parameters
    ----------
    impossible : sequence of Feature
        Features that should have a log scale, by the settings or as in the run before, and cannot.
    settings : mapping of str to str
        The scales in the settings, by header.
    features : sequence of Feature
        All features.
    """
    notes = [
        Note(
            f"'{shortened(one.label, LONGEST_NAME)}' has a linear scale: a log scale needs values above 0, and no more "
            "than 1% below 0.",
            f'Correct the values below 0 that are wrong, and write "scales": {{"{shortened(one.label, LONGEST_NAME)}": '
            '"auto"} in settings.json.',
        )
        for one in impossible
    ]
    numeric = {name: one for one in features if not one.categorical for name in (one.label, one.role)}
    unknown = [header for header in settings if header not in numeric]
    if unknown:
        names = ", ".join(f"'{shortened(one.label, LONGEST_NAME)}'" for one in features if not one.categorical)
        notes.append(
            Note(
                f"settings.json gives a scale to '{shortened(unknown[0], LONGEST_NAME)}', which is no numeric feature "
                "of this file.",
                f"Name one of {names}.",
            )
        )
    return notes
