"""Who does what for a line, and what it waits for: one such joint at a time, made, changed or taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.commands import records
from desktop.commands.dependencies import insist_no_circle
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

ROLE_FIELDS = ("raci", "person", "organisation", "note")
DEPENDENCY_FIELDS = ("predecessor", "type", "lag", "hard", "note")
_WIDTH = 460


class JointDialog(Dialog):
    """`made` carries edits to submit, `removed` those that take it away; what is wrong stays to be mended."""

    made = Signal(object)
    removed = Signal(object)

    def __init__(
        self,
        look: Look,
        desk: Desk,
        kind: str,
        *,
        title: str,
        fields: Sequence[str],
        row: Row | None,
        fixed: Mapping[str, Value],
        workspace: bytes,
        parent: QWidget,
    ) -> None:
        super().__init__(look, title=title, width=_WIDTH, parent=parent)
        words = look.words
        self._desk, self._kind, self._row = desk, KINDS[kind], row
        self._fixed, self._workspace = dict(fixed), workspace
        self.fields: dict[str, FieldBox] = {}
        self.body.addSpacing(8)
        for name in fields:
            declared = self._kind.fields[name]
            value = row.values.get(name) if row is not None else self._fixed.get(name)
            box = make_editor(
                look,
                declared,
                value=value,
                provider_for=lambda field: finder_of(desk, field),
                name_of=desk.name_of,
            )
            self.fields[name] = box
            self.body.addWidget(box)
        if row is not None:
            self.remove_button = Button(look, words.t("Remove"), kind="danger", icon="trash", parent=self)
            self.remove_button.clicked.connect(self._remove)
            self.buttons.insertWidget(0, self.remove_button)
            self.remove_button.setAutoDefault(False)
        self.cancel = Button(look, words.t("Cancel"), parent=self)
        self.cancel.clicked.connect(self.reject)
        self.save_button = Button(look, words.t("Save"), kind="primary", icon="check", parent=self)
        self.save_button.clicked.connect(self.save)
        self.add_button(self.cancel)
        self.add_button(self.save_button)
        next(iter(self.fields.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its fields need at this width: hints under them wrap."""
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))
        super().showEvent(event)

    def save(self) -> None:
        values: dict[str, Value] = {}
        wrong: list[tuple[str, FieldProblem]] = []
        for name, box in self.fields.items():
            box.set_error("")
            try:
                values[name] = read_editor(box, self._kind.fields[name])
            except FieldProblem as problem:
                wrong.append((name, problem))
        if not wrong:
            try:
                edits = self._edits(values)
            except FieldsToFixError as error:
                wrong += [(each.field, each) for each in error.problems]
            else:
                self.accept()
                if edits:
                    self.made.emit(edits)
                return
        for name, found in wrong:
            box = self.fields.get(name) or next(iter(self.fields.values()))
            show_problem(box, self._look.words, found)
        first = self.fields.get(wrong[0][0])
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edits(self, values: Mapping[str, Value]) -> list[object]:
        first, last = values.get("predecessor"), self._fixed.get("successor")
        if self._row is not None:
            last = self._row.values.get("successor")
        if isinstance(first, bytes) and isinstance(last, bytes):
            insist_no_circle(self._desk.reader, predecessor=first, successor=last)
        if self._row is not None:
            return list(records.change(self._kind, self._row, values))
        whole = {**self._fixed, **{name: value for name, value in values.items() if value is not None}}
        record = self._desk.store.new_id()
        return list(records.create(self._kind, workspace=self._workspace, record=record, values=whole))

    def _remove(self) -> None:
        assert self._row is not None
        self.accept()
        self.removed.emit(records.remove(self._kind, self._row))
