"""Whether the database is what its log says: every page, every digest, and the whole log folded once more.

The log is replayed into an empty replica in memory, on the snapshot that lies under it where there is one,
and the two are compared record by record. A workspace that is being filled has no log to compare yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import msgpack

from desktop.store.aside import UNREAD, lacks_past, put_aside_records, unread_workspaces
from desktop.store.base import is_filling, lay_base
from desktop.store.connection import check_integrity
from desktop.store.driver import Connection, sqlite
from desktop.store.reader import Reader
from desktop.store.tentative import read_strands, replay_tentative
from sync.changes import Change, pack_body
from sync.clock import Clock, HybridClock
from sync.digest import Digest, record_term
from sync.errors import DaftarError
from sync.frames import Block, block_of, changes_of
from sync.merge import RecordState, conflicts_of
from sync.merge.register import value_key
from sync.merge.texts import text_term
from sync.replica.careful import is_poison
from sync.replica.changed import Touched
from sync.replica.damaged import LOG_DAMAGED, block_in
from sync.replica.derived import find_amiss, rows_amiss
from sync.replica.replica import Identity, Replica
from sync.replica.schema import create_tables
from sync.replica.source import Source
from sync.replica.states import Loaded
from sync.replica.workspaces import WorkspaceState

SET_ASIDE: Final = "set_aside"
RECORD_UNREADABLE: Final = "record_unreadable"
_CHUNK: Final = 500
_MOST: Final = 100
"""Problems listed; a database that is wrong all over says so often enough."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it should be. `record` is empty where it is about more than one."""

    code: str
    workspace: str = ""
    kind: str = ""
    record: bytes = b""


class _NoIndex:
    """Search is not compared: it is built again whenever its rules change."""

    def add(self, kind: str, rows: Any) -> None: ...

    def add_new(self, rows: Any) -> None: ...

    def replace(self, rows: Any) -> None: ...

    def remove(self, rowids: Any) -> None: ...


def verify(reader: Reader, *, clock: Clock, report: Callable[[str], None] = lambda _step: None) -> list[Flaw]:
    """Everything that is wrong, at one moment of the database; writers go on meanwhile."""
    report("pages")
    try:
        check_integrity(reader.connection)
    except DaftarError as error:
        return [Flaw(error.code)]
    reader.connection.execute("BEGIN")
    try:
        flaws = []
        for step in (_check_digests, _check_replay):
            report(step.__name__.removeprefix("_check_"))
            for flaw in step(reader, clock):
                flaws.append(flaw)
                if len(flaws) >= _MOST:
                    return flaws
        return flaws
    finally:
        reader.connection.execute("ROLLBACK")


# Numbers


def _numbers(reader: Reader) -> Iterator[Flaw]:
    """What is stored beside the log, and the list of decisions."""
    names = {state.id: state.name for state in reader.workspaces()}
    for one in find_amiss(reader.connection, reader.kinds):
        yield Flaw(one.code, names.get(one.workspace, ""))
    places, ids = dict[int, str](), dict[int, bytes]()
    for state in reader.workspaces():
        places[state.index], ids[state.index] = state.name, state.id
    rows = reader.connection.execute("SELECT id, kind, record, key, ws FROM conflict").fetchall()
    for identity, kind, rowid, key, index in rows:
        if index not in places:
            yield Flaw("decisions_differ", kind=str(kind))
            continue
        if kind not in reader.kinds:
            question = "SELECT 1 FROM other_record WHERE id = ? AND _kind = ?"
            if reader.connection.execute(question, (rowid, kind)).fetchone() is None:
                yield Flaw("decisions_differ", places[index], str(kind))
            continue
        item = _load(reader, kind, [rowid]).get(rowid)
        if item is not None:
            item.shown.workspace = ids[index]
        open_ones = conflicts_of(item.shown) if item is not None else []
        if not any(one.id == bytes(identity) and one.key == key for one in open_ones):
            yield Flaw("decisions_differ", places[index], kind)


# Digests


