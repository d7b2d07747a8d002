"""Settled states as bytes: the pieces a snapshot is made of (SYNC §6).

A piece is a block of creations, column by column, that say what each record shows now, and beside it the
heads of the records that were changed since they were made. So a record that nobody changed costs a
newcomer as little as in a log, and is applied the same way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

import msgpack

from sync.changes import Change, base_field
from sync.errors import DaftarError
from sync.frames import Block, Group, changes_of, decode_block, encode_block
from sync.frames.container import STATES, seal, unseal
from sync.frames.joining import join_blocks
from sync.merge.creations import block_of_creations
from sync.merge.heads import pack_heads, unpack_heads
from sync.merge.record import RecordState

VERSION: Final = 1
_RECORDS: Final = 0
_TABLES: Final = 1
_TEXT: Final = "t"
_PAIR: Final = 2
_ERASED: Final = 6
"""Where a table piece says what was erased; it ends before that where nothing was."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records: a block of creations, and which of its groups hold changed records, with their heads."""

    block: Block
    heads: Mapping[int, RecordState]
    """Position in the block -> the state of a record that was changed since it was made."""

    def states(self, group: Group) -> Iterator[RecordState]:
        """The records of a group, one by one."""
        positions = sorted(group.positions)
        if all(position in self.heads for position in positions):
            yield from (self.heads[position] for position in group.positions)
            return
        yield from (_state_of(change) for change in _changes_in(self.block, group))

    def is_plain(self, group: Group) -> bool:
        """Whether nobody changed the records of a group since they were made."""
        return not any(position in self.heads for position in group.positions)


@dataclass(frozen=True, slots=True)
class HoleMark:
    """A refused change: its id, why, and what its dependents inherit for each key."""

    device: int
    dseq: int
    code: str
    bases: Mapping[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Tables:
    """What a snapshot says beside its records, as of its `pseq`."""

    positions: Mapping[int, int]
    """Device -> its last change that the server had taken."""
    parked: frozenset[tuple[int, int]] = frozenset()
    """Changes that were taken and wait for their base."""
    holes: tuple[HoleMark, ...] = ()
    histories: Mapping[bytes, bytes] = field(default_factory=dict)
    """Record with an open conflict -> a frame of the changes that tell what stood there before."""
    erased: tuple[tuple[str, bytes], ...] = ()
    """Kind and id of every record that was erased for good."""

    def covers(self, change: tuple[int, int]) -> bool:
        """Whether the snapshot stands behind a change, as part of its states or as a hole."""
        return change[1] <= self.positions.get(change[0], 0) and change not in self.parked


def pack_chunk(
    states: Sequence[RecordState],
    classes: Mapping[str, Mapping[str, str]],
    *,
    level: int = 19,
    kept: Mapping[bytes, bytes] = MappingProxyType({}),
) -> bytes:
    """Settled states as one piece. `classes`: kind -> field -> merge class; `kept` are pieces that were made
    before, by what `said_by` tells of them: what says the same need not be compressed again.
    """
    blocks, changed = [], []
    ordered = sorted(states, key=lambda state: (state.kind, bool(state.heads)))
    for (kind, edited), run in groupby(ordered, key=lambda state: (state.kind, bool(state.heads))):
        part = sorted(run, key=lambda state: state.record)
        known = classes.get(kind, {})
        blocks.append((edited, block_of_creations(part, known)))
        changed += part if edited else []
    # `join_blocks` would put changed and plain records of a kind into one group; they are to stay apart.
    block = _side_by_side([one for _, one in blocks])
    named = [_other_classes(part, known) for part, known in _by_kind(changed, classes)]
    body = [VERSION, _RECORDS, encode_block(block), [int(edited) for edited, _ in blocks], named]
    payload = msgpack.packb([*body, pack_heads(changed)])
    return kept.get(_mark(payload)) or seal(payload, kind=STATES, level=level)


def said_by(piece: bytes) -> bytes:
    """A mark of what a piece says, however hard it was compressed; raises `bad_frame` and `cut_frame`."""
    return _mark(unseal(piece, wanted=STATES).payload)


def _mark(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=32).digest()


def pack_tables(tables: Tables, *, level: int = 19) -> bytes:
    body = [
        VERSION,
        _TABLES,
        sorted(tables.positions.items()),
        sorted(tables.parked),
        [
            [hole.device, hole.dseq, hole.code, [[key, list(ids)] for key, ids in sorted(hole.bases.items())]]
            for hole in tables.holes
        ],
        sorted(tables.histories.items()),
        *([sorted(tables.erased)] if tables.erased else []),
    ]
    return seal(msgpack.packb(body), kind=STATES, level=level)


def open_piece(data: bytes, workspace: bytes) -> Chunk | Tables:
    """Read a piece; raises `DaftarError("bad_frame")` for anything malformed, `frame_too_new` if it is."""
    frame = unseal(data, wanted=STATES)
    if frame.end != len(data):
        raise DaftarError("bad_frame", reason="tail")
    try:
        body = msgpack.unpackb(frame.payload, strict_map_key=True, max_map_len=0)
        if body[0] != VERSION or body[1] not in (_RECORDS, _TABLES):
            raise DaftarError("frame_too_new")
        return _read_chunk(body, workspace) if body[1] == _RECORDS else _read_tables(body)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, msgpack.UnpackException) as error:
        raise DaftarError("bad_frame", reason="piece") from error


