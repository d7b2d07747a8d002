"""Rows of laptops: installations, their device numbers, tokens, and the codes that enrol them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select, update

from sync.errors import DaftarError
from sync.server.storage.schema import device, installation, invite, person, setting, token

SERVER_DEVICE: Final = "server_device"
DEVICE_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Installation:
    """One copy of the program on one laptop, used by one person."""

    id: bytes
    person_id: bytes
    name: str
    created: int
    seen: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class Device:
    """A device number; an installation draws a new one at each epoch."""

    number: int
    installation_id: bytes
    former: int | None
    epoch: int
    created: int


@dataclass(frozen=True, slots=True)
class Invite:
    """A one-time code, of which only a hash is kept."""

    hash: bytes
    person_id: bytes
    created: int
    expires: int
    used_at: int | None
    device: int | None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as it is found by its hash, with whose it is."""

    hash: bytes
    installation_id: bytes
    created: int
    expires: int
    revoked_at: int | None
    person_id: bytes
    seen: int | None
    installation_revoked_at: int | None


def add_installation(connection: Connection, row: Installation) -> None:
    connection.execute(
        installation.insert().values(
            id=row.id, person_id=row.person_id, name=row.name, created=row.created, seen=None, revoked_at=None
        )
    )


def find_installation(connection: Connection, installation_id: bytes) -> Installation | None:
    row = connection.execute(select(*installation.c).where(installation.c.id == installation_id)).first()
    return Installation(*row) if row else None


def installations(connection: Connection) -> list[tuple[Installation, str]]:
    """All installations with the names of their persons, in order of enrolment."""
    query = (
        select(*installation.c, person.c.name)
        .join(person, person.c.id == installation.c.person_id)
        .order_by(installation.c.created, installation.c.id)
    )
    return [(Installation(*row[:-1]), row[-1]) for row in connection.execute(query)]


def mark_seen(connection: Connection, installation_id: bytes, *, now: int) -> None:
    connection.execute(update(installation).where(installation.c.id == installation_id).values(seen=now))


def revoke_installation(connection: Connection, installation_id: bytes, *, now: int) -> None:
    connection.execute(
        update(installation).where(installation.c.id == installation_id).values(revoked_at=now)
    )
    revoke_tokens(connection, installation_id, now=now)


def add_device(connection: Connection, row: Device) -> None:
    connection.execute(
        device.insert().values(
            number=row.number,
            installation_id=row.installation_id,
            former=row.former,
            epoch=row.epoch,
            created=row.created,
        )
    )


def move_device(connection: Connection, number: int, *, installation_id: bytes, epoch: int) -> None:
    """Give a number that was known from bundles alone to the laptop that came with it; what stood for that
    laptop until then is forgotten.
    """
    met = select(device.c.installation_id).where(device.c.number == number)
    former = connection.execute(met).scalar_one()
    connection.execute(
        update(device).where(device.c.number == number).values(installation_id=installation_id, epoch=epoch)
    )
    if not devices_of(connection, former):
        connection.execute(delete(installation).where(installation.c.id == former))


def find_device(connection: Connection, number: int) -> Device | None:
    row = connection.execute(_DEVICE, {"number": number}).first()
    return Device(*row) if row else None


def devices(connection: Connection) -> list[Device]:
    return [Device(*row) for row in connection.execute(select(*device.c).order_by(device.c.created))]


def devices_of(connection: Connection, installation_id: bytes) -> list[Device]:
    """The numbers of one installation, in the order they came."""
    query = select(*device.c).where(device.c.installation_id == installation_id)
    return [Device(*row) for row in connection.execute(query.order_by(device.c.created))]


def kin_of(connection: Connection, number: int) -> list[Device]:
    """The numbers that may be of the same laptop as this one, itself among them, oldest first: those of its
    installation, and those of its person that are known from bundles alone, whose laptop has yet to come.
    """
    found = [Device(*row) for row in connection.execute(_OF_PERSON, {"number": number})]
    own = next((one.installation_id for one in found if one.number == number), None)
    others = {one.installation_id for one in found} - {own}
    if others and own is not None and had_token(connection, own):
        others = {one for one in others if not had_token(connection, one)}
    return [one for one in found if one.installation_id in {own, *others}]


