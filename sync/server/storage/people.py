"""Rows of persons, workspaces and who may do what where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select, update

from sync.changes import chain_start
from sync.server.storage.schema import access, head, installation, person, position, workspace

NO_ROLE: Final = "none"
"""The role of somebody whose access was taken away; the row stays."""

_LARGEST_NUMBER: Final = (1 << 15) - 1


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account."""

    id: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """A set of records the same people may read; `number` is its short name in lists on the wire."""

    id: bytes
    name: str
    number: int
    record_id: bytes


@dataclass(frozen=True, slots=True)
class Access:
    """What a person may do in a workspace; `epoch` grows with each alteration."""

    person_id: bytes
    workspace_id: bytes
    role: str
    epoch: int
    record_id: bytes


@dataclass(frozen=True, slots=True)
class Reach:
    """A workspace as one person reaches it: where its log stands, and what it holds of one device."""

    workspace: Workspace
    role: str
    epoch: int
    record_id: bytes
    pseq: int
    summary: bytes
    dseq: int
    chain: bytes


def add_person(connection: Connection, row: Person, *, now: int) -> None:
    connection.execute(person.insert().values(id=row.id, name=row.name, created=now))


def rename_person(connection: Connection, row: Person) -> None:
    connection.execute(update(person).where(person.c.id == row.id).values(name=row.name))


def persons(connection: Connection) -> list[Person]:
    rows = connection.execute(select(person.c.id, person.c.name).order_by(person.c.name, person.c.id))
    return [Person(*row) for row in rows]


def find_person(connection: Connection, person_id: bytes) -> Person | None:
    row = connection.execute(select(person.c.id, person.c.name).where(person.c.id == person_id)).first()
    return Person(*row) if row else None


def add_workspace(connection: Connection, row: Workspace, *, now: int) -> None:
    connection.execute(
        workspace.insert().values(
            id=row.id, name=row.name, number=row.number, record_id=row.record_id, created=now
        )
    )
    from sync.digest import Digest

    empty = Digest()
    values = {"pseq": 0, "digest": empty.stored(), "summary": empty.summary(), "exceptions": 0}
    connection.execute(head.insert().values(workspace_id=row.id, **values))


def next_workspace_number(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(workspace.c.number), 0))).scalar_one()) + 1


def workspaces(connection: Connection) -> list[Workspace]:
    columns = (workspace.c.id, workspace.c.name, workspace.c.number, workspace.c.record_id)
    rows = connection.execute(select(*columns).order_by(workspace.c.number))
    return [Workspace(*row) for row in rows]


def workspace_of_number(connection: Connection, number: int) -> bytes | None:
    if number > _LARGEST_NUMBER:
        return None
    found = connection.execute(
        select(workspace.c.id).where(workspace.c.number == number)
    ).scalar_one_or_none()
    return None if found is None else bytes(found)


def put_access(connection: Connection, row: Access) -> None:
    """Insert or replace one person's access to one workspace."""
    found = find_access(connection, person_id=row.person_id, workspace_id=row.workspace_id, lock=True)
    values = {
        "role": row.role,
        "epoch": row.epoch,
        "record_id": row.record_id,
    }
    if found is None:
        keys = {"person_id": row.person_id, "workspace_id": row.workspace_id}
        connection.execute(access.insert().values(**keys, **values))
    else:
        connection.execute(update(access).where(_is(row.person_id, row.workspace_id)).values(**values))


def find_access(
    connection: Connection, *, person_id: bytes, workspace_id: bytes, lock: bool = False
) -> Access | None:
    query = select(*access.c).where(_is(person_id, workspace_id))
    row = connection.execute(query.with_for_update() if lock else query).first()
    return Access(*row) if row else None


def access_of_record(connection: Connection, *, workspace_id: bytes, record_id: bytes) -> Access | None:
    """The access that a person's record in a workspace stands for."""
    query = select(*access.c).where(access.c.workspace_id == workspace_id, access.c.record_id == record_id)
    row = connection.execute(query.with_for_update()).first()
    return Access(*row) if row else None


def role_now(connection: Connection, *, person_id: bytes, workspace_id: bytes, installation_id: bytes) -> str:
    """What a person may do at this moment from one laptop; nothing from a revoked one.

    Asked under the lock of the workspace, which every alteration of a role takes too.
    """
    row = connection.execute(
        _ROLE_NOW, {"person": person_id, "workspace": workspace_id, "installation": installation_id}
    ).first()
    return NO_ROLE if row is None or row[1] is not None else str(row[0])


def accesses(connection: Connection, *, person_id: bytes) -> list[Access]:
    return [
        Access(*row) for row in connection.execute(select(*access.c).where(access.c.person_id == person_id))
    ]


def reaches(connection: Connection, *, person_id: bytes, device: int) -> list[Reach]:
    """Every workspace this person has or had access to, as one device stands there.

    One statement for the grants, then one for each workspace, so that a cluster asks one shard at a time.
    """
    return [
        _reach(connection, tuple(row), device) for row in connection.execute(_GRANTS, {"person": person_id})
    ]


def _reach(connection: Connection, row: tuple[Any, ...], device: int) -> Reach:
    key, name, number, record, role, epoch, person_record = row
    stands = connection.execute(_STANDS, {"workspace": key, "device": device}).one()
    pseq, summary, dseq, chain = stands
    place = Workspace(key, name, number, record)
    link = chain_start(key) if chain is None else chain
    return Reach(place, role, epoch, person_record, pseq, summary, dseq or 0, link)


def epochs(connection: Connection) -> int:
    """A number that grows with each alteration of anybody's access."""
    return int(connection.execute(select(func.coalesce(func.sum(access.c.epoch), 0))).scalar_one())


def _is(person_id: bytes, workspace_id: bytes) -> ColumnElement[bool]:
    return and_(access.c.person_id == person_id, access.c.workspace_id == workspace_id)


_ROLE_NOW: Final = (
    select(access.c.role, installation.c.revoked_at)
    .select_from(access)
    .join(installation, installation.c.person_id == access.c.person_id)
    .where(
        access.c.person_id == bindparam("person"),
        access.c.workspace_id == bindparam("workspace"),
        installation.c.id == bindparam("installation"),
    )
)

_GRANTS: Final = (
    select(
        workspace.c.id,
        workspace.c.name,
        workspace.c.number,
        workspace.c.record_id,
        access.c.role,
        access.c.epoch,
        access.c.record_id,
    )
    .select_from(access)
    .join(workspace, workspace.c.id == access.c.workspace_id)
    .where(access.c.person_id == bindparam("person"))
    .order_by(workspace.c.number)
)
_STANDS: Final = (
    select(head.c.pseq, head.c.summary, position.c.dseq, position.c.chain)
    .select_from(head)
    .outerjoin(
        position,
        and_(position.c.workspace_id == head.c.workspace_id, position.c.device == bindparam("device")),
    )
    .where(head.c.workspace_id == bindparam("workspace"))
)
