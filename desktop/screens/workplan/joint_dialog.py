"""Who does what for a line, and what it waits for: one such joint at a time, made, changed or taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.commands import records
from desktop.commands.dependencies import insist_no_circle
from desktop.store.rows import Row
from desktop.widgets.buttons import Button
from desktop.widgets.fields_dialog import FieldsDialog
from desktop.widgets.look import Look
from sync.changes import Edit, Value
from sync.records import KINDS

ROLE_FIELDS = ("raci", "person", "organisation", "note")
DEPENDENCY_FIELDS = ("predecessor", "type", "lag", "hard", "note")


class JointDialog(FieldsDialog):
    """`removed` carries the edits that take it away."""

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
        values = row.values if row is not None else fixed
        super().__init__(look, desk, KINDS[kind], fields, title=title, values=values, parent=parent)
        self._row, self._fixed, self._workspace = row, dict(fixed), workspace
        if row is not None:
            words = look.words
            self.remove_button = Button(look, words.t("Remove"), kind="danger", icon="trash", parent=self)
            self.remove_button.clicked.connect(self._remove)
            self.buttons.insertWidget(0, self.remove_button)
            self.remove_button.setAutoDefault(False)

    def make(self, values: Mapping[str, Value]) -> Sequence[Edit]:
        first, last = values.get("predecessor"), self._fixed.get("successor")
        if self._row is not None:
            last = self._row.values.get("successor")
        if isinstance(first, bytes) and isinstance(last, bytes):
            insist_no_circle(self._desk.reader, predecessor=first, successor=last)
        if self._row is not None:
            return records.change(self._kind, self._row, values)
        whole = {**self._fixed, **{name: value for name, value in values.items() if value is not None}}
        record = self._desk.store.new_id()
        return records.create(self._kind, workspace=self._workspace, record=record, values=whole)

    def _remove(self) -> None:
        assert self._row is not None
        self.accept()
        self.removed.emit(records.remove(self._kind, self._row))
