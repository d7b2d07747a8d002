"""The numbers that decisions and action points of a workspace have, read without their records."""

from __future__ import annotations

from collections import Counter

from desktop.store.reader import Reader


def numbers_in_use(reader: Reader, kind: str, *, workspace: bytes) -> Counter[str]:
    """Every number or code of a kind, with how many records carry it."""
    column = reader.kinds[kind].code_field
    indexes = [state.index for state in reader.workspaces() if state.id == workspace]
    if column is None or not indexes:
        return Counter()
    rows = reader.connection.execute(
        f'SELECT "{column}" FROM "{kind}" WHERE _ws = ? AND _deleted = 0 AND "{column}" IS NOT NULL',
        (indexes[0],),
    )
    return Counter(str(row[0]) for row in rows)
