"""What stands where in a bundle file, and how large each part may be.

    magic (8) · length of the head (4) · head · signature (64) · sealed manifest · sealed pieces back to back

The head is readable by everybody: kind, who made it, when, how much. The manifest names every piece with its
length and hash; each volume of a split bundle repeats it, so that each can be applied alone. Every length is
checked against a cap before anything is read or made for it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import msgpack

from sync.bundles.cards import CARD_CAP, Card
from sync.bundles.sealing import MARK, OVERHEAD, WRAPPED, Lock
from sync.errors import DaftarError
from sync.frames.container import STORED_CAP
from sync.frames.strand import SIGNATURE

MAGIC: Final = b"DAFTAR\x00B"
VERSION: Final = 1
HEAD_CAP: Final = 64 * 1024
META_CAP: Final = 512 * 1024
MOST_PIECES: Final = 40_000
MOST_RECIPIENTS: Final = 200
PIECE_CAP: Final = STORED_CAP + 64 * 1024
MOST_VOLUMES: Final = 10_000
HASH: Final = 32
LENGTH: Final = 4
CRITICAL: Final = 128
"""A kind of piece from here on has to be understood: who does not know it takes nothing of the bundle. One
below is passed over by whoever does not know it, who takes everything else.
"""
PART_NEWER: Final = "bundle_part_newer"
"""The code of a piece that was passed over, because a later version knows what it is."""
_ENTRY: Final = struct.Struct(">BHQQQ16s64sI32s")
MANIFEST_CAP: Final = META_CAP + MOST_PIECES * _ENTRY.size + LENGTH
_HEAD_PARTS: Final = 15
_TITLE: Final = b"daftar bundle 1\0"


class PieceKind(IntEnum):
    """What a piece is."""

    STRAND = 1
    PULLED = 2
    BLOB = 3
    SNAPSHOT = 4


@dataclass(frozen=True, slots=True)
class Head:
    """The public part of one volume."""

    kind: str
    bundle: bytes
    made_ms: int
    volume: int
    volumes: int
    card: Card
    server: bytes
    changes: int
    places: int
    recipients: tuple[tuple[bytes, bytes], ...]
    lock: Lock | None
    manifest_size: int
    manifest_hash: bytes
    first_piece: int
    pieces: int

    def pack(self) -> bytes:
        body = [
            VERSION,
            self.kind,
            self.bundle,
            self.made_ms,
            [self.volume, self.volumes],
            self.card.pack(),
            self.server,
            self.changes,
            self.places,
            [list(one) for one in self.recipients],
            None if self.lock is None else self.lock.pack(),
            self.manifest_size,
            self.manifest_hash,
            self.first_piece,
            self.pieces,
        ]
        return bytes(msgpack.packb(body))

    @staticmethod
    def said(packed: bytes) -> bytes:
        """What the maker signs: the head, and by the hash in it the manifest and every piece."""
        return _TITLE + packed

    @classmethod
    def read(cls, packed: bytes) -> Head:
        parts = _unpack(packed, HEAD_CAP)
        if parts and type(parts[0]) is int and parts[0] > VERSION:
            raise DaftarError("bundle_newer")
        if len(parts) != _HEAD_PARTS or parts[0] != VERSION:
            raise DaftarError("bundle_damaged")
        volume, volumes = (_number(one, MOST_VOLUMES) for one in _list(parts[4], 2, exactly=True))
        if not isinstance(parts[1], str) or not 1 <= volume <= volumes:
            raise DaftarError("bundle_damaged")
        first, count = _number(parts[13], MOST_PIECES), _number(parts[14], MOST_PIECES)
        try:
            card = Card.read(_bytes(parts[5], most=CARD_CAP))
        except DaftarError as error:
            raise DaftarError("bundle_damaged") from error
        return cls(
            parts[1][:20],
            _bytes(parts[2], exactly=16),
            _number(parts[3]),
            volume,
            volumes,
            card,
            _bytes(parts[6], most=MARK),
            _number(parts[7]),
            _number(parts[8]),
            tuple(_recipient(one) for one in _list(parts[9], MOST_RECIPIENTS)),
            Lock.read(parts[10]),
            _number(parts[11], MANIFEST_CAP + OVERHEAD),
            _bytes(parts[12], exactly=HASH),
            first,
            count,
        )


def _recipient(item: Any) -> tuple[bytes, bytes]:
    mark, wrapped = _list(item, 2, exactly=True)
    return _bytes(mark, exactly=MARK), _bytes(wrapped, exactly=WRAPPED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece in the manifest. What `device`, `first`, `last`, `before` mean depends on the kind; one that
    this version does not know stays a number.
    """

    kind: PieceKind | int
    place: int
    device: int = 0
    first: int = 0
    last: int = 0
    before: bytes = bytes(16)
    signature: bytes = bytes(SIGNATURE)
    size: int = 0
    hash: bytes = bytes(HASH)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a bundle: `notes` for the recipient, and every piece in order.

    Notes are positional lists under short names; whoever does not know a name leaves it alone.
    """

    notes: dict[str, Any]
    entries: tuple[Entry, ...]

    def pack(self) -> bytes:
        notes = bytes(msgpack.packb([[name, value] for name, value in sorted(self.notes.items())]))
        if len(notes) > META_CAP or len(self.entries) > MOST_PIECES:
            raise DaftarError("bundle_too_large")
        table = b"".join(
            _ENTRY.pack(
                one.kind,
                one.place,
                one.device,
                one.first,
                one.last,
                one.before,
                one.signature,
                one.size,
                one.hash,
            )
            for one in self.entries
        )
        return len(notes).to_bytes(LENGTH) + notes + table

    @classmethod
    def read(cls, packed: bytes) -> Manifest:
        end = LENGTH + int.from_bytes(packed[:LENGTH])
        if len(packed) < end or end - LENGTH > META_CAP or (len(packed) - end) % _ENTRY.size:
            raise DaftarError("bundle_damaged")
        notes: dict[str, Any] = {}
        for item in _unpack(packed[LENGTH:end], META_CAP):
            name, value = _list(item, 2, exactly=True)
            if not isinstance(name, str):
                raise DaftarError("bundle_damaged")
            notes[name] = value
        if (len(packed) - end) // _ENTRY.size > MOST_PIECES:
            raise DaftarError("bundle_too_large")
        table = memoryview(packed)[end:]
        return cls(notes, tuple(_entry(*parts) for parts in _ENTRY.iter_unpack(table)))


def _entry(kind: int, place: int, *rest: Any) -> Entry:
    known = kind in tuple(PieceKind)
    if not known and kind >= CRITICAL:
        raise DaftarError("bundle_newer")
    entry = Entry(PieceKind(kind) if known else kind, place, *rest)
    if not OVERHEAD <= entry.size <= PIECE_CAP + OVERHEAD:
        raise DaftarError("bundle_damaged")
    if known and max(entry.device, entry.first, entry.last) >> 62:
        raise DaftarError("bundle_damaged")
    return entry


def _unpack(packed: bytes, most: int) -> list[Any]:
    if len(packed) > most:
        raise DaftarError("bundle_too_large")
    try:
        parts = msgpack.unpackb(packed, max_map_len=0, strict_map_key=True)
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as error:
        raise DaftarError("bundle_damaged") from error
    if not isinstance(parts, list):
        raise DaftarError("bundle_damaged")
    return parts


def _number(item: Any, most: int = (1 << 62) - 1) -> int:
    if type(item) is not int or not 0 <= item <= most:
        raise DaftarError("bundle_damaged")
    return item


def _bytes(item: Any, *, exactly: int | None = None, most: int = 1 << 20) -> bytes:
    if not isinstance(item, bytes) or len(item) > most or (exactly is not None and len(item) != exactly):
        raise DaftarError("bundle_damaged")
    return item


def _list(item: Any, most: int, *, exactly: bool = False) -> Sequence[Any]:
    if not isinstance(item, list) or len(item) > most or (exactly and len(item) != most):
        raise DaftarError("bundle_damaged")
    return item
