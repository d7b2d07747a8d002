"""Notices that nobody has touched keys or pointer for a while, with a clock that tests can move."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

CHECK_EVERY_MS: Final = 10_000
_Type = QEvent.Type
_TOUCHES: Final = frozenset(
    {
        _Type.KeyPress,
        _Type.MouseButtonPress,
        _Type.MouseMove,
        _Type.Wheel,
        _Type.TouchBegin,
        _Type.TouchUpdate,
        _Type.TabletPress,
        _Type.TabletMove,
        _Type.InputMethod,
    }
)


def seconds_awake_and_asleep() -> float:
    """Seconds that nobody can set back; where the system tells, those of a closed lid count too."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class IdleWatch(QObject):
    """Emits `idle` once when `limit()` seconds have passed without a touch; 0 means never.

    A touch after the time is up, as when a lid is opened, does not count any more: it is swallowed.
    """

    idle = Signal()

    def __init__(
        self,
        application: QObject,
        *,
        limit: Callable[[], float],
        now: Callable[[], float] = seconds_awake_and_asleep,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._application, self._limit, self._now = application, limit, now
        self._last = now()
        self._running = False
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY_MS)
        self._timer.timeout.connect(self.check)

    def start(self) -> None:
        """From now on."""
        self._last, self._running = self._now(), True
        self._application.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        self._running = False
        self._application.removeEventFilter(self)
        self._timer.stop()

    def check(self) -> bool:
        """Whether the time is up; says so the first time."""
        limit = self._limit()
        if not self._running or not limit or self._now() - self._last < limit:
            return False
        self.stop()
        self.idle.emit()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _TOUCHES:
            return False
        if self.check():
            return True
        self._last = self._now()
        return False
