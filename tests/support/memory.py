"""A few lines that stand for S3 where calls to it are tested; how it behaves itself is tested on the emulator."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

SHARED = {"rounding_key.json", "last_ids.json"}


def refuse(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class MemoryS3:
    """Versions, ETags and conditional writes, for one thread."""

    def __init__(self) -> None:
        # Else it answers with the whole of what a part was asked for.
        self.knows_ranges = True
        self.versions: dict[tuple[str, str], dict[str, bytes]] = {}
        self.calls: list[tuple[str, str, str]] = []
        self.headers: dict[tuple[str, str], dict[str, str]] = {}
        self.refused_writes: dict[str, str] = {}

    def put(self, bucket: str, key: str, body: bytes, version: str | None = None) -> None:
        versions = self.versions.setdefault((bucket, key), {})
        versions[version or f"{len(versions) + 1}"] = body

    def newest(self, bucket: str, key: str) -> bytes | None:
        versions = self.versions.get((bucket, key), {})
        return list(versions.values())[-1] if versions else None

    def keys(self, bucket: str) -> set[str]:
        """Of runs: what all of them share is left out."""
        return {key for place, key in self.versions if place == bucket and key not in SHARED}

    def document(self, key: str) -> Any:
        body = self.newest("website-bucket", key)
        return None if body is None else json.loads(body)

    def get_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        VersionId: str | None = None,  # noqa: N803
        Range: str | None = None,  # noqa: N803
    ) -> dict:
        self.calls.append(("get", Bucket, Key))
        if VersionId is None:
            body = self.newest(Bucket, Key)
            code = "AccessDenied"
        else:
            body = self.versions.get((Bucket, Key), {}).get(VersionId)
            code = "NoSuchVersion"
        if body is None:
            raise refuse(code, "GetObject")
        found = {"Body": io.BytesIO(body), "ETag": f'"{hash(body)}"', "ContentLength": len(body)}
        if Range is None or not self.knows_ranges:
            return found
        begin, end = Range.removeprefix("bytes=").split("-")
        return {
            **found,
            "Body": io.BytesIO(body[int(begin) :][: int(end or len(body)) - int(begin) + 1]),
            "ContentRange": Range,
        }

    def get_paginator(self, operation: str) -> MemoryS3:
        assert operation == "list_object_versions"
        return self

    def paginate(self, *, Bucket: str, Prefix: str = "") -> Iterator[dict]:  # noqa: N803
        """List in pages of one, each version a minute after the one that was put before."""
        minute = 0
        for (bucket, key), versions in self.versions.items():
            for version in versions:
                minute += 1
                if bucket == Bucket and key.startswith(Prefix):
                    uploaded_at = datetime(2026, 1, 15, 8, 0, tzinfo=UTC) + timedelta(minutes=minute)
                    latest = version == list(versions)[-1]
                    found = {"Key": key, "VersionId": version, "IsLatest": latest, "LastModified": uploaded_at}
                    yield {"Versions": [found | {"Size": len(versions[version])}]}
        yield {"DeleteMarkers": []}

    def put_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Body: bytes,  # noqa: N803
        IfMatch: str | None = None,  # noqa: N803
        IfNoneMatch: str | None = None,  # noqa: N803
        **headers: str,
    ) -> None:
        self.calls.append(("put", Bucket, Key))
        current = self.newest(Bucket, Key)
        if Key in self.refused_writes:
            raise refuse(self.refused_writes[Key], "PutObject")
        if (IfNoneMatch and current is not None) or (IfMatch and IfMatch != f'"{hash(current)}"'):
            raise refuse("PreconditionFailed", "PutObject")
        self.put(Bucket, Key, Body)
        self.headers[Bucket, Key] = headers

    def upload_fileobj(self, file: Any, bucket: str, key: str, **options: Any) -> None:
        self.put_object(Bucket=bucket, Key=key, Body=file.read(), **options["ExtraArgs"])
