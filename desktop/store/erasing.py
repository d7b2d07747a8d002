"""Takes records that the administrator erased out of everything this laptop keeps, and proves that nothing is
left: log, pieces of snapshots, drafts, undo, unfinished jobs, search, files, backups, unused pages.

It is done in small transactions behind the person's own work. Each stage is noted, so that an interruption is
made good at the next start or sync.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final

import msgpack

from desktop.store.attachments import Vault
from desktop.store.connection import Connection
from desktop.store.jobs import pack_edits, unpack_edits
from desktop.store.notices import add_notice
from desktop.store.profile import Profile
from desktop.store.purge import discard_copies, rewrite
from sync.clock import Clock
from sync.digest import Digest
from sync.merge.files import ATTACHMENT
from sync.replica import erasing
from sync.replica.changed import Changed
from sync.replica.erasing import Erased, Stage
from sync.replica.ids import Database
from sync.replica.purge import shape_of
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState

RECORDS_ERASED: Final = "records_erased"


class Erasure:
    """Finishes what was begun. `run` is one transaction, `alone` has the connection to itself."""

    def __init__(
        self,
        profile: Profile,
        *,
        run: Callable[[Callable[[Replica], Any]], Any],
        alone: Callable[[Callable[[Connection], None]], None],
        clock: Clock,
    ) -> None:
        self._profile = profile
        self._vault = Vault(profile)
        self._run = run
        self._alone = alone
        self._clock = clock

    def finish(self) -> None:
        """Take out every erased record of which nothing is left to hand in."""
        told = [one for one in self._unfinished() if one.stage is Stage.TOLD]
        for index, several in groupby(told, key=lambda one: one.index):
            state = self._run(partial(_workspace, index=index))
            if state is not None:
                self._take_out(state, list(several))
        rewriting = [one for one in self._unfinished() if one.stage is Stage.REWRITING]
        if rewriting:
            self._forget_files(rewriting)
            self._alone(rewrite)
            discard_copies(self._profile.paths)
            self._run(partial(self._end, several=rewriting))

    def _unfinished(self) -> list[Erased]:
        found: list[Erased] = self._run(lambda replica: erasing.unfinished(replica.database))
        return found

    def _take_out(self, state: WorkspaceState, several: Sequence[Erased]) -> None:
        """Everything of one workspace; what is still to be handed in waits, with its record."""
        told = {one.record for one in several}
        self._run(partial(_drop_refused_strands, state=state, records=told))
        waiting: set[bytes] = self._run(lambda replica: erasing.spoken_of(replica.database, state, told))
        ready = [one for one in several if one.record not in waiting]
        if not ready:
            return
        records = {one.record for one in ready}
        after: int | None = 0
        while after is not None:
            after = self._run(partial(_rewrite_frames, state=state, records=records, after=after))
        self._rewrite_base(state, records)
        for one in ready:
            self._run(partial(_forget, one=one))

    def _rewrite_base(self, state: WorkspaceState, records: set[bytes]) -> None:
        """The snapshot under the log, and its digest, piece by piece."""
        pieces = self._run(lambda replica: erasing.pieces_of(replica.database, state))
        touched = [
            self._run(partial(_rewrite_piece, state=state, records=records, address=address))
            for address in pieces
        ]
        if not any(touched):
            return
        digest = Digest()
        for address in self._run(lambda replica: erasing.pieces_of(replica.database, state)):
            self._run(partial(_add_up, state=state, address=address, digest=digest))
        self._run(lambda replica: erasing.put_base_digest(replica.database, state, digest))

    def _forget_files(self, several: Sequence[Erased]) -> None:
        for one in several:
            for fingerprint in one.files:
                workspace = self._run(partial(_let_go, index=one.index, fingerprint=fingerprint))
                if workspace is not None:
                    self._vault.forget(workspace, fingerprint)
        self._run(lambda replica: erasing.forget_files(replica.database, several))

    def _end(self, replica: Replica, several: Sequence[Erased]) -> Changed:
        database = replica.database
        shape = shape_of(database)
        for one in several:
            rowid = replica.ids.find(one.record)
            if rowid is not None and erasing.parts_left(database, shape, rowid):
                raise RuntimeError("a table was not erased")
        erasing.move_on(database, several, Stage.DONE)
        add_notice(database, RECORDS_ERASED, {"count": len(several)}, at_ms=self._clock.now_ms())
        return Changed(_by_kind(several), local=False)


def _by_kind(several: Sequence[Erased]) -> dict[str, frozenset[bytes]]:
    kinds = {one.kind for one in several}
    return {kind: frozenset(one.record for one in several if one.kind == kind) for kind in kinds}


def _workspace(replica: Replica, index: int) -> WorkspaceState | None:
    """The workspace, unless it is on its way out as a whole, or a snapshot takes the place of all of it."""
    if erasing.is_filling(replica.database, index):
        return None
    return next((state for state in replica.workspaces.all() if state.index == index), None)


def _drop_refused_strands(replica: Replica, state: WorkspaceState, records: set[bytes]) -> None:
    erasing.drop_refused_strands(replica.database, state, records)
    replica.carried.forget_caches()


def _rewrite_frames(replica: Replica, state: WorkspaceState, records: set[bytes], after: int) -> int | None:
    files: set[bytes] = set()
    last = erasing.rewrite_frames(replica.database, state, records, after=after, files=files)
    _keep_files(replica, state, records, files)
    return last


def _rewrite_piece(replica: Replica, state: WorkspaceState, records: set[bytes], address: bytes) -> bool:
    files: set[bytes] = set()
    found = erasing.rewrite_piece(replica.database, state, records, address, files)
    _keep_files(replica, state, records, files)
    replica.filler.forget_caches()
    return found


def _keep_files(replica: Replica, state: WorkspaceState, records: set[bytes], files: set[bytes]) -> None:
    # Which of them named it does not matter.
    erasing.add_files(replica.database, state.index, min(records), files)


def _add_up(replica: Replica, state: WorkspaceState, address: bytes, digest: Digest) -> None:
    erasing.add_up_piece(replica.database, state, address, digest)


def _forget(replica: Replica, one: Erased) -> None:
    """One transaction: nothing that stands beside the log speaks of the record any more."""
    database = replica.database
    rowid = replica.ids.find(one.record)
    if rowid is not None:
        erasing.erase_parts(database, shape_of(database), rowid)
        replica.applier.indexer.remove([rowid])
    database.execute(
        "DELETE FROM trouble_end WHERE ws = ? AND dseq NOT IN"
        " (SELECT dseq FROM trouble WHERE ws = ? AND length(frame) > 0)",
        (one.index, one.index),
    )
    # Nobody can tell whether a frame that cannot be read speaks of it.
    database.execute("UPDATE unread SET frame = X'' WHERE ws = ?", (one.index,))
    database.execute("DELETE FROM drafts WHERE record = ?", (one.record,))
    _forget_undo(database, one.record)
    _forget_jobs(database, one.record)
    erasing.move_on(database, [one], Stage.REWRITING)


def _forget_undo(database: Database, record: bytes) -> None:
    """Take the steps on the record out of the undo list; a command that did nothing else leaves it."""
    for number, packed in database.execute("SELECT id, steps FROM undo").fetchall():
        steps = msgpack.unpackb(packed, strict_map_key=False)
        left = [step for step in steps if step[2] != record]
        if not left:
            database.execute("DELETE FROM undo WHERE id = ?", (number,))
        elif len(left) < len(steps):
            database.execute("UPDATE undo SET steps = ? WHERE id = ?", (msgpack.packb(left), number))


def _forget_jobs(database: Database, record: bytes) -> None:
    for job, part, packed in database.execute("SELECT id, part, edits FROM job").fetchall():
        edits = unpack_edits(packed)
        left = [edit for edit in edits if edit.record != record]
        if not left:
            database.execute("DELETE FROM job WHERE id = ? AND part = ?", (job, part))
        elif len(left) < len(edits):
            database.execute(
                "UPDATE job SET edits = ? WHERE id = ? AND part = ?", (pack_edits(left), job, part)
            )


def _let_go(replica: Replica, index: int, fingerprint: bytes) -> bytes | None:
    """The workspace to delete a file from; None where another attachment names it too."""
    state = next((state for state in replica.workspaces.all() if state.index == index), None)
    if state is None or ATTACHMENT not in replica.kinds:
        return None
    question = "SELECT 1 FROM attachment WHERE _ws = ? AND sha256 = ? LIMIT 1"
    if replica.database.execute(question, (index, fingerprint.hex())).fetchone() is not None:
        return None
    replica.database.execute("DELETE FROM attached WHERE ws = ? AND sha256 = ?", (index, fingerprint))
    return state.id
