"""Documents in S3, where connections break."""

from __future__ import annotations

import io

import pytest
from botocore.exceptions import ResponseStreamingError

from service.objects import ObjectStore
from service.telemetry import RunFailedError, failed


class Broken:
    def read(self) -> bytes:
        raise ResponseStreamingError(error="Connection broken")


class S3:
    """Breaks the connection while it sends the first bodies."""

    def __init__(self, broken: int) -> None:
        self.broken = broken

    def get_object(self, **_: str) -> dict[str, object]:
        self.broken -= 1
        return {"ETag": "1", "Body": Broken() if self.broken >= 0 else io.BytesIO(b'{"a": 1}')}


@pytest.mark.parametrize("broken", [0, 2])
def test_a_document_is_read_again_where_the_connection_breaks(broken):
    assert ObjectStore(S3(broken)).read("bucket", "key") == ({"IfMatch": "1"}, {"a": 1})


def test_a_connection_that_always_breaks_is_an_error_that_can_be_told():
    with pytest.raises(ResponseStreamingError) as found:
        ObjectStore(S3(9)).read("bucket", "key")

    assert isinstance(failed(found.value), RunFailedError)
