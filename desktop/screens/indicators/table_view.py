"""What an entry grid asks; it stays while the tables behind it are made anew."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.models.entry import EntryCell, EntryColumn, EntryData, EntryRow, HeaderSpan


class TableView:
    """Hands every question to the newest table."""

    def __init__(self, table: EntryData) -> None:
        self.table = table

    def corner(self) -> str:
        return self.table.corner()

    def levels(self) -> Sequence[Sequence[HeaderSpan]]:
        return self.table.levels()

    def columns(self) -> Sequence[EntryColumn]:
        return self.table.columns()

    def rows(self) -> Sequence[EntryRow]:
        return self.table.rows()

    def cell(self, row: str, column: str) -> EntryCell:
        return self.table.cell(row, column)
