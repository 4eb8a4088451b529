"""How the cells of a column become numbers: what every way of reading them has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from segmentation.schema.numbers import MISSING, NOT_NUMERIC, VALID, is_missing, parse_numbers

NUMBER, WORDS, YES_NO, BAND, STARS = "number", "words", "yes_no", "band", "stars"
DATE, BIRTH = "date", "birth"

# A column may hold this share of texts that its reading does not understand.
MOSTLY = 0.9

Values = npt.NDArray[np.float64]
Faults = npt.NDArray[np.uint8]


class Reading:
    """How the cells of a column become numbers.

    It is fixed from some cells of the column, so that all parts of a file are read alike.
    """

    kind: ClassVar[str]

    def parse(self, texts: Sequence[str]) -> tuple[Values, Faults]:
        """Return the numbers that cells stand for, as `parse_numbers` does.

        Parameters
        ----------
        texts : sequence of str
            Cells, each different from the others.

        Returns
        -------
        values : ndarray of float64, shape (n_texts,)
            NaN where there is none.
        faults : ndarray of uint8, shape (n_texts,)
            Faults, see `segmentation.schema.numbers`.
        """
        raise NotImplementedError

    def published(self) -> dict[str, Any]:
        """Return what is needed to read another file alike, as `data.schema.json` describes it."""
        return {"kind": self.kind}


@dataclass(frozen=True)
class Numbers(Reading):
    """Plain numbers, see `parse_numbers`.

    Parameters
    ----------
    decimal_mark : str
        ``.`` or ``,``.
    unit : int
        Multiple in which the column is counted.
    """

    kind: ClassVar[str] = NUMBER
    decimal_mark: str
    unit: int = 1

    def parse(self, texts: Sequence[str]) -> tuple[Values, Faults]:
        """Return numbers, see `Reading.parse`."""
        return parse_numbers(texts, self.decimal_mark, self.unit)


def is_worded(reading: Reading | None) -> bool:
    """Return whether a column holds something else than numbers that may have decimals.

    Parameters
    ----------
    reading : Reading or None
        How its cells become numbers.
    """
    return reading is not None and reading.kind not in (NUMBER, BAND)


def with_faults(texts: Sequence[str], number_of: Callable[[str], float | None]) -> tuple[Values, Faults]:
    """Return the numbers of cells and their faults, by a function that returns None where a cell has no number.

    Parameters
    ----------
    texts : sequence of str
        Cells.
    number_of : callable
        Returns the number of a cell.
    """
    numbers = [number_of(text) for text in texts]
    values = np.array([np.nan if one is None else one for one in numbers], dtype=np.float64)
    wrong = [
        VALID if one is not None else MISSING if is_missing(text) else NOT_NUMERIC
        for text, one in zip(texts, numbers, strict=True)
    ]
    return values, np.array(wrong, dtype=np.uint8)


def are_numbers(cells: Sequence[str], decimal_mark: str) -> bool:
    """Return whether cells are those of a column of plain numbers, which may hold a few other texts.

    Parameters
    ----------
    cells : sequence of str
        Cells, at least one of which is not missing in such a column.
    decimal_mark : str
        ``.`` or ``,``.
    """
    _, faults = parse_numbers(cells, decimal_mark)
    present = int((faults != MISSING).sum())
    return present > 0 and int((faults == VALID).sum()) >= MOSTLY * present
