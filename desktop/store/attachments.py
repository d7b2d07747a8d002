"""Attached files on this laptop: encrypted outside the database, and shown only after they were checked.

Every workspace has a folder and a key of its own, derived from the key of the database. Names are keyed too,
so that a folder does not tell which well-known documents lie in it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop.paths import Paths
from desktop.store.failures import disk_errors
from desktop.store.files import flush_folder
from desktop.store.opened import clear_opened
from desktop.store.profile import Profile
from desktop.store.sealed import CHUNK, Sealing, read_sealed, sealed_size
from sync.blobs import BLOB_LIMIT
from sync.errors import DaftarError

_KEY: Final = b"daftar.file.key"
_NAME: Final = b"daftar.file.name"
_PART: Final = ".part"
_RESERVE: Final = 16 * 1024 * 1024

Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was taken in."""

    fingerprint: bytes
    size: int


class Vault:
    """The files of one profile."""

    def __init__(self, profile: Profile) -> None:
        self._root = profile.paths.files
        self._key = profile.key

    def add(self, source: Path, *, workspace: bytes, report: Report = lambda _share: None) -> Stored:
        """Take a copy of a file; raises `file_unreadable`, `file_too_large`, `file_changed`, `disk_full`.

        `report` hears the share that is done, from 0 to 1; what it raises ends the copying without a trace.
        """
        try:
            weight = source.stat().st_size
            if weight > BLOB_LIMIT:
                raise DaftarError("file_too_large", bytes=BLOB_LIMIT)
        except OSError as error:
            raise DaftarError("file_unreadable", name=source.name) from error
        fingerprint, size = _look_at(source, lambda done: report(_share(done, weight, step=0)))
        if size > BLOB_LIMIT:
            raise DaftarError("file_too_large", bytes=BLOB_LIMIT)
        if not self.holds(workspace, fingerprint):
            part = self._part(workspace, fingerprint)
            try:
                with disk_errors():
                    self._make_room(size)
                    part.unlink(missing_ok=True)
                    with self.arriving(workspace, fingerprint) as sealing:
                        for block in _blocks(source):
                            sealing.write(block)
                            report(_share(sealing.size, size, step=1))
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            try:
                self.finish(workspace, fingerprint)
            except DaftarError as error:
                # Somebody wrote to it while it was copied.
                raise DaftarError("file_changed", name=source.name) from error
        return Stored(fingerprint, size)

    def holds(self, workspace: bytes, fingerprint: bytes) -> bool:
        """Whether the whole, checked file is here."""
        return self._whole(workspace, fingerprint).exists()

    def received(self, workspace: bytes, fingerprint: bytes) -> int:
        """How much is here of a file on its way."""
        with disk_errors():
            try:
                return sealed_size(self._part(workspace, fingerprint))
            except FileNotFoundError:
                return 0

    def arriving(self, workspace: bytes, fingerprint: bytes) -> Sealing:
        """Go on with a file on its way."""
        part = self._part(workspace, fingerprint)
        with disk_errors():
            part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return Sealing(part, key=self._key_of(workspace), fingerprint=fingerprint)

    def finish(self, workspace: bytes, fingerprint: bytes) -> None:
        """Check a file that is here to its end, and only then let it be seen; raises `blob_differs`."""
        part, whole = self._part(workspace, fingerprint), self._whole(workspace, fingerprint)
        digest = hashlib.sha256()
        with disk_errors():
            try:
                for block in read_sealed(part, key=self._key_of(workspace), fingerprint=fingerprint):
                    digest.update(block)
            except DaftarError:
                digest.update(b"damaged")
            if digest.digest() != fingerprint:
                part.unlink()
                raise DaftarError("blob_differs")
            part.replace(whole)
            flush_folder(whole.parent)

    def read(self, workspace: bytes, fingerprint: bytes, *, start: int = 0) -> Iterator[bytes]:
        """The plain content from a byte on."""
        path = self._whole(workspace, fingerprint)
        if not path.exists():
            raise DaftarError("file_not_here")
        return read_sealed(path, key=self._key_of(workspace), fingerprint=fingerprint, start=start)

    def is_sound(self, workspace: bytes, fingerprint: bytes) -> bool:
        """Whether the copy here is what its name says, to the last byte."""
        digest = hashlib.sha256()
        try:
            for block in self.read(workspace, fingerprint):
                digest.update(block)
        except (DaftarError, OSError):
            return False
        return digest.digest() == fingerprint

    def export(self, workspace: bytes, fingerprint: bytes, target: Path) -> None:
        """Write the plain content to a place of the person's choice, whole or not at all."""
        blocks = self.read(workspace, fingerprint)
        digest = hashlib.sha256()
        with disk_errors():
            handle, name = tempfile.mkstemp(prefix=".daftar-", dir=target.parent)
            half = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    for block in blocks:
                        digest.update(block)
                        file.write(block)
                if digest.digest() != fingerprint:
                    raise DaftarError("file_damaged")
                half.replace(target)
            finally:
                half.unlink(missing_ok=True)

    def forget(self, workspace: bytes, fingerprint: bytes) -> None:
        """Delete the copy on this laptop."""
        with disk_errors():
            for path in (self._whole(workspace, fingerprint), self._part(workspace, fingerprint)):
                path.unlink(missing_ok=True)

    def weight(self, workspace: bytes, fingerprint: bytes) -> int:
        """How much room the copy here takes, one on its way included."""
        found = 0
        for path in (self._whole(workspace, fingerprint), self._part(workspace, fingerprint)):
            with suppress(FileNotFoundError):
                found += path.stat().st_size
        return found

    def forget_others(self, workspace: bytes, known: Iterable[bytes], *, before_ms: int) -> Iterator[int]:
        """Delete files that are none of these and older than a moment; the size of each."""
        folder = _folder(self._root, workspace)
        names = {self._whole(workspace, one).name for one in known}
        with disk_errors():
            for path in sorted(folder.iterdir()) if folder.is_dir() else []:
                about = path.stat()
                if path.name.removesuffix(_PART) not in names and about.st_mtime * 1000 < before_ms:
                    path.unlink()
                    yield about.st_size

    def _make_room(self, size: int) -> None:
        """Complain before a long copy, not at its end."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(self._root).free < size + _RESERVE:
            raise DaftarError("disk_full")

    def _whole(self, workspace: bytes, fingerprint: bytes) -> Path:
        name = hashlib.blake2b(fingerprint, key=self._key, person=_NAME, digest_size=24).hexdigest()
        return _folder(self._root, workspace) / name

    def _part(self, workspace: bytes, fingerprint: bytes) -> Path:
        whole = self._whole(workspace, fingerprint)
        return whole.with_name(whole.name + _PART)

    def _key_of(self, workspace: bytes) -> bytes:
        return hashlib.blake2b(workspace, key=self._key, person=_KEY, digest_size=32).digest()


def forget_workspace_files(paths: Paths, workspace: bytes) -> None:
    """Delete every file of a workspace, those on their way and those that were opened too."""
    clear_opened(paths, workspace)
    with disk_errors(), suppress(FileNotFoundError):
        shutil.rmtree(_folder(paths.files, workspace))


def _folder(root: Path, workspace: bytes) -> Path:
    return root / workspace.hex()


def _look_at(source: Path, told: Callable[[int], None] = lambda _done: None) -> tuple[bytes, int]:
    digest, size = hashlib.sha256(), 0
    for block in _blocks(source):
        digest.update(block)
        size += len(block)
        told(size)
        if size > BLOB_LIMIT:
            break
    return digest.digest(), size


def _blocks(source: Path) -> Iterator[bytes]:
    """What is read from a file of the person's; its disk may be a stick that is pulled out."""
    try:
        with source.open("rb") as file:
            while block := file.read(CHUNK):
                yield block
    except OSError as error:
        raise DaftarError("file_unreadable", name=source.name) from error


def _share(done: int, size: int, *, step: int) -> float:
    """How much of two equal steps is done."""
    return min(1.0, (step + done / max(1, size)) / 2)
