"""Own changes become settled when the server has ordered them, or are taken back out when it refused them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from typing import Final

from sync.changes import Change, chain_over
from sync.errors import DaftarError
from sync.frames import Block, block_of, changes_of
from sync.frames.packing import make_frame, open_frame
from sync.merge import fold
from sync.merge.files import files_of_change
from sync.merge.holes import ERASED, REPEATED, inherit
from sync.replica.accepting import Acceptor
from sync.replica.apply import Applier
from sync.replica.carried import Carried
from sync.replica.causal import in_order
from sync.replica.changed import Touched
from sync.replica.damaged import block_in
from sync.replica.erasing import add_files, note_erased
from sync.replica.ids import Database, IdMap
from sync.replica.received import Received
from sync.replica.source import Source
from sync.replica.states import Loaded
from sync.replica.workspaces import WorkspaceState

_EVERY: Final = 1 << 47


class Waiting:
    """Changes that stand in the log without a `pseq`, read once and only where somebody asks."""

    def __init__(self, read: Callable[[], list[Change]], device: int) -> None:
        self._read = read
        self._device = device
        self._loaded = False
        self._by_record: dict[bytes, list[Change]] = {}
        self._by_dseq: dict[int, Change] = {}

    def of(self, record: bytes) -> list[Change]:
        self._load()
        return self._by_record.get(record, [])

    def at(self, dseq: int) -> Change | None:
        self._load()
        return self._by_dseq.get(dseq)

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        for change in self._read():
            self._by_record.setdefault(change.record, []).append(change)
            if change.device == self._device:
                self._by_dseq[change.dseq] = change


class Settler:
    """Moves own changes from tentative to settled, or to the list of refused ones."""

    def __init__(
        self, database: Database, applier: Applier, ids: IdMap, device: int, *, carried: Carried
    ) -> None:
        self._database = database
        self._applier = applier
        self._carried = carried
        self._ids = ids
        self._device = device
        self._acceptor = Acceptor(database, applier, ids, device=device)

    @property
    def device(self) -> int:
        return self._device

    def settle(
        self,
        state: WorkspaceState,
        first_pseq: int,
        first: int,
        last: int,
        touched: Touched,
        *,
        give_way: Callable[[], bool],
    ) -> int:
        """Own changes `first`…`last` were accepted as they are, from `first_pseq` on.

        Says how many are done: all, unless somebody has to go first.
        """
        covered = 0
        written_on: list[Change] = []
        rows = self._own_rows(state, first, last)
        if rows and rows[0][1] < first:
            # What is before it in the same row waits at the server for what it stands on.
            self._split(state, rows[0][0], rows[0][3], at=first - 1)
            rows = self._own_rows(state, first, last)
        for log, row_first, row_last, frame in rows:
            if covered and give_way():
                break
            if row_first != first + covered:
                raise DaftarError("pull_gap", expected=row_first, got=first)
            end, ordered = row_last, frame
            if row_last > last:
                # What is behind it in the same row went out by itself, or has not gone out.
                end, ordered = last, self._split(state, log, frame, at=last)
            written_on += self._settle_untouched(state, ordered, touched)
            self._database.execute(
                "UPDATE log SET first_pseq = ?, last_pseq = ? WHERE id = ?",
                (first_pseq + row_first - first, first_pseq + end - first, log),
            )
            covered += end - row_first + 1
        else:
            if covered != last - first + 1:
                raise DaftarError("own_changes_missing", first=first, last=last)
        if written_on:
            open_ones = self._open_records(state, written_on)
            self._acceptor.take_last(state, written_on, open_ones, touched)
        return covered

    def _settle_untouched(self, state: WorkspaceState, frame: bytes, touched: Touched) -> list[Change]:
        """One row of the log: values are read only where somebody wrote on after a creation, and those
        changes are left to be settled.
        """
        outline = open_frame(frame, state.id, values=False)
        left: set[int] = set()
        for group in outline.groups:
            left |= self._acceptor.take_untouched(state, group, touched)
        if not left:
            return []
        changes = changes_of(open_frame(frame, state.id))
        return [changes[at] for at in sorted(left)]

    def _open_records(self, state: WorkspaceState, written_on: Iterable[Change]) -> set[bytes]:
        """Of the records that were written on, at least those of which something is still tentative."""
        records = {change.record for change in self._carried.changes(state)}
        for _, _, _, frame in self._own_rows(state, 1, _EVERY):
            outline = block_in(frame, state.id, values=False)
            if outline is None:
                # What the disk has damaged can be about any of them.
                return {change.record for change in written_on}
            records.update(record for group in outline.groups for record in group.records)
        return records

    def _split(self, state: WorkspaceState, log: int, frame: bytes, *, at: int) -> bytes:
        """Let a row of own changes end with one of them; the rest gets a row of its own."""
        changes = changes_of(open_frame(frame, state.id))
        kept, rest = ([one for one in changes if (one.dseq > at) is behind] for behind in (False, True))
        shorter = make_frame(block_of(kept))
        # Not always `at`: that one may have been taken out of the row before.
        last = kept[-1].dseq
        self._database.execute("UPDATE log SET last_dseq = ?, frame = ? WHERE id = ?", (last, shorter, log))
        row = self._database.execute(
            "INSERT INTO log(ws, device, first_dseq, last_dseq, frame) VALUES(?, ?, ?, ?, ?)",
            (
                state.index,
                self._ids.device(self._device),
                rest[0].dseq,
                rest[-1].dseq,
                make_frame(block_of(rest)),
            ),
        )
        self._point_to(int(row.lastrowid), rest)
        return shorter

    def settle_mixed(self, state: WorkspaceState, block: Block, received: Received, touched: Touched) -> None:
        """A pulled frame with own changes in it: some refused, or with other effective stamps.

        Own changes and those of others are taken in the order of their `pseq`, because either may stand on
        the other.
        """
        changes = changes_of(block)
        log = self._append(state, received)
        own = [change for change in changes if change.device == self._device]
        done: set[int] = set()
        for is_own, run in groupby(enumerate(changes), key=lambda pair: pair[1].device == self._device):
            part = list(run)
            if is_own:
                done |= {change.dseq for _, change in part}
                self._settle_run(state, part, received, touched, done=frozenset(done))
            else:
                self._apply_run(state, part, received, log, touched)
                self._fold_back(state, touched, done=frozenset(done))
        self._drop_settled_rows(state, own)
        self._point_to(log, [change for change in own if not change.hole])
        left = self.waiting(state)
        for hole in own:
            if hole.hole:
                self._rebuild(state, hole.kind, self._ids.rowid(hole.record), touched, waiting=left)

    def _fold_back(self, state: WorkspaceState, touched: Touched, *, done: frozenset[int]) -> None:
        """Put own edits back on records whose creation came under another number: they are settled next."""
        for kind, record in sorted(touched.refold):
            waiting = self.waiting(state, without=done)
            self._rebuild(state, kind, self._ids.rowid(record), touched, waiting=waiting)

    def _apply_run(
        self,
        state: WorkspaceState,
        part: Sequence[tuple[int, Change]],
        received: Received,
        log: int,
        touched: Touched,
    ) -> None:
        effective = received.effective
        moved = {place: effective[at] for place, (at, _) in enumerate(part) if at in effective}
        source = Source(state.id, state.index, log, settled=True, effective=moved)
        self._applier.apply(block_of([change for _, change in part]), source, state.digest, touched)

    def _settle_run(
        self,
        state: WorkspaceState,
        part: Sequence[tuple[int, Change]],
        received: Received,
        touched: Touched,
        *,
        done: frozenset[int],
    ) -> None:
        waiting = self.waiting(state)
        for _, change in part:
            if change.hole:
                self._refuse(state, change, waiting)
                if change.code == ERASED:
                    self._applier.forget(state.index, change.kind, change.record, state.digest, touched)
        stamps = {change.dseq: received.effective[at] for at, change in part if at in received.effective}
        accepted = [change for _, change in part if not change.hole]
        behind = self.waiting(state, without=done)
        self._acceptor.take(
            state,
            accepted,
            stamps,
            touched,
            fold_shown_again=lambda item: self.fold_shown_again(state, item, behind),
        )

    def catch_up(self, state: WorkspaceState, block: Block) -> None:
        """Own changes that the server ordered are acknowledged, by whatever way the news came."""
        last = max(dseq for at, dseq in enumerate(block.dseqs) if block.devices[at] == self._device)
        if last <= state.acked:
            return
        rows = self._own_rows(state, state.acked + 1, last)
        changes = [one for row in rows for one in changes_of(open_frame(row[3], state.id))]
        own = [one for one in changes if state.acked < one.dseq <= last]
        whole = len(own) == last - state.acked
        if whole and [one.dseq for one in own] == list(range(state.acked + 1, last + 1)):
            state.acked, state.acked_chain = last, chain_over(state.acked_chain, own)

    def keep(self, state: WorkspaceState, block: Block, received: Received) -> int:
        """Put a frame into the log whose changes are not taken in; own ones among them wait no more."""
        log = self._append(state, received)
        own = [change for change in changes_of(block) if change.device == self._device]
        if own:
            self.catch_up(state, block)
            self._drop_settled_rows(state, own)
        return log

    def keep_known(self, state: WorkspaceState, received: Received, touched: Touched) -> None:
        """Put a frame into the log of which the records hold already what came of it."""
        block = open_frame(received.frame, state.id)
        changes, waiting = changes_of(block), self.waiting(state)
        own = [change for change in changes if change.device == self._device]
        for change in changes:
            if change.hole and change.device == self._device and waiting.at(change.dseq) is not None:
                self._refuse(state, change, waiting)
            elif change.hole:
                # An own one that waits no more is listed with what was typed, or was taken off that list.
                self._applier.holes.add(state.index, change)
            if change.code == ERASED:
                self._applier.forget(state.index, change.kind, change.record, state.digest, touched)
        log = self.keep(state, block, received)
        self._point_to(log, [change for change in changes if not change.hole])
        left = self.waiting(state)
        for change in own:
            self._rebuild(state, change.kind, self._ids.rowid(change.record), touched, waiting=left)

    def own_changes(self, state: WorkspaceState) -> list[Change]:
        """Own changes without a `pseq`, in order."""
        rows = self._own_rows(state, 1, _EVERY)
        return [one for row in rows for one in changes_of(open_frame(row[3], state.id))]

    def _append(self, state: WorkspaceState, received: Received) -> int:
        cursor = self._database.execute(
            "INSERT INTO log(ws, device, first_dseq, last_dseq, first_pseq, last_pseq, effective, frame)"
            " VALUES(?, 0, 0, 0, ?, ?, ?, ?)",
            (state.index, received.first, received.last, received.packed_stamps(), received.frame),
        )
        return int(cursor.lastrowid)

    def _own_rows(self, state: WorkspaceState, first: int, last: int) -> list[tuple[int, int, int, bytes]]:
        rows = self._database.execute(
            "SELECT id, first_dseq, last_dseq, frame FROM log"
            " WHERE ws = ? AND device = ? AND first_pseq IS NULL AND last_dseq >= ? AND first_dseq <= ?"
            " ORDER BY first_dseq",
            (state.index, self._ids.device(self._device), first, last),
        )
        return [
            (log, row_first, row_last, bytes(frame)) for log, row_first, row_last, frame in rows.fetchall()
        ]

    # Refused

    def _refuse(self, state: WorkspaceState, hole: Change, waiting: Waiting) -> None:
        original = waiting.at(hole.dseq)
        kept = original is not None and hole.code != ERASED
        if original is not None and not kept:
            note_erased(self._database, state.index, kind=hole.kind, record=hole.record, was_here=True)
            add_files(self._database, state.index, hole.record, files_of_change(original))
        frame = make_frame(block_of([original])) if original is not None and kept else b""
        self._applier.holes.add(state.index, hole)
        # Nobody is told of a repeated one; it is kept for a server that may have to be told of it again.
        seen = hole.code == REPEATED
        self._database.execute(
            "INSERT OR REPLACE INTO trouble(ws, dseq, code, kind, record, frame, seen)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            (state.index, hole.dseq, hole.code, hole.kind, self._ids.rowid(hole.record), frame, int(seen)),
        )

    def _drop_settled_rows(self, state: WorkspaceState, own: Sequence[Change]) -> None:
        """Own log rows whose changes now stand in a pulled frame; that frame is the log from here on."""
        if not own:
            return
        first, last = min(change.dseq for change in own), max(change.dseq for change in own)
        done = {change.dseq for change in own}
        for log, row_first, row_last, frame in self._own_rows(state, first, last):
            if set(range(row_first, row_last + 1)) <= done:
                self._database.execute("DELETE FROM log WHERE id = ?", (log,))
                continue
            left = [change for change in changes_of(open_frame(frame, state.id)) if change.dseq not in done]
            self._database.execute(
                "UPDATE log SET first_dseq = ?, last_dseq = ?, frame = ? WHERE id = ?",
                (left[0].dseq, left[-1].dseq, make_frame(block_of(left)), log),
            )

    def _point_to(self, log: int, accepted: Sequence[Change]) -> None:
        """Let histories find own changes in the pulled frame that took the place of their log rows."""
        for change in accepted:
            rowid = self._ids.rowid(change.record)
            if change.create:
                table = change.kind if change.kind in self._applier.states.codecs else "other_record"
                self._database.execute(f'UPDATE "{table}" SET _made = ? WHERE id = ?', (log, rowid))
            else:
                self._database.execute("INSERT OR IGNORE INTO touch(record, log) VALUES(?, ?)", (rowid, log))

    def _rebuild(
        self, state: WorkspaceState, kind: str, rowid: int, touched: Touched, *, waiting: Waiting
    ) -> None:
        """Fold the shown state of a record again: settled state, then what is still tentative."""
        item = self._applier.states.load(kind, [rowid], state.id).get(rowid)
        if item is None:
            return
        touched.add(kind, item.shown.record)
        if (
            not item.is_settled
            and self._applier.holes.known(state.index, item.shown.created or (0, 0)) is not None
        ):
            self._applier.remove(item)
            return
        item.settle_base()
        self.fold_shown_again(state, item, waiting)
        self._applier.finish([item], touched)

    def withdraw(self, state: WorkspaceState, changes: Sequence[Change], touched: Touched) -> None:
        """Take tentative changes back out whose log rows are gone: to be issued again."""
        records = {(change.kind, self._ids.rowid(change.record)) for change in changes}
        waiting = self.waiting(state)
        for kind, rowid in sorted(records):
            item = self._applier.states.load(kind, [rowid], state.id).get(rowid)
            if item is None:
                continue
            touched.add(kind, item.shown.record)
            if not item.is_settled:
                self._applier.remove(item)
                continue
            item.settle_base()
            self.fold_shown_again(state, item, waiting)
            self._applier.finish([item], touched)

    def fold_shown_again(self, state: WorkspaceState, item: Loaded, waiting: Waiting) -> None:
        """The shown state anew: what is settled, and what is tentative on top of it."""
        settled = item.settle_base()
        before = set(item.shown.heads) | set(item.shown.texts)
        item.shown = settled.copy()
        hole_base = self._applier.holes.lookup(state.index)
        for change in self._tentative(state, item, waiting):
            item.changed |= fold(item.shown, inherit(change, hole_base)).touched
        item.changed |= before

    def _tentative(self, state: WorkspaceState, item: Loaded, waiting: Waiting) -> list[Change]:
        own = [
            change
            for change in waiting.of(item.shown.record)
            if not change.create
            and self._applier.holes.known(state.index, change.id) is None
            and not _folded(item, change)
        ]
        if all(change.device == self._device for change in own):
            return own
        return in_order(own, lambda change, base: self._carried.stands(state, change, base))

    def unsettled(self, state: WorkspaceState, record: bytes) -> list[Change]:
        """Own edits of a record that the server has not ordered yet."""
        known = self._applier.holes.known
        own = self.waiting(state).of(record)
        return [one for one in own if not one.create and known(state.index, one.id) is None]

    def waiting(self, state: WorkspaceState, *, without: Collection[int] = ()) -> Waiting:
        def read() -> list[Change]:
            own = [change for change in self.own_changes(state) if change.dseq not in without]
            return [*own, *self._carried.changes(state)]

        return Waiting(read, self._device)


def _folded(item: Loaded, change: Change) -> bool:
    """Whether the settled state holds this change already as a head."""
    settled = item.settled
    if settled is None:
        return False
    return any(change.id == head.id for register in settled.heads.values() for head in register.heads)
