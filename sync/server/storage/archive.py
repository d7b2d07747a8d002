"""Rows of what is old: snapshots, their pieces, and frames behind the horizon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Delete, delete, func, select

from sync.server.storage.schema import chunk, document, history, log, parked, position, record, snapshot

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A snapshot that can be fetched."""

    pseq: int
    summary: bytes
    size: int
    made: int
    manifest: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A frame with where it stands, whether in the log or behind the horizon."""

    first_pseq: int
    last_pseq: int
    effective: bytes | None
    frame: bytes


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record's settled state as it is stored."""

    id: bytes
    kind: str
    state: bytes
    term: bytes


def latest_snapshot(connection: Connection, workspace: bytes) -> SnapshotRow | None:
    """The newest snapshot of a workspace."""
    columns = (
        snapshot.c.pseq,
        snapshot.c.summary,
        snapshot.c.size,
        snapshot.c.made,
        snapshot.c.manifest,
    )
    query = select(*columns).where(snapshot.c.workspace_id == workspace)
    row = connection.execute(query.order_by(snapshot.c.pseq.desc()).limit(1)).first()
    return SnapshotRow(*row) if row else None


def manifests(connection: Connection, workspace: bytes) -> list[bytes]:
    """The manifests of every snapshot that is kept, oldest first."""
    query = select(snapshot.c.manifest).where(snapshot.c.workspace_id == workspace)
    return [bytes(row[0]) for row in connection.execute(query.order_by(snapshot.c.pseq))]


def put_snapshot(connection: Connection, workspace: bytes, row: SnapshotRow) -> None:
    """Keep a snapshot; one that somebody else made at the same place gives way."""
    connection.execute(_snapshots(workspace).where(snapshot.c.pseq == row.pseq))
    connection.execute(
        snapshot.insert().values(
            workspace_id=workspace,
            pseq=row.pseq,
            summary=row.summary,
            size=row.size,
            made=row.made,
            manifest=row.manifest,
        )
    )


def drop_snapshots_before(connection: Connection, workspace: bytes, *, pseq: int) -> None:
    connection.execute(_snapshots(workspace).where(snapshot.c.pseq < pseq))


def second_newest(connection: Connection, workspace: bytes) -> int | None:
    """The place of the snapshot before the newest: laptops may be in the middle of it."""
    query = select(snapshot.c.pseq).where(snapshot.c.workspace_id == workspace)
    rows = connection.execute(query.order_by(snapshot.c.pseq.desc()).limit(2)).all()
    return int(rows[1][0]) if len(rows) > 1 else None


def _snapshots(workspace: bytes) -> Delete:
    return delete(snapshot).where(snapshot.c.workspace_id == workspace)


def chunk_hashes(connection: Connection, workspace: bytes) -> set[bytes]:
    rows = connection.execute(select(chunk.c.hash).where(chunk.c.workspace_id == workspace))
    return {bytes(row[0]) for row in rows}


def put_chunks(connection: Connection, workspace: bytes, rows: Iterable[tuple[bytes, bytes]]) -> None:
    """(hash, data) of pieces that are not there yet."""
    for address, data in rows:
        connection.execute(chunk.insert().values(workspace_id=workspace, hash=address, data=data))


def drop_chunks(connection: Connection, workspace: bytes, hashes: Sequence[bytes]) -> None:
    for at in range(0, len(hashes), _AT_ONCE):
        part = hashes[at : at + _AT_ONCE]
        connection.execute(delete(chunk).where(chunk.c.workspace_id == workspace, chunk.c.hash.in_(part)))


def read_chunk(connection: Connection, workspace: bytes, address: bytes) -> bytes | None:
    """A piece, if this workspace has it."""
    query = select(chunk.c.data).where(chunk.c.workspace_id == workspace, chunk.c.hash == address)
    row = connection.execute(query).first()
    return None if row is None else bytes(row[0])


def log_bytes(connection: Connection, workspace: bytes, *, after: int) -> int:
    """What of the log lies behind a cursor."""
    query = select(func.coalesce(func.sum(log.c.size), 0))
    query = query.where(log.c.workspace_id == workspace, log.c.last_pseq > after)
    return int(connection.execute(query).scalar_one())


