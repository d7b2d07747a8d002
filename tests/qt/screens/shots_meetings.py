"""Screenshots of the screen of meetings: `python shots_meetings.py FOLDER`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.frames import LANGUAGES, SIZES, framed
from helpers.minutes import keep_minutes
from helpers.office import open_office
from helpers.stage import dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.screens.meetings.screen import MeetingsScreen


def shots(folder: Path) -> None:
    app = QApplication.instance() or QApplication([])
    office = open_office(Path(tempfile.mkdtemp()))
    keep_minutes(office)
    for language in LANGUAGES:
        for dark in (False, True):
            desk = make_desk(office, language)
            look = dressed_look(desk.words, dark=dark)
            for width, height in SIZES:
                name = f"{language}-{'dark' if dark else 'light'}-{width}"
                window, screen = framed(look, desk, "meetings", MeetingsScreen, size=(width, height))
                settle(desk)
                shoot(window, folder / f"meetings-{name}.png")
                screen.open_meeting(office.ids["meeting"], item=office.ids["item2"])
                settle(desk)
                screen.page.item_page.editor.setFocus()
                settle(desk)
                shoot(window, folder / f"meeting-{name}.png")
                screen.page.record_outcome("action_point")
                settle(desk)
                shoot(window, folder / f"meeting-action-{name}.png")
                screen.page.item_page.form.shut()
                screen.page.show_details(screen.page.facts.actions[0].row)
                settle(desk)
                shoot(window, folder / f"meeting-details-{name}.png")
                screen.back()
                screen.plan()
                settle(desk)
                shoot(screen.dialog, folder / f"meeting-new-{name}.png")
                screen.dialog.close()
                window.close()
                window.deleteLater()
            desk.close()
    office.close()
    app.processEvents()


if __name__ == "__main__":
    shots(Path(sys.argv[1]))
