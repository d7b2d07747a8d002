"""Going back to where a restored server stands: what it lost is tentative again, and nothing is deleted.

Own changes wait to be sent once more, under the same numbers; those of others are shown like what a bundle
brought, until their laptops hand them in.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

import msgpack

from sync.changes import Change, chain_over
from sync.digest import Digest
from sync.frames import changes_of
from sync.frames.ordering import order_sums
from sync.frames.packing import open_frame, pack_changes
from sync.merge import RecordState
from sync.replica.changed import Changed, Touched
from sync.replica.covering import COVERED
from sync.replica.damaged import changes_in
from sync.replica.mending import parts, put_states
from sync.replica.received import unpack_stamps
from sync.replica.replica import PERSON, SERVER_ACCOUNT, Replica
from sync.replica.workspaces import LOST_ROLE, WorkspaceState

_BASE_ORDER: Final = "base_order_{index}"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the server stands now with this laptop: the last own change it has, and the chain there."""

    acked: int
    chain: bytes


def order_here(replica: Replica, workspace: bytes, *, after: int, places: Sequence[int]) -> dict[int, bytes]:
    """The sums over the order of changes, as it is here; places that are not reached are left out."""
    state = replica.workspaces.get(workspace)
    kept = replica.ordered_frames(state, since=after, head=max(places))
    frames = ((first, last, frame, unpack_stamps(stamps)) for first, last, frame, stamps in kept)
    return order_sums(frames, workspace, after=after, places=[one for one in places if one <= state.cursor])


def unread_here(replica: Replica, workspace: bytes) -> list[tuple[int, int]]:
    """First and last `pseq` of the frames that cannot be read here, in order."""
    state = replica.workspaces.get(workspace)
    return sorted((one.received.first, one.received.last) for one in replica.unread.of(state))


def base_order(replica: Replica, workspace: bytes, *, pseq: int) -> bytes:
    """By which changes the snapshot under the log ends, as far as the server said it then."""
    kept = _kept_order(replica, replica.workspaces.get(workspace))
    return kept[1] if kept is not None and kept[0] == pseq else b""


def bases_unknown(replica: Replica) -> list[tuple[WorkspaceState, int]]:
    """Workspaces with a snapshot under the log of which that was not asked yet, and its `pseq`."""
    found = []
    for state in replica.workspaces.all():
        pseq = _base(replica, state)
        open_ones = state.number is not None and state.role != LOST_ROLE
        if pseq and open_ones and replica.filler.pending(state) is None:
            kept = _kept_order(replica, state)
            if kept is None or kept[0] != pseq:
                found.append((state, pseq))
    return found


def keep_base_order(replica: Replica, workspace: bytes, *, pseq: int, order: bytes) -> None:
    state = replica.workspaces.get(workspace)
    replica.database.execute(
        "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (_BASE_ORDER.format(index=state.index), msgpack.packb((pseq, order))),
    )


def _kept_order(replica: Replica, state: WorkspaceState) -> tuple[int, bytes] | None:
    row = replica.database.execute(
        "SELECT value FROM meta WHERE key = ?", (_BASE_ORDER.format(index=state.index),)
    ).fetchone()
    if row is None:
        return None
    pseq, order = msgpack.unpackb(row[0])
    return int(pseq), bytes(order)


def lacks_place(replica: Replica, state: WorkspaceState) -> bool:
    """Whether something is acknowledged that stands nowhere in the server's order, as far as it is here."""
    found = replica.database.execute(
        "SELECT 1 FROM log WHERE ws = ? AND device = ? AND first_pseq IS NULL AND first_dseq <= ? LIMIT 1",
        (state.index, replica.ids.device(replica.identity.device), state.acked),
    )
    return found.fetchone() is not None


