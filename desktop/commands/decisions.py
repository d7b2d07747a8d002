"""Conflicts: take one of the values, write another one, keep or delete, and open a decided one again.

A decision is a change whose base names all heads, so that everybody's inbox agrees it is done. Opening it
again carries the former heads: one change for each, all made on the decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.commands.problems import insist
from sync.changes import DELETED, Bases, Change, ChangeId, Edit, Value, base_field
from sync.errors import DaftarError
from sync.merge import Conflict, Head, RecordState, conflict_id
from sync.records import FieldProblem, Kind


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values to choose from; of a contested delete the value is whether it is deleted."""

    value: Value
    head: Head
    shown: bool


def options(conflict: Conflict, state: RecordState) -> list[Option]:
    """The values that stand beside each other, in the order in which people are asked."""
    if conflict.key == DELETED:
        own = {head.id for head in state.register(DELETED).heads}
        return [
            Option(head.id in own and bool(head.value), head, shown=not head.value) for head in conflict.heads
        ]
    shown = conflict.heads[0].value
    return [Option(head.value, head, shown=head.value == shown) for head in conflict.heads]


def take(conflict: Conflict, state: RecordState, place: int) -> list[Edit]:
    """Decide for the option at a place, counted from 0; raises `no_such_option`."""
    choices = options(conflict, state)
    if not 0 <= place < len(choices):
        raise DaftarError("no_such_option", count=len(choices))
    if conflict.key == DELETED:
        return delete(conflict, state) if choices[place].value else keep(conflict, state)
    return [_decided(conflict, choices[place].value)]


def write(conflict: Conflict, state: RecordState, kind: Kind, value: Value) -> list[Edit]:
    """Decide for a value that nobody had; of a contested delete, for `True` (delete) or `False` (keep)."""
    if conflict.key == DELETED:
        return delete(conflict, state) if value else keep(conflict, state)
    field, (name, keyed, key) = kind.field(base_field(conflict.key)), conflict.key.partition("/")
    try:
        if keyed:
            field.check_item(key, value)
        else:
            field.check(value)
    except FieldProblem as problem:
        insist([problem])
    if not keyed:
        plain = {
            known: item for known, item in state.values.items() if "/" not in known and known in kind.fields
        }
        insist([found for found in kind.check({**plain, name: value}, partial=True) if found.field == name])
    return [_decided(conflict, value)]


def keep(conflict: Conflict, state: RecordState) -> list[Edit]:
    """The record stays. What was changed beside the delete is named, so that history tells it was decided."""
    seen = _seen(conflict.heads, state)
    return [Edit(conflict.workspace, conflict.kind, conflict.record, {DELETED: None}, seen)]


def delete(conflict: Conflict, state: RecordState) -> list[Edit]:
    """The record goes, with everything that was changed beside the delete."""
    seen: dict[str, Bases] = {
        key: tuple(head.id for head in register.heads) for key, register in state.heads.items()
    }
    return [Edit(conflict.workspace, conflict.kind, conflict.record, {DELETED: True}, seen)]


def _decided(conflict: Conflict, value: Value) -> Edit:
    every = tuple(sorted(head.id for head in conflict.heads))
    return Edit(
        conflict.workspace, conflict.kind, conflict.record, {conflict.key: value}, {conflict.key: every}
    )


def _seen(heads: Sequence[Head], state: RecordState) -> dict[str, Bases]:
    wanted = {head.id for head in heads}
    seen: dict[str, Bases] = {}
    for key, register in state.heads.items():
        ids = tuple(head.id for head in register.heads if head.id in wanted)
        if ids:
            seen[key] = ids
    return seen


# Opening again


@dataclass(frozen=True, slots=True)
class Decision:
    """A change that decided a conflict, with the id the conflict had."""

    change: Change
    key: str
    conflict: bytes


def decisions_in(history: Sequence[Change]) -> list[Decision]:
    """Every decision in the history of one record, oldest first."""
    known = {change.id: change for change in history}
    found = []
    for change in history:
        for key in change.writes:
            former = former_heads(change, key, known)
            if former:
                heads = tuple(Head(each.id, each.stamp, each.author, each.writes.get(key)) for each in former)
                identity = conflict_id(change.workspace, change.record, key, heads)
                found.append(Decision(change, key, identity))
    return found


def former_heads(change: Change, key: str, known: Mapping[ChangeId, Change]) -> list[Change]:
    """The changes that stood beside each other before a decision; none where the change is no decision."""
    ids = change.bases.get(key, ())
    if key == DELETED:
        return _former_of_delete(change, known)
    former = [known[each] for each in ids if each in known]
    values = [_comparable(each.writes.get(key)) for each in former]
    return former if any(value != values[0] for value in values[1:]) else []


def _former_of_delete(change: Change, known: Mapping[ChangeId, Change]) -> list[Change]:
    own = [known[each] for each in change.bases.get(DELETED, ()) if each in known]
    deletes = [each for each in own if each.writes.get(DELETED)]
    if not deletes:
        return []
    others = {
        each: known[each]
        for key, ids in change.bases.items()
        if key != DELETED
        for each in ids
        if each in known and not known[each].create
    }
    covered = {each for delete in deletes for ids in delete.bases.values() for each in ids}
    unseen = [other for each, other in others.items() if each not in covered]
    if len(deletes) < len(own):
        return own
    newest_first = sorted(unseen, key=lambda each: (each.stamp, each.id), reverse=True)
    return [*deletes, *newest_first] if unseen else []


def reopen(decision: Decision, history: Sequence[Change], state: RecordState) -> list[Edit]:
    """The edits that put the former values beside each other again.

    Raises `decision_moved_on` where somebody changed the value after it was decided.
    """
    change, key = decision.change, decision.key
    known = {each.id: each for each in history}
    heads = state.register(key).heads
    if [head.id for head in heads] != [change.id]:
        raise DaftarError("decision_moved_on")
    base: dict[str, Bases] = {key: (change.id,)}
    edits = []
    # The oldest first, so that the one that was shown before is shown again.
    for former in sorted(former_heads(change, key, known), key=lambda each: (each.stamp, each.id)):
        if key != DELETED:
            edits.append(_again(change, {key: former.writes.get(key)}, base))
        elif DELETED in former.writes:
            value = former.writes[DELETED]
            covers = {other: ids for other, ids in former.bases.items() if other != DELETED} if value else {}
            edits.append(_again(change, {DELETED: value}, {**covers, **base}))
    return edits


def _again(change: Change, writes: Mapping[str, Value], seen: Mapping[str, Bases]) -> Edit:
    return Edit(change.workspace, change.kind, change.record, dict(writes), dict(seen))


def _comparable(value: Value) -> object:
    from sync.merge.register import value_key

    return value_key(value)
