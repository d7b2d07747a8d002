"""The disk of a laptop: power goes before or after a commit, and it is full at some statement."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from desktop.store import connection as connections
from desktop.store import jobs, store
from desktop.store.driver import sqlite
from desktop.syncing import enrolment
from sync.bundles import writing

T = TypeVar("T")
_FULL = 13


class PowerCutError(BaseException):
    """The laptop is off from here on; nobody may catch this but the simulation."""


class Disk:
    """What will happen to the disk; each mishap is set beforehand and happens once."""

    def __init__(self) -> None:
        self.cut_before: int | None = None
        self.cut_after: int | None = None
        self.full_in: int | None = None
        self.commits = 0

    def calm(self) -> None:
        self.cut_before = self.cut_after = self.full_in = None

    def about_to(self, sql: str, connection: Any) -> None:
        if self.full_in is not None and connection.in_transaction and sql not in ("COMMIT", "ROLLBACK"):
            self.full_in -= 1
            if self.full_in < 0:
                self.full_in = None
                if self.commits % 2:
                    connection.execute("ROLLBACK")  # SQLite itself sometimes has, when the disk is full
                error = sqlite.OperationalError("database or disk is full")
                error.sqlite_errorcode = _FULL
                raise error
        if sql == "COMMIT" and self.cut_before is not None:
            self.cut_before -= 1
            if self.cut_before < 0:
                self.cut_before = None
                raise PowerCutError

    def committed(self) -> None:
        self.commits += 1
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after < 0:
                self.cut_after = None
                raise PowerCutError


class WatchedConnection:
    """The real connection, with the disk looking on."""

    def __init__(self, real: Any, disk: Disk) -> None:
        self._real = real
        self._disk = disk
        self.executescript = real.executescript
        self.create_function = real.create_function

    def execute(self, sql: str, *parameters: Any) -> Any:
        self._disk.about_to(sql, self._real)
        result = self._real.execute(sql, *parameters)
        if sql == "COMMIT":
            self._disk.committed()
        return result

    def executemany(self, sql: str, rows: Any) -> Any:
        self._disk.about_to(sql, self._real)
        return self._real.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class InlineWriter:
    """The writer without its thread: a job runs when it is handed in."""

    def __init__(self, *, name: str = "") -> None:
        self.somebody_waits: Callable[[], bool] = lambda: False

    def submit(self, job: Callable[[], T], *, priority: int = 0) -> "Future[T]":
        future: Future[T] = Future()
        try:
            future.set_result(job())
        except Exception as error:  # noqa: BLE001 - handed to whoever asks the future
            future.set_exception(error)
        return future

    def stop(self) -> None: ...

    @property
    def waiting_users(self) -> bool:
        return self.somebody_waits()


def in_one_thread(disks: dict[Path, Disk]) -> ExitStack:
    """While this lasts, stores work in the calling thread on watched connections, and big jobs are small."""

    def open_watched(path: Path, *, key: bytes, newest: int | None = None) -> Any:
        real = connections.open_writer(path, key=key, newest=newest)
        real.execute("PRAGMA synchronous = OFF")
        return WatchedConnection(real, disks.setdefault(path, Disk()))

    stack = ExitStack()
    stack.enter_context(patch.object(store, "open_writer", open_watched))
    stack.enter_context(patch.object(store, "Writer", InlineWriter))
    stack.enter_context(patch.object(store, "BULK_EDITS", 12))
    stack.enter_context(patch.object(jobs, "PART_EDITS", 8))
    stack.enter_context(patch.object(jobs, "TOGETHER", 4))
    stack.enter_context(patch.object(store, "TOGETHER", 4))
    stack.enter_context(patch.object(writing, "SMALLEST", 1_500))
    # Laptops here have a database key and no list of wraps around it.
    stack.enter_context(patch.object(enrolment, "add_recovery_wrap", lambda *_, **__: None))
    return stack
