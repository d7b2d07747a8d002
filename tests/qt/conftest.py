"""What tests with widgets share: none of the last test's, and an office with a desk over it."""

from collections.abc import Iterator

import pytest
from helpers.office import Office
from helpers.offices import office, office_template
from helpers.stage import dressed_look, make_desk
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from desktop.bridge.desk import Desk
from desktop.widgets.look import Look

__all__ = ["desk", "look", "no_widgets_left", "office", "office_template"]


@pytest.fixture(autouse=True)
def no_widgets_left(qapp: QApplication) -> None:
    """Delete what is given up but still there: each would be dressed again with every new look."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk(qapp: QApplication, office: Office) -> Iterator[Desk]:
    made = make_desk(office)
    yield made
    made.close()


@pytest.fixture
def look(qapp: QApplication, desk: Desk) -> Look:
    return dressed_look(desk.words)
