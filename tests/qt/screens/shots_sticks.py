"""Screenshots of bundles in the window: `python shots_sticks.py FOLDER`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.bundled import bundle_from_omar
from helpers.office import NOW_MS, open_office
from helpers.stage import dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.app.plans import screen_plans
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange.screen import ExchangeScreen
from desktop.screens.exchange.stick_dialogs import OpenDialog, SaveDialog
from desktop.syncing.bundles import look as look_into
from desktop.syncing.bundles import take_bundles
from desktop.syncing.recipients import recipients
from desktop.windows.main_window import MainWindow


def shots(folder: Path) -> None:
    QApplication.instance() or QApplication([])
    for language in ("en", "ar", "fr"):
        for dark in (False, True):
            office = open_office(Path(tempfile.mkdtemp()))
            path = bundle_from_omar(
                office, Path(tempfile.mkdtemp()) / "omar.daftar-bundle", ["Well repair", "Latrines"]
            )
            desk = make_desk(office, language)
            look = dressed_look(desk.words, dark=dark)
            name = f"{language}-{'dark' if dark else 'light'}"
            sync = SyncFacts(lambda: None, state=SyncState(pending=3, last_success_ms=NOW_MS))
            window = MainWindow(look, desk, screen_plans(sync, keep=lambda _settings: None), sync)
            window.resize(1366, 768)
            window.show()
            window.go("exchange")
            settle(desk)
            screen = window.front
            assert isinstance(screen, ExchangeScreen)
            seen = [look_into(path, reader=desk.reader)]
            for kind, dialog in (
                ("open", OpenDialog(look, seen, parent=window)),
                ("save", SaveDialog(look, recipients(desk.reader), parent=window)),
            ):
                dialog.open()
                settle(desk)
                shoot(dialog, folder / f"sticks-{kind}-{name}.png")
                dialog.reject()
            screen.sticks._taken(take_bundles(office.store, desk.reader, [path]))
            settle(desk)
            shoot(window, folder / f"sticks-page-{name}.png")
            window.close()
            desk.close()
            office.close()


if __name__ == "__main__":
    shots(Path(sys.argv[1]))
