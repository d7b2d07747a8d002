"""The Qt face of an entry grid: label column first, then the declared columns; closed periods hide rows."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.models.entry import EntryCell, EntryColumn, EntryData, EntryRole, EntryRow, EntryState

Index = QModelIndex | QPersistentModelIndex
_BLANK = EntryCell()
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_LABEL = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class EntryModel(QAbstractTableModel):
    """Asks the data for every cell it shows; the data is plain Python and quick."""

    def __init__(
        self, data: EntryData, *, closed: frozenset[str] = frozenset(), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.source = data
        self._closed = set(closed)
        self._held: dict[tuple[str, str], EntryCell] = {}
        self._columns = tuple(data.columns())
        self._rows = self._open_rows()

    def _open_rows(self) -> list[EntryRow]:
        return [row for row in self.source.rows() if row.group not in self._closed or not row.group]

    @property
    def columns(self) -> tuple[EntryColumn, ...]:
        return self._columns

    def row_at(self, row: int) -> EntryRow:
        return self._rows[row]

    def column_at(self, column: int) -> EntryColumn | None:
        """The declared column; None for the labels."""
        return self._columns[column - 1] if column else None

    def row_of(self, key: str) -> int:
        return next((at for at, row in enumerate(self._rows) if row.key == key), -1)

    def column_of(self, key: str) -> int:
        return next((at for at, column in enumerate(self._columns, start=1) if column.key == key), -1)

    def cell_at(self, row: int, column: int) -> EntryCell:
        declared, line = self.column_at(column), self._rows[row]
        if declared is None or line.role is EntryRole.GROUP:
            return _BLANK
        held = self._held.get((line.key, declared.key))
        return held if held is not None else self.source.cell(line.key, declared.key)

    def is_editable(self, row: int, column: int) -> bool:
        declared, line = self.column_at(column), self._rows[row]
        if declared is None or declared.role is not EntryRole.INPUT or line.role is not EntryRole.INPUT:
            return False
        cell = self.cell_at(row, column)
        return not cell.locked and cell.state is not EntryState.LOCKED

    def is_open(self, row: int) -> bool | None:
        line = self._rows[row]
        return line.key not in self._closed if line.role is EntryRole.GROUP else None

    def set_open(self, row: int, *, is_open: bool) -> None:
        line = self._rows[row]
        if self.is_open(row) in (None, is_open):
            return
        nowhere = QModelIndex()
        if is_open:
            self._closed.discard(line.key)
            inside = [each for each in self.source.rows() if each.group == line.key]
            if inside:
                self.beginInsertRows(nowhere, row + 1, row + len(inside))
                self._rows[row + 1 : row + 1] = inside
                self.endInsertRows()
        else:
            self._closed.add(line.key)
            last = row
            while last + 1 < len(self._rows) and self._rows[last + 1].group == line.key:
                last += 1
            if last > row:
                self.beginRemoveRows(nowhere, row + 1, last)
                del self._rows[row + 1 : last + 1]
                self.endRemoveRows()
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    @property
    def closed(self) -> frozenset[str]:
        return frozenset(self._closed)

    def hold(self, row: str, column: str, text: str) -> None:
        """Show what was typed until the data is refreshed."""
        self._held[(row, column)] = EntryCell(text, EntryState.PLAIN)
        at, where = self.row_of(row), self.column_of(column)
        if at >= 0 and where >= 0:
            self.dataChanged.emit(self.index(at, where), self.index(at, where))

    def refresh(self) -> None:
        """The data changed: cells are asked again; rows are only reset when their keys differ."""
        self._held.clear()
        rows, columns = self._open_rows(), tuple(self.source.columns())
        same = [row.key for row in rows] == [row.key for row in self._rows]
        if same and [c.key for c in columns] == [c.key for c in self._columns]:
            self._rows, self._columns = rows, columns
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(columns)))
            return
        self.beginResetModel()
        self._rows, self._columns = rows, columns
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._columns) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _NUMBER if index.column() else _LABEL
        line = self._rows[index.row()]
        if not index.column() or line.role is EntryRole.GROUP:
            return self._label(index, line, role)
        cell = self.cell_at(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text or cell.reason
        if role == Qt.ItemDataRole.EditRole:
            return cell.plain
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            where = f"{line.title}, {self._path(index.column())}"
            return f"{where}: {' '.join(part for part in (cell.text, cell.reason, cell.tip) if part)}"
        return None

    def _label(self, index: Index, line: EntryRow, role: int) -> str | None:
        if index.column():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (line.title, line.caption, line.badge_text) if part)
        return None

    def _path(self, column: int) -> str:
        """The headers over a column, outermost first."""
        parts: list[str] = []
        for level in self.source.levels():
            at = 0
            for span in level:
                at += span.span
                if column - 1 < at:
                    parts.append(span.text)
                    break
        parts.append(self._columns[column - 1].title)
        return " ".join(part for part in parts if part)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section <= len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section - 1].title if section else self.source.corner()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._path(section) if section else self.source.corner()
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if self.is_editable(index.row(), index.column()):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags
