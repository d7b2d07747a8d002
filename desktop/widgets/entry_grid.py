"""The entry grid: periods and places down, disaggregation across, each number with how far it has come."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop.models.entry import EntryData, EntryEdit, EntryEdits, EntryRole
from desktop.models.entry_model import EntryModel
from desktop.widgets.entry_delegate import EntryDelegate
from desktop.widgets.entry_header import EntryHeader
from desktop.widgets.entry_painter import HANDLE, EntryPainter
from desktop.widgets.look import Look
from desktop.widgets.paint_pass import PaintPass
from desktop.widgets.sheet_view import Block, SheetView

LABEL_WIDTH = 125


class EntryGrid(SheetView):
    """Emits what people typed, as text; the screen reads it and gives the data back."""

    edited = Signal(object)  # EntryEdits
    pasted = Signal(object)  # EntryEdits with how="pasted"
    cell_changed = Signal(str, str)  # row key, column key; empty where there is none
    group_toggled = Signal(str, bool)

    def __init__(
        self,
        look: Look,
        data: EntryData,
        *,
        name: str,
        closed: frozenset[str] = frozenset(),
        label_width: int = LABEL_WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, name=name, frozen=True, parent=parent)
        self._model = EntryModel(data, closed=closed, parent=self)
        self._label_width = label_width
        self._fill_from: tuple[int, int, int, int] | None = None
        self._fill_to: tuple[int, int, int, int] | None = None
        self._header = EntryHeader(look, self._model, parent=self)
        self.setHorizontalHeader(self._header)
        self.setModel(self._model)
        self._painter = EntryPainter(look, self._model)
        self.setItemDelegate(EntryDelegate(look, self, self._model))
        self._size_columns()
        self._model.modelReset.connect(self._size_columns)
        self.current_moved.connect(self._moved)

    def sizeHint(self) -> QSize:
        return QSize(600, 300)

    def paint_row(self, painter: QPainter, row: int, line: QRect, view: PaintPass) -> None:
        self._painter.paint_row(painter, row, line, view)

    @property
    def entries(self) -> EntryModel:
        return self._model

    @Slot()
    def _size_columns(self) -> None:
        self._header.fit()
        self._header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._header.resizeSection(0, self._label_width)
        for at, column in enumerate(self._model.columns, start=1):
            self._header.resizeSection(at, column.width)

    def refresh(self) -> None:
        """Ask the data again; the cursor stays on its cell."""
        row, column = self.current_keys()
        self._model.refresh()
        if row and not self.currentIndex().isValid():
            self.go_to_cell(row, column)

    def current_keys(self) -> tuple[str, str]:
        index = self.currentIndex()
        if not index.isValid():
            return "", ""
        column = self._model.column_at(index.column())
        return self._model.row_at(index.row()).key, column.key if column is not None else ""

    def go_to_cell(self, row: str, column: str) -> bool:
        at, where = self._model.row_of(row), self._model.column_of(column)
        if at < 0 or where < 0:
            return False
        self.go_to(at, where)
        return True

    # Keys

    def press_enter(self, index: QModelIndex) -> bool:
        return self._toggle(index.row())

    def press_space(self, index: QModelIndex) -> bool:
        return self._toggle(index.row())

    def press_side(self, index: QModelIndex, *, forward: bool) -> bool:
        opened = self._model.is_open(index.row())
        if opened is None or opened is forward:
            return False
        return self._toggle(index.row())

    def _toggle(self, row: int) -> bool:
        opened = self._model.is_open(row)
        if opened is None:
            return False
        self._model.set_open(row, is_open=not opened)
        self.group_toggled.emit(self._model.row_at(row).key, not opened)
        return True

    # Texts

    def _edits(self, texts: Sequence[tuple[QModelIndex, str]]) -> tuple[EntryEdit, ...]:
        made = []
        for index, text in texts:
            column = self._model.column_at(index.column())
            if column is not None:
                made.append(EntryEdit(self._model.row_at(index.row()).key, column.key, text))
        return tuple(made)

    def take_texts(self, texts: Sequence[tuple[QModelIndex, str]], how: str) -> None:
        edits = self._edits(texts)
        for edit in edits:
            self._model.hold(edit.row, edit.column, edit.text)
        if edits:
            self.edited.emit(EntryEdits(how, edits))

    def take_paste(
        self, texts: Sequence[tuple[QModelIndex, str]], *, block: Block, refused: int, fitted: int
    ) -> None:
        edits = self._edits(texts)
        for edit in edits:
            self._model.hold(edit.row, edit.column, edit.text)
        self.pasted.emit(EntryEdits("pasted", edits, refused))

    def _paste_rows(self, top: int) -> list[int]:
        return [
            row
            for row in range(top, self._model.rowCount())
            if self._model.row_at(row).role is EntryRole.INPUT
        ]

    # Pointer: groups open, and the corner of the cursor drags a fill

    def _handle_box(self) -> QRect:
        box = self.visualRect(self.currentIndex())
        corner = box.bottomLeft() if self._look.rtl else box.bottomRight()
        reach = HANDLE + 2
        return QRect(corner - QPoint(reach, reach), QSize(2 * reach, 2 * reach))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.currentIndex()
        if (
            event.button() is Qt.MouseButton.LeftButton
            and index.isValid()
            and self.can_edit(index)
            and self._handle_box().contains(point)
        ):
            self._fill_from = self.selected_box()
            self._fill_to = self._fill_from
            return
        super().mousePressEvent(event)
        under = self.indexAt(point)
        if event.button() is Qt.MouseButton.LeftButton and under.isValid():
            leading = self.viewport().width() - point.x() if self._look.rtl else point.x()
            if leading < 30:
                self._toggle(under.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._fill_from is None:
            super().mouseMoveEvent(event)
            return
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self._fill_to = self._stretched(index)
            self.viewport().update()

    def _stretched(self, index: QModelIndex) -> tuple[int, int, int, int]:
        """The source grown towards a cell, in the one direction it is farther away."""
        assert self._fill_from is not None
        top, left, bottom, right = self._fill_from
        down, across = index.row() - bottom, index.column() - right
        if down >= across:
            return (top, left, max(bottom, index.row()), right)
        return (top, left, bottom, max(right, index.column()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        source, target = self._fill_from, self._fill_to
        self._fill_from = self._fill_to = None
        if source is None or target is None:
            super().mouseReleaseEvent(event)
            return
        self.viewport().update()
        if target[2] > source[2]:
            self.fill(source, (source[2] + 1, source[1], target[2], target[3]))
        elif target[3] > source[3]:
            self.fill(source, (source[0], source[3] + 1, target[2], target[3]))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._fill_to is None:
            return
        top, left, bottom, right = self._fill_to
        one = self.visualRect(self._model.index(top, left))
        box = one.united(self.visualRect(self._model.index(bottom, right)))
        painter = QPainter(self.viewport())
        pen = QPen(QColor(self._look.tokens.accent_text), 1)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.end()

    @Slot()
    def _moved(self) -> None:
        row, column = self.current_keys()
        self.cell_changed.emit(row, column)
