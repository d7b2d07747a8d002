"""Asks what coordinators decided about this laptop's refused changes: let in, or discarded with a reason."""

from __future__ import annotations

from typing import Final

from desktop.store.driver import Connection
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.line import Asking, asked
from sync.changes import ChangeId
from sync.clock import Clock
from sync.errors import DaftarError
from sync.frames.packing import open_frame
from sync.replica.workspaces import LOST_ROLE, WorkspaceState

ASKED_MS: Final = "outcomes_ms"
_PAUSE_MS: Final = 10 * 60 * 1000
_UNSUPPORTED: Final = frozenset({"not_a_server", "not_granted", "bad_answer", "bad_message"})


def learn_outcomes(store: Store, line: Asking, *, clock: Clock) -> int:
    """Note what was decided since; asks only where something is listed, and at most every ten minutes."""
    reader = store.reader()
    try:
        waiting = _waiting(reader)
        last = int(reader.meta(ASKED_MS) or 0)
    finally:
        reader.close()
    now = clock.now_ms()
    if not waiting or 0 <= now - last < _PAUSE_MS:
        return 0
    store.remember({ASKED_MS: now})
    return sum(_learn(store, line, state, ids) for state, ids in waiting)


def _waiting(reader: Reader) -> list[tuple[WorkspaceState, dict[ChangeId, int]]]:
    """Listed changes about which nothing was heard, by workspace: their ids, and how they are noted here."""
    found = []
    for state in reader.workspaces():
        rows = reader.connection.execute(
            "SELECT dseq, frame FROM trouble WHERE ws = ? AND seen = 0 AND length(frame) > 0"
            " AND dseq NOT IN (SELECT dseq FROM trouble_end WHERE ws = ?)",
            (state.index, state.index),
        ).fetchall()
        ids = {_id_of(bytes(frame), state.id): int(dseq) for dseq, frame in rows}
        ids.pop((0, 0), None)
        if ids and state.number is not None and state.role != LOST_ROLE:
            found.append((state, ids))
    return found


def _id_of(frame: bytes, workspace: bytes) -> ChangeId:
    try:
        block = open_frame(frame, workspace, values=False)
    except DaftarError:
        return (0, 0)
    return (block.devices[0], block.dseqs[0])


def _learn(store: Store, line: Asking, state: WorkspaceState, ids: dict[ChangeId, int]) -> int:
    from sync.wire.departures import MOST_NAMED
    from sync.wire.outcomes import OUTCOMES_PATH, OutcomesAnswer, OutcomesRequest

    assert state.number is not None
    request = OutcomesRequest(state.number, tuple(sorted(ids))[:MOST_NAMED])
    try:
        answer = OutcomesAnswer.unpack(asked(line, OUTCOMES_PATH, request.pack()))
    except DaftarError as error:
        if error.code not in _UNSUPPORTED:
            raise
        # An older server: nobody has decided anything there that could be told.
        return 0
    rows = [
        (
            state.index,
            ids[one.device, one.dseq],
            "released" if one.released_ms else "discarded",
            one.reason,
            one.released_ms or one.discarded_ms,
        )
        for one in answer.became
        if (one.device, one.dseq) in ids
    ]

    def note(connection: Connection) -> None:
        connection.executemany(
            "INSERT OR REPLACE INTO trouble_end(ws, dseq, outcome, reason, at) VALUES(?, ?, ?, ?, ?)", rows
        )

    if rows:
        store.post(note).result()
    return len(rows)
