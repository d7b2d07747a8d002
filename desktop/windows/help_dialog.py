"""F1: the keys of the whole window on one sheet."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.words import Words

Keys = list[tuple[str, str]]
_WIDTH = 720


def window_keys(words: Words) -> list[tuple[str, Keys]]:
    """Groups of keys and what they do."""
    return [
        (
            words.t("Everywhere"),
            [
                ("Ctrl K", words.t("Search everything")),
                ("Ctrl 1 … 7", words.t("Go to a screen")),
                ("Ctrl Z", words.t("Undo the last change")),
                ("Ctrl Y", words.t("Do it again")),
                ("F5", words.t("Send and receive")),
                ("Ctrl L", words.t("Lock now")),
                ("Esc", words.t("Close the side panel")),
            ],
        ),
        (
            words.t("In tables"),
            [
                ("F2", words.t("Edit the cell; typing replaces it")),
                ("Enter", words.t("Open the details")),
                ("Space", words.t("Tick, or open and close a group")),
                ("Ctrl C, Ctrl V", words.t("Copy and paste, also with a spreadsheet")),
                ("Ctrl D", words.t("Fill down")),
                ("Ctrl ;", words.t("Today's date")),
            ],
        ),
        (
            words.t("In the workplan"),
            [
                ("Ctrl N", words.t("Add an activity")),
                ("Alt Shift → ←", words.t("Move one level in or out")),
                ("Alt Shift ↑ ↓", words.t("Move up or down")),
                ("Ctrl Delete", words.t("Remove")),
            ],
        ),
    ]


class HelpDialog(Dialog):
    """Two columns of keys; any key closes it that closes dialogs."""

    def __init__(self, look: Look, *, parent: QWidget) -> None:
        words = look.words
        super().__init__(
            look,
            title=words.t("Keys"),
            text=words.t(
                "Everything can be done without the mouse. Each screen shows its own keys at the bottom."
            ),
            width=_WIDTH,
            parent=parent,
        )
        groups = window_keys(words)
        grid = QGridLayout()
        grid.setContentsMargins(0, 12, 0, 0)
        grid.setHorizontalSpacing(32)
        for at, (title, keys) in enumerate(groups):
            grid.addLayout(self._group(title, keys), at // 2, at % 2, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(grid)
        self.close_button = Button(look, words.t("Close"), parent=self)
        self.close_button.clicked.connect(self.accept)
        self.add_button(self.close_button)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _group(self, title: str, keys: Keys) -> QVBoxLayout:
        look = self._look
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(
            Label(look, title, role=Role.SECONDARY, weight=SEMIBOLD, colour=look.tokens.t2, parent=self)
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (key, meaning) in enumerate(keys):
            name = Label(look, look.words.isolate(key), role=Role.SECONDARY, weight=MEDIUM, parent=self)
            name.setMinimumWidth(112)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(look, meaning, role=Role.SECONDARY, wrap=True, parent=self), row, 1)
        column.addLayout(grid)
        column.addSpacing(8)
        return column
