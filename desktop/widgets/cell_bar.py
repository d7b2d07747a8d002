"""The bar over an entry grid: where the cursor is, what stands in the cell, attachments and comments."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.widgets.badge import Badge, BadgeLabel
from desktop.widgets.buttons import IconButton
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import ElidedLabel, Panel
from desktop.widgets.layouts import margins
from desktop.widgets.look import Look


class CellBar(Panel):
    """34 px. The place in words leads, the state of the cell trails."""

    attach_asked = Signal()
    comment_asked = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(
            look, ground=look.tokens.sunken, edges="bottom", edge=look.tokens.border, parent=parent
        )
        self.setFixedHeight(34)
        row = QHBoxLayout(self)
        row.setContentsMargins(margins(look, 16, 0, 12, 1))
        row.setSpacing(4)
        self._where = ElidedLabel(
            look, role=Role.SECONDARY, weight=MEDIUM, colour=look.tokens.t2, parent=self
        )
        self._attach = IconButton(look, "paperclip", look.words.t("Evidence"), size=14, box=24, parent=self)
        self._comment = IconButton(look, "message", look.words.t("Comments"), size=14, box=24, parent=self)
        self._badge = BadgeLabel(look, Badge(""), parent=self)
        self._attach.clicked.connect(self.attach_asked)
        self._comment.clicked.connect(self.comment_asked)
        row.addWidget(self._where, 1)
        for widget in (self._attach, self._comment, self._badge):
            row.addWidget(widget)
        self.set_cell("")

    def set_cell(self, where: str, *, badge: Badge | None = None) -> None:
        """Such as "Q2 · Irbid · Refugees · Women 15–24" with "Saved here, 09:41"."""
        self._where.setText(where)
        self._attach.setEnabled(bool(where))
        self._comment.setEnabled(bool(where))
        self._badge.setVisible(badge is not None)
        if badge is not None:
            self._badge.set_badge(badge)
