"""The small window that asks for the passphrase of a notebook."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.fields import TextField
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import Label, Panel
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.errors import DaftarError

_WIDTH = 420


class Unlock(QWidget):
    """Calls `unlock` with what was typed; a wrong passphrase is said under the field and stays there."""

    unlocked = Signal()

    def __init__(self, look: Look, *, unlock: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._unlock = look, unlock
        words = look.words
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words.t("Daftar"))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        panel = Panel(look, ground=look.tokens.surface, parent=self)
        outer.addWidget(panel)
        column = QVBoxLayout(panel)
        column.setContentsMargins(32, 28, 32, 28)
        column.setSpacing(12)
        column.addWidget(Label(look, words.t("Open your notebook"), role=Role.TITLE, weight=SEMIBOLD))
        text = words.t("Everything on this laptop is locked with your passphrase.")
        column.addWidget(Label(look, text, colour=look.tokens.t2, wrap=True))
        self.passphrase = TextField(look, words.t("Passphrase"))
        self.passphrase.editor.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.editor.returnPressed.connect(self._try)
        column.addWidget(self.passphrase)
        row = QHBoxLayout()
        row.addStretch(1)
        self.button = Button(look, words.p("button", "Open"), kind="primary")
        self.button.clicked.connect(self._try)
        row.addWidget(self.button)
        column.addLayout(row)
        self.setFixedWidth(_WIDTH)
        self.passphrase.editor.setFocus()

    def _try(self) -> None:
        try:
            self._unlock(self.passphrase.editor.text())
        except DaftarError as error:
            self.passphrase.set_error(explain(self._look.words, error))
            self.passphrase.editor.selectAll()
            return
        self.unlocked.emit()
