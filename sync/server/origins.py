"""What a snapshot needs and only the log tells: how unknown fields merge, and where open conflicts began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from types import MappingProxyType

from sqlalchemy import Connection

from sync.changes import DELETED, Change, base_field
from sync.errors import DaftarError
from sync.frames import Block, block_of, changes_of
from sync.frames.packing import make_frame
from sync.merge import RecordState, conflicts_of
from sync.records import KINDS
from sync.server.storage import archive
from sync.server.stored import read_stored

_TEXT = "t"


@dataclass(slots=True)
class Wanted:
    """Fields of which the merge class is not declared here, and records about which people disagree."""

    fields: set[tuple[str, str]] = field(default_factory=set)
    records: set[bytes] = field(default_factory=set)
    _seen: dict[str, set[str]] = field(default_factory=dict)
    """Keys that were looked at, by kind: most records have the same ones."""

    def look_at_keys(self, kind: str, keys: Iterable[str]) -> None:
        """What is not declared among the keys of a record."""
        seen = self._seen.setdefault(kind, {DELETED})
        new = [key for key in keys if key not in seen]
        if new:
            names = {base_field(key) for key in new} - {DELETED}
            self.fields |= {(kind, name) for name in names - declared(kind).keys()}
            seen.update(new)

    def look_at(self, state: RecordState) -> None:
        self.look_at_keys(state.kind, (*state.values, *state.heads, *state.texts))
        if state.heads and conflicts_of(state):
            self.records.add(state.record)


@dataclass(slots=True)
class Found:
    """Merge classes by kind and field, and frames of changes by record."""

    classes: dict[str, dict[str, str]]
    histories: dict[bytes, bytes] = field(default_factory=dict)


@cache
def declared(kind: str) -> Mapping[str, str]:
    """The merge classes of the fields that this version knows."""
    known = KINDS.get(kind)
    fields = {} if known is None else {name: one.merge.value for name, one in known.fields.items()}
    return MappingProxyType(fields)


def find(connection: Connection, workspace: bytes, wanted: Wanted) -> Found:
    """Read the log once, and only where something in it is wanted."""
    found = Found({kind: dict(declared(kind)) for kind in KINDS})
    if not wanted.fields and not wanted.records:
        return found
    changes: dict[bytes, list[Change]] = {}
    for block in blocks(connection, workspace):
        for group in block.groups:
            for column in group.columns:
                if (group.kind, column.name) in wanted.fields:
                    found.classes.setdefault(group.kind, {})[column.name] = column.merge
        for change in about(block, wanted.records):
            changes.setdefault(change.record, []).append(change)
    for record, listed in changes.items():
        frame = _told(listed)
        if frame is not None:
            found.histories[record] = frame
    return found


def history(connection: Connection, workspace: bytes) -> Iterator[bytes]:
    """Every frame that is kept, as it is stored."""
    behind = (stored for stored, _ in archive.history_frames(connection, workspace))
    for stored in chain(behind, archive.log_frames(connection, workspace)):
        yield stored.frame


def blocks(connection: Connection, workspace: bytes) -> Iterator[Block]:
    """The whole history of a workspace, what is behind the horizon first."""
    for frame in history(connection, workspace):
        block = read_stored(frame, workspace)
        if block is not None:
            yield block


def about(block: Block, records: set[bytes]) -> list[Change]:
    """The changes of a block to some records, holes left out."""
    groups = [group for group in block.groups if not group.hole and not records.isdisjoint(group.records)]
    if not groups:
        return []
    part = Block(block.workspace, block.devices, block.dseqs, block.stamps, block.txns, block.authors, groups)
    return [change for change in changes_of(part) if change.record in records]


def _told(changes: list[Change]) -> bytes | None:
    """Changes without what they did to long texts, which merge without a question."""
    short = []
    for change in changes:
        writes = {
            key: value for key, value in change.writes.items() if change.classes.get(base_field(key)) != _TEXT
        }
        if writes or change.create:
            short.append(replace(change, writes=writes))
    try:
        return make_frame(block_of(short)) if short else None
    except DaftarError:
        # So long a history is asked for by itself.
        return None
