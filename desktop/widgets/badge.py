"""Status badges: an icon and a word in the colours of one status family, as a widget or painted in a cell."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round

HEIGHT = 20
_PAD, _GAP, _ICON = 6, 5, 13


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says. `filled=False` drops the tint, for dense columns."""

    text: str
    family: str = "none"
    icon: str = ""
    filled: bool = True


def badge_width(look: Look, badge: Badge) -> int:
    text = look.fonts.width(badge.text, Role.SECONDARY, MEDIUM)
    return text + (_ICON + _GAP if badge.icon else 0) + 2 * _PAD + 2


def paint_badge(painter: QPainter, look: Look, where: QRect, badge: Badge) -> bool:
    """Paint inside a box, centred over its height; says whether the word had to be cut."""
    family = look.tokens.family(badge.family)
    box = QRect(where.x(), where.y() + (where.height() - HEIGHT) // 2, where.width(), HEIGHT)
    if badge.filled:
        fill_round(painter, box, radius=4, fill=family.tint)
    mirror = mirror_of(box, rtl=look.rtl)
    at = _PAD if badge.filled else 0
    icon = _ICON if badge.filled else 14
    if badge.icon:
        look.icons.paint(painter, badge.icon, mirror.rect(at, box.y(), icon, HEIGHT), colour=family.text)
        at += icon + _GAP
    text = mirror.rect(at, box.y(), box.width() - at - (4 if badge.filled else 0), HEIGHT)
    font = look.fonts.of(Role.SECONDARY, MEDIUM)
    return draw_text(painter, text, badge.text, font=font, colour=family.text, align=mirror.leading)


class BadgeLabel(QWidget):
    """A badge in a layout."""

    def __init__(self, look: Look, badge: Badge, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._badge = badge
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_badge(badge)

    @property
    def badge(self) -> Badge:
        return self._badge

    def set_badge(self, badge: Badge) -> None:
        self._badge = badge
        self.setAccessibleName(badge.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(badge_width(self._look, self._badge), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        paint_badge(painter, self._look, self.rect(), self._badge)
        painter.end()


class CodeChip(QWidget):
    """The code of a record, such as 1.1.3, on a quiet ground."""

    def __init__(self, look: Look, code: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._code = code
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_code(code)

    def set_code(self, code: str) -> None:
        self._code = code
        self.setAccessibleName(code)
        self.setVisible(bool(code))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.fonts.width(self._code, Role.SECONDARY, MEDIUM) + 17, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        fill_round(painter, self.rect(), radius=4, fill=tokens.none.tint)
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        where = mirror.rect(8, 0, self.width() - 12, HEIGHT)
        font = self._look.fonts.number(Role.SECONDARY, MEDIUM)
        draw_text(painter, where, self._code, font=font, colour=tokens.none.text, align=mirror.leading)
        painter.end()
