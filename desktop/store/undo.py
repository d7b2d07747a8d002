"""Undo and redo over commands, kept in the database so that they survive a restart.

Undoing is itself a change, made on the change undone. Where somebody changed the same thing since,
the user is asked (`DaftarError("undo_moved_on")`) and may insist.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgpack

from desktop.store.driver import Connection
from sync.changes import DELETED, Bases, Change, ChangeId, Edit, Value, base_field
from sync.errors import DaftarError
from sync.merge import Head, RecordState, in_conflict
from sync.merge.conflicts import deletion_heads
from sync.merge.texts import read_text, set_text
from sync.replica.replica import Replica

_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS undo("
    "id INTEGER PRIMARY KEY, label TEXT NOT NULL, job INTEGER NOT NULL DEFAULT 0,"
    " undone INTEGER NOT NULL DEFAULT 0, steps BLOB NOT NULL)"
)
_KEPT: Final = 200


Former = tuple[Value, dict[str, Bases]]


@dataclass(frozen=True, slots=True)
class Before:
    """What stood at the keys of an edit before it was written."""

    values: dict[str, Value] = field(default_factory=dict)
    former: dict[str, list[Former]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a command: what it wrote and what stood there before."""

    workspace: bytes
    kind: str
    record: bytes
    change: tuple[int, int]
    create: bool
    before: dict[str, Value]
    after: dict[str, Value]
    former: dict[str, list[Former]] = field(default_factory=dict)
    """For a decision: every value that stood there, and what a delete among them had covered."""


def create_undo(connection: Connection) -> None:
    connection.execute(_TABLE)


def before_values(replica: Replica, edits: Sequence[Edit]) -> list[Before]:
    """What stands now at every key the edits write; texts as text."""
    out: list[Before] = []
    for edit in edits:
        if edit.create:
            out.append(Before())
            continue
        state = state_of(replica, edit.workspace, edit.kind, edit.record)
        values = {key: _value(state, key) for key in edit.writes}
        former = {key: _former(state, key) for key in edit.writes if _is_decided(state, edit, key)}
        out.append(Before(values, former))
    return out


def _is_decided(state: RecordState, edit: Edit, key: str) -> bool:
    """Whether an edit ends a conflict: it names all heads of a key about which they disagree."""
    register, seen = state.register(key), set(edit.seen.get(key, ()))
    if not {head.id for head in register.heads} <= seen:
        return False
    if key == DELETED:
        return bool(deletion_heads(state))
    return in_conflict(register, state.merge_of(key))


def _former(state: RecordState, key: str) -> list[Former]:
    """The values that stood beside each other, the one that was shown last."""
    return [(head.value, dict(head.covers)) for head in reversed(state.register(key).heads)]


def state_of(replica: Replica, workspace: bytes, kind: str, record: bytes) -> RecordState:
    """The shown state of a record; raises `unknown_record`."""
    rowid = replica.ids.find(record)
    loaded = replica.applier.states.load(kind, [] if rowid is None else [rowid], workspace)
    if not loaded:
        raise DaftarError("unknown_record", kind=kind, id=record.hex())
    return next(iter(loaded.values())).shown


def _value(state: RecordState, key: str) -> Value:
    if state.merge_of(key) == "t":
        return read_text(state.texts.get(base_field(key)))
    return state.values.get(key)


def remember(
    connection: Connection,
    replica: Replica,
    label: str,
    changes: Sequence[Change],
    before: Sequence[Before],
    *,
    job: int = 0,
    keep_redo: bool = False,
) -> None:
    """Put a command on the undo list; what had been undone can no longer be redone."""
    if not keep_redo:
        connection.execute("DELETE FROM undo WHERE undone = 1")
    steps = _packed_steps(replica, changes, before)
    connection.execute(
        "INSERT INTO undo(label, job, steps) VALUES(?, ?, ?)", (label, job, msgpack.packb(steps))
    )
    if not job:
        connection.execute("DELETE FROM undo WHERE id <= (SELECT max(id) FROM undo) - ?", (_KEPT,))


def _packed_steps(
    replica: Replica, changes: Sequence[Change], before: Sequence[Before], *, again: bool = False
) -> list[list[Any]]:
    """The steps as they are stored; of what was undone or done again, creations count as edits."""
    steps: list[list[Any]] = []
    for change, old in zip(changes, before, strict=True):
        place = [change.workspace, change.kind, change.record, change.device, change.dseq]
        create = change.create and not again
        after = {} if create else _written(replica, change)
        steps.append([*place, create, old.values, after, old.former])
    return steps


