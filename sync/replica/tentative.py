"""Showing what colleagues' bundles brought, and folding it again when what it stands on was settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sync.changes import Change
from sync.frames import Block, Group, block_of
from sync.replica.apply import Applier
from sync.replica.carried import Carried
from sync.replica.changed import Touched
from sync.replica.erasing import erased_among, note_erased
from sync.replica.ids import Database, IdMap
from sync.replica.settle import Settler
from sync.replica.source import Source
from sync.replica.states import Loaded
from sync.replica.vetting import known_elsewhere
from sync.replica.workspaces import WorkspaceState


class Tentative:
    """Works on records that carried changes touch; the caller owns the transaction."""

    def __init__(
        self,
        database: Database,
        applier: Applier,
        settler: Settler,
        *,
        ids: IdMap,
        device: int,
        carried: Carried,
    ) -> None:
        self._database = database
        self._applier = applier
        self._settler = settler
        self._ids = ids
        self._device = device
        self._carried = carried

    def fold_again(
        self, state: WorkspaceState, records: Iterable[tuple[str, bytes]], touched: Touched
    ) -> None:
        """Fold what is tentative anew on what is settled; what nobody stands for any more is forgotten."""
        waiting = self._settler.waiting(state)
        for kind, record in sorted(records):
            rowid = self._ids.rowid(record)
            touched.add(kind, record)
            creation = next((one for one in waiting.of(record) if one.create and one.kind == kind), None)
            item = self._applier.states.load(kind, [rowid], state.id).get(rowid)
            foreign = creation is None or (item is not None and item.shown.created != creation.id)
            if item is not None and not item.is_settled and foreign:
                self._applier.remove(item)
                item = None
            if item is None:
                if creation is None or not self._may_create(state, creation):
                    continue
                item = self._create_again(state, creation, touched)
            item.settle_base()
            self._settler.fold_shown_again(state, item, waiting)
            self._applier.finish([item], touched)
            self._note_rows(state, item)

    def _create_again(self, state: WorkspaceState, creation: Change, touched: Touched) -> Loaded:
        log = self._carried.row_of(state, creation.id) or self._own_row(state, creation.dseq)
        source = Source(state.id, state.index, log, settled=False, effective={})
        self._applier.apply(block_of([creation]), source, None, touched)
        rowid = self._ids.rowid(creation.record)
        return self._applier.states.load(creation.kind, [rowid], state.id)[rowid]

    def _may_create(self, state: WorkspaceState, creation: Change) -> bool:
        if self._applier.holes.known(state.index, creation.id) is not None:
            return False
        if erased_among(self._database, state.index, [creation.record]):
            return False
        kinds, records = self._applier.states.kinds, (creation.record,)
        return not known_elsewhere(self._database, self._ids, kinds, kind=creation.kind, records=records)

    def take_in(self, state: WorkspaceState, block: Block, log: int, touched: Touched) -> None:
        """Show a strand: new records column by column, the rest record by record."""
        counts, left = self._carried, set[tuple[str, bytes]]()
        spoken = {record for group in block.groups for record in group.records}
        erased = erased_among(self._database, state.index, spoken)
        for record, kind in erased.items():
            # It is handed on, because the server has to say so to its author, and then taken out again.
            note_erased(self._database, state.index, kind=kind, record=record, was_here=True)
        fresh = []
        for group in block.groups:
            alone = all(
                counts.row_of(state, (block.devices[at], block.dseqs[at])) == log for at in group.positions
            )
            plain = group.create and not group.formers and erased.keys().isdisjoint(group.records)
            if plain and alone and self._nobody_has(state, group):
                fresh.append(group)
            else:
                left |= {(group.kind, record) for record in group.records}
        if fresh:
            source = Source(state.id, state.index, log, settled=False, effective={})
            self._applier.apply(replace(block, groups=fresh), source, None, touched)
            left |= {
                (group.kind, record)
                for group in fresh
                for record in group.records
                if len(counts.of(state, record)) > 1
            }
        self.fold_again(state, left, touched)

    def _nobody_has(self, state: WorkspaceState, group: Group) -> bool:
        kinds = self._applier.states.kinds
        records = group.records
        if len(set(records)) < len(records):
            return False
        if self._applier.states.load(group.kind, self._ids.rowids(records), state.id):
            return False
        return not known_elsewhere(self._database, self._ids, kinds, kind=group.kind, records=records)

    def _own_row(self, state: WorkspaceState, dseq: int) -> int:
        row = self._database.execute(
            "SELECT id FROM log WHERE ws = ? AND device = ? AND first_dseq <= ? AND last_dseq >= ?",
            (state.index, self._ids.device(self._device), dseq, dseq),
        ).fetchone()
        return int(row[0])

    def _note_rows(self, state: WorkspaceState, item: Loaded) -> None:
        """Let histories find the carried changes of a record."""
        rows = {self._carried.row_of(state, one.id) for one in self._carried.of(state, item.shown.record)}
        self._database.executemany(
            "INSERT OR IGNORE INTO touch(record, log) VALUES(?, ?)",
            [(item.rowid, log) for log in rows if log is not None and log != item.made],
        )

    def forget_unsettled(self, state: WorkspaceState, block: Block) -> set[tuple[str, bytes]]:
        """Make room for creations that the server ordered and that were here before by bundle."""
        gone: set[tuple[str, bytes]] = set()
        if not self._carried.any(state.index):
            return gone
        for group in block.groups:
            if not group.create or group.hole:
                continue
            # Own ones are settled where they are.
            places = zip(group.records, group.positions, strict=True)
            records = [record for record, at in places if block.devices[at] != self._device]
            rowids = self._ids.rowids(records)
            others = {one.kind for record in records for one in self._carried.of(state, record)}
            for kind in others | {group.kind}:
                for item in self._applier.states.load(kind, rowids, state.id).values():
                    if not item.is_settled:
                        self._applier.remove(item)
                        gone.add((group.kind, item.shown.record))
        return gone
