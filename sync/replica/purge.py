"""Erases what belongs to one workspace, a little at a time, so that a person's own work goes first.

Which tables hold something of a workspace is told by their columns: `_ws` (records), `ws`, or `record`, the
rowid of a record. A table of another shape that holds people's words has an eraser of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.replica.ids import Database
from sync.replica.source import Indexer

PART = 500


@dataclass(frozen=True, slots=True)
class Shape:
    """The tables by how they name what they belong to."""

    records: tuple[str, ...]
    workspaces: tuple[str, ...]
    parts: tuple[str, ...]
    """Tables whose rows belong to a record by its rowid."""


def shape_of(database: Database) -> Shape:
    """Look at the tables as they are, so that a later one is not forgotten."""
    records, workspaces, parts = [], [], []
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    for (name,) in rows:
        columns = {
            str(row[1]): str(row[2]).upper() for row in database.execute(f'PRAGMA table_info("{name}")')
        }
        if "_ws" in columns:
            records.append(str(name))
        elif "ws" in columns and name != "leaving":
            workspaces.append(str(name))
        if columns.get("record") == "INTEGER":
            parts.append(str(name))
    return Shape(tuple(records), tuple(workspaces), tuple(parts))


def erase_part(database: Database, shape: Shape, index: int, *, indexer: Indexer) -> bool:
    """Erase some rows of a workspace; False where none was left."""
    for table in shape.records:
        rowids = _some(database, table, "id", "_ws", index)
        if rowids:
            _erase_records(database, shape, table, rowids, indexer)
            return True
    for table in shape.workspaces:
        if _is_keyed_by_workspace(database, table):
            database.execute(f'DELETE FROM "{table}" WHERE ws = ?', (index,))
            continue
        rows = _some(database, table, "rowid", "ws", index)
        if rows:
            _delete(database, table, "rowid", rows)
            return True
    return False


def rows_left(database: Database, shape: Shape, index: int) -> int:
    """How many rows of a workspace there still are."""
    counted = [(table, "_ws") for table in shape.records] + [(table, "ws") for table in shape.workspaces]
    return sum(
        int(database.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = ?', (index,)).fetchone()[0])
        for table, column in counted
    )


def _erase_records(
    database: Database, shape: Shape, table: str, rowids: Sequence[int], indexer: Indexer
) -> None:
    for part in shape.parts:
        _delete(database, part, "record", rowids)
    indexer.remove(rowids)
    _delete(database, table, "id", rowids)


def _is_keyed_by_workspace(database: Database, table: str) -> bool:
    """Tables without row ids are small, and erased at once."""
    (sql,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    return "WITHOUT ROWID" in str(sql).upper()


def _some(database: Database, table: str, key: str, column: str, index: int) -> list[int]:
    rows = database.execute(f'SELECT {key} FROM "{table}" WHERE "{column}" = ? LIMIT {PART}', (index,))
    return [row[0] for row in rows.fetchall()]


def _delete(database: Database, table: str, key: str, keys: Sequence[int]) -> None:
    database.executemany(f'DELETE FROM "{table}" WHERE {key} = ?', [(each,) for each in keys])
