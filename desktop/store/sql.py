"""Conditions and orderings of queries as SQL; field names come from the declarations, values are bound."""

from __future__ import annotations

from typing import Any, Final

from desktop.store.rows import Query, Where
from sync.changes import member_key
from sync.errors import DaftarError
from sync.records import Field, FieldType, Kind, Merge
from sync.replica.ids import IdMap

_COMPARED: Final = {"=": "IS", "!=": "IS NOT", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_NUMERIC: Final = frozenset({FieldType.NUMBER})


def conditions(kind: Kind, query: Query, ids: IdMap) -> tuple[list[str], list[Any]]:
    """WHERE parts and their values."""
    parts: list[str] = []
    values: list[Any] = []
    for where in query.where:
        if where.field == "id":
            parts.append("id = ?")
            rowid = ids.find(where.value)
            values.append(-1 if rowid is None else rowid)
            continue
        field = kind.fields.get(where.field)
        if field is None:
            raise DaftarError("unknown_field", kind=kind.name, field=where.field)
        sql, bound = _condition(field, where, ids)
        parts.append(sql)
        values += bound
    return parts, values


def _condition(field: Field, where: Where, ids: IdMap) -> tuple[str, list[Any]]:
    column = f'"{field.name}"'
    if where.op == "null" or (where.op == "=" and where.value is None):
        return f"{column} IS NULL", []
    if where.op == "not_null" or (where.op == "!=" and where.value is None):
        return f"{column} IS NOT NULL", []
    if field.merge in (Merge.SET, Merge.MAP):
        members = where.value if isinstance(where.value, list) else [where.value]
        negated = "NOT " if where.op == "!=" else ""
        part = "value" if field.merge is Merge.SET else "key"
        each = f"{negated}EXISTS(SELECT 1 FROM json_each({column}) WHERE {part} = ?)"
        return " AND ".join([each] * len(members)) or "1", [member_key(member) for member in members]
    if where.op == "contains":
        pattern = str(where.value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{column} LIKE ? ESCAPE '\\'", [f"%{pattern}%"]
    if where.op == "in":
        marks = ",".join("?" * len(where.value))
        return f"{column} IN ({marks})", [_stored(field, value, ids) for value in where.value]
    if where.op not in _COMPARED:
        raise DaftarError("unknown_operator", operator=where.op)
    expression = (
        f"CAST({column} AS REAL)" if field.type in _NUMERIC and where.op not in ("=", "!=") else column
    )
    value = _stored(field, where.value, ids)
    if field.type in _NUMERIC and where.op not in ("=", "!="):
        return f"{expression} {_COMPARED[where.op]} CAST(? AS REAL)", [value]
    return f"{expression} {_COMPARED[where.op]} ?", [value]


def _stored(field: Field, value: Any, ids: IdMap) -> Any:
    if field.type is FieldType.REFERENCE:
        rowid = ids.find(value)
        return -1 if rowid is None else rowid
    if field.type is FieldType.ORDER and isinstance(value, list):
        return value[1]
    return value


def ordering(kind: Kind, query: Query) -> str:
    """The ORDER BY of a query; ends with the id, so that it is total."""
    parts = []
    for order in query.order:
        field = kind.fields.get(order.field)
        if field is None:
            raise DaftarError("unknown_field", kind=kind.name, field=order.field)
        column = f'"{field.name}"'
        if field.type in _NUMERIC:
            column = f"CAST({column} AS REAL)"
        elif field.type is FieldType.TEXT:
            column += " COLLATE NOCASE"
        parts.append(f"{column}{' DESC' if order.descending else ''} NULLS LAST")
    return ", ".join([*parts, "id"])
