"""Repairs a notebook: first what follows from its own log, then what the server knows."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.store.verify import verify
from desktop.syncing.joined import ACCESS_EPOCH, TOKEN
from desktop.syncing.line import Connect, over_http
from desktop.syncing.once import repair_once
from sync.client.session import Receipt
from sync.clock import Clock
from sync.replica.careful import is_poison
from sync.replica.derived import put_amiss_right, rows_amiss
from sync.replica.mending import add_up, parts
from sync.replica.replica import Replica


def mend_numbers(store: Store) -> int:
    """Put right what is stored beside the log; where that was anything, the store is to be opened anew."""

    def job(replica: Replica) -> int:
        found = put_amiss_right(replica.database, replica.kinds)
        replica.ids.reload()
        return found

    return store.run(job)


def mend_here(store: Store) -> int:
    """Put right what follows from registers and texts: what rows show, and the list of decisions."""

    def job(replica: Replica) -> int:
        count = 0
        replica.database.execute("DELETE FROM conflict")
        for state in replica.workspaces.all():
            for kind, rowids in parts(replica, state.id):
                add_up(replica, state.id, kind, rowids)
                count += _mend_rows(replica, kind, rowids, state.id)
        return count

    return store.run(job)


def _mend_rows(replica: Replica, kind: str, rowids: Sequence[int], workspace: bytes) -> int:
    try:
        loaded = replica.applier.states.load(kind, rowids, workspace)
        wrong = rows_amiss(replica.database, replica.applier.states, kind, loaded)
    except Exception as error:
        if not is_poison(error):
            raise
        if len(rowids) == 1:
            # The server's copy comes in its place.
            return 0
        return sum(_mend_rows(replica, kind, [one], workspace) for one in rowids)
    for rowid, columns in wrong:
        assignments = ", ".join(f'"{name}" = ?' for name in columns)
        sql = f'UPDATE "{kind}" SET {assignments} WHERE id = ?'  # noqa: S608 - names of declared fields
        replica.database.execute(sql, (*columns.values(), rowid))
    return len(wrong)


def repair_here(store: Store, reader: Reader, *, clock: Clock, connect: Connect = over_http) -> Receipt:
    """Put right what follows from what is here, then take over from the server what differs from it."""
    mend_here(store)
    if reader.meta(TOKEN):
        # Numbers, names and roles of workspaces are told again.
        store.remember({ACCESS_EPOCH: 0})
    suspects = [flaw.record for flaw in verify(reader, clock=clock) if flaw.record]
    receipt = repair_once(store, clock=clock, suspects=suspects, connect=connect)
    mend_here(store)
    return receipt
