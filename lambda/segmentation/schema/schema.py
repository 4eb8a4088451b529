"""The resolved schema of a file: columns that become features, what every column is used for, and notes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from segmentation.errors import abbreviated
from segmentation.schema.date_columns import Years, counted_from, newest_of
from segmentation.schema.dates import Dates
from segmentation.schema.reading import BIRTH, Faults, Numbers, Reading, Values
from segmentation.schema.units import multiple_of

BIVARIATE, MULTIVARIATE = "bivariate", "multivariate"
# What makes columns features.
SETTINGS, ROLES, CHOICE = "settings", "roles", "choice"

# In `data.json` each stands some fifty times.
_MAX_BYTES_OF_ROLES = 600


@dataclass(frozen=True)
class Wanted:
    """A column that becomes a feature.

    Parameters
    ----------
    role : str
        One of `ROLES`, or its header where the settings name it.
    position : int
        Position of the column, from 0.
    label : str
        Its header, or its label in the settings.
    categorical : bool
        Whether its values are categories.
    required : bool
        Whether the file cannot be used without it.
    low, high : float
        Smallest and largest possible value.
    named : bool
        Whether the settings name it under "modes"; its header has no role then.
    meaning : str
        What its values mean, see `segmentation.schema.meanings`; empty where that is not known.
    reading : Reading, optional
        How its cells become numbers; None for plain numbers, and for categories.
    """

    role: str
    position: int
    label: str
    categorical: bool
    required: bool
    low: float = -math.inf
    high: float = math.inf
    named: bool = False
    meaning: str = ""
    reading: Reading | None = None

    def parse(self, texts: Sequence[str], decimal_mark: str) -> tuple[Values, Faults]:
        """Return the numbers that its cells stand for, and their faults, see `Reading.parse`.

        Parameters
        ----------
        texts : sequence of str
            Cells.
        decimal_mark : str
            ``.`` or ``,``.
        """
        return (self.reading or Numbers(decimal_mark, self.unit)).parse(texts)

    @property
    def unit(self) -> int:
        """The multiple in which its numbers are counted: 1000 where its header says so."""
        return multiple_of(self.label)


@dataclass(frozen=True)
class Use:
    """What a column is used for.

    Parameters
    ----------
    name : str
        Its header.
    use : str
        ``id``, ``feature``, ``describing``, ``personal`` or ``unused``.
    feature : str or None
        Role of the feature; None for other uses.
    why : str
        The reason, as a sentence.
    """

    name: str
    use: str
    feature: str | None
    why: str


@dataclass(frozen=True)
class Note:
    """A note for the uploader.

    Parameters
    ----------
    text : str
        What the uploader should know.
    remedy : str
        What to do about it; empty where there is nothing to do.
    """

    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Schema:
    """What the columns of a file are.

    Parameters
    ----------
    wanted : tuple of Wanted
        The columns that become features, those of the multivariate mode first.
    modes : mapping of str to tuple of str
        By name of mode, the roles of its features; the first two of the bivariate one are the axes.
    id_position : int or None
        Position of the customer ids; None where there are none.
    identified : bool
        Whether rows can be attributed to customers: by an id or by personal data.
    decimal_mark : str
        The decimal mark of its numbers.
    sure_of_mark : bool
        Whether its first rows determine the mark; else the separator does.
    uses : tuple of Use
        What each column is used for, in their order.
    notes : tuple of Note
        Notes for the uploader.
    suggested : mapping of str to object
        The content of a `settings.json` that does with the file what was done, for a person to change.
    dates : tuple of (int, Dates)
        The date columns that say which date is the newest, by position; none where no feature is a date.
    newest : int
        The date that dates are counted from, in days since 1970.
    at_least : int or None
        That of the model by which customers are scored.
    features_by : str
        What made columns features: ``settings``, the usual ``roles``, or a ``choice``, which the next run keeps.
    describing : tuple of Wanted
        Columns that are no feature, but describe the segments.
    """

    wanted: tuple[Wanted, ...]
    modes: Mapping[str, tuple[str, ...]]
    id_position: int | None
    identified: bool
    decimal_mark: str
    sure_of_mark: bool
    uses: tuple[Use, ...]
    notes: tuple[Note, ...] = ()
    suggested: Mapping[str, Any] = field(default_factory=dict)
    dates: tuple[tuple[int, Dates], ...] = ()
    newest: int = 0
    at_least: int | None = None
    features_by: str = ROLES
    describing: tuple[Wanted, ...] = ()

    @property
    def only_births(self) -> bool:
        """Whether all of its dates are of birth."""
        return all(reading.kind == BIRTH for _, reading in self.dates)

    def newest_of(self, years: Years) -> int:
        """Return the date to count from, in days since 1970, which is the newest of a file.

        Parameters
        ----------
        years : Years
            The dates of the file, see `segmentation.schema.date_columns`.
        """
        found = newest_of(years)
        if self.at_least is None:
            return self.newest if found is None else found
        # Customers who are younger make nobody older.
        return self.at_least if found is None or self.only_births else max(self.at_least, found)

    def counted_from(self, newest: int) -> Schema:
        """Return the schema with dates counted from another one.

        Parameters
        ----------
        newest : int
            The newest date, in days since 1970.
        """
        births = self.only_births
        wanted = (replace(one, reading=counted_from(one.reading, newest, only_births=births)) for one in self.wanted)
        return replace(self, newest=newest, wanted=tuple(wanted))

    def read_as(self, readings: Mapping[str, Reading]) -> Schema:
        """Return the schema with other readings of some features.

        Parameters
        ----------
        readings : mapping of str to Reading
            By role, the reading.
        """
        wanted = (replace(one, reading=readings.get(one.role, one.reading)) for one in self.wanted)
        return replace(self, wanted=tuple(wanted))

    def with_short_roles(self) -> Schema:
        """Return the schema with long roles, which are headers, abbreviated so that a document has room for them."""
        short = abbreviated((one.role for one in self.wanted), _MAX_BYTES_OF_ROLES)
        if not short:
            return self
        return replace(
            self,
            wanted=tuple(replace(one, role=short.get(one.role, one.role)) for one in self.wanted),
            modes={mode: tuple(short.get(role, role) for role in roles) for mode, roles in self.modes.items()},
            uses=tuple(replace(use, feature=short.get(use.feature or "", use.feature)) for use in self.uses),
        )

    def without(self, role: str, note: Note) -> Schema:
        """Return the schema without a feature that turned out to be useless.

        Parameters
        ----------
        role : str
            Role of the feature.
        note : Note
            Why it is left out.
        """
        (left_out,) = (one for one in self.wanted if one.role == role)
        uses = list(self.uses)
        uses[left_out.position] = replace(uses[left_out.position], use="unused", feature=None, why=note.text)
        return replace(
            self,
            wanted=tuple(one for one in self.wanted if one.role != role),
            modes={mode: tuple(one for one in roles if one != role) for mode, roles in self.modes.items()},
            uses=tuple(uses),
            notes=(*self.notes, note),
        )