def rewind(
    replica: Replica, workspace: bytes, *, to: int, past: Replica, stand: Stand
) -> tuple[Changed, bool]:
    """Stand at `to` again, with the settled states of `past`, a replica in which the log was folded until
    there. Says whether own changes can be sent again as they are; else a new device number is needed.
    """
    touched = Touched()
    state = replica.workspaces.get(workspace)
    affected = set[tuple[str, bytes]]()
    covered: list[Change] | None = None
    if _base(replica, state) > to:
        affected |= _everything(replica, state)
        covered = _covered(replica, state)
        for table in ("base", "base_piece"):
            replica.database.execute(f"DELETE FROM {table} WHERE ws = ?", (state.index,))
    lost = _cut_log(replica, state, to)
    affected |= {(change.kind, change.record) for change in lost}
    whole, again = _own_again(replica, state, lost, stand, covered=covered)
    affected |= {(change.kind, change.record) for change in again}
    _keep_others(replica, state, [*(covered or ()), *lost])
    # What was decided about refused changes is asked again: it may have been decided since the copy was made.
    for table in ("unlike", "arrival", "trouble_end"):
        replica.database.execute(f"DELETE FROM {table} WHERE ws = ?", (state.index,))
    replica.database.execute("DELETE FROM aside WHERE ws = ? AND pseq > ?", (state.index, to))
    replica.database.execute("DELETE FROM unread WHERE ws = ? AND last_pseq > ?", (state.index, to))
    replica.carried.forget_heard(state)
    replica.carried.note_back(state)
    replica.filler.forget_places(state)
    state.cursor = state.head = to
    replica.workspaces.save(state)
    _put_back(replica, state, past, affected)
    state = replica.workspaces.get(workspace)
    state.digest = Digest(past.workspaces.get(workspace).digest.stored())
    replica.tentative.fold_again(state, affected, touched)
    replica.workspaces.save(state)
    return touched.changed(local=False), whole


def _base(replica: Replica, state: WorkspaceState) -> int:
    goal = replica.filler.goal(state)
    return 0 if goal is None else goal[0].pseq


def _everything(replica: Replica, state: WorkspaceState) -> set[tuple[str, bytes]]:
    return {
        (kind, replica.ids.record(rowid)) for kind, rowids in parts(replica, state.id) for rowid in rowids
    }


def _cut_log(replica: Replica, state: WorkspaceState, to: int) -> list[Change]:
    """Let the log end at `to`; what stood behind that, in order."""
    rows = replica.database.execute(
        "SELECT first_pseq, frame FROM log WHERE ws = ? AND last_pseq > ? ORDER BY first_pseq",
        (state.index, to),
    ).fetchall()
    lost: list[Change] = []
    for first, frame in rows:
        lost += changes_of(open_frame(bytes(frame), state.id))[max(0, to + 1 - first) :]
    state.cursor = to
    replica.puller.trim(state)
    replica.database.execute("DELETE FROM log WHERE ws = ? AND first_pseq > ?", (state.index, to))
    for change in lost:
        if change.hole:
            replica.database.execute(
                "DELETE FROM hole WHERE ws = ? AND device = ? AND dseq = ?",
                (state.index, replica.ids.device(change.device), change.dseq),
            )
    return lost


def _own_again(
    replica: Replica,
    state: WorkspaceState,
    lost: Sequence[Change],
    stand: Stand,
    *,
    covered: Sequence[Change] | None,
) -> tuple[bool, list[Change]]:
    """Put own changes that the server does not have behind what it has, to be sent again. `covered` are
    those of which a snapshot told that lay under the log, and is no more.
    """
    device = replica.identity.device
    waiting = replica.settler.own_changes(state)
    told = {one.dseq: one for one in covered or () if one.device == device}
    open_ones = {one.dseq for one in (*lost, *waiting) if one.device == device}
    known = {one.dseq: one for one in _refused(replica, state)} | told
    known |= {one.dseq: one for one in lost if one.device == device and not one.hole}
    known |= {one.dseq: one for one in waiting}
    tail = [known[dseq] for dseq in sorted(known) if dseq > stand.acked]
    whole = [one.dseq for one in tail] == list(range(stand.acked + 1, state.dseq + 1))
    whole = whole and chain_over(stand.chain, tail) == state.chain
    if covered is not None:
        # The server tells of own changes by their numbers: everything that it has is needed here.
        whole = whole and _knows_all(replica, state, known, upto=stand.acked)
    if whole:
        open_ones |= told.keys()
        if covered is not None:
            # Nothing is left of where their refusals stood; they are told once more, of what was typed.
            open_ones |= {one.dseq for one in _refused(replica, state)}
    else:
        # Refused ones are told as refused already; a gap is closed by other numbers.
        refused = {one.dseq for one in _refused(replica, state)} - {one.dseq for one in waiting}
        tail = [one for one in tail if one.dseq not in refused]
    # What the server has, and has still to say where it stands.
    before = [known[dseq] for dseq in sorted(known) if dseq <= stand.acked and dseq in open_ones]
    replica.database.execute(
        "DELETE FROM log WHERE ws = ? AND device = ? AND first_pseq IS NULL",
        (state.index, replica.ids.device(device)),
    )
    for run in (*_runs(before), *_runs(tail)):
        # A row for each `txn`: the server says by other limits than ours which of them it has ordered.
        for _, one in groupby(run, key=lambda change: change.txn):
            for frame, part in pack_changes(list(one)):
                replica.keep_own(state, frame, part[0].dseq, part[-1].dseq)
    if whole:
        state.acked, state.acked_chain = stand.acked, stand.chain
        replica.database.execute("DELETE FROM trouble WHERE ws = ? AND dseq > ?", (state.index, stand.acked))
        replica.database.execute(
            "DELETE FROM hole WHERE ws = ? AND device = ? AND dseq > ?",
            (state.index, replica.ids.device(device), stand.acked),
        )
    return whole, [*before, *tail]


