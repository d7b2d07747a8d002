"""Everything of the workspace that was removed; each can be looked at and brought back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands import labels, records
from desktop.commands.access import at_least
from desktop.models.record_table_model import RecordTableModel
from desktop.screens.removed.provider import COLUMNS, RemovedProvider, called, read_removed
from desktop.store.removed import Removed, with_wholes
from desktop.store.rows import Row
from desktop.widgets.buttons import Button
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import LineEdit
from desktop.widgets.grid import Grid
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from desktop.widgets.record_card import RecordCard
from desktop.widgets.screen import Host, Screen
from desktop.words.messages import explain
from sync.changes import Edit
from sync.errors import DaftarError
from sync.replica.changed import Changed

_FILTER_MS = 120


class RemovedScreen(Screen):
    """A part comes back together with its whole, so that it has a place to be seen."""

    key = "removed"

    def __init__(self, look: Look, desk: Desk, host: Host) -> None:
        super().__init__(look, desk, host)
        self._asked = 0
        self._wanted = b""
        self.card: RecordCard | None = None
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader(look, words.t("Removed items"), parent=self)
        self.filter = LineEdit(look, icon="search", parent=self)
        self.filter.setPlaceholderText(words.t("Find what was removed"))
        self.filter.setAccessibleName(words.t("Find what was removed"))
        self.filter.setFixedWidth(220)
        self.button = Button(look, words.t("Bring back"), kind="primary", icon="undo", height=30)
        self.button.clicked.connect(self.bring_back)
        self.header.set_actions([self.filter, self.button])
        column.addWidget(self.header)
        self.provider = RemovedProvider(desk)
        self.model = RecordTableModel(COLUMNS, self.provider, words, parent=self)
        self.grid = Grid(look, self.model, name=words.t("Removed items"))
        self.grid.opened.connect(self.show_card)
        self.grid.record_changed.connect(self._allow)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.grid)
        self.stack.addWidget(self._build_empty())
        column.addWidget(self.stack, 1)
        keys = words.t("Enter shows what it was · Ctrl Enter brings it back · Ctrl F finds")
        column.addWidget(Legend(look, keys=keys, parent=self))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_FILTER_MS)
        self._pause.timeout.connect(self.reload)
        self.filter.textEdited.connect(lambda _text: self._pause.start())
        for sequence, act in (
            ("Ctrl+Return", self.bring_back),
            ("Ctrl+Enter", self.bring_back),
            ("Ctrl+F", self._find),
        ):
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.setFocusProxy(self.grid)

    def _build_empty(self) -> QWidget:
        words = self.look.words
        self.empty = EmptyState(
            self.look,
            icon="trash",
            title=words.t("Nothing was removed here"),
            text=words.t("What somebody removes comes here, as it was, and can be brought back at any time."),
            framed=False,
            parent=self,
        )
        return self.empty

    # Reading

    def reload(self) -> None:
        self._asked += 1
        number = self._asked
        question = read_removed(self.desk.scope.workspace, self.filter.text().strip())
        self.desk.ask(question, lambda found: self._show(number, found))

    def refresh(self, changed: Changed) -> None:
        self.reload()

    def show_record(self, kind: str, record: bytes) -> None:
        """Put the cursor on a removed record, once it is in the list."""
        self._wanted = record
        if self.filter.text():
            self.filter.clear()
        self.reload()

    def _show(self, number: int, found: Sequence[Removed]) -> None:
        if number != self._asked or not isValid(self):
            return
        words, before = self.look.words, self.grid.current_id()
        row = self.model.row_of(before) if before is not None else -1
        self.provider.take(found)
        self.model.requery()
        searching = bool(self.filter.text().strip())
        caption = words.n("{count} item", "{count} items", len(found)) if found else ""
        self.header.set_title(words.t("Removed items"), caption=caption)
        title = words.t("Nothing was removed here")
        text = words.t("What somebody removes comes here, as it was, and can be brought back at any time.")
        if searching:
            title = words.t("Nothing removed is called so")
            text = words.t("Fewer letters may help.")
        self.empty.set_texts(title, text)
        self.stack.setCurrentIndex(0 if found else 1)
        wanted = self._wanted or before or b""
        self._wanted = b""
        if found and not self.grid.show_record(wanted):
            self.grid.go_to(max(0, min(row, len(found) - 1)), 0)
        self._allow()

    def _role(self) -> str:
        places = self.desk.reader.workspaces()
        return next((each.role for each in places if each.id == self.desk.scope.workspace), "")

    def _allow(self, _record: object = None) -> None:
        words, reason = self.look.words, ""
        if not self.provider.found:
            reason = words.t("Nothing is chosen.")
        elif not at_least(self._role(), "officer"):
            reason = words.t("Your role in this workspace does not include this. Ask a coordinator.")
        self.button.set_ready(ready=not reason, reason=reason)

    def _find(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    # Acts

    def show_card(self, record: bytes) -> None:
        """What it was, to read."""
        row = self._row(record)
        if row is None:
            return
        card = RecordCard(self.look, self.desk, row, parent=self.window())
        again = Button(self.look, self.look.words.t("Bring back"), icon="undo", parent=card)
        again.setEnabled(self.button.isEnabled())
        again.clicked.connect(card.accept)
        again.clicked.connect(self.bring_back)
        card.add_button(again)
        self.card = card
        card.destroyed.connect(self._card_gone)
        card.open()

    def _card_gone(self) -> None:
        self.card = None

    def _row(self, record: bytes) -> Row | None:
        removed = self.provider.of(record)
        return self.desk.row(removed.kind, record) if removed is not None else None

    def bring_back(self) -> None:
        """What is selected comes back, with what it is part of, in one step of undo."""
        if not self.button.isEnabled() or not self.isVisible():
            return
        chosen = [row for row in map(self._row, self.grid.selected_ids()) if row is not None]
        rows = with_wholes(self.desk.reader, chosen)
        kinds, edits = self.desk.store.kinds, list[Edit]()
        try:
            for row in rows:
                edits += records.restore(kinds[row.kind], row)
        except DaftarError as error:
            self.host.toast(explain(self.look.words, error), error=True)
            return
        if not edits:
            return
        words = self.look.words
        said = words.t("Brought back “{name}”.", name=words.isolate(called(self.desk, chosen[0])))
        if len(edits) > 1:
            said = words.n("Brought back {count} item.", "Brought back {count} items.", len(edits))
        self.desk.submit(edits, label=labels.RESTORE, done=lambda _written: self.host.toast(said, undo=True))
