"""Removed items: looked at, found, and brought back by keys alone."""

from collections.abc import Iterator

import pytest
from helpers.office import JORDAN, Office
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.commands import records
from desktop.screens.removed.screen import RemovedScreen
from desktop.widgets.look import Look
from sync.records import KINDS

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def remove(office: Office, name: str, kind: str) -> None:
    office.store.submit(records.remove(KINDS[kind], office.row(name, kind)), label="Remove").result()


@pytest.fixture
def screen(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office
) -> Iterator[RemovedScreen]:
    for name, kind in (("certificates", "activity"), ("first120", "milestone"), ("lesson", "lesson")):
        office.clock.time_ms += 60_000
        remove(office, name, kind)
    made = RemovedScreen(look, desk, host)
    qtbot.addWidget(made)
    desk.changed.connect(made.refresh)
    made.resize(1166, 700)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: made.model.rowCount() == 3)
    yield made
    desk.changed.disconnect(made.refresh)


def column(screen: RemovedScreen, key: str) -> list[str]:
    at = screen.model.column_of(key)
    return [screen.model.cell_at(row, at).text for row in range(screen.model.rowCount())]


def test_each_line_says_what_it_was_and_who_took_it_away(screen: RemovedScreen) -> None:
    assert column(screen, "title") == [
        "Book assessors early",
        "First 120 certificates",
        "Prior-learning certificates with the training board",
    ]
    assert column(screen, "kind") == ["Lesson", "Milestone", "Activity"]
    assert column(screen, "whole")[1] == "Prior-learning certificates with the training board"
    assert column(screen, "by") == ["Lina Haddad"] * 3
    assert all(text.startswith("Today") for text in column(screen, "when"))


def test_a_part_is_brought_back_with_its_whole_in_one_step(
    qtbot: QtBot, screen: RemovedScreen, office: Office, host: RecordingHost, desk: Desk
) -> None:
    screen.show_record("milestone", office.ids["first120"])
    qtbot.waitUntil(lambda: screen.grid.current_id() == office.ids["first120"])
    qtbot.keyClick(screen.grid, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: screen.model.rowCount() == 1)
    assert not office.row("first120", "milestone").deleted
    assert not office.row("certificates", "activity").deleted
    assert host.toasts[-1] == ("Brought back 2 items.", True, False)
    done: list[str] = []
    desk.undo(done=done.append, failed=lambda error: done.append(str(error)))
    qtbot.waitUntil(lambda: screen.model.rowCount() == 3)
    qtbot.waitUntil(lambda: done == ["Restore a record"])


def test_enter_shows_what_it_was_and_the_sheet_brings_it_back(
    qtbot: QtBot, screen: RemovedScreen, office: Office, host: RecordingHost
) -> None:
    screen.show_record("lesson", office.ids["lesson"])
    qtbot.waitUntil(lambda: screen.grid.current_id() == office.ids["lesson"])
    qtbot.keyClick(screen.grid, Key.Key_Return)
    assert screen.card is not None
    assert screen.card.accessibleName() == "Book assessors early"
    button = screen.card.buttons.itemAt(screen.card.buttons.count() - 1).widget()
    button.click()
    qtbot.waitUntil(lambda: not office.row("lesson", "lesson").deleted)
    qtbot.waitUntil(lambda: host.toasts != [])
    assert host.toasts[-1][0] == "Brought back “\u2066Book assessors early\u2069”."


def test_a_few_letters_find_it_and_nothing_is_said_in_words(qtbot: QtBot, screen: RemovedScreen) -> None:
    qtbot.keyClick(screen.grid, Key.Key_F, CTRL)
    qtbot.keyClicks(screen.filter, "assess")
    qtbot.waitUntil(lambda: screen.model.rowCount() == 1)
    qtbot.keyClicks(screen.filter, "zzz")
    qtbot.waitUntil(lambda: screen.stack.currentIndex() == 1)
    assert screen.empty.accessibleName().startswith("Nothing removed is called so")
    assert not screen.button.isEnabled()


def test_what_a_colleague_brought_back_leaves_the_list_and_the_cursor_stays(
    qtbot: QtBot, screen: RemovedScreen, office: Office
) -> None:
    screen.show_record("activity", office.ids["certificates"])
    qtbot.waitUntil(lambda: screen.grid.current_id() == office.ids["certificates"])
    back = records.restore(KINDS["lesson"], office.row("lesson", "lesson"))
    office.store.submit(back, label="Restore").result()
    qtbot.waitUntil(lambda: screen.model.rowCount() == 2)
    assert screen.grid.current_id() == office.ids["certificates"]


def test_who_only_reads_cannot_bring_back(qtbot: QtBot, screen: RemovedScreen, office: Office) -> None:
    office.grant(JORDAN, "Jordan", role="reader")
    screen.reload()
    qtbot.waitUntil(lambda: not screen.button.isEnabled())
    assert screen.button.toolTip()
    qtbot.keyClick(screen.grid, Key.Key_Return, CTRL)
    assert office.row("lesson", "lesson").deleted
