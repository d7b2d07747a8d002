"""A tree of records as a table of its open rows: levels and chevrons are data, and one grid shows both."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject

from desktop.models.columns import Column, Row
from desktop.models.record_table_model import RecordTableModel
from desktop.words import Words


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the tree, given in reading order. Groups can be closed; others only if they say so."""

    id: bytes
    level: int = 0
    group: bool = False
    closable: bool = False


class TreeProvider(Protocol):
    """What a screen gives a tree: its nodes in reading order, and rows for a few of them."""

    def nodes(self) -> Sequence[Node]: ...

    def rows(self, ids: Sequence[bytes]) -> Sequence[Row]: ...


class _Open:
    """Shows the open part of a tree as a plain list of ids."""

    def __init__(self, provider: TreeProvider, closed: Iterable[bytes]) -> None:
        self.provider = provider
        self.closed = set(closed)
        self.nodes: dict[bytes, Node] = {}
        self._all: Sequence[Node] = ()

    def read(self) -> None:
        self._all = self.provider.nodes()
        self.nodes = {node.id: node for node in self._all}

    def ids(self) -> list[bytes]:
        shown: list[bytes] = []
        hidden_below: int | None = None
        for node in self._all:
            if hidden_below is not None and node.level > hidden_below:
                continue
            hidden_below = node.level if node.id in self.closed else None
            shown.append(node.id)
        return shown

    def rows(self, ids: Sequence[bytes]) -> Sequence[Row]:
        return self.provider.rows(ids)


class RecordTreeModel(RecordTableModel):
    """Opening and closing a row inserts and removes rows; everything else is the table's."""

    def __init__(
        self,
        columns: Sequence[Column],
        provider: TreeProvider,
        words: Words,
        *,
        closed: Iterable[bytes] = (),
        parent: QObject | None = None,
    ) -> None:
        self._open = _Open(provider, closed)
        super().__init__(columns, self._open, words, parent=parent)

    def _read_ids(self) -> list[Any]:
        self._open.read()
        return self._shown_ids()

    def _shown_ids(self) -> list[Any]:
        """What stands open, as it is known already."""
        return self._open.ids()

    @property
    def closed(self) -> frozenset[bytes]:
        """Which rows are closed, to be kept for next time."""
        return frozenset(self._open.closed)

    def level(self, row: int) -> int:
        return self._open.nodes[self._ids[row]].level

    def is_group(self, row: int) -> bool:
        return self._open.nodes[self._ids[row]].group

    def expanded(self, row: int) -> bool | None:
        node = self._open.nodes[self._ids[row]]
        if not (node.group or node.closable):
            return None
        return node.id not in self._open.closed

    def parent_row(self, row: int) -> int:
        """The row above that this one hangs from, or -1."""
        level = self.level(row)
        return next((at for at in range(row - 1, -1, -1) if self.level(at) < level), -1)

    def set_expanded(self, row: int, *, expanded: bool) -> None:
        if self.expanded(row) in (None, expanded):
            return
        record = self.id_at(row)
        if expanded:
            self._open.closed.discard(record)
        else:
            self._open.closed.add(record)
        self._adopt(self._shown_ids())
        self._touch(row, row)

    def set_closed(self, records: Collection[bytes]) -> None:
        """Close exactly these rows."""
        self._open.closed = set(records)
        self._adopt(self._shown_ids())

    def reveal(self, record: bytes) -> int:
        """Open what hides a record and return its row, or -1 when it is not in the tree."""
        trail: list[Node] = []
        for node in self._open.nodes.values():
            while trail and trail[-1].level >= node.level:
                trail.pop()
            if node.id == record:
                self._open.closed.difference_update(each.id for each in trail)
                self._adopt(self._shown_ids())
                return self.row_of(record)
            trail.append(node)
        return -1
