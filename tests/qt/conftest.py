"""What every test with widgets gets: none of the last test's."""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def no_widgets_left(qapp: QApplication) -> None:
    """Delete what is given up but still there: each would be dressed again with every new look."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
