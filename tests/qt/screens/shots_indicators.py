"""Screenshots of Results and indicators: `python shots_indicators.py FOLDER [LANGUAGE …]`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from helpers.measures import KEYS, fill_kinds, fill_training
from helpers.office import JORDAN, LEBANON, Office, open_office
from helpers.stage import LANGUAGES, SIZES, RecordingHost, dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.indicators.dialogs import MissingDialog, PasteDialog
from desktop.screens.indicators.entry_tab import EntryTab
from desktop.screens.indicators.record_form import RecordDialog
from desktop.screens.indicators.screen import IndicatorsScreen
from desktop.screens.indicators.split_dialog import SplitDialog
from desktop.widgets.look import Look
from desktop.widgets.screen import Screen
from desktop.windows.main_window import MainWindow
from desktop.windows.plans import ScreenPlan

DAY_MS = 86_400_000
TABS = ("entry", "targets", "sheet", "history", "links")


def plans() -> dict[str, ScreenPlan]:
    made = (
        ScreenPlan("desk", "My desk", "home", Screen, place="top"),
        ScreenPlan(
            "decisions", "Needs your decision", "git-pull-request-arrow", Screen, place="top", pill=True
        ),
        ScreenPlan("workplan", "Workplan", "workplan", Screen, frozenset({"activity"})),
        ScreenPlan(
            "indicators", "Results and indicators", "indicators", IndicatorsScreen, frozenset({"indicator"})
        ),
        ScreenPlan("meetings", "Meetings", "meetings", Screen, frozenset({"meeting"})),
        ScreenPlan("exchange", "Send and receive", "arrow-down-up", Screen, place="bottom"),
        ScreenPlan("settings", "Settings", "settings", Screen, place="bottom"),
    )
    return {plan.key: plan for plan in made}


def take(office: Office, desk: Desk, look: Look, folder: Path, *, name: str, width: int, height: int) -> None:
    sync = SyncFacts(lambda: None, state=SyncState(pending=12, decisions=1))
    window = MainWindow(look, desk, plans(), sync)
    window.resize(width, height)
    window.show()
    window.go("indicators")
    settle(desk)
    shoot(window, folder / f"list-{name}.png")
    screen = window.front
    assert isinstance(screen, IndicatorsScreen)
    for tab in TABS:
        screen.open_indicator(office.ids["training"], tab=tab)
        settle(desk)
        if tab == "entry":
            entry = screen.page.entry
            assert entry is not None
            entry.go_to_cell(f"{office.ids['q2'].hex()}/{office.ids['irbid'].hex()}", KEYS[0])
            settle(desk)
        shoot(window, folder / f"{tab}-{name}.png")
        if tab == "entry" and width < 1200:
            entry.toggle_panel()
            settle(desk)
            shoot(window, folder / f"entry-panel-{name}.png")
            entry.toggle_panel()
    window.close()
    window.deleteLater()
    settle(desk)


def states(office: Office, folder: Path) -> None:
    """Other kinds of numbers, dialogs, empty pages, and cells that two people changed."""
    desk = make_desk(office)
    look = dressed_look(desk.words)
    screen = IndicatorsScreen(look, desk, RecordingHost())
    desk.changed.connect(screen.refresh)
    screen.resize(1166, 720)
    screen.show()
    screen.reload()
    settle(desk)
    for name in ("placed", "reached", "income", "policy", "board", "story", "people"):
        screen.open_indicator(office.ids[name])
        settle(desk)
        shoot(screen, folder / f"kind-{name}.png")
    screen.back()
    settle(desk)
    shoot(screen, folder / "kind-list.png")
    splits = SplitDialog(look, desk, JORDAN, parent=screen)
    splits.open()
    settle(desk)
    shoot(splits, folder / "dialog-splits.png")
    splits.reject()
    entry = contest(office, desk, screen)
    shoot(screen, folder / "state-contested.png")
    dialogs(office, desk, entry, folder)
    shoot(screen, folder / "state-invalid.png")
    desk.choose(period="2028-Q1")
    screen.scope_moved(desk.scope)
    settle(desk)
    shoot(screen, folder / "empty-periods.png")
    desk.choose(workspace=LEBANON)
    screen.scope_moved(desk.scope)
    settle(desk)
    shoot(screen, folder / "empty-results.png")
    screen.close()
    desk.close()


def contest(office: Office, desk: Desk, screen: IndicatorsScreen) -> EntryTab:
    row = office.row("value-q2-irbid", "value")
    office.colleague_changes("value-q2-irbid", "value", cells={KEYS[0]: "36"})
    office.add("twin", "value", indicator=office.ids["training"], period=office.ids["q2"], place=row["place"],
               cells={KEYS[0]: "99"}, status="draft")  # fmt: skip
    office.change("value-q2-mafraq", "value", total="130", total_note="Two late lists.")
    screen.open_indicator(office.ids["training"])
    settle(desk)
    entry = screen.page.entry
    assert entry is not None
    entry.go_to_cell(f"{office.ids['q2'].hex()}/{row['place'].hex()}", KEYS[0])
    settle(desk)
    return entry


def dialogs(office: Office, desk: Desk, entry: EntryTab, folder: Path) -> None:
    entry.go_to_cell(f"{office.ids['q2'].hex()}/{office.ids['azraq'].hex()}", KEYS[1])
    entry.ask_missing()
    settle(desk)
    dialog = entry.findChild(MissingDialog)
    shoot(dialog, folder / "dialog-missing.png")
    dialog.reject()
    QApplication.clipboard().setText("12\tabout 20\n3.5\t9")
    entry.grid.paste()
    settle(desk)
    dialog = entry.findChild(PasteDialog)
    shoot(dialog, folder / "dialog-paste.png")
    dialog.taken.emit()
    dialog.reject()
    settle(desk)
    entry.open_about()
    settle(desk)
    dialog = entry.findChild(RecordDialog)
    shoot(dialog, folder / "dialog-about.png")
    dialog.reject()


def shots(folder: Path, languages: tuple[str, ...] = LANGUAGES) -> None:
    app = QApplication.instance() or QApplication([])
    office = open_office(Path(tempfile.mkdtemp()))
    fill_training(office)
    for language in languages:
        for dark in (False, True):
            desk = make_desk(office, language)
            look = dressed_look(desk.words, dark=dark)
            for width, height in SIZES:
                name = f"{language}-{'dark' if dark else 'light'}-{width}"
                take(office, desk, look, folder, name=name, width=width, height=height)
            desk.close()
    fill_kinds(office)
    office.grant(LEBANON, "Lebanon")
    states(office, folder)
    office.close()
    app.processEvents()


if __name__ == "__main__":
    asked = tuple(each for each in sys.argv[2:] if each in LANGUAGES)
    shots(Path(sys.argv[1]), asked if sys.argv[2:] else LANGUAGES)
