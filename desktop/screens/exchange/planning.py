"""The question how much a sync would move, asked when a person wants to know before anything travels."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.bridge.desk import Desk
from desktop.bridge.slow_work import SlowWork
from desktop.screens.exchange.wording import plan_line, waiting_note
from desktop.store.reader import Reader
from desktop.syncing.forecast import WaitingHere, waiting_here
from desktop.syncing.once import plan_once
from desktop.words.messages import explain
from sync.client.plan import Plan
from sync.errors import DaftarError


class PlanQuestion(QObject):
    """Asks the server on a thread of its own; without a network it answers with what waits here."""

    answered = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._work = SlowWork(desk, self)

    def ask(self) -> None:
        if self._work.busy:
            return
        store = self._desk.store

        def work(reader: Reader) -> tuple[Plan | None, WaitingHere, DaftarError | None]:
            here = waiting_here(reader)
            try:
                return plan_once(store), here, None
            except DaftarError as error:
                return None, here, error

        self.answered.emit(self._desk.words.t("Asking the server. Nothing is sent yet."))
        self._work.start(work, self._show, self._failed)

    def _show(self, found: tuple[Plan | None, WaitingHere, DaftarError | None]) -> None:
        plan, here, error = found
        words = self._desk.words
        if plan is not None:
            now = self._desk.clock.now_ms()
            when = words.isolate(words.moment(now, now_ms=now))
            asked = words.t("asked {when}", when=when)
            self.answered.emit(f"{plan_line(words, plan)} · {asked}")
            return
        waits = f"{waiting_note(words, here)}. " if here.changes else ""
        self.answered.emit(f"{waits}{explain(words, error)}" if error is not None else waits)

    def _failed(self, error: BaseException) -> None:
        self.answered.emit(explain(self._desk.words, error))
