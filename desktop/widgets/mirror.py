"""The one helper that flips painted x, so that every painter is written once, left to right."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt

_UP_DOWN = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
NUMBER_ALIGN = Qt.AlignmentFlag.AlignRight | _UP_DOWN
CENTRE_ALIGN = Qt.AlignmentFlag.AlignCenter
_LEFT_ALIGN = Qt.AlignmentFlag.AlignLeft | _UP_DOWN


@dataclass(slots=True)
class Mirror:
    """Maps leading-edge coordinates of a box `width` wide that starts at `left` to painted ones."""

    width: float
    rtl: bool
    left: float = 0.0

    def x(self, leading: float) -> float:
        return self.left + (self.width - leading if self.rtl else leading)

    def point(self, leading: float, y: float) -> QPointF:
        return QPointF(self.x(leading), y)

    def rect(self, leading: float, y: float, width: float, height: float) -> QRect:
        start = self.width - leading - width if self.rtl else leading
        return QRect(round(self.left + start), round(y), round(width), round(height))

    def rectf(self, leading: float, y: float, width: float, height: float) -> QRectF:
        start = self.width - leading - width if self.rtl else leading
        return QRectF(self.left + start, y, width, height)

    @property
    def leading(self) -> Qt.AlignmentFlag:
        """Text at the leading edge, whatever the first letter of the text is."""
        return NUMBER_ALIGN if self.rtl else _LEFT_ALIGN

    @property
    def trailing(self) -> Qt.AlignmentFlag:
        return _LEFT_ALIGN if self.rtl else NUMBER_ALIGN


def mirror_of(box: QRect | QRectF, *, rtl: bool) -> Mirror:
    return Mirror(width=box.width(), rtl=rtl, left=box.x())
