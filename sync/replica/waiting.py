"""About how many bytes wait on a laptop to be sent."""

from __future__ import annotations

from typing import Final

from sync.replica.ids import Database

_TINY: Final = 4 * 1024
_SHRINK: Final = 3
"""Small frames shrink about so much when they are joined."""


def bytes_waiting(database: Database, *, workspace: int, device: int, acked: int) -> int:
    """What the own changes behind `acked` of one workspace weigh; both numbers are those of the tables."""
    rows = database.execute(
        "SELECT length(frame) FROM log WHERE ws = ? AND device = ? AND last_dseq > ?",
        (workspace, device, acked),
    )
    return sum(int(one) // (_SHRINK if one < _TINY else 1) for (one,) in rows.fetchall())
