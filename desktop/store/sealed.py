"""A file encrypted in chunks: read from any byte on, written bit by bit, gone on with after a cut.

Each chunk is sealed by itself (XChaCha20-Poly1305) under a nonce drawn anew for each writing, and bound to
the file's fingerprint and its own place, so that chunks cannot be exchanged, moved or left out unseen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

import nacl.bindings
import nacl.exceptions
import nacl.utils

from sync.errors import DaftarError

MAGIC: Final = b"DAFTARF1"
CHUNK: Final = 64 * 1024
_NONCE: Final = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_MORE: Final = _NONCE + nacl.bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
_SEALED: Final = CHUNK + _MORE


def sealed_size(path: Path) -> int:
    """How many plain bytes a sealed file holds."""
    whole, rest = divmod(max(0, path.stat().st_size - len(MAGIC)), _SEALED)
    return whole * CHUNK + max(0, rest - _MORE)


def read_sealed(path: Path, *, key: bytes, fingerprint: bytes, start: int = 0) -> Iterator[bytes]:
    """The plain bytes from an offset on; raises `file_damaged` where a chunk is not what was written."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise DaftarError("file_damaged")
        index, skip = divmod(start, CHUNK)
        file.seek(len(MAGIC) + index * _SEALED)
        while sealed := file.read(_SEALED):
            plain = _open(sealed, key=key, bound=_bound(fingerprint, index))
            yield plain[skip:]
            index, skip = index + 1, 0


class Sealing:
    """Writes a sealed file. One that is there already is gone on with behind what it holds."""

    def __init__(self, path: Path, *, key: bytes, fingerprint: bytes) -> None:
        self._key = key
        self._fingerprint = fingerprint
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self._file: BinaryIO = os.fdopen(handle, "r+b")
        self._tail = bytearray()
        self._index = 0
        self._resume()

    @property
    def size(self) -> int:
        """How many plain bytes there are."""
        return self._index * CHUNK + len(self._tail)

    def write(self, data: bytes) -> None:
        self._tail += data
        while len(self._tail) >= CHUNK:
            self._put(bytes(self._tail[:CHUNK]))
            del self._tail[:CHUNK]
            self._index += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep what came, also after an error: it need not come again."""
        with self._file:
            if self._tail:
                self._put(bytes(self._tail))
            self._file.flush()
            os.fsync(self._file.fileno())

    def _put(self, plain: bytes) -> None:
        nonce = nacl.utils.random(_NONCE)
        bound = _bound(self._fingerprint, self._index)
        sealed = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, bound, nonce, self._key)
        self._file.write(nonce + sealed)

    def _resume(self) -> None:
        """Take the last, short chunk back to be written whole; what a power cut tore is left out."""
        try:
            head = self._file.read(len(MAGIC))
            if head != MAGIC:
                self._file.seek(0)
                self._file.truncate()
                self._file.write(MAGIC)
                return
            end = self._file.seek(0, os.SEEK_END) - len(MAGIC)
            self._index, rest = divmod(end, _SEALED)
            at = len(MAGIC) + self._index * _SEALED
            self._file.seek(at)
            self._tail += _torn(self._file.read(rest), key=self._key, bound=self._here())
            self._file.seek(at)
            self._file.truncate()
        except BaseException:
            self._file.close()
            raise

    def _here(self) -> bytes:
        return _bound(self._fingerprint, self._index)


def _torn(sealed: bytes, *, key: bytes, bound: bytes) -> bytes:
    try:
        return _open(sealed, key=key, bound=bound) if sealed else b""
    except DaftarError:
        return b""


def _open(sealed: bytes, *, key: bytes, bound: bytes) -> bytes:
    if len(sealed) <= _MORE:
        raise DaftarError("file_damaged")
    try:
        return nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[_NONCE:], bound, sealed[:_NONCE], key
        )
    except (nacl.exceptions.CryptoError, nacl.exceptions.TypeError, nacl.exceptions.ValueError) as error:
        raise DaftarError("file_damaged") from error


def _bound(fingerprint: bytes, index: int) -> bytes:
    return fingerprint + index.to_bytes(8)
