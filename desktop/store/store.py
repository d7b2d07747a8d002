"""The local store: opens the profile's database, owns the writer, tells listeners what changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from desktop.store import undo
from desktop.store.attached import create_attached
from desktop.store.connection import (
    BULK_CACHE_MB,
    Connection,
    open_writer,
    set_cache,
    transaction,
    unhurried,
)
from desktop.store.continued import Continued
from desktop.store.drafts import create_drafts
from desktop.store.erasing import Erasure
from desktop.store.jobs import TOGETHER, create_jobs, store_job, strike_off, waiting_parts
from desktop.store.notices import create_notices
from desktop.store.parcels import create_parcels
from desktop.store.profile import Profile, WriterLock
from desktop.store.purge import DISK_CODES, Purge
from desktop.store.reader import Reader, open_connection, open_store_reader
from desktop.store.restored import NOTHING, reissue
from desktop.store.rewound import past
from desktop.store.rotation import back_up_before_migration
from desktop.store.search import SearchIndex
from desktop.store.space import give_back
from desktop.store.spare import Spare
from desktop.store.writer import Priority, Writer
from sync.changes import Change, Edit
from sync.clock import Clock, HybridClock
from sync.errors import DaftarError
from sync.records import Kind, make_record_id
from sync.replica.changed import Changed
from sync.replica.erasing import unfinished
from sync.replica.ids import Database
from sync.replica.leaving import leaving
from sync.replica.numbers import note_former
from sync.replica.replica import Identity, Replica
from sync.replica.rewinding import Stand, rewind
from sync.replica.schema import VERSION, create_tables
from sync.replica.upgrading import adopt

T = TypeVar("T")
Listener = Callable[[Changed], None]

BULK_EDITS: Final = 200
_RUN_BITS: Final = 24
_DEVICE_BITS: Final = 48


def _nothing(_database: Database) -> None:
    """Nothing else to do in the same transaction."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a command did: the changes it became."""

    changed: Changed
    changes: tuple[Change, ...]


