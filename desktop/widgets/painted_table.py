"""A table that draws its rows itself and can keep its first column in place while the others scroll."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QTableView, QWidget

from desktop.widgets.look import Look
from desktop.widgets.paint_pass import PaintPass
from desktop.widgets.painting import begin

Index = QModelIndex | QPersistentModelIndex


class PaintedTable(QTableView):
    """Children draw one row at a time; this class knows which rows and columns show, and the pointer."""

    def __init__(self, look: Look, *, frozen: bool, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._look, self._frozen = look, frozen
        self._hover = -1
        self.setMouseTracking(True)

    def paint_row(self, painter: QPainter, row: int, line: QRect, view: PaintPass) -> None:
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that show, each in one go: Qt's own way asks a dozen questions for every cell."""
        painter = QPainter(self.viewport())
        try:
            self._paint(painter, event.rect())
        finally:
            # One that stays at work makes every later painting of the window fail.
            painter.end()

    def _paint(self, painter: QPainter, dirty: QRect) -> None:
        begin(painter)
        first, last = self.rowAt(dirty.top()), self.rowAt(dirty.bottom())
        if first < 0:
            return
        last = self.model().rowCount() - 1 if last < 0 else last
        view = self._paint_pass(dirty)
        width, height = self.viewport().width(), self.rowHeight(first)
        y = self.rowViewportPosition(first)
        for row in range(first, last + 1):
            self.paint_row(painter, row, QRect(0, y, width, height), view)
            y += height

    def _paint_pass(self, dirty: QRect) -> PaintPass:
        columns = []
        for at in range(self.model().columnCount()):
            if self.isColumnHidden(at):
                continue
            if at == 0 and self._frozen:
                continue
            x, width = self.columnViewportPosition(at), self.columnWidth(at)
            if x <= dirty.right() and x + width >= dirty.left():
                columns.append((at, x, width))
        if self._frozen:
            # Drawn last, over what scrolled under it.
            columns.append((0, self._frozen_left(), self.columnWidth(0)))
        current = self.currentIndex()
        cells = self.selectionModel().selection()
        boxes = [cells.at(at) for at in range(cells.count())]
        found = [(box.top(), box.left(), box.bottom(), box.right()) for box in boxes]
        here = (current.row(), current.column())
        lone = found == [(*here, *here)]
        return PaintPass(columns, here, self.hasFocus(), self._hover, [] if lone else found)

    # The first column that stays

    def _frozen_left(self) -> int:
        return self.viewport().width() - self.columnWidth(0) if self._look.rtl else 0

    def indexAt(self, point: QPoint) -> QModelIndex:
        left = self._frozen_left()
        if self._frozen and left <= point.x() < left + self.columnWidth(0):
            row = self.rowAt(point.y())
            return self.model().index(row, 0) if row >= 0 else QModelIndex()
        return super().indexAt(point)

    def visualRect(self, index: Index) -> QRect:
        if self._frozen and index.isValid() and index.column() == 0:
            row = index.row()
            y, height = self.rowViewportPosition(row), self.rowHeight(row)
            return QRect(self._frozen_left(), y, self.columnWidth(0), height)
        return super().visualRect(index)

    def scrollTo(
        self, index: Index, hint: QTableView.ScrollHint = QTableView.ScrollHint.EnsureVisible
    ) -> None:
        super().scrollTo(index, hint)
        if not self._frozen or index.column() == 0:
            return
        box, edge = self.visualRect(index), self.columnWidth(0)
        hidden = box.right() - self._frozen_left() + 1 if self._look.rtl else edge - box.left()
        if hidden > 0:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - hidden)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self._frozen and dx:
            self.viewport().update()

    # The row under the pointer

    def _repaint_rows(self, rows: Iterable[int]) -> None:
        width = self.viewport().width()
        for row in rows:
            if row >= 0:
                y = self.rowViewportPosition(row)
                # The focus ring reaches a pixel into its neighbours.
                self.viewport().update(0, y - 2, width, self.rowHeight(row) + 4)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._set_hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: object) -> None:
        self._set_hover(-1)

    def _set_hover(self, row: int) -> None:
        if row != self._hover:
            before, self._hover = self._hover, row
            self._repaint_rows({before, row})

    @property
    def hovered_row(self) -> int:
        return self._hover
