"""The list: the results framework as a tree, each indicator with its figures and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.models.record_tree_model import RecordTreeModel
from desktop.screens.indicators.facts import Moment
from desktop.screens.indicators.framework import (
    BATCH,
    LOOSE,
    Framework,
    Standing,
    read_framework,
    read_standings,
)
from desktop.screens.indicators.list_rows import OPTIONAL, ListRows, columns
from desktop.screens.indicators.tools import tool_row
from desktop.screens.indicators.wording import COURSES
from desktop.store.rows import Row
from desktop.widgets.buttons import Button
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import LineEdit
from desktop.widgets.grid import Grid
from desktop.widgets.legend import Legend, Mark
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from sync.replica.changed import Changed

_FILTER_AFTER_MS = 120
_KINDS = ("result", "indicator", "period", "place", "dimension", "category", "programme")


class ListPage(QWidget):
    """Reads the framework first and the figures in batches after it."""

    opened = Signal(object)  # the id of an indicator
    result_asked = Signal(object)  # the id of the result it goes under, or None
    indicator_asked = Signal(object)  # the id of its result, or None
    result_edit_asked = Signal(object)  # the Row
    remove_asked = Signal(object)  # the Row
    quarters_asked = Signal()

    def __init__(self, look: Look, desk: Desk, moment: Moment, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._desk, self.moment = look, desk, moment
        self._asked = 0
        self._seen = False
        self.rows = ListRows(look.words, moment)
        self._build()

    def _build(self) -> None:
        look, words = self._look, self._look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader(look, words.t("Results and indicators"), parent=self)
        self.filter = LineEdit(look, icon="search", parent=self)
        self.filter.setPlaceholderText(words.t("Filter"))
        self.filter.setAccessibleName(words.t("Filter results and indicators"))
        self.filter.setFixedSize(200, 30)
        self.filter.textChanged.connect(self._filter_typed)
        self.add_result = Button(look, words.t("Add result"), icon="plus", height=30)
        self.add_result.clicked.connect(self._ask_result)
        self.add_indicator = Button(look, words.t("Add indicator"), kind="primary", icon="plus", height=30)
        self.add_indicator.clicked.connect(self._ask_indicator)
        # In one holder, so that the header, which shows its actions whenever it has room, leaves them be.
        self._tools = tool_row([self.filter, self.add_result], gap=10)
        self.header.set_actions([self._tools, self.add_indicator])
        column.addWidget(self.header)
        self._holder = QWidget(self)
        self._stack = QStackedLayout(self._holder)
        self._make_grid()
        self._empty: QWidget | None = None
        column.addWidget(self._holder, 1)
        self.legend = Legend(look, parent=self)
        column.addWidget(self.legend)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FILTER_AFTER_MS)
        self._timer.timeout.connect(self._apply_filter)

    def _make_grid(self) -> None:
        words = self._look.words
        self.model = RecordTreeModel(columns(words, self.moment), self.rows, words)
        self.grid = Grid(self._look, self.model, name=words.t("Results and indicators"), parent=self._holder)
        self.model.setParent(self.grid)
        self.grid.opened.connect(self._opened)
        self.grid.menu_asked.connect(self._menu)
        self._stack.addWidget(self.grid)
        self._stack.setCurrentWidget(self.grid)
        self.setFocusProxy(self.grid)

    # Reading

    def set_moment(self, moment: Moment) -> None:
        """Another workspace or period: the columns are named after it, so the grid is made again."""
        closed = self.model.closed
        self.moment = moment
        self.rows = ListRows(self._look.words, moment)
        self.rows.filter = self.filter.text()
        old = self.grid
        self._make_grid()
        self.model.set_closed(closed)
        old.hide()
        old.deleteLater()
        self._seen = False
        self.resize_columns()
        self.read()

    def read(self) -> None:
        """Everything again; what was selected stays so."""
        self._asked += 1
        number, moment = self._asked, self.moment
        self._desk.ask(
            lambda reader: read_framework(reader, moment), lambda found: self._take_framework(number, found)
        )

    def follow(self, changed: Changed) -> None:
        """Read what a commit can have moved: the tree, or the figures of a few indicators."""
        if any(changed.of(kind) for kind in _KINDS):
            self.read()
            return
        touched = set()
        for kind in ("value", "target"):
            for record in changed.of(kind):
                row = self._desk.row(kind, record)
                if row is not None:
                    touched.add(row["indicator"])
        if touched:
            self._read_standings(self._asked, self.rows.framework, iter(sorted(touched)))

    def _take_framework(self, number: int, found: Framework) -> None:
        if number != self._asked or not isValid(self):
            return
        before = set(self.rows.framework.indicators) | set(self.rows.framework.results)
        self.rows.adopt(found)
        records = {*found.results, *found.indicators, *before}
        self.model.refresh(records)
        self._show_empty()
        self._show_header()
        if not self._seen and self.model.rowCount():
            self._seen = True
            if not self.grid.currentIndex().isValid():
                self.grid.go_to(0, 0)
        self._read_standings(number, found, iter([node.id for node in found.nodes if not node.group]))

    def _read_standings(self, number: int, framework: Framework, indicators: Iterator[bytes]) -> None:
        """A few at a time, so that whatever else is asked meanwhile is answered in between."""
        part = list(islice(indicators, BATCH))
        if part:
            self._desk.ask(
                lambda reader: read_standings(reader, framework, part),
                lambda found: self._take_standings(number, framework, found, indicators),
            )

    def _take_standings(
        self, number: int, framework: Framework, found: dict[bytes, Standing], rest: Iterator[bytes]
    ) -> None:
        if number != self._asked or not isValid(self):
            return
        self.rows.take(found)
        self.model.reread(set(found))
        self._show_header()
        self._read_standings(number, framework, rest)

    # Showing

    def _show_header(self) -> None:
        words, framework = self._look.words, self.rows.framework
        results = words.n("{count} result", "{count} results", len(framework.results))
        indicators = words.n("{count} indicator", "{count} indicators", len(framework.indicators))
        title = words.t("Results and indicators")
        self.header.set_title(title, caption=f"{results} · {indicators}" if framework.nodes else "")
        self.legend.set_marks(
            self._marks(), keys=words.t("Enter opens an indicator · Left and right open and close a result")
        )

    def _marks(self) -> list[Mark]:
        words, counts = self._look.words, self.rows.counts
        return [
            Mark(f"{words.t(word)} {words.number(counts[each])}", icon=icon, family=family)
            for each, (word, family, icon) in COURSES.items()
            if counts[each]
        ]

    def _show_empty(self) -> None:
        """Never a blank grid: what belongs here, and the one button that helps."""
        framework = self.rows.framework
        if self._empty is not None:
            self._stack.removeWidget(self._empty)
            self._empty.deleteLater()
            self._empty = None
        made = self._make_empty(framework)
        self.add_indicator.setVisible(bool(framework.nodes))
        self.add_result.setVisible(bool(framework.nodes))
        self.filter.setVisible(bool(framework.nodes))
        if made is None:
            self._stack.setCurrentWidget(self.grid)
            return
        self._empty = made
        self._stack.addWidget(made)
        self._stack.setCurrentWidget(made)

    def _make_empty(self, framework: Framework) -> EmptyState | None:
        look, words = self._look, self._look.words
        if not framework.nodes:
            made = EmptyState(
                look,
                icon="results",
                title=words.t("No results yet"),
                text=words.t("Outcomes and outputs stand here, with the indicators that measure them."),
                action=words.t("Add result"),
                framed=False,
            )
            made.acted.connect(self._ask_result)
            return made
        if self.rows.filter and not self.model.rowCount():
            made = EmptyState(
                look,
                icon="search",
                title=words.t("Nothing found"),
                text=words.t("No result or indicator holds “{text}”.", text=self.rows.filter),
                action=words.t("Show all"),
                action_icon="list",
                framed=False,
            )
            made.acted.connect(self.filter.clear)
            return made
        return None

    def _filter_typed(self) -> None:
        self._timer.start()

    @Slot()
    def _apply_filter(self) -> None:
        self.rows.filter = self.filter.text().strip()
        self.model.refresh(set())
        self._show_empty()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resize_columns()

    def resize_columns(self) -> None:
        for key, width in OPTIONAL.items():
            self.grid.set_column_visible(key, visible=self.width() >= width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.filter.selectAll()
            return
        super().keyPressEvent(event)

    # Acting

    def select(self, record: bytes) -> bool:
        return self.grid.show_record(record, key="title")

    @Slot(object)
    def _opened(self, record: bytes) -> None:
        if record in self.rows.framework.indicators:
            self.opened.emit(record)

    def _result_here(self) -> bytes | None:
        """The result under the cursor, or the one that the indicator there belongs to."""
        record = self.grid.current_id()
        framework = self.rows.framework
        if record in framework.results:
            return record
        row = framework.indicators.get(record) if record is not None else None
        result = row.values.get("result") if row is not None else None
        return result if result in framework.results else None

    @Slot()
    def _ask_result(self) -> None:
        self.result_asked.emit(self._result_here())

    @Slot()
    def _ask_indicator(self) -> None:
        self.indicator_asked.emit(self._result_here())

    @Slot(object, object)
    def _menu(self, record: bytes, at: QPoint) -> None:
        words, framework = self._look.words, self.rows.framework
        row: Row | None = framework.results.get(record) or framework.indicators.get(record)
        if record == LOOSE or row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if row.kind == "result":
            menu.addAction(words.t("Edit result…")).triggered.connect(
                lambda: self.result_edit_asked.emit(row)
            )
            menu.addAction(words.t("Add result under it…")).triggered.connect(
                lambda: self.result_asked.emit(row.id)
            )
            menu.addAction(words.t("Add indicator…")).triggered.connect(
                lambda: self.indicator_asked.emit(row.id)
            )
        else:
            menu.addAction(words.t("Open")).triggered.connect(lambda: self.opened.emit(row.id))
        menu.addSeparator()
        menu.addAction(words.t("Remove")).triggered.connect(lambda: self.remove_asked.emit(row))
        menu.popup(at)
