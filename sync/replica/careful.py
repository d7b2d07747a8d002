"""The careful road of applying: where one change cannot be taken in, it is set aside, and the rest goes on;
a frame of which nothing can be read is set aside as it came.

Nothing of this runs until the ordinary road has failed and its transaction was rolled back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Final

from sync.changes import Change
from sync.digest import Digest
from sync.errors import DaftarError
from sync.frames import Block, block_of, changes_of
from sync.frames.container import is_intact
from sync.frames.packing import make_frame, open_frame
from sync.replica.apply import Applier
from sync.replica.aside import Aside, SetAside
from sync.replica.carried import Carried
from sync.replica.changed import Touched
from sync.replica.ids import Database, IdMap
from sync.replica.pulling import Puller
from sync.replica.received import Received
from sync.replica.settle import Settler
from sync.replica.source import Source
from sync.replica.tentative import Tentative
from sync.replica.unread import Kept, Unread, read_kept
from sync.replica.workspaces import WorkspaceState

BUG: Final = "set_aside_bug"
"""The code of a change on which the program itself failed; the log says how."""
_STRUCTURE: Final = frozenset({"pull_gap", "workspace_missing", "strand_own"})
_OF_THE_VALUE: Final = frozenset({18, 19, 20, 25})
"""SQLite's TOOBIG, CONSTRAINT, MISMATCH and RANGE: about what is stored, not about the disk."""
_LOGGER: Final = logging.getLogger("desktop.sync")


class PoisonError(Exception):
    """Something in a job cannot be taken in: run it once more, with care."""


def is_poison(error: Exception) -> bool:
    """Whether a failure is about what was applied, and not about the disk, memory or the order of things."""
    if isinstance(error, DaftarError):
        return error.code not in _STRUCTURE
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in _OF_THE_VALUE
    return not isinstance(error, OSError | MemoryError)


def code_of(error: Exception) -> str:
    """The code under which something is set aside."""
    return error.code if isinstance(error, DaftarError) else BUG


