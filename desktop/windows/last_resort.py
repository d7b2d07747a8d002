"""What is said when the program itself made a mistake: what is safe, and where the log is."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fonts import Role
from desktop.widgets.labels import Label
from desktop.widgets.look import Look


class LastResort(Dialog):
    """One at a time; the kind of the mistake is a word to tell the administrator."""

    def __init__(self, look: Look, error: BaseException, log: Path, *, parent: QWidget) -> None:
        words = look.words
        super().__init__(
            look,
            title=words.t("Something went wrong in this window"),
            text=words.t(
                "What was saved before is safe. Going on is possible; if it happens again, start Daftar "
                "again and tell your administrator this word: {word}.",
                word=words.isolate(type(error).__name__),
            ),
            parent=parent,
        )
        self._log = str(log)
        place = Label(
            look, look.words.isolate(self._log), role=Role.SECONDARY, colour=look.tokens.t2, wrap=True
        )
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.body.addSpacing(8)
        self.body.addWidget(Label(look, words.t("The log is here:"), role=Role.SECONDARY, parent=self))
        self.body.addWidget(place)
        self.copy_button = Button(look, words.t("Copy the place"), icon="copy", parent=self)
        self.copy_button.clicked.connect(self._copy)
        self.add_button(self.copy_button)
        self.close_button = Button(look, words.t("Go on"), parent=self)
        self.close_button.clicked.connect(self.accept)
        self.add_button(self.close_button)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._log)
