"""Gives the grid its nodes and rows: the shape comes ready from the reader thread, rows by the page."""

from collections.abc import Sequence
from typing import Any

from desktop.bridge.desk import Desk
from desktop.models.columns import Row as GridRow
from desktop.models.record_tree_model import Node, RecordTreeModel
from desktop.screens.workplan.cells import Drawing, grid_row, loose_row
from desktop.screens.workplan.tree import LOOSE, Tree
from desktop.store import shape
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
        """The model asks for the shape instead."""
        return ()

    def rows(self, ids: Sequence[bytes]) -> Sequence[GridRow]:
        by_kind: dict[str, list[bytes]] = {kind: [] for kind in PLAN_KINDS}
        lines = self.tree.lines
        for record in ids:
            kind = lines.kind(record)
            if kind:
                by_kind[kind].append(record)
        reader = self._desk.reader
        money = read_money(reader, by_kind[ACTIVITY]) if by_kind[ACTIVITY] else {}
        found = [loose_row(LOOSE, self.drawing)] if LOOSE in ids else []
        for kind, records in by_kind.items():
            if records:
                rows = reader.rows(kind, records)
                found += [grid_row(row, self.drawing, money.get(row.id)) for row in rows]
        return found

    def record_of(self, rowid: int) -> bytes:
        return LOOSE if rowid == shape.LOOSE else self._desk.reader.ids.record(rowid)

    def rowid_of(self, record: bytes) -> int | None:
        return shape.LOOSE if record == LOOSE else self._desk.reader.ids.find(record)

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
    """A tree kept as row numbers, so that one of 100,000 lines is a list of numbers and little else."""

    @property
    def _source(self) -> PlanProvider:
        source = self._open.provider
        assert isinstance(source, PlanProvider)
        return source

    def _record(self, key: Any) -> bytes:
        return self._source.record_of(key)

    def _key(self, record: bytes) -> Any:
        return self._source.rowid_of(record)

    def _read_ids(self) -> list[Any]:
        return self._shown_ids()

    def _shown_ids(self) -> list[Any]:
        tree = self._source.tree
        if not self._open.closed:
            return list(tree.nodes)
        return tree.shape.order({self._key(record) for record in self._open.closed})

    # The tree

    def level(self, row: int) -> int:
        return len(self._source.tree.shape.trail(self._ids[row]))

    def is_group(self, row: int) -> bool:
        key = self._ids[row]
        return key == shape.LOOSE or key in self._source.tree.shape.results

    def expanded(self, row: int) -> bool | None:
        if not self.is_group(row) and self._ids[row] not in self._source.tree.shape.below:
            return None
        return self.id_at(row) not in self._open.closed

    def parent_row(self, row: int) -> int:
        trail = self._source.tree.shape.trail(self._ids[row])
        return self.row_of(self._record(trail[0])) if trail else -1

    def reveal(self, record: bytes) -> int:
        plan, key = self._source.tree.shape, self._key(record)
        if key not in plan.above or key not in plan.below.get(plan.above[key], ()):
            return -1
        self._open.closed.difference_update(map(self._record, plan.trail(key)))
        self._adopt(self._shown_ids())
        return self.row_of(record)

    # Following the store

    def adopt(self) -> None:
        """The shape is another one: rows come, go and move, values stay."""
        self._adopt(self._shown_ids())

    @property
    def problems(self) -> list[tuple[bytes, str]]:
        """Cells whose text could not be used yet."""
        return [where for where, cell in self._held.items() if cell.problem]
