"""The footer of a page: what the marks mean and how many there are, and the two or three keys that matter."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.fonts import Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import Hatch, begin, dashed_box, draw_text, fill_round, hatch, round_path


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry: an icon in a family's colour, or a drawn swatch, and its words."""

    text: str
    icon: str = ""
    family: str = ""
    swatch: str = ""  # solid, tint, outline, cross, diagonal, vertical, line, tick, dashed


def paint_swatch(painter: QPainter, look: Look, box: QRectF, mark: Mark) -> None:
    tokens = look.tokens
    family = tokens.family(mark.family or "none")
    if mark.swatch == "line":
        painter.fillRect(QRectF(box.x(), box.center().y() - 1.5, box.width(), 3), QColor(tokens.base))
        return
    if mark.swatch == "tick":
        painter.fillRect(QRectF(box.x(), box.center().y() - 1.25, box.width(), 2.5), QColor(tokens.t1))
        return
    if mark.swatch == "dashed":
        dashed_box(painter, box.adjusted(0.5, 0.5, -0.5, -0.5), colour=tokens.strong)
        return
    fill = {"solid": family.solid, "tint": family.tint}.get(mark.swatch)
    if mark.swatch in ("cross", "diagonal", "vertical"):
        fill_round(painter, box, radius=3, fill=family.tint)
        painter.save()
        painter.setClipPath(round_path(box, 3))
        hatch(painter, box, Hatch(mark.swatch), colour=family.solid, step=4)
        painter.restore()
    painter.setPen(QPen(QColor(family.solid), 1.2))
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.6, 0.6, -0.6, -0.6), 3, 3)


class Legend(QWidget):
    """30 px under a grid; marks lead, keys trail."""

    def __init__(
        self, look: Look, *, marks: Sequence[Mark] = (), keys: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.setFixedHeight(30)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_marks(marks, keys=keys)

    def set_marks(self, marks: Sequence[Mark], *, keys: str = "") -> None:
        self._marks, self._keys = list(marks), keys
        self.setAccessibleName("; ".join([*(mark.text for mark in marks), *([keys] if keys else [])]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        painter.fillRect(self.rect(), QColor(tokens.sunken))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.border))
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        font = look.fonts.of(Role.SECONDARY)
        at = 16
        for mark in self._marks:
            width = 20 if mark.swatch and mark.swatch != "dashed" else 16
            words = look.fonts.width(mark.text, Role.SECONDARY) + 4
            if at + width + 6 + words > self.width() - 8:
                break
            if mark.icon:
                colour = look.icon_colour(mark.family or None)
                look.icons.paint(painter, mark.icon, mirror.rect(at, 1, 14, 29), colour=colour)
                width = 14
            else:
                paint_swatch(painter, look, mirror.rectf(at, 10, width, 10), mark)
            at += width + 6
            where = mirror.rect(at, 1, words, 29)
            draw_text(painter, where, mark.text, font=font, colour=tokens.t2, align=mirror.leading)
            at += words + 12
        if self._keys:
            width = look.fonts.width(self._keys, Role.SECONDARY) + 4
            if at + width < self.width() - 16:
                where = mirror.rect(self.width() - 16 - width, 1, width, 29)
                draw_text(painter, where, self._keys, font=font, colour=tokens.t3, align=mirror.trailing)
        painter.end()
