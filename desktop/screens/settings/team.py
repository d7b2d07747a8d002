"""What the people of the workspace do: their role in the programme and their job title, beside changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands import labels, records
from desktop.commands.access import insist_may
from desktop.commands.problems import FieldsToFixError
from desktop.screens.settings.parts import Result, Section
from desktop.store.rows import Row
from desktop.widgets.choice_fields import ChoiceField, ReferenceField
from desktop.widgets.field_box import FieldBox
from desktop.widgets.field_editors import show_problem
from desktop.widgets.fields import TextField
from desktop.widgets.finding import record_finder
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.errors import DaftarError
from sync.records import KINDS
from sync.replica.changed import Changed

PERSON: Final = "person"
FIELDS: Final = ("role", "job_title")


class Team(Section):
    """One person at a time; what was chosen or typed is saved when the field is left."""

    def __init__(self, look: Look, desk: Desk, parent: QWidget) -> None:
        words = look.words
        super().__init__(look, words.t("People of the workspace"), parent)
        self._desk = desk
        self._row: Row | None = None
        self.say(
            words.t(
                "What each of them does is shown beside their changes. Of people with an account a "
                "coordinator says it; names and access are the administrator's."
            )
        )
        role, job_title = (KINDS[PERSON].fields[name] for name in FIELDS)
        self.person = ReferenceField(
            look, words.t("Person"), record_finder(desk, (PERSON,)), placeholder=words.t("Type a name")
        )
        self.person.setMaximumWidth(320)
        self.person.committed.connect(self.choose)
        choices = [(code, words.t(text)) for code, text in role.choice_labels.items()]
        self.role = ChoiceField(look, words.t(role.label), choices, parent=self)
        self.job_title = TextField(look, words.t(job_title.label), parent=self)
        self.role.committed.connect(lambda _text: self._save("role", self.role))
        self.job_title.committed.connect(lambda _text: self._save("job_title", self.job_title))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.role, 1)
        row.addWidget(self.job_title, 1)
        self.column.addWidget(self.person)
        self.column.addLayout(row)
        self.result = Result(look, self)
        self.column.addWidget(self.result)
        self._show()

    @property
    def row(self) -> Row | None:
        """The person in front, as seen when the fields were filled."""
        return self._row

    def choose(self, key: str) -> None:
        """Show what is known of a person."""
        try:
            record = bytes.fromhex(key)
        except ValueError:
            record = b""
        self._row = self._desk.row(PERSON, record) if record else None
        self.result.say("", icon="", family="none")
        self._show()

    def refresh(self, changed: Changed) -> None:
        """Somebody else said something: fields that are not being written in follow."""
        if self._row is None or self._row.id not in changed.of(PERSON):
            return
        typing = self.job_title.editor.hasFocus() and self.job_title.text() != self._stored("job_title")
        row = self._desk.row(PERSON, self._row.id)
        if not typing and row is not None:
            self._row = row
            self._show()

    def scope_moved(self) -> None:
        self.person.set_value(None)
        self.choose("")

    def _stored(self, name: str) -> str:
        return str(self._row.values.get(name) or "") if self._row is not None else ""

    def _show(self) -> None:
        self.role.set_value(self._stored("role"))
        self.job_title.set_value(self._stored("job_title"))
        reason = self._reason()
        self.role.editor.setEnabled(not reason)
        self.job_title.set_read_only(read_only=bool(reason))
        for field in (self.role, self.job_title):
            field.setToolTip(reason)
        if reason and self._row is not None:
            self.result.say(reason, icon="lock", family="none")

    def _reason(self) -> str:
        """Why nothing can be changed; empty where it can."""
        words, row = self.look.words, self._row
        if row is None:
            return words.t("Choose a person first.")
        role = next((each.role for each in self._desk.reader.workspaces() if each.id == row.workspace), "")
        probe = records.edit_keys(replace(row, seen={}), {"job_title": ""})[0]
        try:
            insist_may(probe, role=role, values=row.values)
        except DaftarError as error:
            return explain(words, error)
        return ""

    def _save(self, name: str, field: FieldBox) -> None:
        row = self._row
        value = self.role.value if name == "role" else self.job_title.text().strip()
        if row is None or self._reason():
            return
        try:
            edits = records.change(KINDS[PERSON], row, {name: value or None})
        except FieldsToFixError as wrong:
            show_problem(field, self.look.words, wrong.problems[0])
            return
        if edits:
            self._desk.submit(edits, label=labels.CHANGE, done=lambda _written: self._saved(row.id))

    def _saved(self, record: bytes) -> None:
        if not isValid(self) or self._row is None or self._row.id != record:
            return
        words, now = self.look.words, self._desk.clock.now_ms()
        self._row = self._desk.row(PERSON, record)
        when = words.isolate(words.moment(now, now_ms=now))
        self.result.say(words.t("Saved here {when}", when=when), icon="save", family="none")
