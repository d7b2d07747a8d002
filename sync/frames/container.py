"""The frame container: a short positional header, a payload that may be compressed, and a hash.

Layout: kind (1 byte), codec (1 byte), raw length, stored length, dictionary id (varints), then the
first 16 bytes of BLAKE2b over the stored payload, then the payload. Frames are immutable once made
and decodable alone; the raw length is checked against a cap before anything is decompressed.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from sync.errors import DaftarError

CHANGES: Final = 1
STATES: Final = 2
"""A piece of a snapshot: settled states instead of changes."""
STORED: Final = 0
ZSTD: Final = 1
HASH_BYTES: Final = 16
FRAME_LIMIT: Final = 64 * 1024
"""Compressed bytes of one frame, at most; a frame of one change may be larger, up to `STORED_CAP`."""
STORED_CAP: Final = 1024 * 1024
FRAME_CAP: Final = STORED_CAP + 64
"""A whole frame with its header, at most."""
RAW_CAP: Final = 8 * 1024 * 1024
_VARINT_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as read: where it ended in the buffer, and its decompressed payload."""

    kind: int
    payload: bytes
    end: int


def seal(payload: bytes, *, kind: int = CHANGES, level: int = 3) -> bytes:
    """Make a frame; small payloads that do not shrink are stored as they are."""
    stored, codec = payload, STORED
    if len(payload) > 64:
        packed = zstd.compress(payload, level)
        if len(packed) < len(payload):
            stored, codec = packed, ZSTD
    header = bytearray((kind, codec))
    for number in (len(payload), len(stored), 0):
        _put_varint(header, number)
    return bytes(header) + _hash(stored) + stored


def unseal(data: bytes, start: int = 0, *, wanted: int = CHANGES) -> Frame:
    """Read the frame at `start`, which must be of the wanted kind.

    Raises `DaftarError("bad_frame")` for anything malformed and `DaftarError("cut_frame")` when the
    buffer ends before the frame does.
    """
    if len(data) < start + 2:
        raise DaftarError("cut_frame")
    kind, codec = data[start], data[start + 1]
    raw_length, at = _get_varint(data, start + 2)
    stored_length, at = _get_varint(data, at)
    dictionary, at = _get_varint(data, at)
    if kind != wanted or codec not in (STORED, ZSTD) or dictionary:
        raise DaftarError("bad_frame", reason="header")
    if raw_length > RAW_CAP or stored_length > STORED_CAP:
        raise DaftarError("bad_frame", reason="size")
    end = at + HASH_BYTES + stored_length
    if len(data) < end:
        raise DaftarError("cut_frame")
    stored = data[at + HASH_BYTES : end]
    if _hash(stored) != data[at : at + HASH_BYTES]:
        raise DaftarError("bad_frame", reason="hash")
    return Frame(kind, _open(stored, codec, raw_length), end)


def frame_hash(data: bytes) -> bytes | None:
    """The hash of the frame that begins in `data`; None where too little of it is there to tell."""
    try:
        at = 2
        for _ in range(3):
            _, at = _get_varint(data, at)
    except DaftarError:
        return None
    known = data[at : at + HASH_BYTES]
    return known if len(known) == HASH_BYTES else None


def is_intact(data: bytes) -> bool:
    """Whether a buffer holds exactly one frame as its maker sealed it, whatever is in it."""
    try:
        at = 2
        _, at = _get_varint(data, at)
        stored, at = _get_varint(data, at)
        _, at = _get_varint(data, at)
    except DaftarError:
        return False
    begin = at + HASH_BYTES
    return len(data) == begin + stored and _hash(data[begin:]) == data[at:begin]


def repack(data: bytes, *, level: int) -> bytes:
    """The frame with its payload compressed at another level, where that is smaller."""
    frame = unseal(data)
    again = seal(frame.payload, kind=frame.kind, level=level)
    return again if len(again) < len(data) else data


def read_frames(data: bytes) -> Iterator[Frame]:
    """Every frame of a buffer that holds nothing else."""
    at = 0
    while at < len(data):
        frame = unseal(data, at)
        yield frame
        at = frame.end


def _open(stored: bytes, codec: int, raw_length: int) -> bytes:
    if codec == STORED:
        payload = stored
    else:
        try:
            payload = zstd.ZstdDecompressor().decompress(stored, max_length=raw_length + 1)
        except zstd.ZstdError as error:
            raise DaftarError("bad_frame", reason="zstd") from error
    if len(payload) != raw_length:
        raise DaftarError("bad_frame", reason="length")
    return payload


def _hash(stored: bytes) -> bytes:
    return hashlib.blake2b(stored, digest_size=HASH_BYTES).digest()


def _put_varint(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _get_varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for shift in range(_VARINT_BYTES):
        if at >= len(data):
            raise DaftarError("cut_frame")
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return number, at
    raise DaftarError("bad_frame", reason="varint")
