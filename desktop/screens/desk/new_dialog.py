"""Asks for the little that a new record needs: a title and a day. The rest is filled in where it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fields import DateField, TextField
from desktop.widgets.look import Look
from desktop.words import Words

KINDS: Final = ("activity", "meeting", "action_point")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was written: a title, and the day or moment in canonical form, empty where none was given."""

    kind: str
    title: str
    when: str = ""


class NewDialog(Dialog):
    """Emits `made`; every letter of the title is told by `typing`, so that it can be kept."""

    made = Signal(object)
    typing = Signal(str)

    def __init__(self, look: Look, kind: str, *, draft: str = "", parent: QWidget) -> None:
        words = look.words
        super().__init__(look, title=heading(words, kind), parent=parent)
        self._kind = kind
        self.title = TextField(look, words.t("Title"), required=True, parent=self)
        if draft:
            self.title.set_draft(draft)
        self.title.draft_changed.connect(self.typing)
        self.when = self._when_field()
        self.body.addSpacing(6)
        self.body.addWidget(self.title)
        self.body.addWidget(self.when)
        self.cancel = Button(look, words.t("Not now"), parent=self)
        self.cancel.clicked.connect(self.reject)
        self.add = Button(look, words.t("Add and open"), kind="primary", icon="plus", parent=self)
        self.add.clicked.connect(self._finish)
        self.add_button(self.cancel)
        self.add_button(self.add)
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)

    def _when_field(self) -> TextField:
        look, words = self._look, self._look.words
        if self._kind == "meeting":
            example = words.isolate(words.datetime("2026-07-16T10:00"))
            return TextField(
                look,
                words.t("Start"),
                hint=words.t("Day and time, such as {example}.", example=example),
                parse=words.parse_datetime,
                show=words.datetime,
                parent=self,
            )
        label = words.t("End") if self._kind == "activity" else words.t("Due")
        return DateField(look, label, parent=self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish()
            return
        super().keyPressEvent(event)

    def _finish(self) -> None:
        words = self._look.words
        title = self.title.text().strip()
        self.when.commit()
        if not title:
            self.title.set_error(words.t("A title is needed."))
            self.title.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.when.error:
            self.when.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.made.emit(Typed(self._kind, title, self.when.value.strip()))
            self.accept()


def heading(words: Words, kind: str) -> str:
    """What the menu and the dialog call it."""
    headings = {
        "activity": words.t("New activity"),
        "meeting": words.t("New meeting"),
        "action_point": words.t("New action point"),
    }
    return headings[kind]
