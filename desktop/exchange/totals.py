"""Checks the totals that a table states against the sum of its items."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from desktop.exchange.amounts import read_amount
from desktop.exchange.cells import number_text
from desktop.exchange.kinds import MONEY
from desktop.exchange.planned import Severity
from desktop.exchange.recognise import Column
from desktop.exchange.sections import is_total_text
from desktop.exchange.tables import Reader

_SUMMED = (*MONEY, *(f"{name}_part" for name in MONEY))
_ROUNDING = Decimal("0.51")


@dataclass(slots=True)
class Totals:
    """The items and the stated totals of one table; judged when all rows are read."""

    reader: Reader
    items: dict[int, list[tuple[int, Decimal]]] = field(default_factory=dict)
    stated: list[tuple[int, str, bool]] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)

    def summed_columns(self) -> list[Column]:
        return [column for column in self.reader.table.columns if column.field in _SUMMED]

    def add(self, row: int, column: Column, value: Decimal) -> None:
        """An item that totals are made of."""
        self.items.setdefault(column.index, []).append((row, value))

    def is_total_row(self, row: int) -> bool:
        """A row labelled as total that names no person, date or mark of its own."""
        cells = list(self.reader.table.row(row))
        if self._only_sums(row, [column for column, _ in cells]):
            return True
        label = next(
            (cell for _, cell in cells if isinstance(cell.value, str) and is_total_text(cell.shown)), None
        )
        if label is None:
            return False
        telling = {"lead", "partners", "start", "end", "status", "tick"}
        columns = {column.index: column.field for column in self.reader.table.columns}
        return not any(columns.get(column) in telling for column, _ in cells)

    def _only_sums(self, row: int, columns: list[int]) -> bool:
        """Amounts without any word: a total whose label was forgotten, unless a title is merged over them."""
        title = self.reader.table.column("activity")
        if title is not None and self.reader.shares_cell_above(row, title):
            return False
        summed = {column.index for column in self.summed_columns()}
        return bool(columns) and summed.issuperset(columns)

    def state(self, row: int, *, section: bool = False) -> None:
        """Remember a total row (or the sums in a section row) and account for its cells."""
        summed = {column.index for column in self.summed_columns()}
        cells = list(self.reader.table.row(row))
        label = next((cell.shown for _, cell in cells if isinstance(cell.value, str)), "")
        self.stated.append((row, label, section))
        done = [
            column
            for column, cell in cells
            if column in summed or isinstance(cell.value, str) or cell.formula
        ]
        numbers = [column for column, _ in cells if column not in done]
        if not section:
            self.reader.builder.structure(self.reader.sheet, row, done)
            for column in numbers:
                self.reader.builder.problem(
                    "total_not_checked", sheet=self.reader.sheet, row=row, column=column
                )

    def judge(self) -> None:
        """Compare every stated total with the sums it could be."""
        for place, (row, label, section) in enumerate(self.stated):
            for column in self.summed_columns():
                cell = self.reader.sheet.at(row, column.index)
                if not cell.shown:
                    continue
                if cell.trouble:
                    self.reader.trouble(row, column, cell)
                    continue
                amount = read_amount(cell, habit=self.reader.habit(column))
                if amount is None:
                    continue
                value = amount.value * 1000 if column.head.thousands else amount.value
                sums = self._sums(place, row, column, section=section)
                self.reader.builder.structure(self.reader.sheet, row, [column.index])
                if not any(abs(value - one) <= _ROUNDING for one in sums):
                    self.reader.tell(
                        "total_differs",
                        row,
                        column,
                        severity=Severity.WARNING,
                        label=label[:80],
                        sum=number_text(sums[0]),
                        total=number_text(value),
                    )

    def _sums(self, place: int, row: int, column: Column, *, section: bool) -> list[Decimal]:
        """What a total could stand for: all items, its section, those since the last total, those below."""
        items = self.items.get(column.index, [])
        before = [at for at, _, _ in self.stated[:place]]
        starts = [at for at in self.sections if at < row]
        since_total = max(before, default=-1)
        since_section = max(starts, default=-1)
        until = min((at for at in self.sections if at > row), default=10**9)
        below = sum((value for at, value in items if row < at < until), Decimal(0))
        everything = sum((value for _, value in items), Decimal(0))
        group = sum((value for at, value in items if since_section < at < row), Decimal(0))
        last = sum((value for at, value in items if since_total < at < row), Decimal(0))
        so_far = sum((value for at, value in items if at < row), Decimal(0))
        deeper = self._until_same_depth(row, items)
        if section:
            return [below, *deeper, everything]
        likely = (
            [group, last, so_far, everything]
            if place + 1 < len(self.stated)
            else [so_far, everything, group, last]
        )
        return [*likely, *deeper]

    def _until_same_depth(self, row: int, items: list[tuple[int, Decimal]]) -> list[Decimal]:
        """Sums from here to each later section row: a parent row adds up several sections."""
        ends = [at for at in self.sections if at > row][:40]
        return [sum((value for at, value in items if row < at < end), Decimal(0)) for end in ends]
