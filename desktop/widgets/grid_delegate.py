"""Makes the editors of a grid's cells, takes what was typed, and shows what did not fit."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop.models.columns import Align, CellKind
from desktop.models.record_table_model import RecordTableModel
from desktop.widgets.choice_fields import Combo
from desktop.widgets.fields import LineEdit
from desktop.widgets.grid_painter import GridPainter
from desktop.widgets.look import Look
from desktop.widgets.mirror import NUMBER_ALIGN
from desktop.widgets.sheet_view import SheetView
from desktop.widgets.type_ahead import TypeAhead

Index = QModelIndex | QPersistentModelIndex
_STEP = 10


class GridDelegate(QStyledItemDelegate):
    """Editor maker of `Grid`."""

    def __init__(self, look: Look, view: SheetView, model: RecordTableModel, *, painter: GridPainter) -> None:
        super().__init__(view)
        self._look, self._view, self._model, self._painter = look, view, model, painter

    # Tooltips

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        if not index.isValid():
            return False
        cell = self._model.cell_at(index.row(), index.column())
        tip = cell.problem or cell.tip
        if not tip and cell.text:
            room = view.visualRect(self._model.index(index.row(), index.column())).width()
            if self._painter.needed_width(index.row(), index.column()) > room:
                tip = cell.text
        if not tip and self._model.columns[index.column()].kind is CellKind.PERSON:
            tip = cell.text
        QToolTip.showText(event.globalPos(), tip, view)
        return True

    # Editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        declared = self._model.columns[index.column()]
        name = self._look.words.t(declared.title)
        self._view.begin_editing(self._model.index(index.row(), index.column()))
        choices = self._model.cell_at(index.row(), index.column()).choices or declared.choices
        if choices:
            combo = Combo(self._look, parent=parent)
            combo.setAccessibleName(name)
            for key, text in choices:
                combo.addItem(text, key)
            combo.activated.connect(self._picked)
            return combo
        line = LineEdit(self._look, parent=parent)
        line.setProperty("cell", "true")
        line.setAccessibleName(name)
        line.textEdited.connect(self._view.editor_typed)
        if declared.alignment is Align.NUMBER:
            line.setAlignment(NUMBER_ALIGN)
        if declared.provider is not None:
            ahead = TypeAhead(line, declared.provider, name=name)
            ahead.picked.connect(self._candidate_picked)
        return line

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Ticks belong to the grid; Qt's own way would swallow the press before the cursor moves."""
        return False

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        text = self._model.cell_at(index.row(), index.column()).plain
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(text))
            editor.showPopup()
        elif isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        text = ""
        if isinstance(editor, QComboBox):
            text = str(editor.currentData() or "")
        elif isinstance(editor, QLineEdit):
            text = str(editor.property("picked") or editor.text())
        here = self._model.index(index.row(), index.column())
        cell = self._model.cell_at(index.row(), index.column())
        # A text that could not be used is tried again even where it is the same.
        if cell.problem or text != cell.plain:
            self._view.take_texts([(here, text)], "typed")

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        box: QRect = option.rect
        editor.setGeometry(box.adjusted(0, 0, 0, -1))

    def _picked(self) -> None:
        editor = self.sender()
        if isinstance(editor, QWidget):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.SubmitModelCache)

    def _candidate_picked(self, candidate: object) -> None:
        ahead = self.sender()
        editor = ahead.parent()
        if isinstance(editor, QLineEdit):
            editor.setProperty("picked", getattr(candidate, "key", ""))
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.SubmitModelCache)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent):
            if _list_is_open(watched):
                # The list under the cell takes the keys; Qt would close the editor behind its back.
                return False
            if _ends(event):
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.SubmitModelCache)
                return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]  # Qt watches QObjects only


def _list_is_open(editor: QLineEdit) -> bool:
    ahead = editor.findChild(TypeAhead)
    return isinstance(ahead, TypeAhead) and ahead.is_open


def _ends(event: QKeyEvent) -> bool:
    return event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
