"""The figures of a logframe row: unit, baseline, targets, and what was reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from desktop.exchange.amounts import Ratio, missing_reason, read_amount_text, read_ratio
from desktop.exchange.building import Builder, Draft, plain_text
from desktop.exchange.cells import Cell, number_text
from desktop.exchange.folding import fold, listed, squash
from desktop.exchange.measures import Measures
from desktop.exchange.periods import find_years
from desktop.exchange.planned import Ref, Severity
from desktop.exchange.recognise import Column, Table
from desktop.exchange.tables import Reader

_PERCENT_UNITS = frozenset(listed("% percent percentage pourcentage pour_cent نسبه نسبه_مئويه"))
_WITH_YEAR = re.compile(r"^(.*?)\s*[(,;:]\s*((?:19|20)\d{2})\s*\)?$")


@dataclass(slots=True)
class FigureReader:
    """Fills the figures of indicators and makes their targets and values."""

    reader: Reader
    measures: Measures

    @property
    def table(self) -> Table:
        return self.reader.table

    @property
    def builder(self) -> Builder:
        return self.reader.builder

    def put_unit(self, row: int, draft: Draft) -> None:
        column = self.table.column("unit")
        text = self.reader.text_of(row, column) if column else ""
        title = str(draft.values["title"])
        percent = fold(text).replace(" ", "_") in _PERCENT_UNITS or (not text and title.startswith("%"))
        if text and column is not None:
            self.builder.put(draft, "unit", text, column=column.index)
        if percent:
            self.builder.put(draft, "unit_type", "percent")
        elif text and self._only_numbers(row):
            self.builder.put(draft, "unit_type", "number")

    def _only_numbers(self, row: int) -> bool:
        cells = [
            self.reader.cell(row, one) for one in (*self.table.all("target"), *self.table.all("baseline"))
        ]
        filled = [cell for cell in cells if cell.shown and not missing_reason(cell.shown)]
        return bool(filled) and all(isinstance(cell.value, Decimal) and not cell.percent for cell in filled)

    def put_baseline(self, row: int, draft: Draft) -> None:
        for column in self.table.all("baseline"):
            cell = self.reader.cell(row, column)
            if cell.shown and column is self.table.column("baseline"):
                self._put_baseline_cell(row, column, cell, draft)
            elif cell.shown:
                self.reader.use(row, column)
                self.builder.append_text(draft, "baseline_note", f"{column.label}: {plain_text(cell)}")
        self._put_baseline_year(row, draft)

    def _put_baseline_year(self, row: int, draft: Draft) -> None:
        column = self.table.column("baseline_year")
        text = self.reader.text_of(row, column) if column else ""
        if column is None or not text:
            return
        years = find_years(text)
        if len(years) == 1:
            self.builder.put(draft, "baseline_year", years[0], column=column.index)
        else:
            self.reader.tell(
                "number_not_understood", row, column, severity=Severity.WARNING, field=column.label
            )

    def _put_baseline_cell(self, row: int, column: Column, cell: Cell, draft: Draft) -> None:
        if cell.trouble:
            self.reader.trouble(row, column, cell)
            return
        reason = missing_reason(cell.shown)
        if reason is not None:
            self.reader.tell("baseline_missing", row, column)
            if reason == "not_applicable":
                self.builder.put(draft, "baseline_not_applicable", True, column=column.index)
            elif reason != "blank":
                self.builder.append_text(draft, "baseline_note", plain_text(cell))
            return
        ratio, year = self._ratio_with_year(cell, column)
        if ratio is None:
            self.reader.tell("baseline_in_words", row, column, severity=Severity.WARNING)
            self.builder.append_text(draft, "baseline_note", plain_text(cell))
            return
        self.reader.use(row, column)
        for name, value in (
            ("value", ratio.value),
            ("numerator", ratio.numerator),
            ("denominator", ratio.denominator),
        ):
            if value is not None:
                self.builder.put(draft, f"baseline_{name}", number_text(value), column=column.index)
        if year and self.table.column("baseline_year") is None:
            self.builder.put(draft, "baseline_year", year, column=column.index)
        self._note_percent(row, column, ratio, draft)

    def _ratio_with_year(self, cell: Cell, column: Column) -> tuple[Ratio | None, int | None]:
        """A baseline such as `120 (2023)`, or any number or ratio."""
        match = _WITH_YEAR.match(squash(cell.shown)) if isinstance(cell.value, str) else None
        if match and match[1]:
            amount = read_amount_text(match[1], habit=self.reader.habit(column))
            if amount is not None:
                return Ratio(amount.value, percent=amount.percent), int(match[2])
        years = (
            [] if column.head.period is None or column.head.period.year is None else [column.head.period.year]
        )
        return read_ratio(cell, habit=self.reader.habit(column)), (years[0] if years else None)

    def _note_percent(self, row: int, column: Column, ratio: Ratio, draft: Draft) -> None:
        """A percentage without sign that is below one may have been meant as a share."""
        bare = ratio.value is not None and 0 < ratio.value < 1 and not ratio.percent
        if bare and draft.values.get("unit_type") == "percent":
            self.reader.tell("percent_below_one", row, column, severity=Severity.WARNING)

    def put_targets(self, row: int, draft: Draft) -> None:
        for column in self.table.all("target"):
            cell = self.reader.cell(row, column)
            if not cell.shown:
                continue
            if cell.trouble:
                self.reader.trouble(row, column, cell)
            elif missing_reason(cell.shown):
                self.reader.tell("read_as_empty", row, column, field=column.label)
            else:
                self._put_target(row, column, cell, draft)

    def _put_target(self, row: int, column: Column, cell: Cell, draft: Draft) -> None:
        ratio = read_ratio(cell, habit=self.reader.habit(column))
        span = column.head.period.span() if column.head.period is not None else None
        if span is None and (
            column.head.period is not None or "target_value" in draft.values or column.head.categories
        ):
            self.reader.tell(
                "target_without_year", row, column, severity=Severity.WARNING, field=column.label
            )
            self.builder.append_text(draft, "notes", f"{column.label}: {plain_text(cell)}")
            return
        self.reader.use(row, column)
        if span is None and ratio is not None and ratio.value is not None:
            self.builder.put(draft, "target_value", number_text(ratio.value), column=column.index)
            self._note_percent(row, column, ratio, draft)
            return
        label = span.label if span else "end"
        target = self.builder.add("target", f"target:{draft.key}:{label}", sheet=self.table.sheet, row=row)
        target.values["indicator"] = Ref(draft.key)
        if span is not None:
            target.values["period"] = self.measures.period(
                span, sheet=self.table.sheet, row=self.table.band.bottom
            )
        if ratio is None:
            target.values["text"] = plain_text(cell)
            self.reader.tell("target_in_words", row, column, severity=Severity.WARNING)
            return
        for name in ("value", "numerator", "denominator"):
            value = getattr(ratio, name)
            if value is not None:
                self.builder.put(target, name, number_text(value), column=column.index)
        self._note_percent(row, column, ratio, draft)

    def put_actuals(self, row: int, draft: Draft) -> None:
        """Reported figures that stand beside the targets."""
        for column in (*self.table.all("actual"), *self.table.all("value")):
            cell = self.reader.cell(row, column)
            if not cell.shown or (not cell.trouble and missing_reason(cell.shown)):
                if cell.shown:
                    self.reader.tell("read_as_empty", row, column, field=column.label)
                continue
            if cell.trouble:
                self.reader.trouble(row, column, cell)
                continue
            ratio = read_ratio(cell, habit=self.reader.habit(column))
            span = column.head.period.span() if column.head.period is not None else None
            if ratio is None or ratio.value is None:
                self.reader.use(row, column)
                self.builder.append_text(draft, "notes", f"{column.label}: {plain_text(cell)}")
                continue
            self.reader.use(row, column)
            label = span.label if span else ""
            value = self.builder.add("value", f"value:{draft.key}::{label}", sheet=self.table.sheet, row=row)
            value.values.update({"indicator": Ref(draft.key), "total": number_text(ratio.value)})
            if span is not None:
                value.values["period"] = self.measures.period(
                    span, sheet=self.table.sheet, row=self.table.band.bottom
                )
