"""A strip over a page that offers something back, such as what was typed before the notebook closed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.widgets.fonts import Role
from desktop.widgets.labels import ElidedLabel, IconLabel, Link, Panel
from desktop.widgets.look import Look


class Notice(Panel):
    """One sentence and two links; hidden until it has something to say."""

    taken = Signal()
    dropped = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(look, ground=look.tokens.watch.tint, edges="bottom", parent=parent)
        self.setFixedHeight(34)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(IconLabel(look, "history", size=14, colour=look.tokens.watch.text, parent=self))
        self.text = ElidedLabel(look, role=Role.SECONDARY, parent=self)
        row.addWidget(self.text, 1)
        self.take = Link(look, look.words.t("Put it in"), parent=self)
        self.take.clicked.connect(self.taken)
        self.drop = Link(look, look.words.t("Drop it"), parent=self)
        self.drop.clicked.connect(self.dropped)
        row.addWidget(self.take)
        row.addWidget(self.drop)
        self.hide()

    def say(self, text: str) -> None:
        self.text.setText(text)
        self.setVisible(bool(text))
