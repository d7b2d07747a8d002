"""The grid of records: a table or a tree, drawn by one delegate over a model that reads rows lazily."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemDelegate, QHeaderView, QLineEdit, QWidget

from desktop.models.columns import CellEdit, CellKind, Edits, PastedBlock
from desktop.models.record_table_model import RecordTableModel
from desktop.models.record_tree_model import RecordTreeModel
from desktop.widgets.grid_delegate import GridDelegate
from desktop.widgets.grid_header import GridHeader
from desktop.widgets.grid_painter import GridPainter
from desktop.widgets.look import Look
from desktop.widgets.paint_pass import PaintPass
from desktop.widgets.sheet_view import Block, SheetView


class Grid(SheetView):
    """Emits what people do; it never writes. Held edits stay visible until the model is refreshed."""

    edited = Signal(object)  # Edits
    pasted = Signal(object)  # PastedBlock
    opened = Signal(object)  # the id of a record
    record_changed = Signal(object)  # the id under the cursor, or None
    sort_asked = Signal(str, bool)
    menu_asked = Signal(object, object)  # id, global position
    draft_typed = Signal(object, str, str)  # id, column key, text of the open editor
    editing_ended = Signal(object, str)  # id, column key; what was committed was emitted before

    def __init__(
        self,
        look: Look,
        model: RecordTableModel,
        *,
        name: str,
        enter_opens: bool = True,
        row_height: int | None = None,
        frozen: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, name=name, frozen=frozen, parent=parent)
        self._model = model
        self._enter_opens = enter_opens
        self._sort: tuple[str, bool] | None = None
        self._began: tuple[bytes, str, object] | None = None
        self._editable = any(column.editable for column in model.columns)
        if not self._editable:
            self.setSelectionBehavior(self.SelectionBehavior.SelectRows)
        self._header = GridHeader(look, model.columns, frozen=frozen, parent=self)
        self.setHorizontalHeader(self._header)
        self.setModel(model)
        self._painter = GridPainter(look, model)
        self.setItemDelegate(GridDelegate(look, self, model, painter=self._painter))
        if row_height is not None:
            self.verticalHeader().setDefaultSectionSize(row_height)
        for at, column in enumerate(model.columns):
            self._header.resizeSection(at, column.width)
            if column.stretch:
                self._header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        self._header.sectionClicked.connect(self._header_clicked)
        self.current_moved.connect(self._moved)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)

    def sizeHint(self) -> QSize:
        return QSize(400, 240)

    @property
    def records(self) -> RecordTableModel:
        return self._model

    def paint_row(self, painter: QPainter, row: int, line: QRect, view: PaintPass) -> None:
        self._painter.paint_row(painter, row, line, view)

    # What screens ask

    def current_id(self) -> bytes | None:
        index = self.currentIndex()
        return self._model.id_at(index.row()) if index.isValid() else None

    def selected_ids(self) -> list[bytes]:
        box = self.selected_box()
        return [] if box is None else [self._model.id_at(row) for row in range(box[0], box[2] + 1)]

    def show_record(self, record: bytes, *, key: str = "") -> bool:
        """Bring a record into view and put the cursor on it; opens the tree where it is hidden."""
        row = self._model.row_of(record)
        if row < 0 and isinstance(self._model, RecordTreeModel):
            row = self._model.reveal(record)
        if row < 0:
            return False
        column = self._model.column_of(key) if key else max(0, self.currentIndex().column())
        self.go_to(row, column)
        return True

    def set_column_visible(self, key: str, *, visible: bool) -> None:
        self.setColumnHidden(self._model.column_of(key), not visible)

    def set_sorted(self, key: str, *, descending: bool = False) -> None:
        self._sort = (key, descending)
        self._header.set_sorted(key, descending=descending)

    # Keys

    def _has_inputs(self) -> bool:
        return self._editable

    def press_enter(self, index: QModelIndex) -> bool:
        if self._model.is_group(index.row()) and self._model.expanded(index.row()) is not None:
            self._toggle_row(index.row())
            return True
        if self._enter_opens:
            self.opened.emit(self._model.id_at(index.row()))
            return True
        return False

    def press_space(self, index: QModelIndex) -> bool:
        if self._model.is_group(index.row()):
            self._toggle_row(index.row())
            return True
        if not self._is_tick(index):
            return False
        self._toggle_ticks()
        return True

    def press_side(self, index: QModelIndex, *, forward: bool) -> bool:
        model = self._model
        if not isinstance(model, RecordTreeModel):
            return False
        if index.column() and not model.is_group(index.row()):
            return False
        opened = model.expanded(index.row())
        if opened is not None and opened is not forward:
            model.set_expanded(index.row(), expanded=forward)
            return True
        if not forward and (above := model.parent_row(index.row())) >= 0:
            self.go_to(above, index.column())
            return True
        return model.is_group(index.row())

    def _toggle_row(self, row: int) -> None:
        if isinstance(self._model, RecordTreeModel):
            self._model.set_expanded(row, expanded=not self._model.expanded(row))

    def _is_tick(self, index: QModelIndex) -> bool:
        tick = self._model.columns[index.column()].kind is CellKind.TICK
        return tick and self._model.is_editable(index.row(), index.column())

    def _toggle_ticks(self) -> None:
        """Set every tick of the selection to the opposite of the current one."""
        box = self.selected_box()
        here = self.currentIndex()
        assert box is not None
        wanted = "false" if self._model.cell_at(here.row(), here.column()).checked else "true"
        inside = box[0] <= here.row() <= box[2] and box[1] <= here.column() <= box[3]
        if not inside:
            box = (here.row(), here.column(), here.row(), here.column())
        ticks = [
            (index, wanted)
            for row in range(box[0], box[2] + 1)
            for column in range(box[1], box[3] + 1)
            if self._is_tick(index := self._model.index(row, column))
        ]
        self.take_texts(ticks, "ticked")

    # Texts

    def plain_text(self, index: QModelIndex) -> str:
        cell = self._model.cell_at(index.row(), index.column())
        if self._model.columns[index.column()].kind is CellKind.TICK:
            return "true" if cell.checked else "false"
        return f"{cell.prefix} {cell.plain}" if cell.prefix and cell.edit is None else cell.plain

    def can_take(self, index: QModelIndex) -> bool:
        return self._model.is_editable(index.row(), index.column())

    def insert_today(self) -> None:
        index = self.currentIndex()
        if index.isValid() and self._model.columns[index.column()].kind is CellKind.DATE:
            super().insert_today()

    def begin_editing(self, index: QModelIndex) -> None:
        """What was seen now goes with the edit, whatever arrives while somebody types."""
        row, column = index.row(), index.column()
        key = self._model.columns[column].key
        self._began = (self._model.id_at(row), key, self._model.row_at(row).seen)

    def editor_typed(self, text: str) -> None:
        if self._began is not None:
            self.draft_typed.emit(self._began[0], self._began[1], text)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        began, self._began = self._began, None
        if began is not None:
            self.editing_ended.emit(began[0], began[1])

    def finish_editing(self) -> None:
        """Commit the open editor, if there is one, and close it."""
        editor = self.viewport().findChild(QLineEdit)
        if isinstance(editor, QLineEdit) and editor.property("cell") == "true" and self._began is not None:
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def _edits(self, texts: Sequence[tuple[QModelIndex, str]]) -> tuple[CellEdit, ...]:
        made = []
        for index, text in texts:
            record, key = self._model.id_at(index.row()), self._model.columns[index.column()].key
            seen = self._model.row_at(index.row()).seen
            if self._began is not None and self._began[:2] == (record, key):
                seen = self._began[2]
            made.append(CellEdit(record, key, text, seen))
        return tuple(made)

    def take_texts(self, texts: Sequence[tuple[QModelIndex, str]], how: str) -> None:
        edits = self._edits(texts)
        for edit in edits:
            self._model.hold(edit.id, edit.key, edit.text)
        if edits:
            self.edited.emit(Edits(how, edits))

    def take_paste(
        self, texts: Sequence[tuple[QModelIndex, str]], *, block: Block, refused: int, fitted: int
    ) -> None:
        box = self.selected_box()
        assert box is not None
        edits = self._edits(texts)
        for edit in edits:
            self._model.hold(edit.id, edit.key, edit.text)
        beyond = tuple(tuple(line) for line in block[fitted:])
        first = self._model.columns[box[1]].key
        self.pasted.emit(PastedBlock(edits, len(block), refused, beyond, first))

    def _paste_rows(self, top: int) -> list[int]:
        return [row for row in range(top, self._model.rowCount()) if not self._model.is_group(row)]

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton or event.modifiers():
            return
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        if self._model.expanded(index.row()) is not None and self._on_chevron(index, event):
            self._toggle_row(index.row())
        elif self._is_tick(index):
            self._toggle_ticks()

    def _on_chevron(self, index: QModelIndex, event: QMouseEvent) -> bool:
        x = event.position().x()
        box = self.viewport().rect() if self._model.is_group(index.row()) else self.visualRect(index)
        leading = box.right() + 1 - x if self._look.rtl else x - box.left()
        if index.column() and not self._model.is_group(index.row()):
            return False
        start = 10 + 10 * self._model.level(index.row())
        return start - 6 <= leading <= start + 20

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self.can_edit(index) and not self._is_tick(index):
            if self._model.is_group(index.row()):
                if not self._on_chevron(index, event):
                    self._toggle_row(index.row())
            else:
                self.opened.emit(self._model.id_at(index.row()))
            return
        if index.isValid() and self._is_tick(index):
            self._toggle_ticks()
            return
        super().mouseDoubleClickEvent(event)

    @Slot(int)
    def _header_clicked(self, section: int) -> None:
        key = self._model.columns[section].sort_key
        if key:
            descending = self._sort is not None and self._sort[0] == key and not self._sort[1]
            self.set_sorted(key, descending=descending)
            self.sort_asked.emit(key, descending)

    @Slot()
    def _moved(self) -> None:
        self.record_changed.emit(self.current_id())

    @Slot(QPoint)
    def _menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid():
            self.menu_asked.emit(self._model.id_at(index.row()), self.viewport().mapToGlobal(point))
