"""Stops a pull that would take away a large part of what somebody sees, until a person has said yes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sync.changes import DELETED, Change
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.container import unseal
from sync.frames.packing import open_frame
from sync.replica.careful import is_poison
from sync.replica.replica import Replica
from sync.wire.messages import Pulled, SyncAnswer

LEAST: Final = 50
SHARE: Final = 5
"""More than one record in so many."""
_WRITTEN: Final = b"\xa7deleted"


@dataclass(slots=True)
class Removals:
    """What one sync has removed so far, by workspace; `accepted` lets everything through."""

    accepted: bool = False
    _seen: dict[int, int] = field(default_factory=dict)
    _removed: dict[int, int] = field(default_factory=dict)

    def insist(self, replica: Replica, answer: SyncAnswer) -> None:
        """Raise `mass_delete` where the answer would take more than a fifth, and at least fifty, away."""
        if self.accepted:
            return
        for item in answer.workspaces:
            state = next((one for one in replica.workspaces.all() if one.number == item.workspace), None)
            if state is None:
                continue
            if item.workspace not in self._seen:
                self._seen[item.workspace] = replica.applier.states.count_shown(state.index)
            total = self._seen[item.workspace]
            if total < LEAST:
                # Nobody loses fifty of fewer, and what only came with this sync nobody has seen.
                continue
            records = _deleted(item.pulled, state.id)
            if not records:
                continue
            removing = sum(replica.applier.states.shows(kind, own) for kind, own in records.items())
            removing += self._removed.get(item.workspace, 0)
            if removing >= LEAST and removing * SHARE > total:
                raise DaftarError("mass_delete", count=removing, total=total, workspace=state.name)
            self._removed[item.workspace] = removing


def _deleted(pulled: Iterable[Pulled], workspace: bytes) -> dict[str, set[bytes]]:
    """Kind -> records that frames delete; frames in which nothing is deleted are not taken apart."""
    found: dict[str, set[bytes]] = {}
    for part in pulled:
        if part.frame is None or part.total:
            continue
        for change in _deleting(part.frame, workspace):
            if change.writes.get(DELETED) and not change.hole:
                found.setdefault(change.kind, set()).add(change.record)
    return found


def _deleting(frame: bytes, workspace: bytes) -> Sequence[Change]:
    """The changes of a frame that may delete something; one that cannot be read takes nothing away."""
    try:
        return changes_of(open_frame(frame, workspace)) if _WRITTEN in unseal(frame).payload else ()
    except Exception as error:
        if not is_poison(error):
            raise
        return ()
