"""Small painting steps that every painted widget shares: text, boxes, hatches, ticks."""

from enum import Enum
from functools import cache

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen

from desktop.widgets.fonts import advance
from desktop.widgets.theme import ON_ACCENT, Tokens

CHECK_SIZE = 14


class Hatch(Enum):
    """Patterns that tell states apart without colour."""

    DIAGONAL = "diagonal"
    CROSS = "cross"
    VERTICAL = "vertical"


def begin(painter: QPainter) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Each text finds its own direction: "25+" stays "25+" in an Arabic window.
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)


def draw_text(
    painter: QPainter, where: QRect, text: str, *, font: QFont, colour: str, align: Qt.AlignmentFlag
) -> bool:
    """Draw one line, elided when too long; says whether it had to be cut."""
    if not text or where.width() <= 0:
        return bool(text)
    painter.setFont(font)
    painter.setPen(colour_of(colour))
    shown = text
    cut = False
    if advance(font, text) > where.width():
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, where.width())
        cut = shown != text
    painter.drawText(where, _single_line(align), shown)
    return cut


@cache
def colour_of(token: str) -> QColor:
    """The colour of a token, made once."""
    return QColor(token)


@cache
def _single_line(align: Qt.AlignmentFlag) -> int:
    return align.value | Qt.TextFlag.TextSingleLine.value


def fill_round(
    painter: QPainter,
    where: QRect | QRectF,
    *,
    radius: float,
    fill: str | None = None,
    border: str | None = None,
    width: float = 1.0,
) -> None:
    """A rounded box whose border lies wholly inside the rectangle."""
    box = QRectF(where)
    if border is not None:
        half = width / 2
        box = box.adjusted(half, half, -half, -half)
        painter.setPen(QPen(colour_of(border), width))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour_of(fill) if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, radius, radius)


def hatch(
    painter: QPainter,
    where: QRectF,
    pattern: Hatch,
    *,
    colour: QColor | str,
    step: float = 5,
    width: float = 1.2,
) -> None:
    """Cover a box with lines. The caller clips when the box has round corners."""
    painter.save()
    painter.setClipRect(where, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(QColor(colour), width))
    lines: list[QLineF] = []
    height = where.height()
    if pattern is Hatch.VERTICAL:
        x = where.left() + step / 2
        while x < where.right():
            lines.append(QLineF(x, where.top(), x, where.bottom()))
            x += step
    else:
        x = where.left() - height
        while x < where.right():
            lines.append(QLineF(x, where.bottom(), x + height, where.top()))
            if pattern is Hatch.CROSS:
                lines.append(QLineF(x, where.top(), x + height, where.bottom()))
            x += step
    painter.drawLines(lines)
    painter.restore()


def round_path(where: QRectF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(where, radius, radius)
    return path


def dashed_box(painter: QPainter, where: QRectF, *, colour: str) -> None:
    pen = QPen(QColor(colour), 1)
    pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(where)


def paint_tick(
    painter: QPainter,
    tokens: Tokens,
    centre: QPointF,
    *,
    checked: bool,
    enabled: bool = True,
    done: bool = False,
) -> None:
    """A check box of 14 px. `done` makes it green, as for finished work."""
    half = CHECK_SIZE / 2
    box = QRectF(centre.x() - half, centre.y() - half, CHECK_SIZE, CHECK_SIZE)
    if not checked:
        edge = tokens.strong if enabled else tokens.border
        fill_round(painter, box, radius=3, fill=tokens.surface if enabled else None, border=edge)
        return
    colour = (tokens.ok.solid if done else tokens.accent) if enabled else tokens.tdis
    fill_round(painter, box, radius=3, fill=colour)
    pen = QPen(QColor(ON_ACCENT), 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    x, y = box.left(), box.top()
    painter.drawPolyline([QPointF(x + 3.4, y + 7.3), QPointF(x + 5.9, y + 9.8), QPointF(x + 10.6, y + 4.6)])


def paint_radio(painter: QPainter, tokens: Tokens, centre: QPointF, *, checked: bool) -> None:
    painter.setBrush(QColor(tokens.surface))
    painter.setPen(QPen(QColor(tokens.accent_text if checked else tokens.strong), 2 if checked else 1.2))
    painter.drawEllipse(centre, 8, 8)
    if checked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_text))
        painter.drawEllipse(centre, 4, 4)


def with_alpha(colour: str, alpha: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made
