"""Opens the encrypted database: one writer that is safe against power cuts, and readers that cannot write.

Nothing opens these files except through SQLCipher: opening and closing them by hand, even to read a few
bytes, drops the locks that this process holds on them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.store.driver import Connection, database, sqlite
from desktop.store.failures import as_environment, database_errors
from sync.errors import DaftarError

KEY_BYTES = 32
CACHE_MB = 16
BULK_CACHE_MB = 64
BUSY_MS = 5_000
WAL_LIMIT_BYTES = 32 << 20
NOT_A_DATABASE = 26

__all__ = [
    "BULK_CACHE_MB",
    "CACHE_MB",
    "Connection",
    "check_integrity",
    "cipher_salt",
    "database",
    "open_reader",
    "open_writer",
    "secure_delete",
    "set_cache",
    "transaction",
    "unhurried",
]


def open_writer(path: Path, *, key: bytes, newest: int | None = None) -> Connection:
    """Open the read-write connection, creating the database if there is none.

    `newest` is the highest schema version (`PRAGMA user_version`) this program understands; a database
    written by a newer program is refused untouched.
    """
    secret = key.hex() if path.exists() else key.hex() + cipher_salt(key).hex()
    connection = _open(str(path), key=key, secret=secret, newest=newest)
    try:
        with database_errors():
            # Counts only where there is no table yet.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT_BYTES}")
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(
    path: Path, *, key: bytes, newest: int | None = None, cache_mb: int = CACHE_MB, shared: bool = False
) -> Connection:
    """Open a connection that can only read; it takes no lock that would make the writer wait. A `shared` one
    may go from thread to thread.
    """
    if not path.exists():
        raise DaftarError("profile_missing")
    connection = _open(
        f"{path.absolute().as_uri()}?mode=ro", key=key, secret=key.hex(), newest=newest, shared=shared
    )
    connection.execute("PRAGMA query_only = ON")
    set_cache(connection, megabytes=cache_mb)
    return connection


def set_cache(connection: Connection, *, megabytes: int = CACHE_MB) -> None:
    """Set the page cache; encryption costs little only while pages stay in it."""
    connection.execute(f"PRAGMA cache_size = {-1024 * megabytes:d}")


@contextmanager
def unhurried(connection: Connection) -> Iterator[None]:
    """Let transactions in this block reach the disk together with the next one outside of it.

    A power cut may take the last of them back, always from the end and each whole: so only for what the
    server tells again when it is asked again, never for what somebody typed.
    """
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        connection.execute("PRAGMA synchronous = FULL")


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """One write transaction, all or nothing, that takes the write lock at its beginning.

    A deferred BEGIN that reads first and writes later fails at once when somebody else wrote in
    between, however long the busy timeout is.
    """
    with database_errors():
        connection.execute("BEGIN IMMEDIATE")
    try:
        with database_errors():
            yield connection
            connection.execute("COMMIT")
    except BaseException:
        # A full disk makes SQLite roll back by itself; a second ROLLBACK would hide the real error.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def secure_delete(connection: Connection) -> Iterator[None]:
    """Overwrite what is deleted inside this block with zeros, then empty the write-ahead log.

    Deleted pages are zeroed at all times (see `_open`); the log is what else remembers them.
    Raises `database_busy` when a reader keeps old pages of the log alive; the caller tries again with
    an empty block once readers have moved on.
    """
    connection.execute("PRAGMA secure_delete = ON")
    yield
    with database_errors():
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise DaftarError("database_busy")


def check_integrity(connection: Connection) -> None:
    """Read every page and every index; raises `database_damaged` at the first thing that is wrong.

    The cipher's own check finds pages that were altered, SQLite's finds a database that does not add up.
    """
    with database_errors():
        altered = connection.execute("PRAGMA cipher_integrity_check").fetchone()
        with _one_moment(connection):
            _look_into_indexes(connection)
            (state,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if altered is not None or state != "ok":
        raise DaftarError("database_damaged")


@contextmanager
def _one_moment(connection: Connection) -> Iterator[None]:
    """All of a block reads the same state, also where the caller has not seen to that."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _look_into_indexes(connection: Connection) -> None:
    """Ask every full-text index something: a connection that knows one from before others wrote would check
    what it remembers of it, and take sound pages for damaged ones (SQLite 3.53).
    """
    found = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%USING fts5%'").fetchall()
    for (name,) in found:
        connection.execute(f'SELECT count(*) FROM "{name}" WHERE "{name}" MATCH ?', ('""',)).fetchone()


def cipher_salt(key: bytes) -> bytes:
    """The salt a database of this key starts with.

    It is derived from the key, so a file that cannot be opened tells whether it belongs to another
    key or is damaged. The key is random, so its salt gives nothing away.
    """
    return hashlib.blake2b(key, digest_size=16, person=b"daftar-salt").digest()


def _open(target: str, *, key: bytes, secret: str, newest: int | None, shared: bool = False) -> Connection:
    if len(key) != KEY_BYTES:
        raise ValueError("a database key has 32 bytes")
    with database_errors():
        connection = sqlite.connect(
            target,
            uri=target.startswith("file:"),
            isolation_level=None,
            timeout=BUSY_MS / 1000,
            check_same_thread=not shared,
        )
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{secret}'\"")
        connection.execute("PRAGMA cipher_compatibility = 4")
        _unlock(connection, key=key)
        _refuse_newer(connection, newest=newest)
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        set_cache(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _unlock(connection: Connection, *, key: bytes) -> None:
    """Read the first page, which is where a wrong key or a damaged file shows."""
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite.Error as error:
        if getattr(error, "sqlite_errorcode", None) == NOT_A_DATABASE:
            (salt,) = connection.execute("PRAGMA cipher_salt").fetchone()
            code = "database_damaged" if salt == cipher_salt(key).hex() else "key_wrong"
            raise DaftarError(code) from error
        worded = as_environment(error)
        if worded is None:
            raise
        raise worded from error


def _refuse_newer(connection: Connection, *, newest: int | None) -> None:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if newest is not None and found > newest:
        raise DaftarError("database_newer", found=found, known=newest)
