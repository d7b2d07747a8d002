"""A strand: one frame of one device that proves by itself whose it is, wherever it was carried.

Its author signs where the chain of changes stood before and behind it, not the container, so the frame may be
packed anew and the signature still holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync.changes import chain_over
from sync.errors import DaftarError
from sync.frames.block import Block, changes_of
from sync.frames.packing import open_frame

_TITLE: Final = b"daftar strand 1\0"
_CHAIN: Final = 16
SIGNATURE: Final = 64


@dataclass(frozen=True, slots=True)
class Strand:
    """Changes `first`…`last` of one device in one workspace; `before` and `after` are its chain there."""

    workspace: bytes
    device: int
    first: int
    last: int
    before: bytes
    after: bytes
    signature: bytes
    frame: bytes

    def said(self) -> bytes:
        """The bytes that the author signs."""
        return said(
            self.workspace,
            self.device,
            first=self.first,
            last=self.last,
            before=self.before,
            after=self.after,
        )


def said(workspace: bytes, device: int, *, first: int, last: int, before: bytes, after: bytes) -> bytes:
    """What a signature covers: place, numbers, and the chain on both sides."""
    numbers = b"".join(number.to_bytes(8) for number in (device, first, last))
    return _TITLE + workspace + numbers + before + after


def open_strand(strand: Strand) -> Block:
    """The block of a strand, after its numbers and its chain were computed again.

    Raises `bad_frame` where they are not what the strand says.
    """
    block = open_frame(strand.frame, strand.workspace)
    # Their count first: nothing is made for numbers that somebody else wrote down.
    whole = 0 < len(block.dseqs) == strand.last - strand.first + 1
    if not whole or block.dseqs != list(range(strand.first, strand.last + 1)):
        raise DaftarError("bad_frame", reason="order")
    if any(device != strand.device for device in block.devices):
        raise DaftarError("bad_frame", reason="device")
    if any(group.hole for group in block.groups):
        raise DaftarError("bad_frame", reason="change")
    if len(strand.before) != _CHAIN or chain_over(strand.before, changes_of(block)) != strand.after:
        raise DaftarError("bad_frame", reason="chain")
    return block
