"""The screen of meetings: the list, and one meeting at a time."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from desktop.bridge.desk import Desk, Scope
from desktop.bridge.keeping import Keeper
from desktop.commands import labels, meetings
from desktop.commands.access import at_least
from desktop.screens.meetings.list_page import ListPage
from desktop.screens.meetings.meeting_page import MeetingPage
from desktop.screens.meetings.new_meeting import NewMeeting
from desktop.widgets.look import Look
from desktop.widgets.screen import Host, Screen
from desktop.words.messages import explain
from sync.changes import Value
from sync.errors import DaftarError
from sync.replica.changed import Changed


class MeetingsScreen(Screen):
    """Remembers the open meeting while other screens are shown."""

    key = "meetings"

    def __init__(self, look: Look, desk: Desk, host: Host) -> None:
        super().__init__(look, desk, host)
        self._drafts = Keeper(desk, self.key, parent=self)
        self.dialog: NewMeeting | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget(self)
        column.addWidget(self.stack)
        self.list = ListPage(look, desk, parent=self)
        self.page = MeetingPage(look, desk, host, self._drafts, parent=self)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.page)
        self.list.opened.connect(self.open_meeting)
        self.list.new_asked.connect(self.plan)
        self.page.back_asked.connect(self.back)
        self.page.gone.connect(self.back)
        for keys, act in (("Ctrl+N", self.plan), ("Ctrl+F", self._find)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)
        self.setFocusProxy(self.stack)

    @property
    def is_open(self) -> bool:
        """Whether one meeting is shown instead of the list."""
        return self.stack.currentWidget() is self.page

    # What the window asks

    def reload(self) -> None:
        self.list.reload()
        if self.is_open:
            self.page.reload()

    def refresh(self, changed: Changed) -> None:
        self.list.refresh(changed)
        if self.is_open:
            self.page.refresh(changed)

    def scope_moved(self, scope: Scope) -> None:
        row = self.desk.row("meeting", self.page.facts.row.id) if self.page.facts is not None else None
        if row is None or row.workspace != scope.workspace:
            self.back()
        self.reload()

    def show_record(self, kind: str, record: bytes) -> None:
        """A meeting, or what belongs to one: its item, decision or action point."""
        if kind == "meeting":
            self.open_meeting(record)
            return
        row = self.desk.row(kind, record)
        meeting = row.values.get("meeting") if row is not None else None
        if row is None or not isinstance(meeting, bytes) or self.desk.row("meeting", meeting) is None:
            if row is not None:
                self.stack.setCurrentWidget(self.list)
                self.host.toast(self.look.words.t("This belongs to no meeting on this laptop."))
            return
        item = record if kind == "agenda_item" else row.values.get("agenda_item")
        self.open_meeting(meeting, item=item if isinstance(item, bytes) else b"")
        if kind in ("decision", "action_point"):
            self.page.show_details(row)

    def leave(self) -> None:
        self.page.leave()
        self._drafts.flush()

    # Pages

    @Slot(object)
    def open_meeting(self, record: bytes, *, item: bytes = b"") -> None:
        self.stack.setCurrentWidget(self.page)
        self.page.show_meeting(record, item=item)
        self.page.setFocus()

    @Slot()
    def back(self) -> None:
        """To the list, with what was typed safe."""
        self.page.leave()
        self.stack.setCurrentWidget(self.list)
        self.list.grid.setFocus()

    @Slot()
    def _find(self) -> None:
        if not self.is_open:
            self.list.filter.setFocus()
            self.list.filter.selectAll()

    # New meetings

    @Slot()
    def plan(self) -> None:
        """Ask what, when and where."""
        role = next(
            (each.role for each in self.desk.reader.workspaces() if each.id == self.desk.scope.workspace), ""
        )
        if not at_least(role, "officer"):
            self.host.toast(explain(self.look.words, DaftarError("role_too_low", role=role)), error=True)
            return
        self.dialog = NewMeeting(self.look, self.desk, self._drafts, parent=self)
        self.dialog.planned.connect(self._planned)
        self.dialog.open()

    @Slot(object)
    def _planned(self, values: dict[str, Value]) -> None:
        record = self.desk.store.new_id()
        try:
            edits = meetings.plan_meeting(workspace=self.desk.scope.workspace, record=record, values=values)
        except DaftarError as error:
            self.host.toast(explain(self.look.words, error), error=True)
            return
        self.desk.submit(edits, label=labels.PLAN_MEETING, done=lambda _written: self.open_meeting(record))
