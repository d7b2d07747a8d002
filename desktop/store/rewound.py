"""What the log of a workspace led to at an earlier moment, folded anew into a replica in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from desktop.store.base import lay_base
from desktop.store.driver import Connection, sqlite
from desktop.store.reader import Reader
from desktop.store.verify import apply_each, empty_replica
from sync.clock import Clock
from sync.frames.slicing import part
from sync.replica.damaged import block_in
from sync.replica.received import unpack_stamps
from sync.replica.replica import Replica
from sync.replica.source import Source


@contextmanager
def past(
    connection: Connection, replica: Replica, workspace: bytes, *, to: int, clock: Clock
) -> Iterator[Replica]:
    """A replica that stands at `to`; with nothing in it where the log does not go back that far."""
    memory = sqlite.connect(":memory:", isolation_level=None)
    try:
        reader = Reader(connection, replica.kinds)
        made = empty_replica(memory, reader, clock)
        _fold(made, reader, workspace, to)
        yield made
    finally:
        memory.close()


def _fold(made: Replica, reader: Reader, workspace: bytes, to: int) -> None:
    state = next(one for one in reader.workspaces() if one.id == workspace)
    rows = reader.connection.execute(
        "SELECT first_pseq, last_pseq, frame, effective FROM log WHERE ws = ? AND first_pseq <= ?"
        " ORDER BY first_pseq",
        (state.index, to),
    ).fetchall()
    found = reader.connection.execute("SELECT pseq FROM base WHERE ws = ?", (state.index,)).fetchone()
    if found is not None and found[0] > to:
        return
    blocks = [block_in(bytes(frame), workspace) for _, _, frame, _ in rows]
    at = 0 if found is None else int(found[0])
    for (first, last, _, _), block in zip(rows, blocks, strict=True):
        if first != at + 1 or block is None:
            # What the disk has damaged leads nowhere.
            return
        at = last
    lay_base(made, reader.connection, state)
    own = made.workspaces.get(workspace)
    for (first, _, _, effective), whole in zip(rows, blocks, strict=True):
        if whole is None:
            continue
        block = part(whole, 0, min(len(whole), to - first + 1))
        source = Source(workspace, own.index, 0, settled=True, effective=unpack_stamps(effective))
        apply_each(made, own, block, source)
    made.workspaces.save(own)
