"""Turns what the disk and SQLite report into codes people can act on; bugs stay what they are."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.store.driver import sqlite
from sync.errors import DaftarError

# SQLite's primary result codes that speak of the environment, never of a bug.
_BY_RESULT = {
    3: "disk_error",  # PERM
    5: "database_busy",  # BUSY
    6: "database_busy",  # LOCKED
    8: "disk_error",  # READONLY
    10: "disk_error",  # IOERR
    11: "database_damaged",  # CORRUPT
    13: "disk_full",  # FULL
    14: "disk_error",  # CANTOPEN
    26: "database_damaged",  # NOTADB
}
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def as_environment(error: Exception) -> DaftarError | None:
    """The environment's code for an error, or nothing where the error is a bug."""
    if isinstance(error, sqlite.Error):
        result = getattr(error, "sqlite_errorcode", None)
        code = _BY_RESULT.get(result & 0xFF) if isinstance(result, int) else None
        return None if code is None else DaftarError(code)
    if isinstance(error, OSError):
        return DaftarError("disk_full" if error.errno in _FULL else "disk_error")
    return None


@contextmanager
def database_errors() -> Iterator[None]:
    """Raise `DaftarError` for what the database file or the disk under it did; bugs pass unchanged."""
    try:
        yield
    except sqlite.Error as error:
        worded = as_environment(error)
        if worded is None:
            raise
        raise worded from error


@contextmanager
def disk_errors() -> Iterator[None]:
    """The same for files: around short passages that do nothing but read and write them."""
    try:
        with database_errors():
            yield
    except OSError as error:
        worded = as_environment(error)
        if worded is None:
            raise
        raise worded from error
