"""The middle of a meeting with its panel beside it, or over it where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of

PANEL_WIDTH, DRAWER_BELOW = 324, 1200


class BesideOrOver(QWidget):
    """Lays both out. A panel that becomes a drawer is closed first."""

    placed = Signal()

    def __init__(self, look: Look, middle: QWidget, panel: QWidget, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._middle, self.panel = look, middle, panel
        middle.setParent(self)
        panel.setParent(self)
        self.is_drawer = False

    def show_panel(self, *, visible: bool) -> None:
        self.panel.setVisible(visible)
        self.panel.raise_()
        self.place()
        self.placed.emit()

    def place(self) -> None:
        self.is_drawer = self.window().width() < DRAWER_BELOW
        width, height = self.width(), self.height()
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        room = min(PANEL_WIDTH, width)
        open_beside = not self.panel.isHidden() and not self.is_drawer
        self._middle.setGeometry(mirror.rect(0, 0, width - room if open_beside else width, height))
        self.panel.setGeometry(mirror.rect(width - room, 0, room, height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        was = self.is_drawer
        self.place()
        if self.is_drawer and not was:
            self.panel.hide()
            self.place()
        self.placed.emit()
