"""What lies under the log of a workspace that was filled from a snapshot, and history told by the server."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.store.driver import Connection
from sync.changes import Change
from sync.errors import DaftarError
from sync.frames import changes_of, decode_block, read_frames
from sync.replica.filling import EAGER, LEFT_OUT, read_goal
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState

DAMAGED = "base_damaged"
_UNREADABLE = frozenset({"bad_frame", "cut_frame"})


def is_filling(connection: Connection, index: int) -> bool:
    """Whether a workspace is in the middle of being filled from a snapshot."""
    found = read_goal(connection, index)
    return found is not None and not found[1]


def lay_base(replica: Replica, connection: Connection, state: WorkspaceState) -> str | None:
    """Fill another replica with the snapshot under a workspace; the code of what is wrong with it."""
    found = read_goal(connection, state.index)
    if found is None:
        return None
    goal, _ = found
    own = replica.workspaces.get(state.id)
    replica.filler.begin(own, goal)
    for address, _ in goal.pieces:
        row = connection.execute(
            "SELECT data, applied FROM base_piece WHERE ws = ? AND hash = ?", (state.index, address)
        ).fetchone()
        if row[1] == LEFT_OUT:
            replica.filler.leave_out(own, address)
            continue
        replica.filler.keep(own, address, bytes(row[0]))
        start: int | None = 0
        try:
            while start is not None:
                start = replica.filler.apply(own, address, start=start, budget=EAGER).next
        except DaftarError as error:
            return DAMAGED if error.code in _UNREADABLE else error.code
    _, equal = replica.filler.finish(own)
    return None if equal else DAMAGED


def older_changes(connection: Connection, rowid: int, workspace: bytes) -> list[Change]:
    """What the server told of a record's past; holes are no history. Nothing of what is damaged."""
    row = connection.execute("SELECT frame FROM older WHERE record = ?", (rowid,)).fetchone()
    if row is None:
        return []
    try:
        blocks = [decode_block(frame.payload, workspace) for frame in read_frames(bytes(row[0]))]
    except DaftarError:
        return []
    return [change for block in blocks for change in changes_of(block)]


def tells_all(connection: Connection, kind: str, rowid: int | None) -> bool:
    """Whether the log, or what the server told before, goes back to the making of a record."""
    row = connection.execute(f'SELECT _made FROM "{kind}" WHERE id = ?', (rowid,)).fetchone()
    if row is None or row[0]:
        return True
    told = connection.execute("SELECT whole FROM older WHERE record = ?", (rowid,)).fetchone()
    return bool(told and told[0])


def keep_older(connection: Connection, *, rowid: int, workspace_index: int, frames: Sequence[bytes]) -> None:
    """Keep what the server told, so that it is there without a connection too."""
    connection.execute(
        "INSERT OR REPLACE INTO older(record, ws, whole, frame) VALUES(?, ?, 1, ?)",
        (rowid, workspace_index, b"".join(frames)),
    )
