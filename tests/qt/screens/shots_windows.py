"""Screenshots of the main window, Send and receive and the first run: `python shots_windows.py FOLDER`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from concurrent.futures import Future

from helpers.office import NOW_MS, open_office
from helpers.stage import LANGUAGES, SIZES, dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange.screen import ExchangeScreen
from desktop.widgets.look import Look
from desktop.widgets.screen import Screen
from desktop.windows.first_run import Fetched, FirstRun
from desktop.windows.main_window import MainWindow
from desktop.windows.plans import ScreenPlan
from desktop.words import Words

DAY_MS = 86_400_000


def plans(sync: SyncFacts) -> dict[str, ScreenPlan]:
    made = (
        ScreenPlan("desk", "My desk", "home", Screen, place="top"),
        ScreenPlan("decisions", "Needs your decision", "git-pull-request-arrow", Screen,
                   place="top", pill=True),
        ScreenPlan("workplan", "Workplan", "workplan", Screen, frozenset({"activity", "milestone"})),
        ScreenPlan("indicators", "Results and indicators", "indicators", Screen, frozenset({"indicator"})),
        ScreenPlan("meetings", "Meetings", "meetings", Screen, frozenset({"meeting"})),
        ScreenPlan("exchange", "Send and receive", "arrow-down-up",
                   lambda look, desk, host: ExchangeScreen(look, desk, host, sync=sync), place="bottom"),
        ScreenPlan("settings", "Settings", "settings", Screen, place="bottom"),
    )  # fmt: skip
    return {plan.key: plan for plan in made}


def first_runs(folder: Path) -> None:
    def look_in(language: str, *, dark: bool = False) -> Look:
        return dressed_look(Words(language), dark=dark)

    for language in LANGUAGES:
        for dark in (False, True):
            for width, height in SIZES:
                window = FirstRun(
                    look_in(language, dark=dark), join=lambda _joining, _report: Future(), look_in=look_in,
                    needs_passphrase=True, server="https://daftar.example.org", laptop="Amman office, Lina",
                    version="0.1",
                )  # fmt: skip
                window.resize(width, height)
                window.show()
                name = f"{language}-{'dark' if dark else 'light'}-{width}"
                window.code.setText("K7PM4")
                window._check_join()
                QApplication.processEvents()
                shoot(window, folder / f"first-run-{name}.png")
                window.code.setText("K7PM4XQ2")
                window._leave_join()
                QApplication.processEvents()
                shoot(window, folder / f"first-run-2-{name}.png")
                window.passphrase.editor.setText("olive tree river stone")
                window.again.editor.setText("olive tree river stone")
                window._leave_protect()
                window.show_fetched(Fetched(1842, 620_000, 2_100_000))
                QApplication.processEvents()
                shoot(window, folder / f"first-run-3-{name}.png")
                window.close()
                window.deleteLater()


def shots(folder: Path) -> None:
    app = QApplication.instance() or QApplication([])
    office = open_office(Path(tempfile.mkdtemp()))
    office.all_sent()
    office.change("solar", "activity", progress=65)
    office.change("decision", "decision", rationale="Files wait for an assessor.")
    office.change("permits", "activity", end="2026-09-30", progress=55)
    office.store.post(
        lambda db: db.execute(
            "INSERT INTO trouble(ws, dseq, code, kind, record, frame)"
            " SELECT ws, last_dseq, 'record_locked', 'activity', (SELECT max(id) FROM activity), frame"
            " FROM log ORDER BY id DESC LIMIT 1"
        )
    ).result()
    first_runs(folder)
    for language in LANGUAGES:
        for dark in (False, True):
            desk = make_desk(office, language)
            look = dressed_look(desk.words, dark=dark)
            for width, height in SIZES:
                sync = SyncFacts(lambda: None, state=SyncState(
                    pending=3, decisions=2, last_success_ms=NOW_MS - 4 * DAY_MS, running=True, sending=12,
                    receiving=40, done_bytes=9_200, total_bytes=52_000,
                ))  # fmt: skip
                window = MainWindow(look, desk, plans(sync), sync)
                window.resize(width, height)
                window.show()
                window.go("exchange")
                settle(desk)
                name = f"{language}-{'dark' if dark else 'light'}-{width}"
                shoot(window, folder / f"exchange-{name}.png")
                sync.update(running=False, refused=1)
                window.top_bar.search.setText("cert")
                window.top_bar.search.textEdited.emit("cert")
                window.popup._ask()
                settle(desk)
                window.toast(desk.words.t("Copied. It can be pasted anywhere."), undo=True)
                settle(desk)
                shoot(window, folder / f"search-{name}.png")
                window.close()
                window.deleteLater()
            desk.close()
    office.close()
    app.processEvents()


if __name__ == "__main__":
    shots(Path(sys.argv[1]))
