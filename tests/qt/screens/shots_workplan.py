"""Screenshots of the workplan: `python shots_workplan.py FOLDER [LANGUAGE]`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.office import NOW_MS, Office, open_office
from helpers.stage import LANGUAGES, SIZES, dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.app.plans import screen_plans
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.workplan.screen import WorkplanScreen
from desktop.windows.main_window import MainWindow

DAY_MS = 86_400_000


def prepare(office: Office) -> None:
    office.all_sent()
    office.change("certificates", "activity", progress=35, delay_reason="Board met only on 28 May")
    office.change("olive", "activity", end="2026-11-26")
    office.colleague_changes("olive", "activity", end="2026-12-10")


def shoot_panel(window: MainWindow, screen: WorkplanScreen, office: Office, folder: Path, name: str) -> None:
    desk = screen.desk
    for tab in ("budget", "history", "comments"):
        screen.panel._tabs.set_value(tab)
        screen.panel._tab_chosen(tab)
        settle(desk)
        shoot(window, folder / f"workplan-{tab}-{name}.png")
    screen.panel._tabs.set_value("details")
    screen.panel.edit()
    settle(desk)
    shoot(window, folder / f"workplan-form-{name}.png")
    screen.show_record("activity", office.ids["olive"])
    settle(desk)
    shoot(window, folder / f"workplan-asked-{name}.png")


def shots(folder: Path, languages: tuple[str, ...] = LANGUAGES) -> None:
    app = QApplication.instance() or QApplication([])
    office = open_office(Path(tempfile.mkdtemp()))
    prepare(office)
    empty = open_office(Path(tempfile.mkdtemp()), filled=False)
    for language in languages:
        for dark in (False, True):
            desk = make_desk(office, language)
            bare = make_desk(empty, language)
            look = dressed_look(desk.words, dark=dark)
            for width, height in SIZES:
                name = f"{language}-{'dark' if dark else 'light'}-{width}"
                sync = SyncFacts(lambda: None, state=SyncState(
                    pending=3, decisions=1, last_success_ms=NOW_MS - 4 * DAY_MS))  # fmt: skip
                window = MainWindow(look, desk, screen_plans(sync, keep=lambda _s: None), sync)
                window.resize(width, height)
                window.show()
                window.go("workplan")
                settle(desk)
                shoot(window, folder / f"workplan-{name}.png")
                screen = window.front
                assert isinstance(screen, WorkplanScreen)
                screen.show_record("activity", office.ids["certificates"])
                settle(desk)
                shoot(window, folder / f"workplan-panel-{name}.png")
                shoot_panel(window, screen, office, folder, name)
                screen.panels.close_panel()
                screen._toggle_filter()
                screen.page.filter_bar.status.choose("late", chosen=True)
                settle(desk)
                shoot(window, folder / f"workplan-filter-{name}.png")
                window.close()
                window.deleteLater()
                window = MainWindow(look, bare, screen_plans(sync, keep=lambda _s: None), sync)
                window.resize(width, height)
                window.show()
                window.go("workplan")
                settle(bare)
                shoot(window, folder / f"workplan-empty-{name}.png")
                window.close()
                window.deleteLater()
            desk.close()
            bare.close()
    office.close()
    empty.close()
    app.processEvents()


if __name__ == "__main__":
    shots(Path(sys.argv[1]), tuple(sys.argv[2:]) or LANGUAGES)
