"""Cyclic garbage is collected in the window's thread alone: another thread that deletes a widget ends it all.

Python collects in whichever thread happens to make an object too many, and widgets stand in cycles with the
functions that are connected to them. Within the window's thread it is done between two events.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 200
_DUE: Final = (700, 10, 10)
"""So many objects made, then so many collections of the younger: what Python itself begins with."""


class Collector(QObject):
    """From `start` to `stop`, the only one who collects."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._was_on = False

    def start(self) -> None:
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer.start()

    def settle(self) -> None:
        """What there is by now stays for good: it is not looked through again, which takes the longest."""
        gc.freeze()

    def unsettle(self) -> None:
        """It may go after all: the window is closed, and what is left of it is garbage."""
        gc.unfreeze()

    def look(self) -> None:
        """Collect what has become due, the young more often than the old."""
        due = [at for at, most in enumerate(_DUE) if gc.get_count()[at] > most]
        if due:
            gc.collect(due[-1])

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()
