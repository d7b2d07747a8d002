"""Small calls around lost access: a laptop says what it erased; a coordinator reads and releases.

`/v1/purged` names workspaces by their numbers. `/v1/quarantine` answers with each change as a frame of its
own, and `/v1/release` names changes by device number and `dseq`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sync.wire.packing import PROTOCOL, items, octets, pack, pairs, rows, text, unpack, whole

MOST_CHANGES: Final = 10_000
MOST_NAMED: Final = 1_000
PURGED_PATH: Final = "/v1/purged"
HAND_IN_PATH: Final = "/v1/handin"
QUARANTINE_PATH: Final = "/v1/quarantine"
RELEASE_PATH: Final = "/v1/release"


@dataclass(frozen=True, slots=True)
class Purged:
    """The workspaces that were erased from a laptop, by number."""

    numbers: tuple[int, ...]

    def pack(self) -> bytes:
        return pack([PROTOCOL, list(self.numbers)])

    @classmethod
    def unpack(cls, data: bytes) -> Purged:
        body = unpack(data, 2)
        return cls(tuple(whole(each) for each in items(body[1], MOST_NAMED)))


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has done what it was asked for."""

    server_ms: int

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.server_ms])

    @classmethod
    def unpack(cls, data: bytes) -> Taken:
        return cls(whole(unpack(data, 2)[1]))


@dataclass(frozen=True, slots=True)
class Kept:
    """A change in quarantine. `person` is who sent it; `released_ms` is 0 while nobody has let it in."""

    device: int
    dseq: int
    code: str
    received_ms: int
    released_ms: int
    person: str
    laptop: str
    frame: bytes


@dataclass(frozen=True, slots=True)
class QuarantineRequest:
    """Asks for the quarantine of one workspace."""

    number: int

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.number])

    @classmethod
    def unpack(cls, data: bytes) -> QuarantineRequest:
        return cls(whole(unpack(data, 2)[1]))


@dataclass(frozen=True, slots=True)
class QuarantineAnswer:
    """The oldest changes first; `more` where there are others."""

    kept: tuple[Kept, ...]
    more: bool = False

    def pack(self) -> bytes:
        kept = [
            [
                one.device,
                one.dseq,
                one.code,
                one.received_ms,
                one.released_ms,
                one.person,
                one.laptop,
                one.frame,
            ]
            for one in self.kept
        ]
        return pack([PROTOCOL, kept, self.more])

    @classmethod
    def unpack(cls, data: bytes) -> QuarantineAnswer:
        _, kept, more = unpack(data, 3)[:3]
        return cls(tuple(_kept(row) for row in rows(kept, 8, MOST_CHANGES)), more is True)


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """Changes of one workspace to let in, by (device number, `dseq`)."""

    number: int
    ids: tuple[tuple[int, int], ...]

    def pack(self) -> bytes:
        flat = [each for pair in self.ids for each in pair]
        return pack([PROTOCOL, self.number, flat])

    @classmethod
    def unpack(cls, data: bytes) -> ReleaseRequest:
        _, number, packed = unpack(data, 3)[:3]
        return cls(whole(number), pairs(packed, MOST_NAMED))


@dataclass(frozen=True, slots=True)
class ReleaseAnswer:
    """How many were let in now, and which were not, with the code that says why."""

    released: int
    refused: tuple[tuple[int, int, str], ...]

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.released, [list(each) for each in self.refused]])

    @classmethod
    def unpack(cls, data: bytes) -> ReleaseAnswer:
        _, released, packed = unpack(data, 3)[:3]
        refused = ((whole(a), whole(b), text(c)) for a, b, c in rows(packed, 3, MOST_NAMED))
        return cls(whole(released), tuple(refused))


def _kept(row: list[Any]) -> Kept:
    device, dseq, code, received, released, person, laptop, frame = row
    return Kept(
        whole(device),
        whole(dseq),
        text(code),
        whole(received),
        whole(released),
        text(person),
        text(laptop),
        octets(frame),
    )
