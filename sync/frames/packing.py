"""Cutting changes into frames, and joining small frames into larger ones, without splitting a `txn`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sync.changes import Change
from sync.errors import DaftarError
from sync.frames.block import Block, block_of, changes_of
from sync.frames.codec import decode_block, encode_block
from sync.frames.container import FRAME_LIMIT, STORED_CAP, seal, unseal

_FIRST_GUESS = 512


def make_frame(block: Block, *, level: int = 3) -> bytes:
    """One frame around one block; raises `DaftarError("too_big")` past the stored cap."""
    frame = seal(encode_block(block), level=level)
    if len(frame) > STORED_CAP:
        raise DaftarError("too_big", bytes=len(frame))
    return frame


def open_frame(data: bytes, workspace: bytes, *, values: bool = True) -> Block:
    """The block of a buffer that holds exactly one frame; without `values` only which changes it has."""
    frame = unseal(data)
    if frame.end != len(data):
        raise DaftarError("bad_frame", reason="tail")
    return decode_block(frame.payload, workspace, values=values)


@dataclass(frozen=True, slots=True)
class Packed:
    """One frame, the block in it and the changes it was made of."""

    frame: bytes
    block: Block
    changes: list[Change]


def pack_changes(
    changes: Sequence[Change], *, limit: int = FRAME_LIMIT, level: int = 3
) -> Iterator[tuple[bytes, list[Change]]]:
    """Cut changes into frames of at most `limit` bytes; one `txn` is never split."""
    for packed in pack_blocks(changes, limit=limit, level=level):
        yield packed.frame, packed.changes


def pack_blocks(changes: Sequence[Change], *, limit: int = FRAME_LIMIT, level: int = 3) -> Iterator[Packed]:
    """Like `pack_changes`, with the block of each frame for whoever applies it too."""
    whole = [list(run) for _, run in groupby(changes, key=lambda change: (change.device, change.txn))]
    at, guess = 0, _FIRST_GUESS
    while at < len(whole):
        taken = _take(whole, at, guess)
        packed = _pack(whole[at : at + taken], level)
        while len(packed.frame) > limit and taken > 1:
            taken = max(1, min(taken - 1, taken * limit * 9 // (len(packed.frame) * 10)))
            packed = _pack(whole[at : at + taken], level)
        yield packed
        at += taken
        guess = max(1, len(packed.changes) * limit * 9 // (len(packed.frame) * 10))


def _pack(runs: Sequence[Sequence[Change]], level: int) -> Packed:
    changes = [change for run in runs for change in run]
    block = block_of(changes)
    return Packed(make_frame(block, level=level), block, changes)


def _take(whole: Sequence[Sequence[Change]], at: int, guess: int) -> int:
    """How many runs from `at` hold about `guess` changes; at least one."""
    count = taken = 0
    for run in whole[at:]:
        if taken and count + len(run) > guess:
            break
        count += len(run)
        taken += 1
    return taken


def join_frames(frames: Iterable[bytes], workspace: bytes) -> list[Change]:
    """The changes of consecutive frames, to be packed again."""
    return [change for frame in frames for change in changes_of(open_frame(frame, workspace))]
