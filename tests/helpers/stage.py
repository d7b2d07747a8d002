"""A stage for window tests and screenshots: an office, a desk over it, a look, and a host that remembers."""

from pathlib import Path

from helpers.office import JORDAN, Office
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.bridge.desk import Desk
from desktop.settings import Settings
from desktop.widgets.look import Look, dress, make_look
from desktop.words import Words

LANGUAGES = ("en", "fr", "ar")
SIZES = ((1366, 768), (1092, 614))


class RecordingHost:
    """Stands in for the window around a screen and keeps what it was asked."""

    def __init__(self) -> None:
        self.toasts: list[tuple[str, bool, bool]] = []
        self.opened: list[tuple[str, bytes]] = []
        self.gone: list[str] = []

    def toast(self, text: str, *, undo: bool = False, error: bool = False) -> None:
        self.toasts.append((text, undo, error))

    def open_record(self, kind: str, record: bytes) -> None:
        self.opened.append((kind, record))

    def go(self, screen: str) -> None:
        self.gone.append(screen)

    def lock(self) -> None:
        self.gone.append("locked")


def make_desk(office: Office, language: str = "en", *, period: str = "2026-Q2") -> Desk:
    """A desk over an open office, with its scope on Jordan."""
    country = "JO" if language == "ar" else ""
    words = Words(language, country=country)
    desk = Desk(office.store, words, Settings(language=language), office.clock)
    desk.choose(workspace=JORDAN, period=period)
    return desk


def dressed_look(words: Words, *, dark: bool = False) -> Look:
    """A look that the application wears."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    look = make_look(words, dark=dark)
    dress(app, look)
    return look


def plain(text: str) -> str:
    """Without what keeps numbers and names in their order."""
    return text.translate(dict.fromkeys(range(0x2066, 0x206A)))


def said_by(widget: QWidget) -> str:
    """Everything a widget says, with what is in it, to the eye and to a screen reader."""
    found = [each.text() for each in widget.findChildren(QLabel)]
    found += [each.accessibleName() for each in widget.findChildren(QWidget)]
    return plain("\n".join(found))


def shoot(widget: QWidget, path: Path) -> None:
    """Render a widget to a PNG."""
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    widget.render(image)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(str(path))


def settle(desk: Desk) -> None:
    """Let the reader thread and the events that follow it come to rest."""
    app = QApplication.instance()
    assert app is not None
    for _ in range(6):
        desk.reads.ask(lambda _reader: None).result()
        for _ in range(4):
            app.processEvents()
