"""Makes the editor of an entry grid's cells and hands over what was typed."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop.models.entry_model import EntryModel
from desktop.widgets.fields import LineEdit
from desktop.widgets.look import Look
from desktop.widgets.mirror import NUMBER_ALIGN
from desktop.widgets.sheet_view import SheetView

Index = QModelIndex | QPersistentModelIndex


class EntryDelegate(QStyledItemDelegate):
    """Editor maker of `EntryGrid`."""

    def __init__(self, look: Look, view: SheetView, model: EntryModel) -> None:
        super().__init__(view)
        self._look, self._view, self._model = look, view, model

    # Tooltips and editing

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        if not index.isValid():
            return False
        if index.column():
            cell = self._model.cell_at(index.row(), index.column())
            tip = cell.tip or cell.reason
        else:
            tip = self._model.row_at(index.row()).title
        QToolTip.showText(event.globalPos(), tip, view)
        return True

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        line = LineEdit(self._look, parent=parent)
        line.setProperty("cell", "true")
        line.setFont(self._look.fonts.number())
        line.setAlignment(NUMBER_ALIGN)
        here = self._model.index(index.row(), index.column())
        line.setAccessibleName(str(here.data(Qt.ItemDataRole.AccessibleTextRole)))
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(self._model.cell_at(index.row(), index.column()).plain)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            here = self._model.index(index.row(), index.column())
            if editor.text() != self._model.cell_at(index.row(), index.column()).plain:
                self._view.take_texts([(here, editor.text())], "typed")

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        box: QRect = option.rect
        editor.setGeometry(box.adjusted(0, 0, -1, -1))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if (
            isinstance(watched, QLineEdit)
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self.commitData.emit(watched)
            self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.SubmitModelCache)
            return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]  # Qt watches QObjects only
