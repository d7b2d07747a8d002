"""The page beside the panel: filter, grid and footer, or words where there is nothing to show."""

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.models.candidates import Provider
from desktop.screens.workplan import columns as c
from desktop.screens.workplan.filter_bar import FilterBar
from desktop.screens.workplan.provider import PlanModel, PlanProvider
from desktop.screens.workplan.standing import ORDER, mark_of, plain_word
from desktop.screens.workplan.tree import Tree
from desktop.widgets.buttons import Button
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Grid
from desktop.widgets.labels import Label
from desktop.widgets.legend import Legend, Mark
from desktop.widgets.look import Look

_LOADING, _GRID, _EMPTY, _NO_MATCH = range(4)


class PlanPage(QWidget):
    """Owns the grid; a new year of the scope makes a new one, because its quarters are columns."""

    edited = Signal(object)
    pasted = Signal(object)
    opened = Signal(object)
    record_changed = Signal(object)
    menu_asked = Signal(object, object)
    draft_typed = Signal(object, str, str)
    editing_ended = Signal(object, str)
    import_asked = Signal()
    add_asked = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        words = look.words
        self.grid: Grid | None = None
        self.model: PlanModel | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.filter_bar = FilterBar(look, parent=self)
        self.filter_bar.hide()
        self.filter_bar.closed.connect(self._filter_closed)
        column.addWidget(self.filter_bar)
        self.stack = QStackedWidget(self)
        reading = Label(look, words.t("Reading the plan…"), colour=look.tokens.t2)
        reading.setContentsMargins(16, 16, 16, 16)
        self.stack.addWidget(self._on_top(reading))
        self._grid_holder = QWidget(self.stack)
        holder = QVBoxLayout(self._grid_holder)
        holder.setContentsMargins(0, 0, 0, 0)
        self.stack.addWidget(self._grid_holder)
        self.stack.addWidget(self._empty())
        no_match = EmptyState(
            look,
            icon="filter",
            title=words.t("Nothing matches"),
            text=words.t("The filter leaves everything out."),
            action=words.t("Show everything"),
            action_icon="close",
            framed=False,
        )
        no_match.acted.connect(self.filter_bar.clear)
        self.stack.addWidget(no_match)
        column.addWidget(self.stack, 1)
        self.legend = Legend(look, parent=self)
        column.addWidget(self.legend)

    def _on_top(self, widget: QWidget) -> QWidget:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(widget)
        column.addStretch(1)
        return holder

    def _empty(self) -> QWidget:
        look, words = self._look, self._look.words
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(2)
        self.empty_state = EmptyState(
            look,
            icon="workplan",
            title=words.t("No plan here yet"),
            text=words.t("Results, activities and milestones stand here, with their dates, leads and money."),
            action=words.t("Bring in a spreadsheet"),
            action_icon="upload",
            framed=False,
        )
        self.empty_state.acted.connect(self.import_asked)
        column.addWidget(self.empty_state)
        row = QHBoxLayout()
        row.addStretch(1)
        self.empty_add = Button(
            look, words.t("Add an activity by hand"), kind="quiet", icon="plus", parent=holder
        )
        self.empty_add.clicked.connect(self.add_asked)
        row.addWidget(self.empty_add)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(3)
        return holder

    # The grid

    def make_grid(self, provider: PlanProvider, *, year: int, today: dt.date, people: Provider) -> None:
        """A grid for the quarters of a year; what was closed stays closed."""
        look, words = self._look, self._look.words
        closed = self.model.closed if self.model is not None else frozenset()
        layout = self._grid_holder.layout()
        assert layout is not None
        if self.grid is not None:
            layout.removeWidget(self.grid)
            self.grid.hide()
            self.grid.deleteLater()
        columns = c.plan_columns(words, year, today, people)
        self.model = PlanModel(columns, provider, words, closed=closed, parent=self)
        grid = Grid(look, self.model, name=words.t("Workplan"), parent=self._grid_holder)
        self.model.setParent(grid)
        layout.addWidget(grid)
        grid.edited.connect(self.edited)
        grid.pasted.connect(self.pasted)
        grid.opened.connect(self.opened)
        grid.record_changed.connect(self.record_changed)
        grid.menu_asked.connect(self.menu_asked)
        grid.draft_typed.connect(self.draft_typed)
        grid.editing_ended.connect(self.editing_ended)
        self.grid = grid
        self.setFocusProxy(grid)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.grid is None or self.model is None:
            return
        shown, lead = c.fitting(self.width() - self.grid.verticalScrollBar().sizeHint().width())
        header = self.grid.horizontalHeader()
        for at, column in enumerate(self.model.columns):
            header.setSectionHidden(at, column.key not in shown)
        header.resizeSection(self.model.column_of(c.LEAD), lead)

    # What is shown

    def show_loading(self) -> None:
        if self.grid is None or not self.model or not self.model.rowCount():
            self.stack.setCurrentIndex(_LOADING)

    def show_counts(self, tree: Tree, *, filtered: bool) -> None:
        """Pick what the page shows, and the footer's counts."""
        words = self._look.words
        front = _GRID if tree.nodes else _NO_MATCH if filtered else _EMPTY
        self.stack.setCurrentIndex(front)
        target: QWidget | None = self.grid if front == _GRID else self.empty_state.button
        if target is not None:
            self.setFocusProxy(target)
        marks = []
        for key in ORDER:
            if tree.counts.get(key):
                family, icon = mark_of(key)
                text = f"{plain_word(words, key)} {words.number(tree.counts[key])}"
                marks.append(Mark(text, icon=icon, family=family))
        keys = words.t("Enter opens details · F2 edits · Space ticks a quarter")
        self.legend.set_marks(marks, keys=keys if tree.nodes else "")

    @property
    def shows_grid(self) -> bool:
        return self.stack.currentIndex() == _GRID

    def toggle_filter(self) -> None:
        """Show the filter with the keyboard in it, or put it away."""
        if self.filter_bar.isHidden():
            self.filter_bar.show()
            self.filter_bar.text.setFocus()
        else:
            self.filter_bar.close_bar()

    def _filter_closed(self) -> None:
        self.filter_bar.hide()
        if self.grid is not None:
            self.grid.setFocus()
