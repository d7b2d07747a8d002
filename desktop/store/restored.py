"""After a restore or a clone: the unacknowledged tail is issued again under a new device number.

Bases are mapped to the new ids, and each change carries the hash of its former self, so that a copy
that arrives another way is recognised (SYNC §5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from desktop.store.driver import Connection
from desktop.store.rescued import rescue
from sync.changes import Bases, Change, ChangeId, canonical, chain_start
from sync.errors import DaftarError
from sync.frames import block_of, changes_of
from sync.frames.packing import make_frame, open_frame
from sync.merge.holes import hole_bases, inherit
from sync.replica.changed import Changed, Touched
from sync.replica.formers import LostWork, give_up
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState

NOTHING: Final[Mapping[bytes, int]] = MappingProxyType({})
REFUSED: Final = "frame_refused"
"""The code of own changes that the server could not read."""


def reissue(
    connection: Connection, former: Replica, renewed: Replica, *, without: Mapping[bytes, int] = NOTHING
) -> dict[bytes, dict[ChangeId, ChangeId]]:
    """Move every unacknowledged change to the new device number; returns the new ids by workspace.

    Left out, and told as refused, is the `txn` that begins with a change of `without`, with edits of what it
    made. What the disk has damaged is made anew out of what is shown.
    """
    moved: dict[bytes, dict[ChangeId, ChangeId]] = {}
    for state in former.workspaces.all():
        tail, rescued = _take_tail(connection, former, state)
        kept, out = leave_out(tail, without.get(state.id, 0))
        state.acked, state.dseq = 0, 0
        state.acked_chain = state.chain = chain_start(state.id)
        renewed.workspaces.save(state)
        withdrawn = [*tail, *rescued]
        kept += rescued
        numbers = {change.id: (renewed.identity.device, at) for at, change in enumerate(kept, 1)}
        again = _renumber(kept, numbers)
        renewed.ids.reload()
        renewed.carried.note_formers(state, again)
        if former.carried.any(state.index):
            _log_beside_others(renewed, state, again, withdrawn)
        else:
            touched = Touched()
            former.settler.withdraw(state, withdrawn, touched)
            renewed.ids.reload()
            renewed.log_changes(state, again, touched)
        _make_way(connection, state)
        _tell(connection, renewed, state, out)
        moved[state.id] = numbers
    return moved


def _log_beside_others(
    renewed: Replica, state: WorkspaceState, again: list[Change], withdrawn: Sequence[Change]
) -> None:
    """Own changes and those that colleagues gave may stand on each other, so they are folded together."""
    renewed.log_changes(state, again, Touched(), shown=False)
    renewed.tentative.fold_again(
        state, {(change.kind, change.record) for change in (*withdrawn, *again)}, Touched()
    )


def _take_tail(
    connection: Connection, former: Replica, state: WorkspaceState
) -> tuple[list[Change], list[Change]]:
    """What stands in the log, and what stood in rows that cannot be read."""
    device = former.ids.device(former.identity.device)
    rows = connection.execute(
        "SELECT id, frame FROM log WHERE ws = ? AND device = ? AND first_pseq IS NULL ORDER BY first_dseq",
        (state.index, device),
    ).fetchall()
    tail: list[Change] = []
    damaged: list[int] = []
    for log, frame in rows:
        try:
            tail += changes_of(open_frame(bytes(frame), state.id))
        except DaftarError:
            damaged.append(log)
    rescued = rescue(former, state, damaged) if damaged else []
    again = {change.record for change in rescued}
    connection.executemany("DELETE FROM log WHERE id = ?", [(log,) for log, _ in rows])
    return [change for change in tail if change.record not in again], rescued


def leave_out(tail: Sequence[Change], dseq: int) -> tuple[list[Change], list[Change]]:
    """What goes on, standing on what the rest stood on; and the rest: a `txn` and edits of what it made."""
    txn = next((change.txn for change in tail if change.dseq == dseq), None)
    if txn is None:
        return list(tail), []
    out = {change.id: change for change in tail if change.txn == txn}
    made = {change.record for change in out.values() if change.create}
    out |= {change.id: change for change in tail if change.record in made}

    def hole_base(id_: ChangeId, key: str) -> Bases | None:
        return hole_bases(out[id_]).get(key, ()) if id_ in out else None

    kept = [inherit(change, hole_base) for change in tail if change.id not in out]
    return kept, list(out.values())


def _make_way(connection: Connection, state: WorkspaceState) -> None:
    """Refused changes are listed by number, and numbers begin anew: former ones get others, below zero."""
    least = _least(connection, state)
    listed = connection.execute(
        "SELECT dseq FROM trouble WHERE ws = ? AND dseq > 0 ORDER BY dseq", (state.index,)
    ).fetchall()
    for at, (dseq,) in enumerate(listed, 1):
        for table in ("trouble", "trouble_end"):
            connection.execute(
                f"UPDATE {table} SET dseq = ? WHERE ws = ? AND dseq = ?", (least - at, state.index, dseq)
            )


def _least(connection: Connection, state: WorkspaceState) -> int:
    (least,) = connection.execute(
        "SELECT min(0, ifnull(min(dseq), 0)) FROM trouble WHERE ws = ?", (state.index,)
    ).fetchone()
    return int(least)


def issue_lost(replica: Replica, lost: LostWork, *, after: int) -> Changed:
    """Issue under the present number what of a former one is lost, and cannot be sent under it."""
    touched = Touched()
    state = replica.workspaces.get(lost.state.id)
    given_up = give_up(replica, lost, [one.dseq for one in lost.changes if one.dseq > after])
    changes = [one for one in given_up if not replica.carried.is_issued(state, one)]
    first = state.dseq + 1
    numbers = {one.id: (replica.identity.device, at) for at, one in enumerate(changes, first)}
    again = _renumber(changes, numbers)
    replica.carried.note_formers(state, again)
    replica.log_changes(state, again, touched, shown=False)
    replica.tentative.fold_again(state, {(one.kind, one.record) for one in given_up}, touched)
    return touched.changed(local=False)


def _tell(connection: Connection, renewed: Replica, state: WorkspaceState, out: Sequence[Change]) -> None:
    """Keep what was typed, as of any change that the server refused. Their numbers are nobody's any more."""
    least = _least(connection, state)
    for at, change in enumerate(out, 1):
        connection.execute(
            "INSERT INTO trouble(ws, dseq, code, kind, record, frame) VALUES(?, ?, ?, ?, ?, ?)",
            (
                state.index,
                least - at,
                REFUSED,
                change.kind,
                renewed.ids.rowid(change.record),
                make_frame(block_of([change])),
            ),
        )


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
