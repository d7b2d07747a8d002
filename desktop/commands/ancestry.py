"""What stood in a field before several people changed it without having seen each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync.changes import Change, ChangeId, Value


@dataclass(frozen=True, slots=True)
class Before:
    """The value that all of them had seen. Without a change, history no longer tells."""

    change: Change | None = None
    value: Value = None

    @property
    def is_known(self) -> bool:
        return self.change is not None


def value_before(history: Sequence[Change], heads: Iterable[ChangeId], key: str) -> Before:
    """The newest change to a key that every one of the heads descends from."""
    known = {change.id: change for change in history}
    creation = next((change.id for change in history if change.create), None)
    above = [_ancestors(head, key, known, creation) for head in heads]
    shared = set.intersection(*above) if above else set()
    nearest = [
        each
        for each in shared
        if not any(other != each and each in _ancestors(other, key, known, creation) for other in shared)
    ]
    if not nearest or any(each not in known for each in nearest):
        return Before()
    change = max((known[each] for each in nearest), key=lambda each: (each.stamp, each.id))
    return Before(change, change.writes.get(key))


def _ancestors(
    start: ChangeId, key: str, known: Mapping[ChangeId, Change], creation: ChangeId | None
) -> set[ChangeId]:
    """Everything a change to a key was made on; what is not in the history ends the way there."""
    found: set[ChangeId] = set()
    waiting = [start]
    while waiting:
        change = known.get(waiting.pop())
        if change is None or change.create:
            continue
        bases = change.bases.get(key)
        parents = bases if bases is not None else ((creation,) if creation is not None else ())
        waiting += [each for each in parents if each not in found]
        found.update(parents)
    return found
