"""Reads a recognised table cell by cell, keeping account of what was used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from desktop.exchange.amounts import Amount, decimal_habit, missing_reason, read_amount
from desktop.exchange.building import Builder, Draft, plain_text
from desktop.exchange.cells import Cell, Sheet, number_text
from desktop.exchange.dates import DayOrder, ReadDate, day_order, read_date
from desktop.exchange.folding import fold
from desktop.exchange.naming import is_nobody
from desktop.exchange.periods import PeriodPart, read_period
from desktop.exchange.planned import Severity
from desktop.exchange.recognise import Column, Table
from sync.records import KINDS, FieldProblem
from sync.records.numbers import DecimalSign


@dataclass(slots=True)
class Reader:
    """One table with the habits of its columns; every reading marks the cell as used or lists it."""

    table: Table
    builder: Builder
    habits: dict[int, DecimalSign | None] = field(default_factory=dict)
    orders: dict[int, DayOrder] = field(default_factory=dict)
    doubtful_dates: dict[int, list[int]] = field(default_factory=dict)
    doubtful_numbers: dict[int, list[int]] = field(default_factory=dict)
    plan_year: int | None = None
    """The year of the plan, once something said it."""
    _labels: frozenset[str] = frozenset()

    @property
    def sheet(self) -> Sheet:
        return self.table.sheet

    def cell(self, row: int, column: Column) -> Cell:
        """The cell, or the one above it that is merged down over it."""
        cell = self.sheet.at(row, column.index)
        if (
            cell.merged_from
            and cell.merged_from[1] == column.index
            and cell.merged_from[0] >= self.table.first
        ):
            return self.sheet.at(*cell.merged_from)
        return cell

    def shares_cell_above(self, row: int, column: Column) -> bool:
        """Whether the cell is the lower part of a merge."""
        cell = self.sheet.at(row, column.index)
        return cell.merged_from is not None and cell.merged_from[0] < row

    def use(self, row: int, column: Column) -> None:
        self.builder.used(self.sheet, row, column.index)

    def tell(
        self, code: str, row: int, column: Column, *, severity: Severity = Severity.NOTE, **params: str | int
    ) -> None:
        """List what stands in a cell; it needs no other account."""
        self.builder.problem(
            code, sheet=self.sheet, row=row, column=column.index, read=None, severity=severity, **params
        )

    # Values

    def text(self, row: int, name: str) -> str:
        """The text of a field's cell, used; texts that mean nothing are listed and left empty."""
        column = self.table.column(name)
        return self.text_of(row, column) if column else ""

    def text_of(self, row: int, column: Column) -> str:
        cell = self.cell(row, column)
        if not cell.shown:
            return ""
        if cell.trouble:
            self.trouble(row, column, cell)
            return ""
        if self.shares_cell_above(row, column):
            return plain_text(cell)
        self.use(row, column)
        if missing_reason(cell.shown) and is_nobody(cell.shown):
            self.tell("read_as_empty", row, column, field=column.label)
            return ""
        return plain_text(cell)

    def trouble(self, row: int, column: Column, cell: Cell) -> None:
        """A formula without result, or an error cell."""
        code = cell.trouble if cell.trouble and cell.trouble.startswith("formula_") else "cell_in_error"
        self.tell(code, row, column, severity=Severity.ERROR, field=column.label)

    def amount(self, row: int, column: Column) -> Amount | None:
        """The number of a cell; what is no number is listed and left empty, never 0."""
        cell = self.sheet.at(row, column.index)
        if not cell.shown:
            return None
        if cell.trouble:
            self.trouble(row, column, cell)
            return None
        amount = read_amount(cell, habit=self.habit(column))
        if amount is None:
            if missing_reason(cell.shown):
                self.tell("read_as_empty", row, column, field=column.label)
            else:
                self.tell("number_not_understood", row, column, severity=Severity.ERROR, field=column.label)
            return None
        self.use(row, column)
        if amount.doubtful:
            self.doubtful_numbers.setdefault(column.index, []).append(row)
        if column.head.thousands:
            return Amount(amount.value * 1000, amount.currency, amount.percent)
        return amount

    def habit(self, column: Column) -> DecimalSign | None:
        """The decimal sign of a column; a column without proof follows its neighbours."""
        if column.index not in self.habits:
            self.habits[column.index] = decimal_habit(_texts(self.table, [column]))
            if self.habits[column.index] is None:
                self.habits[column.index] = decimal_habit(
                    _texts(self.table, self.table.columns, long_too=False)
                )
        return self.habits[column.index]

    def number(self, row: int, name: str) -> str | None:
        """The canonical number of a field's cell."""
        column = self.table.column(name)
        amount = self.amount(row, column) if column else None
        return None if amount is None else number_text(amount.value)

    def date(self, row: int, name: str, *, last: bool = False) -> ReadDate | None:
        """The date of a field's cell."""
        column = self.table.column(name)
        if column is None:
            return None
        cell = self.cell(row, column)
        if not cell.shown:
            return None
        if cell.trouble:
            self.trouble(row, column, cell)
            return None
        found = read_date(cell, order=self.order(column), today_year=self.builder.today_year, last=last)
        found = found or self._date_of_period(cell, last=last)
        if found is None:
            if missing_reason(cell.shown) or is_nobody(cell.shown):
                self.tell("read_as_empty", row, column, field=column.label)
            else:
                self.tell("date_not_understood", row, column, severity=Severity.ERROR, field=column.label)
            return None
        if not self.shares_cell_above(row, column):
            self.use(row, column)
        if found.doubtful:
            self.doubtful_dates.setdefault(column.index, []).append(row)
        if found.partial:
            self.tell("date_without_day", row, column, field=column.label, date=found.day.isoformat())
        return found

    def _date_of_period(self, cell: Cell, *, last: bool) -> ReadDate | None:
        """The first or last day of `March`, `Q2` or `T1 2026`, in the year of the plan."""
        part = read_period(cell.shown) if isinstance(cell.value, str) else None
        span = part.with_outer(PeriodPart(year=self.plan_year)).span() if part is not None else None
        return ReadDate(span.end if last else span.start, partial=True) if span else None

    def order(self, column: Column) -> DayOrder:
        """Day or month first, by the column, else by all dates of the table."""
        if column.index not in self.orders:
            own = day_order(_texts(self.table, [column]))
            dated = [
                one
                for one in self.table.columns
                if one.field in {"start", "end", "actual_start", "actual_end"}
            ]
            self.orders[column.index] = own if own.proven else day_order(_texts(self.table, dated))
        return self.orders[column.index]

    # Rows that are no items

    def is_header_again(self, row: int) -> bool:
        """The header of another page, or the numbers of the columns."""
        if not self._labels:
            own = {fold(head.label.rpartition(" / ")[2]) for head in self.table.band.heads}
            self._labels = frozenset(own - {""})
        cells = [cell for _, cell in self.table.row(row)]
        same = sum(1 for cell in cells if fold(cell.shown) in self._labels)
        if same >= 3 and same >= len(cells) * 0.6:
            return True
        numbers = [
            int(cell.value)
            for cell in cells
            if isinstance(cell.value, Decimal) and cell.value == int(cell.value)
        ]
        return len(cells) >= 4 and numbers == list(range(1, len(cells) + 1))

    def keep_extras(self, draft: Draft, row: int, name: str) -> None:
        """Columns that no field takes are kept in a text field, each with its heading."""
        for column in self.table.all("extra"):
            cell = self.cell(row, column)
            if not cell.shown or self.shares_cell_above(row, column):
                continue
            if cell.trouble:
                self.trouble(row, column, cell)
                continue
            self.use(row, column)
            label = column.label or f"[{column.index + 1}]"
            self.builder.append_text(draft, name, f"{label}: {plain_text(cell)}")

    def tell_columns(self, into: str) -> None:
        """Say once per column what became of columns that no field takes, and of doubtful habits."""
        for column in self.table.all("extra"):
            count = sum(1 for _ in self.table.cells(column))
            self.builder.problem(
                "column_kept_as_text", sheet=self.sheet, row=self.table.band.bottom, column=column.index,
                read=column.label, count=count, field=into,
            )  # fmt: skip
        for code, found in (
            ("dates_doubtful", self.doubtful_dates),
            ("numbers_doubtful", self.doubtful_numbers),
        ):
            for index, rows in sorted(found.items()):
                listed = ", ".join(str(row + 1) for row in rows[:12]) + (" …" if len(rows) > 12 else "")
                self.builder.problem(
                    code, sheet=self.sheet, row=rows[0], column=index, severity=Severity.WARNING,
                    count=len(rows), rows=listed,
                )  # fmt: skip

    def comments(self, row: int) -> list[str]:
        """What people stuck to the cells of a row."""
        found = []
        for (at, column), text in self.sheet.comments.items():
            if at == row and self.table.band.left <= column <= self.table.band.right:
                found.append(text)
        return found


def _texts(table: Table, columns: Iterable[Column], *, long_too: bool = True) -> list[str]:
    """The texts of columns; short ones only when many columns are looked at together."""
    found = []
    for column in columns:
        for _, cell in table.cells(column):
            if isinstance(cell.value, str) and (long_too or len(cell.value) <= 20):
                found.append(cell.value)
    return found


def parse_choice(kind: str, field_name: str, text: str) -> str | None:
    """The code of a choice by the labels and aliases that the record type declares."""
    try:
        found = KINDS[kind].fields[field_name].parse(text)
    except FieldProblem:
        return None
    return found if isinstance(found, str) else None
