"""Sealed bundles that this laptop carries to the server for a colleague, and cannot read itself."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.store.driver import Connection
from desktop.store.reader import Reader

MOST_BYTES = 32 * 1024 * 1024
"""What the server takes in one request; a larger bundle is split by whoever makes it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One volume of a bundle, with the name of whoever made it."""

    bundle: bytes
    volume: int
    person: str
    made_ms: int
    data: bytes


def create_parcels(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS parcel(bundle BLOB NOT NULL, volume INTEGER NOT NULL,"
        " person TEXT NOT NULL, made INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(bundle, volume))"
    )


def carries(reader: Reader) -> bool:
    """Whether anything of colleagues waits to be handed in."""
    questions = ("SELECT 1 FROM parcel LIMIT 1", "SELECT 1 FROM strand WHERE code = '' LIMIT 1")
    return any(reader.connection.execute(question).fetchone() for question in questions)


def keep(connection: Connection, parcel: Parcel) -> bool:
    """Keep a parcel until the server has it; says whether it is new."""
    row = connection.execute(
        "INSERT OR IGNORE INTO parcel(bundle, volume, person, made, data) VALUES(?, ?, ?, ?, ?)",
        (parcel.bundle, parcel.volume, parcel.person, parcel.made_ms, parcel.data),
    )
    return bool(row.rowcount)


def waiting(connection: Connection) -> list[tuple[bytes, int]]:
    """Bundle and volume of what is to be handed in, oldest first."""
    rows = connection.execute("SELECT bundle, volume FROM parcel ORDER BY made, volume").fetchall()
    return [(bytes(bundle), int(volume)) for bundle, volume in rows]


def read(connection: Connection, bundle: bytes, volume: int) -> bytes:
    row = connection.execute(
        "SELECT data FROM parcel WHERE bundle = ? AND volume = ?", (bundle, volume)
    ).fetchone()
    return bytes(row[0]) if row else b""


def drop(connection: Connection, bundle: bytes, volume: int) -> None:
    connection.execute("DELETE FROM parcel WHERE bundle = ? AND volume = ?", (bundle, volume))
