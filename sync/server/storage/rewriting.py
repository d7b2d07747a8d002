"""Writes a database anew, so that what was deleted is not left in pages that nobody uses."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from sync.errors import DaftarError
from sync.server.storage.engine import is_cockroach
from sync.server.storage.schema import (
    chunk,
    document,
    history,
    log,
    parked,
    quarantine,
    record,
    snapshot,
    unread_frame,
)

_HELD: Final = (log, history, record, document, quarantine, parked, unread_frame, snapshot, chunk)
"""The tables that hold what people wrote."""
_LOCK_WAIT: Final = "30s"


def rewrite(engine: Engine) -> None:
    """Rewrite what holds people's words; raises `busy` where somebody does not let go of it."""
    try:
        if engine.dialect.name == "sqlite":
            _rewrite_sqlite(engine)
        elif is_cockroach(engine):
            # It drops former versions by itself, once they are older than its `gc.ttlseconds`.
            return
        else:
            _rewrite_postgres(engine)
    except OperationalError as error:
        raise DaftarError("busy") from error


def _rewrite_sqlite(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        driver.execute("VACUUM")
        busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise DaftarError("busy") from error
    finally:
        connection.close()
    if busy:
        raise DaftarError("busy")


def _rewrite_postgres(engine: Engine) -> None:
    """Into new files, each behind a lock of its table; the old files are given back to the disk."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{_LOCK_WAIT}'")
        for table in _HELD:
            connection.exec_driver_sql(f'VACUUM (FULL) "{table.name}"')
        connection.exec_driver_sql("RESET lock_timeout")
