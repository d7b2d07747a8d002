"""A profile: its folder, its key, and the lock that lets one process at a time write to it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.paths import Paths
from desktop.store.failures import disk_errors
from desktop.store.files import flush_folder
from desktop.store.keys import Cost, Keyring, create_keys, open_keys
from sync.errors import DaftarError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Windows forbids reading a locked byte, so the lock sits far behind the process id in the file.
_LOCKED_BYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Profile:
    """An opened profile: where its files are, and the key of its database."""

    paths: Paths
    key: bytes = field(repr=False)


class WriterLock:
    """The right to write to a profile. The system frees it with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        return self._handle is not None

    def acquire(self) -> None:
        """Take the lock or raise `profile_in_use` with the process that has it."""
        if self._handle is not None:
            return
        with disk_errors():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _lock(handle):
            os.lseek(handle, 0, os.SEEK_SET)
            holder = os.read(handle, 20)
            os.close(handle)
            raise DaftarError("profile_in_use", process=holder.decode("ascii", "replace").strip() or "?")
        with disk_errors():
            os.lseek(handle, 0, os.SEEK_SET)
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle

    def release(self) -> None:
        """Free the lock; the file stays, because removing it would let two processes lock two files."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def profile_exists(paths: Paths) -> bool:
    """Whether there is anything here that must not be overwritten."""
    return paths.keys.exists() or paths.database.exists() or paths.restored.exists()


def create_profile(
    paths: Paths,
    *,
    keyring: Keyring | None = None,
    passphrase: str | None = None,
    cost: Cost | None = None,
) -> Profile:
    """Make the folder and a key; the database itself is born when it is first opened for writing.

    Where there is no keyring worth the name and no passphrase was given: `passphrase_needed`.
    """
    if profile_exists(paths):
        raise DaftarError("profile_exists")
    with disk_errors():
        paths.make()
    return Profile(paths, create_keys(paths.keys, keyring=keyring, passphrase=passphrase, cost=cost))


def open_profile(paths: Paths, *, keyring: Keyring | None = None, passphrase: str | None = None) -> Profile:
    """Open an existing profile; finishes first what a power cut interrupted during a restore."""
    finish_restore(paths)
    if not paths.keys.exists():
        raise DaftarError("key_missing" if paths.database.exists() else "profile_missing")
    return Profile(paths, open_keys(paths.keys, keyring=keyring, passphrase=passphrase))


def finish_restore(paths: Paths) -> None:
    """Put restored data in place if the former data is already out of the way."""
    if paths.restored.exists() and not paths.data.exists():
        # Two processes may arrive here at once; the one that comes second finds nothing to rename.
        with disk_errors(), suppress(FileNotFoundError):
            paths.restored.replace(paths.data)
            flush_folder(paths.profile)


def _lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
