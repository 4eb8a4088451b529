"""The bytes of an upload, as far as the function has the time and the room for them."""

from __future__ import annotations

from collections.abc import Callable

from segmentation import refusals
from segmentation.errors import UnusableFileError
from segmentation.files.streams import ByteStream, GunzipReader

# Kept for the answer, which may have to wait for other runs that publish at the same time.
_SECONDS_FOR_THE_ANSWER = 10


class OutOfTimeError(UnusableFileError):
    """The function has no time left for the file; others may have."""

    def __init__(self) -> None:
        super().__init__(**vars(refusals.out_of_time()))


class LimitedSource:
    """A source for the engine that ends with an answer where the function would come to its end.

    Parameters
    ----------
    open_stream : callable
        Opens the bytes of the upload from their beginning.
    most_megabytes : int
        How many there may be, unpacked: a small archive may hold any number.
    seconds_left : callable
        How long the function may still run.
    """

    def __init__(
        self, open_stream: Callable[[], ByteStream], most_megabytes: int, seconds_left: Callable[[], float]
    ) -> None:
        self._open_stream = open_stream
        self._most_megabytes = most_megabytes
        self._seconds_left = seconds_left

    def __call__(self) -> ByteStream:
        """Open the bytes, unpacked."""
        return _LimitedStream(self, self._open_stream())

    def check(self, read: int = 0) -> None:
        """Refuse to go on where there is no time left, or more was read than there is room for.

        Raises
        ------
        UnusableFileError
            If so; a further attempt would end in the same way.
        """
        check_size(read, self._most_megabytes, unpacked=True)
        if self._seconds_left() < _SECONDS_FOR_THE_ANSWER:
            raise OutOfTimeError


def check_size(size: int, most_megabytes: int, *, unpacked: bool = False) -> None:
    """Refuse a file of too many bytes."""
    if size > most_megabytes * 10**6:
        raise refusals.too_large_unpacked(most_megabytes) if unpacked else refusals.too_large(size, most_megabytes)


class _LimitedStream:
    def __init__(self, source: LimitedSource, stream: ByteStream) -> None:
        self._source = source
        self._stream = stream
        self._read = 0
        self._unpacked = GunzipReader(stream)

    def read(self, size: int, /) -> bytes:
        data = self._unpacked.read(size)
        self._read += len(data)
        self._source.check(self._read)
        return data

    def close(self) -> None:
        self._stream.close()
