"""After how long without a touch the notebook asks for its passphrase, and a button that locks it now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.settings import declared
from desktop.widgets.buttons import Button
from desktop.widgets.choice_fields import Combo
from desktop.widgets.field_box import FieldBox
from desktop.widgets.look import Look

NAME = "lock_after"


class LockAfter(FieldBox):
    """Without a passphrase there would be nothing to type, so it says that one has to be set first."""

    chosen = Signal(str, object)
    """The name of the preference and its new value."""
    lock_asked = Signal()

    def __init__(self, look: Look, value: str, parent: QWidget) -> None:
        words, preference = look.words, declared()[NAME]
        super().__init__(look, words.t(preference.label), parent=parent)
        self._words = words
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.combo = Combo(look, parent=holder)
        for key, text in preference.choices:
            self.combo.addItem(words.t(text), str(key))
        self.combo.setCurrentIndex(self.combo.findData(value))
        self.combo.setAccessibleName(words.t(preference.label))
        self.combo.setMinimumWidth(180)
        self.combo.activated.connect(self._picked)
        row.addWidget(self.combo)
        self.button = Button(look, words.t("Lock now"), icon="lock", height=32, parent=holder)
        self.button.clicked.connect(self.lock_asked)
        row.addWidget(self.button)
        row.addStretch(1)
        self.place_editor(holder)

    def set_possible(self, *, possible: bool) -> None:
        words = self._words
        without = words.t(
            "Without a passphrase there would be nothing to type. Set one above, then it can lock."
        )
        hint = words.t("Without a key or the pointer being touched. Nothing that is being typed is lost.")
        self.set_hint(hint if possible else without)
        self.combo.setEnabled(possible)
        self.button.set_ready(ready=possible, reason=without)

    def _picked(self, _index: int) -> None:
        self.chosen.emit(NAME, str(self.combo.currentData()))
