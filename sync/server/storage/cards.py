"""Rows of cards: whose key signs what."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from sync.server.storage.schema import access, card, device, installation, person


def put_card(connection: Connection, number: int, packed: bytes, *, issued: int) -> None:
    """Insert or replace the card of a device number."""
    if find_card(connection, number) is None:
        connection.execute(card.insert().values(device=number, card=packed, issued=issued))
    else:
        connection.execute(update(card).where(card.c.device == number).values(card=packed, issued=issued))


def find_card(connection: Connection, number: int) -> bytes | None:
    found = connection.execute(select(card.c.card).where(card.c.device == number)).scalar_one_or_none()
    return None if found is None else bytes(found)


def person_of(connection: Connection, number: int) -> tuple[bytes, str, str, bool] | None:
    """Account, name, laptop, and whether it was revoked, of a device number."""
    query = (
        select(person.c.id, person.c.name, installation.c.name, installation.c.revoked_at)
        .select_from(device)
        .join(installation, installation.c.id == device.c.installation_id)
        .join(person, person.c.id == installation.c.person_id)
        .where(device.c.number == number)
    )
    row = connection.execute(query).first()
    return None if row is None else (bytes(row[0]), row[1], row[2], row[3] is not None)


def cards_of(connection: Connection, person_ids: Sequence[bytes]) -> list[tuple[int, bytes, bool]]:
    """Device number, card, and whether it was revoked, of everything these persons use."""
    query = (
        select(card.c.device, card.c.card, installation.c.revoked_at)
        .select_from(card)
        .join(device, device.c.number == card.c.device)
        .join(installation, installation.c.id == device.c.installation_id)
        .where(installation.c.person_id.in_(list(person_ids)))
        .order_by(card.c.device)
    )
    return [(row[0], bytes(row[1]), row[2] is not None) for row in connection.execute(query)]


def colleagues(connection: Connection, person_id: bytes) -> list[bytes]:
    """Everybody who has access to a workspace that this person has access to, this person included."""
    own = select(access.c.workspace_id).where(access.c.person_id == person_id, access.c.role != "none")
    query = select(access.c.person_id).where(access.c.workspace_id.in_(own), access.c.role != "none")
    return sorted({bytes(row[0]) for row in connection.execute(query)} | {person_id})
