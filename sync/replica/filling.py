"""Fills a workspace from a snapshot, piece by piece, while people work on it (SYNC §6).

What lies under the log is kept: the pieces stand in the database, so that the log can be folded on them
again. What is only on this laptop stays on top of what the snapshot says.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final

from sync.digest import record_term
from sync.errors import DaftarError
from sync.frames import Group
from sync.frames.slicing import part
from sync.merge import RecordState, fold, is_deleted
from sync.merge.chunks import Chunk, Tables, open_piece
from sync.merge.holes import inherit
from sync.replica.apply import Applier, search_row
from sync.replica.carried import Carried
from sync.replica.changed import Changed, Touched
from sync.replica.covering import Covering
from sync.replica.creating import Creator
from sync.replica.ids import Database, IdMap
from sync.replica.rows import OTHER_TABLE
from sync.replica.settle import Settler
from sync.replica.source import Indexer, Source
from sync.replica.states import Loaded
from sync.replica.workspaces import WorkspaceState

Attempt = Callable[[WorkspaceState, Callable[[], object]], Exception | None]
"""Runs a job wholly or not at all; see `Careful.attempt`."""

_LOGGER: Final = logging.getLogger("desktop.sync")
POLITE: Final = 80
"""Records in a slice while somebody waits."""
EAGER: Final = 640
LEFT_OUT: Final = 2
"""What stands in the place of `applied` for a piece that could not be read."""
_EDITED: Final = 6
"""A record that was changed costs so many times what a plain one costs."""


@dataclass(frozen=True, slots=True)
class Goal:
    """The snapshot a workspace is filled from: pieces (hash, size), of which `usable` are enough to begin."""

    pseq: int
    digest: bytes
    usable: int
    pieces: tuple[tuple[bytes, int], ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A piece that is not applied yet, and how much of it is here."""

    hash: bytes
    size: int
    here: int


@dataclass(frozen=True, slots=True)
class Slice:
    """What one step did: where the next one begins, or that the piece is done."""

    changed: Changed
    records: int
    next: int | None


