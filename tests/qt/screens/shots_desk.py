"""Screenshots of the desk: `python shots_desk.py FOLDER [LANGUAGE]`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.busy import make_busy
from helpers.office import NOW_MS, Office, open_office
from helpers.stage import LANGUAGES, SIZES, dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.app.plans import screen_plans
from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.desk.screen import DeskScreen
from desktop.widgets.look import Look
from desktop.windows.main_window import MainWindow

DAY_MS = 86_400_000


def one(folder: Path, name: str, look: Look, desk: Desk, state: SyncState, *, size: tuple[int, int]) -> None:
    sync = SyncFacts(lambda: None, state=state)
    window = MainWindow(look, desk, screen_plans(sync, keep=lambda _settings: None), sync)
    window.resize(*size)
    window.show()
    window.go("desk")
    settle(desk)
    shoot(window, folder / f"{name}.png")
    screen = window.front
    assert isinstance(screen, DeskScreen)
    if not name.startswith("desk-empty"):
        screen.due.rows[1].setFocus()
        settle(desk)
        shoot(screen, folder / f"{name.replace('desk-', 'desk-focus-')}.png")
        screen._area.verticalScrollBar().setValue(10_000)
        settle(desk)
        shoot(window, folder / f"{name.replace('desk-', 'desk-down-')}.png")
        screen.maker.ask("meeting")
        dialog = screen.maker.dialog
        assert dialog is not None
        dialog.add.click()
        settle(desk)
        shoot(dialog, folder / f"{name.replace('desk-', 'desk-new-')}.png")
        dialog.reject()
    window.close()
    window.deleteLater()


def shots(folder: Path, languages: tuple[str, ...] = LANGUAGES) -> None:
    app = QApplication.instance() or QApplication([])
    office: Office = open_office(Path(tempfile.mkdtemp()))
    make_busy(office)
    empty = open_office(Path(tempfile.mkdtemp()), filled=False)
    for language in languages:
        for dark in (False, True):
            desk, bare = make_desk(office, language), make_desk(empty, language)
            look = dressed_look(desk.words, dark=dark)
            for size in SIZES:
                name = f"{language}-{'dark' if dark else 'light'}-{size[0]}"
                state = SyncState(pending=12, decisions=3, last_success_ms=NOW_MS - 4 * DAY_MS)
                one(folder, f"desk-{name}", look, desk, state, size=size)
                one(folder, f"desk-empty-{name}", look, bare, SyncState(), size=size)
            desk.close()
            bare.close()
    office.close()
    empty.close()
    app.processEvents()


if __name__ == "__main__":
    shots(Path(sys.argv[1]), tuple(sys.argv[2:]) or LANGUAGES)
