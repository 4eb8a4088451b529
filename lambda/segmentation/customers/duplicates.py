"""Rows that stand in a file more than once, and ids that do.

Where ids only ever rise, nothing can be there twice, and nothing is kept. Else each row leaves a hash of 64 bits; of
ten million rows two different ones share one with a chance of 1 in 300,000.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.customers.reader import CustomerFile
from segmentation.files.records import Block, Places
from segmentation.points.chunk import Chunk
from segmentation.points.ids import CustomerIds, Hashes, Mask

# 64 MB for the rows, and as much for their ids. Later rows are not checked for duplicates.
MAX_REMEMBERED = 2**23

_BASE = 0x9E3779B97F4A7C15
_MIX = np.uint64(0xFF51AFD7ED558CCD)


class HashSet:
    """A set of hashes of bounded size: the first `max_hashes` are remembered.

    Parameters
    ----------
    max_hashes : int
        Largest number of hashes remembered.
    """

    def __init__(self, max_hashes: int = MAX_REMEMBERED) -> None:
        self._max_hashes = max_hashes
        # Sorted, each at most half as long as the one before, so that merging them stays cheap.
        self._runs: list[Hashes] = []
        self.full = False

    def add(self, hashes: Hashes) -> Mask:
        """Add hashes, and return which of them occurred before, here or earlier; shape (n_hashes,).

        Parameters
        ----------
        hashes : ndarray of uint64, shape (n_hashes,)
            Hashes in the order of the file.
        """
        order = np.argsort(hashes, kind="stable")
        ordered = hashes[order]
        first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
        before = np.zeros(len(hashes), dtype=bool)
        for run in self._runs:
            place = np.searchsorted(run, ordered)
            before |= run[np.minimum(place, len(run) - 1)] == ordered
        known = before | ~first
        new = order[~known]
        room = self._max_hashes - sum(map(len, self._runs))
        if len(new) > room:
            # Those that come first, so that it does not depend on how many come at a time.
            self.full = True
            limit = np.partition(new, room)[room]
            new = new[new < limit]
            known = before | (
                ~first & (order[np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))] < limit)
            )
        self._remember(hashes[new])
        again = np.empty(len(hashes), dtype=bool)
        again[order] = known
        return again

    def _remember(self, ordered: Hashes) -> None:
        if len(ordered):
            self._runs.append(ordered)
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]), kind="stable")


def hashes_of_rows(rows: Block) -> Hashes:
    """Return a polynomial hash of the text of each row, shape (n_rows,), computed for all rows at once.

    Whether a cell is quoted makes no difference.

    Parameters
    ----------
    rows : Block
        The rows.
    """
    text, starts, ends = _without_quotes(rows)
    text = text.astype(np.uint64) + np.uint64(1)
    powers = _powers(len(text))
    sums = np.append(np.uint64(0), np.cumsum(text * powers, dtype=np.uint64))
    # Moved to the same power, so that a row is the same wherever it stands; powers of odd numbers can be divided by.
    found: Hashes = (sums[ends] - sums[starts]) * _powers(len(text), pow(_BASE, -1, 2**64))[starts]
    found ^= found >> np.uint64(33)
    found *= _MIX
    found ^= found >> np.uint64(29)
    return found


def _without_quotes(rows: Block) -> tuple[npt.NDArray[np.uint16], Places, Places]:
    """Return the bytes of rows without the quotes around cells, and where each row begins and ends.

    A separator inside quotes becomes a number that no byte has.
    """
    codes = np.frombuffer(rows.text, np.uint8)
    starts, ends = rows.starts, rows.ends
    if b'"' not in rows.text:
        return codes.astype(np.uint16), starts, ends
    quotes = codes == ord('"')
    odd = np.append(False, np.logical_xor.accumulate(quotes))
    inside = odd[1:] ^ np.repeat(odd[starts], np.diff(np.append(starts, len(codes))))
    separates = codes == ord(rows.separator)
    borders = separates | (codes == ord("\n")) | (codes == ord("\r"))
    around = quotes & (np.append(True, borders[:-1]) | np.append(borders[1:], True))
    left_out = np.append(0, np.cumsum(around, dtype=np.int32))
    return (
        np.where(separates & inside, np.uint16(2**8), codes)[~around],
        starts - left_out[starts],
        ends - left_out[ends],
    )


def _powers(n: int, base: int = _BASE) -> Hashes:
    powers = np.full(max(n, 1), base, dtype=np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers, dtype=np.uint64)


class OutOfOrderError(Exception):
    """The ids do not only rise, so that there may be duplicates after all."""


@dataclass(frozen=True)
class RowHashes:
    """Hashes by which the rows of a chunk are recognised if they occur again.

    Parameters
    ----------
    ids : CustomerIds or None
        The first and the last id; None where there are none, or they do not rise.
    places : ndarray of intp, shape (n_customers,)
        Indices of the rows that are customers. This and the arrays below are empty where rows are not remembered.
    rows : ndarray of uint64, shape (n_customers,)
        Hash of each row.
    id_hashes : ndarray of uint64, shape (n_customers,), or None
        Hash of each row's id.
    known : ndarray of bool, shape (n_customers,)
        Whether each row has an id.
    """

    ids: CustomerIds | None
    places: npt.NDArray[np.intp]
    rows: Hashes
    id_hashes: Hashes | None
    known: Mask

    @classmethod
    def from_chunk(cls, chunk: Chunk, *, remember: bool) -> RowHashes:
        """Hash the rows of a chunk.

        Parameters
        ----------
        chunk : Chunk
            The rows, as they were read.
        remember : bool
            Whether to hash each row; else only the first and the last id are kept.
        """
        nothing = np.zeros(0, dtype=np.intp)
        ids = chunk.ids
        if not remember:
            rising = ids is not None and ids.rising
            return cls(
                ids.ends if ids is not None and rising else None, nothing, np.zeros(0, np.uint64), None, nothing > 0
            )
        places = np.flatnonzero(chunk.customers)
        known = nothing > 0 if ids is None else ids.known
        return cls(None, places, hashes_of_rows(chunk.rows)[places], None if ids is None else ids.hashes, known)


class DuplicateDetector:
    """Finds rows of a file that occurred before; chunks must be passed in the order of the file.

    Parameters
    ----------
    remember : bool
        Whether rows are remembered by their hashes; else ids must rise.

    Attributes
    ----------
    duplicates : dict of int to ndarray of intp
        By number of chunk, the rows that are the same as an earlier one.
    repeated_ids : int
        How many other rows have an id that was there before.
    """

    def __init__(self, *, remember: bool) -> None:
        self._rows = HashSet() if remember else None
        self._ids = HashSet()
        self._last: CustomerIds | None = None
        self.duplicates: dict[int, npt.NDArray[np.intp]] = {}
        self.repeated_ids = 0

    @property
    def full(self) -> bool:
        """Whether there were more rows than can be remembered."""
        return self._rows is not None and self._rows.full

    def observe(self, number: int, hashes: RowHashes) -> bool:
        """Compare the rows of a chunk with all rows before, and return whether some of them are duplicates.

        Parameters
        ----------
        number : int
            Number of the chunk.
        hashes : RowHashes
            Hashes of its rows.

        Raises
        ------
        OutOfOrderError
            If rows are not remembered, and ids do not rise.
        """
        if self._rows is None:
            if hashes.ids is None or not hashes.ids.follows(self._last):
                raise OutOfOrderError
            self._last = hashes.ids if len(hashes.ids.values) else self._last
            return False
        again = self._rows.add(hashes.rows)
        if hashes.id_hashes is not None:
            self.repeated_ids += int(self._ids.add(hashes.id_hashes[hashes.known & ~again]).sum())
        if again.any():
            self.duplicates[number] = hashes.places[again]
        return bool(again.any())


def detects_duplicates(file: CustomerFile) -> bool:
    """Return whether rows that agree in every cell are one customer.

    Parameters
    ----------
    file : CustomerFile
        The file.
    """
    policy = file.settings.duplicates
    return policy == "once" or (policy == "auto" and file.schema.identified)


def must_remember(file: CustomerFile) -> bool:
    """Return whether rows have to be remembered to find duplicates: ids are absent, or do not rise.

    Parameters
    ----------
    file : CustomerFile
        The file.
    """
    ids = file.head.ids
    return detects_duplicates(file) and (ids is None or not ids.rising)
