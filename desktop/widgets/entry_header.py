"""The header of an entry grid: as many levels as the disaggregation has, each over the columns it spans."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop.models.entry import EntryRole
from desktop.models.entry_model import EntryModel
from desktop.widgets.fonts import MEDIUM, REGULAR, SEMIBOLD, Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import NUMBER_ALIGN, mirror_of
from desktop.widgets.painting import begin, draw_text

_LEVEL, _LEAF = 20, 21


class EntryHeader(QHeaderView):
    """Outer levels are centred over their span; the last line stands over the numbers."""

    def __init__(self, look: Look, model: EntryModel, *, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look, self._model = look, model
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setMinimumSectionSize(30)
        self.setAccessibleName(look.words.t("Column titles"))
        self.fit()

    def fit(self) -> None:
        self.setFixedHeight(len(self._model.source.levels()) * _LEVEL + _LEAF)

    def sizeHint(self) -> QSize:
        return QSize(100, len(self._model.source.levels()) * _LEVEL + _LEAF)

    def _box(self, first: int, last: int, top: int, height: int) -> QRect:
        """The place of some sections, which may lie in either direction."""
        one = QRect(self.sectionViewportPosition(first), top, self.sectionSize(first), height)
        return one.united(QRect(self.sectionViewportPosition(last), top, self.sectionSize(last), height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        begin(painter)
        tokens = self._look.tokens
        whole = self.viewport().rect()
        painter.fillRect(whole, QColor(tokens.sunken))
        levels = self._model.source.levels()
        for depth in range(len(levels)):
            self._paint_level(painter, depth)
        self._paint_leaves(painter, len(levels) * _LEVEL)
        self._paint_corner(painter, len(levels) * _LEVEL)
        painter.fillRect(0, whole.height() - 1, whole.width(), 1, QColor(tokens.border))
        painter.end()

    def _paint_level(self, painter: QPainter, depth: int) -> None:
        look, tokens = self._look, self._look.tokens
        at = 1
        weight = SEMIBOLD if depth == 0 else MEDIUM
        for span in self._model.source.levels()[depth]:
            box = self._box(at, at + span.span - 1, depth * _LEVEL, _LEVEL)
            at += span.span
            if not span.text:
                continue
            draw_text(
                painter,
                box.adjusted(4, 0, -4, 0),
                span.text,
                font=look.fonts.of(Role.SECONDARY, weight),
                colour=tokens.t1 if depth == 0 else tokens.t2,
                align=Qt.AlignmentFlag.AlignCenter,
            )
            painter.fillRect(box.x(), box.bottom(), box.width(), 1, QColor(tokens.line))
            if depth:
                edge = mirror_of(box, rtl=look.rtl).rect(box.width() - 1, box.y(), 1, _LEVEL + _LEAF)
                painter.fillRect(edge, QColor(tokens.line))

    def _paint_leaves(self, painter: QPainter, top: int) -> None:
        look, tokens = self._look, self._look.tokens
        for at, column in enumerate(self._model.columns, start=1):
            box = self._box(at, at, top, _LEAF)
            mirror = mirror_of(box, rtl=look.rtl)
            role, weight, colour = Role.CAPTION, REGULAR, tokens.t3
            if column.role is EntryRole.TOTAL:
                weight, colour = SEMIBOLD, tokens.t2
            elif column.role is EntryRole.GRAND:
                role, weight, colour = Role.SECONDARY, SEMIBOLD, tokens.t1
            painter.fillRect(mirror.rect(0, top, 1, _LEAF), QColor(tokens.line))
            draw_text(
                painter,
                box.adjusted(4, 0, -8, 0),
                column.title,
                font=look.fonts.of(role, weight),
                colour=colour,
                align=NUMBER_ALIGN,
            )

    def _paint_corner(self, painter: QPainter, top: int) -> None:
        """Over the labels, which stay while the rest scrolls."""
        look, tokens = self._look, self._look.tokens
        width = self.sectionSize(0)
        mirror = mirror_of(self.viewport().rect(), rtl=look.rtl)
        painter.fillRect(mirror.rect(0, 0, width, top + _LEAF), QColor(tokens.sunken))
        small = look.fonts.of(Role.CAPTION)
        where = mirror.rect(16, top, width - 20, _LEAF)
        draw_text(
            painter, where, self._model.source.corner(), font=small, colour=tokens.t3, align=mirror.leading
        )
