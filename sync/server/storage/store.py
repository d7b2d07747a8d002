"""The one way to the server's database: transactions that read, and ones that write and are retried."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError

from sync.errors import DaftarError
from sync.server.storage.bulk import Bulk, PostgresBulk, SqliteBulk
from sync.server.storage.engine import WRITES, open_engine

T = TypeVar("T")

_RETRIED: Final = frozenset({"40001", "40P01"})
_NO_TABLE: Final = "42P01"
_ATTEMPTS: Final = 12


class Storage:
    """An open database. Connections come from a pool and never cross a transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        self.bulk: Bulk = SqliteBulk() if self.dialect == "sqlite" else PostgresBulk()

    @classmethod
    def open(cls, url: str) -> Storage:
        return cls(open_engine(url))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One read transaction."""
        with _worded(), _unless_refused(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def still(self) -> Iterator[Connection]:
        """One read transaction in which the database stands still, however many questions are asked."""
        with _worded(), _unless_refused(), self.engine.connect() as connection:
            if self.dialect == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def writing(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one write transaction and commit it.

        `work` may run more than once: a database that serialises optimistically, or finds a deadlock,
        asks for it again. So it must not change anything but the database.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with _worded(), self.engine.connect() as connection:
                    connection.execution_options(**{WRITES: True})
                    with connection.begin():
                        return work(connection)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _RETRIED:
                    raise
                if attempt == _ATTEMPTS:
                    raise DaftarError("busy") from error
            threading.Event().wait(random.uniform(0, 0.005 * 2 ** min(attempt, 6)))  # noqa: S311 - only jitter
        raise AssertionError("unreachable")

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _unless_refused() -> Iterator[None]:
    """What a database that serialises refuses to somebody who only reads is asked again by the laptop."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _RETRIED:
            raise DaftarError("busy") from error
        raise


@contextmanager
def _worded() -> Iterator[None]:
    """Say what is wrong with the surroundings as codes; a serialization failure passes as it is."""
    try:
        yield
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == _NO_TABLE:
            raise DaftarError("not_migrated") from error
        if isinstance(error, ProgrammingError):
            raise
        if state in _RETRIED:
            raise
        text = str(error.orig).lower()
        if "locked" in text or "busy" in text:
            raise DaftarError("busy") from error
        if "full" in text:
            raise DaftarError("disk_full") from error
        if "no such table" in text:
            raise DaftarError("not_migrated") from error
        raise DaftarError("database_unavailable", reason=_first_line(text)) from error


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:200]
