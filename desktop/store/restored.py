"""After a restore or a clone: the unacknowledged tail is issued again under a new device number.

Bases are mapped to the new ids, and each change carries the hash of its former self, so that a copy
that arrives another way is recognised (SYNC §5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from desktop.store.driver import Connection
from sync.changes import Bases, Change, ChangeId, canonical, chain_start
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.replica.changed import Touched
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState


def reissue(
    connection: Connection, former: Replica, renewed: Replica
) -> dict[bytes, dict[ChangeId, ChangeId]]:
    """Move every unacknowledged change to the new device number; returns the new ids by workspace."""
    moved: dict[bytes, dict[ChangeId, ChangeId]] = {}
    for state in former.workspaces.all():
        tail = _take_tail(connection, former, state)
        state.acked, state.dseq = 0, 0
        state.acked_chain = state.chain = chain_start(state.id)
        renewed.workspaces.save(state)
        touched = Touched()
        former.settler.withdraw(state, tail, touched)
        renewed.ids.reload()
        numbers = {change.id: (renewed.identity.device, at) for at, change in enumerate(tail, 1)}
        renewed.log_changes(state, _renumber(tail, numbers), touched)
        moved[state.id] = numbers
    return moved


def _take_tail(connection: Connection, former: Replica, state: WorkspaceState) -> list[Change]:
    device = former.ids.device(former.identity.device)
    rows = connection.execute(
        "SELECT id, frame FROM log WHERE ws = ? AND device = ? AND first_pseq IS NULL ORDER BY first_dseq",
        (state.index, device),
    ).fetchall()
    tail = [change for _, frame in rows for change in changes_of(open_frame(bytes(frame), state.id))]
    connection.executemany("DELETE FROM log WHERE id = ?", [(log,) for log, _ in rows])
    return tail


def _renumber(tail: list[Change], numbers: Mapping[ChangeId, ChangeId]) -> list[Change]:
    return [
        replace(
            change,
            device=numbers[change.id][0],
            dseq=numbers[change.id][1],
            bases={key: _moved(ids, numbers) for key, ids in change.bases.items()},
            former=change.former or hashlib.blake2b(canonical(change), digest_size=16).digest(),
        )
        for change in tail
    ]


def _moved(ids: Bases, numbers: Mapping[ChangeId, ChangeId]) -> Bases:
    """Bases under the numbers that changes have now."""
    return tuple(numbers.get(known, known) for known in ids)
