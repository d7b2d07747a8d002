"""Reported values, one number a row or a column, gathered by indicator, place and period."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from desktop.exchange.amounts import missing_reason, read_amount
from desktop.exchange.building import Builder, Draft, plain_text
from desktop.exchange.cells import Cell, number_text
from desktop.exchange.folding import fold, squash
from desktop.exchange.kinds import DIMENSIONS
from desktop.exchange.measures import Measures, Target, is_everybody
from desktop.exchange.periods import PeriodPart, read_period
from desktop.exchange.planned import Ref, Severity
from desktop.exchange.recognise import Column, Table
from desktop.exchange.sections import is_total_text, starts_with_note_word
from desktop.exchange.tables import Reader

_REASONS: Final = {
    "blank": "unknown",
    "not_applicable": "not_applicable",
    "later": "collected_later",
    "none": "not_collected",
    "hidden": "suppressed",
}


Part = tuple[str, str, str, Column]
"""Dimension, heading and category text of one dimension column, and the column."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the numbers of a row are about."""

    indicator: Target
    place: Target | None
    period: Target | None


@dataclass(slots=True)
class ActualsReader:
    """Reads one table of reported values."""

    table: Table
    builder: Builder
    measures: Measures
    reader: Reader
    values: dict[Subject, Draft] = field(default_factory=dict)
    targets: dict[Subject, Draft] = field(default_factory=dict)
    above: dict[int, str] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, table: Table, builder: Builder, measures: Measures) -> ActualsReader:
        return cls(table, builder, measures, Reader(table, builder))

    def read(self) -> None:
        for row in range(self.table.first, self.table.last + 1):
            cells = list(self.table.row(row))
            if not cells:
                continue
            columns = [column for column, _ in cells]
            if self.reader.is_header_again(row):
                self.builder.structure(self.table.sheet, row, columns)
            elif self._is_note(cells) or self._is_total(row):
                code = "total_not_checked" if self._is_total(row) else "note_row"
                for column in columns:
                    self.builder.problem(code, sheet=self.table.sheet, row=row, column=column)
            else:
                self._read_row(row)
        for reason, count in sorted(self.missing.items()):
            self.builder.problem(
                "values_missing", sheet=self.table.sheet, read="", reason=reason, count=count
            )
        self.reader.tell_columns("note")

    def _is_note(self, cells: list[tuple[int, Cell]]) -> bool:
        texts = [cell.shown for _, cell in cells if isinstance(cell.value, str)]
        if not texts:
            return False
        return len(cells) == 1 and starts_with_note_word(texts[0])

    def _is_total(self, row: int) -> bool:
        """A row that is labelled as a total where an indicator should be named."""
        column = self.table.column("indicator") or self.table.column("indicator_code")
        return column is not None and is_total_text(self.table.sheet.at(row, column.index).shown)

    # What a row is about

    def _filled_down(self, row: int, column: Column) -> str:
        """The text of a naming column, blank meaning the same as above."""
        cell = self.reader.cell(row, column)
        if cell.shown and not cell.trouble:
            self.above[column.index] = plain_text(cell)
            if not self.reader.shares_cell_above(row, column):
                self.reader.use(row, column)
        return self.above.get(column.index, "")

    def _indicator(self, row: int) -> Target | None:
        title_column, code_column = self.table.column("indicator"), self.table.column("indicator_code")
        title = squash(self._filled_down(row, title_column)) if title_column else ""
        code = self._filled_down(row, code_column) if code_column else ""
        if not title and not code:
            return None
        found = self.measures.indicator(title, code)
        if found is None:
            draft = self.builder.add(
                "indicator", f"indicator:{fold(title or code)}", sheet=self.table.sheet, row=row
            )
            draft.values["title"] = title or code
            self.builder.put(draft, "code", code or None)
            self.measures.know_indicator(draft)
            self.builder.problem("indicator_from_values", sheet=self.table.sheet, row=row, read=title or code)
            found = Ref(draft.key)
        return found

    def _place(self, row: int) -> Target | None:
        found: Target | None = None
        for column in self.table.all("place"):
            name = squash(self._filled_down(row, column))
            if name and not missing_reason(name):
                country = fold(column.label) in {"country", "pays", "الدوله", "البلد"}
                found = self.measures.place(
                    name, sheet=self.table.sheet, row=row, country=country, under=found
                )
        return found

    def _column_place(self, column: Column, place: Target | None) -> Target | None:
        """The country that a column is headed with, else the place of the row."""
        if not column.head.place:
            return place
        row = self.table.band.bottom
        return self.measures.place(column.head.place, sheet=self.table.sheet, row=row, country=True)

    def _period(self, row: int, column: Column) -> Target | None:
        """The period of one number: said by its row, its heading, or both."""
        part = column.head.period
        words: list[str] = []
        for own in self.table.all("period"):
            text = self._filled_down(row, own)
            cell = self.reader.cell(row, own)
            said = _period_of(cell) if cell.shown else read_period(text)
            if said is not None:
                part = said if part is None else part.with_outer(said)
            elif text:
                words.append(text)
        span = part.span() if part is not None else None
        if span is not None:
            return self.measures.period(span, sheet=self.table.sheet, row=row)
        if not words and part is None:
            return None
        name = " ".join((*words, *([column.label] if part is not None else [])))
        if name not in self.told:
            self.told.add(name)
            self.builder.problem("period_without_dates", sheet=self.table.sheet, row=row, read=name,
                                 severity=Severity.WARNING)  # fmt: skip
        return self.measures.named_period(name, sheet=self.table.sheet, row=row)

    # Numbers

    def _read_row(self, row: int) -> None:
        indicator = self._indicator(row)
        if indicator is None:
            for index, _ in self.table.row(row):
                self.builder.problem(
                    "row_without_indicator",
                    sheet=self.table.sheet,
                    row=row,
                    column=index,
                    severity=Severity.ERROR,
                )
            return
        place = self._place(row)
        parts = self._row_categories(row)
        first: Draft | None = None
        for column in (*self.table.all("value"), *self.table.all("actual")):
            subject = Subject(indicator, self._column_place(column, place), self._period(row, column))
            key = self._key(row, column, parts, indicator)
            value = self._read_number(row, column, subject, key)
            first = first or value
        for column in self.table.all("target"):
            subject = Subject(indicator, self._column_place(column, place), self._period(row, column))
            self._read_target(row, column, subject, self._key(row, column, parts, indicator))
        self._put_rest(row, first, indicator, parts)

    def _row_categories(self, row: int) -> list[Part]:
        """Dimension, heading and category text of every dimension column of a row."""
        found = []
        for column in self.table.columns:
            if column.field not in (*DIMENSIONS, "other_dimension"):
                continue
            cell = self.reader.cell(row, column)
            if cell.shown and not self.reader.shares_cell_above(row, column):
                self.reader.use(row, column)
            name = column.field if column.field != "other_dimension" else fold(column.label)
            found.append((name, column.label, squash(cell.shown), column))
        return found

    def _key(self, row: int, column: Column, parts: list[Part], indicator: Target) -> str | None:
        """Category codes in the order of the columns; empty for a total, None if only some are told."""
        wanted = [(name, label, text) for name, label, text, _ in parts]
        wanted += [(name, "", code) for name, code in column.head.categories]
        codes = []
        for name, label, text in wanted:
            if not text or missing_reason(text) or is_everybody(text):
                continue
            dimension = self.measures.dimension(
                name, label, sheet=self.table.sheet, row=self.table.band.bottom
            )
            codes.append(
                self.measures.category(name, text, dimension=dimension, sheet=self.table.sheet, row=row)
            )
            self._note_dimension(indicator, dimension)
        if not codes:
            return ""
        return "|".join(codes) if len(codes) == len(wanted) else None

    def _note_dimension(self, indicator: Target, dimension: Target) -> None:
        if isinstance(indicator, Ref):
            values = self.builder.drafts[indicator.key].values
            known = values.setdefault("dimensions", [])
            if dimension not in known:
                known.append(dimension)

    def _value(self, row: int, subject: Subject) -> Draft:
        if subject not in self.values:
            number = len(self.values) + 1
            draft = self.builder.add(
                "value", f"value:{self.table.sheet.name}:{number}", sheet=self.table.sheet, row=row
            )
            draft.values["indicator"] = subject.indicator
            self.builder.put(draft, "place", subject.place)
            self.builder.put(draft, "period", subject.period)
            self.values[subject] = draft
        return self.values[subject]

    def _read_number(self, row: int, column: Column, subject: Subject, key: str | None) -> Draft | None:
        cell = self.reader.cell(row, column)
        if cell.trouble:
            self.reader.trouble(row, column, cell)
            return None
        if not cell.shown and column.head.period is not None and not self._in_use(column):
            return None
        if key is None:
            if cell.shown:
                self.reader.tell("partial_total", row, column, severity=Severity.WARNING)
            return None
        reason = missing_reason(cell.shown)
        amount = None if reason else read_amount(cell, habit=self.reader.habit(column))
        value = self._value(row, subject)
        if amount is not None:
            if amount.doubtful:
                self.reader.doubtful_numbers.setdefault(column.index, []).append(row)
            self._put_number(row, column, value, key, number_text(amount.value))
        elif reason is not None:
            self._put_missing(row, column, value, key, _REASONS[reason])
        else:
            self.reader.tell(
                "number_not_understood", row, column, severity=Severity.ERROR, field=column.label
            )
            self._put_missing(row, column, value, key, "unknown", used=False)
        return value

    def _in_use(self, column: Column) -> bool:
        """A period column without any number is a period that has not come yet."""
        return any(True for _ in self.table.cells(column))

    def _put_number(
        self, row: int, column: Column, value: Draft, key: str, number: str, *, total: str = "total"
    ) -> None:
        cells = value.values.setdefault("cells", {}) if key else value.values
        name = key or total
        if name in cells:
            same = cells[name] == number
            self.reader.tell(
                "value_repeated" if same else "value_contradicted", row, column,
                severity=Severity.NOTE if same else Severity.ERROR, first=str(cells[name]), key=key or "-",
            )  # fmt: skip
            return
        cells[name] = number
        if key:
            value.values.get("missing", {}).pop(key, None)
        self.reader.use(row, column)

    def _read_target(self, row: int, column: Column, subject: Subject, key: str | None) -> None:
        """A target that stands beside the reported value."""
        if not self.reader.cell(row, column).shown:
            return
        amount = self.reader.amount(row, column)
        if amount is None or key is None:
            if amount is not None:
                self.reader.tell("partial_total", row, column, severity=Severity.WARNING)
            return
        if subject not in self.targets:
            name = f"target:{self.table.sheet.name}:{len(self.targets) + 1}"
            draft = self.builder.add("target", name, sheet=self.table.sheet, row=row)
            for field_, value in (
                ("indicator", subject.indicator),
                ("place", subject.place),
                ("period", subject.period),
            ):
                self.builder.put(draft, field_, value)
            self.targets[subject] = draft
        self._put_number(row, column, self.targets[subject], key, number_text(amount.value), total="value")

    def _put_missing(
        self, row: int, column: Column, value: Draft, key: str, reason: str, *, used: bool = True
    ) -> None:
        if used and self.reader.cell(row, column).shown:
            self.reader.use(row, column)
        self.missing[reason] += 1
        if not key:
            if "total" not in value.values and not value.values.get("cells"):
                value.values["missing_reason"] = reason
        elif key not in value.values.get("cells", {}):
            value.values.setdefault("missing", {}).setdefault(key, reason)

    # Remarks

    def _put_rest(self, row: int, value: Draft | None, indicator: Target, parts: list[Part]) -> None:
        """Parts of a ratio, remarks and source."""
        if value is None:
            return
        for name in ("numerator", "denominator"):
            column = self.table.column(name)
            amount = self.reader.amount(row, column) if column else None
            if amount is not None and not any(text for _, _, text, _ in parts):
                self.builder.put(value, name, number_text(amount.value))
        where = "|".join(text for _, _, text, _ in parts if text)
        for column in (*self.table.all("comments"), *self.table.all("mov")):
            text = self.reader.text_of(row, column)
            if text:
                self.builder.append_text(value, "note", f"{where}: {text}" if where else text)
        column = self.table.column("unit")
        text = self.reader.text_of(row, column) if column else ""
        if text and isinstance(indicator, Ref):
            self.builder.put(self.builder.drafts[indicator.key], "unit", text)
        self.reader.keep_extras(value, row, "note")


def _period_of(cell: Cell) -> PeriodPart | None:
    """The period in a cell; a date stands for its month."""
    if isinstance(cell.value, datetime):
        return PeriodPart(year=cell.value.year, month=cell.value.month)
    return read_period(cell.shown)
