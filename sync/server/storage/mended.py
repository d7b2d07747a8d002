"""Rows of frames that are put back where the disk has damaged them, and what proves where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection, Table, select, update

from sync.server.storage import archive
from sync.server.storage.archive import Stored
from sync.server.storage.journal import SetAside
from sync.server.storage.schema import history, log, parked, quarantine, setting, workspace


@dataclass(frozen=True, slots=True)
class FrameRow:
    """A frame of the log, or of the history behind it; only the log says whose numbers are in it."""

    table: str
    stored: Stored
    device: int = 0
    first_dseq: int = 0
    last_dseq: int = 0


@dataclass(frozen=True, slots=True)
class NewFrame:
    """What comes in its place; `same` where it is the very row, with the numbers that the log says."""

    frame: bytes
    effective: bytes | None
    marks: bytes
    same: bool


def all_frames(connection: Connection, place: bytes) -> Iterator[tuple[str, Stored]]:
    """Every frame in the server's order, with the name of its table."""
    behind = ((history.name, stored) for stored, _ in archive.history_frames(connection, place))
    return chain(behind, ((log.name, stored) for stored in archive.log_frames(connection, place)))


def frame_row(connection: Connection, place: bytes, table: str, stored: Stored) -> FrameRow:
    """A frame with what the log says beside it."""
    if table == history.name:
        return FrameRow(table, stored)
    query = select(log.c.device, log.c.first_dseq, log.c.last_dseq)
    own = log.c.workspace_id == place, log.c.first_pseq == stored.first_pseq
    device, first, last = connection.execute(query.where(*own)).one()
    return FrameRow(table, stored, int(device), int(first), int(last))


def frames_between(connection: Connection, place: bytes, *, first: int, last: int) -> list[Stored]:
    """The frames that hold any of these numbers, in order."""
    found = []
    for table in (history, log):
        columns = (table.c.first_pseq, table.c.last_pseq, table.c.effective, table.c.frame)
        query = select(*columns).where(
            table.c.workspace_id == place, table.c.first_pseq <= last, table.c.last_pseq >= first
        )
        rows = connection.execute(query.order_by(table.c.first_pseq))
        found += [Stored(int(row[0]), int(row[1]), row[2], bytes(row[3])) for row in rows]
    return sorted(found, key=lambda one: one.first_pseq)


def put_frame(connection: Connection, place: bytes, row: FrameRow, new: NewFrame) -> bool:
    """Put a frame in the place of a damaged one; False where that is not there any more."""
    table: Table = history if row.table == history.name else log
    own = table.c.workspace_id == place, table.c.first_pseq == row.stored.first_pseq
    query = select(table.c.first_pseq, table.c.last_pseq, table.c.effective, table.c.frame).where(*own)
    there = connection.execute(query).first()
    if there is None or Stored(there[0], there[1], there[2], bytes(there[3])) != row.stored:
        return False
    values: dict[str, object] = {"frame": new.frame, "effective": new.effective}
    if row.table == history.name:
        values |= {"records": new.marks}
    else:
        values |= {"size": len(new.frame)} | ({} if new.same else {"first_dseq": 0, "last_dseq": 0})
    connection.execute(update(table).where(*own).values(**values))
    return True


def aside_in(connection: Connection, place: bytes, row: SetAside) -> bytes | None:
    """The same change as another database has it set aside."""
    for table in (quarantine, parked):
        own = (
            table.c.workspace_id == place,
            table.c.device == row.device,
            table.c.dseq == row.dseq,
            table.c.record_id == row.record,
        )
        found = connection.execute(select(table.c.change).where(*own)).scalar_one_or_none()
        if found is not None:
            return bytes(found)
    return None


def put_aside(connection: Connection, place: bytes, row: SetAside, change: bytes) -> bool:
    """Put a change that was set aside in the place of a damaged one; False where that has gone."""
    table = quarantine if row.code else parked
    own = table.c.workspace_id == place, table.c.device == row.device, table.c.dseq == row.dseq
    there = connection.execute(select(table.c.change).where(*own)).scalar_one_or_none()
    if there is None or bytes(there) != bytes(row.change):
        return False
    connection.execute(update(table).where(*own).values(change=change))
    return True


def knows_workspace(connection: Connection, place: bytes) -> bool:
    return connection.execute(select(workspace.c.id).where(workspace.c.id == place)).first() is not None


def setting_of(connection: Connection, key: str) -> bytes | None:
    found = connection.execute(select(setting.c.value).where(setting.c.key == key)).scalar_one_or_none()
    return None if found is None else bytes(found)
