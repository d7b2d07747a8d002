"""What tests of lists of files do with one: look at what it says, and choose from its menus."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.store.documents import Standing
from desktop.widgets.document_row import DocumentRow
from desktop.widgets.documents import DocumentsSection
from desktop.widgets.labels import Label


def names(section: DocumentsSection) -> list[str]:
    return [row.shown.document.name for row in section.rows]


def until_shown(qtbot: QtBot, section: DocumentsSection, *expected: str) -> list[DocumentRow]:
    qtbot.waitUntil(lambda: names(section) == list(expected) and section._documents is not None)
    return section.rows


def standing(section: DocumentsSection) -> list[Standing | None]:
    return [row.shown.document.standing for row in section.rows]


def texts(section: DocumentsSection) -> str:
    return "\n".join(label.text() for label in section.findChildren(Label) if not label.isHidden())


def shut_menu(qtbot: QtBot, section: DocumentsSection) -> None:
    """Close it, and let it go before its window may."""
    menu = section.menu
    assert menu is not None
    menu.close()
    qtbot.waitUntil(lambda: not isValid(menu))


def act(qtbot: QtBot, section: DocumentsSection, row: DocumentRow, text: str) -> None:
    """Choose an action of a row's menu, opened by its button."""
    row.more.setFocus()
    QTest.keyClick(row.more, Qt.Key.Key_Return)
    menu = section.menu
    assert menu is not None
    found = [action for action in menu.actions() if action.text() == text]
    found += [
        each
        for action in menu.actions()
        if action.menu()
        for each in action.menu().actions()
        if each.text() == text
    ]
    assert found, [action.text() for action in menu.actions()]
    assert found[0].isEnabled()
    found[0].trigger()
    shut_menu(qtbot, section)