class Filler:
    """The tables of snapshots; the caller owns the transaction."""

    def __init__(
        self,
        database: Database,
        applier: Applier,
        settler: Settler,
        *,
        ids: IdMap,
        indexer: Indexer,
        carried: Carried,
    ) -> None:
        self._database = database
        self._applier = applier
        self._ids = ids
        self._indexer = indexer
        self._carried = carried
        self._creator = Creator(database, ids, indexer, applier.states.codecs)
        self._covering = Covering(database, applier, settler, ids, carried=carried)
        self._opened: tuple[bytes, Chunk | Tables] | None = None
        self._tables: tuple[bytes, Tables] | None = None

    def forget_caches(self) -> None:
        """Something else changed the pieces."""
        self._opened = self._tables = None

    # What is wanted

    def pending(self, state: WorkspaceState) -> Goal | None:
        """The snapshot that a workspace is being filled from."""
        goal = self.goal(state)
        return None if goal is None or goal[1] else goal[0]

    def goal(self, state: WorkspaceState) -> tuple[Goal, bool] | None:
        """The snapshot under a workspace, and whether it is there as a whole."""
        return read_goal(self._database, state.index)

    def begin(self, state: WorkspaceState, goal: Goal) -> None:
        """Want this snapshot; pieces that are here already, of a former one, are not fetched again."""
        settled = self.goal(state)
        if settled is not None and settled[1]:
            # A workspace that was filled once starts over: what was applied then counts no more.
            self._database.execute("UPDATE base_piece SET applied = 0 WHERE ws = ?", (state.index,))
        self._database.execute("UPDATE base_piece SET place = NULL WHERE ws = ?", (state.index,))
        self._database.execute(
            "INSERT INTO base(ws, pseq, digest, usable, done) VALUES(?, ?, ?, ?, 0)"
            " ON CONFLICT(ws) DO UPDATE SET pseq = excluded.pseq, digest = excluded.digest,"
            " usable = excluded.usable, done = 0",
            (state.index, goal.pseq, goal.digest, goal.usable),
        )
        self._database.executemany(
            "INSERT INTO base_piece(ws, hash, place, size) VALUES(?, ?, ?, ?)"
            " ON CONFLICT(ws, hash) DO UPDATE SET place = excluded.place",
            [(state.index, address, place, size) for place, (address, size) in enumerate(goal.pieces)],
        )
        self._opened = self._tables = None

    def due(self, state: WorkspaceState) -> list[Due]:
        """The pieces that are not applied, in order."""
        rows = self._database.execute(
            "SELECT hash, size, length(data) FROM base_piece"
            " WHERE ws = ? AND place IS NOT NULL AND applied = 0 ORDER BY place",
            (state.index,),
        )
        return [Due(bytes(address), int(size), int(here)) for address, size, here in rows.fetchall()]

    # What has come

    def keep(self, state: WorkspaceState, address: bytes, data: bytes) -> None:
        """Add what arrived of a piece behind what is here of it."""
        self._database.execute(
            "UPDATE base_piece SET data = CAST(data || ? AS BLOB) WHERE ws = ? AND hash = ?",
            (data, state.index, address),
        )

    def drop(self, state: WorkspaceState, address: bytes) -> None:
        """Forget what is here of a piece: it is not what its address says."""
        self._database.execute(
            "UPDATE base_piece SET data = X'' WHERE ws = ? AND hash = ?", (state.index, address)
        )

    def data(self, state: WorkspaceState, address: bytes) -> bytes:
        row = self._database.execute(
            "SELECT data FROM base_piece WHERE ws = ? AND hash = ?", (state.index, address)
        ).fetchone()
        return bytes(row[0])

    def reads(self, state: WorkspaceState, address: bytes) -> bool:
        """Whether a piece that is here can be read."""
        try:
            self._open(state, address)
        except DaftarError:
            return False
        return True

    def leave_out(self, state: WorkspaceState, address: bytes) -> None:
        """Go on without a piece; what was in it is found by comparing with the server."""
        self._database.execute(
            "UPDATE base_piece SET applied = ?, data = X'' WHERE ws = ? AND hash = ?",
            (LEFT_OUT, state.index, address),
        )

    def needs_tables(self, state: WorkspaceState) -> bool:
        """Whether the first piece tells something that nothing else does: what became of own changes."""
        return state.cursor > 0 or state.acked > 0

    def give_up(self, state: WorkspaceState) -> None:
        """Want no snapshot: the log has to do."""
        for table in ("base", "base_piece"):
            self._database.execute(f"DELETE FROM {table} WHERE ws = ?", (state.index,))
        self.forget_caches()

    def apply(
        self,
        state: WorkspaceState,
        address: bytes,
        *,
        start: int,
        budget: int = EAGER,
        attempt: Attempt | None = None,
    ) -> Slice:
        """Apply a piece from a record on, about `budget` of them; says where to go on.

        With `attempt` each record is taken by itself, and one that cannot be is passed over.
        """
        piece = self._open(state, address)
        if isinstance(piece, Tables):
            return Slice(self._take_tables(state, address, piece), 0, None)
        end = _end(piece, start, budget)
        touched = Touched()
        if attempt is None:
            self._apply_part(state, piece, start, end, touched)
        else:
            self._apply_each(state, piece, range(start, end), touched, attempt)
        done = end >= len(piece.block)
        if done:
            self._note_applied(state, address)
        self._save(state)
        return Slice(touched.changed(local=False), end - start, None if done else end)

    def removals(self, state: WorkspaceState) -> tuple[int, int]:
        """How many records that are shown the snapshot would take away, and how many are shown."""
        gone = shown = 0
        for kind in self._applier.states.kinds:
            question = f'SELECT count(*) FROM "{kind}" WHERE _ws = ? AND _deleted = 0'
            shown += int(self._database.execute(question, (state.index,)).fetchone()[0])
        for due in self.due(state):
            piece = self._open(state, due.hash)
            if isinstance(piece, Chunk):
                gone += sum(self._is_shown(one) for one in piece.heads.values() if is_deleted(one))
        return gone, shown

    def finish(self, state: WorkspaceState) -> tuple[Changed, bool]:
        """Everything is applied: the log begins here. Says whether the digest is the server's."""
        found = self.goal(state)
        if found is None or self.due(state):
            raise DaftarError("pull_gap", expected=0, got=0)
        goal, _ = found
        touched = Touched()
        self._covering.take_over(state, self._tables_of(state, goal), touched)
        self._database.execute("UPDATE base SET done = 1 WHERE ws = ?", (state.index,))
        self._database.execute("DELETE FROM base_piece WHERE ws = ? AND place IS NULL", (state.index,))
        for table in ("aside", "unlike", "unread"):
            # What could not be taken in is behind the snapshot.
            self._database.execute(f"DELETE FROM {table} WHERE ws = ?", (state.index,))
        state.cursor = goal.pseq
        state.head = max(state.head, state.cursor)
        self._save(state)
        self._opened = self._tables = None
        return touched.changed(local=False), state.digest.summary() == goal.digest

    def forget_places(self, state: WorkspaceState) -> None:
        """Nothing points to rows of the log that are gone."""
        self._covering.forget_places(state)

    # Inside

    def _save(self, state: WorkspaceState) -> None:
        self._database.execute(
            "UPDATE workspace_state SET cursor = ?, head = ?, digest = ? WHERE idx = ?",
            (state.cursor, state.head, state.digest.stored(), state.index),
        )

    def _open(self, state: WorkspaceState, address: bytes) -> Chunk | Tables:
        if self._opened is None or self._opened[0] != address:
            self._opened = (address, open_piece(self.data(state, address), state.id))
        return self._opened[1]

    def _note_applied(self, state: WorkspaceState, address: bytes) -> None:
        self._database.execute(
            "UPDATE base_piece SET applied = 1 WHERE ws = ? AND hash = ?", (state.index, address)
        )

    def _tables_of(self, state: WorkspaceState, goal: Goal) -> Tables:
        address = goal.pieces[0][0]
        if not self.data(state, address):
            # It was left out.
            return Tables({})
        if self._tables is None or self._tables[0] != address:
            piece = open_piece(self.data(state, address), state.id)
            if not isinstance(piece, Tables):
                raise DaftarError("bad_frame", reason="piece")
            self._tables = (address, piece)
        return self._tables[1]

    def _take_tables(self, state: WorkspaceState, address: bytes, tables: Tables) -> Changed:
        touched = Touched()
        for hole in tables.holes:
            self._applier.holes.add_mark(state.index, hole)
        for record, frame in tables.histories.items():
            self._database.execute(
                "INSERT INTO older(record, ws, whole, frame) VALUES(?, ?, 0, ?)"
                " ON CONFLICT(record) DO UPDATE SET frame = excluded.frame WHERE whole = 0",
                (self._ids.rowid(record), state.index, frame),
            )
        for kind, erased in tables.erased:
            self._applier.forget(state.index, kind, erased, state.digest, touched)
        self._note_applied(state, address)
        self._save(state)
        return touched.changed(local=False)

    def _apply_each(
        self, state: WorkspaceState, piece: Chunk, places: range, touched: Touched, attempt: Attempt
    ) -> None:
        for at in places:
            error = attempt(state, partial(self._apply_part, state, piece, at, at + 1, touched))
            if error is not None:
                _LOGGER.warning("left a record of a snapshot out: %s", type(error).__name__, exc_info=error)

    def _apply_part(
        self, state: WorkspaceState, piece: Chunk, start: int, end: int, touched: Touched
    ) -> None:
        source = Source(state.id, state.index, 0, settled=True, effective={})
        block = part(piece.block, start, end)
        # What was typed in records that a restored server lost for a while is here without them.
        ahead = self._carried.went_back(state)
        self._creator.begin()
        for group in block.groups:
            changed = [piece.heads.get(start + position) for position in group.positions]
            if changed[0] is not None:
                self._put(state, group.kind, [one for one in changed if one is not None], touched)
            elif (ahead and self._written_ahead(state, group)) or not self._creator.create(
                block, group, source, state.digest, touched
            ):
                plain = Chunk(block, {}).states(group)
                self._put(state, group.kind, list(plain), touched)
        self._creator.index()

    def _written_ahead(self, state: WorkspaceState, group: Group) -> bool:
        return any(self._covering.tentative(state, record) for record in group.records)

    def _put(
        self, state: WorkspaceState, kind: str, settled: Sequence[RecordState], touched: Touched
    ) -> None:
        """Put settled states in place of what is here of these records."""
        rowids = self._ids.rowids([one.record for one in settled])
        loaded = self._applier.states.load(kind, rowids, state.id)
        goal = self.goal(state)
        tables = Tables({}) if goal is None else self._tables_of(state, goal[0])
        declared = self._applier.states.kinds.get(kind)
        for rowid, one in zip(rowids, settled, strict=True):
            if declared is not None:
                one.classes.update(declared.classes())
            self._put_one(state, rowid, one, loaded.get(rowid), tables=tables)
            touched.add(kind, one.record)
        touched.conflicts = True

    def _put_one(
        self, state: WorkspaceState, rowid: int, settled: RecordState, here: Loaded | None, *, tables: Tables
    ) -> None:
        term = record_term(settled)
        own = self._covering.tentative(state, settled.record)
        covered = any(tables.covers(change.id) for change in own)
        if here is not None and here.is_settled and here.term == term and not covered:
            return
        state.digest.replace(
            settled.record, here.term if here is not None and here.is_settled else None, term
        )
        shown, hole_base = settled.copy(), self._applier.holes.lookup(state.index)
        left = [
            change
            for change in own
            if not tables.covers(change.id) and self._applier.holes.known(state.index, change.id) is None
        ]
        for change in left:
            fold(shown, inherit(change, hole_base))
        if here is not None:
            self._remove(rowid, settled.kind)
        item = Loaded(rowid, shown, settled if left else None, True, term, 0, was_deleted=is_deleted(shown))
        item.contested = here is not None and here.contested
        self._applier.states.insert(item)
        self._applier.list_conflicts(item)
        kind = self._applier.states.kinds.get(settled.kind)
        if kind is not None:
            row = search_row(kind, item, state.index)
            self._indexer.replace({kind.name: [row]})

    def _remove(self, rowid: int, kind: str) -> None:
        table = kind if kind in self._applier.states.codecs else OTHER_TABLE
        self._database.execute(f'DELETE FROM "{table}" WHERE id = ?', (rowid,))
        for other in ("head", "document"):
            self._database.execute(f"DELETE FROM {other} WHERE record = ?", (rowid,))

    def _is_shown(self, state: RecordState) -> bool:
        rowid = self._ids.find(state.record)
        if rowid is None or state.kind not in self._applier.states.codecs:
            return False
        question = f'SELECT 1 FROM "{state.kind}" WHERE id = ? AND _deleted = 0'
        return self._database.execute(question, (rowid,)).fetchone() is not None


def read_goal(database: Database, index: int) -> tuple[Goal, bool] | None:
    """The snapshot under a workspace, and whether it is there as a whole."""
    row = database.execute("SELECT pseq, digest, usable, done FROM base WHERE ws = ?", (index,)).fetchone()
    if row is None:
        return None
    pieces = database.execute(
        "SELECT hash, size FROM base_piece WHERE ws = ? AND place IS NOT NULL ORDER BY place", (index,)
    ).fetchall()
    listed = tuple((bytes(address), int(size)) for address, size in pieces)
    return Goal(int(row[0]), bytes(row[1]), int(row[2]), listed), bool(row[3])


def _end(piece: Chunk, start: int, budget: int) -> int:
    spent, end = 0, start
    for position in islice(range(start, len(piece.block)), budget):
        spent += _EDITED if position in piece.heads else 1
        end = position + 1
        if spent >= budget:
            break
    return end
