"""The check of this laptop's data, the same as on the command line, with its result in words."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.slow_work import SlowWork
from desktop.screens.settings.parts import FactList, Result, Section
from desktop.store.reader import Reader
from desktop.store.titles import name_of
from desktop.store.verify import Flaw, verify
from desktop.widgets.buttons import Button
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.errors import DaftarError

_SHOWN: Final = 6

Found = tuple[tuple[Flaw, str], ...]


class Checking(Section):
    """Reads everything and changes nothing."""

    def __init__(self, look: Look, desk: Desk, parent: QWidget) -> None:
        words = look.words
        super().__init__(look, words.t("Check of the data"), parent)
        self._desk = desk
        self._work = SlowWork(desk, self)
        self.say(
            words.t(
                "Reads every page of the notebook, adds everything up again and compares. It changes "
                "nothing, and going on working is safe."
            )
        )
        self.button = Button(
            look, words.t("Check this laptop's data"), icon="list-checks", height=30, parent=self
        )
        self.button.clicked.connect(self.check)
        self.column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        self.result = Result(look, self)
        self.column.addWidget(self.result)
        self.flaws = FactList(look, self)
        self.column.addWidget(self.flaws)

    def check(self) -> None:
        if self._work.busy:
            return
        words, clock, work = self.look.words, self._desk.clock, self._work
        self.flaws.clear()
        self.button.set_ready(ready=False, reason=words.t("It is going on already."))
        self._say_step("pages")

        def examine(reader: Reader) -> Found:
            flaws = verify(reader, clock=clock, report=lambda step: work.tell(partial(self._say_step, step)))
            return tuple((flaw, name_of(reader, flaw.kind, flaw.record or None)) for flaw in flaws)

        work.start(examine, self._checked, self._not_checked)

    def _say_step(self, step: str) -> None:
        words = self.look.words
        steps = {
            "pages": words.t("Reading every page, step 1 of 3."),
            "digests": words.t("Adding everything up again, step 2 of 3."),
            "replay": words.t("Comparing with everything that was ever written, step 3 of 3."),
        }
        self.result.say(steps.get(step, step), icon="hourglass", family="none")

    def _checked(self, found: Found) -> None:
        words = self.look.words
        self.button.set_ready(ready=True)
        self.flaws.clear()
        if not found:
            now = self._desk.clock.now_ms()
            when = words.isolate(words.moment(now, now_ms=now))
            text = words.t("Everything is as it should be. Checked {when}.", when=when)
            self.result.say(text, icon="circle-check", family="ok")
            return
        text = words.n(
            "{count} thing is not as it should be. Nothing was changed. Tell your administrator.",
            "{count} things are not as they should be. Nothing was changed. Tell your administrator.",
            len(found),
        )
        self.result.say(text, icon="circle-alert", family="bad")
        for flaw, title in found[:_SHOWN]:
            kind = self._desk.store.kinds.get(flaw.kind)
            name = title or (words.t(kind.label) if kind is not None else flaw.workspace)
            sentence = explain(words, DaftarError(flaw.code))
            self.flaws.add(name or words.t("The notebook"), sentence, icon="circle-alert", family="bad")
        if len(found) > _SHOWN:
            left = len(found) - _SHOWN
            self.flaws.add(words.n("{count} more", "{count} more", left))

    def _not_checked(self, error: BaseException) -> None:
        self.button.set_ready(ready=True)
        self.result.say(explain(self.look.words, error), icon="circle-alert", family="bad")
