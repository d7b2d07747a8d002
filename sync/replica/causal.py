"""Tentative changes of one record in an order in which each finds what its author had seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sync.changes import Change, ChangeId


def in_order(changes: Sequence[Change], stands: Callable[[Change, ChangeId], bool]) -> list[Change]:
    """The changes that can be folded, each behind its bases.

    `stands` tells of a base that is not among them whether it is there already. What waits for one that is
    not is left out, and so is what stands on it.
    """
    left = {change.id: change for change in changes}
    done: set[ChangeId] = set()
    ordered: list[Change] = []
    before = -1
    while len(ordered) != before:
        before = len(ordered)
        for change in list(left.values()):
            bases = {base for ids in change.bases.values() for base in ids} - done - {change.id}
            if all(base not in left and stands(change, base) for base in bases):
                del left[change.id]
                done.add(change.id)
                ordered.append(change)
    return ordered
