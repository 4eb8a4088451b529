"""Which customers moved between segments: by hashes of their ids, of which a bounded number is kept."""

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
        Hashes of their ids, in the order of the rows.
    segments : mapping of str to ndarray of uint32, each of shape (n_customers,)
        By name of mode, the id of each customer's segment.
    limit : int
        Only customers whose hash is below it are included, which is `share` of all.
    """

    hashes: Hashes
    segments: Mapping[str, SegmentIdArray]
    limit: int = _ALL

    @property
    def share(self) -> float:
        """Approximate share of all customers with an id that is included, 0 to 1."""
        return self.limit / _ALL

    def packed(self) -> bytes:
        """Return the members as the bytes of a NumPy npz file."""
        file = io.BytesIO()
        below = np.array([self.limit - 1], dtype=np.uint64)
        np.savez(file, hashes=self.hashes, below=below, **self.segments)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def unpacked(cls, data: bytes) -> Members:
        """Read the bytes that `packed` returned.

        Parameters
        ----------
        data : bytes
            Bytes of the file.
        """
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return cls(file["hashes"], {mode: file[mode] for mode in _MODES}, int(file["below"][0]) + 1)

    def below(self, limit: int) -> Members:
        """Return the members with hashes below a limit.

        Parameters
        ----------
        limit : int
            The limit.
        """
        if limit >= self.limit:
            return self
        kept = self.hashes < np.uint64(limit)
        return Members(self.hashes[kept], {mode: ids[kept] for mode, ids in self.segments.items()}, limit)

    def once(self) -> tuple[Hashes, npt.NDArray[np.intp]]:
        """Return the hashes of ids that occur once, ascending, and their indices."""
        hashes, where, n = np.unique(self.hashes, return_index=True, return_counts=True)
        return hashes[n == 1], where[n == 1]


@dataclass(frozen=True)
class TransitionMatrix:
    """How many customers moved from each segment of one run to each segment of another.

    Parameters
    ----------
    counts : ndarray of int64, shape (n_segments_before, n_segments_now)
        Number of the customers who are in both runs.
    left, joined : int
        Number of customers who are only in the run before, and only in the present one.
    share : float
        Share of the customers with an id that was sampled, 0 to 1.
    """

    counts: npt.NDArray[np.int64]
    left: int
    joined: int
    share: float


_NOBODY = (np.zeros(0, np.uint64), np.zeros(0, np.uint32), np.zeros(0, np.uint32))


class MembershipSample:
    """Customers and their segments, collected as they are written; a sample of bounded size by the hashes of their ids.

    The sample does not depend on the order of the customers.

    Parameters
    ----------
    max_members : int
        Largest number of customers kept.
    """

    def __init__(self, max_members: int = MAX_MEMBERS) -> None:
        self._max_members = max_members
        self._parts: list[tuple[Hashes, SegmentIdArray, SegmentIdArray]] = []
        self._n = 0
        self._limit = _ALL

    def add(self, hashes: Hashes, bivariate: SegmentIdArray, multivariate: SegmentIdArray, limit: int = _ALL) -> None:
        """Add customers.

        Parameters
        ----------
        hashes : ndarray of uint64, shape (n_customers,)
            Hashes of their ids.
        bivariate, multivariate : ndarray of uint32, shape (n_customers,)
            Id of each customer's segment in both modes.
        limit : int
            Customers with a hash of `limit` or more were left out already.
        """
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
        """Add the customers of another sample.

        Parameters
        ----------
        other : MembershipSample
            The other sample.
        """
        for part in other._parts or [_NOBODY]:
            self.add(*part, limit=other._limit)

    def members(self) -> Members | None:
        """Return all customers that were kept, None where none was added."""
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
    """Count the customers who are in both runs by their segments in each; None where there are none.

    Ids that occur twice in a run are ignored. There is no result where the run before has customers in unknown
    segments, as another attempt at it may have left them.

    Parameters
    ----------
    before, now : Members
        The members of both runs.
    mode : str
        Name of the mode.
    ids_before, ids_now : sequence of int
        Ids of the segments, in the order of the rows and columns of the counts.
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
    """Return the index of each segment among the ids."""
    place = np.zeros(max(ids) + 1, dtype=np.intp)
    place[list(ids)] = np.arange(len(ids))
    return place[segments]
