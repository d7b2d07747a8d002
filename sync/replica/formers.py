"""What a laptop wrote under numbers that it has given up, where a server that was restored lost it.

Colleagues' changes may name it by these numbers, so it is handed in under them once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sync.changes import Change
from sync.frames import block_of
from sync.frames.packing import make_frame
from sync.replica.carried import AGAIN
from sync.replica.damaged import changes_in
from sync.replica.ids import Database
from sync.replica.numbers import former_devices
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState


@dataclass(frozen=True, slots=True)
class LostWork:
    """Own changes under one former number in one workspace, in order, refused ones among them."""

    state: WorkspaceState
    device: int
    age: int
    """How many numbers ago that was."""
    changes: tuple[Change, ...]
    taken: tuple[Change, ...] = ()
    """Those in whose place the server has others by now, from a copy of this laptop."""

    def behind_all(self, dseq: int) -> bool:
        """Whether there are any behind a number, with or without a gap."""
        return bool(self.changes) and self.changes[-1].dseq > dseq

    def behind(self, dseq: int) -> tuple[Change, ...]:
        """Those that follow a number without a gap."""
        left = [one for one in self.changes if one.dseq > dseq]
        return tuple(one for at, one in enumerate(left, 1) if one.dseq == dseq + at)


def any_lost(database: Database) -> bool:
    """Whether anything was lost of which nobody's signature is here."""
    return database.execute("SELECT 1 FROM strand WHERE signature = X'' LIMIT 1").fetchone() is not None


def any_displaced(database: Database) -> bool:
    """Whether something has to be issued anew because its place was taken."""
    return database.execute("SELECT 1 FROM strand WHERE code = ? LIMIT 1", (AGAIN,)).fetchone() is not None


def lost_work(replica: Replica) -> list[LostWork]:
    """Everything under former numbers that a restored server does not have, as far as is known here."""
    found = []
    numbers = former_devices(replica.database)
    for state in replica.workspaces.all() if numbers else ():
        if state.number is None:
            continue
        for age, device in enumerate(reversed(numbers), 1):
            lost, taken = (_rows(replica, state, device, code) for code in ("", AGAIN))
            if lost or taken:
                known = {one.dseq: one for one in (*_refused(replica, state, device), *lost)}
                changes = tuple(known[dseq] for dseq in sorted(known)) if lost else ()
                found.append(LostWork(state, device, age, changes, tuple(taken)))
    return found


def give_up(replica: Replica, lost: LostWork, dseqs: Sequence[int]) -> list[Change]:
    """Take what is to be issued again out of what was kept of a former number."""
    gone = set(dseqs)
    taken = _let_go(replica, lost, gone, "") + _let_go(replica, lost, {one.dseq for one in lost.taken}, AGAIN)
    replica.carried.forget_caches()
    return taken


def _let_go(replica: Replica, lost: LostWork, gone: set[int], code: str) -> list[Change]:
    rows = replica.database.execute(
        "SELECT log.id, log.frame FROM strand JOIN log ON log.id = strand.log"
        " WHERE strand.ws = ? AND strand.device = ? AND signature = X'' AND code = ?",
        (lost.state.index, replica.ids.device(lost.device), code),
    ).fetchall()
    taken: list[Change] = []
    for log, frame in rows:
        changes = changes_in(bytes(frame), lost.state.id) or []
        if not changes:
            continue
        taken += [one for one in changes if one.dseq in gone]
        left = [one for one in changes if one.dseq not in gone]
        if not left:
            for table in ("strand WHERE log", "log WHERE id", "touch WHERE log"):
                replica.database.execute(f"DELETE FROM {table} = ?", (log,))
        elif len(left) < len(changes):
            replica.database.execute(
                "UPDATE log SET first_dseq = ?, last_dseq = ?, frame = ? WHERE id = ?",
                (left[0].dseq, left[-1].dseq, make_frame(block_of(left)), log),
            )
    return sorted({one.dseq: one for one in taken}.values(), key=lambda one: one.dseq)


def _rows(replica: Replica, state: WorkspaceState, device: int, code: str) -> list[Change]:
    rows = replica.database.execute(
        "SELECT log.frame FROM strand JOIN log ON log.id = strand.log"
        " WHERE strand.ws = ? AND strand.device = ? AND signature = X'' AND code = ? ORDER BY log.first_dseq",
        (state.index, replica.ids.device(device), code),
    ).fetchall()
    return [one for (frame,) in rows for one in changes_in(bytes(frame), state.id) or ()]


def _refused(replica: Replica, state: WorkspaceState, device: int) -> list[Change]:
    """What the server refused of them: the server it was restored to may have to be told of it again."""
    rows = replica.database.execute(
        "SELECT frame FROM trouble WHERE ws = ? AND length(frame) > 0", (state.index,)
    ).fetchall()
    changes = [one for (frame,) in rows for one in changes_in(bytes(frame), state.id) or ()]
    return [replace(one, hole=False, code="") for one in changes if one.device == device]
