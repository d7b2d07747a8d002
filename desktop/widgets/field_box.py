"""The frame of every field: label above, input, and a hint or an error under it. Text is never taken away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.look import Look

COLUMN_WIDTH = 320


class FieldBox(QWidget):
    """`committed` carries the canonical text when the input could be read, else what was typed."""

    committed = Signal(str)
    draft_changed = Signal(str)

    def __init__(
        self, look: Look, label: str, *, required: bool = False, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._label, self._hint, self._error = look, label, hint, ""
        self._required = required
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._caption = Label(
            look,
            f"{label} *" if required else label,
            role=Role.SECONDARY,
            weight=MEDIUM,
            colour=look.tokens.t2,
            parent=self,
        )
        self._caption.setVisible(bool(label))
        self._column.addWidget(self._caption)
        self._note = QWidget(self)
        row = QHBoxLayout(self._note)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._note_icon = IconLabel(look, "", size=13, parent=self._note)
        self._note_text = Label(look, role=Role.SECONDARY, wrap=True, parent=self._note)
        row.addWidget(self._note_icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._note_text, 1)
        self._column.addWidget(self._note)
        self._show_note()

    @property
    def label(self) -> str:
        return self._label

    @property
    def error(self) -> str:
        return self._error

    def place_editor(self, editor: QWidget, *, focus: QWidget | None = None) -> None:
        """Put the input between label and note, and give it the label as its name."""
        target = focus if focus is not None else editor
        self._column.insertWidget(1, editor)
        target.setAccessibleName(self._label)
        self._caption.setBuddy(target)
        self.setFocusProxy(target)
        self._target = target
        self._describe()

    def set_error(self, message: str) -> None:
        """Show what is wrong under the field; an empty message clears it."""
        if message == self._error:
            return
        self._error = message
        self._show_note()
        self._describe()
        self._mark_invalid(invalid=bool(message))

    def set_hint(self, hint: str) -> None:
        self._hint = hint
        self._show_note()
        self._describe()

    def _describe(self) -> None:
        if hasattr(self, "_target"):
            self._target.setAccessibleDescription(self._error or self._hint)

    def _mark_invalid(self, *, invalid: bool) -> None:
        if isinstance(self._target, QLineEdit | QTextEdit):
            self._target.setProperty("invalid", "true" if invalid else "false")
            self._target.style().unpolish(self._target)
            self._target.style().polish(self._target)
        self._target.update()

    def _show_note(self) -> None:
        tokens = self._look.tokens
        message = self._error or self._hint
        colour = tokens.bad.text if self._error else tokens.t3
        self._note.setVisible(bool(message))
        self._note_icon.setVisible(bool(self._error))
        self._note_icon.set_icon("circle-alert" if self._error else "", colour)
        self._note_text.setText(message)
        self._note_text.set_colour(colour)

    @property
    def caption(self) -> QLabel:
        return self._caption
