"""A page that scrolls: one column of widgets on a ground, no frame, never sideways."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.labels import Panel
from desktop.widgets.look import Look

READING_WIDTH = 720
"""Lines of text are easy to read up to here."""


class ScrollColumn(QScrollArea):
    """Put widgets into `column`, with `holder` for a parent; a stretch at the end is the caller's to add.

    With `widest` the column grows no wider, and stays at the leading side: long lines are hard to read.
    """

    def __init__(
        self,
        look: Look,
        *,
        name: str,
        ground: str | None = None,
        margins: tuple[int, int, int, int] = (16, 16, 16, 16),
        spacing: int = 8,
        widest: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inside = Panel(look, ground=ground if ground is not None else look.tokens.surface)
        self.holder: QWidget = self.inside
        if widest:
            row = QHBoxLayout(self.inside)
            row.setContentsMargins(*margins)
            self.holder = QWidget(self.inside)
            self.holder.setMaximumWidth(widest)
            row.addWidget(self.holder, 10)
            row.addStretch(1)
        self.column = QVBoxLayout(self.holder)
        self.column.setContentsMargins(*((0, 0, 0, 0) if widest else margins))
        self.column.setSpacing(spacing)
        self.setWidget(self.inside)
