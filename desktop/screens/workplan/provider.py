"""Gives the grid its nodes and rows: nodes come ready from the reader thread, rows by the page."""

from collections.abc import Collection, Sequence

from desktop.bridge.desk import Desk
from desktop.models.columns import Row as GridRow
from desktop.models.record_tree_model import Node, RecordTreeModel
from desktop.screens.workplan.cells import Drawing, grid_row, loose_row
from desktop.screens.workplan.tree import LOOSE, Tree
from desktop.store.outline import ACTIVITY, PLAN_KINDS, read_money

_NAMES_KEPT = 5000


class PlanProvider:
    """Rows are read through the window's own reader when they are first shown."""

    def __init__(self, desk: Desk, drawing: Drawing) -> None:
        self._desk = desk
        self.drawing = drawing
        self.tree = Tree()
        self._names: dict[tuple[str, bytes], str] = {}

    def nodes(self) -> Sequence[Node]:
        return self.tree.nodes

    def rows(self, ids: Sequence[bytes]) -> Sequence[GridRow]:
        by_kind: dict[str, list[bytes]] = {kind: [] for kind in PLAN_KINDS}
        for record in ids:
            line = self.tree.lines.get(record)
            if line is not None:
                by_kind[line.kind].append(record)
        reader = self._desk.reader
        money = read_money(reader, by_kind[ACTIVITY]) if by_kind[ACTIVITY] else {}
        found = [loose_row(LOOSE, self.drawing)] if LOOSE in ids else []
        for kind, records in by_kind.items():
            if records:
                rows = reader.rows(kind, records)
                found += [grid_row(row, self.drawing, money.get(row.id)) for row in rows]
        return found

    def name_of(self, kind: str, record: bytes | None) -> str:
        """A name, remembered: a page of rows asks for the same few people again and again."""
        if record is None:
            return ""
        key = (kind, record)
        if key not in self._names:
            if len(self._names) > _NAMES_KEPT:
                self._names.clear()
            self._names[key] = self._desk.name_of(kind, record)
        return self._names[key]

    def forget_names(self) -> None:
        self._names.clear()


class PlanModel(RecordTreeModel):
    """A tree whose rows can be read again without asking for the shape of the whole."""

    def _read_ids(self) -> list[bytes]:
        """The reader thread has made the index already; only closed rows make another list."""
        source = self._open.provider
        if not isinstance(source, PlanProvider):
            return super()._read_ids()
        tree = source.tree
        self._open.take(tree.nodes, dict(tree.index))
        return self._open.ids() if self._open.closed else list(tree.index)

    def reread(self, records: Collection[bytes]) -> None:
        """Values of some rows changed, places did not."""
        for record in records:
            self._cache.pop(record, None)
        self._held = {
            where: cell for where, cell in self._held.items() if cell.problem or where[0] not in records
        }
        self._touch_records(records)

    @property
    def problems(self) -> list[tuple[bytes, str]]:
        """Cells whose text could not be used yet."""
        return [where for where, cell in self._held.items() if cell.problem]
