"""The question that starts a meeting: what, when, where. Everything else can wait."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.field_box import FieldBox
from desktop.widgets.field_editors import make_editor, read_editor, show_problem
from desktop.widgets.fields import TextField
from desktop.widgets.finding import finder_of
from desktop.widgets.look import Look
from sync.changes import Value
from sync.records import FieldProblem

_FIELDS = ("title", "start", "end", "place", "series", "type")
_NEW = b""
_WIDTH = 480


class NewMeeting(Dialog):
    """Emits the values of the meeting to be; what was typed is kept if the dialog is closed."""

    planned = Signal(object)

    def __init__(self, look: Look, desk: Desk, drafts: Keeper, *, parent: QWidget) -> None:
        words = look.words
        super().__init__(look, title=words.t("Plan a meeting"), width=_WIDTH, parent=parent)
        self._desk, self._drafts = desk, drafts
        self._kind = desk.store.kinds["meeting"]
        self.fields: dict[str, FieldBox] = {}
        self.body.addSpacing(6)
        for names in (("title",), ("start", "end"), ("place", "type"), ("series",)):
            row = QHBoxLayout()
            row.setSpacing(12)
            for name in names:
                box = make_editor(
                    look,
                    self._kind.field(name),
                    provider_for=lambda field: finder_of(desk, field),
                    name_of=desk.name_of,
                    hint=name == "series",
                )
                self.fields[name] = box
                row.addWidget(box, 1, Qt.AlignmentFlag.AlignTop)
                if isinstance(box, TextField):
                    self._follow(name, box)
            self.body.addLayout(row)
        self.cancel_button = Button(look, words.t("Not now"), parent=self)
        self.cancel_button.clicked.connect(self.reject)
        self.plan_button = Button(
            look, words.t("Plan the meeting"), kind="primary", icon="check", parent=self
        )
        self.plan_button.clicked.connect(self.plan)
        self.add_button(self.cancel_button)
        self.add_button(self.plan_button)
        self.fields["title"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow(self, name: str, box: TextField) -> None:
        draft = self._drafts.text(_NEW, f"new.{name}")
        if draft:
            box.set_draft(draft)
        box.setProperty("field", name)
        box.draft_changed.connect(self._typed)

    @Slot(str)
    def _typed(self, text: str) -> None:
        name = f"new.{self.sender().property('field')}"
        if text:
            self._drafts.keep(_NEW, name, text)
        else:
            self._drafts.drop(_NEW, name)

    @Slot()
    def plan(self) -> None:
        """Hand the values over, unless one of them cannot be read yet."""
        values: dict[str, Value] = {}
        bad: FieldBox | None = None
        for name, box in self.fields.items():
            field = self._kind.field(name)
            try:
                values[name] = read_editor(box, field)
                field.check(values[name])
            except FieldProblem as problem:
                show_problem(box, self._look.words, problem)
                bad = bad or box
        if bad is None:
            for found in self._kind.check(values, partial=True):
                bad = self.fields[found.field]
                show_problem(bad, self._look.words, found)
        if bad is not None:
            bad.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        for name in _FIELDS:
            self._drafts.drop(_NEW, f"new.{name}")
        self.planned.emit(values)
        self.accept()
