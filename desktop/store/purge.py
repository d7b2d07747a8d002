"""Erases from this laptop what its user may no longer read, and proves that nothing is left.

First rows, log, search index, drafts, undo and unfinished jobs go, in small transactions; then the file is
rewritten whole and the write-ahead log emptied, so that no old page survives; then the backups that hold the
workspace. Each stage is noted, so that an interruption at any point is made good at the next start.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import msgpack

from desktop.paths import Paths
from desktop.store.attachments import forget_workspace_files
from desktop.store.connection import Connection, secure_delete
from desktop.store.failures import database_errors, disk_errors
from desktop.store.jobs import pack_edits, unpack_edits
from desktop.store.notices import add_notice
from desktop.store.rotation import discard_automatic_backups
from sync.clock import Clock
from sync.replica.changed import Changed
from sync.replica.ids import Database, IdMap
from sync.replica.leaving import (
    Leaving,
    Stage,
    begin_erasing,
    leaving,
    move_on,
    ready_to_erase,
)
from sync.replica.purge import Shape, erase_part, rows_left, shape_of
from sync.replica.replica import Replica

LEFT: Final = "workspace_left"
DISK_CODES: Final = frozenset({"disk_full", "disk_error", "database_busy"})
"""What may stand in the way for a while."""

_TEMPORARY: Final = ".daftar-*"


class Purge:
    """Finishes what is being left. `run` is one transaction, `alone` has the connection to itself."""

    def __init__(
        self,
        paths: Paths,
        *,
        run: Callable[[Callable[[Replica], Any]], Any],
        alone: Callable[[Callable[[Connection], None]], None],
        renew: Callable[[Callable[[Database], None]], None],
        clock: Clock,
    ) -> None:
        self._paths = paths
        self._run = run
        self._alone = alone
        self._renew = renew
        self._clock = clock

    def finish(self) -> None:
        """Erase every lost workspace of which all was handed in, and go on where it was interrupted."""
        for one in self._run(lambda replica: ready_to_erase(replica.database)):
            self._run(partial(_begin, one=one))
        for one in self._at(Stage.ERASING):
            self._erase(one)
        rewriting = self._at(Stage.REWRITING)
        if rewriting:
            self._alone(rewrite)
            discard_copies(self._paths)
            for one in rewriting:
                forget_workspace_files(self._paths, one.workspace)
            self._run(partial(self._note, several=rewriting))

    def _at(self, stage: Stage) -> list[Leaving]:
        return [one for one in self._run(lambda replica: leaving(replica.database)) if one.stage is stage]

    def _erase(self, one: Leaving) -> None:
        shapes: list[Shape] = []

        def part(replica: Replica) -> bool:
            if not shapes:
                shapes.append(shape_of(replica.database))
            replica.carried.forget_caches()
            return erase_part(replica.database, shapes[0], one.index, indexer=replica.applier.indexer)

        while self._run(part):
            pass

        def end(database: Database) -> None:
            move_on(database, [one], Stage.REWRITING)

        if one.wrote:
            # Under the old number the server would only refer to what this laptop wrote there and erased.
            self._renew(end)
        else:
            self._run(lambda replica: end(replica.database))

    def _note(self, replica: Replica, several: Sequence[Leaving]) -> Changed:
        database, now = replica.database, self._clock.now_ms()
        shape = shape_of(database)
        for one in several:
            if rows_left(database, shape, one.index):
                raise RuntimeError("a table was not erased")
            add_notice(database, LEFT, {"workspace": one.name, "count": one.handed}, at_ms=now)
        move_on(database, several, Stage.ERASED)
        return Changed({"workspace": frozenset(one.workspace for one in several)}, local=False)


def discard_copies(paths: Paths) -> None:
    """Backups and half-made copies hold what was erased; what a person saved elsewhere is out of reach."""
    with disk_errors():
        discard_automatic_backups(paths)
        for folder in (paths.former, paths.restoring):
            if folder.exists():
                shutil.rmtree(folder)
        for place in (paths.profile, paths.data, paths.backups):
            for rest in place.glob(_TEMPORARY):
                shutil.rmtree(rest) if rest.is_dir() else rest.unlink()


def rewrite(connection: Connection) -> None:
    """Write the whole file anew: no page, and no page of the log, holds what was erased."""
    with database_errors():
        # An entry that is only marked as gone would keep its words until segments are merged.
        connection.execute("INSERT INTO search(search) VALUES('optimize')")
        with secure_delete(connection):
            connection.execute("VACUUM")


def _begin(replica: Replica, one: Leaving) -> Changed:
    """One transaction: nothing can be written there any more, and what speaks of it elsewhere is gone."""
    database = replica.database
    _forget_imports(database, replica.ids, one)
    _forget_drafts(database, replica.ids, one)
    _forget_undo(database, one.workspace)
    _forget_jobs(database, one.workspace)
    begin_erasing(database, one)
    return Changed({"workspace": frozenset({one.workspace})}, local=False)


def _forget_imports(database: Database, ids: IdMap, one: Leaving) -> None:
    """A file that was brought in there may be brought in again, should the person come back."""
    tables = shape_of(database).records
    for fingerprint, made in database.execute("SELECT fingerprint, label FROM imported").fetchall():
        records = [bytes.fromhex(entry.partition(":")[2]) for entry in str(made).split()]
        if any(_lies_in(database, tables, ids.find(record)) in (one.index, None) for record in records):
            database.execute("DELETE FROM imported WHERE fingerprint = ?", (fingerprint,))


def _forget_drafts(database: Database, ids: IdMap, one: Leaving) -> None:
    """Also those of records that were not made yet: nobody can tell any more where they were meant for."""
    tables = shape_of(database).records
    for (record,) in database.execute("SELECT DISTINCT record FROM drafts").fetchall():
        if _lies_in(database, tables, ids.find(bytes(record))) in (one.index, None):
            database.execute("DELETE FROM drafts WHERE record = ?", (record,))


def _lies_in(database: Database, tables: Sequence[str], rowid: int | None) -> int | None:
    """The index of the workspace of a record; None where it is not here."""
    for table in tables if rowid is not None else ():
        row = database.execute(f'SELECT _ws FROM "{table}" WHERE id = ?', (rowid,)).fetchone()
        if row is not None:
            return int(row[0])
    return None


def _forget_undo(database: Database, workspace: bytes) -> None:
    """Take the steps there out of the undo list; a command that did nothing else leaves it."""
    for number, packed in database.execute("SELECT id, steps FROM undo").fetchall():
        steps = msgpack.unpackb(packed)
        left = [step for step in steps if step[0] != workspace]
        if not left:
            database.execute("DELETE FROM undo WHERE id = ?", (number,))
        elif len(left) < len(steps):
            database.execute("UPDATE undo SET steps = ? WHERE id = ?", (msgpack.packb(left), number))


def _forget_jobs(database: Database, workspace: bytes) -> None:
    for job, part, packed in database.execute("SELECT id, part, edits FROM job").fetchall():
        edits = unpack_edits(packed)
        left = [edit for edit in edits if edit.workspace != workspace]
        if not left:
            database.execute("DELETE FROM job WHERE id = ? AND part = ?", (job, part))
        elif len(left) < len(edits):
            database.execute(
                "UPDATE job SET edits = ? WHERE id = ? AND part = ?", (pack_edits(left), job, part)
            )
