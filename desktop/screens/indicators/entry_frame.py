"""The frame of the data entry: how one reading of the facts after the other is put on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands.periods import PeriodState, row_span
from desktop.screens.indicators.cell_bar import CellBar
from desktop.screens.indicators.entry_data import EntryTable
from desktop.screens.indicators.entry_words import EntryWords, grid_notes, state_marks
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.lines import line_of
from desktop.screens.indicators.measure_panel import MeasurePanel
from desktop.screens.indicators.notes import Notes
from desktop.screens.indicators.notice import Notice
from desktop.screens.indicators.pen import Pen
from desktop.screens.indicators.table_view import TableView
from desktop.screens.indicators.value_grid import ValueGrid
from desktop.store.rows import Row
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.side_panel import PanelHost

WIDE = 1200
_LOW = 700


class EntryFrame(QWidget):
    """Bar, grid, notes, counts and the panel beside; what is being typed stays where it is."""

    changed = Signal()
    """Counts and states may be others now."""
    facts_asked = Signal()
    """The pen has written: only a reading from now on holds it for certain."""

    def __init__(self, look: Look, desk: Desk, facts: Facts, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._desk = look, desk
        self._next: tuple[Facts, int] | None = None
        self.apart = False
        self.pen = Pen(desk, told=self._told)
        self.table = EntryTable(look.words, facts, self.pen.overlay)
        self.pen.read_again(self.table, written=0)
        self._view = TableView(self.table)
        self._say = EntryWords(look, desk)
        self._build()

    def _told(self) -> None:
        """The pen has written; its page may be gone by now."""
        if isValid(self):
            self.redraw()
            self.facts_asked.emit()

    # Building

    def _build(self) -> None:
        look, words = self._look, self._look.words
        area = QWidget()
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.notice = Notice(look, parent=area)
        self.bar = CellBar(look, parent=area)
        self.grid = ValueGrid(
            look, self._view, name=words.t("Values by period and place"), snapshot=self._snapshot, parent=area
        )
        self._close_some()
        self.grid.cell_changed.connect(self._cell_moved)
        self.grid.group_toggled.connect(self._fit_grid)
        self.notes = Notes(look, parent=area)
        self.legend = Legend(look, parent=area)
        for widget, stretch in ((self.notice, 0), (self.bar, 0), (self.grid, 100), (self.notes, 0)):
            column.addWidget(widget, stretch)
        column.addStretch(1)
        column.addWidget(self.legend)
        self.panel = MeasurePanel(look)
        self.panel.cell_asked.connect(self.go_to_cell)
        self.beside = PanelHost(look, area, self.panel)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.beside)
        self.setFocusProxy(self.grid)
        self._was_wide: bool | None = None

    def _close_some(self) -> None:
        """Periods to come are closed, and so are those long past."""
        facts = self.table.facts
        open_ones = [each for each in facts.periods if facts.state_of(each) is not PeriodState.NOT_YET]
        self._close_periods({each.id for each in open_ones[-2:]})

    def _close_periods(self, kept: set[bytes]) -> None:
        entries = self.grid.entries
        for row in reversed(range(entries.rowCount())):
            line = entries.row_at(row)
            if entries.is_open(row) and bytes.fromhex(line.key) not in kept:
                entries.set_open(row, is_open=False)
        self._fit_grid()

    def start(self) -> None:
        """Put the cursor on the first cell that waits for a figure in the period in front."""
        facts = self.table.facts
        inside = [each for each in facts.periods if self.in_scope(each)] or list(facts.periods)
        if self.window().height() < _LOW:
            self._close_periods({each.id for each in inside})
        for period in inside:
            for line in self.table.lines(period.id):
                for key in self.table.input_keys():
                    if not self.table.is_locked(line) and self.grid.go_to_cell(line.key, key):
                        return

    def in_scope(self, period: Row) -> bool:
        span = row_span(period)
        return span is not None and self.table.facts.moment.span.holds(span)

    # Showing

    def show_facts(self, facts: Facts, *, written: int) -> None:
        """Take a new reading; one that would move rows waits until the open editor is closed."""
        table = EntryTable(self._look.words, facts, self.pen.overlay, apart=self.apart)
        if self.grid.is_typing and not _same_shape(table, self._view):
            self._next = (facts, written)
            return
        self._next = None
        self.pen.read_again(table, written=written)
        # Made after the pen has let go of what the facts now say themselves.
        self.table = EntryTable(self._look.words, facts, self.pen.overlay, apart=self.apart)
        self.pen.table = self.table
        self._view.table = self.table
        self._show_all()

    def redraw(self) -> None:
        """Something was typed, or written: cells are drawn again from the same facts."""
        self.table = EntryTable(self._look.words, self.table.facts, self.pen.overlay, apart=self.apart)
        self.pen.table = self.table
        self._view.table = self.table
        self._show_all()

    def _show_all(self) -> None:
        self.grid.refresh()
        self._fit_grid()
        words = self._look.words
        keys = words.t("Enter goes down · M marks as missing · Ctrl V pastes")
        self.legend.set_marks(state_marks(self._look, self.table, self.in_scope), keys=keys)
        self.notes.show_notes(grid_notes(words, self.table))
        self.panel.show_table(self.table)
        self._cell_moved(*self.grid.current_keys())
        self.changed.emit()

    @Slot()
    def _fit_grid(self) -> None:
        """As high as its rows, so that the notes stand right under them."""
        grid = self.grid
        rows = grid.entries.rowCount() * grid.verticalHeader().defaultSectionSize()
        bar = grid.horizontalScrollBar()
        wide = sum(grid.columnWidth(at) for at in range(grid.entries.columnCount()))
        scroll = bar.sizeHint().height() if wide > grid.width() else 0
        grid.setMaximumHeight(grid.horizontalHeader().height() + rows + scroll + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.window().width() >= WIDE
        self.panel.set_closable(closable=not wide)
        if wide is not self._was_wide:
            self._was_wide = wide
            if wide:
                self.beside.open_panel()
            elif self.beside.is_open:
                self.beside.close_panel()
        self._fit_grid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.beside.is_open and self.beside.is_drawer:
            self.beside.close_panel()
            return
        super().keyPressEvent(event)

    def toggle_panel(self) -> None:
        if self.beside.is_open:
            self.beside.close_panel()
        else:
            self.beside.open_panel()

    @Slot(str, str)
    def go_to_cell(self, row: str, column: str) -> None:
        entries = self.grid.entries
        group = entries.row_of(row.partition("/")[0])
        if group >= 0 and entries.is_open(group) is False:
            entries.set_open(group, is_open=True)
            self._fit_grid()
        if self.grid.go_to_cell(row, column):
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str, str)
    def _cell_moved(self, row: str, column: str) -> None:
        said = self._say.cell(self.table, row, column)
        self.bar.show_cell(said.place, badge=said.badge, said=said.text, action=said.action)
        value = self.value_here()
        self.bar.show_evidence(None if value is None else len(value.values.get("evidence") or ()))

    def value_here(self) -> Row | None:
        """The value under the cursor, where there is one."""
        found = self._snapshot(*self.grid.current_keys())
        return found if isinstance(found, Row) else None

    def _snapshot(self, row: str, column: str) -> object:
        line = line_of(row)
        entry = self.table.entry(line) if line is not None else None
        return entry.row if entry is not None else None

    def show_waiting(self) -> None:
        """Take the reading that waited for an editor to close."""
        waiting, self._next = self._next, None
        if waiting is not None:
            self.show_facts(waiting[0], written=waiting[1])


def _same_shape(table: EntryTable, view: TableView) -> bool:
    rows = [row.key for row in table.rows()] == [row.key for row in view.rows()]
    return rows and [each.key for each in table.columns()] == [each.key for each in view.columns()]
