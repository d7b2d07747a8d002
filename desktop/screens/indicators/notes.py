"""What has to be said about the totals, right under the grid, and the way to add a place to the page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.fonts import Role
from desktop.widgets.labels import IconLabel, Label, Link
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look


class Notes(QWidget):
    """One sentence on each line."""

    place_asked = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shown: list[str] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        self._icon = IconLabel(look, "info", size=14, parent=self)
        self._icon.hide()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(2)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self._icon, 0, top)
        row.addLayout(self._lines, 1)
        self.place_link = Link(look, look.words.t("Add a place"), icon="plus", parent=self)
        self.place_link.clicked.connect(self.place_asked)
        row.addWidget(self.place_link, 0, top)

    def show_notes(self, notes: Sequence[str]) -> None:
        if list(notes) == self._shown:
            return
        self._shown = list(notes)
        empty_layout(self._lines)
        self._icon.setVisible(bool(notes))
        for note in notes:
            label = Label(self._look, note, role=Role.SECONDARY, colour=self._look.tokens.t2, wrap=True)
            self._lines.addWidget(label)
