"""`/v1/keys`: a laptop shows its public keys and gets its card, and those of the colleagues it shares a
workspace with; and the answer of `/v1/bundles`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgpack

from sync.errors import DaftarError
from sync.wire.packing import PROTOCOL

_PUBLIC: Final = 64
_MOST: Final = 20_000
_STAND_PARTS: Final = 4
_RESULT_PARTS: Final = 6


@dataclass(frozen=True, slots=True)
class KeysRequest:
    """The public keys of one device number."""

    device: int
    public: bytes

    def pack(self) -> bytes:
        return _pack([PROTOCOL, self.device, self.public])

    @classmethod
    def unpack(cls, data: bytes) -> KeysRequest:
        _, device, public = _read(data, 3, code="bad_message")
        if not _numbers(device) or not isinstance(public, bytes) or len(public) != _PUBLIC:
            raise DaftarError("bad_message")
        return cls(device, public)


@dataclass(frozen=True, slots=True)
class Stand:
    """Head and digest of a workspace, signed by the server, for a colleague who has no connection."""

    workspace: int
    head: int
    digest: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class KeysAnswer:
    """The server's public keys, the asker's card, the cards of colleagues, and numbers that ended."""

    server: bytes
    card: bytes
    cards: tuple[bytes, ...]
    revoked: tuple[int, ...]
    stands: tuple[Stand, ...] = ()

    def pack(self) -> bytes:
        stands = [[one.workspace, one.head, one.digest, one.signature] for one in self.stands]
        return _pack([PROTOCOL, self.server, self.card, list(self.cards), list(self.revoked), stands])

    @classmethod
    def unpack(cls, data: bytes) -> KeysAnswer:
        _, server, card, cards, revoked, stands = _read(data, 6, code="bad_answer")
        if not isinstance(server, bytes) or len(server) != _PUBLIC or not isinstance(card, bytes):
            raise DaftarError("bad_answer")
        if not _list(cards) or not all(isinstance(one, bytes) for one in cards):
            raise DaftarError("bad_answer")
        if not _list(revoked) or not _numbers(*revoked) or not _list(stands):
            raise DaftarError("bad_answer")
        return cls(server, card, tuple(cards), tuple(revoked), tuple(_stand(one) for one in stands))


def _stand(item: Any) -> Stand:
    if not isinstance(item, list) or len(item) != _STAND_PARTS:
        raise DaftarError("bad_answer")
    number, head, digest, signature = item
    if not _numbers(number, head) or not isinstance(digest, bytes) or not isinstance(signature, bytes):
        raise DaftarError("bad_answer")
    return Stand(number, head, digest, signature)


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one device's changes in one workspace. `dseq` is how far the server holds them now."""

    workspace: bytes
    device: int
    dseq: int
    taken: int
    refused: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class BundleAnswer:
    """What a bundle brought to the server."""

    handed: tuple[Handed, ...]
    problems: tuple[str, ...] = ()

    def pack(self) -> bytes:
        handed = [
            [one.workspace, one.device, one.dseq, one.taken, one.refused, one.code] for one in self.handed
        ]
        return _pack([PROTOCOL, handed, list(self.problems)])

    @classmethod
    def unpack(cls, data: bytes) -> BundleAnswer:
        _, handed, problems = _read(data, 3, code="bad_answer")
        if not _list(handed) or not _list(problems) or not all(isinstance(one, str) for one in problems):
            raise DaftarError("bad_answer")
        return cls(tuple(_handed(one) for one in handed), tuple(problems))


def _handed(item: Any) -> Handed:
    if not isinstance(item, list) or len(item) != _RESULT_PARTS:
        raise DaftarError("bad_answer")
    workspace, device, dseq, taken, refused, code = item
    if not isinstance(workspace, bytes) or not isinstance(code, str):
        raise DaftarError("bad_answer")
    if not _numbers(device, dseq, taken, refused):
        raise DaftarError("bad_answer")
    return Handed(workspace, device, dseq, taken, refused, code)


def _pack(body: list[Any]) -> bytes:
    return bytes(msgpack.packb(body))


def _read(data: bytes, count: int, *, code: str) -> list[Any]:
    try:
        body = msgpack.unpackb(data, max_map_len=0)
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as error:
        raise DaftarError(code) from error
    if not isinstance(body, list) or len(body) != count:
        raise DaftarError(code)
    if body[0] != PROTOCOL:
        raise DaftarError("protocol_unknown")
    return body


def _list(item: Any) -> bool:
    return isinstance(item, list) and len(item) <= _MOST


def _numbers(*items: Any) -> bool:
    return all(type(item) is int and 0 <= item < 1 << 62 for item in items)
