"""Pulled frames and the order of own changes, applied in slices between which the user goes first.

The cursor is a `pseq` and may rest inside a frame, where a `txn` ends; each slice is whole by itself. While
nobody waits, many slices share a transaction: a page that several of them write is encrypted once. How many
changes a slice holds follows from the processor time of the last ones, so that it takes some milliseconds
while somebody types, and some more while nobody does; by the clock on the wall a busy machine would get ever
smaller slices, and more work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from sync.clock import HybridClock
from sync.errors import DaftarError
from sync.frames import Block
from sync.frames.packing import make_frame, open_frame
from sync.frames.slicing import Pace, part, slices
from sync.replica.apply import Applier
from sync.replica.carried import Carried
from sync.replica.changed import Touched
from sync.replica.ids import Database, IdMap
from sync.replica.received import Received, unpack_stamps
from sync.replica.settle import Settler
from sync.replica.source import Source
from sync.replica.tentative import Tentative
from sync.replica.workspaces import WorkspaceState

_TURN_S: Final = 0.25
"""A transaction at most, beside its last slice."""
_SHORT_TURN_S: Final = 0.008
"""The same while somebody types: what is committed is waited for too."""


class Turn:
    """One transaction of a pull: it ends where somebody has to go first, or when it has done enough."""

    def __init__(self, waits: Callable[[], bool], seconds: Callable[[], float] = time.thread_time) -> None:
        self._waits = waits
        self._seconds = seconds
        self._began = seconds()
        self._most = _TURN_S
        self.waited = False
        """Whether somebody has to go first."""

    def shorten(self) -> None:
        """Somebody types: whoever waits next is not to wait for a long transaction."""
        self._most = _SHORT_TURN_S

    def over(self) -> bool:
        self.waited = self.waited or self._waits()
        return self.waited or self._seconds() - self._began >= self._most


class Puller:
    """Moves the cursor of a workspace; the caller owns the transaction and saves the workspace."""

    def __init__(
        self,
        database: Database,
        applier: Applier,
        settler: Settler,
        *,
        ids: IdMap,
        device: int,
        clock: HybridClock,
        carried: Carried,
        tentative: Tentative,
        seconds: Callable[[], float] = time.thread_time,
    ) -> None:
        self._seconds = seconds
        self._pace = Pace()
        self._database = database
        self._applier = applier
        self._settler = settler
        self._ids = ids
        self._carried = carried
        self._tentative = tentative
        self._device = device
        self._clock = clock
        self._opened: tuple[Received, list[Block]] | None = None
        self._tidy: set[int] = set()
        """Workspaces whose last log row is known to end where the cursor stands."""

    def pull(self, state: WorkspaceState, received: Received, touched: Touched, *, turn: Turn | None) -> None:
        """Apply what of a frame is behind the cursor, until its end, or until the turn is over."""
        if received.first > state.cursor + 1:
            raise DaftarError("pull_gap", expected=state.cursor + 1, got=received.first)
        pieces = self._open(state, received)
        if received.first == state.cursor + 1 and state.index not in self._tidy:
            self.trim(state)
        self._tidy.discard(state.index)
        start = received.first
        for piece in pieces:
            end = start + len(piece) - 1
            if start <= state.cursor < end:
                raise DaftarError("pull_gap", expected=state.cursor + 1, got=start)
            if end > state.cursor:
                began = self._seconds()
                self._apply(state, piece, received, start=start, touched=touched)
                self._pace.note(piece, self._seconds() - began)
                state.cursor, state.head = end, max(state.head, end)
                if turn is not None and self._is_over(turn) and end < received.last:
                    return
            start = end + 1
        self._opened = None
        self._tidy.add(state.index)

    def late(self, state: WorkspaceState, received: Received, touched: Touched) -> None:
        """Apply a frame that stands behind the cursor for long, and could not be read when it came."""
        self._opened = None
        block = open_frame(received.frame, state.id)
        self._apply(state, block, received, start=received.first, touched=touched)

    def forget_caches(self) -> None:
        """A transaction was rolled back: nothing is known of a frame that it had begun."""
        self._opened = None
        self._tidy.clear()

    def _is_over(self, turn: Turn) -> bool:
        if self._pace.typing:
            turn.shorten()
        over = turn.over()
        if turn.waited:
            self._pace.hurry()
        return over

    def _open(self, state: WorkspaceState, received: Received) -> list[Block]:
        if self._opened is None or self._opened[0] is not received:
            block = open_frame(received.frame, state.id)
            if len(block) != received.last - received.first + 1:
                raise DaftarError("bad_frame", reason="pseq")
            whole = self._device in block.devices
            self._opened = (received, [block] if whole else slices(block, budget=self._pace.budget))
        return self._opened[1]

    def _apply(
        self, state: WorkspaceState, piece: Block, received: Received, *, start: int, touched: Touched
    ) -> None:
        skipped = start - received.first
        effective = {
            position - skipped: stamp
            for position, stamp in received.effective.items()
            if skipped <= position < skipped + len(piece)
        }
        open_past = self._carried.went_back(state) or self._carried.refused_any(state)
        again = self._tentative.forget_unsettled(state, piece)
        if open_past:
            again |= self._written_ahead(state, piece)
        if self._device in piece.devices:
            self._settler.catch_up(state, piece)
            # What is made anew has own edits on it again before these are settled.
            touched.refold |= again
            self._settler.settle_mixed(state, piece, received, touched)
        else:
            log = self._log_row(state, piece, received, begins=start == received.first)
            source = Source(state.id, state.index, log, settled=True, effective=effective)
            self._applier.apply(piece, source, state.digest, touched)
        again |= self._carried.settled(state, piece) | touched.take_refold()
        beside = touched.take_beside()
        if open_past:
            # Tentative changes may stand on what only comes now.
            again |= beside
        if again:
            self._tentative.fold_again(state, again, touched)
        self._clock.witness(*(effective.get(at, stamp) for at, stamp in enumerate(piece.stamps)))

    def _written_ahead(self, state: WorkspaceState, piece: Block) -> set[tuple[str, bytes]]:
        """New records that were here before, until the strand that brought them was refused, or the server
        lost them: what was typed in them meanwhile waits for them.
        """
        waiting = self._settler.waiting(state)
        made = (group for group in piece.groups if group.create and not group.hole)
        return {(group.kind, record) for group in made for record in group.records if waiting.of(record)}

    def trim(self, state: WorkspaceState) -> None:
        """Cut a frame of which only the beginning was applied before the line broke: the rest comes anew."""
        self._tidy.discard(state.index)
        row = self._database.execute(
            "SELECT id, first_pseq, frame, effective FROM log"
            " WHERE ws = ? AND first_pseq <= ? AND last_pseq > ?",
            (state.index, state.cursor, state.cursor),
        ).fetchone()
        if row is None:
            return
        log, first, frame, effective = row
        kept = part(open_frame(bytes(frame), state.id), 0, state.cursor - first + 1)
        stamps = {at: stamp for at, stamp in (unpack_stamps(effective)).items() if at < len(kept)}
        shorter = Received(first, state.cursor, make_frame(kept), stamps)
        self._database.execute(
            "UPDATE log SET last_pseq = ?, last_dseq = min(last_dseq, ?), frame = ?, effective = ?"
            " WHERE id = ?",
            (shorter.last, kept.dseqs[-1], shorter.frame, shorter.packed_stamps(), log),
        )

    def _log_row(self, state: WorkspaceState, piece: Block, received: Received, *, begins: bool) -> int:
        """The row of the whole frame; it is there already when a later slice of it is applied."""
        if not begins:
            row = self._database.execute(
                "SELECT max(id) FROM log WHERE ws = ? AND first_pseq = ? AND last_pseq = ?",
                (state.index, received.first, received.last),
            ).fetchone()
            if row[0] is not None:
                return int(row[0])
        whole = [device for block in (self._opened or (received, [piece]))[1] for device in block.devices]
        single = len(set(whole)) == 1
        cursor = self._database.execute(
            "INSERT INTO log(ws, device, first_dseq, last_dseq, first_pseq, last_pseq, effective, frame)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (
                state.index,
                self._ids.device(piece.devices[0]) if single else 0,
                piece.dseqs[0] if single else 0,
                piece.dseqs[0] + len(whole) - 1 if single else 0,
                received.first,
                received.last,
                received.packed_stamps(),
                received.frame,
            ),
        )
        return int(cursor.lastrowid)
