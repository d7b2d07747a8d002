"""What tests of meetings share: an office that has met, the screen over it, and steps of every day."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.minutes import keep_minutes
from helpers.office import Office, Template
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.screens.meetings.screen import MeetingsScreen
from desktop.widgets.look import Look

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def minuted(office_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """An office that has met, filled once for all tests here."""
    folder = tmp_path_factory.mktemp("minuted")
    office = office_template.copy(folder)
    keep_minutes(office)
    office.close()
    return Template(folder, office.ids)


@pytest.fixture
def office(minuted: Template, tmp_path: Path) -> Iterator[Office]:
    made = minuted.copy(tmp_path)
    yield made
    made.close()


@pytest.fixture
def screen(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office
) -> Iterator[MeetingsScreen]:
    made = MeetingsScreen(look, desk, host)
    qtbot.addWidget(made)
    desk.changed.connect(made.refresh)
    made.resize(1280, 720)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: made.list.is_current)
    yield made
    made.leave()
    desk.changed.disconnect(made.refresh)


def opened(qtbot: QtBot, screen: MeetingsScreen, office: Office, item: str = "item2") -> MeetingsScreen:
    screen.open_meeting(office.ids["meeting"], item=office.ids[item])
    qtbot.waitUntil(lambda: screen.page.facts is not None)
    qtbot.waitUntil(lambda: screen.page.notes.record == office.ids[item])
    return screen


def agenda(screen: MeetingsScreen) -> list[str]:
    return [line.title for line in screen.page.agenda.view.lines.lines]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert isinstance(focus, QWidget)
    QTest.keyClick(focus, key, modifiers)
