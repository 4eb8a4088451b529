"""Which customers went from which segment to which: by hashes of their ids, of which a bounded number is kept."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.schema.schema import BIVARIATE, MULTIVARIATE

# 4 million customers at 16 bytes are 67 MB. Of more, those with the smallest hashes stand for all.
MAX_MEMBERS = 2**22

_ALL = 2**64
_MODES = (BIVARIATE, MULTIVARIATE)

Hashes = npt.NDArray[np.uint64]
SegmentIdArray = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Members:
    """The segments of the customers of one run.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n_customers,)
        Of their ids, in the order of the rows.
    segments : mapping of str to ndarray of uint32, shape (n_customers,)
        By name of mode, the id of each customer's segment.
    limit : int
        Only customers whose hash is smaller are here, which is `share` of all.
    """

    hashes: Hashes
    segments: Mapping[str, SegmentIdArray]
    limit: int = _ALL

    @property
    def share(self) -> float:
        """Of all customers with an id, about, 0 to 1."""
        return self.limit / _ALL

    def packed(self) -> bytes:
        """Return all of it as a file (NumPy's npz)."""
        file = io.BytesIO()
        below = np.array([self.limit - 1], dtype=np.uint64)
        np.savez(file, hashes=self.hashes, below=below, **self.segments)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def unpacked(cls, data: bytes) -> Members:
        """Read what `packed` returned."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return cls(file["hashes"], {mode: file[mode] for mode in _MODES}, int(file["below"][0]) + 1)

    def below(self, limit: int) -> Members:
        """Return those with smaller hashes."""
        if limit >= self.limit:
            return self
        kept = self.hashes < np.uint64(limit)
        return Members(self.hashes[kept], {mode: ids[kept] for mode, ids in self.segments.items()}, limit)

    def once(self) -> tuple[Hashes, npt.NDArray[np.intp]]:
        """Return the hashes of ids that occur once, ascending, and where they are."""
        hashes, where, n = np.unique(self.hashes, return_index=True, return_counts=True)
        return hashes[n == 1], where[n == 1]


@dataclass(frozen=True)
class TransitionMatrix:
    """How many customers of one run are in which segment of another.

    Parameters
    ----------
    counts : ndarray of int64, shape (n_segments_before, n_segments_now)
        Of the customers who are in both runs.
    left, joined : int
        Customers who are in the one before only, and in the one now only.
    share : float
        Of the customers with an id, those who were looked at, 0 to 1.
    """

    counts: npt.NDArray[np.int64]
    left: int
    joined: int
    share: float


_NOBODY = (np.zeros(0, np.uint64), np.zeros(0, np.uint32), np.zeros(0, np.uint32))


class MembershipSample:
    """Customers with their segments, as they are written; of many, a sample of bounded size by their hashes.

    Who is kept at last does not depend on their order.
    """

    def __init__(self, max_members: int = MAX_MEMBERS) -> None:
        self._max_members = max_members
        self._parts: list[tuple[Hashes, SegmentIdArray, SegmentIdArray]] = []
        self._n = 0
        self._limit = _ALL

    def add(self, hashes: Hashes, bivariate: SegmentIdArray, multivariate: SegmentIdArray, limit: int = _ALL) -> None:
        """Add customers, arrays of shape (n_customers,); those with a hash of `limit` or more were left out already."""
        if limit < self._limit:
            self._limit = limit
            self._parts = [self._kept(*part) for part in self._parts]
            self._n = sum(len(part[0]) for part in self._parts)
        if not len(hashes):
            return
        self._parts.append(self._kept(hashes, bivariate, multivariate))
        self._n += len(self._parts[-1][0])
        while self._n > self._max_members:
            self._limit //= 2
            self._parts = [self._kept(*part) for part in self._parts]
            self._n = sum(len(part[0]) for part in self._parts)

    def join(self, other: MembershipSample) -> None:
        """Add those of another list."""
        for part in other._parts or [_NOBODY]:
            self.add(*part, limit=other._limit)

    def members(self) -> Members | None:
        """Return all that were kept, None where nobody was added."""
        if not self._parts:
            return None
        hashes, *segments = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        return Members(hashes, dict(zip(_MODES, segments, strict=True)), self._limit)

    def _kept(
        self, hashes: Hashes, bivariate: SegmentIdArray, multivariate: SegmentIdArray
    ) -> tuple[Hashes, SegmentIdArray, SegmentIdArray]:
        if self._limit == _ALL:
            return hashes, bivariate, multivariate
        kept = hashes < np.uint64(self._limit)
        return hashes[kept], bivariate[kept], multivariate[kept]


def transition_matrix(
    before: Members, now: Members, mode: str, ids_before: Sequence[int], ids_now: Sequence[int]
) -> TransitionMatrix | None:
    """Count the customers who are in both runs by their segments in each; None where nobody is in both.

    An id that occurs twice in a run is of no account; nor are customers of segments that the run before has not, as
    another attempt at it may have left them.

    Parameters
    ----------
    before, now : Members
        Of both runs.
    mode : str
        Which segments are meant.
    ids_before, ids_now : sequence of int
        The ids of the segments, in the order of the rows and columns of the counts.
    """
    if not np.isin(before.segments[mode], ids_before).all():
        return None
    limit = min(before.limit, now.limit)
    before, now = before.below(limit), now.below(limit)
    (then, place_then), (later, place_now) = before.once(), now.once()
    common, here, there = np.intersect1d(then, later, assume_unique=True, return_indices=True)
    if not len(common):
        return None
    rows = _places(before.segments[mode][place_then[here]], ids_before)
    columns = _places(now.segments[mode][place_now[there]], ids_now)
    shape = len(ids_before), len(ids_now)
    counts = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
    return TransitionMatrix(counts, len(then) - len(common), len(later) - len(common), now.share)


def _places(segments: SegmentIdArray, ids: Sequence[int]) -> npt.NDArray[np.intp]:
    """Return where each segment is among the ids."""
    place = np.zeros(max(ids) + 1, dtype=np.intp)
    place[list(ids)] = np.arange(len(ids))
    return place[segments]
