"""Makes snapshots: the settled state of a workspace at one place of its log, in pieces (SYNC §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from sync.clock import Clock
from sync.errors import DaftarError
from sync.merge import RecordState
from sync.merge.chunks import HoleMark, Tables, pack_chunk, pack_tables, said_by
from sync.server import origins
from sync.server.exceptions import bases_aside
from sync.server.inspection import Inspection, inspect, put_renewed
from sync.server.priorities import FIRST, priority, priority_of_plain
from sync.server.refolding import Texts, read_state
from sync.server.states import unpack_plain
from sync.server.storage import Storage, archive, erasures, journal, people
from sync.server.storage.archive import RecordRow, SnapshotRow
from sync.wire.snapshots import Manifest, Piece, hash_of

LEVEL: Final = 17
"""Two levels more take twice the time, for less than one per cent."""
LEAST_LOG: Final = 256 * 1024
"""Below this many bytes a log is as good as a snapshot."""
_LEAST_TAIL: Final = 64 * 1024
_LEAST_CHANGES: Final = 1_000
_TAIL_SHARE: Final = 5
_PIECE: Final = 384 * 1024
_LARGEST_PIECE: Final = 1024 * 1024
_BORDER: Final = 63
"""A piece ends where an id does not share these bits, so that most pieces stay the same next time."""


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot with its bytes, not stored yet."""

    manifest: Manifest
    pieces: Mapping[bytes, bytes]


@dataclass(slots=True)
class _Held:
    """What one read of the database found."""

    pseq: int
    summary: bytes
    records: list[tuple[int, RecordRow]]
    documents: Mapping[bytes, Texts]
    tables: Tables
    inspection: Inspection
    classes: dict[str, dict[str, str]] = field(default_factory=dict)


