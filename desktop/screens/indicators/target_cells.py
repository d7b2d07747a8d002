"""The target of one period and place by category: a number for each, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.commands.categories import Split, cells_of, sum_of_cells
from desktop.commands.totals import Measure
from desktop.screens.indicators.layout import category_path
from desktop.screens.indicators.reading import read_input
from desktop.screens.indicators.wording import number_text, total_text
from desktop.store.rows import Row
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fields import NumberField
from desktop.widgets.fonts import MEDIUM
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.scroll_column import ScrollColumn
from desktop.words.messages import explain
from sync.changes import Value
from sync.records import FieldProblem

_WIDTH, _TALLEST, _LINE = 460, 380, 76


class TargetCells(Dialog):
    """`chosen` carries the fields of the target to write. Categories without a number stay empty, never 0."""

    chosen = Signal(object)

    def __init__(
        self,
        look: Look,
        *,
        title: str,
        measure: Measure,
        split: Split,
        row: Row | None,
        may: bool,
        parent: QWidget,
    ) -> None:
        words = look.words
        super().__init__(look, title=title, width=_WIDTH, parent=parent)
        self._measure, self._split, self._row = measure, split, row
        stored: Mapping[str, str] = (row.values.get("cells") or {}) if row is not None else {}
        self._before = dict(stored)
        self._cells = cells_of(split, stored, {})
        area = ScrollColumn(look, name=title, margins=(0, 8, 0, 8), spacing=8, parent=self)
        self.fields: dict[str, NumberField] = {}
        for key in split.keys:
            name = " · ".join(category_path(split, key))
            box = NumberField(look, name, value=self._cells.numbers.get(key, ""), read_only=not may)
            box.draft_changed.connect(self._add_up)
            box.committed.connect(self._add_up)
            self.fields[key] = box
            area.column.addWidget(box)
        area.column.addStretch(1)
        area.setFixedHeight(min(_TALLEST, _LINE * max(1, len(self.fields)) + 16))
        column = QVBoxLayout()
        column.addWidget(area)
        self.sum = Label(look, weight=MEDIUM, wrap=True, parent=self)
        column.addWidget(self.sum)
        self.body.addLayout(column)
        self.cancel = Button(look, words.t("Cancel"), parent=self)
        self.cancel.clicked.connect(self.reject)
        self.save_button = Button(look, words.t("Save"), kind="primary", icon="check", parent=self)
        self.save_button.clicked.connect(self.save)
        reason = words.t("Your role in this workspace does not include this. Ask a coordinator.")
        self.save_button.set_ready(ready=may, reason=reason)
        self.add_button(self.cancel)
        self.add_button(self.save_button)
        self._add_up("")
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read(self) -> dict[str, str]:
        """The numbers by key; raises `FieldProblem` with the first that is none."""
        found: dict[str, str] = {}
        for key, box in self.fields.items():
            value = (
                read_input(self._look.words, self._measure, key, box.text()) if box.text().strip() else None
            )
            if value is not None:
                found[key] = str(value)
        return found

    def _total(self, numbers: Mapping[str, str]) -> Decimal | None:
        cells = cells_of(self._split, numbers, {})
        total = sum_of_cells(self._split, cells, list(numbers), inside=0, due=False)
        return total.value if total.known and not total.blocked and numbers else None

    def _add_up(self, _text: str) -> None:
        words = self._look.words
        try:
            numbers = self._read()
        except FieldProblem:
            self.sum.setText("")
            return
        cells = cells_of(self._split, numbers, {})
        total = sum_of_cells(self._split, cells, list(numbers), inside=0, due=False)
        if not numbers:
            self.sum.setText(words.t("No category has a target yet."))
        elif total.blocked:
            self.sum.setText(total_text(words, self._measure, total))
        elif total.value is not None:
            shown = words.isolate(number_text(words, self._measure, total.value))
            self.sum.setText(words.t("Together: {sum}", sum=shown))

    def save(self) -> None:
        """Write the categories; the target itself follows them where it was their sum, or empty."""
        for key, box in self.fields.items():
            try:
                read_input(self._look.words, self._measure, key, box.text())
            except FieldProblem as problem:
                box.set_error(explain(self._look.words, problem))
                box.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        numbers = self._read()
        # Each number goes back under the key it came from; keys of former categories are kept.
        stored = {self._cells.stored.get(key, key): value for key, value in numbers.items()}
        values: dict[str, Value] = {"cells": {**self._cells.others, **stored}}
        present = self._row.values.get("value") if self._row is not None else None
        former = self._total(self._cells.numbers)
        total = self._total(numbers)
        follows = present is None or (former is not None and Decimal(str(present)) == former)
        if total is not None and follows:
            values["value"] = format(total, "f")
        self.accept()
        if values["cells"] != self._before or "value" in values:
            self.chosen.emit(values)
