"""Several lines of plain text. Paragraphs find their own direction and stand at their own side."""

from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from desktop.widgets.look import Look

_PARAGRAPH, _LINE = "\u2029", "\u2028"


class PlainText(QTextEdit):
    """A QTextEdit that never takes markup, because the plain editor of Qt cannot put Arabic on the right."""

    def __init__(self, look: Look, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptRichText(False)
        self.setFont(look.fonts.of())
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self._free_direction()

    def _free_direction(self) -> None:
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self.document().setDefaultTextOption(option)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._free_direction()

    def text(self) -> str:
        """The text as it is; Qt's own way would turn the hard spaces of French into soft ones."""
        return self.document().toRawText().replace(_PARAGRAPH, "\n").replace(_LINE, "\n")

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.textCursor().insertText(source.text())
        self.ensureCursorVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Shift Enter would put in a line separator, which no other program shows as a new line.
            cursor = QTextCursor(self.textCursor())
            cursor.insertBlock()
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
            return
        super().keyPressEvent(event)
