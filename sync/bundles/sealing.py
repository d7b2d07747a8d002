"""Sealing: one content key for each bundle, wrapped for every recipient, and its pieces under that key."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import nacl.exceptions
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.public import PublicKey, SealedBox
from nacl.pwhash.argon2id import kdf
from nacl.secret import SecretBox

from sync.bundles.keys import KEY, PublicKeys, SecretKeys
from sync.errors import DaftarError

OVERHEAD: Final = crypto_aead_xchacha20poly1305_ietf_ABYTES
WRAPPED: Final = KEY + 48
MARK: Final = 8
_SALT: Final = 16
_NONCE: Final = 24
_MOST_OPERATIONS: Final = 16
_MOST_MEMORY: Final = 256 << 20
_LOCK_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Lock:
    """A content key under a code that is told to the recipient by another way."""

    salt: bytes
    operations: int
    memory: int
    wrapped: bytes

    def pack(self) -> list[Any]:
        return [self.salt, self.operations, self.memory, self.wrapped]

    @classmethod
    def read(cls, parts: Any) -> Lock | None:
        """Read what a header says; its cost is limited, so that no file can exhaust this machine."""
        if parts is None:
            return None
        if not isinstance(parts, list) or len(parts) != _LOCK_PARTS:
            raise DaftarError("bundle_damaged")
        salt, operations, memory, wrapped = parts
        if type(operations) is not int or type(memory) is not int or not isinstance(wrapped, bytes):
            raise DaftarError("bundle_damaged")
        if not isinstance(salt, bytes) or len(salt) != _SALT or len(wrapped) > 2 * WRAPPED:
            raise DaftarError("bundle_damaged")
        if not 1 <= operations <= _MOST_OPERATIONS or not 8192 <= memory <= _MOST_MEMORY:
            raise DaftarError("bundle_too_large")
        return cls(salt, operations, memory, wrapped)

    def open(self, code: str) -> bytes:
        """The content key; raises `bundle_code_wrong`."""
        box = SecretBox(kdf(KEY, plain_code(code), self.salt, opslimit=self.operations, memlimit=self.memory))
        try:
            return bytes(box.decrypt(self.wrapped))
        except (nacl.exceptions.CryptoError, nacl.exceptions.ValueError) as error:
            raise DaftarError("bundle_code_wrong") from error


@dataclass(frozen=True, slots=True)
class ContentKey:
    """The key of one bundle. `place` keeps a piece from being put where another belongs."""

    bundle: bytes
    key: bytes = field(repr=False)

    @classmethod
    def draw(cls, bundle: bytes) -> ContentKey:
        return cls(bundle, secrets.token_bytes(KEY))

    def seal(self, piece: bytes, place: int) -> bytes:
        nonce = self._nonce(place)
        return bytes(crypto_aead_xchacha20poly1305_ietf_encrypt(piece, self.bundle, nonce, self.key))

    def open(self, sealed: bytes, place: int) -> bytes:
        """Raises `bundle_damaged` for anything that was not sealed under this key for this place."""
        try:
            piece = crypto_aead_xchacha20poly1305_ietf_decrypt(
                sealed, self.bundle, self._nonce(place), self.key
            )
        except (nacl.exceptions.CryptoError, nacl.exceptions.ValueError) as error:
            raise DaftarError("bundle_damaged") from error
        return bytes(piece)

    def wrap(self, recipient: PublicKeys) -> bytes:
        return bytes(SealedBox(PublicKey(recipient.sealing)).encrypt(self.key))

    def lock(self, code: str, *, operations: int = 3, memory: int = 64 << 20) -> Lock:
        salt = secrets.token_bytes(_SALT)
        box = SecretBox(kdf(KEY, plain_code(code), salt, opslimit=operations, memlimit=memory))
        return Lock(salt, operations, memory, bytes(box.encrypt(self.key)))

    @staticmethod
    def _nonce(place: int) -> bytes:
        return place.to_bytes(_NONCE)


def unwrap(
    bundle: bytes, recipients: Sequence[tuple[bytes, bytes]], keys: Iterable[SecretKeys]
) -> ContentKey:
    """The content key for whichever of these keys it was sealed to; raises `bundle_not_for_you`."""
    for own in keys:
        mark = own.public.mark
        for marked, wrapped in recipients:
            if marked != mark:
                continue
            try:
                return ContentKey(bundle, bytes(SealedBox(own.box).decrypt(wrapped)))
            except (nacl.exceptions.CryptoError, nacl.exceptions.ValueError) as error:
                raise DaftarError("bundle_damaged") from error
    raise DaftarError("bundle_not_for_you")


def plain_code(code: str) -> bytes:
    """A code as it counts: spaces, dashes and the size of letters do not."""
    return "".join(sign for sign in code.upper() if sign.isalnum()).encode()


def digest_of(piece: bytes) -> bytes:
    return hashlib.blake2b(piece, digest_size=32).digest()
