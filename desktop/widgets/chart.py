"""Target against actual, period by period: bars with values, targets as ticks, time in reading order."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.legend import Mark, paint_swatch
from desktop.widgets.look import Look
from desktop.widgets.mirror import NUMBER_ALIGN, Mirror, mirror_of
from desktop.widgets.painting import Hatch, begin, draw_text, hatch

_AXIS, _TOP, _LABELS, _LEGEND = 44, 18, 24, 26
_BAR, _TICK = 28, 40
_LINES = 4


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One period: what is approved, what is entered but not approved, and the target; None when not known."""

    label: str
    approved: float | None = None
    waiting: float = 0.0
    target: float | None = None
    value_text: str = ""
    target_text: str = ""
    current: bool = False

    @property
    def total(self) -> float | None:
        if self.approved is None and not self.waiting:
            return None
        return (self.approved or 0.0) + self.waiting


def axis_top(values: Sequence[float], *, lines: int = _LINES) -> float:
    """The smallest round number that is at least the largest value and divides evenly."""
    largest = max(values, default=0.0)
    if largest <= 0:
        return float(lines)
    step = largest / lines
    if lines > largest > 1:
        # Few people or things: whole numbers, as nobody counts in quarters.
        return float(lines)
    power = 10.0 ** floor(log10(step))
    for factor in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5, 10.0):
        if step <= factor * power * 1.0000001:
            return float(factor * power * lines)
    return float(ceil(largest))


class Chart(QWidget):
    """Bars solid for approved and hatched for not yet; a thick tick for the target; words underneath."""

    def __init__(
        self,
        look: Look,
        points: Sequence[ChartPoint],
        *,
        name: str,
        family: str = "ok",
        reversed_time: bool | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._name = look, name
        # Time follows the reading direction unless a setting keeps it left to right.
        self._rtl = look.rtl if reversed_time is None else reversed_time
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_points(points, family=family)

    def set_points(self, points: Sequence[ChartPoint], *, family: str = "ok") -> None:
        self._points, self._family = list(points), family
        parts = [
            f"{point.label}: {point.value_text or '–'} / {point.target_text or '–'}" for point in self._points
        ]
        self.setAccessibleName(f"{self._name}. {'; '.join(parts)}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(272, 230)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        mirror = mirror_of(self.rect(), rtl=self._rtl)
        values = [point.target or 0.0 for point in self._points]
        values += [point.total or 0.0 for point in self._points]
        top = axis_top(values)
        plot = QRectF(_AXIS, _TOP, self.width() - _AXIS, self.height() - _TOP - _LABELS - _LEGEND)
        self._paint_axis(painter, mirror, plot, top)
        column = plot.width() / max(1, len(self._points))
        for at, point in enumerate(self._points):
            self._paint_point(
                painter, mirror, plot, point, start=plot.x() + at * column, width=column, top=top
            )
        self._paint_legend(painter)
        painter.end()

    def _paint_axis(self, painter: QPainter, mirror: Mirror, plot: QRectF, top: float) -> None:
        look, tokens = self._look, self._look.tokens
        font = look.fonts.number(Role.CAPTION)
        for line in range(_LINES + 1):
            y = plot.bottom() - plot.height() * line / _LINES
            colour = tokens.strong if line == 0 else tokens.line
            painter.setPen(QPen(QColor(colour), 1))
            painter.drawLine(
                mirror.point(plot.x() - 2, round(y) + 0.5), mirror.point(plot.right(), round(y) + 0.5)
            )
            text = look.words.number(_short(top * line / _LINES))
            where = mirror.rect(0, y - 8, _AXIS - 8, 16)
            draw_text(painter, where, text, font=font, colour=tokens.t3, align=NUMBER_ALIGN)

    def _paint_point(
        self,
        painter: QPainter,
        mirror: Mirror,
        plot: QRectF,
        point: ChartPoint,
        *,
        start: float,
        width: float,
        top: float,
    ) -> None:
        look, tokens = self._look, self._look.tokens
        middle = start + width / 2
        bar = min(_BAR, width * 0.7)
        scale = plot.height() / top
        total = point.total
        if total is not None:
            self._paint_bar(painter, mirror, plot, point, left=middle - bar / 2, bar=bar, scale=scale)
        if point.target is not None:
            y = plot.bottom() - point.target * scale
            tick = min(_TICK, width)
            quiet = total is None
            painter.fillRect(
                mirror.rectf(middle - tick / 2, y - 1.25, tick, 2.5),
                QColor(tokens.base if quiet else tokens.t1),
            )
            if quiet:
                where = mirror.rect(start, y - 18, width, 16)
                font = look.fonts.number(Role.CAPTION)
                centre = Qt.AlignmentFlag.AlignCenter
                draw_text(painter, where, point.target_text, font=font, colour=tokens.t3, align=centre)
        where = mirror.rect(start, plot.bottom() + 6, width, 16)
        font = look.fonts.of(Role.SECONDARY, SEMIBOLD if point.current else MEDIUM)
        colour = tokens.accent_text if point.current else tokens.t2
        draw_text(painter, where, point.label, font=font, colour=colour, align=Qt.AlignmentFlag.AlignCenter)

    def _paint_bar(
        self,
        painter: QPainter,
        mirror: Mirror,
        plot: QRectF,
        point: ChartPoint,
        *,
        left: float,
        bar: float,
        scale: float,
    ) -> None:
        look, tokens = self._look, self._look.tokens
        family = tokens.family(self._family)
        done = (point.approved or 0.0) * scale
        waiting = point.waiting * scale
        base = plot.bottom()
        if waiting > 0:
            box = mirror.rectf(left, base - done - waiting, bar, waiting)
            painter.fillRect(box, QColor(family.tint))
            hatch(painter, box, Hatch.DIAGONAL, colour=family.solid, step=5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(family.solid), 1.2))
            painter.drawRect(box.adjusted(0.6, 0.6, -0.6, 0))
        if done > 0:
            painter.fillRect(mirror.rectf(left, base - done, bar, done), QColor(family.solid))
        target = base - point.target * scale if point.target is not None else -99.0
        y = base - done - waiting - 18
        # The number steps over the target tick when they would meet.
        if y - 2 < target < y + 16:
            y = target - 19
        where = mirror.rect(left - 20, y, bar + 40, 16)
        draw_text(
            painter,
            where,
            point.value_text,
            font=look.fonts.number(Role.SECONDARY, SEMIBOLD),
            colour=tokens.t1,
            align=Qt.AlignmentFlag.AlignCenter,
        )

    def _paint_legend(self, painter: QPainter) -> None:
        look = self._look
        words = look.words
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        marks = (
            Mark(words.t("Actual"), family=self._family, swatch="solid"),
            Mark(words.t("Not approved yet"), family=self._family, swatch="diagonal"),
            Mark(words.t("Target"), swatch="tick"),
        )
        at, y = 0, self.height() - 18
        font = look.fonts.of(Role.SECONDARY)
        for mark in marks:
            paint_swatch(painter, look, mirror.rectf(at, y + 3, 12, 10), mark)
            width = look.fonts.width(mark.text, Role.SECONDARY) + 4
            where = mirror.rect(at + 18, y, width, 16)
            draw_text(painter, where, mark.text, font=font, colour=look.tokens.t2, align=mirror.leading)
            at += 18 + width + 10


def _short(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text or "0"
