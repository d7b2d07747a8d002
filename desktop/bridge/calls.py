"""Results of other threads come back to the GUI thread: one signal, bound slots, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot


class GuiCalls(QObject):
    """Runs callables in the thread it was made in, whichever thread asks."""

    _asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.waiting = 0
        """How many futures have been asked for whose answer has not been given yet."""
        self._stopped = False
        self._asked.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def stop(self) -> None:
        """Nothing more is called: what it would speak to is being closed."""
        self._stopped = True

    def post(self, call: Callable[[], object]) -> None:
        """Run `call` in the GUI thread, soon; safe from every thread."""
        self._asked.emit(call)

    @Slot(object)
    def _run(self, call: Callable[[], object]) -> None:
        if not self._stopped:
            call()

    def when_done(
        self, future: Future[Any], done: Callable[[Any], object], failed: Callable[[BaseException], object]
    ) -> None:
        """Call `done(result)` or `failed(error)` in the GUI thread when the future is."""
        self.waiting += 1

        def answer(error: BaseException | None, ready: Future[Any]) -> None:
            self.waiting -= 1
            if error is not None:
                failed(error)
            else:
                done(ready.result())

        def finished(ready: Future[Any]) -> None:
            error = ready.exception()
            self.post(lambda: answer(error, ready))

        future.add_done_callback(finished)
