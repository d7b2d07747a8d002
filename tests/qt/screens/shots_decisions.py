"""Screenshots of the screen of decisions: `python shots_decisions.py FOLDER`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.frames import LANGUAGES, SIZES, framed
from helpers.office import open_office
from helpers.quarrels import quarrel, write_together
from helpers.stage import dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.screens.decisions.screen import DecisionsScreen


def shots(folder: Path) -> None:
    app = QApplication.instance() or QApplication([])
    office = open_office(Path(tempfile.mkdtemp()))
    omar, _ = quarrel(office)
    for name in ("Career counsellors certified", "Job fair for apprentices in Irbid and Mafraq"):
        office.add(name, "activity", title=name, code="2.4.1")
    write_together(office, omar)
    for language in LANGUAGES:
        for dark in (False, True):
            desk = make_desk(office, language)
            look = dressed_look(desk.words, dark=dark)
            for width, height in SIZES:
                name = f"{language}-{'dark' if dark else 'light'}-{width}"
                window, screen = framed(look, desk, "decisions", DecisionsScreen, size=(width, height))
                settle(desk)
                shoot(window, folder / f"decision-{name}.png")
                for row, what in enumerate(("first", "second", "third")):
                    screen.list.setCurrentIndex(screen.list.lines.index(row))
                    settle(desk)
                    screen.page.choose(0)
                    settle(desk)
                    shoot(window, folder / f"decision-{what}-{name}.png")
                window.close()
                window.deleteLater()
            desk.close()
    office.close()
    app.processEvents()


if __name__ == "__main__":
    shots(Path(sys.argv[1]))
