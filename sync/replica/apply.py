"""Applying a block of changes: the one primitive that writes record tables.

New records of known kinds are written column by column; everything else goes through `RecordState`
and the fold. The caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Protocol

from sync.changes import Change, base_field, pack_body
from sync.digest import Digest, plain_term, record_term
from sync.errors import DaftarError
from sync.frames import Block, Group, changes_of
from sync.merge import RecordState, conflicts_of, fold, is_deleted
from sync.merge.holes import inherit
from sync.merge.texts import read_text
from sync.records import Kind
from sync.replica.changed import Touched
from sync.replica.holes import Holes
from sync.replica.ids import Database, IdMap
from sync.replica.states import Loaded, States

_CHUNK = 500


class Indexer(Protocol):
    """Keeps the search index in the same transaction: rows are (rowid, workspace index, title, text)."""

    def add(self, kind: str, rows: Sequence[tuple[int, int, str, str]]) -> None: ...

    def replace(self, kind: str, rows: Sequence[tuple[int, int, str, str]]) -> None: ...

    def remove(self, rowids: Sequence[int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where a block comes from. `settled`: the server has ordered it; `effective`: stamps by position."""

    workspace: bytes
    workspace_index: int
    log: int
    settled: bool
    effective: Mapping[int, int]


class Applier:
    """Applies blocks to the record tables of one database."""

    def __init__(self, database: Database, kinds: Mapping[str, Kind], ids: IdMap, indexer: Indexer) -> None:
        self._database = database
        self._ids = ids
        self._indexer = indexer
        self.states = States(database, ids, kinds)
        self.holes = Holes(database, ids)

    def apply(self, block: Block, source: Source, digest: Digest | None, touched: Touched) -> None:
        """Apply every change of a block. `digest` is updated where the block is settled."""
        for group in block.groups:
            if (
                group.create
                and not group.hole
                and not self._create_fast(block, group, source, digest, touched)
            ):
                self._create_slow(block, group, source, digest, touched)
        rest = [group for group in block.groups if not group.create or group.hole]
        if rest:
            self._edit(block, rest, source, digest, touched)

    # New records

    def _create_fast(
        self, block: Block, group: Group, source: Source, digest: Digest | None, touched: Touched
    ) -> bool:
        codec = self.states.codecs.get(group.kind)
        if codec is None or group.covers or any(column.bases is not None for column in group.columns):
            return False
        columns = codec.group_columns(group)
        if columns is None:
            return False
        rowid = self._ids.rowid
        rowids = [rowid(record) for record in group.records]
        if len(set(rowids)) < len(rowids) or self._any_known(group.kind, rowids):
            return False
        count = len(rowids)
        terms = group_terms(group) if source.settled else [None] * count
        at = group.positions
        device = {number: self._ids.device(number) for number in set(block.devices)}
        author = {account: self._ids.author(account) for account in set(block.authors)}
        present = [name for name in codec.columns if name in columns]
        self._database.executemany(
            codec.insert_into(present),
            zip(
                rowids,
                repeat(source.workspace_index),
                [device[block.devices[place]] for place in at],
                [block.dseqs[place] for place in at],
                [source.effective.get(place, block.stamps[place]) for place in at],
                [author[block.authors[place]] for place in at],
                repeat(source.log),
                repeat(int(source.settled)),
                terms,
                *[columns[name] for name in present],
                strict=False,
            ),
        )
        if digest is not None and source.settled:
            digest.add_all((record, term) for record, term in zip(group.records, terms, strict=True) if term)
        self._indexer.add(group.kind, _search_rows(codec.kind, rowids, source.workspace_index, columns))
        touched.add(group.kind, *group.records)
        return True

    def _any_known(self, kind: str, rowids: Sequence[int]) -> bool:
        for at in range(0, len(rowids), _CHUNK):
            part = rowids[at : at + _CHUNK]
            marks = ",".join("?" * len(part))
            if self._database.execute(
                f'SELECT 1 FROM "{kind}" WHERE id IN ({marks}) LIMIT 1', part
            ).fetchone():
                return True
        return False

    def _create_slow(
        self, block: Block, group: Group, source: Source, digest: Digest | None, touched: Touched
    ) -> None:
        part = Block(
            block.workspace, block.devices, block.dseqs, block.stamps, block.txns, block.authors, [group]
        )
        positions = dict(zip(group.records, group.positions, strict=True))
        for change in changes_of(part):
            rowid = self._ids.rowid(change.record)
            known = self.states.load(group.kind, [rowid], source.workspace).get(rowid)
            if known is not None:
                at = positions[change.record]
                if source.settled and not known.is_settled:
                    known.settled = self._fresh_state(change, source, at)
                    known.is_settled = True
                    known.changed |= fold(known.shown, change, effective=source.effective.get(at)).touched
                    self.renew_term(known, digest)
                    self.finish(known, touched)
                else:
                    self._fold_all(known, [(change, at)], source, digest, touched)
                touched.add(change.kind, change.record)
                continue
            state = self._fresh_state(change, source, positions[change.record])
            item = Loaded(rowid, state, None, source.settled, None, source.log)
            if source.settled:
                item.term = record_term(state)
                if digest is not None:
                    digest.replace(change.record, None, item.term)
            self.states.insert(item)
            self._index(item, new=True)
            touched.add(change.kind, change.record)

    def _fresh_state(self, change: Change, source: Source, position: int) -> RecordState:
        state = RecordState(source.workspace, change.kind, change.record)
        state.classes.update(self._classes(change.kind))
        fold(state, change, effective=source.effective.get(position))
        return state

    def _classes(self, kind: str) -> dict[str, str]:
        declared = self.states.kinds.get(kind)
        return {name: str(field.merge) for name, field in declared.fields.items()} if declared else {}

    # Edits

    def _edit(
        self, block: Block, groups: Sequence[Group], source: Source, digest: Digest | None, touched: Touched
    ) -> None:
        part = Block(
            block.workspace, block.devices, block.dseqs, block.stamps, block.txns, block.authors, list(groups)
        )
        place = {
            (device, dseq): at
            for at, (device, dseq) in enumerate(zip(block.devices, block.dseqs, strict=True))
        }
        by_kind: dict[str, dict[int, list[tuple[Change, int]]]] = {}
        for change in changes_of(part):
            if change.hole:
                self.holes.add(source.workspace_index, change)
                continue
            rowid = self._ids.rowid(change.record)
            by_kind.setdefault(change.kind, {}).setdefault(rowid, []).append((change, place[change.id]))
        for kind, records in by_kind.items():
            loaded = self.states.load(kind, list(records), source.workspace)
            for rowid, changes in records.items():
                item = loaded.get(rowid)
                if item is None:
                    raise DaftarError("base_missing", kind=kind)
                self._fold_all(item, changes, source, digest, touched)
                touched.add(kind, item.shown.record)
                self._database.execute(
                    "INSERT OR IGNORE INTO touch(record, log) VALUES(?, ?)", (rowid, source.log)
                )

    def _fold_all(
        self,
        item: Loaded,
        changes: Sequence[tuple[Change, int]],
        source: Source,
        digest: Digest | None,
        touched: Touched,
    ) -> None:
        hole_base = self.holes.lookup(source.workspace_index)
        for change, position in changes:
            whole = inherit(change, hole_base)
            stamp = source.effective.get(position)
            if source.settled:
                if item.settled is not None:
                    fold(item.settled, whole, effective=stamp)
            else:
                item.settle_base()
            item.changed |= fold(item.shown, whole, effective=stamp).touched
        if source.settled and item.is_settled:
            self.renew_term(item, digest)
        self.finish(item, touched)

    def renew_term(self, item: Loaded, digest: Digest | None) -> None:
        """Replace the digest term of a record by that of its settled state."""
        term = record_term(item.settled if item.settled is not None else item.shown)
        if digest is not None:
            digest.replace(item.shown.record, item.term, term)
        item.term = term

    def finish(self, item: Loaded, touched: Touched) -> None:
        """Write a folded record back: row, registers, conflicts, search index."""
        item.was_deleted = is_deleted(item.shown)
        self.states.save([item])
        touched.conflicts = self._list_conflicts(item) or touched.conflicts
        self._index(item, new=False)

    def _list_conflicts(self, item: Loaded) -> bool:
        rows = self._database.execute("SELECT id FROM conflict WHERE record = ?", (item.rowid,)).fetchall()
        known = {bytes(row[0]) for row in rows}
        current = {conflict.id: conflict for conflict in conflicts_of(item.shown)}
        for gone in known - current.keys():
            self._database.execute("DELETE FROM conflict WHERE id = ?", (gone,))
        for new in current.keys() - known:
            conflict = current[new]
            since = max(head.stamp for head in conflict.heads)
            self._database.execute(
                "INSERT INTO conflict(id, ws, kind, record, key, since) VALUES(?, ?, ?, ?, ?, ?)",
                (
                    new,
                    self.states.workspace_index(item.shown.workspace),
                    conflict.kind,
                    item.rowid,
                    conflict.key,
                    since,
                ),
            )
        return known != current.keys()

    def index_everything(self) -> None:
        """Fill an empty search index from the record tables."""
        for kind in self.states.kinds.values():
            rows = self._database.execute(f'SELECT id, _ws FROM "{kind.name}"').fetchall()
            workspaces = dict(rows)
            for at in range(0, len(rows), _CHUNK):
                part = [row[0] for row in rows[at : at + _CHUNK]]
                loaded = self.states.load(kind.name, part, bytes(16))
                found = [search_row(kind, item, workspaces[rowid]) for rowid, item in loaded.items()]
                self._indexer.add(kind.name, found)

    def forget(self, rowid: int) -> None:
        """Take a record that was refused out of the search index."""
        self._indexer.remove([rowid])

    def _index(self, item: Loaded, *, new: bool) -> None:
        kind = self.states.kinds.get(item.shown.kind)
        if kind is None:
            return
        searchable = {name for name, field in kind.fields.items() if field.searchable}
        if not new and not searchable & {base_field(key) for key in item.changed}:
            return
        row = search_row(kind, item, self.states.workspace_index(item.shown.workspace))
        (self._indexer.add if new else self._indexer.replace)(kind.name, [row])


