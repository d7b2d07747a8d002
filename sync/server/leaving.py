"""Laptops that lose access: what a revoked one may still hand in, and what they say they have erased."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.clock import Clock
from sync.errors import DaftarError
from sync.server.access import NONE
from sync.server.enrolment import Caller
from sync.server.settings import Settings
from sync.server.storage import Storage, departures, people
from sync.server.storage.departures import HandIn
from sync.wire.departures import Purged, Taken


class Departures:
    """Use cases of laptops on their way out; each is one transaction."""

    def __init__(self, storage: Storage, *, clock: Clock, settings: Settings) -> None:
        self._storage = storage
        self._clock = clock
        self._settings = settings

    def count_hand_in(self, caller: Caller, size: int) -> None:
        """Note that a revoked laptop hands in so many bytes; raises `hand_in_over` past its allowance."""

        def work(connection: Connection) -> None:
            so_far = departures.find_hand_in(connection, caller.installation_id, lock=True)
            total = size + (so_far.bytes if so_far else 0)
            if total > self._settings.hand_in_bytes or (so_far and so_far.closed_at is not None):
                raise DaftarError("hand_in_over")
            row = HandIn(total, None)
            departures.put_hand_in(connection, caller.installation_id, row, known=so_far is not None)

        self._storage.writing(work)

    def note_purged(self, caller: Caller, request: Purged) -> Taken:
        """A laptop has erased workspaces; a revoked one has handed in everything with that."""
        now = self._clock.now_ms()

        def work(connection: Connection) -> None:
            lost = {
                reach.workspace.number: reach
                for reach in people.reaches(connection, person_id=caller.person_id, device=0)
                if caller.revoked or reach.role == NONE
            }
            for number in request.numbers:
                if number in lost:
                    departures.put_purged(
                        connection,
                        workspace_id=lost[number].workspace.id,
                        installation_id=caller.installation_id,
                        epoch=lost[number].epoch,
                        at=now,
                    )
            if caller.revoked:
                so_far = departures.find_hand_in(connection, caller.installation_id, lock=True)
                row = HandIn(so_far.bytes if so_far else 0, now)
                departures.put_hand_in(connection, caller.installation_id, row, known=so_far is not None)

        self._storage.writing(work)
        return Taken(now)
