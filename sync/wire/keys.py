"""`/v1/keys`: a laptop shows its public keys and gets its card, and those of the colleagues it shares a
workspace with; and the answer of `/v1/bundles`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sync.errors import DaftarError
from sync.wire.packing import PROTOCOL, answered, items, octets, pack, rows, text, unpack, whole

_PUBLIC: Final = 64
_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class KeysRequest:
    """The public keys of one device number."""

    device: int
    public: bytes

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.device, self.public])

    @classmethod
    def unpack(cls, data: bytes) -> KeysRequest:
        _, device, public = unpack(data, 3)[:3]
        return cls(_number(device), octets(public, _PUBLIC))


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
        return pack([PROTOCOL, self.server, self.card, list(self.cards), list(self.revoked), stands])

    @classmethod
    def unpack(cls, data: bytes) -> KeysAnswer:
        with answered():
            _, server, card, cards, revoked, stands = unpack(data, 6)[:6]
            return cls(
                octets(server, _PUBLIC),
                octets(card),
                tuple(octets(one) for one in items(cards, _MOST)),
                tuple(_number(one) for one in items(revoked, _MOST)),
                tuple(_stand(row) for row in rows(stands, 4, _MOST)),
            )


def _stand(row: list[Any]) -> Stand:
    number, head, digest, signature = row
    return Stand(_number(number), _number(head), octets(digest), octets(signature))


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
        return pack([PROTOCOL, handed, list(self.problems)])

    @classmethod
    def unpack(cls, data: bytes) -> BundleAnswer:
        with answered():
            _, handed, problems = unpack(data, 3)[:3]
            told = tuple(_handed(row) for row in rows(handed, 6, _MOST))
            return cls(told, tuple(text(one) for one in items(problems, _MOST)))


def _handed(row: list[Any]) -> Handed:
    workspace, device, dseq, taken, refused, code = row
    return Handed(
        octets(workspace), _number(device), _number(dseq), _number(taken), _number(refused), text(code)
    )


def _number(item: Any) -> int:
    if whole(item) >= 1 << 62:
        raise DaftarError("bad_message")
    return int(item)
