"""A quiet box around what belongs together: sunken with a hairline, or in the tint of a family."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.look import Look
from desktop.widgets.painting import begin, fill_round


class Box(QWidget):
    """Paints only itself; what stands in it is the caller's to add."""

    def __init__(self, look: Look, *, family: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._family = look, family

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        if self._family:
            fill_round(painter, self.rect(), radius=8, fill=tokens.family(self._family).tint)
        else:
            fill_round(painter, self.rect(), radius=8, fill=tokens.sunken, border=tokens.border)
        painter.end()
