"""Frames on their way to the server: kept as they are until they are acknowledged, sent in pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sync.frames.container import frame_hash, repack
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState
from sync.wire.messages import Begun, Piece, Push

UNCUT: Final = 256 * 1024
"""Requests of at least so many bytes are not worth cutting a frame for."""
_READ_AHEAD: Final = 64 * 1024
_TINY: Final = 4 * 1024
"""So few bytes are put together anew with what was written since."""
_LEAST: Final = 1024
_HARD: Final = 19


@dataclass(slots=True)
class _Ready:
    """A frame to send and the numbers of the changes in it."""

    first: int
    last: int
    frame: bytes
    packed: bool = False


@dataclass(slots=True)
class _Queue:
    """What is ready for one workspace: `chain` is the chain before it, `rest` whether more is behind it."""

    chain: bytes
    ready: list[_Ready] = field(default_factory=list)
    rest: bool = False
    begun: int = 0
    """So many bytes of the first frame the server is known to hold."""


@dataclass(slots=True)
class Outbox:
    """The queues of all workspaces, by number; a frame stays the same until the server has all of it."""

    queues: dict[int, _Queue] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    """Workspaces of which the server could not read a frame, and with which change that began: what is to be
    sent there goes out in frames as small as can be.
    """
    held: set[int] = field(default_factory=set)
    """Workspaces for which the server is too old."""

    def clear(self) -> None:
        self.queues.clear()
        self.refused.clear()

    def hear_refusal(self, number: int, dseq: int) -> bool:
        """The server could not read a frame; says whether it was as small as can be, and sent before."""
        again = self.refused.get(number) == dseq
        self.refused[number] = dseq
        self.queues.pop(number, None)
        return again

    def hold(self, number: int) -> None:
        """Send nothing there while this program runs."""
        self.held.add(number)
        self.queues.pop(number, None)

    def fill(self, replica: Replica, state: WorkspaceState, room: int) -> None:
        """Bring the queue of a workspace up to where the replica stands, with enough for a request."""
        assert state.number is not None
        queue = self.queues.setdefault(state.number, _Queue(state.acked_chain))
        self._drop_acknowledged(queue, state)
        size = sum(len(one.frame) for one in queue.ready) - queue.begun
        if not queue.begun and size < _TINY:
            queue.ready = []
        last = queue.ready[-1].last if queue.ready else state.acked
        if size < max(room, _READ_AHEAD) and last < state.dseq:
            apart = state.number in self.refused
            outgoing = replica.outgoing(state, max(room, _READ_AHEAD) - size, after=last, apart=apart)
            assert outgoing is not None
            firsts = [outgoing.first_dseq, *(end + 1 for end in outgoing.ends[:-1])]
            queue.ready += [_Ready(*one) for one in zip(firsts, outgoing.ends, outgoing.frames, strict=True)]
        queue.rest = bool(queue.ready) and queue.ready[-1].last < state.dseq

    @staticmethod
    def _drop_acknowledged(queue: _Queue, state: WorkspaceState) -> None:
        """What is acknowledged goes, and everything where the rest does not begin right behind it."""
        before = queue.ready[0] if queue.ready else None
        queue.ready = [one for one in queue.ready if one.last > state.acked]
        queue.chain = state.acked_chain
        if queue.ready and (queue.ready[0].first != state.acked + 1 or queue.ready[-1].last > state.dseq):
            queue.ready = []
        if not queue.ready or queue.ready[0] is not before:
            queue.begun = 0

    def compress(self) -> None:
        """Compress harder what has not been begun; it pays where the link is slow."""
        for queue in self.queues.values():
            for at, one in enumerate(queue.ready):
                if not one.packed and (at or not queue.begun):
                    one.frame, one.packed = repack(one.frame, level=_HARD), True

    def take(self, number: int, room: int) -> Push | None:
        """The next push of a workspace, of at most about `room` bytes; something always fits."""
        queue = self.queues.get(number)
        if queue is None or not queue.ready or room <= 0:
            return None
        first = queue.ready[0]
        frames: list[bytes] = []
        head = tail = None
        left = room
        for at, one in enumerate(queue.ready):
            offset = queue.begun if at == 0 else 0
            rest = len(one.frame) - offset
            size = self._share(rest, left, is_first=at == 0, cuts=room < UNCUT)
            if not size:
                break
            left -= size
            if size == len(one.frame):
                frames.append(one.frame)
                continue
            piece = Piece(_hash(one.frame), offset, len(one.frame), one.frame[offset : offset + size])
            head, tail = (piece, tail) if offset else (head, piece)
            if size < rest:
                break
        return Push(number, first.first, queue.chain, tuple(frames), head, tail)

    @staticmethod
    def _share(rest: int, left: int, *, is_first: bool, cuts: bool) -> int:
        """How many bytes of a frame go into a request with so much room left."""
        if rest <= left or (is_first and not cuts):
            return rest
        if not cuts:
            return 0
        size = max(left, _LEAST if is_first else 0)
        return min(rest, size) if size >= _LEAST else 0

    def complete(self, push: Push | None, number: int) -> bool:
        """Whether a push takes everything that is not sent yet."""
        queue = self.queues.get(number)
        if queue is None or not queue.ready:
            return True
        if push is None or queue.rest or push.tail is not None:
            return False
        ended = push.head is None or push.head.end == push.head.total
        return ended and len(push.frames) + (push.head is not None) == len(queue.ready)

    def last_dseq(self, push: Push) -> int:
        """The last change whose frame a push holds to its end."""
        ended = push.head is not None and push.head.end == push.head.total
        whole = len(push.frames) + (1 if ended else 0)
        return self.queues[push.workspace].ready[whole - 1].last if whole else push.first_dseq - 1

    def hear(self, asked: set[int], begun: tuple[Begun, ...]) -> int:
        """Take note of what the server holds of first frames; says how many bytes that is more than known."""
        told = {one.workspace: one for one in begun}
        gained = 0
        for number in asked & self.queues.keys():
            queue, one = self.queues[number], told.get(number)
            place = next(
                (at for at, ready in enumerate(queue.ready) if one and _hash(ready.frame) == one.frame), None
            )
            if one is None or place is None:
                queue.begun = 0
                continue
            gained += max(0, one.size - (queue.begun if place == 0 else 0))
            # What stands before it is acknowledged by the same answer.
            queue.ready = queue.ready[place:]
            queue.begun = min(one.size, len(queue.ready[0].frame))
        return gained

    def begun(self) -> int:
        """How many bytes the server holds of frames it does not have whole."""
        return sum(queue.begun for queue in self.queues.values())


def _hash(frame: bytes) -> bytes:
    known = frame_hash(frame)
    assert known is not None
    return known
