"""The device numbers that a laptop has given up: it may still have to speak of what stands under them."""

from __future__ import annotations

from typing import Final

import msgpack

from sync.replica.ids import Database

_KEY: Final = "former_devices"
_MOST: Final = 64


def note_former(database: Database, device: int) -> None:
    """A number is given up."""
    known = [one for one in former_devices(database) if one != device]
    database.execute(
        "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (_KEY, msgpack.packb([*known, device][-_MOST:])),
    )


def former_devices(database: Database) -> list[int]:
    """The numbers this laptop had before, the latest last."""
    row = database.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return list(msgpack.unpackb(row[0])) if row else []
