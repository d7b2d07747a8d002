"""Evidence for a reported value: a document or a page, by its title and its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.commands import evidence
from desktop.store.rows import Row
from desktop.widgets.fields_dialog import FieldsDialog
from desktop.widgets.look import Look
from sync.changes import Edit, Value
from sync.records import KINDS

FIELDS = ("title", "url", "type", "date", "description")


class EvidenceDialog(FieldsDialog):
    """What it makes is the new record, and the value that points to it."""

    def __init__(self, look: Look, desk: Desk, value: Row, *, parent: QWidget) -> None:
        words = look.words
        super().__init__(
            look,
            desk,
            KINDS["attachment"],
            FIELDS,
            title=words.t("Add evidence"),
            text=words.t("Where others find what this figure rests on. The file itself stays where it is."),
            values={"type": "evidence"},
            parent=parent,
        )
        self._value = value

    def make(self, values: Mapping[str, Value]) -> Sequence[Edit]:
        return evidence.add(self._value, values, record=self._desk.store.new_id())
