"""A laptop as a person sees it: its real window over its real profile, driven by keys."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from helpers.terminal import Laptop
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.session import Session
from desktop.screens.decisions.screen import DecisionsScreen
from desktop.screens.meetings.screen import MeetingsScreen
from desktop.screens.workplan.screen import WorkplanScreen
from desktop.store.profile import open_profile
from desktop.store.rows import Query, Row, Where
from desktop.store.store import Store
from desktop.syncing.once import sync_once
from desktop.widgets.dialogs import ConfirmDialog
from sync.changes import Edit
from sync.client.session import Receipt
from sync.clock import SystemClock
from sync.merge.texts import set_text
from sync.records import KINDS

PATIENCE_MS = 20_000


def type_text(widget: QWidget, text: str) -> None:
    """Key by key; Qt's own helper knows Latin letters only."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


class Sitting:
    """One person in front of one window."""

    def __init__(self, qtbot: QtBot, laptop: Laptop) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.qtbot = qtbot
        self.clock = SystemClock()
        profile = open_profile(laptop.paths, passphrase=laptop.passphrase)
        self.store = Store.open(profile, KINDS, self.clock)
        self.session = Session(app, laptop.paths, self.store, clock=self.clock)
        self.window = self.session.window
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="test-line")
        self.session.start(syncing=False)
        self.window.resize(1366, 768)

    def close(self) -> None:
        self._line.shutdown(wait=True)
        self.window.close()
        self.session.close()

    def until(self, fact: Any) -> None:
        self.qtbot.waitUntil(fact, timeout=PATIENCE_MS)

    def sync(self) -> Receipt:
        """Send and receive to the end, however often the link is cut."""
        future: Future[Receipt] = self._line.submit(
            sync_once, self.store, clock=self.clock, pause=lambda _seconds: None, tries=200
        )
        self.until(future.done)
        return future.result()

    # Looking

    def find(self, kind: str, title: str) -> Row:
        name = KINDS[kind].title_field
        rows = self.session.desk.reader.select(Query(kind, where=(Where(name, "=", title),)))
        assert len(rows) == 1, f"{len(rows)} {kind} are called {title}"
        return rows[0]

    # Doing, by keys

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focus = self.window.focusWidget()
        assert isinstance(focus, QWidget)
        QTest.keyClick(focus, key, modifiers)

    def workplan(self) -> WorkplanScreen:
        self.window.go("workplan")
        screen = self.window.front
        assert isinstance(screen, WorkplanScreen)
        return screen

    def type_in_plan(self, title: str, column: str, text: str) -> None:
        """F2 on a cell of the workplan, everything replaced, Enter."""
        screen, record = self.workplan(), self.find("activity", title).id
        self.until(lambda: screen.page.grid is not None and record in screen.tree.lines)
        grid = screen.page.grid
        assert grid is not None
        grid.setFocus()
        assert grid.show_record(record, key=column)
        QTest.keyClick(grid, Qt.Key.Key_F2)
        (editor,) = [each for each in grid.viewport().findChildren(QLineEdit) if each.isVisible()]
        editor.selectAll()
        QTest.keyClicks(editor, text)
        with self.qtbot.waitSignal(self.session.desk.saved, timeout=PATIENCE_MS):
            QTest.keyClick(editor, Qt.Key.Key_Return)

    def remove_from_plan(self, title: str) -> None:
        screen, record = self.workplan(), self.find("activity", title).id
        self.until(lambda: screen.page.grid is not None and record in screen.tree.lines)
        grid = screen.page.grid
        assert grid is not None
        assert grid.show_record(record)
        grid.setFocus()
        screen._remove()
        self.until(lambda: bool(self.window.findChildren(ConfirmDialog)))
        (dialog,) = self.window.findChildren(ConfirmDialog)
        dialog.action_button.click()
        self.until(lambda: self.session.desk.reader.get("activity", record).deleted)

    def plan_meeting(self, place: bytes, meeting: bytes, item: bytes, title: str, notes: str) -> None:
        """A meeting with one agenda item and its first notes."""
        update = set_text(None, notes).update
        edits = [
            Edit(place, "meeting", meeting, {"title": "Planning"}, create=True),
            Edit(
                place, "agenda_item", item, {"title": title, "meeting": meeting, "notes": update}, create=True
            ),
        ]
        self.store.submit(edits, label="Add").result()

    def write_notes(self, meeting: str, before: str, text: str) -> None:
        """Type `text` behind `before` in the notes of a meeting."""
        self.window.go("meetings")
        screen = self.window.front
        assert isinstance(screen, MeetingsScreen)
        item = self.find("agenda_item", meeting)
        screen.open_meeting(item["meeting"], item=item.id)
        self.until(lambda: screen.page.notes.record == item.id)
        editor = screen.page.item_page.editor
        cursor = editor.textCursor()
        cursor.setPosition(editor.toPlainText().index(before) + len(before))
        editor.setTextCursor(cursor)
        type_text(editor, text)
        screen.leave()
        self.until(lambda: text in (self.find("agenda_item", meeting)["notes"] or ""))

    def decide_everything(self) -> int:
        """Take the first value of each open question; returns how many there were."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
        self.window.go("decisions")
        screen = self.window.front
        assert isinstance(screen, DecisionsScreen)
        count = 0
        while self.session.desk.reader.conflict_count():
            left = self.session.desk.reader.conflict_count()
            self.until(lambda: screen.page is not None and not self.session.desk.calls.waiting)
            screen.list.setFocus()
            self.press(Qt.Key.Key_1)
            self.until(screen.use_button.isEnabled)
            screen.use_button.click()
            self.until(lambda n=left: self.session.desk.reader.conflict_count() < n)
            count += 1
        return count
