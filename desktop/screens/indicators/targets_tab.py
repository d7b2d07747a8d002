"""Targets by period and place, with the baseline and the final target of the programme under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands import measures
from desktop.commands.access import at_least
from desktop.commands.records import change
from desktop.models.entry import EntryEdit, EntryEdits
from desktop.screens.indicators.cell_bar import CellBar
from desktop.screens.indicators.chain import Chain
from desktop.screens.indicators.entry_data import Overlay, Where
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.notes import Notes
from desktop.screens.indicators.reading import read_input
from desktop.screens.indicators.record_form import RecordDialog, Section
from desktop.screens.indicators.table_view import TableView
from desktop.screens.indicators.target_cells import TargetCells
from desktop.screens.indicators.targets_data import BASELINE, FINAL, WHOLE, Aim, TargetTable, aim_of
from desktop.screens.indicators.value_grid import ValueGrid
from desktop.store.rows import Row
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.changes import Edit
from sync.errors import DaftarError
from sync.records import FieldProblem, Value, kind
from sync.replica.changed import Changed

ABOUT_TARGET = (
    Section("", ("value", "numerator", "denominator", "rationale", "change_reason", "change_note")),
)
_COLUMNS = {"value": "=total", "score": "=score", "text": "=text"}


class TargetsTab(QWidget):
    """Each figure is saved by itself; a target that is typed first makes its record."""

    def __init__(self, look: Look, desk: Desk, facts: Facts, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._desk = look, desk
        self._overlay = Overlay()
        self._chain = Chain(desk)
        self._made: dict[Aim, Row] = {}
        self.cells: TargetCells | None = None
        self.table = TargetTable(look.words, facts, self._overlay)
        self._view = TableView(self.table)
        self._build()
        self._close_years()
        self._show_all()

    def _build(self) -> None:
        look, words = self._look, self._look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = CellBar(look, parent=self)
        self.grid = ValueGrid(
            look, self._view, name=words.t("Targets by period and place"), snapshot=self._snapshot,
            marks=False, label_width=150, parent=self,
        )  # fmt: skip
        self.grid.edited.connect(self._edited)
        self.grid.pasted.connect(self._edited)
        self.grid.cell_changed.connect(self._moved)
        self.grid.about_asked.connect(self._about_here)
        self.grid.group_toggled.connect(self._fit)
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.grid.customContextMenuRequested.connect(self._menu)
        self.notes = Notes(look, parent=self)
        self.notes.place_link.hide()
        column.addWidget(self.bar)
        column.addWidget(self.grid, 100)
        column.addWidget(self.notes)
        column.addStretch(1)
        keys = words.t("Enter goes down · Ctrl D fills down · Ctrl V pastes")
        column.addWidget(Legend(look, keys=keys, parent=self))
        self.setFocusProxy(self.grid)

    def _close_years(self) -> None:
        year = f"{self.table.facts.moment.year:04d}"
        entries = self.grid.entries
        for row in reversed(range(entries.rowCount())):
            key = entries.row_at(row).key
            if entries.is_open(row) and key.isdigit() and key != year:
                entries.set_open(row, is_open=False)
        for line in self.table.rows():
            if line.group == year:
                self.grid.go_to_cell(line.key, WHOLE)
                return

    def show_facts(self, facts: Facts) -> None:
        if self.grid.is_typing:
            return
        if self._chain.idle:
            self._overlay.pending.clear()
            self._made.clear()
        self.table = TargetTable(self._look.words, facts, self._overlay)
        self._view.table = self.table
        self._show_all()

    def _show_all(self) -> None:
        self.grid.refresh()
        self._fit()
        words, measure = self._look.words, self.table.facts.measure
        said = {
            "period": words.t("Each period has a target of its own; the year's is their sum."),
            "running_sum": words.t("Each target is what should be reached by the end of its period."),
            "latest": words.t("Each target is the level to be reached in its period."),
        }
        self.notes.show_notes([said[measure.cumulation]])
        self._moved(*self.grid.current_keys())

    @Slot()
    def _fit(self) -> None:
        rows = self.grid.entries.rowCount() * self.grid.verticalHeader().defaultSectionSize()
        self.grid.setMaximumHeight(self.grid.horizontalHeader().height() + rows + 16)

    def follow(self, changed: Changed) -> None:
        """New readings come through `show_facts`."""

    def finish(self) -> None:
        self.grid.finish_typing()

    @Slot(str, str)
    def _moved(self, row: str, column: str) -> None:
        if not row:
            self.bar.show_cell("", badge=None)
            return
        title = next((line.title for line in self.table.rows() if line.key == row), "")
        place = next((each.title for each in self.table.columns() if each.key == column), "")
        where = (row, column)
        said = self._overlay.invalid[where][1] if where in self._overlay.invalid else ""
        said = said or (self.table.cell(row, column).tip if column else "")
        aim = aim_of(row, column)
        target = self.table.target(aim) if aim is not None else None
        why = target.values.get("rationale") if target is not None else ""
        path = " · ".join(part for part in (title, place) if part)
        self.bar.show_cell(path, badge=None, said=said or str(why or ""))

    # Writing

    def _snapshot(self, row: str, column: str) -> object:
        aim = aim_of(row, column)
        return self.table.target(aim) if aim is not None else self.table.facts.indicator

    @Slot(object)
    def _edited(self, edits: EntryEdits) -> None:
        if not at_least(self.table.facts.role, "officer"):
            self._show_all()
            return
        seen = self.grid.begun if edits.how == "typed" else None
        ready: list[tuple[EntryEdit, Value]] = []
        for edit in edits.edits:
            where: Where = (edit.row, edit.column)
            self._overlay.invalid.pop(where, None)
            try:
                value = self._read(edit)
            except FieldProblem as problem:
                self._overlay.invalid[where] = (edit.text, explain(self._look.words, problem))
                continue
            self._overlay.pending[where] = None if value is None else str(value)
            ready.append((edit, value))
        if ready:
            row = seen if isinstance(seen, Row) else None
            self._chain.submit(
                lambda: self._compose(ready, row),
                label=measures.TARGET,
                done=self._done,
                failed=partial(self._failed, ready),
            )
        self._show_all()

    def _read(self, edit: EntryEdit) -> Value:
        own = edit.row in (BASELINE, FINAL)
        column = "=total" if own else _COLUMNS[self.table.field]
        return read_input(self._look.words, self.table.facts.measure, column, edit.text)

    def _compose(self, ready: Sequence[tuple[EntryEdit, Value]], seen: Row | None) -> list[Edit]:
        facts, edits = self.table.facts, []
        for edit, value in ready:
            if edit.row in (BASELINE, FINAL):
                name = "baseline_value" if edit.row == BASELINE else "target_value"
                row = facts.indicator
                if seen is not None and seen.id == row.id:
                    row = replace(row, seen=seen.seen)
                edits += change(kind("indicator"), row, {name: value})
                continue
            aim = aim_of(edit.row, edit.column)
            if aim is not None:
                edits += self._aim_edits(aim, value, seen)
        return edits

    def _aim_edits(self, aim: Aim, value: Value, seen: Row | None) -> list[Edit]:
        known = self.table.target(aim) or self._made.get(aim)
        if known is not None and seen is not None and seen.id == known.id:
            known = replace(known, seen=seen.seen)
        record = self._desk.store.new_id() if known is None else known.id
        made = measures.set_target(
            known,
            self.table.facts.indicator,
            {self.table.field: value},
            record=record,
            period=aim.period,
            place=aim.place,
        )
        if known is None and made:
            blank: dict[str, Value] = {**dict.fromkeys(kind("target").fields), "cells": {}}
            self._made[aim] = Row(
                record, "target", made[0].workspace, {**blank, **made[0].writes}, unsent=True
            )
        elif aim in self._made:
            row = self._made[aim]
            self._made[aim] = replace(row, values={**row.values, self.table.field: value})
        return made

    def _done(self) -> None:
        if isValid(self):
            self._show_all()

    def _failed(self, ready: Sequence[tuple[EntryEdit, Value]], error: BaseException) -> None:
        """Nothing was saved; what was typed stays in its cells."""
        if isinstance(error, DaftarError) and isValid(self):
            for edit, _ in ready:
                self._overlay.pending.pop((edit.row, edit.column), None)
                self._overlay.invalid[edit.row, edit.column] = (edit.text, explain(self._look.words, error))
            self._show_all()
        self._desk.failed.emit(error)

    @Slot(QPoint)
    def _menu(self, point: QPoint) -> None:
        words = self._look.words
        aim = aim_of(*self.grid.current_keys())
        target = self.table.target(aim) if aim is not None else None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        about = menu.addAction(words.t("About this target…"))
        about.setEnabled(target is not None)
        about.triggered.connect(lambda: self._open_about(target))
        split = menu.addAction(words.t("Target by category…"))
        split.setEnabled(aim is not None and bool(self.table.facts.split.keys))
        split.triggered.connect(self.open_cells)
        menu.addAction(words.t("Fill down")).triggered.connect(self.grid.fill_down)
        menu.addAction(words.t("Clear")).triggered.connect(self.grid.clear_selected)
        menu.popup(self.grid.viewport().mapToGlobal(point))

    @Slot()
    def open_cells(self) -> None:
        """The target under the cursor by category; the same record as the target itself."""
        facts, keys = self.table.facts, self.grid.current_keys()
        aim = aim_of(*keys)
        if aim is None or not facts.split.keys:
            return
        target = self.table.target(aim)
        title = next((line.title for line in self.table.rows() if line.key == keys[0]), "")
        place = next((each.title for each in self.table.columns() if each.key == keys[1]), "")
        self.cells = TargetCells(
            self._look,
            title=self._look.words.t("Target by category: {where}", where=f"{title} · {place}"),
            measure=facts.measure,
            split=facts.split,
            row=target,
            may=at_least(facts.role, "officer"),
            parent=self.window(),
        )
        self.cells.chosen.connect(partial(self._take_cells, aim, target))
        self.cells.open()

    def _take_cells(self, aim: Aim, target: Row | None, values: dict[str, Value]) -> None:
        indicator, record = self.table.facts.indicator, self._desk.store.new_id()
        self._chain.submit(
            lambda: measures.set_target(
                target, indicator, values, record=record, period=aim.period, place=aim.place
            ),
            label=measures.TARGET,
            done=self._done,
            failed=self._desk.failed.emit,
        )

    @Slot()
    def _about_here(self) -> None:
        aim = aim_of(*self.grid.current_keys())
        self._open_about(self.table.target(aim) if aim is not None else None)

    def _open_about(self, target: Row | None) -> None:
        if target is not None:
            title = self._look.words.t("About this target")
            RecordDialog(
                self._look, self._desk, target, ABOUT_TARGET, title=title, label=measures.TARGET, parent=self
            ).open()
