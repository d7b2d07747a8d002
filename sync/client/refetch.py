"""Asks once more for frames that could not be read: the server may have them whole by now (SYNC §11, 27)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from sync.changes import Change
from sync.errors import DaftarError
from sync.frames import block_of, changes_of
from sync.frames.packing import make_frame, open_frame
from sync.replica.careful import is_poison
from sync.replica.changed import Changed
from sync.replica.damaged import set_damaged_aside
from sync.replica.received import Received
from sync.replica.replica import Replica
from sync.replica.workspaces import LOST_ROLE, WorkspaceState
from sync.wire.messages import Pulled, SyncAnswer, SyncRequest

T = TypeVar("T")

_ROOM: Final = 2 * 1024 * 1024
_NOTHING: Final = bytes(16)
_DEVICE_BITS: Final = 48


class Asks(Protocol):
    """What this needs of a transport."""

    def post(self, path: str, body: bytes) -> Any: ...


class Writes(Protocol):
    """What this needs of the laptop."""

    def run(self, job: Callable[[Replica], T]) -> T: ...

    def apply(self, job: Callable[[Replica], Changed]) -> Changed: ...


def fetch_unread(line: Asks, local: Writes, *, damaged: Sequence[int], epoch: int, access_epoch: int) -> None:
    """Fetch what waits unread, and take it in where it can be read; the next sync compares. Rows of the log
    that the disk has `damaged` wait from here on.
    """
    if damaged:
        local.run(lambda replica: set_damaged_aside(replica.database, damaged))
    came, epochs = False, (epoch, access_epoch)
    for state, received in local.run(_waiting):
        request = local.run(partial(_request, state=state, before=received.first, epochs=epochs))
        reply = line.post("/v1/sync", request.pack())
        if not reply.complete:
            raise DaftarError("connection_cut")
        answer = SyncAnswer.unpack(reply.body)
        told = [item for item in answer.workspaces if item.workspace == state.number]
        whole = _pick([part for item in told for part in item.pulled], received, state.id)
        if whole is not None:
            local.run(partial(_put, state=state, received=whole))
            came = True
    if came:
        local.apply(lambda replica: replica.try_again())


def _waiting(replica: Replica) -> list[tuple[WorkspaceState, Received]]:
    states = [one for one in replica.workspaces.all() if one.number is not None and one.role != LOST_ROLE]
    return [(state, kept.received) for state in states for kept in replica.unread.of(state)]


def _request(replica: Replica, *, state: WorkspaceState, before: int, epochs: tuple[int, int]) -> SyncRequest:
    """As if another laptop of this person stood before the frame, and had everything else: of its own changes
    this one would only be told the numbers.
    """
    cursors = {one.number: one.cursor for one in replica.workspaces.all() if one.number is not None}
    cursors[state.number or 0] = before - 1
    device = secrets.randbits(_DEVICE_BITS) or 1
    own, access = epochs
    return SyncRequest(device, own, 0, _ROOM, 0, access, _NOTHING, cursors, by_log=(state.number or 0,))


def _pick(pulled: Iterable[Pulled], received: Received, workspace: bytes) -> Received | None:
    """The changes of the frame out of what came; nothing where one of them is missing still."""
    changes: dict[int, Change] = {}
    stamps: dict[int, int] = {}
    for part in pulled:
        if part.frame is None or part.total or part.last < received.first or part.first > received.last:
            continue
        try:
            found = changes_of(open_frame(part.frame, workspace))
        except Exception as error:
            if not is_poison(error):
                raise
            continue
        changes.update(enumerate(found, part.first))
        stamps.update({part.first + at: stamp for at, stamp in part.effective.items()})
    places = range(received.first, received.last + 1)
    if not all(place in changes for place in places):
        return None
    frame = make_frame(block_of([changes[place] for place in places]))
    effective = {at: stamps[place] for at, place in enumerate(places) if place in stamps}
    return Received(received.first, received.last, frame, effective)


def _put(replica: Replica, *, state: WorkspaceState, received: Received) -> None:
    replica.unread.replace(state, received)
