"""The small window that asks for the passphrase of a notebook, and helps where it is forgotten."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.fields import TextField
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import Label, Panel
from desktop.widgets.look import Look
from desktop.windows.forgotten import Forgotten, Recover
from desktop.words.messages import explain
from sync.errors import DaftarError

_WIDTH = 420


class Unlock(QWidget):
    """Calls `unlock` with what was typed; a wrong passphrase is said under the field and stays there.

    With `forgotten` it begins where nothing opens the notebook any more but the recovery key.
    """

    unlocked = Signal()

    def __init__(
        self,
        look: Look,
        *,
        unlock: Callable[[str], object],
        recover: Recover,
        forgotten: bool = False,
        parent: QWidget | None = None,
    ) -> None:
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
        # The rings of focused buttons stand 4 px outside them, and a stack cuts at its edge.
        column.setContentsMargins(28, 24, 28, 24)
        self.pages = QStackedWidget(panel)
        column.addWidget(self.pages)
        self.pages.addWidget(self._build_question())
        self.forgotten = Forgotten(look, recover=recover, back=not forgotten, parent=self.pages)
        self.forgotten.recovered.connect(self.unlocked)
        self.forgotten.left.connect(self._ask)
        self.pages.addWidget(self.forgotten)
        self.setFixedWidth(_WIDTH)
        if forgotten:
            self._help()
        else:
            self._ask()

    def _build_question(self) -> QWidget:
        look, words = self._look, self._look.words
        page = QWidget(self.pages)
        column = QVBoxLayout(page)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(12)
        column.addWidget(Label(look, words.t("Open your notebook"), role=Role.TITLE, weight=SEMIBOLD))
        text = words.t("Everything on this laptop is locked with your passphrase.")
        column.addWidget(Label(look, text, colour=look.tokens.t2, wrap=True))
        self.passphrase = TextField(look, words.t("Passphrase"), parent=page)
        self.passphrase.editor.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.editor.returnPressed.connect(self._try)
        column.addWidget(self.passphrase)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.help_button = Button(look, words.t("Forgotten passphrase?"), kind="quiet", parent=page)
        self.help_button.clicked.connect(self._help)
        self.button = Button(look, words.p("button", "Open"), kind="primary", parent=page)
        self.button.clicked.connect(self._try)
        row.addWidget(self.help_button)
        row.addStretch(1)
        row.addWidget(self.button)
        column.addLayout(row)
        column.addStretch(1)
        # The way out comes last: Tab goes from the field to the button that opens.
        QWidget.setTabOrder(self.button, self.help_button)
        return page

    def _ask(self) -> None:
        self._turn_to(0)
        self.passphrase.editor.setFocus()

    def _help(self) -> None:
        self._turn_to(1)
        self.forgotten.begin()

    def _turn_to(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        # Each page has the height that it needs; a stack would give both that of the higher one.
        shown = self.pages.currentWidget()
        inner = _WIDTH - 56
        layout = shown.layout() if shown is not None else None
        if layout is not None:
            height = (
                layout.heightForWidth(inner) if layout.hasHeightForWidth() else layout.sizeHint().height()
            )
            self.pages.setFixedHeight(height)
        self.adjustSize()

    def _try(self) -> None:
        try:
            self._unlock(self.passphrase.editor.text())
        except DaftarError as error:
            self.passphrase.set_error(explain(self._look.words, error))
            self._turn_to(0)
            self.passphrase.editor.selectAll()
            return
        self.unlocked.emit()
