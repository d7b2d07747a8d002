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
        (numbers,) = _read(data, 1)
        return cls(tuple(_whole(each) for each in _list(numbers, MOST_NAMED)))


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has done what it was asked for."""

    server_ms: int

    def pack(self) -> bytes:
        return bytes(msgpack.packb([PROTOCOL, self.server_ms]))

    @classmethod
    def unpack(cls, data: bytes) -> Taken:
        (server_ms,) = _read(data, 1)
        return cls(_whole(server_ms))


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
        (number,) = _read(data, 1)
        return cls(_whole(number))


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
        rows, more = _read(data, 2)
        return cls(tuple(_kept(row) for row in _list(rows, MOST_CHANGES)), more is True)


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
        number, packed = _read(data, 2)
        flat = [_whole(each) for each in _list(packed, 2 * MOST_NAMED)]
        if len(flat) % 2:
            raise DaftarError("bad_message")
        return cls(_whole(number), tuple(zip(flat[::2], flat[1::2], strict=True)))


@dataclass(frozen=True, slots=True)
class ReleaseAnswer:
    """How many were let in now, and which were not, with the code that says why."""

    released: int
    refused: tuple[tuple[int, int, str], ...]

    def pack(self) -> bytes:
        return bytes(msgpack.packb([PROTOCOL, self.released, [list(each) for each in self.refused]]))

    @classmethod
    def unpack(cls, data: bytes) -> ReleaseAnswer:
        released, packed = _read(data, 2)
        rows = [_list(row, 3) for row in _list(packed, MOST_NAMED)]
        if any(len(row) != 3 for row in rows):
            raise DaftarError("bad_message")
        return cls(_whole(released), tuple((_whole(a), _whole(b), _text(c)) for a, b, c in rows))


def _kept(row: Any) -> Kept:
    parts = _list(row, 8)
    if len(parts) != 8 or not isinstance(parts[7], bytes):
        raise DaftarError("bad_message")
    device, dseq, code, received, released, person, laptop, frame = parts
    return Kept(
        _whole(device),
        _whole(dseq),
        _text(code),
        _whole(received),
        _whole(released),
        _text(person),
        _text(laptop),
        frame,
    )


def _read(data: bytes, length: int) -> list[Any]:
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


def _whole(item: Any) -> int:
    if type(item) is not int or not 0 <= item < 1 << 63:
        raise DaftarError("bad_message")
    return item


def _text(item: Any) -> str:
    if not isinstance(item, str):
        raise DaftarError("bad_message")
    return item


def _list(item: Any, longest: int) -> list[Any]:
    if not isinstance(item, list) or len(item) > longest:
        raise DaftarError("bad_message")
    return item
