"""The ids of customers, and hashes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Hashes = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


@dataclass(frozen=True)
class CustomerIds:
    """The customer ids of consecutive rows.

    Parameters
    ----------
    values : pandas.Series
        Numbers or texts; missing where a row has no id.
    """

    values: pd.Series

    @property
    def rising(self) -> bool:
        """Whether the ids are strictly increasing numbers."""
        numbers = self._numbers
        return numbers is not None and bool((numbers[1:] > numbers[:-1]).all())

    @property
    def ends(self) -> CustomerIds:
        """The first and the last id."""
        return CustomerIds(self.values.iloc[[0, -1]] if len(self.values) else self.values)

    def follows(self, other: CustomerIds | None) -> bool:
        """Return whether all ids are larger than those of the rows before.

        Parameters
        ----------
        other : CustomerIds or None
            Ids of the rows before; None at the beginning of the file.
        """
        if other is None or not len(other.values) or not len(self.values):
            return True
        mine, theirs = self._numbers, other._numbers
        return mine is not None and theirs is not None and bool(mine[0] > theirs[-1])

    @property
    def hashes(self) -> Hashes:
        """A hash of each, shape (n_rows,): the same for a number, whether the others are numbers or not."""
        if self._numbers is not None:
            return pd.util.hash_array(self._numbers)
        texts = self._texts
        hashes = pd.util.hash_array(texts)
        whole = np.array([bool(_WHOLE_NUMBER.fullmatch(text)) for text in texts], dtype=bool)
        hashes[whole] = pd.util.hash_array(texts[whole].astype(np.int64))
        return hashes

    def select(self, rows: Mask) -> CustomerIds:
        """Return the ids of some of the rows.

        Parameters
        ----------
        rows : ndarray of bool, shape (n_rows,)
            Which rows.
        """
        return CustomerIds(self.values[rows])

    def hashes_of(self, rows: Mask) -> tuple[Hashes, Mask]:
        """Return the hashes of the ids of some rows, and which of these rows have an id.

        Parameters
        ----------
        rows : ndarray of bool, shape (n_rows,)
            Which rows.
        """
        some = self.select(rows)
        known = some.known
        return some.hashes[known], known

    @property
    def known(self) -> Mask:
        """Whether each row has an id, shape (n_rows,)."""
        if self._numbers is not None:
            return np.ones(len(self.values), dtype=bool)
        return np.array([bool(text) for text in self._texts], dtype=bool)

    @property
    def _numbers(self) -> npt.NDArray[np.int64] | None:
        return self.values.to_numpy() if self.values.dtype == np.int64 else None

    @property
    def _texts(self) -> npt.NDArray[np.object_]:
        return np.array([str(value).strip() for value in self.values.astype(object).fillna("")], dtype=object)
