"""A line that can be opened: by Enter, by a click; the arrows go to the next one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.look import Look
from desktop.widgets.painting import fill_round
from desktop.widgets.pressable import Pressable

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class RowButton(Pressable):
    """Subclasses paint themselves over `paint_ground`. `stepped` asks for a neighbour: 1 or -1."""

    stepped = Signal(int)

    def __init__(self, look: Look, name: str, *, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(name)
        self.setFixedHeight(height)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)

    def paint_ground(self, painter: QPainter, *, radius: int = 4) -> None:
        """Hover, and the ring of the keyboard inside the line."""
        tokens = self._look.tokens
        if self.underMouse() and self.isEnabled():
            fill_round(painter, self.rect(), radius=radius, fill=tokens.hover)
        if self.hasFocus():
            box = self.rect().adjusted(1, 1, -1, -1)
            fill_round(painter, box, radius=radius, border=tokens.accent_text, width=2)

    def say_whole(self, text: str, *, cut: bool) -> None:
        """The tooltip holds what did not fit."""
        tip = text if cut else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)
