"""Asking the people whose values stand beside each other: a comment on the record that names them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.screens.decisions import wording
from desktop.screens.decisions.reading import Question
from desktop.store.people import person_in
from desktop.store.rows import Row
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fields import NoteField
from desktop.widgets.look import Look
from desktop.words import Words

_WIDTH = 480


def askable(desk: Desk, question: Question) -> list[Row]:
    """The people behind the values, without oneself and without those who are not listed here."""
    workspace, found = question.conflict.workspace, dict[bytes, Row]()
    for head in sorted(question.conflict.heads, key=lambda each: (each.stamp, each.id)):
        person = person_in(desk.reader, head.author, workspace=workspace)
        if person is not None and head.author != desk.account:
            found[person.id] = person
    return list(found.values())


def ask_label(words: Words, people: Sequence[Row]) -> str:
    """Whom the button asks."""
    if len(people) == 1:
        return words.t("Ask {name}", name=words.isolate(_first(people[0])))
    return words.t("Ask both") if len(people) <= 2 else words.t("Ask them all")


def asked_words(words: Words, people: Sequence[Row]) -> str:
    names = words.join([words.isolate(_first(each)) for each in people])
    return words.t("Asked: {names}. They read it at the record after the next sync.", names=names)


def _first(person: Row) -> str:
    return str(person.values.get("name") or "").partition(" ")[0]


def opening(desk: Desk, question: Question) -> str:
    """The question as it could be put; whoever asks changes it as they like."""
    words, kind = desk.words, desk.store.kinds[question.conflict.kind]
    if question.is_deletion:
        return words.t("One of us removed this, the other changed it. Do we still need it?")
    values = [
        words.isolate(wording.shown_value(desk, kind, question.conflict.key, choice.value))
        for choice in question.choices
    ]
    label = words.isolate(words.t(kind.fields[question.field].label))
    return words.t("“{field}”: which one is right, {values}?", field=label, values=words.join(values))


class AskDialog(Dialog):
    """`asked` carries the text; nothing is sent by closing."""

    asked = Signal(str)

    def __init__(self, look: Look, *, people: Sequence[Row], text: str, parent: QWidget) -> None:
        words = look.words
        names = words.join([words.isolate(str(each.values.get("name") or "")) for each in people])
        super().__init__(
            look,
            title=words.t("Ask {names}", names=names),
            text=words.t("It becomes a comment on the record that names them. The question stays open."),
            width=_WIDTH,
            parent=parent,
        )
        self.field = NoteField(look, words.t("Your question"), lines=4, hint=words.t("Ctrl Enter asks."))
        self.field.set_value(text)
        self.body.addSpacing(8)
        self.body.addWidget(self.field)
        self.cancel = Button(look, words.t("Cancel"), parent=self)
        self.cancel.clicked.connect(self.reject)
        self.ask_button = Button(look, words.t("Ask"), kind="primary", icon="message", parent=self)
        self.ask_button.clicked.connect(self._ask)
        self.add_button(self.cancel)
        self.add_button(self.ask_button)
        self.field.editor.installEventFilter(self)
        self.field.draft_changed.connect(self._check)
        self.field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._check("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._ask()
            return True
        return False

    def _check(self, _text: str) -> None:
        reason = self._look.words.t("Write the question first.")
        self.ask_button.set_ready(ready=bool(self.field.text().strip()), reason=reason)

    def _ask(self) -> None:
        text = self.field.text().strip()
        if text:
            self.accept()
            self.asked.emit(text)