def add_token(
    connection: Connection, hash_: bytes, *, installation_id: bytes, now: int, expires: int
) -> None:
    connection.execute(
        token.insert().values(
            hash=hash_, installation_id=installation_id, created=now, expires=expires, revoked_at=None
        )
    )


def find_token(connection: Connection, hash_: bytes) -> TokenRow | None:
    row = connection.execute(_TOKEN, {"hash": hash_}).first()
    return TokenRow(*tuple(row)) if row else None


def revoke_tokens(
    connection: Connection, installation_id: bytes, *, now: int, except_hash: bytes | None = None
) -> None:
    query = update(token).where(token.c.installation_id == installation_id, token.c.revoked_at.is_(None))
    if except_hash is not None:
        query = query.where(token.c.hash != except_hash)
    connection.execute(query.values(revoked_at=now))


def shorten_tokens(
    connection: Connection, installation_id: bytes, *, except_hash: bytes, expires: int
) -> None:
    """Let the other tokens of an installation end soon: its new one may have been lost on the way."""
    connection.execute(
        update(token)
        .where(
            token.c.installation_id == installation_id, token.c.hash != except_hash, token.c.expires > expires
        )
        .values(expires=expires)
    )


def count_live_tokens(connection: Connection, installation_id: bytes, *, now: int) -> int:
    query = select(func.count()).select_from(token)
    query = query.where(
        token.c.installation_id == installation_id, token.c.revoked_at.is_(None), token.c.expires > now
    )
    return int(connection.execute(query).scalar_one())


def had_token(connection: Connection, installation_id: bytes) -> bool:
    """Whether a token was ever given to it that has not been dropped since."""
    query = select(token.c.hash).where(token.c.installation_id == installation_id).limit(1)
    return connection.execute(query).first() is not None


def drop_expired_tokens(connection: Connection, installation_id: bytes, *, before: int) -> None:
    connection.execute(
        delete(token).where(token.c.installation_id == installation_id, token.c.expires < before)
    )


def add_invite(connection: Connection, row: Invite) -> None:
    connection.execute(
        invite.insert().values(
            hash=row.hash,
            person_id=row.person_id,
            created=row.created,
            expires=row.expires,
            used_at=None,
            device=None,
        )
    )


def find_invite(connection: Connection, hash_: bytes) -> Invite | None:
    """The invitation with this hash, locked until the end of the transaction."""
    row = connection.execute(select(*invite.c).where(invite.c.hash == hash_).with_for_update()).first()
    return Invite(*row) if row else None


def use_invite(connection: Connection, hash_: bytes, *, now: int, device_number: int) -> None:
    connection.execute(update(invite).where(invite.c.hash == hash_).values(used_at=now, device=device_number))


def server_device(connection: Connection) -> int:
    """The number under which the server itself writes; raises `not_migrated` where none was drawn yet."""
    stored = get_setting(connection, SERVER_DEVICE)
    if stored is None:
        raise DaftarError("not_migrated")
    return int.from_bytes(stored)


def get_setting(connection: Connection, key: str) -> bytes | None:
    value = connection.execute(select(setting.c.value).where(setting.c.key == key)).scalar_one_or_none()
    return None if value is None else bytes(value)


def put_setting(connection: Connection, key: str, value: bytes) -> None:
    if get_setting(connection, key) is None:
        connection.execute(setting.insert().values(key=key, value=value))
    else:
        connection.execute(update(setting).where(setting.c.key == key).values(value=value))


_DEVICE: Final = select(*device.c).where(device.c.number == bindparam("number"))

_ITS_PERSON: Final = (
    select(installation.c.person_id)
    .join(device, device.c.installation_id == installation.c.id)
    .where(device.c.number == bindparam("number"))
    .scalar_subquery()
)

_OF_PERSON: Final = (
    select(*device.c)
    .join(installation, installation.c.id == device.c.installation_id)
    .where(installation.c.person_id == _ITS_PERSON)
    .order_by(device.c.created)
)

_TOKEN: Final = (
    select(*token.c, installation.c.person_id, installation.c.seen, installation.c.revoked_at)
    .join(installation, installation.c.id == token.c.installation_id)
    .where(token.c.hash == bindparam("hash"))
)
