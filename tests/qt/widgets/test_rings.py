"""The focus ring goes with its button at once, so that no other thread ever deletes the two."""

import gc
import weakref

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.labels import Link
from desktop.widgets.look import Look


def test_a_deleted_link_leaves_nothing_to_collect(qtbot: QtBot, look: Look) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    link = Link(look, "Open", parent=page)
    gone = weakref.ref(link)
    gc.disable()
    try:
        with qtbot.waitSignal(link.destroyed):
            link.deleteLater()
        del link
        assert gone() is None
    finally:
        gc.enable()
