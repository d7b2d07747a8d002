"""The server as an author: a device like any other, which writes the records that follow from accounts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from itertools import count
from typing import Final

from sqlalchemy import Connection

from sync.changes import Change, Value
from sync.clock import Clock, HybridClock
from sync.merge import shown_heads
from sync.records import kind as kind_of
from sync.records.ids import id_text, make_record_id
from sync.server.access import NONE, PERSON, WORKSPACE
from sync.server.ledger import Ledger
from sync.server.storage import Storage
from sync.server.storage.devices import (
    DEVICE_BYTES,
    SERVER_DEVICE,
    get_setting,
    put_setting,
    server_device,
)
from sync.server.storage.people import Access, Person, Workspace

ACCOUNT: Final = bytes(16)
"""The author of what the server writes."""

_RUN_BITS: Final = 24


def prepare(connection: Connection) -> None:
    """Draw the server's device number, once."""
    if get_setting(connection, SERVER_DEVICE) is None:
        number = 0
        while number == 0:
            number = secrets.randbits(8 * DEVICE_BYTES)
        put_setting(connection, SERVER_DEVICE, number.to_bytes(DEVICE_BYTES))


class ServerAuthor:
    """Writes records into workspaces, inside the transaction of the account's own alteration."""

    def __init__(self, storage: Storage, *, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._hybrid = HybridClock(clock)
        self._run = secrets.randbits(_RUN_BITS)
        self._counter = count(1)

    def new_record(self, connection: Connection) -> bytes:
        """An id for a record of the server's own."""
        return make_record_id(server_device(connection), self._run, next(self._counter))

    def write_workspace(self, connection: Connection, workspace: Workspace) -> None:
        values = {"name": workspace.name}
        self.write(connection, workspace.id, kind=WORKSPACE, record=workspace.record_id, values=values)

    def write_person(self, connection: Connection, person: Person, *, access: Access) -> None:
        """The person's record in one workspace: made once, brought up to date afterwards."""
        values = {
            "name": person.name,
            "account": id_text(person.id),
            "access": None if access.role == NONE else access.role,
        }
        self.write(connection, access.workspace_id, kind=PERSON, record=access.record_id, values=values)

    def write(
        self,
        connection: Connection,
        workspace: bytes,
        *,
        kind: str,
        record: bytes,
        values: Mapping[str, Value],
    ) -> None:
        """Make a record, or edit what differs in it; nothing is written where nothing differs."""
        ledger = Ledger(self._storage, connection, workspace, now_ms=self._clock.now_ms())
        state = ledger.state(record)
        if state is None:
            writes, bases = dict(values), {}
        else:
            writes = {key: value for key, value in values.items() if state.values.get(key) != value}
            bases = {key: shown_heads(state.register(key), state.merge_of(key)) for key in writes}
        if not writes:
            return
        device = server_device(connection)
        dseq = ledger.last_dseq(device) + 1
        fields = kind_of(kind).fields
        change = Change(
            device,
            dseq,
            workspace,
            kind,
            record,
            ACCOUNT,
            self._hybrid.tick(),
            dseq,
            state is None,
            writes,
            bases,
            {key: fields[key].merge.value for key in writes},
        )
        ledger.write([change])
        ledger.close()
