"""Rows of what was erased for good, and of what has to be rewritten for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from sync.server.storage.journal import ASIDE, SetAside, waiting
from sync.server.storage.schema import (
    document,
    erased_file,
    erasure,
    history,
    log,
    parked,
    quarantine,
    record,
    snapshot,
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """One record that was erased: for the sake of which record, when, by whom and why; never what it said."""

    record: bytes
    kind: str
    cause: bytes
    at: int
    who: str
    reason: str
    pseq: int
    changes: int
    finished: int | None = None


def add_erasures(connection: Connection, workspace: bytes, rows: Iterable[Erasure]) -> None:
    connection.execute(
        insert(erasure),
        [
            {
                "workspace_id": workspace,
                "record_id": row.record,
                "kind": row.kind,
                "cause": row.cause,
                "at": row.at,
                "who": row.who,
                "reason": row.reason,
                "pseq": row.pseq,
                "changes": row.changes,
                "finished": row.finished,
            }
            for row in rows
        ],
    )


def erasures(connection: Connection, workspace: bytes) -> list[Erasure]:
    """Everything that was erased in a workspace, in order."""
    columns = (
        erasure.c.record_id,
        erasure.c.kind,
        erasure.c.cause,
        erasure.c.at,
        erasure.c.who,
        erasure.c.reason,
        erasure.c.pseq,
        erasure.c.changes,
        erasure.c.finished,
    )
    query = select(*columns).where(erasure.c.workspace_id == workspace)
    rows = connection.execute(query.order_by(erasure.c.pseq, erasure.c.record_id))
    return [Erasure(bytes(row[0]), row[1], bytes(row[2]), *row[3:]) for row in rows]


def erased_of(connection: Connection, workspace: bytes) -> tuple[tuple[str, bytes], ...]:
    """Kind and id of every erased record."""
    query = select(erasure.c.kind, erasure.c.record_id).where(erasure.c.workspace_id == workspace)
    return tuple(sorted((str(kind), bytes(key)) for kind, key in connection.execute(query)))


def erased_among(connection: Connection, workspace: bytes, records: Sequence[bytes]) -> set[bytes]:
    """Which of these records were erased; there are few erased ones, and often many that are asked for."""
    query = select(erasure.c.record_id).where(erasure.c.workspace_id == workspace)
    return {bytes(row[0]) for row in connection.execute(query)}.intersection(records)


def last_erased(connection: Connection, workspace: bytes) -> int:
    """The place in the log of the newest erasure; 0 where there was none."""
    query = select(func.max(erasure.c.pseq)).where(erasure.c.workspace_id == workspace)
    return int(connection.execute(query).scalar() or 0)


def finish_erasures(connection: Connection, workspace: bytes, *, at: int) -> None:
    """Nothing of what was erased is left."""
    connection.execute(
        update(erasure)
        .where(erasure.c.workspace_id == workspace, erasure.c.finished.is_(None))
        .values(finished=at)
    )


# Files


def mark_of_file(fingerprint: bytes) -> bytes:
    """What is kept of a fingerprint: enough to know it again, not enough to name it."""
    return hashlib.blake2b(fingerprint, digest_size=32, person=b"daftar.erased").digest()


def add_erased_files(
    connection: Connection, workspace: bytes, fingerprints: Iterable[bytes], *, at: int
) -> None:
    for fingerprint in sorted(set(fingerprints)):
        if not is_erased_file(connection, workspace, fingerprint):
            mark = mark_of_file(fingerprint)
            connection.execute(insert(erased_file).values(workspace_id=workspace, mark=mark, at=at))


def is_erased_file(connection: Connection, workspace: bytes, fingerprint: bytes) -> bool:
    query = select(erased_file.c.at).where(
        erased_file.c.workspace_id == workspace, erased_file.c.mark == mark_of_file(fingerprint)
    )
    return connection.execute(query).first() is not None


# What has to be rewritten


def rewrite_log(connection: Connection, workspace: bytes, *, first_pseq: int, frame: bytes) -> None:
    """Put another frame in the place of one in the log; it is no plain run of a device's changes any more."""
    connection.execute(
        update(log)
        .where(log.c.workspace_id == workspace, log.c.first_pseq == first_pseq)
        .values(frame=frame, size=len(frame), first_dseq=0, last_dseq=0)
    )


