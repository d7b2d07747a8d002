"""A record as a form that saves itself: each field when it is left, on what was seen when typing began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands import labels
from desktop.commands.records import change
from desktop.screens.indicators.chain import Chain
from desktop.screens.indicators.field_boxes import SETS, Relevant, make_box, read_box, show_value
from desktop.screens.indicators.typed_drafts import TypedDrafts, field_drafts
from desktop.store.drafts import Draft
from desktop.store.rows import Row
from desktop.widgets.buttons import Button
from desktop.widgets.choice_fields import ReferenceField
from desktop.widgets.dialogs import Dialog
from desktop.widgets.field_box import FieldBox
from desktop.widgets.fields import NoteField, TextField
from desktop.widgets.fonts import Role
from desktop.widgets.form import Form
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.value_text import value_text
from desktop.words.messages import explain
from sync.errors import DaftarError
from sync.records import Field, Value, kind
from sync.replica.changed import Changed


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form: its title, a message id, and the names of its fields."""

    title: str
    names: tuple[str, ...]


ALWAYS: Mapping[str, Relevant] = {}


class RecordForm(QWidget):
    """`saved` tells the time of day of the last save, in words."""

    saved = Signal(str)

    def __init__(
        self,
        look: Look,
        desk: Desk,
        row: Row,
        sections: Sequence[Section],
        *,
        name: str,
        label: str = labels.CHANGE,
        relevant: Mapping[str, Relevant] = ALWAYS,
        column_width: int = 560,
        margin: int = 24,
        drafts: Sequence[Draft] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._desk, self.row, self._label = look, desk, row, label
        self._kind = kind(row.kind)
        self._relevant = relevant
        self._chain = Chain(desk)
        self._begun: dict[str, Row] = {}
        self._under_way: dict[str, int] = {}
        self._name = f"{row.kind}:{row.id.hex()}"
        self._drafts = TypedDrafts(desk, row.id, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.form = Form(look, name=name, column_width=column_width, margin=margin, parent=self)
        column.addWidget(self.form)
        for section in sections:
            if len(sections) > 1:
                self.form.add_section(look.words.t(section.title))
            for each in section.names:
                self._add(each)
        self._take_back(field_drafts(drafts, self._name))
        self._show_relevant()
        self.setFocusProxy(self.form)

    def _add(self, name: str) -> None:
        field = self._kind.field(name)
        box = make_box(self._look, self._desk, field, self.row.values.get(name), workspace=self.row.workspace)
        box.draft_changed.connect(partial(self._typing, name))
        box.committed.connect(partial(self._committed, name))
        self.form.add_field(name, box)

    @property
    def boxes(self) -> Mapping[str, FieldBox]:
        return self.form.fields

    def _field(self, name: str) -> Field:
        return self._kind.field(name)

    # Typing and saving

    def _typing(self, name: str, text: str) -> None:
        self._begun.setdefault(name, self.row)
        if isinstance(self.boxes[name], TextField | NoteField | ReferenceField):
            self._drafts.field_typing(self._name, name, text)

    def _committed(self, name: str, committed: str) -> None:
        field, box = self._field(name), self.boxes[name]
        begun = self._begun.get(name, self.row)
        if field.type in SETS:
            begun = self.row
        try:
            value = read_box(box, field, committed)
        except DaftarError as error:
            if not box.error:
                box.set_error(explain(self._look.words, error))
            return
        box.set_error("")
        self._begun.pop(name, None)
        self._under_way[name] = self._under_way.get(name, 0) + 1
        # The rest of the record is as it is now; only this field is as it was when typing began.
        seen = replace(begun, values={**self.row.values, name: begun.values.get(name)})
        self._chain.submit(
            lambda: change(self._kind, seen, {name: value}),
            label=self._label,
            done=partial(self._saved, name, value),
            failed=partial(self._refused, name, begun),
        )

    def _saved(self, name: str, value: Value) -> None:
        if not isValid(self):
            return
        self._under_way[name] -= 1
        self._drafts.field_ended(self._name, name)
        self.row = replace(self.row, values={**self.row.values, name: value})
        self._show_relevant()
        words = self._look.words
        now = words.moment(self._desk.clock.now_ms(), now_ms=self._desk.clock.now_ms())
        self.saved.emit(words.t("Saved here, {when}", when=now))

    def _refused(self, name: str, begun: Row, error: BaseException) -> None:
        """Nothing was saved: the input stays, with what is wrong under it."""
        if not isValid(self):
            return
        self._under_way[name] -= 1
        self._begun.setdefault(name, begun)
        if isinstance(error, DaftarError):
            self.boxes[name].set_error(_first_problem(self._look, error))
        else:
            self._desk.failed.emit(error)

    # Following the store

    def show_row(self, row: Row) -> None:
        """Take a newer reading; what is being typed, and what is wrong, stays as it is."""
        before, self.row = self.row, row
        for name, box in self.boxes.items():
            busy = name in self._begun or bool(box.error) or self._under_way.get(name, 0) > 0
            if not busy and row.values.get(name) != before.values.get(name):
                show_value(self._desk, box, self._field(name), row.values.get(name))
        self._mark_contested()
        self._show_relevant()

    def _mark_contested(self) -> None:
        for name, box in self.boxes.items():
            if name in self.row.contested:
                box.set_hint(self._look.words.t("Two people changed this. It needs your decision."))

    def follow(self, changed: Changed) -> None:
        if self.row.id in changed.of(self.row.kind):
            row = self._desk.row(self.row.kind, self.row.id)
            if row is not None:
                self.show_row(row)

    def _show_relevant(self) -> None:
        for name, box in self.boxes.items():
            asks = self._relevant.get(name)
            filled = self.row.values.get(name) not in (None, "", [], {})
            box.setVisible(asks is None or filled or asks(self.row.values))

    def _take_back(self, found: Mapping[str, str]) -> None:
        """Texts that were typed and not saved before the notebook closed stand in their fields again."""
        words = self._look.words
        for name, text in found.items():
            box = self.boxes.get(name)
            if isinstance(box, TextField | NoteField | ReferenceField):
                self._begun[name] = self.row
                box.set_draft(text)
                box.set_hint(words.t("Typed before the notebook closed; not saved yet."))

    def finish(self) -> None:
        """Take what is being typed, as when the page is left."""
        for box in self.boxes.values():
            if isinstance(box, TextField | NoteField | ReferenceField):
                box.commit()
        self._drafts.save_now()


def _first_problem(look: Look, error: DaftarError) -> str:
    problems = getattr(error, "problems", ())
    return explain(look.words, problems[0] if problems else error)


class Told(QWidget):
    """Fields of a record that are filled by other ways than a form, to read; nothing where all are empty."""

    def __init__(
        self, look: Look, desk: Desk, row: Row, names: Sequence[str], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 8, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for name in names:
            field = kind(row.kind).field(name)
            text = value_text(look.words, field, row.values.get(name), name_of=desk.name_of)
            if text:
                at = grid.rowCount()
                top = Qt.AlignmentFlag.AlignTop
                label = look.words.t(field.label)
                grid.addWidget(Label(look, label, role=Role.SECONDARY, colour=look.tokens.t3), at, 0, top)
                grid.addWidget(Label(look, text, role=Role.SECONDARY, wrap=True), at, 1, top)
        self.setVisible(grid.count() > 0)


class RecordDialog(Dialog):
    """A record of its own in a dialog: fields save themselves, one button closes it."""

    def __init__(
        self,
        look: Look,
        desk: Desk,
        row: Row,
        sections: Sequence[Section],
        *,
        title: str,
        text: str = "",
        label: str = labels.CHANGE,
        told: Sequence[str] = (),
        parent: QWidget,
    ) -> None:
        super().__init__(look, title=title, text=text, width=520, parent=parent)
        self.told = Told(look, desk, row, told, parent=self)
        self.body.addWidget(self.told)
        self.form = RecordForm(
            look, desk, row, sections, name=title, label=label, column_width=440, margin=0, parent=self
        )
        self.form.setFixedHeight(min(420, max(240, parent.window().height() - 240)))
        self.body.addWidget(self.form)
        self._desk = desk
        desk.changed.connect(self.form.follow)
        done = Button(look, look.words.t("Done"), kind="primary", parent=self)
        done.clicked.connect(self.accept)
        self.add_button(done)
        self.finished.connect(self._end)
        self.form.form.focus_first()
        first = next(iter(self.form.boxes.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end(self) -> None:
        self._desk.changed.disconnect(self.form.follow)
        self.form.finish()
