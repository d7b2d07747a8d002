"""Conflicts are derived from the state, so every replica lists the same ones under the same id."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgpack

from sync.changes import DELETED
from sync.merge.record import RecordState
from sync.merge.register import Head, in_conflict, winner


@dataclass(frozen=True, slots=True)
class Conflict:
    """One open question about one key of one record: every head, newest first."""

    id: bytes
    workspace: bytes
    kind: str
    record: bytes
    key: str
    heads: tuple[Head, ...]


def conflict_id(workspace: bytes, record: bytes, key: str, heads: tuple[Head, ...]) -> bytes:
    """A hash of where the conflict is and of its sorted heads."""
    ids = sorted({head.id for head in heads})
    return hashlib.blake2b(msgpack.packb((workspace, record, key, ids)), digest_size=16).digest()


def conflicts_of(state: RecordState) -> list[Conflict]:
    """Every open conflict of a record, by key."""
    found = []
    for key in sorted(state.heads):
        register = state.heads[key]
        if key != DELETED and in_conflict(register, state.merge_of(key)):
            found.append(_conflict(state, key, register.heads))
    contested = deletion_heads(state)
    if contested:
        found.append(_conflict(state, DELETED, contested))
    return found


def may_conflict(state: RecordState) -> bool:
    """Whether it is worth looking for conflicts: most records have one head each, and no delete."""
    return DELETED in state.heads or any(len(register.heads) > 1 for register in state.heads.values())


def _conflict(state: RecordState, key: str, heads: tuple[Head, ...]) -> Conflict:
    return Conflict(
        conflict_id(state.workspace, state.record, key, heads),
        state.workspace,
        state.kind,
        state.record,
        key,
        heads,
    )


def deletion_heads(state: RecordState) -> tuple[Head, ...]:
    """The heads that disagree about whether the record is deleted; empty where nobody disagrees.

    Deletes disagree with restores that had not seen them, and with every current edit that no
    delete had seen.
    """
    register = state.heads.get(DELETED)
    if register is None:
        return ()
    deletes = [head for head in register.heads if head.value]
    if not deletes:
        return ()
    if len(deletes) < len(register.heads):
        return register.heads
    unseen = {head.id: head for head in _unseen_edits(state, deletes)}
    if not unseen:
        return ()
    edits = sorted(unseen.values(), key=lambda head: (head.stamp, head.id), reverse=True)
    return (*deletes, *edits)


def _unseen_edits(state: RecordState, deletes: list[Head]) -> list[Head]:
    unseen = []
    for key, register in state.heads.items():
        if key == DELETED:
            continue
        seen = {change for delete in deletes for change in delete.covers.get(key, ())}
        unseen += [head for head in register.heads if not head.creation and head.id not in seen]
    return unseen


def is_deleted(state: RecordState) -> bool:
    """A record is gone only where every current edit was seen by a delete and no restore contests it."""
    register = state.heads.get(DELETED)
    if register is None or deletion_heads(state):
        return False
    shown = winner(register, "r")
    return bool(shown and shown.value)