def empty_log(connection: Connection, workspace: bytes, *, first_pseq: int, frame: bytes) -> None:
    """Put a frame that says nothing in the place of one in the log; whose numbers they are stays known."""
    connection.execute(
        update(log)
        .where(log.c.workspace_id == workspace, log.c.first_pseq == first_pseq)
        .values(frame=frame, size=len(frame))
    )


def rewrite_history(connection: Connection, workspace: bytes, *, first_pseq: int, frame: bytes) -> None:
    connection.execute(
        update(history)
        .where(history.c.workspace_id == workspace, history.c.first_pseq == first_pseq)
        .values(frame=frame)
    )


def refused_of(connection: Connection, workspace: bytes, records: Sequence[bytes]) -> list[SetAside]:
    """What is in quarantine of these records."""
    query = select(*ASIDE).where(quarantine.c.workspace_id == workspace, quarantine.c.record_id.in_(records))
    rows = connection.execute(query.order_by(quarantine.c.device, quarantine.c.dseq))
    return [SetAside(int(row[0]), int(row[1]), bytes(row[2]), str(row[3]), bytes(row[4])) for row in rows]


def waiting_of(connection: Connection, workspace: bytes, records: Sequence[bytes]) -> list[SetAside]:
    """The changes to these records that wait for their base."""
    wanted = set(records)
    return [row for row in waiting(connection, workspace) if bytes(row.record) in wanted]


def empty_aside(connection: Connection, workspace: bytes, change: tuple[int, int], *, frame: bytes) -> None:
    """Put a frame that says nothing in the place of a change that was set aside."""
    for table in (quarantine, parked):
        connection.execute(
            update(table)
            .where(table.c.workspace_id == workspace, table.c.device == change[0], table.c.dseq == change[1])
            .values(change=frame)
        )


def rewrite_quarantine(
    connection: Connection, workspace: bytes, change: tuple[int, int], *, code: str | None, frame: bytes
) -> None:
    """Blank a refused change; with `code` it is refused for another reason from here on."""
    values: dict[str, object] = {"change": frame} if code is None else {"change": frame, "code": code}
    connection.execute(
        update(quarantine)
        .where(
            quarantine.c.workspace_id == workspace,
            quarantine.c.device == change[0],
            quarantine.c.dseq == change[1],
        )
        .values(**values)
    )


def drop_records(connection: Connection, workspace: bytes, records: Sequence[bytes]) -> None:
    """Delete the states and long texts of records."""
    for table in (record, document):
        connection.execute(
            delete(table).where(table.c.workspace_id == workspace, table.c.record_id.in_(records))
        )


def find_kinds(connection: Connection, workspace: bytes, records: Sequence[bytes]) -> dict[bytes, str]:
    """Record -> its kind, of those that are there."""
    query = select(record.c.record_id, record.c.kind).where(
        record.c.workspace_id == workspace, record.c.record_id.in_(records)
    )
    return {bytes(row[0]): str(row[1]) for row in connection.execute(query)}


def terms_of(connection: Connection, workspace: bytes, records: Sequence[bytes]) -> dict[bytes, bytes]:
    """Record -> what it adds to the digest."""
    query = select(record.c.record_id, record.c.term).where(
        record.c.workspace_id == workspace, record.c.record_id.in_(records)
    )
    return {bytes(row[0]): bytes(row[1]) for row in connection.execute(query)}


def records_of_kinds(
    connection: Connection, workspace: bytes, kinds: Sequence[str]
) -> list[tuple[bytes, str, bytes]]:
    """Id, kind and state of every record of some kinds."""
    query = select(record.c.record_id, record.c.kind, record.c.state).where(
        record.c.workspace_id == workspace, record.c.kind.in_(kinds)
    )
    return [(bytes(row[0]), str(row[1]), bytes(row[2])) for row in connection.execute(query)]


def has_snapshot(connection: Connection, workspace: bytes) -> bool:
    query = select(snapshot.c.pseq).where(snapshot.c.workspace_id == workspace)
    return connection.execute(query.limit(1)).first() is not None
