"""Rows of records that the disk has damaged: what is put in their place, and which are known to be lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgpack
from sqlalchemy import Connection, delete, insert, select, update

from sync.server.storage.archive import RecordRow
from sync.server.storage.devices import get_setting, put_setting
from sync.server.storage.schema import document, record

_NOTED: Final = "damaged."
_PAIR: Final = 2


def read_record(connection: Connection, workspace: bytes, key: bytes) -> RecordRow | None:
    columns = (record.c.record_id, record.c.kind, record.c.state, record.c.term)
    query = select(*columns).where(record.c.workspace_id == workspace, record.c.record_id == key)
    row = connection.execute(query).first()
    return None if row is None else RecordRow(bytes(row[0]), row[1], bytes(row[2]), bytes(row[3]))


def read_texts(connection: Connection, workspace: bytes, key: bytes) -> dict[str, bytes]:
    """The documents of a record, by field."""
    query = select(document.c.field, document.c.snapshot).where(
        document.c.workspace_id == workspace, document.c.record_id == key
    )
    return {name: bytes(stored) for name, stored in connection.execute(query)}


def put_record(
    connection: Connection,
    workspace: bytes,
    row: RecordRow,
    texts: Mapping[str, bytes],
    *,
    former: RecordRow,
    former_texts: Mapping[str, bytes],
) -> bool:
    """Put a record in the place of what the disk has made of it; False where that is not there any more."""
    there = read_record(connection, workspace, former.id), read_texts(connection, workspace, former.id)
    if there != (former, dict(former_texts)):
        return False
    own = record.c.workspace_id == workspace, record.c.record_id == row.id
    connection.execute(update(record).where(*own).values(kind=row.kind, state=row.state, term=row.term))
    if dict(texts) != dict(former_texts):
        texts_of = document.c.workspace_id == workspace, document.c.record_id == row.id
        connection.execute(delete(document).where(*texts_of))
        for name, stored in sorted(texts.items()):
            values = {"workspace_id": workspace, "record_id": row.id, "field": name, "snapshot": stored}
            connection.execute(insert(document).values(**values))
    return True


def note_lost(connection: Connection, workspace: bytes, lost: Sequence[tuple[str, bytes]]) -> None:
    """Remember, by kind and id, the records of a workspace that cannot be read and that no log gives back."""
    noted = _NOTED + workspace.hex()
    packed = msgpack.packb(sorted([kind, key] for kind, key in lost))
    if lost or get_setting(connection, noted) is not None:
        put_setting(connection, noted, packed)


def lost_records(connection: Connection, workspace: bytes) -> list[tuple[str, bytes]]:
    """Kind and id of the records that were found beyond help when somebody last looked."""
    packed = get_setting(connection, _NOTED + workspace.hex())
    rows = msgpack.unpackb(packed) if packed is not None else []
    return [(str(row[0]), bytes(row[1])) for row in rows if len(row) == _PAIR]
