"""A table of records by id: rows are read when first shown and refreshed by key, never all at once."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.models.columns import Align, Cell, CellKind, Column, Row
from desktop.words import Words

Index = QModelIndex | QPersistentModelIndex

_PAGE_BEFORE, _PAGE_AFTER = 4, 44
_CACHE_LIMIT = 4000
_MANY_RUNS = 1000
_FEW = 8
_ANOTHER_LIST = 2000

_ALIGNMENT = {
    Align.LEADING: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    Align.CENTRE: Qt.AlignmentFlag.AlignCenter,
    Align.TRAILING: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    Align.NUMBER: Qt.AlignmentFlag.AlignRight
    | Qt.AlignmentFlag.AlignAbsolute
    | Qt.AlignmentFlag.AlignVCenter,
}


class RowProvider(Protocol):
    """What a screen gives the model: the ids of a query in order, and rows for a few of them."""

    def ids(self) -> Sequence[bytes]: ...

    def rows(self, ids: Sequence[bytes]) -> Sequence[Row]: ...


class RecordTableModel(QAbstractTableModel):
    """Ids in memory, rows in a small cache. `refresh` keeps selection and scroll; `requery` does not."""

    def __init__(
        self, columns: Sequence[Column], provider: RowProvider, words: Words, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._provider = provider
        self._words = words
        self._cache: dict[bytes, Row] = {}
        self._held: dict[tuple[bytes, str], Cell] = {}
        self._places: dict[Any, int] | None = None
        self._ids: list[Any] = self._read_ids()

    # What the provider gives

    def _read_ids(self) -> list[Any]:
        """Something for each row that tells its record: the id itself, unless `_record` says otherwise."""
        return list(self._provider.ids())

    def _record(self, key: Any) -> bytes:
        return bytes(key)

    def _key(self, record: bytes) -> Any:
        return record

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    @property
    def ids(self) -> Sequence[bytes]:
        return [self._record(key) for key in self._ids]

    def column_of(self, key: str) -> int:
        return next(at for at, column in enumerate(self._columns) if column.key == key)

    def id_at(self, row: int) -> bytes:
        return self._record(self._ids[row])

    def row_of(self, record: bytes) -> int:
        """The row that shows a record, or -1."""
        if self._places is None:
            self._places = {each: at for at, each in enumerate(self._ids)}
        return self._places.get(self._key(record), -1)

    def row_at(self, row: int) -> Row:
        record = self.id_at(row)
        found = self._cache.get(record)
        if found is None:
            self._fetch(row)
            found = self._cache.get(record)
        # A record that vanished between two queries stays an empty line until the next refresh.
        return found if found is not None else Row(record)

    def cell_at(self, row: int, column: int) -> Cell:
        key = self._columns[column].key
        if self._held:
            held = self._held.get((self.id_at(row), key))
            if held is not None:
                return held
        return self.row_at(row).cell(key)

    def is_editable(self, row: int, column: int) -> bool:
        if not self._columns[column].editable or self.is_group(row):
            return False
        return not self.cell_at(row, column).locked

    def _fetch(self, row: int) -> None:
        if len(self._cache) > _CACHE_LIMIT:
            self._cache.clear()
        start = max(0, row - _PAGE_BEFORE)
        page = map(self._record, self._ids[start : row + _PAGE_AFTER])
        wanted = [each for each in page if each not in self._cache]
        for each in self._provider.rows(wanted):
            self._cache[each.id] = each

    # The tree's part, constant in a table

    def level(self, row: int) -> int:
        return 0

    def is_group(self, row: int) -> bool:
        return self.row_at(row).group

    def expanded(self, row: int) -> bool | None:
        """Whether a row is open; None when there is nothing to open."""
        return None

    # Edits that the store has not confirmed yet

    def hold(self, record: bytes, key: str, text: str, *, problem: str = "") -> None:
        """Show what was typed until the record is refreshed, or with its problem until it is solved."""
        row = self.row_of(record)
        if row < 0:
            return
        before = self.cell_at(row, self.column_of(key))
        shown = self._shown(key, text)
        self._held[(record, key)] = replace(
            before, text=shown, edit=text, checked=text == "true", problem=problem
        )
        self._touch(row, row)

    def release(self, record: bytes, key: str) -> None:
        """Go back to what is stored."""
        if self._held.pop((record, key), None) is not None and (row := self.row_of(record)) >= 0:
            self._touch(row, row)

    def _shown(self, key: str, text: str) -> str:
        column = self._columns[self.column_of(key)]
        if column.kind is CellKind.TICK:
            return ""
        return next((words for choice, words in column.choices if choice == text), text)

    # Following the store

    def requery(self) -> None:
        """A new query: everything is new, and the view starts at the top."""
        self.beginResetModel()
        self._cache.clear()
        self._held.clear()
        self._places = None
        self._ids = self._read_ids()
        self.endResetModel()

    def refresh(self, changed: Collection[bytes]) -> None:
        """Some records changed: read those again and move only the rows that moved."""
        for record in changed:
            self._cache.pop(record, None)
        if self._held:
            self._held = {
                where: cell for where, cell in self._held.items() if cell.problem or where[0] not in changed
            }
        self._adopt(self._read_ids())
        self._touch_records(changed)

    def reread(self, records: Collection[bytes] | None = None) -> None:
        """Values of some rows changed, or of any; places did not, so nobody is asked for the list."""
        for record in self._cache.keys() & records if records is not None else tuple(self._cache):
            del self._cache[record]
        self._held = {
            where: cell
            for where, cell in self._held.items()
            if cell.problem or (records is not None and where[0] not in records)
        }
        if records is not None:
            self._touch_records(records)
        elif self._ids:
            self._touch(0, len(self._ids) - 1)

    def _touch_records(self, changed: Collection[bytes]) -> None:
        find = self.row_of if len(changed) > _FEW or self._places is not None else self._search
        rows = sorted(row for row in map(find, changed) if row >= 0)
        start = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or rows[at] != rows[at - 1] + 1:
                self._touch(rows[start], rows[at - 1])
                start = at

    def _search(self, record: bytes) -> int:
        """For a few records this is quicker than an index of all."""
        try:
            return self._ids.index(self._key(record))
        except ValueError:
            return -1

    def _touch(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def _adopt(self, new: list[Any]) -> None:
        """Turn the list of ids into another with the fewest row signals."""
        old = self._ids
        if old == new:
            return
        if abs(len(old) - len(new)) > _ANOTHER_LIST:
            # Looking for what they share would take longer than drawing the page again.
            self._reorder(new)
            return
        start = _shared_start(old, new)
        end = _shared_start(
            old[: start - 1 if start else None : -1], new[: start - 1 if start else None : -1]
        )
        gone, come = old[start : len(old) - end], new[start : len(new) - end]
        kept = set(come).intersection(gone)
        if [each for each in gone if each in kept] != [each for each in come if each in kept]:
            self._reorder(new)
            return
        removals = _runs([start + at for at, each in enumerate(gone) if each not in kept])
        additions = _runs([start + at for at, each in enumerate(come) if each not in kept])
        if len(removals) + len(additions) > _MANY_RUNS:
            self._reorder(new)
            return
        nowhere = QModelIndex()
        self._places = None
        for first, last in reversed(removals):
            self.beginRemoveRows(nowhere, first, last)
            del self._ids[first : last + 1]
            self.endRemoveRows()
        for first, last in additions:
            self.beginInsertRows(nowhere, first, last)
            self._ids[first:first] = new[first : last + 1]
            self.endInsertRows()
        self._places = None

    def _reorder(self, new: list[Any]) -> None:
        """Rows changed places: persistent indexes follow their record, so the selection stays."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        records = [self.id_at(index.row()) for index in before]
        self._ids = new
        self._places = None
        after = []
        # Each cell of a selected row is an index of its own.
        distinct = set(records)
        find = self.row_of if len(distinct) > _FEW else self._search
        rows = {record: find(record) for record in distinct}
        for index, record in zip(before, records, strict=True):
            row = rows[record]
            after.append(self.index(row, index.column()) if row >= 0 else QModelIndex())
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # Qt's questions

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENT[self._columns[index.column()].alignment]
        if role not in _ANSWERED:
            return None
        cell = self.cell_at(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{cell.prefix} {cell.text}" if cell.prefix else cell.text
        if role == Qt.ItemDataRole.EditRole:
            return cell.plain
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.problem or cell.tip or None
        if role == Qt.ItemDataRole.CheckStateRole:
            if self._columns[index.column()].kind is not CellKind.TICK or self.is_group(index.row()):
                return None
            return Qt.CheckState.Checked if cell.checked else Qt.CheckState.Unchecked
        return self._spoken(index, cell)

    def _spoken(self, index: Index, cell: Cell) -> str:
        """What a screen reader says: the column's name, then the cell."""
        title = self._words.t(self._columns[index.column()].title)
        parts = [cell.prefix, cell.text, cell.second, cell.problem or cell.tip]
        return f"{title}: {' '.join(part for part in parts if part)}"

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words.t(column.title)
        if role == Qt.ItemDataRole.ToolTipRole and column.tip:
            return self._words.t(column.tip)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENT[column.alignment]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        kind = self._columns[index.column()].kind
        if self.is_editable(index.row(), index.column()):
            flags |= Qt.ItemFlag.ItemIsUserCheckable if kind is CellKind.TICK else Qt.ItemFlag.ItemIsEditable
        return flags


_ANSWERED = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.EditRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.CheckStateRole,
        Qt.ItemDataRole.AccessibleTextRole,
    }
)


def _shared_start(one: list[Any], two: list[Any]) -> int:
    """How many first members are the same, found by halving, because comparing slices is quick."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == two[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Neighbouring numbers as (first, last)."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
