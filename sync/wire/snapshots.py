"""What a laptop is told of a snapshot, and of the history it does not hold (SYNC §4, §6).

`GET /v1/snapshots/{workspace}` answers with a manifest, `GET /v1/chunks/{hash}` with the bytes of a piece
(from an offset, where a Range asks for that), `GET /v1/history/{workspace}/{record}` with changes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sync.errors import DaftarError
from sync.wire.packing import PROTOCOL, answered, items, octets, pack, unpack

HASH_BYTES: Final = 32
_DIGEST_BYTES: Final = 16
_MOST_PIECES: Final = 100_000
_MOST_FRAMES: Final = 1_000_000
_LARGEST: Final = 1 << 24


def hash_of(data: bytes) -> bytes:
    """The address of a piece."""
    return hashlib.blake2b(data, digest_size=HASH_BYTES).digest()


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a snapshot by its address."""

    hash: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The settled state of a workspace at `pseq`: its digest, and its pieces in order of importance.

    The first piece holds the tables, the rest records. After the first `usable` pieces a person can work.
    """

    pseq: int
    digest: bytes
    usable: int
    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        return sum(piece.size for piece in self.pieces)

    @property
    def usable_size(self) -> int:
        return sum(piece.size for piece in self.pieces[: self.usable])

    def pack(self) -> bytes:
        sizes = [piece.size for piece in self.pieces]
        hashes = b"".join(piece.hash for piece in self.pieces)
        return pack([PROTOCOL, self.pseq, self.digest, self.usable, sizes, hashes])

    @classmethod
    def unpack(cls, data: bytes) -> Manifest:
        """Raises `DaftarError("bad_answer")` for anything else than a manifest."""
        with answered():
            _, pseq, digest, usable, sizes, hashes = unpack(data, 6)[:6]
        sound = (
            type(pseq) is int
            and pseq > 0
            and type(digest) is bytes
            and len(digest) == _DIGEST_BYTES
            and type(sizes) is list
            and 0 < len(sizes) <= _MOST_PIECES
            and all(type(size) is int and 0 < size <= _LARGEST for size in sizes)
            and type(hashes) is bytes
            and len(hashes) == HASH_BYTES * len(sizes)
            and type(usable) is int
            and 0 < usable <= len(sizes)
        )
        if not sound:
            raise DaftarError("bad_answer")
        pieces = tuple(
            Piece(hashes[at * HASH_BYTES : (at + 1) * HASH_BYTES], size) for at, size in enumerate(sizes)
        )
        return cls(pseq, digest, usable, pieces)


@dataclass(frozen=True, slots=True)
class HistoryAnswer:
    """Every change of one record that the server has, as frames, oldest first."""

    frames: tuple[bytes, ...]

    def pack(self) -> bytes:
        return pack([PROTOCOL, list(self.frames)])

    @classmethod
    def unpack(cls, data: bytes) -> HistoryAnswer:
        with answered():
            frames = items(unpack(data, 2)[1], _MOST_FRAMES)
            return cls(tuple(octets(frame) for frame in frames))
