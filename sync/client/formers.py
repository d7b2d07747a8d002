"""Hands in under former numbers of this laptop what a restored server has lost of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol, TypeVar

from sync.errors import DaftarError
from sync.frames.packing import pack_changes
from sync.replica.formers import LostWork, lost_work
from sync.replica.replica import Replica
from sync.wire.messages import Push, SyncAnswer, SyncRequest

T = TypeVar("T")
_AHEAD: Final = 1 << 47
"""A cursor behind everything: nothing is to be received under a former number."""
_AT_ONCE: Final = 256 * 1024


class Asks(Protocol):
    """What this needs of a transport."""

    def post(self, path: str, body: bytes) -> object: ...


class Runs(Protocol):
    """What this needs of the laptop."""

    def run(self, job: Callable[[Replica], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Handing:
    """What a request says beside the changes."""

    epoch: int
    access_epoch: int
    now_ms: int
    draw: Callable[[], float]
    """Between 0 and 1: what the number of a request begins with."""


def hand_in_former(line: Asks, local: Runs, handing: Handing) -> list[tuple[LostWork, int]]:
    """Send what was lost; says what cannot be sent under its number, and how far the server holds that."""
    found = local.run(lost_work)
    if not found:
        return []
    numbers = local.run(lambda replica: [one.number for one in replica.workspaces.all()])
    cursors = {number: _AHEAD for number in numbers if number is not None}
    left: list[tuple[LostWork, int]] = []
    # The oldest first: later ones may repeat what stands under it.
    for _, group in groupby(sorted(found, key=lambda one: -one.age), key=lambda one: one.age):
        work = list(group)
        left += _Sending(line, handing, work[0].device, cursors).send(work)
    return left


class _Sending:
    """One former number."""

    def __init__(self, line: Asks, handing: Handing, device: int, cursors: dict[int, int]) -> None:
        self._line = line
        self._handing = handing
        self._device = device
        self._cursors = cursors
        self._nonces = itertools.count(1 + int(handing.draw() * (1 << 31)))

    def send(self, work: Sequence[LostWork]) -> list[tuple[LostWork, int]]:
        stands = self._ask(())
        while True:
            pushes = self._pushes(work, stands)
            if not pushes:
                break
            before, stands = stands, self._ask(pushes)
            if stands == before:
                break
        rest = [(one, stands.get(one.state.number or 0, (0, b""))[0]) for one in work]
        return [(one, held) for one, held in rest if one.taken or one.behind_all(held)]

    def _pushes(self, work: Sequence[LostWork], stands: dict[int, tuple[int, bytes]]) -> list[Push]:
        pushes, room = [], _AT_ONCE
        for one in work:
            held, chain = stands.get(one.state.number or 0, (-1, b""))
            changes = one.behind(held) if held >= 0 else ()
            frames: list[bytes] = []
            for frame, _ in pack_changes(changes):
                if room > 0:
                    frames.append(frame)
                    room -= len(frame)
            if frames:
                assert one.state.number is not None
                pushes.append(Push(one.state.number, held + 1, chain, tuple(frames)))
        return pushes

    def _ask(self, pushes: Sequence[Push]) -> dict[int, tuple[int, bytes]]:
        """How far the server holds this number in each workspace; nothing where it is somebody else's."""
        handing, nonce = self._handing, next(self._nonces)
        request = SyncRequest(
            self._device,
            handing.epoch,
            handing.now_ms,
            0,
            0,
            handing.access_epoch,
            bytes(16),
            self._cursors,
            tuple(pushes),
            nonce,
            probe=not pushes,
        )
        reply = self._line.post("/v1/sync", request.pack())
        if not getattr(reply, "complete", False):
            raise DaftarError("connection_cut")
        answer = SyncAnswer.unpack(getattr(reply, "body", b""))
        if answer.nonce not in (0, nonce):
            raise DaftarError("stale_answer")
        if answer.new_epoch:
            return {}
        return {one.workspace: (one.acked_dseq, one.chain) for one in answer.workspaces}
