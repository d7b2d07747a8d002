"""Deciding that a held change is never let in, with a reason, and telling laptops what became of theirs.

The change itself stays in quarantine, as what was once refused, and on the laptop that sent it, as what was
typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from sqlalchemy import Connection

from sync.changes import ChangeId
from sync.clock import Clock
from sync.errors import DaftarError
from sync.server.enrolment import Caller
from sync.server.quarantine import NOT_KEPT, Outcome, insist_coordinator, insist_granted
from sync.server.storage import Storage, departures, devices, discards, journal
from sync.server.storage.discards import Discard
from sync.wire.departures import ReleaseAnswer
from sync.wire.outcomes import (
    LONGEST_REASON,
    Became,
    DiscardRequest,
    OutcomesAnswer,
    OutcomesRequest,
    tidy_reason,
)

RELEASED: Final = "released_before"


class Discarding:
    """Use cases; each change is a transaction of its own."""

    def __init__(self, storage: Storage, *, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def discard(self, workspace: bytes, ids: Iterable[ChangeId], *, by: bytes, reason: str) -> Outcome:
        """Note that these are never let in; raises `reason_missing`."""
        reason = tidy_reason(reason)[:LONGEST_REASON]
        if not reason:
            raise DaftarError("reason_missing")
        done: list[ChangeId] = []
        refused: list[tuple[ChangeId, str]] = []
        for one in sorted(set(ids)):
            row = Discard(one, by, reason, self._clock.now_ms())
            try:
                if self._storage.writing(partial(_discard, workspace=workspace, row=row)):
                    done.append(one)
            except DaftarError as error:
                refused.append((one, error.code))
        return Outcome(tuple(done), tuple(refused))

    def discard_for(self, caller: Caller, request: DiscardRequest) -> ReleaseAnswer:
        """Discard what a coordinator named."""
        with self._storage.reading() as connection:
            workspace = insist_coordinator(connection, caller, request.number)
        done = self.discard(workspace, request.ids, by=caller.person_id, reason=request.reason)
        return ReleaseAnswer(len(done.released), tuple((*one, code) for one, code in done.refused))

    def answer(self, caller: Caller, request: OutcomesRequest) -> OutcomesAnswer:
        """What became of the caller's own refused changes; of those of others nothing is said."""
        with self._storage.reading() as connection:
            workspace, _ = insist_granted(connection, caller, request.number)
            own = {one.number for one in devices.devices_of(connection, caller.installation_id)}
            released = departures.releases(connection, workspace)
            thrown = discards.discards(connection, workspace)
        found = []
        for one in request.ids:
            if one[0] not in own:
                continue
            if one in released:
                found.append(Became(*one, released_ms=released[one].at))
            elif one in thrown:
                found.append(Became(*one, discarded_ms=thrown[one].at, reason=thrown[one].reason))
        return OutcomesAnswer(tuple(found))


def _discard(connection: Connection, *, workspace: bytes, row: Discard) -> bool:
    """Note it; False where that was done before."""
    journal.lock_head(connection, workspace)
    device, dseq = row.id
    if departures.find_release(connection, workspace, row.id) is not None:
        raise DaftarError(RELEASED)
    if discards.is_discarded(connection, workspace, row.id):
        return False
    if journal.quarantined(connection, workspace, device=device, dseq=dseq) is None:
        raise DaftarError(NOT_KEPT)
    discards.add_discard(connection, workspace, row)
    return True