class Snapshots:
    """Makes and stores the snapshots of a server's workspaces."""

    def __init__(self, storage: Storage, *, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def refresh(self) -> list[bytes]:
        """Make anew what has grown old; says for which workspaces."""
        with self._storage.reading() as connection:
            found = [row.id for row in people.workspaces(connection) if is_due(connection, row.id)]
        return [workspace for workspace in found if self.make(workspace) is not None]

    def make(self, workspace: bytes) -> Manifest | None:
        """Make and keep a snapshot of a workspace as it is now; nothing where it is empty.

        Records that the disk has damaged are folded anew and put back on the way; without those that the log
        does not give back it is made too. Raises `DaftarError("digest_differs")` where what is stored does
        not add up for another reason: nobody is to start from that.
        """
        with self._storage.still() as connection:
            held = _read(connection, workspace, now_ms=self._clock.now_ms())
            kept = _kept(connection, workspace) if held is not None else {}
        if held is None:
            return None
        put_renewed(self._storage, workspace, held.inspection)
        made = _pack(held, workspace, kept)
        self._storage.writing(lambda connection: self._keep(connection, workspace, made))
        return made.manifest

    def forget_former(self, workspace: bytes) -> None:
        """Keep the newest snapshot and the pieces of it, and nothing that is older."""

        def work(connection: Connection) -> None:
            journal.lock_head(connection, workspace)
            newest = archive.latest_snapshot(connection, workspace)
            if newest is not None:
                archive.drop_snapshots_before(connection, workspace, pseq=newest.pseq)
                kept = {piece.hash for piece in _pieces(newest.manifest)}
                gone = archive.chunk_hashes(connection, workspace) - kept
                archive.drop_chunks(connection, workspace, sorted(gone))

        self._storage.writing(work)

    def _keep(self, connection: Connection, workspace: bytes, made: Made) -> None:
        journal.lock_head(connection, workspace)
        newest = archive.latest_snapshot(connection, workspace)
        if newest is not None and newest.pseq > made.manifest.pseq:
            return
        if erasures.last_erased(connection, workspace) > made.manifest.pseq:
            # Something was erased while this one was made, and it may still hold that.
            return
        known = archive.chunk_hashes(connection, workspace)
        damaged = [one for one in known & made.pieces.keys() if not _is_sound(connection, workspace, one)]
        archive.drop_chunks(connection, workspace, sorted(damaged))
        known -= set(damaged)
        new = ((address, data) for address, data in made.pieces.items() if address not in known)
        archive.put_chunks(connection, workspace, new)
        manifest = made.manifest
        row = SnapshotRow(
            manifest.pseq, manifest.digest, manifest.size, self._clock.now_ms(), manifest.pack()
        )
        archive.put_snapshot(connection, workspace, row)
        former = archive.second_newest(connection, workspace)
        if former is not None:
            archive.drop_snapshots_before(connection, workspace, pseq=former)
        kept = {
            piece.hash for packed in archive.manifests(connection, workspace) for piece in _pieces(packed)
        }
        archive.drop_chunks(connection, workspace, sorted((known | made.pieces.keys()) - kept))


def _is_sound(connection: Connection, workspace: bytes, address: bytes) -> bool:
    """Whether a piece is still what its address says; one that is not is written anew."""
    return hash_of(archive.read_chunk(connection, workspace, address) or b"") == address


def is_due(connection: Connection, workspace: bytes) -> bool:
    """Whether what came since the last snapshot is more than a fifth of it, in bytes or in changes.

    Edits take few bytes in a log and much work on a laptop, which a snapshot saves.
    """
    newest = archive.latest_snapshot(connection, workspace)
    if newest is None:
        return archive.log_bytes(connection, workspace, after=0) >= LEAST_LOG
    tail = archive.log_bytes(connection, workspace, after=newest.pseq)
    if tail >= _LEAST_TAIL and tail * _TAIL_SHARE > newest.size:
        return True
    changes = journal.read_head(connection, workspace).pseq - newest.pseq
    if changes < _LEAST_CHANGES:
        return False
    return changes * _TAIL_SHARE > archive.count_records(connection, workspace)


def is_better(connection: Connection, workspace: bytes, *, cursor: int) -> bool:
    """Whether a laptop with this cursor is better served by the snapshot than by the log.

    It has to be where the log does not go back that far. A laptop that has part of the log keeps what it
    knows of the past with the log, so for that one the snapshot has to be much the smaller.
    """
    newest = archive.latest_snapshot(connection, workspace)
    if newest is None or newest.pseq <= cursor:
        return False
    start = archive.log_start(connection, workspace)
    if start is None or start > cursor + 1:
        return True
    left = archive.log_bytes(connection, workspace, after=cursor)
    tail = archive.log_bytes(connection, workspace, after=newest.pseq)
    cost = newest.size + tail
    return left >= LEAST_LOG and (cost < left if cursor == 0 else cost * 3 < left)


def _read(connection: Connection, workspace: bytes, *, now_ms: int) -> _Held | None:
    head = journal.read_head(connection, workspace)
    found = inspect(connection, workspace, head)
    wanted, documents = origins.Wanted(), found.documents
    records = [(_look_at(row, documents, workspace, wanted, now_ms=now_ms), row) for row in found.records]
    if not records and not found.lost:
        return None
    past = origins.find(connection, workspace, wanted)
    tables = Tables(
        archive.positions_of(connection, workspace),
        archive.parked_of(connection, workspace),
        _holes(connection, workspace),
        past.histories,
        erasures.erased_of(connection, workspace),
    )
    return _Held(head.pseq, head.summary, records, documents, tables, found, past.classes)


def _look_at(
    row: RecordRow,
    documents: Mapping[bytes, Texts],
    workspace: bytes,
    wanted: origins.Wanted,
    *,
    now_ms: int,
) -> int:
    """When a record is wanted, and what for it; most were never changed, and are not taken apart."""
    plain = unpack_plain(row.state)
    if plain is None:
        state = _state(row, documents, workspace)
        wanted.look_at(state)
        return priority(state, now_ms=now_ms)
    stamp, flat = plain
    wanted.look_at_keys(row.kind, flat[::2])
    return priority_of_plain(row.kind, stamp, flat, now_ms=now_ms)


def _pieces(manifest: bytes) -> tuple[Piece, ...]:
    """The pieces of a snapshot; none of one whose list cannot be read, which nobody can fetch either."""
    try:
        return Manifest.unpack(manifest).pieces
    except DaftarError:
        return ()


def _kept(connection: Connection, workspace: bytes) -> dict[bytes, bytes]:
    """The pieces of the newest snapshot by what they say: what did not change is not compressed once more."""
    newest = archive.latest_snapshot(connection, workspace)
    if newest is None:
        return {}
    found = {}
    for piece in _pieces(newest.manifest):
        data = archive.read_chunk(connection, workspace, piece.hash) or b""
        if hash_of(data) == piece.hash:
            found[said_by(data)] = data
    return found


def _state(row: RecordRow, documents: Mapping[bytes, Texts], workspace: bytes) -> RecordState:
    state = read_state(row, documents.get(row.id, {}), workspace)
    state.classes.update(origins.declared(row.kind))
    return state


def _holes(connection: Connection, workspace: bytes) -> tuple[HoleMark, ...]:
    marks = []
    for row in journal.quarantine_of(connection, workspace, repeated=True):
        bases = bases_aside(bytes(row.change), workspace)
        marks.append(HoleMark(row.device, row.dseq, row.code, bases))
    return tuple(sorted(marks, key=lambda mark: (mark.device, mark.dseq)))


def _pack(held: _Held, workspace: bytes, kept: Mapping[bytes, bytes]) -> Made:
    pieces = [pack_tables(held.tables, level=LEVEL)]
    usable = 1
    for rank, rows in _cut(held):
        states = [_state(row, held.documents, workspace) for row in rows]
        pieces.append(pack_chunk(states, held.classes, level=LEVEL, kept=kept))
        if rank == FIRST:
            usable = len(pieces)
    listed = tuple(Piece(hash_of(piece), len(piece)) for piece in pieces)
    manifest = Manifest(held.pseq, held.summary, usable, listed)
    return Made(manifest, {piece.hash: data for piece, data in zip(listed, pieces, strict=True)})


def _cut(held: _Held) -> Iterator[tuple[int, Sequence[RecordRow]]]:
    """The records in pieces, what is wanted first at the beginning."""
    ordered = sorted(held.records, key=lambda item: (item[0], item[1].kind, item[1].id))
    part: list[RecordRow] = []
    rank, size = FIRST, 0
    for own, row in ordered:
        full = size >= _LARGEST_PIECE or (size >= _PIECE and not row.id[-1] & _BORDER)
        if part and (own != rank or full):
            yield rank, part
            part, size = [], 0
        rank = own
        part.append(row)
        size += len(row.state) + _length(held.documents.get(row.id, {}).values())
    if part:
        yield rank, part


def _length(texts: Iterable[bytes]) -> int:
    return sum(map(len, texts))
