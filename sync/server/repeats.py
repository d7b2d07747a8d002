"""Changes that come a second time under another number: two copies of one disk both hand in what neither had
sent when the copy was made. They are recognised by the hash of their former self (SYNC §5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection

from sync.changes import Change, ChangeId, canonical
from sync.frames import changes_of
from sync.server.intake import Piece
from sync.server.storage import archive, devices, journal
from sync.server.stored import change_aside, read_stored


class Repeats:
    """Looks for former selves during one transaction on a locked workspace, where there may be any."""

    def __init__(self, connection: Connection, workspace: bytes, *, device: int) -> None:
        self._connection = connection
        self._workspace = workspace
        own = devices.kin_of(connection, device)
        self._others = [one.number for one in own if one.number != device]
        self.succeeded = bool(own) and own[-1].number != device
        """Whether the laptop, or a copy of it, has drawn a new number since."""
        self._known: dict[bytes, ChangeId] | None = None

    def possible(self, piece: Piece) -> bool:
        """Whether a frame may hold anything that came before."""
        return self.succeeded or (bool(self._others) and any(group.formers for group in piece.block.groups))

    def original(self, change: Change) -> ChangeId | None:
        """The change in the log, or on its way there, that this one repeats."""
        known = self._read()
        return known.get(change.former) if change.former else known.get(_hash(change))

    def _read(self) -> dict[bytes, ChangeId]:
        if self._known is None:
            self._known = {}
            for frame in self._frames():
                block = read_stored(frame, self._workspace)
                for change in () if block is None else changes_of(block):
                    if not change.hole and change.device in self._others:
                        self._known[change.former or _hash(change)] = change.id
            for row in journal.waiting(self._connection, self._workspace):
                if row.device in self._others:
                    waiting = change_aside(row.change, self._workspace)
                    if waiting is not None:
                        self._known[waiting.former or _hash(waiting)] = waiting.id
        return self._known

    def _frames(self) -> Iterator[bytes]:
        """What the other numbers of the laptop sent, behind the horizon and before it."""
        for stored, _ in archive.history_frames(self._connection, self._workspace):
            outline = read_stored(stored.frame, self._workspace, values=False)
            if outline is not None and not set(self._others).isdisjoint(outline.devices):
                yield stored.frame
        yield from journal.frames_of(self._connection, self._workspace, devices=self._others)


def standing_on(change: Change, original: ChangeId) -> Change:
    """The repeated change as its dependents will inherit from it: it stands on the original."""
    return replace(change, bases=dict.fromkeys(change.writes, (original,)))


def _hash(change: Change) -> bytes:
    return hashlib.blake2b(canonical(change), digest_size=16).digest()
