"""Rows of changes in quarantine that were decided never to be let in: by whom, when and why."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from sync.changes import ChangeId
from sync.server.storage.schema import discarded


@dataclass(frozen=True, slots=True)
class Discard:
    """One decision."""

    id: ChangeId
    by: bytes
    reason: str
    at: int


def add_discard(connection: Connection, workspace: bytes, row: Discard) -> None:
    connection.execute(
        discarded.insert().values(
            workspace_id=workspace,
            device=row.id[0],
            dseq=row.id[1],
            discarded_by=row.by,
            reason=row.reason,
            at=row.at,
        )
    )


def discards(connection: Connection, workspace: bytes) -> dict[ChangeId, Discard]:
    """Everything that was discarded in a workspace."""
    columns = (
        discarded.c.device,
        discarded.c.dseq,
        discarded.c.discarded_by,
        discarded.c.reason,
        discarded.c.at,
    )
    rows = connection.execute(select(*columns).where(discarded.c.workspace_id == workspace))
    found = [Discard((int(row[0]), int(row[1])), bytes(row[2]), row[3], int(row[4])) for row in rows]
    return {row.id: row for row in found}


def is_discarded(connection: Connection, workspace: bytes, change: ChangeId) -> bool:
    where = and_(
        discarded.c.workspace_id == workspace,
        discarded.c.device == change[0],
        discarded.c.dseq == change[1],
    )
    return connection.execute(select(discarded.c.at).where(where)).first() is not None
