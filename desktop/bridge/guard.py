"""The last net under the window: what nobody caught is logged, and said in plain words."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject

from desktop.bridge.calls import GuiCalls
from sync.errors import DaftarError

_LOGGER = logging.getLogger("desktop")
_LOG_BYTES = 512 * 1024
_LOG_FILES = 3

Say = Callable[[BaseException], object]
"""Shows an error of the surroundings in words, such as a toast."""
Apologise = Callable[[BaseException, Path], object]
"""Shows a bug: says what is safe and where the log is."""


def log_to(path: Path) -> logging.Handler:
    """Write the log of the application into a file that never grows large."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _LOGGER.addHandler(handler)
    return handler


class Guard(QObject):
    """Stands in for `sys.excepthook` while it is installed. Both presenters run in the GUI thread."""

    def __init__(self, log: Path, *, say: Say, apologise: Apologise, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log, self._say, self._apologise = log, say, apologise
        self._calls = GuiCalls(self)
        self._handler: logging.Handler | None = None
        self._before: tuple[object, object] | None = None

    def install(self) -> None:
        """Install before anything else is connected: exceptions in slots come here and nowhere else."""
        self._handler = log_to(self._log)
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread

    def remove(self) -> None:
        """Give the hooks back and close the log."""
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before  # type: ignore[assignment]  # as they were
            self._before = None
        if self._handler is not None:
            _LOGGER.removeHandler(self._handler)
            self._handler.close()
            self._handler = None

    def present(self, error: BaseException) -> None:
        """Show an error that somebody did catch but could not word; for `Desk.failed`."""
        if not isinstance(error, DaftarError):
            _LOGGER.error("unexpected", exc_info=error)
        self._show(error)

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if isinstance(error, DaftarError):
            _LOGGER.info("told the person: %s", error.code)
        else:
            _LOGGER.error("unexpected", exc_info=(kind, error, trace))
        self._calls.post(lambda: self._show(error))

    def _caught_in_thread(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None:
            self._caught(told.exc_type, told.exc_value, told.exc_traceback)

    def _show(self, error: BaseException) -> None:
        if isinstance(error, DaftarError):
            self._say(error)
        else:
            self._apologise(error, self._log)
