"""Runs what takes seconds on a thread and a reader of its own, so that window and lists stay quick."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.bridge.reads import Reads
from desktop.store.reader import Reader

T = TypeVar("T")


class SlowWork(QObject):
    """One piece of work at a time. What comes of it is not told to a page that is gone by then."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.busy = False

    def start(
        self,
        work: Callable[[Reader], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Run `work` with a reader; `done` or `failed` are called in the GUI thread."""
        self.busy = True
        reads = Reads(self._desk.store.reader)

        def finished(result: T) -> None:
            if isValid(self):
                self.busy = False
                done(result)

        def broken(error: BaseException) -> None:
            if isValid(self):
                self.busy = False
                failed(error)

        future = reads.ask(work)
        # Whether or not somebody is still there to be told: no reader outlasts the work.
        reads.close(wait=False)
        self._desk.calls.when_done(future, finished, broken)

    def tell(self, call: Callable[[], object]) -> None:
        """Say something in the GUI thread while work goes on; safe from the thread of the work."""

        def told() -> None:
            if isValid(self):
                call()

        self._desk.calls.post(told)
