"""The bytes of an upload, limited by the time and the size that the function can handle."""

from __future__ import annotations

from collections.abc import Callable

from segmentation import refusals
from segmentation.errors import UnusableFileError
from segmentation.files.streams import ByteStream, GunzipReader

# Kept for the answer, which may have to wait for other runs that publish at the same time.
_SECONDS_FOR_THE_ANSWER = 10


class OutOfTimeError(UnusableFileError):
    """The function has no time left for the file; the job may have."""

    def __init__(self) -> None:
        super().__init__(**vars(refusals.out_of_time()))


class LimitedSource:
    """A source of bytes that refuses the upload before the function times out or reads too much.

    Parameters
    ----------
    open_stream : callable
        Opens the bytes of the upload from their beginning.
    max_megabytes : int
        Largest decompressed size in megabytes: a small archive may hold any number of bytes.
    seconds_left : callable
        Returns how many seconds the function may still run.
    """

    def __init__(
        self, open_stream: Callable[[], ByteStream], max_megabytes: int, seconds_left: Callable[[], float]
    ) -> None:
        self._open_stream = open_stream
        self._most_megabytes = max_megabytes
        self._seconds_left = seconds_left

    def __call__(self) -> ByteStream:
        """Open the decompressed bytes."""
        return _LimitedStream(self, self._open_stream())

    def check(self, read: int = 0) -> None:
        """Refuse to continue where there is no time left, or too much was read.

        Parameters
        ----------
        read : int
            Number of bytes read so far.

        Raises
        ------
        UnusableFileError
            If so; another attempt would end in the same way.
        """
        check_size(read, self._most_megabytes, unpacked=True)
        if self._seconds_left() < _SECONDS_FOR_THE_ANSWER:
            raise OutOfTimeError


def check_size(size: int, max_megabytes: int, *, unpacked: bool = False) -> None:
    """Refuse a file that is too large.

    Parameters
    ----------
    size : int
        Size in bytes.
    max_megabytes : int
        Largest size accepted, in megabytes.
    unpacked : bool
        Whether the size is that of the decompressed file.

    Raises
    ------
    UnusableFileError
        If the file is too large.
    """
    if size > max_megabytes * 10**6:
        raise refusals.too_large_unpacked(max_megabytes) if unpacked else refusals.too_large(size, max_megabytes)


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
