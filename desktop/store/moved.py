"""Records that were moved between workspaces: what moves with them, and where they were before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from desktop.store.reader import Reader
from desktop.store.rows import Query, Row, Where
from sync.records import FieldType

MOVED_FROM: Final = "moved_from"
PARTS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "activity": (("budget_line", "activity"), ("role", "activity")),
    "indicator": (("target", "indicator"), ("value", "indicator")),
    "meeting": (("agenda_item", "meeting"), ("decision", "meeting"), ("action_point", "meeting")),
    "dimension": (("category", "dimension"),),
}
"""Kind -> kinds that are nothing without it, and the field that says so."""

_UNDER: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "result": (("result", "position_parent"), ("activity", "result"), ("milestone", "result")),
    "activity": (("activity", "position_parent"), ("milestone", "activity")),
}
"""Line of the plan -> lines that stand under it, and the column that says so."""

_STEPS: Final = 8


def with_parts(reader: Reader, row: Row) -> list[Row]:
    """A record and what belongs to it in its workspace, the record first."""
    found = [row]
    for kind, field in PARTS.get(row.kind, ()):
        found += reader.select(Query(kind, (row.workspace,), (Where(field, "=", row.id),)))
    return found


def with_lines_below(reader: Reader, row: Row) -> list[Row]:
    """A line of the plan with everything that hangs from it, and what belongs to all of these, it first."""
    found = {each.id: each for each in with_parts(reader, row)}
    queue = [(row.kind, row.id)]
    while queue:
        for kind, identity in _below(reader, *queue.pop(0), workspace=row.workspace):
            if identity in found:
                continue
            queue.append((kind, identity))
            for each in reader.rows(kind, [identity]):
                found |= {part.id: part for part in with_parts(reader, each) if part.id not in found}
    return list(found.values())


def _below(reader: Reader, kind: str, record: bytes, *, workspace: bytes) -> list[tuple[str, bytes]]:
    """The lines right under one of the plan."""
    rowid = reader.ids.find(record)
    index = next((state.index for state in reader.workspaces() if state.id == workspace), None)
    return [
        (below, reader.ids.record(int(child)))
        for below, field in _UNDER.get(kind, ())
        for (child,) in reader.connection.execute(
            f'SELECT id FROM "{below}" WHERE _ws = ? AND _deleted = 0 AND "{field}" = ? ORDER BY id',
            (index, rowid),
        ).fetchall()
    ]


def formerly(reader: Reader, record: bytes) -> list[bytes]:
    """The ids that a record had in other workspaces, the newest first."""
    return _follow(reader, record, "from_id", "to_id")


def moved_to(reader: Reader, record: bytes) -> bytes | None:
    """The id that a record has now, where it was moved."""
    found = _follow(reader, record, "to_id", "from_id")
    return found[-1] if found else None


def _follow(reader: Reader, record: bytes, near: str, far: str) -> list[bytes]:
    found: list[bytes] = []
    current: bytes | None = record
    while current is not None and len(found) < _STEPS:
        where = (Where(near, "=", current), Where("type", "=", MOVED_FROM))
        links = reader.select(Query("link", where=where))
        known = {record, *found}
        ends = [bytes(each.values[far]) for each in links if each.values.get(far)]
        current = next((end for end in ends if end not in known), None)
        if current is not None:
            found.append(current)
    return found


def counterparts(reader: Reader, rows: Sequence[Row], *, workspace: bytes) -> dict[bytes, bytes]:
    """People have a record in each workspace: those that are named -> theirs in the other one."""
    named = {
        value
        for row in rows
        for name, value in row.values.items()
        if reader.kinds[row.kind].fields[name].type is FieldType.REFERENCE and isinstance(value, bytes)
    }
    found = {}
    for person in reader.rows("person", sorted(named)):
        account = person.values.get("account")
        if account:
            there = reader.select(Query("person", (workspace,), (Where("account", "=", account),), limit=1))
            if there:
                found[person.id] = there[0].id
    return found
