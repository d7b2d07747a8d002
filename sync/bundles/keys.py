"""The two key pairs of a device or of the server, grown from one seed: to sign, and to be sealed to."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.public import PrivateKey
from nacl.signing import SigningKey, VerifyKey

from sync.errors import DaftarError

SEED: Final = 32
PUBLIC: Final = 64
KEY: Final = 32


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What others know of a device: how to check what it signed, and how to seal something for it."""

    signing: bytes
    sealing: bytes

    @classmethod
    def read(cls, packed: bytes) -> PublicKeys:
        """The inverse of `pack`; raises `bad_keys`."""
        if len(packed) != PUBLIC:
            raise DaftarError("bad_keys")
        return cls(packed[:KEY], packed[KEY:])

    def pack(self) -> bytes:
        return self.signing + self.sealing

    @property
    def mark(self) -> bytes:
        """Eight bytes by which a recipient finds its own copy of a content key."""
        return hashlib.blake2b(self.sealing, digest_size=8, person=b"daftar mark").digest()

    @property
    def fingerprint(self) -> str:
        """What two people read to each other: five groups of four signs."""
        digest = hashlib.blake2b(self.pack(), digest_size=13, person=b"daftar finger").digest()
        signs = base64.b32encode(digest).decode()[:20]
        return "-".join(signs[at : at + 4] for at in range(0, 20, 4))

    def has_signed(self, signature: bytes, said: bytes) -> bool:
        """Whether this device signed exactly these bytes."""
        try:
            VerifyKey(self.signing).verify(said, signature)
        except (BadSignatureError, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SecretKeys:
    """The secret half; the seed lies in the encrypted database, or in the server's settings."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED:
            raise DaftarError("bad_keys")

    @property
    def _signer(self) -> SigningKey:
        return SigningKey(self._grow(b"sign"))

    @property
    def box(self) -> PrivateKey:
        return PrivateKey(self._grow(b"seal"))

    @property
    def public(self) -> PublicKeys:
        return PublicKeys(bytes(self._signer.verify_key), bytes(self.box.public_key))

    def sign(self, said: bytes) -> bytes:
        return bytes(self._signer.sign(said).signature)

    def _grow(self, purpose: bytes) -> bytes:
        return hashlib.blake2b(self.seed, digest_size=KEY, person=b"daftar " + purpose).digest()
