"""Jobs too big for one transaction: numbered parts under one label and one undo (SYNC §4).

The whole job is stored first; each part is applied and struck off in one transaction, so a job that
was interrupted is finished at the next start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgpack

from desktop.store.driver import Connection
from sync.changes import Edit

PART_EDITS: Final = 500
"""One frame, so that it travels as it was stored."""
TOGETHER: Final = 100
"""Of a part, so many edits become visible together on other laptops."""
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS job(id INTEGER, part INTEGER, parts INTEGER NOT NULL, label TEXT NOT NULL,"
    " edits BLOB NOT NULL, PRIMARY KEY(id, part)) WITHOUT ROWID"
)
_IMPORTS: Final = (
    "CREATE TABLE IF NOT EXISTS imported("
    "fingerprint TEXT PRIMARY KEY, label TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID"
)


@dataclass(frozen=True, slots=True)
class Part:
    """Part `number` of `of` of a job."""

    job: int
    number: int
    of: int
    label: str
    edits: tuple[Edit, ...]


def create_jobs(connection: Connection) -> None:
    connection.execute(_TABLE)
    connection.execute(_IMPORTS)


def store_job(connection: Connection, label: str, edits: Sequence[Edit]) -> int:
    """Store a job whole and return its number."""
    job = int(connection.execute("SELECT coalesce(max(job), 0) + 1 FROM undo").fetchone()[0])
    cut = [edits[at : at + PART_EDITS] for at in range(0, len(edits), PART_EDITS)]
    connection.executemany(
        "INSERT INTO job(id, part, parts, label, edits) VALUES(?, ?, ?, ?, ?)",
        [(job, number, len(cut), label, pack_edits(part)) for number, part in enumerate(cut, 1)],
    )
    return job


def waiting_parts(connection: Connection) -> Iterator[Part]:
    """Parts that are still to be applied, in order."""
    while True:
        row = connection.execute(
            "SELECT id, part, parts, label, edits FROM job ORDER BY id, part LIMIT 1"
        ).fetchone()
        if row is None:
            return
        yield Part(row[0], row[1], row[2], row[3], unpack_edits(row[4]))


def strike_off(connection: Connection, part: Part) -> None:
    connection.execute("DELETE FROM job WHERE id = ? AND part = ?", (part.job, part.number))


def pack_edits(edits: Sequence[Edit]) -> bytes:
    rows: list[list[Any]] = [
        [
            edit.workspace,
            edit.kind,
            edit.record,
            dict(edit.writes),
            {k: list(v) for k, v in edit.seen.items()},
            edit.create,
        ]
        for edit in edits
    ]
    return bytes(msgpack.packb(rows))


def unpack_edits(packed: bytes) -> tuple[Edit, ...]:
    return tuple(
        Edit(
            workspace, kind, record, writes, {k: tuple((a, b) for a, b in v) for k, v in seen.items()}, create
        )
        for workspace, kind, record, writes, seen, create in msgpack.unpackb(packed)
    )
