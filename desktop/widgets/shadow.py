"""Soft shadows, painted by ourselves: the effect class of Qt redraws everything under it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

SPREAD = 16


def paint_shadow(
    painter: QPainter, box: QRectF, *, radius: float, down: int = 6, strength: float = 0.10
) -> None:
    """Rings of growing size and falling weight around a box."""
    painter.setPen(Qt.PenStyle.NoPen)
    steps = SPREAD // 2
    colour = QColor(0, 0, 0)
    for step in range(steps, 0, -1):
        grow = step * 2.0
        colour.setAlphaF(strength / steps * (1.6 - step / steps))
        painter.setBrush(colour)
        ring = box.adjusted(-grow, -grow + down, grow, grow + down * 0.5)
        painter.drawRoundedRect(ring, radius + grow, radius + grow)