def _check_digests(reader: Reader, _clock: Clock) -> Iterator[Flaw]:
    """Each record's term against its values, and their sums against the stored digests."""
    sums = {state.index: Digest() for state in reader.workspaces()}
    names = {state.index: state.name for state in reader.workspaces()}
    yield from _numbers(reader)
    for kind, places, loaded in _chunks(reader):
        for rowid, _ in rows_amiss(reader.connection, reader.states, kind, loaded):
            yield Flaw("record_differs", names.get(places[rowid], ""), kind, loaded[rowid].shown.record)
        for rowid in places.keys() - loaded.keys():
            yield Flaw(RECORD_UNREADABLE, names.get(places[rowid], ""), kind, record_of(reader, rowid))
        for rowid, item in loaded.items():
            if not item.is_settled:
                continue
            index = places[rowid]
            term = record_term(item.settled if item.settled is not None else item.shown)
            if term != item.term:
                yield Flaw("term_differs", names.get(index, ""), kind, item.shown.record)
            if index in sums:
                sums[index].replace(item.shown.record, None, term)
    for state in reader.workspaces():
        if sums[state.index].stored() != state.digest.stored():
            yield Flaw("digest_differs", state.name)


def _chunks(reader: Reader) -> Iterator[tuple[str, dict[int, int], dict[int, Loaded]]]:
    """Every record of the known kinds, some at a time: kind, workspace index by row, state by row.

    What cannot be read has no state.
    """
    for kind in reader.kinds:
        rows = reader.connection.execute(f'SELECT id, _ws FROM "{kind}" ORDER BY id').fetchall()
        for at in range(0, len(rows), _CHUNK):
            part = {int(rowid): int(index) for rowid, index in rows[at : at + _CHUNK]}
            yield kind, part, _load(reader, kind, list(part))


def _load(reader: Reader, kind: str, rowids: list[int]) -> dict[int, Loaded]:
    try:
        loaded = reader.states.load(kind, rowids, bytes(16))
        for item in loaded.values():
            # What cannot be compared cannot be read either.
            _face(item)
        return loaded
    except Exception as error:
        if not is_poison(error):
            raise
        if len(rowids) == 1:
            return {}
    return {rowid: item for one in rowids for rowid, item in _load(reader, kind, [one]).items()}


def record_of(reader: Reader, rowid: int) -> bytes:
    """The id of a record; nothing where the disk has damaged what it is made of."""
    try:
        return reader.ids.record(rowid)
    except KeyError:
        return b""


# Replay


def _check_replay(reader: Reader, clock: Clock) -> Iterator[Flaw]:
    waiting = put_aside_records(reader)
    for record, (kind, workspace) in waiting.items():
        yield Flaw(SET_ASIDE, workspace, kind, record)
    for workspace in unread_workspaces(reader):
        yield Flaw(UNREAD, workspace)
    unsure = set(waiting)
    try:
        yield from list(_replay_all(reader, clock, unsure, careful=False))
    except Exception as error:
        if not is_poison(error):
            raise
        yield from _replay_all(reader, clock, unsure, careful=True)


def _replay_all(reader: Reader, clock: Clock, unsure: set[bytes], *, careful: bool) -> Iterator[Flaw]:
    """Fold everything anew and compare; records of `unsure` are known to be what no log leads to.

    With `careful`, changes that cannot be taken in are passed over, and their records are unsure too.
    """
    memory = sqlite.connect(":memory:", isolation_level=None)
    try:
        replica = empty_replica(memory, reader, clock)
        states = {state.index: state for state in reader.workspaces()}
        filling = {
            index for index in states if is_filling(reader.connection, index) or lacks_past(reader, index)
        }
        for state in states.values():
            if state.index in filling:
                continue
            flaw = _replay(replica, reader, state, unsure=unsure if careful else None)
            if flaw is not None:
                yield flaw
                return
        yield from _compare_records(reader, replica, memory, states, filling=filling, unsure=unsure)
        if not filling and not unsure:
            yield from _compare_sums(reader, replica, memory)
    finally:
        memory.close()


def empty_replica(memory: Connection, reader: Reader, clock: Clock) -> Replica:
    """A replica of the same laptop with nothing in it."""
    create_tables(memory, reader.kinds)
    identity = Identity(int(reader.meta("device")), bytes(reader.meta("account")))
    replica = Replica(memory, reader.kinds, _NoIndex(), identity=identity, clock=HybridClock(clock))
    for state in reader.workspaces():
        replica.workspaces.grant(state.id, number=state.number, role=state.role, name=state.name)
    return replica


