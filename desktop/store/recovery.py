"""Opening a notebook whose passphrase is forgotten, with the private half of the programme's recovery key."""

from __future__ import annotations

import base64
import binascii
from contextlib import closing
from pathlib import Path
from typing import Final

from desktop.paths import Paths
from desktop.store.connection import open_reader
from desktop.store.failures import disk_errors
from desktop.store.keys import Cost, open_with_recovery, set_passphrase
from desktop.store.profile import Profile, WriterLock, finish_restore
from sync.errors import DaftarError

HEADER: Final = "daftar recovery key 1"
KEY_BYTES: Final = 32
_MOST_BYTES: Final = 4096


def read_recovery_key(file: Path) -> bytes:
    """The private recovery key from the file that the server wrote once."""
    unreadable = DaftarError("recovery_key_unreadable", name=file.name)
    try:
        with file.open("rb") as opened:
            content = opened.read(_MOST_BYTES)
        header, key = content.decode("ascii").splitlines()[:2]
        private = base64.b64decode(key.strip(), validate=True)
    except (OSError, ValueError, binascii.Error) as error:
        raise unreadable from error
    if header.strip() != HEADER or len(private) != KEY_BYTES:
        raise unreadable
    return private


def recover(paths: Paths, *, private: bytes, passphrase: str, cost: Cost | None = None) -> Profile:
    """Open the notebook with the recovery key, and let a new passphrase open it from now on.

    The former passphrase opens nothing any more. Nothing is written unless the key opens the database too.
    """
    with WriterLock(paths.lock):
        finish_restore(paths)
        if not paths.keys.exists():
            raise DaftarError("key_missing" if paths.database.exists() else "profile_missing")
        key = open_with_recovery(paths.keys, private=private)
        if paths.database.exists():
            with disk_errors(), closing(open_reader(paths.database, key=key)):
                pass
        set_passphrase(paths.keys, key=key, passphrase=passphrase, cost=cost)
    return Profile(paths, key)