class Careful:
    """Applies what it can; the caller owns the transaction and saves the workspace."""

    def __init__(
        self,
        database: Database,
        puller: Puller,
        *,
        applier: Applier,
        settler: Settler,
        tentative: Tentative,
        carried: Carried,
        ids: IdMap,
        aside: Aside,
        unread: Unread,
        device: int,
    ) -> None:
        self._database = database
        self._puller = puller
        self._applier = applier
        self._settler = settler
        self._tentative = tentative
        self._carried = carried
        self._ids = ids
        self._aside = aside
        self._unread = unread
        self._device = device

    def attempt(self, state: WorkspaceState, job: Callable[[], object]) -> Exception | None:
        """Run a job wholly, or not at all where it fails on what it applies; then says why."""
        before = replace(state, digest=Digest(state.digest.stored()))
        self._database.execute("SAVEPOINT careful")
        try:
            job()
        except Exception as error:
            if not is_poison(error):
                raise
            self._database.execute("ROLLBACK TO careful")
            self._database.execute("RELEASE careful")
            for one in fields(state):
                setattr(state, one.name, getattr(before, one.name))
            self._ids.reload()
            self._carried.forget_caches()
            return error
        self._database.execute("RELEASE careful")
        return None

    def pull(
        self, state: WorkspaceState, received: Received, touched: Touched, *, certain: bool = False
    ) -> None:
        """Apply what of a frame is behind the cursor; what cannot be taken in is set aside.

        A frame that is not what its maker sealed may only have been damaged on the way: it raises, unless it
        is `certain` that another would not be better.
        """
        if received.first > state.cursor + 1:
            raise DaftarError("pull_gap", expected=state.cursor + 1, got=received.first)
        try:
            changes = changes_of(read_kept(received, state.id))
        except Exception as error:
            if not is_poison(error) or not (certain or is_intact(received.frame)):
                raise
            _LOGGER.warning("set aside %s to %s unread: %s", received.first, received.last, code_of(error))
            self._unread.keep(state, received, code_of(error))
            return
        skipped = max(0, state.cursor + 1 - received.first)
        stamps = {at - skipped: stamp for at, stamp in received.effective.items() if at >= skipped}
        self._take(state, changes[skipped:], received.first + skipped, stamps, touched)

    def settle(
        self, state: WorkspaceState, *, first: int, first_dseq: int, last_dseq: int, touched: Touched
    ) -> None:
        """Own changes that the server accepted as they are, from `first` on."""
        own = [
            change for change in self._settler.own_changes(state) if first_dseq <= change.dseq <= last_dseq
        ]
        whole = len(own) == last_dseq - first_dseq + 1
        if not whole or [change.dseq for change in own] != list(range(first_dseq, last_dseq + 1)):
            raise DaftarError("own_changes_missing", first=first_dseq, last=last_dseq)
        self._take(state, own, first, {}, touched)

    def _take(
        self,
        state: WorkspaceState,
        changes: Sequence[Change],
        first: int,
        stamps: dict[int, int],
        touched: Touched,
    ) -> None:
        """All of it at once, or in halves: what is healthy stays in large frames."""
        if not changes:
            return
        frame = make_frame(block_of(changes))
        received = Received(first, first + len(changes) - 1, frame, stamps)

        def pull() -> None:
            self._puller.pull(state, received, touched, turn=None)

        error = self.attempt(state, pull)
        if error is None:
            return
        touched.take_refold()
        if len(changes) == 1:
            self._put_aside(state, changes[0], received, error)
            return
        half = len(changes) // 2
        before = {at: stamp for at, stamp in stamps.items() if at < half}
        behind = {at - half: stamp for at, stamp in stamps.items() if at >= half}
        self._take(state, changes[:half], first, before, touched)
        self._take(state, changes[half:], first + half, behind, touched)

    def _put_aside(self, state: WorkspaceState, change: Change, received: Received, error: Exception) -> None:
        self._log_aside(state, change, received, error)
        state.cursor, state.head = received.last, max(state.head, received.last)

    def _log_aside(self, state: WorkspaceState, change: Change, received: Received, error: Exception) -> None:
        report(change, error)
        block = open_frame(received.frame, state.id)
        self._settler.keep(state, block, received)
        self._aside.add(
            state,
            change,
            pseq=received.first,
            effective=received.effective.get(0),
            code=code_of(error),
        )
        self._carried.forget_caches()

    # Once more

    def try_again(self, state: WorkspaceState, touched: Touched) -> int:
        """Take in what was set aside, as after an upgrade; says how many changes that was."""
        taken = sum(self._read_again(state, kept, touched) for kept in self._unread.of(state))
        for one in self._aside.of(state):
            block = open_frame(one.frame, state.id)
            if block.devices[0] == self._device:
                # It is in what is shown; the settled state has to come from the server, and is asked for
                # where the next sync finds that the record differs.
                self._aside.forget_unlike(state, one.rowid)
                continue

            def fold(one: SetAside = one, block: Block = block) -> None:
                self._fold(state, one, block, touched)

            if self.attempt(state, fold) is None:
                self._aside.forget(state, pseq=one.pseq)
                self._aside.forget_unlike(state, one.rowid)
                taken += 1
        return taken

    def _read_again(self, state: WorkspaceState, kept: Kept, touched: Touched) -> int:
        """A frame that could not be read before: into the log, and folded where nobody put it right since."""
        received = kept.received
        try:
            changes = changes_of(read_kept(received, state.id))
        except Exception as error:
            if not is_poison(error):
                raise
            return 0
        if not kept.made_good:
            self._take_late(state, changes, received.first, received.effective, touched)
        elif self.attempt(state, lambda: self._settler.keep_known(state, received, touched)) is not None:
            return 0
        for change in changes:
            self._aside.forget_unlike(state, self._ids.rowid(change.record))
        self._carried.forget_heard(state)
        self._unread.forget(state, received)
        return len(changes)

    def _take_late(
        self,
        state: WorkspaceState,
        changes: Sequence[Change],
        first: int,
        stamps: Mapping[int, int],
        touched: Touched,
    ) -> None:
        """Fold what stands behind the cursor for long; in halves where that is needed."""
        received = Received(first, first + len(changes) - 1, make_frame(block_of(changes)), stamps)
        error = self.attempt(state, lambda: self._puller.late(state, received, touched))
        if error is None:
            return
        touched.take_refold()
        if len(changes) == 1:
            self._log_aside(state, changes[0], received, error)
            return
        half = len(changes) // 2
        before = {at: stamp for at, stamp in stamps.items() if at < half}
        behind = {at - half: stamp for at, stamp in stamps.items() if at >= half}
        self._take_late(state, changes[:half], first, before, touched)
        self._take_late(state, changes[half:], first + half, behind, touched)

    def _fold(self, state: WorkspaceState, one: SetAside, block: Block, touched: Touched) -> None:
        row = self._database.execute(
            "SELECT max(id) FROM log WHERE ws = ? AND first_pseq <= ? AND last_pseq >= ?",
            (state.index, one.pseq, one.pseq),
        ).fetchone()
        effective = {} if one.effective is None else {0: one.effective}
        source = Source(state.id, state.index, int(row[0] or 0), settled=True, effective=effective)
        self._applier.apply(block, source, state.digest, touched)
        again = touched.take_refold()
        if again:
            self._tentative.fold_again(state, again, touched)


def report(change: Change, error: Exception) -> None:
    """Say in the log what was set aside; where the program itself failed, with the place."""
    if isinstance(error, DaftarError):
        _LOGGER.warning("set aside %s of %x: %s", change.dseq, change.device, error.code)
    else:
        _LOGGER.error("set aside %s of %x", change.dseq, change.device, exc_info=error)
