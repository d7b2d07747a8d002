"""Screenshots of files in every state: `python shots_documents.py FOLDER`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.drawers import Drawer
from helpers.frames import LANGUAGES, SIZES, framed
from helpers.office import JORDAN, Office, open_office
from helpers.stage import dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.bridge.desk import Desk
from desktop.bridge.file_desk import Copying, Moving
from desktop.screens.indicators.page import EVIDENCE
from desktop.screens.indicators.screen import IndicatorsScreen
from desktop.screens.meetings.screen import MeetingsScreen
from desktop.screens.workplan.screen import WorkplanScreen
from desktop.store.attached import Duty, Policy
from sync.errors import DaftarError


def fill(office: Office, folder: Path) -> bytes:
    """Something of everything; the fingerprint of what is on its way."""
    drawer = Drawer(office, folder)
    sent = Duty(Policy.NOW)
    drawer.put("certificates", "activity", "Board minutes of 28 May.pdf", b"m" * 340_000, duty=sent)
    drawer.put("certificates", "activity", "Provisional letter, sample.docx", b"l" * 52_000)
    drawer.elsewhere("certificates", "activity", "Photos of the ceremony.zip", 48_000_000)
    drawer.page("certificates", "activity", "Rules of the training board", "https://board.example.org/rules")
    drawer.put(
        "people-q1", "value", "Signed attendance lists, Mafraq and Irbid.pdf", b"s" * 2_400_000, duty=sent
    )
    drawer.elsewhere("people-q1", "value", "Register of completions Q1.xlsx", 180_000, duty=Duty(Policy.NOW))
    drawer.put("people-q2", "value", "كشف الحضور للربع الثاني.pdf", b"a" * 730_000)
    drawer.elsewhere(
        "people-q2",
        "value",
        "Photo of the register.jpg",
        3_900_000,
        duty=Duty(Policy.NETWORK, code="blob_absent"),
    )
    drawer.elsewhere(
        "people-q2", "value", "Scan of the lists.tiff", 6_000_000, partly=2_000_000, duty=Duty(Policy.DEMAND)
    )
    drawer.elsewhere("people-q2", "value", "Lost draft.pdf", 80_000, duty=Duty(Policy.NOW, sent=False))
    drawer.put(
        "people-q2",
        "value",
        "Interviews.mp3",
        b"i" * 900_000,
        duty=Duty(Policy.NOW, sent=False, code="files_full"),
    )
    drawer.put("people", "indicator", "How people are counted.pdf", b"h" * 120_000, duty=sent)
    drawer.put("meeting", "meeting", "Signed minutes.pdf", b"g" * 410_000, duty=sent)
    drawer.put("meeting", "meeting", "Agenda as sent.docx", b"d" * 61_000)
    from desktop.store.attached import attached_files

    reader = office.store.reader()
    moving = next(
        one for one in attached_files(reader) if one.row["file_name"] == "Register of completions Q1.xlsx"
    )
    reader.close()
    return moving.fingerprint


def stir(desk: Desk, fingerprint: bytes) -> None:
    """One file is on its way, one is being copied, one was refused."""
    row = desk.row("activity", next(iter(desk.reader.search("Prior-learning certificates", limit=1))).id)
    desk.files.moving[JORDAN, fingerprint] = Moving(76_000, 180_000, sending=False)
    if row is not None:
        desk.files.copies += [
            Copying(row, Path("Video of the visit.mp4"), share=0.37),
            Copying(row, Path("Whole archive.zip"), error=DaftarError("file_too_large", bytes=1)),
        ]


def shots(folder: Path) -> None:
    app = QApplication.instance() or QApplication([])
    place = Path(tempfile.mkdtemp())
    office = open_office(place)
    fingerprint = fill(office, place)
    for language in LANGUAGES:
        for dark in (False, True):
            desk = make_desk(office, language)
            stir(desk, fingerprint)
            look = dressed_look(desk.words, dark=dark)
            for size in SIZES:
                name = f"{language}-{'dark' if dark else 'light'}-{size[0]}"
                _workplan(look, desk, office, folder / f"files-activity-{name}.png", size)
                _indicator(look, desk, office, folder / f"files-value-{name}.png", size)
                _meeting(look, desk, office, folder / f"files-meeting-{name}.png", size)
            desk.close()
    office.close()
    app.processEvents()


def _workplan(look, desk, office, path, size):  # type: ignore[no-untyped-def]  # a picture
    window, screen = framed(look, desk, "workplan", WorkplanScreen, size=size)
    settle(desk)
    screen.show_record("activity", office.ids["certificates"])
    settle(desk)
    panel = screen.panel
    panel._scroll.verticalScrollBar().setValue(panel.documents.y() - 12)
    settle(desk)
    shoot(window, path)
    window.close()
    window.deleteLater()


def _indicator(look, desk, office, path, size):  # type: ignore[no-untyped-def]  # a picture
    window, screen = framed(look, desk, "indicators", IndicatorsScreen, size=size)
    settle(desk)
    screen.open_indicator(office.ids["people"])
    settle(desk)
    shoot(window, path.with_name(path.name.replace("value", "cell")))
    screen.page.show_evidence(office.ids["people-q2"])
    settle(desk)
    assert screen.page.tabs.value == EVIDENCE
    shoot(window, path)
    window.close()
    window.deleteLater()


def _meeting(look, desk, office, path, size):  # type: ignore[no-untyped-def]  # a picture
    window, screen = framed(look, desk, "meetings", MeetingsScreen, size=size)
    settle(desk)
    screen.open_meeting(office.ids["meeting"])
    settle(desk)
    shoot(window, path)
    window.close()
    window.deleteLater()


if __name__ == "__main__":
    shots(Path(sys.argv[1]))
