"""A notes editor that tells every edit as (position, removed, inserted) and takes edits of others in place.

Positions and lengths count UTF-16 units, as Qt does and as the merged text does.
"""

from PySide6.QtCore import QEvent, QPoint, QSize, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QWidget

from desktop.widgets.look import Look
from desktop.widgets.plain_text import PlainText

_UNIT = "utf-16-le"
_LOW_FIRST, _LOW_LAST = 0xDC00, 0xDFFF


class TextEditor(PlainText):
    """Plain text whose paragraphs find their own direction. Undo belongs to the caller."""

    edited = Signal(int, int, str)
    undo_asked = Signal()
    redo_asked = Signal()
    left = Signal()

    def __init__(
        self,
        look: Look,
        *,
        name: str,
        placeholder: str = "",
        bare: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, name=name, parent=parent)
        self._units = b""
        self._remote = False
        self.setPlaceholderText(placeholder)
        self.setUndoRedoEnabled(False)
        self.setProperty("bare", "true" if bare else "false")
        self.document().contentsChange.connect(self._changed)

    def sizeHint(self) -> QSize:
        return QSize(320, 160)

    # Text as a whole

    def set_text(self, text: str) -> None:
        """Show another text; nothing is emitted and the caret goes to the start."""
        self._remote = True
        self.setPlainText(text)
        self._remote = False
        self._units = self._encoded()

    def _encoded(self) -> bytes:
        return self.text().encode(_UNIT, "surrogatepass")

    def adopt_text(self, text: str) -> None:
        """Become another version of the same text by its one changed stretch; the caret stays."""
        new = text.encode(_UNIT, "surrogatepass")
        start, removed, inserted = _difference(self._units, new)
        if removed or inserted:
            self.apply_remote(start, removed, inserted)

    # Edits of others

    def apply_remote(self, position: int, removed: int, inserted: str) -> None:
        """Apply an edit made elsewhere: caret, selection and the lines on screen stay where they were."""
        caret = self.textCursor()
        anchor, place = caret.anchor(), caret.position()
        top = self.cursorForPosition(QPoint(2, 2))
        offset = self.cursorRect(top).top()
        writer = QTextCursor(self.document())
        length = len(inserted.encode(_UNIT, "surrogatepass")) // 2
        self._remote = True
        writer.setPosition(position)
        writer.setPosition(position + removed, QTextCursor.MoveMode.KeepAnchor)
        writer.insertText(inserted)
        self._remote = False
        self._units = self._encoded()
        moved = self.textCursor()
        moved.setPosition(_carried(anchor, position, removed, length))
        moved.setPosition(_carried(place, position, removed, length), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(moved)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(top).top() - offset)

    # Own edits

    @Slot(int, int, int)
    def _changed(self, position: int, removed: int, added: int) -> None:
        if self._remote:
            return
        new = self._encoded()
        before, self._units = self._units, new
        if before == new:
            return
        # Qt sometimes counts the final paragraph mark or reports a whole paragraph; trust it when it adds up.
        inserted = new[2 * position : 2 * (position + added)]
        adds_up = before[: 2 * position] + inserted + before[2 * (position + removed) :] == new
        if adds_up and (removed == 0 or added == 0):
            self.edited.emit(position, removed, inserted.decode(_UNIT, "surrogatepass"))
            return
        self.edited.emit(*_difference(before, new))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_asked.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().event(event)


def _carried(place: int, position: int, removed: int, inserted: int) -> int:
    """Where a place in the text is after an edit; at its start it stays in front of what came in."""
    if place <= position:
        return place
    if place < position + removed:
        return position
    return place - removed + inserted


def _difference(before: bytes, new: bytes) -> tuple[int, int, str]:
    """The one stretch that differs, never cutting a pair of surrogates."""
    limit = min(len(before), len(new)) // 2
    start = 0
    while start < limit and before[2 * start : 2 * start + 2] == new[2 * start : 2 * start + 2]:
        start += 1
    start -= _is_low(before, start) or _is_low(new, start)
    end = 0
    while (
        end < limit - start
        and before[len(before) - 2 * end - 2 : len(before) - 2 * end]
        == new[len(new) - 2 * end - 2 : len(new) - 2 * end]
    ):
        end += 1
    end -= end > 0 and _is_low(new, len(new) // 2 - end)
    removed = len(before) // 2 - start - end
    inserted = new[2 * start : len(new) - 2 * end]
    return start, removed, inserted.decode(_UNIT, "surrogatepass")


def _is_low(units: bytes, at: int) -> bool:
    unit = int.from_bytes(units[2 * at : 2 * at + 2], "little")
    return _LOW_FIRST <= unit <= _LOW_LAST
