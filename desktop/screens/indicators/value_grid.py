"""The entry grid of values: it remembers what was on the screen when an input was opened, and knows M."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QLineEdit, QWidget

from desktop.models.entry import EntryData, EntryState
from desktop.widgets.entry_grid import EntryGrid
from desktop.widgets.look import Look
from desktop.widgets.sheet_view import Block

Snapshot = Callable[[str, str], object]
_MARK_KEYS = frozenset({"m", "M", "ة"})


class ValueGrid(EntryGrid):
    """`begun` is what `snapshot` gave for the cell whose editor was opened last."""

    missing_asked = Signal()
    about_asked = Signal()
    evidence_asked = Signal()
    typing_changed = Signal(str, str, str)  # row, column, text
    typing_ended = Signal(str, str)

    def __init__(
        self,
        look: Look,
        data: EntryData,
        *,
        name: str,
        snapshot: Snapshot,
        marks: bool = True,
        label_width: int = 125,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, data, name=name, label_width=label_width, parent=parent)
        self._snapshot, self._marks = snapshot, marks
        self._open: tuple[str, str] | None = None
        self.begun: object = None
        self.left_out = 0
        """How many cells of the block pasted last found no room."""

    @property
    def is_typing(self) -> bool:
        return self._open is not None

    @property
    def typing_at(self) -> tuple[str, str]:
        """The cell that is or was being typed into."""
        return self._open or ("", "")

    def edit(  # type: ignore[override]  # the one of three overloads that the view itself calls
        self,
        index: QModelIndex | QPersistentModelIndex,
        trigger: QAbstractItemView.EditTrigger = QAbstractItemView.EditTrigger.AllEditTriggers,
        event: QEvent | None = None,
    ) -> bool:
        before = self.state()
        opened = bool(super().edit(index, trigger, event))  # type: ignore[arg-type]  # there may be no event
        if opened and before is not self.State.EditingState and self.state() is self.State.EditingState:
            self._begin(index)
        return opened

    def _begin(self, index: QModelIndex | QPersistentModelIndex) -> None:
        column = self.entries.column_at(index.column())
        if column is None:
            return
        row = self.entries.row_at(index.row()).key
        self._open = (row, column.key)
        self.begun = self._snapshot(row, column.key)
        for editor in self.viewport().findChildren(QLineEdit):
            editor.textEdited.connect(self._typed)
            if editor.isModified():
                self._typed(editor.text())

    def _typed(self, text: str) -> None:
        if self._open is not None:
            self.typing_changed.emit(*self._open, text)

    def finish_typing(self) -> None:
        """Take what is in an open editor, as Tab would."""
        if self._open is None:
            return
        for editor in self.viewport().findChildren(QLineEdit):
            if editor.isVisible():
                self.commitData(editor)
                self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        where, self._open = self._open, None
        super().closeEditor(editor, hint)
        if where is not None:
            self.typing_ended.emit(*where)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.about_asked.emit()
            event.accept()
            return
        if control and event.key() == Qt.Key.Key_E:
            self.evidence_asked.emit()
            event.accept()
            return
        if self._marks and event.text() in _MARK_KEYS and not self.is_typing and self._selected_editable():
            self.missing_asked.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def take_paste(
        self, texts: Sequence[tuple[QModelIndex, str]], *, block: Block, refused: int, fitted: int
    ) -> None:
        """Count what of a block finds no row or column, so that nobody believes it went in."""
        box = self.selected_box()
        room = len(self._shown_columns(box[1], self.model().columnCount() - 1)) if box else 0
        over = [text for line in block[:fitted] for text in line[room:]]
        over += [text for line in block[fitted:] for text in line]
        self.left_out = sum(1 for text in over if text.strip())
        super().take_paste(texts, block=block, refused=refused, fitted=fitted)

    def clear_selected(self) -> None:
        """Delete empties cells; a mark that a cell is missing goes too."""
        cells = []
        for index in self._selected_editable():
            state = self.entries.cell_at(index.row(), index.column()).state
            if self.plain_text(index) or state is EntryState.MISSING:
                cells.append((index, ""))
        if cells:
            self.take_texts(cells, "cleared")

    def selected_inputs(self) -> list[tuple[str, str]]:
        """Row and column keys of the selected cells that can be filled in."""
        found = []
        for index in self._selected_editable():
            column = self.entries.column_at(index.column())
            if column is not None:
                found.append((self.entries.row_at(index.row()).key, column.key))
        return found
