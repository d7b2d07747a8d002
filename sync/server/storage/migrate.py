"""Brings a database to this version's tables; may be repeated, by several workers at once."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from sync.errors import DaftarError
from sync.server.storage.engine import WRITES, current_revision, is_cockroach
from sync.server.storage.partitions import count_partitions, splitting
from sync.server.storage.schema import LATEST

_ATTEMPTS: Final = 8


def alembic_config() -> Config:
    """Alembic's settings made in code, so that they work from an installed package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine: Engine, *, partitions: int = 0) -> tuple[str | None, str]:
    """Migrate to the latest revision; returns the revisions before and after.

    `partitions` splits the tables of workspaces, which only an empty PostgreSQL database can be told; later
    tables follow those that are there. Raises `cannot_partition`, and `database_newer` for a database of a
    later version of this program.
    """
    before, latest = current_revision(engine), LATEST
    if partitions and (before is not None or engine.dialect.name != "postgresql" or is_cockroach(engine)):
        raise DaftarError("cannot_partition")
    if before == latest:
        return before, latest
    _refuse_newer(before)
    if before is not None:
        _copy_before(engine, before)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            _upgrade(engine, partitions=partitions)
            break
        except (IntegrityError, ProgrammingError, DBAPIError):
            # Another worker was quicker with the same tables: look again.
            if attempt == _ATTEMPTS:
                raise
            threading.Event().wait(0.1 * attempt)
    return before, latest


def _upgrade(engine: Engine, *, partitions: int) -> None:
    config = alembic_config()
    with engine.connect() as connection:
        connection.execution_options(**{WRITES: True})
        with connection.begin():
            config.attributes["connection"] = connection
            with splitting(partitions or count_partitions(connection)):
                command.upgrade(config, "head")


def _refuse_newer(revision: str | None) -> None:
    if revision is None:
        return
    try:
        ScriptDirectory.from_config(alembic_config()).get_revision(revision)
    except CommandError as error:
        raise DaftarError("database_newer", revision=revision) from error


def _copy_before(engine: Engine, revision: str) -> None:
    """Keep a copy of an SQLite database before its tables change."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    path = Path(engine.url.database)
    target = path.with_name(f"{path.name}.before-{revision}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
