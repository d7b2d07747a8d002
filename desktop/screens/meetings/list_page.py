"""All meetings of the workspace: those to come, those that were, found by a few letters."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.models.columns import Cell, CellKind, Column
from desktop.models.columns import Row as GridRow
from desktop.models.record_table_model import RecordTableModel
from desktop.screens.meetings import wording
from desktop.store.reader import Reader
from desktop.store.rows import Order, Query, Row, Where
from desktop.widgets.buttons import Button, Segmented
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import LineEdit
from desktop.widgets.grid import Grid
from desktop.widgets.labels import Label
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from sync.replica.changed import Changed

_FILTER_MS = 30


def t(msgid: str) -> str:
    """Mark a column title for translation."""
    return msgid


COLUMNS = (
    Column("start", t("When"), CellKind.DATE, width=232, sort_key="start"),
    Column("title", t("Meeting"), width=300, stretch=True, sort_key="title"),
    Column("type", t("Type"), width=120),
    Column("place", t("Place"), width=130, sort_key="place"),
    Column("chair", t("Chair"), CellKind.PERSON, width=150),
    Column("state", t("State"), CellKind.STATUS, width=160),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The meetings of one query in order, and whether there are none at all in the workspace."""

    ids: Sequence[bytes] = ()
    is_empty: bool = False


def find_meetings(reader: Reader, query: Query) -> Found:
    """Asked in the reader thread: an office may have held very many meetings."""
    ids = reader.record_ids(query)
    anything = Query("meeting", workspaces=query.workspaces, limit=1)
    return Found(ids, not ids and not reader.rowids(anything))


