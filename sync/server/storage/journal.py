"""Rows of one workspace: its head, log, device positions, and the changes that were not applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, func, select, update

from sync.merge.holes import REPEATED
from sync.server.storage.schema import head, log, parked, position, quarantine

REFUSED: Final = 1
WAITING: Final = 2
ERASED: Final = 4


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends, with the digest of the state it leads to.

    `exceptions` tells whether there is anything in quarantine (1) or waiting (2), or was erased (4), so that
    nobody has to look.
    """

    pseq: int
    digest: bytes
    summary: bytes
    exceptions: int


@dataclass(frozen=True, slots=True)
class Position:
    """The last change of a device that was taken, and its chain."""

    dseq: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A frame of the log without its bytes.

    `first_dseq` is 0 where the frame is not simply consecutive accepted changes of `device`.
    """

    first_pseq: int
    last_pseq: int
    device: int
    first_dseq: int
    last_dseq: int
    size: int


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A frame to append."""

    entry: Entry
    effective: bytes | None
    frame: bytes


@dataclass(frozen=True, slots=True)
class SetAside:
    """A change that was not applied, as a frame of its own. A parked one has no code yet."""

    device: int
    dseq: int
    record: bytes
    code: str
    change: bytes


def read_head(connection: Connection, workspace: bytes) -> Head:
    return Head(*connection.execute(_HEAD, {"workspace": workspace}).one())


def lock_head(connection: Connection, workspace: bytes) -> Head:
    """Take the workspace's lock: nothing of it may be read for a fold before this."""
    return Head(*connection.execute(_LOCKED_HEAD, {"workspace": workspace}).one())


def put_head(connection: Connection, workspace: bytes, row: Head) -> None:
    values = {"new_pseq": row.pseq, "new_digest": row.digest, "new_summary": row.summary}
    connection.execute(_PUT_HEAD, {"workspace": workspace, "flags": row.exceptions, **values})


def heads(connection: Connection, workspaces: Iterable[bytes]) -> list[int]:
    """The `pseq` of each workspace, asked one by one; 0 where this database has not heard of it yet."""
    asked = (connection.execute(_PSEQ, {"workspace": workspace}) for workspace in workspaces)
    return [int(found.scalar() or 0) for found in asked]


def find_position(connection: Connection, workspace: bytes, *, device: int) -> Position | None:
    row = connection.execute(_POSITION, {"workspace": workspace, "device": device}).first()
    return Position(*row) if row else None


def put_position(
    connection: Connection, workspace: bytes, row: Position, *, device: int, known: bool
) -> None:
    values = {"workspace": workspace, "its_device": device, "new_dseq": row.dseq, "new_chain": row.chain}
    connection.execute(_MOVE_POSITION if known else _NEW_POSITION, values)


def append(connection: Connection, workspace: bytes, rows: Sequence[NewEntry]) -> None:
    if rows:
        connection.execute(_APPEND, [_log_values(workspace, row) for row in rows])


def entries_after(connection: Connection, workspace: bytes, *, cursor: int, limit: int) -> list[Entry]:
    """The frames that hold what follows `cursor`, in order; the first may begin before it."""
    rows = connection.execute(_ENTRIES, {"workspace": workspace, "cursor": cursor, "most": limit})
    return [Entry(*row) for row in rows]


def frames_at(
    connection: Connection, workspace: bytes, *, firsts: Sequence[int]
) -> dict[int, tuple[bytes, bytes | None]]:
    """First `pseq` -> the frame's bytes and effective stamps."""
    rows = connection.execute(_FRAMES, {"workspace": workspace, "firsts": list(firsts)})
    return {int(row[0]): (bytes(row[1]), row[2]) for row in rows}


def frames_of(connection: Connection, workspace: bytes, *, devices: Sequence[int]) -> list[bytes]:
    """Every frame of some devices, in order."""
    query = select(log.c.frame).where(log.c.workspace_id == workspace, log.c.device.in_(devices))
    return [bytes(row[0]) for row in connection.execute(query.order_by(log.c.first_pseq))]


def set_aside(connection: Connection, workspace: bytes, rows: Sequence[SetAside], *, now: int) -> None:
    """Keep refused changes in quarantine, and changes without a code in the waiting room."""
    refused, waits = [row for row in rows if row.code], [row for row in rows if not row.code]
    for table, part in ((quarantine, refused), (parked, waits)):
        values = [_aside_values(workspace, row, now) for row in part]
        if values:
            connection.execute(table.insert(), values)


def quarantined(connection: Connection, workspace: bytes, *, device: int, dseq: int) -> bytes | None:
    """A refused change, as a frame of its own."""
    query = select(quarantine.c.change).where(
        quarantine.c.workspace_id == workspace, quarantine.c.device == device, quarantine.c.dseq == dseq
    )
    change = connection.execute(query).scalar_one_or_none()
    return None if change is None else bytes(change)


def any_refused(connection: Connection, workspace: bytes, *, record: bytes) -> bool:
    """Whether the quarantine holds a change to a record; one that repeats another says nothing about it."""
    query = select(quarantine.c.dseq).where(
        quarantine.c.workspace_id == workspace,
        quarantine.c.record_id == record,
        quarantine.c.code != REPEATED,
    )
    return connection.execute(query.limit(1)).first() is not None


