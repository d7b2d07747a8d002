"""A person as a small coloured disc of initials, whose colour comes from the person's id."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.fonts import SEMIBOLD
from desktop.widgets.look import Look
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.theme import AVATAR_COLOURS, ON_ACCENT

_ARABIC_START, _ARABIC_END = "\u0600", "\u06ff"


@dataclass(frozen=True, slots=True)
class Face:
    """A person's name, and the id that chooses the colour."""

    name: str
    key: bytes = b""


def initials(name: str) -> str:
    """Two Latin letters, or one Arabic letter, because Arabic letters would join."""
    words = name.split()
    if not words:
        return ""
    first = words[0][0]
    if _ARABIC_START <= first <= _ARABIC_END or len(words) == 1:
        return first.upper()
    return (first + words[-1][0]).upper()


def avatar_colour(key: bytes) -> str:
    return AVATAR_COLOURS[sum(key) % len(AVATAR_COLOURS)]


def paint_avatar(painter: QPainter, look: Look, where: QRect | QRectF, face: Face) -> None:
    side = min(where.width(), where.height())
    box = QRectF(where.x() + (where.width() - side) / 2, where.y() + (where.height() - side) / 2, side, side)
    fill_round(painter, box, radius=side / 2, fill=avatar_colour(face.key or face.name.encode()))
    font = look.fonts.sized(max(9, round(side * 0.45)), SEMIBOLD)
    draw_text(
        painter,
        box.adjusted(-4, 0, 4, 0).toAlignedRect(),
        initials(face.name),
        font=font,
        colour=ON_ACCENT,
        align=Qt.AlignmentFlag.AlignCenter,
    )


class Avatar(QWidget):
    """The disc in a layout, with the full name as tooltip."""

    def __init__(self, look: Look, face: Face, *, size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._face, self._size = look, face, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(size, size)
        self.set_face(face)

    def set_face(self, face: Face) -> None:
        self._face = face
        self.setAccessibleName(face.name)
        self.setToolTip(face.name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        paint_avatar(painter, self._look, self.rect(), self._face)
        painter.end()
