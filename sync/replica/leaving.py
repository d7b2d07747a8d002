"""Workspaces that this laptop must give up: what was handed in, and how far erasing them has come.

Stages: unsent work is handed in; rows are erased; everything is rewritten and checked; the server is told.
A row stays until the server knows, so whatever was interrupted goes on at the next start or contact, and
until then the index of its workspace is given to no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sync.errors import DaftarError
from sync.replica.ids import Database
from sync.replica.workspaces import LOST_ROLE, Workspaces, WorkspaceState

_TABLE: Final = """CREATE TABLE IF NOT EXISTS leaving(
    ws INTEGER PRIMARY KEY, item BLOB NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
    stage INTEGER NOT NULL, handed INTEGER NOT NULL DEFAULT 0, newest INTEGER NOT NULL DEFAULT 0,
    wrote INTEGER NOT NULL DEFAULT 0)"""
_SELECT: Final = "SELECT item, ws, number, name, stage, handed, wrote FROM leaving"


class Stage(IntEnum):
    """How far it has come."""

    HANDING_IN = 0
    ERASING = 1
    REWRITING = 2
    ERASED = 3


@dataclass(frozen=True, slots=True)
class Leaving:
    """One workspace on its way out. `handed` changes were given to the server, none of them is lost."""

    workspace: bytes
    index: int
    number: int
    name: str
    stage: Stage
    handed: int
    wrote: bool
    """Whether this laptop ever wrote there: then it goes on under a new device number."""


def create_leaving(database: Database) -> None:
    database.execute(_TABLE)


def leaving(database: Database) -> list[Leaving]:
    """Every workspace on its way out."""
    rows = database.execute(f"{_SELECT} ORDER BY number").fetchall()
    return [
        Leaving(bytes(item), index, number, name, Stage(stage), handed, bool(wrote))
        for item, index, number, name, stage, handed, wrote in rows
    ]


def take_access(database: Database, granted: Iterable[tuple[bytes, int, str, str]]) -> frozenset[bytes]:
    """Take over what the server says now: (workspace, number, role, name) of each that may be entered.

    Returns the workspaces that were told of or lost. One that is missing is lost; it keeps its number,
    because its unsent changes are still to be handed in.
    """
    workspaces, entered = Workspaces(database), list(granted)
    still = {workspace for workspace, _, _, _ in entered}
    lost = set()
    for state in workspaces.all():
        if state.id not in still and state.number is not None and state.role != LOST_ROLE:
            lose(database, state)
            lost.add(state.id)
    for workspace, number, role, name in entered:
        workspaces.grant(workspace, number=number, role=role, name=name)
        database.execute(
            "DELETE FROM leaving WHERE item = ? AND stage = ?", (workspace, int(Stage.HANDING_IN))
        )
    return frozenset(still | lost)


def lose(database: Database, state: WorkspaceState) -> None:
    """Begin to give up a workspace."""
    assert state.number is not None
    Workspaces(database).grant(state.id, number=state.number, role=LOST_ROLE, name=state.name)
    database.execute(
        "INSERT OR REPLACE INTO leaving(item, ws, number, name, stage, wrote) VALUES(?, ?, ?, ?, ?, ?)",
        (state.id, state.index, state.number, state.name, int(Stage.HANDING_IN), int(state.dseq > 0)),
    )


def note_handed_in(database: Database, state: WorkspaceState, dseqs: Iterable[int]) -> None:
    """The server keeps these changes of a lost workspace; told twice, they count once."""
    row = database.execute("SELECT newest FROM leaving WHERE ws = ?", (state.index,)).fetchone()
    new = sorted(dseq for dseq in set(dseqs) if row is not None and dseq > row[0])
    if new:
        database.execute(
            "UPDATE leaving SET handed = handed + ?, newest = ? WHERE ws = ?",
            (len(new), new[-1], state.index),
        )


def ready_to_erase(database: Database) -> list[Leaving]:
    """The lost workspaces of which everything was handed in."""
    done = {state.id for state in Workspaces(database).all() if state.role == LOST_ROLE and not state.unsent}
    return [one for one in leaving(database) if one.stage is Stage.HANDING_IN and one.workspace in done]


def begin_erasing(database: Database, one: Leaving) -> None:
    """From here on nothing can be written there, and no reader finds the workspace."""
    unsent = database.execute(
        "SELECT dseq - acked FROM workspace_state WHERE item = ? AND role = ?", (one.workspace, LOST_ROLE)
    ).fetchone()
    if unsent is None or unsent[0]:
        raise DaftarError("unsent_left")
    database.execute("DELETE FROM workspace_state WHERE item = ?", (one.workspace,))
    move_on(database, [one], Stage.ERASING)


def move_on(database: Database, several: Sequence[Leaving], stage: Stage) -> None:
    database.executemany(
        "UPDATE leaving SET stage = ? WHERE ws = ?", [(int(stage), one.index) for one in several]
    )


def forget_leaving(database: Database, workspace: bytes) -> None:
    """The server knows that nothing is left."""
    database.execute("DELETE FROM leaving WHERE item = ? AND stage = ?", (workspace, int(Stage.ERASED)))
