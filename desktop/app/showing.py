"""A window that comes before the window: shown until it is done or closed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget


def show_until(window: QWidget, connect: Callable[[Callable[[], None]], object]) -> None:
    """Show a window and wait until it says that it is done or is closed."""
    loop = QEventLoop()
    connect(loop.quit)
    window.destroyed.connect(loop.quit)
    app = QApplication.instance()
    if app is not None:
        app.aboutToQuit.connect(loop.quit)
    window.show()
    loop.exec()
    window.close()
