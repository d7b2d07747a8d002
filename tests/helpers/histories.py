"""Random histories of one record: authors who see only part of each other's changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from sync.changes import DELETED, Bases, Change, ChangeId, Value
from sync.merge import RecordState, fold, is_deleted, shown_heads

WORKSPACE = bytes(range(16))
RECORD = bytes.fromhex("0123456789ab8001a000000000000001")
CLASSES = {"title": "r", "status": "r", "cells": "k", "tags": "s", DELETED: "r"}
KEYS = ("title", "status", "cells/F", "cells/M", "tags/a")
AUTHORS = 3
# Nothing, a word, a zero in the middle, a number of many digits, and signs that belong to none before them.
VALUES: tuple[Value, ...] = (None, "v1", "a\0b", "-" + "9" * 400 + ".5", "\u0301\u200d\uffff\U000e0001")


@dataclass
class Author:
    """One laptop: what it has folded so far, and its own sequence."""

    device: int
    state: RecordState = field(default_factory=lambda: RecordState(WORKSPACE, "activity", RECORD))
    seen: set[ChangeId] = field(default_factory=set)
    dseq: int = 0

    def take(self, change: Change) -> None:
        if change.id not in self.seen:
            self.seen.add(change.id)
            fold(self.state, change, arrived=lambda known: known in self.seen)


def value_for(key: str, number: int) -> Value:
    if key.startswith("tags/"):
        return True if number % 2 else None
    return VALUES[number]


def edit(author: Author, key: str, number: int, stamp: int) -> Change:
    """A change the way the writer makes one: its base is what the author was shown."""
    author.dseq += 1
    bases: dict[str, Bases] = {}
    if key in author.state.heads:
        bases[key] = shown_heads(author.state.heads[key], author.state.merge_of(key))
    value = value_for(key, number)
    if key == DELETED:
        value = None if is_deleted(author.state) else True
        bases = {name: shown_heads(register, "r") for name, register in author.state.heads.items()}
    change = _change(author, {key: value}, bases, stamp)
    author.take(change)
    return change


def create(author: Author, stamp: int) -> Change:
    author.dseq += 1
    change = _change(author, {"title": "first", "cells/F": "1", "tags/a": True}, {}, stamp, create=True)
    author.take(change)
    return change


def _change(
    author: Author, writes: dict[str, Value], bases: dict[str, Bases], stamp: int, *, create: bool = False
) -> Change:
    return Change(
        author.device,
        author.dseq,
        WORKSPACE,
        "activity",
        RECORD,
        bytes([author.device] * 16),
        stamp,
        author.dseq,
        create,
        writes,
        bases,
        CLASSES,
    )


STEPS = st.lists(
    st.tuples(
        st.integers(0, AUTHORS - 1),
        st.sampled_from(("edit", "edit", "hear", "delete")),
        st.integers(0, len(KEYS) - 1),
        st.integers(0, 4),
        st.integers(0, 1 << 40),
    ),
    max_size=14,
)


def play(steps: Sequence[tuple[int, str, int, int, int]]) -> list[Change]:
    """The changes of a history that begins with one creation everybody has seen."""
    authors = [Author(device) for device in range(1, AUTHORS + 1)]
    changes = [create(authors[0], 5)]
    for author in authors:
        author.take(changes[0])
    for who, action, key, number, stamp in steps:
        author = authors[who]
        if action == "hear":
            for change in changes[: 1 + len(changes) * (number + 1) // 5]:
                author.take(change)
        elif action == "delete":
            changes.append(edit(author, DELETED, number, stamp))
        else:
            changes.append(edit(author, KEYS[key], number, stamp))
    return changes


def fold_in_order(changes: Sequence[Change]) -> RecordState:
    """The state after folding in exactly this order, early arrivals included."""
    state = RecordState(WORKSPACE, "activity", RECORD)
    arrived: set[ChangeId] = set()
    for change in changes:
        arrived.add(change.id)
        fold(state, change, arrived=lambda known: known in arrived)
    return state


def ancestors(changes: Sequence[Change], key: str) -> dict[ChangeId, set[ChangeId]]:
    """For each change to `key`: everything it descends from, by the definition of SYNC §1."""
    created = changes[0].id
    out: dict[ChangeId, set[ChangeId]] = {created: set()} if key in changes[0].writes else {}
    for change in changes[1:]:
        if key not in change.writes:
            continue
        direct = set(change.bases.get(key, (created,)))
        above = {known for known in direct if known in out}
        out[change.id] = above | {older for known in above for older in out[known]}
    return out