def log_start(connection: Connection, workspace: bytes) -> int | None:
    """The first `pseq` that the log still holds."""
    query = select(func.min(log.c.first_pseq)).where(log.c.workspace_id == workspace)
    first = connection.execute(query).scalar_one()
    return None if first is None else int(first)


def log_frames(
    connection: Connection, workspace: bytes, *, after: int = 0, upto: int | None = None
) -> Iterator[Stored]:
    """The log in order, some frames at a time."""
    while True:
        columns = (log.c.first_pseq, log.c.last_pseq, log.c.effective, log.c.frame)
        query = select(*columns).where(log.c.workspace_id == workspace, log.c.first_pseq > after)
        if upto is not None:
            query = query.where(log.c.last_pseq <= upto)
        rows = connection.execute(query.order_by(log.c.first_pseq).limit(_AT_ONCE)).all()
        for row in rows:
            yield Stored(int(row[0]), int(row[1]), row[2], bytes(row[3]))
        if len(rows) < _AT_ONCE:
            return
        after = int(rows[-1][0])


def history_frames(connection: Connection, workspace: bytes) -> Iterator[tuple[Stored, bytes]]:
    """The frames behind the horizon in order, each with what tells which records it speaks of."""
    after = -1
    while True:
        columns = (history.c.first_pseq, history.c.last_pseq, history.c.effective, history.c.frame)
        query = select(*columns, history.c.records)
        query = query.where(history.c.workspace_id == workspace, history.c.first_pseq > after)
        rows = connection.execute(query.order_by(history.c.first_pseq).limit(_AT_ONCE)).all()
        for row in rows:
            yield Stored(int(row[0]), int(row[1]), row[2], bytes(row[3])), bytes(row[4])
        if len(rows) < _AT_ONCE:
            return
        after = int(rows[-1][0])


def move_to_history(
    connection: Connection, workspace: bytes, rows: Sequence[tuple[Stored, bytes]], *, upto: int
) -> None:
    """Put joined frames behind the horizon and take theirs out of the log."""
    for row, records in rows:
        connection.execute(
            history.insert().values(
                workspace_id=workspace,
                first_pseq=row.first_pseq,
                last_pseq=row.last_pseq,
                effective=row.effective,
                records=records,
                frame=row.frame,
            )
        )
    connection.execute(delete(log).where(log.c.workspace_id == workspace, log.c.last_pseq <= upto))


def records_of(connection: Connection, workspace: bytes) -> Iterator[RecordRow]:
    """Every record, some at a time, in the order of ids."""
    after = b""
    while True:
        columns = (record.c.record_id, record.c.kind, record.c.state, record.c.term)
        query = select(*columns).where(record.c.workspace_id == workspace, record.c.record_id > after)
        rows = connection.execute(query.order_by(record.c.record_id).limit(_AT_ONCE * 10)).all()
        for row in rows:
            yield RecordRow(bytes(row[0]), row[1], bytes(row[2]), bytes(row[3]))
        if len(rows) < _AT_ONCE * 10:
            return
        after = bytes(rows[-1][0])


def count_records(connection: Connection, workspace: bytes) -> int:
    query = select(func.count()).select_from(record).where(record.c.workspace_id == workspace)
    return int(connection.execute(query).scalar_one())


def documents_of(connection: Connection, workspace: bytes) -> dict[bytes, dict[str, bytes]]:
    """Every long text: record -> field -> its document."""
    query = select(document.c.record_id, document.c.field, document.c.snapshot)
    found: dict[bytes, dict[str, bytes]] = {}
    for key, name, stored in connection.execute(query.where(document.c.workspace_id == workspace)):
        found.setdefault(bytes(key), {})[name] = bytes(stored)
    return found


def positions_of(connection: Connection, workspace: bytes) -> dict[int, int]:
    """Device -> its last change that was taken."""
    query = select(position.c.device, position.c.dseq).where(position.c.workspace_id == workspace)
    return {int(device): int(dseq) for device, dseq in connection.execute(query)}


def parked_of(connection: Connection, workspace: bytes) -> frozenset[tuple[int, int]]:
    """The changes that wait for their base."""
    query = select(parked.c.device, parked.c.dseq).where(parked.c.workspace_id == workspace)
    return frozenset((int(device), int(dseq)) for device, dseq in connection.execute(query))
