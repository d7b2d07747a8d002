"""The programme's recovery key: laptops seal their database keys to its public half at enrolment.

The private half is written to a file once, for the administrator to move to a safe; the server needs
only the public half.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Final

from nacl.public import PrivateKey
from sqlalchemy import Connection

from sync.errors import DaftarError
from sync.server.storage.devices import get_setting, put_setting

RECOVERY_PUBLIC: Final = "recovery_public_key"
_HEADER: Final = "daftar recovery key 1"


def public_key(connection: Connection) -> bytes:
    key = get_setting(connection, RECOVERY_PUBLIC)
    if key is None:
        raise DaftarError("not_migrated")
    return key


def prepare(connection: Connection, *, file: Path) -> bool:
    """Make the key pair if there is none yet; says whether it did.

    The file comes first: a public half whose private half was never written would lock people out.
    """
    if get_setting(connection, RECOVERY_PUBLIC) is not None:
        return False
    key = read_private(file) if file.exists() else _write_new(file)
    put_setting(connection, RECOVERY_PUBLIC, bytes(key.public_key))
    return True


def read_private(file: Path) -> PrivateKey:
    """The private half from its file; raises `DaftarError("bad_recovery_key")`."""
    try:
        header, key = file.read_text("ascii").splitlines()[:2]
        if header != _HEADER:
            raise ValueError(header)
        return PrivateKey(base64.b64decode(key, validate=True))
    except (OSError, ValueError, TypeError) as error:
        raise DaftarError("bad_recovery_key", path=str(file)) from error


def _write_new(file: Path) -> PrivateKey:
    """A new key in its file, whole or not at all; the key of another worker that was quicker."""
    key = PrivateKey.generate()
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(f"{_HEADER}\n{base64.b64encode(bytes(key)).decode()}\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(part, file)
    except FileExistsError:
        return read_private(file)
    finally:
        part.unlink()
    return key
