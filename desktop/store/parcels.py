"""Sealed bundles that this laptop carries to the server for a colleague, and cannot read itself.

One stays until the server holds what is in it; what stood in the way the last time is noted beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.store.driver import Connection
from desktop.store.reader import Reader

MOST_BYTES = 32 * 1024 * 1024
"""What the server takes in one request; a larger bundle is split by whoever makes it."""
GAP: Final = "strand_gap"
"""An earlier part has to come first; it may be on another stick."""
_SELDOM_MS: Final = 24 * 60 * 60 * 1000
_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True)
class Parcel:
    """One volume of a bundle, with the name of whoever made it."""

    bundle: bytes
    volume: int
    person: str
    made_ms: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """One that was not handed in yet. `code` says what stood in the way; it is empty before the first try."""

    bundle: bytes
    volume: int
    person: str
    made_ms: int
    size: int
    code: str = ""
    tries: int = 0
    tried_ms: int = 0
    next_ms: int = 0

    def is_due(self, now_ms: int) -> bool:
        """Whether it is time for another try; a clock that was put back keeps nobody waiting."""
        return not self.tried_ms <= now_ms < self.next_ms


def create_parcels(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS parcel(bundle BLOB NOT NULL, volume INTEGER NOT NULL,"
        " person TEXT NOT NULL, made INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(bundle, volume))"
    )
    connection.execute(
        "CREATE TABLE IF NOT EXISTS parcel_try(bundle BLOB NOT NULL, volume INTEGER NOT NULL,"
        " code TEXT NOT NULL, tries INTEGER NOT NULL, tried INTEGER NOT NULL, next INTEGER NOT NULL,"
        " PRIMARY KEY(bundle, volume))"
    )


def carries(reader: Reader) -> bool:
    """Whether anything of colleagues waits to be handed in."""
    questions = ("SELECT 1 FROM parcel LIMIT 1", "SELECT 1 FROM strand WHERE code = '' LIMIT 1")
    return any(reader.connection.execute(question).fetchone() for question in questions)


def count_waiting(reader: Reader) -> int:
    """How many parcels wait."""
    (count,) = reader.connection.execute("SELECT count(*) FROM parcel").fetchone()
    return int(count)


def keep(connection: Connection, parcel: Parcel) -> bool:
    """Keep a parcel until the server has it; says whether it is new. One that is brought again, and what
    waits for an earlier part, is tried with the next sync.
    """
    row = connection.execute(
        "INSERT OR IGNORE INTO parcel(bundle, volume, person, made, data) VALUES(?, ?, ?, ?, ?)",
        (parcel.bundle, parcel.volume, parcel.person, parcel.made_ms, parcel.data),
    )
    _try_again(connection, "(bundle = ? AND volume = ?) OR code = ?", (parcel.bundle, parcel.volume, GAP))
    return bool(row.rowcount)


def waiting(connection: Connection) -> list[Waiting]:
    """What is to be handed in, oldest first."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'parcel_try'").fetchone()
    if known is None:
        # Nobody has written here since the update.
        question = (
            "SELECT bundle, volume, person, made, length(data) FROM parcel ORDER BY made, bundle, volume"
        )
        return [Waiting(bytes(row[0]), *row[1:]) for row in connection.execute(question).fetchall()]
    rows = connection.execute(
        "SELECT bundle, volume, person, made, length(data), coalesce(code, ''), coalesce(tries, 0),"
        " coalesce(tried, 0), coalesce(next, 0) FROM parcel LEFT JOIN parcel_try USING (bundle, volume)"
        " ORDER BY made, bundle, volume"
    ).fetchall()
    return [Waiting(bytes(row[0]), *row[1:]) for row in rows]


def read(connection: Connection, bundle: bytes, volume: int) -> bytes:
    row = connection.execute(
        "SELECT data FROM parcel WHERE bundle = ? AND volume = ?", (bundle, volume)
    ).fetchone()
    return bytes(row[0]) if row else b""


def note_try(connection: Connection, parcel: Waiting, code: str, *, now_ms: int, first_ms: int) -> None:
    """Note what stood in the way; the next try comes after `first_ms`, then always later, up to a day."""
    pause = min(_SELDOM_MS, first_ms << min(parcel.tries, _DOUBLINGS))
    connection.execute(
        "INSERT OR REPLACE INTO parcel_try(bundle, volume, code, tries, tried, next)"
        " VALUES(?, ?, ?, ?, ?, ?)",
        (parcel.bundle, parcel.volume, code, parcel.tries + 1, now_ms, now_ms + pause),
    )


def note_all(connection: Connection, code: str) -> int:
    """Note that one thing stands in the way of all; says of how many that is new."""
    connection.execute(
        "INSERT OR IGNORE INTO parcel_try(bundle, volume, code, tries, tried, next)"
        " SELECT bundle, volume, '', 0, 0, 0 FROM parcel"
    )
    return int(connection.execute("UPDATE parcel_try SET code = ? WHERE code != ?", (code, code)).rowcount)


def try_again(connection: Connection) -> None:
    """Everything that waits is tried with the next sync, as where somebody asks for it."""
    _try_again(connection, "1", ())


def _try_again(connection: Connection, where: str, values: tuple[object, ...]) -> None:
    connection.execute(f"DELETE FROM parcel_try WHERE {where}", values)


def drop(connection: Connection, bundle: bytes, volume: int) -> None:
    """The server has it, or a person or its bytes say that nobody ever will. What waits for an earlier part
    may go on now.
    """
    for table in ("parcel", "parcel_try"):
        connection.execute(f"DELETE FROM {table} WHERE bundle = ? AND volume = ?", (bundle, volume))
    _try_again(connection, "code = ?", (GAP,))
