"""Cards: who a device is, confirmed by the server, so that colleagues can check it without a connection.

A laptop that began from a starter pack confirms its card itself, by a key that the pack brought and that the
server confirmed for that one person. A laptop that never met its server shows a card that nobody confirmed;
then two people compare its fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import msgpack

from sync.bundles.keys import PublicKeys, SecretKeys
from sync.errors import DaftarError

CARD_CAP: Final = 2048
SERVER: Final = "server"
STARTER: Final = "starter"
NOBODY: Final = ""
_VERSION: Final = 1
_CARD_TITLE: Final = b"daftar card 1\0"
_PASS_TITLE: Final = b"daftar introduction 1\0"
_STAND_TITLE: Final = b"daftar stand 1\0"
_NAME: Final = 200
_PARTS: Final = 9
_PASS_PARTS: Final = 6


@dataclass(frozen=True, slots=True)
class Introduction:
    """The server's word that whoever holds this key begins a laptop for this person."""

    account: bytes
    person: str
    key: PublicKeys
    invite: bytes
    expires_ms: int
    signature: bytes = b""

    def said(self) -> bytes:
        return _PASS_TITLE + _pack(self._body())

    def _body(self) -> list[Any]:
        return [self.account, self.person, self.key.pack(), self.invite, self.expires_ms]

    def pack(self) -> bytes:
        return _pack([*self._body(), self.signature])

    def sign(self, keys: SecretKeys) -> Introduction:
        return replace(self, signature=keys.sign(self.said()))

    @classmethod
    def read(cls, packed: bytes) -> Introduction:
        parts = _unpack(packed, _PASS_PARTS)
        return cls(
            _bytes(parts[0], 16),
            _name(parts[1]),
            PublicKeys.read(_bytes(parts[2])),
            _bytes(parts[3]),
            _number(parts[4]),
            _bytes(parts[5]),
        )


@dataclass(frozen=True, slots=True)
class Card:
    """One device: its number, whose it is, its public keys, and who says so."""

    device: int
    account: bytes
    person: str
    laptop: str
    keys: PublicKeys
    issued_ms: int
    introduction: Introduction | None = None
    signature: bytes = b""

    def said(self) -> bytes:
        return _CARD_TITLE + _pack(self._body())

    def _body(self) -> list[Any]:
        pass_ = self.introduction.pack() if self.introduction is not None else b""
        keys = self.keys.pack()
        return [_VERSION, self.device, self.account, self.person, self.laptop, keys, self.issued_ms, pass_]

    def pack(self) -> bytes:
        return _pack([*self._body(), self.signature])

    def sign(self, keys: SecretKeys) -> Card:
        return replace(self, signature=keys.sign(self.said()))

    @classmethod
    def read(cls, packed: bytes) -> Card:
        """Read a card; raises `bad_card` for what is none. Whether it is true, `confirmed_by` says."""
        parts = _unpack(packed, _PARTS)
        if parts[0] != _VERSION:
            raise DaftarError("bundle_newer")
        pass_ = _bytes(parts[7])
        return cls(
            _number(parts[1]),
            _bytes(parts[2], 16),
            _name(parts[3]),
            _name(parts[4]),
            PublicKeys.read(_bytes(parts[5])),
            _number(parts[6]),
            Introduction.read(pass_) if pass_ else None,
            _bytes(parts[8]),
        )

    def confirmed_by(self, server: PublicKeys | None) -> str:
        """`server`, `starter` (by the server through a starter pack), or nobody."""
        if server is None:
            return NOBODY
        pass_ = self.introduction
        if pass_ is None:
            return SERVER if server.has_signed(self.signature, self.said()) else NOBODY
        known = server.has_signed(pass_.signature, pass_.said())
        same = (pass_.account, pass_.person) == (self.account, self.person)
        return STARTER if known and same and pass_.key.has_signed(self.signature, self.said()) else NOBODY


def stand_said(workspace: bytes, head: int, digest: bytes) -> bytes:
    """What the server signs of where a workspace stands."""
    return _STAND_TITLE + workspace + head.to_bytes(8) + digest


def _pack(body: list[Any]) -> bytes:
    return bytes(msgpack.packb(body))


def _unpack(packed: bytes, count: int) -> list[Any]:
    if len(packed) > CARD_CAP:
        raise DaftarError("bad_card")
    try:
        parts = msgpack.unpackb(packed, max_map_len=0, max_array_len=count)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise DaftarError("bad_card") from error
    if not isinstance(parts, list) or len(parts) != count:
        raise DaftarError("bad_card")
    return parts


def _bytes(item: Any, length: int | None = None) -> bytes:
    if not isinstance(item, bytes) or (length is not None and len(item) != length):
        raise DaftarError("bad_card")
    return item


def _name(item: Any) -> str:
    if not isinstance(item, str) or len(item) > _NAME:
        raise DaftarError("bad_card")
    return item


def _number(item: Any) -> int:
    if type(item) is not int or not 0 <= item < 1 << 63:
        raise DaftarError("bad_card")
    return item
