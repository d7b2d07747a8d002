"""The bar over the entry grid: where the cell is, what state it is in, since when and by whom."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.widgets.badge import Badge, BadgeLabel
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import ElidedLabel, Link, Panel
from desktop.widgets.look import Look


class CellBar(Panel):
    """34 px; the link is there only where something is to be done."""

    acted = Signal()
    evidence_asked = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(
            look, ground=look.tokens.surface, edges="bottom", edge=look.tokens.line, parent=parent
        )
        self.setFixedHeight(34)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(10)
        self.place = ElidedLabel(look, role=Role.SECONDARY, weight=MEDIUM, colour=look.tokens.t2, parent=self)
        self.said = ElidedLabel(look, role=Role.SECONDARY, colour=look.tokens.t3, parent=self)
        self.link = Link(look, "", parent=self)
        self.link.clicked.connect(self.acted)
        self.badge = BadgeLabel(look, Badge(""), parent=self)
        self.evidence = Link(look, "", icon="paperclip", parent=self)
        self.evidence.setToolTip(look.words.t("Evidence and documents (Ctrl E)"))
        self.evidence.clicked.connect(self.evidence_asked)
        row.addWidget(self.place, 1)
        row.addWidget(self.evidence)
        row.addWidget(self.said)
        row.addWidget(self.link)
        row.addWidget(self.badge)
        self._look = look
        self.show_cell("", badge=None)
        self.show_evidence(None)

    def show_evidence(self, count: int | None) -> None:
        """How much a value rests on; nothing where no value is."""
        words = self._look.words
        self.evidence.setVisible(count is not None)
        text = words.n("{count} piece of evidence", "{count} pieces of evidence", count) if count else ""
        text = text or words.t("Add evidence")
        self.evidence.setText(text)
        self.evidence.setAccessibleName(text)

    def show_cell(self, place: str, *, badge: Badge | None, said: str = "", action: str = "") -> None:
        """`said` is a sentence about the cell, `action` what the link does about it."""
        self.place.setText(place)
        self.said.setText(said)
        self.said.setVisible(bool(said))
        self.link.setText(action)
        self.link.setAccessibleName(action)
        self.link.setVisible(bool(action))
        self.badge.setVisible(badge is not None)
        if badge is not None:
            self.badge.set_badge(badge)
