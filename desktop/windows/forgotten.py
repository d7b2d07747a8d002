"""What to do when a passphrase is forgotten: the administrator's recovery key, and a new passphrase."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.fields import TextField
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, Label
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.errors import DaftarError

SHORTEST = 12
Recover = Callable[[Path, str], object]
"""Opens the notebook with the recovery key in a file, and gives it a new passphrase."""

_OF_KEY = frozenset({"recovery_key_unreadable", "recovery_key_wrong"})


class Forgotten(QWidget):
    """Explains the way back in; what is wrong is said where it was chosen or typed."""

    recovered = Signal()
    left = Signal()

    def __init__(self, look: Look, *, recover: Recover, back: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._recover = look, recover
        self.file: Path | None = None
        self.chooser: QFileDialog | None = None
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(12)
        title = words.t("Open the notebook without its passphrase")
        column.addWidget(Label(look, title, role=Role.TITLE, weight=SEMIBOLD, wrap=True))
        text = words.t(
            "Nobody can look up a passphrase. Your administrator keeps the recovery key of the programme, a "
            "file called recovery.key. With it the notebook opens and gets a new passphrase; nothing in it "
            "changes."
        )
        column.addWidget(Label(look, text, colour=look.tokens.t2, wrap=True))
        column.addLayout(self._build_key_row())
        self.problem = Label(look, "", role=Role.CAPTION, colour=look.tokens.bad.text, wrap=True, parent=self)
        column.addWidget(self.problem)
        self.passphrase = TextField(
            look,
            words.t("New passphrase"),
            hint=words.t("Four words or more are easy to keep in mind."),
            required=True,
            parent=self,
        )
        self.again = TextField(look, words.t("The same once more"), required=True, parent=self)
        for field in (self.passphrase, self.again):
            field.editor.setEchoMode(QLineEdit.EchoMode.Password)
            field.editor.textChanged.connect(self._check)
            field.editor.returnPressed.connect(self.recover)
            column.addWidget(field)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.back = Button(look, words.t("Back"), kind="quiet", parent=self)
        self.back.clicked.connect(self.left)
        self.back.setVisible(back)
        self.button = Button(look, words.t("Set the passphrase and open"), kind="primary", parent=self)
        self.button.clicked.connect(self.recover)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.button)
        column.addLayout(row)
        QWidget.setTabOrder(self.button, self.back)
        self._check()

    def _build_key_row(self) -> QHBoxLayout:
        look, words = self._look, self._look.words
        row = QHBoxLayout()
        row.setSpacing(8)
        self.choose = Button(look, words.t("Choose the recovery key…"), icon="key", height=30, parent=self)
        self.choose.clicked.connect(self.choose_file)
        self.chosen = ElidedLabel(look, words.t("No file yet"), colour=look.tokens.t2, parent=self)
        row.addWidget(self.choose)
        row.addWidget(self.chosen, 1)
        return row

    def begin(self) -> None:
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_file(self) -> None:
        """Ask for the file; it is read when the new passphrase is set."""
        words = self._look.words
        chooser = QFileDialog(self.window(), words.t("Choose the recovery key"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        key_files, all_files = words.t("Recovery key"), words.t("All files")
        chooser.setNameFilters([f"{key_files} (*.key)", f"{all_files} (*)"])
        chooser.fileSelected.connect(self.take_file)
        self.chooser = chooser
        chooser.open()

    def take_file(self, chosen: str) -> None:
        self.file = Path(chosen)
        self.chosen.setText(self._look.words.isolate(self.file.name))
        self._say("")
        self._check()
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def recover(self) -> None:
        """Try it; on failure everything that was chosen and typed stays."""
        if self.file is None or not self.button.isEnabled():
            return
        try:
            self._recover(self.file, self.passphrase.text())
        except DaftarError as error:
            text = explain(self._look.words, error)
            self._say(text)
            (self.choose if error.code in _OF_KEY else self.passphrase).setFocus(
                Qt.FocusReason.OtherFocusReason
            )
            return
        self.recovered.emit()

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.choose.setAccessibleDescription(text)

    def _check(self) -> None:
        words, missing = self._look.words, ""
        if self.file is None:
            missing = words.t("The recovery key is missing.")
        elif len(self.passphrase.text().strip()) < SHORTEST:
            missing = words.n("Use {count} letter or more.", "Use {count} letters or more.", SHORTEST)
        elif self.again.text() != self.passphrase.text():
            missing = words.t("The two are not the same yet.")
        self.button.set_ready(ready=not missing, reason=missing)
