"""Folds records anew from the log: what the disk does to a state is made good, because states are derived.

Nothing is believed that does not prove itself: a state counts where its term is the one that the digest
holds. A record of which the log has lost something stays what it is, and is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgpack
from sqlalchemy import Connection

from sync.changes import Bases, ChangeId
from sync.digest import TERM_BYTES, bucket_of, plain_term, record_term
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.merge import RecordState, fold
from sync.merge.holes import ERASED, hole_bases, inherit
from sync.server.exceptions import bases_aside
from sync.server.states import pack_state, unpack_state
from sync.server.storage import archive, journal
from sync.server.storage.archive import RecordRow, Stored
from sync.server.stored import may_tell, read_stored, unpack_effective

RECORD_DAMAGED: Final = "record_damaged"
"""The code of a record that cannot be read and that its log does not give back."""
UNREADABLE: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    msgpack.UnpackException,
    DaftarError,
)
"""What reading a damaged state may raise."""
_MODULUS: Final = 1 << 8 * TERM_BYTES

Texts = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Renewed:
    """One record as it is to be stored, and what stood there."""

    row: RecordRow
    texts: Texts
    former: RecordRow
    former_texts: Texts
    by: str = "log"


@dataclass(slots=True)
class Renewal:
    """What became of damaged records. `lost` are those that nothing gives back; they are left as they are,
    but for the term, where the digest tells it.
    """

    renewed: list[Renewed] = field(default_factory=list)
    lost: list[RecordRow] = field(default_factory=list)


def read_state(row: RecordRow, texts: Texts, workspace: bytes) -> RecordState:
    """The state of a row with its long texts; raises one of `UNREADABLE` where nothing can be read in it."""
    state, names = unpack_state(row.state, workspace=workspace, kind=row.kind, record=row.id)
    if names:
        state.texts = dict(texts)
    return state


def term_in(row: RecordRow, texts: Texts, workspace: bytes) -> bytes | None:
    """The term that what is stored of a record leads to; None where nothing can be read in it."""
    try:
        unpacker = msgpack.Unpacker(max_buffer_size=len(row.state) + 1)
        unpacker.feed(row.state)
        device, dseq, stamp, author = unpacker.unpack()
        if not (type(device) is type(dseq) is type(stamp) is int and type(author) is bytes):
            return None
        begin = unpacker.tell()
        unpacker.skip()
        if unpacker.tell() == len(row.state):
            return plain_term(row.id, row.kind, row.state[begin:])
        return record_term(read_state(row, texts, workspace))
    except UNREADABLE:
        return None


def is_sound(row: RecordRow, texts: Texts, workspace: bytes) -> bool:
    """Whether a row is what was stored."""
    return term_in(row, texts, workspace) == row.term


def refold(
    connection: Connection, workspace: bytes, records: Collection[bytes]
) -> dict[bytes, tuple[RecordState, bytes]]:
    """Records as the log tells them, each with its term. That the log tells all is for the asker to prove."""
    folding = _Folding(connection, workspace, frozenset(records))
    for stored in _frames_about(connection, workspace, folding.records):
        folding.take(stored)
    found = {}
    for record, state in folding.states.items():
        try:
            found[record] = (state, record_term(state))
        except DaftarError:
            continue
    return found


def renew(
    connection: Connection,
    workspace: bytes,
    damaged: Sequence[tuple[RecordRow, Texts]],
    *,
    expected: Mapping[int, int],
) -> Renewal:
    """Fold damaged records anew. `expected` is what is left of each bucket of the digest for the damaged
    records in it: what proves them all where the term beside a state is damaged too.
    """
    found, told = Renewal(), refold(connection, workspace, [row.id for row, _ in damaged])
    left, unproven = dict(expected), dict[int, list[tuple[RecordRow, Texts]]]()
    for row, texts in damaged:
        state, term = told.get(row.id, (None, b""))
        if state is not None and term == row.term:
            found.renewed.append(_as_row(state, term, row, texts))
            bucket = bucket_of(row.id)
            left[bucket] = (left[bucket] - int.from_bytes(term)) % _MODULUS
        else:
            unproven.setdefault(bucket_of(row.id), []).append((row, texts))
    for bucket, rows in unproven.items():
        _prove(rows, told, workspace, left=left[bucket], found=found)
    return found


def renew_one(connection: Connection, workspace: bytes, record: bytes, *, term: bytes) -> RecordState | None:
    """A damaged record as the log tells it, where its term proves that; None where it does not."""
    state, told = refold(connection, workspace, [record]).get(record, (None, b""))
    return state if told == term else None


def _prove(
    rows: Sequence[tuple[RecordRow, Texts]],
    told: Mapping[bytes, tuple[RecordState, bytes]],
    workspace: bytes,
    *,
    left: int,
    found: Renewal,
) -> None:
    """Records of one bucket whose terms are damaged, or of which the log has lost something."""
    terms = [told[row.id][1] for row, _ in rows if row.id in told]
    if len(terms) == len(rows) and sum(map(int.from_bytes, terms)) % _MODULUS == left:
        found.renewed += [_as_row(*told[row.id], row, texts) for row, texts in rows]
        return
    if len(rows) > 1:
        found.lost += [row for row, _ in rows]
        return
    row, texts = rows[0]
    term = left.to_bytes(TERM_BYTES)
    kept = RecordRow(row.id, row.kind, row.state, term)
    if term_in(row, texts, workspace) != term:
        found.lost.append(kept)
    if term != row.term:
        # Where it is all that was damaged, that is the end of it.
        found.renewed.append(Renewed(kept, texts, row, texts))


def _as_row(state: RecordState, term: bytes, former: RecordRow, texts: Texts) -> Renewed:
    row = RecordRow(state.record, state.kind, pack_state(state), term)
    return Renewed(row, dict(state.texts), former, texts)


class _Folding:
    """Some records while the log is read."""

    def __init__(self, connection: Connection, workspace: bytes, records: frozenset[bytes]) -> None:
        self._connection = connection
        self._workspace = workspace
        self.records = records
        self.states: dict[bytes, RecordState] = {}
        self._holes: dict[ChangeId, dict[str, Bases] | None] = {}

    def take(self, stored: Stored) -> None:
        outline = read_stored(stored.frame, self._workspace, values=False)
        if outline is None or all(self.records.isdisjoint(group.records) for group in outline.groups):
            return
        block = read_stored(stored.frame, self._workspace)
        stamps = unpack_effective(stored.effective)
        for at, change in enumerate(() if block is None else changes_of(block)):
            if change.record not in self.records:
                continue
            if change.hole:
                self._holes[change.id] = hole_bases(change)
                if change.code == ERASED:
                    self.states.pop(change.record, None)
                continue
            fresh = RecordState(self._workspace, change.kind, change.record)
            state = self.states.setdefault(change.record, fresh)
            try:
                fold(state, inherit(change, self._hole_base), effective=stamps.get(at))
            except DaftarError:
                # A text that cannot be read; the term will not be the right one.
                continue

    def _hole_base(self, change: ChangeId, key: str) -> Bases | None:
        """What a hole stood on: the log says it, else, where that row of it is damaged, the quarantine."""
        if change not in self._holes:
            device, dseq = change
            aside = journal.quarantined(self._connection, self._workspace, device=device, dseq=dseq)
            self._holes[change] = None if aside is None else bases_aside(aside, self._workspace)
        bases = self._holes[change]
        return None if bases is None else bases.get(key, ())


def _frames_about(connection: Connection, workspace: bytes, records: Collection[bytes]) -> Iterator[Stored]:
    """The frames that may speak of some records, in the server's order."""
    for stored, marks in archive.history_frames(connection, workspace):
        if any(may_tell(marks, record) for record in records):
            yield stored
    yield from archive.log_frames(connection, workspace)
