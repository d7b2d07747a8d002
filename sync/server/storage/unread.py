"""Rows of pushed frames that could not be read: kept whole, for whoever may know what was in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, delete, func, insert, select

from sync.server.storage.schema import unread_frame

MOST_KEPT: Final = 64
"""So many for each device and workspace; a laptop that sends nonsense without end fills no disk."""


@dataclass(frozen=True, slots=True)
class UnreadFrame:
    """One frame; it began with `first_dseq`, and nobody knows where it ended."""

    device: int
    first_dseq: int
    code: str
    received: int
    frame: bytes


def put_frame(connection: Connection, workspace: bytes, row: UnreadFrame) -> None:
    """Keep a frame in the place of one that came before it under this number."""
    own = and_(unread_frame.c.workspace_id == workspace, unread_frame.c.device == row.device)
    connection.execute(delete(unread_frame).where(own, unread_frame.c.first_dseq == row.first_dseq))
    (kept,) = connection.execute(select(func.count()).select_from(unread_frame).where(own)).one()
    if kept >= MOST_KEPT:
        return
    connection.execute(
        insert(unread_frame).values(
            workspace_id=workspace,
            device=row.device,
            first_dseq=row.first_dseq,
            code=row.code,
            received=row.received,
            frame=row.frame,
        )
    )


def frames_kept(connection: Connection, workspace: bytes) -> list[UnreadFrame]:
    """Everything that is kept of a workspace, oldest first."""
    columns = (
        unread_frame.c.device,
        unread_frame.c.first_dseq,
        unread_frame.c.code,
        unread_frame.c.received,
        unread_frame.c.frame,
    )
    query = select(*columns).where(unread_frame.c.workspace_id == workspace)
    rows = connection.execute(query.order_by(unread_frame.c.received, unread_frame.c.device))
    return [UnreadFrame(int(row[0]), int(row[1]), row[2], int(row[3]), bytes(row[4])) for row in rows]


def drop_frames(connection: Connection, workspace: bytes) -> None:
    """Nobody can tell what such frames speak of: where something is erased for good, they go."""
    connection.execute(delete(unread_frame).where(unread_frame.c.workspace_id == workspace))
