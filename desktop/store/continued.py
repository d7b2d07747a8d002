"""A person's next edit has seen the one before it, even where the screen was not read again in between.

Without this, two quick edits of one field on one laptop would look like those of two people.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sync.changes import DELETED, Bases, Change, ChangeId, Edit

_RECORDS: Final = 2000
_CHANGES: Final = 100


class Continued:
    """Remembers what this run of the program wrote, and on top of what; for the writer thread."""

    def __init__(self) -> None:
        self._moved: dict[bytes, dict[ChangeId, ChangeId]] = {}
        self._made: OrderedDict[bytes, list[tuple[str, Bases | None, ChangeId]]] = OrderedDict()

    def renumber(self, moved: Mapping[bytes, Mapping[ChangeId, ChangeId]]) -> None:
        """Own changes have other numbers from here on: also for screens that were read before."""
        self._made.clear()
        for workspace, numbers in moved.items():
            known = self._moved.setdefault(workspace, {})
            for former, now in known.items():
                known[former] = numbers.get(now, now)
            known.update(numbers)

    def note(self, changes: Iterable[Change]) -> None:
        """Remember own edits that were just written."""
        for change in changes:
            if change.create:
                continue
            made = self._made.setdefault(change.record, [])
            made += [(key, change.bases.get(key), change.id) for key in change.writes]
            del made[:-_CHANGES]
            self._made.move_to_end(change.record)
        while len(self._made) > _RECORDS:
            self._made.popitem(last=False)

    def advance(self, edits: Sequence[Edit]) -> list[Edit]:
        """The edits, made on the person's own last version wherever that stood on what they saw."""
        return [self._advance(self._renumbered(edit)) for edit in edits]

    def _renumbered(self, edit: Edit) -> Edit:
        numbers = self._moved.get(edit.workspace)
        if not numbers or not edit.seen:
            return edit
        return replace(
            edit, seen={key: tuple(numbers.get(one, one) for one in ids) for key, ids in edit.seen.items()}
        )

    def _advance(self, edit: Edit) -> Edit:
        made = self._made.get(edit.record)
        if edit.create or not made:
            return edit
        seen = dict(edit.seen)
        for key, base, change in made:
            if (key in edit.writes or DELETED in edit.writes) and seen.get(key) == base:
                seen[key] = (change,)
        return replace(edit, seen=seen)
