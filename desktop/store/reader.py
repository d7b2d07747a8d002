"""Reading: pages of rows, counts, search, history and conflicts, on a connection that cannot write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from desktop.store.connection import BULK_CACHE_MB, CACHE_MB, open_reader
from desktop.store.driver import Connection, sqlite
from desktop.store.fold import query as search_expression
from desktop.store.profile import Profile
from desktop.store.rows import Query, Row
from desktop.store.search import find
from desktop.store.sql import conditions, numbers, ordering, source
from desktop.store.told import Told
from sync.changes import Bases, Change, base_field
from sync.errors import DaftarError
from sync.merge import Conflict, RecordState, conflicts_of, shown_heads
from sync.records import Kind
from sync.replica.careful import is_poison
from sync.replica.ids import IdMap
from sync.replica.rows import ENGINE_COLUMNS
from sync.replica.schema import VERSION
from sync.replica.states import States
from sync.replica.workspaces import Workspaces, WorkspaceState

_CHUNK: Final = 500
_AT: Final = {name: place + 1 for place, name in enumerate(ENGINE_COLUMNS)}


class _Closed:
    """Stands in the place of a connection that somebody else may be using by now."""

    def __getattr__(self, name: str) -> Any:
        raise sqlite.ProgrammingError("Cannot operate on a closed database.")


_CLOSED: Final[Any] = _Closed()


class Reader:
    """One thread's view of the database. Rows are as of the moment of the call."""

    def __init__(
        self,
        connection: Connection,
        kinds: Mapping[str, Kind],
        *,
        give: Callable[[Connection], None] | None = None,
    ) -> None:
        """`give` takes the connection when the reader is closed, for somebody else to use."""
        self.connection = connection
        self._give = give
        self.kinds = kinds
        self.ids = IdMap(connection)
        self.states = States(connection, self.ids, kinds)
        self._workspaces = Workspaces(connection)

    def close(self) -> None:
        """After this it cannot read any more."""
        connection, give = self.connection, self._give
        if connection is _CLOSED:
            return
        if give is None:
            connection.close()
            return
        self.connection = self.ids = self.states = self._workspaces = _CLOSED
        give(connection)

    def workspaces(self) -> list[WorkspaceState]:
        return self._workspaces.all()

    def meta(self, key: str) -> Any:
        """A value of the `meta` table, or `None`."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    # Rows

    def get(self, kind: str, record: bytes) -> Row:
        """One row, removed ones included; raises `DaftarError("unknown_record")`."""
        rows = self.rows(kind, [record])
        if not rows:
            raise DaftarError("unknown_record", kind=kind, id=record.hex())
        return rows[0]

    def rows(self, kind: str, records: Sequence[bytes]) -> list[Row]:
        """Rows by id, in the order asked for; ids that are not there are left out."""
        rowids = [rowid for rowid in map(self.ids.find, records) if rowid is not None]
        return self._rows(kind, rowids)

    def select(self, query: Query) -> list[Row]:
        """Every row of a query at once; for lists that fit a page or a command line."""
        return self._rows(query.kind, self.rowids(query))

    def record_ids(self, query: Query) -> list[bytes]:
        """The ids of a query, in order."""
        return self.ids.records(self.rowids(query))

    def rowids(self, query: Query) -> list[int]:
        """The rowids of a query, in order."""
        kind = self._kind(query.kind)
        where, values = conditions(kind, query, self.ids)
        # A plain list comes from the index by workspace alone, without reading the rows.
        plain = not query.where and not query.order and not query.search
        if query.workspaces or plain:
            indexes = self._indexes(query.workspaces or [state.id for state in self._workspaces.all()])
            where.append(f"_ws IN ({','.join('?' * len(indexes))})")
            values += indexes
        where.append(f"_deleted = {int(query.deleted)}")
        if query.search:
            where.append("id IN (SELECT rowid FROM search WHERE search MATCH ?)")
            values.append(search_expression(query.search) or '""')
        limit = query.limit if query.limit is not None else -1
        chosen = f"SELECT id FROM {source(kind, query)} WHERE {' AND '.join(where)}"
        # As one array: a row for each of 100,000 numbers takes four times as long.
        sql = f"SELECT json_group_array(id) FROM ({chosen} ORDER BY {ordering(kind, query)} LIMIT {limit:d})"
        return numbers(self.connection.execute(sql, values).fetchone()[0])

    def count(self, query: Query) -> int:
        return len(self.rowids(query))

    def _kind(self, name: str) -> Kind:
        kind = self.kinds.get(name)
        if kind is None:
            raise DaftarError("unknown_kind", kind=name)
        return kind

    def _indexes(self, workspaces: Sequence[bytes]) -> list[int]:
        known = {state.id: state.index for state in self._workspaces.all()}
        return [known[workspace] for workspace in workspaces if workspace in known] or [-1]

    def _rows(self, kind: str, rowids: Sequence[int]) -> list[Row]:
        self._kind(kind)
        try:
            return self._rows_whole(kind, rowids)
        except Exception as error:
            if not is_poison(error):
                raise
        # One that the disk has damaged keeps no other from being shown; a check names it.
        if len(rowids) == 1:
            return []
        half = len(rowids) // 2
        return self._rows(kind, rowids[:half]) + self._rows(kind, rowids[half:])

    def _rows_whole(self, kind: str, rowids: Sequence[int]) -> list[Row]:
        codec = self.states.codecs[kind]
        workspaces = {state.index: state.id for state in self._workspaces.all()}
        found: dict[int, Row] = {}
        for at in range(0, len(rowids), _CHUNK):
            part = rowids[at : at + _CHUNK]
            marks = ",".join("?" * len(part))
            heads = self._heads(kind, part, marks)
            sql = f"{codec.select_sql} WHERE id IN ({marks})"
            for row in self.connection.execute(sql, part):
                seen, contested, waiting = heads.get(row[0], ({}, set(), False))
                found[row[0]] = Row(
                    self.ids.record(row[0]),
                    kind,
                    workspaces.get(row[_AT["_ws"]], bytes(16)),
                    codec.shown_values(row),
                    seen,
                    frozenset(contested),
                    waiting or not row[_AT["_settled"]],
                    bool(row[_AT["_deleted"]]),
                    self.ids.account(row[_AT["_author"]]),
                    row[_AT["_stamp"]],
                )
        return [found[rowid] for rowid in rowids if rowid in found]

    def _heads(
        self, kind: str, part: Sequence[int], marks: str
    ) -> dict[int, tuple[dict[str, Bases], set[str], bool]]:
        classes = self.kinds[kind].classes()
        out: dict[int, tuple[dict[str, Bases], set[str], bool]] = {}
        sql = f"SELECT record, key, state, settled IS NOT NULL FROM head WHERE record IN ({marks})"
        for rowid, key, state, waiting in self.connection.execute(sql, part).fetchall():
            seen, contested, before = out.setdefault(rowid, ({}, set(), False))
            merge = classes.get(base_field(key), "r")
            seen[key] = shown_heads(self.states.unpack_register(state), merge)
            if waiting and not before:
                out[rowid] = (seen, contested, True)
        sql = f"SELECT record, key FROM conflict WHERE record IN ({marks})"
        for rowid, key in self.connection.execute(sql, part).fetchall():
            out.setdefault(rowid, ({}, set(), False))[1].add(key)
        return out

    # Search

    def search(self, text: str, *, workspaces: Sequence[bytes] = (), limit: int = 50) -> list[Row]:
        """The best matches over every kind, removed ones left out."""
        matches = find(
            self.connection, text, workspaces=self._indexes(workspaces) if workspaces else (), limit=limit
        )
        by_kind: dict[str, list[int]] = {}
        for rowid, kind in matches:
            by_kind.setdefault(kind, []).append(rowid)
        rows = {
            self.ids.find(row.id): row
            for kind, rowids in by_kind.items()
            if kind in self.kinds
            for row in self._rows(kind, rowids)
        }
        return [rows[rowid] for rowid, _ in matches if rowid in rows and not rows[rowid].deleted]

    # Conflicts and states

    def state(self, kind: str, record: bytes) -> RecordState:
        """The whole shown state of a record, registers and texts included."""
        rowid = self.ids.find(record)
        workspace = self.get(kind, record).workspace
        loaded = self.states.load(kind, [rowid] if rowid is not None else [], workspace)
        return next(iter(loaded.values())).shown

    def conflicts(self, *, workspaces: Sequence[bytes] = ()) -> list[Conflict]:
        """Every open conflict, newest first."""
        inside, values = "", []
        if workspaces:
            values = self._indexes(workspaces)
            inside = f" WHERE ws IN ({','.join('?' * len(values))})"
        sql = f"SELECT id, kind, record FROM conflict{inside} ORDER BY since DESC, id"
        found = []
        for identity, kind, rowid in self.connection.execute(sql, values).fetchall():
            if kind not in self.kinds:
                # Of a newer version: people are asked after an upgrade, or on another laptop.
                continue
            try:
                current = conflicts_of(self.state(kind, self.ids.record(rowid)))
            except Exception as error:
                if not is_poison(error):
                    raise
                # A check names it.
                continue
            found += [item for item in current if item.id == bytes(identity)]
        return found

    def conflict_count(self) -> int:
        return int(self.connection.execute("SELECT count(*) FROM conflict").fetchone()[0])

    # History

    def history(self, kind: str, record: bytes) -> list[tuple[Change, bool]]:
        """Every change of a record with whether the server has it, oldest first by stamp, as far as the log
        of this laptop can be read.
        """
        return self.whole_history(kind, record)[0]

    def history_is_whole(self, kind: str, record: bytes) -> bool:
        """Whether `history` tells everything: what is older than the snapshot is on the server."""
        return self.whole_history(kind, record)[1]

    def whole_history(self, kind: str, record: bytes) -> tuple[list[tuple[Change, bool]], bool]:
        """`history` and `history_is_whole` in one."""
        rowid = self.ids.find(record)
        row = self.get(kind, record)
        if rowid is None:
            return [], True
        told = Told(self.connection, row.workspace, kind, record, rowid=rowid)
        state = self.state(kind, record) if told.unsure else None
        return told.changes(), told.is_whole(state)


def open_store_reader(profile: Profile, kinds: Mapping[str, Kind], *, wide: bool = False) -> Reader:
    """A reader beside whoever writes; raises `profile_missing` where nothing was ever stored.

    A `wide` one keeps whole tables in its cache: reading 100,000 rows anew costs six times as much.
    """
    return Reader(open_connection(profile, cache_mb=BULK_CACHE_MB if wide else CACHE_MB), kinds)


def open_connection(profile: Profile, *, cache_mb: int = CACHE_MB, shared: bool = False) -> Connection:
    """What a reader reads through; raises like `open_store_reader`."""
    connection = open_reader(
        profile.paths.database, key=profile.key, newest=VERSION, cache_mb=cache_mb, shared=shared
    )
    if connection.execute("SELECT 1 FROM meta WHERE key = 'device'").fetchone() is None:
        connection.close()
        raise DaftarError("profile_missing")
    return connection
