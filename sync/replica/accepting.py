"""Own changes that the server has ordered, taken into the settled states of their records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from sync.changes import Change
from sync.errors import DaftarError
from sync.frames import Group
from sync.merge import fold
from sync.merge.holes import HoleBase, inherit
from sync.replica.apply import Applier
from sync.replica.aside import forget_own
from sync.replica.changed import Touched
from sync.replica.ids import Database, IdMap
from sync.replica.rows import OTHER_TABLE
from sync.replica.states import Loaded
from sync.replica.workspaces import WorkspaceState

_CHUNK: Final = 500


class Acceptor:
    """Makes tentative states settled ones."""

    def __init__(self, database: Database, applier: Applier, ids: IdMap, *, device: int) -> None:
        self._database = database
        self._applier = applier
        self._ids = ids
        self._device = device

    def take_untouched(self, state: WorkspaceState, group: Group, touched: Touched) -> set[int]:
        """Settle new records that nobody has touched since, which is those that still have the term they
        were made with; the positions of all others.
        """
        if not group.create or group.hole or group.kind not in self._applier.states.codecs:
            return set(group.positions)
        rowids = self._ids.rowids(group.records)
        records = dict(zip(rowids, group.records, strict=True))
        terms: list[tuple[int, bytes]] = []
        for at in range(0, len(rowids), _CHUNK):
            part = rowids[at : at + _CHUNK]
            sql = (
                f'UPDATE "{group.kind}" SET _settled = 1'
                f" WHERE id IN ({','.join('?' * len(part))}) AND _settled = 0 AND _term IS NOT NULL"
                " RETURNING id, _term"
            )
            terms += self._database.execute(sql, part).fetchall()
        state.digest.add_all((records[rowid], term) for rowid, term in terms)
        if len(terms) == len(rowids):
            touched.add(group.kind, *group.records)
            return set()
        settled = {rowid for rowid, _ in terms}
        touched.add(group.kind, *(records[rowid] for rowid in settled))
        places = zip(group.positions, rowids, strict=True)
        return {position for position, rowid in places if rowid not in settled}

    def take_last(
        self, state: WorkspaceState, changes: Iterable[Change], open_ones: Collection[bytes], touched: Touched
    ) -> None:
        """Settle changes with the stamps that they have. Where nothing else of a record is tentative (it is
        not among the open ones), what is shown is what is settled, and is not folded again.
        """
        whole: list[Loaded] = []
        parts: list[Loaded] = []
        hole_base = self._applier.holes.lookup(state.index)
        for item, own in self._loaded(state, changes, touched):
            if item.shown.record in open_ones:
                self._fold_settled(item, own, {}, hole_base)
                parts.append(item)
            else:
                item.settled, item.is_settled = None, True
                whole.append(item)
            self._applier.renew_term(item, state.digest)
        self._applier.states.settle_whole(whole)
        rowids = [item.rowid for item in whole]
        forget_own(self._database, state.id, state.index, rowids, device=self._device)
        self._applier.finish(parts, touched)

    def take(
        self,
        state: WorkspaceState,
        changes: Iterable[Change],
        stamps: Mapping[int, int],
        touched: Touched,
        *,
        fold_shown_again: Callable[[Loaded], None],
    ) -> None:
        """Settle changes, some of them (by `dseq`) with another stamp than their own."""
        hole_base = self._applier.holes.lookup(state.index)
        items: list[Loaded] = []
        for item, own in self._loaded(state, changes, touched):
            self._fold_settled(item, own, stamps, hole_base)
            if any(change.dseq in stamps for change in own) or not _shows_all(item):
                fold_shown_again(item)
            self._applier.renew_term(item, state.digest)
            items.append(item)
        self._applier.finish(items, touched)

    def _loaded(
        self, state: WorkspaceState, changes: Iterable[Change], touched: Touched
    ) -> Iterable[tuple[Loaded, Sequence[Change]]]:
        by_kind: dict[str, dict[int, list[Change]]] = {}
        for change in changes:
            by_kind.setdefault(change.kind, {}).setdefault(self._ids.rowid(change.record), []).append(change)
        for kind, records in by_kind.items():
            loaded = self._applier.states.load(kind, list(records), state.id)
            for rowid, own in records.items():
                item = loaded.get(rowid)
                if item is None:
                    raise DaftarError("own_changes_missing", first=own[0].dseq, last=own[-1].dseq)
                touched.add(kind, item.shown.record)
                yield item, own

    def _fold_settled(
        self, item: Loaded, own: Sequence[Change], stamps: Mapping[int, int], hole_base: HoleBase
    ) -> None:
        for change in own:
            settled = item.settle_base()
            if change.create and not item.is_settled:
                item.is_settled = True
                item.changed |= set(change.writes) & item.shown.heads.keys()
                self._restamp_creation(item, stamps.get(change.dseq))
            else:
                whole = inherit(change, hole_base)
                item.changed |= fold(settled, whole, effective=stamps.get(change.dseq)).touched

    def _restamp_creation(self, item: Loaded, stamp: int | None) -> None:
        if stamp is None:
            return
        for each in (item.shown, item.settled):
            if each is not None:
                each.created_stamp = stamp
        table = item.shown.kind if item.shown.kind in self._applier.states.codecs else OTHER_TABLE
        self._database.execute(f'UPDATE "{table}" SET _stamp = ? WHERE id = ?', (stamp, item.rowid))


def _shows_all(item: Loaded) -> bool:
    """Whether everything that was ever settled is shown: what stood on changes that a restored server had
    lost was not, until they came, maybe in the same frame.
    """
    settled, shown = item.settle_base(), item.shown
    return settled.heads.keys() <= shown.heads.keys() and settled.texts.keys() <= shown.texts.keys()
