"""What the server asks of a place for bytes; it knows nothing of people, and never decides anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlsplit

from sync.errors import DaftarError

S3: Final = "s3"


class BlobStore(Protocol):
    """Whole files by workspace and fingerprint, and the parts of those on their way.

    A part belongs to one laptop, so that two which send the same file do not write over each other.
    """

    def received(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> int:
        """How many bytes from the beginning on are kept of a file on its way."""
        ...

    def append(
        self, workspace: bytes, fingerprint: bytes, sender: bytes, *, offset: int, data: bytes
    ) -> None:
        """Keep more of it; `offset` is what `received` says. They survive a power cut."""
        ...

    def part(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> Iterator[bytes]:
        """What is kept of it."""
        ...

    def complete(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> None:
        """Make the checked part the file; repeating it does no harm."""
        ...

    def discard(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> None:
        """Forget a part."""
        ...

    def size(self, workspace: bytes, fingerprint: bytes) -> int | None:
        """How large the whole file is; None where there is none."""
        ...

    def remove(self, workspace: bytes, fingerprint: bytes) -> None:
        """Delete the whole file; repeating it does no harm."""
        ...

    def read(self, workspace: bytes, fingerprint: bytes, *, start: int, stop: int) -> Iterator[bytes]:
        """Bytes of a whole file; raises `blob_absent` at once where it is gone."""
        ...


def open_store(place: str | None, *, folder: Path) -> BlobStore:
    """The store that was asked for: `s3://bucket/prefix?endpoint=URL`, a folder, or `folder` without a wish.

    Raises `bad_blob_store`.
    """
    from sync.server.files.folder import FolderStore

    if not place:
        return FolderStore(folder)
    parts = urlsplit(place)
    if parts.scheme != S3:
        if "://" in place:
            raise DaftarError("bad_blob_store")
        return FolderStore(Path(place))
    from sync.server.files.objects import ObjectStore, connect

    if not parts.netloc:
        raise DaftarError("bad_blob_store")
    options = dict(parse_qsl(parts.query))
    client = connect(endpoint=options.get("endpoint"), region=options.get("region"))
    return ObjectStore(client, bucket=parts.netloc, prefix=parts.path.strip("/"))
