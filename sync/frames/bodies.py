"""What a group's records were made with, packed row by row as `changes.pack_body` packs one, without objects.

Chains and digest terms of new records are hashed over these bytes, so both sides make them for every record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any, Final

import msgpack

from sync.changes import pack_body
from sync.frames.block import Column, Group

TEXT: Final = "t"

_Row = tuple[Any, ...]
"""Names and values by turns: what of a row one or more columns tell."""


def pack_bodies(group: Group, *, texts: bool) -> list[bytes]:
    """The packed body of each row; without `texts`, long texts are left out, as they are in digest terms."""
    columns = [column for column in group.columns if texts or column.merge != TEXT]
    count = len(group.records)
    if len({column.name for column in columns}) < len(columns):
        return [pack_body(row) for row in _rows(columns, count)]
    # Names hold no slash, so whole keys sort as their fields do.
    parts: list[Iterable[_Row]] = []
    solid: list[Iterable[Any]] = []
    for column in sorted(columns, key=_place):
        full = _full(column, count)
        if full is not None:
            solid += full
            continue
        if solid:
            parts.append(zip(*solid, strict=False))
            solid = []
        parts.append(_scattered(column, count) if column.keys is None else _keyed(column, count))
    if solid:
        parts.append(zip(*solid, strict=False))
    pack = msgpack.Packer().pack
    if len(parts) == 1:
        return list(map(pack, parts[0]))
    join = chain.from_iterable
    return [pack(tuple(join(row))) for row in zip(*parts, strict=True)] if parts else [pack(())] * count


def _place(column: Column) -> str:
    return column.name if column.keys is None else f"{column.name}/"


def _full(column: Column, count: int) -> list[Iterable[Any]] | None:
    """Names and values of a column that tells the same keys of every row; None where it does not."""
    values = column.values
    if None in values:
        return None
    if column.keys is None:
        complete = column.rows is None or column.rows == list(range(count))
        return [repeat(column.name, count), values] if complete else None
    width = len(values) // count if count else 0
    if not is_table(column, count, width):
        return None
    told = column.keys[:width]
    order = sorted(range(width), key=told.__getitem__)
    named = ((repeat(f"{column.name}/{told[at]}", count), values[at::width]) for at in order)
    return [part for pair in named for part in pair]


def is_table(column: Column, count: int, width: int) -> bool:
    """Whether a keyed column tells the same `width` keys of every row, row after row."""
    rows, keys = column.rows, column.keys
    if not width or keys is None or rows is None or width * count != len(keys):
        return False
    told, every = keys[:width], list(range(count))
    if len(set(told)) < width or keys != told * count:
        return False
    return all(rows[at::width] == every for at in range(width))


def _scattered(column: Column, count: int) -> list[_Row]:
    name = column.name
    if column.rows is None:
        return [() if value is None else (name, value) for value in column.values]
    parts: list[_Row] = [()] * count
    for row, value in zip(column.rows, column.values, strict=True):
        parts[row] = () if value is None else (name, value)
    return parts


def _keyed(column: Column, count: int) -> list[_Row]:
    assert column.rows is not None
    assert column.keys is not None
    parts: list[list[Any]] = [[] for _ in range(count)]
    prefix, values = f"{column.name}/", column.values
    names = {key: prefix + key for key in dict.fromkeys(column.keys)}
    for row, key, at in sorted(zip(column.rows, column.keys, range(len(values)), strict=True)):
        value = values[at]
        if value is not None:
            parts[row] += (names[key], value)
    return list(map(tuple, parts))


def _rows(columns: Sequence[Column], count: int) -> list[dict[str, Any]]:
    """Row by row, for a field that stands in two columns because its authors merged it differently."""
    rows: list[dict[str, Any]] = [{} for _ in range(count)]
    for column in columns:
        for at, row in enumerate(range(count) if column.rows is None else column.rows):
            rows[row][column.key(at)] = column.values[at]
    return rows
