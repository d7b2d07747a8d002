"""Everything that some bytes say: what is packed, compressed or framed in them is opened, however deep."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgpack

from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge.chunks import Chunk, open_piece

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MAGIC = b"\x28\xb5\x2f\xfd"
_DEEPEST = 5
_MOST = 1 << 24


def spoken(data: bytes) -> bytes:
    """The bytes, and behind them whatever can be made of them."""
    return b"\n".join(_said(data, 0))


def _said(data: bytes, depth: int) -> Iterator[bytes]:
    yield data
    if depth == _DEEPEST or len(data) < 4:
        return
    yield from _changes(data)
    at = data.find(_MAGIC)
    while at >= 0:
        with suppress(zstd.ZstdError):
            yield from _said(zstd.ZstdDecompressor().decompress(data[at:], _MOST), depth + 1)
        at = data.find(_MAGIC, at + 1)
    with suppress(ValueError, TypeError, msgpack.UnpackException):
        unpacker = msgpack.Unpacker(strict_map_key=False)
        unpacker.feed(data)
        for value in unpacker:
            for inner in _parts(value):
                yield from _said(inner, depth + 1)


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _parts(list(pair))


def _changes(data: bytes) -> Iterator[bytes]:
    """What a frame of changes or a piece of a snapshot says, the ids of its records too."""
    with suppress(DaftarError):
        for change in changes_of(open_frame(data, bytes(16))):
            yield change.record + repr(change).encode()
    with suppress(DaftarError):
        piece = open_piece(data, bytes(16))
        if isinstance(piece, Chunk):
            for group in piece.block.groups:
                for state in piece.states(group):
                    yield state.record + repr(state).encode()
        else:
            yield repr(piece).encode()
            for record, frame in piece.histories.items():
                yield record
                yield from _changes(frame)
