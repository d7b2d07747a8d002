"""Tinted notes in the panel of an indicator: what was returned, what is contested, what stands twice."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.box import Box
from desktop.widgets.fonts import REGULAR, SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label, Link
from desktop.widgets.look import Look


class Card(Box):
    """An icon and a title in the colours of a family, a sentence, and a link that acts."""

    acted = Signal()

    def __init__(
        self,
        look: Look,
        *,
        family: str,
        icon: str,
        title: str,
        text: str = "",
        action: str = "",
        caption: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, family=family, parent=parent)
        ink = look.tokens.family(family).text
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(IconLabel(look, icon, size=14, colour=ink, parent=self), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(
            Label(look, title, role=Role.SECONDARY, weight=SEMIBOLD, colour=ink, wrap=True, parent=self), 1
        )
        column.addLayout(head)
        if text:
            column.addWidget(Label(look, text, role=Role.SECONDARY, wrap=True, parent=self))
        if action or caption:
            foot = QHBoxLayout()
            foot.setSpacing(8)
            if action:
                link = Link(look, action, parent=self)
                link.clicked.connect(self.acted)
                foot.addWidget(link)
            foot.addStretch(1)
            said = Label(look, caption, role=Role.CAPTION, weight=REGULAR, colour=look.tokens.t2, parent=self)
            foot.addWidget(said)
            column.addLayout(foot)
