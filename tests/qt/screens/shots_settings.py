"""Screenshots of the settings: `python shots_settings.py FOLDER [LANGUAGE]`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.office import NOW_MS, open_office
from helpers.stage import LANGUAGES, SIZES, dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.app.plans import screen_plans
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.settings.screen import SettingsScreen
from desktop.store.rotation import back_up_daily
from desktop.store.verify import Flaw
from desktop.windows.main_window import MainWindow

DAY_MS = 86_400_000


def shots(folder: Path, languages: tuple[str, ...] = LANGUAGES) -> None:
    app = QApplication.instance() or QApplication([])
    office = open_office(Path(tempfile.mkdtemp()))
    office.store.remember({"server": "https://daftar.example.org", "laptop": "Amman office, Lina"})
    reader = office.store.reader()
    for _ in range(2):
        back_up_daily(office.store.profile, reader.connection, clock=office.clock)
        office.clock.time_ms += DAY_MS
    office.clock.time_ms = NOW_MS + DAY_MS
    reader.close()
    for language in languages:
        for dark in (False, True):
            desk = make_desk(office, language)
            look = dressed_look(desk.words, dark=dark)
            for size in SIZES:
                name = f"{language}-{'dark' if dark else 'light'}-{size[0]}"
                sync = SyncFacts(lambda: None, state=SyncState(pending=3, last_success_ms=NOW_MS))
                window = MainWindow(look, desk, screen_plans(sync, keep=lambda _settings: None), sync)
                window.resize(*size)
                window.show()
                window.go("settings")
                settle(desk)
                screen = window.front
                assert isinstance(screen, SettingsScreen)
                screen.preferences.focus_on("theme")
                settle(desk)
                shoot(window, folder / f"settings-{name}.png")
                screen.protection.open_form()
                screen.protection.passphrase.set_draft("short")
                screen.protection.save()
                settle(desk)
                shoot(window, folder / f"settings-2-{name}.png")
                screen.checking._checked(((Flaw("record_differs", "Jordan", "activity"), "Solar course"),))
                bar = screen.area.verticalScrollBar()
                bar.setValue(bar.maximum() // 2 + 260)
                settle(desk)
                shoot(window, folder / f"settings-3-{name}.png")
                screen.checking._checked(())
                bar.setValue(bar.maximum())
                settle(desk)
                shoot(window, folder / f"settings-4-{name}.png")
                window.close()
                window.deleteLater()
            desk.close()
    office.close()
    app.processEvents()


if __name__ == "__main__":
    shots(Path(sys.argv[1]), tuple(sys.argv[2:]) or LANGUAGES)
