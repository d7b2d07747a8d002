"""Conditions and orderings of queries as SQL; field names come from the declarations, values are bound."""

from __future__ import annotations

import json
from typing import Any, Final

from desktop.store.rows import Query, Where
from sync.changes import member_key
from sync.errors import DaftarError
from sync.records import Field, FieldType, Kind, Merge
from sync.replica.ids import IdMap

_PIECE: Final = 40_000
_COMPARED: Final = {"=": "IS", "!=": "IS NOT", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_NUMERIC: Final = frozenset({FieldType.NUMBER})
_SORTED: Final = {
    ("meeting", "title"): frozenset({"title", "start"}),
    ("meeting", "place"): frozenset({"place", "start"}),
}
"""What long lists are sorted by -> what their indexes hold (`sync.replica.schema`)."""


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


def source(kind: Kind, query: Query) -> str:
    """The table of a query, with the index that answers it without a row being read where there is one.

    The database would rather find a few by one index and sort them than read another one in its order.
    """
    if len(query.order) == 1 and not query.search:
        columns = _SORTED.get((kind.name, query.order[0].field), frozenset())
        if columns and columns.issuperset(where.field for where in query.where):
            return f'"{kind.name}" INDEXED BY "{kind.name}_by_{query.order[0].field}"'
    return f'"{kind.name}"'


def ordering(kind: Kind, query: Query) -> str:
    """The ORDER BY of a query; ends with the id, so that it is total and an index can be read backwards."""
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
    backwards = bool(query.order) and query.order[-1].descending
    return ", ".join([*parts, "id DESC" if backwards else "id"])


def numbers(text: str) -> list[int]:
    """The numbers of a JSON array, by the piece: one long call would keep the window from drawing."""
    found: list[int] = []
    start, end = 1, len(text) - 1
    while start < end:
        cut = text.find(",", start + _PIECE, end)
        cut = end if cut < 0 else cut
        found += json.loads(f"[{text[start:cut]}]")
        start = cut + 1
    return found
