"""What goes with a record that is erased, because it is about nothing else, and what stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import msgpack
from sqlalchemy import Connection

from sync.changes import Change, Value
from sync.merge.files import ATTACHMENT, files_of_record
from sync.server.access import HANGING
from sync.server.states import unpack_state
from sync.server.storage import archive, erasures, journal
from sync.server.stored import change_aside


@dataclass(slots=True)
class Doomed:
    """The records that go: kind by id, and the files that they name now."""

    kinds: dict[bytes, str]
    files: set[bytes] = field(default_factory=set)
    unsure: list[tuple[str, bytes]] = field(default_factory=list)
    """Kind and id of what may hang on them too: its state cannot be read."""


class _Hanging:
    """What hangs on each record of a workspace."""

    def __init__(self) -> None:
        self.kinds: dict[bytes, str] = {}
        self.on: dict[bytes, list[bytes]] = {}
        self.files: dict[bytes, set[bytes]] = {}
        self.unread: list[tuple[str, bytes]] = []

    def add(self, kind: str, record: bytes, values: Iterable[Value]) -> None:
        self.kinds.setdefault(record, kind)
        for value in values:
            if isinstance(value, bytes):
                self.on.setdefault(value, []).append(record)


def doomed_with(connection: Connection, workspace: bytes, *, kind: str, record: bytes) -> Doomed:
    """The record, and what hangs on it, and on that."""
    hanging = _read_hanging(connection, workspace)
    found, queue = Doomed({record: kind}), [record]
    while queue:
        current = queue.pop()
        found.files |= hanging.files.get(current, set())
        for key in hanging.on.get(current, ()):
            if key not in found.kinds:
                found.kinds[key] = hanging.kinds[key]
                queue.append(key)
    found.unsure = [(kind, key) for kind, key in hanging.unread if key not in found.kinds]
    return found


def _read_hanging(connection: Connection, workspace: bytes) -> _Hanging:
    hanging = _Hanging()
    for key, kind, stored in erasures.records_of_kinds(connection, workspace, sorted(HANGING)):
        try:
            state, _ = unpack_state(stored, workspace=workspace, kind=kind, record=key)
        except (ValueError, TypeError, KeyError, msgpack.UnpackException):
            hanging.unread.append((kind, key))
            continue
        for name in HANGING[kind]:
            heads = [head.value for head in state.register(name).heads]
            hanging.add(kind, key, {state.values.get(name), *heads})
        if kind == ATTACHMENT:
            hanging.files[key] = files_of_record(state)
    for change in _changes_aside(connection, workspace):
        names = HANGING.get(change.kind, ())
        if names:
            hanging.add(change.kind, change.record, {change.writes.get(name) for name in names})
    return hanging


def _changes_aside(connection: Connection, workspace: bytes) -> Iterator[Change]:
    for row in (*journal.quarantine_of(connection, workspace), *journal.waiting(connection, workspace)):
        change = change_aside(bytes(row.change), workspace)
        if change is not None:
            yield change


def kinds_aside(connection: Connection, workspace: bytes, record: bytes) -> set[str]:
    """The kinds under which changes of a record were refused, or wait."""
    rows = erasures.refused_of(connection, workspace, [record])
    rows += erasures.waiting_of(connection, workspace, [record])
    changes = (change_aside(row.change, workspace) for row in rows)
    return {change.kind for change in changes if change is not None}


def pointing_to(
    connection: Connection, workspace: bytes, record: bytes, *, without: Collection[bytes]
) -> dict[str, int]:
    """How many records of each kind name a record, wherever in them: as a value, or as a member of a set."""
    member = record.hex().encode()
    counts: Counter[str] = Counter()
    for row in archive.records_of(connection, workspace):
        if row.id not in without and (record in row.state or member in row.state):
            counts[row.kind] += 1
    return dict(sorted(counts.items()))
