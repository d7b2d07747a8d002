"""Joining small frames into larger ones, column by column, without making a single change an object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sync.changes import Bases, Value
from sync.frames.block import Block, Column, Group
from sync.frames.container import FRAME_LIMIT
from sync.frames.packing import make_frame, open_frame

_TINY: Final = 4 * 1024
_LEVEL: Final = 7
"""Days of edits lie in one such frame: 3 % smaller than at level 3, for a millisecond."""
_SHRINK: Final = 3
"""Tiny frames shrink about so much when they are joined; larger ones hardly do."""

_Nature = tuple[str, bool, bool]


def expected_size(frame: bytes) -> int:
    """What a frame adds to the one it is joined into, as a guess."""
    return len(frame) // _SHRINK if len(frame) < _TINY else len(frame)


def rejoin(
    frames: Sequence[bytes], workspace: bytes, *, limit: int = FRAME_LIMIT, level: int = _LEVEL
) -> Iterator[tuple[bytes, int]]:
    """Consecutive frames as few of at most `limit` bytes: each with how many of the given ones it holds.

    Frames are never taken apart, so a `txn` stays in one piece.
    """
    at = 0
    while at < len(frames):
        end, size = at + 1, expected_size(frames[at])
        while end < len(frames) and (size := size + expected_size(frames[end])) <= limit:
            end += 1
        yield from _fit(frames[at:end], workspace, limit=limit, level=level)
        at = end


def _fit(frames: Sequence[bytes], workspace: bytes, *, limit: int, level: int) -> Iterator[tuple[bytes, int]]:
    if len(frames) == 1:
        yield frames[0], 1
        return
    joined = make_frame(join_blocks([open_frame(frame, workspace) for frame in frames]), level=level)
    if len(joined) <= limit:
        yield joined, len(frames)
        return
    middle = len(frames) // 2
    for half in (frames[:middle], frames[middle:]):
        yield from _fit(half, workspace, limit=limit, level=level)


def join_blocks(blocks: Sequence[Block]) -> Block:
    """The changes of blocks of one workspace, in order, as one block."""
    whole = Block(blocks[0].workspace, [], [], [], [], [], [])
    parts: dict[_Nature, list[tuple[int, Group]]] = {}
    for block in blocks:
        for group in block.groups:
            nature = (group.kind, group.create, group.hole)
            parts.setdefault(nature, []).append((len(whole), group))
        whole.devices += block.devices
        whole.dseqs += block.dseqs
        whole.stamps += block.stamps
        whole.txns += block.txns
        whole.authors += block.authors
    whole.groups = [_join_groups(nature, found) for nature, found in parts.items()]
    return whole


def _join_groups(nature: _Nature, parts: Sequence[tuple[int, Group]]) -> Group:
    joined = Group(*nature, [], [])
    columns: dict[tuple[str, str], list[tuple[int, int, Column]]] = {}
    for shift, group in parts:
        row = len(joined.records)
        joined.positions += [shift + position for position in group.positions]
        joined.records += group.records
        joined.covers.update({row + at: cover for at, cover in group.covers.items()})
        joined.formers.update({row + at: former for at, former in group.formers.items()})
        for column in group.columns:
            columns.setdefault((column.name, column.merge), []).append((row, len(group.records), column))
    count = len(joined.records)
    joined.columns = [_join_columns(*named, pieces, count) for named, pieces in columns.items()]
    return joined


def _join_columns(name: str, merge: str, pieces: Sequence[tuple[int, int, Column]], count: int) -> Column:
    values: list[Value] = []
    rows: list[int] = []
    keys: list[str] = []
    bases: list[Bases | None] = []
    for first, rows_there, column in pieces:
        values += column.values
        rows += [first + row for row in (range(rows_there) if column.rows is None else column.rows)]
        keys += column.keys or [""] * len(column.values)
        bases += column.bases or [None] * len(column.values)
    keyed = any(column.keys is not None for _, _, column in pieces)
    based = any(column.bases is not None for _, _, column in pieces)
    whole = not keyed and rows == list(range(count))
    return Column(
        name, merge, values, None if whole else rows, keys if keyed else None, bases if based else None
    )
