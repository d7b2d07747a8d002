"""Changes of colleagues that came by bundle and that the server has not ordered yet.

They stand in the log without a `pseq`, as this laptop's own do, and each with the signature that lets it be
handed on. Their fold is the `Settler`'s; here is which of them count, and when they have had their time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sync.changes import Bases, Change, ChangeId, canonical, chain_over, next_chain
from sync.frames import Block, block_of, changes_of
from sync.frames.container import is_intact
from sync.frames.packing import make_frame
from sync.frames.strand import Strand, open_strand
from sync.merge.holes import REPEATED
from sync.replica.damaged import block_in, changes_in
from sync.replica.ids import Database, IdMap
from sync.replica.numbers import former_devices
from sync.replica.vetting import refused_positions
from sync.replica.workspaces import WorkspaceState

FORK = "strand_fork"
OWN = "strand_own"
KNOWN = ""
AGAIN = "issue_again"
"""Own work under a former number whose place another change took: it waits to be issued anew."""


@dataclass(slots=True)
class _Held:
    """The changes of one workspace that count, and the log row of each."""

    changes: dict[ChangeId, Change] = field(default_factory=dict)
    rows: dict[ChangeId, int] = field(default_factory=dict)
    by_record: dict[bytes, list[Change]] = field(default_factory=dict)


class Carried:
    """Strands by workspace; the caller owns the transaction."""

    def __init__(self, database: Database, ids: IdMap, *, device: int) -> None:
        self._database = database
        self._ids = ids
        self._device = device
        self._cache: dict[int, _Held] = {}

    def forget_caches(self) -> None:
        """After a rollback, or when something else changed the tables."""
        self._cache.clear()

    def any(self, workspace: int) -> bool:
        if workspace in self._cache:
            return bool(self._cache[workspace].changes)
        found = self._database.execute("SELECT 1 FROM strand WHERE ws = ? LIMIT 1", (workspace,))
        return found.fetchone() is not None

    # What counts

    def changes(self, state: WorkspaceState) -> Sequence[Change]:
        """Every carried change that the server has not ordered, as far as this laptop knows."""
        return list(self._held(state).changes.values())

    def of(self, state: WorkspaceState, record: bytes) -> Sequence[Change]:
        """The carried changes of one record."""
        return self._held(state).by_record.get(record, [])

    def row_of(self, state: WorkspaceState, change: ChangeId) -> int | None:
        """The log row that a carried change stands in."""
        return self._held(state).rows.get(change)

    def stands(self, state: WorkspaceState, change: Change, base: ChangeId) -> bool:
        """Whether a base is there; what was made here stands on what was seen here."""
        if change.device == self._device:
            return True
        device, dseq = base
        if device == self._device:
            return dseq <= state.dseq
        return device == 0 or dseq <= self.heard(state, device)

    def heard(self, state: WorkspaceState, device: int) -> int:
        """The last change of a device that the server has ordered, as far as this laptop knows."""
        index = self._ids.find_device(device)
        if index is None:
            return 0
        single = self._database.execute(
            "SELECT max(last_dseq) FROM log WHERE ws = ? AND device = ? AND last_pseq <= ?",
            (state.index, index, state.cursor),
        ).fetchone()[0]
        mixed = self._database.execute(
            "SELECT dseq FROM heard WHERE ws = ? AND device = ?", (state.index, index)
        ).fetchone()
        return max(int(single or 0), int(mixed[0]) if mixed else 0)

    def _held(self, state: WorkspaceState) -> _Held:
        held = self._cache.get(state.index)
        if held is None:
            held = self._cache[state.index] = self._read(state) if self.any(state.index) else _Held()
        return held

    def _read(self, state: WorkspaceState) -> _Held:
        self._scan(state)
        held, heard = _Held(), dict[int, int]()
        rows = self._database.execute(
            "SELECT log.id, log.frame FROM strand JOIN log ON log.id = strand.log"
            " WHERE strand.ws = ? AND strand.code = '' ORDER BY log.device, log.first_dseq, log.id",
            (state.index,),
        ).fetchall()
        for log, frame in rows:
            block = block_in(bytes(frame), state.id)
            if block is None:
                # Its author has it still.
                continue
            refused = refused_positions(block)
            for at, change in enumerate(changes_of(block)):
                if at in refused:
                    continue
                if change.device not in heard:
                    heard[change.device] = self.heard(state, change.device)
                if change.dseq > heard[change.device] and change.id not in held.changes:
                    held.changes[change.id], held.rows[change.id] = change, log
        self._take_out_twins(state, held)
        for change in held.changes.values():
            held.by_record.setdefault(change.record, []).append(change)
        return held

    def _scan(self, state: WorkspaceState) -> None:
        """Note what frames of several devices hold; their rows do not tell it. Each is read once."""
        key = f"heard_{state.index}"
        row = self._database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        rows = self._database.execute(
            "SELECT last_pseq, frame FROM log"
            " WHERE ws = ? AND device = 0 AND last_pseq > ? AND last_pseq <= ? ORDER BY last_pseq",
            (state.index, int(row[0]) if row else 0, state.cursor),
        ).fetchall()
        for _, frame in rows:
            block = block_in(bytes(frame), state.id, values=False)
            if block is not None:
                self.hear(state, block)
        if rows:
            self._database.execute(
                "INSERT INTO meta(key, value) VALUES(?, ?)"
                " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                (key, rows[-1][0]),
            )

    def hear(self, state: WorkspaceState, block: Block) -> None:
        """Note how far the server has ordered each device's changes."""
        last: dict[int, int] = {}
        for device, dseq in zip(block.devices, block.dseqs, strict=True):
            last[device] = max(dseq, last.get(device, 0))
        self._note_heard(state, last)

    def note_covered(self, state: WorkspaceState, positions: Mapping[int, int]) -> None:
        """A snapshot stands behind each device's changes up to these numbers. A strand that it covers in part
        stays as it was signed.
        """
        self._note_heard(state, positions)
        self._cache.pop(state.index, None)
        self._drop_done(state)

    def _note_heard(self, state: WorkspaceState, last: Mapping[int, int]) -> None:
        self._database.executemany(
            "INSERT INTO heard(ws, device, dseq) VALUES(?, ?, ?) ON CONFLICT(ws, device)"
            " DO UPDATE SET dseq = max(dseq, excluded.dseq)",
            [(state.index, self._ids.device(device), dseq) for device, dseq in last.items()],
        )

    # The same change under another number

    def note_formers(self, state: WorkspaceState, changes: Iterable[Change]) -> None:
        """Remember under which number a change was issued again."""
        rows = [
            (state.index, change.former, self._ids.device(change.device), change.dseq)
            for change in changes
            if change.former
        ]
        if rows:
            self._database.executemany(
                "INSERT OR REPLACE INTO former(ws, hash, device, dseq) VALUES(?, ?, ?, ?)", rows
            )
            self._cache.pop(state.index, None)

    def is_issued(self, state: WorkspaceState, change: Change) -> bool:
        """Whether a change goes by the present number of this laptop already."""
        found = self._database.execute(
            "SELECT 1 FROM former WHERE ws = ? AND hash = ? AND device = ?",
            (state.index, change.former or hash_of(change), self._ids.device(self._device)),
        )
        return found.fetchone() is not None

    def forget_former(self, state: WorkspaceState, change: ChangeId) -> None:
        """What was issued again under this number is so no more."""
        self._database.execute(
            "DELETE FROM former WHERE ws = ? AND device = ? AND dseq = ?",
            (state.index, self._ids.device(change[0]), change[1]),
        )
        self._cache.pop(state.index, None)

    def copy_formers(self, state: WorkspaceState, rows: Iterable[tuple[bytes, int, int]]) -> None:
        """Take over what another replica remembers: hash, device and `dseq`."""
        self._database.executemany(
            "INSERT OR REPLACE INTO former(ws, hash, device, dseq) VALUES(?, ?, ?, ?)",
            [(state.index, hash_, self._ids.device(device), dseq) for hash_, device, dseq in rows],
        )
        self._cache.pop(state.index, None)

    def _take_out_twins(self, state: WorkspaceState, held: _Held) -> None:
        """Leave out what was issued again under another number, and let its dependents stand on that."""
        rows = self._database.execute(
            "SELECT hash, device, dseq FROM former WHERE ws = ?", (state.index,)
        ).fetchall()
        if not rows:
            return
        again = {bytes(hash_): (self._ids.device_number(device), dseq) for hash_, device, dseq in rows}
        named = {id_: again[hash_] for id_, one in held.changes.items() if (hash_ := hash_of(one)) in again}
        for id_ in named:
            del held.changes[id_], held.rows[id_]

        def moved(ids: Bases) -> Bases:
            return tuple(named.get(known, known) for known in ids)

        for id_, one in list(held.changes.items()):
            held.changes[id_] = replace(one, bases={key: moved(ids) for key, ids in one.bases.items()})

    # Coming and going

    def add(self, state: WorkspaceState, strand: Strand) -> tuple[Block | None, int, str]:
        """Keep a strand; its block and log row where something in it is new, else a code where one is due.

        Raises `bad_frame` where the strand is not what it says.
        """
        block = open_strand(strand)
        if strand.device == self._device:
            return None, 0, KNOWN if strand.last <= state.dseq else OWN
        index = self._ids.device(strand.device)
        if self._forks(state, strand, index, block):
            return None, 0, FORK
        if strand.last <= max(self.heard(state, strand.device), self._kept(state, strand, index)):
            return None, 0, KNOWN
        row = self._database.execute(
            "INSERT INTO log(ws, device, first_dseq, last_dseq, frame) VALUES(?, ?, ?, ?, ?)",
            (state.index, index, strand.first, strand.last, strand.frame),
        )
        self._database.execute(
            "INSERT INTO strand(log, ws, device, before, after, signature) VALUES(?, ?, ?, ?, ?, ?)",
            (int(row.lastrowid), state.index, index, strand.before, strand.after, strand.signature),
        )
        self.note_formers(state, (change for change in changes_of(block) if change.former))
        self._cache.pop(state.index, None)
        return block, int(row.lastrowid), KNOWN

    def keep_lost(self, state: WorkspaceState, changes: Sequence[Change]) -> None:
        """Keep changes of one device that the server has lost, until it has them again; nobody signed them,
        so they cannot be handed on.
        """
        before = bytes(16)
        index = self._ids.device(changes[0].device)
        row = self._database.execute(
            "INSERT INTO log(ws, device, first_dseq, last_dseq, frame) VALUES(?, ?, ?, ?, ?)",
            (state.index, index, changes[0].dseq, changes[-1].dseq, make_frame(block_of(changes))),
        )
        self._database.execute(
            "INSERT INTO strand(log, ws, device, before, after, signature) VALUES(?, ?, ?, ?, ?, X'')",
            (int(row.lastrowid), state.index, index, before, chain_over(before, changes)),
        )
        self._cache.pop(state.index, None)

    def refused_any(self, state: WorkspaceState) -> bool:
        """Whether anything was ever taken out again on which own changes may stand."""
        row = self._database.execute("SELECT 1 FROM meta WHERE key = ?", (f"refused_{state.index}",))
        return row.fetchone() is not None

    def went_back(self, state: WorkspaceState) -> bool:
        """Whether a workspace ever went back to where a restored server stood."""
        row = self._database.execute("SELECT 1 FROM meta WHERE key = ?", (f"went_back_{state.index}",))
        return row.fetchone() is not None

    def note_back(self, state: WorkspaceState) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO meta(key, value) VALUES(?, 1)", (f"went_back_{state.index}",)
        )

    def forget_heard(self, state: WorkspaceState) -> None:
        """What the server has ordered is read anew from the log, which is another now."""
        self._database.execute("DELETE FROM heard WHERE ws = ?", (state.index,))
        self._database.execute("DELETE FROM meta WHERE key = ?", (f"heard_{state.index}",))
        self._cache.pop(state.index, None)

    def _forks(self, state: WorkspaceState, strand: Strand, index: int, block: Block) -> bool:
        """Whether another chain of the same device is here already: two laptops out of one copy."""
        rows = self._database.execute(
            "SELECT strand.before, log.frame FROM strand JOIN log ON log.id = strand.log"
            " WHERE strand.ws = ? AND strand.device = ? AND log.last_dseq >= ? AND log.first_dseq <= ?"
            " AND strand.signature != X''",
            (state.index, index, strand.first - 1, strand.last + 1),
        ).fetchall()
        here = _chains(strand.before, block)
        for before, frame in rows:
            kept = block_in(bytes(frame), state.id)
            there = {} if kept is None else _chains(bytes(before), kept)
            if any(here[dseq] != there[dseq] for dseq in here.keys() & there.keys()):
                return True
        return False

    def _kept(self, state: WorkspaceState, strand: Strand, index: int) -> int:
        """How far what is kept goes on without a gap from where this strand begins."""
        rows = self._database.execute(
            "SELECT log.first_dseq, log.last_dseq FROM strand JOIN log ON log.id = strand.log"
            " WHERE strand.ws = ? AND strand.device = ? AND log.last_dseq >= ? AND strand.signature != X''"
            " ORDER BY log.first_dseq",
            (state.index, index, strand.first),
        )
        reach = strand.first - 1
        for first, last in rows:
            if first > reach + 1:
                break
            reach = max(reach, last)
        return reach

    def settled(self, state: WorkspaceState, block: Block) -> set[tuple[str, bytes]]:
        """The server ordered a block: the records whose carried changes must be folded anew.

        Strands of which nothing is left to wait for are dropped.
        """
        if self.any(state.index):
            self._keep_displaced(state, block)
        # Before formers are noted: what one of these is issued again for counts until now.
        before = self._held(state) if self.any(state.index) else None
        again = changes_of(block) if _has_formers(block) else []
        formers = [one for one in again if one.former and one.code != REPEATED]
        self.note_formers(state, formers)
        if before is None:
            return set()
        records = {record for group in block.groups for record in group.records}
        ids = set(zip(block.devices, block.dseqs, strict=True))
        affected = {
            (one.kind, one.record)
            for one in before.changes.values()
            if one.record in records or one.id in ids
        }
        self.hear(state, block)
        self._cache.pop(state.index, None)
        self._drop_done(state)
        after = self._held(state).changes
        return affected | {(one.kind, one.record) for id_, one in before.changes.items() if id_ not in after}

    def _keep_displaced(self, state: WorkspaceState, block: Block) -> None:
        """A copy of this laptop was quicker at a restored server, with other changes under a number that both
        have had: what this one wrote under it is kept until it has another number.
        """
        rows = self._database.execute(
            "SELECT log.device, log.frame FROM strand JOIN log ON log.id = strand.log"
            " WHERE strand.ws = ? AND signature = X'' AND code = ''",
            (state.index,),
        ).fetchall()
        formers = set(former_devices(self._database)) & set(block.devices) if rows else set[int]()
        theirs = {change.id: change for change in changes_of(block) if change.device in formers}
        for device, frame in rows if theirs else ():
            for change in changes_in(bytes(frame), state.id) or ():
                other = theirs.get(change.id)
                if other is not None and not _same(change, other):
                    self._put_aside(state, device, change)

    def _put_aside(self, state: WorkspaceState, device: int, change: Change) -> None:
        row = self._database.execute(
            "INSERT INTO log(ws, device, first_dseq, last_dseq, frame) VALUES(?, ?, ?, ?, ?)",
            (state.index, device, change.dseq, change.dseq, make_frame(block_of([change]))),
        )
        self._database.execute(
            "INSERT INTO strand(log, ws, device, before, after, signature, code)"
            " VALUES(?, ?, ?, ?, ?, X'', ?)",
            (int(row.lastrowid), state.index, device, bytes(16), bytes(16), AGAIN),
        )

    def _drop_done(self, state: WorkspaceState) -> None:
        rows = self._database.execute(
            "SELECT strand.log, log.device, log.last_dseq FROM strand JOIN log ON log.id = strand.log"
            " WHERE strand.ws = ? AND strand.code != ?",
            (state.index, AGAIN),
        ).fetchall()
        for log, device, last in rows:
            if last <= self.heard(state, self._ids.device_number(device)):
                for table in ("strand WHERE log", "log WHERE id", "touch WHERE log"):
                    self._database.execute(f"DELETE FROM {table} = ?", (log,))

    def unordered(self, state: WorkspaceState) -> list[Strand]:
        """What can be handed on: every strand that the server has not ordered, in each device's order, but
        what this laptop's disk has damaged.
        """
        rows = self._database.execute(
            "SELECT log.device, log.first_dseq, log.last_dseq, before, after, signature, frame"
            " FROM strand JOIN log ON log.id = strand.log"
            " WHERE strand.ws = ? AND code = '' AND signature != X'' ORDER BY log.device, log.first_dseq",
            (state.index,),
        ).fetchall()
        return [
            Strand(
                state.id,
                self._ids.device_number(device),
                first,
                last,
                bytes(before),
                bytes(after),
                bytes(signature),
                bytes(frame),
            )
            for device, first, last, before, after, signature, frame in rows
            if is_intact(bytes(frame))
        ]

    def refuse(self, state: WorkspaceState, device: int, code: str) -> set[tuple[str, bytes]]:
        """The server will not take what a device signed: take it out of what is shown, and keep why."""
        index = self._ids.find_device(device)
        before = self._held(state).changes
        self._database.execute(
            "UPDATE strand SET code = ? WHERE ws = ? AND device = ? AND code = ''", (code, state.index, index)
        )
        self._database.execute(
            "INSERT OR REPLACE INTO meta(key, value) VALUES(?, 1)", (f"refused_{state.index}",)
        )
        self._cache.pop(state.index, None)
        return {(one.kind, one.record) for id_, one in before.items() if id_[0] == device}


def hash_of(change: Change) -> bytes:
    """What a change that is issued again carries of its former self."""
    return hashlib.blake2b(canonical(change), digest_size=16).digest()


def _same(change: Change, other: Change) -> bool:
    """Whether two changes of one number are one; of a hole only the time tells."""
    return change.stamp == other.stamp and (other.hole or canonical(change) == canonical(other))


def _chains(before: bytes, block: Block) -> dict[int, bytes]:
    """The chain behind each change, and before the first."""
    chains = {block.dseqs[0] - 1: before}
    for change in changes_of(block):
        before = chains[change.dseq] = next_chain(before, canonical(change))
    return chains


def _has_formers(block: Block) -> bool:
    return any(group.formers for group in block.groups)
