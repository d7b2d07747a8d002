"""Screenshots of Removed items and the windows before the window: `python shots_removed.py FOLDER`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.office import open_office
from helpers.stage import LANGUAGES, SIZES, dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.app.plans import screen_plans
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.commands import records
from desktop.screens.removed.screen import RemovedScreen
from desktop.widgets.look import Look
from desktop.windows.main_window import MainWindow
from desktop.windows.unlock import Unlock
from sync.records import KINDS


def unlock_shots(folder: Path, look: Look, name: str) -> None:
    window = Unlock(look, unlock=lambda _typed: None, recover=lambda _file, _fresh: None)
    window.show()
    QApplication.processEvents()
    shoot(window, folder / f"unlock-{name}.png")
    window.help_button.click()
    QApplication.processEvents()
    shoot(window, folder / f"unlock-2-{name}.png")
    window.close()


def shots(folder: Path, languages: tuple[str, ...] = LANGUAGES) -> None:
    app = QApplication.instance() or QApplication([])
    office = open_office(Path(tempfile.mkdtemp()))
    empty = True
    for language in languages:
        for dark in (False, True):
            desk = make_desk(office, language)
            look = dressed_look(desk.words, dark=dark)
            unlock_shots(folder, look, f"{language}-{'dark' if dark else 'light'}")
            for size in SIZES:
                name = f"{language}-{'dark' if dark else 'light'}-{size[0]}"
                sync = SyncFacts(lambda: None, state=SyncState(pending=3))
                window = MainWindow(look, desk, screen_plans(sync, keep=lambda _settings: None), sync)
                window.resize(*size)
                window.show()
                window.go("removed")
                settle(desk)
                if empty:
                    shoot(window, folder / f"removed-none-{name}.png")
                    for each, kind in (
                        ("olive", "activity"), ("fair", "milestone"), ("lesson", "lesson"),
                        ("people-q1", "value"), ("item1", "agenda_item"), ("comment1", "comment"),
                    ):  # fmt: skip
                        row = office.row(each, kind)
                        office.store.submit(records.remove(KINDS[kind], row), label="Remove").result()
                        office.clock.time_ms += 40_000_000
                    empty = False
                    settle(desk)
                shoot(window, folder / f"removed-{name}.png")
                screen = window.front
                assert isinstance(screen, RemovedScreen)
                screen.show_card(screen.provider.found[0].record)
                settle(desk)
                if screen.card is not None:
                    shoot(screen.card, folder / f"removed-card-{name}.png")
                    screen.card.reject()
                window.close()
                window.deleteLater()
            desk.close()
    office.close()
    app.processEvents()


if __name__ == "__main__":
    shots(Path(sys.argv[1]), tuple(sys.argv[2:]) or LANGUAGES)
