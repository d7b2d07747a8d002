"""What every grid of the window does with the keyboard, in the way spreadsheets taught everybody."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QWidget

from desktop.models.clipboard import from_tsv, to_html, to_tsv
from desktop.widgets.look import Look
from desktop.widgets.painted_table import PaintedTable

Block = Sequence[Sequence[str]]
Index = QModelIndex | QPersistentModelIndex
_TYPED = QAbstractItemView.EditTrigger.AnyKeyPressed
_DOUBLE = QAbstractItemView.EditTrigger.DoubleClicked


def _local_day() -> str:
    # The day on the wall: what a person means by today. A window with a clock of its own sets `today`.
    return dt.datetime.now().astimezone().date().isoformat()


class SheetView(PaintedTable):
    """Arrows, ranges, Tab, Enter, F2, Esc, typing over, Delete, copy, paste, fill down, today.

    Undo and redo pass through to the window. Children say which cells can be edited and take the texts.
    """

    current_moved = Signal()

    def __init__(self, look: Look, *, name: str, frozen: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(look, frozen=frozen, parent=parent)
        self.today: Callable[[], str] = _local_day
        self.setAccessibleName(name)
        self.setFont(look.fonts.of())
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(_TYPED | _DOUBLE)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(rows.ResizeMode.Fixed)
        rows.setMinimumSectionSize(look.row_height)
        rows.setDefaultSectionSize(look.row_height)

    # What children answer

    def can_edit(self, index: QModelIndex) -> bool:
        return bool(index.flags() & Qt.ItemFlag.ItemIsEditable)

    def plain_text(self, index: QModelIndex) -> str:
        return str(index.data(Qt.ItemDataRole.EditRole) or "")

    def take_texts(self, texts: Sequence[tuple[QModelIndex, str]], how: str) -> None:
        raise NotImplementedError

    def begin_editing(self, index: QModelIndex) -> None:
        """An editor opens: a chance to remember what was seen."""

    def editor_typed(self, text: str) -> None:
        """Something was typed into the open editor."""

    def take_paste(
        self, texts: Sequence[tuple[QModelIndex, str]], *, block: Block, refused: int, fitted: int
    ) -> None:
        raise NotImplementedError

    def press_enter(self, index: QModelIndex) -> bool:
        """A chance to do something else than to go down."""
        return False

    def press_space(self, index: QModelIndex) -> bool:
        return False

    def press_side(self, index: QModelIndex, *, forward: bool) -> bool:
        """Left and right on a row that opens and closes."""
        return False

    # Moving

    def go_to(self, row: int, column: int) -> None:
        target = self.model().index(row, column)
        if target.isValid():
            self._set_cursor(target)
            self.scrollTo(target)

    def _set_cursor(self, target: QModelIndex) -> None:
        """Select just this cell, whatever keys are held at the moment."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        if self.selectionBehavior() is QAbstractItemView.SelectionBehavior.SelectRows:
            flags |= QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(target, flags)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self._repaint_rows({current.row(), previous.row()})
        self.current_moved.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from cell to cell and leaves the grid at its ends."""
        index = self.currentIndex()
        if not index.isValid() or not self._has_inputs():
            return super().focusNextPrevChild(forward)
        step = 1 if forward else -1
        columns = self.model().columnCount()
        place = index.row() * columns + index.column() + step
        last = self.model().rowCount() * columns
        # A screen of cells that cannot be edited is crossed in one step, at most so many.
        for at in range(place, max(-1, min(last, place + step * columns * 40)), step):
            if not 0 <= at < last:
                break
            target = self.model().index(at // columns, at % columns)
            if self.isColumnHidden(target.column()):
                continue
            if self._stops_at(target):
                self._set_cursor(target)
                self.scrollTo(target)
                return True
        return super().focusNextPrevChild(forward)

    def _stops_at(self, index: QModelIndex) -> bool:
        stops = Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
        return bool(index.flags() & stops)

    def _has_inputs(self) -> bool:
        return True

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            event.ignore()
            return
        if self._clipboard_key(event) or self._plain_key(event):
            event.accept()
            return
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Escape):
            # Space is never the first letter of a value, and Esc belongs to the panel.
            event.ignore()
            return
        super().keyPressEvent(event)

    def _clipboard_key(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Cut):
            self.copy()
            self.clear_selected()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_D:
            self.fill_down()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_Semicolon:
            self.insert_today()
        else:
            return False
        return True

    def _plain_key(self, event: QKeyEvent) -> bool:
        index = self.currentIndex()
        if not index.isValid():
            return False
        key, plain = (
            event.key(),
            event.modifiers()
            in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            ),
        )
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if not self.press_enter(index):
                self.go_to(index.row() + 1, index.column())
            return True
        if key == Qt.Key.Key_F2:
            self.edit_current()
            return True
        if key == Qt.Key.Key_Space and plain:
            return self.press_space(index)
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and plain:
            self.clear_selected()
            return True
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and plain:
            return self.press_side(index, forward=(key == Qt.Key.Key_Right) is not self._look.rtl)
        return False

    def edit_current(self) -> None:
        """Open the editor with the caret at the end, as F2 does."""
        index = self.currentIndex()
        if index.isValid() and self.can_edit(index):
            self.edit(index)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """After Enter the next cell is the one below."""
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        index = self.currentIndex()
        if hint is QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            self.go_to(index.row() + 1, index.column())
        elif hint in (
            QAbstractItemDelegate.EndEditHint.EditNextItem,
            QAbstractItemDelegate.EndEditHint.EditPreviousItem,
        ):
            self.focusNextPrevChild(hint is QAbstractItemDelegate.EndEditHint.EditNextItem)

    # Blocks

    def selected_box(self) -> tuple[int, int, int, int] | None:
        """First row, first column, last row, last column of the selection, or of the current cell."""
        cells = self.selectionModel().selection()
        if cells.isEmpty():
            index = self.currentIndex()
            return (index.row(), index.column(), index.row(), index.column()) if index.isValid() else None
        boxes = [cells.at(at) for at in range(cells.count())]
        return (
            min(box.top() for box in boxes),
            min(box.left() for box in boxes),
            max(box.bottom() for box in boxes),
            max(box.right() for box in boxes),
        )

    def select_box(self, top: int, left: int, bottom: int, right: int) -> None:
        model = self.model()
        box = QItemSelection(model.index(top, left), model.index(bottom, right))
        self.selectionModel().select(box, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _shown_columns(self, first: int, last: int) -> list[int]:
        return [column for column in range(first, last + 1) if not self.isColumnHidden(column)]

    def copy(self) -> None:
        """Put the selection on the clipboard, as text and as an HTML table."""
        box = self.selected_box()
        if box is None:
            return
        columns = self._shown_columns(box[1], box[3])
        block = [
            [self.plain_text(self.model().index(row, column)) for column in columns]
            for row in range(box[0], box[2] + 1)
        ]
        mime = QMimeData()
        mime.setText(to_tsv(block))
        mime.setHtml(to_html(block))
        QGuiApplication.clipboard().setMimeData(mime)

    def paste(self) -> None:
        """Lay the clipboard over the cells from the top corner of the selection."""
        block = from_tsv(QGuiApplication.clipboard().text())
        box = self.selected_box()
        if not block or box is None:
            return
        top, left, bottom, right = box
        columns = self._shown_columns(left, self.model().columnCount() - 1)
        if len(block) == 1 and len(block[0]) == 1:
            # One value fills the whole selection.
            block = [block[0] * len(self._shown_columns(left, right)) for _ in range(bottom - top + 1)]
        texts: list[tuple[QModelIndex, str]] = []
        refused = fitted = 0
        rows = self._paste_rows(top)
        for row, line in zip(rows, block, strict=False):
            fitted += 1
            for column, text in zip(columns, line, strict=False):
                index = self.model().index(row, column)
                if self.can_take(index):
                    texts.append((index, text.strip()))
                else:
                    refused += 1
        self.take_paste(texts, block=block, refused=refused, fitted=fitted)

    def _paste_rows(self, top: int) -> Iterable[int]:
        """Rows that a pasted block fills in turn."""
        return range(top, self.model().rowCount())

    def can_take(self, index: QModelIndex) -> bool:
        return self.can_edit(index)

    def _selected_editable(self) -> list[QModelIndex]:
        box = self.selected_box()
        if box is None:
            return []
        return [
            index
            for row in range(box[0], box[2] + 1)
            for column in self._shown_columns(box[1], box[3])
            if self.can_edit(index := self.model().index(row, column))
        ]

    def clear_selected(self) -> None:
        cells = [(index, "") for index in self._selected_editable() if self.plain_text(index)]
        if cells:
            self.take_texts(cells, "cleared")

    def fill_down(self) -> None:
        """Copy the top row of the selection into the rows under it; of one cell, the cell above into it."""
        box = self.selected_box()
        if box is None:
            return
        top, left, bottom, right = box
        if top == bottom:
            top -= 1
        if top < 0:
            return
        self.fill((top, left, top, right), (top + 1, left, bottom, right))

    def fill(self, source: tuple[int, int, int, int], target: tuple[int, int, int, int]) -> None:
        """Repeat the source block over the target block."""
        height, width = source[2] - source[0] + 1, source[3] - source[1] + 1
        texts: list[tuple[QModelIndex, str]] = []
        for row in range(target[0], target[2] + 1):
            for column in self._shown_columns(target[1], target[3]):
                index = self.model().index(row, column)
                start = self.model().index(
                    source[0] + (row - source[0]) % height, source[1] + (column - source[1]) % width
                )
                if self.can_take(index):
                    texts.append((index, self.plain_text(start)))
        if texts:
            self.take_texts(texts, "filled")

    def insert_today(self) -> None:
        index = self.currentIndex()
        if index.isValid() and self.can_edit(index):
            self.take_texts([(index, self.today())], "today")
