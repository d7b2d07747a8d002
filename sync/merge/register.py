"""A multi-value register: the changes to one key that no other change to it descends from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgpack

from sync.changes import Bases, ChangeId, Value

CREATED: Final[ChangeId] = (0, 0)
"""Stands for the creation of the record where the creation itself has not arrived."""

ADD_WINS: Final = "s"
NEVER_CONTESTED: Final = frozenset("sto")


@dataclass(frozen=True, slots=True)
class Head:
    """A change that is still current for one key. `stamp` is the effective stamp."""

    id: ChangeId
    stamp: int
    author: bytes
    value: Value
    creation: bool = False
    covers: Mapping[str, Bases] = field(default_factory=dict)
    """For a delete: the heads of the other fields its author had seen."""


@dataclass(frozen=True, slots=True)
class Register:
    """Heads, newest first, and ids that are superseded but have not arrived."""

    heads: tuple[Head, ...] = ()
    awaited: frozenset[ChangeId] = frozenset()


def _age(head: Head) -> tuple[int, ChangeId]:
    return (head.stamp, head.id)


def fold_register(
    register: Register, head: Head, base: Bases | None, *, arrived: Callable[[ChangeId], bool] | None = None
) -> Register:
    """Add one change. `base=None` means it was made on the record's creation.

    `arrived` tells whether a change is already folded; without it every base is taken as arrived,
    as it is on the server and in `pseq` order.
    """
    if any(known.id == head.id for known in register.heads):
        return register
    superseded = frozenset(base) if base is not None else frozenset((CREATED,))
    kept = [known for known in register.heads if not _supersedes(superseded, known)]
    gone = {known.id for known in register.heads} - {known.id for known in kept}
    awaited = set(register.awaited)
    for ancestor in superseded - gone - {CREATED}:
        if arrived is not None and not arrived(ancestor):
            awaited.add(ancestor)
    if base is None and arrived is not None and not any(known.creation for known in register.heads):
        awaited.add(CREATED)
    if head.id in awaited or (head.creation and CREATED in awaited):
        awaited.discard(head.id)
    else:
        kept.append(head)
    kept.sort(key=_age, reverse=True)
    return replace(register, heads=tuple(kept), awaited=frozenset(awaited))


def _supersedes(superseded: frozenset[ChangeId], known: Head) -> bool:
    return known.id in superseded or (known.creation and CREATED in superseded)


def winner(register: Register, merge: str) -> Head | None:
    """The head that everybody is shown: for members of a set an add wins, else the newest."""
    if merge == ADD_WINS:
        for head in register.heads:
            if head.value:
                return head
    return register.heads[0] if register.heads else None


def value_key(value: Any) -> bytes:
    """Equality of canonical values, `True` and `1` kept apart."""
    return bytes(msgpack.packb(value))


def in_conflict(register: Register, merge: str) -> bool:
    """Whether two heads say different things about a key that people must agree on."""
    if len(register.heads) < 2 or merge in NEVER_CONTESTED:
        return False
    return len({value_key(head.value) for head in register.heads}) > 1


def shown_heads(register: Register, merge: str) -> Bases:
    """What an author who looks at the winner has seen: every head with the same value."""
    shown = winner(register, merge)
    if shown is None:
        return ()
    wanted = value_key(shown.value)
    return tuple(sorted(head.id for head in register.heads if value_key(head.value) == wanted))
