"""Draws every generic widget into pictures: `python tests/qt/gallery.py FOLDER` (needs no display)."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from helpers.gallery_data import Say
from helpers.gallery_pages import PAGES, SIZE, frame, workplan
from helpers.gallery_sheet import components
from PySide6.QtWidgets import QApplication, QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.look import Look, dress, make_look
from desktop.widgets.sheet_view import SheetView
from desktop.words import Words

ACTIVE = {"workplan": "workplan", "indicator": "indicators"}
SMALL = 1092


def save(window: QWidget, path: Path) -> None:
    """Show, let layouts settle, and take the picture."""
    window.show()
    focus = window.findChild(Button, "focused") or window.findChild(SheetView)
    if isinstance(focus, QWidget):
        focus.setFocus()
    QApplication.processEvents()
    QApplication.processEvents()
    window.grab().save(str(path))
    window.close()


def draw(look: Look, folder: Path, *, language: str, dark: bool) -> None:
    """All pages in one language and theme."""
    say = Say(language)
    end = f"{language}-{'dark' if dark else 'light'}"
    sheet = components(look)
    sheet.resize(*SIZE)
    save(sheet, folder / f"components-{end}.png")
    for name, page in PAGES.items():
        window = frame(look, say, page(look, say), active=ACTIVE[name])
        save(window, folder / f"{name}-{end}.png")
    small = frame(look, say, workplan(look, say), active="workplan", width=SMALL)
    save(small, folder / f"workplan-{end}-125.png")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv)
    for language in ("en", "ar"):
        for dark in (False, True):
            look = make_look(Words(language, country="JO"), dark=dark)
            dress(app, look)
            draw(look, folder, language=language, dark=dark)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
