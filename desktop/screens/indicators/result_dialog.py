"""A result of the framework, with all that is declared of it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.screens.indicators.record_form import RecordDialog, Section
from desktop.store.rows import Row
from desktop.widgets.look import Look


def t(msgid: str) -> str:
    """Mark a title for translation."""
    return msgid


RESULT_SECTIONS = (
    Section(
        t("Result"),
        ("title", "code", "level", "type", "description", "assumptions", "owner", "aggregable"),
    ),
    Section(t("Belongs to"), ("programme", "pillar", "strategic_link", "tags", "sensitivity")),
    Section(t("In other languages"), ("title_en", "title_fr", "title_ar")),
)


class ResultDialog(RecordDialog):
    """Opened from the list."""

    def __init__(self, look: Look, desk: Desk, row: Row, *, parent: QWidget) -> None:
        super().__init__(
            look, desk, row, RESULT_SECTIONS, title=look.words.t("Edit the result"), parent=parent
        )
