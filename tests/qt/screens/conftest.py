"""What tests of screens share: a host that remembers what it was asked, and a list of files."""

from pathlib import Path

import pytest
from helpers.drawers import Drawer
from helpers.office import Office
from helpers.stage import RecordingHost
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.widgets.documents import DocumentsSection
from desktop.widgets.look import Look


@pytest.fixture
def host() -> RecordingHost:
    return RecordingHost()


@pytest.fixture
def drawer(office: Office, tmp_path: Path) -> Drawer:
    return Drawer(office, tmp_path)


@pytest.fixture
def opened(desk: Desk) -> list[Path]:
    """Files that were handed to other programs."""
    found: list[Path] = []

    def show(address: QUrl) -> bool:
        found.append(Path(address.toLocalFile()))
        return True

    desk.files.open_address = show
    return found


@pytest.fixture
def section(qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office) -> DocumentsSection:
    made = DocumentsSection(look, desk, host)
    qtbot.addWidget(made)
    made.resize(320, 600)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.show_about(desk.row("activity", office.ids["certificates"]), editable=True)
    return made
