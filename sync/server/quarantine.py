"""What was not accepted, for those who look after it: coordinators and administrators read and release it.

Releasing writes the change anew, by the server's device and under the name of its author, on what its author
had seen: where somebody has changed the same thing since, people decide as between any two changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from sync.changes import DELETED, Bases, Change, ChangeId, canonical
from sync.clock import Clock, HybridClock
from sync.errors import DaftarError
from sync.frames import block_of
from sync.merge.holes import ERASED
from sync.merge.texts import lacks_part
from sync.records.json import value_to_json
from sync.server.access import COORDINATOR, NONE, NOT_GRANTED, at_least, may
from sync.server.enrolment import Caller
from sync.server.exceptions import BASE_MISSING, CREATION_REFUSED, read_aside
from sync.server.ledger import Ledger
from sync.server.storage import Storage, departures, discards, journal, people, unread
from sync.server.storage.departures import Release
from sync.server.storage.devices import server_device
from sync.server.storage.discards import Discard
from sync.server.storage.unread import UnreadFrame
from sync.server.stored import change_aside
from sync.server.vetting import refusals
from sync.wire import departures as wire
from sync.wire.departures import MOST_CHANGES

ADMINISTRATION: Final = bytes(16)
"""Who released it, where it was done on the server itself."""

DAMAGED: Final = "bad_frame"
NOT_KEPT: Final = "not_in_quarantine"
DISCARDED: Final = "change_discarded"
NEEDS_COORDINATOR: Final = "needs_coordinator"
_ANSWER_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Held:
    """One change in quarantine: the change whole, why it is there, and whether somebody let it in since."""

    change: Change
    code: str
    received: int
    person: str
    laptop: str
    release: Release | None
    discard: Discard | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody has decided about it yet."""
        return self.release is None and self.discard is None


@dataclass(frozen=True, slots=True)
class HeldFrame:
    """A pushed frame in which nothing can be read, and whose laptop sent it."""

    row: UnreadFrame
    person: str
    laptop: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of releasing: `refused` says why, change by change."""

    released: tuple[ChangeId, ...]
    refused: tuple[tuple[ChangeId, str], ...]


class Quarantine:
    """Use cases on the quarantine of one workspace after the other."""

    def __init__(self, storage: Storage, *, clock: Clock, on_commit: Callable[[], None]) -> None:
        self._storage = storage
        self._clock = clock
        self._hybrid = HybridClock(clock)
        self._on_commit = on_commit

    def held(self, workspace: bytes) -> list[Held]:
        """Everything that was ever refused there, oldest first."""
        with self._storage.reading() as connection:
            rows = departures.kept_changes(connection, workspace)
            done = departures.releases(connection, workspace)
            thrown = discards.discards(connection, workspace)
        read = [(row, change_aside(row.change, workspace)) for row in rows]
        return [
            Held(
                change,
                row.code,
                row.received,
                row.person_name or "",
                row.laptop or "",
                done.get(change.id),
                thrown.get(change.id),
            )
            for row, change in read
            if change is not None
        ]

    def unread(self, workspace: bytes) -> list[HeldFrame]:
        """What could not even be read, oldest first, and what the disk has damaged since."""
        with self._storage.reading() as connection:
            frames = [
                HeldFrame(row, *departures.owner_of(connection, row.device))
                for row in unread.frames_kept(connection, workspace)
            ]
            rows = departures.kept_changes(connection, workspace)
        damaged = [
            HeldFrame(
                UnreadFrame(row.device, row.dseq, DAMAGED, row.received, row.change),
                row.person_name or "",
                row.laptop or "",
            )
            for row in rows
            if change_aside(row.change, workspace) is None
        ]
        return [*frames, *damaged]

    def release(self, workspace: bytes, ids: Iterable[ChangeId], *, by: bytes) -> Outcome:
        """Let changes in, each in a transaction of its own, in the order in which they were made."""
        released: list[ChangeId] = []
        refused: list[tuple[ChangeId, str]] = []
        for one in sorted(set(ids)):
            try:
                if self._storage.writing(partial(self._let_in, workspace=workspace, one=one, by=by)):
                    released.append(one)
            except DaftarError as error:
                refused.append((one, error.code))
        if released:
            self._on_commit()
        return Outcome(tuple(released), tuple(refused))

    # Asked over the network, by a coordinator

    def answer(self, caller: Caller, request: wire.QuarantineRequest) -> wire.QuarantineAnswer:
        """What a coordinator may read, as far as it fits one answer."""
        workspace = self._insist_coordinator(caller, request.number)
        kept: list[wire.Kept] = []
        room = _ANSWER_BYTES
        with self._storage.reading() as connection:
            rows = departures.kept_changes(connection, workspace)
            done = departures.releases(connection, workspace)
            thrown = discards.discards(connection, workspace)
        for row in rows:
            if (row.device, row.dseq) in thrown or change_aside(row.change, workspace) is None:
                continue
            room -= len(row.change)
            if kept and (room < 0 or len(kept) == MOST_CHANGES):
                return wire.QuarantineAnswer(tuple(kept), more=True)
            release = done.get((row.device, row.dseq))
            kept.append(
                wire.Kept(
                    row.device,
                    row.dseq,
                    row.code,
                    row.received,
                    0 if release is None else release.at,
                    row.person_name or "",
                    row.laptop or "",
                    row.change,
                )
            )
        return wire.QuarantineAnswer(tuple(kept))

    def release_for(self, caller: Caller, request: wire.ReleaseRequest) -> wire.ReleaseAnswer:
        """Let in what a coordinator named."""
        workspace = self._insist_coordinator(caller, request.number)
        done = self.release(workspace, request.ids, by=caller.person_id)
        return wire.ReleaseAnswer(len(done.released), tuple((*one, code) for one, code in done.refused))

    def _insist_coordinator(self, caller: Caller, number: int) -> bytes:
        with self._storage.reading() as connection:
            return insist_coordinator(connection, caller, number)

    # One change

    def _let_in(self, connection: Connection, *, workspace: bytes, one: ChangeId, by: bytes) -> bool:
        """Write a change anew; False where that was done before."""
        ledger = Ledger(self._storage, connection, workspace, now_ms=self._clock.now_ms())
        if departures.find_release(connection, workspace, one) is not None:
            return False
        stored = journal.quarantined(connection, workspace, device=one[0], dseq=one[1])
        if stored is None:
            raise DaftarError(NOT_KEPT)
        if discards.is_discarded(connection, workspace, one):
            raise DaftarError(DISCARDED)
        former = read_aside(stored, workspace)
        if ledger.is_erased(former.record):
            raise DaftarError(ERASED)
        _insist_sound(former, server=server_device(connection))
        change = self._renewed(connection, ledger, former)
        ledger.write([change])
        ledger.close()
        row = Release(one, change.id, by, self._clock.now_ms())
        departures.add_release(connection, workspace, row)
        return True

    def _renewed(self, connection: Connection, ledger: Ledger, former: Change) -> Change:
        """The change as the server's device makes it; what it stood on is named by what that became."""
        state = ledger.state(former.record)
        if state is None and not former.create:
            raise DaftarError(CREATION_REFUSED)
        if state is not None and state.kind != former.kind:
            raise DaftarError("wrong_kind")
        if not ledger.has_taken(former) or _waits(former, {} if state is None else state.texts):
            raise DaftarError(BASE_MISSING)

        def became(ids: Bases) -> Bases:
            workspace = former.workspace
            return tuple(departures.find_release(connection, workspace, each) or each for each in ids)

        device = server_device(connection)
        dseq = ledger.last_dseq(device) + 1
        return replace(
            former,
            device=device,
            dseq=dseq,
            txn=dseq,
            stamp=self._hybrid.tick(),
            create=former.create and state is None,
            bases={key: became(ids) for key, ids in former.bases.items()},
            former=hashlib.blake2b(canonical(former), digest_size=16).digest(),
        )


