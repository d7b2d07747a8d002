"""A sheet for records that have no screen of their own, with every field; each saves by itself."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.commands import labels, records
from desktop.commands.access import at_least
from desktop.commands.problems import FieldsToFixError
from desktop.store.rows import Row
from desktop.store.titles import shown_title
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.finding import finder_of
from desktop.widgets.fonts import Role
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.record_card import RecordCard
from desktop.widgets.record_form import FieldChange, FormSection, RecordForm, editable_fields
from desktop.widgets.value_text import value_text
from desktop.words.messages import explain
from sync.errors import DaftarError
from sync.records import Kind
from sync.replica.changed import Changed

SCREEN: Final = "sheet"
_WIDTH = 400
_TALLEST, _LOWEST, _AROUND = 460, 200, 240


def t(msgid: str) -> str:
    """Marks a title; the form translates it when it is shown."""
    return msgid


SECTIONS: Final = {
    "risk": (
        FormSection(t("What"), ("title", "code", "category", "subcategory", "description", "status")),
        FormSection(t("How bad"), ("likelihood", "impact", "causes", "consequences", "appetite")),
        FormSection(t("Who and when"), ("owner", "responsible", "due", "valid_from", "valid_to")),
        FormSection(t("Treatment"), ("treatment", "treatment_status", "treatment_activity", "escalation")),
        FormSection(t("Belongs to"), ("activity", "result")),
    ),
    "lesson": (
        FormSection(t("What"), ("title", "code", "type", "status", "description", "evidence_level")),
        FormSection(t("Who and when"), ("author", "date", "due")),
        FormSection(t("Belongs to"), ("meeting", "activity", "indicator", "theme", "pillar", "place")),
    ),
}


def sheet_for(look: Look, desk: Desk, row: Row, *, parent: QWidget) -> RecordCard | RecordSheet:
    """The sheet of a record: to fill in where the person may change it, otherwise to read."""
    kind = desk.store.kinds[row.kind]
    role = next((each.role for each in desk.reader.workspaces() if each.id == row.workspace), "")
    own = row.kind == "person" and bool(row.values.get("account"))
    if kind.read_only or own or row.deleted or not at_least(role, "officer"):
        return RecordCard(look, desk, row, parent=parent)
    return RecordSheet(look, desk, row, parent=parent)


def read_only_fields(kind: Kind) -> list[str]:
    """What the form has no input for; it is shown to read, below the inputs."""
    inputs = set(editable_fields(kind))
    return [name for name, field in kind.fields.items() if name not in inputs and not field.technical]


class RecordSheet(Dialog):
    """Drafts are kept as in every form, so closing it loses nothing that was typed."""

    def __init__(self, look: Look, desk: Desk, row: Row, *, parent: QWidget) -> None:
        kind, words = desk.store.kinds[row.kind], look.words
        title = shown_title(row, words.language, base=kind.title_field) or words.t(kind.label)
        super().__init__(look, title=title, text=words.t(kind.label), width=_WIDTH, parent=parent)
        self._desk, self._kind, self.row = desk, kind, row
        self._drafts = Keeper(desk, SCREEN, parent=self)
        self.form = RecordForm(
            look,
            kind,
            name=title,
            provider_for=lambda field: finder_of(desk, field),
            name_of=desk.name_of,
            sections=SECTIONS.get(kind.name, ()),
            margin=4,
            parent=self,
        )
        self.form.show_row(row, self._drafts.of(row.id))
        self.form.changed.connect(self._changed)
        self.form.draft.connect(self._typed)
        self._add_texts()
        self.form.setFixedHeight(min(_TALLEST, max(_LOWEST, parent.window().height() - _AROUND)))
        self.body.addSpacing(6)
        self.body.addWidget(self.form)
        self.said = Label(look, role=Role.CAPTION, colour=look.tokens.bad.text, wrap=True, parent=self)
        self.said.hide()
        self.body.addWidget(self.said)
        self.done_button = Button(look, words.t("Done"), kind="primary", parent=self)
        self.done_button.clicked.connect(self.accept)
        self.add_button(self.done_button)
        desk.changed.connect(self._follow)
        self.finished.connect(self._end)
        self.form.focus_first()

    def _add_texts(self) -> None:
        words, tokens = self._look.words, self._look.tokens
        for name in read_only_fields(self._kind):
            field = self._kind.fields[name]
            text = value_text(words, field, self.row.values.get(name), name_of=self._desk.name_of)
            if text:
                self.form.add_widget(Label(self._look, words.t(field.label), colour=tokens.t2))
                self.form.add_widget(Label(self._look, text, wrap=True))

    @Slot(object, str, str)
    def _typed(self, record: bytes, field: str, text: str) -> None:
        if text:
            self._drafts.keep(record, field, text)
        else:
            self._drafts.drop(record, field)

    @Slot(object)
    def _changed(self, made: FieldChange) -> None:
        self.said.hide()
        try:
            edits = records.change(self._kind, made.row, {made.field: made.value})
        except FieldsToFixError as error:
            for problem in error.problems:
                self.form.show_problem(problem.field, problem)
            return
        except DaftarError as error:
            self._fail(error)
            return
        self._desk.submit(edits, label=labels.CHANGE, origin=self, failed=self._fail)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DaftarError):
            self._desk.failed.emit(error)
        elif isValid(self):
            self.said.setText(explain(self._look.words, error))
            self.said.show()

    @Slot(object)
    def _follow(self, changed: Changed) -> None:
        if self.row.id in changed.of(self.row.kind):
            row = self._desk.row(self.row.kind, self.row.id)
            if row is not None and not row.deleted:
                self.row = row
                self.form.refresh(row)

    def flush(self) -> None:
        """Write down what is being typed."""
        self._drafts.flush()

    @Slot()
    def _end(self) -> None:
        self._desk.changed.disconnect(self._follow)
        self.form.finish()
        self._drafts.flush()
