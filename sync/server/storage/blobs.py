"""Rows of files: which a workspace holds whole, and which are on their way to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, update

from sync.server.storage.schema import blob, upload


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that one laptop has begun to send; `size` is what it will be."""

    fingerprint: bytes
    installation_id: bytes
    size: int
    touched: int


def find_blob(connection: Connection, workspace: bytes, fingerprint: bytes) -> int | None:
    """The size of a file that a workspace holds whole and checked."""
    query = select(blob.c.size).where(blob.c.workspace_id == workspace, blob.c.sha256 == fingerprint)
    return connection.execute(query).scalar()


def is_unnamed(connection: Connection, workspace: bytes, fingerprint: bytes) -> bool:
    """Whether no record named a file that is held when somebody last looked."""
    query = select(blob.c.unnamed_since).where(blob.c.workspace_id == workspace, blob.c.sha256 == fingerprint)
    return connection.execute(query).scalar() is not None


def held_files(connection: Connection, workspace: bytes) -> list[tuple[bytes, int, int | None]]:
    """Fingerprint and size of every file a workspace holds, and since when no record names it."""
    query = select(blob.c.sha256, blob.c.size, blob.c.unnamed_since).where(blob.c.workspace_id == workspace)
    return [(bytes(row[0]), int(row[1]), row[2]) for row in connection.execute(query.order_by(blob.c.sha256))]


def mark_unnamed(connection: Connection, workspace: bytes, fingerprint: bytes, *, since: int | None) -> None:
    """Note since when no record names a file, or that one does."""
    where = and_(blob.c.workspace_id == workspace, blob.c.sha256 == fingerprint)
    connection.execute(update(blob).where(where).values(unnamed_since=since))


def drop_blob(connection: Connection, workspace: bytes, fingerprint: bytes) -> None:
    connection.execute(delete(blob).where(blob.c.workspace_id == workspace, blob.c.sha256 == fingerprint))


def uploads_of(connection: Connection, workspace: bytes, fingerprint: bytes) -> list[Upload]:
    """Who is sending a file."""
    query = select(upload.c.sha256, upload.c.installation_id, upload.c.size, upload.c.touched)
    query = query.where(upload.c.workspace_id == workspace, upload.c.sha256 == fingerprint)
    return [
        Upload(bytes(row[0]), bytes(row[1]), int(row[2]), int(row[3])) for row in connection.execute(query)
    ]


def put_blob(
    connection: Connection, workspace: bytes, fingerprint: bytes, *, size: int, person_id: bytes, at: int
) -> None:
    """Let a file count; nothing happens where somebody else was quicker."""
    if find_blob(connection, workspace, fingerprint) is None:
        connection.execute(
            blob.insert().values(
                workspace_id=workspace, sha256=fingerprint, size=size, person_id=person_id, received=at
            )
        )


def held_bytes(connection: Connection, workspace: bytes) -> int:
    """What the files of a workspace take, those under way counted whole."""
    held = select(func.coalesce(func.sum(blob.c.size), 0)).where(blob.c.workspace_id == workspace)
    coming = select(func.coalesce(func.sum(upload.c.size), 0)).where(upload.c.workspace_id == workspace)
    return int(connection.execute(held).scalar_one()) + int(connection.execute(coming).scalar_one())


def find_upload(
    connection: Connection, workspace: bytes, fingerprint: bytes, installation_id: bytes
) -> Upload | None:
    query = select(upload.c.sha256, upload.c.installation_id, upload.c.size, upload.c.touched)
    row = connection.execute(query.where(_is(workspace, fingerprint, installation_id))).first()
    return Upload(bytes(row[0]), bytes(row[1]), int(row[2]), int(row[3])) if row else None


def put_upload(connection: Connection, workspace: bytes, row: Upload) -> None:
    where = _is(workspace, row.fingerprint, row.installation_id)
    values = {"size": row.size, "touched": row.touched}
    if connection.execute(update(upload).where(where).values(**values)).rowcount == 0:
        keys = {"sha256": row.fingerprint, "installation_id": row.installation_id}
        connection.execute(upload.insert().values(workspace_id=workspace, **keys, **values))


def drop_upload(connection: Connection, workspace: bytes, row: Upload) -> None:
    connection.execute(delete(upload).where(_is(workspace, row.fingerprint, row.installation_id)))


def stale_uploads(connection: Connection, workspace: bytes, *, before: int) -> list[Upload]:
    """Uploads that nobody went on with."""
    query = select(upload.c.sha256, upload.c.installation_id, upload.c.size, upload.c.touched)
    rows = connection.execute(query.where(upload.c.workspace_id == workspace, upload.c.touched < before))
    return [Upload(bytes(row[0]), bytes(row[1]), int(row[2]), int(row[3])) for row in rows]


def _is(workspace: bytes, fingerprint: bytes, installation_id: bytes) -> ColumnElement[bool]:
    return and_(
        upload.c.workspace_id == workspace,
        upload.c.sha256 == fingerprint,
        upload.c.installation_id == installation_id,
    )