def _side_by_side(blocks: Sequence[Block]) -> Block:
    whole = join_blocks(blocks[:1])
    for block in blocks[1:]:
        shift = len(whole)
        for group in block.groups:
            group.positions = [shift + position for position in group.positions]
            whole.groups.append(group)
        whole.devices += block.devices
        whole.dseqs += block.dseqs
        whole.stamps += block.stamps
        whole.txns += block.txns
        whole.authors += block.authors
    return whole


def _by_kind(
    changed: Sequence[RecordState], classes: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[list[RecordState], Mapping[str, str]]]:
    for kind, run in groupby(changed, key=lambda state: state.kind):
        yield list(run), classes.get(kind, {})


def _other_classes(states: Sequence[RecordState], classes: Mapping[str, str]) -> list[list[str]]:
    """The merge classes of changed fields, which may hold nothing now and so have no column."""
    names = {base_field(key) for state in states for key in state.heads}
    return [[name, classes[name]] for name in sorted(names & classes.keys())]


def _read_chunk(body: list[Any], workspace: bytes) -> Chunk:
    block = decode_block(body[2], workspace)
    if len(body[3]) != len(block.groups) or not all(group.create for group in block.groups):
        raise DaftarError("bad_frame", reason="piece")
    edited = [group for group, flag in zip(block.groups, body[3], strict=True) if flag]
    if len(edited) != len(body[4]):
        raise DaftarError("bad_frame", reason="piece")
    states, positions = [], []
    for group, named in zip(edited, body[4], strict=True):
        extra = {str(name): str(merge) for name, merge in named}
        for position, change in zip(group.positions, _changes_in(block, group), strict=True):
            state = _state_of(change)
            state.classes.update(extra)
            states.append(state)
            positions.append(position)
    unpack_heads(body[5], states)
    return Chunk(block, dict(zip(positions, states, strict=True)))


def _changes_in(block: Block, group: Group) -> list[Change]:
    part = Block(
        block.workspace, block.devices, block.dseqs, block.stamps, block.txns, block.authors, [group]
    )
    by_record = {change.record: change for change in changes_of(part)}
    return [by_record[record] for record in group.records]


def _state_of(change: Change) -> RecordState:
    texts = {key: value for key, value in change.writes.items() if change.classes.get(key) == _TEXT}
    values = {key: value for key, value in change.writes.items() if key not in texts and value is not None}
    return RecordState(
        change.workspace,
        change.kind,
        change.record,
        change.id,
        change.stamp,
        change.author,
        values,
        {},
        dict(change.classes),
        texts,
    )


def _read_tables(body: list[Any]) -> Tables:
    holes = tuple(
        HoleMark(int(device), int(dseq), str(code), {str(key): _ids(ids) for key, ids in bases})
        for device, dseq, code, bases in body[4]
    )
    histories = {bytes(record): bytes(frame) for record, frame in body[5]}
    positions = {int(device): int(dseq) for device, dseq in body[2]}
    listed = body[_ERASED] if len(body) > _ERASED else ()
    erased = tuple((str(kind), bytes(record)) for kind, record in listed)
    return Tables(positions, frozenset(_ids(body[3])), holes, histories, erased)


def _ids(packed: Sequence[Any]) -> tuple[tuple[int, int], ...]:
    if any(len(one) != _PAIR for one in packed):
        raise DaftarError("bad_frame", reason="piece")
    return tuple((int(device), int(dseq)) for device, dseq in packed)