class MeetingsProvider:
    """Ids as the reader thread found them last; rows as they are shown."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.view, self.search = "coming", ""
        self.sort: tuple[str, bool] | None = None
        self.found = Found()

    def ids(self) -> Sequence[bytes]:
        return self.found.ids

    def query(self) -> Query:
        """What is to be shown now."""
        scope = self._desk.scope.workspace
        today = wording.today_of(self._desk).isoformat()
        where: tuple[Where, ...] = ()
        if self.view == "coming":
            where = (Where("start", ">=", today),)
        elif self.view == "past":
            where = (Where("start", "<", today),)
        elif self.view == "undated":
            where = (Where("start", "null"),)
        order = Order("start", descending=self.view != "coming")
        if self.sort is not None:
            order = Order(self.sort[0], descending=self.sort[1])
        places = (scope,) if scope else ()
        return Query("meeting", workspaces=places, where=where, order=(order,), search=self.search)

    def rows(self, ids: Sequence[bytes]) -> Sequence[GridRow]:
        today = wording.today_of(self._desk)
        return [self._shown(row, today) for row in self._desk.reader.rows("meeting", ids)]

    def _shown(self, row: Row, today: dt.date) -> GridRow:
        words = self._desk.words
        fields = self._desk.store.kinds["meeting"].fields
        badge = wording.state_badge(words, row.values.get("state"))
        chair = row.values.get("chair")
        name = self._desk.name_of("person", chair) if isinstance(chair, bytes) else ""
        kind = fields["type"].choice_labels.get(str(row.values.get("type") or ""), "")
        return GridRow(
            row.id,
            {
                "start": Cell(wording.when(words, row, today=today)),
                "title": Cell(str(row.values.get("title") or ""), second=str(row.values.get("series") or "")),
                "type": Cell(words.t(kind)),
                "place": Cell(str(row.values.get("place") or "")),
                "chair": Cell(name, person=chair if isinstance(chair, bytes) else b""),
                "state": Cell(badge.text, icon=badge.icon, family=badge.family),
            },
        )


class ListPage(QWidget):
    """The first page of the screen."""

    opened = Signal(object)
    new_asked = Signal()

    def __init__(self, look: Look, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._desk = look, desk
        self._asked, self._anew = 0, False
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader(look, words.t("Meetings"), parent=self)
        self.filter = LineEdit(look, icon="search", parent=self)
        self.filter.setPlaceholderText(words.t("Find a meeting"))
        self.filter.setAccessibleName(words.t("Find a meeting"))
        self.filter.setFixedWidth(220)
        self.views = Segmented(
            look,
            [("coming", words.t("Coming")), ("past", words.t("Past")), ("undated", words.t("No date"))],
            name=words.t("Which meetings"),
        )
        self.new_button = Button(
            look, words.t("New meeting"), kind="primary", icon="plus", hint="Ctrl N", height=30
        )
        self.header.set_actions([self.filter, self.views, self.new_button])
        column.addWidget(self.header)
        self.provider = MeetingsProvider(desk)
        self.model = RecordTableModel(COLUMNS, self.provider, words, parent=self)
        self.grid = Grid(look, self.model, name=words.t("Meetings"))
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.grid)
        self.stack.addWidget(self._empty())
        self._nothing = self._nothing_here()
        self.stack.addWidget(self._nothing)
        column.addWidget(self.stack, 1)
        keys = words.t("Enter opens · Ctrl N plans a meeting · Ctrl F finds")
        column.addWidget(Legend(look, keys=keys, parent=self))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FILTER_MS)
        self._timer.timeout.connect(self._search)
        self.filter.textEdited.connect(self._typed)
        self.views.chosen.connect(self._view_chosen)
        self.new_button.clicked.connect(self.new_asked)
        self.grid.opened.connect(self.opened)
        self.grid.sort_asked.connect(self._sort)
        self.setFocusProxy(self.grid)

    def _empty(self) -> QWidget:
        words = self._look.words
        self.empty = EmptyState(
            self._look,
            icon="meetings",
            title=words.t("No meetings yet"),
            text=words.t("Minutes, decisions and actions stay together here."),
            action=words.t("Plan a meeting"),
            framed=False,
        )
        self.empty.acted.connect(self.new_asked)
        return self.empty

    def _nothing_here(self) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(24, 24, 24, 24)
        self._nothing_text = Label(self._look, colour=self._look.tokens.t2, wrap=True)
        column = QVBoxLayout()
        column.addWidget(self._nothing_text)
        column.addStretch(1)
        row.addLayout(column)
        return holder

    # Showing

    def reload(self) -> None:
        """Another list: it begins at its top."""
        self._read(anew=True)

    def refresh(self, changed: Changed) -> None:
        if changed.of("person"):
            self.model.refresh(set(self.provider.ids()))
        elif changed.of("meeting"):
            self.model.refresh(changed.of("meeting"))
            self._read(anew=False)

    def _read(self, *, anew: bool) -> None:
        self._asked += 1
        self._anew = self._anew or anew
        number, query = self._asked, self.provider.query()

        def read(reader: Reader) -> Found | None:
            return find_meetings(reader, query) if number == self._asked else None

        self._desk.ask(read, lambda found: self._take(query, found))

    def _take(self, query: Query, found: Found | None) -> None:
        if found is None or query != self.provider.query() or not isValid(self):
            return
        self.provider.found = found
        anew, self._anew = self._anew, False
        if anew:
            self.model.requery()
        else:
            self.model.refresh(())
        self._show()

    @property
    def is_current(self) -> bool:
        """Whether the list answers what is asked for now."""
        return self._asked > 0 and not self._anew

    def _show(self) -> None:
        if self.model.rowCount():
            self.stack.setCurrentIndex(0)
        elif self.provider.found.is_empty:
            self.stack.setCurrentIndex(1)
        else:
            words = self._look.words
            texts = {
                "coming": words.t("No meeting is planned from today on."),
                "past": words.t("No meeting was held before today."),
                "undated": words.t("Every meeting has a date."),
            }
            found = words.t("Nothing is called so here. Look under the other words above, or write less.")
            self._nothing_text.setText(found if self.provider.search else texts[self.provider.view])
            self.stack.setCurrentIndex(2)

    @Slot(str)
    def _view_chosen(self, view: str) -> None:
        self.provider.view = view
        self.reload()

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self._timer.start()

    @Slot()
    def _search(self) -> None:
        self.provider.search = self.filter.text().strip()
        self.reload()

    @Slot(str, bool)
    def _sort(self, key: str, descending: bool) -> None:
        self.provider.sort = (key, descending)
        self.reload()
