"""The settled state of a record as the server stores it.

Layout: the creation, the values exactly as they were packed for the creation's chain and digest term, and
only for records that changed since, registers and the names of their long texts. So a new record is
stored without being taken apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgpack

from sync.changes import pack_body
from sync.frames import Block
from sync.merge import RecordState, Register
from sync.wire.states import unpack_plain, unpack_state

__all__ = ["pack_creation", "pack_creations", "pack_state", "unpack_plain", "unpack_state"]


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
