"""The settled state of a record as bytes: as the server stores it, and as it is sent to mend a laptop.

Layout: the creation, the values packed as for the digest term, and only for records that changed since,
registers and the names of their long texts.
"""

from __future__ import annotations

from typing import Any

import msgpack

from sync.changes import Bases
from sync.merge import Head, RecordState, Register


def unpack_state(
    stored: bytes, *, workspace: bytes, kind: str, record: bytes
) -> tuple[RecordState, list[str]]:
    """A state, and the names of the long texts that belong to it."""
    unpacker = msgpack.Unpacker(max_buffer_size=len(stored) + 1)
    unpacker.feed(stored)
    device, dseq, stamp, author = unpacker.unpack()
    flat = unpacker.unpack()
    state = RecordState(workspace, kind, record)
    if dseq:
        state.created, state.created_stamp, state.created_by = (device, dseq), stamp, author
    state.values = dict(zip(flat[::2], flat[1::2], strict=True))
    if unpacker.tell() == len(stored):
        return state, []
    heads, texts = unpacker.unpack()
    state.heads = {key: _unpack_register(packed, awaited) for key, packed, awaited in heads}
    return state, list(texts)


def unpack_plain(stored: bytes) -> tuple[int, list[Any]] | None:
    """Of a record that nobody has changed since it was made, and that has no long text: when it was made, and
    its names and values by turns. None of any other.
    """
    unpacker = msgpack.Unpacker(max_buffer_size=len(stored) + 1)
    unpacker.feed(stored)
    _, _, stamp, _ = unpacker.unpack()
    flat = unpacker.unpack()
    return (stamp, flat) if unpacker.tell() == len(stored) else None


def _unpack_register(packed: list[Any], awaited: list[Any]) -> Register:
    heads = tuple(
        Head((device, dseq), stamp, author, value, creation, {key: _ids(ids) for key, ids in covers})
        for device, dseq, stamp, author, value, creation, covers in packed
    )
    return Register(heads, frozenset(_ids(awaited)))


def _ids(packed: list[Any]) -> Bases:
    return tuple((device, dseq) for device, dseq in packed)
