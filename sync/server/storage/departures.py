"""Rows of what lost its access: what laptops erased, what revoked ones handed in, what was released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, update

from sync.changes import ChangeId
from sync.merge.holes import ERASED
from sync.server.storage.schema import (
    access,
    device,
    hand_in,
    installation,
    invite,
    person,
    purged,
    quarantine,
    released,
)


@dataclass(frozen=True, slots=True)
class HandIn:
    """How much a revoked laptop has handed in."""

    bytes: int
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class Release:
    """What became of a change in quarantine: who let it in, when, and as which change."""

    id: ChangeId
    became: ChangeId
    by: bytes
    at: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A change in quarantine, as a frame of its own. `person` is whose laptop sent it, if known."""

    device: int
    dseq: int
    code: str
    change: bytes
    received: int
    person: bytes | None
    person_name: str | None
    laptop: str | None


def find_hand_in(connection: Connection, installation_id: bytes, *, lock: bool = False) -> HandIn | None:
    query = select(hand_in.c.bytes, hand_in.c.closed_at).where(hand_in.c.installation_id == installation_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return HandIn(*row) if row else None


def put_hand_in(connection: Connection, installation_id: bytes, row: HandIn, *, known: bool) -> None:
    values = {"bytes": row.bytes, "closed_at": row.closed_at}
    if known:
        connection.execute(
            update(hand_in).where(hand_in.c.installation_id == installation_id).values(**values)
        )
    else:
        connection.execute(hand_in.insert().values(installation_id=installation_id, **values))


def put_purged(
    connection: Connection, *, workspace_id: bytes, installation_id: bytes, epoch: int, at: int
) -> None:
    """Note that a laptop has erased a workspace."""
    where = and_(purged.c.workspace_id == workspace_id, purged.c.installation_id == installation_id)
    values = {"epoch": epoch, "at": at}
    if connection.execute(update(purged).where(where).values(**values)).rowcount == 0:
        keys = {"workspace_id": workspace_id, "installation_id": installation_id}
        connection.execute(purged.insert().values(**keys, **values))


def purges(connection: Connection, *, person_id: bytes, workspace_id: bytes) -> dict[bytes, int | None]:
    """A person's laptops, and when each erased a workspace after the access to it was last altered."""
    query = (
        select(installation.c.id, purged.c.at)
        .select_from(installation)
        .join(access, access.c.person_id == installation.c.person_id)
        .outerjoin(
            purged,
            and_(
                purged.c.workspace_id == access.c.workspace_id,
                purged.c.installation_id == installation.c.id,
                purged.c.epoch == access.c.epoch,
            ),
        )
        .where(installation.c.person_id == person_id, access.c.workspace_id == workspace_id)
        .order_by(installation.c.created, installation.c.id)
    )
    return {bytes(row[0]): row[1] for row in connection.execute(query)}


def cancel_invites(connection: Connection, person_id: bytes, *, now: int) -> None:
    """Let a person's unused codes end."""
    connection.execute(
        update(invite)
        .where(invite.c.person_id == person_id, invite.c.used_at.is_(None), invite.c.expires > now)
        .values(expires=now)
    )


def kept_changes(connection: Connection, workspace: bytes) -> list[Kept]:
    """Everything in the quarantine of a workspace of which anything is left, in the order it came."""
    query = (
        select(
            quarantine.c.device,
            quarantine.c.dseq,
            quarantine.c.code,
            quarantine.c.change,
            quarantine.c.received,
        )
        .where(quarantine.c.workspace_id == workspace, quarantine.c.code != ERASED)
        .order_by(quarantine.c.received, quarantine.c.device, quarantine.c.dseq)
    )
    rows = connection.execute(query).all()
    owners = _owners(connection, {int(row[0]) for row in rows})
    return [
        Kept(int(row[0]), int(row[1]), row[2], bytes(row[3]), int(row[4]), *owners.get(int(row[0]), _NOBODY))
        for row in rows
    ]


_NOBODY: tuple[None, None, None] = (None, None, None)


def _owners(connection: Connection, numbers: set[int]) -> dict[int, tuple[Any, Any, Any]]:
    """Whose a device number is: person, name, laptop."""
    query = (
        select(device.c.number, person.c.id, person.c.name, installation.c.name)
        .select_from(device)
        .join(installation, installation.c.id == device.c.installation_id)
        .join(person, person.c.id == installation.c.person_id)
        .where(device.c.number.in_(sorted(numbers)))
    )
    return {int(row[0]): (bytes(row[1]), row[2], row[3]) for row in connection.execute(query)}


def owner_of(connection: Connection, number: int) -> tuple[str, str]:
    """The person and the laptop that a device number belongs to; empty where nobody knows."""
    _, name, laptop = _owners(connection, {number}).get(number, _NOBODY)
    return name or "", laptop or ""


def releases(connection: Connection, workspace: bytes) -> dict[ChangeId, Release]:
    """What was released in a workspace."""
    columns = (
        released.c.device,
        released.c.dseq,
        released.c.as_device,
        released.c.as_dseq,
        released.c.released_by,
        released.c.at,
    )
    rows = connection.execute(select(*columns).where(released.c.workspace_id == workspace))
    found = [Release((row[0], row[1]), (row[2], row[3]), bytes(row[4]), row[5]) for row in rows]
    return {row.id: row for row in found}


def find_release(connection: Connection, workspace: bytes, change: ChangeId) -> ChangeId | None:
    """What a released change became."""
    row = connection.execute(
        select(released.c.as_device, released.c.as_dseq).where(_released(workspace, change))
    ).first()
    return (int(row[0]), int(row[1])) if row else None


def add_release(connection: Connection, workspace: bytes, row: Release) -> None:
    connection.execute(
        released.insert().values(
            workspace_id=workspace,
            device=row.id[0],
            dseq=row.id[1],
            as_device=row.became[0],
            as_dseq=row.became[1],
            released_by=row.by,
            at=row.at,
        )
    )


def _released(workspace: bytes, change: ChangeId) -> ColumnElement[bool]:
    return and_(
        released.c.workspace_id == workspace,
        released.c.device == change[0],
        released.c.dseq == change[1],
    )