class Store:
    """One opened profile. Construct with `Store.open`; every write goes through the writer thread."""

    def __init__(self, profile: Profile, kinds: Mapping[str, Kind], clock: Clock, lock: WriterLock) -> None:
        self.profile = profile
        self.kinds = kinds
        self._clock = clock
        self._lock = lock
        self._spare = Spare(lambda: open_connection(profile, shared=True))
        self._listeners: list[Listener] = []
        self._run = secrets.randbits(_RUN_BITS)
        self._counter = 0
        self._continued = Continued()
        self._connection: Connection
        self._replica: Replica
        self._writer = Writer()
        self._device = 0

    @classmethod
    def open(cls, profile: Profile, kinds: Mapping[str, Kind], clock: Clock) -> Store:
        """Take the profile's lock and open its database.

        Raises `profile_in_use`, `key_wrong`, `database_damaged`, `database_newer`.
        """
        lock = WriterLock(profile.paths.lock)
        lock.acquire()
        store = cls(profile, kinds, clock, lock)
        try:
            store._writer.submit(store._prepare).result()
        except BaseException:
            store._writer.stop()
            lock.release()
            raise
        return store

    def close(self) -> None:
        """Drain the writer, close the database, give the lock back."""
        self._writer.submit(self._close_connection)
        self._writer.stop()
        self._spare.close()
        self._lock.release()

    def _close_connection(self) -> None:
        self._connection.close()

    def _prepare(self) -> None:
        self._connection = open_writer(self.profile.paths.database, key=self.profile.key, newest=VERSION)
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and version < VERSION:
            back_up_before_migration(self.profile, self._connection, clock=self._clock)
        with transaction(self._connection):
            create_tables(self._connection, self.kinds)
            create_drafts(self._connection)
            create_jobs(self._connection)
            create_parcels(self._connection)
            undo.create_undo(self._connection)
            create_notices(self._connection)
            create_attached(self._connection)
            stale = SearchIndex(self._connection).create()
            self._connection.execute(f"PRAGMA user_version = {VERSION:d}")
            identity = self._identity()
        self._replica = self._new_replica(identity)
        with transaction(self._connection):
            adopt(self._connection, self._replica, SearchIndex(self._connection))
            self._replica.try_again()
        if self._meta("restored"):
            self._renew_identity()
        if stale:
            self._rebuild_search()
        self._finish_leaving()
        self._finish_jobs()

    def _finish_leaving(self) -> None:
        """Go on erasing what was interrupted; where the disk does not let it, later."""

        def renew(also: Callable[[Database], None]) -> None:
            self._renew_identity(also=also)

        purge = Purge(
            self.profile.paths,
            run=self._in_transaction,
            alone=lambda job: job(self._connection),
            renew=renew,
            clock=self._clock,
        )
        try:
            purge.finish()
            self._erasure(run=self._in_transaction, alone=lambda job: job(self._connection)).finish()
        except DaftarError as error:
            if error.code not in DISK_CODES:
                raise

    def _erasure(self, *, run: Any, alone: Any) -> Erasure:
        return Erasure(self.profile, run=run, alone=alone, clock=self._clock)

    # Identity

    def _meta(self, key: str) -> Any:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def _set_meta(self, key: str, value: Any) -> None:
        self._connection.execute(
            "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def _identity(self) -> Identity:
        device = self._meta("device")
        if device is None:
            device = draw_device()
            self._set_meta("device", device)
            self._set_meta("account", secrets.token_bytes(16))
        self._device = int(device)
        return Identity(int(device), bytes(self._meta("account")))

    def _new_replica(self, identity: Identity) -> Replica:
        offset = self._meta("offset_ms") or 0
        clock = HybridClock(self._clock, last=int(self._meta("stamp") or 0), offset_ms=int(offset))
        index = SearchIndex(self._connection)
        return Replica(self._connection, self.kinds, index, identity=identity, clock=clock)

    def _renew_identity(
        self, *, also: Callable[[Database], None] = _nothing, without: Mapping[bytes, int] = NOTHING
    ) -> None:
        """Draw a new device number and issue the unacknowledged tail again under it (SYNC §5)."""
        former, identity = self._replica, Identity(draw_device(), self._replica.identity.account)
        try:
            with transaction(self._connection):
                also(self._connection)
                self._set_meta("device", identity.device)
                self._set_meta("epoch", int(self._meta("epoch") or 0) + 1)
                self._connection.execute("DELETE FROM meta WHERE key = 'restored'")
                note_former(self._connection, former.identity.device)
                renewed = self._new_replica(identity)
                moved = reissue(self._connection, former, renewed, without=without)
        except BaseException:
            former.reload()
            raise
        self._device, self._replica = identity.device, renewed
        self._continued.renumber(moved)

    @property
    def device(self) -> int:
        return self._device

    def new_id(self) -> bytes:
        """A fresh record id: device number, this run of the program, a counter."""
        self._counter += 1
        return make_record_id(self._device, self._run, self._counter)

    # Writing

    def submit(self, edits: Sequence[Edit], *, label: str, origin: object | None = None) -> Future[Written]:
        """Apply the edits of one command: one undo, one transaction where they fit a frame, else parts."""
        if len(edits) > BULK_EDITS:
            return self._writer.submit(lambda: self._write_job(edits, label, origin))
        return self._writer.submit(lambda: self._write(edits, label, origin))

    def run(self, job: Callable[[Replica], T], *, priority: Priority = Priority.SYNC) -> T:
        """Run a job in one transaction of the writer and wait for it; listeners hear a `Changed` result."""
        return self._writer.submit(lambda: self._in_transaction(job), priority=priority).result()

    def absorb(self, job: Callable[[Replica], T]) -> T:
        """Like `run`, for what the server sent: a power cut may take it back, as the server has it."""
        return self._writer.submit(lambda: self._absorb(job), priority=Priority.SYNC).result()

    def _absorb(self, job: Callable[[Replica], T]) -> T:
        with unhurried(self._connection):
            return self._in_transaction(job)

    def post(self, job: Callable[[Connection], T], *, priority: Priority = Priority.USER) -> Future[T]:
        """Run a job on the connection in one transaction (drafts, settings kept with the data)."""
        return self._writer.submit(
            lambda: self._in_transaction(lambda _replica: job(self._connection)), priority=priority
        )

    def user_waits(self) -> bool:
        """Whether something that a person did stands behind the job that is running."""
        return self._writer.waiting_users

    def undo(self, *, insist: bool = False, redo: bool = False) -> Future[str]:
        """Take the last command back (or do it again); the result is its label."""
        return self._writer.submit(lambda: self._undo(insist=insist, redo=redo))

    def _in_transaction(self, job: Callable[[Replica], T]) -> T:
        try:
            with transaction(self._connection):
                result = job(self._replica)
        except BaseException:
            self._replica.reload()
            raise
        if isinstance(result, Changed):
            self._tell(result)
        return result

    def _write(self, edits: Sequence[Edit], label: str, origin: object | None) -> Written:
        def job(replica: Replica) -> Written:
            own = self._continued.advance(edits)
            before = undo.before_values(replica, own)
            changed, changes = replica.write(own, origin=origin)
            undo.remember(self._connection, replica, label, changes, _reorder(before, own, changes))
            return Written(changed, tuple(changes))

        written = self._in_transaction(job)
        self._continued.note(written.changes)
        self._tell(written.changed)
        return written

    def _write_job(self, edits: Sequence[Edit], label: str, origin: object | None) -> Written:
        self._in_transaction(lambda _replica: store_job(self._connection, label, edits))
        return self._finish_jobs(origin=origin)

    def _finish_jobs(self, *, origin: object | None = None) -> Written:
        written: list[Change] = []
        touched: dict[str, frozenset[bytes]] = {}
        set_cache(self._connection, megabytes=BULK_CACHE_MB)
        for part in waiting_parts(self._connection):

            def job(replica: Replica, part: Any = part) -> tuple[Changed, list[Change]]:
                before = undo.before_values(replica, part.edits)
                changed, changes = replica.write(part.edits, origin=origin, together=TOGETHER)
                steps = _reorder(before, part.edits, changes)
                undo.remember(self._connection, replica, part.label, changes, steps, job=part.job)
                strike_off(self._connection, part)
                return changed, changes

            changed, changes = self._in_transaction(job)
            self._tell(changed)
            written += changes
            for kind, records in changed.touched.items():
                touched[kind] = touched.get(kind, frozenset()) | records
        set_cache(self._connection)
        return Written(Changed(touched, origin), tuple(written))

    def _undo(self, *, insist: bool, redo: bool) -> str:
        def job(replica: Replica) -> tuple[Changed, list[Change], str]:
            entry = undo.top(self._connection, redo=redo)
            edits = undo.inverse(replica, entry, insist=insist)
            before = undo.before_values(replica, edits)
            changed, changes = replica.write(edits)
            steps = _reorder(before, edits, changes)
            undo.mark(self._connection, replica, entry, changes, undone=not redo, before=steps)
            return changed, changes, entry.label

        changed, changes, label = self._in_transaction(job)
        self._continued.note(changes)
        self._tell(changed)
        return label

    # Listening and reading

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` in the writer thread after each commit; the result unsubscribes."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, changed: Changed) -> None:
        if changed:
            for listener in tuple(self._listeners):
                listener(changed)

    def reader(self, *, wide: bool = False) -> Reader:
        """A reader for the calling thread; close it there. A `wide` one is for sorting whole tables."""
        if wide:
            return open_store_reader(self.profile, self.kinds, wide=True)
        return Reader(self._spare.take(), self.kinds, give=self._spare.give)

    # Upkeep

    def remember(self, values: Mapping[str, Any]) -> None:
        """Keep values of the `meta` table: the server's address, the token, epochs."""

        def job(_replica: Replica) -> None:
            for key, value in values.items():
                self._set_meta(key, value)

        self.run(job, priority=Priority.USER)

    def become(self, account: bytes) -> None:
        """Take the account that the server gave this laptop's user; own changes until now keep theirs."""
        self.remember({"account": account})
        self._writer.submit(self._reopen_replica).result()

    def renew(self, without: Mapping[bytes, int] = NOTHING) -> None:
        """Draw a new device number: this profile is a clone, or was restored from a backup, or the server
        cannot read what begins with a change of some workspaces, which is left out then.
        """
        self._writer.submit(lambda: self._renew_identity(without=without)).result()

    def rewind(self, workspace: bytes, *, to: int, stand: Stand) -> bool:
        """Go back to where a restored server stands; whether own changes can be sent again as they are."""
        return self._writer.submit(lambda: self._rewind(workspace, to, stand)).result()

    def _rewind(self, workspace: bytes, to: int, stand: Stand) -> bool:
        with past(self._connection, self._replica, workspace, to=to, clock=self._clock) as before:

            def job(replica: Replica) -> tuple[Changed, bool]:
                return rewind(replica, workspace, to=to, past=before, stand=stand)

            changed, whole = self._in_transaction(job)
        self._tell(changed)
        return whole

    def erase_left(self) -> None:
        """Erase the workspaces that were lost and of which everything was handed in, and erased records."""
        if self.with_connection(leaving):
            Purge(
                self.profile.paths,
                run=self.run,
                alone=self.with_connection,
                renew=lambda also: self._writer.submit(lambda: self._renew_identity(also=also)).result(),
                clock=self._clock,
            ).finish()
        if self.with_connection(unfinished):
            try:
                self._erasure(run=self.run, alone=self.with_connection).finish()
            except DaftarError as error:
                # Somebody reads old pages of the log: it is gone from every table, the rest goes next time.
                if error.code != "database_busy":
                    raise

    def _reopen_replica(self) -> None:
        self._replica = self._new_replica(self._identity())

    def with_connection(self, job: Callable[[Connection], T]) -> T:
        """Run a job on the writer's connection outside a transaction (backup, integrity check)."""
        return self._writer.submit(lambda: job(self._connection)).result()

    def later(self, job: Callable[[Connection], T]) -> Future[T]:
        """Like `with_connection`, when nothing else waits, without waiting for it (the daily backup)."""
        return self._writer.submit(lambda: job(self._connection), priority=Priority.IDLE)

    def give_back(self) -> None:
        """Shorten the file by what it no longer needs, when nothing else waits."""
        while self.later(give_back).result():
            pass

    def _rebuild_search(self) -> None:
        index = SearchIndex(self._connection)
        with transaction(self._connection):
            index.clear()
            self._replica.applier.index_everything()
            index.finish()


def draw_device() -> int:
    """48 random bits, never zero."""
    number = 0
    while number == 0:
        number = secrets.randbits(_DEVICE_BITS)
    return number


def _reorder(
    before: Sequence[undo.Before], edits: Sequence[Edit], changes: Sequence[Change]
) -> list[undo.Before]:
    """What stood before, in the order of the changes, which are grouped by workspace."""
    left: dict[tuple[bytes, str, bytes], list[undo.Before]] = {}
    for values, edit in zip(before, edits, strict=True):
        left.setdefault((edit.workspace, edit.kind, edit.record), []).append(values)
    return [left[change.workspace, change.kind, change.record].pop(0) for change in changes]
