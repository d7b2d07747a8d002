"""Rows of this laptop's own log that its disk has damaged: they stop nobody who reads the others.

What they led to is in the records. A row that the server has ordered is set aside like a pulled frame that
cannot be read, and asked for again; one that was not sent is made anew out of what the records show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sync.changes import Change
from sync.errors import DaftarError
from sync.frames import Block, changes_of
from sync.frames.container import is_intact
from sync.frames.packing import open_frame
from sync.replica.ids import Database
from sync.replica.workspaces import WorkspaceState

LOG_DAMAGED: Final = "log_damaged"
"""The code of such a row, wherever somebody is told of it."""
_OTHER_TABLE: Final = "other_record"
_AT_ONCE: Final = 200


def block_in(frame: bytes, workspace: bytes, *, values: bool = True) -> Block | None:
    """What a row of the log holds; None where nothing can be read in it."""
    try:
        return open_frame(frame, workspace, values=values)
    except DaftarError:
        return None


def changes_in(frame: bytes, workspace: bytes) -> list[Change] | None:
    """The changes of a row of the log; None where nothing can be read in it."""
    block = block_in(frame, workspace)
    return None if block is None else changes_of(block)


def set_row_aside(database: Database, log: int) -> None:
    """Put an ordered row among the frames that wait unread: the records hold what came of it."""
    database.execute(
        "INSERT OR IGNORE INTO unread(ws, first_pseq, last_pseq, code, effective, frame, made_good)"
        " SELECT ws, first_pseq, last_pseq, ?, effective, X'', 1 FROM log WHERE id = ?",
        (LOG_DAMAGED, log),
    )
    database.execute("DELETE FROM log WHERE id = ?", (log,))


def damaged_rows(database: Database) -> list[int]:
    """The ordered rows that are not what was stored; looking takes a while, and only needs to read."""
    found = database.execute("SELECT id, frame FROM log WHERE first_pseq IS NOT NULL")
    damaged: list[int] = []
    while rows := found.fetchmany(_AT_ONCE):
        damaged += [int(log) for log, frame in rows if not is_intact(bytes(frame))]
    return damaged


def set_damaged_aside(database: Database, rows: Iterable[int]) -> None:
    """Set these ordered rows aside, as far as they are there still, and damaged."""
    for log in rows:
        row = database.execute(
            "SELECT frame FROM log WHERE id = ? AND first_pseq IS NOT NULL", (log,)
        ).fetchone()
        if row is not None and not is_intact(bytes(row[0])):
            set_row_aside(database, log)


def written_in(database: Database, kinds: Iterable[str], rows: Sequence[int]) -> dict[str, set[int]]:
    """What rows of the log wrote, by kind; the records tell it without them."""
    marks = ",".join("?" * len(rows))
    found: dict[str, set[int]] = {}
    for table in (*kinds, _OTHER_TABLE):
        kind = "_kind" if table == _OTHER_TABLE else f"'{table}'"
        query = (
            f'SELECT {kind}, id FROM "{table}" WHERE _made IN ({marks})'
            f" OR id IN (SELECT record FROM touch WHERE log IN ({marks}))"
        )
        for name, rowid in database.execute(query, (*rows, *rows)).fetchall():
            found.setdefault(str(name), set()).add(int(rowid))
    return found


def damaged_strands(database: Database, state: WorkspaceState) -> list[int]:
    """The rows of what colleagues gave to be carried and nobody can read."""
    rows = database.execute(
        "SELECT log.id, log.frame FROM strand JOIN log ON log.id = strand.log WHERE strand.ws = ?",
        (state.index,),
    ).fetchall()
    return [int(log) for log, frame in rows if block_in(bytes(frame), state.id) is None]


def drop_damaged_strands(database: Database, state: WorkspaceState) -> int:
    """Forget what colleagues gave to be carried and nobody can read: they have it still."""
    damaged = damaged_strands(database, state)
    for log in damaged:
        for table in ("strand WHERE log", "log WHERE id", "touch WHERE log"):
            database.execute(f"DELETE FROM {table} = ?", (log,))
    return len(damaged)