def _knows_all(replica: Replica, state: WorkspaceState, known: Container[int], *, upto: int) -> bool:
    """Whether every own change until there is known, or was refused."""
    rows = replica.database.execute("SELECT dseq FROM trouble WHERE ws = ?", (state.index,)).fetchall()
    refused = {dseq for (dseq,) in rows}
    return all(dseq in known or dseq in refused for dseq in range(1, upto + 1))


def _covered(replica: Replica, state: WorkspaceState) -> list[Change]:
    """What was typed here, under this number or a former one, and was settled by a snapshot."""
    where = "FROM trouble WHERE ws = ? AND code = ?"
    rows = replica.database.execute(f"SELECT frame {where}", (state.index, COVERED)).fetchall()
    replica.database.execute(f"DELETE {where}", (state.index, COVERED))
    found = [one for (frame,) in rows for one in changes_in(bytes(frame), state.id) or ()]
    return sorted(found, key=lambda one: one.id)


def _refused(replica: Replica, state: WorkspaceState) -> Iterator[Change]:
    """Own changes of which the log holds only that they were refused."""
    rows = replica.database.execute(
        "SELECT frame FROM trouble WHERE ws = ? AND length(frame) > 0", (state.index,)
    ).fetchall()
    for (frame,) in rows:
        for change in changes_of(open_frame(bytes(frame), state.id)):
            if change.device == replica.identity.device:
                yield change


def _keep_others(replica: Replica, state: WorkspaceState, lost: Sequence[Change]) -> None:
    """What the server wrote itself follows from its own tables, and what it let in waits there again to be
    looked at; all else is kept.
    """
    by_device: dict[int, list[Change]] = {}
    server = _devices_of_server(replica, lost)
    own = replica.identity.device
    for change in lost:
        if change.device == own:
            continue
        if change.hole or change.device in server:
            # Whoever made it issues it anew, or what it repeated comes.
            replica.carried.forget_former(state, change.id)
        else:
            by_device.setdefault(change.device, []).append(change)
    for changes in by_device.values():
        for run in _runs(sorted(changes, key=lambda one: one.dseq)):
            for _, part in pack_changes(run):
                replica.carried.keep_lost(state, part)


def _devices_of_server(replica: Replica, lost: Sequence[Change]) -> set[int]:
    """The numbers under which the server writes: people with an account are records of its own."""
    found = {one.device for one in lost if one.author == SERVER_ACCOUNT}
    if PERSON in replica.kinds:
        rows = replica.database.execute("SELECT id FROM person WHERE account IS NOT NULL").fetchall()
        found |= {int.from_bytes(replica.ids.record(rowid)[:6]) for (rowid,) in rows}
    return found - {replica.identity.device}


def _runs(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes of one device in runs without a gap."""
    cuts = [at for at, (one, other) in enumerate(pairwise(changes), 1) if one.dseq + 1 != other.dseq]
    for first, last in pairwise([0, *cuts, len(changes)]):
        if first < last:
            yield list(changes[first:last])


def _put_back(
    replica: Replica, state: WorkspaceState, past: Replica, affected: set[tuple[str, bytes]]
) -> None:
    told: list[RecordState] = []
    for kind, record in sorted(affected):
        before = past.ids.find(record)
        loaded = {} if before is None else past.applier.states.load(kind, [before], state.id)
        if loaded:
            told += [item.settled if item.settled is not None else item.shown for item in loaded.values()]
            continue
        rowid = replica.ids.rowid(record)
        item = replica.applier.states.load(kind, [rowid], state.id).get(rowid)
        if item is not None:
            replica.applier.remove(item)
    put_states(replica, state.id, told)
