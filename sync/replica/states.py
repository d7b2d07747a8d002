"""Loading and saving record states: as shown, and as settled where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgpack

from sync.changes import DELETED, Change, Value, base_field
from sync.merge import Head, RecordState, Register, may_conflict, winner
from sync.merge.texts import read_text
from sync.records import Kind
from sync.replica.ids import Database, IdMap
from sync.replica.kept import is_cut, keep_text, kept_text
from sync.replica.rows import ENGINE_COLUMNS, OTHER_TABLE, RowCodec, pack_extra, unpack_extra

_CHUNK: Final = 500


@dataclass(slots=True)
class Loaded:
    """One record of the replica: its shown state, its settled state where that differs, its digest term."""

    rowid: int
    shown: RecordState
    settled: RecordState | None
    is_settled: bool
    term: bytes | None
    made: int
    exists: bool = True
    was_deleted: bool = False
    contested: bool = False
    """Whether there may be conflicts listed of it, as it was when it was read."""
    changed: set[str] = field(default_factory=set)

    def settle_base(self) -> RecordState:
        """The settled state to fold into: split from the shown one on first need."""
        if self.settled is None:
            self.settled = self.shown.copy()
        return self.settled


@dataclass(slots=True)
class _Writing:
    """What many records have to write, each statement with all of its values."""

    heads: list[tuple[int, str, bytes, bytes | None]] = field(default_factory=list)
    gone: list[tuple[int, str]] = field(default_factory=list)
    documents: list[tuple[int, str, bytes, bytes | None]] = field(default_factory=list)
    rows: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = field(default_factory=dict)
    """By table and columns."""

    def run(self, database: Database) -> None:
        database.executemany(
            "INSERT INTO head(record, key, state, settled) VALUES(?, ?, ?, ?) "
            "ON CONFLICT(record, key) DO UPDATE SET state = excluded.state, settled = excluded.settled",
            self.heads,
        )
        database.executemany("DELETE FROM head WHERE record = ? AND key = ?", self.gone)
        database.executemany(
            "INSERT INTO document(record, field, snapshot, settled) VALUES(?, ?, ?, ?) "
            "ON CONFLICT(record, field)"
            " DO UPDATE SET snapshot = excluded.snapshot, settled = excluded.settled",
            self.documents,
        )
        for (table, columns), values in self.rows.items():
            assignments = ", ".join(f'"{name}" = ?' for name in columns)
            database.executemany(f'UPDATE "{table}" SET {assignments} WHERE id = ?', values)


class States:
    """Reads and writes states in batches; the caller owns the transaction."""

    def __init__(self, database: Database, ids: IdMap, kinds: Mapping[str, Kind]) -> None:
        self._database = database
        self._ids = ids
        self.kinds = kinds
        self.codecs = {name: RowCodec(kind, ids) for name, kind in kinds.items()}

    # Registers as bytes

    def pack_register(self, register: Register) -> bytes:
        heads = [
            [
                self._ids.device(head.id[0]) if head.id[0] else 0,
                head.id[1],
                head.stamp,
                self._ids.author(head.author),
                head.value,
                head.creation,
                {key: [list(change) for change in ids] for key, ids in head.covers.items()} or None,
            ]
            for head in register.heads
        ]
        return bytes(msgpack.packb([heads, [list(change) for change in sorted(register.awaited)]]))

    def unpack_register(self, stored: bytes) -> Register:
        heads, awaited = msgpack.unpackb(stored)
        return Register(
            tuple(
                Head(
                    (self._ids.device_number(device) if device else 0, dseq),
                    stamp,
                    self._ids.account(author),
                    value,
                    creation,
                    {key: tuple((int(a), int(b)) for a, b in ids) for key, ids in (covers or {}).items()},
                )
                for device, dseq, stamp, author, value, creation, covers in heads
            ),
            frozenset((int(device), int(dseq)) for device, dseq in awaited),
        )

    # Reading

    def load(self, kind: str, rowids: Sequence[int], workspace: bytes) -> dict[int, Loaded]:
        """The states of many records of one kind; those that do not exist are left out."""
        loaded: dict[int, Loaded] = {}
        for at in range(0, len(rowids), _CHUNK):
            part = rowids[at : at + _CHUNK]
            marks = ",".join("?" * len(part))
            rows = self._database.execute(f"{self._select(kind)} WHERE id IN ({marks})", part).fetchall()
            loaded |= {row[0]: self._loaded(kind, row, workspace) for row in rows}
            self._load_heads(loaded, part, marks)
            self._load_texts(loaded, {row[0]: row for row in rows}, part, marks)
        for item in loaded.values():
            item.contested = may_conflict(item.shown)
        return loaded

    def _select(self, kind: str) -> str:
        codec = self.codecs.get(kind)
        if codec is not None:
            return codec.select_sql
        return f"SELECT id, {', '.join(ENGINE_COLUMNS)} FROM {OTHER_TABLE}"

    def _loaded(self, kind: str, row: Sequence[Any], workspace: bytes) -> Loaded:
        codec = self.codecs.get(kind)
        _, _, dev, dseq, stamp, author, made, settled, deleted, term, extra = row[: 1 + len(ENGINE_COLUMNS)]
        extra_values, extra_classes = unpack_extra(extra)
        values = codec.flat_values(row) if codec else {}
        classes = {name: str(declared.merge) for name, declared in codec.kind.fields.items()} if codec else {}
        state = RecordState(
            workspace,
            kind,
            self._ids.record(row[0]),
            (self._ids.device_number(dev), dseq),
            stamp,
            self._ids.account(author),
            values | extra_values,
            {},
            classes | extra_classes,
        )
        # A tentative record has the term it will be settled with, as long as nobody touches it.
        known = term if settled else None
        return Loaded(row[0], state, None, bool(settled), known, made, was_deleted=bool(deleted))

    def _load_heads(self, loaded: dict[int, Loaded], part: Sequence[int], marks: str) -> None:
        sql = f"SELECT record, key, state, settled FROM head WHERE record IN ({marks})"
        for rowid, key, state, settled in self._database.execute(sql, part).fetchall():
            item = loaded.get(rowid)
            if item is None:
                continue
            register = self.unpack_register(state)
            _set_register(item.shown, key, register)
            if settled is not None:
                _set_register(item.settle_base(), key, self.unpack_register(settled))
            elif item.settled is not None:
                _set_register(item.settled, key, register)

    def _load_texts(
        self, loaded: dict[int, Loaded], rows: Mapping[int, Sequence[Any]], part: Sequence[int], marks: str
    ) -> None:
        sql = f"SELECT record, field, snapshot, settled FROM document WHERE record IN ({marks})"
        for rowid, name, snapshot, settled in self._database.execute(sql, part).fetchall():
            item = loaded.get(rowid)
            if item is None:
                continue
            shown = kept_text(snapshot, self._told(item, rows[rowid], name) if is_cut(snapshot) else None)
            item.shown.texts[name] = shown
            if settled is not None:
                item.settle_base().texts[name] = kept_text(settled)
            elif item.settled is not None:
                item.settled.texts[name] = shown

    def _told(self, item: Loaded, row: Sequence[Any], name: str) -> str | None:
        """What a row says in a long text."""
        kind = item.shown.kind
        codec = self.codecs.get(kind)
        if codec is not None and name in codec.kind.fields:
            return codec.text_of(row, name)
        # A newer version, which knows the field, wrote here before this one.
        found = self._database.execute(
            f'SELECT "{name}" FROM "{kind}" WHERE id = ?', (item.rowid,)
        ).fetchone()
        return None if found is None else found[0]

    def shows(self, kind: str, records: Iterable[bytes]) -> int:
        """How many of these records are here and not deleted."""
        table = kind if kind in self.codecs else OTHER_TABLE
        found = [rowid for record in records if (rowid := self._ids.find(record)) is not None]
        count = 0
        for at in range(0, len(found), _CHUNK):
            part = found[at : at + _CHUNK]
            sql = f'SELECT count(*) FROM "{table}" WHERE _deleted = 0 AND id IN ({",".join("?" * len(part))})'
            count += int(self._database.execute(sql, part).fetchone()[0])
        return count

    def count_shown(self, workspace: int) -> int:
        """How many records of a workspace are not deleted."""
        tables = [*self.codecs, OTHER_TABLE]
        sql = 'SELECT count(*) FROM "{}" WHERE _ws = ? AND _deleted = 0'
        return sum(int(self._database.execute(sql.format(one), (workspace,)).fetchone()[0]) for one in tables)

    # Writing

    def save(self, items: Iterable[Loaded]) -> None:
        """Write back what changed: row columns, registers, documents, the digest term."""
        writing = _Writing()
        for item in items:
            self._put_heads(item, writing)
            self._put_row(item, writing)
        writing.run(self._database)

    def _put_heads(self, item: Loaded, writing: _Writing) -> None:
        shown, settled = item.shown, item.settled
        for key in item.changed & shown.heads.keys():
            state = self.pack_register(shown.heads[key])
            beside = None
            if settled is not None:
                packed = self.pack_register(settled.register(key))
                beside = None if packed == state else packed
            writing.heads.append((item.rowid, key, state, beside))
        writing.gone += [(item.rowid, key) for key in item.changed - shown.heads.keys()]
        for name in {base_field(key) for key in item.changed} & shown.texts.keys():
            beside = None
            if settled is not None and settled.texts.get(name) != shown.texts[name]:
                beside = keep_text(settled.texts.get(name, b""))
            writing.documents.append((item.rowid, name, keep_text(shown.texts[name]), beside))

    def _put_row(self, item: Loaded, writing: _Writing) -> None:
        kind = item.shown.kind
        codec = self.codecs.get(kind)
        known = codec.kind.fields if codec else {}
        touched = sorted({base_field(key) for key in item.changed} & known.keys())
        texts = {name: read_text(item.shown.texts[name]) for name in touched if name in item.shown.texts}
        columns: dict[str, Any] = codec.columns_of(item.shown.values, texts, touched) if codec else {}
        columns["_settled"] = int(item.is_settled)
        columns["_term"] = item.term
        columns["_deleted"] = int(item.was_deleted)
        if any(base_field(key) not in known for key in item.changed - {DELETED}):
            columns["_extra"] = pack_extra(item.shown.values, item.shown.classes, known)
        where = (kind if codec else OTHER_TABLE, tuple(columns))
        writing.rows.setdefault(where, []).append((*columns.values(), item.rowid))

    def settle_whole(self, items: Iterable[Loaded]) -> None:
        """Note of records that what is shown is settled: nothing stands beside it any more."""
        rows: dict[str, list[tuple[bytes | None, int]]] = {}
        for item in items:
            table = item.shown.kind if item.shown.kind in self.codecs else OTHER_TABLE
            rows.setdefault(table, []).append((item.term, item.rowid))
        for table, terms in rows.items():
            self._database.executemany(f'UPDATE "{table}" SET _settled = 1, _term = ? WHERE id = ?', terms)
        every = [rowid for terms in rows.values() for _, rowid in terms]
        for at in range(0, len(every), _CHUNK):
            part = every[at : at + _CHUNK]
            marks = ",".join("?" * len(part))
            for table in ("head", "document"):
                self._database.execute(
                    f"UPDATE {table} SET settled = NULL WHERE settled IS NOT NULL AND record IN ({marks})",
                    part,
                )

    def made_by(self, item: Loaded, creation: Change, stamp: int) -> None:
        """Let a tentative record be the one that the server has: a copy of this disk handed it in first.

        Of the creation that was made here again, nothing is left but what was built on it.
        """
        shown, former = item.shown, item.shown.created
        shown.created, shown.created_stamp, shown.created_by = creation.id, stamp, creation.author
        for key, register in shown.heads.items():
            heads = [
                replace(head, id=creation.id, stamp=stamp) if head.id == former else head
                for head in register.heads
            ]
            heads.sort(key=lambda head: (head.stamp, head.id), reverse=True)
            shown.heads[key] = replace(register, heads=tuple(heads))
        item.changed |= set(shown.heads) | set(shown.texts)
        table = shown.kind if shown.kind in self.codecs else OTHER_TABLE
        device, author = self._ids.device(creation.device), self._ids.author(creation.author)
        self._database.execute(
            f'UPDATE "{table}" SET _dev = ?, _dseq = ?, _stamp = ?, _author = ? WHERE id = ?',
            (device, creation.dseq, stamp, author, item.rowid),
        )

    def insert(self, item: Loaded) -> None:
        """Write a new record whole (the slow road: texts, unknown fields, early edits)."""
        state = item.shown
        codec = self.codecs.get(state.kind)
        assert state.created is not None
        item.changed |= set(state.heads) | set(state.texts)
        extra = pack_extra(state.values, state.classes, codec.kind.fields if codec else {})
        engine = (
            self.workspace_index(state.workspace),
            self._ids.device(state.created[0]),
            state.created[1],
            state.created_stamp,
            self._ids.author(state.created_by),
            item.made,
            int(item.is_settled),
            int(item.was_deleted),
            item.term,
            extra,
        )
        if codec is None:
            names = ", ".join(ENGINE_COLUMNS)
            marks = ", ".join("?" * (2 + len(engine)))
            sql = f"INSERT INTO {OTHER_TABLE}(id, _kind, {names}) VALUES({marks})"
            self._database.execute(sql, (item.rowid, state.kind, *engine))
        else:
            texts = {name: read_text(snapshot) for name, snapshot in state.texts.items()}
            columns = codec.columns_of(state.values, texts, tuple(codec.kind.fields))
            row = tuple(columns[name] for name in codec.columns)
            self._database.execute(codec.insert_sql, (item.rowid, *engine, *row))
        writing = _Writing()
        self._put_heads(item, writing)
        writing.run(self._database)

    def workspace_index(self, workspace: bytes) -> int:
        row = self._database.execute(
            "SELECT idx FROM workspace_state WHERE item = ?", (workspace,)
        ).fetchone()
        return int(row[0])


def _set_register(state: RecordState, key: str, register: Register) -> None:
    if not register.heads and not register.awaited:
        # What never was settled leaves no trace, in the digest least of all.
        state.heads.pop(key, None)
        state.values.pop(key, None)
        return
    state.heads[key] = register
    shown = winner(register, state.merge_of(key))
    value: Value = shown.value if shown else None
    if value is None:
        state.values.pop(key, None)
    else:
        state.values[key] = value
