"""What a group's records were made with, packed row by row as `changes.pack_body` packs one, without objects.

Chains and digest terms of new records are hashed over these bytes, so both sides make them for every record.
"""

from __future__ import annotations

from typing import Any, Final

import msgpack

from sync.changes import pack_body
from sync.frames.block import Column, Group

TEXT: Final = "t"


def pack_bodies(group: Group, *, texts: bool) -> list[bytes]:
    """The packed body of each row; without `texts`, long texts are left out, as they are in digest terms."""
    columns = [column for column in group.columns if texts or column.merge != TEXT]
    if len({column.name for column in columns}) < len(columns):
        return [pack_body(row) for row in _rows(columns, len(group.records))]
    flat: list[list[Any]] = [[] for _ in group.records]
    # Names hold no slash, so whole keys sort as their fields do.
    for column in sorted(columns, key=_place):
        if column.keys is not None:
            _add_keyed(flat, column)
            continue
        name = column.name
        rows = range(len(flat)) if column.rows is None else column.rows
        for row, value in zip(rows, column.values, strict=True):
            if value is not None:
                flat[row] += (name, value)
    pack = msgpack.Packer().pack
    return [pack(row) for row in flat]


def _place(column: Column) -> str:
    return column.name if column.keys is None else f"{column.name}/"


def _add_keyed(flat: list[list[Any]], column: Column) -> None:
    assert column.rows is not None
    assert column.keys is not None
    prefix, values = f"{column.name}/", column.values
    names = {key: prefix + key for key in dict.fromkeys(column.keys)}
    for row, key, at in sorted(zip(column.rows, column.keys, range(len(values)), strict=True)):
        value = values[at]
        if value is not None:
            flat[row] += (names[key], value)


def _rows(columns: list[Column], count: int) -> list[dict[str, Any]]:
    """Row by row, for a field that stands in two columns because its authors merged it differently."""
    rows: list[dict[str, Any]] = [{} for _ in range(count)]
    for column in columns:
        for at, row in enumerate(range(count) if column.rows is None else column.rows):
            rows[row][column.key(at)] = column.values[at]
    return rows
