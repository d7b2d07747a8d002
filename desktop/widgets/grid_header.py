"""The header of a grid: one line of titles, or two where neighbours share a group, and the sort mark."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop.models.columns import Align, Column
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import NUMBER_ALIGN, mirror_of
from desktop.widgets.painting import begin, draw_text

_ONE, _TWO = 30, 43
PAD = 8
FIRST_PAD = 16


class GridHeader(QHeaderView):
    """Painted by itself, so that both directions and both themes come out the same."""

    def __init__(
        self, look: Look, columns: tuple[Column, ...], *, frozen: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look, self._columns, self._frozen = look, columns, frozen
        self._sorted: tuple[str, bool] | None = None
        self._grouped = any(column.group for column in columns)
        self.setSectionsClickable(any(column.sort_key for column in columns))
        self.setHighlightSections(False)
        self.setMinimumSectionSize(20)
        self.setFixedHeight(_TWO if self._grouped else _ONE)
        self.setAccessibleName(look.words.t("Column titles"))

    def set_sorted(self, key: str, *, descending: bool) -> None:
        self._sorted = (key, descending)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(100, _TWO if self._grouped else _ONE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        begin(painter)
        tokens = self._look.tokens
        whole = self.viewport().rect()
        painter.fillRect(whole, QColor(tokens.sunken))
        shown = [at for at in range(len(self._columns)) if not self.isSectionHidden(at)]
        for at in shown:
            self._paint_title(painter, at, self._section_box(at))
        self._paint_groups(painter, shown)
        if self._frozen and shown and shown[0] == 0:
            painter.fillRect(self._section_box(0), QColor(tokens.sunken))
            self._paint_title(painter, 0, self._section_box(0))
        painter.fillRect(0, whole.height() - 1, whole.width(), 1, QColor(tokens.border))
        painter.end()

    def _section_box(self, at: int) -> QRect:
        x, width = self.sectionViewportPosition(at), self.sectionSize(at)
        if at == 0 and self._frozen:
            x = self.viewport().width() - width if self._look.rtl else 0
        return QRect(x, 0, width, self.viewport().height())

    def _title_top(self) -> int:
        return 18 if self._grouped else 0

    def _paint_title(self, painter: QPainter, at: int, box: QRect) -> None:
        look, tokens, column = self._look, self._look.tokens, self._columns[at]
        mirror = mirror_of(box, rtl=look.rtl)
        top = self._title_top()
        height = box.height() - top - 1
        pad = FIRST_PAD if at == 0 else PAD
        if column.alignment is Align.CENTRE:
            pad = 0
        title = look.words.t(column.title)
        room = box.width() - 2 * pad if column.alignment is not Align.LEADING else box.width() - pad - 4
        where = mirror.rect(pad, top, max(0, room), height)
        align = {
            Align.LEADING: mirror.leading,
            Align.TRAILING: mirror.trailing,
            Align.CENTRE: Qt.AlignmentFlag.AlignCenter,
            Align.NUMBER: NUMBER_ALIGN,
        }[column.alignment]
        weight = SEMIBOLD if column.current else MEDIUM
        colour = tokens.accent_text if column.current else tokens.t2
        draw_text(
            painter, where, title, font=look.fonts.of(Role.SECONDARY, weight), colour=colour, align=align
        )
        if column.rule:
            painter.fillRect(mirror.rect(box.width() - 1, top, 1, box.height() - top), QColor(tokens.line))
        if self._sorted is not None and column.sort_key and self._sorted[0] == column.sort_key:
            icon = "chevron-down" if self._sorted[1] else "chevron-up"
            spot = pad + look.fonts.width(title, Role.SECONDARY, weight) + 4
            if spot + 12 < box.width():
                look.icons.paint(painter, icon, mirror.rect(spot, top, 12, height), colour=tokens.t2)

    def _paint_groups(self, painter: QPainter, shown: list[int]) -> None:
        look = self._look
        start = 0
        while start < len(shown):
            group = self._columns[shown[start]].group
            end = start
            while end + 1 < len(shown) and self._columns[shown[end + 1]].group == group:
                end += 1
            if group:
                first, last = self._section_box(shown[start]), self._section_box(shown[end])
                box = first.united(last)
                where = QRect(box.x(), 3, box.width(), 16)
                draw_text(
                    painter,
                    where,
                    look.words.t(group),
                    font=look.fonts.of(Role.CAPTION),
                    colour=look.tokens.t3,
                    align=Qt.AlignmentFlag.AlignCenter,
                )
            start = end + 1
