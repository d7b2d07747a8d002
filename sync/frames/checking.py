"""Whether the values of a group of changes may stand in their fields: by columns, and one by one only where
a column holds something bad.

Kinds and fields that this version does not know pass: they are merged by the class in their column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from sync.changes import DELETED, key_member
from sync.frames import Column, Group
from sync.records import KINDS, Field, FieldProblem, Kind, Merge

INVALID: Final = "invalid_value"
REQUIRED: Final = "required"
IMMUTABLE: Final = "immutable_field"
WRONG_MERGE: Final = "wrong_merge"
BAD_KIND: Final = "bad_kind"

_KIND_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_KEYED: Final = (Merge.MAP.value, Merge.SET.value)
_CLASSES: Final = frozenset(merge.value for merge in Merge)
_LONGEST_KEY: Final = 600


def check_group(group: Group) -> dict[int, str]:
    """Row -> code of each change that is not acceptable."""
    if not _KIND_NAME.fullmatch(group.kind):
        return dict.fromkeys(range(len(group.records)), BAD_KIND)
    refused: dict[int, str] = {}
    kind = KINDS.get(group.kind)
    for column in group.columns:
        for row, code in _check_column(column, len(group.records), kind, create=group.create):
            refused.setdefault(row, code)
    if kind is not None and group.create:
        for name in kind.required:
            for row in _rows_without(name, group):
                refused.setdefault(row, REQUIRED)
    return refused


def _check_column(
    column: Column, count: int, kind: Kind | None, *, create: bool
) -> Iterator[tuple[int, str]]:
    rows = range(count) if column.rows is None else column.rows
    field = kind.fields.get(column.name) if kind is not None else None
    code = _wrong_shape(column, field)
    if code is None and field is not None and field.immutable and not create:
        code = IMMUTABLE
    if code is not None:
        yield from ((row, code) for row in rows)
        return
    bad = _bad_places(column, field)
    yield from ((rows[place], INVALID) for place in bad)


def _wrong_shape(column: Column, field: Field | None) -> str | None:
    """What is wrong with a column as a whole."""
    expected = None if field is None else field.merge.value
    if column.name == DELETED:
        expected = Merge.REGISTER.value
    if column.merge not in _CLASSES or (expected is not None and column.merge != expected):
        return WRONG_MERGE
    if (column.keys is not None) != (column.merge in _KEYED):
        return INVALID
    if column.keys and max(map(len, column.keys)) > _LONGEST_KEY:
        return INVALID
    return None


def _bad_places(column: Column, field: Field | None) -> list[int]:
    """The places of the values that may not stand in a column."""
    values = column.values
    if column.name == DELETED:
        return [at for at, value in enumerate(values) if type(value) is not bool and value is not None]
    if column.merge == Merge.TEXT.value:
        return [at for at, value in enumerate(values) if type(value) is not bytes]
    if field is None:
        return []
    if column.merge == Merge.SET.value:
        bad = [at for at, value in enumerate(values) if type(value) is not bool and value is not None]
        return bad or _bad_members(field, column.keys or [])
    if column.merge == Merge.MAP.value:
        return _bad_cells(field, column.keys or [], values)
    if field.check_column(values) is None:
        return []
    return [at for at, value in enumerate(values) if field.check_column([value]) is not None]


def _bad_members(field: Field, keys: list[str]) -> list[int]:
    distinct = list(set(keys))
    members: list[Any] = [key_member(key) for key in distinct]
    if field.check_column(members, item=True) is None:
        return []
    bad = {
        key
        for key, member in zip(distinct, members, strict=True)
        if field.check_column([member], item=True) is not None
    }
    return [at for at, key in enumerate(keys) if key in bad]


def _bad_cells(field: Field, keys: list[str], values: list[Any]) -> list[int]:
    good = {key for key in set(keys) if _is_key(field, key)}
    bad = [at for at, key in enumerate(keys) if key not in good]
    if field.check_column(values, item=True) is not None:
        bad += [at for at, value in enumerate(values) if field.check_column([value], item=True) is not None]
    return bad


def _is_key(field: Field, key: str) -> bool:
    try:
        field.check_item(key, None)
    except FieldProblem:
        return False
    return True


def _rows_without(name: str, group: Group) -> Iterator[int]:
    """The rows of a creation that leave out a required field; a None in it is `INVALID` already."""
    column = next((column for column in group.columns if column.name == name), None)
    if column is None:
        yield from range(len(group.records))
    elif column.rows is not None:
        yield from set(range(len(group.records))) - set(column.rows)
