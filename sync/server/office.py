"""Where the administrator's use cases meet their database, clock and settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from sync.clock import Clock, SystemClock
from sync.errors import DaftarError
from sync.server import enrolment, recovery
from sync.server.accounts import Accounts
from sync.server.enrolment import Enrolment
from sync.server.settings import Settings
from sync.server.storage import Storage
from sync.server.storage.engine import current_revision, sqlite_url
from sync.server.storage.schema import LATEST

if TYPE_CHECKING:
    from sync.server.author import ServerAuthor
    from sync.server.quarantine import Quarantine

DATABASE_FILE = "server.sqlite3"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What `migrate` did: revisions before and after, and the recovery key if it was made now."""

    before: str | None
    after: str
    recovery_file: Path | None


class Office:
    """Everything the command line needs, over one open database."""

    def __init__(self, settings: Settings, storage: Storage, clock: Clock) -> None:
        self.settings = settings
        self.storage = storage
        self.clock = clock
        self._made_author: ServerAuthor | None = None
        self.accounts = Accounts(storage, clock=clock, scribe=self._author)
        self.enrolment = Enrolment(storage, clock=clock, settings=settings)

    @property
    def quarantine(self) -> Quarantine:
        """What was not accepted; the engine is imported by the commands that ask for it."""
        from sync.server.quarantine import Quarantine

        return Quarantine(self.storage, clock=self.clock, on_commit=lambda: None)

    def migrate(self, *, partitions: int = 0) -> Migrated:
        """Bring the tables up to date and draw the server's own numbers and keys, once."""
        from sync.server.storage.migrate import migrate

        before, after = migrate(self.storage.engine, partitions=partitions)
        try:
            made = self.storage.writing(self._prepare)
        except IntegrityError:
            # Another worker prepared the same database in this moment.
            made = self.storage.writing(self._prepare)
        return Migrated(before, after, self.settings.recovery_file if made else None)

    def _author(self) -> ServerAuthor:
        """The server as an author; the engine is imported by the commands that write records."""
        from sync.server.author import ServerAuthor

        if self._made_author is None:
            self._made_author = ServerAuthor(self.storage, clock=self.clock)
        return self._made_author

    def _prepare(self, connection: Connection) -> bool:
        from sync.server import author, cards

        enrolment.prepare(connection)
        author.prepare(connection)
        cards.prepare(connection)
        return recovery.prepare(connection, file=self.settings.recovery_file)

    def insist_migrated(self) -> None:
        """Raise `not_migrated` or `database_newer` before anything is done."""
        revision = current_revision(self.storage.engine)
        if revision is None or revision < LATEST:
            raise DaftarError("not_migrated")
        if revision > LATEST:
            raise DaftarError("database_newer", revision=revision)


def make_private(file: Path) -> None:
    """Let nobody else on this machine read the database; its companion files inherit the mode."""
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def make_settings(*, data: Path, database: str | None) -> Settings:
    """Settings for a data folder, with its own SQLite file unless a database address is given."""
    return Settings(data=data, database=database or sqlite_url(data / DATABASE_FILE))


@contextmanager
def open_office(settings: Settings, *, clock: Clock | None = None) -> Iterator[Office]:
    """Open the database for the time of one command."""
    storage = Storage.open(settings.database)
    try:
        yield Office(settings, storage, clock or SystemClock())
    finally:
        storage.close()
