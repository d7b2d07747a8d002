"""Every generic widget has a name for screen readers, draws in both themes and directions, and fits."""

from collections.abc import Callable

import pytest
from helpers.gallery_data import Say
from helpers.gallery_pages import PAGES, frame
from helpers.gallery_sheet import components
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.fonts import load_fonts
from desktop.widgets.look import Look

Looks = Callable[..., Look]
CASES = [(language, dark) for language in ("en", "ar") for dark in (False, True)]


def windows(look: Look, language: str) -> list[QWidget]:
    say = Say(language)
    pages = [frame(look, say, page(look, say), active="workplan") for page in PAGES.values()]
    return [components(look), *pages]


def unnamed(window: QWidget) -> list[str]:
    """Widgets that take the keyboard and say nothing."""
    found = []
    for widget in window.findChildren(QWidget):
        takes_keys = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not isinstance(widget, QLabel)
        if takes_keys and widget.isVisible() and not widget.focusProxy():
            face = QAccessible.queryAccessibleInterface(widget)
            if face is not None and not face.text(QAccessible.Text.Name):
                found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_widget_that_takes_the_keyboard_has_a_name(qtbot: QtBot, looks: Looks, language: str) -> None:
    look = looks(language)
    for window in windows(look, language):
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        assert unnamed(window) == []


@pytest.mark.parametrize("language, dark", CASES)
def test_gallery_draws_its_own_ground_in_every_theme(
    qtbot: QtBot, looks: Looks, language: str, dark: bool
) -> None:
    look = looks(language, dark=dark)
    for window in windows(look, language):
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        image = window.grab().toImage()
        assert not image.isNull()
        shown = {image.pixelColor(x, 760).name().upper() for x in range(0, 1366, 4)}
        tokens = look.tokens
        known = {tokens.surface, tokens.app, tokens.sunken}
        assert shown & {QColor(each).name().upper() for each in known}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_fit_the_smallest_screen(qtbot: QtBot, looks: Looks, language: str) -> None:
    look = looks(language)
    say = Say(language)
    for page in PAGES.values():
        window = frame(look, say, page(look, say), active="workplan", width=1092)
        qtbot.addWidget(window)
        hint = window.minimumSizeHint()
        assert hint.width() <= 1024, page.__name__
        assert hint.height() <= 600, page.__name__


def test_buttons_are_as_tall_as_the_guide_says(qtbot: QtBot, look: Look) -> None:
    window = components(look)
    qtbot.addWidget(window)
    heights = {button.height() for button in window.findChildren(QAbstractButton) if button.text()}
    assert heights <= {22, 24, 28, 30, 32} | set(range(15, 22))


def test_packaged_fonts_are_found(look: Look) -> None:
    assert {"IBM Plex Sans", "IBM Plex Sans Arabic"} <= set(load_fonts())
