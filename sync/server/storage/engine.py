"""Opens the database: SQLite with durable settings and early write locks, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, inspect, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.exc import ArgumentError

from sync.errors import DaftarError

WRITES: Final = "daftar_writes"
"""Execution option of a transaction that will write; on SQLite it takes the write lock at once."""

COCKROACH: Final = "postgresql+daftar_cockroach"
"""How the engine calls what addresses call `cockroachdb`."""

_BUSY_MS: Final = 30_000
_PACKED: Final = b"PGDMP"
"""How a dump of PostgreSQL begins."""


def sqlite_url(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def open_engine(url: str, *, pool_size: int = 20) -> Engine:
    """Make an engine for `sqlite:///FILE`, `postgresql://…` or `cockroachdb://…`."""
    parsed = _parse(url)
    # Parameters are what people wrote: no error, and so no log, is to repeat them.
    sizes: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "hide_parameters": True}
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, **sizes)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(parsed, pool_pre_ping=True, **sizes)


def open_backup(place: str) -> Engine:
    """Make an engine that only reads: a file that `backup` wrote, or the address of a restored copy.

    Raises `no_such_file`, and `backup_packed` for a dump that has to be restored first.
    """
    if "://" in place and not place.startswith("sqlite:"):
        parsed = _parse(place)
        only_reading = {"options": "-c default_transaction_read_only=on"}
        return create_engine(parsed, pool_size=1, connect_args=only_reading, hide_parameters=True)
    path = Path(make_url(place).database or "") if place.startswith("sqlite:") else Path(place)
    try:
        with path.open("rb") as file:
            begin = file.read(len(_PACKED))
    except OSError as error:
        raise DaftarError("no_such_file", path=str(path)) from error
    if begin == _PACKED:
        raise DaftarError("backup_packed", path=str(path))
    # A copy without a log beside it is taken as it stands; nothing is written next to it either.
    alone = "" if path.with_name(path.name + "-wal").exists() else "&immutable=1"
    address = f"{path.resolve().as_uri()}?mode=ro{alone}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_cockroach(engine: Engine) -> bool:
    return engine.url.drivername == COCKROACH


def current_revision(engine: Engine) -> str | None:
    """The revision of the tables, without Alembic, which is slow to import; None where there are none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if revision is None else str(revision)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DaftarError("bad_database_url") from error
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"cockroachdb", "cockroachdb+psycopg"}:
        registry.register(COCKROACH.replace("+", "."), "sync.server.storage.cockroach", "CockroachDialect")
        parsed = parsed.set(drivername=COCKROACH)
    elif parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise DaftarError("bad_database_url")
    if parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise DaftarError("bad_database_url")
    return parsed


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` says which kind it is.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA cache_size=-16384")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred BEGIN that writes later fails at once when somebody else wrote in between.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
