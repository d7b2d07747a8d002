"""The line that records a decision, an action point or a lesson while people talk."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.widgets.buttons import Button
from desktop.widgets.choice_fields import ReferenceField
from desktop.widgets.field_editors import make_editor, read_editor, show_problem
from desktop.widgets.fields import DateField, TextField
from desktop.widgets.finding import record_finder
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.look import Look
from desktop.widgets.painting import begin, fill_round
from sync.changes import Value
from sync.records import FieldProblem

DECISION: Final = "decision"
ACTION: Final = "action_point"
LESSON: Final = "lesson"
_WHO: Final = {DECISION: "decided_by", ACTION: "owner", LESSON: "author"}


class OutcomeForm(QWidget):
    """Emits what was filled in; closing it keeps what was typed for the next time."""

    made = Signal(str, object)
    """Kind, and the values by field."""
    closed = Signal()
    draft_typed = Signal(str, str)
    """Kind, and the text so far."""

    def __init__(self, look: Look, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._desk = look, desk
        self.kind = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 12, 14, 12)
        self._column.setSpacing(10)
        self._head_icon = IconLabel(look, "gavel", size=14)
        self._head = Label(look, role=Role.SECONDARY, weight=SEMIBOLD, colour=look.tokens.t2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._head_icon)
        head.addWidget(self._head, 1)
        self._column.addLayout(head)
        self._holder = QWidget(self)
        self._fields = QVBoxLayout(self._holder)
        self._fields.setContentsMargins(0, 0, 0, 0)
        self._fields.setSpacing(10)
        self._column.addWidget(self._holder)
        self._column.addLayout(self._build_buttons())
        self.text: TextField | None = None
        self.who: ReferenceField | None = None
        self.due: DateField | None = None
        self.hide()

    def _build_buttons(self) -> QHBoxLayout:
        words = self._look.words
        row = QHBoxLayout()
        row.setSpacing(8)
        hint = words.t("Enter records · Esc closes")
        row.addWidget(Label(self._look, hint, role=Role.CAPTION, colour=self._look.tokens.t3), 1)
        self.close_button = Button(self._look, words.t("Close"), kind="quiet", height=28, parent=self)
        self.close_button.clicked.connect(self.shut)
        self.save_button = Button(self._look, words.t("Record it"), icon="check", height=28, parent=self)
        self.save_button.clicked.connect(self.save)
        row.addWidget(self.close_button)
        row.addWidget(self.save_button)
        return row

    def open(self, kind: str, *, draft: str = "") -> None:
        """Show the fields of one kind of outcome; a draft comes back into the text."""
        if kind != self.kind or self.text is None:
            self._make_fields(kind)
        assert self.text is not None
        if draft and not self.text.text():
            self.text.set_draft(draft)
        self.show()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_fields(self, kind: str) -> None:
        look, words = self._look, self._look.words
        self.kind = kind
        while (item := self._fields.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        titles = {
            DECISION: ("gavel", words.t("New decision"), words.t("What was decided?")),
            ACTION: ("actions", words.t("New action point"), words.t("What is to be done?")),
            LESSON: ("lightbulb", words.t("New lesson"), words.t("What was learnt?")),
        }
        icon, title, question = titles[kind]
        self._head_icon.set_icon(icon)
        self._head.setText(title)
        declared = self._desk.store.kinds[kind]
        self.text = TextField(look, question, required=True)
        self.text.draft_changed.connect(self._typed)
        self.text.editor.returnPressed.connect(self.save)
        self._fields.addWidget(self.text)
        who = declared.field(_WHO[kind])
        box = make_editor(
            look,
            who,
            provider_for=lambda field: record_finder(self._desk, field.targets),
            name_of=self._desk.name_of,
            hint=False,
        )
        assert isinstance(box, ReferenceField)
        self.who = box
        row = QWidget(self._holder)
        side = QHBoxLayout(row)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(12)
        side.addWidget(box, 3, Qt.AlignmentFlag.AlignTop)
        self.due = None
        if kind == ACTION:
            self.due = DateField(look, words.t("Due"))
            self.due.editor.returnPressed.connect(self.save)
            side.addWidget(self.due, 2, Qt.AlignmentFlag.AlignTop)
        self._fields.addWidget(row)

    @Slot(str)
    def _typed(self, text: str) -> None:
        self.draft_typed.emit(self.kind, text)

    @Slot()
    def save(self) -> None:
        """Record it, unless something cannot be read yet; that stays where it was typed."""
        values = self._read()
        if values is not None:
            kind = self.kind
            self.clear()
            self.made.emit(kind, values)

    def _read(self) -> Mapping[str, Value] | None:
        declared = self._desk.store.kinds[self.kind]
        boxes = {"title": self.text, _WHO[self.kind]: self.who, "due": self.due}
        values: dict[str, Value] = {}
        bad = None
        for name, box in boxes.items():
            if box is None:
                continue
            try:
                values[name] = read_editor(box, declared.field(name))
                declared.field(name).check(values[name])
            except FieldProblem as problem:
                show_problem(box, self._look.words, problem)
                bad = bad or box
        if bad is not None:
            bad.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return values

    def clear(self) -> None:
        """Ready for the next one of the same kind; who does it often stays, but is asked again."""
        for box in (self.text, self.due):
            if box is not None:
                box.set_value("")
        if self.who is not None:
            self.who.set_value(None)
        if self.text is not None:
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def shut(self) -> None:
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        fill_round(painter, self.rect(), radius=8, fill=tokens.surface, border=tokens.strong)
        painter.end()