ASIDE: Final = (
    quarantine.c.device,
    quarantine.c.dseq,
    quarantine.c.record_id,
    quarantine.c.code,
    quarantine.c.change,
)
"""What makes a `SetAside`, in its order."""


def quarantine_of(connection: Connection, workspace: bytes, *, repeated: bool = False) -> list[SetAside]:
    """Everything in a workspace's quarantine, for its coordinator; `repeated` ones are no trouble to anybody,
    but others may stand on them.
    """
    query = select(*ASIDE).where(quarantine.c.workspace_id == workspace).order_by(quarantine.c.received)
    if not repeated:
        query = query.where(quarantine.c.code != REPEATED)
    return [SetAside(*row) for row in connection.execute(query)]


def waiting(connection: Connection, workspace: bytes) -> list[SetAside]:
    """The changes that wait for their base, in the order of their devices."""
    columns = (parked.c.device, parked.c.dseq, parked.c.record_id, parked.c.change)
    query = select(*columns).where(parked.c.workspace_id == workspace)
    rows = connection.execute(query.order_by(parked.c.device, parked.c.dseq))
    return [SetAside(row[0], row[1], row[2], "", row[3]) for row in rows]


def stop_waiting(connection: Connection, workspace: bytes, *, device: int, dseq: int) -> None:
    connection.execute(
        delete(parked).where(
            parked.c.workspace_id == workspace, parked.c.device == device, parked.c.dseq == dseq
        )
    )


def exceptions(
    connection: Connection, workspace: bytes, *, device: int, first: int, last: int
) -> list[tuple[int, str]]:
    """(`dseq`, code) of a device's changes in a range that were not applied; waiting ones have no code."""
    found: list[tuple[int, str]] = []
    for table, code in ((quarantine, quarantine.c.code), (parked, None)):
        columns = [table.c.dseq] if code is None else [table.c.dseq, code]
        query = select(*columns).where(
            and_(
                table.c.workspace_id == workspace, table.c.device == device, table.c.dseq.between(first, last)
            )
        )
        if code is not None:
            query = query.where(code != REPEATED)
        found += [(int(row[0]), "" if code is None else str(row[1])) for row in connection.execute(query)]
    return sorted(found)


def _aside_values(workspace: bytes, row: SetAside, now: int) -> dict[str, object]:
    values = {
        "workspace_id": workspace,
        "device": row.device,
        "dseq": row.dseq,
        "record_id": row.record,
        "change": row.change,
        "received": now,
    }
    return values | {"code": row.code} if row.code else values


def _log_values(workspace: bytes, row: NewEntry) -> dict[str, object]:
    return {
        "workspace_id": workspace,
        "first_pseq": row.entry.first_pseq,
        "last_pseq": row.entry.last_pseq,
        "device": row.entry.device,
        "first_dseq": row.entry.first_dseq,
        "last_dseq": row.entry.last_dseq,
        "size": row.entry.size,
        "effective": row.effective,
        "frame": row.frame,
    }


_HEAD: Final = select(head.c.pseq, head.c.digest, head.c.summary, head.c.exceptions).where(
    head.c.workspace_id == bindparam("workspace")
)
_PSEQ: Final = select(head.c.pseq).where(head.c.workspace_id == bindparam("workspace"))
_LOCKED_HEAD: Final = _HEAD.with_for_update()
_PUT_HEAD: Final = (
    update(head)
    .where(head.c.workspace_id == bindparam("workspace"))
    .values(
        pseq=bindparam("new_pseq"),
        digest=bindparam("new_digest"),
        summary=bindparam("new_summary"),
        exceptions=bindparam("flags"),
    )
)
_POSITION: Final = select(position.c.dseq, position.c.chain).where(
    position.c.workspace_id == bindparam("workspace"), position.c.device == bindparam("device")
)
_MOVE_POSITION: Final = (
    update(position)
    .where(position.c.workspace_id == bindparam("workspace"), position.c.device == bindparam("its_device"))
    .values(dseq=bindparam("new_dseq"), chain=bindparam("new_chain"))
)
_NEW_POSITION: Final = position.insert().values(
    workspace_id=bindparam("workspace"),
    device=bindparam("its_device"),
    dseq=bindparam("new_dseq"),
    chain=bindparam("new_chain"),
)
_APPEND: Final = log.insert()
_ENTRIES: Final = (
    select(log.c.first_pseq, log.c.last_pseq, log.c.device, log.c.first_dseq, log.c.last_dseq, log.c.size)
    .where(
        log.c.workspace_id == bindparam("workspace"),
        log.c.first_pseq
        >= func.coalesce(
            select(func.max(log.c.first_pseq))
            .where(log.c.workspace_id == bindparam("workspace"), log.c.first_pseq <= bindparam("cursor"))
            .scalar_subquery(),
            0,
        ),
        log.c.last_pseq > bindparam("cursor"),
    )
    .order_by(log.c.first_pseq)
    .limit(bindparam("most"))
)
_FRAMES: Final = select(log.c.first_pseq, log.c.frame, log.c.effective).where(
    log.c.workspace_id == bindparam("workspace"),
    log.c.first_pseq.in_(bindparam("firsts", expanding=True)),
)
