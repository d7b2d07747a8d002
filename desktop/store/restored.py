"""After a restore or a clone: the unacknowledged tail is issued again under a new device number.

Bases are mapped to the new ids, and each change carries the hash of its former self, so that a copy
that arrives another way is recognised (SYNC §5).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from desktop.store.driver import Connection
from sync.changes import Bases, Change, canonical, chain_start
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.replica.changed import Touched
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState


def reissue(connection: Connection, former: Replica, renewed: Replica) -> int:
    """Move every unacknowledged change to the new device number; returns how many there were."""
    count = 0
    for state in former.workspaces.all():
        tail = _take_tail(connection, former, state)
        state.acked, state.dseq = 0, 0
        state.acked_chain = state.chain = chain_start(state.id)
        renewed.workspaces.save(state)
        touched = Touched()
        former.settler.withdraw(state, tail, touched)
        renewed.ids.reload()
        renewed.log_changes(state, _renumber(tail, renewed.identity.device), touched)
        count += len(tail)
    return count


def _take_tail(connection: Connection, former: Replica, state: WorkspaceState) -> list[Change]:
    device = former.ids.device(former.identity.device)
    rows = connection.execute(
        "SELECT id, frame FROM log WHERE ws = ? AND device = ? AND first_pseq IS NULL ORDER BY first_dseq",
        (state.index, device),
    ).fetchall()
    tail = [change for _, frame in rows for change in changes_of(open_frame(bytes(frame), state.id))]
    connection.executemany("DELETE FROM log WHERE id = ?", [(log,) for log, _ in rows])
    return tail


def _renumber(tail: list[Change], device: int) -> list[Change]:
    numbers = {change.id: (device, at) for at, change in enumerate(tail, 1)}

    def moved(ids: Bases) -> Bases:
        return tuple(numbers.get(known, known) for known in ids)

    return [
        replace(
            change,
            device=device,
            dseq=numbers[change.id][1],
            bases={key: moved(ids) for key, ids in change.bases.items()},
            former=hashlib.blake2b(canonical(change), digest_size=16).digest(),
        )
        for change in tail
    ]
