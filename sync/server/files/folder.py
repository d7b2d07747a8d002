"""Files in a folder that every worker sees: one folder for each workspace."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sync.blobs import BLOCK
from sync.errors import DaftarError

_FULL: Final = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class FolderStore:
    """Implements `BlobStore` over a folder, private to the server's user."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def received(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> int:
        try:
            return self._part(workspace, fingerprint, sender).stat().st_size
        except FileNotFoundError:
            return 0

    def append(
        self, workspace: bytes, fingerprint: bytes, sender: bytes, *, offset: int, data: bytes
    ) -> None:
        path = self._part(workspace, fingerprint, sender)
        with _disk():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "r+b") as file:
                file.truncate(offset)
                file.seek(offset)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())

    def part(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> Iterator[bytes]:
        path = self._part(workspace, fingerprint, sender)
        if path.exists():
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    yield block

    def complete(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> None:
        part, whole = self._part(workspace, fingerprint, sender), self._whole(workspace, fingerprint)
        with _disk():
            whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not part.exists() and not whole.exists():
                # A file without content has no pieces.
                part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                part.touch(mode=0o600)
            with suppress(FileNotFoundError):
                part.replace(whole)
            _flush(whole.parent)

    def discard(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> None:
        with _disk():
            self._part(workspace, fingerprint, sender).unlink(missing_ok=True)

    def size(self, workspace: bytes, fingerprint: bytes) -> int | None:
        try:
            return self._whole(workspace, fingerprint).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, workspace: bytes, fingerprint: bytes) -> None:
        with _disk():
            self._whole(workspace, fingerprint).unlink(missing_ok=True)

    def read(self, workspace: bytes, fingerprint: bytes, *, start: int, stop: int) -> Iterator[bytes]:
        if self.size(workspace, fingerprint) is None:
            raise DaftarError("blob_absent")
        return _blocks(self._whole(workspace, fingerprint), start=start, stop=stop)

    def _whole(self, workspace: bytes, fingerprint: bytes) -> Path:
        name = fingerprint.hex()
        return self._folder / workspace.hex() / name[:2] / name

    def _part(self, workspace: bytes, fingerprint: bytes, sender: bytes) -> Path:
        return self._folder / workspace.hex() / "parts" / f"{fingerprint.hex()}.{sender.hex()}"


def _blocks(path: Path, *, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = stop - start
        while left > 0 and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block


def _flush(folder: Path) -> None:
    """Make a rename survive a power cut; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DaftarError("disk_full") from error
        raise DaftarError("blob_store_unavailable") from error
