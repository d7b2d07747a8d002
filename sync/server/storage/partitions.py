"""Tables that PostgreSQL itself splits by workspace; the statements are the same as on whole ones.

Only tables whose key begins with the workspace are split. How many parts there are is decided when they are
made and read back from the database afterwards, so later tables are split alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Table, event, text

MOST: Final = 256
_COUNT: Final = text(
    "SELECT count(*) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhparent"
    " WHERE pg_class.relname = 'log' AND pg_class.relnamespace = current_schema()::regnamespace"
)


def is_split(table: Table) -> bool:
    """Whether a table belongs to workspaces: its key begins with one."""
    columns = list(table.primary_key.columns)
    return bool(columns) and columns[0].name == "workspace_id"


def count_partitions(connection: Connection) -> int:
    """How many parts this database's tables have; 0 where they are whole."""
    if connection.dialect.name != "postgresql":
        return 0
    return int(connection.execute(_COUNT).scalar_one())


@contextmanager
def splitting(count: int) -> Iterator[None]:
    """Split the tables that are made meanwhile into `count` parts; 0 leaves them whole."""

    def before(table: Table, _connection: Connection, **_options: Any) -> None:
        if is_split(table):
            table.dialect_options["postgresql"]["partition_by"] = "HASH (workspace_id)"

    def after(table: Table, connection: Connection, **_options: Any) -> None:
        for part in range(count if is_split(table) else 0):
            connection.execute(
                text(
                    f'CREATE TABLE "{table.name}_{part}" PARTITION OF "{table.name}"'
                    f" FOR VALUES WITH (MODULUS {count}, REMAINDER {part})"
                )
            )

    if not count:
        yield
        return
    event.listen(Table, "before_create", before)
    event.listen(Table, "after_create", after)
    try:
        yield
    finally:
        event.remove(Table, "before_create", before)
        event.remove(Table, "after_create", after)