def group_terms(group: Group) -> list[bytes]:
    """Digest terms of new records without texts, from the columns."""
    values: list[dict[str, Any]] = [{} for _ in group.records]
    for column in group.columns:
        if column.keys is None:
            rows = range(len(group.records)) if column.rows is None else column.rows
            name = column.name
            for row, value in zip(rows, column.values, strict=True):
                values[row][name] = value
        else:
            assert column.rows is not None
            prefix = column.name + "/"
            for row, key, value in zip(column.rows, column.keys, column.values, strict=True):
                values[row][prefix + key] = value
    kind = group.kind
    return [
        plain_term(record, kind, pack_body(body)) for record, body in zip(group.records, values, strict=True)
    ]


def _search_rows(
    kind: Kind, rowids: Sequence[int], workspace: int, columns: Mapping[str, Sequence[Any]]
) -> list[tuple[int, int, str, str]]:
    none = [None] * len(rowids)
    title_field = kind.title_field
    others = [
        columns[name]
        for name, field in kind.fields.items()
        if field.searchable and name in columns and name != title_field
    ]
    # Some kinds are called by a record they refer to; such a title is no text to be found by.
    titles = columns.get(title_field, none) if kind.fields[title_field].searchable else none
    bodies = zip(*others, strict=True) if others else repeat(())
    return [
        (rowid, workspace, title or "", "\n".join([str(text) for text in body if text]))
        for rowid, title, body in zip(rowids, titles, bodies, strict=False)
    ]


def search_row(kind: Kind, item: Loaded, workspace: int) -> tuple[int, int, str, str]:
    """The search row of one record from its shown state."""
    values = item.shown.values
    parts = []
    for name, field in kind.fields.items():
        if not field.searchable or name == kind.title_field:
            continue
        if name in item.shown.texts:
            parts.append(read_text(item.shown.texts[name]))
        elif field.merge in ("k", "s"):
            parts += [key.partition("/")[2] for key in values if key.startswith(f"{name}/")]
        elif isinstance(values.get(name), str):
            parts.append(values[name])
    title = values.get(kind.title_field) if kind.fields[kind.title_field].searchable else ""
    return (item.rowid, workspace, str(title or ""), "\n".join(part for part in parts if part))
