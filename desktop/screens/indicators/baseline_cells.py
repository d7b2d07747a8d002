"""The baseline split by categories: a small grid of one line at the end of the reference sheet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands import measures
from desktop.commands.categories import cells_of, sum_of_cells
from desktop.commands.values import enter_cells
from desktop.models.entry import (
    EntryCell,
    EntryColumn,
    EntryEdits,
    EntryRole,
    EntryRow,
    EntryState,
    HeaderSpan,
)
from desktop.screens.indicators.chain import Chain
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.layout import ALL, Layout, is_field, keys_of_sum, make_layout
from desktop.screens.indicators.reading import read_input
from desktop.screens.indicators.value_grid import ValueGrid
from desktop.screens.indicators.wording import total_text
from desktop.store.rows import Row
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.errors import DaftarError
from sync.records import FieldProblem

_FIELD = "baseline_cells"
_ROW = "baseline"


class BaselineTable:
    """One row of inputs over the categories of the indicator."""

    def __init__(self, look: Look, facts: Facts) -> None:
        self._words = look.words
        self.facts = facts
        self.wrong: dict[str, tuple[str, str]] = {}
        self.set_facts(facts)

    def set_facts(self, facts: Facts) -> None:
        self.facts = facts
        made = make_layout(self._words, facts.indicator, facts.measure, facts.split, apart=False)
        kept = tuple(column for column in made.columns if column.key == ALL or not is_field(column.key))
        self.layout = Layout(kept, made.levels)
        self.cells = cells_of(facts.split, facts.indicator.values.get(_FIELD) or {}, {})

    def corner(self) -> str:
        return ""

    def levels(self) -> Sequence[Sequence[HeaderSpan]]:
        return self.layout.levels

    def columns(self) -> Sequence[EntryColumn]:
        return self.layout.columns

    def rows(self) -> Sequence[EntryRow]:
        return (EntryRow(_ROW, self._words.t("Baseline")),)

    def cell(self, row: str, column: str) -> EntryCell:
        if column in self.wrong:
            text, problem = self.wrong[column]
            return EntryCell(text, EntryState.INVALID, tip=problem)
        declared = self.layout.column(column)
        if declared is not None and declared.role is not EntryRole.INPUT:
            keys = keys_of_sum(self.facts.split, column)
            inside = 0 if column == ALL else 1
            total = sum_of_cells(self.facts.split, self.cells, keys, inside=inside, due=False)
            return EntryCell(total_text(self._words, self.facts.measure, total))
        number = self.cells.numbers.get(column)
        return EntryCell(self._words.number(number) if number is not None else "")


class BaselineCells(QWidget):
    """Saves each cell by itself."""

    saved = Signal(str)

    def __init__(self, look: Look, desk: Desk, facts: Facts, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._desk = look, desk
        self._chain = Chain(desk)
        self.table = BaselineTable(look, facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        words = look.words
        column.addWidget(
            Label(look, words.t("Disaggregated baseline"), role=Role.TITLE, weight=SEMIBOLD, parent=self)
        )
        self.grid = ValueGrid(
            look,
            self.table,
            name=words.t("Disaggregated baseline"),
            snapshot=self._snapshot,
            marks=False,
            label_width=92,
            parent=self,
        )
        self.grid.setVerticalScrollBarPolicy(self.grid.verticalScrollBarPolicy().ScrollBarAlwaysOff)
        self.grid.edited.connect(self._edited)
        self.grid.pasted.connect(self._edited)
        column.addWidget(self.grid)
        self._fit()

    def _fit(self) -> None:
        row = self.grid.verticalHeader().defaultSectionSize()
        bar = self.grid.horizontalScrollBar().sizeHint().height()
        self.grid.setFixedHeight(self.grid.horizontalHeader().height() + row + bar + 2)

    def _snapshot(self, row: str, column: str) -> object:
        return self.table.facts.indicator

    def show_facts(self, facts: Facts) -> None:
        if self.grid.is_typing:
            return
        self.table.set_facts(facts)
        self.grid.refresh()
        self._fit()

    @Slot(object)
    def _edited(self, edits: EntryEdits) -> None:
        facts, words = self.table.facts, self._look.words
        seen = self.grid.begun if edits.how == "typed" else None
        row = seen if isinstance(seen, Row) else facts.indicator
        cells = {}
        for edit in edits.edits:
            self.table.wrong.pop(edit.column, None)
            try:
                value = read_input(words, facts.measure, edit.column, edit.text)
            except FieldProblem as problem:
                self.table.wrong[edit.column] = (edit.text, explain(words, problem))
                continue
            cells[self.table.cells.stored.get(edit.column, edit.column)] = value
        self._chain.submit(
            lambda: enter_cells(row, cells, field=_FIELD) if cells else [],
            label=measures.SHEET,
            done=self._done,
            failed=self._failed,
        )

    def _done(self) -> None:
        if isValid(self):
            words = self._look.words
            now = words.moment(self._desk.clock.now_ms(), now_ms=self._desk.clock.now_ms())
            self.saved.emit(words.t("Saved here, {when}", when=now))

    def _failed(self, error: BaseException) -> None:
        if isValid(self):
            self.grid.refresh()
        if isinstance(error, DaftarError):
            self._desk.failed.emit(error)

    def finish(self) -> None:
        self.grid.finish_typing()
