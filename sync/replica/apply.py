"""Applying a block of changes: the one primitive that writes record tables.

New records of known kinds are written column by column (`creating`); everything else goes through
`RecordState` and the fold. The caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.changes import DELETED, Change, base_field
from sync.digest import Digest, record_term
from sync.errors import DaftarError
from sync.frames import Block, Group, changes_of
from sync.merge import RecordState, conflicts_of, fold, is_deleted, may_conflict
from sync.merge.files import files_of_record
from sync.merge.holes import ERASED, HoleBase, inherit
from sync.merge.texts import read_text
from sync.records import Kind
from sync.replica.changed import Touched
from sync.replica.creating import Creator
from sync.replica.erasing import add_files, forget_keys, note_erased
from sync.replica.holes import Holes
from sync.replica.ids import Database, IdMap
from sync.replica.rows import OTHER_TABLE
from sync.replica.source import Indexer, Source
from sync.replica.states import Loaded, States

_CHUNK = 500


class Applier:
    """Applies blocks to the record tables of one database."""

    def __init__(self, database: Database, kinds: Mapping[str, Kind], ids: IdMap, indexer: Indexer) -> None:
        self._database = database
        self._ids = ids
        self._indexer = self.indexer = indexer
        self.states = States(database, ids, kinds)
        self.holes = Holes(database, ids)
        self._creator = Creator(database, ids, indexer, self.states.codecs)
        self._searched = {
            name: {one for one, field in kind.fields.items() if field.searchable}
            for name, kind in kinds.items()
        }

    def apply(self, block: Block, source: Source, digest: Digest | None, touched: Touched) -> None:
        """Apply every change of a block. `digest` is updated where the block is settled."""
        self._creator.begin()
        for group in block.groups:
            if not group.create or group.hole:
                continue
            if not self._creator.create(block, group, source, digest, touched):
                self._creator.index()
                self._create_slow(block, group, source, digest, touched)
        self._creator.index()
        rest = [group for group in block.groups if not group.create or group.hole]
        if rest:
            self._edit(block, rest, source, digest, touched)

    # New records

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
                    self._replace_unsettled(known, change, source, at, digest)
                    touched.refold.add((change.kind, change.record))
                else:
                    self._fold_all(known, [(change, at)], source, digest, touched)
                    self.finish([known], touched)
                touched.add(change.kind, change.record)
                continue
            state = self._fresh_state(change, source, positions[change.record])
            item = Loaded(rowid, state, None, source.settled, None, source.log)
            if source.settled:
                item.term = record_term(state)
                if digest is not None:
                    digest.replace(change.record, None, item.term)
            self.states.insert(item)
            self._index_new(item)
            touched.add(change.kind, change.record)

    def _replace_unsettled(
        self, known: Loaded, change: Change, source: Source, position: int, digest: Digest | None
    ) -> None:
        """The server ordered a creation that was here already under another number."""
        self.remove(known)
        state = self._fresh_state(change, source, position)
        item = Loaded(known.rowid, state, None, True, record_term(state), source.log)
        if digest is not None:
            digest.replace(change.record, None, item.term)
        self.states.insert(item)
        self._index_new(item)

    def remove(self, item: Loaded) -> None:
        """Take a record out of the tables, as if it had never been here."""
        table = item.shown.kind if item.shown.kind in self.states.codecs else OTHER_TABLE
        self._database.execute(f'DELETE FROM "{table}" WHERE id = ?', (item.rowid,))
        for other in ("head", "document", "conflict", "touch"):
            self._database.execute(f"DELETE FROM {other} WHERE record = ?", (item.rowid,))
        self._indexer.remove([item.rowid])

    def forget(self, index: int, kind: str, record: bytes, digest: Digest | None, touched: Touched) -> None:
        """The administrator erased a record: take it out of the tables, and note that more has to follow."""
        rowid = self._ids.find(record)
        found = {} if rowid is None else self.states.load(kind, [rowid], bytes(16))
        for item in found.values():
            if item.is_settled and digest is not None:
                digest.replace(record, item.term, None)
            self.remove(item)
            touched.add(kind, record)
            touched.conflicts = True
        note_erased(self._database, index, kind=kind, record=record, was_here=bool(found))
        for item in found.values():
            add_files(self._database, index, record, files_of_record(item.shown))

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
                touched.beside.add((change.kind, change.record))
                if change.code == ERASED:
                    self.forget(source.workspace_index, change.kind, change.record, digest, touched)
                    forget_keys(self._database, source.workspace_index, change.bases.get(DELETED, ()))
                continue
            rowid = self._ids.rowid(change.record)
            by_kind.setdefault(change.kind, {}).setdefault(rowid, []).append((change, place[change.id]))
        hole_base = self.holes.lookup(source.workspace_index)
        folded: list[Loaded] = []
        for kind, records in by_kind.items():
            loaded = self.states.load(kind, list(records), source.workspace)
            for rowid, changes in records.items():
                item = loaded.get(rowid)
                if item is None:
                    raise DaftarError("base_missing", kind=kind)
                self._fold_all(item, changes, source, digest, touched, hole_base=hole_base)
                touched.add(kind, item.shown.record)
                folded.append(item)
            self._database.executemany(
                "INSERT OR IGNORE INTO touch(record, log) VALUES(?, ?)",
                [(rowid, source.log) for rowid in records],
            )
        self.finish(folded, touched)

    def _fold_all(
        self,
        item: Loaded,
        changes: Sequence[tuple[Change, int]],
        source: Source,
        digest: Digest | None,
        touched: Touched,
        *,
        hole_base: HoleBase | None = None,
    ) -> None:
        hole_base = hole_base or self.holes.lookup(source.workspace_index)
        for change, position in changes:
            whole = inherit(change, hole_base)
            stamp = source.effective.get(position)
            if source.settled:
                if item.settled is not None:
                    fold(item.settled, whole, effective=stamp)
            else:
                item.settle_base()
            item.changed |= fold(item.shown, whole, effective=stamp).touched
        if source.settled and item.settled is not None:
            touched.beside.add((item.shown.kind, item.shown.record))
        if source.settled and item.is_settled:
            self.renew_term(item, digest)

    def renew_term(self, item: Loaded, digest: Digest | None) -> None:
        """Replace the digest term of a record by that of its settled state."""
        term = record_term(item.settled if item.settled is not None else item.shown)
        if digest is not None:
            digest.replace(item.shown.record, item.term, term)
        item.term = term

    def finish(self, items: Sequence[Loaded], touched: Touched) -> None:
        """Write folded records back: rows, registers, conflicts, search index."""
        for item in items:
            item.was_deleted = is_deleted(item.shown)
        self.states.save(items)
        for item in items:
            touched.conflicts = self.list_conflicts(item) or touched.conflicts
        self._index_again(items)

    def list_conflicts(self, item: Loaded) -> bool:
        """Bring the list of open conflicts up to date for a record; says whether it changed."""
        if not item.contested and not may_conflict(item.shown):
            return False
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
        item.contested = bool(current)
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

    def _index_new(self, item: Loaded) -> None:
        kind = self.states.kinds.get(item.shown.kind)
        if kind is not None:
            index = self.states.workspace_index(item.shown.workspace)
            self._indexer.add(kind.name, [search_row(kind, item, index)])

    def _index_again(self, items: Sequence[Loaded]) -> None:
        """Bring the index up to date where something changed that it holds."""
        workspaces: dict[bytes, int] = {}
        rows: dict[str, list[tuple[int, int, str, str]]] = {}
        for item in items:
            kind = self.states.kinds.get(item.shown.kind)
            if kind is None or not self._searched[kind.name] & {base_field(key) for key in item.changed}:
                continue
            workspace = item.shown.workspace
            if workspace not in workspaces:
                workspaces[workspace] = self.states.workspace_index(workspace)
            rows.setdefault(kind.name, []).append(search_row(kind, item, workspaces[workspace]))
        if rows:
            self._indexer.replace(rows)


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
            parts += [
                key.partition("/")[2] for key, value in values.items() if value and key.startswith(f"{name}/")
            ]
        elif isinstance(values.get(name), str):
            parts.append(values[name])
    title = values.get(kind.title_field) if kind.fields[kind.title_field].searchable else ""
    return (item.rowid, workspace, str(title or ""), "\n".join(part for part in parts if part))
