"""The list under a field that offers what begins like the typed text. The keyboard never leaves the field."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView

from desktop.models.candidates import Candidate, Provider

_ROWS = 8


class TypeAhead(QObject):
    """Asks the provider at every letter and emits the `Candidate` that was picked."""

    picked = Signal(object)

    def __init__(self, editor: QLineEdit, provider: Provider, *, name: str) -> None:
        super().__init__(editor)
        self._editor, self._provider = editor, provider
        self.found: list[Candidate] = []
        self._model = QStringListModel(self)
        self.popup = QListView(editor)
        self.popup.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.popup.setProperty("popup", "true")
        self.popup.setAccessibleName(name)
        self.popup.setModel(self._model)
        self.popup.setUniformItemSizes(True)
        self.popup.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.popup.clicked.connect(self._clicked)
        self.popup.hide()
        editor.installEventFilter(self)
        editor.textEdited.connect(self.offer)

    @Slot(str)
    def offer(self, text: str) -> None:
        """Ask for candidates and show them."""
        self.search(text)
        if not self.found:
            self.popup.hide()
            return
        self.popup.setLayoutDirection(self._editor.layoutDirection())
        height = min(len(self.found), _ROWS) * 28 + 12
        self.popup.setGeometry(0, 0, self._editor.width(), height)
        self.popup.move(self._editor.mapToGlobal(QPoint(0, self._editor.height() + 2)))
        self.popup.show()
        self.popup.setCurrentIndex(self._model.index(0, 0))

    def search(self, text: str) -> list[Candidate]:
        self.found = list(self._provider(text))
        self._model.setStringList(
            [f"{each.text}  ·  {each.detail}" if each.detail else each.text for each in self.found]
        )
        return self.found

    def exact(self, text: str) -> Candidate | None:
        """The one candidate that is called just so, if there is one."""
        same = [each for each in self.search(text) if each.text.casefold() == text.strip().casefold()]
        return same[0] if len(same) == 1 else None

    @property
    def is_open(self) -> bool:
        return self.popup.isVisible()

    def close(self) -> None:
        self.popup.hide()

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self._pick(index.row())

    def _pick(self, row: int) -> None:
        self.popup.hide()
        if 0 <= row < len(self.found):
            self.picked.emit(self.found[row])

    def _step(self, by: int) -> None:
        row = self.popup.currentIndex().row() + by
        if 0 <= row < len(self.found):
            self.popup.setCurrentIndex(self._model.index(row, 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.popup.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if not self.is_open:
            if key == Qt.Key.Key_Down and not self._editor.isReadOnly():
                self.offer(self._editor.text())
                return True
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._pick(self.popup.currentIndex().row())
            return key != Qt.Key.Key_Tab
        if key == Qt.Key.Key_Escape:
            self.popup.hide()
            return True
        return False
