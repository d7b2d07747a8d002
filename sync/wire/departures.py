"""Small calls around lost access: a laptop says what it erased; a coordinator reads and releases.

`/v1/purged` names workspaces by their numbers. `/v1/quarantine` answers with each change as a frame of its
own, and `/v1/release` names changes by device number and `dseq`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgpack

from sync.errors import DaftarError
from sync.wire.packing import PROTOCOL

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
        return bytes(msgpack.packb([PROTOCOL, list(self.numbers)]))

    @classmethod
    def unpack(cls, data: bytes) -> Purged:
        (numbers,) = read_body(data, 1)
        return cls(tuple(read_whole(each) for each in read_list(numbers, MOST_NAMED)))


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has done what it was asked for."""

    server_ms: int

    def pack(self) -> bytes:
        return bytes(msgpack.packb([PROTOCOL, self.server_ms]))

    @classmethod
    def unpack(cls, data: bytes) -> Taken:
        (server_ms,) = read_body(data, 1)
        return cls(read_whole(server_ms))


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
        return bytes(msgpack.packb([PROTOCOL, self.number]))

    @classmethod
    def unpack(cls, data: bytes) -> QuarantineRequest:
        (number,) = read_body(data, 1)
        return cls(read_whole(number))


@dataclass(frozen=True, slots=True)
class QuarantineAnswer:
    """The oldest changes first; `more` where there are others."""

    kept: tuple[Kept, ...]
    more: bool = False

    def pack(self) -> bytes:
        rows = [
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
        return bytes(msgpack.packb([PROTOCOL, rows, self.more]))

    @classmethod
    def unpack(cls, data: bytes) -> QuarantineAnswer:
        rows, more = read_body(data, 2)
        return cls(tuple(_kept(row) for row in read_list(rows, MOST_CHANGES)), more is True)


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """Changes of one workspace to let in, by (device number, `dseq`)."""

    number: int
    ids: tuple[tuple[int, int], ...]

    def pack(self) -> bytes:
        flat = [each for pair in self.ids for each in pair]
        return bytes(msgpack.packb([PROTOCOL, self.number, flat]))

    @classmethod
    def unpack(cls, data: bytes) -> ReleaseRequest:
        number, packed = read_body(data, 2)
        flat = [read_whole(each) for each in read_list(packed, 2 * MOST_NAMED)]
        if len(flat) % 2:
            raise DaftarError("bad_message")
        return cls(read_whole(number), tuple(zip(flat[::2], flat[1::2], strict=True)))


@dataclass(frozen=True, slots=True)
class ReleaseAnswer:
    """How many were let in now, and which were not, with the code that says why."""

    released: int
    refused: tuple[tuple[int, int, str], ...]

    def pack(self) -> bytes:
        return bytes(msgpack.packb([PROTOCOL, self.released, [list(each) for each in self.refused]]))

    @classmethod
    def unpack(cls, data: bytes) -> ReleaseAnswer:
        released, packed = read_body(data, 2)
        rows = [read_list(row, 3) for row in read_list(packed, MOST_NAMED)]
        if any(len(row) != 3 for row in rows):
            raise DaftarError("bad_message")
        return cls(
            read_whole(released), tuple((read_whole(a), read_whole(b), read_text(c)) for a, b, c in rows)
        )


def _kept(row: Any) -> Kept:
    parts = read_list(row, 8)
    if len(parts) != 8 or not isinstance(parts[7], bytes):
        raise DaftarError("bad_message")
    device, dseq, code, received, released, person, laptop, frame = parts
    return Kept(
        read_whole(device),
        read_whole(dseq),
        read_text(code),
        read_whole(received),
        read_whole(released),
        read_text(person),
        read_text(laptop),
        frame,
    )


def read_body(data: bytes, length: int) -> list[Any]:
    """The parts behind the protocol number."""
    try:
        body = msgpack.unpackb(data, max_map_len=0)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise DaftarError("bad_message") from error
    if not isinstance(body, list) or len(body) != length + 1:
        raise DaftarError("bad_message")
    if body[0] != PROTOCOL:
        raise DaftarError("protocol_unknown")
    return body[1:]


def read_whole(item: Any) -> int:
    """A number that is not negative."""
    if type(item) is not int or not 0 <= item < 1 << 63:
        raise DaftarError("bad_message")
    return item


def read_text(item: Any) -> str:
    """A text."""
    if not isinstance(item, str):
        raise DaftarError("bad_message")
    return item


def read_list(item: Any, longest: int, *, exactly: bool = False) -> list[Any]:
    """A list of at most so many, or of just as many."""
    if not isinstance(item, list) or len(item) > longest or (exactly and len(item) != longest):
        raise DaftarError("bad_message")
    return item
