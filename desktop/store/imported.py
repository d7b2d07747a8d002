"""Which files were brought in: the same file again would make everything twice.

A file counts as brought in while any of the records it made is still there, so an import that was undone,
or that never happened, may be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.store.driver import Connection
from desktop.store.reader import Reader

_REMEMBERED = 20


def note_import(
    connection: Connection, fingerprint: str, records: Sequence[tuple[str, bytes]], *, at: int
) -> None:
    """Remember a file by its fingerprint, and some of the records (kind, id) that it made."""
    step = max(1, len(records) // _REMEMBERED)
    some = " ".join(f"{kind}:{record.hex()}" for kind, record in records[::step])
    connection.execute(
        "INSERT OR REPLACE INTO imported(fingerprint, label, at) VALUES(?, ?, ?)", (fingerprint, some, at)
    )


def imported_at(reader: Reader, fingerprint: str) -> int | None:
    """When a file was brought in, in milliseconds; `None` where nothing of it is there."""
    row = reader.connection.execute(
        "SELECT label, at FROM imported WHERE fingerprint = ?", (fingerprint,)
    ).fetchone()
    if row is None:
        return None
    by_kind: dict[str, list[bytes]] = {}
    for entry in str(row[0]).split():
        kind, _, record = entry.partition(":")
        by_kind.setdefault(kind, []).append(bytes.fromhex(record))
    there = any(
        not known.deleted
        for kind, records in by_kind.items()
        if kind in reader.kinds
        for known in reader.rows(kind, records)
    )
    return int(row[1]) if there else None
