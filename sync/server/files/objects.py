"""Files in an object store that speaks S3. Pieces are small objects until they are checked and joined."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sync.blobs import BLOCK
from sync.errors import DaftarError

_ABSENT: Final = frozenset({"404", "NoSuchKey", "NotFound"})
_CONNECT_S: Final = 10
_READ_S: Final = 60


def connect(*, endpoint: str | None, region: str | None) -> Any:
    """A client that takes its keys where Amazon's tools do; raises `s3_missing` without boto3."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise DaftarError("s3_missing") from error
    config = Config(
        connect_timeout=_CONNECT_S,
        read_timeout=_READ_S,
        retries={"max_attempts": 3, "mode": "standard"},
        # Other makers' stores do not know the newer check sums; the content is checked here anyway.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"} if endpoint else None,
    )
    return boto3.client("s3", endpoint_url=endpoint, region_name=region or "us-east-1", config=config)


class ObjectStore:
    """Implements `BlobStore` over a bucket."""

    def __init__(self, client: Any, *, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""

    def received(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> int:
        pieces = self._pieces(workspace, fingerprint, sender)
        return pieces[-1][1] + pieces[-1][2] if pieces else 0

    def append(
        self, workspace: bytes, fingerprint: bytes, sender: bytes, *, offset: int, data: bytes
    ) -> None:
        if data:
            key = f"{self._part(workspace, fingerprint, sender)}{offset:015d}"
            with _worded():
                self._client.put_object(Bucket=self._bucket, Key=key, Body=data)

    def part(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> Iterator[bytes]:
        for key, _, _ in self._pieces(workspace, fingerprint, sender):
            with _worded():
                yield self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def complete(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> None:
        joined = io.BufferedReader(_Joined(self.part(workspace, fingerprint, sender)), BLOCK)
        if self.received(workspace, fingerprint, sender) or self.size(workspace, fingerprint) is None:
            with _worded():
                self._client.upload_fileobj(joined, self._bucket, self._whole(workspace, fingerprint))
        self.discard(workspace, fingerprint, sender)

    def discard(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> None:
        # One by one: a common request needs a check sum that not every maker's store knows.
        for key, _ in self._listed(self._part(workspace, fingerprint, sender)):
            with _worded():
                self._client.delete_object(Bucket=self._bucket, Key=key)

    def size(self, workspace: bytes, fingerprint: bytes) -> int | None:
        try:
            with _worded():
                found = self._client.head_object(Bucket=self._bucket, Key=self._whole(workspace, fingerprint))
        except DaftarError as error:
            if error.code == "blob_absent":
                return None
            raise
        return int(found["ContentLength"])

    def remove(self, workspace: bytes, fingerprint: bytes) -> None:
        with _worded():
            self._client.delete_object(Bucket=self._bucket, Key=self._whole(workspace, fingerprint))

    def read(self, workspace: bytes, fingerprint: bytes, *, start: int, stop: int) -> Iterator[bytes]:
        if start == stop:
            return iter(())
        with _worded():
            found = self._client.get_object(
                Bucket=self._bucket,
                Key=self._whole(workspace, fingerprint),
                Range=f"bytes={start}-{stop - 1}",
            )
        return iter(found["Body"].iter_chunks(BLOCK))

    def _pieces(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> list[tuple[str, int, int]]:
        """Key, offset and size of what is kept from the beginning on without a gap."""
        prefix = self._part(workspace, fingerprint, sender)
        found: list[tuple[str, int, int]] = []
        end = 0
        for key, size in self._listed(prefix):
            if int(key.removeprefix(prefix)) == end:
                found.append((key, end, size))
                end += size
        return found

    def _listed(self, prefix: str) -> list[tuple[str, int]]:
        with _worded():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return [(one["Key"], int(one["Size"])) for page in pages for one in page.get("Contents", ())]

    def _whole(self, workspace: bytes, fingerprint: bytes) -> str:
        return f"{self._prefix}{workspace.hex()}/{fingerprint.hex()}"

    def _part(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> str:
        return f"{self._prefix}{workspace.hex()}/parts/{fingerprint.hex()}.{sender.hex()}/"


class _Joined(io.RawIOBase):
    """Pieces as one file that can only be read forwards, so that no more than one lies in memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        length = min(len(buffer), len(self._rest))
        buffer[:length] = self._rest[:length]
        self._rest = self._rest[length:]
        return length


@contextmanager
def _worded() -> Iterator[None]:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _ABSENT:
            raise DaftarError("blob_absent") from error
        raise DaftarError("blob_store_unavailable") from error
    except (BotoCoreError, Boto3Error) as error:
        raise DaftarError("blob_store_unavailable") from error
