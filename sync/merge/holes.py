"""Holes: a change that was not accepted leaves a marker, and its dependents inherit what it stood on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sync.changes import DELETED, Bases, Change, ChangeId
from sync.merge.register import CREATED

REPEATED: Final = "repeated"
"""The code of a hole that nobody is told of: the change stands in the log already, under another number."""

ERASED: Final = "record_erased"
"""The code of a hole in the place of a change whose record was erased for good: it tells the record's id, its
kind and nothing else. Whoever applies such a hole erases the record.
"""

_NOBODY: Final = bytes(16)

HoleBase = Callable[[ChangeId, str], Bases | None]
"""(change, key) -> the bases of that hole for the key, or `None` where the change is no hole."""


def make_hole(change: Change, code: str) -> Change:
    """The marker that takes the place of a refused change."""
    return replace(
        change, writes=dict.fromkeys(change.writes), bases=dict(change.bases), hole=True, code=code
    )


def blank(change: Change) -> Change:
    """What may be kept of a change to an erased record: its numbers, and which record it was."""
    return replace(
        change,
        author=_NOBODY,
        create=False,
        writes={DELETED: None},
        bases={},
        classes={DELETED: "r"},
        hole=False,
        code="",
        former=b"",
    )


def erased_hole(change: Change) -> Change:
    """The marker in the place of a change to an erased record."""
    return make_hole(blank(change), ERASED)


def hole_bases(hole: Change) -> dict[str, Bases]:
    """What the dependents of a hole inherit, per key."""
    inherited = {}
    for key in hole.writes:
        default: Bases = () if hole.create else (CREATED,)
        inherited[key] = hole.bases.get(key, default)
    return inherited


def inherit(change: Change, hole_base: HoleBase) -> Change:
    """The change with every base that is a hole replaced by what the hole stood on."""
    bases = {}
    for key, ids in change.bases.items():
        bases[key] = _resolve(ids, key, hole_base)
    return change if bases == dict(change.bases) else replace(change, bases=bases)


def _resolve(ids: Bases, key: str, hole_base: HoleBase) -> Bases:
    resolved: dict[ChangeId, None] = {}
    queue = list(ids)
    seen: set[ChangeId] = set()
    while queue:
        current = queue.pop(0)
        if current in seen:
            continue
        seen.add(current)
        inherited = hole_base(current, key)
        if inherited is None:
            resolved[current] = None
        else:
            queue += inherited
    return tuple(resolved)
