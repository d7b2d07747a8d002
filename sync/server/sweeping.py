"""Removes files that no record names any more: after some time, or at once when they are erased.

A file goes only under the lock of its workspace, which the pushing of records and the beginning of an upload
take too, and never while somebody sends it. So a record that comes back inside the grace period finds its
file, and one that comes later has it sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Connection

from sync.clock import Clock
from sync.errors import DaftarError
from sync.merge import RecordState, is_deleted
from sync.merge.files import ATTACHMENT, files_of_change, files_of_record
from sync.server.files import BlobStore
from sync.server.refolding import RECORD_DAMAGED, UNREADABLE, renew_one
from sync.server.settings import DAY_MS
from sync.server.states import unpack_state
from sync.server.storage import Storage, blobs, erasures, journal
from sync.server.stored import change_aside

_AT_ONCE: Final = 50
FILE_ERASED: Final = "file_erased"


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of a workspace's files: how many were removed, their bytes, and how many wait to be."""

    removed: int = 0
    bytes: int = 0
    waiting: int = 0


class Sweeper:
    """Removes what nobody names; may run while laptops send files."""

    def __init__(self, storage: Storage, store: BlobStore, *, clock: Clock) -> None:
        self._storage = storage
        self._store = store
        self._clock = clock

    def sweep(self, workspace: bytes, *, grace_days: int) -> Swept:
        """Note which files nobody names now, and remove those that nobody has named for so long.

        Where nobody can tell what a damaged attachment names, every file of the workspace stays.
        """
        now = self._clock.now_ms()
        try:
            due, waiting = self._storage.writing(
                lambda connection: self._look(
                    connection, workspace, now=now, before=now - grace_days * DAY_MS
                )
            )
        except DaftarError as error:
            if error.code != RECORD_DAMAGED:
                raise
            return Swept()
        removed = size = 0
        for at in range(0, len(due), _AT_ONCE):
            gone = self._storage.writing(
                partial(self._remove, workspace=workspace, due=due[at : at + _AT_ONCE])
            )
            removed, size = removed + len(gone), size + sum(gone)
        return Swept(removed, size, waiting + len(due) - removed)

    def _look(
        self, connection: Connection, workspace: bytes, *, now: int, before: int
    ) -> tuple[list[tuple[bytes, int]], int]:
        journal.lock_head(connection, workspace)
        named = named_files(connection, workspace)
        due, waiting = [], 0
        for fingerprint, size, since in blobs.held_files(connection, workspace):
            if fingerprint in named:
                if since is not None:
                    self._keep(connection, workspace, fingerprint)
                continue
            if since is None:
                blobs.mark_unnamed(connection, workspace, fingerprint, since=now)
            if (now if since is None else since) <= before:
                due.append((fingerprint, size))
            else:
                waiting += 1
        return due, waiting

    def _keep(self, connection: Connection, workspace: bytes, fingerprint: bytes) -> None:
        """Somebody names it again; where a removal was cut short the file is gone, and is sent again."""
        if self._store.size(workspace, fingerprint) is None:
            blobs.drop_blob(connection, workspace, fingerprint)
        else:
            blobs.mark_unnamed(connection, workspace, fingerprint, since=None)

    def _remove(
        self, connection: Connection, *, workspace: bytes, due: Iterable[tuple[bytes, int]]
    ) -> list[int]:
        """The sizes of what was removed. The file goes first: without its row nobody would look for it."""
        journal.lock_head(connection, workspace)
        named = named_files(connection, workspace)
        sizes = []
        for fingerprint, size in due:
            if fingerprint in named or blobs.uploads_of(connection, workspace, fingerprint):
                continue
            self._store.remove(workspace, fingerprint)
            blobs.drop_blob(connection, workspace, fingerprint)
            sizes.append(size)
        return sizes


def drop_erased(
    connection: Connection, store: BlobStore, workspace: bytes, fingerprints: set[bytes], *, now_ms: int
) -> int:
    """Remove the files of erased records, and what has come of them, unless other records name them too.

    The caller has the workspace's lock. Says how many files were here.
    """
    gone = fingerprints - named_files(connection, workspace)
    found = 0
    for fingerprint in sorted(gone):
        found += blobs.find_blob(connection, workspace, fingerprint) is not None
        for coming in blobs.uploads_of(connection, workspace, fingerprint):
            store.discard(workspace, fingerprint, coming.installation_id)
            blobs.drop_upload(connection, workspace, coming)
        store.remove(workspace, fingerprint)
        blobs.drop_blob(connection, workspace, fingerprint)
    erasures.add_erased_files(connection, workspace, gone, at=now_ms)
    return found


def refuse_erased(connection: Connection, workspace: bytes, fingerprint: bytes) -> None:
    """Raise `file_erased` for a file that was erased, unless somebody has attached it anew."""
    if not erasures.is_erased_file(connection, workspace, fingerprint):
        return
    if fingerprint not in named_files(connection, workspace):
        raise DaftarError(FILE_ERASED)


def named_files(connection: Connection, workspace: bytes) -> set[bytes]:
    """The files that records name which are not removed, or changes that somebody may still let in.

    Raises `record_damaged` where nobody can tell what one of them names.
    """
    named: set[bytes] = set()
    for record, _, stored in erasures.records_of_kinds(connection, workspace, [ATTACHMENT]):
        state = _attachment(connection, workspace, record, stored)
        if not is_deleted(state):
            named |= files_of_record(state)
    for row in (*journal.quarantine_of(connection, workspace), *journal.waiting(connection, workspace)):
        change = change_aside(bytes(row.change), workspace)
        named |= set() if change is None else files_of_change(change)
    return named


def _attachment(connection: Connection, workspace: bytes, record: bytes, stored: bytes) -> RecordState:
    """An attachment as it is stored, or, where the disk has damaged that, as the log tells it."""
    try:
        return unpack_state(stored, workspace=workspace, kind=ATTACHMENT, record=record)[0]
    except UNREADABLE:
        term = erasures.terms_of(connection, workspace, [record])[record]
        state = renew_one(connection, workspace, record, term=term)
        if state is None:
            raise DaftarError(RECORD_DAMAGED) from None
        return state
