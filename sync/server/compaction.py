"""Moves the beginning of a log behind the horizon: large frames of history, which no pull reads (SYNC §6).

For every cursor the answer leads to the same state as before: one behind the horizon is answered from the
log, one before it by the snapshot, which covers everything that was moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from sync.changes import ChangeId
from sync.clock import Clock, stamp_ms
from sync.frames import Block
from sync.frames.container import FRAME_LIMIT
from sync.frames.joining import join_blocks
from sync.frames.packing import make_frame, open_frame
from sync.server.snapshots import Snapshots
from sync.server.storage import Storage, archive, journal
from sync.server.storage.archive import Stored
from sync.server.stored import EMPTIED, mark_of, pack_effective, read_stored, unpack_effective

LEVEL: Final = 19
JOINED: Final = 8 * FRAME_LIMIT
"""So many bytes of frames are joined into one."""
DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Compacted:
    """What became of one log: its frames and bytes before and behind, and where it begins now."""

    horizon: int
    frames: int
    bytes_before: int
    bytes_after: int


class Compactor:
    """Compacts logs; may run while laptops synchronise."""

    def __init__(self, storage: Storage, snapshots: Snapshots, *, clock: Clock) -> None:
        self._storage = storage
        self._snapshots = snapshots
        self._clock = clock

    def compact(self, workspace: bytes, *, keep_days: int, keep_bytes: int = 0) -> Compacted:
        """Move behind the horizon what is older than `keep_days`, but leave `keep_bytes` in the log."""
        with self._storage.reading() as connection:
            border = self._border(connection, workspace, keep_days, keep_bytes)
            newest = archive.latest_snapshot(connection, workspace)
        if border and (newest is None or newest.pseq < border):
            self._snapshots.make(workspace)
        return self._storage.writing(lambda connection: self._move(connection, workspace, border))

    def _border(self, connection: Connection, workspace: bytes, keep_days: int, keep_bytes: int) -> int:
        """The last `pseq` of the last frame that is old enough: the newest change in it counts."""
        oldest_kept = self._clock.now_ms() - keep_days * DAY_MS
        left = archive.log_bytes(connection, workspace, after=0)
        border = 0
        for stored in archive.log_frames(connection, workspace):
            left -= len(stored.frame)
            if stored.frame == EMPTIED:
                # It says nothing, and is as old as what stands before it.
                border = stored.last_pseq
                continue
            newest = _newest(stored, workspace)
            if left < keep_bytes or newest is None or newest > oldest_kept:
                # A frame that cannot be read stays where it is, with all behind it.
                break
            border = stored.last_pseq
        return border

    def _move(self, connection: Connection, workspace: bytes, border: int) -> Compacted:
        journal.lock_head(connection, workspace)
        newest = archive.latest_snapshot(connection, workspace)
        # Nothing may be missing from the log that no snapshot covers.
        border = min(border, newest.pseq if newest else 0)
        frames = list(archive.log_frames(connection, workspace, upto=border))
        if not frames:
            return Compacted(_horizon(connection, workspace), 0, 0, 0)
        rows = [(one, _marks(one, workspace)) for one in _join(frames, workspace)]
        archive.move_to_history(connection, workspace, rows, upto=frames[-1].last_pseq)
        return Compacted(
            frames[-1].last_pseq,
            len(frames),
            sum(len(one.frame) for one in frames),
            sum(len(one.frame) for one, _ in rows),
        )


def _horizon(connection: Connection, workspace: bytes) -> int:
    start = archive.log_start(connection, workspace)
    return journal.read_head(connection, workspace).pseq if start is None else start - 1


def _newest(stored: Stored, workspace: bytes) -> int | None:
    """When the youngest change of a frame was merged, as everybody reckons it; None if it cannot be read."""
    block = read_stored(stored.frame, workspace)
    if block is None:
        return None
    effective = unpack_effective(stored.effective)
    return stamp_ms(max(effective.get(at, stamp) for at, stamp in enumerate(block.stamps)))


def _join(frames: Sequence[Stored], workspace: bytes) -> Iterator[Stored]:
    """Consecutive frames as few large ones; a frame that is full already is packed harder by itself, and one
    that was emptied stays what it is.
    """
    part: list[Stored] = []
    size = 0
    for stored in frames:
        alone = stored.frame == EMPTIED
        if part and (alone or size + len(stored.frame) > JOINED):
            yield joined(part, workspace)
            part, size = [], 0
        if alone:
            yield stored
            continue
        part.append(stored)
        size += len(stored.frame)
    if part:
        yield joined(part, workspace)


def joined(part: Sequence[Stored], workspace: bytes) -> Stored:
    """Consecutive frames as one."""
    blocks: list[Block] = []
    stamps: dict[ChangeId, int] = {}
    for stored in part:
        block = open_frame(stored.frame, workspace)
        for at, stamp in unpack_effective(stored.effective).items():
            stamps[block.devices[at], block.dseqs[at]] = stamp
        blocks.append(block)
    whole = join_blocks(blocks)
    effective = pack_effective(zip(whole.devices, whole.dseqs, strict=True), stamps)
    frame = make_frame(whole, level=LEVEL)
    return Stored(part[0].first_pseq, part[-1].last_pseq, effective, frame)


def _marks(stored: Stored, workspace: bytes) -> bytes:
    if stored.frame == EMPTIED:
        return b""
    block = open_frame(stored.frame, workspace)
    records = {record for group in block.groups for record in group.records}
    return b"".join(sorted({mark_of(record) for record in records}))