def _written(replica: Replica, change: Change) -> dict[str, Value]:
    """What a change wrote; of long texts, how they read now."""
    texts = [key for key in change.writes if change.classes.get(base_field(key)) == "t"]
    if not texts:
        return dict(change.writes)
    state = state_of(replica, change.workspace, change.kind, change.record)
    return {**change.writes, **{key: _value(state, key) for key in texts}}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the undo or redo list."""

    id: int
    label: str
    steps: tuple[Step, ...]


def top(connection: Connection, *, redo: bool = False) -> Entry:
    """The command that would be undone (or redone) next; raises `nothing_to_undo` or `nothing_to_redo`.

    The parts of a big job are one command.
    """
    order = "id ASC" if redo else "id DESC"
    sql = f"SELECT id, label, job FROM undo WHERE undone = ? ORDER BY {order} LIMIT 1"
    row = connection.execute(sql, (int(redo),)).fetchone()
    if row is None:
        raise DaftarError("nothing_to_redo" if redo else "nothing_to_undo")
    parts = connection.execute(
        "SELECT steps FROM undo WHERE id = ? OR (job = ? AND job > 0) ORDER BY id", (row[0], row[2])
    ).fetchall()
    steps = tuple(_unpack_step(packed) for (part,) in parts for packed in msgpack.unpackb(part))
    return Entry(row[0], row[1], steps)


def _unpack_step(packed: Sequence[Any]) -> Step:
    workspace, kind, record, device, dseq, create, before, after, *rest = packed
    former = {
        key: [(value, {other: _ids(ids) for other, ids in covers.items()}) for value, covers in values]
        for key, values in (rest[0] if rest else {}).items()
    }
    return Step(workspace, kind, record, (device, dseq), create, before, after, former)


def _ids(packed: Sequence[Any]) -> Bases:
    return tuple((int(device), int(dseq)) for device, dseq in packed)


def inverse(replica: Replica, entry: Entry, *, insist: bool = False) -> list[Edit]:
    """The edits that take a command back, last step first.

    A key that a command wrote twice goes back to what stood there before the first time; a record that
    it made is deleted, whatever else it wrote into it.
    """
    ours = {step.change for step in entry.steps}
    made = {step.record for step in entry.steps if step.create}
    first: dict[tuple[bytes, str], Step] = {}
    for step in entry.steps:
        for key in step.before:
            first.setdefault((step.record, key), step)
    edits: list[Edit] = []
    for step in reversed(entry.steps):
        if step.create:
            edits.append(_undo_creation(_step_state(replica, step), step, insist=insist))
        elif step.record not in made:
            keys = [key for key in step.before if first[step.record, key] is step]
            edits += _undo_writes(_step_state(replica, step), step, keys, None if insist else ours)
    return edits


def _step_state(replica: Replica, step: Step) -> RecordState:
    return state_of(replica, step.workspace, step.kind, step.record)


def _undo_creation(state: RecordState, step: Step, *, insist: bool) -> Edit:
    if not insist and any(not _own(register.heads, step.change) for register in state.heads.values()):
        raise DaftarError("undo_moved_on")
    return Edit(step.workspace, step.kind, step.record, {DELETED: True}, _all_heads(state))


def _own(heads: Sequence[Head], change: ChangeId) -> bool:
    return all(head.id[0] == change[0] for head in heads)


def _all_heads(state: RecordState) -> dict[str, Bases]:
    return {key: tuple(head.id for head in register.heads) for key, register in state.heads.items()}


def _still_ours(heads: Sequence[Head], step: Step, key: str, ours: Collection[ChangeId]) -> bool:
    """Whether the heads are the changes undone, or this laptop's way back to what they wrote."""
    if heads and all(head.id in ours for head in heads):
        return True
    if len(heads) != 1:
        return False
    return heads[0].id[0] == step.change[0] and heads[0].value == step.after.get(key)


def _undo_writes(
    state: RecordState, step: Step, keys: Sequence[str], ours: Collection[ChangeId] | None
) -> list[Edit]:
    """The edits for one step; without `ours` nobody asks whether somebody changed it since."""
    writes: dict[str, Value] = {}
    seen: dict[str, Bases] = {}
    apart: list[Edit] = []
    for key in keys:
        register, before = state.register(key), step.before[key]
        base = tuple(head.id for head in register.heads)
        if state.merge_of(key) == "t":
            name = base_field(key)
            if ours is not None and read_text(state.texts.get(name)) != (step.after.get(key) or ""):
                raise DaftarError("undo_moved_on")
            writes[key], seen[key] = set_text(state.texts.get(name), str(before or "")).update, base
            continue
        if ours is not None and not _still_ours(register.heads, step, key, ours):
            raise DaftarError("undo_moved_on")
        if key in step.former:
            apart += _side_by_side(step, key, base)
        else:
            writes[key], seen[key] = before, base
    if writes.get(DELETED):
        seen = {**_all_heads(state), **seen}
    edit = [Edit(step.workspace, step.kind, step.record, writes, seen)] if writes else []
    return edit + apart


def _side_by_side(step: Step, key: str, base: Bases) -> list[Edit]:
    """The values that a decision ended, each made on the decision, so that they stand beside each other."""
    return [
        Edit(step.workspace, step.kind, step.record, {key: value}, {**covers, key: base})
        for value, covers in step.former[key]
    ]


def mark(
    connection: Connection,
    replica: Replica,
    entry: Entry,
    changes: Sequence[Change],
    *,
    undone: bool,
    before: Sequence[Before],
) -> None:
    """Flip an entry between done and undone; its steps become the changes that did so."""
    steps = msgpack.packb(_packed_steps(replica, changes, before, again=True))
    connection.execute(
        "DELETE FROM undo WHERE job > 0 AND job = (SELECT job FROM undo WHERE id = ?) AND id != ?",
        (entry.id, entry.id),
    )
    connection.execute("UPDATE undo SET undone = ?, steps = ? WHERE id = ?", (int(undone), steps, entry.id))
