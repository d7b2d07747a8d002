"""How the window looks and speaks: every declared preference, applied the moment it is chosen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.screens.settings.parts import Section
from desktop.settings import Preference, Settings, declared
from desktop.widgets.buttons import Segmented
from desktop.widgets.choice_fields import Combo
from desktop.widgets.field_box import FieldBox
from desktop.widgets.look import Look

PART: Final = "look"
_FEW: Final = 3


class Preferences(Section):
    """Choices of up to three stand side by side, longer ones in a list."""

    chosen = Signal(str, object)
    """The name of a preference and its new value."""

    def __init__(self, look: Look, settings: Settings, parent: QWidget) -> None:
        super().__init__(look, look.words.t("Look and language"), parent)
        self.fields: dict[str, FieldBox] = {}
        self._editors: dict[str, Segmented | Combo] = {}
        words = look.words
        hints = {
            "digits": words.t("Digits of Arabic; both kinds can always be typed."),
            "row_density": words.t("Lines of lists and plans."),
        }
        for name, preference in declared().items():
            if preference.hidden or not preference.choices or preference.part != PART:
                continue
            field = FieldBox(look, words.t(preference.label), hint=hints.get(name, ""), parent=self)
            editor = self._editor(name, preference, str(getattr(settings, name)), field)
            field.place_editor(editor)
            self.fields[name] = field
            self._editors[name] = editor
            self.column.addWidget(field)

    def _editor(self, name: str, preference: Preference, value: str, field: FieldBox) -> Segmented | Combo:
        look, words = self.look, self.look.words
        choices = [(str(key), words.t(text)) for key, text in preference.choices]
        label = words.t(preference.label)
        if len(choices) <= _FEW:
            segments = Segmented(look, choices, name=label, value=value, parent=field)
            segments.setProperty("preference", name)
            segments.chosen.connect(self._chosen)
            return segments
        combo = Combo(look, parent=field)
        for key, text in choices:
            combo.addItem(text, key)
        combo.setMaximumWidth(320)
        combo.setCurrentIndex(combo.findData(value))
        combo.setProperty("preference", name)
        combo.activated.connect(self._picked)
        return combo

    def _chosen(self, value: str) -> None:
        segments = self.sender()
        if isinstance(segments, Segmented):
            self.chosen.emit(str(segments.property("preference")), value)

    def _picked(self, _index: int) -> None:
        combo = self.sender()
        if isinstance(combo, Combo):
            self.chosen.emit(str(combo.property("preference")), str(combo.currentData()))

    def focus_on(self, name: str) -> None:
        """Put the keyboard where it was before the window was made again."""
        editor: QWidget | None = self._editors.get(name)
        if isinstance(editor, Segmented):
            buttons = editor.findChildren(QAbstractButton)
            editor = next((button for button in buttons if button.isChecked()), editor)
        if editor is not None:
            editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def value(self, name: str) -> str:
        editor = self._editors[name]
        return editor.value if isinstance(editor, Segmented) else str(editor.currentData())
