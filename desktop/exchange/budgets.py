"""Budget lines: planned and spent money, quantities and prices, by year or by quarter."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from desktop.exchange.amounts import Amount, currency_of
from desktop.exchange.building import Draft
from desktop.exchange.cells import number_text
from desktop.exchange.kinds import MONEY
from desktop.exchange.planned import Ref, Severity
from desktop.exchange.recognise import Column, Table
from desktop.exchange.tables import Reader, parse_choice
from desktop.exchange.timeline import Timeline
from desktop.exchange.totals import Totals
from sync.records import KINDS, Value

_FIELDS = {"budget": "planned", "revised": "revised", "committed": "committed", "spent": "spent"}
_ROUNDING = Decimal("0.51")


@dataclass(slots=True)
class _Line:
    """The figures of one row."""

    values: dict[str, Value] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    currencies: list[str] = field(default_factory=list)

    def put(self, name: str, amount: Amount, column: Column) -> None:
        self.values[name], self.places[name] = number_text(amount.value), column.index
        self.currencies += [one for one in (amount.currency, column.head.currency) if one]


@dataclass(slots=True)
class BudgetReader:
    """Makes one budget line out of the money columns of a row."""

    reader: Reader
    totals: Totals
    timeline: Timeline
    currency_told: bool = False

    def add_line(self, row: int, activity: Draft) -> None:
        """The row's budget line, if the row has any figure."""
        line = _Line()
        for name, target in _FIELDS.items():
            self._read_money(row, name, target, line)
        self._read_parts(row, line)
        for name in ("quantity", "unit_cost"):
            column = self.reader.table.column(name)
            amount = self.reader.amount(row, column) if column else None
            if column is not None and amount is not None:
                line.put(name, amount, column)
        if not line.values:
            return
        self._check_product(row, line.values)
        sheet = self.reader.sheet
        draft = self.reader.builder.add("budget_line", f"budget_line:{activity.key}", sheet=sheet, row=row)
        draft.values.update({"activity": Ref(activity.key), "title": activity.values["title"], **line.values})
        draft.places.update(line.places)
        self._put_currency(row, draft, line.currencies)
        self._put_words(row, draft)
        if self.timeline.sure:
            self.reader.builder.put(draft, "year", self.timeline.year)

    def _read_money(self, row: int, name: str, target: str, line: _Line) -> None:
        column = self.reader.table.column(name)
        amount = self.reader.amount(row, column) if column else None
        if column is None or amount is None:
            return
        line.put(target, amount, column)
        self.totals.add(row, column, amount.value)
        merge = self.reader.sheet.merges.get((row, column.index))
        if merge is not None and merge.bottom > row:
            rows = merge.bottom - row + 1
            self.reader.tell("amount_for_several", row, column, severity=Severity.WARNING, rows=rows)

    def _read_parts(self, row: int, line: _Line) -> None:
        """Money by quarter or month; without a column for the whole, the parts are summed."""
        for name in MONEY:
            target = _FIELDS[name]
            parts: dict[str, Decimal] = {}
            columns = self.reader.table.all(f"{name}_part")
            for column in columns:
                amount = self.reader.amount(row, column)
                if amount is None:
                    continue
                self.totals.add(row, column, amount.value)
                line.currencies += [one for one in (amount.currency, column.head.currency) if one]
                for quarter in self.timeline.quarters_of(column)[:1]:
                    parts[quarter] = parts.get(quarter, Decimal(0)) + amount.value
            if parts:
                self._put_parts(row, columns[0], target, parts, line)

    def _put_parts(
        self, row: int, column: Column, target: str, parts: dict[str, Decimal], line: _Line
    ) -> None:
        if f"{target}_quarters" in KINDS["budget_line"].fields:
            quarters = {quarter: number_text(part) for quarter, part in sorted(parts.items())}
            line.values[f"{target}_quarters"] = quarters
        whole = sum(parts.values(), Decimal(0))
        stated = line.values.setdefault(target, number_text(whole))
        if abs(Decimal(stated) - whole) > _ROUNDING:
            self.reader.tell(
                "parts_differ",
                row,
                column,
                severity=Severity.WARNING,
                sum=number_text(whole),
                total=str(stated),
            )

    def _check_product(self, row: int, values: dict[str, Value]) -> None:
        """Quantity times unit cost is the budget where none is stated, and should be it where one is."""
        if "quantity" not in values or "unit_cost" not in values:
            return
        product = Decimal(values["quantity"]) * Decimal(values["unit_cost"])
        if "planned" not in values:
            budget = self.reader.table.column("budget")
            if budget is None or not self.reader.sheet.at(row, budget.index).shown:
                values["planned"] = number_text(product)
        elif abs(Decimal(values["planned"]) - product) > _ROUNDING:
            column = self.reader.table.column("quantity")
            assert column is not None
            self.reader.tell(
                "product_differs",
                row,
                column,
                severity=Severity.WARNING,
                product=number_text(product),
                total=str(values["planned"]),
            )

    def _put_currency(self, row: int, draft: Draft, currencies: list[str]) -> None:
        column = self.reader.table.column("currency")
        text = self.reader.text_of(row, column) if column else ""
        said = currency_of(text, alone=True) if text else None
        if text and said is None and column is not None:
            self.reader.tell("currency_not_understood", row, column, severity=Severity.WARNING)
        currency = said or next(iter(currencies), None) or table_currency(self.reader.table)
        if currency:
            self.reader.builder.put(draft, "currency", currency)
        elif not self.currency_told:
            self.currency_told = True
            self.reader.builder.problem(
                "currency_unknown", sheet=self.reader.sheet, row=row, severity=Severity.WARNING
            )

    def _put_words(self, row: int, draft: Draft) -> None:
        column = self.reader.table.column("unit")
        if column is not None and (text := self.reader.text_of(row, column)):
            self.reader.builder.put(draft, "unit", text, column=column.index)
        column = self.reader.table.column("category")
        if column is not None and (text := self.reader.text_of(row, column)):
            code = parse_choice("budget_line", "category", text)
            self.reader.builder.put(draft, "category" if code else "description", code or text)


def table_currency(table: Table) -> str | None:
    """A currency that headings or the lines above the table mention."""
    for head in table.band.heads:
        if head.currency:
            return head.currency
    for row in range(max(0, table.band.top - 8), table.band.top):
        for _, cell in table.sheet.row(row):
            for word in cell.shown.replace("(", " ").replace(")", " ").split():
                found = currency_of(word) if word.isupper() and len(word) >= 3 else None
                if found:
                    return found
    return None
