"""The model of a short list whose lines are in words already and painted whole by a delegate."""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class Spoken(Protocol):
    """What a line has at least: a title, what a screen reader says, and whose line it is."""

    @property
    def identity(self) -> bytes: ...

    @property
    def title(self) -> str: ...

    @property
    def spoken(self) -> str: ...


LineT = TypeVar("LineT", bound=Spoken)


class LineModel(QAbstractListModel, Generic[LineT]):
    """Lines in their order; they are replaced as a whole."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[LineT] = []

    def set_lines(self, lines: Sequence[LineT]) -> None:
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def row_of(self, identity: bytes) -> int:
        """The row of a line; -1 where it is not here."""
        return next((at for at, line in enumerate(self.lines) if line.identity == identity), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.spoken
        return None