def _waits(change: Change, texts: Mapping[str, bytes]) -> bool:
    """Whether a long text was written on by it behind what is held too: that has to be let in first."""
    return any(
        change.classes.get(name) == "t" and isinstance(update, bytes) and lacks_part(texts.get(name), update)
        for name, update in change.writes.items()
    )


def insist_granted(connection: Connection, caller: Caller, number: int) -> tuple[bytes, str]:
    """The workspace of a number and the caller's role there; raises `not_granted`."""
    workspace = people.workspace_of_number(connection, number)
    role = NONE
    if workspace is not None:
        role = people.role_now(
            connection,
            person_id=caller.person_id,
            workspace_id=workspace,
            installation_id=caller.installation_id,
        )
    if workspace is None or role == NONE:
        raise DaftarError(NOT_GRANTED)
    return workspace, role


def insist_coordinator(connection: Connection, caller: Caller, number: int) -> bytes:
    """The workspace of a number; raises `not_granted`, and what a lower role is told."""
    workspace, role = insist_granted(connection, caller, number)
    if not at_least(role, COORDINATOR):
        raise DaftarError(NEEDS_COORDINATOR)
    return workspace


def _insist_sound(change: Change, *, server: int) -> None:
    """A coordinator may let in what was forbidden to somebody, never what is wrong in itself."""
    for group in block_of([change]).groups:
        for code in refusals(group).values():
            raise DaftarError(code)
    own = change.record[:6] == server.to_bytes(6)
    forbidden = may(COORDINATOR, kind=change.kind, create=change.create, writes=change.writes, by_server=own)
    if forbidden is not None:
        raise DaftarError(forbidden)


def change_text(change: ChangeId) -> str:
    """A change in quarantine as people name it: the device number and a count."""
    return f"{change[0]:012x}-{change[1]}"


def read_change(text: str) -> ChangeId:
    """The inverse of `change_text`; raises `not_in_quarantine`."""
    device, _, dseq = text.strip().lower().partition("-")
    try:
        return int(device, 16), int(dseq)
    except ValueError as error:
        raise DaftarError(NOT_KEPT, id=text[:80]) from error


def what(change: Change) -> str:
    """`create`, `edit`, `delete` or `restore`."""
    if change.create:
        return "create"
    if DELETED not in change.writes:
        return "edit"
    return "delete" if change.writes[DELETED] else "restore"


def shown_writes(change: Change) -> dict[str, Any]:
    """What was written, as JSON types; of long texts, what can be read of them."""
    return {key: _shown(change, key) for key in change.writes}


def _shown(change: Change, key: str) -> Any:
    value = change.writes[key]
    if change.classes.get(key) == "t" and isinstance(value, bytes):
        from sync.merge.texts import first_text

        return first_text(value).text
    return value_to_json(value)
