"""Pulled frames that cannot be read at all: kept as they came, told, and tried again (SYNC §11, 27).

The cursor goes on behind such a frame and the log has a gap there, which this table explains. The records in
it are put right by comparing with the server, so what was missed is there before the frame can be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync.errors import DaftarError
from sync.frames import Block
from sync.frames.container import FRAME_CAP
from sync.frames.packing import open_frame
from sync.replica.ids import Database
from sync.replica.received import Received, unpack_stamps
from sync.replica.workspaces import WorkspaceState

MOST_CHANGES: Final = 200_000
"""No frame holds more changes; one that says so is not kept as if it did."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One frame that waits here; `made_good`: the records in it are what the server has."""

    received: Received
    code: str
    made_good: bool


class Unread:
    """The table; the caller owns the transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, state: WorkspaceState, received: Received, code: str) -> None:
        """Keep a frame as it came, and go on behind it."""
        first = max(received.first, state.cursor + 1)
        if received.last - first >= MOST_CHANGES:
            raise DaftarError("pull_gap", expected=state.cursor + 1, got=received.last)
        frame = received.frame if len(received.frame) <= FRAME_CAP else b""
        self._database.execute(
            "INSERT OR REPLACE INTO unread(ws, first_pseq, last_pseq, code, effective, frame)"
            " VALUES(?, ?, ?, ?, ?, ?)",
            (state.index, first, received.last, code, received.packed_stamps(), frame),
        )
        state.cursor, state.head = received.last, max(state.head, received.last)

    def workspaces(self) -> list[int]:
        """The indexes of workspaces in which something waits."""
        return [int(row[0]) for row in self._database.execute("SELECT DISTINCT ws FROM unread").fetchall()]

    def of(self, state: WorkspaceState) -> list[Kept]:
        """Everything that waits in a workspace, in the server's order."""
        rows = self._database.execute(
            "SELECT first_pseq, last_pseq, frame, effective, code, made_good FROM unread"
            " WHERE ws = ? ORDER BY first_pseq",
            (state.index,),
        ).fetchall()
        return [
            Kept(Received(first, last, bytes(frame), unpack_stamps(effective)), str(code), bool(good))
            for first, last, frame, effective, code, good in rows
        ]

    def replace(self, state: WorkspaceState, received: Received) -> None:
        """The server has the frame whole now."""
        self._database.execute(
            "UPDATE unread SET frame = ?, effective = ? WHERE ws = ? AND first_pseq = ? AND last_pseq = ?",
            (received.frame, received.packed_stamps(), state.index, received.first, received.last),
        )

    def forget(self, state: WorkspaceState, received: Received) -> None:
        """A frame could be read after all."""
        self._database.execute(
            "DELETE FROM unread WHERE ws = ? AND first_pseq = ?", (state.index, received.first)
        )

    def make_good(self, state: WorkspaceState) -> None:
        """The workspace is what the server has: of these frames only the past is missing."""
        self._database.execute("UPDATE unread SET made_good = 1 WHERE ws = ?", (state.index,))


def read_kept(kept: Received, workspace: bytes) -> Block:
    """The block of a frame that waited; raises what reading raises, and where it is not what was promised."""
    block = open_frame(kept.frame, workspace)
    if len(block) != kept.last - kept.first + 1:
        raise DaftarError("bad_frame", reason="pseq")
    return block
