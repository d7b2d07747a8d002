"""Many rows at once, the quick way of each database: `executemany` on SQLite, arrays on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, Protocol

from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, SmallInteger, Table

Row = tuple[Any, ...]

_IN_LIMIT: Final = 900
_ARRAYS_FROM: Final = 32


class Bulk(Protocol):
    """Reads and writes many rows of one table."""

    def upsert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        """Insert or replace rows given as tuples in the order of the table's columns."""

    def fetch(
        self, connection: Connection, table: Table, *, workspace: bytes, records: Sequence[bytes]
    ) -> Iterator[Row]:
        """Whole rows of `table` whose `record_id` is among `records`, in no order."""


class SqliteBulk:
    """SQLite: everything is in the same process, so a prepared statement per row is quickest."""

    def upsert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            connection.exec_driver_sql(_upsert_sql(table, "?"), list(rows))

    def fetch(
        self, connection: Connection, table: Table, *, workspace: bytes, records: Sequence[bytes]
    ) -> Iterator[Row]:
        for start in range(0, len(records), _IN_LIMIT):
            part = records[start : start + _IN_LIMIT]
            marks = ",".join("?" * len(part))
            sql = f"SELECT {_names(table)} FROM {table.name} WHERE workspace_id=? AND record_id IN ({marks})"
            for row in connection.exec_driver_sql(sql, (workspace, *part)):
                yield tuple(row)


class PostgresBulk:
    """PostgreSQL: few rows go as statements in a pipeline, many as one statement with an array by column.

    The workspace stands in that statement by itself, so that a cluster knows which shard it is for.
    """

    def upsert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        if len(rows) < _ARRAYS_FROM:
            if rows:
                connection.exec_driver_sql(_upsert_sql(table, "%s"), list(rows))
            return
        workspace, *columns = (list(column) for column in zip(*rows, strict=True))
        if any(one != workspace[0] for one in workspace):
            raise ValueError("rows of more than one workspace")
        connection.exec_driver_sql(_arrays_sql(table), (workspace[0], *columns))

    def fetch(
        self, connection: Connection, table: Table, *, workspace: bytes, records: Sequence[bytes]
    ) -> Iterator[Row]:
        if not records:
            return
        sql = f"SELECT {_names(table)} FROM {table.name} WHERE workspace_id=%s AND record_id = ANY(%b)"
        driver: Any = connection.connection.driver_connection
        with driver.cursor(binary=True) as cursor:
            yield from cursor.execute(sql, (workspace, list(records)))


@cache
def _names(table: Table) -> str:
    return ",".join(column.name for column in table.columns)


@cache
def _on_conflict(table: Table) -> str:
    keys = ",".join(column.name for column in table.primary_key)
    rest = [column.name for column in table.columns if not column.primary_key]
    return f"ON CONFLICT ({keys}) DO UPDATE SET " + ",".join(f"{name}=excluded.{name}" for name in rest)


@cache
def _upsert_sql(table: Table, mark: str) -> str:
    marks = ",".join([mark] * len(table.columns))
    return f"INSERT INTO {table.name} ({_names(table)}) VALUES ({marks}) {_on_conflict(table)}"


@cache
def _arrays_sql(table: Table) -> str:
    arrays = ",".join(f"%b::{_type_name(column.type)}[]" for column in list(table.columns)[1:])
    return (
        f"INSERT INTO {table.name} ({_names(table)}) SELECT %b::bytea, * FROM unnest({arrays})"
        f" {_on_conflict(table)}"
    )


def _type_name(kind: object) -> str:
    # BigInteger and SmallInteger are Integers too, so they are asked first.
    for sort, name in (
        (LargeBinary, "bytea"),
        (BigInteger, "int8"),
        (SmallInteger, "int2"),
        (Integer, "int4"),
    ):
        if isinstance(kind, sort):
            return name
    return "text"
