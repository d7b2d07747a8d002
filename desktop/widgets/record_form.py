"""Every declared field of a record as a form that saves by itself, one field at a time.

What was seen when somebody began to type goes with the change; a field that is being typed in, or that
holds what cannot be used yet, is left alone when the record changes around it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from desktop.models.candidates import Candidate
from desktop.store.rows import Row
from desktop.widgets.choice_fields import ChoiceField, MultiChoiceField, ReferenceField, TagsField
from desktop.widgets.field_box import FieldBox
from desktop.widgets.field_editors import (
    NameOf,
    ProviderFor,
    candidate,
    make_editor,
    read_editor,
    show_problem,
)
from desktop.widgets.fields import NoteField, NumberField, TextField
from desktop.widgets.form import Form
from desktop.widgets.look import Look
from sync.errors import DaftarError
from sync.records import Field, FieldProblem, FieldType, Kind, Value

_SHOWN_ELSEWHERE = frozenset({FieldType.ORDER, FieldType.NUMBERS, FieldType.REASONS, FieldType.LONG_TEXT})


@dataclass(frozen=True, slots=True)
class FormSection:
    """A title (a message id) over some fields, in order."""

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field as a person changed it, and the record as it was when they began."""

    row: Row
    field: str
    value: Value


def editable_fields(kind: Kind) -> list[str]:
    """The fields that a form offers: tables, long texts and places in a list have editors of their own."""
    return [
        name
        for name, field in kind.fields.items()
        if not field.technical and field.type not in _SHOWN_ELSEWHERE
    ]


class RecordForm(Form):
    """Emits `changed` with a `FieldChange` for whoever makes commands, and `draft` at every letter."""

    changed = Signal(object)
    draft = Signal(object, str, str)
    """Record, field, text; an empty text says that there is no draft any more."""

    def __init__(
        self,
        look: Look,
        kind: Kind,
        *,
        name: str,
        provider_for: ProviderFor,
        name_of: NameOf,
        sections: Sequence[FormSection] = (),
        hidden: Iterable[str] = (),
        margin: int = 16,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, name=name, margin=margin, parent=parent)
        self._kind, self._provider_for, self._name_of = kind, provider_for, name_of
        self._row: Row | None = None
        self._began: dict[str, Row] = {}
        for outer in self.findChildren(QHBoxLayout):
            if outer.indexOf(self._column_holder) >= 0:
                # In a panel the column takes the whole width; its maximum still holds on a page.
                outer.setStretch(1, 0)
        left = [each for each in editable_fields(kind) if each not in set(hidden)]
        for section in sections:
            own = [each for each in section.fields if each in left]
            if own:
                self.add_section(look.words.t(section.title))
                self._add(own)
                left = [each for each in left if each not in own]
        if left:
            if sections:
                self.add_section(look.words.t("More"))
            self._add(left)

    def _add(self, names: Sequence[str]) -> None:
        for name in names:
            field = self._kind.fields[name]
            box = make_editor(
                self._look,
                field,
                provider_for=self._provider_for,
                name_of=self._name_of,
                hint=bool(field.hint),
            )
            box.setProperty("field", name)
            box.committed.connect(self._committed)
            box.draft_changed.connect(self._typed)
            self.add_field(name, box)

    @property
    def row(self) -> Row | None:
        return self._row

    # Showing

    def show_row(self, row: Row, drafts: dict[str, str] | None = None) -> None:
        """Another record, with what was being typed in it before."""
        self._row = row
        self._began.clear()
        for name, box in self.fields.items():
            fill_editor(box, self._kind.fields[name], row.values.get(name), name_of=self._name_of)
            text = (drafts or {}).get(name)
            if text is not None:
                self._bring_back(name, box, text)

    def _bring_back(self, name: str, box: FieldBox, text: str) -> None:
        if isinstance(box, TextField | NoteField | ReferenceField) and self._row is not None:
            box.set_draft(text)
            self._began[name] = self._row
            box.set_hint(self._look.words.t("This was being typed and is not saved yet."))

    def refresh(self, row: Row) -> None:
        """The same record, changed: fields in which somebody types stay as they are."""
        self._row = row
        focused = QApplication.focusWidget()
        for name, box in self.fields.items():
            busy = name in self._began or bool(box.error)
            inside = focused is not None and box.isAncestorOf(focused) and name in self._began
            if not busy and not inside:
                fill_editor(box, self._kind.fields[name], row.values.get(name), name_of=self._name_of)

    def show_problem(self, name: str, problem: FieldProblem) -> None:
        if name in self.fields:
            show_problem(self.fields[name], self._look.words, problem)

    def go_to(self, name: str) -> None:
        """Put the keyboard into a field."""
        box = self.fields.get(name)
        if box is not None:
            box.setFocus()
            self.ensureWidgetVisible(box)

    def finish(self) -> None:
        """Commit the field in which somebody types."""
        for name in list(self._began):
            commit = getattr(self.fields[name], "commit", None)
            if callable(commit):
                commit()

    # Typing

    def _sender_name(self) -> str:
        sender = self.sender()
        return str(sender.property("field") or "")

    def _typed(self, text: str) -> None:
        name = self._sender_name()
        if self._row is not None and name:
            self._began.setdefault(name, self._row)
            if isinstance(self.fields[name], TextField | NoteField | ReferenceField):
                self.draft.emit(self._row.id, name, text)

    def _committed(self, _text: str) -> None:
        name = self._sender_name()
        if self._row is None or not name:
            return
        box, field = self.fields[name], self._kind.fields[name]
        row = self._began.get(name, self._row)
        try:
            value = read_editor(box, field)
            field.check(value)
        except FieldProblem as problem:
            self._began.setdefault(name, self._row)
            show_problem(box, self._look.words, problem)
            return
        except DaftarError:
            return
        box.set_error("")
        box.set_hint(self._look.words.t(field.hint))
        self._began.pop(name, None)
        self.draft.emit(row.id, name, "")
        if value != row.values.get(name):
            self.changed.emit(FieldChange(row, name, value))


def fill_editor(box: FieldBox, field: Field, value: Value, *, name_of: NameOf) -> None:
    """Show a stored value in an editor that `make_editor` made."""
    if isinstance(box, MultiChoiceField):
        box.set_members(value or ())
    elif isinstance(box, TagsField):
        references = field.type is FieldType.REFERENCES
        box.set_members(
            [
                candidate(field, each, name_of=name_of) if references else Candidate(str(each), str(each))
                for each in value or ()
            ]
        )
    elif isinstance(box, ReferenceField):
        box.set_value(candidate(field, value, name_of=name_of) if isinstance(value, bytes) else None)
    elif isinstance(box, ChoiceField):
        box.set_value("true" if value is True else "false" if value is False else str(value or ""))
    elif isinstance(box, TextField | NumberField | NoteField):
        box.set_value("" if value is None else str(value))
