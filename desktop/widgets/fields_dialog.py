"""A dialog of some fields of one kind: made by what they are declared as, saved together, mended in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.commands.problems import FieldsToFixError
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import GrowingDialog
from desktop.widgets.field_box import FieldBox
from desktop.widgets.field_editors import make_editor, read_editor, show_problem
from desktop.widgets.finding import finder_of
from desktop.widgets.look import Look
from sync.changes import Edit, Value
from sync.records import FieldProblem, Kind

_WIDTH = 460


class FieldsDialog(GrowingDialog):
    """`made` carries the edits to submit. What is wrong is said under its field, and stays to be mended."""

    made = Signal(object)

    def __init__(
        self,
        look: Look,
        desk: Desk,
        kind: Kind,
        names: Sequence[str],
        *,
        title: str,
        text: str = "",
        values: Mapping[str, Value],
        parent: QWidget,
    ) -> None:
        super().__init__(look, title=title, text=text, width=_WIDTH, parent=parent)
        words = look.words
        self._desk, self._kind = desk, kind
        self.fields: dict[str, FieldBox] = {}
        self.body.addSpacing(8)
        for name in names:
            box = make_editor(
                look,
                kind.fields[name],
                value=values.get(name),
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
        next(iter(self.fields.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def make(self, values: Mapping[str, Value]) -> Sequence[Edit]:
        """The edits of what was typed; raises `FieldsToFixError`."""
        raise NotImplementedError

    def save(self) -> None:
        """Make it, and close where nothing is wrong."""
        values: dict[str, Value] = {}
        wrong: list[FieldProblem] = []
        for name, box in self.fields.items():
            box.set_error("")
            try:
                values[name] = read_editor(box, self._kind.fields[name])
            except FieldProblem as problem:
                wrong.append(problem)
        if not wrong:
            try:
                edits = self.make(values)
            except FieldsToFixError as error:
                wrong += error.problems
            else:
                self.accept()
                if edits:
                    self.made.emit(edits)
                return
        self._show_wrong(wrong)

    def _show_wrong(self, wrong: Sequence[FieldProblem]) -> None:
        first = next(iter(self.fields.values()))
        boxes = [self.fields.get(found.field, first) for found in wrong]
        for box, found in zip(boxes, wrong, strict=True):
            show_problem(box, self._look.words, found)
        boxes[0].setFocus(Qt.FocusReason.OtherFocusReason)