def _replay(
    replica: Replica, reader: Reader, state: WorkspaceState, *, unsure: set[bytes] | None
) -> Flaw | None:
    """Fold what the server ordered, in its order, then what is only here.

    What cannot be taken in raises; with `unsure` it is passed over, and its records are added there.
    """
    flaw = lay_base(replica, reader.connection, state)
    if flaw is not None:
        return Flaw(flaw, state.name)
    own = replica.workspaces.get(state.id)
    carries = bool(read_strands(reader, state))
    for log, first, last, effective, frame in reader.connection.execute(
        "SELECT id, first_pseq, last_pseq, effective, frame FROM log WHERE ws = ?"
        " AND id NOT IN (SELECT log FROM strand WHERE code != '')"
        " ORDER BY first_pseq IS NULL, first_pseq, first_dseq",
        (state.index,),
    ):
        block = block_in(bytes(frame), state.id)
        if block is None:
            return Flaw(LOG_DAMAGED, state.name)
        if first is None and carries:
            continue
        if first is not None:
            if first != own.cursor + 1:
                return Flaw("log_gap", state.name)
            own.cursor = int(last)
        stamps = msgpack.unpackb(effective, strict_map_key=False) if effective else {}
        source = Source(state.id, own.index, int(log), settled=first is not None, effective=stamps)
        if unsure is None:
            replica.applier.apply(block, source, own.digest if first is not None else None, Touched())
        else:
            unsure |= apply_each(replica, own, block, source)
        if carries:
            replica.carried.hear(own, block)
    own.dseq = state.dseq
    replica.workspaces.save(own)
    if carries:
        replay_tentative(replica, reader, state)
    return None if own.cursor == state.cursor else Flaw("log_gap", state.name)


def apply_each(replica: Replica, own: WorkspaceState, block: Block, source: Source) -> set[bytes]:
    """Apply change by change; the records of those that cannot be taken in."""
    passed = set()
    for at, change in enumerate(changes_of(block)):
        stamps = {0: source.effective[at]} if at in source.effective else {}
        alone = replace(source, effective=stamps)

        def fold(change: Change = change, alone: Source = alone) -> None:
            digest = own.digest if alone.settled else None
            replica.applier.apply(block_of([change]), alone, digest, Touched())

        if replica.careful.attempt(own, fold) is not None:
            passed.add(change.record)
    return passed


def _compare_records(
    reader: Reader,
    replica: Replica,
    memory: Connection,
    states: dict[int, WorkspaceState],
    *,
    filling: Collection[int],
    unsure: Collection[bytes],
) -> Iterator[Flaw]:
    seen: Counter[str] = Counter()
    for kind, places, everything in _chunks(reader):
        here = {rowid: item for rowid, item in everything.items() if places[rowid] not in filling}
        loaded = {rowid: item for rowid, item in here.items() if item.shown.record not in unsure}
        seen[kind] += len(loaded) + len(places.keys() - everything.keys())
        again = {rowid: replica.ids.find(item.shown.record) for rowid, item in loaded.items()}
        known = [rowid for rowid in again.values() if rowid is not None]
        others = replica.applier.states.load(kind, known, bytes(16))
        for rowid, item in loaded.items():
            state, other = states.get(places[rowid]), others.get(again[rowid] or 0)
            name = state.name if state is not None else ""
            if other is None:
                yield Flaw("not_in_log", name, kind, item.shown.record)
            elif _face(item) != _face(other):
                yield Flaw("record_differs", name, kind, item.shown.record)
    for kind in reader.kinds:
        (count,) = memory.execute(f'SELECT count(*) FROM "{kind}"').fetchone()
        if count > seen[kind] and not unsure:
            yield Flaw("record_missing", kind=kind)


def _compare_sums(reader: Reader, replica: Replica, memory: Connection) -> Iterator[Flaw]:
    question = "SELECT id FROM conflict"
    here = {bytes(row[0]) for row in reader.connection.execute(question)}
    if here != {bytes(row[0]) for row in memory.execute(question)}:
        yield Flaw("decisions_differ")
    for state in reader.workspaces():
        if replica.workspaces.get(state.id).digest.stored() != state.digest.stored():
            yield Flaw("digest_differs", state.name)


def _face(item: Loaded) -> tuple[object, ...]:
    """What two replicas must agree on about a record."""
    settled = item.settled if item.settled is not None else item.shown
    return (item.is_settled, item.was_deleted, _state_face(item.shown), _state_face(settled))


def _state_face(state: RecordState) -> tuple[object, ...]:
    heads = {
        key: tuple((head.id, head.stamp, head.author, value_key(head.value)) for head in register.heads)
        for key, register in state.heads.items()
    }
    created = (state.created, state.created_stamp, state.created_by)
    texts = {name: repr(text_term(snapshot)) for name, snapshot in state.texts.items() if snapshot}
    return (created, pack_body(state.values), _changed_since(state, heads), texts)


def _changed_since(state: RecordState, heads: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    """Registers that only repeat the creation say nothing."""
    return {
        key: value for key, value in heads.items() if value and [head[0] for head in value] != [state.created]
    }
