"""A list of painted lines of which one is current: what such lists share, and the ground of a line."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyleOptionViewItem, QWidget

from desktop.models.line_model import LineModel
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import fill_round

Index = QModelIndex | QPersistentModelIndex


class LineView(QListView):
    """Arrow keys move through the lines. Its delegate is the caller's to set."""

    moved_to = Signal(object)
    """The identity of the line that became current, unless the lines were only replaced."""
    entered = Signal()

    def __init__(
        self, lines: LineModel[Any], *, name: str, ground: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.lines = lines
        lines.setParent(self)
        self.setModel(lines)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        palette = self.palette()
        palette.setColor(self.viewport().backgroundRole(), ground)
        self.setPalette(palette)
        self._quiet = False

    @property
    def current(self) -> bytes:
        """Whose line is current; empty where none is."""
        index = self.currentIndex()
        return bytes(self.lines.lines[index.row()].identity) if index.isValid() else b""

    def show_lines(self, lines: Sequence[Any], *, current: bytes) -> None:
        """Take over new lines; the current one stays current, silently, and nothing is scrolled away."""
        bar = self.verticalScrollBar().value()
        self._quiet = True
        self.lines.set_lines(lines)
        self.choose(current)
        self._quiet = False
        self.verticalScrollBar().setValue(bar)

    def choose(self, identity: bytes) -> None:
        row = self.lines.row_of(identity)
        if row >= 0:
            self.setCurrentIndex(self.lines.index(row))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._quiet:
            self.moved_to.emit(self.lines.lines[current.row()].identity)


def paint_ground(painter: QPainter, look: Look, box: QRect, option: QStyleOptionViewItem) -> bool:
    """What is under a line: current, under the pointer, with the keyboard. Says whether it is current."""
    tokens = look.tokens
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen:
        fill_round(painter, box, radius=6, fill=tokens.sel)
        bar = mirror_of(box, rtl=look.rtl).rect(0, box.y() + 8, 3, box.height() - 16)
        fill_round(painter, bar, radius=1.5, fill=tokens.accent_text)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        fill_round(painter, box, radius=6, fill=tokens.hover)
    if option.state & QStyle.StateFlag.State_HasFocus:
        fill_round(painter, box.adjusted(1, 1, -1, -1), radius=6, border=tokens.accent_text, width=2)
    return chosen
