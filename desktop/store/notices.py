"""What a person has to be told once, by code: it waits in the database until it was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from desktop.store.reader import Reader
from sync.replica.ids import Database

_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS notice("
    "id INTEGER PRIMARY KEY, code TEXT NOT NULL, params TEXT NOT NULL, at INTEGER NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told. `code` and `params` are worded like those of an error."""

    id: int
    code: str
    params: Mapping[str, str | int]
    at_ms: int


def create_notices(connection: Database) -> None:
    connection.execute(_TABLE)


def add_notice(connection: Database, code: str, params: Mapping[str, str | int], *, at_ms: int) -> None:
    connection.execute(
        "INSERT INTO notice(code, params, at) VALUES(?, ?, ?)",
        (code, json.dumps(dict(params), ensure_ascii=False), at_ms),
    )


def unread_notices(reader: Reader) -> list[Notice]:
    """Oldest first."""
    rows = reader.connection.execute("SELECT id, code, params, at FROM notice ORDER BY id").fetchall()
    return [Notice(number, str(code), json.loads(params), at) for number, code, params, at in rows]


def drop_notice(connection: Database, notice: Notice) -> None:
    """It was read."""
    connection.execute("DELETE FROM notice WHERE id = ?", (notice.id,))
