"""Erases records for good (`daftar-server purge`): what they said leaves everything the server keeps.

One transaction under the lock of the workspace takes it out of state, log, history, quarantine and files, and
writes a marker into the log, which has every laptop erase the record too. Then snapshots are made anew, and
the database is rewritten. What is interrupted in between is made good by the next call.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from sync.changes import DELETED, Change, ChangeId, chain_over, chain_start
from sync.clock import Clock, HybridClock
from sync.digest import Digest
from sync.errors import DaftarError
from sync.frames.packing import pack_changes
from sync.merge.holes import ERASED
from sync.records.ids import make_record_id
from sync.server.access import NONE, PERSON, WORKSPACE
from sync.server.author import ACCOUNT
from sync.server.blanking import Blanked, Unread, blank_aside, blank_log
from sync.server.files import BlobStore
from sync.server.hanging import Doomed, doomed_with, kinds_aside, pointing_to
from sync.server.snapshots import Snapshots
from sync.server.storage import Storage, erasures, journal, people, unread
from sync.server.storage.devices import server_device
from sync.server.storage.erasures import Erasure
from sync.server.storage.journal import Entry, Head, NewEntry, Position
from sync.server.storage.people import Workspace
from sync.server.storage.rewriting import rewrite
from sync.server.sweeping import drop_erased
from sync.wire.outcomes import tidy_reason

_LONGEST: Final = 500
_RUN_BITS: Final = 24


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure takes away. `left` are the records that point to it and stay, by kind; `unread` what
    may speak of it and cannot be read, `unsure` the records of which nobody can tell whether they hang on it.
    """

    workspace: Workspace
    records: tuple[tuple[str, bytes], ...]
    changes: int
    refused: int
    files: int
    left: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    unsure: tuple[tuple[str, bytes], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing stays that may still speak of it."""
        return all(one.emptied for one in self.unread)


class Erasing:
    """Use cases of erasing, for the administrator of the machine."""

    def __init__(self, storage: Storage, store: BlobStore, *, clock: Clock, begun: Path) -> None:
        self._storage = storage
        self._store = store
        self._clock = clock
        self._hybrid = HybridClock(clock)
        self._snapshots = Snapshots(storage, clock=clock)
        self._begun = begun

    def plan(self, kind: str, record: bytes) -> Plan:
        """What `purge` would take away; nothing is changed. Raises what `purge` raises."""
        with self._storage.still() as connection:
            place = self._place(connection, kind, record)
            doomed = doomed_with(connection, place.id, kind=kind, record=record)
            found = blank_log(connection, place.id, doomed.kinds.keys(), write=False)
            blank_aside(connection, place.id, doomed.kinds, found, now_ms=None)
            left = pointing_to(connection, place.id, record, without=doomed.kinds.keys())
        return _plan(place, doomed, found, left)

    def purge(self, kind: str, record: bytes, *, who: str, reason: str) -> Plan:
        """Erase a record and what hangs on it.

        Raises `record_unknown`, `record_erased`, `not_erasable`, `reason_missing`, and `busy` where all is
        erased but somebody keeps the database from being rewritten: then `finish` does that later.
        So it does where the plan is not `whole`.
        """
        who, reason = tidy_reason(who)[:_LONGEST], tidy_reason(reason)[:_LONGEST]
        if not who or not reason:
            raise DaftarError("reason_missing")
        with self._storage.reading() as connection:
            place = self._place(connection, kind, record)
        unfinished = self._unfinished(place)
        work = partial(self._erase, place=place, kind=kind, record=record, who=who, reason=reason)
        doomed, found = self._storage.writing(work)
        if unfinished:
            self.finish([place])
        else:
            self._tidy([place], left=[place] if found.left else [])
        with self._storage.reading() as connection:
            left = pointing_to(connection, place.id, record, without=[record])
        return _plan(place, doomed, found, left)

    def finish(self, places: Sequence[Workspace]) -> list[Workspace]:
        """Make good what an erasure left to do: frames that can be read by now, snapshots, frames that came
        in part, unused pages. Says where nothing is left to do.
        """
        waiting = [place for place in places if self._unfinished(place)]
        blanked = [self._storage.writing(partial(self._blank_again, workspace=one.id)) for one in waiting]
        left = [place for place, found in zip(waiting, blanked, strict=True) if found.left]
        if waiting:
            self._tidy(waiting, left=left)
        return [place for place in waiting if place not in left]

    def erased(self, place: Workspace) -> Sequence[Erasure]:
        """Everything that was ever erased in a workspace."""
        with self._storage.reading() as connection:
            return erasures.erasures(connection, place.id)

    def unread(self, place: Workspace) -> tuple[Unread, ...]:
        """What may still speak of records whose erasure is not finished."""
        unfinished = self._unfinished(place)
        if not unfinished:
            return ()
        with self._storage.reading() as connection:
            return tuple(blank_log(connection, place.id, unfinished, write=False).unread)

    def _unfinished(self, place: Workspace) -> set[bytes]:
        return {row.record for row in self.erased(place) if row.finished is None}

    # Finding

    def _place(self, connection: Connection, kind: str, record: bytes) -> Workspace:
        """The workspace that a record lies in, or else the one that refused it."""
        found: Workspace | None = None
        for place in people.workspaces(connection):
            if erasures.erased_among(connection, place.id, [record]):
                raise DaftarError(ERASED)
            known = erasures.find_kinds(connection, place.id, [record])
            if known.get(record) == kind:
                found = place
                break
            if found is None and not known and kind in kinds_aside(connection, place.id, record):
                found = place
        if found is None:
            raise DaftarError("record_unknown", kind=kind)
        _insist_erasable(connection, found, kind, record)
        return found

    # Erasing

    def _erase(
        self, connection: Connection, *, place: Workspace, kind: str, record: bytes, who: str, reason: str
    ) -> tuple[Doomed, Blanked]:
        now, workspace = self._clock.now_ms(), place.id
        head = journal.lock_head(connection, workspace)
        if erasures.erased_among(connection, workspace, [record]):
            raise DaftarError(ERASED)
        doomed = doomed_with(connection, workspace, kind=kind, record=record)
        records = doomed.kinds.keys()
        found = blank_log(connection, workspace, records)
        admitted = blank_aside(connection, workspace, doomed.kinds, found, now_ms=now)
        unread.drop_frames(connection, workspace)
        digest = Digest(head.digest)
        for key, term in erasures.terms_of(connection, workspace, sorted(records)).items():
            digest.replace(key, term, None)
        erasures.drop_records(connection, workspace, sorted(records))
        if kind == PERSON:
            _let_go(connection, workspace, record)
        found.files |= doomed.files
        drop_erased(connection, self._store, workspace, found.files, now_ms=now)
        last = self._mark(connection, workspace, doomed, found.refused, before=admitted, pseq=head.pseq)
        rows = [
            Erasure(key, sort, record, now, who, reason, last, found.by_record.get(key, 0))
            for key, sort in doomed.kinds.items()
        ]
        erasures.add_erasures(connection, workspace, rows)
        flags = head.exceptions | journal.ERASED | (journal.REFUSED if admitted else 0)
        journal.put_head(connection, workspace, Head(last, digest.stored(), digest.summary(), flags))
        return doomed, found

    def _mark(
        self,
        connection: Connection,
        workspace: bytes,
        doomed: Doomed,
        refused: Sequence[ChangeId],
        *,
        before: Sequence[Change],
        pseq: int,
    ) -> int:
        """Write into the log what was erased; says where the log ends then."""
        device = server_device(connection)
        known = journal.find_position(connection, workspace, device=device)
        position = known or Position(0, chain_start(workspace))
        markers = [
            Change(
                device,
                position.dseq + at,
                workspace,
                kind,
                record,
                ACCOUNT,
                self._hybrid.tick(),
                position.dseq + at,
                False,
                {DELETED: None},
                # Laptops keep which keys a refused change named, and a key may be a word.
                {DELETED: tuple(sorted(refused))} if refused and at == 1 else {},
                {DELETED: "r"},
                hole=True,
                code=ERASED,
            )
            for at, (record, kind) in enumerate(sorted(doomed.kinds.items()), 1)
        ]
        entries = []
        for frame, part in pack_changes([*before, *markers]):
            place = Entry(pseq + 1, pseq + len(part), part[0].device, 0, 0, len(frame))
            entries.append(NewEntry(place, None, frame))
            pseq += len(part)
        journal.append(connection, workspace, entries)
        row = Position(markers[-1].dseq, chain_over(position.chain, markers))
        journal.put_position(connection, workspace, row, device=device, known=known is not None)
        return pseq

    # Afterwards

    def _blank_again(self, connection: Connection, *, workspace: bytes) -> Blanked:
        journal.lock_head(connection, workspace)
        rows = erasures.erasures(connection, workspace)
        return blank_log(connection, workspace, {row.record for row in rows if row.finished is None})

    def _tidy(self, places: Sequence[Workspace], *, left: Sequence[Workspace]) -> None:
        """What follows a blanking; where something was `left` the erasure is not finished."""
        for place in places:
            self._renew_snapshots(place.id)
        self._forget_begun()
        rewrite(self._storage.engine)
        for place in places:
            if place not in left:
                end = partial(erasures.finish_erasures, workspace=place.id, at=self._clock.now_ms())
                self._storage.writing(end)

    def _renew_snapshots(self, workspace: bytes) -> None:
        with self._storage.reading() as connection:
            had = erasures.has_snapshot(connection, workspace)
        if had:
            self._snapshots.make(workspace)
            self._snapshots.forget_former(workspace)

    def _forget_begun(self) -> None:
        """Frames of which only a part has come cannot be read; laptops send them again."""
        if self._begun.is_dir():
            for path in self._begun.iterdir():
                path.unlink(missing_ok=True)


def _insist_erasable(connection: Connection, place: Workspace, kind: str, record: bytes) -> None:
    """What the server writes from its accounts comes back, but a person's record once access has ended."""
    own = record[:6] == server_device(connection).to_bytes(6)
    access = people.access_of_record(connection, workspace_id=place.id, record_id=record) if own else None
    ended = access is not None and access.role == NONE
    if kind == WORKSPACE or (kind == PERSON and own and not ended):
        raise DaftarError("not_erasable", kind=kind)


def _let_go(connection: Connection, workspace: bytes, record: bytes) -> None:
    """Whoever is given access again, or another name, gets a record anew."""
    access = people.access_of_record(connection, workspace_id=workspace, record_id=record)
    if access is not None:
        new = make_record_id(server_device(connection), secrets.randbits(_RUN_BITS), 1)
        people.put_access(connection, replace(access, record_id=new))


def _plan(place: Workspace, doomed: Doomed, found: Blanked, left: Mapping[str, int]) -> Plan:
    records = tuple(sorted((kind, key) for key, kind in doomed.kinds.items()))
    files, refused = len(doomed.files | found.files), len(found.refused)
    return Plan(
        place, records, found.changes, refused, files, left, tuple(found.unread), tuple(doomed.unsure)
    )
