"""Evidence for a reported value: a document or a page, by its title and its address."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.commands import evidence
from desktop.commands.problems import FieldsToFixError
from desktop.store.rows import Row
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.field_box import FieldBox
from desktop.widgets.field_editors import make_editor, read_editor, show_problem
from desktop.widgets.finding import finder_of
from desktop.widgets.look import Look
from sync.changes import Value
from sync.records import KINDS, FieldProblem

FIELDS = ("title", "url", "type", "date", "description")


class EvidenceDialog(Dialog):
    """`made` carries the edits: the new record, and the value that points to it."""

    made = Signal(object)

    def __init__(self, look: Look, desk: Desk, value: Row, *, parent: QWidget) -> None:
        words = look.words
        super().__init__(
            look,
            title=words.t("Add evidence"),
            text=words.t("Where others find what this figure rests on. The file itself stays where it is."),
            width=460,
            parent=parent,
        )
        self._desk, self._value = desk, value
        self.fields: dict[str, FieldBox] = {}
        self.body.addSpacing(8)
        for name in FIELDS:
            declared = KINDS["attachment"].fields[name]
            given = "evidence" if name == "type" else None
            box = make_editor(
                look,
                declared,
                value=given,
                provider_for=lambda field: finder_of(desk, field),
                name_of=desk.name_of,
            )
            self.fields[name] = box
            self.body.addWidget(box)
        self.cancel = Button(look, words.t("Cancel"), parent=self)
        self.cancel.clicked.connect(self.reject)
        self.save_button = Button(look, words.t("Save"), kind="primary", icon="check", parent=self)
        self.save_button.clicked.connect(self.save)
        self.add_button(self.cancel)
        self.add_button(self.save_button)
        self.fields["title"].setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Make it; what is wrong is said under its field and stays."""
        values: dict[str, Value] = {}
        wrong: list[FieldProblem] = []
        for name, box in self.fields.items():
            box.set_error("")
            try:
                values[name] = read_editor(box, KINDS["attachment"].fields[name])
            except FieldProblem as problem:
                wrong.append(problem)
        if not wrong:
            try:
                edits = evidence.add(self._value, values, record=self._desk.store.new_id())
            except FieldsToFixError as error:
                wrong += error.problems
            else:
                self.accept()
                self.made.emit(edits)
                return
        for found in wrong:
            show_problem(self.fields.get(found.field) or self.fields["title"], self._look.words, found)
        self.fields[wrong[0].field if wrong[0].field in self.fields else "title"].setFocus()
