"""What was not finished when the notebook closed: words in dialogs and files on their way in. Shown later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.file_desk import FileDesk
from desktop.bridge.keeping import Keeper
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.field_box import FieldBox
from desktop.widgets.look import Look
from desktop.windows.record_sheet import RecordSheet
from desktop.words import Words

SCREEN: Final = "left-over"
_NO_RECORD: Final = b""
_HEIGHT: Final = 160


def typed_in(dialogs: Iterable[QDialog]) -> list[tuple[str, str]]:
    """The title of each dialog in which something stands, and the lines of it; passwords never."""
    found = []
    for dialog in dialogs:
        if isinstance(dialog, RecordSheet | LeftOver):
            continue
        lines = []
        for box in dialog.findChildren(FieldBox):
            text = _text_of(box)
            if text and box.isVisibleTo(dialog):
                lines.append(f"{box.label}: {text}")
        if lines:
            found.append((dialog.windowTitle(), "\n".join(lines)))
    return found


def copied_in(files: FileDesk, words: Words) -> list[tuple[str, str]]:
    """The names of files whose copying the end of the window stops."""
    names = [copy.name for copy in files.copies if copy.error is None and not copy.stopped]
    return [(words.t("Not attached yet"), "\n".join(names))] if names else []


def _text_of(box: FieldBox) -> str:
    for line in box.findChildren(QLineEdit):
        if line.isModified() and line.echoMode() is QLineEdit.EchoMode.Normal and line.text().strip():
            return line.text().strip()
    for editor in box.findChildren(QPlainTextEdit):
        if editor.document().isModified() and editor.toPlainText().strip():
            return editor.toPlainText().strip()
    return ""


def keep(keeper: Keeper, typed: Sequence[tuple[str, str]]) -> None:
    """Write it down with the other drafts."""
    for title, text in typed:
        keeper.keep(_NO_RECORD, title, text)
    keeper.flush()


class LeftOver(Dialog):
    """Shows what was left, to copy it from; closing drops it."""

    def __init__(self, look: Look, keeper: Keeper, *, parent: QWidget) -> None:
        words = look.words
        super().__init__(
            look,
            title=words.t("This was not finished when the notebook was closed"),
            text=words.t("It was not saved yet. It can be copied from here."),
            width=480,
            parent=parent,
        )
        self._keeper = keeper
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(words.t("What was typed"))
        parts = [f"{title}\n{text}" for (_, title), text in keeper.all.items()]
        self.text.setPlainText("\n\n".join(parts))
        self.text.setFixedHeight(_HEIGHT)
        self.body.addSpacing(8)
        self.body.addWidget(self.text)
        self.done_button = Button(look, words.t("Done"), kind="primary", parent=self)
        self.done_button.clicked.connect(self.accept)
        self.add_button(self.done_button)
        self.accepted.connect(self._drop)
        self.text.setFocus()

    def _drop(self) -> None:
        for record, title in list(self._keeper.all):
            self._keeper.drop(record, title)
        self._keeper.flush()


def offer(look: Look, desk: Desk, *, parent: QWidget) -> LeftOver | None:
    """Show what was left over, where something was."""
    keeper = Keeper(desk, SCREEN, parent=parent)
    if not keeper.all:
        return None
    dialog = LeftOver(look, keeper, parent=parent)
    dialog.open()
    return dialog
