"""Joining a line of the plan to another record of any kind, found by typing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.models.candidates import Candidate
from desktop.store.rows import Row
from desktop.store.titles import shown_title
from desktop.widgets.buttons import Button
from desktop.widgets.choice_fields import ReferenceField
from desktop.widgets.dialogs import Dialog
from desktop.widgets.look import Look

_LINKED = (
    "indicator",
    "result",
    "activity",
    "milestone",
    "meeting",
    "decision",
    "action_point",
    "lesson",
    "risk",
    "place",
)
_LIMIT = 40
_SHOWN = 12


class LinkDialog(Dialog):
    """`chosen` carries kind and id of the record that was picked."""

    chosen = Signal(str, object)

    def __init__(self, look: Look, desk: Desk, row: Row, *, parent: QWidget) -> None:
        words = look.words
        super().__init__(
            look,
            title=words.t("Link “{name}” to", name=shown_title(row, words.language)),
            text=words.t("Both records show the link. It changes nothing else."),
            parent=parent,
        )
        self._desk, self._row = desk, row
        self.field = ReferenceField(look, words.t("Record"), self._find)
        self.field.committed.connect(self._check)
        self.body.addSpacing(8)
        self.body.addWidget(self.field)
        self.cancel = Button(look, words.t("Cancel"), parent=self)
        self.cancel.clicked.connect(self.reject)
        self.join = Button(look, words.t("Link"), kind="primary", icon="link", parent=self)
        self.join.clicked.connect(self._join)
        self.add_button(self.cancel)
        self.add_button(self.join)
        self._check("")
        self.field.setFocus()

    def _find(self, text: str) -> list[Candidate]:
        if not text.strip():
            return []
        words = self._look.words
        found = []
        for row in self._desk.reader.search(text, workspaces=(self._row.workspace,), limit=_LIMIT):
            if row.kind not in _LINKED or row.id == self._row.id:
                continue
            kind = self._desk.store.kinds[row.kind]
            title = shown_title(row, words.language, base=kind.title_field)
            code = row.values.get(kind.code_field) if kind.code_field else None
            shown = " ".join(str(part) for part in (code, title) if part)
            found.append(Candidate(f"{row.kind}:{row.id.hex()}", shown, words.t(kind.label)))
        return found[:_SHOWN]

    def _check(self, _text: str) -> None:
        ready = ":" in self.field.value
        self.join.set_ready(ready=ready, reason=self._look.words.t("Choose a record first."))

    def _join(self) -> None:
        kind, _, record = self.field.value.partition(":")
        self.accept()
        self.chosen.emit(kind, bytes.fromhex(record))
