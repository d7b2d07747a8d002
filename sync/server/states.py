"""The settled state of a record as the server stores it.

Layout: the creation, the values exactly as they were packed for the creation's chain and digest term, and
only for records that changed since, registers and the names of their long texts. So a new record is
stored without being taken apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgpack

from sync.changes import Bases, pack_body
from sync.frames import Block
from sync.merge import Head, RecordState, Register


def pack_creation(device: int, dseq: int, stamp: int, author: bytes) -> bytes:
    """The first part; `pack_body` of the values follows it."""
    return bytes(msgpack.packb((device, dseq, stamp, author)))


def pack_creations(block: Block, positions: Sequence[int]) -> Iterable[bytes]:
    """`pack_creation` of the changes at some positions of a block."""
    columns: tuple[list[Any], ...] = (block.devices, block.dseqs, block.stamps, block.authors)
    rows = zip(*([column[at] for at in positions] for column in columns), strict=True)
    return map(msgpack.Packer().pack, rows)


def pack_state(state: RecordState) -> bytes:
    """The whole state but its long texts, which are rows of their own."""
    created = state.created or (0, 0)
    stored = pack_creation(*created, state.created_stamp, state.created_by) + pack_body(state.values)
    if state.heads or state.texts:
        heads = [[key, *_pack_register(register)] for key, register in sorted(state.heads.items())]
        stored += msgpack.packb((heads, sorted(state.texts)))
    return stored


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


def _pack_register(register: Register) -> tuple[list[Any], list[Any]]:
    heads = [
        (
            *head.id,
            head.stamp,
            head.author,
            head.value,
            head.creation,
            [[key, list(ids)] for key, ids in sorted(head.covers.items())],
        )
        for head in register.heads
    ]
    return heads, sorted(register.awaited)


def _unpack_register(packed: list[Any], awaited: list[Any]) -> Register:
    heads = tuple(
        Head((device, dseq), stamp, author, value, creation, {key: _ids(ids) for key, ids in covers})
        for device, dseq, stamp, author, value, creation, covers in packed
    )
    return Register(heads, frozenset(_ids(awaited)))


def _ids(packed: list[Any]) -> Bases:
    return tuple((device, dseq) for device, dseq in packed)
