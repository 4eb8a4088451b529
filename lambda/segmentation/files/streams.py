"""The bytes of a file, decompressed and converted to UTF-8, read a piece at a time."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Callable
from typing import Protocol

from segmentation import refusals
from segmentation.files.encoding import UTF_8, decoder_of
from segmentation.files.kinds import refuse_other_kinds

_GZIP = b"\x1f\x8b"
_HEAD = 4096


class Readable(Protocol):
    """A source of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return about `size` bytes, none only at the end."""
        ...


class ByteStream(Readable, Protocol):
    """A source of bytes that can be closed: a file, or the body of a response from S3."""

    def close(self) -> None:
        """Release the underlying resource."""
        ...


def is_packed(head: bytes) -> bool:
    """Return whether a file is compressed by gzip.

    Parameters
    ----------
    head : bytes
        Beginning of the file.
    """
    return head.startswith(_GZIP)


class GunzipReader:
    """Decompresses a stream if it is compressed by gzip; otherwise passes it on.

    Parameters
    ----------
    stream : Readable
        The stream, from its beginning.

    Raises
    ------
    UnusableFileError
        If they are those of another kind of file, or the archive is damaged.
    """

    def __init__(self, stream: Readable) -> None:
        self._read = stream.read
        self._head = read_full(stream.read, _HEAD)
        if is_packed(self._head):
            self._read = gzip.GzipFile(fileobj=PrefixedReader(self._head, stream)).read  # type: ignore[call-overload]
            self._head = b""
            self._head = self.read(_HEAD)
        refuse_other_kinds(self._head)

    def read(self, size: int, /) -> bytes:
        """Return `size` bytes, fewer only at the end."""
        head, self._head = self._head[:size], self._head[size:]
        try:
            return head + read_full(self._read, size - len(head))
        except EOFError:
            raise refusals.archive_cut_short() from None
        except (gzip.BadGzipFile, zlib.error):
            raise refusals.damaged_archive() from None


class TranscodingReader:
    """Converts a stream in any encoding to UTF-8 without a byte order mark.

    Parameters
    ----------
    unpacked : Readable
        The decompressed stream, from its beginning.
    encoding : str
        One of `encodings_of`; UTF-8 itself is passed on unchanged.
    """

    def __init__(self, unpacked: Readable, encoding: str) -> None:
        self._read = unpacked.read
        self._decoder = None if encoding == UTF_8 else decoder_of(encoding)
        self._rest = self._next(_HEAD).removeprefix(codecs.BOM_UTF8)

    def read(self, size: int, /) -> bytes:
        """Return about `size` bytes, none only at the end."""
        rest, self._rest = self._rest, b""
        return rest + self._next(size - len(rest)) if len(rest) < size else rest

    def _next(self, size: int) -> bytes:
        if self._decoder is None:
            return self._read(size)
        while data := self._read(size):
            if text := self._decoder.decode(data):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()


class PrefixedReader:
    """A stream preceded by bytes that were already read from it.

    Parameters
    ----------
    head : bytes
        The bytes.
    stream : Readable
        The rest of the stream.
    """

    def __init__(self, head: bytes, stream: Readable) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none only at the end."""
        head, self._head = self._head[:size], self._head[size:]
        return head or self._stream.read(size)


def read_full(read: Callable[[int], bytes], size: int) -> bytes:
    """Return about `size` bytes, fewer only at the end.

    Parameters
    ----------
    read : callable
        Reads a number of bytes; it may return fewer or a few more.
    size : int
        Number of bytes.
    """
    parts = []
    while size > 0 and (part := read(size)):
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
