"""A page that scrolls: one column of widgets on a ground, no frame, never sideways."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.labels import Panel
from desktop.widgets.look import Look


class ScrollColumn(QScrollArea):
    """Put widgets into `column`; a stretch at the end is the caller's to add."""

    def __init__(
        self,
        look: Look,
        *,
        name: str,
        ground: str | None = None,
        margins: tuple[int, int, int, int] = (16, 16, 16, 16),
        spacing: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inside = Panel(look, ground=ground if ground is not None else look.tokens.surface)
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(*margins)
        self.column.setSpacing(spacing)
        self.setWidget(self.inside)
