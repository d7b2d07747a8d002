"""Whether the server speaks of the changes that this laptop made, or of those of a copy of its disk."""

from __future__ import annotations

from sync.changes import chain_over
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.replica.ids import Database, IdMap
from sync.replica.workspaces import WorkspaceState


def agrees(
    database: Database, ids: IdMap, state: WorkspaceState, *, device: int, dseq: int, chain: bytes
) -> bool:
    """Whether the own chain at `dseq`, behind what is acknowledged, is the one the server names."""
    if dseq == state.dseq:
        return chain == state.chain
    rows = database.execute(
        "SELECT frame FROM log WHERE ws = ? AND device = ? AND last_dseq > ? AND first_dseq <= ?"
        " ORDER BY first_dseq",
        (state.index, ids.device(device), state.acked, dseq),
    ).fetchall()
    own = [change for (frame,) in rows for change in changes_of(open_frame(bytes(frame), state.id))]
    return chain_over(state.acked_chain, (one for one in own if state.acked < one.dseq <= dseq)) == chain
